//! The data folder was last used in another place: what that means, and the two things that it can be.

use super::{Note, NoteKind, RefusalNote};
use crate::{
    hooks::{use_sender, use_store},
    state::{Action, Overlay},
};
use api::Command;
use yew::prelude::*;

/// Stands on every page until it is said; nothing where there is nothing to say.
#[component]
pub(crate) fn Copied() -> Html {
    let store = use_store();
    let sender = use_sender();
    let second = use_state(|| false);
    if !store.copied {
        return Html::default();
    }
    let moved = {
        let (sender, store) = (sender.clone(), store.clone());
        Callback::from(move |_: MouseEvent| {
            let store = store.clone();
            sender.send(Command::MovedHere, move |_| {
                store.dispatch(Action::Copied(false));
                store.dispatch(Action::Say("This computer goes on from here".to_owned()));
            });
        })
    };
    let further = {
        let second = second.clone();
        Callback::from(move |_: MouseEvent| second.set(!*second))
    };
    let erase = Callback::from(move |_: MouseEvent| store.dispatch(Action::Show(Overlay::Wipe)));
    html! {
        <Note kind={NoteKind::Wait} title="Is this a second computer?">
            <div class="stack tight" data-test="copied">
                <p>{ "What is saved here was last used in another place: it was copied or moved. Two computers that go on from one copy would contradict each other, so nothing is written and nobody is called from here until you say which it is." }</p>
                if *second {
                    <p>{ "If it is, this copy has to go: erase it here; the other computer keeps everything. After that, choose “This is another computer of mine” on the first page, and type the code that the other one shows under Settings, Your devices." }</p>
                } else {
                    <p class="meta">{ "If the old computer is not used any more, this one goes on as soon as another member’s computer has sent what is missing." }</p>
                }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="buttons">
                    if *second {
                        <button class="btn" type="button" onclick={further} data-test="copied-back">{ "Back" }</button>
                        <button class="btn danger-quiet" type="button" onclick={erase} data-test="copied-erase">{ "Erase this copy" }</button>
                    } else {
                        // Neither is the one to click without reading.
                        <button class="btn" type="button" onclick={further} data-test="copied-second">{ "It is a second computer" }</button>
                        <button class="btn" type="button" onclick={moved} disabled={sender.busy()} data-test="copied-moved">{ "I moved here; the old one is not used any more" }</button>
                    }
                </div>
            </div>
        </Note>
    }
}
