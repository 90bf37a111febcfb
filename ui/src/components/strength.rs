//! How long guessing a passphrase would take, while it is typed. An estimate to choose by; nothing is forbidden.

use super::Bar;
use crate::hooks::use_ask;
use api::{Command, Reply, view::StrengthView};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// How many levels there are.
const LEVELS: u64 = 5;
/// So long after the last key the node is asked.
const CALM_MS: u32 = 150;

#[derive(Properties, PartialEq)]
pub(crate) struct StrengthProps {
    pub(crate) passphrase: String,
    /// What a guesser who knows the person would try first.
    #[prop_or_default]
    pub(crate) known: Vec<String>,
}

/// A bar and a sentence.
#[component]
pub(crate) fn Strength(props: &StrengthProps) -> Html {
    // What was typed a moment ago, so that not every key asks.
    let settled = use_state(String::new);
    let last = use_state(|| None::<StrengthView>);
    {
        let settled = settled.clone();
        use_effect_with(props.passphrase.clone(), move |passphrase| {
            let passphrase = passphrase.clone();
            let timeout = Timeout::new(CALM_MS, move || settled.set(passphrase));
            move || drop(timeout)
        });
    }
    let command =
        (!settled.is_empty()).then(|| Command::Strength { passphrase: (*settled).clone(), known: props.known.clone() });
    let asked = use_ask(command, 0);
    {
        let last = last.clone();
        use_effect_with(asked.reply, move |reply| {
            if let Some(Reply::Strength(strength)) = reply {
                last.set(Some(strength.clone()));
            }
        });
    }
    if props.passphrase.is_empty() {
        return Html::default();
    }
    // Its place is kept from the first key on: what stands below must not move away under a click.
    let Some(strength) = (*last).clone() else { return html! { <div class="strength" /> } };
    let colour = match strength.level {
        0 | 1 => "c5",
        2 => "c2",
        _ => "c1",
    };
    let why = strength.why.map(|why| format!(" {why}")).unwrap_or_default();
    html! {
        <div class="stack tight strength" data-test="strength" data-level={strength.level.to_string()}>
            <Bar part={u64::from(strength.level) + 1} whole={LEVELS} {colour} />
            <p class="hint" role="status">
                { format!("A thief of this disk with a room full of fast computers would need {} to guess it.{why}", strength.time) }
            </p>
        </div>
    }
}
