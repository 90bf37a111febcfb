//! Icon, the house's mark, share mark, seal, badge, plan. Pictures help memory; words stand beside each.

use crate::text::{draw, letters};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct IconProps {
    pub(crate) name: &'static str,
    /// `sm`, `lg`, `flip`.
    #[prop_or_default]
    pub(crate) class: &'static str,
}

/// One of the icons in index.html.
#[component]
pub(crate) fn Icon(props: &IconProps) -> Html {
    html! {
        <svg class={classes!("icon", props.class)} viewBox="0 0 24 24" aria-hidden="true">
            <use href={format!("#i-{}", props.name)} />
        </svg>
    }
}

/// The house.
#[component]
pub(crate) fn Mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <polygon points={draw::octagon(16.0, 14.6)} />
            <path d={draw::ribs(16.0, 4.2, 14.6)} />
            <circle cx="16" cy="16" r="4.2" />
        </svg>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ShareMarkProps {
    pub(crate) wedges: usize,
}

/// Eight wedges. Its colour comes from the class of what it stands in.
#[component]
pub(crate) fn ShareMark(props: &ShareMarkProps) -> Html {
    let (on, off) = draw::share_mark(props.wedges);
    html! {
        <svg class="share" viewBox="0 0 32 32" aria-hidden="true">
            <path class="on" d={on} />
            if !off.is_empty() { <path class="off" d={off} /> }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SealProps {
    /// The member's id.
    pub(crate) member: AttrValue,
    /// `md`, `lg` or nothing.
    #[prop_or_default]
    pub(crate) size: &'static str,
}

/// A person.
#[component]
pub(crate) fn Seal(props: &SealProps) -> Html {
    let (path, tint) = draw::seal(&props.member);
    html! {
        <svg class={classes!("seal", format!("t{tint}"), props.size)} viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="16" cy="16" r="16" />
            <path d={path} />
        </svg>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct BadgeProps {
    /// The chapter's id.
    pub(crate) chapter: AttrValue,
    pub(crate) name: AttrValue,
    #[prop_or_default]
    pub(crate) size: &'static str,
}

/// A branch.
#[component]
pub(crate) fn Badge(props: &BadgeProps) -> Html {
    let tint = draw::badge_tint(&props.chapter);
    html! {
        <svg class={classes!("badge", format!("t{tint}"), props.size)} viewBox="0 0 32 32" aria-hidden="true">
            <polygon points={draw::octagon(16.0, 15.6)} />
            <text x="16" y="20.3">{ letters(&props.name) }</text>
        </svg>
    }
}

/// An empty room, for where nothing is yet.
#[component]
pub(crate) fn EmptyArt() -> Html {
    html! {
        <svg class="art" viewBox="0 0 32 32" aria-hidden="true">
            { for [14.6, 9.0, 3.4].map(|r| html! { <polygon points={draw::octagon(16.0, r)} /> }) }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct PlanProps {
    /// Hollow seats: the house is locked.
    #[prop_or_default]
    pub(crate) closed: bool,
}

/// The plan of a round room.
#[component]
pub(crate) fn Plan(props: &PlanProps) -> Html {
    // A room is never quite full, and one seat is somebody's who has just come in.
    let seat = |n: usize| match n {
        _ if props.closed => "seat",
        4 | 17 | 22 | 29 => "seat o",
        9 => "seat b",
        _ => "seat",
    };
    html! {
        <svg class={classes!("plan", props.closed.then_some("closed"))} viewBox="0 0 200 200" aria-hidden="true">
            <polygon class="floor" points={draw::octagon(100.0, 97.0)} />
            <polygon class="thin" points={draw::octagon(100.0, 92.0)} />
            <polygon class="star" points={draw::star()} />
            <polygon points={draw::octagon(100.0, 66.0)} />
            <polygon class="thin" points={draw::octagon(100.0, 37.0)} />
            <polygon points={draw::octagon(100.0, 11.0)} />
            <path d={draw::ribs(100.0, 11.0, 97.0)} />
            <path class="thin" d={draw::star_lines()} />
            <circle cx="100" cy="100" r="4.5" />
            { for draw::seats().into_iter().enumerate().map(|(n, (x, y))| html! {
                <circle class={seat(n)} cx={format!("{x:.2}")} cy={format!("{y:.2}")} r="3.1" />
            }) }
        </svg>
    }
}
