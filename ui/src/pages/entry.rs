//! One entry by its id: the node says what it is.

use super::{minutes::MinutesPage, motion::MotionPage, poll::PollPage, post::PostPage, proposal::ProposalPage};
use crate::{
    browser,
    components::Answer,
    hooks::{use_ask, use_store},
    state::{Action, Route},
    text::sentence,
};
use api::{
    Command, Id, Reply,
    proposal::ProposalStage,
    view::{EntryHead, PollState},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct EntryProps {
    pub(crate) entry: Id,
}

/// The entry.
#[component]
pub(crate) fn Entry(props: &EntryProps) -> Html {
    let store = use_store();
    // A vote closes by the clock, and nothing happens then but that a minute passes.
    let closes = use_state(|| None::<String>);
    let over = closes.as_deref().and_then(browser::local).is_some_and(|t| t.epoch <= browser::now().epoch);
    // Which chapter it belongs to is known with the first answer; until then any change is a reason to ask again.
    let revision = store.revision_of_all() * 2 + u64::from(over);
    let asked = use_ask(Some(Command::Show { entry: props.entry.clone() }), revision);
    {
        let next = match &asked.reply {
            Some(Reply::Poll(poll)) if poll.state == PollState::Open => Some(poll.closes.clone()),
            Some(Reply::Proposal(page)) if page.stage == ProposalStage::Standing => Some(page.opens.clone()),
            _ => None,
        };
        // Kept after the close, so that the vote is asked for once more and not for ever.
        use_effect_with(next, move |next| {
            if next.is_some() {
                closes.set(next.clone());
            }
        });
    }
    let chapter = match &asked.reply {
        Some(Reply::Post(post)) => Some(post.head.chapter.clone()),
        Some(Reply::Minutes(minutes)) => Some(minutes.head.chapter.clone()),
        Some(Reply::Poll(poll)) => Some(poll.head.chapter.clone()),
        Some(Reply::Motion(motion)) => Some(motion.head.chapter.clone()),
        Some(Reply::Proposal(page)) => Some(page.head.chapter.clone()),
        _ => None,
    };
    use_effect_with(chapter, move |chapter| {
        if let Some(chapter) = chapter.clone() {
            store.dispatch(Action::About(chapter));
        }
    });
    let content = match asked.reply.clone() {
        Some(Reply::Post(post)) => html! { <PostPage post={*post} /> },
        Some(Reply::Minutes(minutes)) => html! { <MinutesPage minutes={*minutes} /> },
        Some(Reply::Poll(poll)) => html! { <PollPage poll={*poll} /> },
        Some(Reply::Proposal(page)) => html! { <ProposalPage page={*page} /> },
        Some(Reply::Motion(motion)) => html! { <MotionPage motion={*motion} /> },
        Some(Reply::Comment(comment)) => html! { <ToDiscussion on={comment.on} /> },
        _ => Html::default(),
    };
    html! { <Answer {asked} heading="Nothing to show">{ content }</Answer> }
}

#[derive(Properties, PartialEq)]
struct ToDiscussionProps {
    on: Id,
}

/// A comment is read where it was written.
#[component]
fn ToDiscussion(props: &ToDiscussionProps) -> Html {
    use_effect_with(props.on.clone(), |on| browser::go(&Route::Entry(on.clone()).href()));
    Html::default()
}

/// Says that an entry does not count, and why; or that it is not known yet.
pub(super) fn void_note(head: &EntryHead) -> Html {
    use crate::components::{Note, NoteKind};
    match &head.void {
        Some(reason) => html! {
            <Note kind={NoteKind::Stop} icon="no" title="Not accepted by the chapter" test="void"><p>{ sentence(reason) }{ " It stays on this computer." }</p></Note>
        },
        None if head.early => html! {
            <Note kind={NoteKind::Wait} icon="clock" title="It came ahead of the rest" test="early"><p>{ format!("What was written before it is still on its way to this computer. Until then nobody can tell whether it counts in {}, and nothing can be answered.", head.chapter_name) }</p></Note>
        },
        None => Html::default(),
    }
}
