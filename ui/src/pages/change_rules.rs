//! A motion to change a chapter's rules, being written: the rules, what would change, why.

use crate::{
    browser,
    components::{Answer, Crumbs, Icon, Note, NoteKind, PageHead, RefusalNote, RulesForm},
    dialogs::{Terms, term_fields},
    drafts,
    hooks::{use_ask, use_draft, use_sender, use_store},
    state::{Route, Tab},
    text::rules::{self, Change},
};
use api::{Command, Id, Reply, draft::Measure, people::RulesView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ChangeRulesProps {
    pub(crate) chapter: Id,
}

/// The page.
#[component]
pub(crate) fn ChangeRules(props: &ChangeRulesProps) -> Html {
    let chapter = props.chapter.clone();
    let form =
        use_callback(chapter.clone(), |now: RulesView, chapter| html! { <Form chapter={chapter.clone()} {now} /> });
    html! { <AboutRules {chapter} title="Propose other rules" sub="Change what should be different. The members vote on all of it together." {form} /> }
}

#[derive(Properties, PartialEq)]
pub(super) struct AboutRulesProps {
    pub(super) chapter: Id,
    pub(super) title: AttrValue,
    pub(super) sub: AttrValue,
    /// From the rules as they hold now.
    pub(super) form: Callback<RulesView, Html>,
}

/// The page around a motion about the rules: its form is there once the rules are.
#[component]
pub(super) fn AboutRules(props: &AboutRulesProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::Rules { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let now = match &asked.reply {
        Some(Reply::Rules(rules)) => Some((**rules).clone()),
        _ => None,
    };
    let name = store.chapter(&props.chapter).map(|c| c.name.clone()).unwrap_or_default();
    html! {
        <>
            <Crumbs trail={vec![
                (AttrValue::from(name), Route::front(props.chapter.clone())),
                (AttrValue::from("Rules"), Route::Chapter(props.chapter.clone(), Tab::Rules)),
            ]} />
            <PageHead title={props.title.clone()}><p class="sub">{ &props.sub }</p></PageHead>
            <Answer {asked}>
                if let Some(now) = now { { props.form.emit(now) } }
            </Answer>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    chapter: Id,
    /// As they hold now.
    now: RulesView,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let name = format!("draft-rules-{}", props.chapter);
    let (draft, _, set) = use_draft(&name, || props.now.clone());
    let terms = use_state(Terms::default);
    let tried = use_state(|| false);
    let changes = rules::changes(&props.now, &rules::tidy(&draft));
    let problem = (*tried).then(|| rules::problem(&draft)).flatten();
    let onchange = {
        let sender = sender.clone();
        Callback::from(move |rules: RulesView| {
            sender.calm();
            set.emit(rules);
        })
    };
    let onsubmit = {
        let (store, sender, terms, tried, draft) =
            (store.clone(), sender.clone(), terms.clone(), tried.clone(), draft.clone());
        let (chapter, nothing) = (props.chapter.clone(), changes.is_empty());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if let Some((field, _)) = rules::problem(&draft) {
                sender.calm();
                browser::focus(&format!("#{field}"));
                return;
            }
            if nothing {
                sender.refuse("Nothing is different yet from the rules that hold now.");
                return;
            }
            let name = name.clone();
            let done = Callback::from(move |()| drafts::forget(&name));
            let measure = Measure::Rules { rules: Box::new(rules::tidy(&draft)) };
            terms.propose(&sender, &store, &chapter, measure, done);
        })
    };
    html! {
        <form class="cols" aria-label="Other rules" {onsubmit} novalidate=true>
            <div class="card"><RulesForm rules={draft} {onchange} {problem} /></div>
            <aside class="rail stack" aria-label="The motion">
                <section class="card stack" aria-labelledby="changes" data-test="rule-changes">
                    <h2 id="changes" class="h3">{ "What would change" }</h2>
                    { differences(&changes) }
                </section>
                <section class="card stack" aria-label="Why">
                    { term_fields(&terms, "Members read it before they vote.") }
                    if problem.is_some() { <p class="error" role="alert"><Icon name="warn" class="sm" />{ problem.map(|p| p.1).unwrap_or_default() }</p> }
                    if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                    <button class="btn primary wide" type="submit" data-test="propose-rules" disabled={sender.busy()}>{ "Make the motion" }</button>
                </section>
                <Note kind={NoteKind::Info}><p>{ "Rules hold from the decision on. What was decided before stays decided." }</p></Note>
            </aside>
        </form>
    }
}

/// Each rule that changes, before and after.
pub(super) fn differences(changes: &[Change]) -> Html {
    if changes.is_empty() {
        return html! { <p class="muted">{ "Nothing yet." }</p> };
    }
    html! {
        <dl class="stack changes">{ for changes.iter().map(|c| html! {
            <div>
                <dt>{ c.what }</dt>
                <dd class="was"><b>{ "Now" }</b><span>{ &c.before }</span></dd>
                <dd class="then"><b>{ "Then" }</b><span>{ &c.after }</span></dd>
            </div>
        }) }</dl>
    }
}
