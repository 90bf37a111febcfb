//! Kind 38: a teller's key for one poll. Kind 39: its secret, after the close. Kind 40: a ballot that is hidden until then.
//!
//! How a ballot is sealed is `vote::hidden`. What is sealed is as long for every ballot of a poll, whatever it says.

use super::{BadBody, answer, codec, conduct::MAX_TELLERS, minutes::at_most, poll::MAX_QUESTIONS};
use entry::{EntryId, MemberId, canon};
use minicbor::{Decode, Encode};
use vote::{
    Answer, Method, Question,
    hidden::{Envelope, OVERHEAD, PROOF_BYTES, Sealed, Seed, TellerKey as Key, TellerSecret as Secret},
};

/// The most bytes of sealed answers. No poll needs as many.
pub const MAX_TEXT: usize = 32 * 1024;

/// What voters seal shares of their ballots for, in one poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct TellerKey {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// The key.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// That its author has the secret.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub proof: [u8; PROOF_BYTES],
}

/// The secret of a teller's key, when the poll is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct TellerSecret {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// No secret any more.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub secret: [u8; 32],
}

/// A member's sealed answers to a poll.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct HiddenBallot {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// The member's how-manieth vote in this poll, from 1. The highest one counts.
    #[n(1)]
    pub number: u64,
    /// The voter's half of what the shares are wrapped with.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub point: [u8; 32],
    /// Shares of what opens it, by ascending teller.
    #[n(3)]
    pub shares: Vec<Share>,
    /// The sealed answers.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub text: Vec<u8>,
}

/// What one teller can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Share {
    /// Who.
    #[n(0)]
    #[cbor(with = "codec::member_id")]
    pub teller: MemberId,
    /// By which key of theirs.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// The share, covered.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub share: [u8; 32],
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Answers {
    #[n(0)]
    #[cbor(with = "answer")]
    answers: Vec<Answer>,
}

/// How many bytes the answers to these questions are filled up to: as long as the longest there can be.
pub fn room(questions: &[Question]) -> usize {
    let longest = |question: &Question| {
        let options = usize::from(question.options);
        match question.method {
            Method::Single(_) | Method::Consent(_) | Method::Consensus(_) => 3,
            Method::Approval(_) => 3 + 2 * options,
            Method::Runoff(_) | Method::Schulze(_) | Method::Stv(_) => 3 + 3 * options,
            Method::Score(_) | Method::Budget(_) => 3 + 5 * options,
        }
    };
    // Their length, and the heads of two lists.
    5 + questions.iter().map(longest).sum::<usize>()
}

/// Answers, to be kept by their voter.
pub fn write(answers: Vec<Answer>) -> Vec<u8> {
    canon::to_bytes(&Answers { answers })
}

/// What [`write()`] wrote.
pub fn read(bytes: &[u8]) -> Option<Vec<Answer>> {
    let Answers { answers } = canon::from_bytes(bytes, MAX_TEXT).ok()?;
    let within = answers.len() <= MAX_QUESTIONS && answers.iter().all(|answer| answer::check(answer).is_ok());
    within.then_some(answers)
}

/// Answers, filled up. None if they are longer than any that fit.
fn filled(room: usize, answers: Vec<Answer>) -> Option<Vec<u8>> {
    let encoded = write(answers);
    let length = u16::try_from(encoded.len()).ok()?;
    let mut bytes = [&length.to_be_bytes(), encoded.as_slice()].concat();
    if bytes.len() > room {
        return None;
    }
    bytes.resize(room, 0);
    Some(bytes)
}

/// What was filled up, in the one accepted form.
pub fn answers(bytes: &[u8]) -> Option<Vec<Answer>> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (encoded, filling) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    if filling.iter().any(|byte| *byte != 0) {
        return None;
    }
    read(encoded)
}

impl TellerKey {
    /// Of a teller, for a poll.
    pub fn new(poll: EntryId, teller: &MemberId, secret: &Secret) -> Self {
        Self { poll, key: secret.key().0, proof: secret.prove(&poll, teller) }
    }

    /// Whether its author has the secret.
    pub fn is_of(&self, teller: &MemberId) -> bool {
        Key(self.key).verify(&self.poll, teller, &self.proof)
    }
}

impl TellerSecret {
    /// The key whose secret it is.
    pub fn key(&self) -> Key {
        Secret::new(self.secret).key()
    }
}

