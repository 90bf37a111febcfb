//! What a vote that is closed came to, in one short line for lists.

use super::words;
use crate::house::Room;
use api::poll::State;
use entry::EntryId;

/// So many ballots are counted for one list; votes further down are told without what they came to.
pub(crate) const BALLOTS: usize = 3000;

/// The line. None for a vote that nobody can count yet, or when the list has had counted enough.
pub(crate) fn brief(room: &Room, poll: &EntryId, left: &mut usize) -> Option<String> {
    let state = room.view.poll(poll)?;
    // Who voted in a hidden vote is known before what.
    if room.view.turnout(poll).is_some() {
        return None;
    }
    *left = left.checked_sub(room.view.voter_count(poll).max(1))?;
    let outcome = room.view.outcome(poll)?;
    let mut verdicts = state.questions.iter().zip(&outcome.questions).map(|(q, tally)| words::verdict(q, tally));
    let line = match state.questions.len() {
        1 => verdicts.next()?.words,
        all => {
            let decided = verdicts.filter(|verdict| verdict.state == State::Decided).count();
            format!("{decided} of {all} questions decided.")
        }
    };
    // Tellers say what was there in time; until then it may come to something else.
    let settled = room.view.closing(poll).is_none_or(|closing| closing.settled);
    Some(if settled { line } else { format!("Provisional. {line}") })
}
