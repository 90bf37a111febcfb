//! What is said to a proposed vote, and opening it: a few words, and what they do.

use crate::{
    browser,
    components::{Before, Field},
    hooks::{use_sender, use_store},
    state::{Action, Route},
    text::before::Point,
};
use api::{Command, Id, Reply};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Which act it is; by the entry that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Say {
    /// Against a proposal.
    Object(Id),
    /// To an objection.
    Answer(Id),
    /// One's objection is resolved.
    Withdraw(Id),
    /// An amendment becomes the proposal.
    Adopt(Id),
    /// The proposal becomes a vote.
    Open(Id),
}

/// What is asked and told before it.
struct Words {
    title: &'static str,
    points: Vec<Point>,
    act: &'static str,
    done: &'static str,
    /// The field's label, where words are needed.
    label: Option<&'static str>,
}

impl Say {
    fn words(&self) -> Words {
        let (happens, stays) =
            (|text: &str| Point::Happens(text.to_owned()), |text: &str| Point::Stays(text.to_owned()));
        match self {
            Self::Object(_) => Words {
                title: "Object to this vote?",
                points: vec![
                    happens(
                        "Everybody reads your objection, signed by you. It stands on the ballot and beside the result until you withdraw it.",
                    ),
                    stays("It does not stop the vote. Whoever proposed it can answer, or change it."),
                ],
                act: "Object",
                done: "Your objection is saved on this computer",
                label: Some("What you have against it"),
            },
            Self::Answer(_) => Words {
                title: "Answer this objection?",
                points: vec![stays("Whether that resolves it, its owner says.")],
                act: "Answer",
                done: "Your answer is saved on this computer",
                label: Some("Your answer"),
            },
            Self::Withdraw(_) => Words {
                title: "Withdraw your objection?",
                points: vec![
                    happens("It is shown as withdrawn, with your word why."),
                    stays("What you objected stays on record."),
                ],
                act: "Withdraw it",
                done: "Your objection is withdrawn",
                label: Some("Why it is resolved"),
            },
            Self::Adopt(_) => Words {
                title: "Adopt this amendment?",
                points: vec![
                    happens(
                        "The vote asks what the amendment says. Its time begins anew, if the chapter’s rules ask for one.",
                    ),
                    stays("Everybody sees what was changed, and whose amendment it was."),
                ],
                act: "Adopt it",
                done: "The amendment is adopted",
                label: None,
            },
            Self::Open(_) => Words {
                title: "Open the vote?",
                points: vec![
                    happens("All who are members now can vote on it, as it stands here."),
                    Point::Forever("Nothing of it can be changed any more.".to_owned()),
                ],
                act: "Open the vote",
                done: "The vote is open and saved on this computer",
                label: None,
            },
        }
    }

    fn command(&self, text: String) -> Command {
        match self.clone() {
            Self::Object(proposal) => Command::ObjectToProposal { proposal, why: text },
            Self::Answer(objection) => Command::AnswerObjection { objection, text },
            Self::Withdraw(objection) => Command::WithdrawObjection { objection, text },
            Self::Adopt(amendment) => Command::AdoptAmendment { amendment },
            Self::Open(proposal) => Command::OpenProposal { proposal },
        }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SayProps {
    pub(crate) say: Say,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn SayDialog(props: &SayProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let text = use_state(String::new);
    let words = props.say.words();
    let onact = {
        let (store, sender, text) = (store.clone(), sender.clone(), text.clone());
        let (say, onclose, done, needed) =
            (props.say.clone(), props.onclose.clone(), words.done, words.label.is_some());
        Callback::from(move |()| {
            if needed && text.trim().is_empty() {
                sender.refuse("Say it in a few words first.");
                browser::focus("#say-text");
                return;
            }
            let (store, onclose) = (store.clone(), onclose.clone());
            sender.send(say.command(text.trim().to_owned()), move |reply| {
                onclose.emit(());
                store.dispatch(Action::Say(done.to_owned()));
                if let Reply::PollOpened(opened) = reply {
                    browser::go(&Route::Entry(opened.poll).href());
                }
            });
        })
    };
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    html! {
        <Before title={words.title} points={words.points} act={words.act} {sender} {onact} onclose={props.onclose.clone()} test="say-now">
            if let Some(label) = words.label {
                <Field id="say-text" {label}>
                    <textarea class="input" id="say-text" data-test="say-text" rows="4" spellcheck="true" value={(*text).clone()} {oninput} />
                </Field>
            }
        </Before>
    }
}
