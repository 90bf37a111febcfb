//! Polls that are hidden until the close: whose keys ballots are sealed for, which secrets are here, and what opens.
//!
//! A ballot stands among the poll's ballots from the start, without answers. They are there once most tellers have closed the
//! poll, and enough of those for whom it is sealed gave their secrets. Until all of the ballots that matter are open, none
//! is counted: half of a result would be another result.
//!
//! Of each voter the ballot with the highest number matters, as in open polls. One that is made wrongly is none; one that can
//! be opened no more takes the place of those before it all the same: else its voter, with one teller, could choose after the
//! close which of two counts.
//!
//! What a ballot opens to is the same whichever secrets open it (`vote::hidden`), so it is remembered.
//!
//! Whoever published a key can give its secret as long as they are a member: that the chapter takes the task of a teller from
//! somebody opens no ballot, and destroys none. Only a recall that had seen a poll opened leaves out what it had not seen:
//! else whoever holds the last secret could choose, when all others are known, whether what hangs on it counts.

use super::{
    View,
    acts::{Deed, MemberNo, Said},
    closing::Told,
    content::Voting,
};
use crate::{
    Past, Void,
    kinds::{HiddenBallot, Role, hidden::answers},
};
use entry::{EntryId, MemberId, Timestamp};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};
use vote::{
    Answer, Ballot,
    hidden::{Envelope, Sealed, TellerKey, TellerSecret, Unopened, need, open_all},
};

/// What there is of a hidden poll, beside who voted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hiding {
    pub(super) keys: Vec<Published>,
    pub(super) secrets: Vec<Given>,
    /// By row.
    pub(super) sealed: BTreeMap<u32, HiddenBallot>,
    /// What ballots opened to, by entry; nothing for those that are made wrongly.
    opened: Arc<Mutex<HashMap<EntryId, Option<Vec<Answer>>>>>,
}

/// A teller's key.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) said: Said,
    pub(crate) key: TellerKey,
}

/// A teller's secret.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) said: Said,
    pub(crate) key: TellerKey,
    pub(super) secret: TellerSecret,
    pub(super) time: Timestamp,
    pub(super) early: bool,
}

/// What became of a hidden ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// It says this.
    Open(Vec<Answer>),
    /// It says nothing, whoever opens it.
    Void(Void),
    /// Too few can open it any more.
    Lost,
    /// It is not opened yet.
    Closed,
}

/// Where the opening of a hidden poll stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Whether all that count are open, so that there is a result. Not where all of them are lost.
    pub open: bool,
    /// Whether most tellers have closed it, so that it may be opened.
    pub closed: bool,
    /// How many tellers open it.
    pub need: usize,
    /// How many gave their secrets.
    pub secrets: usize,
    /// Whose ballots are in; once it is open, without those that are lost.
    pub voters: usize,
    /// Voters whose ballots are not open yet, of those that may be opened.
    pub waiting: usize,
    /// Voters whose ballots nobody can open any more.
    pub lost: usize,
    /// Tellers without whom one of these does not open.
    pub missing: Vec<MemberId>,
    /// Those who have a key in this poll, or should have.
    pub tellers: Vec<Opener>,
}

impl Opening {
    /// Whether nothing that is in can be opened any more.
    pub const fn is_lost(&self) -> bool {
        self.closed && !self.open && self.waiting == 0
    }
}

/// Ballots that hang on one teller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hanging {
    /// In this poll.
    pub poll: EntryId,
    /// So many voters' ballots do not open without the teller.
    pub ballots: usize,
    /// Whether a recall of the teller would leave them out, since the poll was opened otherwise.
    pub opened: bool,
}

/// A teller of a hidden poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener {
    /// Who.
    pub member: MemberId,
    /// Whether the poll names them.
    pub named: bool,
    /// Their key, if they have published one; of several, none.
    pub key: Option<TellerKey>,
    /// Whether they published several, which nobody has a reason to.
    pub several: bool,
    /// The entry with their secret, when they wrote it, and whether that was before the poll was closed.
    pub secret: Option<(EntryId, Timestamp, bool)>,
}

