//! What is counted against what: a poll's roll, its questions with their methods, and what a result needs to hold.

use crate::{
    ballot::{Answer, Delegation, Reason, Undelegated},
    delegate,
    method::Method,
    secret::Scope,
};
use entry::{EntryId, MemberId, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The most questions of a poll.
pub const MAX_QUESTIONS: usize = 50;
/// The most options of a question.
pub const MAX_OPTIONS: u16 = 100;
/// The most that all weights of a roll may add up to, in the roll's parts: so nothing in a count can overflow.
pub const MAX_WEIGHT: u64 = 10_000_000_000;

/// A poll, as far as counting needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Its entry's id: the hash of all that was fixed when it opened. Lots are drawn from it.
    pub id: EntryId,
    /// What is asked.
    pub questions: Vec<Question>,
    /// Who may vote. Shared, since the polls of a chapter mostly have the same roll.
    pub roll: Arc<BTreeSet<MemberId>>,
    /// How much each vote weighs; without, everybody has one vote.
    pub weights: Option<Arc<Weights>>,
    /// The last moment of voting.
    pub closes: Timestamp,
    /// At least this part of the roll's weight has to be cast for anything to be decided.
    pub quorum: Option<Fraction>,
    /// Whether members may give their votes to others.
    pub delegation: bool,
    /// Whether ballots are secret (see [`crate::secret`]): then what stands for a voter is their tag, and that they are on the
    /// roll was shown by the ballot's proof.
    pub secret: bool,
    /// Whether the questions of a secret poll are answered apart: each ballot answers one of them, under a tag for that one alone,
    /// so that nobody can tell which answers to two questions are one voter's.
    pub apart: bool,
    /// Whether ballots are hidden until the close (see [`crate::hidden`]). They are counted like open ones once they are opened.
    pub hidden: bool,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// How many options it has.
    pub options: u16,
    /// How it is decided.
    pub method: Method,
}

/// What members' votes weigh, in parts of one vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// How many parts one vote has.
    pub per_vote: u32,
    /// Each member's parts; whoever is not here has one vote.
    pub of: BTreeMap<MemberId, u32>,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line: at least 1.
    pub part: u32,
    /// Below it: at least the part, at most 1,000.
    pub whole: u32,
}

/// What an option's votes have to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// How much.
    pub share: Fraction,
    /// More than that, or that suffices.
    pub reach: Reach,
    /// Of what.
    pub of: Of,
}

/// How a [`Bar`] is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By more than the share, or by all there is.
    MoreThan,
    /// By the share.
    AtLeast,
}

/// What a [`Bar`] is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The votes that answer the question: blanks do not matter.
    Answers,
    /// The votes cast, blanks included.
    Cast,
    /// The roll: whoever does not vote counts against.
    Roll,
    /// The first two options, for and against; further ones do not matter, and only the first can pass.
    ForAndAgainst,
}

/// Why a poll cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unfit {
    /// It asks nothing, or more than 50 questions.
    Questions,
    /// A question has fewer than 2 options or more than 100, or not as many as its method has.
    Options(usize),
    /// A question's seats are none, or more than its options or than its method can fill.
    Seats(usize),
    /// A question's highest score, or its dots, or how many may be approved, are none or too many.
    Max(usize),
    /// A question's majority is no fraction, or of something that its method does not have.
    Bar(usize),
    /// The quorum is no fraction.
    Quorum,
    /// A weight is nothing, or is for somebody who is not on the roll, or all together are too much.
    Weights,
    /// It is secret, and has weights, delegation, or blocks with a reason: by them voters would be known.
    Secret,
    /// Its questions are answered apart, and it is not secret, or there is only one.
    Apart,
    /// It is hidden, and has questions by consent or consensus: who blocks has to be heard before the close.
    Hidden,
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (question, what) = match self {
            Self::Questions => return f.write_str("a poll has 1 to 50 questions"),
            Self::Quorum => return f.write_str("a quorum is a part of the roll, like 1/2"),
            Self::Weights => return f.write_str("weights are positive, for members on the roll, and not too large"),
            Self::Secret => {
                return f.write_str("a secret poll has no weights, no delegation, and no questions by consent or consensus: voters would be known by them");
            }
            Self::Apart => return f.write_str("answers are kept apart in a secret poll with two or more questions"),
            Self::Hidden => {
                return f.write_str(
                    "votes that are hidden until the close have no questions by consent or consensus: what somebody objects \
                     to has to be heard while it can still be answered",
                );
            }
            Self::Options(question) => (question, "has too few or too many options for its method"),
            Self::Seats(question) => (question, "fills no seats, or more than there can be"),
            Self::Max(question) => (question, "allows nothing, or too much"),
            Self::Bar(question) => (question, "asks for a majority that its method does not have"),
        };
        write!(f, "question {} {what}", question + 1)
    }
}

