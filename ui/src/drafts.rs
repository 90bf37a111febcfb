//! What somebody is still writing. The node keeps it, sealed: what a web view keeps by itself lies open on the disk.
//!
//! One goes to the node at a time, and of each draft only the latest text waits: an older one never takes the place of a newer
//! one, and whoever types fast does not write the disk full.

use crate::backend;
use api::{Command, Reply};
use serde::{Serialize, de::DeserializeOwned};
use std::{cell::RefCell, collections::BTreeMap};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

#[derive(Default)]
struct Waiting {
    /// What is on its way: the draft's name and its text.
    under_way: Option<(String, String)>,
    /// What goes next, by name.
    next: BTreeMap<String, (String, Callback<bool>)>,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// Keeps a draft under a name, and tells whether that was done.
pub(crate) fn keep<T: Serialize>(name: &str, value: &T, told: Callback<bool>) {
    match serde_json::to_string(value) {
        Ok(text) => put(name, text, told),
        Err(_) => told.emit(false),
    }
}

/// Forgets a draft.
pub(crate) fn forget(name: &str) {
    put(name, String::new(), Callback::noop());
}

fn put(name: &str, text: String, told: Callback<bool>) {
    if name.is_empty() {
        return;
    }
    let idle = WAITING.with_borrow_mut(|waiting| {
        waiting.next.insert(name.to_owned(), (text, told));
        waiting.under_way.is_none()
    });
    if idle {
        spawn_local(send());
    }
}

/// Sends what waits, one after another.
async fn send() {
    let next = || {
        WAITING.with_borrow_mut(|waiting| {
            let (name, (text, told)) = waiting.next.pop_first()?;
            waiting.under_way = Some((name.clone(), text.clone()));
            Some((name, text, told))
        })
    };
    while let Some((name, text, told)) = next() {
        let kept = backend::dispatch(Command::KeepDraft { name, text: text.clone() }).await.is_ok();
        WAITING.with_borrow_mut(|waiting| waiting.under_way = None);
        told.emit(kept && !text.is_empty());
    }
}

/// What was kept under a name.
pub(crate) async fn kept<T: DeserializeOwned>(name: &str) -> Option<T> {
    let here = WAITING.with_borrow(|waiting| {
        let next = waiting.next.get(name).map(|(text, _)| text.clone());
        next.or_else(|| waiting.under_way.clone().filter(|(under_way, _)| under_way == name).map(|(_, text)| text))
    });
    let text = match here {
        Some(text) => text,
        None => match backend::dispatch(Command::Draft { name: name.to_owned() }).await {
            Ok(Reply::Draft(text)) => text,
            _ => return None,
        },
    };
    serde_json::from_str(&text).ok()
}
