//! A vote: the ballot while it is open, the result afterwards.

use super::{cast::Ballot, entry::void_note, give::Given, result::Totals};
use crate::{
    browser,
    components::{
        Author, Crumbs, Discussion, Icon, Markdown, Note, NoteKind, Opening, Secret, ShareState, Signature, Tag,
    },
    state::{Route, Tab},
    text::{ballot, count, sentence, short_id},
};
use api::{
    closing,
    poll::OwnBallotView,
    view::{PollState, PollView},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PollProps {
    pub(crate) poll: PollView,
}

/// Which part of voting is on the screen.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Stage {
    /// The ballot was cast, or this member is not on the list: only reading.
    Reading,
    Answering,
    Reviewing,
}

/// The vote.
#[component]
pub(crate) fn PollPage(props: &PollProps) -> Html {
    let poll = &props.poll;
    let head = &poll.head;
    use_effect_with(poll.title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    let closed = poll.state == PollState::Closed;
    let barred = poll.secret.as_ref().and_then(|s| s.barred.as_deref());
    let own =
        poll.secret.as_ref().is_some_and(|s| s.own.is_some()) || poll.opening.as_ref().is_some_and(|o| o.own.is_some());
    let may_vote = poll.on_roll && !closed && head.void.is_none() && barred.is_none();
    let given = poll.my_vote.gave.as_ref().is_some_and(|g| g.stands);
    let stage =
        use_state(|| if may_vote && poll.mine.is_none() && !own && !given { Stage::Answering } else { Stage::Reading });
    {
        // Once it is given to somebody, there is nothing to fill in; whoever wants to vote all the same says so.
        let stage = stage.clone();
        use_effect_with(given, move |given| {
            if *given {
                stage.set(Stage::Reading);
            }
        });
    }
    let shown = if may_vote { *stage } else { Stage::Reading };
    let to = {
        let stage = stage.clone();
        Callback::from(move |next: Stage| {
            stage.set(next);
            browser::scroll_up();
            browser::focus("#main");
        })
    };
    let trail = vec![
        (AttrValue::from(head.chapter_name.clone()), Route::front(head.chapter.clone())),
        (AttrValue::from("Votes"), Route::Chapter(head.chapter.clone(), Tab::Votes)),
    ];
    let closes = browser::local(&poll.closes);
    let now = browser::now();
    let when = match (closes, closed) {
        (Some(t), true) => format!("Closed {}", t.within(now)),
        (Some(t), false) => format!("Closes {}", t.within(now)),
        (None, _) => poll.closes.clone(),
    };
    html! {
        <>
            <Crumbs {trail} />
            <header class="page-head"><div class="grow">
                <p class="line">
                    if poll.closing.as_ref().is_some_and(|c| c.stage == closing::Stage::Provisional) { <Tag class="wait" icon="wait">{ "Provisional" }</Tag> } else if closed { <Tag icon="check">{ "Closed" }</Tag> } else { <Tag class="accent" icon="vote">{ "Open" }</Tag> }
                    <Author member={head.author.member.clone()} handle={head.author.handle.clone()} chapter={AttrValue::from(head.chapter.clone())} />
                </p>
                <h1 class="mt2" data-test="title">{ &poll.title }</h1>
                <p class="sub dots"><span>{ count(poll.questions.len() as u64, "question", "questions") }</span><span>{ if poll.secret.as_ref().is_some_and(|s| s.apart) { "Secret, answers kept apart" } else if poll.secret.is_some() { "Secret" } else if poll.sealed().is_some() { "Hidden until the close" } else { "Names shown" } }</span><span>{ when }</span></p>
            </div></header>
            if let Some(p) = &poll.proposed { <div class="above">{ super::proposal::proposed(p, &head.chapter) }</div> }
            { match shown {
                Stage::Reading => html! { <Reading poll={poll.clone()} change={may_vote.then(|| to.reform(|_: MouseEvent| Stage::Answering))} /> },
                stage => html! { <Ballot key={head.entry.clone()} poll={poll.clone()} reviewing={stage == Stage::Reviewing} {to} /> },
            } }
        </>
    }
}

/// Where a voter finds the ballot for each question, and whether it has come.
fn apart(poll: &PollView, own: &OwnBallotView) -> Html {
    let asked = |key: &str| poll.questions.iter().find(|q| q.key == key).map(|q| q.text.clone()).unwrap_or_default();
    html! {
        <>
            <ul class="steps mt2" data-test="own-apart">{ for own.apart.iter().map(|b| html! {
                <li class={b.found.then_some("done")} data-found={b.found.then_some("")}><Icon name={if b.found { "ok" } else { "wait" }} /><div><b>{ asked(&b.question) }</b>
                    <p class="meta">{ if b.found { format!("In the count, under {}", short_id(&b.ballot)) } else { format!("Not in the count yet; it will be under {}", short_id(&b.ballot)) } }</p></div></li>
            }) }</ul>
            <p class="meta mt2">{ "Keep these to yourself." }</p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ReadingProps {
    poll: PollView,
    /// Goes back to the ballot while the vote is open.
    change: Option<Callback<MouseEvent>>,
}

#[component]
fn Reading(props: &ReadingProps) -> Html {
    let poll = &props.poll;
    let head = &poll.head;
    html! {
        <div class="cols">
            <div class="stack loose">
                <div class="stack">
                    { void_note(head) }
                    if let Some(barred) = poll.secret.as_ref().and_then(|s| s.barred.clone()) { <Note kind={NoteKind::Wait} icon="no" title="You cannot vote in it here" test="barred"><p>{ sentence(&barred) }</p></Note> }
                    if let Some(why) = poll.own_not_counted() { <Note kind={NoteKind::Wait} title="Not counted" test="own-not-counted"><p>{ why }</p></Note> }
                    if let Some(own) = poll.secret.as_ref().and_then(|s| s.own.as_ref()) {
                        <Note kind={if own.found { NoteKind::Ok } else { NoteKind::Wait }} icon={if own.found { "ok" } else { "wait" }} title={if own.apart.is_empty() { "Your ballot is cast" } else { "Your ballots are cast" }} test="ballot-cast"
                            action={props.change.clone().map_or_else(Html::default, |change| html! { <button class="btn small" type="button" onclick={change} data-test="change-vote">{ "Change my vote" }</button> })}>
                            <p>{ &own.words }</p>
                            if own.apart.is_empty() { <p class="meta">{ format!("You find it under {}. Keep that to yourself.", short_id(&own.ballot)) }</p> }
                            else { { apart(poll, own) } }
                        </Note>
                    } else if let Some(own) = poll.opening.as_ref().and_then(|o| o.own.as_ref()) {
                        <Note kind={if own.ballot.is_some() { NoteKind::Ok } else { NoteKind::Wait }} icon={if own.ballot.is_some() { "ok" } else { "wait" }} title={if own.ballot.is_some() { "Your ballot is cast" } else { "Your vote is kept on this computer" }} test="ballot-cast"
                            action={props.change.clone().map_or_else(Html::default, |change| html! { <button class="btn small" type="button" onclick={change} data-test="change-vote">{ "Change my vote" }</button> })}>
                            <p data-test="own-words">{ &own.words }</p>
                            { for poll.questions.iter().filter(|_| !own.answers.is_empty()).map(|q| html! { <p class="meta">{ format!("{} {}", q.text, own.answers.get(&q.key).map_or_else(|| "Left blank".to_owned(), |a| ballot::words(q, a))) }</p> }) }
                        </Note>
                    } else if let (Some(mine), Some(change)) = (&poll.mine, &props.change) {
                        <Note kind={NoteKind::Ok} title="Your ballot is cast" test="ballot-cast"
                            action={html! { <button class="btn small" type="button" onclick={change.clone()} data-test="change-vote">{ "Change my vote" }</button> }}>
                            <p><ShareState share={mine.share} long=true /></p>
                            <p class="meta">{ "You can change it until the vote closes; only your last one counts." }</p>
                        </Note>
                    } else if let Some(gave) = poll.my_vote.gave.as_ref().filter(|g| g.stands) {
                        <Given poll={poll.clone()} gave={gave.clone()} vote={props.change.clone()} />
                    } else if let Some(change) = &props.change {
                        <Note kind={NoteKind::Wait} icon="vote" title="You have not voted yet" test="ballot-waits" action={html! { <button class="btn small" type="button" onclick={change.clone()}>{ "Vote" }</button> }}><p>{ if poll.secret.is_some() || poll.opening.is_some() { "Nothing of it is kept on this computer before you cast it." } else { "Your answers so far are kept on this computer." } }</p></Note>
                    }
                    if !poll.description.trim().is_empty() { <div class="card"><Markdown text={poll.description.clone()} /></div> }
                    <Totals poll={poll.clone()} />
                </div>
                <Discussion void={head.void.is_some()} entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={poll.comments.clone()} />
            </div>
            <aside class="rail stack" aria-label="Checking the count">
                <super::result::Check poll={poll.clone()} />
                if let Some(secret) = &poll.secret { <Secret secret={secret.clone()} /> }
                if let Some(opening) = &poll.opening { <Opening opening={opening.clone()} /> }
                <super::result::Mine poll={poll.clone()} />
                if poll.sealed().is_none() {
                    <super::result::Compare poll={poll.clone()} />
                    <super::result::SaveResult poll={head.entry.clone()} />
                }
                <Signature head={head.clone()} what="vote" />
            </aside>
        </div>
    }
}
