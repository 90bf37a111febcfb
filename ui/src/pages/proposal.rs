//! A vote that stands proposed: what it would ask, how long it stands, what members object and would change.

use super::entry::void_note;
use crate::{
    browser,
    components::{Author, Crumbs, Discussion, Icon, Markdown, Note, NoteKind, Signature, Tag},
    dialogs::{Say, SayDialog},
    hooks::use_store,
    state::{Route, Tab},
    text::{count, methods::offered, proposal as words},
};
use api::proposal::{
    AmendmentView, Change, ObjectionStage, ObjectionView, PlanView, ProposalStage, ProposalView, ProposedView,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ProposalProps {
    pub(crate) page: ProposalView,
}

/// The proposal.
#[component]
pub(crate) fn ProposalPage(props: &ProposalProps) -> Html {
    let store = use_store();
    let saying = use_state(|| None::<Say>);
    let p = &props.page;
    let head = &p.head;
    use_effect_with(p.plan.title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    let trail = vec![
        (AttrValue::from(head.chapter_name.clone()), Route::front(head.chapter.clone())),
        (AttrValue::from("Votes"), Route::Chapter(head.chapter.clone(), Tab::Votes)),
    ];
    let say = {
        let saying = saying.clone();
        Callback::from(move |what: Say| saying.set(Some(what)))
    };
    let onclose = {
        let saying = saying.clone();
        Callback::from(move |()| saying.set(None))
    };
    let speaks = p.may_speak && head.void.is_none() && !store.reading_only(&head.chapter);
    html! {
        <>
            <Crumbs {trail} />
            <header class="page-head"><div class="grow">
                <p class="line">{ stage_tag(p.stage) }
                    <Author member={head.author.member.clone()} handle={head.author.handle.clone()} chapter={AttrValue::from(head.chapter.clone())} />
                    if p.number > 1 { <span class="meta" data-test="version">{ format!("Version {}", p.number) }</span> }</p>
                <h1 class="mt2" data-test="title">{ &p.plan.title }</h1>
            </div></header>
            <div class="cols act">
                <div class="stack">
                    { void_note(head) }
                    { stands(p) }
                    { plan(&p.plan) }
                    { changed(p) }
                    <section class="card stack" aria-labelledby="objections" data-test="proposal-objections">
                        <h2 id="objections">{ "Objections" }</h2>
                        if p.objections.is_empty() { <p class="meta">{ "Nobody has objected." }</p> }
                        { for p.objections.iter().map(|o| objection(o, &head.chapter, Some((p, &say)).filter(|_| speaks || p.mine || o.mine))) }
                        { more(p.objections_all, p.objections.len()) }
                        <p class="meta">{ "An objection stops nothing by itself. It stands on the ballot and beside the result until its owner withdraws it." }</p>
                    </section>
                    <section class="card stack" aria-labelledby="amendments" data-test="amendments">
                        <h2 id="amendments">{ "Amendments" }</h2>
                        if p.amendments.is_empty() { <p class="meta">{ "Nobody has proposed a change." }</p> }
                        { for p.amendments.iter().map(|a| amendment(a, p, &say, speaks)) }
                        { more(p.amendments_all, p.amendments.len()) }
                    </section>
                </div>
                <aside class="rail stack" aria-label="What you can do">
                    if speaks { { acts(p, &say) } }
                    <Signature head={head.clone()} what="proposal" />
                </aside>
                <div class="stack loose talk"><Discussion void={head.void.is_some()} entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={p.comments.clone()} /></div>
            </div>
            if let Some(what) = &*saying { <SayDialog say={what.clone()} {onclose} /> }
        </>
    }
}

fn stage_tag(stage: ProposalStage) -> Html {
    match stage {
        ProposalStage::Standing => html! { <Tag class="accent" icon="hand">{ "Proposed" }</Tag> },
        ProposalStage::Ready => html! { <Tag class="wait" icon="hand">{ "Proposed" }</Tag> },
        ProposalStage::Opened => html! { <Tag icon="check">{ "Opened" }</Tag> },
    }
}

/// How long it stands, and what became of it.
fn stands(p: &ProposalView) -> Html {
    let opens = browser::local(&p.opens);
    let (title, text) = words::stands(p, opens, browser::now());
    let action = p.poll.as_ref().map_or_else(Html::default, |poll| {
        html! { <a class="btn small" href={Route::Entry(poll.clone()).href()} data-test="to-poll">{ "To the vote" }</a> }
    });
    let stage = match p.stage {
        ProposalStage::Standing => "standing",
        ProposalStage::Ready => "ready",
        ProposalStage::Opened => "opened",
    };
    html! {
        <div data-test="proposal-stands" data-stage={stage}>
            <Note kind={NoteKind::Info} icon="clock" {title} {action}><p>{ text }</p>
                { for p.beside.iter().map(|poll| html! { <p><a href={Route::Entry(poll.clone()).href()}>{ "It was opened once more beside that" }</a>{ ". Votes there do not count for it." }</p> }) }
            </Note>
        </div>
    }
}

/// The draft as the ballot will look.
fn plan(plan: &PlanView) -> Html {
    html! {
        <section class="card stack" aria-labelledby="plan" data-test="plan">
            <h2 id="plan">{ "What it would ask" }</h2>
            <p class="line"><Icon name="clock" /><span>{ crate::text::capital(&plan.open) }</span></p>
            { for plan.held.iter().map(|one| html! { <p class="line"><Icon name="info" /><span>{ one }</span></p> }) }
            if !plan.description.trim().is_empty() { <Markdown text={plan.description.clone()} top={3} /> }
            { for plan.questions.iter().enumerate().map(|(n, q)| html! {
                <div class="card soft stack tight" key={q.key.clone()}>
                    <h3><span class="q-num">{ if plan.questions.len() == 1 { offered(q.method.method).name.to_owned() } else { format!("Question {} of {}. {}", n + 1, plan.questions.len(), offered(q.method.method).name) } }</span>{ &q.text }</h3>
                    <ul class="bullets">{ for q.options.iter().map(|o| html! { <li>{ crate::text::capital(o) }</li> }) }</ul>
                    { for q.method.words.iter().map(|words| html! { <p class="muted">{ words }</p> }) }
                </div>
            }) }
        </section>
    }
}

/// What is different, before and after.
fn differences(changes: &[Change]) -> Html {
    if changes.is_empty() {
        return html! { <p class="meta">{ "There is more of it than fits here." }</p> };
    }
    let text = |text: &str| if text.trim().is_empty() { "Nothing.".to_owned() } else { text.to_owned() };
    html! {
        <dl class="stack changes">{ for changes.iter().map(|c| html! {
            <div>
                <dt>{ &c.what }</dt>
                <dd class="was"><b>{ "Before" }</b><span>{ text(&c.old) }</span></dd>
                <dd class="then"><b>{ "After" }</b><span>{ text(&c.new) }</span></dd>
            </div>
        }) }</dl>
    }
}

fn changed(p: &ProposalView) -> Html {
    if p.changed.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card stack" aria-labelledby="changed" data-test="changed">
            <h2 id="changed">{ "How it was changed" }</h2>
            { for p.changed.iter().enumerate().map(|(n, v)| html! {
                <details open={n == 0} key={v.entry.clone()}>
                    <summary class="textbtn"><Icon name="right" class="sm flip" />{ words::version(v) }</summary>
                    <div class="stack tight mt3">
                        if !v.why.trim().is_empty() { <blockquote class="said">{ &v.why }</blockquote> }
                        { differences(&v.changes) }
                    </div>
                </details>
            }) }
        </section>
    }
}

fn more(all: usize, shown: usize) -> Html {
    let more = all.saturating_sub(shown);
    if more == 0 {
        return Html::default();
    }
    html! { <p class="meta">{ format!("{} not listed here.", count(more as u64, "more is", "more are")) }</p> }
}

/// An objection: whose, why, how it stands. On the proposal's page with what can be said to it.
fn objection(o: &ObjectionView, chapter: &str, acts: Option<(&ProposalView, &Callback<Say>)>) -> Html {
    let tag = match o.stage {
        ObjectionStage::Standing => html! { <Tag class="stop" icon="hand">{ "Stands" }</Tag> },
        ObjectionStage::Answered => html! { <Tag class="wait" icon="reply">{ "Answered, and stands" }</Tag> },
        ObjectionStage::Withdrawn => html! { <Tag class="ok" icon="check">{ "Withdrawn by its owner" }</Tag> },
    };
    let open = o.stage != ObjectionStage::Withdrawn;
    let stage = match o.stage {
        ObjectionStage::Standing => "standing",
        ObjectionStage::Answered => "answered",
        ObjectionStage::Withdrawn => "withdrawn",
    };
    let button = |say: &Callback<Say>, what: Say, words: &'static str, test: &'static str| {
        let onclick = say.reform(move |_: MouseEvent| what.clone());
        html! { <button class="btn small" type="button" {onclick} data-test={test}>{ words }</button> }
    };
    html! {
        <div class="stack tight" key={o.entry.clone()} data-test="objection" data-handle={o.handle.clone()} data-stage={stage}>
            <p class="line"><Author member={o.member.clone()} handle={o.handle.clone()} chapter={AttrValue::from(chapter.to_owned())} />{ tag }
                <span class="meta">{ format!("To version {}", o.number) }</span></p>
            <blockquote class="said">{ &o.why }</blockquote>
            { for o.answers.iter().map(|answer| html! { <p class="muted"><b>{ "Answer: " }</b>{ answer }</p> }) }
            if !open { <p class="muted"><b>{ "Withdrawn: " }</b>{ &o.withdrawn }</p> }
            if let Some((p, say)) = acts.filter(|_| open) {
                <div class="line">
                    if p.mine { { button(say, Say::Answer(o.entry.clone()), "Answer", "answer-objection") } }
                    if o.mine { { button(say, Say::Withdraw(o.entry.clone()), "Withdraw it", "withdraw-objection") } }
                </div>
            }
        </div>
    }
}

fn amendment(a: &AmendmentView, p: &ProposalView, say: &Callback<Say>, speaks: bool) -> Html {
    let adopt = {
        let entry = a.entry.clone();
        say.reform(move |_: MouseEvent| Say::Adopt(entry.clone()))
    };
    html! {
        <div class="stack tight" key={a.entry.clone()} data-test="amendment" data-handle={a.handle.clone()}>
            <p class="line"><Author member={a.member.clone()} handle={a.handle.clone()} chapter={AttrValue::from(p.head.chapter.clone())} />
                if let Some(number) = a.adopted { <Tag class="ok" icon="check">{ format!("Adopted in version {number}") }</Tag> }
                <span class="meta">{ format!("To version {}", a.number) }</span></p>
            <blockquote class="said">{ &a.why }</blockquote>
            { differences(&a.changes) }
            if speaks && p.mine && a.adopted.is_none() {
                <div><button class="btn small" type="button" onclick={adopt} data-test="adopt">{ "Adopt it" }</button></div>
            }
        </div>
    }
}

/// For whoever may.
fn acts(p: &ProposalView, say: &Callback<Say>) -> Html {
    let (object, open) = (p.head.entry.clone(), p.head.entry.clone());
    let object = say.reform(move |_: MouseEvent| Say::Object(object.clone()));
    let open = say.reform(move |_: MouseEvent| Say::Open(open.clone()));
    html! {
        <section class="card stack" aria-label="What you can do">
            if p.may_open && p.stage == ProposalStage::Ready { <button class="btn primary wide" type="button" onclick={open} data-test="open-proposal">{ "Open the vote" }</button> }
            <a class="btn wide" href={Route::Amend(p.head.entry.clone()).href()} data-test="amend">{ if p.mine { "Change it" } else { "Propose a change" } }</a>
            if !p.mine { <button class="btn wide" type="button" onclick={object} data-test="object">{ "Object" }</button> }
        </section>
    }
}

/// On a vote: what it was, and what was objected to it.
pub(super) fn proposed(proposed: &ProposedView, chapter: &str) -> Html {
    html! {
        <section class="card stack" aria-labelledby="proposed" data-test="proposed">
            <h2 id="proposed" class="h3">{ words::objected(proposed) }</h2>
            if let Some(other) = &proposed.instead {
                <Note kind={NoteKind::Wait} icon="warn" title="This is not the vote that counts" test="instead"><p>{ "It was opened beside another one of the same proposal. " }<a href={Route::Entry(other.clone()).href()}>{ "Vote there" }</a>{ "." }</p></Note>
            }
            { for proposed.objections.iter().map(|o| objection(o, chapter, None)) }
            <p class="meta"><a href={Route::Entry(proposed.proposal.clone()).href()} data-test="to-proposal">{ "The proposal, and how it was changed" }</a></p>
        </section>
    }
}
