//! One question: what is decided, a bar for each option, and how the count came to it.

use super::{objections::Objections, pairs::Pairs, rounds};
use crate::{
    components::{Icon, RefusalNote, Tag},
    hooks::{use_ask, use_store},
    text::{
        ballot, capital, percent,
        result::{Line, Needed, bar_whole, figures_words, mean, needed, unit, verdict_tag, verdict_words, votes},
        width,
    },
};
use api::{
    Command, Reply,
    poll::{Answer, Method, Record, State},
    view::{PollState, PollView, QuestionView},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct QuestionProps {
    pub(super) n: usize,
    pub(super) question: QuestionView,
    pub(super) poll: PollView,
    /// As if every vote weighed the same.
    pub(super) evenly: bool,
}

/// A card for a question.
#[component]
pub(super) fn Question(props: &QuestionProps) -> Html {
    let (q, poll, n) = (&props.question, &props.poll, props.n);
    let number = match poll.questions.len() {
        1 => "How members answered".to_owned(),
        all => format!("Question {} of {all}", n + 1),
    };
    let even = q.evenly.as_ref().filter(|_| props.evenly);
    let verdict = even.map_or(&q.verdict, |e| &e.verdict);
    let unit = unit(q, poll.unit, props.evenly);
    let numbers: Vec<u64> = even.map_or_else(|| q.options.iter().map(|o| o.votes).collect(), |e| e.options.clone());
    // While votes still come in, nothing is decided.
    let open = poll.state == PollState::Open;
    let (class, icon, word) = if open { ("", "clock", "So far") } else { verdict_tag(q, verdict) };
    let needs = needed(q, poll.roll_weight.max(poll.roll as u64));
    let positions = matches!(q.method.method, Method::Consent | Method::Consensus);
    html! {
        <section class="card stack" aria-labelledby={format!("result-{n}")} data-test="question-result" data-question={q.key.clone()} data-state={state(verdict.state)}>
            <div class="line top nowrap"><h2 class="grow" id={format!("result-{n}")}><span class="q-num">{ number }</span>{ &q.text }</h2><Tag {class} {icon}>{ word }</Tag></div>
            <p class="verdict" data-test="verdict">{ verdict_words(verdict, poll.state) }</p>
            if even.is_none() { { agreement(q, unit, needs.as_ref()) } }
            { bars(props, &numbers, &verdict.leading, unit, needs.as_ref().filter(|_| even.is_none() && !positions)) }
            if let Some(needs) = needs.as_ref().filter(|_| even.is_none() && !positions) { <p class="meta" data-test="majority">{ format!("The line marks what is needed to win: {}.", needs.words) }</p> }
            <p class="meta">{ if even.is_some() { "As if every member had one vote. Blanks are left out.".to_owned() } else { figures_words(q, unit, unit == 1 && poll.given.as_ref().is_none_or(|g| g.cast == 0)) } }</p>
            { own(props) }
            if even.is_none() { <How question={q.clone()} poll={poll.head.entry.clone()} chapter={poll.head.chapter.clone()} {unit} /> }
            <details class="rules"><summary class="textbtn"><Icon name="right" class="sm flip" />{ "The rule that it was decided by" }</summary>
                <ul class="bullets meta mt2">{ for q.method.words.iter().map(|words| html! { <li>{ words }</li> }) }</ul>
            </details>
        </section>
    }
}

const fn state(state: State) -> &'static str {
    match state {
        State::Unanswered => "unanswered",
        State::Decided => "decided",
        State::Tied => "tied",
        State::NoMajority => "no-majority",
        State::Blocked => "blocked",
        State::NoQuorum => "no-quorum",
    }
}

