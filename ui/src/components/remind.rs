//! Tells the desktop of votes and motions that were proposed or opened and of those that close soon, while nobody looks at
//! the window.

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
    let latest = |kind: &str| Command::Feed { chapter: None, kind: Some(kind.to_owned()), limit: VOTES, after: None };
    let votes = use_ask(Some(latest("poll")), store.revision_of_all());
    let proposed = use_ask(Some(latest("proposal")), store.revision_of_all());
    let motions = use_ask(Some(latest("motion")), store.revision_of_all());
    let me = store.me.as_ref().map(|me| me.member.clone()).unwrap_or_default();
    let (on, minutes) = (store.prefs.notices, store.minutes);
    use_effect_with((votes.reply, proposed.reply, motions.reply, minutes), move |(votes, proposed, motions, _)| {
        let (Some(Reply::Feed(votes)), Some(Reply::Feed(proposed)), Some(Reply::Feed(motions))) =
            (votes, proposed, motions)
        else {
            return;
        };
        let items: Vec<FeedItem> = votes.iter().chain(proposed).chain(motions).cloned().collect();
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
                let (title, body, about) = (notice.title, notice.body, notice.to.href());
                let _ = backend::dispatch(Command::Notify { title, body, about }).await;
            });
        }
    });
    Html::default()
}
