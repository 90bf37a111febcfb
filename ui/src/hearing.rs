//! Hearing the node: the first questions, its events, and asking again when something changed.

use crate::{
    backend, browser,
    hooks::Store,
    state::{Action, Route},
};
use api::{Command, ErrorCode, Event, Id, Refusal, Reply, view::VaultState};
use gloo_timers::callback::Timeout;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use wasm_bindgen_futures::spawn_local;

/// While many entries arrive, pages ask again at most this often.
const CALM_MS: u32 = 300;

/// Listens as long as the window lives, then asks where the node stands.
pub(crate) async fn start(store: Store) {
    let calm = Calm::new(store.clone());
    let heard = {
        let store = store.clone();
        backend::listen(move |event| hear(&store, &calm, event)).await
    };
    {
        let store = store.clone();
        // Where nothing can be dropped, files are chosen.
        let _ = backend::dropped(move |path| store.dispatch(Action::Dropped(path))).await;
    }
    match heard {
        Ok(()) => begin(&store).await,
        Err(refusal) => store.dispatch(Action::Status(Err(refusal))),
    }
}

/// Asks where the node stands, and what an open window shows on every page.
async fn begin(store: &Store) {
    match backend::dispatch(Command::Status).await {
        Ok(Reply::Status(status)) => {
            let open = status.vault == VaultState::Open;
            if open {
                opened(store).await;
            }
            store.dispatch(Action::Status(Ok(status)));
        }
        Ok(_) => store.dispatch(Action::Status(Err(Refusal::new(
            ErrorCode::Internal,
            "The program answered something else than was asked. What was saved is safe.",
        )))),
        Err(refusal) => store.dispatch(Action::Status(Err(refusal))),
    }
}

/// What an open window needs: who this is, the chapters, the connections.
pub(crate) async fn opened(store: &Store) {
    if let Some(Reply::Me(me)) = ask(store, Command::WhoAmI).await {
        store.dispatch(Action::Opened(me));
    }
    if let Some(Reply::Status(status)) = ask(store, Command::Status).await {
        store.dispatch(Action::Copied(status.copied));
    }
    list_chapters(store).await;
    network(store).await;
    in_use();
}

/// Tells the node that somebody is at the window, so that it does not lock by itself.
pub(crate) fn in_use() {
    spawn_local(async {
        // Refused only when it is locked; then there is nothing to keep open.
        let _ = backend::dispatch(Command::InUse).await;
    });
}

/// The chapters as they are now.
pub(crate) async fn list_chapters(store: &Store) {
    if let Some(Reply::Chapters(chapters)) = ask(store, Command::ListChapters).await {
        store.dispatch(Action::Chapters(chapters));
    }
}

/// The connections as they are now.
async fn network(store: &Store) {
    if let Some(Reply::Network(network)) = ask(store, Command::Network).await {
        store.dispatch(Action::Network(network));
    }
}

/// Asks what every page shows. A refusal is said as a warning, because no page waits for the answer.
async fn ask(store: &Store, command: Command) -> Option<Reply> {
    match backend::dispatch(command).await {
        Ok(reply) => Some(reply),
        Err(refusal) if refusal.code == ErrorCode::Locked => {
            store.dispatch(Action::Locked);
            None
        }
        Err(refusal) => {
            store.dispatch(Action::Heard(Event::Warning { message: refusal.message }));
            None
        }
    }
}

/// Gathers changes for a moment: ten thousand arriving entries must not ask ten thousand times.
struct Calm {
    store: Store,
    changed: RefCell<BTreeMap<Id, u64>>,
    timer: RefCell<Option<Timeout>>,
}

impl Calm {
    fn new(store: Store) -> Rc<Self> {
        Rc::new(Self { store, changed: RefCell::default(), timer: RefCell::default() })
    }

    fn changed(self: &Rc<Self>, chapter: Id, entries: u64) {
        self.changed.borrow_mut().insert(chapter, entries);
        if self.timer.borrow().is_none() {
            let this = Rc::clone(self);
            *self.timer.borrow_mut() = Some(Timeout::new(CALM_MS, move || this.flush()));
        }
    }

    fn flush(&self) {
        *self.timer.borrow_mut() = None;
        for (chapter, entries) in self.changed.take() {
            self.store.dispatch(Action::Heard(Event::Changed { chapter, entries }));
        }
        let store = self.store.clone();
        spawn_local(async move {
            list_chapters(&store).await;
            network(&store).await;
        });
    }
}

fn hear(store: &Store, calm: &Rc<Calm>, event: Event) {
    match event {
        Event::Changed { chapter, entries } => calm.changed(chapter, entries),
        Event::Unlocked => {
            let store = store.clone();
            spawn_local(async move { opened(&store).await });
        }
        Event::Joined { .. } | Event::JoinRefused { .. } => {
            store.dispatch(Action::Heard(event));
            let store = store.clone();
            spawn_local(async move { list_chapters(&store).await });
        }
        // Name and chapters came from the other computer.
        Event::Paired { .. } => {
            store.dispatch(Action::Heard(event));
            let store = store.clone();
            spawn_local(async move { opened(&store).await });
        }
        // While it is locked the page is where the door leads to.
        Event::NoticeClicked { about } => browser::go(&Route::parse(&about).href()),
        Event::Progress { .. }
        | Event::DeviceAdded { .. }
        | Event::JoinTerms { .. }
        | Event::JoinUnknown { .. }
        | Event::Voided { .. }
        | Event::Unanswered { .. }
        | Event::JoinWaiting { .. }
        | Event::Network(_)
        | Event::Listening { .. }
        | Event::Locked { .. }
        | Event::Backup { .. }
        | Event::Wiped(_)
        | Event::Mending { .. }
        | Event::Mended { .. }
        | Event::Warning { .. } => {
            store.dispatch(Action::Heard(event));
        }
    }
}
