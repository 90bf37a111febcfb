//! Giving one's vote in a poll to others, and taking it back.

use crate::{
    browser,
    components::{Choose, Icon, Note, NoteKind, RefusalNote, TextField},
    hooks::{use_ask, use_sender, use_store},
    state::Action,
    text::{count, list},
};
use api::{
    Command, Reply,
    poll::{GaveView, PartDraft},
    view::{MemberView, PollView},
};
use yew::prelude::*;

/// To so many others a vote can be given.
const MOST: usize = 6;

#[derive(Properties, PartialEq)]
pub(super) struct GiveProps {
    pub(super) poll: PollView,
}

/// Whom, and which share of the vote.
#[derive(Clone, PartialEq)]
struct Part {
    member: String,
    share: String,
}

impl Part {
    fn new() -> Self {
        Self { member: String::new(), share: "1".to_owned() }
    }
}

/// The form, folded until it is wanted.
#[component]
pub(super) fn GiveVote(props: &GiveProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let poll = &props.poll;
    let chapter = poll.head.chapter.clone();
    let wanted = use_state(|| false);
    let parts = use_state(|| vec![Part::new()]);
    let asked = use_ask(wanted.then(|| Command::Members { chapter: chapter.clone() }), store.revision(&chapter));
    let set = |n: usize, change: fn(&mut Part, String)| {
        let parts = parts.clone();
        Callback::from(move |value: String| {
            let mut next = (*parts).clone();
            if let Some(part) = next.get_mut(n) {
                change(part, value);
            }
            parts.set(next);
        })
    };
    if !*wanted {
        let open = {
            let wanted = wanted.clone();
            Callback::from(move |_: MouseEvent| wanted.set(true))
        };
        return html! {
            <section class="stack tight" aria-labelledby="give-vote">
                <h2 class="h3" id="give-vote">{ "No time to vote?" }</h2>
                <p class="meta">{ "You can give your vote here to somebody you trust, and take it back until the vote closes." }</p>
                <div><button class="btn small" type="button" onclick={open} data-test="give-vote"><Icon name="shake" class="sm" />{ "Give my vote to somebody" }</button></div>
            </section>
        };
    }
    let members: Vec<MemberView> = match asked.reply {
        Some(Reply::Members(members)) => members,
        _ => Vec::new(),
    };
    let others: Vec<(AttrValue, AttrValue)> = members
        .iter()
        .filter(|m| !m.me && poll.observers.iter().all(|o| o.member != m.member))
        .map(|m| (m.member.clone().into(), m.handle.clone().into()))
        .collect();
    let several = parts.len() > 1;
    let give = {
        let (store, sender, parts, wanted, entry) =
            (store.clone(), sender.clone(), (*parts).clone(), wanted.clone(), poll.head.entry.clone());
        let names: Vec<String> =
            parts.iter().filter_map(|p| Some(members.iter().find(|m| m.member == p.member)?.handle.clone())).collect();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(n) = parts.iter().position(|p| p.member.is_empty()) {
                sender.refuse("Choose a member.");
                browser::focus(&format!("#give-{n}"));
                return;
            }
            let to: Option<Vec<PartDraft>> = parts
                .iter()
                .map(|p| {
                    Some(PartDraft { member: p.member.clone(), share: p.share.trim().parse().ok().filter(|n| *n > 0)? })
                })
                .collect();
            let Some(to) = to else {
                sender.refuse("Parts are whole numbers: 1 and 2 give a third to one and two thirds to the other.");
                return;
            };
            let (store, wanted, names) = (store.clone(), wanted.clone(), list(&names));
            sender.send(Command::Delegate { poll: entry.clone(), to }, move |_| {
                wanted.set(false);
                store.dispatch(Action::Say(format!("Your vote is given to {names}, saved on this computer")));
            });
        })
    };
    let add = {
        let parts = parts.clone();
        Callback::from(move |_: MouseEvent| {
            let mut next = (*parts).clone();
            next.push(Part::new());
            parts.set(next);
        })
    };
    let close = {
        let (wanted, parts) = (wanted.clone(), parts.clone());
        Callback::from(move |_: MouseEvent| {
            wanted.set(false);
            parts.set(vec![Part::new()]);
        })
    };
    html! {
        <section class="card stack" aria-labelledby="give-vote">
            <h2 class="h3" id="give-vote">{ "Give my vote to somebody" }</h2>
            <form class="stack tight" onsubmit={give} novalidate=true>
                { for parts.iter().enumerate().map(|(n, part)| {
                    let options: Vec<(AttrValue, AttrValue)> = [(AttrValue::from(""), AttrValue::from("Choose…"))].into_iter().chain(others.clone()).collect();
                    html! {
                        <div class={classes!("giving", several.then_some("several"))} key={n}>
                            <Choose id={format!("give-{n}")} label={if several { format!("Member {}", n + 1) } else { "Member".to_owned() }} {options} value={part.member.clone()} onchange={set(n, |p, v| p.member = v)} />
                            if several { <TextField id={format!("give-share-{n}")} label="Parts" kind="number" value={part.share.clone()} onchange={set(n, |p, v| p.share = v)} /> }
                        </div>
                    }
                }) }
                if parts.len() < MOST { <div><button class="btn small" type="button" onclick={add} data-test="give-more"><Icon name="plus" class="sm" />{ "Divide it" }</button></div> }
                <ul class="bullets meta">
                    <li>{ "They decide how it is cast, and can give it on. You see what was cast in your name; so does everybody." }</li>
                    <li>{ "If you vote yourself, your vote is yours again." }</li>
                </ul>
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="line">
                    <button class="btn small" type="button" onclick={close}>{ "Not now" }</button>
                    <button class="btn small primary" type="submit" data-test="give-now" disabled={sender.busy()}>{ "Give my vote" }</button>
                </div>
            </form>
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct GivenProps {
    pub(super) poll: PollView,
    pub(super) gave: GaveView,
    /// Goes to the ballot, while the vote is open.
    pub(super) vote: Option<Callback<MouseEvent>>,
}

/// That the vote is with somebody else; while it is open, with the way back.
#[component]
pub(super) fn Given(props: &GivenProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let all: u32 = props.gave.to.iter().map(|p| u32::from(p.sixtieths)).sum();
    let name = |p: &api::poll::PartView| {
        if props.gave.to.len() == 1 {
            p.handle.clone()
        } else {
            format!("{} ({})", p.handle, share(u32::from(p.sixtieths), all))
        }
    };
    let names = list(&props.gave.to.iter().map(name).collect::<Vec<_>>());
    let back = {
        let (store, sender, entry) = (store.clone(), sender.clone(), props.poll.head.entry.clone());
        Callback::from(move |_: MouseEvent| {
            let store = store.clone();
            sender.send(Command::Delegate { poll: entry.clone(), to: Vec::new() }, move |_| {
                store.dispatch(Action::Say("Your vote is yours again, saved on this computer".to_owned()));
            });
        })
    };
    let action = props.vote.clone().map_or_else(Html::default, |vote| html! {
        <span class="line">
            <button class="btn small" type="button" onclick={vote} data-test="vote-myself">{ "Vote myself" }</button>
            <button class="btn small" type="button" onclick={back} data-test="take-back" disabled={sender.busy()}>{ "Take it back" }</button>
        </span>
    });
    html! {
        <>
            <Note kind={NoteKind::Info} icon="shake" title={format!("Your vote is with {names}")} {action} test="vote-given">
                <p>{ format!("Given {}.", browser::local(&props.gave.time).map_or_else(|| props.gave.time.clone(), |t| t.within(browser::now()))) }
                    { if props.vote.is_some() { " You can take it back until the vote closes." } else { "" } }</p>
            </Note>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </>
    }
}

/// `1/3`: a part in lowest terms.
fn share(part: u32, whole: u32) -> String {
    let (mut a, mut b) = (part, whole);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    let common = a.max(1);
    if whole / common == 1 {
        count(u64::from(part / common), "vote", "votes")
    } else {
        format!("{}/{}", part / common, whole / common)
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_part_is_said_in_lowest_terms() {
        assert_eq!(
            (share(30, 60), share(20, 60), share(45, 60)),
            ("1/2".to_owned(), "1/3".to_owned(), "3/4".to_owned())
        );
    }
}
