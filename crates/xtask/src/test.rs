//! `cargo xtask test`: from a fresh clone to every test passed.

use std::env;

use crate::{
    failure::Failure,
    needs::{self, For},
    place::Place,
    plan::Plan,
    run::split_at_dashes,
    shell::Cmd,
    tools, ui,
};

/// `cargo xtask test [-- NEXTEST ARGS]`.
pub(crate) fn test(place: &Place, rest: &[String]) -> Result<(), Failure> {
    let (options, nextest) = split_at_dashes(rest);
    if let Some(other) = options.first() {
        return Err(Failure::Usage(format!(
            "test knows no {other:?}; what is meant for cargo nextest stands after --"
        )));
    }
    let mut plan = Plan::new("test");
    needs::add_steps(place, For::Test, &mut plan)?;
    ui::add_steps(place, &mut plan);
    // All targets in one go: building programs and tests apart would compile many dependencies twice, because the
    // tests ask for more of their features.
    plan.step("build everything: programs, window, tests", || {
        Cmd::cargo(place).args(["build", "--locked", "--workspace", "--all-targets"]).run()
    });
    plan.step("run the tests: rules, simulated networks, processes, hosts, windows", || {
        let profile = if env::var_os("CI").is_some() { "ci" } else { "default" };
        Cmd::new(place, tools::NEXTEST.path(place)?)
            .env("CARGO_TARGET_DIR", &place.target)
            .args(["nextest", "run", "--locked", "--workspace", "--all-targets", "--profile", profile])
            .args(nextest)
            .run()
    });
    plan.step("run the examples in the documentation", || {
        Cmd::cargo(place).args(["test", "--locked", "--workspace", "--doc", "--quiet"]).run()
    });
    plan.step("run the interface's own tests", || Cmd::cargo_ui(place).args(["test", "--locked", "--workspace"]).run());
    plan.run()?;
    println!("Every test passed. Screenshots of the tested windows are in tests/screenshots.");
    Ok(())
}
