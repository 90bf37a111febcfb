//! One chapter's page with its tabs.

use super::{
    home::{STEP, chips, feed_card, items},
    members::Members,
    motions::Motions,
    rules::Rules,
    waiting::ChapterWaiting,
};
use crate::{
    browser,
    components::{
        Answer, Badge, DateTile, Empty, Icon, Item, Meter, Note, NoteKind, PageHead, SecHead, Tag, Voided, tier_words,
        withheld,
    },
    hooks::{Store, use_ask, use_store},
    state::{Action, Overlay, Route, Tab, Writing},
    text::{apostrophes, count, when::Day},
};
use api::{
    Command, Id, Reply,
    view::{ChapterPage, FeedItem},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ChapterProps {
    pub(crate) chapter: Id,
    pub(crate) tab: Tab,
}

/// The chapter.
#[component]
pub(crate) fn Chapter(props: &ChapterProps) -> Html {
    let store = use_store();
    let revision = store.revision(&props.chapter);
    let asked = use_ask(Some(Command::ShowChapter { chapter: props.chapter.clone() }), revision);
    let page = match &asked.reply {
        Some(Reply::ChapterPage(page)) => Some((**page).clone()),
        _ => None,
    };
    use_effect_with((props.tab, page.is_some()), |_| browser::reveal(".tabs [aria-current]"));
    html! {
        <Answer {asked} heading="Nothing to show">
            if let Some(page) = page { { shown(&store, props, &page) } }
        </Answer>
    }
}

fn shown(store: &Store, props: &ChapterProps, page: &ChapterPage) -> Html {
    let c = &page.summary;
    let founded =
        c.founded.as_deref().and_then(browser::local).map_or_else(String::new, |t| format!(" since {}", t.day.long()));
    let meets = if c.place.is_empty() { String::new() } else { format!(". Meets at {}", c.place) };
    // The charter is the first of all entries, and the latest come before it.
    let has_charter = !page.founders.is_empty();
    let invite = {
        let (store, id) = (store.clone(), c.chapter.clone());
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Show(Overlay::Invite(id.clone()))))
    };
    let (write, words) = match props.tab {
        Tab::Minutes => (Writing::Minutes, "Write minutes"),
        Tab::Votes => (Writing::Vote, "Open a vote"),
        Tab::Front | Tab::Posts | Tab::Members | Tab::Motions | Tab::Rules => (Writing::Post, "Write"),
    };
    let actions = if !page.is_writable() {
        Html::default()
    } else {
        html! {
            <>
                <button class="btn" type="button" onclick={invite} data-test="invite"><Icon name="join" class="sm" />{ "Invite" }</button>
                if !matches!(props.tab, Tab::Members | Tab::Motions | Tab::Rules) {
                <a class="btn primary" href={Route::Write(Some(c.chapter.clone()), write).href()} data-test="write"><Icon name="edit" class="sm" />{ words }</a>
            }
            </>
        }
    };
    html! {
        <>
            <PageHead title={c.name.clone()} badge={html! { <Badge chapter={c.chapter.clone()} name={c.name.clone()} size="lg" /> }} {actions}>
                <p class="sub">{ if has_charter { format!("{}{founded}{meets}", tier_words(c.tier)) } else { "It is arriving on this computer".to_owned() } }</p>
            </PageHead>
            { ended_note(page) }
            { arriving_note(store, page) }
            <nav class="tabs" aria-label={c.name.clone()}>
                { for Tab::ALL.into_iter().map(|tab| {
                    let n = match tab {
                        Tab::Votes if c.open_polls > 0 => Some(format!("{} open", c.open_polls)),
                        Tab::Members if c.waiting_requests > 0 => Some(format!("{}, {} asking", c.members, c.waiting_requests)),
                        Tab::Members if has_charter => Some(c.members.to_string()),
                        Tab::Motions if c.waiting_motions > 0 => Some(format!("{} for you", c.waiting_motions)),
                        _ => None,
                    };
                    html! {
                        <a href={Route::Chapter(c.chapter.clone(), tab).href()} aria-current={(tab == props.tab).then_some("page")} data-test={format!("tab-{}", tab.slug())}>
                            { tab.label() }{ if let Some(n) = n { html! { <>{ " " }<span class="n">{ n }</span></> } } else { Html::default() } }
                        </a>
                    }
                }) }
            </nav>
            { match props.tab {
                Tab::Members => html! { <Members page={page.clone()} /> },
                Tab::Motions => html! { <Motions page={page.clone()} /> },
                Tab::Rules => html! { <Rules page={page.clone()} /> },
                tab => html! { <Feed key={tab.slug()} page={page.clone()} {tab} /> },
            } }
        </>
    }
}

