//! What was said before the poll: which entries belong to the proposal that it came from.
//!
//! A proposal's entries name each other: every version the first one, objections and amendments a version, remarks an
//! objection. Which proposal is the poll's, only the poll tells, which comes later; so all are noted, and told apart then.
//! Whoever joined meanwhile has not all of the texts, so a text that is not here belongs to nothing.

use chapter::{Kind, Past, kinds, kinds::number};
use entry::{Entry, EntryId};
use std::collections::{BTreeMap, BTreeSet};

/// Longer than this no text is kept: reasons are shorter, and a title is.
const LONGEST: usize = kinds::text::MAX_REASON;
/// The most texts that are kept of a file. All are counted; nobody reads so many.
const MOST_TEXTS: usize = 10_000;

/// What is known of entries that may belong to one proposal.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    noted: BTreeMap<EntryId, Noted>,
    texts: BTreeMap<EntryId, Box<str>>,
}

#[derive(Debug, Clone, Copy)]
enum Noted {
    /// A version: the first one, if it is a further one.
    Version(Option<EntryId>),
    /// An objection to a version.
    Objection(EntryId),
    /// An amendment of one.
    Amendment(EntryId),
    /// A remark on an objection.
    Remark(EntryId),
    /// A poll that was opened from a version.
    Opened(EntryId),
}

impl Talk {
    /// Notes an entry, if its text is here and it may belong to a proposal.
    pub fn note<S>(&mut self, entry: &Entry<S>) {
        let kind = entry.content().kind;
        if !matches!(kind, number::POLL | number::PROPOSAL | number::OBJECTION | number::AMENDMENT | number::REMARK) {
            return;
        }
        let Some(Ok(said)) = entry.body().map(|body| kinds::decode(kind, body)) else { return };
        let (noted, text) = match said {
            Kind::Proposal(said) => match said.version {
                None => (Noted::Version(None), said.plan.title),
                Some(version) => (Noted::Version(Some(version.of)), version.why),
            },
            Kind::Objection(said) => (Noted::Objection(said.to), said.why),
            Kind::Amendment(said) => (Noted::Amendment(said.to), said.why),
            Kind::Remark(said) => (Noted::Remark(said.objection), said.text),
            Kind::Poll(kinds::Poll { proposal: Some(version), .. }) => (Noted::Opened(version), String::new()),
            _ => return,
        };
        self.noted.insert(entry.id(), noted);
        if self.texts.len() < MOST_TEXTS && text.len() <= LONGEST && !text.is_empty() {
            self.texts.insert(entry.id(), text.into_boxed_str());
        }
    }

    /// The words of an entry: a reason, an answer, and of a first version its title.
    pub fn words(&self, entry: &EntryId) -> &str {
        self.texts.get(entry).map_or("", |text| text)
    }

    /// What belongs to the proposal of which this version became the poll, with its text: all of its versions, objections,
    /// amendments and remarks, and polls that were opened from it before.
    pub fn of(&self, version: Option<EntryId>, poll: &EntryId, past: &dyn Past) -> BTreeSet<EntryId> {
        let Some(version) = version else { return BTreeSet::new() };
        let first = match self.noted.get(&version) {
            Some(Noted::Version(Some(first))) => *first,
            _ => version,
        };
        let is_version = |id: &EntryId| match self.noted.get(id) {
            Some(Noted::Version(of)) => of.unwrap_or(*id) == first,
            // Its text is not here.
            None => *id == first || *id == version,
            Some(_) => false,
        };
        let belongs = |id: &EntryId, noted: &Noted| match noted {
            Noted::Version(_) => is_version(id),
            Noted::Objection(to) | Noted::Amendment(to) => is_version(to),
            Noted::Remark(objection) => {
                matches!(self.noted.get(objection), Some(Noted::Objection(to)) if is_version(to))
            }
            // Whether one was opened before says whether this one could be.
            Noted::Opened(of) => is_version(of) && past.contains(id, poll),
        };
        self.noted.iter().filter(|(id, noted)| belongs(id, noted)).map(|(id, _)| *id).collect()
    }
}
