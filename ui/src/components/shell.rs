//! The window around every page: sidebar, top bar and bottom bar, the page itself, what lies over it.

use super::{
    Badge, Copied, Icon, InviteDialog, KeysDialog, Mark, Palette, ProgressNote, Seal, ShareMark, Toasts, Warnings,
};
use crate::{
    browser,
    hooks::{Store, use_sender, use_store},
    state::{Action, Overlay, Route, SyncPill, SyncTone, Tab, sync_pill},
};
use api::{
    Command,
    view::{ChapterSummary, Tier},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ShellProps {
    pub(crate) children: Html,
}

/// A level in words.
pub(crate) fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Local => "Local chapter",
        Tier::Regional => "Regional",
        Tier::National => "National",
        Tier::International => "International",
    }
}

fn current(on: bool) -> Option<&'static str> {
    on.then_some("page")
}

/// The shell.
#[component]
pub(crate) fn Shell(props: &ShellProps) -> Html {
    let store = use_store();
    let pill = sync_pill(&store);
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        browser::focus("#main");
    });
    html! {
        <>
            <a class="skip" href="#main" onclick={skip}>{ "Skip to the page" }</a>
            <div class="app">
                <Sidebar />
                <div class="page">
                    { top_bar(&store, &pill) }
                    <main id="main" tabindex="-1" class="page-in">
                        <Above />
                        { props.children.clone() }
                    </main>
                    { tab_bar(&store) }
                </div>
            </div>
            <Toasts />
            { match &store.overlay {
                Some(Overlay::Palette) => html! { <Palette /> },
                Some(Overlay::Keys) => html! { <KeysDialog /> },
                Some(Overlay::Invite(chapter)) => html! { <InviteDialog chapter={chapter.clone()} /> },
                // It stands over every door, so the root shows it.
                Some(Overlay::Wipe) | None => Html::default(),
            } }
        </>
    }
}

/// What has to be seen on every page: warnings, and how far the fetching is.
#[component]
fn Above() -> Html {
    let store = use_store();
    if store.warnings.is_empty() && store.progress.is_empty() && !store.copied {
        return Html::default();
    }
    html! {
        <div class="stack tight above">
            <Copied />
            <Warnings />
            { for store.progress.iter().map(|(id, p)| {
                let name = store.chapter(id).map_or_else(|| "a chapter".to_owned(), |c| c.name.clone());
                html! { <ProgressNote fetched={p.fetched} left={p.left} chapter={name} arriving={store.arriving(id)} /> }
            }) }
        </div>
    }
}

#[component]
fn Sidebar() -> Html {
    let store = use_store();
    let route = &store.route;
    let waiting = store.waiting_votes();
    let (joined, joining): (Vec<_>, Vec<_>) =
        store.chapters.iter().flatten().cloned().partition(|c: &ChapterSummary| !c.joining);
    html! {
        <nav class="sidebar" aria-label="Main">
            <div class="brand"><Mark />{ "Chapterhouse" }</div>
            { finder(&store) }
            <div class="side-scroll">
                <ul class="nav">
                    <li><a href={Route::Home.href()} aria-current={current(*route == Route::Home)} data-test="nav-home"><Icon name="home" /><span class="grow">{ "Front page" }</span></a></li>
                    <li><a href={Route::Votes.href()} aria-current={current(*route == Route::Votes)} data-test="nav-votes"><Icon name="vote" /><span class="grow">{ "Votes" }</span>
                        if waiting > 0 { <span class="count">{ waiting }<span class="sr">{ " waiting for you" }</span></span> }
                    </a></li>
                </ul>
                <h2 class="side-head">{ "Your branches" }</h2>
                <ul class="nav">
                    { for joined.iter().map(|c| chapter_link(&store, c)) }
                    { for joining.iter().map(|c| html! {
                        <li key={c.chapter.clone()}><a href={Route::Join.href()}><Badge chapter={c.chapter.clone()} name={c.name.clone()} />
                            <span class="grow">{ joining_name(c) }<span class="sub">{ joining_words(&store, c) }</span></span></a></li>
                    }) }
                    <li><a href={Route::Start.href()} aria-current={current(matches!(route, Route::Start | Route::Found | Route::Join))} data-test="nav-start"><Icon name="plus" /><span class="grow">{ "Join or start a chapter" }</span></a></li>
                </ul>
            </div>
            <div class="side-foot"><SyncLink /><MeLine /></div>
        </nav>
    }
}

/// What a chapter is called of which nothing is here, perhaps not even its name.
fn joining_name(c: &ChapterSummary) -> &str {
    if c.name.is_empty() { "A chapter of yours" } else { &c.name }
}

/// How far the joining of a chapter is.
fn joining_words(store: &Store, c: &ChapterSummary) -> String {
    if c.lost {
        return "Lost here, being fetched again".to_owned();
    }
    match store.joining.get(&c.chapter).map(|j| (&j.terms, j.words)) {
        Some((Some(_), _)) => "Asks you something".to_owned(),
        Some((None, Some((have, need)))) => format!("{have} of {need} gave their word"),
        _ => "Looking for members".to_owned(),
    }
}

fn finder(store: &Store) -> Html {
    let store = store.clone();
    let open = Callback::from(move |_| store.dispatch(Action::Show(Overlay::Palette)));
    html! {
        <button class="finder" type="button" onclick={open} aria-haspopup="dialog" data-test="finder">
            <Icon name="search" /><span class="grow">{ "Search or go to" }</span><kbd>{ "Ctrl K" }</kbd>
        </button>
    }
}

