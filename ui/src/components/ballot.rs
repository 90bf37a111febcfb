//! The choices of one question.

use yew::prelude::*;

/// What stands for leaving a question blank; no option can be called so, because options are never empty.
pub(crate) fn blank_answer() -> String {
    String::new()
}

#[derive(Properties, PartialEq)]
pub(crate) struct ChoiceProps {
    /// The question's group.
    pub(crate) name: AttrValue,
    /// The option, or nothing for blank.
    pub(crate) value: AttrValue,
    pub(crate) chosen: bool,
    pub(crate) onchoose: Callback<String>,
}

/// A full-width row with a radio button.
#[component]
pub(crate) fn Choice(props: &ChoiceProps) -> Html {
    let onchange = {
        let (onchoose, value) = (props.onchoose.clone(), props.value.to_string());
        Callback::from(move |_: Event| onchoose.emit(value.clone()))
    };
    let blank = props.value.is_empty();
    html! {
        <label class="choice" data-test="vote-option" data-question={props.name.clone()} data-option={props.value.clone()}>
            <input type="radio" name={props.name.clone()} value={props.value.clone()} checked={props.chosen} {onchange} />
            if blank {
                <span>{ "Leave it blank" }<small>{ "Counts as having voted, for no option" }</small></span>
            } else {
                <span>{ &props.value }</span>
            }
        </label>
    }
}
