//! What a chapter asks of whoever joins it: a text to agree to, and questions.

use crate::{
    browser,
    components::{Field, Icon, Markdown, RefusalNote},
    drafts,
    hooks::{use_draft, use_sender, use_store},
    state::{Action, Terms},
};
use api::{Command, Id};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct TermsProps {
    pub(crate) chapter: Id,
    pub(crate) name: AttrValue,
    pub(crate) terms: Terms,
    /// Gives the joining up.
    pub(crate) stop: Callback<MouseEvent>,
}

/// The card.
#[component]
pub(crate) fn TermsCard(props: &TermsProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let asked = props.terms.questions.len();
    let draft_name = format!("draft-answers-{}", props.chapter);
    let (mut answers, _, set) = use_draft(&draft_name, || vec![String::new(); asked]);
    // The chapter may ask something else than when this was begun.
    answers.resize(asked, String::new());
    let agreed = use_state(|| false);
    let tried = use_state(|| false);
    let agrees = !props.terms.statement.trim().is_empty();
    let missing = answers.iter().position(|a| a.trim().is_empty());
    let onsubmit = {
        let (store, sender, agreed, tried, answers) =
            (store.clone(), sender.clone(), *agreed, tried.clone(), answers.clone());
        let chapter = props.chapter.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if let Some(n) = missing {
                browser::focus(&format!("#answer-{n}"));
                return;
            }
            if agrees && !agreed {
                browser::focus("#agree");
                return;
            }
            let answers = answers.iter().map(|a| a.trim().to_owned()).collect();
            let (store, id, name) = (store.clone(), chapter.clone(), draft_name.clone());
            sender.send(Command::AnswerTerms { chapter: chapter.clone(), answers }, move |_| {
                drafts::forget(&name);
                store.dispatch(Action::TermsAnswered(id));
            });
        })
    };
    let onagree = {
        let agreed = agreed.clone();
        Callback::from(move |event: Event| agreed.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    html! {
        <form class="card stack loose" {onsubmit} novalidate=true aria-labelledby="terms" data-test="terms">
            <div class="stack tight"><h2 id="terms">{ format!("{} asks you", props.name) }</h2>
                <p class="muted">{ "All members read your answers. They are signed by you and stay in the chapter’s records." }</p></div>
            if agrees {
                <section class="stack" aria-label="What you agree to">
                    <div class="card soft statement" tabindex="0" role="region" aria-label="The text"><Markdown text={props.terms.statement.clone()} top={3} class="prose small" /></div>
                    <div class={classes!("field", (*tried && !*agreed).then_some("bad"))}>
                        <label class="tick agree"><input type="checkbox" id="agree" data-test="agree" checked={*agreed} onchange={onagree} aria-describedby={(*tried && !*agreed).then_some("agree-error")} /><span>{ "I have read it, and agree." }</span></label>
                        if *tried && !*agreed { <p class="error" id="agree-error"><Icon name="warn" class="sm" />{ "Without it the chapter does not let anybody in." }</p> }
                    </div>
                </section>
            }
            { for props.terms.questions.iter().enumerate().map(|(n, question)| {
                let (set, all) = (set.clone(), answers.clone());
                let value = answers[n].clone();
                let error = (*tried && value.trim().is_empty()).then(|| AttrValue::from("The chapter asks for an answer, a short one is fine."));
                let oninput = Callback::from(move |event: InputEvent| {
                    let mut all = all.clone();
                    all[n] = event.target_unchecked_into::<HtmlTextAreaElement>().value();
                    set.emit(all);
                });
                html! {
                    <Field key={n} id={format!("answer-{n}")} label={question.clone()} error={error.clone()}>
                        <textarea class="input" id={format!("answer-{n}")} data-test={format!("answer-{n}")} rows="3" spellcheck="true"
                            aria-describedby={error.is_some().then(|| format!("answer-{n}-error"))} aria-invalid={error.is_some().then_some("true")} {value} {oninput} />
                    </Field>
                }
            }) }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
            <div class="line">
                <button class="btn" type="button" onclick={props.stop.clone()} data-test="cancel-join">{ "Do not join" }</button>
                <button class="btn primary push" type="submit" data-test="answer-terms" disabled={sender.busy()}>{ if asked > 0 { "Send my answers" } else { "Agree and go on" } }</button>
            </div>
        </form>
    }
}
