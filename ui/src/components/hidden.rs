//! What stands where a text was, or where one is folded away.

use super::Icon;
use crate::{dialogs::HideDialog, hooks::use_store, state::Route};
use api::{
    people::HiddenView,
    view::{EntryHead, Erased},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct TextOfProps {
    pub(crate) head: EntryHead,
    pub(crate) hidden: Option<Box<HiddenView>>,
    /// The text.
    pub(crate) children: Html,
}

/// The text; or why it is gone; or folded, when this member hides whoever wrote it.
#[component]
pub(crate) fn TextOf(props: &TextOfProps) -> Html {
    let handle = &props.head.author.handle;
    if let Some(hidden) = &props.hidden {
        let why = hidden.why.trim();
        return html! {
            <div class="note plain" data-test="hidden"><Icon name="eyeoff" />
                <div><b>{ "Hidden by decision" }</b>
                    <p>{ if why.is_empty() { "The text is gone from the members’ computers." } else { "Because: " } }{ why }</p>
                    if hidden.erased != Erased::Yes { <p class="meta" data-test="not-erased">{ hidden.erased.words() }</p> }</div>
                <a class="btn small" href={Route::Motion(hidden.motion.clone()).href()}>{ "The motion" }</a>
            </div>
        };
    }
    if props.head.blocked {
        return html! {
            <details class="folded" data-test="folded">
                <summary class="textbtn"><Icon name="right" class="sm flip" /><span>{ "Written by " }<bdi>{ handle }</bdi>{ ", whom you hide" }</span></summary>
                <div class="mt2">{ props.children.clone() }</div>
            </details>
        };
    }
    props.children.clone()
}

#[derive(Properties, PartialEq)]
pub(crate) struct HideButtonProps {
    pub(crate) head: EntryHead,
    /// `post`, `comment`, `minutes`.
    pub(crate) what: &'static str,
}

/// Leads to the question whether the members should hide it.
#[component]
pub(crate) fn HideButton(props: &HideButtonProps) -> Html {
    let store = use_store();
    let asking = use_state(|| false);
    if store.reading_only(&props.head.chapter) {
        return Html::default();
    }
    let set = |on: bool| {
        let asking = asking.clone();
        move || asking.set(on)
    };
    let (open, close) = (set(true), set(false));
    html! {
        <>
            <details class="more" data-test="more-acts">
                <summary class="textbtn"><Icon name="more" class="sm" />{ "More" }<span class="sr">{ format!(" about what {} wrote", props.head.author.handle) }</span></summary>
                <button class="textbtn" type="button" onclick={Callback::from(move |_: MouseEvent| open())} data-test="hide">
                    <Icon name="eyeoff" class="sm" />{ "Propose to hide it" }
                </button>
            </details>
            if *asking { <HideDialog head={props.head.clone()} what={props.what} onclose={Callback::from(move |()| close())} /> }
        </>
    }
}
