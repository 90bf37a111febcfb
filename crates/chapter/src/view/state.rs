//! The digest that two members compare.

use super::{TellerWord, View};
use crate::Void;
use blake3::Hasher;
use entry::EntryId;

/// BLAKE3 `derive_key` context of the digest.
const STATE: &str = "chapterhouse 1 view";

impl View {
    /// Equal for two views exactly when a member sees the same in both: the same entries, of which the same ones
    /// count, the same members, the same forks, the same results. An entry's id stands for all that it says.
    pub fn state_hash(&self) -> [u8; 32] {
        let mut hasher = Hasher::new_derive_key(STATE);
        hasher.update(self.chapter.as_bytes());
        self.hash_entries(&mut hasher);
        for member in self.members() {
            hasher.update(member.id.as_bytes());
            text(&mut hasher, &member.handle);
            number(&mut hasher, member.since.0);
            hasher.update(member.sponsor.as_ref().map_or(&[0; 32], |sponsor| sponsor.as_bytes()));
            hasher.update(member.admitted_by.as_bytes());
        }
        for device in self.devices() {
            hasher.update(device.id.as_bytes());
            hasher.update(device.member.as_bytes());
        }
        for fork in self.forks() {
            hasher.update(fork.device.as_bytes());
            number(&mut hasher, fork.seq);
            number(&mut hasher, fork.entries.len() as u64);
            fork.entries.iter().for_each(|entry| {
                hasher.update(entry.as_bytes());
            });
        }
        self.hash_decisions(&mut hasher);
        for poll in self.polls() {
            hasher.update(poll.as_bytes());
            if let Some(outcome) = self.outcome(&poll) {
                hasher.update(&outcome.hash());
            }
            self.hash_tellers(&poll, &mut hasher);
        }
        *hasher.finalize().as_bytes()
    }

    fn hash_tellers(&self, poll: &EntryId, hasher: &mut Hasher) {
        for teller in self.closing(poll).map(|closing| closing.tellers).unwrap_or_default() {
            hasher.update(teller.member.as_bytes());
            let (state, entry) = match teller.word {
                TellerWord::Missing => (0, None),
                TellerWord::Closed { entry, .. } => (1, Some(entry)),
                TellerWord::Contradicts { entries } => (2, entries.first().copied()),
                TellerWord::Recalled { entry } => (3, Some(entry)),
            };
            hasher.update(&[state]);
            hasher.update(entry.as_ref().map_or(&[0; 32], |entry| entry.as_bytes()));
        }
    }

    fn hash_decisions(&self, hasher: &mut Hasher) {
        for motion in self.motions() {
            hasher.update(motion.as_bytes());
            hasher.update(
                self.motion(&motion).and_then(|motion| motion.decided).as_ref().map_or(&[0; 32], |id| id.as_bytes()),
            );
        }
        hasher.update(self.rules_by().as_ref().map_or(&[0; 32], |id| id.as_bytes()));
        for task in self.tasks() {
            hasher.update(&[task.role as u8]);
            hasher.update(task.member.as_bytes());
            hasher.update(task.decision.as_bytes());
        }
        for entry in self.hidden_entries() {
            hasher.update(entry.as_bytes());
        }
        for epoch in self.epochs() {
            number(hasher, epoch.number);
            hasher.update(&[u8::from(epoch.clean)]);
        }
    }

    fn hash_entries(&self, hasher: &mut Hasher) {
        let mut rows: Vec<(EntryId, u32)> = self.rows.iter().map(|(id, row)| (*id, *row)).collect();
        rows.sort_unstable();
        number(hasher, rows.len() as u64);
        for (id, row) in rows {
            let record = self.record(row);
            hasher.update(id.as_bytes());
            let author = record.author.map(|member| self.authority.member_id(member));
            hasher.update(author.as_ref().map_or(&[0; 32], |author| author.as_bytes()));
            let void = self.void_at(row);
            hasher.update(&[void.map_or(0, code)]);
            if let Some(reason) = void.and_then(reason) {
                hasher.update(reason.as_bytes());
            }
        }
    }
}

fn number(hasher: &mut Hasher, value: u64) {
    hasher.update(&value.to_be_bytes());
}

fn text(hasher: &mut Hasher, text: &str) {
    number(hasher, text.len() as u64);
    hasher.update(text.as_bytes());
}

/// A number for each reason. The wording of a sentence may change; what two members compare must not.
const fn code(void: Void) -> u8 {
    match void {
        Void::NotAMember => 1,
        Void::BrokenChain => 2,
        Void::Malformed(_) => 3,
        Void::NotTheCharter => 4,
        Void::UnknownTarget => 5,
        Void::InvitationExpired => 6,
        Void::InvitationUsed => 7,
        Void::WrongStatement => 8,
        Void::BadStatement(_) => 9,
        Void::DeviceTaken => 10,
        Void::WrongRoll => 11,
        Void::ClosesTooEarly => 12,
        Void::NotOnRoll => 13,
        Void::Late => 14,
        Void::WrongAnswers => 15,
        Void::Forked { .. } => 16,
        Void::OtherTerms => 17,
        Void::TooFewSponsors => 18,
        Void::NotPassed => 19,
        Void::WrongGeneration => 20,
        Void::Removed { .. } => 21,
        Void::Left { .. } => 22,
        Void::Revoked { .. } => 23,
        Void::Uprooted { .. } => 24,
        Void::OldInvitation => 25,
        Void::NoDelegation => 26,
        Void::WrongDelegates => 27,
        Void::WrongTellers => 28,
        Void::NotATeller => 29,
        Void::TooEarly => 30,
        Void::ClosedAlready => 31,
        Void::WrongVotes => 32,
        Void::TooManyReceipts => 33,
        // Of the count only: the entry itself counts.
        Void::Unseen => 34,
        Void::WrongSecrecy => 35,
        Void::TooManyBallots => 36,
        Void::WrongKey => 40,
        Void::KeyAgain => 41,
        Void::WrongSecret => 42,
        Void::WrongSeal => 43,
        // Of the count only.
        Void::Unsealed => 44,
        Void::Unopened => 45,
        Void::Unproposed => 50,
        Void::Standing => 51,
        Void::OtherPlan => 52,
        Void::NotTheirs => 53,
        Void::TooMuchSaid => 54,
        Void::OpenedAlready => 55,
        Void::CountedEnough => 56,
    }
}

/// The entry that is the reason.
const fn reason(void: Void) -> Option<EntryId> {
    match void {
        Void::Forked { counts: by }
        | Void::Removed { by }
        | Void::Left { by }
        | Void::Revoked { by }
        | Void::Uprooted { by } => Some(by),
        _ => None,
    }
}
