//! Somebody asks to join: what they say, who stands for them, what members talk about it.

use super::{
    members::six_words,
    requests::{mine_words, state_tag},
};
use crate::{
    browser,
    components::{Answer, Crumbs, Discussion, Icon, Note, NoteKind, PageHead, RefusalNote, Seal, When},
    dialogs::{DeclineDialog, SponsorDialog},
    hooks::{use_ask, use_store},
    state::{Route, Tab},
    text::{count, rules::number},
};
use api::{
    Command, ErrorCode, Id, Refusal, Reply,
    people::{JoinRequestView, WordView},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RequestProps {
    pub(crate) chapter: Id,
    pub(crate) request: Id,
}

/// The page. All requests are asked for: there are few.
#[component]
pub(crate) fn Request(props: &RequestProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::JoinRequests { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let found = match &asked.reply {
        Some(Reply::JoinRequests(all)) => all.iter().find(|r| r.request == props.request).cloned(),
        _ => None,
    };
    let name = store.chapter(&props.chapter).map(|c| c.name.clone()).unwrap_or_default();
    html! {
        <>
            <Crumbs trail={vec![
                (AttrValue::from(name.clone()), Route::front(props.chapter.clone())),
                (AttrValue::from("Members"), Route::Chapter(props.chapter.clone(), Tab::Members)),
            ]} />
            { match found {
                Some(request) => html! { <Shown {request} chapter_name={name} /> },
                None if asked.reply.is_some() => html! {
                    <><PageHead title="Nothing to show" />
                    <RefusalNote refusal={Refusal::new(ErrorCode::NotFound, "This request is not on this computer. It may still be on its way.")} />
                    <p class="mt4"><a class="btn" href={Route::Chapter(props.chapter.clone(), Tab::Members).href()}>{ "To the members" }</a></p></>
                },
                None => html! { <Answer {asked} heading="Nothing to show"><></></Answer> },
            } }
        </>
    }
}

/// Which question lies over the page.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Sponsor,
    Decline,
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    request: JoinRequestView,
    chapter_name: AttrValue,
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let r = &props.request;
    let reading = use_store().reading_only(&r.chapter);
    let asking = use_state(|| None::<Asking>);
    let title = format!("{} asks to join", r.handle);
    use_effect_with(title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    let open = |what: Asking| {
        let asking = asking.clone();
        Callback::from(move |_: MouseEvent| asking.set(Some(what)))
    };
    let onclose = {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(None))
    };
    html! {
        <>
            <PageHead {title} badge={html! { <Seal member={r.member.clone()} size="lg" /> }} above={html! { <p>{ state_tag(r) }</p> }}>
                <p class="sub">{ "Asked " }<When time={r.time.clone()} full=true />{ ", with " }<bdi>{ &r.inviter }</bdi>{ "’s invitation" }</p>
            </PageHead>
            <div class="cols act">
                <div class="stack">
                        { state_note(r) }
                        <section class="card stack" aria-labelledby="answers">
                            <h2 id="answers">{ "What they say" }</h2>
                            if r.answers.is_empty() { <p class="muted">{ "The chapter asks newcomers nothing, so there is nothing to read here. Ask below." }</p> }
                            <dl class="stack answers">{ for r.answers.iter().map(|a| html! {
                                <div><dt class="meta">{ &a.question }</dt><dd>{ if a.answer.trim().is_empty() { "No answer." } else { a.answer.trim() } }</dd></div>
                            }) }</dl>
                        </section>
                        <section class="card stack" aria-labelledby="words-given" data-test="words-given">
                            <div class="line"><h2 id="words-given">{ format!("{} of {} words given", r.sponsors.len(), r.need) }</h2></div>
                            <svg class="bar words-bar" aria-hidden="true">
                                { for (0..r.need.min(20)).map(|n| {
                                    let each = 100.0 / f64::from(r.need.min(20));
                                    let class = if (n as usize) < r.sponsors.len() { "c1" } else { "track" };
                                    html! { <rect {class} x={format!("{:.2}%", f64::from(n) * each)} width={format!("{:.2}%", if n + 1 == r.need.min(20) { each } else { each - 0.8 })} height="100%" rx="3" /> }
                                }) }
                            </svg>
                            if !r.sponsors.is_empty() { <ul class="stack">{ for r.sponsors.iter().map(|w| word(w, "usercheck", "gave their word")) }</ul> }
                            if !r.declines.is_empty() {
                                <h3>{ count(r.declines.len() as u64, "member does not", "members do not") }</h3>
                                <ul class="stack" data-test="declines">{ for r.declines.iter().map(|w| word(w, "no", "does not")) }</ul>
                            }
                        </section>
                </div>
                <aside class="rail stack" aria-label="Deciding">
                    <section class="card stack" aria-labelledby="six">
                        <h2 id="six" class="h3">{ "Six words" }</h2>
                        { six_words(&r.six_words) }
                        <p class="meta">{ "Meet or phone. If " }<bdi>{ &r.handle }</bdi>{ "’s screen shows the same six words, it is their request, and nobody stands between you." }</p>
                    </section>
                    if r.is_open() && !reading {
                        <section class={classes!("card", "stack", r.mine.is_none().then_some("you"))} aria-labelledby="your-word" data-test="your-word">
                            <h2 id="your-word" class="h3">{ r.mine.as_deref().map_or("Your word", mine_words) }</h2>
                            if r.mine.as_deref() != Some("for") {
                                <button class="btn primary wide" type="button" onclick={open(Asking::Sponsor)} data-test="sponsor">{ "I give my word" }</button>
                            }
                            if r.mine.is_none() {
                                <button class="btn wide" type="button" onclick={open(Asking::Decline)} data-test="decline">{ "I do not, because…" }</button>
                            }
                            <p class="meta">{ "Not sure yet? Ask below. The members read it now, and " }<bdi>{ &r.handle }</bdi>{ " when they are in." }</p>
                        </section>
                    }
                </aside>
                <div class="stack loose talk"><Discussion entry={r.request.clone()} chapter_name={props.chapter_name.clone()} comments={r.comments.clone()} /></div>
            </div>
            { match *asking {
                Some(Asking::Sponsor) => html! { <SponsorDialog request={r.clone()} {onclose} /> },
                Some(Asking::Decline) => html! { <DeclineDialog request={r.clone()} {onclose} /> },
                None => Html::default(),
            } }
        </>
    }
}

fn state_note(r: &JoinRequestView) -> Html {
    if r.former {
        return html! { <Note kind={NoteKind::Wait} icon="clock" title={format!("{} is no member any more", r.handle)}><p>{ "They were let in by this request, and left or were removed since. A new invitation from any member begins anew." }</p></Note> };
    }
    if r.used_up {
        return html! { <Note kind={NoteKind::Wait} icon="clock" title="The invitation is used up"><p>{ "As many people as it is for have joined by it. A new invitation from any member begins anew." }</p></Note> };
    }
    if r.admitted {
        return html! { <Note kind={NoteKind::Ok} title={format!("{} is a member now", r.handle)}><p>{ "Enough members gave their word. There is nothing left to decide here." }</p></Note> };
    }
    if r.expired {
        return html! { <Note kind={NoteKind::Wait} icon="clock" title="The invitation is over"><p>{ "It can let nobody in any more. A new invitation from any member begins anew." }</p></Note> };
    }
    let left = r.need.saturating_sub(u32::try_from(r.sponsors.len()).unwrap_or(u32::MAX));
    match left {
        0 => {
            html! { <Note kind={NoteKind::Info}><p>{ "Enough words are given. They are a member as soon as a computer that has them all is connected with theirs." }</p></Note> }
        }
        n => {
            html! { <Note kind={NoteKind::Info} icon="usercheck"><p>{ format!("{} more {} to give their word.", crate::text::capital(&number(n)), if n == 1 { "member has" } else { "members have" }) }</p></Note> }
        }
    }
}

fn word(w: &WordView, icon: &'static str, did: &'static str) -> Html {
    html! {
        <li class="row top"><Icon name={icon} /><div><p><b><bdi>{ &w.handle }</bdi></b>{ format!(" {did}") }<span class="meta">{ ", " }<When time={w.time.clone()} /></span></p>
            if !w.why.trim().is_empty() { <p>{ w.why.trim() }</p> }</div></li>
    }
}
