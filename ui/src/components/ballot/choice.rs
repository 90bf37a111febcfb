//! Full-width rows to choose from: one of them, or several.

use crate::components::Icon;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ChoiceProps {
    /// The question's key, which is also the group's name.
    pub(crate) question: AttrValue,
    /// What `data-option` says: the option's name, nothing for blank.
    pub(crate) option: AttrValue,
    /// What is read; the option's name where it is empty.
    #[prop_or_default]
    pub(crate) label: Option<AttrValue>,
    /// What choosing it means.
    #[prop_or_default]
    pub(crate) meaning: Option<AttrValue>,
    pub(crate) chosen: bool,
    /// A box to tick instead of one of a group.
    #[prop_or_default]
    pub(crate) tick: bool,
    #[prop_or_default]
    pub(crate) disabled: bool,
    /// Drawn as what stops everything.
    #[prop_or_default]
    pub(crate) stops: bool,
    /// Whether it is chosen now.
    pub(crate) onchoose: Callback<bool>,
}

/// One row.
#[component]
pub(crate) fn Choice(props: &ChoiceProps) -> Html {
    let onchange = {
        let (onchoose, chosen, tick) = (props.onchoose.clone(), props.chosen, props.tick);
        Callback::from(move |_: Event| onchoose.emit(!tick || !chosen))
    };
    let label = props.label.as_ref().unwrap_or(&props.option);
    html! {
        <label class={classes!("choice", props.stops.then_some("is-block"), props.disabled.then_some("is-off"))} data-test="vote-option" data-question={props.question.clone()} data-option={props.option.clone()}>
            <input type={if props.tick { "checkbox" } else { "radio" }} name={props.question.clone()} value={props.option.clone()}
                checked={props.chosen} disabled={props.disabled} {onchange} />
            <span>{ label }if let Some(meaning) = &props.meaning { <small>{ meaning }</small> }</span>
            if props.stops && props.chosen { <Icon name="hand" class="push" /> }
        </label>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct BlankProps {
    pub(crate) question: AttrValue,
    pub(crate) chosen: bool,
    #[prop_or_default]
    pub(crate) tick: bool,
    pub(crate) onchoose: Callback<bool>,
}

/// The last row of every question.
#[component]
pub(crate) fn Blank(props: &BlankProps) -> Html {
    html! {
        <Choice question={props.question.clone()} option="" label="Leave it blank" meaning="Counts as having voted, for no option"
            chosen={props.chosen} tick={props.tick} onchoose={props.onchoose.clone()} />
    }
}
