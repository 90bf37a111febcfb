//! `chapterhouse`: a headless node, and every command.
//!
//! Knows: the api, and how to reach a node (in this process, or over the local socket). Must not know: rules, keys,
//! entries, sled, libp2p.
//!
//! Reading order: `args` (the words), `usage` (what is said of wrong ones), `run` (words to commands), `vault` (passphrase, backup, wiping), `session` (where
//! commands go), `files` (what is read from files and prompts), `ask` (what a person is asked), `output` (what is
//! printed), `progress` (long work).

mod args;
mod ask;
mod files;
mod output;
mod progress;
mod run;
mod session;
mod usage;
mod vault;

use api::{ErrorCode, Refusal};
use clap::Parser;
use std::{ffi::OsString, io::IsTerminal, process::ExitCode};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        // Standard error belongs to refusals, unless somebody asks for a log with RUST_LOG.
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into()))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let json = cli.json;
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Refusal::new(ErrorCode::Internal, format!("could not start: {error}")))
        .and_then(|runtime| runtime.block_on(run::run(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            output::refusal(&refusal, json);
            ExitCode::FAILURE
        }
    }
}

/// Wrong words, or words that ask for help.
fn usage(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|word| word == "--json");
    let help = !json && error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || help {
        // If even this cannot be printed there is nobody to tell.
        let _ = error.print();
        return if help { ExitCode::from(2) } else { ExitCode::SUCCESS };
    }
    let message = usage::sentence(error, words(std::env::args_os()));
    output::refusal(&Refusal::new(ErrorCode::Invalid, message), json);
    ExitCode::from(2)
}

/// The words behind the program's name, as far as they can be shown: they need be no text.
fn words(all: impl Iterator<Item = OsString>) -> impl Iterator<Item = String> {
    all.skip(1).map(|word| word.to_string_lossy().into_owned())
}
