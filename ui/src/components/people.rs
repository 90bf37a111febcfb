//! Who, when, where: the small parts of every head and foot.

use super::{Icon, Seal, ShareMark};
use crate::{
    browser,
    hooks::use_store,
    state::Route,
    text::{share as words, short_id, when::Day},
};
use api::view::{EntryHead, Share};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct AuthorProps {
    pub(crate) member: AttrValue,
    pub(crate) handle: AttrValue,
    /// Leads to the member's page in this chapter, where their six words are.
    #[prop_or_default]
    pub(crate) chapter: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) size: &'static str,
}

/// A member's seal and handle.
#[component]
pub(crate) fn Author(props: &AuthorProps) -> Html {
    let inside = html! { <><Seal member={props.member.clone()} size={props.size} /><span><bdi>{ &props.handle }</bdi></span></> };
    match &props.chapter {
        Some(chapter) => {
            let href = Route::Member(chapter.to_string(), props.member.to_string()).href();
            html! { <a class="author" {href}>{ inside }</a> }
        }
        None => html! { <span class="author">{ inside }</span> },
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TagProps {
    /// `ok`, `wait`, `stop`, `accent` or nothing.
    #[prop_or_default]
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) children: Html,
}

/// A state in a word or two.
#[component]
pub(crate) fn Tag(props: &TagProps) -> Html {
    html! { <span class={classes!("tag", props.class)}><Icon name={props.icon} />{ props.children.clone() }</span> }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ShareProps {
    pub(crate) share: Share,
    /// The whole sentence, not the short form.
    #[prop_or_default]
    pub(crate) long: bool,
}

/// Where a thing is: the mark and the words, always together.
#[component]
pub(crate) fn ShareState(props: &ShareProps) -> Html {
    let connected = use_store().connected();
    let text = if props.long { words::sentence(props.share, connected) } else { words::short(props.share, connected) };
    html! {
        <span class={classes!("state", words::tone(props.share, connected).class())} data-test="share">
            <ShareMark wedges={words::wedges(props.share)} />{ text }
        </span>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct WhenProps {
    pub(crate) time: AttrValue,
    /// Day and clock, not "2 hours ago".
    #[prop_or_default]
    pub(crate) full: bool,
}

/// A time in words.
#[component]
pub(crate) fn When(props: &WhenProps) -> Html {
    // Drawn anew every minute.
    use_store();
    let words = browser::local(&props.time).map_or_else(
        || props.time.to_string(),
        |t| if props.full { t.full(browser::now()) } else { t.ago(browser::now()) },
    );
    html! { <time datetime={props.time.clone()}>{ words }</time> }
}

#[derive(Properties, PartialEq)]
pub(crate) struct DateTileProps {
    pub(crate) date: Day,
    #[prop_or_default]
    pub(crate) accent: bool,
}

/// A day as a leaf of a calendar; the words stand beside it.
#[component]
pub(crate) fn DateTile(props: &DateTileProps) -> Html {
    html! {
        <span class={classes!("datetile", props.accent.then_some("today"))} aria-hidden="true">
            <b>{ props.date.day }</b><span>{ props.date.short_month() }</span>
        </span>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SignatureProps {
    pub(crate) head: EntryHead,
    /// `post`, `minutes`, `vote`, `motion`.
    pub(crate) what: AttrValue,
}

/// What becomes of it next.
fn way(share: Share, connected: bool, silent: bool) -> String {
    match share.of.saturating_sub(share.have) {
        0 if share.have > 1 => "Everyone has it.".to_owned(),
        _ if share.have <= 1 && share.of <= 1 => "There is no other device in the chapter yet.".to_owned(),
        _ if silent => {
            "The others do not answer this computer. It may reach nobody: ask one of the members.".to_owned()
        }
        _ if share.have <= 1 && connected => "It is on its way to the devices that are connected.".to_owned(),
        _ if share.have <= 1 => "It leaves as soon as a member’s computer can be reached.".to_owned(),
        1 => "1 device has not confirmed it yet.".to_owned(),
        n => format!("{n} devices have not confirmed it yet."),
    }
}

/// The card that says who has a thing, and that it is unchanged.
#[component]
pub(crate) fn Signature(props: &SignatureProps) -> Html {
    let store = use_store();
    let (connected, head) = (store.connected(), &props.head);
    let reading = head.early || store.reading_only(&head.chapter);
    let silent = store.silent(&head.chapter);
    let connected = connected || silent;
    let more = way(head.share, connected, silent);
    html! {
        <section class="card stack" aria-labelledby="who-has">
            <h2 class="sr" id="who-has">{ format!("Who has {}", if props.what == "minutes" { "these minutes".to_owned() } else { format!("this {}", props.what) }) }</h2>
            if !reading {
                <div class={classes!("line", "nowrap", "has", words::tone(head.share, connected).class())} data-test="share-card">
                    <ShareMark wedges={words::wedges(head.share)} />
                    <div><b>{ words::sentence(head.share, connected) }</b><p class="meta">{ more }</p></div>
                </div>
            }
            if head.early {
                <div class="note"><Icon name="clock" /><p>{ "Its signature is in order. Whether its author may write here is checked when the rest has come." }</p></div>
            } else {
            <div class="note ok">
                <Icon name="checked" />
                <p>{ "Signed by " }<bdi>{ &head.author.handle }</bdi>{ " and unchanged since. Checked on this computer." }</p>
            </div>
            }
            <details>
                <summary class="textbtn"><Icon name="right" class="sm flip" />{ "Signature details" }</summary>
                <p class="meta mt2">{ format!("Entry {}, signed on device {}.", short_id(&head.entry), short_id(&head.device)) }</p>
            </details>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_on_its_way_to_those_who_do_not_answer() {
        let share = |have, of| Share { have, of };
        assert!(way(share(1, 4), true, false).contains("on its way"));
        assert!(way(share(1, 4), false, false).contains("as soon as"));
        for have in [1, 2] {
            assert!(way(share(have, 4), true, true).contains("may reach nobody"));
        }
        assert_eq!(way(share(4, 4), true, true), "Everyone has it.");
        assert!(way(share(1, 1), false, true).contains("no other device"));
    }
}
