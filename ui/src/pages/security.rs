//! Settings, security: passphrase, locking by itself, backup, erasing.

use crate::{
    components::{Bar, Dialog, Icon, PathField, RefusalNote, Saved, Strength, passphrase_field},
    hooks::{use_ask, use_sender, use_store},
    state::{Action, Overlay},
    text::count,
};
use api::{Command, Reply, reply::BackedUp, view::Erased};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Minutes that can be chosen, and their words.
const CHOICES: [(u16, &str); 4] = [(5, "5 minutes"), (15, "15 minutes"), (60, "1 hour"), (0, "Never")];

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Passphrase,
    Keyring,
    Backup,
}

/// The part of the settings.
#[component]
pub(crate) fn Security() -> Html {
    let store = use_store();
    let sender = use_sender();
    let asking = use_state(|| None::<Asking>);
    let revision = use_state(|| 0_u64);
    let asked = use_ask(Some(Command::Security), *revision);
    let security = match &asked.reply {
        Some(Reply::Security(security)) => Some(security.clone()),
        _ => None,
    };
    let minutes = security.as_ref().and_then(|security| security.lock_after_minutes);
    let onlock = {
        let (sender, revision) = (sender.clone(), revision.clone());
        Callback::from(move |event: Event| {
            let Ok(minutes) = event.target_unchecked_into::<HtmlSelectElement>().value().parse() else { return };
            let revision = revision.clone();
            sender.send(Command::SetAutoLock { minutes }, move |_| revision.set(*revision + 1));
        })
    };
    let keyring = security.as_ref().is_some_and(|security| security.keyring);
    let keyring_off = {
        let (sender, revision) = (sender.clone(), revision.clone());
        Callback::from(move |_: MouseEvent| {
            let revision = revision.clone();
            let off = Command::SetKeyring { on: false, passphrase: String::new() };
            sender.send(off, move |_| revision.set(*revision + 1));
        })
    };
    let open = |what: Asking| {
        let asking = asking.clone();
        Callback::from(move |_: MouseEvent| asking.set(Some(what)))
    };
    let onclose = {
        let (asking, revision) = (asking.clone(), revision.clone());
        Callback::from(move |()| {
            asking.set(None);
            revision.set(*revision + 1);
        })
    };
    let erase = {
        let store = store.clone();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Show(Overlay::Wipe)))
    };
    // Set elsewhere, by the command line: shown as it is.
    let other = minutes.filter(|minutes| CHOICES.iter().all(|(choice, _)| choice != minutes));
    html! {
        <>
            <section class="card flush rows" aria-labelledby="security">
                <div class="setting"><div><h2 id="security">{ "Passphrase" }</h2><p>{ "Opens Chapterhouse on this computer and locks everything saved here. Nobody can reset it." }</p></div>
                    <button class="btn" type="button" onclick={open(Asking::Passphrase)} data-test="passphrase-change">{ "Change" }</button></div>
                <div class="setting"><div><h3>{ "Lock by itself" }</h3><p>{ "After this long without a key press or a mouse move, and when the computer goes to sleep, or wakes where it cannot be told before." }</p></div>
                    <label class="sr" for="lock-after">{ "Lock by itself after" }</label>
                    <select class="input" id="lock-after" data-test="lock-after" onchange={onlock} disabled={minutes.is_none() || sender.busy()}>
                        { for CHOICES.iter().map(|(choice, words)| html! {
                            <option value={choice.to_string()} selected={minutes == Some(*choice)}>{ *words }</option>
                        }) }
                        if let Some(other) = other { <option value={other.to_string()} selected=true>{ format!("{other} minutes") }</option> }
                    </select></div>
                <div class="setting"><div><h3>{ "Unlock with the system’s keyring" }</h3><p>{ "Then whoever has logged in as you on this computer can open Chapterhouse without your passphrase. The passphrase goes on opening it, and is not given away." }</p></div>
                    if keyring {
                        <button class="btn" type="button" onclick={keyring_off} data-test="keyring-off" disabled={sender.busy()}>{ "Turn off" }</button>
                    } else {
                        <button class="btn" type="button" onclick={open(Asking::Keyring)} data-test="keyring-on">{ "Turn on" }</button>
                    }</div>
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                if let Some(erased) = security.as_ref().map(|security| security.erased).filter(|erased| *erased != Erased::Yes) {
                    <div class="setting" data-test="not-erased"><div><h3>{ "Still to be erased" }</h3><p>{ erased.words() }</p></div></div>
                }
                <div class="setting"><div><h3>{ "Backup" }</h3><p>{ "Everything of this computer in one sealed file. Keep it apart from this computer." }</p></div>
                    <button class="btn" type="button" onclick={open(Asking::Backup)} data-test="backup-make"><Icon name="disk" class="sm" />{ "Back up" }</button></div>
            </section>
            <section class="card" aria-labelledby="erase">
                <div class="setting"><div><h2 id="erase">{ "Erase this computer’s copy" }</h2>
                    <p>{ "Removes your keys and everything saved here. What you have shared stays with the other members. From anywhere, also while locked: " }<kbd>{ "Ctrl Shift Delete" }</kbd></p></div>
                    <button class="btn danger-quiet" type="button" onclick={erase} data-test="erase"><Icon name="trash" class="sm" />{ "Erase" }</button></div>
            </section>
            { match *asking {
                Some(Asking::Passphrase) => html! { <PassphraseDialog {onclose} /> },
                Some(Asking::Keyring) => html! { <KeyringDialog {onclose} /> },
                Some(Asking::Backup) => html! { <BackupDialog {onclose} path={security.map(|s| s.backup_path).unwrap_or_default()} /> },
                None => Html::default(),
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DialogProps {
    onclose: Callback<()>,
    /// Where a backup would go.
    #[prop_or_default]
    path: String,
}

#[component]
fn PassphraseDialog(props: &DialogProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let (old, new, again) = (use_state(String::new), use_state(String::new), use_state(String::new));
    let shown = use_state(|| false);
    let known: Vec<String> = store.me.iter().map(|me| me.handle.clone()).collect();
    let onsubmit = {
        let (sender, onclose) = (sender.clone(), props.onclose.clone());
        let (old, new, again) = (old.clone(), new.clone(), again.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if old.is_empty() || new.is_empty() {
                sender.refuse("Type the passphrase of now, and the new one.");
                return;
            }
            if *new != *again {
                sender.refuse("The two new passphrases are not the same. Nothing was changed.");
                return;
            }
            let (store, onclose) = (store.clone(), onclose.clone());
            sender.send(Command::ChangePassphrase { old: (*old).clone(), new: (*new).clone() }, move |_| {
                store.dispatch(Action::Say("The passphrase is changed".to_owned()));
                onclose.emit(());
            });
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    use_effect_with((), |()| {
        crate::browser::focus("#passphrase-old");
    });
    html! {
        <Dialog labelled="passphrase-title" onclose={props.onclose.clone()}>
            <h2 id="passphrase-title">{ "Change the passphrase" }</h2>
            <form class="stack" {onsubmit} novalidate=true>
                { passphrase_field("passphrase-old", "The passphrase of now", None, &old, &shown, None, false) }
                { passphrase_field("passphrase-new", "The new passphrase", Some("Four or five unrelated words are hard to guess and easy to keep."), &new, &shown, None, true) }
                <Strength passphrase={(*new).clone()} {known} />
                { passphrase_field("passphrase-new-again", "The new passphrase again", None, &again, &shown, None, true) }
                <p class="meta">{ "Backups that you made before keep the passphrase that they have." }</p>
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="buttons">
                    <button class="btn" type="button" onclick={close}>{ "Keep the old one" }</button>
                    <button class="btn primary" type="submit" disabled={sender.busy()} data-test="passphrase-save">
                        { if sender.busy() { "Changing…" } else { "Change the passphrase" } }
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

#[component]
fn KeyringDialog(props: &DialogProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let (passphrase, shown) = (use_state(String::new), use_state(|| false));
    let onsubmit = {
        let (sender, onclose, passphrase) = (sender.clone(), props.onclose.clone(), passphrase.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if passphrase.is_empty() {
                sender.refuse("Type the passphrase of this computer.");
                return;
            }
            let (store, onclose) = (store.clone(), onclose.clone());
            sender.send(Command::SetKeyring { on: true, passphrase: (*passphrase).clone() }, move |_| {
                store.dispatch(Action::Say("The system’s keyring opens Chapterhouse from now on, too".to_owned()));
                onclose.emit(());
            });
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    use_effect_with((), |()| {
        crate::browser::focus("#keyring-passphrase");
    });
    html! {
        <Dialog labelled="keyring-title" onclose={props.onclose.clone()}>
            <h2 id="keyring-title">{ "Unlock with the system’s keyring" }</h2>
            <form class="stack" {onsubmit} novalidate=true>
                <p class="muted">{ "A key of its own is put into your system’s keyring; your passphrase is not. From then on every program of yours, and whoever sits at this computer while you are logged in, can open Chapterhouse. Turned off, or after erasing, that key is worth nothing." }</p>
                { passphrase_field("keyring-passphrase", "The passphrase of this computer", Some("Asked for, so that nobody turns this on at an open window."), &passphrase, &shown, None, false) }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="buttons">
                    <button class="btn" type="button" onclick={close}>{ "Not now" }</button>
                    <button class="btn primary" type="submit" disabled={sender.busy()} data-test="keyring-save">{ if sender.busy() { "Asking the keyring…" } else { "Turn on" } }</button>
                </div>
            </form>
        </Dialog>
    }
}

#[component]
fn BackupDialog(props: &DialogProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let made = use_state(|| None::<BackedUp>);
    let path = use_state(|| props.path.clone());
    let (passphrase, own, again) = (use_state(String::new), use_state(String::new), use_state(String::new));
    let shown = use_state(|| false);
    let separate = use_state(|| false);
    let onpath = {
        let path = path.clone();
        Callback::from(move |value: String| path.set(value))
    };
    let onseparate = {
        let separate = separate.clone();
        Callback::from(move |event: Event| separate.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    let onsubmit = {
        let (sender, made, store) = (sender.clone(), made.clone(), store.clone());
        let (path, passphrase, own, again, separate) =
            (path.clone(), passphrase.clone(), own.clone(), again.clone(), separate.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if passphrase.is_empty() || (*separate && own.is_empty()) {
                sender.refuse("Type the passphrase of this computer, and the backup’s own where it has one.");
                return;
            }
            if *separate && *own != *again {
                sender.refuse("The two passphrases of the backup are not the same. There is no backup yet.");
                return;
            }
            let command = Command::CreateBackup {
                path: path.trim().to_owned(),
                passphrase: (*passphrase).clone(),
                separate: separate.then(|| (*own).clone()),
            };
            let (store, made) = (store.clone(), made.clone());
            sender.send(command, move |reply| {
                store.dispatch(Action::BackupEnded);
                if let Reply::BackedUp(backed_up) = reply {
                    made.set(Some(backed_up));
                }
            });
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    use_effect_with((), |()| {
        crate::browser::focus("#backup-passphrase");
    });
    if let Some(made) = &*made {
        return html! { <BackupMade onclose={props.onclose.clone()} made={made.clone()} /> };
    }
    html! {
        <Dialog labelled="backup-title" onclose={props.onclose.clone()}>
            <h2 id="backup-title">{ "Back up everything" }</h2>
            <form class="stack" {onsubmit} novalidate=true>
                <PathField id="backup-path" label="The file to make" value={(*path).clone()} onchange={onpath} hint="On a stick, it survives this computer." new=true />
                { passphrase_field("backup-passphrase", "The passphrase of this computer", Some("Asked for, so that nobody carries your keys away from an open window."), &passphrase, &shown, None, false) }
                <label class="line nowrap"><input type="checkbox" checked={*separate} onchange={onseparate} data-test="backup-separate" /><span>{ "Give the backup a passphrase of its own" }</span></label>
                if *separate {
                    { passphrase_field("backup-own", "The backup’s passphrase", Some("It opens the backup, and from then on the computer on which it is brought back."), &own, &shown, None, true) }
                    <Strength passphrase={(*own).clone()} />
                    { passphrase_field("backup-own-again", "The backup’s passphrase again", None, &again, &shown, None, true) }
                }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                if let (true, Some((done, total))) = (sender.busy(), store.backup) {
                    <div role="progressbar" aria-label="Backing up" aria-valuemin="0" aria-valuemax={total.to_string()} aria-valuenow={done.to_string()}>
                        <Bar part={done} whole={total} />
                    </div>
                }
                <div class="buttons">
                    <button class="btn" type="button" onclick={close}>{ "Not now" }</button>
                    <button class="btn primary" type="submit" disabled={sender.busy()} data-test="backup-create">
                        { if sender.busy() { "Backing up…" } else { "Back up" } }
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct MadeProps {
    onclose: Callback<()>,
    made: BackedUp,
}

/// What was made, where it is, and what to do with it.
#[component]
fn BackupMade(props: &MadeProps) -> Html {
    let made = &props.made;
    let what = format!(
        "{} and {} are in it, sealed. {}",
        count(made.chapters as u64, "chapter", "chapters"),
        count(made.entries, "entry", "entries"),
        if made.separate { "It has a passphrase of its own." } else { "This computer’s passphrase opens it." }
    );
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <Dialog labelled="backup-made" onclose={props.onclose.clone()}>
            <h2 id="backup-made">{ "Backed up" }</h2>
            <div class="stack">
                <p>{ what }</p>
                <Saved path={AttrValue::from(made.path.clone())} test="backup-saved" />
                <p class="meta">{ "Copy it to a stick, or to another computer of yours: on this one it is lost together with everything else. Bring it back from the first page of Chapterhouse there, when this computer is gone." }</p>
                <div class="buttons"><button class="btn primary" type="button" onclick={close} data-first="" data-test="backup-done">{ "Done" }</button></div>
            </div>
        </Dialog>
    }
}
