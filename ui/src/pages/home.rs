//! The front page of all chapters: what waits for you, then what is new.

use super::waiting::WaitingRows;
use crate::{
    browser,
    components::{Answer, Badge, Bar, DateTile, Empty, Icon, Item, PageHead, SecHead, Tag, withheld},
    hooks::{use_ask, use_store},
    state::{Route, Tab, Writing},
    text::{count, when::Day},
};
use api::{
    Command, Id, Reply,
    view::{ChapterPage, FeedItem, PollState},
};
use std::collections::BTreeMap;
use yew::prelude::*;

/// Items of one step of the feed.
pub(super) const STEP: usize = 20;
/// Open votes are found among so many latest ones.
const VOTES: usize = 100;
/// Chapters whose own pages are looked into.
const CHAPTERS: usize = 8;
/// Kinds that a feed can be narrowed to.
pub(super) const KINDS: [(&str, &str); 7] = [
    ("", "Everything"),
    ("news", "News"),
    ("blog", "Blog"),
    ("discussion", "Discussions"),
    ("minutes", "Minutes"),
    ("poll", "Votes"),
    ("motion", "Motions"),
];

/// The front page.
#[component]
pub(crate) fn Home() -> Html {
    let store = use_store();
    let kind = use_state(|| "");
    let steps = use_state(|| 1_usize);
    let revision = store.revision_of_all();
    let wanted = (!kind.is_empty()).then(|| (*kind).to_owned());
    let feed =
        use_ask(Some(Command::Feed { chapter: None, kind: wanted, limit: STEP * *steps, after: None }), revision);
    let polls = use_ask(
        Some(Command::Feed { chapter: None, kind: Some("poll".to_owned()), limit: VOTES, after: None }),
        revision,
    );
    // Each chapter's page, gathered as the answers come.
    let gathered = use_mut_ref(BTreeMap::<Id, ChapterPage>::new);
    let redraw = use_force_update();
    let onpage = {
        let gathered = gathered.clone();
        Callback::from(move |page: ChapterPage| {
            gathered.borrow_mut().insert(page.summary.chapter.clone(), page);
            redraw.force_update();
        })
    };
    if store.chapters.is_some() && store.joined().next().is_none() {
        return nothing_yet(&store);
    }
    let pages: Vec<ChapterPage> = store
        .joined()
        .filter_map(|c| gathered.borrow().get(&c.chapter).cloned())
        .filter(|p| p.ended.is_none())
        .collect();
    let handle = store.me.as_ref().map(|m| m.handle.clone()).unwrap_or_default();
    let polls = items(&polls.reply).to_vec();
    let mut waiting: Vec<&FeedItem> = polls.iter().filter(|i| i.poll.as_ref().is_some_and(|p| p.waiting)).collect();
    // What closes first stands above.
    waiting.sort_by_key(|i| i.poll.as_ref().map(|p| p.closes.clone()));
    let mut open: Vec<FeedItem> =
        polls.iter().filter(|i| i.poll.as_ref().is_some_and(|p| p.state == PollState::Open)).cloned().collect();
    open.sort_by_key(|i| i.poll.as_ref().map(|p| p.closes.clone()));
    let several = store.joined().count() > 1;
    let sub = match store.joined().collect::<Vec<_>>().as_slice() {
        [one] if one.arriving => format!("{} is arriving on this computer", one.name),
        [one] => format!("{}, {}", one.name, count(one.members as u64, "member", "members")),
        all => format!("What is new in your {} chapters", all.len()),
    };
    // Whoever is in no chapter any more has none to write in.
    let actions = if store.writable().next().is_some() {
        html! { <a class="btn" href={Route::Write(store.here(), Writing::Post).href()} data-test="write"><Icon name="edit" class="sm" />{ "Write" }</a> }
    } else {
        Html::default()
    };
    let news = items(&feed.reply);
    let more: usize = pages.iter().map(|p| p.summary.waiting_requests + p.summary.waiting_motions).sum();
    html! {
        <>
            <PageHead title="Front page" {actions}><p class="sub">{ sub }</p></PageHead>
            { for store.joined().take(CHAPTERS).map(|c| html! { <Watch key={c.chapter.clone()} chapter={c.chapter.clone()} onpage={onpage.clone()} /> }) }
            <div class="cols">
                <div class="stack loose">
                    if !waiting.is_empty() || more > 0 {
                        <section aria-labelledby="you" data-test="waiting">
                            <SecHead id="you" title="Waiting for you" />
                            <ul class="card flush rows tight you">
                                { for waiting.iter().map(|i| waiting_row(i)) }
                                { for pages.iter().map(|page| html! { <WaitingRows key={page.summary.chapter.clone()} page={page.clone()} with_chapter={several} /> }) }
                            </ul>
                        </section>
                    }
                    <section class="stack" aria-labelledby="latest">
                        <h2 class="h3" id="latest">{ "Latest" }</h2>
                        { chips(&kind, &steps) }
                        <Answer asked={feed.clone()}>
                            { feed_card(news, several, kind.is_empty(), STEP * *steps, &steps) }
                            if news.len() < STEP * *steps { { for store.joined().map(withheld) } }
                        </Answer>
                    </section>
                </div>
                <aside class="rail stack loose" aria-label="At a glance">
                    if !open.is_empty() { <OpenVotes {open} /> }
                    { for pages.iter().map(|page| html! { <>{ next_meeting(page) }{ my_actions(page, &handle) }</> }) }
                    if several { { your_chapters(&store) } }
                </aside>
            </div>
        </>
    }
}