impl View {
    pub(crate) fn keys_by(&self, poll: u32, member: MemberNo) -> impl Iterator<Item = &Published> + '_ {
        let hiding = self.content.polls.get(&poll).and_then(|voting| voting.hiding.as_ref());
        hiding.into_iter().flat_map(|hiding| &hiding.keys).filter(move |published| published.said.member == member)
    }

    pub(crate) fn secrets_by(&self, poll: u32, member: MemberNo) -> impl Iterator<Item = &Given> + '_ {
        let hiding = self.content.polls.get(&poll).and_then(|voting| voting.hiding.as_ref());
        hiding.into_iter().flat_map(|hiding| &hiding.secrets).filter(move |given| given.said.member == member)
    }

    pub(crate) fn hidden_rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.content.polls.iter().filter(|(_, voting)| voting.hiding.is_some()).map(|(row, _)| *row)
    }

    /// The hidden polls that most tellers have closed, and enough opened, before an entry: by row.
    pub(super) fn opened_before(&self, entry: &EntryId, past: &dyn Past) -> Box<[u32]> {
        let saw = |said: &&Said| self.record(said.row).valid && past.contains(&said.id, entry);
        let opened = self.content.polls.iter().filter(|(_, voting)| {
            voting.hiding.as_ref().is_some_and(|hiding| Self::is_opened_by(voting, hiding, &saw))
        });
        opened.map(|(row, _)| *row).collect()
    }

    /// Whether enough members closed a poll, and gave their secrets, by those of their words that are looked at.
    fn is_opened_by(voting: &Voting, hiding: &Hiding, looked_at: &dyn Fn(&&Said) -> bool) -> bool {
        let members = |said: &mut dyn Iterator<Item = &Said>| {
            said.filter(looked_at).map(|said| said.member).collect::<BTreeSet<_>>().len()
        };
        let need = need(voting.state.tellers.len());
        members(&mut voting.cutoffs.iter().map(|told| &told.said)) >= need
            && members(&mut hiding.secrets.iter().map(|given| &given.said)) >= need
    }

    /// Whether the chapter recalled a teller when it had seen a poll opened, and not this secret; or, without one, any.
    fn too_late(&self, poll: u32, member: MemberNo, secret: Option<&Said>) -> bool {
        let member = self.authority.member_id(member);
        let standing = self.authority.standing();
        self.recalls(&member).any(|act| {
            let Deed::Decision(decided) = &self.authority.act(act).deed else { return false };
            let unseen = || secret.is_none_or(|said| !decided.seen.has(self.authority.act(act).said.row, said));
            standing.has(act) && decided.opened.contains(&poll) && unseen()
        })
    }

    /// The secrets that count.
    fn given<'a>(&'a self, voting: &'a Voting, hiding: &'a Hiding) -> impl Iterator<Item = &'a Given> {
        let poll = self.row(&voting.state.rules.id);
        let too_late = move |said: &Said| poll.is_some_and(|poll| self.too_late(poll, said.member, Some(said)));
        hiding.secrets.iter().filter(move |given| self.record(given.said.row).counts() && !too_late(&given.said))
    }

    /// Whether a teller, who published a key, can still give its secret so that it counts.
    fn can_give(&self, voting: &Voting, teller: &MemberId) -> bool {
        let place = self.row(&voting.state.rules.id).zip(self.authority.member_no(teller));
        self.authority.now().is_member(teller) && place.is_some_and(|(poll, teller)| !self.too_late(poll, teller, None))
    }

    /// All who can: ballots are many, and tellers few.
    fn who_can_give(&self, voting: &Voting, hiding: &Hiding) -> BTreeSet<MemberId> {
        let all = hiding.keys.iter().map(|published| self.authority.member_id(published.said.member));
        all.collect::<BTreeSet<_>>().into_iter().filter(|teller| self.can_give(voting, teller)).collect()
    }

    /// Whether a teller of a poll, who published a key, can still give its secret so that it counts.
    pub fn can_give_secret(&self, poll: &EntryId, teller: &MemberId) -> bool {
        self.voting(poll).is_some_and(|voting| self.can_give(voting, teller))
    }

    /// The ballots in hidden polls that cannot be opened without a teller, who has not given the secret yet.
    pub fn hanging_on(&self, teller: &MemberId) -> Vec<Hanging> {
        let hangs = |(voting, hiding): (&Voting, &Hiding)| {
            let told = self.tellers(voting);
            let given: BTreeSet<TellerKey> = self.given(voting, hiding).map(|given| given.key).collect();
            let fates = self.fates(voting, hiding, &told);
            let able = self.who_can_give(voting, hiding);
            let can = |(who, key): &(MemberId, TellerKey)| given.contains(key) || able.contains(who);
            let needed = |row: &u32| {
                let sealed_for = hiding.sealed.get(row).map(HiddenBallot::tellers).unwrap_or_default();
                let own = sealed_for.iter().any(|(who, key)| who == teller && !given.contains(key));
                own && sealed_for.iter().filter(|(who, _)| who != teller).filter(|one| can(one)).count() < told.need()
            };
            let first = self.by_voter(voting, &fates).into_values().filter_map(|ballots| Some(ballots.first()?.0));
            let ballots = first.filter(|row| fates.get(row) == Some(&Fate::Closed) && needed(row)).count();
            let counts = |said: &&Said| self.record(said.row).counts();
            let opened = Self::is_opened_by(voting, hiding, &counts);
            (ballots > 0).then_some(Hanging { poll: voting.state.rules.id, ballots, opened })
        };
        let polls = self.content.polls.values().filter_map(|voting| Some((voting, voting.hiding.as_ref()?)));
        polls.filter(|(voting, _)| self.can_give(voting, teller)).filter_map(hangs).collect()
    }

    /// What became of each ballot of a hidden poll that may count, in time: by row.
    fn fates(&self, voting: &Voting, hiding: &Hiding, told: &Told<'_>) -> BTreeMap<u32, Fate> {
        let stands = |row: &u32| self.vote_void(told, *row).is_none();
        let all: Vec<(u32, &HiddenBallot)> =
            hiding.sealed.iter().filter(|(row, _)| stands(row)).map(|(row, ballot)| (*row, ballot)).collect();
        if !told.closed() {
            return all.into_iter().map(|(row, _)| (row, Fate::Closed)).collect();
        }
        let secrets: Vec<(TellerKey, &TellerSecret)> =
            self.given(voting, hiding).map(|given| (given.key, &given.secret)).collect();
        let mut opened = hiding.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let new = all.iter().filter(|(row, _)| !opened.contains_key(&self.record(*row).id));
        let new: Vec<_> = new.map(|(row, ballot)| (*row, *ballot, ballot.tellers())).collect();
        let sealed: Vec<(Envelope<'_>, Sealed)> = (new.iter())
            .map(|(row, ballot, tellers)| {
                let (poll, voter, number, need) = (ballot.poll, self.voter(*row), ballot.number, told.need());
                (Envelope { poll, voter, number, need, tellers }, ballot.sealed())
            })
            .collect();
        for ((row, ..), said) in new.iter().zip(open_all(&sealed, &secrets)) {
            let entry = self.record(*row).id;
            match said {
                Ok(said) => opened.insert(entry, answers(&said)),
                Err(Unopened::Wrong) => opened.insert(entry, None),
                Err(Unopened::TooFew) => None,
            };
        }
        let known: BTreeSet<TellerKey> = secrets.into_iter().map(|(key, _)| key).collect();
        let able = self.who_can_give(voting, hiding);
        let can_open = |ballot: &HiddenBallot| {
            let tellers = ballot.tellers().into_iter();
            tellers.filter(|(teller, key)| known.contains(key) || able.contains(teller)).count()
        };
        let fate = |(row, ballot): (u32, &HiddenBallot)| {
            let enough = ballot.tellers().iter().filter(|(_, key)| known.contains(key)).count();
            let fate = match opened.get(&self.record(row).id) {
                // What was opened once is known; it counts only by secrets that do.
                Some(_) if enough < told.need() => None,
                Some(Some(said)) => Some(match voting.state.rules.accepts(&self.voter(row), Timestamp(0), said) {
                    Ok(()) => Fate::Open(said.clone()),
                    Err(reason) => Fate::Void(reason.into()),
                }),
                Some(None) => Some(Fate::Void(Void::Unsealed)),
                None => None,
            };
            let unopened = || if can_open(ballot) < told.need() { Fate::Lost } else { Fate::Closed };
            (row, fate.unwrap_or_else(unopened))
        };
        all.into_iter().map(fate).collect()
    }

    fn voter(&self, row: u32) -> MemberId {
        self.record(row).author.map_or(MemberId([0; 32]), |author| self.authority.member_id(author))
    }

    /// For each voter the ballots that may count, the one that takes the others' place first.
    fn by_voter<'a>(
        &self,
        voting: &'a Voting,
        fates: &BTreeMap<u32, Fate>,
    ) -> BTreeMap<MemberId, Vec<&'a (u32, Ballot)>> {
        let mut voters: BTreeMap<MemberId, Vec<&(u32, Ballot)>> = BTreeMap::new();
        for cast in voting.ballots.iter().filter(|(row, _)| fates.contains_key(row)) {
            voters.entry(cast.1.member).or_default().push(cast);
        }
        for ballots in voters.values_mut() {
            ballots.sort_by_key(|(_, ballot)| (Reverse(ballot.number), ballot.entry));
            ballots.retain(|(row, _)| !matches!(fates.get(row), Some(Fate::Void(_))));
        }
        voters.retain(|_, ballots| !ballots.is_empty());
        voters
    }

    /// Whether there is a result: none where nothing could be opened of what is in.
    pub(super) fn is_open(&self, voting: &Voting, hiding: &Hiding) -> bool {
        self.opened(voting, hiding).is_some()
    }

    /// The polls that are hidden until the close, open or not.
    pub fn hidden_polls(&self) -> impl Iterator<Item = EntryId> + '_ {
        let hidden = self.content.polls.values().filter(|voting| voting.hiding.is_some());
        hidden.map(|voting| voting.state.rules.id)
    }

    /// Whether a teller has published a key for a poll.
    pub fn has_key(&self, poll: &EntryId, teller: &MemberId) -> bool {
        let place = self.row(poll).zip(self.authority.member_no(teller));
        place.is_some_and(|(poll, teller)| self.keys_by(poll, teller).next().is_some())
    }

    /// Whether a teller has given the secret of it.
    pub fn has_given_secret(&self, poll: &EntryId, teller: &MemberId) -> bool {
        let place = self.row(poll).zip(self.authority.member_no(teller));
        place.is_some_and(|(poll, teller)| self.secrets_by(poll, teller).next().is_some())
    }

    /// Whether most tellers have closed a poll.
    pub fn is_closed(&self, poll: &EntryId) -> bool {
        self.voting(poll).is_some_and(|voting| self.tellers(voting).closed())
    }

    /// How many tellers' places in a poll are free now.
    pub fn free_places(&self, poll: &EntryId) -> usize {
        let now = self.authority.now();
        let named = self.voting(poll).into_iter().flat_map(|voting| &voting.state.tellers);
        named.filter(|teller| !now.has_role(Role::Teller, teller)).count()
    }

    /// The ballots of a hidden poll for the count, once it is open.
    pub(super) fn opened(&self, voting: &Voting, hiding: &Hiding) -> Option<Vec<Ballot>> {
        let told = self.tellers(voting);
        if !told.closed() {
            return None;
        }
        let fates = self.fates(voting, hiding, &told);
        let voters = self.by_voter(voting, &fates);
        if !has_result(&voters, &fates) {
            return None;
        }
        let mut open = Vec::new();
        for ballots in voters.values() {
            for (row, ballot) in ballots {
                match fates.get(row) {
                    Some(Fate::Open(answers)) => open.push(Ballot { answers: answers.clone(), ..ballot.clone() }),
                    // Nothing before it counts.
                    Some(Fate::Lost) => break,
                    _ => {}
                }
            }
        }
        Some(open)
    }

    /// What is known of the ballots of a hidden poll: answers, and why one does not count.
    pub(super) fn told_of(&self, voting: &Voting, hiding: &Hiding) -> BTreeMap<u32, Result<Vec<Answer>, Void>> {
        let fates = self.fates(voting, hiding, &self.tellers(voting));
        let told = |(row, fate)| match fate {
            Fate::Open(answers) => Some((row, Ok(answers))),
            Fate::Void(void) => Some((row, Err(void))),
            Fate::Lost => Some((row, Err(Void::Unopened))),
            Fate::Closed => None,
        };
        fates.into_iter().filter_map(told).collect()
    }

    /// Who has voted in a hidden poll, with the ballot that counts, or will.
    pub(super) fn hidden_voters(&self, voting: &Voting, hiding: &Hiding) -> BTreeMap<MemberId, EntryId> {
        let told = self.tellers(voting);
        let fates = self.fates(voting, hiding, &told);
        let voters = self.by_voter(voting, &fates);
        let open = told.closed() && has_result(&voters, &fates);
        let first = |(member, ballots): (MemberId, Vec<&(u32, Ballot)>)| {
            let (row, ballot) = ballots.first()?;
            // They voted all the same; but where there is a result, who is in it are those whom it counts.
            (!open || fates.get(row) != Some(&Fate::Lost)).then_some((member, ballot.entry))
        };
        voters.into_iter().filter_map(first).collect()
    }

    /// Where the opening of a hidden poll stands. None where ballots are not hidden.
    pub fn opening(&self, poll: &EntryId) -> Option<Opening> {
        let voting = self.voting(poll)?;
        self.opening_of(voting, voting.hiding.as_ref()?)
    }

    pub(super) fn opening_of(&self, voting: &Voting, hiding: &Hiding) -> Option<Opening> {
        let told = self.tellers(voting);
        let fates = self.fates(voting, hiding, &told);
        let voters = self.by_voter(voting, &fates);
        let first = voters.values().filter_map(|ballots| ballots.first()).map(|(row, _)| *row);
        let closed: Vec<u32> = first.clone().filter(|row| fates.get(row) == Some(&Fate::Closed)).collect();
        let lost = first.clone().filter(|row| fates.get(row) == Some(&Fate::Lost)).count();
        let open = told.closed() && has_result(&voters, &fates);
        let given: BTreeMap<TellerKey, &Given> = self.given(voting, hiding).map(|given| (given.key, given)).collect();
        let sealed_for = closed.iter().filter_map(|row| hiding.sealed.get(row)).flat_map(HiddenBallot::tellers);
        let missing: BTreeSet<MemberId> =
            sealed_for.filter(|(_, key)| !given.contains_key(key)).map(|(teller, _)| teller).collect();
        let missing = missing.into_iter().filter(|teller| self.can_give(voting, teller));
        let who = given.values().map(|given| given.said.member).collect::<BTreeSet<_>>();
        Some(Opening {
            open,
            closed: told.closed(),
            need: told.need(),
            secrets: who.len(),
            voters: voters.len() - if open { lost } else { 0 },
            waiting: closed.len(),
            lost,
            missing: if told.closed() { missing.collect() } else { Vec::new() },
            tellers: self.openers(voting, hiding),
        })
    }

    fn openers(&self, voting: &Voting, hiding: &Hiding) -> Vec<Opener> {
        let named = &voting.state.tellers;
        let others = hiding.keys.iter().map(|published| self.authority.member_id(published.said.member));
        let all: BTreeSet<MemberId> = named.iter().copied().chain(others).collect();
        let opener = |member: MemberId| {
            let number = self.authority.member_no(&member);
            let own = |said: &Said| Some(said.member) == number && self.record(said.row).valid;
            let keys: BTreeSet<TellerKey> =
                hiding.keys.iter().filter(|published| own(&published.said)).map(|published| published.key).collect();
            let secrets = self.given(voting, hiding).filter(|given| own(&given.said));
            Opener {
                member,
                named: named.binary_search(&member).is_ok(),
                key: keys.first().copied().filter(|_| keys.len() == 1),
                several: keys.len() > 1,
                secret: secrets.map(|given| (given.said.id, given.time, given.early)).min(),
            }
        };
        let mut openers: Vec<Opener> = all.into_iter().map(opener).collect();
        openers.sort_by_key(|opener| (!opener.named, opener.member));
        openers
    }

    /// For whom a ballot in a hidden poll is sealed now: those of its tellers who still have the task and published a key, and
    /// others in the places of those who have not. As many as open it, or more, or else it cannot be cast yet.
    pub fn seal_for(&self, poll: &EntryId) -> Vec<(MemberId, TellerKey)> {
        let Some(voting) = self.voting(poll) else { return Vec::new() };
        let Some(hiding) = &voting.hiding else { return Vec::new() };
        let now = self.authority.now();
        let serves = |member: &MemberId| now.has_role(Role::Teller, member);
        let mut free = voting.state.tellers.iter().filter(|teller| !serves(teller)).count();
        let mut tellers = Vec::new();
        for opener in self.openers(voting, hiding).into_iter().filter(|opener| serves(&opener.member)) {
            let Some(key) = opener.key else { continue };
            if opener.named {
                tellers.push((opener.member, key));
            } else if free > 0 {
                free -= 1;
                tellers.push((opener.member, key));
            }
        }
        tellers.sort_unstable();
        tellers
    }

    /// For whom a hidden ballot is sealed.
    pub fn sealed_for(&self, ballot: &EntryId) -> Option<Vec<(MemberId, TellerKey)>> {
        let row = self.row(ballot)?;
        let voting = self.record(row).target.and_then(|poll| self.content.polls.get(&poll))?;
        Some(voting.hiding.as_ref()?.sealed.get(&row)?.tellers())
    }

    /// A member's latest ballot in a poll, among those that are valid.
    pub fn latest_ballot(&self, poll: &EntryId, member: &MemberId) -> Option<&Ballot> {
        let own = self.voting(poll)?.ballots.iter();
        let own = own.filter(|(row, ballot)| ballot.member == *member && self.void_at(*row).is_none());
        own.map(|(_, ballot)| ballot).max_by_key(|ballot| (ballot.number, Reverse(ballot.entry)))
    }
}

/// Whether all that matters is open, or lost; and not all of it lost.
fn has_result(voters: &BTreeMap<MemberId, Vec<&(u32, Ballot)>>, fates: &BTreeMap<u32, Fate>) -> bool {
    let first = || voters.values().filter_map(|ballots| fates.get(&ballots.first()?.0));
    !first().any(|fate| *fate == Fate::Closed) && (voters.is_empty() || first().any(|fate| *fate != Fate::Lost))
}
