//! `cargo xtask bench`: how fast it is, beside how fast the same work could be.

use crate::{failure::Failure, place::Place, plan::Plan, shell::Cmd};

/// `cargo xtask bench [--json] [--quick] [--only MEASURE,…]`: what is given is handed on to the program.
pub(crate) fn bench(place: &Place, rest: &[String]) -> Result<(), Failure> {
    let build = || Cmd::cargo(place).args(["build", "--locked", "--release", "--package", "chapterhouse-bench"]);
    // The target folder is on the disk that people use; the system's folder for temporary files may be memory.
    let run = || {
        let folder = place.target.join("bench");
        Cmd::new(place, place.program("release", "chapterhouse-bench")).arg("--folder").arg(folder).args(rest)
    };
    if rest.iter().any(|word| word == "--json") {
        // Only the program's JSON on standard output, for scripts.
        build().read()?;
        let output = run().read()?;
        print!("{output}");
        return Ok(());
    }
    let mut plan = Plan::new("bench");
    plan.step("build the measuring program (release)", || build().run());
    plan.step("measure: about three minutes, and truer when nothing else runs meanwhile", || run().run());
    plan.run()
}
