//! Kind 1: the charter. It founds a chapter; the hash of its body is the chapter's id.

use super::{BadBody, codec, text};
use entry::{ChapterId, DeviceCert, Timestamp};
use minicbor::{Decode, Encode};

/// A chapter's beginning.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Charter {
    /// Random, so that two chapters of the same name, place and moment differ, and nobody guesses an id.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub salt: [u8; 32],
    /// Its name.
    #[n(1)]
    pub name: String,
    /// Where it meets; may be empty.
    #[n(2)]
    pub place: String,
    /// The branch's level.
    #[n(3)]
    pub tier: Tier,
    /// Who founds it. Exactly one, for now.
    #[n(4)]
    pub founders: Vec<Founder>,
    /// Its rules.
    #[n(5)]
    pub rules: Rules,
    /// When, by the founder's clock.
    #[n(6)]
    #[cbor(with = "codec::time")]
    pub founded: Timestamp,
}

/// A branch's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Tier {
    /// A chapter.
    #[n(0)]
    Local,
    /// Several chapters.
    #[n(1)]
    Regional,
    /// A country.
    #[n(2)]
    National,
    /// The whole federation.
    #[n(3)]
    International,
}

/// A founder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Founder {
    /// What the others call them.
    #[n(0)]
    pub handle: String,
    /// Their first device.
    #[n(1)]
    pub cert: DeviceCert,
}

/// What a chapter holds to until it decides otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Rules {
    /// Members who have to sponsor a newcomer. Exactly one, for now.
    #[n(0)]
    pub sponsors: u64,
    /// Members from which the chapter counts as operating.
    #[n(1)]
    pub operating_from: u64,
    /// What newcomers may read.
    #[n(2)]
    pub history_for_newcomers: History,
    /// The part of the members that has to vote for a removal to be decided.
    #[n(3)]
    pub removal_quorum: Fraction,
    /// The part of the votes that a removal needs; more than this, or all.
    #[n(4)]
    pub removal_majority: Fraction,
}

/// What newcomers may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum History {
    /// Everything from the beginning.
    #[n(0)]
    All,
    /// What is written after they joined.
    #[n(1)]
    FromJoining,
}

/// A part of a whole: 0 < part ≤ whole ≤ 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Fraction {
    /// Above the line.
    #[n(0)]
    pub part: u64,
    /// Below it.
    #[n(1)]
    pub whole: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            sponsors: 1,
            operating_from: 5,
            history_for_newcomers: History::All,
            removal_quorum: Fraction { part: 1, whole: 2 },
            removal_majority: Fraction { part: 2, whole: 3 },
        }
    }
}

impl Charter {
    /// The chapter that this charter founds.
    pub fn chapter_id(&self) -> ChapterId {
        ChapterId::of_charter(&super::body::plain(self))
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::line("the chapter's name", &self.name, 1, text::MAX_NAME)?;
        text::line("the place", &self.place, 0, text::MAX_NAME)?;
        let [founder] = self.founders.as_slice() else {
            return Err(BadBody::Founders);
        };
        text::handle(&founder.handle)?;
        self.rules.check()
    }
}

impl Rules {
    fn check(&self) -> Result<(), BadBody> {
        if self.sponsors != 1 {
            return Err(BadBody::Sponsors);
        }
        if !(1..=1_000_000).contains(&self.operating_from) {
            return Err(BadBody::Number {
                what: "the number of members of an operating chapter",
                min: 1,
                max: 1_000_000,
            });
        }
        for (what, fraction) in
            [("the quorum of a removal", self.removal_quorum), ("the majority of a removal", self.removal_majority)]
        {
            if fraction.part == 0 || fraction.part > fraction.whole || fraction.whole > 1000 {
                return Err(BadBody::Fraction { what });
            }
        }
        Ok(())
    }
}
