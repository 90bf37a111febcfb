//! How the count can be checked: who could vote, what arrived, one's own ballot found in it, and words to compare.

use super::ResultProps;
use crate::{
    browser,
    components::{Icon, Note, NoteKind, RefusalNote},
    hooks::use_sender,
    pages::six_words,
    text::{ballot, count, list, short_id},
};
use api::{
    Command, Reply,
    closing::{RecountView, Said, Stage, TellerView},
    poll::CountedBallot,
    view::{MyBallot, NotCounted, PollState, PollView, QuestionView},
};
use yew::prelude::*;

/// How the count can be checked.
#[component]
pub(crate) fn Check(props: &ResultProps) -> Html {
    let poll = &props.poll;
    let not = poll.not_counted_all.max(poll.not_counted.len());
    let apart = poll.secret.as_ref().is_some_and(|s| s.apart);
    let closed = poll.state == PollState::Closed;
    html! {
        <section class="card stack" aria-labelledby="check" data-test="result-check">
            <div class="line nowrap"><Icon name="checked" class="lg" /><h2 id="check">{ if super::lost(poll) { "Not counted" } else if poll.sealed().is_some() { "Not counted yet" } else { "Counted on this computer" } }</h2></div>
            <p class="muted">{ "Every member’s computer counts the signed ballots itself." }</p>
            <ul class="steps">
                <li class="done"><Icon name="ok" /><div><b>{ "Who could vote" }</b><p class="meta">{ format!("{} on the list, fixed when the vote was opened", count(poll.roll as u64, "member", "members")) }</p>
                    { exceptions(poll) }</div></li>
                <li class="done"><Icon name="ok" /><div><b>{ "Ballots" }</b><p class="meta" data-test="arrived">{ arrived(poll) }</p></div></li>
                if not > 0 {
                    <li><Icon name="info" /><div><b>{ format!("{not} not counted") }</b>
                        <ul data-test="not-counted">{ for poll.not_counted.iter().map(not_counted) }</ul>
                        if not > poll.not_counted.len() { <p class="meta">{ format!("and {} more", not - poll.not_counted.len()) }</p> }</div></li>
                }
                { tellers(poll) }
                { counts(poll) }
                if let Some(secret) = poll.secret.as_ref().filter(|s| s.invalid > 0) {
                    <li><Icon name="info" /><div><b>{ format!("{} not valid", count(secret.invalid as u64, "ballot is", "ballots are")) }</b><p class="meta">{ "From nobody on the list, or altered on the way." }</p></div></li>
                }
                { match &poll.mine {
                    None if poll.secret.as_ref().is_some_and(|s| s.own.is_some()) => {
                        let (what, words) = match (apart, closed) {
                            (true, true) => ("Your ballots", "Not all in the count"),
                            (true, false) => ("Your ballots", "Not all in the count yet"),
                            (false, true) => ("Your ballot", "Not in the count"),
                            (false, false) => ("Your ballot", "Not in the count yet"),
                        };
                        html! { <li><Icon name={if closed { "warn" } else { "wait" }} /><div><b>{ what }</b><p class="meta">{ words }</p></div></li> }
                    },
                    Some(ballot) => own(poll, ballot),
                    None if poll.opening.as_ref().is_some_and(|o| o.own.is_some()) => html! { <li><Icon name="wait" /><div><b>{ "Your ballot" }</b><p class="meta">{ poll.opening.as_ref().and_then(|o| o.own.as_ref()).map(|own| own.words.clone()).unwrap_or_default() }</p></div></li> },
                    None if poll.own_not_counted().is_some() => html! { <li><Icon name="warn" /><div><b>{ "Your ballot" }</b><p class="meta">{ poll.own_not_counted() }</p></div></li> },
                    None if poll.on_roll => html! { <li><Icon name="info" /><div><b>{ "Your ballot" }</b><p class="meta">{ if poll.my_vote.gave.as_ref().is_some_and(|g| g.stands) { "You gave your vote to somebody else" } else { "You have not voted" } }</p></div></li> },
                    None => html! { <li><Icon name="info" /><div><b>{ "Your ballot" }</b><p class="meta">{ crate::text::sentence(if poll.my_vote.reason.is_empty() { "you were not a member yet when it was opened" } else { &poll.my_vote.reason }) }</p></div></li> },
                } }
            </ul>
            <Recount poll={poll.head.entry.clone()} />
            { all_ballots(poll) }
            if !poll.voted.is_empty() {
                <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "Who has voted" }</summary><p class="meta mt2">{ poll.voted.join(", ") }</p></details>
            }
        </section>
    }
}