impl Fraction {
    /// One half.
    pub const HALF: Self = Self { part: 1, whole: 2 };

    /// Whether it is one: more than nothing, at most all, of at most 1,000.
    pub const fn is_fraction(self) -> bool {
        0 < self.part && self.part <= self.whole && self.whole <= 1000
    }

    /// How `votes` of `all` compare with it.
    pub fn compare(self, votes: u64, all: u64) -> std::cmp::Ordering {
        (u128::from(votes) * u128::from(self.whole)).cmp(&(u128::from(all) * u128::from(self.part)))
    }
}

impl Bar {
    /// More than half of the answers.
    pub const MAJORITY: Self = Self { share: Fraction::HALF, reach: Reach::MoreThan, of: Of::Answers };

    /// Whether so many votes of so many reach it. Nothing never does.
    pub fn reached(&self, votes: u64, of: u64) -> bool {
        let order = self.share.compare(votes, of);
        votes > 0
            && match self.reach {
                Reach::MoreThan => order.is_gt() || votes == of,
                Reach::AtLeast => order.is_ge(),
            }
    }
}

impl Weights {
    fn of(&self, member: &MemberId) -> u32 {
        self.of.get(member).copied().unwrap_or(self.per_vote)
    }
}

impl Poll {
    /// A poll of single choices in which everybody has one vote and the most votes win.
    pub fn plain(
        id: EntryId,
        options: impl IntoIterator<Item = u16>,
        roll: Arc<BTreeSet<MemberId>>,
        closes: Timestamp,
    ) -> Self {
        let questions = options.into_iter().map(|options| Question { options, method: Method::SINGLE }).collect();
        Self {
            id,
            questions,
            roll,
            weights: None,
            closes,
            quorum: None,
            delegation: false,
            secret: false,
            apart: false,
            hidden: false,
        }
    }

    /// How many ballots a voter has: one, or one for each question.
    pub fn parts(&self) -> usize {
        if self.apart { self.questions.len() } else { 1 }
    }

    /// Which of these a ballot is, by its answers. Where questions are answered apart, they end at the one that it answers.
    pub fn part_of(&self, answers: &[Answer]) -> usize {
        if self.apart { answers.len().saturating_sub(1) } else { 0 }
    }

    /// What tags of ballots of that part can be compared within, in a secret poll.
    pub fn scope(&self, part: usize) -> Scope {
        match u16::try_from(part) {
            Ok(question) if self.apart => Scope::question(&self.id, question),
            _ => Scope::poll(&self.id),
        }
    }

    /// Whether a ballot with these answers says something about a question, be it that it is left blank.
    pub(crate) fn concerns(&self, answers: &[Answer], question: usize) -> bool {
        !self.apart || self.part_of(answers) == question
    }

    /// Whether this is a poll that [`Poll::plain`] makes. Its outcome has the digest of kind 30.
    pub fn is_plain(&self) -> bool {
        let plain = |question: &Question| question.method == Method::SINGLE;
        self.weights.is_none()
            && self.quorum.is_none()
            && !self.delegation
            && !self.secret
            && self.questions.iter().all(plain)
    }

