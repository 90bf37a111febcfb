//! What stands on a page while an answer is on its way, and when there is none.

use super::RefusalNote;
use crate::{hooks::Asked, state::Route};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Grey lines, but only when reading takes longer than a person notices.
#[component]
fn Loading() -> Html {
    let late = use_state(|| false);
    {
        let late = late.clone();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(300, move || late.set(true));
            move || drop(timeout)
        });
    }
    let group = || {
        html! {
            <div class="stack tight"><div class="skel w1" /><div class="skel w2" /><div class="skel w3" /></div>
        }
    };
    html! {
        if *late {
            <div class="card flush rows" aria-busy="true" aria-label="Reading what is saved here" role="region">
                { group() }{ group() }{ group() }
            </div>
        }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct AnswerProps {
    pub(crate) asked: Asked,
    /// What the answer looks like; empty until it is here.
    pub(crate) children: Html,
    /// The page's heading when there is no answer; none where the page has one already.
    #[prop_or_default]
    pub(crate) heading: Option<&'static str>,
}

/// The answer, the refusal, or grey lines.
#[component]
pub(crate) fn Answer(props: &AnswerProps) -> Html {
    match (&props.asked.reply, &props.asked.refusal) {
        (Some(_), _) => props.children.clone(),
        (None, Some(refusal)) => html! {
            <>
                { heading(props.heading) }
                <RefusalNote refusal={refusal.clone()} />
                // A page of its own has nothing else on it.
                if props.heading.is_some() { <p class="mt4"><a class="btn" href={Route::Home.href()}>{ "To the front page" }</a></p> }
            </>
        },
        (None, None) => html! { <Loading /> },
    }
}

fn heading(words: Option<&'static str>) -> Html {
    words.map_or_else(
        Html::default,
        |words| html! { <header class="page-head"><h1 data-test="title">{ words }</h1></header> },
    )
}