/// How many ballots there are. One that is changed takes the place of the one before, also where nobody sees whose it is.
fn arrived(poll: &PollView) -> String {
    // Where votes can be given away, these are among them.
    let (voters, replaced) = (poll.voters, if poll.delegation { 0 } else { poll.aside.replaced });
    let all = voters + replaced + poll.not_counted.iter().filter(|n| !n.delegation).count();
    let later = match replaced {
        0 => String::new(),
        1 => "; 1 was replaced by a later one of the same voter".to_owned(),
        n => format!("; {n} were replaced by later ones of the same voters"),
    };
    if super::lost(poll) {
        // Those that are lost are among the voters already.
        return format!("{} arrived{later}; none can be opened any more", all - voters);
    }
    if poll.sealed().is_some() {
        return format!("{all} arrived{later}; none is counted before all are open");
    }
    if poll.secret.as_ref().is_some_and(|s| s.apart) {
        return format!("{voters} counted on the question with the most; each question has its own");
    }
    format!("{all} arrived; {voters} counted{later}")
}

/// Who closes the poll, and what they said.
fn tellers(poll: &PollView) -> Html {
    let Some(closing) = &poll.closing else { return Html::default() };
    let over = closing.stage != Stage::Open;
    let (class, icon) = match closing.stage {
        Stage::Final => (Some("done"), "ok"),
        Stage::Provisional | Stage::Open => (None, "wait"),
    };
    let said = |t: &TellerView| {
        let when = t
            .time
            .as_deref()
            .and_then(browser::local)
            .map(|t| format!(" {}", t.within(browser::now())))
            .unwrap_or_default();
        let words = match t.said {
            Said::Missing if over => "has not said yet what was in time".to_owned(),
            Said::Missing if t.receipted == 0 => "has not signed yet what was seen".to_owned(),
            Said::Missing => format!("has seen {}", count(t.receipted as u64, "vote", "votes")),
            Said::Closed => {
                format!("closed it{when}, with {}", count(t.votes.unwrap_or_default() as u64, "vote", "votes"))
            }
            Said::Contradicts => "signed two things that cannot both be so; neither counts".to_owned(),
            Said::Recalled => "is no teller any more; what they said does not count".to_owned(),
        };
        let place = if t.substitute { ", in somebody’s place" } else { "" };
        html! { <li class="meta block" data-test="teller" data-handle={t.handle.clone()}><bdi>{ &t.handle }</bdi>{ format!("{place}: {words}") }</li> }
    };
    html! {
        <li {class} data-test="closing" data-stage={match closing.stage { Stage::Open => "open", Stage::Provisional => "provisional", Stage::Final => "final" }}>
            <Icon name={icon} /><div><b>{ "Tellers" }</b>
            <p class="meta">{ closing.words.join(" ") }</p>
            <ul class="mt1 stack tight">{ for closing.tellers.iter().map(said) }</ul></div></li>
    }
}

/// On how many computers the same was counted, and on which something else.
fn counts(poll: &PollView) -> Html {
    let Some(counts) = &poll.counts else { return Html::default() };
    let more = if counts.enough { " or more" } else { "" };
    let (class, icon) = if counts.differ.is_empty() { (Some("done"), "ok") } else { (None, "info") };
    let only = counts.same == 1 && counts.differ.is_empty();
    html! {
        <li {class} data-test="counts" data-same={counts.same.to_string()}><Icon name={icon} /><div>
            <b>{ format!("Counted the same on {}{more}", count(counts.same as u64, "device", "devices")) }</b>
            if only { <p class="meta">{ "So far, this one. Others say so within minutes of being connected." }</p> }
            if counts.enough { <p class="meta">{ "Enough said the same, so that others speak up only if they count something else." }</p> }
            if !counts.differ.is_empty() { <ul class="stack tight mt1">{ for counts.differ.iter().map(|words| html! { <li class="meta block" data-test="counted-differently">{ words }</li> }) }</ul> }
        </div></li>
    }
}

#[derive(Properties, PartialEq)]
struct RecountProps {
    poll: AttrValue,
}

/// Counts once more from what is saved, and says whether it is the same.
#[component]
fn Recount(props: &RecountProps) -> Html {
    let sender = use_sender();
    let counted = use_state(|| None::<RecountView>);
    let again = {
        let (sender, counted, poll) = (sender.clone(), counted.clone(), props.poll.to_string());
        Callback::from(move |_: MouseEvent| {
            let counted = counted.clone();
            sender.send(Command::Recount { poll: poll.clone() }, move |reply| {
                if let Reply::Recount(view) = reply {
                    counted.set(Some(view));
                }
            });
        })
    };
    html! {
        <div class="stack tight">
            <button class="btn wide" type="button" onclick={again} disabled={sender.busy()} data-test="recount"><Icon name="sync" class="sm" />{ "Count again on this computer" }</button>
            <div role="status">
                { match &*counted {
                    Some(view) if view.same => html! { <p class="meta" data-test="recounted">{ format!("The same result, from {}.", count(view.entries as u64, "saved entry", "saved entries")) }</p> },
                    Some(_) => html! { <Note kind={NoteKind::Stop} title="Another result" test="recounted"><p>{ "What is saved here gives another result than the one shown. Start Chapterhouse anew; if it stays, the store of this computer is damaged, and the others’ are not." }</p></Note> },
                    None => Html::default(),
                } }
            </div>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </div>
    }
}