/// This member is in it no more: what is here can be read, and nothing written.
fn ended_note(page: &ChapterPage) -> Html {
    let Some(ended) = &page.ended else { return Html::default() };
    let name = &page.summary.name;
    let title = match ended.how.as_str() {
        "left" => format!("You left: you are no member of {name} any more"),
        "removed" => format!("The members removed you: you are no member of {name} any more"),
        "revoked" if ended.this_alone => format!("This computer was revoked: it is not yours in {name} any more"),
        _ if ended.this_alone => format!("This computer is not yours in {name} any more"),
        "revoked" => format!("All your computers were revoked: you are no member of {name} any more"),
        _ => format!("You are no member of {name} any more"),
    };
    let action = ended.motion.as_ref().map_or_else(Html::default, |motion| {
        html! { <a class="btn small" href={Route::Motion(motion.clone()).href()} data-test="ended-motion">{ "The motion" }</a> }
    });
    let when = browser::local(&ended.when).map_or_else(|| ended.when.clone(), |t| t.day.long());
    html! {
        <div class="above"><Note kind={NoteKind::Wait} icon="info" {title} {action} test="ended">
            <p>{ format!("On {when}. You can read what is here on this computer; nothing new comes, and nothing can be written.") }</p>
            if ended.this_alone {
                <p>{ "You are a member all the same, on your other devices. If this computer is in your hands and you want to use it again: " }<a href={Route::Settings.href()}>{ "erase it under Settings" }</a>{ ", then add it anew from another device." }</p>
            } else if page.summary.rejoining {
                <p data-test="rejoining">{ "You ask to join it again. " }<a href={Route::Join.href()}>{ "How far that is" }</a></p>
            } else if ended.how == "revoked" {
                <p>{ "The way back is a new invitation from a member, on a new computer with your 24 words." }</p>
            } else {
                <p>{ "The way back is a new invitation from a member." }</p>
            }
        </Note></div>
    }
}

/// It is being copied here for the first time, and nobody is there to go on with it. While somebody is, the bar above says how
/// far it is.
fn arriving_note(store: &Store, page: &ChapterPage) -> Html {
    let c = &page.summary;
    // Where a clock is wrong it does not go on by itself: that is said below.
    if !c.arriving || store.progress.contains_key(&c.chapter) || !page.clocks.is_empty() {
        return Html::default();
    }
    html! {
        <div class="above"><Note kind={NoteKind::Wait} icon="clock" title={format!("{} is still arriving", c.name)} test="arriving">
            <p>{ "What came can be read, and you can write once all is here. It goes on as soon as a member’s computer can be reached." }</p>
        </Note></div>
    }
}

#[derive(Properties, PartialEq)]
struct FeedProps {
    page: ChapterPage,
    tab: Tab,
}

