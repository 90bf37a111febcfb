//! Bars. Widths are SVG attributes: the content policy blocks style attributes.

use super::Icon;
use crate::text::{count, width};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct BarProps {
    pub(crate) part: u64,
    pub(crate) whole: u64,
    /// The sentence it says; none when the figures stand beside it.
    #[prop_or_default]
    pub(crate) label: Option<AttrValue>,
    /// Colour `c1` to `c5`.
    #[prop_or("c1")]
    pub(crate) colour: &'static str,
    #[prop_or_default]
    pub(crate) tall: bool,
}

/// A part of a whole.
#[component]
pub(crate) fn Bar(props: &BarProps) -> Html {
    let hidden = props.label.is_none().then_some("true");
    let role = props.label.is_some().then_some("img");
    html! {
        <svg class={classes!("bar", props.tall.then_some("tall"))} role={role} aria-label={props.label.clone()} aria-hidden={hidden}>
            <rect class="track" width="100%" height="100%" rx="3" />
            if props.part > 0 {
                <rect class={props.colour} x="0%" width={width(props.part, props.whole)} height="100%" rx="3" />
            }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct MeterProps {
    pub(crate) connected: usize,
    pub(crate) devices: usize,
}

/// One block a device: filled for connected, lighter for away.
#[component]
pub(crate) fn Meter(props: &MeterProps) -> Html {
    /// More blocks than this are too narrow to tell apart.
    const BLOCKS: usize = 40;
    let (shown, on) = if props.devices <= BLOCKS {
        (props.devices, props.connected.min(props.devices))
    } else {
        (BLOCKS, (props.connected * BLOCKS / props.devices).max(1))
    };
    let label = format!("{} of {} connected", props.connected, count(props.devices as u64, "device", "devices"));
    html! {
        <div class={classes!("meter", rarity(props.devices))} role="img" aria-label={label}>
            { for (0..shown).map(|n| html! { <i class={if n < on { "on" } else { "away" }} /> }) }
        </div>
    }
}

/// Few copies are a warning, and a single one is none that would survive anything.
fn rarity(devices: usize) -> Option<&'static str> {
    match devices {
        0 | 1 => Some("is-single"),
        2 | 3 => Some("is-few"),
        _ => None,
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ProgressProps {
    pub(crate) fetched: u64,
    pub(crate) left: u64,
    pub(crate) chapter: AttrValue,
    /// For the first time.
    #[prop_or_default]
    pub(crate) arriving: bool,
}

/// How far the fetching of a chapter is.
#[component]
pub(crate) fn ProgressNote(props: &ProgressProps) -> Html {
    let whole = props.fetched + props.left;
    let now = format!("{} of {whole}", props.fetched);
    html! {
        <div class="note progress" data-test="progress">
            <Icon name="in" />
            <div class="stack tight">
                <p><b>{ format!("Fetching {}", props.chapter) }</b>{ format!(": {} left. {}", count(props.left, "entry", "entries"), if props.arriving { "The latest came first: you can read it now. You can write once all is here." } else { "You can read and write meanwhile." }) }</p>
                <div role="progressbar" aria-label={format!("Fetching {}", props.chapter)} aria-valuemin="0"
                    aria-valuemax={whole.to_string()} aria-valuenow={props.fetched.to_string()} aria-valuetext={now}>
                    <Bar part={props.fetched} whole={whole} />
                </div>
            </div>
        </div>
    }
}
