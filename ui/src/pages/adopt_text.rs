//! A motion to adopt a new text of what newcomers agree to, being written: the text that holds beside the new one.

use super::change_rules::AboutRules;
use crate::{
    components::{Field, Markdown, RefusalNote},
    dialogs::{Terms, term_fields},
    drafts,
    hooks::{use_draft, use_sender, use_store},
};
use api::{Id, draft::Measure, people::RulesView};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// The longest text, in bytes.
const MOST: usize = 8 * 1024;

#[derive(Properties, PartialEq)]
pub(crate) struct AdoptTextProps {
    pub(crate) chapter: Id,
}

/// The page.
#[component]
pub(crate) fn AdoptText(props: &AdoptTextProps) -> Html {
    let chapter = props.chapter.clone();
    let form = use_callback(chapter.clone(), |rules: RulesView, chapter| {
        html! { <Form chapter={chapter.clone()} now={rules.statement} /> }
    });
    html! { <AboutRules {chapter} title="Adopt a new text" sub="What newcomers agree to. The other rules stay as they are." {form} /> }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    chapter: Id,
    now: String,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let name = format!("draft-text-{}", props.chapter);
    let (text, _, set) = use_draft(&name, || props.now.clone());
    let terms = use_state(Terms::default);
    let onsubmit = {
        let (store, sender, terms, text) = (store.clone(), sender.clone(), terms.clone(), text.clone());
        let (chapter, now) = (props.chapter.clone(), props.now.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let refused = match text.trim() {
                same if same == now.trim() => Some("Nothing is different yet from the text that holds now."),
                long if long.len() > MOST => Some("The text is too long: some 8,000 letters at most."),
                _ => None,
            };
            if let Some(why) = refused {
                sender.refuse(why);
                return;
            }
            let name = name.clone();
            let done = Callback::from(move |()| drafts::forget(&name));
            terms.propose(&sender, &store, &chapter, Measure::Statement { text: text.trim().to_owned() }, done);
        })
    };
    let oninput = Callback::from(move |event: InputEvent| {
        set.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    });
    html! {
        <form class="cols" aria-label="A new text" {onsubmit} novalidate=true>
            <div class="stack">
                <section class="card stack" aria-labelledby="text-now"><h2 id="text-now">{ "The text now" }</h2>
                    if props.now.trim().is_empty() { <p class="muted">{ "There is none." }</p> } else { <Markdown text={props.now.clone()} top={3} class="prose small" /> }
                </section>
                <div class="card"><Field id="new-text" label="The new text" hint="Markdown. All of it, not only what is different.">
                    <textarea class="input" id="new-text" data-test="new-text" rows="12" spellcheck="true" aria-describedby="new-text-hint" value={text} {oninput} />
                </Field></div>
            </div>
            <aside class="rail stack" aria-label="The motion">
                <section class="card stack" aria-label="Why">
                    { term_fields(&terms, "Members read it before they vote.") }
                    if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                    <button class="btn primary wide" type="submit" data-test="propose-text" disabled={sender.busy()}>{ "Make the motion" }</button>
                </section>
            </aside>
        </form>
    }
}