fn chapter_link(store: &Store, c: &ChapterSummary) -> Html {
    let here = store.looking_at() == Some(&c.chapter);
    let waiting =
        if c.reading_only || c.arriving { 0 } else { c.waiting_polls + c.waiting_motions + c.waiting_requests };
    html! {
        <li key={c.chapter.clone()}>
            <a href={Route::front(c.chapter.clone()).href()} aria-current={current(here)} data-test="nav-chapter" data-chapter={c.name.clone()}>
                <Badge chapter={c.chapter.clone()} name={c.name.clone()} />
                <span class="grow">{ &c.name }<span class="sub">{ below(store, c) }</span></span>
                if waiting > 0 { <span class="count" data-test="chapter-waiting">{ waiting }<span class="sr">{ if waiting == 1 { " thing waits for you" } else { " things wait for you" } }</span></span> }
            </a>
        </li>
    }
}

/// What stands below a chapter's name.
fn below(store: &Store, c: &ChapterSummary) -> String {
    match c {
        c if c.arriving => "Arriving".to_owned(),
        c if c.rejoining => match store.joining.get(&c.chapter).map(|j| (&j.terms, j.words)) {
            Some((Some(_), _) | (None, Some(_))) => joining_words(store, c),
            _ => "You ask to join again".to_owned(),
        },
        c if c.reading_only => "Reading only".to_owned(),
        c => tier_words(c.tier).to_owned(),
    }
}

fn pill_class(pill: &SyncPill) -> Option<&'static str> {
    (pill.tone == SyncTone::Waiting).then_some("is-wait")
}

/// The two lines that lead to Network.
#[component]
fn SyncLink() -> Html {
    let store = use_store();
    let pill = sync_pill(&store);
    html! {
        <a class={classes!("sync", pill_class(&pill))} href={Route::Network.href()} aria-current={current(store.route == Route::Network)} data-test="sync">
            <ShareMark wedges={pill.wedges} />
            <span><b>{ pill.title }</b><span class="sub">{ pill.sub }</span></span>
        </a>
    }
}

#[component]
fn MeLine() -> Html {
    let store = use_store();
    let sender = use_sender();
    let lock = {
        let store = store.clone();
        Callback::from(move |_| {
            let store = store.clone();
            sender.send(Command::Lock, move |_| store.dispatch(Action::Locked));
        })
    };
    let settings = Route::Settings.href();
    html! {
        <div class="me">
            if let Some(me) = &store.me {
                <Seal member={me.member.clone()} /><a class="grow title author" href={settings.clone()} data-test="me">{ &me.handle }</a>
            }
            <a class="btn icon-only small ghost" href={settings} aria-label="Settings" title="Settings" data-test="nav-settings"><Icon name="settings" /></a>
            <button class="btn icon-only small ghost" type="button" onclick={lock} aria-label="Lock now" title="Lock now" data-test="lock"><Icon name="lock" /></button>
        </div>
    }
}

/// The narrow window's head: where you are, search, the sync mark.
fn top_bar(store: &Store, pill: &SyncPill) -> Html {
    let here = store.here().and_then(|id| store.chapter(&id).cloned());
    let open = {
        let store = store.clone();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Show(Overlay::Palette)))
    };
    html! {
        <header class="topbar">
            <button class="switcher" type="button" aria-haspopup="dialog" onclick={open.clone()}>
                if let Some(c) = &here { <Badge chapter={c.chapter.clone()} name={c.name.clone()} /><span>{ &c.name }</span> }
                else { <Mark /><span>{ "Chapterhouse" }</span> }
                <Icon name="down" class="sm" /><span class="sr">{ "Switch branch" }</span>
            </button>
            <span class="push" />
            <button class="btn icon-only ghost" type="button" aria-label="Search" onclick={open}><Icon name="search" /></button>
            <a class={classes!("btn", "icon-only", "ghost", pill_class(pill))} href={Route::Network.href()} aria-label={format!("{}, {}", pill.title, pill.sub)}>
                <ShareMark wedges={pill.wedges} />
            </a>
        </header>
    }
}

/// Under which of the places below a page is found.
fn place(route: &Route) -> Route {
    match route {
        Route::Found | Route::Join => Route::Start,
        Route::Devices | Route::Pairing => Route::Settings,
        Route::Member(chapter, _) | Route::Request(chapter, _) | Route::Profile(chapter) => {
            Route::Chapter(chapter.clone(), Tab::Members)
        }
        other => other.clone(),
    }
}

/// The narrow window's foot: five places.
fn tab_bar(store: &Store) -> Html {
    let route = &store.route;
    let members = match store.here() {
        Some(id) => ("people", "Members", Route::Chapter(id, Tab::Members)),
        None => ("plus", "Join", Route::Start),
    };
    let places = [
        ("home", "Front page", Route::Home),
        ("vote", "Votes", Route::Votes),
        members,
        ("network", "Network", Route::Network),
        ("settings", "Settings", Route::Settings),
    ];
    html! {
        <nav class="tabbar" aria-label="Sections">
            { for places.into_iter().map(|(icon, words, to)| html! {
                <a href={to.href()} aria-current={current(place(route) == to)}><Icon name={icon} /><span>{ words }</span></a>
            }) }
        </nav>
    }
}
