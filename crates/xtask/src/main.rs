//! `cargo xtask COMMAND`: everything that is done with this repository, one word each.
//!
//! Knows: cargo, apt, the tools that build and test us, and our own programs from the outside, as a person starts them.
//! Must not know: any other crate of ours.
//!
//! Reading order: [`place`] (where things are), [`shell`] (starting programs), [`plan`] (saying what comes, then doing
//! it), [`needs`] and [`tools`] (what is missing on this computer), then one file per command.

// A program that people watch while it works.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod ci;
mod demo;
mod failure;
mod fuzz;
mod needs;
mod place;
mod plan;
mod run;
mod shell;
mod system;
mod test;
mod tools;
mod ui;

use std::process::ExitCode;

use failure::Failure;
use place::Place;

const HELP: &str = "\
cargo xtask COMMAND

  run [--release] [-- ARGS]   install what is missing, build, open the desktop window
  test [-- NEXTEST ARGS]      install what is missing, build everything, run every test
  ci                          formatting, lints, licences, spelling, documentation
  bench [--json] [--quick]    how fast it is, beside how fast the same work could be
  demo [--keep] [--debug]     245 members on this computer hold a poll; compare what they see
  fuzz --seconds N [TARGET]   feed every decoder with rubbish, N seconds each
  setup [run|test|ci]         only install what is missing for that command (default: all)
  ui                          only build the interface, into ui/dist

Each says what it is going to do before it does it. CONTRIBUTING.md has the rest.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments),
    };
    let place = Place::find()?;
    match command {
        "run" => run::run(&place, rest),
        "test" => test::test(&place, rest),
        "ci" => no_more(rest).and_then(|()| ci::ci(&place)),
        "setup" => needs::setup(&place, rest),
        "ui" => no_more(rest).and_then(|()| ui::ui(&place)),
        "bench" => bench::bench(&place, rest),
        "demo" => demo::demo(&place, rest),
        "fuzz" => fuzz::fuzz(&place, rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(Failure::Usage(format!("there is no command {other:?}.\n\n{HELP}"))),
    }
}

/// Refuses arguments that would otherwise be ignored in silence.
fn no_more(rest: &[String]) -> Result<(), Failure> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(Failure::Usage(format!("this command takes no argument, but was given {extra:?}"))),
    }
}
