//! Join or start a chapter: the choice, the invitation, how far the joining is.

use super::{members::six_words, terms::TermsCard};
use crate::{
    browser,
    components::{Badge, Bar, Crumbs, Field, Icon, Note, NoteKind, PageHead, RefusalNote, SecHead},
    hearing,
    hooks::{use_ask, use_sender, use_store},
    state::{Action, Joining, Route},
    text::capital,
};
use api::{Command, Reply};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// After this long without a member it helps to know what to check.
const LONG_MS: u32 = 15_000;
/// No file with an invitation in it is longer.
const LONGEST: u32 = 64 * 1024;

/// The way back to the choice.
pub(super) fn to_start() -> Html {
    html! { <Crumbs trail={vec![(AttrValue::from("Join or start a chapter"), Route::Start)]} /> }
}

/// The choice.
#[component]
pub(crate) fn Start() -> Html {
    let store = use_store();
    let title = match &store.me {
        Some(me) if store.joined().next().is_none() => format!("Welcome, {}", me.handle),
        _ => "Join or start a chapter".to_owned(),
    };
    html! {
        <>
            <PageHead {title}><p class="sub">{ "A chapter is a group of people who decide together. Its records are kept by its members." }</p></PageHead>
            <div class="narrow stack tight">
                <a class="bigchoice first" href={Route::Found.href()} data-test="go-found">
                    <Icon name="plus" class="lg" /><b>{ "Start a chapter" }</b><span>{ "You are its first member and invite the others" }</span><span class="go"><Icon name="right" class="flip" /></span>
                </a>
                <a class="bigchoice" href={Route::Join.href()} data-test="go-join">
                    <Icon name="join" class="lg" /><b>{ "I have an invitation" }</b><span>{ "Paste its text, or open its file, to join a chapter" }</span><span class="go"><Icon name="right" class="flip" /></span>
                </a>
            </div>
        </>
    }
}

/// Joining.
#[component]
pub(crate) fn Join() -> Html {
    let store = use_store();
    let sender = use_sender();
    let text = use_state(String::new);
    let trimmed = text.trim().to_owned();
    // What it says is read while it is pasted; nothing is used yet.
    let preview = use_ask((!trimmed.is_empty()).then(|| Command::InspectInvitation { invitation: trimmed.clone() }), 0);
    let oninput = {
        let (sender, text) = (sender.clone(), text.clone());
        Callback::from(move |event: InputEvent| {
            sender.calm();
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let onfile = {
        let (sender, text) = (sender.clone(), text.clone());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            let Some(file) = input.files().and_then(|f| f.get(0)) else { return };
            let (sender, text) = (sender.clone(), text.clone());
            spawn_local(async move {
                let read = browser::text_of(&file, LONGEST).await;
                // The same file can be chosen again.
                input.set_value("");
                match read {
                    Some(read) => {
                        sender.calm();
                        text.set(read);
                    }
                    None => sender.refuse(
                        "This file is no invitation: it is not a short text. Choose the one that you were given.",
                    ),
                }
            });
        })
    };
    let onsubmit = {
        let (sender, store, text) = (sender.clone(), store.clone(), text.clone());
        let known = match &preview.reply {
            Some(Reply::InvitationPreview(p)) => Some(p.chapter.clone()),
            _ => None,
        };
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let invitation = text.trim().to_owned();
            if invitation.is_empty() {
                sender
                    .refuse("Paste the invitation’s text, or open its file, first. It begins with chapterhouse:join/");
                return;
            }
            // What was refused before is another try's.
            let before =
                store.joining.iter().find(|(id, joining)| known.as_ref() == Some(*id) && joining.refused.is_some());
            if let Some((id, _)) = before {
                store.dispatch(Action::JoinGone(id.clone()));
            }
            let (store, text) = (store.clone(), text.clone());
            sender.send(Command::Join { invitation }, move |reply| {
                if let Reply::Joining(preview) = reply {
                    text.set(String::new());
                    store.dispatch(Action::JoinBegan(preview));
                    spawn_local(async move { hearing::list_chapters(&store).await });
                }
            });
        })
    };
    let form = html! {
        <form class="card stack" {onsubmit}>
            <Field id="join-text" label="The invitation’s text" hint="It begins with chapterhouse:join/">
                <textarea class="input" id="join-text" data-test="join-text" data-first={store.joining.is_empty().then_some("")} rows="4" spellcheck="false" autocomplete="off" value={(*text).clone()} {oninput} />
            </Field>
            <div class="line">
                <label class="btn small file"><Icon name="in" class="sm" />{ "Open a file" }
                    <input type="file" accept=".chapterhouse-invitation,.txt,.eml,text/plain" onchange={onfile} data-test="join-file" aria-describedby="join-file-hint" /></label>
                <span class="hint" id="join-file-hint">{ "Its name ends with .chapterhouse-invitation" }</span>
            </div>
            if let Some(Reply::InvitationPreview(p)) = &preview.reply {
                <div class="row" data-test="invitation-preview">
                    <Badge chapter={p.chapter.clone()} name={p.chapter_name.clone()} size="md" />
                    <div><b>{ format!("{} invites you to {}", p.inviter, p.chapter_name) }</b>
                        <p class="meta">{ format!("Good until {}. The names are the inviter’s word until the chapter confirms them.", browser::local(&p.expires).map_or_else(|| p.expires.clone(), |t| t.within(browser::now()))) }</p></div>
                </div>
            }
            if let Some(refusal) = &preview.refusal { <RefusalNote refusal={refusal.clone()} /> }
            // Said once.
            if let Some(refusal) = sender.refusal().filter(|refusal| preview.refusal.as_ref() != Some(refusal)) { <RefusalNote {refusal} /> }
            <p class="meta">{ "The members will see the name you chose and your key. They can read what you write there." }</p>
            <div class="line"><button class="btn primary push" type="submit" data-test="join" disabled={sender.busy()}>{ "Join" }</button></div>
        </form>
    };
    // One thing at a time: while a chapter asks something or reads a request, another invitation is not what is next.
    let busy = store.joining.values().any(|j| j.terms.is_some() || j.words.is_some());
    html! {
        <>
            { to_start() }
            <PageHead title="Join a chapter"><p class="sub">{ "A member of the chapter has to be reachable: on the same network is enough, no internet is needed." }</p></PageHead>
            <div class="narrow stack">
                { for store.joining.values().map(|joining| html! { <Looking key={joining.preview.chapter.clone()} joining={joining.clone()} /> }) }
                if busy { <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "I have another invitation" }</summary><div class="mt2">{ form }</div></details> }
                else { { form } }
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LookingProps {
    joining: Joining,
}

