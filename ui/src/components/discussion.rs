//! Comments under an entry, answers behind what they answer, and the place to write one.

use super::{Composer, HideButton, Icon, Markdown, RefusalNote, Seal, SecHead, ShareState, TextOf, When};
use crate::{
    browser, drafts,
    hooks::{Sender, use_draft, use_sender, use_store},
    state::Action,
    text::{count, sentence},
};
use api::{Command, Id, view::CommentView};
use yew::prelude::*;

/// Answers deeper than this stand beside each other: a narrower column cannot be read.
const DEPTH: usize = 3;

#[derive(Properties, PartialEq)]
pub(crate) struct DiscussionProps {
    /// What is discussed.
    pub(crate) entry: Id,
    pub(crate) chapter_name: AttrValue,
    pub(crate) comments: Vec<CommentView>,
    /// What is discussed does not count, so nothing new is written under it.
    #[prop_or_default]
    pub(crate) void: bool,
}

/// The discussion.
#[component]
pub(crate) fn Discussion(props: &DiscussionProps) -> Html {
    let store = use_store();
    // Whoever is in the chapter no more reads.
    let gone = store.looking_at().is_some_and(|chapter| store.reading_only(chapter));
    let silent = gone || props.void;
    let answering = use_state(|| None::<Id>);
    let answer = {
        let answering = answering.clone();
        Callback::from(move |id: Option<Id>| {
            answering.set(id.clone());
            if id.is_some() {
                gloo_timers::callback::Timeout::new(30, || {
                    browser::focus(".reply textarea");
                })
                .forget();
            }
        })
    };
    let shown = Shown { props, silent, answering: (*answering).as_ref(), answer: &answer };
    let title = match props.comments.len() {
        0 => "No replies yet".to_owned(),
        n => count(n as u64, "reply", "replies"),
    };
    html! {
        <>
            <section class="stack" aria-labelledby="replies">
                <SecHead id="replies" {title} />
                if !props.comments.is_empty() { <div class="thread">{ shown.thread(0, props.comments.len(), 0) }</div> }
            </section>
            if props.void && !gone {
                <p class="meta" data-test="silent">{ "It does not count in the chapter, so nothing can be written under it." }</p>
            } else if store.looking_at().is_some_and(|chapter| store.arriving(chapter)) {
                <p class="meta" data-test="silent">{ format!("{} is still arriving: you can answer once all of it is here.", props.chapter_name) }</p>
            } else if silent {
                <p class="meta" data-test="silent">{ format!("You are in {} no more: you can read here, and nothing can be written.", props.chapter_name) }</p>
            }
            if answering.is_none() && !silent {
                <Reply key={props.entry.clone()} on={props.entry.clone()} chapter_name={props.chapter_name.clone()} to={None::<AttrValue>} done={answer.clone()} />
            }
        </>
    }
}

struct Shown<'a> {
    props: &'a DiscussionProps,
    /// Nothing can be answered.
    silent: bool,
    answering: Option<&'a Id>,
    answer: &'a Callback<Option<Id>>,
}

impl Shown<'_> {
    /// The comments from one place to another, the first of which is `depth` deep.
    fn thread(&self, from: usize, to: usize, depth: usize) -> Html {
        let all = &self.props.comments;
        let mut out = Vec::new();
        let mut at = from;
        while at < to {
            let mut end = at + 1;
            while end < to && all[end].depth > all[at].depth {
                end += 1;
            }
            let inside = if depth < DEPTH && end > at + 1 {
                html! { <div class="thread">{ self.thread(at + 1, end, depth + 1) }</div> }
            } else {
                Html::default()
            };
            out.push(self.comment(&all[at], inside));
            if depth >= DEPTH {
                out.push(self.thread(at + 1, end, depth));
            }
            at = end;
        }
        out.into_iter().collect()
    }

    fn comment(&self, comment: &CommentView, inside: Html) -> Html {
        let head = &comment.head;
        let id = head.entry.clone();
        let answers = self.answering == Some(&id);
        let start = {
            let (answer, id) = (self.answer.clone(), id.clone());
            Callback::from(move |_| answer.emit(Some(id.clone())))
        };
        html! {
            <article class="reply" key={id.clone()} data-test="comment" tabindex="-1" data-step="comment">
                <Seal member={head.author.member.clone()} size="md" />
                <div class="head">
                    <b><bdi>{ &head.author.handle }</bdi></b>
                    <span class="meta">{ if head.author.me { "You, " } else { "" } }<When time={head.time.clone()} /></span>
                </div>
                if let Some(void) = &head.void {
                    <p class="error"><Icon name="no" class="sm" />{ format!("Not accepted by the chapter. {}", sentence(void)) }</p>
                }
                <TextOf head={head.clone()} hidden={comment.hidden.clone()}><Markdown text={comment.body.clone()} top={4} class="prose small" /></TextOf>
                <div class="acts">
                    if !self.silent { <button class="textbtn" type="button" onclick={start} aria-expanded={answers.to_string()}>
                        <Icon name="reply" class="sm" />{ "Reply" }<span class="sr">{ format!(" to {}", head.author.handle) }</span>
                    </button> }
                    if comment.hidden.is_none() && !head.author.me && !self.silent { <HideButton head={head.clone()} what="comment" /> }
                    if !self.silent { <ShareState share={head.share} long={head.share.have <= 1} /> }
                </div>
                if answers {
                    <div class="thread">
                        <Reply key={id.clone()} on={id.clone()} chapter_name={self.props.chapter_name.clone()}
                            to={Some(AttrValue::from(head.author.handle.clone()))} done={self.answer.clone()} />
                    </div>
                }
                { inside }
            </article>
        }
    }
}

#[derive(Properties, PartialEq)]
struct ReplyProps {
    on: Id,
    chapter_name: AttrValue,
    /// Whom it answers; none for the entry itself.
    to: Option<AttrValue>,
    done: Callback<Option<Id>>,
}

#[component]
fn Reply(props: &ReplyProps) -> Html {
    let store = use_store();
    let sender: Sender = use_sender();
    let name = format!("draft-reply-{}", props.on);
    let (text, kept, set) = use_draft(&name, String::new);
    let send = {
        let (sender, store, set, done) = (sender.clone(), store.clone(), set.clone(), props.done.clone());
        let (on, text, name) = (props.on.clone(), text.clone(), name.clone());
        Callback::from(move |()| {
            if text.trim().is_empty() {
                sender.refuse("There is nothing to send yet: write your reply first.");
                return;
            }
            let (store, set, done, name) = (store.clone(), set.clone(), done.clone(), name.clone());
            sender.send(Command::Comment { entry: on.clone(), body: text.clone() }, move |_| {
                set.emit(String::new());
                drafts::forget(&name);
                done.emit(None);
                store.dispatch(Action::Say("Your reply is saved on this computer".to_owned()));
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
    let cancel = {
        let done = props.done.clone();
        Callback::from(move |_| done.emit(None))
    };
    let label = props.to.as_ref().map_or_else(|| "Your reply".to_owned(), |to| format!("Your reply to {to}"));
    html! {
        <form class="stack tight" aria-label={label.clone()} {onsubmit}>
            <Composer id="comment-body" {label} value={text} onchange={set} onsend={send} {kept}
                audience={format!("Seen by: members of {}", props.chapter_name)}
                button={html! { <>
                    if props.to.is_some() { <button class="btn" type="button" onclick={cancel}>{ "Cancel" }</button> }
                    <button class="btn primary" type="submit" data-test="reply" disabled={sender.busy()}>{ "Reply" }</button>
                </> }} />
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </form>
    }
}
