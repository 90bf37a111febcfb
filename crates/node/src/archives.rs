//! Polls as files: written from what is saved here, and checked with nothing but the file.

use crate::{
    clock,
    commands::{
        polls,
        resolve::{self, Wanted},
    },
    core::Core,
    house::{House, invalid},
};
use api::{
    ErrorCode, Refusal,
    closing::{ArchiveView, ArchivedQuestion, ArchivedResult, Stage as Shown},
    view::{OptionView, PollState},
};
use archive::{Check, Checked, Fault, Source, Stage, Unwritable};
use chapter::view::TellerWord;
use entry::{ChapterId, Entry, EntryId, Timestamp, Verified};
use std::{fs::File, io::BufReader, path::Path};

/// What whoever has an archive sees.
const SEEN: &str = "who is and was a member, what newcomers \
    answered, and every motion with the votes on it; and who wrote something when, but no posts, minutes or comments";

/// The same as a sentence about one poll.
fn seen(checked: &Checked) -> String {
    let votes = if checked.definition.is_apart() {
        "every ballot of this poll, and not whose it is, nor which ballots for two questions are one voter's"
    } else if checked.definition.is_secret() {
        "every ballot of this poll, and not whose it is"
    } else if lost(checked) {
        "who voted in this poll; what, nobody can open any more"
    } else if checked.view.turnout(&checked.poll).is_some() {
        "who voted in this poll; what, not before enough of its tellers gave their keys, and the file has no result until it is \
         written anew then"
    } else {
        "who voted what in this poll"
    };
    let proposed = if checked.definition.proposal.is_some() { "what was said to its proposal, by whom; " } else { "" };
    format!("whoever has this file sees {votes}; {proposed}{SEEN}")
}

/// Whether the poll was hidden, and nobody can open any of it any more.
fn lost(checked: &Checked) -> bool {
    checked.view.opening(&checked.poll).is_some_and(|opening| opening.is_lost())
}

struct Shelf<'a> {
    house: &'a House,
    chapter: ChapterId,
}

impl Source for Shelf<'_> {
    fn ids(&self) -> Vec<EntryId> {
        self.house.room(&self.chapter).map(|room| room.view.ids().collect()).unwrap_or_default()
    }

    fn read(&self, id: &EntryId) -> Option<Entry<Verified>> {
        self.house.saved(&self.chapter, id).ok().map(|(entry, _)| entry)
    }
}

impl Core {
    /// A poll's archive, and what whoever has it sees. It is checked before anybody gets it.
    pub fn archive(&self, poll: &str) -> Result<(Vec<u8>, String), Refusal> {
        let (chapter, id) = resolve::entry_as(&self.house, poll, Wanted::Poll)?;
        let room = self.house.room(&chapter)?;
        let bytes = archive::write(chapter, &id, &room.view, &Shelf { house: &self.house, chapter });
        let bytes = bytes.map_err(|why| match why {
            Unwritable::NoPoll => Refusal::new(ErrorCode::NotFound, why.to_string()),
            Unwritable::Missing | Unwritable::TooMuch => Refusal::new(
                ErrorCode::NotAllowed,
                format!("{why}; a member who was there from the beginning can export this poll"),
            ),
        })?;
        match archive::check(&mut &bytes[..], &mut |_| ()) {
            Ok(checked) => Ok((bytes, seen(&checked))),
            Err(fault) => Err(Refusal::new(ErrorCode::Internal, format!("what would be written is no good: {fault}"))),
        }
    }
}

/// Checks a file, and says what it says.
pub fn verify(path: &Path) -> Result<ArchiveView, Refusal> {
    let unreadable = |error: std::io::Error| {
        let words = error.to_string();
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file",
            std::io::ErrorKind::PermissionDenied => "you may not read it",
            _ => words.split(" (os error").next().unwrap_or_default(),
        };
        invalid(format!("could not read {}: {why}", path.display()))
    };
    let file = File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(invalid(format!("{} is no file but a folder, or the like; name a file in it", path.display())));
    }
    Ok(view(&mut BufReader::new(file), clock::now()))
}

