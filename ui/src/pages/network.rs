//! Who is connected, how, and what is left to fetch.

use crate::{
    browser,
    components::{Icon, PageHead, RefusalNote, SecHead, ShareMark, TextField},
    hooks::{use_ask, use_sender, use_store},
    state::{Action, SyncTone, sync_pill},
    text::count,
};
use api::{
    Command, Reply,
    view::{NetworkView, PeerView},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The page.
#[component]
pub(crate) fn Network() -> Html {
    let store = use_store();
    // Events keep it up to date; it is asked once more when the page opens.
    let asked = use_ask(Some(Command::Network), 0);
    {
        let store = store.clone();
        use_effect_with(asked.reply.clone(), move |reply| {
            if let Some(Reply::Network(network)) = reply {
                store.dispatch(Action::Network(network.clone()));
            }
        });
    }
    let network = &store.network;
    let pill = sync_pill(&store);
    let class = (pill.tone == SyncTone::Waiting).then_some("is-wait");
    html! {
        <>
            <PageHead title="Network"><p class="sub">{ "Who you exchange with, and what is still on its way" }</p></PageHead>
            <div class="cols">
                <div class="stack">
                    <section class={classes!("card", "hero-state", class)} aria-labelledby="network-state" data-test="network-state">
                        <ShareMark wedges={pill.wedges} />
                        <div><h2 id="network-state">{ &pill.title }</h2><p class="muted">{ sentence(network) }</p></div>
                    </section>
                    { connected(network) }
                    if let Some(refusal) = asked.refusal { <RefusalNote {refusal} /> }
                </div>
                <aside class="rail stack" aria-label="Routes"><Routes /><Addresses /></aside>
            </div>
        </>
    }
}

fn sentence(network: &NetworkView) -> String {
    let members = network.peers.iter().filter(|p| !p.chapters.is_empty()).count() as u64;
    let here = match network.only_here {
        0 => "Everything that you wrote is on at least one other device, or there is no other device yet.".to_owned(),
        n => format!(
            "{} only on this computer so far.",
            count(n, "thing that you wrote is", "things that you wrote are")
        ),
    };
    if !network.serving {
        return format!(
            "This computer does not take part in the network now. You can go on reading and writing. {here}"
        );
    }
    match members {
        0 => format!("No member’s computer is connected. You can go on reading and writing. {here}"),
        n => format!("Connected to {}. {here}", count(n, "device", "devices")),
    }
}

/// What would bring somebody.
fn nobody_yet(network: &NetworkView) -> &'static str {
    match (network.serving, network.discovery) {
        (false, _) => "Nobody: this computer does not take part in the network now.",
        (true, true) => {
            "Nobody yet. Computers on the same network find each other within seconds when both are unlocked; elsewhere, connect to an address of a member’s computer."
        }
        (true, false) => {
            "Nobody yet. Finding members on the same network is off: switch it on here and there, or connect to an address of a member’s computer."
        }
    }
}

fn route_icon(route: &str) -> &'static str {
    match route {
        "same network" => "wifi",
        "relay" => "network",
        _ => "arrow",
    }
}

fn connected(network: &NetworkView) -> Html {
    if network.peers.is_empty() {
        return html! {
            <section class="card stack" aria-labelledby="connected">
                <h2 id="connected" class="h3">{ "Connected now" }</h2>
                <p class="muted">{ nobody_yet(network) }</p>
            </section>
        };
    }
    html! {
        <section class="card flush" aria-labelledby="connected">
            <h2 id="connected" class="card-head">{ "Connected now" }</h2>
            <table class="table pad stackable" data-test="peers">
                <caption class="sr">{ "Connected devices" }</caption>
                <thead><tr><th scope="col">{ "Device of" }</th><th scope="col">{ "Route" }</th><th scope="col">{ "Last exchange" }</th><th scope="col">{ "Left to fetch" }</th></tr></thead>
                <tbody>{ for network.peers.iter().map(peer) }</tbody>
            </table>
        </section>
    }
}

fn peer(peer: &PeerView) -> Html {
    let last = peer.last_exchange.as_deref().and_then(browser::local);
    // Nothing is exchanged with whoever does not answer.
    let silent = peer.chapters.is_empty() && !peer.silent.is_empty();
    let words = match peer.route.as_str() {
        "same network" => "Same network",
        "direct" => "Direct",
        "relay" => "By relay",
        other => other,
    };
    html! {
        <tr key={peer.peer_id.clone()} data-test="peer">
            <th scope="row">
                { match &peer.handle { Some(handle) => html! { <bdi>{ handle }</bdi> }, None => html! { <span class="muted">{ "Not a member, or not proven yet" }</span> } } }
                if !peer.chapters.is_empty() { <span class="meta">{ format!(" {}", peer.chapters.join(", ")) }</span> }
                if !peer.silent.is_empty() { <p class="meta"><span class="state is-wait" data-test="peer-silent"><Icon name="warn" class="sm" />{ format!("Does not answer this computer in {}", peer.silent.join(", ")) }</span></p> }
                <details class="address"><summary class="textbtn"><Icon name="right" class="sm flip" />{ "Its address" }</summary><p class="meta">{ &peer.address }</p></details>
            </th>
            <td data-label="Route"><span class="state"><Icon name={route_icon(&peer.route)} class="sm" />{ words.to_owned() }</span></td>
            <td data-label="Last exchange">{ last.filter(|_| !silent).map_or_else(|| if silent { "none" } else { "not yet" }.to_owned(), |t| t.ago(browser::now())) }</td>
            <td data-label="Left to fetch">
                if silent { <span class="state is-wait">{ "Not known" }</span> }
                else if peer.left > 0 { <span class="state is-wait">{ format!("{} left", peer.left) }</span> } else { <span class="state">{ "Nothing" }</span> }
            </td>
        </tr>
    }
}

