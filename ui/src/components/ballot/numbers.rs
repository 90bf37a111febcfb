//! Numbers for options: scores, and dots of which there are so many.

use crate::{
    components::Icon,
    text::{
        ballot::{dots, numbers, score, spent},
        count,
    },
};
use api::{poll::Answer, view::QuestionView};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Up to this score, each is a button of its own.
const BUTTONS: u16 = 10;
/// Up to so many dots are drawn.
const DRAWN: u16 = 40;

#[derive(Properties, PartialEq)]
pub(crate) struct NumbersProps {
    pub(crate) question: QuestionView,
    pub(crate) answer: Option<Answer>,
    pub(crate) onanswer: Callback<Option<Answer>>,
}

/// A score for each option.
#[component]
pub(crate) fn Scores(props: &NumbersProps) -> Html {
    let q = &props.question;
    let most = q.method.max.unwrap_or(5);
    let given = numbers(props.answer.as_ref());
    let set = |option: &str| {
        let (answer, option, onanswer) = (props.answer.clone(), option.to_owned(), props.onanswer.clone());
        Callback::from(move |n: Option<u16>| onanswer.emit(score(answer.as_ref(), &option, n)))
    };
    let row = |n: usize, name: &str| {
        let now = given.get(name).copied();
        let id = format!("score-{}-{n}", q.key);
        if most > BUTTONS {
            return html! { <Stepper key={n} {id} question={q.key.clone()} option={name.to_owned()} value={now} {most} onchange={set(name)} /> };
        }
        html! {
            <div class="score" key={n} role="radiogroup" aria-labelledby={id.clone()}>
                <span id={id.clone()}>{ name.to_owned() }</span>
                <span class="seg">
                    { for (0..=most).map(|value| {
                        let choose = set(name).reform(move |_: Event| Some(value));
                        html! { <label data-test="score" data-question={q.key.clone()} data-option={name.to_owned()} data-score={value.to_string()}>
                            <input type="radio" name={id.clone()} value={value.to_string()} checked={now == Some(value)} onchange={choose} />{ value }</label> }
                    }) }
                </span>
            </div>
        }
    };
    html! {
        <>
            <div class="stack scores">{ for q.options.iter().enumerate().map(|(n, o)| row(n, &o.name)) }</div>
            <p class="hint">{ format!("0 is the lowest, {most} the highest. Options without a score get 0.") }</p>
        </>
    }
}

/// Dots on options, and what is left of them.
#[component]
pub(crate) fn Dots(props: &NumbersProps) -> Html {
    let q = &props.question;
    let all = q.method.dots.unwrap_or(1);
    let each = q.method.max.unwrap_or(all);
    let given = numbers(props.answer.as_ref());
    let left = all.saturating_sub(spent(&given));
    let row = |n: usize, name: &str| {
        let now = given.get(name).copied();
        let (answer, option, onanswer) = (props.answer.clone(), name.to_owned(), props.onanswer.clone());
        let set =
            Callback::from(move |n: Option<u16>| onanswer.emit(dots(answer.as_ref(), &option, n.unwrap_or(0), all)));
        let most = each.min(now.unwrap_or(0) + left);
        html! { <Stepper key={n} id={format!("dots-{}-{n}", q.key)} question={q.key.clone()} option={name.to_owned()} value={now} {most} onchange={set} draw={all <= DRAWN} /> }
    };
    html! {
        <>
            <p class="dotsleft" role="status" data-test="dots-left" data-left={left.to_string()}>
                if all <= DRAWN { <span class="dotrow" aria-hidden="true">{ for (0..all).map(|n| html! { <i class={(n < left).then_some("on")} /> }) }</span> }
                <span>{ if left == 0 { "All your dots are placed".to_owned() } else { format!("{left} of {} left", count(u64::from(all), "dot", "dots")) } }</span>
            </p>
            <div class="stack scores">{ for q.options.iter().enumerate().map(|(n, o)| row(n, &o.name)) }</div>
            <p class="hint">{ format!("{}You need not use all of them.", if each < all { format!("At most {each} on one option. ") } else { String::new() }) }</p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct StepperProps {
    id: AttrValue,
    question: AttrValue,
    option: AttrValue,
    value: Option<u16>,
    most: u16,
    onchange: Callback<Option<u16>>,
    /// Draws the number as dots, too.
    #[prop_or_default]
    draw: bool,
}

/// A number with a button to each side.
#[component]
fn Stepper(props: &StepperProps) -> Html {
    let now = props.value.unwrap_or(0);
    let to = |n: u16| {
        let onchange = props.onchange.clone();
        Callback::from(move |_: MouseEvent| onchange.emit(Some(n)))
    };
    let oninput = {
        let (onchange, most) = (props.onchange.clone(), props.most);
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            onchange.emit(text.trim().parse::<u64>().ok().map(|n| u16::try_from(n).unwrap_or(u16::MAX).min(most)));
        })
    };
    let value = props.value.map_or_else(String::new, |n| n.to_string());
    let name = &props.option;
    html! {
        <div class="score" data-test="stepper" data-question={props.question.clone()} data-option={name.clone()} data-value={now.to_string()}>
            <label for={props.id.clone()}>{ name }
                if props.draw && now > 0 { <span class="dotrow mt1" aria-hidden="true">{ for (0..now).map(|_| html! { <i class="on" /> }) }</span> }
            </label>
            <span class="stepper">
                <button class="btn icon-only" type="button" data-act="less" aria-label={format!("Less for {name}")} disabled={now == 0} onclick={to(now.saturating_sub(1))}><Icon name="minus" class="sm" /></button>
                <input class="input num" id={props.id.clone()} type="number" inputmode="numeric" min="0" max={props.most.to_string()} step="1" {value} placeholder="0" {oninput} />
                <button class="btn icon-only" type="button" data-act="more" aria-label={format!("More for {name}")} disabled={now >= props.most} onclick={to(now + 1)}><Icon name="plus" class="sm" /></button>
            </span>
        </div>
    }
}
