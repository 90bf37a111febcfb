//! The root: holds the state, hears the node, follows the address, knows the keys.

use crate::{
    backend, browser,
    components::Shell,
    hooks::Store,
    pages,
    state::{Action, Gate, Overlay, Prefs, Route, State, Theme, Writing},
};
use api::{Command, Event, Id, Refusal, Reply, view::VaultState};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// Where the settings of the window are kept.
const PREFS: &str = "prefs";
/// While many entries arrive, pages ask again at most this often.
const CALM_MS: u32 = 300;

/// The whole interface.
#[component]
pub(crate) fn App() -> Html {
    let store = use_reducer(|| State {
        prefs: browser::kept::<Prefs>(PREFS).unwrap_or_default(),
        route: Route::parse(&browser::hash()),
        ..State::default()
    });

    // The node is asked once where it stands, and heard from then on.
    {
        let store = store.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                let calm = Calm::new(store.clone());
                let heard = {
                    let store = store.clone();
                    backend::listen(move |event| hear(&store, &calm, event)).await
                };
                match heard {
                    Ok(()) => begin(&store).await,
                    Err(refusal) => store.dispatch(Action::Status(Err(refusal))),
                }
            });
        });
    }
    // The address follows the state and the state the address.
    {
        let store = store.clone();
        use_effect_with((), move |()| {
            let listener = web_sys::window().map(|window| {
                EventListener::new(&window, "hashchange", move |_| {
                    store.dispatch(Action::Went(Route::parse(&browser::hash())));
                })
            });
            move || drop(listener)
        });
    }
    use_effect_with(store.route.clone(), |route| {
        if Route::parse(&browser::hash()) != *route {
            browser::go(&route.href());
        }
        browser::scroll_up();
        // The keyboard goes on at the beginning of the page, unless the page chose a field.
        Timeout::new(0, || {
            if !browser::focus("main [data-first]") {
                browser::focus("#main");
            }
        })
        .forget();
    });
    use_effect_with(store.prefs, |prefs| {
        browser::theme(match prefs.theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        });
        browser::keep(PREFS, prefs);
    });
    {
        let store = store.clone();
        use_effect_with(
            (store.gate == Gate::Open, store.route.clone(), store.overlay.clone(), store.prefs.letters),
            move |_| {
                let options = EventListenerOptions::enable_prevent_default();
                let waits_for_second = RefCell::new(false);
                let listener = web_sys::window().map(|window| {
                    EventListener::new_with_options(&window, "keydown", options, move |event| {
                        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                            key(&store, event, &waits_for_second);
                        }
                    })
                });
                move || drop(listener)
            },
        );
    }

    let content = match &store.gate {
        Gate::Starting => {
            html! { <main class="vault" id="main" tabindex="-1"><p class="meta" role="status">{ "Opening what is saved on this computer…" }</p></main> }
        }
        Gate::Failed(refusal) => html! { <pages::Failed refusal={refusal.clone()} /> },
        Gate::Welcome => html! { <pages::Welcome /> },
        Gate::Words(words) => html! { <pages::RecoveryWords words={words.clone()} /> },
        Gate::Locked => html! { <pages::Locked /> },
        Gate::Open => html! { <Shell>{ page(&store.route) }</Shell> },
    };
    html! { <ContextProvider<Store> context={store}>{ content }</ContextProvider<Store>> }
}

fn page(route: &Route) -> Html {
    match route {
        Route::Home => html! { <pages::Home /> },
        Route::Votes => html! { <pages::Votes /> },
        Route::Network => html! { <pages::Network /> },
        Route::Settings => html! { <pages::Settings /> },
        Route::Start => html! { <pages::Start /> },
        Route::Found => html! { <pages::Found /> },
        Route::Join => html! { <pages::Join /> },
        Route::Chapter(id, tab) => html! { <pages::Chapter key={id.clone()} chapter={id.clone()} tab={*tab} /> },
        Route::Write(chapter, what) => {
            html! { <pages::Write key={format!("{chapter:?}{}", what.slug())} chapter={chapter.clone()} what={*what} /> }
        }
        Route::Entry(id) => html! { <pages::Entry key={id.clone()} entry={id.clone()} /> },
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
            api::ErrorCode::Internal,
            "The program answered something else than was asked. What was saved is safe.",
        )))),
        Err(refusal) => store.dispatch(Action::Status(Err(refusal))),
    }
}

/// What an open window needs: who this is, the chapters, the connections.
pub(crate) async fn opened(store: &Store) {
    if let Ok(Reply::Me(me)) = backend::dispatch(Command::WhoAmI).await {
        store.dispatch(Action::Opened(me));
    }
    list_chapters(store).await;
    if let Ok(Reply::Network(network)) = backend::dispatch(Command::Network).await {
        store.dispatch(Action::Network(network));
    }
}

/// The chapters as they are now.
pub(crate) async fn list_chapters(store: &Store) {
    if let Ok(Reply::Chapters(chapters)) = backend::dispatch(Command::ListChapters).await {
        store.dispatch(Action::Chapters(chapters));
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
            if let Ok(Reply::Network(network)) = backend::dispatch(Command::Network).await {
                store.dispatch(Action::Network(network));
            }
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
        Event::Progress { .. }
        | Event::Network(_)
        | Event::Listening { .. }
        | Event::Locked
        | Event::Warning { .. } => {
            store.dispatch(Action::Heard(event));
        }
    }
}

/// The keys of the whole window. Those of a field or a dialog never come here, or are left alone.
fn key(store: &Store, event: &KeyboardEvent, second: &RefCell<bool>) {
    if store.gate != Gate::Open {
        return;
    }
    let pressed = event.key();
    let control = event.ctrl_key() || event.meta_key();
    let take = || event.prevent_default();
    if control && !event.alt_key() {
        match pressed.to_lowercase().as_str() {
            "k" => {
                take();
                store.dispatch(if store.overlay == Some(Overlay::Palette) {
                    Action::Hide
                } else {
                    Action::Show(Overlay::Palette)
                });
            }
            "l" => {
                take();
                let store = store.clone();
                spawn_local(async move {
                    if backend::dispatch(Command::Lock).await.is_ok() {
                        store.dispatch(Action::Locked);
                    }
                });
            }
            _ => {}
        }
        return;
    }
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    if !store.prefs.letters || event.alt_key() || store.overlay.is_some() || browser::typing(target.as_ref()) {
        return;
    }
    let after_g = second.replace(false);
    let go = |route: Route| browser::go(&route.href());
    match (after_g, pressed.as_str()) {
        (true, "h") => go(Route::Home),
        (true, "v") => go(Route::Votes),
        (true, "n") => go(Route::Network),
        (false, "g") => {
            second.replace(true);
        }
        (false, "n") => go(Route::Write(store.here(), Writing::Post)),
        (false, "j") => browser::step(1),
        (false, "k") => browser::step(-1),
        (_, "?") => store.dispatch(Action::Show(Overlay::Keys)),
        _ => return,
    }
    take();
}
