//! What a chapter hid by decision: the list, and what stands where a text was.

use crate::{
    browser,
    components::{Icon, SecHead, text_words},
    hooks::{use_ask, use_store},
    state::Route,
};
use api::{Command, Id, Reply, people::HiddenView, view::Erased};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct HiddenListProps {
    pub(crate) chapter: Id,
}

/// The list; nothing where nothing is hidden.
#[component]
pub(crate) fn HiddenList(props: &HiddenListProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::Hidden { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let Some(Reply::Hidden(hidden)) = &asked.reply else { return Html::default() };
    if hidden.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby="hidden-list" data-test="hidden-list">
            <SecHead id="hidden-list" title="Hidden by decision" />
            <ul class="card flush rows">{ for hidden.iter().map(|h| html! {
                <li class="row top" key={h.entry.clone()}><Icon name="eyeoff" />
                    <div><p><a class="title" href={Route::Entry(h.entry.clone()).href()}>{ what(h) }</a></p>
                        if !h.why.trim().is_empty() { <p>{ h.why.trim() }</p> }</div>
                    <a class="btn small" href={Route::Motion(h.motion.clone()).href()}>{ "The motion" }</a></li>
            }) }</ul>
            if let Some(erased) = hidden.iter().map(|h| h.erased).max_by_key(|erased| *erased != Erased::Yes) {
                <p class="meta" data-test="erased">{ erased.words() }</p>
            }
        </section>
    }
}

fn what(h: &HiddenView) -> String {
    let word = text_words(&h.kind);
    let day = browser::local(&h.time).map_or_else(String::new, |t| format!(", {}", t.day.near(browser::now().day)));
    let by = if h.author.is_empty() { String::new() } else { format!(" by {}", h.author) };
    format!("{word}{by}{day}")
}
