//! The keys of the whole window.

use crate::{
    backend, browser,
    hooks::Store,
    state::{Action, Gate, Overlay, Route, Writing},
};
use api::Command;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;

/// The keys of the whole window. Those of a field or a dialog never come here, or are left alone.
pub(crate) fn key(store: &Store, event: &KeyboardEvent, second: &RefCell<bool>) {
    // At every door, and in every field: whoever needs this has no time to look for the right place.
    if event.ctrl_key() && event.shift_key() && event.key() == "Delete" && !matches!(store.gate, Gate::Wiped(_)) {
        event.prevent_default();
        store.dispatch(Action::Show(Overlay::Wipe));
        return;
    }
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
