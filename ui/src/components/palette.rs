//! Search and go: pages, chapters, members and titles that are on this computer. Nothing is sent.

use super::{
    Dialog, Icon,
    item::{kind_words, to},
};
use crate::{
    browser,
    hooks::{use_ask, use_store},
    state::{Action, Route, State, Tab, Writing},
};
use api::{
    Command, Id, Reply,
    view::{FeedItem, MemberView},
};
use std::collections::BTreeMap;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Titles that are looked through, newest first.
const TITLES: usize = 500;
/// Chapters whose members are looked through.
const CHAPTERS: usize = 8;
/// Hits of each group.
const HITS: usize = 7;

struct Hit {
    group: &'static str,
    icon: &'static str,
    words: String,
    beside: String,
    route: Route,
}

/// The combobox with its list.
#[component]
pub(crate) fn Palette() -> Html {
    let store = use_store();
    let query = use_state(String::new);
    let at = use_state(|| 0_usize);
    let feed = use_ask(Some(Command::Feed { chapter: None, kind: None, limit: TITLES, after: None }), 0);
    let titles = match &feed.reply {
        Some(Reply::Feed(items)) => items.as_slice(),
        _ => &[],
    };
    // Each chapter's members, gathered as the answers come.
    let gathered = use_mut_ref(BTreeMap::<Id, Vec<MemberView>>::new);
    let redraw = use_force_update();
    let onmembers = {
        let gathered = gathered.clone();
        Callback::from(move |(chapter, members): (Id, Vec<MemberView>)| {
            gathered.borrow_mut().insert(chapter, members);
            redraw.force_update();
        })
    };
    let hits = hits(&store, titles, &gathered.borrow(), &query);
    let chosen = (*at).min(hits.len().saturating_sub(1));
    let onclose = {
        let store = store.clone();
        Callback::from(move |()| store.dispatch(Action::Hide))
    };
    let oninput = {
        let (query, at) = (query.clone(), at.clone());
        Callback::from(move |event: InputEvent| {
            query.set(event.target_unchecked_into::<HtmlInputElement>().value());
            at.set(0);
        })
    };
    let onkeydown = {
        let (at, store, count) = (at.clone(), store.clone(), hits.len());
        let target = hits.get(chosen).map(|h| h.route.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" if count > 0 => at.set((chosen + 1) % count),
                "ArrowUp" if count > 0 => at.set((chosen + count - 1) % count),
                "Home" => at.set(0),
                "End" => at.set(count.saturating_sub(1)),
                "Enter" => {
                    if let Some(route) = &target {
                        store.dispatch(Action::Hide);
                        browser::go(&route.href());
                    }
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let mut groups: Vec<(&'static str, Vec<(usize, &Hit)>)> = Vec::new();
    for (index, hit) in hits.iter().enumerate() {
        match groups.last_mut() {
            Some((group, list)) if *group == hit.group => list.push((index, hit)),
            _ => groups.push((hit.group, vec![(index, hit)])),
        }
    }
    let go = |route: &Route| {
        let (store, href) = (store.clone(), route.href());
        Callback::from(move |_: MouseEvent| {
            store.dispatch(Action::Hide);
            browser::go(&href);
        })
    };
    html! {
        <Dialog labelled="palette-title" class="palette" {onclose}>
            if !query.trim().is_empty() {
                { for store.joined().take(CHAPTERS).map(|c| html! { <Gather key={c.chapter.clone()} chapter={c.chapter.clone()} onmembers={onmembers.clone()} /> }) }
            }
            <h2 class="sr" id="palette-title">{ "Search and go" }</h2>
            <div class="find">
                <Icon name="search" />
                <input aria-label="Search or go to" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                    aria-activedescendant={(!hits.is_empty()).then(|| format!("hit-{chosen}"))} data-first="" data-test="palette-input"
                    autocomplete="off" spellcheck="false" value={(*query).clone()} {oninput} {onkeydown} />
                <kbd>{ "Esc" }</kbd>
            </div>
            <div role="listbox" id="palette-list" aria-label="Results" class="palette-list">
                { for groups.iter().map(|(group, list)| html! {
                    <div role="group" aria-label={*group}>
                        <p class="group" aria-hidden="true">{ *group }</p>
                        { for list.iter().map(|(index, hit)| html! {
                            <div role="option" id={format!("hit-{index}")} aria-selected={(*index == chosen).to_string()} onclick={go(&hit.route)} data-test="palette-hit">
                                <Icon name={hit.icon} /><span class="grow">{ &hit.words }</span><span class="meta">{ &hit.beside }</span>
                            </div>
                        }) }
                    </div>
                }) }
                if hits.is_empty() { <p class="group">{ "Nothing on this computer is called like this" }</p> }
            </div>
            <div class="keys meta"><span><kbd>{ "↑" }</kbd>{ " " }<kbd>{ "↓" }</kbd>{ " move" }</span><span><kbd>{ "Enter" }</kbd>{ " open" }</span></div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct GatherProps {
    chapter: Id,
    onmembers: Callback<(Id, Vec<MemberView>)>,
}

/// Asks for a chapter's members, and hands them up.
#[component]
fn Gather(props: &GatherProps) -> Html {
    let asked = use_ask(Some(Command::Members { chapter: props.chapter.clone() }), 0);
    let members = match asked.reply {
        Some(Reply::Members(members)) => Some(members),
        _ => None,
    };
    let (chapter, onmembers) = (props.chapter.clone(), props.onmembers.clone());
    use_effect_with(members, move |members| {
        if let Some(members) = members {
            onmembers.emit((chapter, members.clone()));
        }
    });
    Html::default()
}

fn hits(state: &State, titles: &[FeedItem], members: &BTreeMap<Id, Vec<MemberView>>, query: &str) -> Vec<Hit> {
    let query = query.trim().to_lowercase();
    let fits = |words: &str| {
        let words = words.to_lowercase();
        query.split_whitespace().all(|part| words.contains(part))
    };
    let pages = [
        ("home", "Front page", Route::Home),
        ("vote", "Votes", Route::Votes),
        ("network", "Network", Route::Network),
        ("settings", "Settings", Route::Settings),
        ("laptop", "Your devices", Route::Devices),
        ("edit", "Write a post", Route::Write(state.here(), Writing::Post)),
        ("minutes", "Write minutes", Route::Write(state.here(), Writing::Minutes)),
        ("vote", "Open a vote", Route::Write(state.here(), Writing::Vote)),
        ("join", "Join a chapter", Route::Join),
        ("plus", "Found a chapter", Route::Found),
    ];
    let chapters = state.joined().filter(|c| fits(&c.name)).take(HITS).map(|c| Hit {
        group: "Chapters",
        icon: "people",
        words: c.name.clone(),
        beside: c.place.clone(),
        route: Route::Chapter(c.chapter.clone(), Tab::Front),
    });
    let pages = pages.into_iter().filter(|(_, words, _)| fits(words)).take(HITS).map(|(icon, words, route)| Hit {
        group: "Pages",
        icon,
        words: words.to_owned(),
        beside: String::new(),
        route,
    });
    // Two whose names look alike are told apart here, too.
    let name =
        |m: &MemberView| m.apart.as_ref().map_or_else(|| m.handle.clone(), |words| format!("{} ({words})", m.handle));
    let people = state.joined().filter_map(|c| Some((c, members.get(&c.chapter)?)));
    let people = people.flat_map(|(c, list)| list.iter().map(move |m| (c, m)));
    let people = people.filter(|(_, m)| !query.is_empty() && fits(&m.handle)).take(HITS).map(|(c, m)| Hit {
        group: "Members",
        icon: "usercheck",
        words: name(m),
        beside: c.name.clone(),
        route: Route::Member(c.chapter.clone(), m.member.clone()),
    });
    // The title of what somebody wrote whom this member hides stays folded here, too.
    let titles = titles.iter().filter(|t| !query.is_empty() && !t.blocked && fits(&t.title)).take(HITS).map(|t| Hit {
        group: "Posts, minutes and votes",
        icon: kind_words(&t.kind).0,
        words: t.title.clone(),
        beside: t.chapter_name.clone(),
        route: to(t),
    });
    people.chain(titles).chain(chapters).chain(pages).collect()
}
