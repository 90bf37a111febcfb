//! The dialog before something that has consequences: what happens, what stays, what is for good. Then the two buttons.

use super::{Dialog, Icon, RefusalNote};
use crate::{hooks::Sender, text::before::Point};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct BeforeProps {
    /// The question.
    pub(crate) title: AttrValue,
    pub(crate) points: Vec<Point>,
    /// Fields, if something has to be said with it.
    #[prop_or_default]
    pub(crate) children: Html,
    /// Names the act: the button.
    pub(crate) act: AttrValue,
    /// What it does hurts.
    #[prop_or_default]
    pub(crate) danger: bool,
    pub(crate) sender: Sender,
    pub(crate) onact: Callback<()>,
    pub(crate) onclose: Callback<()>,
    /// The button's `data-test` name.
    pub(crate) test: &'static str,
}

/// The dialog.
#[component]
pub(crate) fn Before(props: &BeforeProps) -> Html {
    let onsubmit = {
        let onact = props.onact.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            onact.emit(());
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <Dialog labelled="before-title" onclose={props.onclose.clone()}>
            <h2 id="before-title">{ &props.title }</h2>
            <form class="stack" {onsubmit} novalidate=true>
                <ul class="steps" data-test="before">{ for props.points.iter().map(point) }</ul>
                { props.children.clone() }
                if let Some(refusal) = props.sender.refusal() { <RefusalNote {refusal} /> }
                <div class="buttons">
                    <button class="btn" type="button" onclick={close} data-first="" data-test="not-now">{ "Not now" }</button>
                    <button class={classes!("btn", if props.danger { "danger" } else { "primary" })} type="submit"
                        disabled={props.sender.busy()} data-test={props.test}>{ &props.act }</button>
                </div>
            </form>
        </Dialog>
    }
}

fn point(point: &Point) -> Html {
    let (class, icon, lead, words) = match point {
        Point::Happens(words) => ("", "right", "What happens: ", words),
        Point::Stays(words) => ("done", "check", "What stays: ", words),
        Point::Forever(words) => ("forever", "warn", "For good: ", words),
    };
    let flip = if icon == "right" { "flip" } else { "" };
    html! { <li {class}><Icon name={icon} class={flip} /><p><span class="sr">{ lead }</span>{ words }</p></li> }
}