/// So many addresses are shown that are being tried.
const TRIED: usize = 4;

/// Those of the addresses at which nobody is connected.
fn still_trying(tried: &[String], peers: &[PeerView]) -> Vec<String> {
    // An address may name the computer that is expected there; what a connection shows of it may, too.
    fn place(address: &str) -> &str {
        address.split_once("/p2p/").map_or(address, |(place, _)| place)
    }
    let reached = |address: &&String| peers.iter().any(|peer| place(&peer.address) == place(address));
    tried.iter().filter(|address| !reached(address)).cloned().collect()
}

#[component]
fn Routes() -> Html {
    let store = use_store();
    let switch = use_sender();
    let dial = use_sender();
    let address = use_state(String::new);
    // What was asked for since the page was opened, and has not led to anybody yet.
    let tried = use_state(Vec::<String>::new);
    let trying = still_trying(&tried, &store.network.peers);
    let onswitch = {
        let (store, switch) = (store.clone(), switch.clone());
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let store = store.clone();
            switch.send(Command::SetDiscovery { on }, move |reply| {
                if let Reply::Network(network) = reply {
                    store.dispatch(Action::Network(network));
                }
            });
        })
    };
    let onsubmit = {
        let (store, dial, address) = (store.clone(), dial.clone(), address.clone());
        let tried = tried.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let to = address.trim().to_owned();
            if to.is_empty() {
                dial.refuse("Type the address first. A member finds it on their screen under Network, “Addresses of this computer”.");
                return;
            }
            let (store, address, tried) = (store.clone(), address.clone(), tried.clone());
            dial.send(Command::Connect { address: to.clone() }, move |_| {
                let mut all: Vec<String> = tried.iter().filter(|other| **other != to).cloned().collect();
                all.insert(0, to);
                all.truncate(TRIED);
                tried.set(all);
                address.set(String::new());
                store.dispatch(Action::Say("Connecting. It is tried again until it works".to_owned()));
            });
        })
    };
    let onchange = {
        let (address, dial) = (address.clone(), dial.clone());
        Callback::from(move |value: String| {
            dial.calm();
            address.set(value);
        })
    };
    html! {
        <section class="card stack" aria-labelledby="routes">
            <h2 id="routes">{ "Routes" }</h2>
            <div class="setting"><div><h3 id="discovery">{ "Find members on the same network" }</h3>
                <p class="meta">{ "Others on this network can see that Chapterhouse runs here, not who you are or what you are in." }</p></div>
                <input class="switch" type="checkbox" aria-labelledby="discovery" checked={store.network.discovery} onchange={onswitch} disabled={switch.busy()} data-test="discovery" /></div>
            if let Some(refusal) = switch.refusal() { <RefusalNote {refusal} /> }
            <form class="stack tight" {onsubmit} aria-label="Connect to an address">
                <TextField id="connect-address" label="Connect to an address" value={(*address).clone()} {onchange} placeholder="/ip4/192.168.1.20/tcp/4001" hint="Of a computer that is not on this network" />
                <div><button class="btn small" type="submit" data-test="connect" disabled={dial.busy()}>{ "Connect" }</button></div>
                if let Some(refusal) = dial.refusal() { <RefusalNote {refusal} /> }
                if !trying.is_empty() {
                    <ul class="stack tight" aria-label="Being tried" data-test="trying">{ for trying.into_iter().map(|a| html! {
                        <li class="meta"><span class="state is-wait"><Icon name="clock" class="sm" />{ "Nobody has answered yet. It is tried again until it works." }</span><br /><span class="address">{ a }</span></li>
                    }) }</ul>
                }
            </form>
        </section>
    }
}

#[component]
fn Addresses() -> Html {
    let store = use_store();
    // An address that only this computer itself can reach is of no use to anybody else.
    let own = |a: &&String| a.starts_with("/ip4/127.") || a.starts_with("/ip6/::1/");
    let listening: Vec<&String> = store.network.listening.iter().filter(|a| !own(a)).collect();
    html! {
        <section class="card stack tight" aria-labelledby="addresses">
            <SecHead id="addresses" title="Addresses of this computer" />
            if listening.is_empty() {
                <p class="meta">{ "None: other computers cannot connect to this one now." }</p>
            } else {
                <p class="meta">{ "Give one to a member who is elsewhere." }</p>
                <ul class="stack tight addresses" data-test="own-addresses">{ for listening.into_iter().map(|a| html! { <li class="address meta">{ a }</li> }) }</ul>
            }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_tried_until_somebody_is_there() {
        let peer = |address: &str| PeerView {
            peer_id: "p".to_owned(),
            address: address.to_owned(),
            route: "direct".to_owned(),
            handle: None,
            chapters: Vec::new(),
            silent: Vec::new(),
            left: 0,
            last_exchange: None,
        };
        let tried = ["/ip4/10.0.0.2/tcp/4001".to_owned()];
        assert_eq!(still_trying(&tried, &[]), tried);
        assert_eq!(still_trying(&tried, &[peer("/ip4/10.0.0.2/tcp/40010")]), tried);
        assert!(still_trying(&tried, &[peer("/ip4/10.0.0.2/tcp/4001/p2p/12D3")]).is_empty());
    }

    #[test]
    fn nobody_is_found_while_finding_is_off() {
        let network = |serving, discovery| NetworkView { serving, discovery, ..NetworkView::default() };
        assert!(nobody_yet(&network(true, true)).contains("within seconds"));
        assert!(nobody_yet(&network(true, false)).contains("is off"));
        assert!(nobody_yet(&network(false, true)).contains("does not take part"));
    }
}
