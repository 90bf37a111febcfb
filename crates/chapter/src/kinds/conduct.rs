//! How a poll is held, where that is anything else than everybody with one vote each: part of kind 30. A poll without
//! any of it has null in its place.

use super::{BadBody, codec, method, minutes::at_most, text};
use entry::MemberId;
use minicbor::{Decode, Encode};
use vote::Fraction;

/// The most members whose votes weigh something else, and the most observers.
pub const MAX_EXCEPTIONS: usize = 1000;
/// The longest reason for a weight or an observer, in characters.
pub const MAX_WHY: usize = 200;

/// How a poll is held.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Conduct {
    /// Who can read the ballots.
    #[n(0)]
    pub secrecy: Secrecy,
    /// The part of the roll's weight that has to vote for anything to be decided.
    #[n(1)]
    #[cbor(with = "method::quorum")]
    pub quorum: Option<Fraction>,
    /// Whether members may give their votes to others.
    #[n(2)]
    #[cbor(with = "codec::flag")]
    pub delegation: bool,
    /// Into how many parts a vote is divided, so that weights are whole numbers. 1 without weights.
    #[n(3)]
    pub per_vote: u32,
    /// Whose votes do not weigh one vote, by ascending member.
    #[n(4)]
    pub weights: Vec<Weight>,
    /// Members without a vote, by ascending member.
    #[n(5)]
    pub observers: Vec<Observer>,
}

/// Who can read the ballots. Further ways get further numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Secrecy {
    /// All members, with their voters' names.
    #[n(0)]
    Open,
}

/// What a member's vote weighs, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Weight {
    /// Whose.
    #[n(0)]
    #[cbor(with = "codec::member_id")]
    pub member: MemberId,
    /// How much, in parts of a vote.
    #[n(1)]
    pub parts: u32,
    /// One line.
    #[n(2)]
    pub why: String,
}

/// A member without a vote, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Observer {
    /// Who.
    #[n(0)]
    #[cbor(with = "codec::member_id")]
    pub member: MemberId,
    /// One line.
    #[n(1)]
    pub why: String,
}

impl Default for Conduct {
    /// As most polls are held.
    fn default() -> Self {
        let (weights, observers) = (Vec::new(), Vec::new());
        Self { secrecy: Secrecy::Open, quorum: None, delegation: false, per_vote: 1, weights, observers }
    }
}

impl Conduct {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        at_most("weights", self.weights.len(), MAX_EXCEPTIONS)?;
        at_most("observers", self.observers.len(), MAX_EXCEPTIONS)?;
        if self.weights.is_empty() && self.per_vote != 1 {
            return Err(BadBody::Number { what: "the parts of a vote, where all weigh the same,", min: 1, max: 1 });
        }
        if self.weights.windows(2).any(|pair| pair[0].member >= pair[1].member) {
            return Err(BadBody::Repeated { what: "the weights are not by ascending member" });
        }
        if self.observers.windows(2).any(|pair| pair[0].member >= pair[1].member) {
            return Err(BadBody::Repeated { what: "the observers are not by ascending member" });
        }
        let observes = |member| self.observers.binary_search_by_key(member, |observer| observer.member).is_ok();
        if self.weights.iter().any(|weight| observes(&weight.member)) {
            return Err(BadBody::Repeated { what: "a member who observes has no vote that could weigh anything" });
        }
        for weight in &self.weights {
            text::line("the reason for a weight", &weight.why, 1, MAX_WHY)?;
        }
        for observer in &self.observers {
            text::line("the reason for observing", &observer.why, 1, MAX_WHY)?;
        }
        Ok(())
    }
}

/// In a poll: null where it is held as most are.
pub(super) mod maybe {
    use super::Conduct;
    use minicbor::{
        Decoder, Encoder,
        data::Type,
        decode::Error as Unread,
        encode::{Error as Unwritten, Write},
    };

    pub(in crate::kinds) fn encode<C, W: Write>(
        conduct: &Conduct,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        if *conduct == Conduct::default() {
            e.null()?;
        } else {
            e.encode(conduct)?;
        }
        Ok(())
    }

    pub(in crate::kinds) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Conduct, Unread> {
        if d.datatype()? == Type::Null {
            d.null()?;
            return Ok(Conduct::default());
        }
        d.decode()
    }
}
