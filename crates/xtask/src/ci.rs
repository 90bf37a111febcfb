//! `cargo xtask ci`: what is checked without running anything.

use crate::{
    failure::Failure,
    needs::{self, For, WASM},
    place::Place,
    plan::Plan,
    shell::Cmd,
    tools, ui,
};

const FUZZ: &str = "fuzz/Cargo.toml";
const NO_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// `cargo xtask ci`.
pub(crate) fn ci(place: &Place) -> Result<(), Failure> {
    let mut preparation = Plan::new("ci (preparation)");
    needs::add_steps(place, For::Ci, &mut preparation)?;
    if !place.root.join("ui/dist/index.html").is_file() {
        // The window's crate takes the interface in, so not even a check of it compiles without.
        ui::add_steps(place, &mut preparation);
    }
    preparation.run()?;

    let mut plan = Plan::new("ci");
    plan.step("formatting", || {
        Cmd::cargo(place).args(["fmt", "--all", "--check"]).run()?;
        Cmd::cargo(place).args(["fmt", "--all", "--check", "--manifest-path", FUZZ]).run()?;
        Cmd::cargo_ui(place).args(["fmt", "--all", "--check"]).run()
    });
    plan.step("spelling", || Cmd::new(place, tools::TYPOS.path(place)?).run());
    plan.step("licences, duplicates and origin of all dependencies", || {
        let deny = tools::DENY.path(place)?;
        for manifest in ["Cargo.toml", "ui/Cargo.toml", FUZZ] {
            Cmd::new(place, &deny)
                // What only tests use is not shipped.
                .args(["--locked", "--workspace", "--exclude-dev", "--manifest-path", manifest])
                .args(["check", "bans", "licenses", "sources"])
                .run()?;
        }
        Ok(())
    });
    plan.step("lints of the programs", || {
        Cmd::cargo(place).args(["clippy", "--locked", "--workspace", "--all-targets"]).args(NO_WARNINGS).run()
    });
    plan.step("lints of the interface", || {
        Cmd::cargo_ui(place).args(["clippy", "--locked", "--target", WASM]).args(NO_WARNINGS).run()?;
        Cmd::cargo_ui(place).args(["clippy", "--locked", "--workspace", "--all-targets"]).args(NO_WARNINGS).run()
    });
    plan.step("lints of the fuzz targets", || {
        Cmd::cargo(place).args(["clippy", "--locked", "--manifest-path", FUZZ]).args(NO_WARNINGS).run()
    });
    plan.step("documentation", || {
        Cmd::cargo(place)
            .env("RUSTDOCFLAGS", "-D warnings")
            .args(["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"])
            .run()
    });
    plan.run_all()
}
