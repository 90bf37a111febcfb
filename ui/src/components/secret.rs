//! What a secret vote keeps secret, and what it does not.

use super::Icon;
use crate::text::list;
use api::poll::SecretView;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct SecretProps {
    pub(crate) secret: SecretView,
    /// It is not open yet: what could still be waited for is said.
    #[prop_or_default]
    pub(crate) before: bool,
}

/// A card with the sentences, the limits among them.
#[component]
pub(crate) fn Secret(props: &SecretProps) -> Html {
    let secret = &props.secret;
    let icons = if secret.apart {
        &["eyeoff", "network", "warn", "vote", "people"][..]
    } else {
        &["eyeoff", "network", "warn"]
    };
    let few = |n: usize| secret.few && n == icons.len();
    html! {
        <section class="card soft stack" aria-labelledby="secret" data-test="secret" data-voters={secret.voters.to_string()}>
            <h2 class="h3" id="secret">{ "What stays secret" }</h2>
            <ul class="steps">{ for secret.words.iter().enumerate().map(|(n, words)| html! {
                <li data-test={few(n).then_some("secret-few")}><Icon name={icons.get(n).copied().unwrap_or(if few(n) { "people" } else { "info" })} /><p class={if few(n) { "few" } else { "muted" }}>{ words }</p></li>
            }) }</ul>
            if !secret.without_key.is_empty() {
                <p class="meta" data-test="without-key">{ format!("{} {} no ballot key {}, and so no ballot: computers publish them by themselves within some minutes.",
                    list(&secret.without_key), if secret.without_key.len() == 1 { "has" } else { "have" }, if props.before { "yet" } else { "from before it was opened" }) }</p>
            }
        </section>
    }
}
