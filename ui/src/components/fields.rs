//! Fields of a form.

use super::Icon;
use crate::text::when::Day;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct FieldProps {
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    /// Why what stands in it cannot be taken.
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    pub(crate) children: Html,
}

/// A label, a field, a hint, an error.
#[component]
pub(crate) fn Field(props: &FieldProps) -> Html {
    html! {
        <div class={classes!("field", props.error.is_some().then_some("bad"))}>
            <label for={props.id.clone()}>{ &props.label }</label>
            { props.children.clone() }
            if let Some(hint) = &props.hint { <p class="hint" id={format!("{}-hint", props.id)}>{ hint }</p> }
            if let Some(error) = &props.error {
                <p class="error" id={format!("{}-error", props.id)}><Icon name="warn" class="sm" />{ error }</p>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TextFieldProps {
    /// Also its `data-test` name.
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
    pub(crate) onchange: Callback<String>,
    #[prop_or("text")]
    pub(crate) kind: &'static str,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) maxlength: Option<u32>,
    #[prop_or_default]
    pub(crate) placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) list: Option<&'static str>,
}

/// What is said where a field is full.
fn full(value: &str, maxlength: Option<u32>) -> Option<String> {
    let longest = maxlength?;
    // As the web view counts.
    let length = u32::try_from(value.encode_utf16().count()).unwrap_or(u32::MAX);
    (length >= longest).then(|| format!("{longest} characters are the most. What goes beyond is cut off."))
}

/// One line.
#[component]
pub(crate) fn TextField(props: &TextFieldProps) -> Html {
    // The web view writes dates as its own language does, 12/04/2026 perhaps: in words there is no doubt.
    let hint = props.hint.clone().or_else(|| match props.kind {
        "date" => Day::parse(&props.value).map(|day| AttrValue::from(day.whole())),
        "time" if !props.value.is_empty() => Some(AttrValue::from(format!("{} on this computer’s clock", props.value))),
        "time" => Some(AttrValue::from("Not filled in")),
        _ => None,
    });
    // What is longer is cut off without a word, a pasted text too.
    let hint = full(&props.value, props.maxlength).map(AttrValue::from).or(hint);
    let described = match (&props.error, &hint) {
        (Some(_), _) => Some(format!("{}-error", props.id)),
        (None, Some(_)) => Some(format!("{}-hint", props.id)),
        (None, None) => None,
    };
    let oninput = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: InputEvent| {
            onchange.emit(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    html! {
        <Field id={props.id.clone()} label={props.label.clone()} {hint} error={props.error.clone()}>
            <input class={classes!("input", (props.kind == "time" && props.value.is_empty()).then_some("unset"))} id={props.id.clone()} data-test={props.id.clone()} type={props.kind} value={props.value.clone()}
                maxlength={props.maxlength.map(|m| m.to_string())} placeholder={props.placeholder.clone()} list={props.list}
                autocomplete="off" spellcheck={(props.kind == "text").then_some("true")}
                aria-describedby={described} aria-invalid={props.error.is_some().then_some("true")} {oninput} />
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ChooseProps {
    /// Also its `data-test` name.
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    /// Values and words.
    pub(crate) options: Vec<(AttrValue, AttrValue)>,
    pub(crate) value: AttrValue,
    pub(crate) onchange: Callback<String>,
    #[prop_or_default]
    pub(crate) hint: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
}

/// One of a list.
#[component]
pub(crate) fn Choose(props: &ChooseProps) -> Html {
    let described = match (&props.error, &props.hint) {
        (Some(_), _) => Some(format!("{}-error", props.id)),
        (None, Some(_)) => Some(format!("{}-hint", props.id)),
        (None, None) => None,
    };
    let onchange = props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <Field id={props.id.clone()} label={props.label.clone()} hint={props.hint.clone()} error={props.error.clone()}>
            <select class="input wide" id={props.id.clone()} data-test={props.id.clone()} aria-describedby={described} aria-invalid={props.error.is_some().then_some("true")} {onchange}>
                { for props.options.iter().map(|(value, words)| html! { <option value={value.clone()} selected={*value == props.value}>{ words }</option> }) }
            </select>
        </Field>
    }
}

/// Several lines. `bad` says that the sentence about what is wrong stands elsewhere.
pub(crate) fn area(
    id: &str,
    label: &'static str,
    hint: Option<&'static str>,
    value: &AttrValue,
    longest: u32,
    onchange: &Callback<String>,
    bad: bool,
) -> Html {
    let oninput = onchange.reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    html! {
        <div class={classes!("field", bad.then_some("bad"))}>
            <label for={id.to_owned()}>{ label }</label>
            <textarea class="input" id={id.to_owned()} data-test={id.to_owned()} rows="3" spellcheck="true" maxlength={longest.to_string()}
                aria-describedby={hint.map(|_| format!("{id}-hint"))} aria-invalid={bad.then_some("true")} value={value.clone()} {oninput} />
            if let Some(hint) = hint { <p class="hint" id={format!("{id}-hint")}>{ hint }</p> }
        </div>
    }
}

/// A passphrase with a button that shows it.
pub(crate) fn passphrase_field(
    id: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    value: &UseStateHandle<String>,
    shown: &UseStateHandle<bool>,
    error: Option<&'static str>,
    fresh: bool,
) -> Html {
    let oninput = {
        let value = value.clone();
        Callback::from(move |event: InputEvent| value.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |_| shown.set(!*shown))
    };
    let described = match (error, hint) {
        (Some(_), _) => Some(format!("{id}-error")),
        (None, Some(_)) => Some(format!("{id}-hint")),
        (None, None) => None,
    };
    html! {
        <Field {id} {label} hint={hint.map(AttrValue::from)} error={error.map(AttrValue::from)}>
            <div class="withbtn">
                <input class="input" {id} data-test={id} type={if **shown { "text" } else { "password" }} value={(**value).clone()}
                    autocomplete={if fresh { "new-password" } else { "current-password" }} spellcheck="false" autocapitalize="none"
                    aria-describedby={described} aria-invalid={error.is_some().then_some("true")} {oninput} />
                <button class="btn icon-only" type="button" aria-pressed={shown.to_string()} onclick={toggle}
                    aria-label={if **shown { "Hide the passphrase" } else { "Show the passphrase" }}>
                    <Icon name={if **shown { "eyeoff" } else { "eye" }} class="sm" />
                </button>
            </div>
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn a_field_that_is_full_says_so() {
        assert_eq!(full(&"a".repeat(79), Some(80)), None);
        assert!(full(&"a".repeat(80), Some(80)).is_some_and(|words| words.starts_with("80 characters")));
        assert!(full(&"\u{1f3e0}".repeat(40), Some(80)).is_some(), "two units each");
        assert_eq!(full(&"a".repeat(800), None), None);
    }
}
