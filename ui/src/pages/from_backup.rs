//! Everything back from a backup, on a computer on which there is nothing yet.

use crate::{
    components::{Note, NoteKind, PathField, RefusalNote, passphrase_field},
    hearing,
    hooks::{use_ask, use_sender, use_store},
    state::Action,
};
use api::{Command, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct FromBackupProps {
    pub(crate) back: Callback<()>,
}

/// The file, and its passphrase.
#[component]
pub(crate) fn FromBackup(props: &FromBackupProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let typed = use_state(|| None::<String>);
    let passphrase = use_state(String::new);
    let shown = use_state(|| false);
    let asked = use_ask(Some(Command::Security), 0);
    let found = match &asked.reply {
        Some(Reply::Security(security)) => security.backup_found.clone(),
        _ => None,
    };
    use_effect_with((), |()| {
        crate::browser::focus("#backup-path");
    });
    {
        let typed = typed.clone();
        use_effect_with(store.dropped.clone(), move |dropped| {
            if let Some(path) = dropped {
                typed.set(Some(path.clone()));
                crate::browser::focus("#backup-passphrase");
            }
        });
    }
    let path = (*typed).clone().or_else(|| found.clone()).unwrap_or_default();
    let hint = match &found {
        Some(_) if typed.is_none() => "The latest one in your documents. Choose another, or drop it on this window.",
        _ => "Choose it, or drop it on this window. Its name ends in .backup.",
    };
    let onpath = {
        let typed = typed.clone();
        Callback::from(move |path: String| typed.set(Some(path)))
    };
    let onsubmit = {
        let (sender, path, passphrase, store) = (sender.clone(), path.clone(), passphrase.clone(), store.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if path.trim().is_empty() || passphrase.is_empty() {
                sender.refuse("Name the file, and type the passphrase that it has.");
                return;
            }
            let (store, path) = (store.clone(), path.trim().to_owned());
            sender.send(Command::RestoreBackup { path, passphrase: (*passphrase).clone() }, move |reply| {
                if let Reply::Restored(back) = reply {
                    spawn_local(async move {
                        hearing::opened(&store).await;
                        store.dispatch(Action::Restored(back.me));
                    });
                }
            });
        })
    };
    let back = props.back.reform(|_: MouseEvent| ());
    html! {
        <>
            <div class="stack tight">
                <h1 class="smaller" data-test="title">{ "Bring everything back" }</h1>
                <p class="muted">{ "You will be the same member on the same device, with the chapters as they were on the day of the backup." }</p>
            </div>
            <Note kind={NoteKind::Wait}>
                <p>{ "Only when the old computer is gone or erased. Two computers with the same keys would contradict each other." }</p>
            </Note>
            <form class="stack" {onsubmit} novalidate=true>
                <PathField id="backup-path" label="The backup’s file" value={path} onchange={onpath} {hint} />
                { passphrase_field("backup-passphrase", "The backup’s passphrase", Some("The one of the day on which it was made. From now on it opens Chapterhouse on this computer."), &passphrase, &shown, None, false) }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="line">
                    <button class="btn" type="button" onclick={back}>{ "Back" }</button>
                    <button class="btn primary push" type="submit" data-test="backup-restore" disabled={sender.busy()}>
                        { if sender.busy() { "Bringing it back…" } else { "Bring it back" } }
                    </button>
                </div>
            </form>
        </>
    }
}
