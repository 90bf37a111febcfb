//! Checking an archive, from its first byte to its last, and then what it says.
//!
//! Entries are read one by one and given to the same [`View`] that members' programs have: what counts is decided by the same
//! rules. No record is longer than it may be, and nothing is kept for what a number in the file claims.

use crate::{
    fault::Fault,
    form::{About, DIGEST, MAGIC, MAX_ENTRIES, MAX_ENTRY, MAX_RECORD, Part, Stated, Written},
    graph::Graph,
    proposal::Talk,
};
use chapter::{
    Past, View,
    view::{ObjectionState, Opening, ProposalState},
};
use entry::{ChapterId, Entry, EntryId, Unverified, canon};
use std::io::Read;

/// Something that was checked, and is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// The file is whole, in the one accepted form, and its digest is right.
    Whole {
        /// Bytes.
        bytes: u64,
        /// Entries.
        entries: u64,
    },
    /// Every entry is signed by its device, and nothing that came before one of them is missing.
    Signed {
        /// Entries.
        entries: u64,
    },
    /// The charter founds the chapter of this id.
    Founded,
    /// The poll counts, and its roll are the members of that moment.
    Roll {
        /// Members on the roll.
        members: u64,
    },
    /// The poll came from a proposal, stood as long as the rules ask, and asks what its last version before it said.
    Proposed {
        /// How many versions there were.
        versions: usize,
        /// Objections that their owners withdrew.
        withdrawn: usize,
        /// Objections that were answered, and stand.
        answered: usize,
        /// Objections that stand, and nobody answered.
        standing: usize,
        /// Amendments.
        amendments: usize,
        /// How many of them were adopted.
        adopted: usize,
    },
    /// So many cutoffs count. Each is for the votes before it in the file, and for no others.
    Told {
        /// How many.
        cutoffs: usize,
        /// How many tellers the poll names.
        tellers: usize,
    },
    /// So many secret ballots are each proven to be from one of so many voters, and no voter has two that count; where questions are
    /// answered apart, for one question.
    Proven {
        /// Ballots.
        ballots: usize,
        /// Voters with a ballot key.
        voters: usize,
    },
    /// So many tellers' secrets are in the file, each fitting the key that ballots were sealed for before the close.
    Opened {
        /// Secrets.
        secrets: usize,
        /// How many open the poll.
        need: usize,
        /// Whether they open all that counts; if not, there is no result yet.
        open: bool,
        /// So many voters' ballots are not open yet.
        waiting: usize,
        /// So many nobody can open any more.
        lost: usize,
    },
    /// The count comes to what the file says.
    Counted {
        /// Members whose ballot counts.
        voters: u64,
        /// Votes that do not count.
        not_counted: usize,
    },
}

/// A checked archive.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The chapter.
    pub chapter: ChapterId,
    /// The poll.
    pub poll: EntryId,
    /// What it came to.
    pub stated: Stated,
    /// All that the file says.
    pub view: View,
    /// The poll itself, whose texts no view keeps.
    pub definition: chapter::kinds::Poll,
    /// What was said before the poll, if it came from a proposal: what of it counts is in the view.
    pub talk: Talk,
    /// Entries about proposals of which the file has only the head: about others, or from before whoever made the file
    /// joined. Nothing, if the poll came from none.
    pub untold: usize,
    /// Votes and tellers' words after the poll of which the file has only the head: in other polls, it says by that.
    pub elsewhere: usize,
    /// Cutoffs that name other votes than those before them in the file. Either the teller signed what was not so, or votes
    /// were left out; in both cases they close nothing.
    pub doubtful: Vec<EntryId>,
}

