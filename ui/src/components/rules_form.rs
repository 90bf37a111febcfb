//! The fields of a chapter's rules: for founding, and for a motion to change them.

use super::{Field, Icon, TextField};
use crate::text::{capital, rules};
use api::people::{History, RulesView};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

const QUORUMS: [&str; 6] = ["1/4", "1/3", "1/2", "2/3", "3/4", "1/1"];
const MAJORITIES: [&str; 5] = ["1/2", "3/5", "2/3", "3/4", "1/1"];
const HOURS: [u32; 6] = [24, 72, 120, 168, 336, 720];
const PROPOSED: [u32; 5] = [24, 48, 72, 168, 336];

#[derive(Properties, PartialEq)]
pub(crate) struct RulesFormProps {
    pub(crate) rules: RulesView,
    pub(crate) onchange: Callback<RulesView>,
    /// The field that cannot be taken as it stands, and why.
    #[prop_or_default]
    pub(crate) problem: Option<(&'static str, &'static str)>,
}

/// Changes the rules that are in the form.
#[derive(Clone)]
struct Pen {
    rules: Rc<RulesView>,
    onchange: Callback<RulesView>,
}

impl Pen {
    fn change(&self, change: impl FnOnce(&mut RulesView)) {
        let mut rules = (*self.rules).clone();
        change(&mut rules);
        self.onchange.emit(rules);
    }

    fn select(&self, change: impl Fn(&mut RulesView, String) + 'static) -> Callback<Event> {
        let pen = self.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            pen.change(|rules| change(rules, value));
        })
    }

    fn number(&self, change: fn(&mut RulesView, u32)) -> Callback<String> {
        let pen = self.clone();
        // What is no number is none that the rules permit, either: the form says so.
        Callback::from(move |value: String| pen.change(|rules| change(rules, value.trim().parse().unwrap_or(0))))
    }
}

/// The fields.
#[component]
pub(crate) fn RulesForm(props: &RulesFormProps) -> Html {
    let r = &props.rules;
    let pen = Pen { rules: Rc::new(r.clone()), onchange: props.onchange.clone() };
    let error = |field: &str| props.problem.filter(|(f, _)| *f == field).map(|(_, why)| AttrValue::from(why));
    let shown = |n: u32| if n == 0 { String::new() } else { n.to_string() };
    let onstatement = {
        let pen = pen.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            pen.change(|rules| rules.statement = text);
        })
    };
    html! {
        <div class="stack loose">
            <fieldset class="stack"><legend class="part">{ "Letting somebody in" }</legend>
                <div class="pair roomy">
                    <TextField id="rule-sponsors" label="Members who give their word" kind="number" value={shown(r.sponsors)} onchange={pen.number(|r, n| r.sponsors = n)}
                        hint="Whoever invites is one of them" error={error("rule-sponsors")} />
                    { history(r, &pen) }
                </div>
                { questions(r, &pen, error("rule-question-0")) }
                <Field id="rule-statement" label="What newcomers agree to" hint="May stay empty. Markdown." error={error("rule-statement")}>
                    <textarea class="input" id="rule-statement" data-test="rule-statement" rows="4" spellcheck="true" aria-describedby="rule-statement-hint" value={r.statement.clone()} oninput={onstatement} />
                </Field>
            </fieldset>
            <fieldset class="stack"><legend class="part">{ "Deciding" }</legend>
                <div class="pair roomy">
                    { fraction("rule-decision-quorum", "Who has to vote", &QUORUMS, &r.decision_quorum, quorum_words, pen.select(|r, v| r.decision_quorum = v)) }
                    { fraction("rule-decision-majority", "It passes if", &MAJORITIES, &r.decision_majority, majority_words, pen.select(|r, v| r.decision_majority = v)) }
                    { hours(r, &pen, error("rule-stands")) }
                    { proposed(r, &pen, error("rule-proposed")) }
                </div>
            </fieldset>
            <fieldset class="stack"><legend class="part">{ "Removing a member" }</legend>
                <div class="pair roomy">
                    { fraction("rule-removal-quorum", "Who has to vote", &QUORUMS, &r.removal_quorum, quorum_words, pen.select(|r, v| r.removal_quorum = v)) }
                    { fraction("rule-removal-majority", "It passes if", &MAJORITIES, &r.removal_majority, majority_words, pen.select(|r, v| r.removal_majority = v)) }
                </div>
            </fieldset>
            <fieldset class="stack"><legend class="part">{ "The chapter" }</legend>
                <div class="pair roomy"><TextField id="rule-operating" label="It counts as operating from so many members on" kind="number" value={shown(r.operating_from)} onchange={pen.number(|r, n| r.operating_from = n)} error={error("rule-operating")} /></div>
            </fieldset>
        </div>
    }
}