fn view(file: &mut dyn std::io::Read, now: Timestamp) -> ArchiveView {
    let mut checks = Vec::new();
    match archive::check(file, &mut |check| checks.push(sentence(&check))) {
        Ok(checked) => {
            let (remarks, result) = (remarks(&checked), Some(result(&checked, now)));
            ArchiveView { good: true, checks, fault: None, remarks, result }
        }
        Err(fault) => ArchiveView { checks, fault: Some(told(&fault)), ..ArchiveView::default() },
    }
}

/// A file that was damaged on its way can be whole where it came from, whatever shows it: only what was signed, and what it
/// comes to, is the same in every copy.
fn told(fault: &Fault) -> String {
    match fault {
        Fault::Unreadable(error) => {
            let words = error.to_string();
            let words = words.split(" (os error").next().unwrap_or_default();
            format!(
                "it could not be read: {words}. Copy it once more from where you have it, or ask whoever gave you the file for it once more"
            )
        }
        Fault::Void(_) | Fault::Result => fault.to_string(),
        _ => format!("{fault}. Ask whoever gave you the file for it once more"),
    }
}

fn sentence(check: &Check) -> String {
    match check {
        Check::Whole { bytes, entries } => format!(
            "The file is whole: {bytes} bytes, {}, each in its place and in the one accepted form; its digest is right.",
            if *entries == 1 { "1 entry".into() } else { format!("{entries} entries") }
        ),
        Check::Signed { entries } => format!(
            "All {entries} entries are signed by the devices that they name, and nothing that came before any of them is missing."
        ),
        Check::Founded => "The charter founds the chapter of this id.".into(),
        Check::Roll { members: 1 } => {
            "The roll is the one member of the moment when the poll opened, by the admissions, departures and removals before it.".into()
        }
        Check::Roll { members } => format!(
            "The roll of {members} are the members of the moment when the poll opened, by the admissions, departures and removals before it."
        ),
        Check::Proposed { versions, withdrawn, answered, standing, amendments, adopted } => {
            let stand = [(answered, "answered"), (standing, "not answered"), (withdrawn, "withdrawn")];
            let objections = counted(answered + standing + withdrawn, "objection", &stand);
            let amendments = counted(*amendments, "amendment", &[(adopted, "adopted")]);
            let versions = counted(*versions, "version", &[]);
            format!(
                "The proposal: {versions}, {objections}, {amendments}; the poll is its last version, and stood as long as the rules ask."
            )
        }
        Check::Told { cutoffs, tellers, contradict } => {
            let tellers = counted(*tellers, "teller", &[]);
            let contradict = match contradict {
                0 => String::new(),
                1 => " 1 signed two things that contradict each other, and does not count.".into(),
                several => {
                    format!(" {several} signed two things each that contradict each other, and do not count.")
                }
            };
            match cutoffs {
                0 => format!("0 of {tellers} closed the poll.{contradict}"),
                cutoffs => format!(
                    "{cutoffs} of {tellers} closed the poll, each with the votes before it in the file and no others.{contradict}"
                ),
            }
        }
        Check::Proven { ballots, voters } => format!(
            "{} proven to be from one of {voters} voters with a ballot key; whose, the file does not tell.",
            if *ballots == 1 { "1 secret ballot is".into() } else { format!("{ballots} secret ballots are each") },
        ),
        Check::Opened { secrets, need, open: true, lost, .. } => format!(
            "The {} in the file, {need} of which {} the ballots: each ballot is what was sealed before the close, to the last byte.{}",
            keys_of(*secrets),
            if *need == 1 { "opens" } else { "open" },
            if *lost > 0 {
                format!(" Not opened, and not counted: {lost}, which nobody can open any more.")
            } else {
                String::new()
            }
        ),
        Check::Opened { secrets, need, open: false, waiting: 0, lost: lost @ 1.. } => format!(
            "The ballots are hidden, and none was opened: {lost} cannot be opened any more. The {} in the file, and {need} {} needed of those for whom each was sealed. There is no result.",
            keys_of(*secrets),
            if *need == 1 { "is" } else { "are" },
        ),
        Check::Opened { secrets, need, open: false, .. } => format!(
            "The ballots are hidden, and cannot all be opened yet: the {} in the file, and {need} {} needed. There is no result.",
            keys_of(*secrets),
            if *need == 1 { "is" } else { "are" },
        ),
        // A hidden poll that is not open has ballots, and nothing to count.
        Check::Counted { voters: 0, not_counted } => format!(
            "Counted again: nothing is counted, and so the file says{}.",
            match not_counted {
                0 => String::new(),
                1 => "; 1 vote is in it that was replaced or does not count".into(),
                more => format!("; {more} votes are in it that were replaced or do not count"),
            },
        ),
        Check::Counted { voters, not_counted } => format!(
            "Counted again, {} to the result in the file, in every number; {}.",
            match voters {
                1 => "1 voter's ballot comes".to_owned(),
                voters => format!("{voters} voters' ballots come"),
            },
            match not_counted {
                1 => "1 more is in it that was replaced or does not count".to_owned(),
                more => format!("{more} more are in it that were replaced or do not count"),
            },
        ),
    }
}

