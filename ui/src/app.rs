//! The root: holds the state, follows the address, and chooses what is on the screen.

use crate::{
    browser,
    components::{Reminders, Shell, WipeDialog},
    hearing,
    hooks::Store,
    keys, pages,
    state::{Action, Gate, Overlay, Prefs, Route, State, Theme},
};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::{Interval, Timeout};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// Using the window is told to the node at most once in so many milliseconds.
const USE_EVERY: f64 = 15_000.0;
/// So long after the window got another size it is drawn anew, in milliseconds.
const AFTER_RESIZE: u32 = 150;
/// Where the settings of the window are kept.
const PREFS: &str = "prefs";

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
            browser::forget_open_drafts();
            spawn_local(hearing::start(store));
        });
    }
    // WebKitGTK sometimes goes on with what the style sheets say of the width before. Seen with 2.50, and mended by
    // nothing but switching them off and on.
    use_effect_with((), |()| {
        // Once, when it has come to rest.
        let rest = RefCell::new(None);
        let again = move |_: &web_sys::Event| {
            *rest.borrow_mut() = Some(Timeout::new(AFTER_RESIZE, browser::restyle));
        };
        let listener = web_sys::window().map(|window| EventListener::new(&window, "resize", again));
        move || drop(listener)
    });
    {
        let store = store.clone();
        use_effect_with((), move |()| {
            let minutes = Interval::new(60_000, move || store.dispatch(Action::Minute));
            move || drop(minutes)
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
    {
        let name = store.route.chapter().and_then(|id| store.chapter(id)).map(|c| c.name.clone());
        use_effect_with((store.route.clone(), name, store.gate == Gate::Open), |(route, name, open)| {
            // What is read is nobody's business while it is locked.
            if !open {
                browser::title("Chapterhouse");
                return;
            }
            let words = match (route, name) {
                (Route::Chapter(_, tab), Some(name)) => format!("{name}: {}", tab.label()),
                (Route::Home | Route::Chapter(..), _) => "Front page".to_owned(),
                (Route::Votes, _) => "Votes".to_owned(),
                (Route::Network, _) => "Network".to_owned(),
                (Route::Settings, _) => "Settings".to_owned(),
                (Route::Devices, _) => "Your devices".to_owned(),
                (Route::Pairing, _) => "Another computer".to_owned(),
                (Route::Profile(_), _) => "Your profile".to_owned(),
                (Route::ChangeRules(_), _) => "Propose other rules".to_owned(),
                (Route::Start | Route::Found | Route::Join, _) => "Join or start a chapter".to_owned(),
                (Route::Write(..), _) => "Write".to_owned(),
                (Route::AdoptText(_), _) => "Adopt a new text".to_owned(),
                (Route::Amend(_), _) => "Change a proposed vote".to_owned(),
                // What is read says its own title.
                (Route::Entry(_) | Route::Motion(_) | Route::Member(..) | Route::Request(..), _) => return,
            };
            browser::title(&format!("{words} - Chapterhouse"));
        });
    }
    use_effect_with((store.route.clone(), store.gate == Gate::Open), |(route, open)| {
        if Route::parse(&browser::hash()) != *route {
            browser::go(&route.href());
        }
        // At a door the keyboard is where it is needed already.
        if !open {
            return;
        }
        browser::scroll_up();
        // The keyboard goes on at the beginning of the page, unless the page chose a field, or somebody writes already.
        Timeout::new(0, || {
            if browser::writing() {
                return;
            }
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
                            keys::key(&store, event, &waits_for_second);
                        }
                    })
                });
                move || drop(listener)
            },
        );
    }

    use_effect_with(store.gate == Gate::Open, |open| {
        let watched = open.then(watch_use);
        move || drop(watched)
    });

    let content = match &store.gate {
        Gate::Starting => {
            html! { <main class="vault" id="main" tabindex="-1"><p class="meta" role="status">{ "Opening what is saved on this computer…" }</p></main> }
        }
        Gate::Failed(refusal) => html! { <pages::Failed refusal={refusal.clone()} /> },
        Gate::Welcome => html! { <pages::Welcome /> },
        Gate::Words(words) => html! { <pages::RecoveryWords words={words.clone()} /> },
        Gate::Locked => html! { <pages::Locked /> },
        Gate::Pairing => html! { <pages::Pairing /> },
        Gate::Open => html! { <><Reminders /><Shell>{ page(&store.route) }</Shell></> },
        Gate::Wiped(report) => html! { <pages::Wiped report={report.clone()} /> },
    };
    let wiping = store.overlay == Some(Overlay::Wipe);
    html! {
        <ContextProvider<Store> context={store}>
            { content }
            if wiping { <WipeDialog /> }
        </ContextProvider<Store>>
    }
}

/// Tells the node, now and then, that somebody presses keys or moves the mouse.
fn watch_use() -> Vec<EventListener> {
    let told = Rc::new(Cell::new(browser::millis()));
    let Some(window) = web_sys::window() else { return Vec::new() };
    let listen = |name: &'static str| {
        let told = Rc::clone(&told);
        EventListener::new(&window, name, move |_| {
            let now = browser::millis();
            // A clock that was put back must not silence it.
            if (now - told.get()).abs() >= USE_EVERY {
                told.set(now);
                hearing::in_use();
            }
        })
    };
    ["keydown", "pointerdown", "pointermove", "wheel"].map(listen).into()
}

fn page(route: &Route) -> Html {
    match route {
        Route::Home => html! { <pages::Home /> },
        Route::Votes => html! { <pages::Votes /> },
        Route::Network => html! { <pages::Network /> },
        Route::Settings => html! { <pages::Settings /> },
        Route::Devices => html! { <pages::Devices /> },
        Route::Pairing => html! { <pages::Paired /> },
        Route::Member(chapter, member) => {
            html! { <pages::Member key={format!("{chapter}{member}")} chapter={chapter.clone()} member={member.clone()} /> }
        }
        Route::Profile(chapter) => html! { <pages::Profile key={chapter.clone()} chapter={chapter.clone()} /> },
        Route::Request(chapter, request) => {
            html! { <pages::Request key={request.clone()} chapter={chapter.clone()} request={request.clone()} /> }
        }
        Route::ChangeRules(chapter) => html! { <pages::ChangeRules key={chapter.clone()} chapter={chapter.clone()} /> },
        Route::AdoptText(chapter) => html! { <pages::AdoptText key={chapter.clone()} chapter={chapter.clone()} /> },
        Route::Amend(id) => html! { <pages::Amend key={id.clone()} proposal={id.clone()} /> },
        Route::Motion(id) => html! { <pages::Motion key={id.clone()} motion={id.clone()} /> },
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
