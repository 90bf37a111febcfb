//! What is counted: ballots with their answers, and votes given to others.

use crate::poll::Question;
use entry::{EntryId, MemberId, Timestamp};

/// An open ballot: a member's answers to all questions of one poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The ballot's entry.
    pub entry: EntryId,
    /// Whose it is, by the signature of the entry.
    pub member: MemberId,
    /// The member's how-manieth vote in this poll, from 1.
    pub number: u64,
    /// When it was cast, by the voter's clock.
    pub time: Timestamp,
    /// For each question the answer; where questions are answered apart ([`crate::Poll::apart`]), up to the one that it answers.
    pub answers: Vec<Answer>,
}

/// An answer to one question. Options are numbered from 0, in the poll's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// None. It counts as having voted.
    Blank,
    /// One option; for consent and consensus the position.
    One(u16),
    /// The options that are approved, ascending; perhaps none.
    Approved(Vec<u16>),
    /// Options with their scores, ascending by option. An option without one has 0.
    Scores(Vec<(u16, u16)>),
    /// Options in the order of preference. Those left out come after all others, and are equal.
    Ranks(Ranking),
    /// Options with the dots put on them, ascending by option.
    Dots(Vec<(u16, u16)>),
}

/// Options in an order of preference, in which neighbours may be equal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    order: Vec<u16>,
    /// The places, ascending, whose option is equal to the one before it.
    equal: Vec<u16>,
}

/// A vote given to others, wholly or in parts. A later one of the same member takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Its entry.
    pub entry: EntryId,
    /// Whose vote it is.
    pub member: MemberId,
    /// The member's how-manieth delegation in this poll, from 1.
    pub number: u64,
    /// When it was given, by the member's clock.
    pub time: Timestamp,
    /// To whom, and how many sixtieths: together 60. To nobody: it is taken back.
    pub to: Vec<(MemberId, u8)>,
}

/// Why a ballot does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The voter is not on the roll.
    NotOnRoll,
    /// It was cast after the close.
    Late,
    /// It has not one answer for each question, or, where they are answered apart, answers to several; or one that does not fit
    /// (see [`Misfit`]).
    Answers,
}

/// Why an answer does not fit its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Misfit {
    /// It answers another kind of question.
    Kind,
    /// It names an option that there is not.
    NoSuchOption,
    /// It names an option twice, or not in ascending order where there is no order of preference.
    Repeated,
    /// It names no option at all: that is a blank.
    Empty,
    /// It approves more options than one may.
    TooMany,
    /// A score is higher than allowed.
    Score,
    /// There are more dots than one has, or than may be on one option, or none on one that is named.
    Dots,
    /// Two options are ranked equal, which this method cannot count.
    Equal,
}

/// Why a delegation does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undelegated {
    /// The poll has none.
    NotAllowed,
    /// The member, or one to whom a part is given, is not on the roll.
    NotOnRoll,
    /// It was given after the close.
    Late,
    /// The parts are not sixtieths that make a whole, for at most six different others.
    Parts,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotOnRoll => "its voter was not a member when the poll was opened",
            Self::Late => "it was cast after the poll had closed",
            Self::Answers => "its answers do not fit the poll's questions",
        })
    }
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Kind => "it answers another kind of question",
            Self::NoSuchOption => "there is no such option",
            Self::Repeated => "an option is named twice",
            Self::Empty => "no option is named",
            Self::TooMany => "more options are approved than allowed",
            Self::Score => "a score is higher than allowed",
            Self::Dots => "the dots are more than allowed, or none",
            Self::Equal => "two options have the same rank",
        })
    }
}

impl std::fmt::Display for Undelegated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAllowed => "votes cannot be given to others in this poll",
            Self::NotOnRoll => "it is by or for somebody who was not a member when the poll was opened",
            Self::Late => "it was given after the poll had closed",
            Self::Parts => "its parts do not make one whole vote",
        })
    }
}

impl From<Option<u16>> for Answer {
    fn from(chosen: Option<u16>) -> Self {
        chosen.map_or(Self::Blank, Self::One)
    }
}

impl Answer {
    /// The option, if it is one.
    pub const fn one(&self) -> Option<u16> {
        match self {
            Self::One(option) => Some(*option),
            _ => None,
        }
    }
}

impl Ranking {
    /// An order without equals.
    pub const fn strict(order: Vec<u16>) -> Self {
        Self { order, equal: Vec::new() }
    }

    /// From levels, the most preferred first; the options of one level are equal. Empty levels fall away.
    pub fn levels_of(levels: &[Vec<u16>]) -> Self {
        let mut ranking = Self::default();
        for level in levels {
            for (n, option) in level.iter().enumerate() {
                if n > 0 {
                    ranking.equal.push(u16::try_from(ranking.order.len()).unwrap_or(u16::MAX));
                }
                ranking.order.push(*option);
            }
        }
        ranking
    }

    /// All ranked options, the most preferred first.
    pub fn order(&self) -> &[u16] {
        &self.order
    }

    /// Whether no two are equal.
    pub const fn is_strict(&self) -> bool {
        self.equal.is_empty()
    }

    /// The levels, the most preferred first.
    pub fn levels(&self) -> impl Iterator<Item = &[u16]> {
        let mut equal = self.equal.iter().map(|place| usize::from(*place)).peekable();
        let mut start = 0;
        std::iter::from_fn(move || {
            let mut end = start + 1;
            while equal.next_if_eq(&end).is_some() {
                end += 1;
            }
            let level = self.order.get(start..end)?;
            start = end;
            Some(level)
        })
    }
}

impl Question {
    /// Whether an answer can be counted for it. A blank always can.
    pub fn fits(&self, answer: &Answer) -> Result<(), Misfit> {
        match answer {
            Answer::Blank => Ok(()),
            answer => self.method.rule().fits(self.options, answer),
        }
    }
}

/// Whether options are there and ascending.
pub(crate) fn ascending(options: u16, named: impl Iterator<Item = u16>) -> Result<(), Misfit> {
    let mut before = None;
    for option in named {
        if option >= options {
            return Err(Misfit::NoSuchOption);
        }
        if before.is_some_and(|before| before >= option) {
            return Err(Misfit::Repeated);
        }
        before = Some(option);
    }
    Ok(())
}

/// Whether a ranking ranks options that are there, each once, and at least one.
pub(crate) fn ranks(options: u16, answer: &Answer) -> Result<&Ranking, Misfit> {
    let Answer::Ranks(ranking) = answer else { return Err(Misfit::Kind) };
    let mut seen = vec![false; usize::from(options)];
    for option in ranking.order() {
        let seen = seen.get_mut(usize::from(*option)).ok_or(Misfit::NoSuchOption)?;
        if std::mem::replace(seen, true) {
            return Err(Misfit::Repeated);
        }
    }
    if ranking.order().is_empty() {
        return Err(Misfit::Empty);
    }
    Ok(ranking)
}
