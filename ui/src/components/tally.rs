//! How the votes on a motion stand: one bar with the line that it needs, and the figures beside it.

use crate::text::{methods::place, percent, width};
use api::people::MotionView;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct TallyProps {
    pub(crate) motion: MotionView,
    /// The parts that it needs, `1/2`: of the members, and of the votes for or against.
    pub(crate) bar: Option<(AttrValue, AttrValue)>,
}

/// Turnout, and for beside against. Each with its line.
#[component]
pub(crate) fn Tally(props: &TallyProps) -> Html {
    let m = &props.motion;
    let (voted, roll, decided) = (m.yes + m.no + m.abstain, m.roll as u64, m.yes + m.no);
    let quorum = props.bar.as_ref().and_then(|(quorum, _)| place(quorum));
    let majority = props.bar.as_ref().and_then(|(_, majority)| place(majority));
    let label = format!("{} for, {} against, {} abstained", m.yes, m.no, m.abstain);
    html! {
        <div class="stack" data-test="tally" data-yes={m.yes.to_string()} data-no={m.no.to_string()} data-abstain={m.abstain.to_string()}>
            <div class="figures">
                { figure("c1", m.yes, "for") }{ figure("c4", m.no, "against") }{ figure("c3", m.abstain, "abstained") }
                <p class="figure"><b>{ format!("{voted} of {roll}") }</b><span>{ format!("voted, {}%", percent(voted, roll)) }</span></p>
            </div>
            <div class="stack tight">
                <svg class="bar tall" role="img" aria-label={label}>
                    <rect class="track" width="100%" height="100%" rx="3" />
                    { piece("c1", 0, m.yes, decided) }
                    { piece("c4", m.yes, m.no, decided) }
                    { line(majority) }
                </svg>
                <p class="meta">{ "For and against. " }if majority.is_some() { { "For has to get past the line." } }</p>
            </div>
            <div class="stack tight">
                <svg class="bar" role="img" aria-label={format!("{voted} of {roll} members have voted")}>
                    <rect class="track" width="100%" height="100%" rx="3" />
                    { piece("c2", 0, voted, roll) }
                    { line(quorum) }
                </svg>
                <p class="meta">{ "Who has voted. " }if quorum.is_some() { { "So many have to vote, whichever way." } }</p>
            </div>
        </div>
    }
}

fn figure(colour: &'static str, n: u64, words: &'static str) -> Html {
    html! { <p class="figure"><b>{ n }</b><span class="line nowrap tightly"><span class={classes!("swatch", colour)} aria-hidden="true" />{ words }</span></p> }
}

fn piece(colour: &'static str, from: u64, part: u64, whole: u64) -> Html {
    if part == 0 {
        return Html::default();
    }
    html! { <rect class={colour} x={width(from, whole)} width={width(part, whole)} height="100%" rx="3" /> }
}

/// The line that has to be reached, with a rim that parts it from the colours under it.
fn line(place: Option<u64>) -> Html {
    let Some(place) = place else { return Html::default() };
    let x = width(place, 10_000);
    html! { <><line class="casing" x1={x.clone()} x2={x.clone()} y1="0" y2="100%" /><line class="quorum" x1={x.clone()} x2={x} y1="-3" y2="125%" /></> }
}
