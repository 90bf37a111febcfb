//! What every motion needs beside what it is about: why, and how long it is open.

use crate::{
    browser,
    components::Field,
    hooks::{Sender, Store},
    state::{Action, Route},
};
use api::{
    Command, Id, Reply,
    draft::{Measure, MotionDraft},
};
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Why, and for how many days; 0 is as short as the rules permit.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Terms {
    pub(crate) why: String,
    pub(crate) days: i64,
}

impl Terms {
    /// Makes the motion, and goes to its page.
    pub(crate) fn propose(&self, sender: &Sender, store: &Store, chapter: &Id, measure: Measure, before: Callback<()>) {
        let now = browser::now();
        let closes = (self.days > 0).then(|| browser::to_utc(&now.day.plus(self.days).iso(), &now.clock())).flatten();
        let motion = MotionDraft { measure, why: self.why.trim().to_owned(), closes };
        let store = store.clone();
        sender.send(Command::Propose { chapter: chapter.clone(), motion }, move |reply| {
            if let Reply::Published(published) = reply {
                before.emit(());
                store.dispatch(Action::Say("The motion is made and saved on this computer".to_owned()));
                browser::go(&Route::Motion(published.entry).href());
            }
        });
    }
}

/// The two fields.
pub(crate) fn term_fields(terms: &UseStateHandle<Terms>, hint: &'static str) -> Html {
    let onwhy = {
        let terms = terms.clone();
        Callback::from(move |event: InputEvent| {
            let why = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            terms.set(Terms { why, ..(*terms).clone() });
        })
    };
    let ondays = {
        let terms = terms.clone();
        Callback::from(move |event: Event| {
            let days = event.target_unchecked_into::<HtmlSelectElement>().value().parse().unwrap_or_default();
            terms.set(Terms { days, ..(*terms).clone() });
        })
    };
    let option = |days: i64, words: &'static str| html! { <option value={days.to_string()} selected={terms.days == days}>{ words }</option> };
    html! {
        <>
            <Field id="motion-why" label="Why" hint={hint}>
                <textarea class="input" id="motion-why" data-test="motion-why" rows="3" spellcheck="true" aria-describedby="motion-why-hint" value={terms.why.clone()} oninput={onwhy} />
            </Field>
            <div class="field">
                <label for="motion-days">{ "Open for" }</label>
                <select class="input" id="motion-days" data-test="motion-days" onchange={ondays}>
                    { option(0, "As short as the rules permit") }{ option(7, "7 days") }{ option(14, "14 days") }{ option(30, "30 days") }
                </select>
            </div>
        </>
    }
}
