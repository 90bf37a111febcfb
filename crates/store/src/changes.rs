//! What a commit writes, and how that is undone where it failed.

use crate::{
    engine::{Change, Engine, Name, stale},
    key,
    layout::{Chapter, Layout},
    read,
    record::{self, PIECE, Plan, plan},
};
use log::store::Staged;
use log::{StoreError, Tag};
use std::collections::BTreeMap;

/// Keys to put in without values, what to write and remove in each tree, and trees to remove.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    slots: Vec<(Name, Vec<Vec<u8>>)>,
    writes: BTreeMap<Name, Vec<Change>>,
    /// Those of the writes that change what is there: to be put back if need be.
    over: Vec<(Name, Vec<u8>)>,
    removals: Vec<Tag>,
}

impl Changes {
    /// What a commit of this writes, and how long the chapters in it are then.
    pub(crate) fn of(engine: &Engine, layout: &Layout, staged: &Staged) -> Result<(Self, Layout), StoreError> {
        let mut changes = Self::default();
        let mut after = Layout::new();
        for (key, value) in &staged.meta {
            let pieces = meta(engine, key, value.as_deref())?;
            if !pieces.is_empty() {
                changes.over.extend(pieces.iter().map(|(key, _)| (Name::Meta, key.clone())));
                changes.writes.entry(Name::Meta).or_default().extend(pieces);
            }
        }
        for (tag, replaced) in &staged.replaced {
            let name = Name::Chapter(*tag);
            let pieces = replacements(engine, tag, replaced)?;
            changes.over.extend(pieces.iter().map(|(key, _)| (name, key.clone())));
            changes.writes.insert(name, pieces);
        }
        // With the same commit, so that it is known whatever happens next.
        if !staged.replaced.is_empty() && !engine.is_stale()? {
            let (key, value) = stale();
            changes.over.push((Name::Default, key.clone()));
            changes.writes.insert(Name::Default, vec![(key, value)]);
        }
        for (tag, envelopes) in &staged.envelopes {
            let before = layout.get(tag).cloned().unwrap_or_default();
            let Plan { slots, values, len, free } = plan(before.len, &before.slots, envelopes);
            let name = Name::Chapter(*tag);
            changes.slots.push((name, slots.into_iter().map(key::record).collect()));
            let writes = values.into_iter().map(|(at, piece, value)| (key::piece(at, piece), Some(value)));
            changes.writes.entry(name).or_default().extend(writes);
            after.insert(*tag, Chapter { len, slots: free });
        }
        Ok((changes, after))
    }

    /// How many bytes of values they write.
    pub(crate) fn bytes(&self) -> usize {
        self.writes.values().flatten().filter_map(|(_, value)| value.as_ref()).map(Vec::len).sum()
    }

    /// Writes them, all or nothing, and makes them durable.
    pub(crate) fn write(&self, engine: &Engine) -> Result<(), StoreError> {
        for (name, keys) in &self.slots {
            engine.put_slots(*name, keys)?;
        }
        if !self.writes.is_empty() {
            engine.write(&self.writes)?;
        }
        for tag in &self.removals {
            engine.remove(tag)?;
        }
        engine.sync()
    }

    /// What puts back what these would change: small values, and envelopes that are replaced. What they append is cut
    /// off by [`and_cut_back`](Self::and_cut_back).
    pub(crate) fn undo(&self, engine: &Engine) -> Result<Self, StoreError> {
        let mut undo = Self::default();
        for (name, key) in &self.over {
            let old = engine.get(*name, key)?.map(|old| old.to_vec());
            undo.writes.entry(*name).or_default().push((key.clone(), old));
        }
        Ok(undo)
    }

    /// These, and what cuts every chapter back to what it was.
    pub(crate) fn and_cut_back(&self, engine: &Engine, layout: &Layout) -> Result<Self, StoreError> {
        let mut changes = Self { writes: self.writes.clone(), ..Self::default() };
        for tag in engine.chapters() {
            let Some(Chapter { len, .. }) = layout.get(&tag) else {
                changes.removals.push(tag);
                continue;
            };
            let name = Name::Chapter(tag);
            let mut cut = Vec::new();
            engine.each_from(name, &[], &key::record(*len), |key, value| {
                if !value.is_empty() {
                    // The beginning of a record becomes a slot again; other pieces go.
                    let slot = matches!(key::position(key), Some((_, 0))).then(Vec::new);
                    cut.push((key.to_vec(), slot));
                }
                Ok(true)
            })?;
            if !cut.is_empty() {
                changes.writes.entry(name).or_default().extend(cut);
            }
        }
        Ok(changes)
    }
}

/// The records in which envelopes are replaced, written anew, and the removal of pieces that are left over.
fn replacements(engine: &Engine, tag: &Tag, replaced: &BTreeMap<u64, Vec<u8>>) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    let mut todo = replaced.iter().peekable();
    while let Some(&(&position, _)) = todo.peek() {
        let (first, mut envelopes) = read::record(engine, tag, position)?;
        let end = first + envelopes.len() as u64;
        while let Some((&position, envelope)) = todo.next_if(|(position, _)| **position < end) {
            envelopes[(position - first) as usize].clone_from(envelope);
        }
        let values = record::again(first, &envelopes);
        let mut keys: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
        // Only its own pieces begin with a record's key.
        let own = key::record(first);
        engine.each_from(Name::Chapter(*tag), &own, &own, |key, _| {
            keys.insert(key.to_vec(), None);
            Ok(true)
        })?;
        keys.extend(values.into_iter().map(|(at, piece, value)| (key::piece(at, piece), Some(value))));
        changes.extend(keys);
    }
    Ok(changes)
}

/// The pieces of a small value, and the removal of those that an older, longer one left.
fn meta(engine: &Engine, key: &[u8], value: Option<&[u8]>) -> Result<Vec<Change>, StoreError> {
    let prefix = key::meta(key);
    let mut changes: Vec<Change> = Vec::new();
    if let Some(value) = value {
        // Each begins with a byte that says whether it is the last; an empty value is one piece.
        let pieces = value.len().div_ceil(PIECE - 1).max(1);
        let chunks = value.chunks(PIECE - 1).chain(value.is_empty().then_some(value));
        for (chunk, number) in chunks.zip(0_u8..) {
            let last = usize::from(number) + 1 == pieces;
            changes.push(([prefix.as_slice(), &[number]].concat(), Some([&[u8::from(last)], chunk].concat())));
        }
    }
    let kept = changes.len();
    engine.each_from(Name::Meta, &prefix, &prefix, |key, _| {
        if key.last().is_some_and(|number| usize::from(*number) >= kept) {
            changes.push((key.to_vec(), None));
        }
        Ok(true)
    })?;
    Ok(changes)
}
