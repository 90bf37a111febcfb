//! One member: what they say of themself, their tasks, what they wrote, what can be done about it.

use super::members::six_words;
use crate::{
    browser,
    components::{Answer, Crumbs, Icon, Item, Markdown, Note, NoteKind, PageHead, Portrait, RefusalNote, SecHead, Tag},
    dialogs::{BlockDialog, GiveDialog, LeaveDialog, RecallDialog, RemoveDialog},
    hooks::{use_ask, use_sender, use_store},
    state::{Action, Route, Tab},
    text::{before, capital, count},
};
use api::{
    Command, Event, Id, Reply,
    people::{MemberPage, Role},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MemberProps {
    pub(crate) chapter: Id,
    pub(crate) member: Id,
}

/// The page.
#[component]
pub(crate) fn Member(props: &MemberProps) -> Html {
    let store = use_store();
    let command = Command::ShowMember { chapter: props.chapter.clone(), member: props.member.clone() };
    let asked = use_ask(Some(command), store.revision(&props.chapter));
    let name = store.chapter(&props.chapter).map(|c| c.name.clone()).unwrap_or_default();
    let page = match &asked.reply {
        Some(Reply::MemberPage(page)) => Some((**page).clone()),
        _ => None,
    };
    html! {
        <>
            <Crumbs trail={vec![
                (AttrValue::from(name.clone()), Route::front(props.chapter.clone())),
                (AttrValue::from("Members"), Route::Chapter(props.chapter.clone(), Tab::Members)),
            ]} />
            <Answer {asked} heading="Nothing to show">
                if let Some(page) = page { <Shown chapter={props.chapter.clone()} chapter_name={name} {page} /> }
            </Answer>
        </>
    }
}

/// Which question lies over the page.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Block,
    Give,
    Recall(Role),
    Remove,
    Leave,
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    chapter: Id,
    chapter_name: AttrValue,
    page: MemberPage,
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let asking = use_state(|| None::<Asking>);
    let reading = use_store().reading_only(&props.chapter);
    let m = &props.page.member;
    let (chapter, handle) = (props.chapter.clone(), AttrValue::from(m.handle.clone()));
    use_effect_with(m.handle.clone(), |handle| browser::title(&format!("{handle} - Chapterhouse")));
    let profile = props.page.profile.clone().unwrap_or_default();
    let since = browser::local(&m.since).map_or_else(|| m.since.clone(), |t| t.day.long());
    let open = {
        let asking = asking.clone();
        Callback::from(move |what: Asking| asking.set(Some(what)))
    };
    let onclose = {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(None))
    };
    let actions = if m.me && m.ended.is_none() && !reading {
        html! { <a class="btn" href={Route::Profile(chapter.clone()).href()} data-test="edit-profile"><Icon name="edit" class="sm" />{ "Edit your profile" }</a> }
    } else {
        Html::default()
    };
    let silent = profile.about.trim().is_empty() && profile.testimonial.trim().is_empty();
    html! {
        <>
            <PageHead title={m.handle.clone()} {actions} badge={html! { <Portrait member={m.member.clone()} picture={profile.picture.clone()} /> }}>
                <p class="sub dots">
                    <span>{ match (m.me, m.ended.is_some()) { (true, false) => "You, a member since ", (true, true) => "You joined on ", (false, false) => "Member since ", (false, true) => "Joined on " } }{ since }</span>
                    <span>{ m.sponsor.as_ref().map_or_else(|| html! { "founder" }, |s| html! { <>{ "let in by " }<bdi>{ s }</bdi></> }) }</span>
                    if m.ended.is_none() { <span>{ count(m.devices as u64, "device", "devices") }</span> }
                </p>
                <p class="line mt2">
                    if m.connected && !m.me { <Tag class="ok" icon="check">{ "Connected" }</Tag> }
                    { for m.tasks.iter().filter(|t| !t.over).map(|t| html! { <Tag class="accent" icon="tasks">{ capital(before::task(t.role)) }</Tag> }) }
                    if m.blocked { <Tag icon="eyeoff">{ "Hidden for you" }</Tag> }
                </p>
            </PageHead>
            <div class="cols">
                <div class="stack loose">
                    if let Some(ended) = &m.ended {
                        <Note kind={NoteKind::Wait} icon="info" title="No member any more" test="ended" action={ended.motion.as_ref().map_or_else(Html::default, |motion| html! {
                            <a class="btn small" href={Route::Motion(motion.clone()).href()} data-test="ended-motion">{ "The motion" }</a>
                        })}><p>{ format!("{}, {}.", capital(before::ended(&ended.how)), browser::local(&ended.when).map_or_else(|| ended.when.clone(), |t| t.day.long())) }</p></Note>
                    }
                    if !props.page.motions.is_empty() {
                        <Note kind={NoteKind::Info} icon="vote" title="The members are asked about them">
                            <ul>{ for props.page.motions.iter().map(|id| html! { <li><MotionLink id={id.clone()} revision={0} /></li> }) }</ul>
                        </Note>
                    }
                    <section class="card stack" aria-labelledby="about-them">
                        <h2 id="about-them" class="h3">{ if m.me { "About you" } else { "About them" } }</h2>
                        if silent { <p class="muted">{ if m.me { "You have not said anything about yourself yet." } else { "Nothing said yet." } }</p> }
                        if !profile.about.trim().is_empty() { <Markdown text={profile.about.clone()} top={3} class="prose small" /> }
                        if !profile.testimonial.trim().is_empty() { <blockquote class="said">{ format!("“{}”", profile.testimonial.trim()) }</blockquote> }
                    </section>
                    <section aria-labelledby="theirs">
                        <SecHead id="theirs" title="Latest" />
                        if m.blocked && !props.page.latest.is_empty() {
                            <p class="muted">{ "You hide what they write. It is left out here, too." }</p>
                        } else if props.page.latest.is_empty() {
                            <p class="muted">{ "Nothing written yet." }</p>
                        } else {
                            <div class="card flush rows" data-test="latest">{ for props.page.latest.iter().map(|i| html! { <Item key={i.entry.clone()} item={i.clone()} /> }) }</div>
                        }
                    </section>
                </div>
                <aside class="rail stack" aria-label="More about them">
                    <section class="card stack" aria-labelledby="their-words">
                        <h2 id="their-words" class="h3">{ if m.me { "Your six words" } else { "Six words" } }</h2>
                        { six_words(&m.six_words) }
                        <p class="meta">{ "To compare by voice: the same words on both screens mean that nobody stands between you." }</p>
                    </section>
                    if !profile.languages.is_empty() || !profile.contact.trim().is_empty() {
                        <section class="card stack tight" aria-labelledby="reach">
                            <h2 id="reach" class="sr">{ "Languages and contact" }</h2>
                            if !profile.languages.is_empty() { <p class="tick"><Icon name="lang" /><span>{ profile.languages.join(", ") }</span></p> }
                            if !profile.contact.trim().is_empty() { <p class="tick"><Icon name="phone" /><span class="address">{ profile.contact.trim() }</span></p> }
                        </section>
                    }
                    <Tasks page={props.page.clone()} {reading} open={open.clone()} />
                    if m.ended.is_none() && !reading { <Acts chapter={chapter.clone()} page={props.page.clone()} {open} /> }
                </aside>
            </div>
            { match *asking {
                Some(Asking::Block) => html! { <BlockDialog {chapter} member={m.member.clone()} {handle} {onclose} /> },
                Some(Asking::Give) => html! { <GiveDialog {chapter} member={m.member.clone()} {handle} {onclose} /> },
                Some(Asking::Recall(role)) => html! { <RecallDialog {chapter} member={m.member.clone()} {handle} {role} {onclose} /> },
                Some(Asking::Remove) => html! { <RemoveDialog {chapter} chapter_name={props.chapter_name.clone()} member={m.member.clone()} {handle} {onclose} /> },
                Some(Asking::Leave) => html! { <LeaveDialog {chapter} {onclose} /> },
                None => Html::default(),
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct MotionLinkProps {
    id: Id,
    revision: u64,
}

/// A motion by its title.
#[component]
fn MotionLink(props: &MotionLinkProps) -> Html {
    let asked = use_ask(Some(Command::ShowMotion { motion: props.id.clone() }), props.revision);
    let title = match &asked.reply {
        Some(Reply::Motion(motion)) => motion.title.clone(),
        _ => "A motion".to_owned(),
    };
    html! { <a href={Route::Motion(props.id.clone()).href()}>{ title }</a> }
}

#[derive(Properties, PartialEq)]
struct TasksProps {
    page: MemberPage,
    reading: bool,
    open: Callback<Asking>,
}

#[component]
fn Tasks(props: &TasksProps) -> Html {
    let m = &props.page.member;
    if m.tasks.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card stack" aria-labelledby="tasks" data-test="tasks">
            <h2 id="tasks" class="h3">{ "Tasks" }</h2>
            <ul class="stack">{ for m.tasks.iter().map(|t| {
                let until = browser::local(&t.until).map_or_else(|| t.until.clone(), |u| u.day.near(browser::now().day));
                let role = t.role;
                let recall = props.open.reform(move |_: MouseEvent| Asking::Recall(role));
                html! {
                    <li class="row top"><Icon name="tasks" /><div><b>{ capital(before::task(t.role)) }</b>
                        <p class="meta">{ if t.over { format!("Over since {until}") } else { format!("{}. Until {until}", capital(before::duty(t.role))) } }</p></div>
                        if !t.over && m.ended.is_none() && !props.reading { <button class="btn small" type="button" onclick={recall} data-test="recall">{ "Take back" }<span class="sr">{ format!(" the task of {}", before::task(role)) }</span></button> }
                    </li>
                }
            }) }</ul>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ActsProps {
    chapter: Id,
    page: MemberPage,
    open: Callback<Asking>,
}

#[component]
fn Acts(props: &ActsProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let m = &props.page.member;
    let open = |what: Asking| props.open.reform(move |_: MouseEvent| what);
    let unblock = {
        let (store, sender) = (store.clone(), sender.clone());
        let (chapter, member) = (props.chapter.clone(), m.member.clone());
        Callback::from(move |_: MouseEvent| {
            let (store, id) = (store.clone(), chapter.clone());
            let command = Command::Block { chapter: chapter.clone(), member: member.clone(), on: false };
            sender.send(command, move |_| store.dispatch(Action::Heard(Event::Changed { chapter: id, entries: 0 })));
        })
    };
    html! {
        <section class="stack tight" aria-labelledby="acts">
            <h2 id="acts" class="h3">{ "What you can do" }</h2>
            <button class="btn wide" type="button" onclick={open(Asking::Give)} data-test="give-task"><Icon name="tasks" class="sm" />{ if m.me { "Ask for a task" } else { "Propose them for a task" } }</button>
            if m.me {
                <button class="btn wide danger-quiet" type="button" onclick={open(Asking::Leave)} data-test="leave">{ "Leave this chapter" }</button>
            } else {
                if m.blocked {
                    <button class="btn wide" type="button" onclick={unblock} disabled={sender.busy()} data-test="unblock"><Icon name="eye" class="sm" />{ "Show what they write again" }</button>
                } else {
                    <button class="btn wide" type="button" onclick={open(Asking::Block)} data-test="block"><Icon name="eyeoff" class="sm" />{ "Hide what they write, for me" }</button>
                }
                <button class="btn wide danger-quiet" type="button" onclick={open(Asking::Remove)} data-test="remove">{ "Propose to remove them" }</button>
                <p class="meta">{ "Nobody is removed by one member alone: the others are asked." }</p>
            }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </section>
    }
}