/// All secret ballots, for whoever wants to count by hand or to find their own.
fn all_ballots(poll: &PollView) -> Html {
    if poll.ballots.is_empty() {
        return Html::default();
    }
    let own = poll.secret.as_ref().and_then(|s| s.own.as_ref());
    let own = |id: &str| own.is_some_and(|own| own.ballot == id || own.apart.iter().any(|part| part.ballot == id));
    let answers = |ballot: &CountedBallot| {
        let said =
            |q: &QuestionView| ballot.answers.get(&q.key).map_or_else(|| "blank".to_owned(), |a| ballot::words(q, a));
        match ballot.question.as_ref().map(|key| poll.questions.iter().find(|q| q.key == *key)) {
            Some(only) => only.map(|q| format!("{} {}", q.text, said(q))).unwrap_or_default(),
            None => poll.questions.iter().map(said).collect::<Vec<_>>().join("; "),
        }
    };
    html! {
        <details data-test="all-ballots"><summary class="textbtn"><Icon name="right" class="sm flip" />{ format!("All {} in the count", count(poll.ballots.len() as u64, "ballot", "ballots")) }</summary>
            <ul class="stack tight mt2">{ for poll.ballots.iter().map(|b| html! {
                <li class="meta block" data-test="counted-ballot" data-own={own(&b.ballot).then_some("")}><b>{ short_id(&b.ballot) }</b>{ if own(&b.ballot) { " (yours)" } else { "" } }<br />{ answers(b) }</li>
            }) }</ul>
        </details>
    }
}

/// Who has more or less than one vote, and why.
fn exceptions(poll: &PollView) -> Html {
    if poll.weights.is_empty() && poll.observers.is_empty() {
        return Html::default();
    }
    html! {
        <ul data-test="exceptions">
            { for poll.weights.iter().map(|w| html! { <li class="meta block"><bdi>{ &w.handle }</bdi>{ format!(": {} votes. {}", w.weight, w.reason) }</li> }) }
            { for poll.observers.iter().map(|o| html! { <li class="meta block"><bdi>{ &o.handle }</bdi>{ format!(": observes. {}", o.reason) }</li> }) }
        </ul>
    }
}

fn not_counted(n: &NotCounted) -> Html {
    let what = if n.delegation { " (a vote given to others)" } else { "" };
    let own = if n.own { " (yours)" } else { "" };
    html! { <li class="meta block"><bdi>{ &n.author }</bdi>{ format!("{own}{what}: ") }{ crate::text::sentence(&n.reason) }</li> }
}

/// The ballot of this member as it is in the count.
fn own(poll: &PollView, mine: &MyBallot) -> Html {
    let when = browser::local(&mine.time).map_or_else(|| mine.time.clone(), |t| t.within(browser::now()));
    let answers = poll.questions.iter().map(|q| {
        let said = mine.answers.get(&q.key).map_or_else(|| "Left blank".to_owned(), |a| ballot::words(q, a));
        html! { <div><dt class="meta">{ &q.text }</dt><dd>{ said }</dd></div> }
    });
    html! {
        <li class="done" data-test="own-ballot"><Icon name="ok" /><div><b>{ "Your ballot" }</b>
            <p class="meta">{ if poll.sealed().is_some() { format!("Found among those that are in. Cast {when}") } else { format!("Found in the count. Cast {when}") } }</p>
            if !mine.seen_by.is_empty() { <p class="meta" data-test="seen-by">{ format!("Seen by the {} {}", if mine.seen_by.len() == 1 { "teller" } else { "tellers" }, list(&mine.seen_by)) }</p> }
            <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "What it says" }</summary>
                <dl class="stack tight mt2 ballot-says">{ for answers }</dl>
                <p class="meta mt2">{ format!("Entry {}. Whoever has it can find it under this number.", short_id(&mine.entry)) }</p>
            </details></div></li>
    }
}

/// For two people who want to be sure that they counted the same.
#[component]
pub(crate) fn Compare(props: &ResultProps) -> Html {
    let poll = &props.poll;
    html! {
        <section class="card soft stack" aria-labelledby="compare" data-test="result-hash" data-hash={poll.result_hash.clone()}>
            <h2 id="compare" class="h3">{ "Compare by phone" }</h2>
            <p class="meta">{ "Whoever counted the same ballots to the same result sees the same six words." }</p>
            { six_words(&poll.result_words) }
        </section>
    }
}
