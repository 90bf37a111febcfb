//! The result as a file.

use crate::{
    components::{Icon, RefusalNote, Saved},
    hooks::use_sender,
    text::sentence,
};
use api::{Command, Reply, poll::ResultFormat};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct SaveProps {
    pub(crate) poll: AttrValue,
}

/// Two buttons, and where it was saved.
#[component]
pub(crate) fn SaveResult(props: &SaveProps) -> Html {
    let sender = use_sender();
    let saved = use_state(|| None::<(String, String)>);
    let save = |format: ResultFormat| {
        let (sender, saved, poll) = (sender.clone(), saved.clone(), props.poll.to_string());
        Callback::from(move |_: MouseEvent| {
            let saved = saved.clone();
            sender.send(Command::SaveResult { poll: poll.clone(), format }, move |reply| match reply {
                Reply::Saved(made) => saved.set(Some((made.path, String::new()))),
                Reply::Exported(made) => saved.set(Some((made.path, made.note))),
                _ => {}
            });
        })
    };
    html! {
        <section class="stack tight" aria-labelledby="save-result">
            <h2 class="h3" id="save-result">{ "Take it with you" }</h2>
            <div class="line">
                <button class="btn small" type="button" onclick={save(ResultFormat::Csv)} disabled={sender.busy()} data-test="save-csv"><Icon name="disk" class="sm" />{ "For a spreadsheet (CSV)" }</button>
                <button class="btn small" type="button" onclick={save(ResultFormat::Json)} disabled={sender.busy()} data-test="save-json"><Icon name="disk" class="sm" />{ "For a program (JSON)" }</button>
                <button class="btn small" type="button" onclick={save(ResultFormat::Archive)} disabled={sender.busy()} data-test="save-archive"><Icon name="disk" class="sm" />{ "For a stranger, to check it" }</button>
            </div>
            <Saved path={saved.as_ref().map(|(path, _)| AttrValue::from(path.clone()))} test="result-saved">
                if let Some((_, note)) = saved.as_ref().filter(|(_, note)| !note.is_empty()) { <p class="meta mt1">{ sentence(note) }</p> }
            </Saved>
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </section>
    }
}
