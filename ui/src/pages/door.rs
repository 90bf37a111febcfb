//! Before the house is open: locked, or the program could not start.

use crate::{
    components::{Icon, Plan, RefusalNote, passphrase_field},
    hearing,
    hooks::{Sender, Store, use_ask, use_sender, use_store},
    state::Action,
};
use api::{Command, Refusal, Reply, view::LockCause};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// A passphrase is needed.
#[component]
pub(crate) fn Locked() -> Html {
    let store = use_store();
    let sender = use_sender();
    let passphrase = use_state(String::new);
    let shown = use_state(|| false);
    use_effect_with((), |()| {
        crate::browser::focus("#unlock-passphrase");
    });
    // A wrong one is typed over.
    use_effect_with(sender.refusal().is_some(), |refused| {
        if *refused {
            crate::browser::select("#unlock-passphrase");
        }
    });
    let onsubmit = {
        let (sender, passphrase, store) = (sender.clone(), passphrase.clone(), store.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if passphrase.is_empty() {
                sender.refuse("Type the passphrase that you chose for this computer.");
                return;
            }
            unlock(&sender, &store, Command::Unlock { passphrase: (*passphrase).clone() });
        })
    };
    // Answered while it is locked, too.
    let security = use_ask(Some(Command::Security), 0);
    let keyring = matches!(&security.reply, Some(Reply::Security(security)) if security.keyring);
    let onkeyring = {
        let (sender, store) = (sender.clone(), store.clone());
        Callback::from(move |_: MouseEvent| unlock(&sender, &store, Command::UnlockWithKeyring))
    };
    html! {
        <main class="vault" id="main" tabindex="-1">
            <Plan closed=true />
            <div class="stack tight">
                <h1 data-test="title">{ "Locked" }</h1>
                <p class="muted" data-test="locked-because">{ match store.locked_because {
                    LockCause::Asked => "Everything saved on this computer is closed until you open it.",
                    LockCause::Unused => "Nobody used the window for a while, so it locked by itself. Nothing was lost.",
                    LockCause::Slept => "The computer slept, so the window locked by itself. Nothing was lost.",
                } }</p>
            </div>
            <form aria-label="Unlock" {onsubmit}>
                { passphrase_field("unlock-passphrase", "Passphrase", None, &passphrase, &shown, None, false) }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <button class="btn primary wide" type="submit" data-test="unlock" disabled={sender.busy()}>
                    { if sender.busy() { "Opening…" } else { "Unlock" } }
                </button>
                if keyring {
                    <button class="btn wide" type="button" onclick={onkeyring} data-test="unlock-keyring" disabled={sender.busy()}><Icon name="key" class="sm" />{ "Unlock with the system’s keyring" }</button>
                }
            </form>
            <p class="meta">{ if keyring {
                "While locked, nothing is sent or received. The passphrase opens it, and your system’s keyring, as you have chosen."
            } else {
                "While locked, nothing is sent or received. Nobody can open it without the passphrase."
            } }</p>
            <p class="meta">{ "In danger: " }<kbd>{ "Ctrl Shift Delete" }</kbd>{ " erases everything on this computer. It asks once." }</p>
        </main>
    }
}

fn unlock(sender: &Sender, store: &Store, command: Command) {
    let store = store.clone();
    sender.send(command, move |reply| {
        if let Reply::Me(me) = reply {
            spawn_local(async move {
                hearing::opened(&store).await;
                store.dispatch(Action::Opened(me));
            });
        }
    });
}

#[derive(Properties, PartialEq)]
pub(crate) struct FailedProps {
    pub(crate) refusal: Refusal,
}

/// The program could not start.
#[component]
pub(crate) fn Failed(props: &FailedProps) -> Html {
    html! {
        <main class="vault" id="main" tabindex="-1">
            <Plan closed=true />
            <h1 data-test="title">{ "Chapterhouse cannot open" }</h1>
            <RefusalNote refusal={props.refusal.clone()} />
        </main>
    }
}
