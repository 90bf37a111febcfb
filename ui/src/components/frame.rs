//! Heads of pages and sections.

use crate::state::Route;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct CrumbsProps {
    /// Where you are: words and page, from the outside in.
    pub(crate) trail: Vec<(AttrValue, Route)>,
}

/// The way back up.
#[component]
pub(crate) fn Crumbs(props: &CrumbsProps) -> Html {
    html! {
        <nav aria-label="Where you are"><ol class="crumbs">
            { for props.trail.iter().map(|(words, route)| html! { <li><a href={route.href()}>{ words }</a></li> }) }
        </ol></nav>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct PageHeadProps {
    pub(crate) title: AttrValue,
    /// A badge before the title.
    #[prop_or_default]
    pub(crate) badge: Html,
    /// What stands above the title.
    #[prop_or_default]
    pub(crate) above: Html,
    /// What stands under it.
    #[prop_or_default]
    pub(crate) children: Html,
    #[prop_or_default]
    pub(crate) actions: Html,
}

/// The head of a page: its one h1.
#[component]
pub(crate) fn PageHead(props: &PageHeadProps) -> Html {
    html! {
        <header class="page-head">
            { props.badge.clone() }
            <div class="grow">
                { props.above.clone() }
                <h1 data-test="title">{ &props.title }</h1>
                { props.children.clone() }
            </div>
            if props.actions != Html::default() { <div class="actions">{ props.actions.clone() }</div> }
        </header>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SecHeadProps {
    pub(crate) id: &'static str,
    pub(crate) title: AttrValue,
    /// A link at the end.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// The head of a section.
#[component]
pub(crate) fn SecHead(props: &SecHeadProps) -> Html {
    html! { <div class="sec-head"><h2 id={props.id}>{ &props.title }</h2>{ props.children.clone() }</div> }
}