fn keys_of(tellers: usize) -> String {
    if tellers == 1 { "key of 1 teller is".into() } else { format!("keys of {tellers} tellers are") }
}

/// `2 objections (1 answered, 1 withdrawn)`; of a single thing only how it stands: `1 objection (answered)`.
fn counted(count: usize, what: &str, of_these: &[(&usize, &str)]) -> String {
    let parts: Vec<String> = (of_these.iter().filter(|(part, _)| **part > 0))
        .map(|(part, how)| if count == 1 { (*how).to_owned() } else { format!("{part} {how}") })
        .collect();
    let kinds = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    format!("{count} {what}{}{kinds}", if count == 1 { "" } else { "s" })
}

/// What was said before the poll, a sentence for each version, objection and amendment that counts.
fn said_before(checked: &Checked) -> Vec<String> {
    let Checked { view, talk, definition, .. } = checked;
    let Some(state) = definition.proposal.and_then(|version| view.proposal(&version)) else { return Vec::new() };
    let handle = |member: &entry::MemberId| view.handle(member).unwrap_or("nobody").to_owned();
    let number = |entry: &EntryId| {
        let found = state.versions.iter().find(|version| version.entry == *entry);
        found
            .map_or_else(|| "a version that is not in the file".into(), |version| format!("version {}", version.number))
    };
    // Nothing, or what was said behind a colon.
    let words = |entry: &EntryId| match talk.words(entry) {
        "" => String::new(),
        // In one line, so that none can look like another.
        words => format!(": {}", words.split_whitespace().collect::<Vec<_>>().join(" ")),
    };
    let mut said = Vec::new();
    for version in &state.versions {
        let (when, words) = (clock::text(version.time), words(&version.entry));
        said.push(match version.number {
            1 => format!("{when} · {} proposed it{words}", handle(&state.proposer)),
            number => format!("{when} · {} changed it: it is version {number}{words}", handle(&state.proposer)),
        });
    }
    for objection in &state.objections {
        let (when, who) = (clock::text(objection.time), handle(&objection.owner));
        said.push(format!("{when} · {who} objected to {}{}", number(&objection.version), words(&objection.entry)));
        said.extend(
            objection.answers.iter().map(|answer| format!("  {} answered{}", handle(&state.proposer), words(answer))),
        );
        said.extend(objection.withdrawn.iter().map(|why| format!("  {who} withdrew it{}", words(why))));
    }
    for amendment in &state.amendments {
        let (when, who) = (clock::text(amendment.time), handle(&amendment.author));
        said.push(format!(
            "{when} · {who} proposed to change {}{}",
            number(&amendment.version),
            words(&amendment.entry)
        ));
        said.extend(amendment.adopted.iter().map(|version| format!("  it was adopted: {}", number(version))));
    }
    said
}

