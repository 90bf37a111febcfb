//! What goes into an archive: everything that decides what the poll came to, and no other text.
//!
//! Who is on the roll follows from everything before the poll, so the heads of all of that are in: a head says what kind its
//! entry is, and with no head left out nobody can leave a removal out. Bodies are in where they say who is a member, or belong
//! to this poll, or to the proposal that it came from.

use crate::{
    form::{About, DIGEST, MAGIC, MAX_ENTRIES, Part, Stated, Written},
    graph::Graph,
    proposal::Talk,
};
use chapter::{Past, View};
use entry::{ChapterId, Entry, EntryId, Verified, canon};

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// No such poll, or it does not count.
    #[error("this is not a poll, or it does not count")]
    NoPoll,
    /// An entry that belongs into it is not here, or without its text.
    #[error("something that belongs into it is not on this computer")]
    Missing,
    /// Too much of it.
    #[error("there is more of it than an archive can have")]
    TooMuch,
}

/// Where entries are.
pub trait Source {
    /// All of their ids, each after its causal parents.
    fn ids(&self) -> Vec<EntryId>;
    /// One of them, with its body if that is here.
    fn read(&self, id: &EntryId) -> Option<Entry<Verified>>;
}

/// The archive of a poll, from all entries of its chapter. The same entries make the same bytes everywhere.
pub fn write(chapter: ChapterId, poll: &EntryId, view: &View, source: &dyn Source) -> Result<Vec<u8>, Unwritable> {
    let stated = Stated::of(view, poll).ok_or(Unwritable::NoPoll)?;
    let state = view.poll(poll).ok_or(Unwritable::NoPoll)?;
    let (mut graph, mut roots, mut talk) = (Graph::around(*poll), Vec::new(), Talk::default());
    for id in source.ids() {
        let entry = source.read(&id).ok_or(Unwritable::Missing)?;
        let depth = graph.depth_of(&entry).ok_or(Unwritable::Missing)?;
        graph.add(&entry, depth);
        if Part::of(&entry, poll).has_body() {
            roots.push(id);
        }
        talk.note(&entry);
    }
    let proposed = talk.of(state.proposal, poll, &graph);
    roots.extend(&proposed);
    let order = graph.chosen(roots, view);
    if order.len() as u64 > MAX_ENTRIES {
        return Err(Unwritable::TooMuch);
    }

    let mut bytes = MAGIC.to_vec();
    record(&mut bytes, &About { chapter: chapter.0, poll: poll.0, entries: order.len() as u64 });
    for (_, id) in order {
        let entry = source.read(&id).ok_or(Unwritable::Missing)?;
        let (head, part) = (entry.head_bytes(), Part::of(&entry, poll));
        let ring = part == Part::Ring && state.rules.secret && graph.contains(&id, poll);
        let said = part == Part::Proposed && proposed.contains(&id);
        let body =
            if part.has_body() || ring || said { Some(entry.into_body().ok_or(Unwritable::Missing)?) } else { None };
        record(&mut bytes, &Written { head, body });
    }
    record(&mut bytes, &stated);
    let digest = blake3::derive_key(DIGEST, &bytes);
    bytes.extend(digest);
    Ok(bytes)
}

fn record<T: minicbor::Encode<()>>(bytes: &mut Vec<u8>, value: &T) {
    let encoded = canon::to_bytes(value);
    // No record is near to what this can hold.
    bytes.extend((encoded.len() as u32).to_be_bytes());
    bytes.extend(encoded);
}
