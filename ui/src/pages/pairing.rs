//! Becoming a further device, seen from the new computer.

use crate::{
    browser,
    components::{Icon, Note, NoteKind, PageHead, SecHead},
    hooks::use_store,
    state::Route,
    text::count,
};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// After this long it helps to know what to check.
const LONG_MS: u32 = 15_000;

/// Waiting for the other computer, then what came from it.
#[component]
pub(crate) fn Pairing() -> Html {
    let store = use_store();
    let long = use_state(|| false);
    {
        let long = long.clone();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(LONG_MS, move || long.set(true));
            move || drop(timeout)
        });
    }
    use_effect_with(store.paired.is_some(), |_| browser::scroll_up());
    if let Some(paired) = &store.paired {
        return html! {
            <>
                <PageHead title={format!("Welcome back, {}", paired.handle)}><p class="sub">{ "This computer is yours now." }</p></PageHead>
                <div class="narrow stack">
                    <Note kind={NoteKind::Ok} title="Added" test="paired"><p>{ match paired.chapters {
                        0 => "You are in no chapter yet, so none came along.".to_owned(),
                        n => format!("{} came along. What is written there is fetched now.", count(n as u64, "chapter", "chapters")),
                    } }</p></Note>
                    <div><a class="btn primary" href={Route::Home.href()} data-first="">{ "To the front page" }</a></div>
                    <p class="meta">{ "Your devices, and how to revoke one: " }<a href={Route::Devices.href()}>{ "Settings, Your devices" }</a></p>
                </div>
            </>
        };
    }
    html! {
        <>
            <PageHead title="Looking for your other computer"><p class="sub">{ "Leave both on. This page changes by itself." }</p></PageHead>
            <section class="narrow card stack" aria-labelledby="looking" data-test="pairing-wait">
                <SecHead id="looking" title="Asking it to let this one in…" />
                <svg class="bar seeking" role="progressbar" aria-label="Looking for your other computer"><rect class="track" width="100%" height="100%" rx="3" /><rect class="c1 seek" width="22%" height="100%" rx="3" /></svg>
                <p class="muted">{ match store.network.peers.len() {
                    0 => "No other computer is connected yet.".to_owned(),
                    n => format!("{} connected.", count(n as u64, "computer is", "computers are")),
                } }</p>
                if *long {
                    <Note kind={NoteKind::Wait} title="It takes longer than usual. Worth checking:">
                        <ul class="bullets">
                            <li>{ "Does the other computer still show the code? It is good for ten minutes." }</li>
                            <li>{ "Are both on the same Wi-Fi? Guest networks often keep computers apart." }</li>
                            <li>{ "Is “Find members on the same network” switched on, here and there? " }<a href={Route::Network.href()}><Icon name="network" class="sm" />{ "Network" }</a></li>
                        </ul>
                    </Note>
                }
            </section>
        </>
    }
}
