//! One question of a ballot, for every method. It can be answered by keyboard alone, and left blank.

mod choice;
mod numbers;
mod rank;

pub(crate) use choice::{Blank, Choice};
use numbers::{Dots, Scores};
use rank::Rank;

use super::{Icon, area};
use crate::text::{
    ballot::{blocks, tick, ticked},
    count,
};
use api::{
    poll::{Answer, Method, POSITIONS},
    view::QuestionView,
};
use yew::prelude::*;

/// What each position means; in the order of [`POSITIONS`].
pub(crate) const MEANINGS: [&str; 4] = [
    "I support it",
    "I support it, and have a worry that should be heard",
    "I do not support it, and do not stand in its way",
    "It goes against what we are for. I say why",
];
/// As long as a reason may be.
const LONGEST: u32 = 2000;

#[derive(Properties, PartialEq)]
pub(crate) struct AskProps {
    pub(crate) question: QuestionView,
    /// Its number, from 0, and how many there are.
    pub(crate) at: (usize, usize),
    pub(crate) answer: Option<Answer>,
    pub(crate) onanswer: Callback<Option<Answer>>,
    pub(crate) reason: AttrValue,
    pub(crate) onreason: Callback<String>,
    /// Whether reasons are asked for: not in a secret vote.
    pub(crate) reasons: bool,
    /// What has to be mended.
    pub(crate) problem: Option<AttrValue>,
}

/// The question, its rule, its options.
#[component]
pub(crate) fn AskQuestion(props: &AskProps) -> Html {
    let q = &props.question;
    let (n, all) = props.at;
    let number = match all {
        1 => short(q),
        _ => format!("Question {} of {all}, {}", n + 1, lower(&short(q))),
    };
    let blank = props.answer == Some(Answer::Blank);
    let onblank = props.onanswer.reform(|on: bool| on.then_some(Answer::Blank));
    let radios = matches!(q.method.method, Method::Single | Method::Consent | Method::Consensus);
    let parts = || (q.clone(), props.answer.clone(), props.onanswer.clone());
    html! {
        <div class="card"><fieldset class="question" data-test="question" data-question={q.key.clone()} id={format!("question-{}", q.key)}>
            <legend><span class="q-num">{ number }</span>{ &q.text }</legend>
            if q.method.words.len() > 1 { <p class="meta rule" data-test="rule">{ q.method.words.get(1..).unwrap_or_default().join(" ") }</p> }
            { match q.method.method {
                Method::Approval => approval(props),
                Method::Score => { let (question, answer, onanswer) = parts(); html! { <Scores {question} {answer} {onanswer} /> } }
                Method::Budget => { let (question, answer, onanswer) = parts(); html! { <Dots {question} {answer} {onanswer} /> } }
                Method::InstantRunoff | Method::Schulze | Method::Stv => { let (question, answer, onanswer) = parts(); html! { <Rank {question} {answer} {onanswer} /> } }
                Method::Single | Method::Consent | Method::Consensus => Html::default(),
            } }
            <div class="choices">
                if radios { { one(props) } }
                <Blank question={q.key.clone()} chosen={blank} tick={!radios} onchoose={onblank} />
            </div>
            { reason(props) }
            if let Some(problem) = &props.problem { <p class="error" role="alert"><Icon name="warn" class="sm" />{ problem }</p> }
        </fieldset></div>
    }
}

/// What to do, in a few words.
fn short(q: &QuestionView) -> String {
    let most = q.method.max.map_or(usize::MAX, usize::from);
    match q.method.method {
        Method::Single => "Choose one".to_owned(),
        Method::Approval if most < q.options.len() => format!("Approve up to {most}"),
        Method::Approval => "Approve as many as you like".to_owned(),
        Method::Score => format!("Score each from 0 to {}", q.method.max.unwrap_or(5)),
        Method::InstantRunoff | Method::Schulze => "Rank as many as you like".to_owned(),
        Method::Stv => format!(
            "Rank as many as you like; {}",
            count(u64::from(q.method.seats.unwrap_or(1)), "is chosen", "are chosen")
        ),
        Method::Consent => "Consent".to_owned(),
        Method::Consensus => "Consensus".to_owned(),
        Method::Budget => format!("Spread {}", count(u64::from(q.method.dots.unwrap_or(1)), "dot", "dots")),
    }
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

/// One option, or one position with its meaning.
fn one(props: &AskProps) -> Html {
    let q = &props.question;
    let positions = q.method.method != Method::Single;
    let chosen = props.answer.as_ref().and_then(Answer::one);
    html! {
        { for q.options.iter().enumerate().map(|(n, option)| {
            let name = option.name.clone();
            let onchoose = { let name = name.clone(); props.onanswer.reform(move |_: bool| Some(Answer::One(name.clone()))) };
            let meaning = positions.then(|| MEANINGS.get(n).copied()).flatten().map(AttrValue::from);
            let label = positions.then(|| AttrValue::from(crate::text::capital(&name)));
            html! { <Choice key={n} question={q.key.clone()} option={name.clone()} {label} {meaning} chosen={chosen == Some(name.as_str())}
                stops={positions && name == POSITIONS[3]} {onchoose} /> }
        }) }
    }
}

fn approval(props: &AskProps) -> Html {
    let q = &props.question;
    let now = ticked(props.answer.as_ref());
    let none = matches!(&props.answer, Some(Answer::Approve(options)) if options.is_empty());
    let full = q.method.max.is_some_and(|most| now.len() >= usize::from(most));
    html! {
        <div class="choices">
            { for q.options.iter().enumerate().map(|(n, option)| {
                let (name, answer) = (option.name.clone(), props.answer.clone());
                let chosen = now.contains(&name);
                let onchoose = { let name = name.clone(); props.onanswer.reform(move |on: bool| tick(answer.as_ref(), &name, on)) };
                html! { <Choice key={n} question={q.key.clone()} option={name} {chosen} tick=true disabled={full && !chosen} {onchoose} /> }
            }) }
            <Choice question={q.key.clone()} option="none of them" label="None of them" meaning="Counts as an answer: no option has your approval"
                chosen={none} tick=true onchoose={props.onanswer.reform(|on: bool| on.then(|| Answer::Approve(Vec::new())))} />
        </div>
    }
}

/// Why somebody takes a position. Whoever blocks has to say it.
fn reason(props: &AskProps) -> Html {
    let q = &props.question;
    let position = props.answer.as_ref().and_then(Answer::one).filter(|_| q.method.method != Method::Single);
    if !props.reasons || position.is_none_or(|position| position == POSITIONS[0]) {
        return Html::default();
    }
    let (label, hint) = if blocks(props.answer.as_ref()) {
        (
            "Your reason",
            "Every member can read it, with your name. It is talked about with you: only you can lift your block, by voting anew.",
        )
    } else {
        ("Your reason, if you like", "Every member can read it, with your name.")
    };
    area(
        &format!("reason-{}", q.key),
        label,
        Some(hint),
        &props.reason,
        LONGEST,
        &props.onreason,
        props.problem.is_some(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::poll::MethodView;

    #[test]
    fn the_rule_is_said_above_the_question() {
        let said = |method, seats, max, dots| {
            let method = MethodView { method, seats, max, dots, ..MethodView::default() };
            short(&QuestionView { method, ..QuestionView::default() })
        };
        assert_eq!(said(Method::Stv, Some(3), None, None), "Rank as many as you like; 3 are chosen");
        assert_eq!(said(Method::Budget, None, Some(4), Some(10)), "Spread 10 dots");
        assert_eq!(lower(&said(Method::Score, None, Some(7), None)), "score each from 0 to 7");
    }
}