/// What its result is worth at the moment when somebody checks it.
fn stands(checked: &Checked, now: Timestamp) -> String {
    let (closes, latest) = (clock::text(checked.definition.closes), clock::text(checked.latest));
    match checked.stated.stage {
        Stage::Final => format!("Closed {closes}. The result is final."),
        _ if now <= checked.definition.closes => format!(
            "Open until {closes}, by this computer's clock: this is the count so far, of what was written until {latest}."
        ),
        Stage::Provisional => format!(
            "Voting ended {closes}. The result is provisional: tellers are missing who could still change which votes count. The \
             file reaches to {latest}; what came later is not in it."
        ),
        Stage::ByClock => format!(
            "Voting ended {closes}. There are no tellers: the dates in the ballots decide which of them count. The file reaches \
             to {latest}; a ballot that arrives later with a date from before the close is not in it, and counts all the same."
        ),
    }
}

fn result(checked: &Checked, now: Timestamp) -> ArchivedResult {
    let Checked { chapter, poll, stated, view, definition, .. } = checked;
    let handle = |member: &entry::MemberId| view.handle(member).unwrap_or("nobody").to_owned();
    let outcome = view.outcome(poll);
    let turnout = view.turnout(poll);
    let sealed = turnout.is_some();
    let closed: Vec<entry::MemberId> = view.closing(poll).map_or_else(Vec::new, |closing| {
        let closed = closing.tellers.iter().filter(|teller| matches!(teller.word, TellerWord::Closed { .. }));
        closed.map(|teller| teller.member).collect()
    });
    let question = |(n, question): (usize, &chapter::kinds::Question)| {
        let tally = outcome.as_ref()?.questions.get(n)?;
        let names = polls::options(question).into_iter().zip(&tally.options);
        Some(ArchivedQuestion {
            text: question.text.clone(),
            // Nothing is counted before all ballots are open: no figures look like a result.
            options: names
                .filter(|_| !sealed)
                .map(|(name, votes)| OptionView { name: name.to_owned(), votes: *votes })
                .collect(),
            blank: tally.blank,
            verdict: if sealed {
                if lost(checked) { polls::LOST } else { "No result: the ballots are not open." }.into()
            } else {
                polls::verdict(question, tally).words
            },
        })
    };
    ArchivedResult {
        chapter: chapter.to_string(),
        chapter_name: view.charter().map(|charter| charter.name.clone()).unwrap_or_default(),
        chapter_words: keys::six_words(chapter.as_bytes()).join(" "),
        poll: poll.to_string(),
        title: definition.title.clone(),
        closes: clock::text(definition.closes),
        state: if now <= definition.closes { PollState::Open } else { PollState::Closed },
        latest: clock::text(checked.latest),
        stands: stands(checked, now),
        contradictions: (checked.contradictions.iter())
            .map(|(member, entries)| {
                let entries: Vec<String> =
                    entries.iter().map(|entry| entry.to_string().chars().take(12).collect()).collect();
                format!(
                    "{} signed two things that cannot both be so ({}). Both are in the file as the proof, and neither counts.",
                    handle(member),
                    entries.join(" and ")
                )
            })
            .collect(),
        stage: match stated.stage {
            Stage::ByClock => None,
            Stage::Provisional => Some(Shown::Provisional),
            Stage::Final => Some(Shown::Final),
        },
        tellers: match stated.stage {
            // By those who closed it, in others' places too.
            Stage::Final => closed.iter().map(handle).collect(),
            Stage::ByClock | Stage::Provisional => definition.conduct.tellers.iter().map(handle).collect(),
        },
        roll: stated.roll,
        voters: turnout.map_or(stated.voters, |turnout| turnout.voters),
        unit: stated.unit,
        questions: definition.questions.iter().enumerate().filter_map(question).collect(),
        proposal: said_before(checked),
        result_hash: data_encoding::HEXLOWER.encode(&stated.digest),
        result_words: keys::six_words(&stated.digest).join(" "),
    }
}

