//! An invitation: for one person or several, as a code, a text, a file.

use super::{Dialog, Icon, Note, NoteKind, RefusalNote, Saved};
use crate::{
    browser,
    hooks::{use_sender, use_store},
    state::Action,
};
use api::{Command, Id, Reply, reply::InvitationReply};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

const DAY: u64 = 86_400;
/// For so many people an invitation is at most.
const MOST: u64 = 1000;

#[derive(Properties, PartialEq)]
pub(crate) struct InviteProps {
    pub(crate) chapter: Id,
}

/// The dialog that makes one.
#[component]
pub(crate) fn InviteDialog(props: &InviteProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let days = use_state(|| 7_u64);
    let uses = use_state(|| "1".to_owned());
    let made = use_state(|| None::<InvitationReply>);
    let onclose = {
        let store = store.clone();
        Callback::from(move |()| store.dispatch(Action::Hide))
    };
    let close = onclose.reform(|_: MouseEvent| ());
    let make = {
        let (sender, made, chapter, days, uses) =
            (sender.clone(), made.clone(), props.chapter.clone(), *days, uses.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let made = made.clone();
            let Some(uses) = people(&uses) else {
                sender.refuse(&format!("For how many people? Write a number from 1 to {MOST}."));
                return;
            };
            let invite = Command::Invite { chapter: chapter.clone(), expires_seconds: days * DAY, uses };
            sender.send(invite, move |reply| {
                if let Reply::Invitation(invitation) = reply {
                    made.set(Some(invitation));
                }
            });
        })
    };
    let choose = {
        let days = days.clone();
        Callback::from(move |event: Event| {
            if let Ok(n) = event.target_unchecked_into::<HtmlSelectElement>().value().parse() {
                days.set(n);
            }
        })
    };
    let onuses = {
        let uses = uses.clone();
        Callback::from(move |event: InputEvent| uses.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let name = store.chapter(&props.chapter).map(|c| c.name.clone()).unwrap_or_default();
    let option =
        |n: u64, words: &'static str| html! { <option value={n.to_string()} selected={*days == n}>{ words }</option> };
    html! {
        <Dialog labelled="invite-title" {onclose}>
            <h2 id="invite-title">{ if made.is_some() { format!("An invitation to {name}") } else { format!("Invite someone to {name}?") } }</h2>
            if let Some(invitation) = &*made {
                <Invitation invitation={invitation.clone()} />
                <div class="buttons"><button class="btn" type="button" onclick={close} data-test="invite-done">{ "Done" }</button></div>
            } else {
                <form class="stack" onsubmit={make} novalidate=true>
                    <p class="muted">{ format!("An invitation lets whoever has it join {name} and read what its members wrote, as far as the chapter shows that to newcomers. Hand it over in person if you can.") }</p>
                    <div class="field">
                        <label for="invite-uses">{ "How many people can join with it" }</label>
                        <input class="input" id="invite-uses" data-test="invite-uses" type="number" min="1" max={MOST.to_string()} step="1" inputmode="numeric" value={(*uses).clone()} oninput={onuses} />
                        if people(&uses).is_some_and(|n| n > 1) { <p class="hint">{ "Whoever passes it on decides who comes. One for each person is safer." }</p> }
                    </div>
                    <div class="field">
                        <label for="invite-days">{ "Good for" }</label>
                        <select class="input" id="invite-days" onchange={choose}>
                            { option(1, "1 day") }{ option(7, "7 days") }{ option(30, "30 days") }
                        </select>
                    </div>
                    if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                    <div class="buttons">
                        <button class="btn" type="button" onclick={close} data-first="">{ "Not now" }</button>
                        <button class="btn primary" type="submit" data-test="invite-make" disabled={sender.busy()}>{ "Make the invitation" }</button>
                    </div>
                </form>
            }
        </Dialog>
    }
}

/// A number of people that an invitation can be for.
fn people(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|n| (1..=MOST).contains(n))
}

#[derive(Properties, PartialEq)]
struct InvitationProps {
    invitation: InvitationReply,
}

#[component]
fn Invitation(props: &InvitationProps) -> Html {
    let field = use_node_ref();
    // None before it was tried; then whether the web view copied it.
    let copied = use_state(|| None::<bool>);
    let invitation = &props.invitation;
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.focus().ok();
                field.select();
                // The beginning is what tells an invitation from another text.
                field.set_scroll_left(0);
            }
        });
    }
    let copy = {
        let (field, copied) = (field.clone(), copied.clone());
        Callback::from(move |_| {
            copied.set(Some(field.cast::<HtmlInputElement>().is_some_and(|f| browser::copy_field(&f))));
        })
    };
    let sender = use_sender();
    let saved = use_state(|| None::<AttrValue>);
    let save = {
        let (sender, saved, invitation) = (sender.clone(), saved.clone(), invitation.invitation.clone());
        Callback::from(move |_: MouseEvent| {
            let saved = saved.clone();
            sender.send(Command::SaveInvitation { invitation: invitation.clone(), path: None }, move |reply| {
                if let Reply::Saved(made) = reply {
                    saved.set(Some(made.path.into()));
                }
            });
        })
    };
    let until =
        browser::local(&invitation.expires).map_or_else(|| invitation.expires.clone(), |t| t.within(browser::now()));
    let side = invitation.qr_size;
    html! {
        <div class="stack">
            <p class="muted" data-test="invitation-for">{ if invitation.uses == 1 { format!("For one person, until {until}.") } else { format!("For up to {} people, until {until}.", invitation.uses) } }</p>
            <svg class="qr big" viewBox={format!("0 0 {side} {side}")} role="img" shape-rendering="crispEdges"
                aria-label="The invitation as a square code. The same invitation is written out below.">
                <path d={invitation.qr_path.clone()} />
            </svg>
            <div class="field">
                <label for="invitation-text">{ "Or send this text" }</label>
                <div class="withbtn">
                    <input class="input" id="invitation-text" data-test="invitation-text" readonly=true ref={field} value={invitation.invitation.clone()} />
                    <button class="btn" type="button" onclick={copy} data-test="invitation-copy"><Icon name="copy" class="sm" />{ "Copy" }</button>
                </div>
            </div>
            // Said here, because nothing outside an open dialog is read out.
            <p class="meta" role="status" data-test="invitation-copied">{ if *copied == Some(true) { "The invitation is copied." } else { "" } }</p>
            if *copied == Some(false) {
                <Note kind={NoteKind::Wait}><p>{ "Copying was not permitted here. The text is selected: press Ctrl C." }</p></Note>
            }
            <div class="line">
                <button class="btn small" type="button" onclick={save} disabled={sender.busy()} data-test="invitation-save"><Icon name="disk" class="sm" />{ "Save as a file" }</button>
            </div>
            <Saved path={(*saved).clone()} test="invitation-saved" />
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
            <p class="meta">{ "Whoever has it learns that the chapter exists and how to reach your computer, and can join with it until then." }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::people;

    #[test]
    fn an_invitation_is_for_one_to_a_thousand() {
        assert_eq!(["1", " 5 ", "1000"].map(people), [Some(1), Some(5), Some(1000)]);
        assert_eq!(["", "0", "1001", "-1", "1.5", "many"].map(people), [None; 6]);
    }
}
