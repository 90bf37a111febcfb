//! What this member says of themself in a chapter, being written.

use crate::{
    browser,
    components::{Answer, Composer, Crumbs, Field, Icon, PageHead, Portrait, RefusalNote, TextField},
    drafts,
    hooks::{use_ask, use_draft, use_sender, use_store},
    picture,
    state::{Action, Route, Tab},
    text::name,
};
use api::{Command, Id, Reply, draft::Profile as Draft};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ProfileProps {
    pub(crate) chapter: Id,
}

/// The page: what is said now is the beginning.
#[component]
pub(crate) fn Profile(props: &ProfileProps) -> Html {
    let store = use_store();
    let me = store.me.as_ref().map(|m| m.member.clone());
    let ask = me.clone().map(|member| Command::ShowMember { chapter: props.chapter.clone(), member });
    // Asked once: what others do meanwhile does not change what is being typed.
    let asked = use_ask(ask, 0);
    let name = store.chapter(&props.chapter).map(|c| c.name.clone()).unwrap_or_default();
    let start = match &asked.reply {
        Some(Reply::MemberPage(page)) => Some(
            page.profile.clone().unwrap_or_else(|| Draft { handle: page.member.handle.clone(), ..Draft::default() }),
        ),
        _ => None,
    };
    html! {
        <>
            <Crumbs trail={vec![
                (AttrValue::from(name.clone()), Route::front(props.chapter.clone())),
                (AttrValue::from("Members"), Route::Chapter(props.chapter.clone(), Tab::Members)),
            ]} />
            <PageHead title="Your profile"><p class="sub">{ format!("What the members of {name} see of you. Nobody else does. Everything but the name may stay empty.") }</p></PageHead>
            <Answer {asked}>
                if let Some((start, member)) = start.zip(me) { <Form chapter={props.chapter.clone()} chapter_name={name} {member} {start} /> }
            </Answer>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    chapter: Id,
    chapter_name: AttrValue,
    member: Id,
    start: Draft,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let place = format!("draft-profile-{}", props.chapter);
    let (draft, kept, set) = use_draft(&place, || props.start.clone());
    let tried = use_state(|| false);
    // As it is typed: a comma at the end is the beginning of the next language.
    let languages = use_state(|| draft.languages.join(", "));
    let with = |change: fn(&mut Draft, String)| {
        let (draft, set) = (draft.clone(), set.clone());
        Callback::from(move |value: String| {
            let mut draft = draft.clone();
            change(&mut draft, value);
            set.emit(draft);
        })
    };
    let onlanguages = {
        let (languages, change) = (languages.clone(), with(|d, v| d.languages = split(&v)));
        Callback::from(move |value: String| {
            languages.set(value.clone());
            change.emit(value);
        })
    };
    let onsaid = {
        let change = with(|d, v| d.testimonial = v);
        Callback::from(move |event: InputEvent| {
            change.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let send = {
        let (sender, store, draft, tried) = (sender.clone(), store.clone(), draft.clone(), tried.clone());
        let (chapter, member) = (props.chapter.clone(), props.member.clone());
        Callback::from(move |()| {
            tried.set(true);
            if name::problem(&draft.handle).is_some() {
                browser::focus("#profile-handle");
                return;
            }
            let profile = Draft { handle: draft.handle.trim().to_owned(), ..draft.clone() };
            let (store, place, to) = (store.clone(), place.clone(), Route::Member(chapter.clone(), member.clone()));
            sender.send(Command::SetProfile { chapter: chapter.clone(), profile }, move |_| {
                drafts::forget(&place);
                store.dispatch(Action::Say("Your profile is saved on this computer".to_owned()));
                browser::go(&to.href());
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
        })
    };
    html! {
        <form class="stack wide-form" aria-label="Your profile" {onsubmit} novalidate=true>
            <section class="card stack" aria-label="Who you are">
                <Picture member={props.member.clone()} picture={draft.picture.clone()} onchange={with(|d, v| d.picture = v)} />
                <div class="pair">
                    <TextField id="profile-handle" label="Name" value={draft.handle.clone()} onchange={with(|d, v| d.handle = v)} maxlength={32}
                        hint={name::HINT} error={name::problem(&draft.handle).filter(|_| *tried).map(AttrValue::from)} />
                    <TextField id="profile-languages" label="Languages" value={(*languages).clone()} onchange={onlanguages} hint="With commas between them" />
                </div>
                <TextField id="profile-contact" label="How to reach you elsewhere" value={draft.contact.clone()} onchange={with(|d, v| d.contact = v)} maxlength={200}
                    hint="For example a telephone number. It stays in the chapter’s records, also when you change it." />
                <Field id="profile-testimonial" label="What you like about this chapter" hint="In a sentence or two">
                    <textarea class="input" id="profile-testimonial" data-test="profile-testimonial" rows="2" spellcheck="true" aria-describedby="profile-testimonial-hint" value={draft.testimonial.clone()} oninput={onsaid} />
                </Field>
            </section>
            <div class="field"><label for="profile-about">{ "About you" }</label>
                <Composer id="profile-about" label="About you" value={draft.about.clone()} onchange={with(|d, v| d.about = v)} onsend={send} {kept}
                    audience={format!("Seen by: members of {}", props.chapter_name)}
                    button={html! { <button class="btn primary" type="submit" data-test="save-profile" disabled={sender.busy()}>{ "Save your profile" }</button> }} />
            </div>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </form>
    }
}

fn split(languages: &str) -> Vec<String> {
    languages
        .split(',')
        .map(|l| l.trim().chars().take(35).collect::<String>())
        .filter(|l| !l.is_empty())
        .take(20)
        .collect()
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    member: Id,
    picture: AttrValue,
    onchange: Callback<String>,
}

#[component]
fn Picture(props: &PictureProps) -> Html {
    let trouble = use_state(|| None::<&'static str>);
    let busy = use_state(|| false);
    let onfile = {
        let (trouble, busy, onchange) = (trouble.clone(), busy.clone(), props.onchange.clone());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            let Some(file) = input.files().and_then(|f| f.get(0)) else { return };
            let (trouble, busy, onchange) = (trouble.clone(), busy.clone(), onchange.clone());
            busy.set(true);
            spawn_local(async move {
                let made = picture::shrink(&file).await;
                busy.set(false);
                // The same file can be chosen again.
                input.set_value("");
                match made {
                    Ok(base64) => {
                        trouble.set(None);
                        onchange.emit(base64);
                    }
                    Err(why) => trouble.set(Some(why)),
                }
            });
        })
    };
    let away = {
        let onchange = props.onchange.clone();
        Callback::from(move |_: MouseEvent| onchange.emit(String::new()))
    };
    html! {
        <div class="tick">
            <Portrait member={props.member.clone()} picture={props.picture.clone()} />
            <div class="stack tight">
                <div class="line">
                    <label class="btn small file"><Icon name="in" class="sm" />{ if *busy { "Making it small…" } else if props.picture.is_empty() { "Choose a picture" } else { "Choose another" } }
                        <input type="file" accept="image/png,image/jpeg,image/webp" onchange={onfile} data-test="profile-picture" aria-describedby="picture-hint" /></label>
                    if !props.picture.is_empty() { <button class="btn small" type="button" onclick={away} data-test="picture-away">{ "Take it away" }</button> }
                </div>
                <p class="hint" id="picture-hint">{ "Its middle is made into a small square here. Place, time and camera do not go along." }</p>
                if let Some(why) = *trouble { <p class="error" role="alert"><Icon name="warn" class="sm" />{ why }</p> }
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_what_stands_between_commas() {
        assert_eq!(split("English,  Türkçe ,, "), ["English", "Türkçe"]);
        assert_eq!(split(&"a,".repeat(50)).len(), 20);
        assert_eq!(split(&"ü".repeat(50))[0].chars().count(), 35);
    }
}
