//! Blocks with their reasons and owners, those that were lifted, and what others said to their positions.

use crate::{
    components::{Author, Icon, Tag},
    hooks::use_store,
    text::{capital, count},
};
use api::{
    poll::{BlockView, ConcernView, POSITIONS},
    view::QuestionView,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ObjectionProps {
    pub(super) question: QuestionView,
    pub(super) blocks: Vec<BlockView>,
    /// All that stand; perhaps more than are listed.
    pub(super) standing: usize,
    pub(super) lifted: Vec<BlockView>,
    pub(super) concerns: Vec<ConcernView>,
    pub(super) chapter: AttrValue,
}

/// What was said.
#[component]
pub(super) fn Objections(props: &ObjectionProps) -> Html {
    let me = use_store().me.as_ref().map(|me| me.member.clone());
    if props.blocks.is_empty() && props.lifted.is_empty() && props.concerns.is_empty() {
        return Html::default();
    }
    let (own, others): (Vec<&ConcernView>, Vec<_>) =
        props.concerns.iter().partition(|c| me.as_ref() == Some(&c.member));
    let more = props.standing.saturating_sub(props.blocks.len());
    html! {
        <div class="stack" data-test="objections" data-question={props.question.key.clone()} data-standing={props.standing.to_string()}>
            if !props.blocks.is_empty() {
                <h3>{ count(props.standing as u64, "objection stands", "objections stand") }</h3>
                { for props.blocks.iter().map(|b| said(props, &b.member, &b.handle, &b.reason, html! { <Tag class="stop" icon="hand">{ "Block" }</Tag> })) }
                if more > 0 { <p class="meta">{ format!("{} not listed here.", count(more as u64, "more is", "more are")) }</p> }
                <p class="meta">{ "Only those who blocked can lift their block, by voting anew while the vote is open." }</p>
            }
            if !props.lifted.is_empty() {
                <details open={props.blocks.is_empty()}><summary class="textbtn"><Icon name="right" class="sm flip" />{ count(props.lifted.len() as u64, "objection was lifted", "objections were lifted") }</summary>
                    <div class="stack mt3">{ for props.lifted.iter().map(|b| said(props, &b.member, &b.handle, &b.reason, html! { <Tag class="ok" icon="check">{ "Lifted by its owner" }</Tag> })) }</div>
                </details>
            }
            { concerns(props, "What others said", &others) }
            { concerns(props, "What you said", &own) }
        </div>
    }
}

fn concerns(props: &ObjectionProps, title: &'static str, concerns: &[&ConcernView]) -> Html {
    if concerns.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h3>{ title }</h3>
            { for concerns.iter().map(|c| said(props, &c.member, &c.handle, &c.reason, html! { <Tag icon="reply">{ POSITIONS.get(c.position).map(|p| capital(p)).unwrap_or_default() }</Tag> })) }
        </>
    }
}

fn said(props: &ObjectionProps, member: &str, handle: &str, reason: &str, tag: Html) -> Html {
    html! {
        <div class="stack tight">
            <p class="line"><Author member={member.to_owned()} handle={handle.to_owned()} chapter={props.chapter.clone()} />{ tag }</p>
            <blockquote class="said">{ reason.to_owned() }</blockquote>
        </div>
    }
}
