//! A dialog over the page. The web view keeps the keyboard inside it and gives it back afterwards.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct DialogProps {
    /// Names it for those who do not see it: the id of its title.
    pub(crate) labelled: AttrValue,
    #[prop_or_default]
    pub(crate) class: &'static str,
    pub(crate) onclose: Callback<()>,
    pub(crate) children: Html,
}

/// Opens with the component and closes with it, with Escape, or with a click beside it.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                dialog.show_modal().ok();
                // `autofocus` works only when a page is loaded; the safe button or first field is named by the content.
                if let Ok(Some(first)) = dialog.query_selector("[data-first]")
                    && let Ok(first) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(first)
                {
                    first.focus().ok();
                }
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let oncancel = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            onclose.emit(());
        })
    };
    let onclick = {
        let (node, onclose) = (node.clone(), props.onclose.clone());
        Callback::from(move |event: MouseEvent| {
            let dialog = node.cast::<web_sys::Element>();
            if dialog.is_some() && event.target_dyn_into::<web_sys::Element>() == dialog && beside(&event) {
                onclose.emit(());
            }
        })
    };
    html! {
        <dialog ref={node} class={classes!("dialog", props.class)} aria-labelledby={props.labelled.clone()} {oncancel} {onclick}>
            { props.children.clone() }
        </dialog>
    }
}

/// A click on the dialog itself is beside it only when it is outside its box (its padding belongs to it).
fn beside(event: &MouseEvent) -> bool {
    let Some(target) = event.target_dyn_into::<web_sys::Element>() else { return false };
    let rect = target.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    x < rect.left() || x > rect.right() || y < rect.top() || y > rect.bottom()
}
