//! Options put in order with buttons: the next place, up, down, out. The rows stay where they are, so that the keyboard
//! does not lose its place; whoever wants to see their own order can.

use crate::{
    browser,
    components::Icon,
    text::ballot::{Step, levels, ordinal, place, ranking, stepped},
};
use api::{
    poll::{Answer, Method},
    view::QuestionView,
};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RankProps {
    pub(crate) question: QuestionView,
    pub(crate) answer: Option<Answer>,
    pub(crate) onanswer: Callback<Option<Answer>>,
}

/// The rows of a ranking.
#[component]
pub(crate) fn Rank(props: &RankProps) -> Html {
    let q = &props.question;
    let equals = q.method.method == Method::Schulze;
    let sorted = use_state(|| false);
    // What the last click did, for those who do not see the rows.
    let said = use_state(String::new);
    let now = levels(props.answer.as_ref());
    let ranked: usize = now.iter().map(Vec::len).sum();
    let mut names: Vec<(usize, &str)> = q.options.iter().map(|o| o.name.as_str()).enumerate().collect();
    if *sorted {
        names.sort_by_key(|(_, name)| place(&now, name).map_or(usize::MAX, |(place, _)| place));
    }
    let act = |option: &str, n: usize, step: Step| {
        let (now, option, key) = (now.clone(), option.to_owned(), q.key.clone());
        let (said, onanswer) = (said.clone(), props.onanswer.clone());
        Callback::from(move |_: MouseEvent| {
            let next = stepped(now.clone(), &option, step, equals);
            said.set(sentence(&option, place(&next, &option)));
            onanswer.emit(ranking(next));
            // The button that was pressed may be gone, and a row that moves loses the keyboard.
            let row = format!("#rank-{key}-{n} button");
            Timeout::new(0, move || {
                if !browser::focus(&format!("{row}[data-act={}]", step.act())) {
                    browser::focus(&row);
                }
            })
            .forget();
        })
    };
    let row = |n: usize, name: &str| {
        let at = place(&now, name);
        let (first, last) = (at == Some((1, 0)), at.is_some_and(|(p, with)| with == 0 && p == ranked));
        html! {
            <li key={n} id={format!("rank-{}-{n}", q.key)} class={classes!("rank", at.is_some().then_some("set"))} data-test="rank" data-question={q.key.clone()}
                data-option={name.to_owned()} data-place={at.map(|(place, _)| place.to_string())}>
                <span class="place">{ at.map_or_else(String::new, |(place, _)| ordinal(place)) }</span>
                <span>{ name.to_owned() }
                    if at.is_some_and(|(_, with)| with > 0) { <small class="meta">{ " level with others" }</small> }
                    if at.is_none() { <span class="sr">{ ", not ranked" }</span> }
                </span>
                if at.is_some() {
                    <span class="line nowrap acts">
                        { button(Step::Up, "up", format!("Move {name} up"), first, act(name, n, Step::Up)) }
                        { button(Step::Down, "dn", format!("Move {name} down"), last, act(name, n, Step::Down)) }
                        { button(Step::Out, "x", format!("Take {name} out"), false, act(name, n, Step::Out)) }
                    </span>
                } else {
                    <button class="btn small" type="button" data-act="in" onclick={act(name, n, Step::In)}>
                        { format!("Rank {}", ordinal(ranked + 1)) }<span class="sr">{ format!(": {name}") }</span>
                    </button>
                }
            </li>
        }
    };
    let toggle = {
        let sorted = sorted.clone();
        Callback::from(move |_| sorted.set(!*sorted))
    };
    html! {
        <>
            <ol class="choices">{ for names.iter().map(|(n, name)| row(*n, name)) }</ol>
            <div class="line">
                <p class="hint grow">
                    { if equals { "Up and down first put an option level with the next one, then past it. " } else { "" } }
                    { if ranked < q.options.len() { "Options without a place come after all others." } else { "Every option has a place." } }
                </p>
                if ranked > 1 { <button class="btn small" type="button" aria-pressed={sorted.to_string()} onclick={toggle} data-test={format!("sort-{}", q.key)}>{ if *sorted { "Show in the ballot’s order" } else { "Show in my order" } }</button> }
            </div>
            <p class="sr" role="status">{ (*said).clone() }</p>
        </>
    }
}

/// A button that is off keeps the keyboard, so that nobody who pressed it often enough is lost.
fn button(step: Step, icon: &'static str, label: String, off: bool, onclick: Callback<MouseEvent>) -> Html {
    html! { <button class="btn icon-only small ghost" type="button" data-act={step.act()} aria-label={label} aria-disabled={off.then_some("true")} {onclick}><Icon name={icon} class="sm" /></button> }
}

fn sentence(option: &str, at: Option<(usize, usize)>) -> String {
    match at {
        Some((place, 0)) => format!("{option} is {}.", ordinal(place)),
        Some((place, _)) => format!("{option} is {}, level with others.", ordinal(place)),
        None => format!("{option} is not ranked."),
    }
}
