//! One question's count: votes, what is decided, and the record of how it came to that.

use super::{handle, options, words};
use crate::{core::Core, house::Room};
use api::{
    Refusal,
    poll::{BlockView, ConcernView, EvenlyView, Record, RoundEnd, RunoffRound, StvRound},
    view::{OptionView, QuestionView},
};
use chapter::{
    Kind,
    kinds::{Question, method::has_positions},
};
use entry::{ChapterId, EntryId, MemberId};
use vote::{
    Method, Outcome,
    method::{Record as Counted, consensus, runoff, schulze, stv},
    tie::{Lots, Tie},
};

/// So many blocks are listed with their reasons.
const BLOCKS: usize = 200;
/// So many of those who said something to another position.
const CONCERNS: usize = 60;

/// What a page may have of records, in numbers: some hundred kilobytes.
pub(super) struct Space(pub(super) usize);

/// A question and its place.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) core: &'a Core,
    pub(super) chapter: &'a ChapterId,
    pub(super) room: &'a Room,
    pub(super) poll: &'a EntryId,
    pub(super) n: usize,
    pub(super) question: &'a Question,
}

impl Asked<'_> {
    /// All of it, with the record if there is room.
    pub(super) fn view(
        self,
        outcome: &Outcome,
        evenly: Option<&Outcome>,
        left: &mut Space,
    ) -> Result<QuestionView, Refusal> {
        let question = self.question;
        let named =
            || QuestionView { key: question.key.clone(), text: question.text.clone(), ..QuestionView::default() };
        let Some(tally) = outcome.questions.get(self.n) else { return Ok(named()) };
        let said = tally.options.get(1).zip(tally.options.get(2)).map_or(0, |(one, other)| one + other);
        let said = usize::try_from(said).unwrap_or(CONCERNS).min(CONCERNS);
        let size = size(&tally.record) + if has_positions(&question.method) { said * 250 } else { 0 };
        let fits = size <= left.0;
        let record = if fits {
            left.0 -= size;
            self.record(&tally.record, outcome)?
        } else {
            None
        };
        let runs_off = matches!(question.method, Method::Runoff(_) | Method::Stv(_));
        let lots = runs_off.then(|| Lots::draw(self.poll, self.n, question.places()));
        let evenly = evenly.and_then(|evenly| Some((evenly.unit, evenly.questions.get(self.n)?)));
        Ok(QuestionView {
            options: (options(question).into_iter().zip(&tally.options))
                .map(|(name, votes)| OptionView { name: name.to_owned(), votes: *votes })
                .collect(),
            blank: tally.blank,
            total: tally.total,
            method: words::method(question),
            verdict: words::verdict(question, tally),
            lots: lots.map(|lots| places(lots.order())).unwrap_or_default(),
            record,
            record_left_out: !fits,
            evenly: evenly.map(|(unit, tally)| EvenlyView {
                options: tally.options.clone(),
                unit,
                verdict: words::verdict(question, tally),
            }),
            ..named()
        })
    }

    fn record(self, record: &Counted, outcome: &Outcome) -> Result<Option<Record>, Refusal> {
        Ok(Some(match record {
            Counted::Votes => return Ok(None),
            Counted::Scores(record) => Record::Scores { scored: record.scored.clone() },
            Counted::Runoff(record) => Record::Runoff { rounds: record.rounds.iter().map(runoff_round).collect() },
            Counted::Schulze(record) => schulze(record),
            Counted::Stv(record) => Record::Stv {
                rounds: record.rounds.iter().map(stv_round).collect(),
                remaining: places(&record.remaining),
            },
            Counted::Consensus(record) => Record::Blocks {
                blocks: self.blocks(&record.blocks)?,
                standing: record.blocks.len(),
                lifted: self.blocks(&record.lifted)?,
                concerns: self.concerns(outcome)?,
            },
            Counted::Budget(record) => Record::Budget { kept: record.kept },
        }))
    }

    /// What was said to positions between agreeing and blocking.
    fn concerns(self, outcome: &Outcome) -> Result<Vec<ConcernView>, Refusal> {
        let mut concerns = Vec::new();
        for cast in self.room.view.ballots(self.poll) {
            let ballot = &cast.ballot;
            let position = ballot.answers.get(self.n).and_then(vote::Answer::one);
            let between = position.filter(|position| [consensus::RESERVATIONS, consensus::ASIDE].contains(position));
            let counts = outcome.counted.get(&ballot.member) == Some(&ballot.entry);
            let Some(position) = between.filter(|_| counts && concerns.len() < CONCERNS) else { continue };
            let Kind::Ballot(said) = self.core.house.read(self.chapter, &ballot.entry)?.1 else { continue };
            if let Some(reason) = said.reason(self.n) {
                let (member, handle) = (ballot.member.to_string(), handle(self.room, &ballot.member));
                let (entry, position) = (ballot.entry.to_string(), usize::from(position));
                concerns.push(ConcernView { member, handle, entry, position, reason: reason.to_owned() });
            }
        }
        Ok(concerns)
    }

    fn blocks(self, list: &[(MemberId, EntryId)]) -> Result<Vec<BlockView>, Refusal> {
        let mut blocks = Vec::new();
        for (member, entry) in list.iter().take(BLOCKS) {
            let reason = match self.core.house.read(self.chapter, entry)?.1 {
                Kind::Ballot(ballot) => ballot.reason(self.n).unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            let (member, handle) = (member.to_string(), handle(self.room, member));
            blocks.push(BlockView { member, handle, entry: entry.to_string(), reason });
        }
        Ok(blocks)
    }
}

