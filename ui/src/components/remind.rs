//! Tells the desktop of votes that were proposed or opened and of votes that close soon, while nobody looks at the window.

use crate::{
    backend, browser,
    hooks::{use_ask, use_store},
    text::remind::{Told, remind},
};
use api::{Command, Reply, view::FeedItem};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Where it is kept what was said already.
const TOLD: &str = "told";
/// Open votes are found among so many latest ones.
const VOTES: usize = 100;

/// Draws nothing.
#[component]
pub(crate) fn Reminders() -> Html {
    let store = use_store();
    let fresh = use_mut_ref(|| true);
    let asked = use_ask(
        Some(Command::Feed { chapter: None, kind: Some("poll".to_owned()), limit: VOTES, after: None }),
        store.revision_of_all(),
    );
    let proposed = use_ask(
        Some(Command::Feed { chapter: None, kind: Some("proposal".to_owned()), limit: VOTES, after: None }),
        store.revision_of_all(),
    );
    let me = store.me.as_ref().map(|me| me.member.clone()).unwrap_or_default();
    let (on, minutes) = (store.prefs.notices, store.minutes);
    use_effect_with((asked.reply, proposed.reply, minutes), move |(votes, proposed, _)| {
        let (Some(Reply::Feed(votes)), Some(Reply::Feed(proposed))) = (votes, proposed) else { return };
        let items: Vec<FeedItem> = votes.iter().chain(proposed).cloned().collect();
        let told: Told = browser::kept(TOLD).unwrap_or_default();
        let (notices, next) = remind(&items, &me, &told, fresh.replace(false), browser::now(), browser::local);
        if next != told {
            browser::keep(TOLD, &next);
        }
        // Whoever looks at the window reads it there.
        if !on || browser::looked_at() {
            return;
        }
        for notice in notices {
            spawn_local(async move {
                // A desktop that shows no notices loses nothing: the front page says the same.
                let _ = backend::dispatch(Command::Notify { title: notice.title, body: notice.body }).await;
            });
        }
    });
    Html::default()
}