fn bars(props: &QuestionProps, numbers: &[u64], leading: &[usize], unit: u64, needs: Option<&Needed>) -> Html {
    let (q, poll) = (&props.question, &props.poll);
    let positions = matches!(q.method.method, Method::Consent | Method::Consensus);
    // What is answered evenly is not told apart from blanks there; its bars are parts of what was given to options.
    let with_blank = !props.evenly;
    let (total, blank) = if with_blank { (q.total, q.blank) } else { (numbers.iter().sum(), 0) };
    let whole = bar_whole(&q.method, numbers, total, blank);
    let spent: u64 = numbers.iter().sum();
    let most = numbers.iter().copied().max().unwrap_or_default();
    let own = poll.mine.as_ref().map(|m| m.answers.get(&q.key).cloned().unwrap_or(Answer::Blank));
    let line = |n: Option<usize>, name: &str, parts: u64| {
        let colour = match n {
            None => "c3",
            Some(n) if positions => ["c1", "c2", "c3", "c5"].get(n).copied().unwrap_or("c3"),
            Some(_) if parts == most && parts > 0 => "c1",
            Some(_) => "c2",
        };
        let aside = match q.method.method {
            // Beside sums of scores and dots, blanks are votes.
            Method::Score | Method::Budget if n.is_none() => {
                if votes(parts, unit) == "1" { "vote" } else { "votes" }.to_owned()
            }
            Method::Score => mean(parts, total),
            Method::Budget => format!("{}%", percent(parts, spent)),
            Method::Single | Method::Consent | Method::Consensus => format!("{}%", percent(parts, whole)),
            _ if n.is_none() => String::new(),
            _ => format!("{}%", percent(parts, whole)),
        };
        let mine = match (&own, n) {
            (Some(Answer::Blank), None) => true,
            (Some(answer), Some(_)) => answer.one() == Some(name),
            _ => false,
        };
        // Where the dots themselves are the result, nothing is chosen.
        let shares = q.method.method == Method::Budget && q.method.seats.is_none();
        let chosen = !(positions || shares) && n.is_some_and(|n| leading.contains(&n));
        // Votes drawn beside sums of scores or dots would be measured by another scale.
        let drawn = n.is_some() || !matches!(q.method.method, Method::Score | Method::Budget);
        let blank_of = if n.is_none() { total + blank } else { whole };
        html! {
            <li data-test="result" data-question={q.key.clone()} data-option={name.to_owned()} data-votes={votes(parts, unit)}>
                <span>{ if positions && n.is_some() { capital(name) } else { name.to_owned() } }if chosen { <span class="state is-ok chosen"><Icon name="check" class="sm" /><span class="sr">{ " ahead" }</span></span> }if mine { <span class="meta">{ " your vote" }</span> }</span>
                if drawn { <svg class="bar tall" aria-hidden="true"><rect class="track" width="100%" height="100%" rx="3" />{ bar(colour, parts, blank_of, props.n) }if let Some(needs) = needs.filter(|_| n.is_some()) { { mark(needs.line, whole) } }</svg> } else { <span class="wide-only" /> }
                <span class="val">{ votes(parts, unit) }</span><span class="pct">{ aside }</span>
            </li>
        }
    };
    html! {
        <ul class="result">
            { for q.options.iter().zip(numbers).enumerate().map(|(n, (o, parts))| line(Some(n), &o.name, *parts)) }
            if with_blank { { line(None, "Left blank", blank) } }
        </ul>
    }
}

/// The line that has to be reached.
fn mark(line: Line, whole: u64) -> Html {
    let x = line.x(whole);
    html! { <><line class="casing" x1={x.clone()} x2={x.clone()} y1="0" y2="100%" /><line class="quorum" x1={x.clone()} x2={x} y1="-3" y2="120%" /></> }
}