pub(super) fn items(reply: &Option<Reply>) -> &[FeedItem] {
    match reply {
        Some(Reply::Feed(items)) => items,
        _ => &[],
    }
}

/// Kinds to narrow a feed to.
pub(super) fn chips(kind: &UseStateHandle<&'static str>, steps: &UseStateHandle<usize>) -> Html {
    html! {
        <div class="chips" role="group" aria-label="Show">
            { for KINDS.iter().map(|(slug, words)| {
                let pressed = **kind == *slug;
                let (kind, steps) = (kind.clone(), steps.clone());
                let choose = Callback::from(move |_| { kind.set(slug); steps.set(1); });
                html! { <button class="chip" type="button" aria-pressed={pressed.to_string()} onclick={choose}>{ *words }</button> }
            }) }
        </div>
    }
}

/// A feed in one card, with a button for more.
pub(super) fn feed_card(
    items: &[FeedItem],
    with_chapter: bool,
    lead: bool,
    asked: usize,
    steps: &UseStateHandle<usize>,
) -> Html {
    if items.is_empty() {
        return html! { <Empty title="Nothing here yet" text="What members write appears here as soon as it reaches this computer." /> };
    }
    let more = {
        let steps = steps.clone();
        Callback::from(move |_| steps.set(*steps + 1))
    };
    html! {
        <>
            <div class="card flush rows" data-test="feed">
                { for items.iter().enumerate().map(|(n, item)| html! {
                    <Item key={item.entry.clone()} item={item.clone()} lead={lead && n == 0} {with_chapter} />
                }) }
            </div>
            if items.len() >= asked { <div><button class="btn small" type="button" onclick={more} data-test="more">{ "Show more" }</button></div> }
        </>
    }
}

/// What a vote is called outside of the feed; what somebody wrote whom this member hides stays folded.
fn told(item: &FeedItem) -> String {
    if item.blocked { format!("A vote by {}, whom you hide", item.author) } else { item.title.clone() }
}

