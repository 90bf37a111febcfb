//! Becoming a further device, seen from the new computer: waiting for the other one, another code, giving it up; then what
//! came from it.

use super::{pair::left, welcome::door};
use crate::{
    browser,
    components::{Field, Note, NoteKind, PageHead, RefusalNote},
    hooks::{use_sender, use_store},
    state::{Action, Route},
    text::count,
};
use api::{Command, Reply};
use gloo_timers::callback::{Interval, Timeout};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// After this long it helps to know what to check.
const LONG_MS: u32 = 15_000;

/// Waiting for the other computer. When its code is over, or was refused, there is another one to try.
#[component]
pub(crate) fn Pairing() -> Html {
    let store = use_store();
    let sender = use_sender();
    let ends = store.me.as_ref().and_then(|me| me.pairing.as_deref()).and_then(browser::local).map_or(0, |t| t.epoch);
    let seconds = use_state(|| ends - browser::now().epoch);
    {
        let seconds = seconds.clone();
        use_effect_with(ends, move |ends| {
            let ends = *ends;
            seconds.set(ends - browser::now().epoch);
            let tick = Interval::new(1000, move || seconds.set(ends - browser::now().epoch));
            move || drop(tick)
        });
    }
    let give_up = {
        let (sender, store) = (sender.clone(), store.clone());
        Callback::from(move |_: MouseEvent| {
            let store = store.clone();
            sender.send(Command::GiveUpPairing, move |_| store.dispatch(Action::Anew));
        })
    };
    let over = *seconds <= 0;
    let waits = !over && store.pairing_refused.is_none();
    let back = html! {
        <>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} what="code" /> }
            <div><button class="btn" type="button" onclick={give_up} disabled={sender.busy()} data-test="pairing-stop">{ "Stop, and go back to the beginning" }</button></div>
        </>
    };
    door(if waits {
        html! {
            <>
                <div class="stack tight">
                    <h1 class="smaller" data-test="title">{ "Looking for your other computer" }</h1>
                    <p class="muted">{ "Leave both on. This page changes by itself." }</p>
                </div>
                <Seeking seconds={*seconds} />
                { back }
            </>
        }
    } else {
        html! {
            <>
                <h1 class="smaller" data-test="title">{ "Not added yet" }</h1>
                if let Some(reason) = &store.pairing_refused {
                    <Note kind={NoteKind::Stop} title="Your other computer did not let this one in" test="pairing-refused"><p>{ reason }</p></Note>
                } else {
                    <Note kind={NoteKind::Wait} icon="clock" title="The code is over" test="pairing-over"><p>{ "It was good for ten minutes, and your other computer was not found meanwhile. Nothing was changed there." }</p></Note>
                }
                <AnotherCode />
                { back }
            </>
        }
    })
}

#[derive(Properties, PartialEq)]
struct SeekingProps {
    seconds: i64,
}

/// How far it is, and what to check when it takes long.
#[component]
fn Seeking(props: &SeekingProps) -> Html {
    let store = use_store();
    let long = use_state(|| false);
    {
        let long = long.clone();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(LONG_MS, move || long.set(true));
            move || drop(timeout)
        });
    }
    html! {
        <section class="card stack" aria-label="How far it is" data-test="pairing-wait">
            <svg class="bar seeking" role="progressbar" aria-label="Looking for your other computer"><rect class="track" width="100%" height="100%" rx="3" /><rect class="c1 seek" width="22%" height="100%" rx="3" /></svg>
            <p>{ match store.network.peers.len() {
                0 => "No other computer is connected yet.".to_owned(),
                n => format!("{} connected. Asking to be let in…", count(n as u64, "computer is", "computers are")),
            } }</p>
            <p class="meta">{ "The code is good for another " }<span class="num" role="timer">{ left(props.seconds) }</span>{ " minutes." }</p>
            if *long {
                <Note kind={NoteKind::Wait} title="It takes longer than usual. Worth checking:">
                    <ul class="bullets">
                        <li>{ "Does the other computer still show the code, and is Chapterhouse open there?" }</li>
                        <li>{ "Are both on the same Wi-Fi? Guest networks often keep computers apart." }</li>
                        <li>{ "Is “Find members on the same network” switched on there, under Network?" }</li>
                    </ul>
                </Note>
            }
        </section>
    }
}

/// Another code of the other computer.
#[component]
fn AnotherCode() -> Html {
    let (store, sender) = (use_store(), use_sender());
    let code = use_state(String::new);
    let oninput = {
        let code = code.clone();
        Callback::from(move |event: InputEvent| code.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    let onsubmit = {
        let (store, sender, code) = (store.clone(), sender.clone(), code.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if code.trim().is_empty() {
                sender.refuse("Paste the text that your other computer shows.");
                browser::focus("#pair-again");
                return;
            }
            let store = store.clone();
            sender.send(Command::PairWith { code: code.trim().to_owned() }, move |reply| {
                if let Reply::Me(me) = reply {
                    store.dispatch(Action::PairingAnew(me));
                }
            });
        })
    };
    html! {
        <form class="stack" {onsubmit} novalidate=true>
            <Field id="pair-again" label="A new code" hint="On your other computer: Settings, Your devices, Show the code. Paste the text that it shows.">
                <textarea class="input" id="pair-again" data-test="pair-again" rows="3" spellcheck="false" autocapitalize="none" autocomplete="off" aria-describedby="pair-again-hint" value={(*code).clone()} {oninput} />
            </Field>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} what="code" /> }
            <div class="line"><button class="btn primary push" type="submit" disabled={sender.busy()} data-test="pair-again-now">{ "Try this code" }</button></div>
        </form>
    }
}

/// What came from the other computer.
#[component]
pub(crate) fn Paired() -> Html {
    let store = use_store();
    use_effect_with((), |()| browser::scroll_up());
    let Some(paired) = &store.paired else {
        return html! {
            <><PageHead title="Another computer" />
            <p>{ "This computer is yours already. Others are added under " }<a href={Route::Devices.href()}>{ "Settings, Your devices" }</a>{ "." }</p></>
        };
    };
    html! {
        <>
            <PageHead title={format!("Welcome back, {}", paired.handle)}><p class="sub">{ "This computer is yours now." }</p></PageHead>
            <div class="narrow stack">
                <Note kind={NoteKind::Ok} title="Added" test="paired"><p>{ match paired.chapters {
                    0 => "You are in no chapter yet, so none came along.".to_owned(),
                    n => format!("{} came along. What is written there is fetched now.", count(n as u64, "chapter", "chapters")),
                } }</p></Note>
                <div><a class="btn primary" href={Route::Home.href()} data-first="" data-test="paired-go">{ "To the front page" }</a></div>
                <p class="meta">{ "Give it a name, so that you know it among your devices: " }<a href={Route::Devices.href()}>{ "Settings, Your devices" }</a></p>
            </div>
        </>
    }
}
