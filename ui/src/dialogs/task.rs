//! Moving that a member gets a task, or that it is taken back.

use super::{Terms, term_fields};
use crate::{
    browser,
    components::{Before, TextField},
    hooks::{use_sender, use_store},
    text::before,
};
use api::{Id, draft::Measure, people::Role};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// All tasks.
const ROLES: [Role; 4] = [Role::Facilitator, Role::NoteTaker, Role::Teller, Role::Delegate];
/// How long a task is given for, unless somebody says otherwise.
const DAYS: i64 = 180;

#[derive(Properties, PartialEq)]
pub(crate) struct GiveProps {
    pub(crate) chapter: Id,
    pub(crate) member: Id,
    pub(crate) handle: AttrValue,
    pub(crate) onclose: Callback<()>,
}

/// Giving one.
#[component]
pub(crate) fn GiveDialog(props: &GiveProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let terms = use_state(Terms::default);
    let role = use_state(|| Role::Facilitator);
    let until = use_state(|| browser::now().day.plus(DAYS).iso());
    let choose = {
        let role = role.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some(found) = ROLES.into_iter().find(|r| before::task(*r) == chosen) {
                role.set(found);
            }
        })
    };
    let onuntil = {
        let until = until.clone();
        Callback::from(move |value| until.set(value))
    };
    let onact = {
        let (store, sender, terms, role, until) = (store.clone(), sender.clone(), terms.clone(), *role, until.clone());
        let (chapter, member, onclose) = (props.chapter.clone(), props.member.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let Some(until) = browser::to_utc(&until, "23:59") else {
                sender.refuse("Say until which day.");
                browser::focus("#task-until");
                return;
            };
            let measure = Measure::Give { role, member: member.clone(), until };
            terms.propose(&sender, &store, &chapter, measure, onclose.clone());
        })
    };
    html! {
        <Before title={format!("Ask the members to give {} a task?", props.handle)} points={before::give(&props.handle, *role)}
            act="Ask the members" {sender} {onact} onclose={props.onclose.clone()} test="propose-task">
            <div class="pair">
                <div class="field">
                    <label for="task-role">{ "Task" }</label>
                    <select class="input" id="task-role" data-test="task-role" onchange={choose}>
                        { for ROLES.into_iter().map(|r| html! { <option value={before::task(r)} selected={r == *role}>{ crate::text::capital(before::task(r)) }</option> }) }
                    </select>
                </div>
                <TextField id="task-until" label="Until" kind="date" value={(*until).clone()} onchange={onuntil} />
            </div>
            { term_fields(&terms, "May stay empty.") }
        </Before>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct RecallProps {
    pub(crate) chapter: Id,
    pub(crate) member: Id,
    pub(crate) handle: AttrValue,
    pub(crate) role: Role,
    pub(crate) onclose: Callback<()>,
}

/// Taking one back.
#[component]
pub(crate) fn RecallDialog(props: &RecallProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let terms = use_state(Terms::default);
    let role = props.role;
    let onact = {
        let (store, sender, terms) = (store.clone(), sender.clone(), terms.clone());
        let (chapter, member, onclose) = (props.chapter.clone(), props.member.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let measure = Measure::Recall { role, member: member.clone() };
            terms.propose(&sender, &store, &chapter, measure, onclose.clone());
        })
    };
    html! {
        <Before title={format!("Ask the members to take {}’s task back?", props.handle)} points={before::recall(&props.handle, role)}
            act="Ask the members" {sender} {onact} onclose={props.onclose.clone()} test="propose-recall">
            { term_fields(&terms, "May stay empty.") }
        </Before>
    }
}