fn remarks(checked: &Checked) -> Vec<String> {
    let mut remarks = vec![
        "Anybody can found a chapter: ask a member whether the six words of its id are these.".to_owned(),
        "What came later, or what whoever made the file did not have, is not in it.".to_owned(),
    ];
    let opening = checked.view.opening(&checked.poll);
    if lost(checked) {
        remarks.push(
            "The ballots cannot be opened any more: the result in the file is that of no ballots, and says nothing of how anybody voted."
                .into(),
        );
    } else if opening.is_some_and(|opening| !opening.open) {
        remarks.push(
            "The ballots are hidden until tellers open them: the result in the file is that of no ballots.".into(),
        );
    }
    if checked.untold > 0 {
        remarks.push(format!(
            "{} there without {} text: about others, or from before whoever made the file was a member. The file cannot show which.",
            if checked.untold == 1 { "1 entry about proposals is".into() } else { format!("{} entries about proposals are", checked.untold) },
            if checked.untold == 1 { "its" } else { "their" },
        ));
    }
    match checked.stated.stage {
        Stage::ByClock => remarks.push(
            "The poll has no tellers: that no ballot was left out, or cast late with an early time in it, the file cannot show.".into(),
        ),
        // There is nothing that could still change.
        Stage::Provisional if lost(checked) => {}
        Stage::Provisional => {
            remarks.push("The result is provisional: tellers are missing who could still change which votes count.".into());
        }
        Stage::Final => {}
    }
    for cutoff in &checked.doubtful {
        let short: String = cutoff.to_string().chars().take(12).collect();
        remarks.push(format!(
            "A teller's cutoff ({short}) names other votes than those in the file, and closes nothing: the teller signed what was not so, or votes were left out."
        ));
    }
    if checked.elsewhere > 0 && checked.stated.stage != Stage::Final {
        remarks.push(match checked.elsewhere {
            1 => "1 vote written while this poll was open is there without its text, as a vote in another poll. The file cannot show that.".into(),
            votes => format!(
                "{votes} votes written while this poll was open are there without their text, as votes in other polls. The file cannot show that."
            ),
        });
    }
    remarks
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chapter::{
        Kind,
        kinds::Conduct,
        testing::{Chapter, people::member},
    };

    #[test]
    fn rubbish_is_told_as_such() {
        let view = view(&mut &b"no poll at all, but long enough to look like one"[..], Timestamp(0));
        assert!(!view.good && view.checks.is_empty() && view.result.is_none());
        assert!(view.fault.is_some_and(|fault| fault.contains("no archive")));
    }

    /// What was not opened is not told as opened.
    #[test]
    fn what_cannot_be_opened_is_told_with_its_number() {
        let told = |open, waiting, lost| sentence(&Check::Opened { secrets: 1, need: 2, open, waiting, lost });
        assert!(told(true, 0, 0).ends_with("to the last byte."));
        assert!(told(true, 0, 2).contains("Not opened, and not counted: 2"));
        let lost = told(false, 0, 3);
        assert!(lost.contains("none was opened: 3 cannot be opened any more") && !lost.contains("last byte"), "{lost}");
        assert!(told(false, 3, 1).contains("cannot all be opened yet"));
    }

    struct All(Vec<Entry<Verified>>);

    impl Source for All {
        fn ids(&self) -> Vec<EntryId> {
            self.0.iter().map(Entry::id).collect()
        }

        fn read(&self, id: &EntryId) -> Option<Entry<Verified>> {
            self.0.iter().find(|entry| entry.id() == *id).cloned()
        }
    }

    /// A poll's file, and when it closes.
    fn file(chapter: &Chapter, poll: &EntryId) -> (Vec<u8>, Timestamp) {
        let bytes = archive::write(chapter.id(), poll, &chapter.view(), &All(chapter.entries().to_vec())).unwrap();
        (bytes, chapter.view().poll(poll).unwrap().rules.closes)
    }

    #[test]
    fn an_open_poll_is_told_as_one_and_one_without_tellers_as_what_it_is() {
        let mut chapter = Chapter::founded_by("rowan").with(["asha"]);
        let poll = chapter.poll("rowan", "Roof?");
        chapter.vote("asha", poll, 1, &[Some(0)]);
        let (bytes, closes) = file(&chapter, &poll);
        let told = |now| view(&mut &bytes[..], now).result.unwrap();
        let open = told(closes);
        assert_eq!(open.state, PollState::Open);
        assert!(open.stands.starts_with("Open until") && open.stands.contains("the count so far"), "{}", open.stands);
        let over = told(closes.plus(1));
        assert_eq!(over.state, PollState::Closed);
        let latest = chapter.entries().iter().map(|entry| entry.content().time).max().unwrap();
        assert!(over.stands.contains("the dates in the ballots decide"), "{}", over.stands);
        assert!(over.stands.contains(&format!("reaches to {}", clock::text(latest))), "{}", over.stands);
    }

    #[test]
    fn a_teller_who_contradicts_themself_and_those_who_are_missing_are_told() {
        let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor"]);
        chapter.make_tellers(&["asha", "imre", "noor"], &["rowan", "asha", "imre", "noor"]);
        chapter.add_device("asha", 0, 1);
        let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
        tellers.sort_unstable();
        let question = chapter::kinds::Question {
            key: "roof".into(),
            text: "Roof?".into(),
            options: vec!["yes".into(), "no".into()],
            method: vote::Method::SINGLE,
        };
        let conduct = Conduct { tellers, ..Conduct::default() };
        let poll = chapter.draft_poll_held("Roof", vec![question], conduct);
        let poll = chapter.by("rowan").writes(&poll);
        let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
        let empty = chapter.view_of(before.iter().copied()).draft_cutoff(&poll).unwrap();
        chapter.vote("rowan", poll, 1, &[Some(0)]);
        let closes = chapter.view().poll(&poll).unwrap().rules.closes;
        chapter.cutoff("asha", poll);
        chapter.by("asha").on(1).seeing(before).at(closes.plus(60_000)).writes(&Kind::Cutoff(empty));
        let (bytes, closes) = file(&chapter, &poll);
        let told = view(&mut &bytes[..], closes.plus(1));
        let check =
            "0 of 3 tellers closed the poll. 1 signed two things that contradict each other, and does not count.";
        assert!(told.checks.iter().any(|told| told == check), "{:?}", told.checks);
        let result = told.result.unwrap();
        assert!(result.stands.contains("The result is provisional"), "{}", result.stands);
        assert!(result.contradictions[0].starts_with("asha signed two things"), "{:?}", result.contradictions);
        assert!(!result.stands.contains("losed"), "{}", result.stands);
    }

    #[test]
    fn one_thing_is_told_as_one() {
        let told = sentence(&Check::Opened { secrets: 1, need: 1, open: true, waiting: 0, lost: 0 });
        assert!(told.starts_with("The key of 1 teller is in the file, 1 of which opens"), "{told}");
        let told = sentence(&Check::Counted { voters: 1, not_counted: 1 });
        assert!(told.contains("1 voter's ballot comes") && told.contains("1 more is in it"), "{told}");
        for (not_counted, end) in
            [(0, "so the file says."), (1, "; 1 vote is in it that was replaced or does not count.")]
        {
            let told = sentence(&Check::Counted { voters: 0, not_counted });
            assert!(told.starts_with("Counted again: nothing is counted") && told.ends_with(end), "{told}");
        }
        let told = sentence(&Check::Told { cutoffs: 1, tellers: 1, contradict: 0 });
        assert!(told.starts_with("1 of 1 teller closed"), "{told}");
    }

    /// Wherever one is cut or damaged, whoever has it is told what to do.
    #[test]
    fn every_damage_ends_with_what_to_do() {
        let golden = include_bytes!("../../archive/tests/golden.poll");
        let mut seen = std::collections::BTreeSet::new();
        let cuts = (0..golden.len()).step_by(1009).map(|length| golden[..length].to_vec());
        let changes = (0..golden.len()).step_by(211).map(|at| {
            let mut changed = golden.to_vec();
            changed[at] ^= 0x41;
            changed
        });
        let longer = [&golden[..], b"x"].concat();
        for file in cuts.chain(changes).chain([longer]) {
            let fault = view(&mut &file[..], Timestamp(0)).fault.unwrap_or_default();
            assert!(fault.ends_with("Ask whoever gave you the file for it once more"), "{fault}");
            seen.insert(fault.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().to_owned());
        }
        assert!(seen.len() >= 5, "{seen:?}");
    }
}