/// About how many numbers a record has; a reason counts for as many as its text could be.
fn size(record: &Counted) -> usize {
    match record {
        Counted::Votes | Counted::Budget(_) => 1,
        Counted::Scores(record) => record.scored.len(),
        Counted::Runoff(record) => record.rounds.iter().map(|round| round.votes.len()).sum(),
        Counted::Schulze(record) => record.pairs.len() * record.pairs.len() * 3,
        Counted::Stv(record) => record.rounds.iter().map(|round| round.votes.len() * 4).sum(),
        Counted::Consensus(record) => (record.blocks.len().min(BLOCKS) + record.lifted.len().min(BLOCKS)) * 250,
    }
}

fn places(options: &[u16]) -> Vec<usize> {
    options.iter().map(|option| usize::from(*option)).collect()
}

fn out(option: u16, by: Tie) -> RoundEnd {
    let by = match by {
        Tie::Alone => String::new(),
        Tie::Earlier(round) => format!("fewest in round {round}"),
        Tie::Lot => "by lot".into(),
    };
    RoundEnd::Out { option: usize::from(option), by }
}

fn runoff_round(round: &runoff::Round) -> RunoffRound {
    let end = match round.end {
        runoff::End::Elected(option) => RoundEnd::Elected(vec![usize::from(option)]),
        runoff::End::Eliminated { option, by } => out(option, by),
    };
    RunoffRound { votes: round.votes.clone(), exhausted: round.exhausted, end }
}

fn stv_round(round: &stv::Round) -> StvRound {
    StvRound {
        steps: round.steps,
        keep: round.keep.clone(),
        votes: round.votes.clone(),
        exhausted: round.exhausted,
        quota: round.quota,
        surplus: round.surplus,
        end: match &round.end {
            stv::End::Elected(options) => RoundEnd::Elected(places(options)),
            stv::End::Defeated { option, by } => out(*option, *by),
        },
    }
}

fn schulze(record: &schulze::Record) -> Record {
    let path = |strength: &schulze::Strength| [strength.votes, strength.against];
    Record::Schulze {
        pairs: record.pairs.clone(),
        paths: record.paths.iter().map(|row| row.iter().map(path).collect()).collect(),
        ranking: record.ranking.iter().map(|level| places(level)).collect(),
    }
}

// What people read are the names of these.
const _: () = assert!(consensus::POSITIONS as usize == api::poll::POSITIONS.len());
