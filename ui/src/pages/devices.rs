//! This member's devices: which there are, what they are called, adding one, revoking one.

use super::pair::PairCard;
use crate::{
    browser,
    components::{Answer, Crumbs, Icon, Note, NoteKind, PageHead, RefusalNote, SecHead, Tag, TextField},
    dialogs::RevokeDialog,
    hooks::{use_ask, use_sender, use_store},
    state::{Action, Route},
    text::{count, list, lower},
};
use api::{Command, Reply, people::DeviceView};
use yew::prelude::*;

/// The page.
#[component]
pub(crate) fn Devices() -> Html {
    let store = use_store();
    // A name that was given here changes no chapter, so nothing else says that the list is to be asked for again.
    let turn = use_state(|| 0_u64);
    let revoking = use_state(|| None::<DeviceView>);
    let asked = use_ask(Some(Command::Devices), store.revision_of_all() + (*turn << 32));
    let all = match &asked.reply {
        Some(Reply::Devices(all)) => all.clone(),
        _ => Vec::new(),
    };
    let again = {
        let turn = turn.clone();
        Callback::from(move |()| turn.set(*turn + 1))
    };
    let (ended, used): (Vec<_>, Vec<_>) = all.into_iter().partition(|d| d.ended.is_some());
    // From a computer that is none of them any more, nothing can be done about the others.
    let gone = ended.iter().any(|d| d.this);
    let revoke = {
        let revoking = revoking.clone();
        Callback::from(move |device: DeviceView| revoking.set(Some(device)))
    };
    let onclose = {
        let revoking = revoking.clone();
        Callback::from(move |()| revoking.set(None))
    };
    let ondone = {
        let (revoking, again) = (revoking.clone(), again.clone());
        Callback::from(move |()| {
            revoking.set(None);
            again.emit(());
        })
    };
    html! {
        <>
            <Crumbs trail={vec![(AttrValue::from("Settings"), Route::Settings)]} />
            <PageHead title="Your devices"><p class="sub">{ "Each of them has its own key and is you. Lose one, and you revoke it from another." }</p></PageHead>
            <div class="narrow wide stack loose">
                <Answer {asked}>
                    if gone {
                        <Note kind={NoteKind::Wait} icon="info" title="This computer is none of them any more" test="this-is-gone">
                            <p>{ "It was revoked from another one. You can read what is here; nothing new comes, and nothing can be written." }</p>
                            <p>{ "To use it again, " }<a href={Route::Settings.href()}>{ "erase it under Settings" }</a>{ ", then add it anew: on another device of yours, choose “Show the code”." }</p>
                        </Note>
                    }
                    <section aria-labelledby="in-use">
                        <SecHead id="in-use" title="In use" />
                        <ul class="card flush rows" data-test="devices">{ for used.iter().map(|d| html! { <DeviceRow key={d.device.clone()} device={d.clone()} onnamed={again.clone()} revoke={revoke.clone()} {gone} /> }) }</ul>
                    </section>
                    if used.len() == 1 && !gone {
                        <Note kind={NoteKind::Wait} title="This is your only device"><p>{ "If it breaks, the 24 recovery words are the only way to be you again. A second device is a second way." }</p></Note>
                    }
                    if !gone { <PairCard known={used.iter().map(|d| d.device.clone()).collect::<Vec<_>>()} /> }
                    if !ended.is_empty() {
                        <section aria-labelledby="ended">
                            <SecHead id="ended" title="Not yours any more" />
                            <ul class="card flush rows tight" data-test="ended-devices">{ for ended.iter().map(ended_row) }</ul>
                        </section>
                    }
                </Answer>
            </div>
            if let Some(device) = &*revoking {
                <RevokeDialog device={device.clone()} name={name(device)} {onclose} {ondone} />
            }
        </>
    }
}

/// What a device is called; since when it is theirs tells those apart that nobody has named.
fn name(d: &DeviceView) -> String {
    match (d.name.trim(), d.this) {
        ("", true) => "This computer".to_owned(),
        ("", false) => "A device without a name".to_owned(),
        (name, _) => name.to_owned(),
    }
}

fn day(time: &str) -> String {
    browser::local(time).map_or_else(|| time.to_owned(), |t| t.day.near(browser::now().day))
}

