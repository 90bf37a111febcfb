//! A member as they show themself: their picture, else their seal.

use super::Seal;
use crate::picture;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PortraitProps {
    /// The member's id.
    pub(crate) member: AttrValue,
    /// Their picture in base64; may be empty.
    #[prop_or_default]
    pub(crate) picture: AttrValue,
}

/// The picture. Whoever sent it may have sent anything: what cannot be drawn is a seal.
#[component]
pub(crate) fn Portrait(props: &PortraitProps) -> Html {
    let canvas = use_node_ref();
    let failed = use_state(|| None::<AttrValue>);
    let none = props.picture.is_empty() || failed.as_ref() == Some(&props.picture);
    {
        let (canvas, failed) = (canvas.clone(), failed.clone());
        use_effect_with((props.picture.clone(), none), move |(picture, none)| {
            if *none {
                return;
            }
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                let picture = picture.clone();
                spawn_local(async move {
                    if !picture::draw(&canvas, &picture).await {
                        failed.set(Some(picture));
                    }
                });
            }
        });
    }
    // The name stands beside it: neither says anything more to those who do not see it.
    html! {
        if none { <Seal member={props.member.clone()} size="lg" /> }
        else { <canvas ref={canvas} class="portrait" width="256" height="256" aria-hidden="true" /> }
    }
}
