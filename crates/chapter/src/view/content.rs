//! What is kept of invitations, posts, minutes and polls beside their records.

use super::{
    acts::{MemberNo, Said},
    hidden::Hiding,
    proposals::Proposals,
    record::Record,
    secret::{Published, Secrets},
    shown::{ItemKind, MinutesSummary, PollState},
};
use crate::kinds::{Invite, JoinStatement, Minutes};
use entry::{EntryId, MemberId, Timestamp};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The order of every list: latest first, by the authors' clocks, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) time: Reverse<Timestamp>,
    pub(super) id: EntryId,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    /// What counts and is listed, by kind.
    pub(super) feeds: BTreeMap<ItemKind, BTreeMap<Place, u32>>,
    /// Valid comments on each row.
    pub(super) answers: BTreeMap<u32, Vec<u32>>,
    /// What comments whose text is not here are on, by the motions to hide them.
    pub(super) placed: BTreeMap<u32, BTreeMap<EntryId, u32>>,
    pub(super) minutes: BTreeMap<u32, MinutesSummary>,
    pub(super) polls: BTreeMap<u32, Voting>,
    pub(super) proposals: Proposals,
    pub(super) invites: BTreeMap<u32, Invite>,
    /// Requests to join, by row.
    pub(super) requests: BTreeMap<u32, Asking>,
    /// One-time ballot keys.
    pub(super) ballot_keys: Vec<Published>,
    /// Sponsors' words, by the digest of the statement that they are for.
    words: BTreeMap<[u8; 32], Vec<Said>>,
    /// Profiles of each member.
    pub(super) profiles: BTreeMap<MemberNo, Vec<u32>>,
    /// What members call themselves since their profile of that row.
    pub(super) handles: BTreeMap<u32, Box<str>>,
    /// Polls of the same members share their roll.
    rolls: BTreeMap<[u8; 32], Arc<BTreeSet<MemberId>>>,
}

/// A poll and the ballots and delegations that are here, those that do not count included.
#[derive(Debug, Clone)]
pub(super) struct Voting {
    pub(super) state: PollState,
    pub(super) ballots: Vec<(u32, vote::Ballot)>,
    pub(super) delegations: Vec<(u32, vote::Delegation)>,
    /// What there is of its ballots, if it is secret.
    pub(super) secrets: Option<Secrets>,
    /// The same, if they are hidden until the close. They are among `ballots` then, without answers.
    pub(super) hiding: Option<Hiding>,
    /// What tellers said, as far as it is valid.
    pub(super) receipts: Vec<Told>,
    pub(super) cutoffs: Vec<Told>,
    /// What devices counted.
    pub(super) counts: Vec<Count>,
}

/// What a teller had seen.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) said: Said,
    pub(crate) time: Timestamp,
    /// Rows of ballots and delegations, ascending. Of a receipt those that the device's receipts before it had not seen.
    pub(crate) votes: Box<[u32]>,
    /// Of a cutoff, those of the poll and of these that count in its past, ascending.
    pub(crate) stands_by: Box<[u32]>,
}

/// What a device counted.
#[derive(Debug, Clone)]
pub(crate) struct Count {
    pub(crate) said: Said,
    pub(crate) time: Timestamp,
    pub(crate) result: [u8; 32],
    pub(crate) marks: Box<[u8]>,
}

/// A request to join, and what was said to it.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) invite: u32,
    pub(super) statement: JoinStatement,
    pub(super) digest: [u8; 32],
    /// Rows of the words for it.
    pub(super) sponsors: Vec<u32>,
    /// Rows of the words against it.
    pub(super) declines: Vec<u32>,
}

impl Place {
    pub(super) const fn of(record: &Record) -> Self {
        Self { time: Reverse(record.time), id: record.id }
    }
}

impl Content {
    pub(super) fn list(&mut self, record: &Record, row: u32) {
        self.feeds.entry(record.kind).or_default().insert(Place::of(record), row);
    }

    pub(super) fn unlist(&mut self, record: &Record) {
        if let Some(feed) = self.feeds.get_mut(&record.kind) {
            feed.remove(&Place::of(record));
        }
    }

    /// The words that members gave for a statement.
    pub(crate) fn words(&self, digest: &[u8; 32]) -> &[Said] {
        self.words.get(digest).map_or(&[], Vec::as_slice)
    }

    pub(super) fn give_word(&mut self, digest: [u8; 32], word: Said) {
        self.words.entry(digest).or_default().push(word);
    }

    /// The rows of the requests by an invitation.
    pub(super) fn requests_by(&self, invite: u32) -> impl Iterator<Item = u32> + '_ {
        self.requests.iter().filter(move |(_, asking)| asking.invite == invite).map(|(row, _)| *row)
    }

    /// The roll with this hash, shared with the polls that have the same one.
    pub(super) fn share(&mut self, hash: [u8; 32], roll: BTreeSet<MemberId>) -> Arc<BTreeSet<MemberId>> {
        self.rolls.entry(hash).or_insert_with(|| Arc::new(roll)).clone()
    }
}

pub(super) fn summary(minutes: Minutes) -> MinutesSummary {
    MinutesSummary {
        date: minutes.date,
        place: minutes.place,
        present: minutes.attendance.len(),
        items: minutes.items.len(),
        decisions: minutes.decisions.len(),
        actions: minutes.actions,
        next: minutes.next,
    }
}
