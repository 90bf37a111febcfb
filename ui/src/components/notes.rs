//! What the window says: notes that stay, toasts that go, and what stands where nothing is yet.

use super::{EmptyArt, Icon};
use crate::{
    browser,
    hooks::use_store,
    state::{Action, Toast},
    text::sentence,
};
use api::{ErrorCode, Refusal};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// What a note is about.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum NoteKind {
    Info,
    Ok,
    Wait,
    Stop,
}

#[derive(Properties, PartialEq)]
pub(crate) struct NoteProps {
    pub(crate) kind: NoteKind,
    #[prop_or_default]
    pub(crate) icon: Option<&'static str>,
    /// The bold first line.
    #[prop_or_default]
    pub(crate) title: Option<AttrValue>,
    pub(crate) children: Html,
    /// A button.
    #[prop_or_default]
    pub(crate) action: Html,
    #[prop_or_default]
    pub(crate) test: Option<&'static str>,
    #[prop_or_default]
    pub(crate) node: NodeRef,
}

/// A note that stays.
#[component]
pub(crate) fn Note(props: &NoteProps) -> Html {
    let (class, icon, role) = match props.kind {
        NoteKind::Info => ("", "info", None),
        NoteKind::Ok => ("ok", "ok", None),
        NoteKind::Wait => ("wait", "warn", None),
        NoteKind::Stop => ("stop", "alert", Some("alert")),
    };
    html! {
        <div ref={props.node.clone()} class={classes!("note", class)} role={role} data-test={props.test}>
            <Icon name={props.icon.unwrap_or(icon)} />
            <div>
                if let Some(title) = &props.title { <b>{ title }</b> }
                { props.children.clone() }
            </div>
            { props.action.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct RefusalProps {
    pub(crate) refusal: Refusal,
    /// What was to be used: also codes of one's other computer are refused as invitations are.
    #[prop_or("invitation")]
    pub(crate) what: &'static str,
}

/// A refusal: what happened, what is safe, what to do. The node's sentence says it.
#[component]
pub(crate) fn RefusalNote(props: &RefusalProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        // Forms are longer than the window, and whoever pressed the button waits for what happened.
        use_effect_with(props.refusal.clone(), move |_| browser::into_view(node.cast().as_ref()));
    }
    let invitation = format!("This {} cannot be used", props.what);
    let title = match props.refusal.code {
        ErrorCode::Keyring => "The system’s keyring does not open it",
        ErrorCode::Invitation => &invitation,
        ErrorCode::NotAllowed => "Not accepted",
        ErrorCode::PollClosed => "This vote is closed",
        ErrorCode::NotFound => "It is not on this computer",
        ErrorCode::Ambiguous => "More than one thing is called like this",
        ErrorCode::VaultDamaged => "The key file on this computer is damaged",
        ErrorCode::Busy => "Chapterhouse is open already",
        ErrorCode::DiskFull => "The disk is full",
        ErrorCode::Storage => "The disk does not answer as it should",
        ErrorCode::Unreachable | ErrorCode::Timeout => "Nobody could be reached",
        ErrorCode::Internal => "Something went wrong",
        // The sentence says that it is not the passphrase.
        ErrorCode::WrongPassphrase
        | ErrorCode::Locked
        | ErrorCode::NoVault
        | ErrorCode::VaultExists
        | ErrorCode::Invalid => "Not done yet",
    };
    html! { <Note kind={NoteKind::Stop} title={title.to_owned()} test="refusal" {node}><p>{ sentence(&props.refusal.message) }</p></Note> }
}

/// Warnings of the node that stay until they are put away.
#[component]
pub(crate) fn Warnings() -> Html {
    let store = use_store();
    html! {
        { for store.warnings.iter().enumerate().map(|(index, message)| {
            let store = store.clone();
            let away = Callback::from(move |_| store.dispatch(Action::WarningGone(index)));
            html! {
                <Note kind={NoteKind::Wait} title="For your attention" test="warning"
                    action={html! { <button class="btn small" type="button" onclick={away}>{ "Put away" }</button> }}>
                    <p>{ message }</p>
                </Note>
            }
        }) }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct EmptyProps {
    pub(crate) title: AttrValue,
    pub(crate) text: AttrValue,
    /// The one next step.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Nothing here yet: what will be, and the one next step.
#[component]
pub(crate) fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="card empty">
            <EmptyArt />
            <h2 class="h3">{ &props.title }</h2>
            <p>{ &props.text }</p>
            { props.children.clone() }
        </div>
    }
}

/// Confirmations at the foot of the window. The list itself is the polite live region.
#[component]
pub(crate) fn Toasts() -> Html {
    let store = use_store();
    html! {
        <div class="toasts" role="status" aria-live="polite" data-test="toasts">
            { for store.toasts.iter().map(|toast| html! { <ToastLine key={toast.id} toast={toast.clone()} /> }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ToastProps {
    toast: Toast,
}

#[component]
fn ToastLine(props: &ToastProps) -> Html {
    let store = use_store();
    let held = use_state(|| false);
    {
        let (store, id) = (store.clone(), props.toast.id);
        // Eight seconds, counted anew after the pointer or the keyboard has left it.
        use_effect_with(*held, move |held| {
            let timeout = (!held).then(|| Timeout::new(8000, move || store.dispatch(Action::ToastGone(id))));
            move || drop(timeout)
        });
    }
    let hold = |on: bool| {
        let held = held.clone();
        move || held.set(on)
    };
    let (enter, leave, focus, blur) = (hold(true), hold(false), hold(true), hold(false));
    let close = {
        let id = props.toast.id;
        Callback::from(move |_| store.dispatch(Action::ToastGone(id)))
    };
    html! {
        <div class="toast" onmouseenter={Callback::from(move |_| enter())} onmouseleave={Callback::from(move |_| leave())}
            onfocusin={Callback::from(move |_| focus())} onfocusout={Callback::from(move |_| blur())}>
            <Icon name="check" />
            <span>{ &props.toast.text }</span>
            <button type="button" onclick={close}>{ "Close" }</button>
        </div>
    }
}
