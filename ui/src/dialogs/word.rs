//! Giving one's word for a newcomer, or saying why not.

use crate::{
    browser,
    components::{Before, Field},
    hooks::{use_sender, use_store},
    pages::six_words,
    state::Action,
    text::before::{self, Point},
};
use api::{Command, people::JoinRequestView};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WordProps {
    pub(crate) request: JoinRequestView,
    pub(crate) onclose: Callback<()>,
}

fn why_field(why: &UseStateHandle<String>, label: &'static str, hint: &'static str) -> Html {
    let oninput = {
        let why = why.clone();
        Callback::from(move |event: InputEvent| why.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    html! {
        <Field id="word-why" {label} {hint}>
            <textarea class="input" id="word-why" data-test="word-why" rows="3" spellcheck="true" aria-describedby="word-why-hint" value={(**why).clone()} {oninput} />
        </Field>
    }
}

/// Giving it.
#[component]
pub(crate) fn SponsorDialog(props: &WordProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let why = use_state(String::new);
    let sure = use_state(|| false);
    let r = &props.request;
    let onact = {
        let (store, sender, why, sure) = (store.clone(), sender.clone(), why.clone(), *sure);
        let (request, handle, onclose) = (r.request.clone(), r.handle.clone(), props.onclose.clone());
        Callback::from(move |()| {
            if !sure {
                sender.refuse("Meet or phone first, and compare the six words. Then tick the box.");
                browser::focus("#word-sure");
                return;
            }
            let (store, onclose, handle) = (store.clone(), onclose.clone(), handle.clone());
            let command = Command::Sponsor { request: request.clone(), why: why.trim().to_owned() };
            sender.send(command, move |_| {
                onclose.emit(());
                store.dispatch(Action::Say(format!("Your word for {handle} is saved on this computer")));
            });
        })
    };
    let ontick = {
        let sure = sure.clone();
        Callback::from(move |event: Event| sure.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    html! {
        <Before title={format!("Give your word for {}?", r.handle)} points={before::sponsor(&r.handle, r.sponsors.len(), r.need)}
            act="I give my word" {sender} {onact} onclose={props.onclose.clone()} test="sponsor-now">
            <div class="card soft stack tight">{ six_words(&r.six_words) }
                <label class="tick"><input type="checkbox" id="word-sure" data-test="word-sure" checked={*sure} onchange={ontick} />
                    <span>{ "These are the words on " }<bdi>{ &r.handle }</bdi>{ "’s screen, too. I heard or saw it myself." }</span></label>
            </div>
            { why_field(&why, "How you know them", "May stay empty. All members read it.") }
        </Before>
    }
}

/// Not giving it.
#[component]
pub(crate) fn DeclineDialog(props: &WordProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let why = use_state(String::new);
    let r = &props.request;
    let onact = {
        let (store, sender, why) = (store.clone(), sender.clone(), why.clone());
        let (request, onclose) = (r.request.clone(), props.onclose.clone());
        Callback::from(move |()| {
            if why.trim().is_empty() {
                sender.refuse("Say why: a no without a reason helps nobody.");
                browser::focus("#word-why");
                return;
            }
            let (store, onclose) = (store.clone(), onclose.clone());
            let command = Command::Decline { request: request.clone(), why: why.trim().to_owned() };
            sender.send(command, move |_| {
                onclose.emit(());
                store.dispatch(Action::Say("Your reason is saved on this computer".to_owned()));
            });
        })
    };
    let points = vec![
        Point::Happens(format!(
            "Everybody in the chapter reads your reason, signed by you. If {} becomes a member, they can read it too.",
            r.handle
        )),
        Point::Stays("It keeps nobody else from giving their word, and you can still give yours later.".to_owned()),
    ];
    html! {
        <Before title={format!("Say why you do not give your word for {}?", r.handle)} {points} act="Send my reason"
            {sender} {onact} onclose={props.onclose.clone()} test="decline-now">
            { why_field(&why, "I do not, because", "Say what you would have to know to give it.") }
        </Before>
    }
}
