//! What a chapter holds to, in sentences; what it hid; and how one leaves.

use super::hidden::HiddenList;
use crate::{
    browser,
    components::{Answer, Icon, Markdown, SecHead},
    dialogs::{LeaveDialog, RotateDialog},
    hooks::{use_ask, use_store},
    state::Route,
    text::rules,
};
use api::{
    Command, Reply,
    people::{RulesView, StatementView},
    view::ChapterPage,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RulesProps {
    pub(crate) page: ChapterPage,
}

/// Which question lies over the page.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Leave,
    Rotate,
}

/// The tab.
#[component]
pub(crate) fn Rules(props: &RulesProps) -> Html {
    let store = use_store();
    let c = &props.page.summary;
    let asking = use_state(|| None::<Asking>);
    let asked = use_ask(Some(Command::Rules { chapter: c.chapter.clone() }), store.revision(&c.chapter));
    let found = match &asked.reply {
        Some(Reply::Rules(rules)) => Some((**rules).clone()),
        _ => None,
    };
    let open = |what: Asking| {
        let asking = asking.clone();
        Callback::from(move |_: MouseEvent| asking.set(Some(what)))
    };
    let onclose = {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(None))
    };
    let member = props.page.is_writable();
    html! {
        <>
            <div class="cols">
                <div class="stack loose">
                    <Answer {asked}>{ found.as_ref().map(|rules| shown(rules, props.page.statement.as_ref())).unwrap_or_default() }</Answer>
                    <HiddenList chapter={c.chapter.clone()} />
                </div>
                <aside class="rail stack loose" aria-label="Changing it">
                    if member {
                        <section class="card stack" aria-labelledby="change">
                            <h2 id="change" class="h3">{ "Nobody sets the rules alone" }</h2>
                            <p class="muted">{ "A change is a motion. It holds from the moment when enough members have voted for it." }</p>
                            <a class="btn wide" href={Route::ChangeRules(c.chapter.clone()).href()} data-test="change-rules"><Icon name="edit" class="sm" />{ "Propose other rules" }</a>
                            <a class="btn wide" href={Route::AdoptText(c.chapter.clone()).href()} data-test="adopt-text">{ "Adopt a new text" }</a>
                            <p class="meta">{ "The text is what newcomers agree to. The other rules stay then as they are." }</p>
                        </section>
                        <section class="stack tight" aria-labelledby="membership">
                            <SecHead id="membership" title="Your membership" />
                            <button class="btn wide" type="button" onclick={open(Asking::Rotate)} data-test="rotate"><Icon name="key" class="sm" />{ "Begin a new key" }</button>
                            <button class="btn wide danger-quiet" type="button" onclick={open(Asking::Leave)} data-test="leave">{ "Leave this chapter" }</button>
                            <p class="meta">{ "Both say what they do before they do it." }</p>
                        </section>
                    }
                </aside>
            </div>
            { match *asking {
                Some(Asking::Leave) => html! { <LeaveDialog chapter={c.chapter.clone()} {onclose} /> },
                Some(Asking::Rotate) => html! { <RotateDialog chapter={c.chapter.clone()} {onclose} /> },
                None => Html::default(),
            } }
        </>
    }
}

fn shown(rules: &RulesView, statement: Option<&StatementView>) -> Html {
    html! {
        <div class="sheet" data-test="rules">
            { for rules::groups(rules).into_iter().enumerate().map(|(n, group)| html! {
                <section class="stack tight" aria-labelledby={format!("rule-{n}")}>
                    <h2 id={format!("rule-{n}")}>{ group.title }</h2>
                    { for group.sentences.into_iter().map(|s| html! { <p class="prose">{ s }</p> }) }
                    if n == 0 { { asked(rules) }{ statement.map(from).unwrap_or_default() } }
                </section>
            }) }
        </div>
    }
}

/// The vote that the text comes from.
fn from(statement: &StatementView) -> Html {
    let Some(motion) = &statement.motion else {
        return html! { <p class="meta" data-test="text-from">{ "It is that of the charter." }</p> };
    };
    let when = statement
        .since
        .as_deref()
        .and_then(browser::local)
        .map_or_else(String::new, |t| format!(" on {}", t.day.long()));
    html! { <p class="meta" data-test="text-from"><a href={Route::Motion(motion.clone()).href()}>{ format!("Adopted by a vote{when}") }</a></p> }
}

/// The questions and the text, as a newcomer sees them.
fn asked(rules: &RulesView) -> Html {
    html! {
        <>
            if !rules.questions.is_empty() {
                <h3 class="mt2">{ "What newcomers are asked" }</h3>
                <ol class="bullets numbered prose">{ for rules.questions.iter().map(|q| html! { <li>{ q }</li> }) }</ol>
            }
            if !rules.statement.trim().is_empty() {
                <h3 class="mt2">{ "What newcomers agree to" }</h3>
                <div class="card soft"><Markdown text={rules.statement.clone()} top={4} class="prose small" /></div>
            }
        </>
    }
}
