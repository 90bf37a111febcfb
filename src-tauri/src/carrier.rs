//! Commands to the node, events to the window.

use crate::desk::Window;
use api::{Command, ErrorCode, Event, Refusal, Reply};
use node::{Config, Handle, Node};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::{AppHandle, Emitter, Manager, State, async_runtime};
use tokio::sync::{OnceCell, broadcast::error::RecvError};

/// The one name under which events reach the window.
const EVENTS: &str = "chapterhouse";

/// Opens the node with the first command, so that the window is on the screen before the disk is read.
pub(crate) struct Carrier {
    config: Result<Config, Refusal>,
    handle: OnceCell<Result<Handle, Refusal>>,
    node: Mutex<Option<Node>>,
}

impl Carrier {
    pub(crate) fn new(config: Result<Config, Refusal>) -> Self {
        Self { config, handle: OnceCell::new(), node: Mutex::new(None) }
    }

    async fn handle(&self, app: &AppHandle) -> Result<Handle, Refusal> {
        self.handle.get_or_init(|| self.open(app)).await.clone()
    }

    async fn open(&self, app: &AppHandle) -> Result<Handle, Refusal> {
        let config = self.config.clone()?;
        let desk = Arc::new(Window(app.clone()));
        let node = async_runtime::spawn_blocking(move || Node::open_on(config, desk)).await.map_err(|error| {
            Refusal::new(ErrorCode::Internal, format!("Opening did not end as it should: {error}"))
        })??;
        let handle = node.handle();
        async_runtime::spawn(forward(app.clone(), handle.clone()));
        *self.node.lock().unwrap_or_else(PoisonError::into_inner) = Some(node);
        Ok(handle)
    }
}

/// The window's only command.
#[tauri::command]
pub(crate) async fn dispatch(app: AppHandle, carrier: State<'_, Carrier>, command: Command) -> Result<Reply, Refusal> {
    carrier.handle(&app).await?.dispatch(command).await
}

/// Closes the node and waits for it: what was written is on the disk and the folder is free.
pub(crate) fn close(app: &AppHandle) {
    let node = app.state::<Carrier>().node.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(node) = node {
        async_runtime::block_on(node.close());
    }
}

async fn forward(app: AppHandle, handle: Handle) {
    let mut events = handle.events();
    loop {
        match events.recv().await {
            Ok(event) => emit(&app, &event),
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "the window was slower than the node");
                catch_up(&app, &handle).await;
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// After missed events every chapter may have changed.
async fn catch_up(app: &AppHandle, handle: &Handle) {
    if let Ok(Reply::Chapters(chapters)) = handle.dispatch(Command::ListChapters).await {
        for chapter in chapters {
            emit(app, &Event::Progress { chapter: chapter.chapter.clone(), fetched: 0, left: chapter.left });
            emit(app, &Event::Changed { chapter: chapter.chapter, entries: chapter.entries });
        }
    }
    if let Ok(Reply::Network(network)) = handle.dispatch(Command::Network).await {
        emit(app, &Event::Network(network));
    }
}

fn emit(app: &AppHandle, event: &Event) {
    if let Err(error) = app.emit(EVENTS, event) {
        tracing::error!(%error, "an event did not reach the window");
    }
}
