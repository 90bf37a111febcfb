//! How the state changes.

use super::{Action, Gate, Intent, Joining, Overlay, Paired, Progress, Route, State, Terms, Toast};
use crate::text::count;
use api::{
    Event, Id,
    reply::InvitationPreview,
    view::{ChapterSummary, LockCause, VaultState},
};

/// More confirmations than this at once would hide the page.
const TOASTS: usize = 2;
/// Old warnings make way for new ones.
const WARNINGS: usize = 5;

impl State {
    /// The state after one thing happened.
    pub(crate) fn reduce(mut self, action: Action) -> Self {
        match action {
            Action::Status(Ok(status)) => {
                self.version = status.version;
                self.copied = status.copied;
                // The words are on the screen: nothing but the person takes them away.
                if !matches!(self.gate, Gate::Words(_) | Gate::Wiped(_)) {
                    self.gate = match status.vault {
                        VaultState::Missing => Gate::Welcome,
                        VaultState::Locked => Gate::Locked,
                        VaultState::Open => self.inside(),
                    };
                }
            }
            Action::Status(Err(refusal)) => self.gate = Gate::Failed(refusal),
            Action::Intends(intent) => self.intent = intent,
            Action::Copied(copied) => self.copied = copied,
            Action::Initialised(made) => {
                self.me = Some(made.me);
                self.gate =
                    if made.recovery_words.is_empty() { self.inside() } else { Gate::Words(made.recovery_words) };
                self.route = first_page(self.intent);
            }
            Action::WordsKept => {
                self.gate = Gate::Open;
                self.route = first_page(self.intent);
            }
            Action::Opened(me) => {
                self.me = Some(me);
                // The node says "unlocked" also when a vault was made; then the welcome has its words to show first.
                if !matches!(self.gate, Gate::Words(_) | Gate::Welcome | Gate::Wiped(_)) {
                    self.gate = self.inside();
                }
            }
            Action::PairingAnew(me) => {
                (self.me, self.pairing_refused) = (Some(me), None);
                self.gate = self.inside();
            }
            Action::Anew => {
                self = Self { gate: Gate::Welcome, version: self.version, prefs: self.prefs, ..Self::default() };
            }
            Action::Restored(me) => {
                self.me = Some(me);
                self.backup = None;
                self.gate = Gate::Open;
                self.route = Route::Home;
            }
            Action::BackupEnded => self.backup = None,
            Action::Dropped(path) => self.dropped = Some(path),
            Action::Renamed(me) => self.me = Some(me),
            // Refused commands say it once more: the first reason stays.
            Action::Locked => self = self.locked(None),
            Action::Chapters(chapters) => {
                // Something of it can be read.
                let came = chapters.iter().find(|c| c.arriving && self.joining.contains_key(&c.chapter));
                if let Some(came) = came.filter(|_| matches!(self.route, Route::Join | Route::Start)) {
                    self.route = Route::front(came.chapter.clone());
                }
                let asks = |c: &ChapterSummary| c.joining || c.rejoining;
                // Whoever is not let back in reads why, beside what is here.
                let stays = |c: &ChapterSummary, j: &Joining| asks(c) || c.reading_only && j.refused.is_some();
                self.joining.retain(|id, j| !chapters.iter().any(|c| c.chapter == *id && !stays(c, j)));
                // A search that was begun before the window was opened goes on too.
                for chapter in chapters.iter().filter(|c| asks(c)) {
                    self.joining_in(&chapter.chapter, &chapter.name);
                }
                self.chapters = Some(chapters);
            }
            Action::Network(network) => self.network = network,
            Action::Heard(event) => self.hear(event),
            // A member who is near answers sooner than the window hears that the search has begun: that is kept.
            Action::JoinBegan(preview) => {
                let joining = self.joining.entry(preview.chapter.clone());
                let joining = joining.or_insert_with(|| Joining::new(preview.clone()));
                joining.preview = preview;
            }
            Action::TermsAnswered(id) => {
                if let Some(joining) = self.joining.get_mut(&id) {
                    joining.terms = None;
                }
            }
            Action::JoinGone(id) => {
                self.joining.remove(&id);
                if let Some(chapters) = &mut self.chapters {
                    chapters.retain(|c| !(c.chapter == id && c.joining));
                    chapters.iter_mut().filter(|c| c.chapter == id).for_each(|c| c.rejoining = false);
                }
            }
            Action::Went(route) => {
                if self.route != route {
                    self.about = None;
                }
                self.route = route;
                self.overlay = None;
            }
            Action::About(chapter) => self.about = Some(chapter),
            Action::Say(text) => self.say(text),
            Action::DatedAhead(message) => {
                // It says how much was written and what time it is, and so it is another one each time.
                if let Some(old) = self.dated_ahead.replace(message.clone()) {
                    self.warnings.retain(|warning| *warning != old);
                }
                self.warn(message);
            }
            Action::ToastGone(id) => self.toasts.retain(|t| t.id != id),
            Action::WarningGone(index) => {
                if index < self.warnings.len() {
                    self.warnings.remove(index);
                }
            }
            Action::Show(overlay) => self.overlay = Some(overlay),
            Action::Hide => self.overlay = None,
            Action::Minute => self.minutes += 1,
            Action::Prefs(prefs) => self.prefs = prefs,
        }
        self
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Changed { chapter, .. } => *self.changes.entry(chapter).or_default() += 1,
            Event::Progress { chapter, left: 0, .. } => {
                self.progress.remove(&chapter);
            }
            Event::Progress { chapter, fetched, left } => {
                self.progress.insert(chapter, Progress { fetched, left });
            }
            Event::DeviceAdded { .. } => self.say("Your other computer is added".to_owned()),
            Event::Joined { chapter, chapter_name } => {
                self.joining.remove(&chapter);
                self.say(format!("You are a member of {chapter_name}"));
                *self.changes.entry(chapter.clone()).or_default() += 1;
                // Whoever waits on the joining page has arrived; nobody else is taken away from what they read.
                if matches!(self.route, Route::Join | Route::Start) {
                    self.route = Route::front(chapter);
                }
            }
            // Nothing else is asked for on a computer that has no chapters yet.
            Event::JoinRefused { reason, .. } if self.gate == Gate::Pairing => self.pairing_refused = Some(reason),
            Event::JoinRefused { chapter, reason } => {
                if let Some(joining) = self.joining.get_mut(&chapter) {
                    joining.refused = Some(reason);
                    (joining.terms, joining.words) = (None, None);
                } else {
                    self.warn(reason);
                }
            }
            Event::JoinUnknown { chapter, reason } => {
                let name = self.chapter(&chapter).map(|c| c.name.clone()).unwrap_or_default();
                self.joining_in(&chapter, &name).unknown = Some(reason);
            }
            Event::Voided { chapter, chapter_name, entries } => {
                let what = count(entries as u64, "entry of yours does", "entries of yours do");
                self.warn(format!(
                    "{what} not count any more in {chapter_name}. The chapter’s page says which, and why."
                ));
                *self.changes.entry(chapter).or_default() += 1;
            }
            Event::Unanswered { chapter, chapter_name } => {
                self.warn(format!("The others in {chapter_name} do not answer this computer any more. The chapter’s page says what you can do."));
                *self.changes.entry(chapter).or_default() += 1;
            }
            Event::JoinTerms { chapter, chapter_name, statement, questions } => {
                let joining = self.joining_in(&chapter, &chapter_name);
                // Asked again by another member's computer: what is being typed stays.
                let terms = Some(Terms { statement, questions });
                let news = joining.terms != terms;
                (joining.terms, joining.refused, joining.words, joining.unknown) = (terms, None, None, None);
                if news && self.route != Route::Join {
                    self.say(format!("{chapter_name} asks you something before you join"));
                }
            }
            Event::JoinWaiting { chapter, have, need } => {
                let name = self.chapter(&chapter).map(|c| c.name.clone()).unwrap_or_default();
                let joining = self.joining_in(&chapter, &name);
                (joining.terms, joining.refused, joining.words) = (None, None, Some((have, need)));
                joining.unknown = None;
            }
            Event::Paired { handle, chapters } => {
                self.paired = Some(Paired { handle, chapters });
                self.route = Route::Pairing;
            }
            Event::Network(network) => self.network = network,
            Event::Listening { listening, peer_id } => {
                self.network.listening = listening;
                self.network.peer_id = peer_id;
                self.network.serving = true;
            }
            Event::Locked { why } => *self = std::mem::take(self).locked(Some(why)),
            Event::Backup { done, total } => self.backup = Some((done, total)),
            Event::Wiped(report) => {
                let (version, prefs) = (std::mem::take(&mut self.version), self.prefs);
                *self = Self { gate: Gate::Wiped(report), version, prefs, ..Self::default() };
            }
            // The window asks who opened it and answers with `Opened`.
            Event::Unlocked | Event::NoticeClicked { .. } => {}
            Event::Warning { message } => self.warn(message),
            Event::Mending { chapter, message } => {
                self.mending.insert(chapter, message.clone());
                self.warn(message);
            }
            Event::Mended { chapter, chapter_name } => {
                if let Some(message) = self.mending.remove(&chapter) {
                    self.warnings.retain(|warning| *warning != message);
                }
                self.say(format!("{chapter_name}: what was missing here has come, and writing goes on"));
            }
        }
    }

    /// The joining of a chapter; begun here if the window does not know of it yet.
    fn joining_in(&mut self, chapter: &Id, name: &str) -> &mut Joining {
        self.joining.entry(chapter.clone()).or_insert_with(|| {
            Joining::new(InvitationPreview {
                chapter: chapter.clone(),
                chapter_name: name.to_owned(),
                inviter: String::new(),
                expires: String::new(),
            })
        })
    }

    /// Nothing that needs the keys stays in the window's memory.
    fn locked(self, why: Option<LockCause>) -> Self {
        // Where no vault is, none is locked.
        if matches!(self.gate, Gate::Wiped(_) | Gate::Welcome) {
            return self;
        }
        let before = if self.gate == Gate::Locked { self.locked_because } else { LockCause::default() };
        let (gate, locked_because) = (Gate::Locked, why.unwrap_or(before));
        // What lies over the door stays over it: the dialog that destroys everything.
        let overlay = self.overlay.filter(|overlay| *overlay == Overlay::Wipe);
        // Whoever opens it goes on where they were. An address says nothing of what stands there.
        let route = if self.route == Route::Pairing { Route::Home } else { self.route };
        Self { gate, locked_because, overlay, route, version: self.version, prefs: self.prefs, ..Self::default() }
    }

    fn say(&mut self, text: String) {
        self.toasts_made += 1;
        self.toasts.push(Toast { id: self.toasts_made, text });
        if self.toasts.len() > TOASTS {
            self.toasts.remove(0);
        }
    }

    fn warn(&mut self, message: String) {
        self.warnings.retain(|w| *w != message);
        self.warnings.push(message);
        if self.warnings.len() > WARNINGS {
            self.warnings.remove(0);
        }
    }
}

fn first_page(intent: Intent) -> Route {
    match intent {
        Intent::Join | Intent::Restore => Route::Join,
        Intent::Start => Route::Start,
        Intent::Backup | Intent::Pair => Route::Home,
    }
}