fn facts(d: &DeviceView) -> String {
    let used = match (d.last_used.as_str(), d.last_met.as_str()) {
        _ if d.this => "in use now".to_owned(),
        ("", "") => "not met yet".to_owned(),
        // Days are what is shown: who wrote is met a moment later, and that is no news.
        (wrote, met) if met.get(..10) > wrote.get(..10) => format!("last met {}", lower(&day(met))),
        (wrote, _) => format!("last wrote {}", lower(&day(wrote))),
    };
    let chapters = if d.chapters.is_empty() { "in no chapter".to_owned() } else { format!("in {}", list(&d.chapters)) };
    format!("Yours since {}, {used}, {chapters}", lower(&day(&d.since)))
}

#[derive(Properties, PartialEq)]
struct DeviceRowProps {
    device: DeviceView,
    onnamed: Callback<()>,
    revoke: Callback<DeviceView>,
    /// This computer is none of them any more.
    gone: bool,
}

#[component]
fn DeviceRow(props: &DeviceRowProps) -> Html {
    let d = &props.device;
    let (store, sender) = (use_store(), use_sender());
    let naming = use_state(|| None::<String>);
    let begin = {
        let (naming, now) = (naming.clone(), d.name.clone());
        Callback::from(move |_: MouseEvent| {
            naming.set(Some(now.clone()));
            gloo_timers::callback::Timeout::new(30, || {
                browser::focus("#device-name");
            })
            .forget();
        })
    };
    let stop = {
        let naming = naming.clone();
        Callback::from(move |_: MouseEvent| naming.set(None))
    };
    let onkeydown = {
        let (naming, button) = (naming.clone(), format!("#name-{}", d.device));
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                naming.set(None);
                let button = button.clone();
                gloo_timers::callback::Timeout::new(30, move || {
                    browser::focus(&button);
                })
                .forget();
            }
        })
    };
    let onchange = {
        let naming = naming.clone();
        Callback::from(move |value: String| naming.set(Some(value)))
    };
    let save = {
        let (store, sender, naming) = (store.clone(), sender.clone(), naming.clone());
        let (device, onnamed) = (d.device.clone(), props.onnamed.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let name = naming.as_deref().unwrap_or_default().trim().to_owned();
            let (store, naming, onnamed) = (store.clone(), naming.clone(), onnamed.clone());
            sender.send(Command::NameDevice { device: device.clone(), name }, move |_| {
                naming.set(None);
                onnamed.emit(());
                store.dispatch(Action::Say("The name is saved on this computer".to_owned()));
            });
        })
    };
    let revoke = {
        let (revoke, device) = (props.revoke.clone(), d.clone());
        Callback::from(move |_: MouseEvent| revoke.emit(device.clone()))
    };
    let name = name(d);
    html! {
        <li data-test="device" data-this={d.this.to_string()}>
            <div class="row top">
                <Icon name={if d.this { "screen" } else { "laptop" }} class="lg" />
                <div><p class="line"><b>{ &name }</b>if d.this { <Tag class="ok" icon="check">{ "This one" }</Tag> }</p><p class="meta">{ facts(d) }</p></div>
                <div class="line rowacts">
                    if naming.is_none() { <button class="btn small" type="button" id={format!("name-{}", d.device)} onclick={begin} data-test="name-device">{ "Name" }<span class="sr">{ format!(" {name}") }</span></button> }
                    if !d.this && !props.gone { <button class="btn small danger-quiet" type="button" onclick={revoke} data-test="revoke-device">{ "Revoke" }<span class="sr">{ format!(" {name}") }</span></button> }
                </div>
            </div>
            if let Some(now) = &*naming {
                <form class="line end mt2" onsubmit={save} {onkeydown} aria-label={format!("Name of {name}")}>
                    <div class="grow"><TextField id="device-name" label="Name" value={now.clone()} {onchange} maxlength={40} hint="Only your own computer shows it" /></div>
                    <div class="line nowrap liftup"><button class="btn" type="button" onclick={stop}>{ "Cancel" }</button><button class="btn primary" type="submit" data-test="save-name" disabled={sender.busy()}>{ "Save" }</button></div>
                </form>
            }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </li>
    }
}

fn ended_row(d: &DeviceView) -> Html {
    let how = d.ended.as_ref().map_or_else(String::new, |e| {
        let what = match e.how.as_str() {
            "revoked" => "Revoked",
            "left" => "You left",
            "removed" => "You were removed",
            _ => "Ended",
        };
        format!("{what} {}", lower(&day(&e.when)))
    });
    html! {
        <li class="row" key={d.device.clone()}><Icon name="laptop" /><div><b>{ name(d) }</b>
            <p class="meta">{ format!("{how}. It wrote {}.", count(d.entries, "entry", "entries")) }</p></div></li>
    }
}