    /// The same poll with everybody's vote weighing the same: what it would have come to.
    pub fn evenly(&self) -> Self {
        Self { weights: None, ..self.clone() }
    }

    /// Whether it can be counted. Every count of a poll that can be has a bounded amount of work for each ballot.
    pub fn check(&self) -> Result<(), Unfit> {
        if self.questions.is_empty() || self.questions.len() > MAX_QUESTIONS {
            return Err(Unfit::Questions);
        }
        for (n, question) in self.questions.iter().enumerate() {
            if !(2..=MAX_OPTIONS).contains(&question.options) {
                return Err(Unfit::Options(n));
            }
            question.method.rule().check(question.options).map_err(|unfit| unfit(n))?;
        }
        if self.quorum.is_some_and(|quorum| !quorum.is_fraction()) {
            return Err(Unfit::Quorum);
        }
        let owned = |question: &Question| matches!(question.method, Method::Consent(_) | Method::Consensus(_));
        if self.secret && (self.weights.is_some() || self.delegation || self.questions.iter().any(owned)) {
            return Err(Unfit::Secret);
        }
        if self.apart && (!self.secret || self.questions.len() < 2) {
            return Err(Unfit::Apart);
        }
        if self.hidden && self.questions.iter().any(owned) {
            return Err(Unfit::Hidden);
        }
        let weighed = |weights: &Weights| {
            weights.per_vote > 0 && weights.of.iter().all(|(member, parts)| *parts > 0 && self.roll.contains(member))
        };
        if !self.weights.as_deref().is_none_or(weighed) || self.weight() > MAX_WEIGHT {
            return Err(Unfit::Weights);
        }
        Ok(())
    }

    /// How many parts one vote has on the roll.
    pub fn per_vote(&self) -> u64 {
        self.weights.as_ref().map_or(1, |weights| u64::from(weights.per_vote))
    }

    /// What a member's vote weighs, in parts.
    pub fn weight_of(&self, member: &MemberId) -> u64 {
        self.weights.as_ref().map_or(1, |weights| u64::from(weights.of(member)))
    }

    /// What the roll weighs, in parts.
    pub fn weight(&self) -> u64 {
        match &self.weights {
            None => self.roll.len() as u64,
            Some(_) => self.roll.iter().map(|member| self.weight_of(member)).sum(),
        }
    }

    /// Whether somebody may vote at that moment.
    pub fn admits(&self, member: &MemberId, time: Timestamp) -> Result<(), Reason> {
        if !self.secret && !self.roll.contains(member) {
            return Err(Reason::NotOnRoll);
        }
        if time > self.closes { Err(Reason::Late) } else { Ok(()) }
    }

    /// Whether a ballot may count, whatever the other ballots are.
    pub fn accepts(&self, member: &MemberId, time: Timestamp, answers: &[Answer]) -> Result<(), Reason> {
        self.admits(member, time)?;
        let fits = |(answer, question): (&Answer, &Question)| question.fits(answer).is_ok();
        let all = if self.apart {
            let before = answers.split_last().map(|(_, before)| before);
            answers.len() <= self.questions.len()
                && before.is_some_and(|before| before.iter().all(|answer| *answer == Answer::Blank))
        } else {
            answers.len() == self.questions.len()
        };
        if !all || !answers.iter().zip(&self.questions).all(fits) {
            return Err(Reason::Answers);
        }
        Ok(())
    }

    /// Whether a delegation may count, whatever the others are.
    pub fn allows(&self, delegation: &Delegation) -> Result<(), Undelegated> {
        if !self.delegation {
            return Err(Undelegated::NotAllowed);
        }
        if !self.roll.contains(&delegation.member) {
            return Err(Undelegated::NotOnRoll);
        }
        if delegation.time > self.closes {
            return Err(Undelegated::Late);
        }
        delegate::check(delegation, |member| self.roll.contains(member))
    }
}