#[component]
fn Feed(props: &FeedProps) -> Html {
    let store = use_store();
    let page = &props.page;
    let chapter = &page.summary.chapter;
    let kind = use_state(|| "");
    let steps = use_state(|| 1_usize);
    let revision = store.revision(chapter);
    let limit = STEP * *steps;
    let ask = |kind: Option<&str>| Command::Feed {
        chapter: Some(chapter.clone()),
        kind: kind.map(str::to_owned),
        limit,
        after: None,
    };
    // Posts are three kinds; the node narrows to one at a time.
    let one = match props.tab {
        Tab::Votes => Some(ask(Some("poll"))),
        Tab::Minutes => Some(ask(Some("minutes"))),
        Tab::Front => Some(ask((!kind.is_empty()).then_some(*kind))),
        Tab::Posts | Tab::Members | Tab::Motions | Tab::Rules => None,
    };
    let posts = |kind| (props.tab == Tab::Posts).then(|| ask(Some(kind)));
    let one = use_ask(one, revision);
    let news = use_ask(posts("news"), revision);
    let blog = use_ask(posts("blog"), revision);
    let talk = use_ask(posts("discussion"), revision);
    let proposals = use_ask((props.tab == Tab::Votes).then(|| ask(Some("proposal"))), revision);
    let mut all: Vec<FeedItem> =
        [&one, &news, &blog, &talk].into_iter().flat_map(|a| items(&a.reply)).cloned().collect();
    // What is no vote yet stands above the votes.
    let mut proposed = super::votes::standing(items(&proposals.reply));
    proposed.append(&mut all);
    let mut all = proposed;
    if props.tab == Tab::Posts {
        all.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.entry.cmp(&b.entry)));
        all.truncate(limit);
    }
    let asked = if props.tab == Tab::Posts { news } else { one };
    let write = |what| Route::Write(Some(chapter.clone()), what).href();
    let empty = match props.tab {
        _ if !all.is_empty() => None,
        _ if page.summary.arriving => {
            Some(html! { <Empty title="Nothing here yet" text="The chapter is still arriving on this computer." /> })
        }
        _ if page.ended.is_some() => Some(
            html! { <Empty title="Nothing here" text="Nothing of this kind came to this computer while you were a member." /> },
        ),
        Tab::Votes => Some(
            html! { <Empty title="No votes yet" text="A vote asks every member the same questions. Its result can be counted again on every computer."><a class="btn" href={write(Writing::Vote)}>{ "Open a vote" }</a></Empty> },
        ),
        Tab::Minutes => Some(
            html! { <Empty title="No minutes yet" text="After your first meeting, the notes, decisions and actions are kept here."><a class="btn" href={write(Writing::Minutes)}>{ "Write minutes" }</a></Empty> },
        ),
        _ => Some(
            html! { <Empty title="Nothing written yet" text="Posts, minutes and votes of this chapter appear here, on every member’s computer."><a class="btn" href={write(Writing::Post)}>{ "Write a post" }</a></Empty> },
        ),
    };
    html! {
        <div class="cols">
            <div class="stack">
                <h2 class="sr">{ props.tab.label() }</h2>
                { for page.notices.iter().map(|n| {
                    let title = match n {
                        n if page.silence.as_ref() == Some(n) => "Nobody answers this computer",
                        n if page.clocks.contains(n) => "A clock is wrong",
                        _ => "About this chapter",
                    };
                    html! { <Note kind={NoteKind::Wait} {title}><p>{ apostrophes(n) }</p></Note> }
                }) }
                if page.voided > 0 && props.tab == Tab::Front { <Voided chapter={chapter.clone()} /> }
                if props.tab == Tab::Front { <ChapterWaiting page={page.clone()} />{ chips(&kind, &steps) } }
                <Answer asked={asked}>
                    if let Some(empty) = empty { { empty } }
                    else if props.tab == Tab::Front { { own_cards(&all, limit, &steps) } }
                    else { { feed_card(&all, false, false, limit, &steps) } }
                    // Once, behind the last that is shown.
                    if all.len() < limit && matches!(props.tab, Tab::Front | Tab::Posts) { { withheld(&page.summary) } }
                </Answer>
            </div>
            <aside class="rail stack loose" aria-label="About this chapter">{ rail(&store, page) }</aside>
        </div>
    }
}

/// In a chapter each item has its own card.
fn own_cards(all: &[FeedItem], asked: usize, steps: &UseStateHandle<usize>) -> Html {
    let more = {
        let steps = steps.clone();
        Callback::from(move |_: MouseEvent| steps.set(*steps + 1))
    };
    html! {
        <div class="stack" data-test="feed">
            { for all.iter().map(|item| html! { <Item key={item.entry.clone()} item={item.clone()} card=true /> }) }
            if all.len() >= asked { <div><button class="btn small" type="button" onclick={more} data-test="more">{ "Show more" }</button></div> }
        </div>
    }
}

/// How many keep a chapter's records, and how many of them are there now.
fn keepers(devices: usize, connected: usize) -> String {
    match (devices, connected) {
        (_, 0 | 1) => format!("{devices} devices keep the records; none of the others is connected now."),
        (2, _) => "2 devices keep the records; the other one is connected now.".to_owned(),
        (n, c) if c >= n => format!("{n} devices keep the records; all of them are connected now."),
        (n, c) => format!(
            "{n} devices keep the records; {} of the others {} connected now.",
            c - 1,
            if c == 2 { "is" } else { "are" }
        ),
    }
}

