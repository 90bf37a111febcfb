//! The window of Chapterhouse. It carries commands to the node and events back, and nothing else.
//!
//! Knows: Tauri, how to start a node. Must not know: rules; what a command or an event means.
//!
//! Reading order: [`carrier`] (commands and events), [`desk`] (the window as the node knows it), [`links`] (what leaves the
//! window), then this file.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod carrier;
mod desk;
mod links;

use carrier::Carrier;
use clap::Parser;
use node::Config;
use std::{path::PathBuf, process::ExitCode};
use tauri::{RunEvent, WebviewUrl, WebviewWindowBuilder};

/// The window of Chapterhouse.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The folder that holds everything. Without it, the system's place for a program's data.
    #[arg(long, env = "CHAPTERHOUSE_DATA")]
    data: Option<PathBuf>,
    /// An address to listen on (multiaddr). Without it, every network on any free port.
    #[arg(long)]
    listen: Vec<String>,
    /// An address to connect to, and to keep connected to (multiaddr).
    #[arg(long)]
    peer: Vec<String>,
    /// Does not look for members on the local network.
    #[arg(long)]
    no_mdns: bool,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
enum WindowError {
    /// The web view's own words.
    #[error("the window could not be opened: {0}")]
    NotOpened(#[from] tauri::Error),
    /// Neither X nor Wayland answers.
    #[cfg(target_os = "linux")]
    #[error(
        "there is no screen here to open a window on. Start it from a desktop; without one, the program `chapterhouse` does \
         everything from the command line"
    )]
    NoScreen,
}

// Without a window these are the only words that a person sees.
#[expect(clippy::print_stderr)]
fn main() -> ExitCode {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,libp2p_gossipsub=error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match open(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chapterhouse: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the window. Ends when it is closed.
fn open(arguments: Arguments) -> Result<(), WindowError> {
    // The web view would panic.
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| WindowError::NoScreen)?;
    // Without a folder the window still opens: it is where the person reads what is wrong.
    let data = arguments.data.map_or_else(node::default_data_folder, Ok);
    // What the web view keeps (the look, and what somebody was reminded of) lies with everything else of this folder.
    let kept = data.as_ref().ok().map(|data| data.join("window"));
    let config = data.map(|data| Config {
        data,
        listen: arguments.listen,
        peers: arguments.peer,
        discovery: !arguments.no_mdns,
        serve: true,
    });
    tauri::Builder::default()
        .manage(Carrier::new(config))
        .invoke_handler(tauri::generate_handler![carrier::dispatch])
        .setup(move |app| {
            let mut window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Chapterhouse")
                .inner_size(1280.0, 800.0)
                .min_inner_size(420.0, 480.0)
                .on_navigation(links::stays_inside);
            if let Some(kept) = kept {
                window = window.data_directory(kept);
            }
            window.build()?;
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(|app, event| {
            if matches!(event, RunEvent::Exit) {
                carrier::close(app);
            }
        });
    Ok(())
}