impl HiddenBallot {
    /// Seals answers to these questions. None where they do not fit, or it could not be opened.
    pub fn seal(envelope: &Envelope<'_>, seed: &Seed, questions: &[Question], answers: Vec<Answer>) -> Option<Self> {
        let Sealed { point, shares, text } = envelope.seal(seed, &filled(room(questions), answers)?)?;
        let share = |((teller, key), share): (&(MemberId, Key), [u8; 32])| Share { teller: *teller, key: key.0, share };
        let shares = envelope.tellers.iter().zip(shares).map(share).collect();
        Some(Self { poll: envelope.poll, number: envelope.number, point, shares, text })
    }

    /// For whom it is sealed.
    pub fn tellers(&self) -> Vec<(MemberId, Key)> {
        self.shares.iter().map(|share| (share.teller, Key(share.key))).collect()
    }

    /// What is opened.
    pub fn sealed(&self) -> Sealed {
        let shares = self.shares.iter().map(|share| share.share).collect();
        Sealed { point: self.point, shares, text: self.text.clone() }
    }

    /// Whether it is as long as every ballot in a poll with these questions.
    pub fn has_room(&self, questions: &[Question]) -> bool {
        self.text.len() == room(questions) + OVERHEAD
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        if self.number == 0 {
            return Err(BadBody::Number { what: "the number of a vote", min: 1, max: u64::MAX });
        }
        if self.shares.is_empty() {
            return Err(BadBody::Empty { what: "the list of tellers who can open it" });
        }
        at_most("tellers", self.shares.len(), MAX_TELLERS)?;
        if self.shares.windows(2).any(|pair| pair[0].teller >= pair[1].teller) {
            return Err(BadBody::Repeated { what: "the tellers are not by ascending member" });
        }
        at_most("bytes of sealed answers", self.text.len(), MAX_TEXT)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use vote::{
        Ranking,
        method::{Approval, Budget, Schulze, Score},
    };

    #[test]
    fn all_answers_to_a_question_are_filled_up_to_one_length() {
        let approval = Method::Approval(Approval { max: 100, seats: 1, bar: None });
        let score = Method::Score(Score { max: 1000, seats: 1, bar: None });
        let budget = Method::Budget(Budget { dots: 1000, max: 1000, seats: None });
        let pairs: Vec<(u16, u16)> = (0..100).map(|option| (option, 1000)).collect();
        let equal = |size: usize| {
            let order: Vec<u16> = (0..100).collect();
            Answer::Ranks(Ranking::levels_of(&order.chunks(size).map(<[u16]>::to_vec).collect::<Vec<_>>()))
        };
        let longest = [
            (Method::SINGLE, vec![Answer::One(99)]),
            (approval, vec![Answer::Approved((0..100).collect())]),
            (score, vec![Answer::Scores(pairs)]),
            (budget, vec![Answer::Dots((0..100).map(|option| (option, 10)).collect())]),
            (Method::Schulze(Schulze), vec![equal(1), equal(2), equal(24), equal(100)]),
        ];
        for (method, longest) in longest {
            let questions = vec![Question { options: 100, method }; 50];
            for answer in longest.into_iter().chain([Answer::Blank]) {
                assert!(questions[0].fits(&answer).is_ok());
                let all = vec![answer; 50];
                let bytes = filled(room(&questions), all.clone()).unwrap();
                assert_eq!((bytes.len(), answers(&bytes)), (room(&questions), Some(all)));
            }
            assert!(room(&questions) + OVERHEAD <= MAX_TEXT);
        }
    }

    #[test]
    fn what_is_opened_has_one_form() {
        let bytes = filled(12, vec![Answer::One(1), Answer::Blank]).unwrap();
        assert_eq!(bytes, [0, 4, 0x81, 0x82, 1, 0xf6, 0, 0, 0, 0, 0, 0]);
        assert_eq!(filled(5, vec![Answer::One(1), Answer::Blank]), None);
        for (place, value) in [(1, 3), (1, 5), (0, 1), (3, 0x81), (11, 1), (2, 0x82)] {
            let mut changed = bytes.clone();
            changed[place] = value;
            assert_eq!(answers(&changed), None, "{place}");
        }
        assert_eq!((answers(&[]), answers(&[0]), answers(&[0, 0])), (None, None, None));
    }
}