/// For consensus: those who agree, with and without reservations, in one bar with the line that they have to reach.
fn agreement(q: &QuestionView, unit: u64, needs: Option<&Needed>) -> Html {
    let (Method::Consensus, Some(needs)) = (q.method.method, needs) else { return Html::default() };
    let of = |n: usize| q.options.get(n).map(|o| o.votes).unwrap_or_default();
    let (agree, reserved) = (of(0), of(1));
    let (all, answered) = (votes(agree + reserved, unit), votes(q.total, unit));
    let whole = (q.total + q.blank).max(needs.line.reached());
    html! {
        <div class="stack tight" data-test="agreement">
            <svg class="bar tall" role="img" aria-label={format!("{all} of {answered} agree")}>
                <rect class="track" width="100%" height="100%" rx="3" />
                if agree > 0 { <rect class="c1" width={width(agree, whole)} height="100%" rx="3" /> }
                if reserved > 0 { <rect class="c2" x={width(agree, whole)} width={width(reserved, whole)} height="100%" rx="3" /> }
                { mark(needs.line, whole) }
            </svg>
            <p class="meta">{ format!("{all} of the {answered} who {} {}, with or without reservations. The line marks what is needed: {}.", if answered == "1" { "answers" } else { "answer" }, if all == "1" { "agrees" } else { "agree" }, needs.words) }</p>
        </div>
    }
}

/// The bar itself. A block is hatched, too: its colour is not the only sign.
fn bar(colour: &'static str, parts: u64, whole: u64, n: usize) -> Html {
    if parts == 0 {
        return Html::default();
    }
    let width = width(parts, whole);
    if colour != "c5" {
        return html! { <rect class={colour} {width} height="100%" rx="3" /> };
    }
    let id = format!("hatch-{n}");
    html! {
        <>
            <defs><pattern id={id.clone()} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="c5" width="3.5" height="6" /></pattern></defs>
            <rect class="hatched" fill={format!("url(#{id})")} {width} height="100%" rx="3" />
        </>
    }
}

/// This member's own answer, where it is more than one option.
fn own(props: &QuestionProps) -> Html {
    let (q, mine) = (&props.question, props.poll.mine.as_ref());
    let answer = mine.and_then(|m| m.answers.get(&q.key)).filter(|a| a.one().is_none());
    match answer {
        Some(answer) => {
            html! { <p class="meta" data-test="own-answer"><b>{ "Your answer: " }</b>{ ballot::words(q, answer) }</p> }
        }
        None => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
struct HowProps {
    question: QuestionView,
    poll: AttrValue,
    chapter: AttrValue,
    unit: u64,
}

/// The record of the count; where it is too long for the page, it is fetched when somebody wants to see it.
#[component]
fn How(props: &HowProps) -> Html {
    let store = use_store();
    let wanted = use_state(|| false);
    let q = &props.question;
    let command = (*wanted && q.record_left_out)
        .then(|| Command::ShowCount { poll: props.poll.to_string(), question: q.key.clone() });
    let asked = use_ask(command, store.revision(&props.chapter));
    if q.record_left_out && !*wanted {
        let show = {
            let wanted = wanted.clone();
            Callback::from(move |_: MouseEvent| wanted.set(true))
        };
        return html! { <div><button class="btn small" type="button" onclick={show}>{ "Show how it was counted" }</button></div> };
    }
    if let Some(refusal) = asked.refusal {
        return html! { <RefusalNote {refusal} /> };
    }
    let fetched = match asked.reply {
        Some(Reply::Count(fetched)) => fetched.record,
        _ => None,
    };
    let Some(record) = fetched.or_else(|| q.record.clone()) else { return Html::default() };
    let unit = props.unit;
    let question = q.clone();
    match record {
        Record::Runoff { rounds: all } => rounds::runoff(q, &all, unit),
        Record::Stv { rounds: all, remaining } => rounds::stv(q, &all, &remaining, unit),
        Record::Schulze { pairs, paths, ranking } => html! { <Pairs {question} {pairs} {paths} {ranking} {unit} /> },
        Record::Blocks { blocks, standing, lifted, concerns } => {
            html! { <Objections {question} {blocks} {standing} {lifted} {concerns} chapter={props.chapter.clone()} /> }
        }
        Record::Budget { kept } if kept > 0 => {
            html! { <p class="meta">{ format!("{} dots were kept by voters who answered.", votes(kept, unit)) }</p> }
        }
        Record::Scores { .. } | Record::Budget { .. } => Html::default(),
    }
}
