//! Adding a device, seen from the computer that is in use already: the code, and how long it is good.

use crate::{
    browser,
    components::{Icon, Note, NoteKind, RefusalNote},
    hooks::use_sender,
};
use api::{Command, Id, Reply, reply::PairingReply};
use gloo_timers::callback::Interval;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PairCardProps {
    /// Devices that are in use: one more, and the pairing is done.
    pub(crate) known: Vec<Id>,
}

/// The card: the offer, or what it shows.
#[component]
pub(crate) fn PairCard(props: &PairCardProps) -> Html {
    let sender = use_sender();
    let offer = use_state(|| None::<(PairingReply, Vec<Id>)>);
    let begin = {
        let (sender, offer, known) = (sender.clone(), offer.clone(), props.known.clone());
        Callback::from(move |_: MouseEvent| {
            let (offer, known) = (offer.clone(), known.clone());
            sender.send(Command::Pair, move |reply| {
                if let Reply::Pairing(made) = reply {
                    offer.set(Some((made, known)));
                }
            });
        })
    };
    let stop = {
        let (sender, offer) = (sender.clone(), offer.clone());
        Callback::from(move |()| {
            let offer = offer.clone();
            sender.send(Command::CancelPair, move |_| offer.set(None));
        })
    };
    let over = {
        let offer = offer.clone();
        Callback::from(move |()| offer.set(None))
    };
    {
        let offer = offer.clone();
        use_effect_with(props.known.clone(), move |now| {
            let more = offer.as_ref().is_some_and(|(_, before)| now.iter().any(|d| !before.contains(d)));
            // The node says it, on whichever page.
            if more {
                offer.set(None);
            }
        });
    }
    html! {
        <section class="card stack" aria-labelledby="add-device">
            <h2 id="add-device" class="h3">{ "Add a device" }</h2>
            if let Some((made, _)) = &*offer {
                <Offer key={made.code.clone()} offer={made.clone()} {stop} {over} />
            } else {
                <p class="muted">{ "It becomes a further device of yours in all your chapters. Both computers have to be on, and best on the same network." }</p>
                <div><button class="btn" type="button" onclick={begin} disabled={sender.busy()} data-test="pair"><Icon name="plus" class="sm" />{ "Show the code" }</button></div>
            }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OfferProps {
    offer: PairingReply,
    stop: Callback<()>,
    over: Callback<()>,
}

/// Minutes and seconds that are left, `9:05`.
pub(super) fn left(seconds: i64) -> String {
    format!("{}:{:02}", seconds.max(0) / 60, seconds.max(0) % 60)
}

#[component]
fn Offer(props: &OfferProps) -> Html {
    let offer = &props.offer;
    let ends = browser::local(&offer.expires).map_or(0, |t| t.epoch);
    let seconds = use_state(|| ends - browser::now().epoch);
    {
        let seconds = seconds.clone();
        use_effect_with(ends, move |ends| {
            let ends = *ends;
            let tick = Interval::new(1000, move || seconds.set(ends - browser::now().epoch));
            move || drop(tick)
        });
    }
    let field = use_node_ref();
    let copied = use_state(|| None::<bool>);
    let copy = {
        let (field, copied) = (field.clone(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            copied.set(Some(field.cast::<HtmlInputElement>().is_some_and(|f| browser::copy_field(&f))));
        })
    };
    if *seconds <= 0 {
        let again = props.over.reform(|_: MouseEvent| ());
        return html! {
            <Note kind={NoteKind::Wait} icon="clock" title="The code is over" test="pair-over" action={html! { <button class="btn small" type="button" onclick={again}>{ "Begin again" }</button> }}>
                <p>{ "It was good for ten minutes, and no device was added with it." }</p></Note>
        };
    }
    let (side, stop) = (offer.qr_size, props.stop.reform(|_: MouseEvent| ()));
    html! {
        <div class="stack" data-test="pairing">
            <ol class="bullets numbered">
                <li>{ "On the other computer, start Chapterhouse and choose " }<b>{ "This is another computer of mine" }</b>{ "." }</li>
                <li>{ "Type these characters there." }</li>
                <li>{ "Leave both on until the other one shows your chapters." }</li>
            </ol>
            <p class="figure"><b class="short-code" data-test="pair-short">{ offer.short.clone() }</b></p>
            <p class="figure"><b class="num" role="timer" aria-label="Time left" data-test="pair-left">{ left(*seconds) }</b><span>{ "left, then they are worth nothing" }</span></p>
            <h3>{ "Not in the same network?" }</h3>
            <p class="muted">{ "Then paste this text there, or read it from the square: it says also where this computer can be called." }</p>
            <div class="pairing">
                <svg class="qr" viewBox={format!("0 0 {side} {side}")} role="img" shape-rendering="crispEdges" aria-label="The text beside it as a square code.">
                    <path d={offer.qr_path.clone()} />
                </svg>
                <div class="stack">
                    <div class="field"><label for="pair-code">{ "The text" }</label>
                        <div class="withbtn"><input class="input" id="pair-code" data-test="pair-code" readonly=true ref={field} value={offer.code.clone()} />
                            <button class="btn" type="button" onclick={copy} data-test="pair-copy"><Icon name="copy" class="sm" />{ "Copy" }</button></div></div>
                    <p class="meta" role="status">{ match *copied { Some(true) => "The text is copied.", Some(false) => "Copying was not permitted here. The text is selected: press Ctrl C.", None => "" } }</p>
                </div>
            </div>
            <Note kind={NoteKind::Wait}><p>{ "Whoever has the characters or the text before they are over becomes you. Carry them yourself: by your own eyes, or on a stick; not by mail." }</p></Note>
            <div><button class="btn" type="button" onclick={stop} data-test="pair-cancel">{ "Take the code back" }</button></div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn time_left_is_told_as_a_clock_does() {
        assert_eq!(
            (super::left(600), super::left(65), super::left(-3)),
            ("10:00".to_owned(), "1:05".to_owned(), "0:00".to_owned())
        );
    }
}
