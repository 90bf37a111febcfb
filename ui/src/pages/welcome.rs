//! The first start: what it is, your name and passphrase, the 24 words.

use super::from_backup::FromBackup;
use crate::{
    components::{Field, Icon, Mark, Note, NoteKind, Plan, RefusalNote, Strength, TextField, passphrase_field},
    hearing,
    hooks::{use_sender, use_store},
    state::{Action, Intent},
    text::name,
};
use api::{Command, Reply};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// The two halves of the first pages: the drawing, and what there is to do.
pub(super) fn door(main: Html) -> Html {
    html! {
        <main class="door" id="main" tabindex="-1">
            <div class="door-art">
                <Plan />
                <p class="meta">{ "A round room: every seat is the same distance from the middle." }</p>
            </div>
            <div class="door-main"><div class="door-in">
                <div class="line"><Mark />{ " " }<b>{ "Chapterhouse" }</b></div>
                { main }
            </div></div>
        </main>
    }
}

/// The first page of all.
#[component]
pub(crate) fn Welcome() -> Html {
    let store = use_store();
    let chosen = use_state(|| None::<Intent>);
    let choose = |intent: Intent| {
        let (chosen, store) = (chosen.clone(), store.clone());
        Callback::from(move |_: MouseEvent| {
            store.dispatch(Action::Intends(intent));
            chosen.set(Some(intent));
        })
    };
    let back = {
        let chosen = chosen.clone();
        Callback::from(move |()| chosen.set(None))
    };
    match *chosen {
        Some(Intent::Backup) => door(html! { <FromBackup {back} /> }),
        Some(intent) => door(html! { <Identity {intent} {back} /> }),
        None => door(html! {
            <>
                <div class="stack tight">
                    <h1 data-test="title">{ "Run your organisation from your own computers" }</h1>
                    <p class="lede">{ "Posts, minutes and votes are kept by the members themselves. There is no account to open and no company in the middle. Everything you write is signed by you and saved on this computer first." }</p>
                </div>
                <div class="stack tight">
                    <button class="bigchoice first" type="button" onclick={choose(Intent::Join)} data-test="have-invitation">
                        <Icon name="join" class="lg" /><b>{ "I have an invitation" }</b><span>{ "Choose a name, then paste the invitation" }</span><span class="go"><Icon name="right" class="flip" /></span>
                    </button>
                    <button class="bigchoice" type="button" onclick={choose(Intent::Start)} data-test="start-fresh">
                        <Icon name="plus" class="lg" /><b>{ "Start fresh" }</b><span>{ "Choose a name, then start a chapter" }</span><span class="go"><Icon name="right" class="flip" /></span>
                    </button>
                    <button class="bigchoice" type="button" onclick={choose(Intent::Restore)} data-test="restore">
                        <Icon name="history" class="lg" /><b>{ "Bring back my identity" }</b><span>{ "With your 24 recovery words" }</span><span class="go"><Icon name="right" class="flip" /></span>
                    </button>
                    <button class="bigchoice" type="button" onclick={choose(Intent::Backup)} data-test="from-backup">
                        <Icon name="disk" class="lg" /><b>{ "Bring everything back from a backup" }</b><span>{ "With the file, and the passphrase that it has" }</span><span class="go"><Icon name="right" class="flip" /></span>
                    </button>
                    <button class="bigchoice" type="button" onclick={choose(Intent::Pair)} data-test="pair-this">
                        <Icon name="laptop" class="lg" /><b>{ "This is another computer of mine" }</b><span>{ "With the code that your other one shows" }</span><span class="go"><Icon name="right" class="flip" /></span>
                    </button>
                </div>
            </>
        }),
    }
}

#[derive(Properties, PartialEq)]
struct IdentityProps {
    intent: Intent,
    back: Callback<()>,
}

