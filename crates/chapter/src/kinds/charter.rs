//! Kind 1: the charter. It founds a chapter; the hash of its body is the chapter's id.

use super::{BadBody, Rules, codec, text};
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
