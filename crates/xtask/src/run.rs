//! `cargo xtask run`: from a fresh clone to the open window.
//!
//! Built with the development profile by default: its dependencies are optimised all the same (see `Cargo.toml`), it
//! builds in about half the time of the release profile, and `cargo xtask test` uses the same compiled dependencies.

use std::env;

use crate::{
    failure::Failure,
    needs::{self, For},
    place::Place,
    plan::Plan,
    shell::Cmd,
    ui,
};

/// `cargo xtask run [--release] [-- ARGS]`.
pub(crate) fn run(place: &Place, rest: &[String]) -> Result<(), Failure> {
    let (options, arguments) = split_at_dashes(rest);
    let release = match options.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--release"] => true,
        other => {
            return Err(Failure::Usage(format!("run knows --release, and after -- the window's own, not {other:?}")));
        }
    };
    let profile = if release { "release" } else { "debug" };
    let mut plan = Plan::new("run");
    if !has_display() {
        println!("There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.");
        println!("I build the program without a window instead.\n");
        plan.step("build `chapterhouse`, the program without a window", move || {
            build(place, "chapterhouse-cli", release)
        });
        plan.step("say how to use it", move || {
            headless_words(place, profile);
            Ok(())
        });
        return plan.run();
    }
    needs::add_steps(place, For::Run, &mut plan)?;
    ui::add_steps(place, &mut plan);
    plan.step("build the window (the first time takes some minutes)", move || {
        build(place, "chapterhouse-app", release)
    });
    plan.step("open the window; this command ends when it is closed", move || {
        Cmd::new(place, place.program(profile, "chapterhouse-app")).args(arguments).run_asking()
    });
    plan.run()
}

fn build(place: &Place, package: &str, release: bool) -> Result<(), Failure> {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    Cmd::cargo(place).args(["build", "--locked", "--package", package]).args(profile).run()
}

fn headless_words(place: &Place, profile: &str) {
    let program = place.program(profile, "chapterhouse");
    let program = program.display();
    println!("  {program} init --handle YOUR-NAME           makes your keys (asks for a passphrase)");
    println!("  {program} chapter found --name NAME --place PLACE --tier local");
    println!("  {program} serve                             stays connected to the other members");
    println!("  {program} --help                            explains every command, each with an example");
}

/// Only X11 and Wayland can lack a screen in a way that we could find out.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// What stands before and what stands after `--`.
pub(crate) fn split_at_dashes(rest: &[String]) -> (&[String], &[String]) {
    match rest.iter().position(|word| word == "--") {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_dashes_is_for_the_program() {
        let words = ["--release", "--", "--data", "x"].map(str::to_owned);
        let (before, after) = split_at_dashes(&words);
        assert_eq!(before, ["--release"]);
        assert_eq!(after, ["--data", "x"]);
        assert_eq!(split_at_dashes(&words[..1]), (&words[..1], &words[..0]));
    }
}
