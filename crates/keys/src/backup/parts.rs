//! What is inside a backup: the vault's contents, then each chapter's sealed entries, then small notes. The store's
//! meaning stays outside: tags, envelopes and notes are bytes here.

use super::stream::{Opener, Sealer};
use crate::{
    contents::{Contents, MAX_BYTES},
    error::VaultError,
};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// The longest envelope that a backup holds.
pub const MAX_ENVELOPE: usize = 96 * 1024;
/// The longest key of a note.
pub const MAX_KEY: usize = 256;
/// The longest note.
pub const MAX_NOTE: usize = 64 * 1024;

const END: u8 = 0;
const CHAPTER: u8 = 1;
const NOTE: u8 = 2;

/// One thing in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A chapter: its tag, and how many envelopes follow. Tags ascend.
    Chapter {
        /// Its name on the disk.
        tag: [u8; 16],
        /// How many.
        count: u64,
    },
    /// An envelope of the chapter that was named last, in the order of the store.
    Envelope(Vec<u8>),
    /// A small value, behind all chapters. Keys ascend.
    Note {
        /// Under what.
        key: Vec<u8>,
        /// What.
        value: Vec<u8>,
    },
}

/// What is decided by what came before; writing and reading check the same.
#[derive(Default)]
struct Order {
    chapter: Option<[u8; 16]>,
    waiting: u64,
    note: Option<Vec<u8>>,
}

impl Order {
    fn chapter(&mut self, tag: &[u8; 16], count: u64) -> bool {
        let fits = self.waiting == 0 && self.note.is_none() && self.chapter.is_none_or(|before| before < *tag);
        (self.chapter, self.waiting) = (Some(*tag), count);
        fits
    }

    fn envelope(&mut self, length: usize) -> bool {
        let fits = self.waiting > 0 && (1..=MAX_ENVELOPE).contains(&length);
        self.waiting = self.waiting.saturating_sub(1);
        fits
    }

    fn note(&mut self, key: &[u8], length: usize) -> bool {
        let bounded = (1..=MAX_KEY).contains(&key.len()) && length <= MAX_NOTE;
        let fits = self.waiting == 0 && bounded && self.note.as_deref().is_none_or(|before| before < key);
        self.note = Some(key.to_vec());
        fits
    }

    fn ended(&self) -> bool {
        self.waiting == 0
    }
}

fn misplaced() -> VaultError {
    VaultError::BackupAltered("something in it is not where it belongs, or longer than it may be")
}

fn length(bytes: &[u8]) -> Result<[u8; 4], VaultError> {
    u32::try_from(bytes.len()).map(u32::to_be_bytes).map_err(|_| misplaced())
}

/// Writes a backup's inside.
pub struct Packer<W> {
    to: Sealer<W>,
    order: Order,
}

impl<W: Write> Packer<W> {
    /// Begins with the vault's contents.
    pub fn new(mut to: Sealer<W>, contents: &Contents) -> Result<Self, VaultError> {
        contents.check()?;
        let bytes = contents.to_bytes();
        to.write(&length(&bytes)?)?;
        to.write(&bytes)?;
        Ok(Self { to, order: Order::default() })
    }

    /// Names a chapter, of which `count` envelopes follow.
    pub fn chapter(&mut self, tag: &[u8; 16], count: u64) -> Result<(), VaultError> {
        if !self.order.chapter(tag, count) {
            return Err(misplaced());
        }
        self.to.write(&[CHAPTER])?;
        self.to.write(tag)?;
        self.to.write(&count.to_be_bytes())
    }

    /// The next envelope of that chapter.
    pub fn envelope(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        if !self.order.envelope(bytes.len()) {
            return Err(misplaced());
        }
        self.to.write(&length(bytes)?)?;
        self.to.write(bytes)
    }

    /// A note.
    pub fn note(&mut self, key: &[u8], value: &[u8]) -> Result<(), VaultError> {
        if !self.order.note(key, value.len()) {
            return Err(misplaced());
        }
        self.to.write(&[NOTE])?;
        for bytes in [key, value] {
            self.to.write(&length(bytes)?)?;
            self.to.write(bytes)?;
        }
        Ok(())
    }

    /// Ends it. Refused while envelopes are missing.
    pub fn finish(mut self) -> Result<W, VaultError> {
        if !self.order.ended() {
            return Err(misplaced());
        }
        self.to.write(&[END])?;
        self.to.finish()
    }
}

/// Reads a backup's inside.
pub struct Unpacker<R> {
    /// What the vault held.
    pub contents: Contents,
    from: Option<Opener<R>>,
    order: Order,
}

impl<R: Read> Unpacker<R> {
    /// Reads the vault's contents.
    pub fn new(mut from: Opener<R>) -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new(vec![0; read_length(&mut from, MAX_BYTES)?]);
        from.read(&mut bytes)?;
        let contents = Contents::from_bytes(&bytes).map_err(|_| misplaced())?;
        Ok(Self { contents, from: Some(from), order: Order::default() })
    }

    /// The next part; none at the end, which has then been found whole.
    pub fn part(&mut self) -> Result<Option<Part>, VaultError> {
        let Some(from) = &mut self.from else { return Ok(None) };
        if self.order.waiting > 0 {
            let mut envelope = vec![0; read_length(from, MAX_ENVELOPE)?];
            from.read(&mut envelope)?;
            let fits = self.order.envelope(envelope.len());
            return fits.then_some(Some(Part::Envelope(envelope))).ok_or_else(misplaced);
        }
        let mut kind = [0];
        from.read(&mut kind)?;
        match kind {
            [CHAPTER] => {
                let (mut tag, mut count) = ([0; 16], [0; 8]);
                from.read(&mut tag)?;
                from.read(&mut count)?;
                let count = u64::from_be_bytes(count);
                self.order.chapter(&tag, count).then_some(Some(Part::Chapter { tag, count })).ok_or_else(misplaced)
            }
            [NOTE] => {
                let mut key = vec![0; read_length(from, MAX_KEY)?];
                from.read(&mut key)?;
                let mut value = vec![0; read_length(from, MAX_NOTE)?];
                from.read(&mut value)?;
                let fits = self.order.note(&key, value.len());
                fits.then_some(Some(Part::Note { key, value })).ok_or_else(misplaced)
            }
            [END] => {
                if let Some(from) = self.from.take() {
                    from.end()?;
                }
                Ok(None)
            }
            _ => Err(misplaced()),
        }
    }
}

