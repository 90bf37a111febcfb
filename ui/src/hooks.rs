//! Asking and sending from a component.

use crate::{
    backend, drafts,
    state::{Action, State},
};
use api::{Command, ErrorCode, Refusal, Reply};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The state and the way to change it.
pub(crate) type Store = UseReducerHandle<State>;

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(State::reduce(Rc::unwrap_or_clone(self), action))
    }
}

/// The store. Every component below the root has it.
#[hook]
pub(crate) fn use_store() -> Store {
    #[expect(clippy::expect_used, reason = "the root provides it; without it there is no window at all")]
    use_context::<Store>().expect("the root provides the store")
}

/// An answer as far as it is here. The old one stays while a newer one is fetched, so that nothing flickers.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Asked {
    command: Option<Command>,
    /// The latest answer.
    pub(crate) reply: Option<Reply>,
    /// Why there is none.
    pub(crate) refusal: Option<Refusal>,
}

/// Asks when the component appears, when the command changes, and when `revision` does. None asks nothing.
#[hook]
pub(crate) fn use_ask(command: Option<Command>, revision: u64) -> Asked {
    let store = use_store();
    let asked = use_state(Asked::default);
    let turn = use_mut_ref(|| 0_u64);
    {
        let asked = asked.clone();
        use_effect_with((command.clone(), revision), move |(command, _)| {
            *turn.borrow_mut() += 1;
            let mine = *turn.borrow();
            if let Some(command) = command.clone() {
                spawn_local(async move {
                    let answer = backend::dispatch(command.clone()).await;
                    // An answer that was overtaken by a newer question is not shown.
                    if *turn.borrow() != mine {
                        return;
                    }
                    if matches!(&answer, Err(r) if r.code == ErrorCode::Locked) {
                        store.dispatch(Action::Locked);
                        return;
                    }
                    let command = Some(command);
                    asked.set(match answer {
                        Ok(reply) => Asked { command, reply: Some(reply), refusal: None },
                        Err(refusal) => Asked { command, reply: None, refusal: Some(refusal) },
                    });
                });
            }
        });
    }
    if asked.command == command { (*asked).clone() } else { Asked::default() }
}

/// A command on its way, or why it was refused.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Sending {
    /// It is on its way.
    pub(crate) busy: bool,
    /// Why the last one was refused.
    pub(crate) refusal: Option<Refusal>,
}

/// Sends commands, one at a time.
#[derive(Clone, PartialEq)]
pub(crate) struct Sender {
    state: UseStateHandle<Sending>,
    /// Set at once, not with the next drawing: a double click sends one post, not two.
    under_way: Rc<Cell<bool>>,
    store: Store,
}

impl Sender {
    /// Sends a command and calls `then` with the answer.
    pub(crate) fn send(&self, command: Command, then: impl FnOnce(Reply) + 'static) {
        if self.under_way.replace(true) {
            return;
        }
        self.state.set(Sending { busy: true, refusal: None });
        let (state, store, under_way) = (self.state.clone(), self.store.clone(), Rc::clone(&self.under_way));
        spawn_local(async move {
            let answer = backend::dispatch(command).await;
            under_way.set(false);
            match answer {
                Ok(reply) => {
                    state.set(Sending::default());
                    if let Some(words) = reply.dated_ahead() {
                        store.dispatch(Action::DatedAhead(words.to_owned()));
                    }
                    then(reply);
                }
                Err(refusal) if refusal.code == ErrorCode::Locked => {
                    state.set(Sending::default());
                    store.dispatch(Action::Locked);
                }
                Err(refusal) => state.set(Sending { busy: false, refusal: Some(refusal) }),
            }
        });
    }

    /// Says that what was typed cannot be sent as it stands.
    pub(crate) fn refuse(&self, message: &str) {
        self.state.set(Sending { busy: false, refusal: Some(Refusal::new(ErrorCode::Invalid, message)) });
    }

    /// What was refused is changed: why it was is over.
    pub(crate) fn calm(&self) {
        if !self.state.busy && self.state.refusal.is_some() {
            self.state.set(Sending::default());
        }
    }

    /// Whether a command is on its way.
    pub(crate) fn busy(&self) -> bool {
        self.state.busy
    }

    /// Why the last one was refused.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.state.refusal.clone()
    }
}

/// A sender.
#[hook]
pub(crate) fn use_sender() -> Sender {
    let under_way = use_memo((), |()| Cell::new(false));
    Sender { state: use_state(Sending::default), under_way, store: use_store() }
}

/// A draft that lives on this computer under a name: its value, whether it was kept, and the way to change it. Without a
/// name it lives as long as the page. What was kept comes a moment after the page, unless somebody writes before.
#[hook]
pub(crate) fn use_draft<T>(name: &str, start: impl FnOnce() -> T) -> (T, bool, Callback<T>)
where
    T: serde::Serialize + serde::de::DeserializeOwned + Clone + 'static,
{
    let (value, kept) = (use_state(start), use_state(|| false));
    let touched = use_mut_ref(|| false);
    {
        let (value, kept, touched, name) = (value.clone(), kept.clone(), Rc::clone(&touched), name.to_owned());
        use_effect_with((), move |()| {
            if !name.is_empty() {
                spawn_local(async move {
                    let found = drafts::kept::<T>(&name).await;
                    if let Some(found) = found.filter(|_| !*touched.borrow()) {
                        value.set(found);
                        kept.set(true);
                    }
                });
            }
        });
    }
    let set = {
        let (value, kept, name) = (value.clone(), kept.clone(), name.to_owned());
        Callback::from(move |new: T| {
            *touched.borrow_mut() = true;
            let told = {
                let kept = kept.clone();
                Callback::from(move |done: bool| kept.set(done))
            };
            drafts::keep(&name, &new, told);
            value.set(new);
        })
    };
    ((*value).clone(), *kept, set)
}