fn history(r: &RulesView, pen: &Pen) -> Html {
    let choose = pen.select(|r, v| r.history = if v == "all" { History::All } else { History::FromJoining });
    html! {
        <div class="field"><label for="rule-history">{ "Newcomers can read" }</label>
            <select class="input wide" id="rule-history" data-test="rule-history" onchange={choose}>
                <option value="all" selected={r.history == History::All}>{ "Everything from the beginning" }</option>
                <option value="from-joining" selected={r.history == History::FromJoining}>{ "What is written after they joined" }</option>
            </select>
        </div>
    }
}

fn quorum_words(fraction: &str) -> String {
    match fraction {
        "1/1" => "All members".to_owned(),
        other => format!("At least {} of the members", rules::part(other)),
    }
}

fn majority_words(fraction: &str) -> String {
    match fraction {
        "1/1" => "Nobody is against it".to_owned(),
        other => format!("More than {} are for it", rules::part(other)),
    }
}

fn fraction(
    id: &'static str,
    label: &'static str,
    usual: &[&str],
    chosen: &str,
    words: fn(&str) -> String,
    onchange: Callback<Event>,
) -> Html {
    // A chapter may have a fraction that is not in the list.
    let other = (!usual.contains(&chosen)).then_some(chosen);
    html! {
        <div class="field"><label for={id}>{ label }</label>
            <select class="input wide" {id} data-test={id} {onchange}>
                { for other.into_iter().chain(usual.iter().copied()).map(|f| html! { <option value={f.to_owned()} selected={f == chosen}>{ words(f) }</option> }) }
            </select>
        </div>
    }
}

fn hours(r: &RulesView, pen: &Pen, error: Option<AttrValue>) -> Html {
    let other = (!HOURS.contains(&r.stands_for_hours)).then_some(r.stands_for_hours);
    let choose = pen.select(|r, v| r.stands_for_hours = v.parse().unwrap_or(r.stands_for_hours));
    html! {
        <Field id="rule-stands" label="A motion is open for at least" {error}>
            <select class="input wide" id="rule-stands" data-test="rule-stands" onchange={choose}>
                { for other.into_iter().chain(HOURS).map(|h| html! { <option value={h.to_string()} selected={h == r.stands_for_hours}>{ if h == 0 { "No fixed time".to_owned() } else { capital(&rules::span(h)) } }</option> }) }
            </select>
        </Field>
    }
}

fn proposed(r: &RulesView, pen: &Pen, error: Option<AttrValue>) -> Html {
    let chosen = r.proposed_for_hours;
    let other = (chosen != 0 && !PROPOSED.contains(&chosen)).then_some(chosen);
    let choose = pen.select(|r, v| r.proposed_for_hours = v.parse().unwrap_or(r.proposed_for_hours));
    html! {
        <Field id="rule-proposed" label="Before it opens, a vote stands proposed for" {error}>
            <select class="input wide" id="rule-proposed" data-test="rule-proposed" onchange={choose}>
                { for [0].into_iter().chain(other).chain(PROPOSED).map(|h| html! { <option value={h.to_string()} selected={h == chosen}>{ if h == 0 { "No time: it may open at once".to_owned() } else { capital(&rules::span(h)) } }</option> }) }
            </select>
        </Field>
    }
}

fn questions(r: &RulesView, pen: &Pen, error: Option<AttrValue>) -> Html {
    let add = {
        let pen = pen.clone();
        Callback::from(move |_: MouseEvent| pen.change(|r| r.questions.push(String::new())))
    };
    html! {
        <div class="stack tight" role="group" aria-labelledby="rule-questions-label">
            <p class="label" id="rule-questions-label">{ "What newcomers are asked" }</p>
            { for r.questions.iter().enumerate().map(|(n, question)| {
                let (typed, gone) = (pen.clone(), pen.clone());
                let oninput = Callback::from(move |event: InputEvent| {
                    let value = event.target_unchecked_into::<HtmlInputElement>().value();
                    typed.change(|r| if let Some(q) = r.questions.get_mut(n) { *q = value });
                });
                let remove = Callback::from(move |_: MouseEvent| gone.change(|r| if n < r.questions.len() { r.questions.remove(n); }));
                html! {
                    <div class="withbtn" key={n}>
                        <input class="input" id={format!("rule-question-{n}")} data-test={format!("rule-question-{n}")} aria-label={format!("Question {}", n + 1)} value={question.clone()} maxlength="300" {oninput} />
                        <button class="btn icon-only" type="button" aria-label={format!("Remove question {}", n + 1)} onclick={remove}><Icon name="x" class="sm" /></button>
                    </div>
                }
            }) }
            if let Some(error) = error { <p class="error"><Icon name="warn" class="sm" />{ error }</p> }
            if r.questions.len() < 10 { <div><button class="btn small" type="button" onclick={add} data-test="add-rule-question"><Icon name="plus" class="sm" />{ "Add a question" }</button></div> }
        </div>
    }
}
