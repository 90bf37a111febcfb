//! Settings: who you are here, how it looks, which keys.

use super::{members::six_words, security::Security};
use crate::{
    components::{Icon, PageHead, Seal},
    dialogs::RenameDialog,
    hooks::{use_sender, use_store},
    state::{Action, Overlay, Prefs, Route, Theme},
};
use api::Command;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The page.
#[component]
pub(crate) fn Settings() -> Html {
    let store = use_store();
    let sender = use_sender();
    let prefs = store.prefs;
    let theme = |theme: Theme| {
        let store = store.clone();
        Callback::from(move |_: Event| store.dispatch(Action::Prefs(Prefs { theme, ..store.prefs })))
    };
    let letters = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let letters = event.target_unchecked_into::<HtmlInputElement>().checked();
            store.dispatch(Action::Prefs(Prefs { letters, ..store.prefs }));
        })
    };
    let notices = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let notices = event.target_unchecked_into::<HtmlInputElement>().checked();
            store.dispatch(Action::Prefs(Prefs { notices, ..store.prefs }));
        })
    };
    let keys = {
        let store = store.clone();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Show(Overlay::Keys)))
    };
    let lock = {
        let store = store.clone();
        Callback::from(move |_: MouseEvent| {
            let store = store.clone();
            sender.send(Command::Lock, move |_| store.dispatch(Action::Locked));
        })
    };
    let renaming = use_state(|| false);
    let rename = {
        let renaming = renaming.clone();
        Callback::from(move |_: MouseEvent| renaming.set(true))
    };
    let renamed = {
        let renaming = renaming.clone();
        Callback::from(move |()| renaming.set(false))
    };
    let themes = [
        (Theme::System, "As the desktop", "theme-system"),
        (Theme::Light, "Light", "theme-light"),
        (Theme::Dark, "Dark", "theme-dark"),
    ];
    html! {
        <>
            <PageHead title="Settings" />
            <div class="narrow wide stack">
                if let Some(me) = &store.me {
                    <section class="card stack" aria-labelledby="you">
                        <div class="row"><Seal member={me.member.clone()} size="md" /><div><h2 class="h3" id="you"><bdi>{ &me.handle }</bdi></h2><p class="meta">{ "Your name. What else members see of you stands in your profile, in each chapter." }</p></div>
                            <button class="btn small" type="button" onclick={rename} data-test="rename"><Icon name="edit" class="sm" />{ "Change" }<span class="sr">{ " your name" }</span></button></div>
                        if *renaming { <RenameDialog now={me.handle.clone()} onclose={renamed} /> }
                        <h3>{ "Your six words" }</h3>
                        { six_words(&me.six_words) }
                        <p class="meta">{ "Members compare them with you by voice. They come from your key and do not change." }</p>
                    </section>
                }
                <section class="card" aria-labelledby="devices">
                    <div class="setting"><div><h2 id="devices">{ "Your devices" }</h2><p>{ "Add another computer, name them, revoke one that was lost." }</p></div>
                        <a class="btn" href={Route::Devices.href()} data-test="go-devices"><Icon name="laptop" class="sm" />{ "Your devices" }</a></div>
                </section>
                <section class="card flush rows" aria-label="This window">
                    <div class="setting"><div><h2 id="look">{ "Look" }</h2><p>{ "Light and dark follow the desktop unless you choose." }</p></div>
                        <fieldset><legend class="sr">{ "Look" }</legend><span class="seg">{ for themes.into_iter().map(|(t, words, test)| html! {
                            <label data-test={test}><input type="radio" name="theme" checked={prefs.theme == t} onchange={theme(t)} />{ words }</label>
                        }) }</span></fieldset></div>
                    <div class="setting"><div><h2 id="letters">{ "Single letters as keys" }</h2><p>{ "N writes, J and K go through a list, G then H goes to the front page." }</p></div>
                        <input class="switch" type="checkbox" aria-labelledby="letters" checked={prefs.letters} onchange={letters} data-test="letters" /></div>
                    <div class="setting"><div><h2 id="notices">{ "Reminders" }</h2><p>{ "The desktop says when a vote or a motion that waits for your vote is opened, and when one that you have not voted in closes within a day. A click on it opens it here. Its title is in it, so others at your screen can read it. Nothing is said while Chapterhouse is locked." }</p></div>
                        <input class="switch" type="checkbox" aria-labelledby="notices" checked={prefs.notices} onchange={notices} data-test="notices" /></div>
                    <div class="setting"><div><h2>{ "Keys" }</h2><p>{ "Everything can be done without a mouse." }</p></div>
                        <button class="btn" type="button" onclick={keys}><Icon name="keyboard" class="sm" />{ "Show the keys" }</button></div>
                    <div class="setting"><div><h2>{ "Lock" }</h2><p>{ "Closes everything saved here until the passphrase is typed. While locked, nothing is sent or received." }</p></div>
                        <button class="btn" type="button" onclick={lock}><Icon name="lock" class="sm" />{ "Lock now" }</button></div>
                </section>
                <Security />
                <p class="meta">{ format!("Chapterhouse {}. Free software under the GNU AGPL, version 3 or later.", store.version) }</p>
            </div>
        </>
    }
}