/// A length that memory is set aside for, so it is bounded first.
fn read_length(from: &mut Opener<impl Read>, limit: usize) -> Result<usize, VaultError> {
    let mut bytes = [0; 4];
    from.read(&mut bytes)?;
    let length = usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX);
    if length <= limit { Ok(length) } else { Err(misplaced()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{backup::stream::Fresh, contents::tests::rowan, cost::Cost};
    use proptest::prelude::*;

    const DERIVED: [u8; 32] = [42; 32];

    fn sealer() -> Sealer<Vec<u8>> {
        let fresh = Fresh { salt: [1; 16], prefix: [2; 19] };
        Sealer::under_key(Vec::new(), &DERIVED, Cost::minimum(), &fresh).unwrap()
    }

    type Misplacing = fn(&mut Packer<Vec<u8>>) -> Result<(), VaultError>;

    fn packer() -> Packer<Vec<u8>> {
        Packer::new(sealer(), &rowan()).unwrap()
    }

    fn parts(file: &[u8]) -> Result<Vec<Part>, VaultError> {
        let mut unpacker = Unpacker::new(Opener::under_key(file, &DERIVED)?)?;
        let mut parts = Vec::new();
        while let Some(part) = unpacker.part()? {
            parts.push(part);
        }
        Ok(parts)
    }

    #[test]
    fn what_is_not_in_order_is_neither_written_nor_read() {
        let mut unfinished = packer();
        unfinished.chapter(&[5; 16], 2).unwrap();
        unfinished.envelope(b"one").unwrap();
        assert!(unfinished.finish().is_err(), "an envelope is missing");
        let refused = |what: Misplacing| {
            let mut packer = packer();
            packer.chapter(&[5; 16], 1).unwrap();
            packer.envelope(b"one").unwrap();
            packer.note(b"b", b"").unwrap();
            assert!(what(&mut packer).is_err());
        };
        refused(|packer| packer.envelope(b"two"));
        refused(|packer| packer.chapter(&[6; 16], 0));
        refused(|packer| packer.note(b"a", b""));
        refused(|packer| packer.note(b"b", b""));
        refused(|packer| packer.note(b"", b""));
        refused(|packer| packer.note(b"c", &[0; MAX_NOTE + 1]));

        // By hand, as another program might write it: something behind the end, a kind that is none, a greedy length.
        for tail in [[END, 0].as_slice(), &[9], &[NOTE, 0xFF, 0xFF, 0xFF, 0xFF], &[CHAPTER, 1], &[]] {
            let mut by_hand = sealer();
            let contents = rowan().to_bytes();
            by_hand.write(&length(&contents).unwrap()).unwrap();
            by_hand.write(&contents).unwrap();
            by_hand.write(tail).unwrap();
            assert!(parts(&by_hand.finish().unwrap()).is_err(), "{tail:?}");
        }
    }

    fn any_parts() -> impl Strategy<Value = Vec<Part>> {
        let envelopes = prop::collection::vec(prop::collection::vec(any::<u8>(), 1..2000), 0..6);
        let chapters = prop::collection::btree_map(any::<[u8; 16]>(), envelopes, 0..4);
        let note = prop::collection::vec(any::<u8>(), 0..200);
        let notes = prop::collection::btree_map(prop::collection::vec(any::<u8>(), 1..30), note, 0..4);
        (chapters, notes).prop_map(|(chapters, notes)| {
            let chapters = chapters.into_iter().flat_map(|(tag, envelopes)| {
                let first = Part::Chapter { tag, count: envelopes.len() as u64 };
                std::iter::once(first).chain(envelopes.into_iter().map(Part::Envelope)).collect::<Vec<_>>()
            });
            chapters.chain(notes.into_iter().map(|(key, value)| Part::Note { key, value })).collect()
        })
    }

    fn packed(parts: &[Part]) -> Vec<u8> {
        let mut packer = packer();
        for part in parts {
            match part {
                Part::Chapter { tag, count } => packer.chapter(tag, *count),
                Part::Envelope(bytes) => packer.envelope(bytes),
                Part::Note { key, value } => packer.note(key, value),
            }
            .unwrap();
        }
        packer.finish().unwrap()
    }

    proptest! {
        #[test]
        fn parts_come_back_and_no_changed_or_cut_file_is_taken(
            wanted in any_parts(),
            at in any::<prop::sample::Index>(),
            by in 1..=255_u8,
        ) {
            let file = packed(&wanted);
            prop_assert_eq!(parts(&file).unwrap(), wanted);
            prop_assert!(parts(&file[..at.index(file.len())]).is_err());
            let mut changed = file.clone();
            changed[at.index(file.len())] ^= by;
            prop_assert!(parts(&changed).is_err());
        }

        #[test]
        fn no_inside_makes_it_panic(inside in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut by_hand = sealer();
            by_hand.write(&inside).unwrap();
            prop_assert!(parts(&by_hand.finish().unwrap()).is_err());
        }
    }
}