#[component]
fn Identity(props: &IdentityProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let handle = use_state(String::new);
    let passphrase = use_state(String::new);
    let again = use_state(String::new);
    let words = use_state(String::new);
    let shown = use_state(|| false);
    let tried = use_state(|| false);
    let code = use_state(String::new);
    let restoring = props.intent == Intent::Restore;
    // The name comes from the other computer.
    let pairing = props.intent == Intent::Pair;
    use_effect_with((), move |()| {
        crate::browser::focus(if pairing { "#pair-with" } else { "#handle" });
    });

    let code_error =
        (*tried && pairing && code.trim().is_empty()).then_some("Type the code that your other computer shows.");
    let handle_problem = if pairing { None } else { name::problem(&handle) };
    let handle_error = handle_problem.filter(|_| *tried);
    let none = passphrase.is_empty();
    let passphrase_error = (*tried && none).then_some("Choose a passphrase.");
    let again_error = (*tried && !none && *again != *passphrase).then_some("The two passphrases are not the same.");
    let count = words.split_whitespace().count();
    let words_error = (*tried && restoring && count != 24).then(|| format!("24 words are needed; here are {count}."));
    // The first field that cannot be taken as it stands.
    let wrong = [
        (restoring && count != 24, "#recovery-words"),
        (pairing && code.trim().is_empty(), "#pair-with"),
        (handle_problem.is_some(), "#handle"),
        (none, "#passphrase"),
        (*again != *passphrase, "#passphrase-again"),
    ];
    let wrong = wrong.into_iter().find(|(wrong, _)| *wrong).map(|(_, field)| field);

    let onsubmit = {
        let (sender, handle, passphrase, words, tried, code) =
            (sender.clone(), handle.clone(), passphrase.clone(), words.clone(), tried.clone(), code.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if let Some(field) = wrong {
                crate::browser::focus(field);
                return;
            }
            let restore = restoring.then(|| words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
            let pair = pairing.then(|| code.trim().to_owned());
            let command =
                Command::Init { handle: handle.trim().to_owned(), passphrase: (*passphrase).clone(), restore, pair };
            let store = store.clone();
            sender.send(command, move |reply| {
                if let Reply::Initialised(made) = reply {
                    store.dispatch(Action::Initialised(made));
                    spawn_local(async move { hearing::opened(&store).await });
                }
            });
        })
    };
    let onwords = {
        let words = words.clone();
        Callback::from(move |event: InputEvent| words.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    let oncode = {
        let code = code.clone();
        Callback::from(move |event: InputEvent| code.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    let onhandle = {
        let handle = handle.clone();
        Callback::from(move |value: String| handle.set(value))
    };
    let back = props.back.reform(|_: MouseEvent| ());
    html! {
        <>
            <div class="stack tight">
                <h1 class="smaller" data-test="title">{ if restoring { "Bring back your identity" } else if pairing { "Another computer of yours" } else { "Your name and passphrase" } }</h1>
                <p class="muted">{ if pairing { "It gets your name and your chapters from the one that you use already, and a passphrase of its own." } else if restoring { "The words bring back your keys. The passphrase is a new one for this computer, and there is nobody who could send you another." } else { "Members see the name. The passphrase stays on this computer, and there is nobody who could send you a new one." } }</p>
            </div>
            <form class="stack" {onsubmit} novalidate=true>
                if restoring {
                    <Field id="recovery-words" label="Your 24 recovery words" hint="In their order, with spaces between them" error={words_error.map(AttrValue::from)}>
                        <textarea class="input" id="recovery-words" data-test="recovery-words" rows="4" spellcheck="false" autocapitalize="none" autocomplete="off" value={(*words).clone()} oninput={onwords} />
                    </Field>
                }
                if pairing {
                    <Field id="pair-with" label="The code that your other computer shows" hint="Ten characters, good for ten minutes; or the text that begins with chapterhouse:pair/. There: Settings, Your devices, Show the code." error={code_error.map(AttrValue::from)}>
                        <textarea class="input" id="pair-with" data-test="pair-with" rows="3" spellcheck="false" autocapitalize="none" autocomplete="off" value={(*code).clone()} oninput={oncode} />
                    </Field>
                } else {
                <TextField id="handle" label="Your name here" value={(*handle).clone()} onchange={onhandle} maxlength={32}
                    hint={format!("{}. It does not have to be your legal name.", name::HINT)} error={handle_error.map(AttrValue::from)} />
                }
                { passphrase_field("passphrase", "Passphrase", Some("Opens Chapterhouse on this computer. Four or five unrelated words are hard to guess and easy to keep."), &passphrase, &shown, passphrase_error, true) }
                <Strength passphrase={(*passphrase).clone()} known={vec![handle.trim().to_owned()]} />
                { passphrase_field("passphrase-again", "The same passphrase again", None, &again, &shown, again_error, true) }
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} what={if pairing { "code" } else { "invitation" }} /> }
                <div class="line">
                    <button class="btn" type="button" onclick={back}>{ "Back" }</button>
                    <button class="btn primary push" type="submit" data-test="create" disabled={sender.busy()}>
                        { if sender.busy() { "Making your keys…" } else if restoring { "Bring it back" } else if pairing { "Add this computer" } else { "Make my keys" } }
                    </button>
                </div>
            </form>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct WordsProps {
    pub(crate) words: Vec<String>,
}

/// The 24 words, this once.
#[component]
pub(crate) fn RecoveryWords(props: &WordsProps) -> Html {
    let store = use_store();
    let written = use_state(|| false);
    use_effect_with((), |()| {
        crate::browser::scroll_up();
        crate::browser::focus("#main");
    });
    let tick = {
        let written = written.clone();
        Callback::from(move |event: Event| written.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    let go = {
        let written = *written;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if written {
                store.dispatch(Action::WordsKept);
            }
        })
    };
    door(html! {
        <>
            <div class="stack tight">
                <h1 class="smaller" data-test="title">{ "Write these 24 words on paper" }</h1>
                <p class="muted">{ "If this computer breaks or is lost, they are the only way to be you again. They are shown this once and kept nowhere." }</p>
            </div>
            <ol class="words three" aria-label="Your recovery words" data-test="words">
                { for props.words.iter().map(|word| html! { <li>{ word }</li> }) }
            </ol>
            <Note kind={NoteKind::Wait}><p>{ "Anyone who has these words can sign as you. Do not photograph them and do not store them on a computer." }</p></Note>
            <form class="stack" onsubmit={go}>
                <label class="line nowrap"><input type="checkbox" checked={*written} onchange={tick} data-test="words-kept" /><span>{ "I have written them down, in this order" }</span></label>
                <button class="btn primary" type="submit" disabled={!*written} data-test="words-continue">{ "Go on" }</button>
            </form>
        </>
    })
}
