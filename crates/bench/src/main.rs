//! `chapterhouse-bench`: how fast the real node is, and beside it, in the same run, the floor: what the same bytes cost
//! with nothing but signature checks, sled, fsync and a TCP copy.
//!
//! Knows: the node's door, its core, its store, processes, the clock. Must not know: windows, and how to make anything
//! of ours faster: what is measured here is what ships.
//!
//! Reading order: [`report`] (a row, the table), [`words`] (what is written), [`people`] (nodes with a chapter),
//! [`floor`] (the same work, bare), then the measures [`writes`], [`exchange`], [`live`], [`reopen`], [`deciding`], the processes that
//! they start ([`child`], [`wire`]), and [`machine`] (where it ran).

// A program whose result is what it prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod child;
mod deciding;
mod error;
mod exchange;
mod floor;
mod live;
mod machine;
mod people;
mod reopen;
mod report;
mod wire;
mod words;
mod writes;

use clap::Parser;
use error::Failure;
use std::{path::PathBuf, process::ExitCode, time::Instant};

/// Measures Chapterhouse beside the floor of the same work.
#[derive(Parser)]
struct Arguments {
    /// Prints one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// A tenth of the work, to see that everything runs; its figures mean little.
    #[arg(long)]
    quick: bool,
    /// Only these measures: writes, singles, cold, catch-up, live, reopen, deciding.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The texts are made from this number.
    #[arg(long, default_value_t = 2014)]
    seed: u64,
    /// Where the data goes meanwhile: a folder on the disk that is to be measured.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Leaves the data there, for looking at it with other tools.
    #[arg(long)]
    keep: bool,
    #[command(subcommand)]
    part: Option<child::Part>,
}

/// How much of everything.
pub(crate) struct Scale {
    /// The usual size of a chapter.
    pub(crate) few: usize,
    /// The large one.
    pub(crate) many: usize,
    /// Single posts in one go.
    pub(crate) singles: usize,
    /// New on each side in a catch-up.
    pub(crate) fresh: usize,
    /// Posts whose way to the other node is timed.
    pub(crate) live: usize,
    /// Voters of what is counted.
    pub(crate) deciding: deciding::Size,
    /// How often everything is repeated; the best counts.
    pub(crate) rounds: usize,
}

const FULL: Scale = Scale {
    few: 10_000,
    many: 100_000,
    singles: 500,
    fresh: 100,
    live: 200,
    deciding: deciding::Size { voters: 10_000, ring: 1_024 },
    rounds: 5,
};
const QUICK: Scale = Scale {
    few: 1_000,
    many: 5_000,
    singles: 100,
    fresh: 100,
    live: 30,
    deciding: deciding::Size { voters: 1_000, ring: 64 },
    rounds: 2,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|source| Failure::io("start", source))
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Some(part) = arguments.part {
        return child::perform(part).await;
    }
    let begun = Instant::now();
    let parent = arguments.folder.unwrap_or_else(std::env::temp_dir);
    std::fs::create_dir_all(&parent).map_err(|source| Failure::io("make the folder", source))?;
    let folder = tempfile::Builder::new()
        .prefix("chapterhouse-bench-")
        .tempdir_in(&parent)
        .map_err(|source| Failure::io("make a folder", source))?;
    let scale = if arguments.quick { QUICK } else { FULL };
    let wanted = |measure: &str| arguments.only.is_empty() || arguments.only.iter().any(|name| name == measure);
    let mut report = report::Report::new(machine::Machine::here(folder.path()), arguments.seed, arguments.quick);

    eprintln!("two members and their chapter");
    let scene = people::Scene::prepare(folder.path(), arguments.seed).await?;
    if wanted("writes") || wanted("cold") || wanted("catch-up") || wanted("reopen") {
        eprintln!("writing {} posts in batches, {} times", scale.few, scale.rounds);
        writes::batches(&scene, &scale, &mut report).await?;
    }
    if wanted("singles") {
        eprintln!("writing {} single posts, {} times", scale.singles, scale.rounds);
        writes::singles(&scene, &scale, &mut report).await?;
    }
    if wanted("live") {
        eprintln!("from one computer to the other, {} posts", scale.live);
        live::measure(&scene, &scale, &mut report).await?;
    }
    if wanted("cold") {
        eprintln!("fetching {} entries, {} times", scale.few, scale.rounds);
        exchange::cold(&scene, &scale, scale.few, scale.rounds, &mut report)?;
    }
    if wanted("catch-up") {
        eprintln!("{} new on each side of {}, {} times", scale.fresh, scale.few, scale.rounds);
        exchange::catch_up(&scene, &scale, &mut report).await?;
    }
    if wanted("cold") || wanted("reopen") {
        eprintln!("writing {} posts", scale.many);
        writes::grow(&scene, &scale).await?;
    }
    if wanted("cold") {
        eprintln!("fetching {} entries, {} times", scale.many, scale.rounds.div_ceil(2));
        exchange::cold(&scene, &scale, scale.many, scale.rounds.div_ceil(2), &mut report)?;
        exchange::linearity(&scale, &mut report);
    }
    if wanted("reopen") {
        eprintln!("opening again, {} times", scale.rounds);
        reopen::measure(&scene, &scale, &mut report)?;
    }
    if wanted("deciding") {
        eprintln!("counting votes, checking {0} secret ballots, and opening {0} hidden ones", scale.deciding.ring);
        deciding::counts(&scale.deciding, scale.rounds, arguments.seed, &mut report);
        deciding::secrets(&scale.deciding, scale.rounds, &mut report)?;
        deciding::hidden(&scale.deciding, scale.rounds, &mut report)?;
    }
    report.finish(begun.elapsed());
    if arguments.keep {
        eprintln!("the data is in {}", folder.keep().display());
    }
    if arguments.json {
        println!("{}", report.json()?);
    } else {
        println!("{}", report.table());
    }
    Ok(())
}
