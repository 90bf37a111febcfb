//! Rules of the whole vote: quorum, votes given to others, weights, observers.

use super::{
    Pen,
    draft::{Draft, Exception},
};
use crate::{
    components::{Choose, Icon, TextField},
    text::methods::{OTHER, QUORUMS},
};
use api::view::MemberView;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A list of exceptions in the draft.
type List = fn(&mut Draft) -> &mut Vec<Exception>;

pub(super) fn more(d: &Draft, members: &[MemberView], pen: &Pen, error: &impl Fn(&str) -> Option<AttrValue>) -> Html {
    let quorums = [("", "However many")].into_iter().chain(QUORUMS).chain([(OTHER, "Another part")]);
    let quorums: Vec<(AttrValue, AttrValue)> = quorums.map(|(value, words)| (value.into(), words.into())).collect();
    let tick = |change: fn(&mut Draft, bool)| {
        let pen = pen.clone();
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            pen.change(|d| change(d, on));
        })
    };
    let (apart, delegation) = (tick(|d, on| d.apart = on), tick(|d, on| d.delegation = on));
    let exceptions = !d.weights.is_empty() || !d.observers.is_empty();
    html! {
        <section class="card stack" aria-labelledby="vote-rules">
            <h2 class="h3" id="vote-rules">{ "For the whole vote" }</h2>
            <div class="pair roomy">
                <Choose id="quorum" label="How many of the members have to vote" options={quorums} value={d.quorum.clone()} onchange={pen.text(|d, v| d.quorum = v)}
                    hint="If fewer do, nothing is decided. Blanks count as voting." />
                <Choose id="vote-secrecy" label="Who sees whose a vote is" value={if d.secret { "secret" } else if d.hidden { "hidden" } else { "" }} onchange={pen.text(|d, v| (d.secret, d.hidden) = (v == "secret", v == "hidden"))}
                    options={[("", "All members: names are shown"), ("hidden", "Nobody until the close, then all members"), ("secret", "Nobody: the vote is secret")].map(|(v, w)| (v.into(), w.into())).to_vec()}
                    hint="What is hidden until the close is opened by the chapter’s tellers. A secret vote has no reasons, and nobody can be asked about theirs." />
                <Choose id="vote-tellers" label="Who says which votes were in time" value={if d.by_clock { "clock" } else { "" }} onchange={pen.text(|d, v| d.by_clock = v == "clock")}
                    options={[("", "The chapter’s tellers, if it has any"), ("clock", "Nobody: the date in each vote counts")].map(|(v, w)| (v.into(), w.into())).to_vec()}
                    hint="Tellers sign what they have seen at the close. Without them, a vote that is dated back cannot be told from one in time." error={error("vote-tellers")} />
                if d.quorum == OTHER {
                    <TextField id="quorum-other" label="At least this part of them" value={d.quorum_other.clone()} placeholder="3/5" onchange={pen.text(|d, v| d.quorum_other = v)} error={error("quorum-other")} />
                }
            </div>
            if d.can_be_apart() {
                <label class="tick"><input type="checkbox" id="vote-apart" data-test="vote-apart" checked={d.apart} onchange={apart} />
                    <span>{ "Keep the answers to different questions apart" }<br /><span class="hint">{ "Each answer is a ballot of its own: nobody sees which answers to two questions are one voter’s. They leave voters’ computers one by one, within an hour, and these have to be on for that long." }</span></span></label>
            }
            <label class="tick"><input type="checkbox" id="vote-delegation" data-test="vote-delegation" checked={d.delegation} onchange={delegation} />
                <span>{ "Members can give their vote to somebody else" }<br /><span class="hint">{ "For this vote alone. They can take it back until it closes, and whoever votes has their own vote back." }</span></span></label>
            <details open={exceptions}>
                <summary class="textbtn" data-test="vote-exceptions"><Icon name="right" class="sm flip" />{ "Votes that weigh more or less, and observers" }</summary>
                <div class="stack mt3">
                    { lines("weight", "Each member has one vote. Name those who have more or less, and why.", "Add a weight", &d.weights, |d| &mut d.weights, members, pen, error) }
                    { lines("observer", "Observers read and talk, and have no vote.", "Add an observer", &d.observers, |d| &mut d.observers, members, pen, error) }
                </div>
            </details>
        </section>
    }
}

#[expect(clippy::too_many_arguments, reason = "two lists that differ in their words")]
fn lines(
    kind: &'static str,
    hint: &'static str,
    add: &'static str,
    all: &[Exception],
    list: List,
    members: &[MemberView],
    pen: &Pen,
    error: &impl Fn(&str) -> Option<AttrValue>,
) -> Html {
    let change = move |n: usize, change: fn(&mut Exception, String)| {
        pen.text(move |d, value| {
            if let Some(e) = list(d).get_mut(n) {
                change(e, value);
            }
        })
    };
    let people: Vec<(AttrValue, AttrValue)> = [(AttrValue::from(""), AttrValue::from("Choose…"))]
        .into_iter()
        .chain(members.iter().map(|m| (AttrValue::from(m.member.clone()), AttrValue::from(m.handle.clone()))))
        .collect();
    let weighs = kind == "weight";
    html! {
        <div class="stack tight" role="group" aria-label={add}>
            <p class="hint">{ hint }</p>
            { for all.iter().enumerate().map(|(n, e)| html! {
                <div class={classes!("exception", weighs.then_some("weighs"))} key={n}>
                    <Choose id={format!("{kind}-{n}-member")} label="Member" options={people.clone()} value={e.member.clone()} onchange={change(n, |e, v| e.member = v)} error={error(&format!("{kind}-{n}-member"))} />
                    if weighs { <TextField id={format!("{kind}-{n}-weight")} label="Votes" value={e.weight.clone()} placeholder="3/2" onchange={change(n, |e, v| e.weight = v)} error={error(&format!("{kind}-{n}-weight"))} /> }
                    <TextField id={format!("{kind}-{n}-reason")} label="Why" value={e.reason.clone()} maxlength={200} onchange={change(n, |e, v| e.reason = v)} error={error(&format!("{kind}-{n}-reason"))} />
                    <button class="btn icon-only" type="button" aria-label={format!("Remove this {kind}")} onclick={pen.click(move |d| if n < list(d).len() { list(d).remove(n); })}><Icon name="x" class="sm" /></button>
                </div>
            }) }
            <div><button class="btn small" type="button" data-test={format!("add-{kind}")} onclick={pen.click(move |d| list(d).push(Exception::default()))}><Icon name="plus" class="sm" />{ add }</button></div>
        </div>
    }
}
