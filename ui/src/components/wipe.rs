//! Destroying everything on this computer: asks once, at whichever door.

use super::{Dialog, Icon, Note, NoteKind, RefusalNote};
use crate::{
    browser,
    hooks::{use_sender, use_store},
    state::Action,
};
use api::{Command, Event, Reply};
use yew::prelude::*;

/// The question.
#[component]
pub(crate) fn WipeDialog() -> Html {
    let store = use_store();
    let sender = use_sender();
    let onclose = {
        let store = store.clone();
        Callback::from(move |()| store.dispatch(Action::Hide))
    };
    let keep = onclose.reform(|_: MouseEvent| ());
    let erase = {
        let (sender, store) = (sender.clone(), store.clone());
        Callback::from(move |_: MouseEvent| {
            let store = store.clone();
            sender.send(Command::Wipe, move |reply| {
                if let Reply::Wiped(report) = reply {
                    // Drafts are the web view's: the node can only remove the files that it lets go of.
                    browser::forget_all();
                    store.dispatch(Action::Heard(Event::Wiped(report)));
                }
            });
        })
    };
    html! {
        <Dialog labelled="wipe-title" {onclose}>
            <h2 id="wipe-title">{ "Erase everything on this computer?" }</h2>
            <ul class="bullets">
                <li><b>{ "Gone: " }</b>{ "your keys first, then the chapters saved here, and your drafts." }</li>
                <li><b>{ "Stays: " }</b>{ "what you shared is on the other members’ computers, and your backups are where you put them." }</li>
                <li><b>{ "Lost for good: " }</b>{ "what only this computer has. Your 24 recovery words or a backup bring you back; nothing else does." }</li>
            </ul>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
            if sender.busy() { <Note kind={NoteKind::Wait}><p>{ "Erasing…" }</p></Note> }
            <div class="buttons">
                <button class="btn" type="button" onclick={keep} data-first="" data-test="wipe-keep">{ "Keep everything" }</button>
                <button class="btn danger" type="button" onclick={erase} disabled={sender.busy()} data-test="wipe-erase">
                    <Icon name="trash" class="sm" />{ "Erase everything" }
                </button>
            </div>
        </Dialog>
    }
}
