//! Who is in a chapter, who asks to be, and who was.

use super::requests::Requests;
use crate::{
    browser,
    components::{Answer, Author, Icon, Seal, SecHead, Tag},
    hooks::{use_ask, use_store},
    state::Route,
    text::{before, capital, count},
};
use api::{
    Command, Id, Reply,
    people::TaskView,
    view::{ChapterPage, MemberView},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MembersProps {
    pub(crate) page: ChapterPage,
}

#[component]
pub(crate) fn Members(props: &MembersProps) -> Html {
    let store = use_store();
    let c = &props.page.summary;
    let revision = store.revision(&c.chapter);
    let asked = use_ask(Some(Command::Members { chapter: c.chapter.clone() }), revision);
    let members = match &asked.reply {
        Some(Reply::Members(members)) => members.clone(),
        _ => Vec::new(),
    };
    let me = members.iter().find(|m| m.me).cloned();
    let blocked = members.iter().filter(|m| m.blocked).count() as u64;
    html! {
        <div class="cols">
            <div class="stack loose">
                <Requests page={props.page.clone()} />
                <section aria-labelledby="directory">
                    <SecHead id="directory" title="Members" />
                    <Answer asked={asked}>
                        <div class="card flush">
                            <table class="table pad stackable" data-test="members">
                                <caption class="sr">{ format!("Members of {}", c.name) }</caption>
                                <thead><tr><th scope="col">{ "Member" }</th><th scope="col">{ "Tasks" }</th><th scope="col">{ "Since" }</th><th scope="col">{ "Let in by" }</th><th scope="col" class="r">{ "Devices" }</th></tr></thead>
                                <tbody>{ for members.iter().map(|m| member_row(&c.chapter, m)) }</tbody>
                            </table>
                        </div>
                        if members.iter().any(|m| m.apart.is_some()) {
                            <p class="meta mt2">{ "Where two names look alike, the first of their six words stand beside them. Their pages show all six." }</p>
                        }
                        if blocked > 0 {
                            <p class="meta mt2">{ format!("On this computer you hide what {} {}. Nobody else knows.", count(blocked, "member", "members"), if blocked == 1 { "writes" } else { "write" }) }</p>
                        }
                    </Answer>
                </section>
                <Former chapter={c.chapter.clone()} />
            </div>
            <aside class="rail stack" aria-label="You">
                if let Some(me) = me {
                    <section class="card stack" aria-labelledby="own-words">
                        <div class="line nowrap"><Seal member={me.member.clone()} size="md" /><h2 id="own-words" class="h3">{ "Your six words" }</h2></div>
                        { six_words(&me.six_words) }
                        <p class="meta">{ "Read them out to a member, in the same room or by phone. If their screen shows the same words for you, nobody stands between you." }</p>
                        if props.page.is_writable() {
                            <div><a class="btn small" href={Route::Profile(c.chapter.clone()).href()} data-test="edit-profile"><Icon name="edit" class="sm" />{ "Edit your profile" }</a></div>
                        }
                    </section>
                }
            </aside>
        </div>
    }
}

/// Six words in a grid.
pub(crate) fn six_words(words: &str) -> Html {
    html! { <ol class="words" data-test="six-words">{ for words.split_whitespace().map(|w| html! { <li>{ w.to_owned() }</li> }) }</ol> }
}

/// Tasks that somebody has now, in words.
pub(super) fn tasks(tasks: &[TaskView]) -> String {
    let now: Vec<_> = tasks.iter().filter(|t| !t.over).map(|t| before::task(t.role)).collect();
    capital(&now.join(", "))
}

fn day(time: &str) -> String {
    browser::local(time).map_or_else(|| time.to_owned(), |t| t.day.long())
}

fn member_row(chapter: &Id, m: &MemberView) -> Html {
    let tasks = tasks(&m.tasks);
    html! {
        <tr key={m.member.clone()} data-test="member" data-handle={m.handle.clone()}>
            <th scope="row">
                <Author member={m.member.clone()} handle={m.handle.clone()} chapter={AttrValue::from(chapter.clone())} />{ apart(m.apart.as_deref()) }
                if m.me { <span class="meta">{ " you" }</span> }
                if m.connected && !m.me { { " " }<Tag class="ok" icon="check">{ "connected" }</Tag> }
                if m.blocked { { " " }<Tag icon="eyeoff">{ "hidden for you" }</Tag> }
            </th>
            if tasks.is_empty() { <td></td> } else { <td data-label="Tasks">{ tasks }</td> }
            <td data-label="Since" class="nowrap">{ browser::local(&m.since).map_or_else(|| m.since.clone(), |t| t.day.month_and_year()) }</td>
            <td data-label="Let in by">{ m.sponsor.clone().map_or_else(|| html! { <span class="muted">{ "nobody (founder)" }</span> }, |s| html! { <><bdi>{ s }</bdi>{ apart(m.sponsor_apart.as_deref()) }</> }) }</td>
            <td data-label="Devices" class="r num">{ m.devices }</td>
        </tr>
    }
}

#[derive(Properties, PartialEq)]
struct FormerProps {
    chapter: Id,
}

#[component]
fn Former(props: &FormerProps) -> Html {
    let store = use_store();
    let asked =
        use_ask(Some(Command::FormerMembers { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let Some(Reply::Members(members)) = &asked.reply else { return Html::default() };
    if members.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby="former">
            <SecHead id="former" title="Were members" />
            <div class="card flush">
                <table class="table pad stackable" data-test="former-members">
                    <caption class="sr">{ "Those who were members once" }</caption>
                    <thead><tr><th scope="col">{ "Name" }</th><th scope="col">{ "What happened" }</th><th scope="col">{ "When" }</th></tr></thead>
                    <tbody>{ for members.iter().map(|m| {
                        let (how, when) = m.ended.as_ref().map_or_else(|| ("", String::new()), |e| (e.how.as_str(), day(&e.when)));
                        html! {
                            <tr key={m.member.clone()} data-test="former" data-handle={m.handle.clone()}>
                                <th scope="row"><Author member={m.member.clone()} handle={m.handle.clone()} chapter={AttrValue::from(props.chapter.clone())} />{ apart(m.apart.as_deref()) }</th>
                                <td data-label="What happened">{ capital(before::ended(how)) }</td>
                                <td data-label="When">{ when }</td>
                            </tr>
                        }
                    }) }</tbody>
                </table>
            </div>
        </section>
    }
}

/// The first of somebody's six words, where another handle looks like theirs.
pub(super) fn apart(words: Option<&str>) -> Html {
    words.map_or_else(Html::default, |words| {
        html! { <span class="meta apart" data-test="apart">{ " " }<span class="sr">{ "Six words beginning with " }</span>{ words }</span> }
    })
}
