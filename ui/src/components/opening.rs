//! A vote that is hidden until its close: where it stands, and who could read it earlier.

use super::{Icon, Note, NoteKind};
use api::opening::{OpenerView, OpeningStage, OpeningView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct OpeningProps {
    pub(crate) opening: OpeningView,
}

/// A card with the sentences, the limits among them, and the tellers.
#[component]
pub(crate) fn Opening(props: &OpeningProps) -> Html {
    let opening = &props.opening;
    let stage = match opening.stage {
        OpeningStage::Hidden => "hidden",
        OpeningStage::Closing => "closing",
        OpeningStage::Waiting => "waiting",
        OpeningStage::Open => "open",
        OpeningStage::Lost => "lost",
    };
    let title = match opening.stage {
        OpeningStage::Open => "It was hidden until the close",
        OpeningStage::Lost => "It cannot be opened any more",
        OpeningStage::Hidden | OpeningStage::Closing | OpeningStage::Waiting => "Hidden until the close",
    };
    let teller = |t: &OpenerView| {
        let (class, icon, words) = match (t.key, t.secret, &t.early) {
            (_, true, Some(_)) => ("forever", "warn", "gave the key too early"),
            (_, true, None) => ("done", "ok", "gave the key"),
            (true, false, _) => ("done", "ok", "has seen this vote"),
            (false, false, _) => ("", "wait", "has not seen this vote yet"),
        };
        html! { <li {class} data-test="opener" data-handle={t.handle.clone()} data-early={t.early.is_some().then_some("")}><Icon name={icon} /><div><b><bdi>{ &t.handle }</bdi></b><p class="meta">{ words }</p></div></li> }
    };
    html! {
        <section class="card soft stack" aria-labelledby="opening" data-test="opening" data-stage={stage} data-keys={opening.keys.to_string()}>
            <h2 class="h3" id="opening">{ title }</h2>
            if let Some(warning) = &opening.warning { <Note kind={NoteKind::Wait} title="Nobody may be missing" test="opening-warning"><p>{ warning }</p></Note> }
            { for opening.words.iter().map(|words| html! { <p class="muted">{ words }</p> }) }
            if !opening.tellers.is_empty() {
                <p class="label">{ "Tellers, who open it together" }</p>
                <ul class="steps">{ for opening.tellers.iter().map(teller) }</ul>
            }
        </section>
    }
}
