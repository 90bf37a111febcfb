//! One question: what is asked, how it is decided, its options.

use super::{
    Pen,
    draft::{Question, Takes},
};
use crate::{
    components::{Choose, Icon, TextField},
    text::{
        capital,
        methods::{FOR_AND_AGAINST, MAJORITIES, OF, OFFERED, OTHER, offered},
    },
};
use api::poll::{Method, POSITIONS};
use yew::prelude::*;

/// So many options a question can have.
const MOST: usize = 100;

pub(super) fn question(
    n: usize,
    q: &Question,
    all: usize,
    pen: &Pen,
    error: &impl Fn(&str) -> Option<AttrValue>,
) -> Html {
    let takes = q.takes();
    let methods = OFFERED.iter().map(|o| (AttrValue::from(o.name), AttrValue::from(o.name))).collect::<Vec<_>>();
    let method = pen.question(n, |q, name| {
        if let Some(o) = OFFERED.iter().find(|o| o.name == name) {
            q.becomes(o.method);
        }
    });
    let chosen = offered(q.method);
    html! {
        <section class="card stack" key={n} aria-label={format!("Question {}", n + 1)}>
            <div class="line end">
                <div class="grow"><TextField id={format!("question-{n}")} label={format!("Question {}", n + 1)} value={q.text.clone()} onchange={pen.question(n, |q, v| q.text = v)} error={error(&format!("question-{n}"))} /></div>
                if all > 1 { <button class="btn icon-only" type="button" aria-label={format!("Remove question {}", n + 1)} onclick={pen.click(move |d| if n < d.questions.len() { d.questions.remove(n); })}><Icon name="x" class="sm" /></button> }
            </div>
            <Choose id={format!("method-{n}")} label="How it is decided" options={methods} value={chosen.name} onchange={method} hint={chosen.fits} />
            { if takes.options { options(n, q, pen, error) } else { positions() } }
            { settings(n, q, takes, pen, error) }
        </section>
    }
}

fn options(n: usize, question: &Question, pen: &Pen, error: &impl Fn(&str) -> Option<AttrValue>) -> Html {
    let options = question.options.len();
    html! {
        <div class="stack tight" role="group" aria-label={format!("Options of question {}", n + 1)}>
            { for question.options.iter().enumerate().map(|(k, option)| html! {
                <div class="line end" key={k}>
                    <div class="grow"><TextField id={format!("option-{n}-{k}")} label={format!("Option {}", k + 1)} value={option.clone()} maxlength={200}
                        onchange={pen.question(n, move |q, v| if let Some(o) = q.options.get_mut(k) { *o = v })} error={error(&format!("option-{n}-{k}"))} /></div>
                    if options > 2 { <button class="btn icon-only" type="button" aria-label={format!("Remove option {} of question {}", k + 1, n + 1)} onclick={pen.click(move |d| if let Some(q) = d.questions.get_mut(n) && k < q.options.len() { q.options.remove(k); })}><Icon name="x" class="sm" /></button> }
                </div>
            }) }
            if options < MOST { <div><button class="btn small" type="button" data-test={format!("add-option-{n}")} onclick={pen.click(move |d| if let Some(q) = d.questions.get_mut(n) { q.options.push(String::new()) })}><Icon name="plus" class="sm" />{ "Add an option" }</button></div> }
            <p class="hint">{ "Members can also leave it blank." }</p>
        </div>
    }
}

/// What consent and consensus ask for, everywhere.
fn positions() -> Html {
    html! { <p class="hint">{ format!("Members answer: {}. Whoever blocks says why, and everybody can read it. They can also leave it blank.", POSITIONS.map(capital).join(", ")) }</p> }
}

fn settings(n: usize, q: &Question, takes: Takes, pen: &Pen, error: &impl Fn(&str) -> Option<AttrValue>) -> Html {
    let (seats, most) = match q.method {
        Method::Stv => ("Seats", ""),
        Method::Budget => ("Options that win", "Most dots on one option"),
        Method::Score => ("Options that win", "Highest score"),
        _ => ("Options that win", "Most ticks of one member"),
    };
    let seats_hint = match q.method {
        Method::Stv => None,
        Method::Budget => Some("Empty: the dots themselves are the result"),
        _ => Some("Empty: one"),
    };
    let most_hint = match q.method {
        Method::Score => None,
        Method::Budget => Some("Empty: all of them"),
        _ => Some("Empty: as many as they like"),
    };
    let number = |id: String,
                  label: &'static str,
                  value: &str,
                  hint: Option<&'static str>,
                  onchange: Callback<String>| {
        let error = error(&id);
        html! { <TextField {id} {label} kind="number" value={value.to_owned()} hint={hint.map(AttrValue::from)} {onchange} {error} /> }
    };
    if !(takes.seats || takes.max || takes.dots || takes.majority || takes.limits) {
        return Html::default();
    }
    html! {
        <div class="pair roomy">
            if takes.dots { { number(format!("dots-{n}"), "Dots for each member", &q.dots, None, pen.question(n, |q, v| q.dots = v)) } }
            if takes.max { { number(format!("max-{n}"), most, &q.max, most_hint, pen.question(n, |q, v| q.max = v)) } }
            if takes.seats { { number(format!("seats-{n}"), seats, &q.seats, seats_hint, pen.question(n, |q, v| q.seats = v)) } }
            if takes.majority { { majority(n, q, pen, error) } }
            if takes.limits {
                <Choose id={format!("aside-{n}")} label="Standing aside" value={q.aside.clone()} onchange={pen.question(n, |q, v| q.aside = v)}
                    options={[("", "However many"), ("1/10", "At most a tenth"), ("1/5", "At most a fifth"), ("1/4", "At most a quarter"), ("1/3", "At most a third")].map(|(v, w)| (v.into(), w.into())).to_vec()} />
                { number(format!("overruled-{n}"), "Blocks that are overruled", &q.overruled, Some("Empty: none, a single block stops it"), pen.question(n, |q, v| q.overruled = v)) }
            }
        </div>
    }
}

fn majority(n: usize, q: &Question, pen: &Pen, error: &impl Fn(&str) -> Option<AttrValue>) -> Html {
    let consensus = q.method == Method::Consensus;
    let none = (!consensus).then_some(("", "The most are enough"));
    let parts = none.into_iter().chain(MAJORITIES).chain([(OTHER, "Another part")]);
    let of = OF.into_iter().chain((q.method == Method::Single).then_some(FOR_AND_AGAINST));
    let list = |pairs: Vec<(&'static str, &'static str)>| {
        pairs.into_iter().map(|(v, w)| (v.into(), w.into())).collect::<Vec<_>>()
    };
    let label = if consensus { "Those who agree are" } else { "What the winner needs" };
    html! {
        <>
            <Choose id={format!("majority-{n}")} {label} options={list(parts.collect())} value={q.majority.part.clone()} onchange={pen.question(n, |q, v| q.majority.part = v)} />
            if q.majority.part == OTHER {
                <TextField id={format!("majority-other-{n}")} label="At least this part" value={q.majority.other.clone()} placeholder="3/5" onchange={pen.question(n, |q, v| q.majority.other = v)} error={error(&format!("majority-other-{n}"))} />
            }
            if !q.majority.part.is_empty() {
                <Choose id={format!("majority-of-{n}")} label="A part" options={list(of.collect())} value={q.majority.of.clone()} onchange={pen.question(n, |q, v| q.majority.of = v)} />
            }
        </>
    }
}