fn rail(store: &Store, page: &ChapterPage) -> Html {
    let today = browser::now().day;
    let c = &page.summary;
    let connected = 1 + store.network.peers.iter().filter(|p| p.chapters.contains(&c.name)).count();
    let unshared = c.entries.saturating_sub(page.shared_entries);
    let over = |day: &str| Day::parse(day).is_some_and(|day| day < today);
    let next = page.next_meeting.as_ref().filter(|next| !over(&next.date));
    html! {
        <>
            if let Some(next) = next {
                <section class="card stack" aria-labelledby="next-meeting" data-test="next-meeting">
                    <h2 id="next-meeting" class="h3">{ "Next meeting" }</h2>
                    <div class="row">
                        if let Some(day) = Day::parse(&next.date) { <DateTile date={day} accent=true /> } else { <Icon name="event" /> }
                        <div>
                            <b>{ Day::parse(&next.date).map_or_else(|| "Day not set yet".to_owned(), |d| d.near(today)) }</b>
                            if !next.facilitator.is_empty() { <p class="meta">{ format!("{} facilitates{}", next.facilitator, if next.co_facilitator.is_empty() { String::new() } else { format!(", {} helps", next.co_facilitator) }) }</p> }
                        </div>
                    </div>
                </section>
            }
            if !page.actions.is_empty() {
                <section aria-labelledby="actions">
                    <SecHead id="actions" title="Action points" />
                    <ul class="stack" data-test="actions">{ for page.actions.iter().take(8).map(|a| {
                        let due = Day::parse(&a.action.due);
                        let who = if a.action.owner.is_empty() { "nobody yet".to_owned() } else { a.action.owner.clone() };
                        html! {
                            <li class="row top"><Icon name="tasks" /><div>
                                <a class="title" href={Route::Entry(a.minutes.clone()).href()}>{ &a.action.what }</a>
                                <p class="meta">{ who }{ due.map_or_else(String::new, |d| format!(", {}", d.near(today))) }
                                    if due.is_some_and(|d| d < today) { { " " }<Tag class="wait" icon="clock">{ "past its day" }</Tag> }
                                </p>
                            </div></li>
                        }
                    }) }</ul>
                    if page.actions.len() > 8 { <p class="meta mt2">{ format!("and {} more in the minutes", page.actions.len() - 8) }</p> }
                </section>
            }
            // Who has what is told to members.
            if page.is_writable() {
                <section aria-labelledby="copies" data-test="copies">
                    <SecHead id="copies" title="Copies of our records"><a href={Route::Network.href()}>{ "Details" }</a></SecHead>
                    <Meter {connected} devices={page.devices} />
                    <p class="meta mt2">{ match page.devices {
                        0 | 1 => "Only this computer has the records so far. Invite someone, so that they survive it.".to_owned(),
                        n => format!("{} {}", keepers(n, connected), match unshared {
                            0 => "Everything here is on at least one other device.".to_owned(),
                            n => format!("{} only on this computer so far.", count(n, "entry is", "entries are")),
                        }),
                    } }</p>
                </section>
            }
            if !page.founders.is_empty() {
            <section aria-labelledby="about">
                <SecHead id="about" title="About" />
                <p class="meta">{ format!("Founded by {}. ", page.founders.join(", ")) }
                    if (c.members as u64) < u64::from(page.operating_from) { { format!("The chapter counts as operating from {} members on. ", page.operating_from) } }
                    <a href={Route::Chapter(c.chapter.clone(), Tab::Rules).href()}>{ "The rules" }</a>
                </p>
            </section>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::keepers;

    #[test]
    fn who_keeps_the_records_is_said_as_it_is() {
        assert_eq!(keepers(4, 1), "4 devices keep the records; none of the others is connected now.");
        assert_eq!(keepers(2, 2), "2 devices keep the records; the other one is connected now.");
        assert_eq!(keepers(4, 2), "4 devices keep the records; 1 of the others is connected now.");
        assert_eq!(keepers(4, 3), "4 devices keep the records; 2 of the others are connected now.");
        assert_eq!(keepers(4, 5), "4 devices keep the records; all of them are connected now.");
    }
}