/// The search for a chapter's members, and what to check when it takes long.
#[component]
fn Looking(props: &LookingProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let long = use_state(|| false);
    {
        let long = long.clone();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(LONG_MS, move || long.set(true));
            move || drop(timeout)
        });
    }
    let preview = &props.joining.preview;
    let stop = {
        let (store, sender, chapter) = (store.clone(), sender.clone(), preview.chapter.clone());
        Callback::from(move |_| {
            let (store, chapter) = (store.clone(), chapter.clone());
            sender.send(Command::CancelJoin { chapter: chapter.clone() }, move |_| {
                store.dispatch(Action::JoinGone(chapter))
            });
        })
    };
    if let Some(reason) = &props.joining.refused {
        let away = html! { <button class="btn small" type="button" onclick={stop}>{ "Put away" }</button> };
        return html! {
            <Note kind={NoteKind::Stop} title={format!("{} did not accept the invitation", preview.chapter_name)} action={away} test="join-refused">
                <p>{ reason }{ " Nothing was changed on this computer. Ask for a new invitation." }</p>
            </Note>
        };
    }
    if let Some(terms) = &props.joining.terms {
        return html! { <TermsCard chapter={preview.chapter.clone()} name={preview.chapter_name.clone()} terms={terms.clone()} {stop} /> };
    }
    if let Some((have, need)) = props.joining.words {
        return html! { <Waiting joining={props.joining.clone()} {have} {need} {stop} /> };
    }
    let someone = store.network.peers.len();
    html! {
        <section class="card stack" aria-labelledby="looking" data-test="joining">
            <SecHead id="looking" title={format!("Looking for members of {} on this network…", preview.chapter_name)} />
            <svg class="bar seeking" role="progressbar" aria-label="Looking for members"><rect class="track" width="100%" height="100%" rx="3" /><rect class="c1 seek" width="22%" height="100%" rx="3" /></svg>
            <p class="muted">{ match someone {
                0 => "No other computer is connected yet. You can leave this page; the search goes on.".to_owned(),
                1 => "1 computer is connected. Asking it whether it knows the chapter.".to_owned(),
                n => format!("{n} computers are connected. Asking them whether they know the chapter."),
            } }</p>
            if let Some(reason) = &props.joining.unknown {
                <Note kind={NoteKind::Wait} title={format!("This invitation is not known to a member of {}", preview.chapter_name)} test="join-unknown"><p>{ capital(reason) }{ "." }</p></Note>
            } else if *long {
                <Note kind={NoteKind::Wait} title="It takes longer than usual. Worth checking:" test="join-help">
                    <ul class="bullets">
                        if preview.inviter.is_empty() {
                            <li>{ "Is the computer of a member switched on, with Chapterhouse unlocked?" }</li>
                        } else {
                            <li>{ "Is " }<bdi>{ &preview.inviter }</bdi>{ "’s computer switched on, with Chapterhouse unlocked?" }</li>
                        }
                        <li>{ "Are both computers on the same Wi-Fi? Guest networks often keep computers apart." }</li>
                        <li>{ "Is “Find members on the same network” switched on, here and there? " }<a href={Route::Network.href()}>{ "Network" }</a></li>
                        <li>{ "Elsewhere? Ask for an address of that computer and connect to it under " }<a href={Route::Network.href()}>{ "Network" }</a>{ "." }</li>
                    </ul>
                </Note>
            }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
            <div class="line"><button class="btn small push" type="button" onclick={stop} data-test="cancel-join">{ "Stop looking" }</button></div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct WaitingProps {
    joining: Joining,
    have: u32,
    need: u32,
    stop: Callback<MouseEvent>,
}

/// The request is on record: members have to give their word, and want to compare the six words first.
#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let store = use_store();
    let (have, need) = (props.have, props.need);
    let name = &props.joining.preview.chapter_name;
    html! {
        <section class="card stack" aria-labelledby="waiting-words" data-test="join-waiting" data-have={have.to_string()} data-need={need.to_string()}>
            <SecHead id="waiting-words" title={format!("{name} reads your request")} />
            <Bar part={u64::from(have)} whole={u64::from(need)} tall=true />
            <p role="status">{ format!("{have} of {need} {} given their word.", if need == 1 { "member has" } else { "members have" }) }</p>
            <p class="muted">{ "Members decide in their own time. You can close this window; it goes on when you are back, and you are in as soon as the last word is there. If you do not want to join after all, tell them as well: your request stays with them." }</p>
            if let Some(me) = &store.me {
                <div class="stack tight"><h3>{ "Your six words" }</h3>{ six_words(&me.six_words) }
                    <p class="meta">{ "Members who do not know you will want to hear them, in the same room or by phone." }</p></div>
            }
            <div class="line"><button class="btn small push" type="button" onclick={props.stop.clone()} data-test="cancel-join">{ "Do not join after all" }</button></div>
        </section>
    }
}