/// Checks an archive. `passed` hears of each thing that is in order; the error is the first one that is not.
pub fn check(file: &mut dyn Read, passed: &mut dyn FnMut(Check)) -> Result<Checked, Fault> {
    let mut reader = Reader { file, hasher: blake3::Hasher::new_derive_key(DIGEST), bytes: 0, records: 0 };
    if reader.take(MAGIC.len()).ok().as_deref() != Some(MAGIC) {
        return Err(Fault::NoArchive);
    }
    let about: About = reader.record(MAX_RECORD)?;
    let entries = about.entries;
    if entries == 0 || entries > MAX_ENTRIES {
        return Err(Fault::Entries { entries });
    }
    let (chapter, poll) = (ChapterId(about.chapter), EntryId(about.poll));
    let mut reading = Reading {
        poll,
        view: View::new(chapter),
        graph: Graph::around(poll),
        last: None,
        definition: None,
        ring: Vec::new(),
        roots: Vec::new(),
        elsewhere: Vec::new(),
        proposed: Vec::new(),
        talk: Talk::default(),
    };
    for number in 1..=entries {
        let written = reader.record(MAX_ENTRY)?;
        reading.take(number, written)?;
    }
    let stated: Stated = reader.record(MAX_RECORD)?;
    let bytes = reader.end()?;
    passed(Check::Whole { bytes, entries });
    passed(Check::Signed { entries });
    reading.says(chapter, stated, passed)
}

struct Reader<'a> {
    file: &'a mut dyn Read,
    hasher: blake3::Hasher,
    bytes: u64,
    records: u64,
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Result<Vec<u8>, Fault> {
        let taken = self.raw(count)?;
        self.hasher.update(&taken);
        Ok(taken)
    }

    fn raw(&mut self, count: usize) -> Result<Vec<u8>, Fault> {
        let mut taken = Vec::new();
        (&mut *self.file).take(count as u64).read_to_end(&mut taken)?;
        self.bytes += taken.len() as u64;
        if taken.len() < count { Err(Fault::Short) } else { Ok(taken) }
    }

    fn record<T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(&mut self, most: usize) -> Result<T, Fault> {
        let number = self.records;
        self.records += 1;
        let length = self.take(4)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        if length > most {
            return Err(Fault::TooLong { number });
        }
        canon::from_bytes(&self.take(length)?, most).map_err(|_| Fault::Form { number })
    }

    /// The digest, behind which nothing follows.
    fn end(mut self) -> Result<u64, Fault> {
        let digest = *self.hasher.finalize().as_bytes();
        if self.raw(32)? != digest {
            return Err(Fault::Digest);
        }
        let mut more = [0];
        if self.file.read(&mut more)? == 0 { Ok(self.bytes) } else { Err(Fault::Trailing) }
    }
}

struct Reading {
    poll: EntryId,
    view: View,
    graph: Graph,
    last: Option<(u32, EntryId)>,
    definition: Option<chapter::kinds::Poll>,
    /// Ballot keys and secret polls, and whether they are there with their bodies.
    ring: Vec<(u64, EntryId, bool)>,
    /// What the others are there for.
    roots: Vec<EntryId>,
    /// Those that may be in the poll and are there without their bodies.
    elsewhere: Vec<EntryId>,
    /// Those that may belong to the poll's proposal, and whether they are there with their bodies.
    proposed: Vec<(u64, EntryId, bool)>,
    talk: Talk,
}

impl Reading {
    fn take(&mut self, number: u64, written: Written) -> Result<(), Fault> {
        let whole = written.body.is_some();
        let entry = Entry::<Unverified>::from_bytes(&written.head, written.body)
            .and_then(Entry::verify)
            .map_err(|why| Fault::Entry { number, why })?;
        if entry.content().chapter != self.view.chapter_id() {
            return Err(Fault::OtherChapter { number });
        }
        let depth = self.graph.depth_of(&entry).ok_or(Fault::ParentMissing { number })?;
        let place = (depth, entry.id());
        if self.last.is_some_and(|last| last >= place) {
            return Err(Fault::Order { number });
        }
        self.last = Some(place);
        let part = Part::of(&entry, &self.poll);
        match (part.has_body(), whole) {
            (true, false) => return Err(Fault::BodyMissing { number }),
            (false, true) if !matches!(part, Part::Ring | Part::Proposed) => return Err(Fault::BodyTooMuch { number }),
            _ => {}
        }
        // Whether it matters only the poll tells, which comes later.
        if part == Part::Ring {
            self.ring.push((number, entry.id(), whole));
        }
        if part == Part::Proposed {
            self.proposed.push((number, entry.id(), whole));
        }
        self.talk.note(&entry);
        if part.has_body() {
            self.roots.push(entry.id());
        }
        if part == Part::Other {
            self.elsewhere.push(entry.id());
        }
        if entry.id() == self.poll
            && let Some(Ok(chapter::Kind::Poll(poll))) =
                entry.body().map(|body| chapter::kinds::decode(entry.content().kind, body))
        {
            self.definition = Some(poll);
        }
        self.graph.add(&entry, depth);
        self.view.apply(&entry, &self.graph);
        Ok(())
    }

