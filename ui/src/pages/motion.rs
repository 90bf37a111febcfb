//! One motion: what it does, what follows, why, how it stands, one's own vote, the discussion.

use super::{
    change_rules::differences,
    entry::void_note,
    motions::{measure_icon, stage_tag, waits},
};
use crate::{
    browser,
    components::{
        Answer, Author, Crumbs, Discussion, Icon, Markdown, Note, NoteKind, RefusalNote, SecHead, Signature, Tally,
    },
    hooks::{use_ask, use_sender, use_store},
    state::{Action, Route, Tab},
    text::{apostrophes, lower, rules},
};
use api::{
    Command, Id, Reply,
    people::{Choice, MotionStage, MotionView, StatementChange},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MotionProps {
    pub(crate) motion: Id,
}

/// The page, by the motion's id.
#[component]
pub(crate) fn Motion(props: &MotionProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::ShowMotion { motion: props.motion.clone() }), store.revision_of_all());
    let motion = match &asked.reply {
        Some(Reply::Motion(motion)) => Some((**motion).clone()),
        _ => None,
    };
    use_effect_with(motion.as_ref().map(|m| m.head.chapter.clone()), move |chapter| {
        if let Some(chapter) = chapter.clone() {
            store.dispatch(Action::About(chapter));
        }
    });
    html! {
        <Answer {asked} heading="Nothing to show">
            if let Some(motion) = motion { <MotionPage {motion} /> }
        </Answer>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct MotionPageProps {
    pub(crate) motion: MotionView,
}

/// The motion.
#[component]
pub(crate) fn MotionPage(props: &MotionPageProps) -> Html {
    let store = use_store();
    let m = &props.motion;
    let head = &m.head;
    use_effect_with(m.title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    // The line that it needs is a rule of the chapter; once it is over, another rule may hold.
    let open = m.stage == MotionStage::Open;
    let asked = use_ask(Some(Command::Rules { chapter: head.chapter.clone() }), store.revision(&head.chapter));
    let now = match &asked.reply {
        Some(Reply::Rules(rules)) => Some((**rules).clone()),
        _ => None,
    };
    let bar = now.as_ref().filter(|_| open).map(|r| match m.measure.as_str() {
        "remove" => (AttrValue::from(r.removal_quorum.clone()), AttrValue::from(r.removal_majority.clone())),
        _ => (AttrValue::from(r.decision_quorum.clone()), AttrValue::from(r.decision_majority.clone())),
    });
    let clock = browser::now();
    let when = browser::local(&m.closes).map_or_else(
        || m.closes.clone(),
        |t| match (open, t.epoch > clock.epoch) {
            (true, true) => t.closes(clock),
            (false, true) => String::new(),
            (_, false) => format!("Closed {}", lower(&t.full(clock))),
        },
    );
    let trail = vec![
        (AttrValue::from(head.chapter_name.clone()), Route::front(head.chapter.clone())),
        (AttrValue::from("Motions"), Route::Chapter(head.chapter.clone(), Tab::Motions)),
    ];
    html! {
        <>
            <Crumbs {trail} />
            <header class="page-head"><div class="grow">
                <p class="line">{ stage_tag(m.stage, waits(m)) }
                    <Author member={head.author.member.clone()} handle={head.author.handle.clone()} chapter={AttrValue::from(head.chapter.clone())} />
                    <span class="meta">{ when }</span></p>
                <h1 class="mt2" data-test="title">{ apostrophes(&m.title) }</h1>
            </div></header>
            <div class="cols act">
                <div class="stack">
                        { void_note(head) }
                        <div class="note" data-test="effect"><Icon name={measure_icon(&m.measure)} />
                            <div><b>{ match m.stage { MotionStage::Open => "If it passes", MotionStage::Passed => "It has passed", MotionStage::Failed => "It has not passed" } }</b>
                                <p>{ match m.stage { MotionStage::Failed => m.lapsed.as_deref().unwrap_or("Nothing changes. It can be moved again."), _ => m.effect.as_str() } }</p></div></div>
                        if let Some(why) = m.lapsed.as_ref().filter(|_| open) { <Note kind={NoteKind::Wait}><p>{ why }</p></Note> }
                        if let Some(texts) = &m.statement { { side_by_side(texts) } }
                        if let (Some(then), Some(now)) = (&m.rules, &now) {
                            // Where only the text is another one, both texts say it; unless the rules changed meanwhile.
                            if open && (m.statement.is_none() || rules::changes(now, then).len() > 1) {
                                <section class="card stack" aria-labelledby="differences"><h2 id="differences">{ "What would change" }</h2>{ differences(&rules::changes(now, then)) }</section>
                            }
                        }
                        if !m.why.trim().is_empty() {
                            <section class="card stack" aria-labelledby="why"><h2 id="why">{ "Why" }</h2><Markdown text={m.why.clone()} top={3} /></section>
                        }
                        <section class="card stack" aria-labelledby="stands">
                            <h2 id="stands">{ "How it stands" }</h2>
                            <Tally motion={m.clone()} {bar} />
                            <p>{ &m.needs }</p>
                            { voices(m) }
                        </section>
                </div>
                <aside class="rail stack" aria-label="Your vote">
                    <YourVote key={head.entry.clone()} motion={m.clone()} />
                    <Signature head={head.clone()} what="motion" />
                </aside>
                <div class="stack loose talk"><Discussion entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={m.comments.clone()} /></div>
            </div>
        </>
    }
}

/// A text as it was, and as it would be.
fn side_by_side(texts: &StatementChange) -> Html {
    let text = |id: &'static str, title: &'static str, text: &str| {
        html! {
            <section class="card soft stack tight" aria-labelledby={id} data-test={id}>
                <h3 {id}>{ title }</h3>
                if text.trim().is_empty() { <p class="muted">{ "There was none." }</p> } else { <Markdown text={text.to_owned()} top={4} class="prose small" /> }
            </section>
        }
    };
    html! {
        <section class="card stack" aria-labelledby="texts"><h2 id="texts">{ "The text" }</h2>
            <div class="pair roomy">{ text("text-before", "Before", &texts.old) }{ text("text-after", "After", &texts.new) }</div>
        </section>
    }
}

fn choice_words(choice: Choice) -> &'static str {
    match choice {
        Choice::Yes => "For",
        Choice::No => "Against",
        Choice::Abstain => "Abstained",
    }
}

/// Who voted how, as a table.
fn voices(m: &MotionView) -> Html {
    if m.voices.is_empty() {
        return html! { <p class="meta">{ "Nobody has voted yet." }</p> };
    }
    html! {
        <details>
            <summary class="textbtn"><Icon name="right" class="sm flip" />{ "Who voted how" }</summary>
            <table class="table stackable mt2" data-test="voices">
                <caption class="sr">{ "Who voted how" }</caption>
                <thead><tr><th scope="col">{ "Member" }</th><th scope="col">{ "Vote" }</th><th scope="col">{ "Why" }</th></tr></thead>
                <tbody>{ for m.voices.iter().map(|v| html! {
                    <tr data-handle={v.handle.clone()}><th scope="row"><bdi>{ &v.handle }</bdi></th><td data-label="Vote">{ choice_words(v.choice) }</td>
                        if v.why.trim().is_empty() { <td></td> } else { <td data-label="Why">{ v.why.trim() }</td> }</tr>
                }) }</tbody>
            </table>
        </details>
    }
}

const CHOICES: [(Choice, &str, &str, &str); 3] = [
    (Choice::Yes, "For", "It should happen", "vote-yes"),
    (Choice::No, "Against", "It should not", "vote-no"),
    (Choice::Abstain, "Abstain", "Counts as having voted, for neither side", "vote-abstain"),
];

#[derive(Properties, PartialEq)]
struct YourVoteProps {
    motion: MotionView,
}

#[component]
fn YourVote(props: &YourVoteProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let m = &props.motion;
    let choice = use_state(|| m.mine);
    let why = use_state(String::new);
    let changing = use_state(|| false);
    let onsubmit = {
        let (store, sender, choice, why, changing) =
            (store.clone(), sender.clone(), *choice, why.clone(), changing.clone());
        let motion = m.head.entry.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(choice) = choice else {
                sender.refuse("Choose one of the three first.");
                return;
            };
            let (store, changing) = (store.clone(), changing.clone());
            let command = Command::VoteOnMotion { motion: motion.clone(), choice, why: why.trim().to_owned() };
            sender.send(command, move |reply| {
                changing.set(false);
                // It may have passed a moment before.
                let note = match reply {
                    Reply::Published(published) => published.note,
                    _ => None,
                };
                let saved = "Your vote is cast and saved on this computer";
                store.dispatch(Action::Say(note.map_or_else(|| saved.to_owned(), |note| format!("{saved}. {note}"))));
            });
        })
    };
    let onwhy = {
        let why = why.clone();
        Callback::from(move |event: InputEvent| why.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let change = |on: bool| {
        let changing = changing.clone();
        Callback::from(move |_: MouseEvent| changing.set(on))
    };
    let reading = store.reading_only(&m.head.chapter);
    let open = m.stage == MotionStage::Open && m.head.void.is_none() && !reading;
    // Whoever was changing their vote when it ended sees the one that they had cast.
    if let Some(mine) = m.mine.filter(|_| !*changing || !open) {
        return html! {
            <section class="card stack" aria-labelledby="your-vote" data-test="motion-voted" data-choice={choice_words(mine)}>
                <SecHead id="your-vote" title="Your vote" />
                <p class="line nowrap"><Icon name="ok" /><b>{ choice_words(mine) }</b></p>
                if open { <div><button class="btn small" type="button" onclick={change(true)} data-test="change-motion-vote">{ "Change my vote" }</button></div>
                    <p class="meta">{ "Only your last one counts." }</p> }
            </section>
        };
    }
    if !m.on_roll || !open {
        let words = match (open, m.on_roll) {
            (false, _) if reading => "You are no member of this chapter any more, and have no vote.",
            (false, _) => "It is over, and you did not vote on it.",
            (true, _)
                if m.measure == "remove"
                    && m.about.is_some()
                    && m.about == store.me.as_ref().map(|me| me.member.clone()) =>
            {
                "It is about you, so you have no vote on it. You can say what you think below: the members read it before they vote."
            }
            (true, _) => "You were not a member yet when it was made. You can still say what you think below.",
        };
        return html! { <Note kind={NoteKind::Info}><p>{ words }</p></Note> };
    }
    html! {
        <section class="card stack you" aria-labelledby="your-vote" data-test="motion-vote">
            <h2 id="your-vote">{ "Your vote" }</h2>
            <form class="stack" {onsubmit}>
                <fieldset class="choices"><legend class="sr">{ apostrophes(&m.title) }</legend>
                    { for CHOICES.iter().map(|(value, words, small, test)| {
                        let (choice, value) = (choice.clone(), *value);
                        let checked = *choice == Some(value);
                        let choose = Callback::from(move |_: Event| choice.set(Some(value)));
                        html! { <label class="choice" data-test={*test}><input type="radio" name="motion-choice" {checked} onchange={choose} /><span>{ *words }<small>{ *small }</small></span></label> }
                    }) }
                </fieldset>
                <div class="field"><label for="motion-vote-why">{ "Why" }</label>
                    <input class="input" id="motion-vote-why" data-test="motion-vote-why" value={(*why).clone()} maxlength="500" autocomplete="off" aria-describedby="motion-vote-hint" oninput={onwhy} />
                    <p class="hint" id="motion-vote-hint">{ "May stay empty." }</p></div>
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <button class="btn primary wide" type="submit" data-test="cast-motion-vote" disabled={sender.busy()}>{ "Cast my vote" }</button>
                if *changing { <button class="btn wide" type="button" onclick={change(false)}>{ "Leave it as it was" }</button> }
            </form>
            <p class="meta">{ "Members see your name with your vote. You can change it until it closes; only your last one counts." }</p>
        </section>
    }
}
