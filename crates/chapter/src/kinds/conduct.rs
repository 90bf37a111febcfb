//! How a poll is held, where that is anything else than everybody with one vote each: part of kind 30. A poll without
//! any of it has null in its place.

use super::{BadBody, codec, method, minutes::at_most, text};
use entry::MemberId;
use minicbor::{
    Decode, Decoder, Encode, Encoder,
    decode::Error as Unread,
    encode::{Error as Unwritten, Write},
};
use vote::Fraction;

/// The most members whose votes weigh something else, and the most observers.
pub const MAX_EXCEPTIONS: usize = 1000;
/// The longest reason for a weight or an observer, in characters.
pub const MAX_WHY: usize = 200;
/// The most tellers.
pub const MAX_TELLERS: usize = 15;

/// How a poll is held. A list of six; of seven, where there are tellers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    /// Who can read the ballots.
    pub secrecy: Secrecy,
    /// The part of the roll's weight that has to vote for anything to be decided.
    pub quorum: Option<Fraction>,
    /// Whether members may give their votes to others.
    pub delegation: bool,
    /// Into how many parts a vote is divided, so that weights are whole numbers. 1 without weights.
    pub per_vote: u32,
    /// Whose votes do not weigh one vote, by ascending member.
    pub weights: Vec<Weight>,
    /// Members without a vote, by ascending member.
    pub observers: Vec<Observer>,
    /// Members who say which votes were there in time, ascending. Without, that is what the voters' own clocks say.
    pub tellers: Vec<MemberId>,
}

/// Who can read the ballots. Further ways get further numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Secrecy {
    /// All members, with their voters' names.
    #[n(0)]
    Open,
    /// Nobody, until most tellers open them after the close; then all members, with their voters' names: see `vote::hidden`.
    #[n(1)]
    Hidden,
    /// Everybody, and nobody knows whose they are: see `vote::secret`.
    #[n(2)]
    Secret,
    /// The same, and nobody knows either which answers to different questions are one voter's.
    #[n(3)]
    Apart,
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
        let tellers = Vec::new();
        Self { secrecy: Secrecy::Open, quorum: None, delegation: false, per_vote: 1, weights, observers, tellers }
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
        at_most("tellers", self.tellers.len(), MAX_TELLERS)?;
        if self.tellers.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(BadBody::Repeated { what: "the tellers are not by ascending member" });
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

impl<C> Encode<C> for Conduct {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, context: &mut C) -> Result<(), Unwritten<W::Error>> {
        e.array(if self.tellers.is_empty() { 6 } else { 7 })?;
        e.encode(self.secrecy)?;
        method::quorum::encode(&self.quorum, e, context)?;
        codec::flag::encode(&self.delegation, e, context)?;
        e.u32(self.per_vote)?.encode(&self.weights)?.encode(&self.observers)?;
        if !self.tellers.is_empty() {
            e.array(self.tellers.len() as u64)?;
            self.tellers.iter().try_for_each(|teller| codec::member_id::encode(teller, e, context))?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Conduct {
    fn decode(d: &mut Decoder<'b>, context: &mut C) -> Result<Self, Unread> {
        let fields = d
            .array()?
            .filter(|fields| matches!(fields, 6 | 7))
            .ok_or_else(|| Unread::message("neither six nor seven"))?;
        let mut conduct = Self {
            secrecy: d.decode()?,
            quorum: method::quorum::decode(d, context)?,
            delegation: codec::flag::decode(d, context)?,
            per_vote: d.u32()?,
            weights: d.decode()?,
            observers: d.decode()?,
            tellers: Vec::new(),
        };
        if fields == 7 {
            // That they are not too many is told in words, once they are read; a body is bounded.
            let tellers = d.array()?.ok_or_else(|| Unread::message("a list without its length"))?;
            for _ in 0..tellers {
                conduct.tellers.push(codec::member_id::decode(d, context)?);
            }
        }
        Ok(conduct)
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