    /// What the entries come to.
    fn says(self, chapter: ChapterId, stated: Stated, passed: &mut dyn FnMut(Check)) -> Result<Checked, Fault> {
        let Self { poll, view, graph, definition, elsewhere, mut roots, ring, proposed, talk, .. } = self;
        let version = definition.as_ref().and_then(|poll| poll.proposal);
        let belonging = talk.of(version, &poll, &graph);
        let strange =
            |(number, id, whole): &(u64, EntryId, bool)| (*whole && !belonging.contains(id)).then_some(*number);
        if let Some(number) = proposed.iter().find_map(strange) {
            return Err(Fault::BodyTooMuch { number });
        }
        roots.extend(&belonging);
        if graph.chosen(roots, &view).len() < view.entries() {
            return Err(Fault::TooMuch);
        }
        view.charter().ok_or(Fault::NoCharter)?;
        passed(Check::Founded);
        if !view.has(&poll) {
            return Err(Fault::NoPoll);
        }
        view.counted(&poll).map_err(Fault::Void)?;
        let (definition, state) = definition.zip(view.poll(&poll)).ok_or(Fault::NoPoll)?;
        for (number, id, whole) in ring {
            match (whole, state.rules.secret && graph.contains(&id, &poll)) {
                (true, false) => return Err(Fault::BodyTooMuch { number }),
                (false, true) => return Err(Fault::BodyMissing { number }),
                _ => {}
            }
        }
        passed(Check::Roll { members: state.rules.roll.len() as u64 });
        if let Some(proposal) = version.and_then(|version| view.proposal(&version)) {
            passed(proposed_as(&proposal));
        }
        if !state.tellers.is_empty() {
            let closing = view.closing(&poll).ok_or(Fault::NoPoll)?;
            let named = closing.tellers.iter().filter(|teller| !teller.substitute).count();
            passed(Check::Told { cutoffs: named - closing.missing, tellers: named });
        }
        let carried = view.carried(&poll);
        if let Some(ring) = view.ring(&poll) {
            let ballots = carried.iter().filter(|carried| carried.holds).count();
            passed(Check::Proven { ballots, voters: ring.len() });
        }
        if let Some(opening) = view.opening(&poll) {
            let Opening { secrets, need, open, waiting, lost, .. } = opening;
            passed(Check::Opened { secrets, need, open, waiting, lost });
        }
        let outcome = view.outcome(&poll).ok_or(Fault::NoPoll)?;
        if Stated::of(&view, &poll).as_ref() != Some(&stated) {
            return Err(Fault::Result);
        }
        let ballots = view.ballots(&poll).into_iter().map(|cast| cast.void);
        let void = ballots.chain(view.delegations(&poll).into_iter().map(|given| given.void)).flatten().count();
        let void = void + carried.iter().filter(|carried| !carried.holds).count();
        passed(Check::Counted { voters: outcome.voters, not_counted: void + outcome.replaced.len() });
        let untold = proposed.iter().filter(|(.., whole)| version.is_some() && !whole).count();
        let doubtful = view.short_cutoffs(&poll);
        let elsewhere = elsewhere.iter().filter(|entry| graph.contains(&poll, entry)).count();
        Ok(Checked { chapter, poll, stated, view, definition, talk, untold, elsewhere, doubtful })
    }
}

fn proposed_as(proposal: &ProposalState) -> Check {
    let withdrawn = proposal.objections.iter().filter(|objection| objection.withdrawn.is_some()).count();
    let stands = |objection: &&ObjectionState| objection.withdrawn.is_none();
    let answered = proposal.objections.iter().filter(stands).filter(|objection| !objection.answers.is_empty()).count();
    Check::Proposed {
        versions: proposal.versions.len(),
        withdrawn,
        answered,
        standing: proposal.objections.len() - withdrawn - answered,
        amendments: proposal.amendments.len(),
        adopted: proposal.amendments.iter().filter(|amendment| amendment.adopted.is_some()).count(),
    }
}
