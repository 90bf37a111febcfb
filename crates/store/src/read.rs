//! Envelopes and small values out of sled. Holes and foreign bytes are errors, never skipped.

use crate::{
    engine::{Engine, Name},
    key,
    layout::{damaged, unreadable},
    record::Record,
};
use log::{StoreError, Tag};
use sled::IVec;
use std::ops::ControlFlow;

/// The envelope at a position below the chapter's length.
pub(crate) fn get(engine: &Engine, tag: &Tag, position: u64) -> Result<Vec<u8>, StoreError> {
    let (first, value) = record_of(engine, tag, position)?;
    let envelope = match Record::read(&value).ok_or_else(|| unreadable(first))? {
        Record::Packed(envelopes) => {
            usize::try_from(position - first).ok().and_then(|at| envelopes.get(at)).map(|envelope| envelope.to_vec())
        }
        Record::Long(length, beginning) if first == position => Some(whole(engine, tag, position, length, beginning)?),
        Record::Long(..) => None,
    };
    envelope.ok_or_else(|| unreadable(position))
}

/// The record that a position below the chapter's length is in: where it begins, and its envelopes.
pub(crate) fn record(engine: &Engine, tag: &Tag, position: u64) -> Result<(u64, Vec<Vec<u8>>), StoreError> {
    let (first, value) = record_of(engine, tag, position)?;
    let envelopes = match Record::read(&value).ok_or_else(|| unreadable(first))? {
        Record::Packed(envelopes) => envelopes.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>(),
        Record::Long(length, beginning) => vec![whole(engine, tag, first, length, beginning)?],
    };
    if position - first < envelopes.len() as u64 { Ok((first, envelopes)) } else { Err(unreadable(position)) }
}

/// Calls `each` for the envelopes from `from` on, which is below `len`, the chapter's length.
pub(crate) fn scan(
    engine: &Engine,
    tag: &Tag,
    from: u64,
    len: u64,
    each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let (first, _) = record_of(engine, tag, from)?;
    // Where the next record has to begin.
    let mut next = first;
    let mut go_on = true;
    let mut call = |position, envelope: &[u8]| position < from || each(position, envelope).is_continue();
    engine.each_from(Name::Chapter(*tag), &[], &key::record(first), |key, value| {
        let (position, piece) = key::position(key).ok_or_else(|| unreadable(next))?;
        if value.is_empty() || (piece > 0 && position + 1 == next) {
            // A slot, or a piece that was read with its beginning.
            return Ok(true);
        }
        if (position, piece) != (next, 0) {
            return Err(unreadable(next));
        }
        match Record::read(value).ok_or_else(|| unreadable(next))? {
            Record::Packed(envelopes) => {
                for envelope in envelopes {
                    go_on = go_on && call(next, envelope);
                    next += 1;
                }
            }
            Record::Long(length, beginning) => {
                go_on = call(next, &whole(engine, tag, next, length, beginning)?);
                next += 1;
            }
        }
        Ok(go_on && next < len)
    })?;
    if go_on && next < len { Err(unreadable(next)) } else { Ok(()) }
}

/// A small value.
pub(crate) fn meta(engine: &Engine, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let prefix = key::meta(key);
    let unreadable = || damaged("a small value cannot be read");
    // Nearly all are one piece.
    match engine.get(Name::Meta, &[prefix.as_slice(), &[0]].concat())?.as_deref() {
        None => return Ok(None),
        Some([1, value @ ..]) => return Ok(Some(value.to_vec())),
        Some(_) => {}
    }
    let mut value = Vec::new();
    let mut whole = false;
    engine.each_from(Name::Meta, &prefix, &prefix, |_, piece| {
        let (last, piece) = piece.split_first().ok_or_else(unreadable)?;
        value.extend_from_slice(piece);
        whole = *last == 1;
        Ok(!whole)
    })?;
    if whole { Ok(Some(value)) } else { Err(unreadable()) }
}

/// The record that a position is in: where it begins, and its first value.
fn record_of(engine: &Engine, tag: &Tag, position: u64) -> Result<(u64, IVec), StoreError> {
    let exact = key::record(position);
    if let Some(value) = engine.get(Name::Chapter(*tag), &exact)?.filter(|value| !value.is_empty()) {
        return Ok((position, value));
    }
    let mut found = None;
    engine.each_back(Name::Chapter(*tag), Some(&exact), |key, value| {
        if !value.is_empty()
            && let (first, 0) = key::position(key).ok_or_else(|| unreadable(position))?
        {
            found = Some((first, value.clone()));
        }
        Ok(found.is_none())
    })?;
    found.ok_or_else(|| unreadable(position))
}

/// An envelope in pieces.
fn whole(engine: &Engine, tag: &Tag, at: u64, length: usize, beginning: &[u8]) -> Result<Vec<u8>, StoreError> {
    // Only its own pieces begin with a record's key.
    let key = key::record(at);
    let mut envelope = beginning.to_vec();
    let mut expected = 0;
    engine.each_from(Name::Chapter(*tag), &key, &key, |key, value| {
        if key::position(key) != Some((at, expected)) {
            return Err(unreadable(at));
        }
        if expected > 0 {
            envelope.extend_from_slice(value);
        }
        expected = expected.checked_add(1).ok_or_else(|| unreadable(at))?;
        Ok(envelope.len() < length)
    })?;
    if envelope.len() == length { Ok(envelope) } else { Err(unreadable(at)) }
}