fn waiting_row(item: &FeedItem) -> Html {
    let href = Route::Entry(item.entry.clone()).href();
    let closes = item.poll.as_ref().and_then(|p| browser::local(&p.closes));
    let now = browser::now();
    let soon = closes.filter(|c| c.near(now));
    let when = closes.filter(|_| soon.is_none()).map_or_else(String::new, |c| format!("{}. ", c.closes(now)));
    let turnout = item.poll.as_ref().map_or_else(String::new, |p| format!("{} of {} voted", p.voters, p.roll));
    html! {
        <li class="row act" key={item.entry.clone()}>
            <Icon name="vote" />
            <div><a class="title" href={href.clone()}>{ told(item) }</a><p class="meta">{ format!("{}. {when}{turnout}", item.chapter_name) }</p>
                if let Some(soon) = soon { <p class="mt1" data-test="closes-soon"><Tag class="wait" icon="clock">{ soon.closes_in(now) }</Tag></p> }</div>
            <a class="btn primary small" {href} data-test="vote-now">{ "Vote" }<span class="sr">{ format!(" on {}", told(item)) }</span></a>
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct OpenVotesProps {
    open: Vec<FeedItem>,
}

#[component]
fn OpenVotes(props: &OpenVotesProps) -> Html {
    html! {
        <section aria-labelledby="open-votes">
            <SecHead id="open-votes" title="Open votes"><a href={Route::Votes.href()}>{ "All votes" }</a></SecHead>
            <div class="card flush rows tight">
                { for props.open.iter().take(4).filter_map(|i| i.poll.as_ref().map(|p| (i, p))).map(|(item, poll)| html! {
                    <div class="stack tight" key={item.entry.clone()}>
                        <a class="title" href={Route::Entry(item.entry.clone()).href()}><b>{ told(item) }</b></a>
                        <Bar part={poll.voters as u64} whole={poll.roll as u64} label={format!("{} of {} members have voted", poll.voters, poll.roll)} />
                        <p class="meta">{ format!("{} of {} voted. {}", poll.voters, poll.roll, browser::local(&poll.closes).map_or_else(String::new, |c| c.closes_in(browser::now()))) }</p>
                    </div>
                }) }
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct WatchProps {
    chapter: Id,
    onpage: Callback<ChapterPage>,
}

/// Asks for a chapter's page, and hands it up.
#[component]
fn Watch(props: &WatchProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::ShowChapter { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let page = match asked.reply {
        Some(Reply::ChapterPage(page)) => Some(page),
        _ => None,
    };
    let onpage = props.onpage.clone();
    use_effect_with(page, move |page| {
        if let Some(page) = page {
            onpage.emit((**page).clone());
        }
    });
    Html::default()
}

fn next_meeting(page: &ChapterPage) -> Html {
    let Some((next, day)) = page.next_meeting.as_ref().and_then(|n| Day::parse(&n.date).map(|d| (n, d))) else {
        return Html::default();
    };
    let today = browser::now().day;
    if day < today {
        return Html::default();
    }
    let who = if next.facilitator.is_empty() { String::new() } else { format!(", {} facilitates", next.facilitator) };
    html! {
        <section>
            <div class="sec-head"><h2>{ "Next meeting" }</h2></div>
            <div class="row"><DateTile date={day} accent=true /><div>
                <a class="title" href={Route::front(page.summary.chapter.clone()).href()}>{ &page.summary.name }</a>
                <p class="meta">{ format!("{}{who}", day.near(today)) }</p>
            </div></div>
        </section>
    }
}

fn my_actions(page: &ChapterPage, handle: &str) -> Html {
    let mine: Vec<_> = page.actions.iter().filter(|a| a.action.owner == handle).take(6).collect();
    if mine.is_empty() {
        return Html::default();
    }
    let today = browser::now().day;
    html! {
        <section>
            <div class="sec-head"><h2>{ format!("Your actions in {}", page.summary.name) }</h2></div>
            <ul class="stack">{ for mine.iter().map(|a| html! {
                <li class="row top"><Icon name="tasks" /><div><a class="title" href={Route::Entry(a.minutes.clone()).href()}>{ &a.action.what }</a>
                    if let Some(day) = Day::parse(&a.action.due) { <p class="meta">{ format!("Due {}", day.near(today)) }</p> }
                </div></li>
            }) }</ul>
        </section>
    }
}

fn your_chapters(store: &crate::hooks::Store) -> Html {
    html! {
        <section aria-labelledby="your-chapters">
            <SecHead id="your-chapters" title="Your chapters" />
            <ul class="stack">{ for store.joined().map(|c| html! {
                <li class="row" key={c.chapter.clone()}><Badge chapter={c.chapter.clone()} name={c.name.clone()} size="md" /><div>
                    <a class="title" href={Route::Chapter(c.chapter.clone(), Tab::Front).href()}>{ &c.name }</a>
                    <p class="meta">{ if c.arriving { "Arriving on this computer".to_owned() } else { count(c.members as u64, "member", "members") } }</p></div></li>
            }) }</ul>
        </section>
    }
}

fn nothing_yet(store: &crate::hooks::Store) -> Html {
    let looking = !store.joining.is_empty() || store.chapters.iter().flatten().any(|c| c.joining);
    html! {
        <>
            <PageHead title="Front page" />
            if looking {
                <Empty title="Looking for members of your chapter" text="Its posts, minutes and votes appear here as soon as a member’s computer is found.">
                    <a class="btn primary" href={Route::Join.href()}>{ "See how far it is" }</a>
                </Empty>
            } else {
                <Empty title="No chapter yet" text="Start one, or join one by an invitation. Its posts, minutes and votes are then kept here.">
                    <a class="btn primary" href={Route::Start.href()}>{ "Join or start a chapter" }</a>
                </Empty>
            }
        </>
    }
}
