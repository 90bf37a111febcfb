//! A post being written.

use crate::{
    browser,
    components::{Composer, RefusalNote, TextField},
    drafts,
    hooks::{use_draft, use_sender, use_store},
    state::{Action, Route},
};
use api::{
    Command, Reply,
    view::{ChapterSummary, PostKind},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WritePostProps {
    pub(crate) chapter: ChapterSummary,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Draft {
    kind: PostKind,
    title: String,
    body: String,
}

const KINDS: [(PostKind, &str, &str, &str); 3] = [
    (PostKind::News, "News", "kind-news", "Something that happened or will happen"),
    (PostKind::Blog, "Blog", "kind-blog", "Your own text"),
    (PostKind::Discussion, "Discussion", "kind-discussion", "A question to everybody"),
];

/// The form.
#[component]
pub(crate) fn WritePost(props: &WritePostProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let name = format!("draft-post-{}", props.chapter.chapter);
    let (draft, kept, set) =
        use_draft(&name, || Draft { kind: PostKind::News, title: String::new(), body: String::new() });
    let tried = use_state(|| false);
    let send = {
        let (sender, store, draft, tried, chapter) =
            (sender.clone(), store.clone(), draft.clone(), tried.clone(), props.chapter.chapter.clone());
        Callback::from(move |()| {
            tried.set(true);
            if draft.title.trim().is_empty() {
                browser::focus("#post-title");
                return;
            }
            let command = Command::Post {
                chapter: chapter.clone(),
                kind: draft.kind,
                title: draft.title.trim().to_owned(),
                body: draft.body.clone(),
            };
            let (store, name) = (store.clone(), name.clone());
            sender.send(command, move |reply| {
                if let Reply::Published(published) = reply {
                    drafts::forget(&name);
                    store.dispatch(Action::Say("Your post is saved on this computer".to_owned()));
                    browser::go(&Route::Entry(published.entry).href());
                }
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
        })
    };
    let with = |change: fn(&mut Draft, String)| {
        let (draft, set) = (draft.clone(), set.clone());
        Callback::from(move |value: String| {
            let mut draft = draft.clone();
            change(&mut draft, value);
            set.emit(draft);
        })
    };
    let explains = KINDS.iter().find(|k| k.0 == draft.kind).map(|k| k.3).unwrap_or_default();
    html! {
        <form class="stack wide-form" aria-label="Post" {onsubmit} novalidate=true>
            <fieldset class="line"><legend class="sr">{ "Kind" }</legend>
                <span class="seg">{ for KINDS.iter().map(|(kind, words, test, _)| {
                    let (draft, set, kind) = (draft.clone(), set.clone(), *kind);
                    let checked = draft.kind == kind;
                    let choose = Callback::from(move |_: Event| set.emit(Draft { kind, ..draft.clone() }));
                    html! { <label data-test={*test}><input type="radio" name="kind" {checked} onchange={choose} />{ *words }</label> }
                }) }</span>
                <span class="meta">{ explains }</span>
            </fieldset>
            <TextField id="post-title" label="Title" value={draft.title.clone()} onchange={with(|d, v| d.title = v)} maxlength={200}
                error={(*tried && draft.title.trim().is_empty()).then(|| AttrValue::from("Give it a title."))} />
            <div class="field"><label for="post-body">{ "Text" }</label>
                <Composer id="post-body" label="Text" value={draft.body.clone()} onchange={with(|d, v| d.body = v)} onsend={send} {kept} tall=true
                    audience={format!("Seen by: members of {}", props.chapter.name)}
                    button={html! { <button class="btn primary" type="submit" data-test="publish" disabled={sender.busy()}>{ "Publish the post" }</button> }} />
            </div>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </form>
    }
}
