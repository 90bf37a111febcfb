//! Files: a field for a path with the system's dialog beside it, and where something was saved.

use super::{Field, Icon, RefusalNote};
use crate::hooks::use_sender;
use api::{Command, Reply};
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PathFieldProps {
    /// Also its `data-test` name; the button's has `-choose` behind it.
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
    pub(crate) onchange: Callback<String>,
    pub(crate) hint: AttrValue,
    /// The file is to be made; otherwise it has to be there.
    #[prop_or_default]
    pub(crate) new: bool,
}

/// A path, typed or chosen.
#[component]
pub(crate) fn PathField(props: &PathFieldProps) -> Html {
    let sender = use_sender();
    let oninput = props.onchange.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let choose = {
        let (sender, onchange) = (sender.clone(), props.onchange.clone());
        let (path, new) = (props.value.to_string(), props.new);
        Callback::from(move |_: MouseEvent| {
            let onchange = onchange.clone();
            sender.send(Command::ChooseFile { path: path.clone(), new }, move |reply| {
                if let Reply::Chosen(chosen) = reply
                    && let Some(path) = chosen.path
                {
                    onchange.emit(path);
                }
            });
        })
    };
    html! {
        <>
            <Field id={props.id.clone()} label={props.label.clone()} hint={props.hint.clone()}>
                <div class="withbtn file">
                    <input class="input" id={props.id.clone()} data-test={props.id.clone()} type="text" value={props.value.clone()}
                        autocomplete="off" spellcheck="false" autocapitalize="none" aria-describedby={format!("{}-hint", props.id)} {oninput} />
                    <button class="btn" type="button" onclick={choose} disabled={sender.busy()} data-test={format!("{}-choose", props.id)}>{ "Choose…" }</button>
                </div>
            </Field>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SavedProps {
    /// None before anything was saved.
    pub(crate) path: Option<AttrValue>,
    pub(crate) test: &'static str,
    /// What else is to be said of it.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Where something was saved, and the way there.
#[component]
pub(crate) fn Saved(props: &SavedProps) -> Html {
    let sender = use_sender();
    let show = {
        let (sender, path) = (sender.clone(), props.path.clone().unwrap_or_default().to_string());
        Callback::from(move |_: MouseEvent| sender.send(Command::ShowFolder { path: path.clone() }, |_| ()))
    };
    html! {
        <>
            // Said here, because nothing outside an open dialog is read out.
            <div role="status" data-test={props.test}>
                if let Some(path) = &props.path { <p class="meta path">{ "Saved: " }<bdi>{ path }</bdi></p> }
                if props.path.is_some() { { props.children.clone() } }
            </div>
            if props.path.is_some() {
                <div><button class="btn small" type="button" onclick={show} disabled={sender.busy()} data-test="show-folder"><Icon name="file" class="sm" />{ "Show the folder" }</button></div>
            }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </>
    }
}
