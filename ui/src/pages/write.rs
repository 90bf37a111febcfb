//! Writing: which chapter, what kind of thing.

use super::{write_minutes::WriteMinutes, write_post::WritePost, write_vote::WriteVote};
use crate::{
    browser,
    components::{Crumbs, Empty, PageHead},
    hooks::use_store,
    state::{Route, Writing},
};
use api::Id;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WriteProps {
    pub(crate) chapter: Option<Id>,
    pub(crate) what: Writing,
}

/// The page of everything that is written.
#[component]
pub(crate) fn Write(props: &WriteProps) -> Html {
    let store = use_store();
    let what = props.what;
    let chapters: Vec<_> = store.writable().cloned().collect();
    let Some(here) = props
        .chapter
        .as_ref()
        .map_or_else(|| chapters.first(), |id| chapters.iter().find(|c| c.chapter == *id))
        .cloned()
    else {
        return html! {
            <>
                <PageHead title="Write" />
                if store.chapters.is_some() {
                    <Empty title="No chapter to write in yet" text="What you write is for the members of a chapter. Start one, or join one by an invitation.">
                        <a class="btn primary" href={Route::Start.href()}>{ "Join or start a chapter" }</a>
                    </Empty>
                }
            </>
        };
    };
    let title = match what {
        Writing::Post => "Write a post",
        Writing::Minutes => "Write minutes",
        Writing::Vote => "Write a vote",
    };
    let choose = Callback::from(move |event: Event| {
        let id = event.target_unchecked_into::<HtmlSelectElement>().value();
        browser::go(&Route::Write(Some(id), what).href());
    });
    let kinds = [(Writing::Post, "Post"), (Writing::Minutes, "Minutes"), (Writing::Vote, "Vote")];
    html! {
        <>
            <Crumbs trail={vec![(AttrValue::from(here.name.clone()), Route::front(here.chapter.clone()))]} />
            <PageHead {title} />
            <div class="line writebar">
                <nav class="chips" aria-label="What to write">
                    { for kinds.iter().map(|(kind, words)| html! {
                        <a class="chip" href={Route::Write(Some(here.chapter.clone()), *kind).href()} aria-current={(*kind == what).then_some("page")} data-test={format!("write-{}", kind.slug())}>{ *words }</a>
                    }) }
                </nav>
                if chapters.len() > 1 {
                    <div class="line push"><label class="label" for="write-chapter">{ "In" }</label>
                    <select class="input" id="write-chapter" onchange={choose}>
                        { for chapters.iter().map(|c| html! { <option value={c.chapter.clone()} selected={c.chapter == here.chapter}>{ &c.name }</option> }) }
                    </select></div>
                }
            </div>
            { match what {
                Writing::Post => html! { <WritePost key={here.chapter.clone()} chapter={here.clone()} /> },
                Writing::Minutes => html! { <WriteMinutes key={here.chapter.clone()} chapter={here.clone()} /> },
                Writing::Vote => html! { <WriteVote key={here.chapter.clone()} chapter={here.clone()} /> },
            } }
        </>
    }
}
