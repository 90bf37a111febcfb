//! Bytes without an end, sealed in pieces: nothing can be changed, left out, moved, repeated, or cut off unnoticed.
//!
//! The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over XChaCha20-Poly1305: each piece's nonce is
//! the file's prefix, the piece's number, and whether it is the last. Pure: randomness is an argument.

use crate::{cost::Cost, error::VaultError};
use chacha20poly1305::{
    KeyInit, Tag, XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, inout::InOutBuf},
};
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

/// First bytes of every backup.
pub const MAGIC: &[u8; 16] = b"House backup\r\n\x1a\n";
/// The format that is written.
pub const VERSION: u16 = 1;
/// Bytes of one piece, before it is sealed; the last may have fewer.
pub const PIECE: usize = 64 * 1024;

const KEY: &str = "chapterhouse 1 backup key";
const CHECK: &str = "chapterhouse 1 backup passphrase check";
const CHECKSUM: &str = "chapterhouse 1 backup checksum";
const TAG: usize = 16;
/// Up to the nonces' prefix, which is part of it.
const HEAD: usize = 16 + 2 + 12 + 16 + 19;
/// Everything before the first piece.
pub const HEADER: usize = HEAD + 32 + 32;

/// All randomness that sealing uses.
#[derive(Debug, Clone, Copy)]
pub struct Fresh {
    /// Salt of the passphrase.
    pub salt: [u8; 16],
    /// Beginning of every nonce.
    pub prefix: [u8; 19],
}

type Key = Zeroizing<[u8; 32]>;

fn too_large() -> VaultError {
    VaultError::TooLarge { what: "the pieces of the backup", got: usize::MAX, limit: u32::MAX as usize }
}

/// The pieces' nonces and their cipher.
struct Pieces {
    cipher: XChaCha20Poly1305,
    prefix: [u8; 19],
    next: Option<u32>,
}

impl Pieces {
    fn new(key: &Key, prefix: [u8; 19]) -> Self {
        Self { cipher: XChaCha20Poly1305::new((&**key).into()), prefix, next: Some(0) }
    }

    fn nonce(&self, last: bool) -> Result<XNonce, VaultError> {
        let number = self.next.ok_or_else(too_large)?;
        let mut nonce = [0; 24];
        nonce[..19].copy_from_slice(&self.prefix);
        nonce[19..23].copy_from_slice(&number.to_be_bytes());
        nonce[23] = u8::from(last);
        Ok(XNonce::from(nonce))
    }

    fn seal(&mut self, piece: &mut [u8], last: bool) -> Result<Tag, VaultError> {
        let nonce = self.nonce(last)?;
        self.next = self.next.and_then(|number| number.checked_add(1));
        self.cipher.encrypt_inout_detached(&nonce, &[], InOutBuf::from(piece)).map_err(|_| too_large())
    }

    /// Opens a piece in its place; false when it is not the one that belongs here.
    fn open(&self, sealed: &[u8], last: bool) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let Some((cipher_text, tag)) = sealed.split_last_chunk::<TAG>() else { return Ok(None) };
        let mut plain = Zeroizing::new(cipher_text.to_vec());
        let buffer = InOutBuf::from(plain.as_mut_slice());
        let opened = self.cipher.decrypt_inout_detached(&self.nonce(last)?, &[], buffer, &Tag::from(*tag));
        Ok(opened.is_ok().then_some(plain))
    }
}

/// The header up to the prefix.
fn head(cost: Cost, fresh: &Fresh) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let (memory, passes) = (cost.memory().to_be_bytes(), cost.passes().to_be_bytes());
    let parts: [&[u8]; 7] =
        [MAGIC, &VERSION.to_be_bytes(), &memory, &passes, &1_u32.to_be_bytes(), &fresh.salt, &fresh.prefix];
    let mut at = 0;
    for part in parts {
        head[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    head
}

/// The key of the pieces: the passphrase's, bound to the whole head.
fn key_of(derived: &[u8; 32], head: &[u8; HEAD]) -> Key {
    let material = Zeroizing::new([derived.as_slice(), head].concat());
    Zeroizing::new(blake3::derive_key(KEY, &material))
}

/// Seals what is written to it. Nothing of it is a backup before [`Sealer::finish`].
pub struct Sealer<W> {
    to: W,
    pieces: Pieces,
    piece: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealer<W> {
    /// Writes the header.
    pub fn new(to: W, passphrase: &str, cost: Cost, fresh: &Fresh) -> Result<Self, VaultError> {
        let derived = cost.derive(passphrase, &fresh.salt)?;
        Self::under_key(to, &derived, cost, fresh)
    }

    /// The same with a key that was derived elsewhere. For tests, which cannot wait for Argon2id each time.
    #[doc(hidden)]
    pub fn under_key(mut to: W, derived: &[u8; 32], cost: Cost, fresh: &Fresh) -> Result<Self, VaultError> {
        let head = head(cost, fresh);
        let key = key_of(derived, &head);
        let mut header = head.to_vec();
        header.extend_from_slice(&blake3::derive_key(CHECK, key.as_slice()));
        let sum = blake3::derive_key(CHECKSUM, &header);
        header.extend_from_slice(&sum);
        to.write_all(&header).map_err(VaultError::Backup)?;
        let piece = Zeroizing::new(Vec::with_capacity(PIECE));
        Ok(Self { to, pieces: Pieces::new(&key, fresh.prefix), piece })
    }

    /// Takes more.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), VaultError> {
        while !bytes.is_empty() {
            // A full piece waits: only what comes behind it shows that it is not the last.
            if self.piece.len() == PIECE {
                self.put(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Seals the last piece.
    pub fn finish(mut self) -> Result<W, VaultError> {
        self.put(true)?;
        Ok(self.to)
    }

    fn put(&mut self, last: bool) -> Result<(), VaultError> {
        let tag = self.pieces.seal(&mut self.piece, last)?;
        self.to.write_all(&self.piece).and_then(|()| self.to.write_all(&tag)).map_err(VaultError::Backup)?;
        // What is left in it is sealed.
        self.piece.clear();
        Ok(())
    }
}

/// Opens what a [`Sealer`] wrote.
pub struct Opener<R> {
    from: R,
    pieces: Pieces,
    /// The open piece, and how much of it was read.
    piece: Zeroizing<Vec<u8>>,
    at: usize,
    last: bool,
}

/// What stands before the pieces, checked for its form only.
struct Header {
    head: [u8; HEAD],
    cost: Cost,
    salt: [u8; 16],
    prefix: [u8; 19],
    check: [u8; 32],
}

impl Header {
    fn read(from: &mut impl Read) -> Result<Self, VaultError> {
        let mut bytes = [0; HEADER];
        let found = read_full(from, &mut bytes)?;
        let known = found.min(MAGIC.len());
        if bytes[..known] != MAGIC[..known] {
            return Err(VaultError::NoBackup);
        }
        let version = u16::from_be_bytes([bytes[16], bytes[17]]);
        if found >= 18 && version > VERSION {
            return Err(VaultError::BackupTooNew { found: version, known: VERSION });
        }
        if found < HEADER {
            return Err(VaultError::BackupTruncated);
        }
        let (body, sum) = bytes.split_at(HEADER - 32);
        if blake3::derive_key(CHECKSUM, body) != sum {
            return Err(VaultError::BackupAltered("its header is not what was written"));
        }
        let number = |at: usize| array::<4>(&bytes, at).map_or(0, u32::from_be_bytes);
        let cost = Cost::new(number(18), number(22)).filter(|_| number(26) == 1 && version == VERSION);
        let cost = cost.ok_or(VaultError::BackupAltered("opening it would cost more, or less, than is allowed"))?;
        let lost = || VaultError::BackupTruncated;
        Ok(Self {
            head: array(&bytes, 0).ok_or_else(lost)?,
            cost,
            salt: array(&bytes, 30).ok_or_else(lost)?,
            prefix: array(&bytes, 46).ok_or_else(lost)?,
            check: array(&bytes, HEAD).ok_or_else(lost)?,
        })
    }

    fn open<R: Read>(self, from: R, derived: &[u8; 32]) -> Result<Opener<R>, VaultError> {
        let key = key_of(derived, &self.head);
        if blake3::derive_key(CHECK, key.as_slice()) != self.check {
            return Err(VaultError::WrongPassphrase);
        }
        let piece = Zeroizing::new(Vec::new());
        Ok(Opener { from, pieces: Pieces::new(&key, self.prefix), piece, at: 0, last: false })
    }
}

impl<R: Read> Opener<R> {
    /// Reads the header and tries the passphrase.
    pub fn new(mut from: R, passphrase: &str) -> Result<Self, VaultError> {
        let header = Header::read(&mut from)?;
        let derived = header.cost.derive(passphrase, &header.salt)?;
        header.open(from, &derived)
    }

    /// The same with a key that was derived elsewhere. For tests.
    #[doc(hidden)]
    pub fn under_key(mut from: R, derived: &[u8; 32]) -> Result<Self, VaultError> {
        Header::read(&mut from)?.open(from, derived)
    }

    /// Fills `to`. Whatever ends earlier is refused.
    pub fn read(&mut self, mut to: &mut [u8]) -> Result<(), VaultError> {
        while !to.is_empty() {
            if self.at == self.piece.len() {
                if self.last {
                    return Err(VaultError::BackupAltered("it ends in the middle of something"));
                }
                self.next_piece()?;
                continue;
            }
            let now = to.len().min(self.piece.len() - self.at);
            let (first, rest) = to.split_at_mut(now);
            first.copy_from_slice(&self.piece[self.at..self.at + now]);
            self.at += now;
            to = rest;
        }
        Ok(())
    }

    /// Makes sure that nothing comes any more.
    pub fn end(mut self) -> Result<(), VaultError> {
        if self.at == self.piece.len() && !self.last {
            self.next_piece()?;
        }
        if self.at < self.piece.len() || !self.last {
            return Err(VaultError::BackupAltered("it goes on after its end"));
        }
        Ok(())
    }

    fn next_piece(&mut self) -> Result<(), VaultError> {
        let mut sealed = vec![0; PIECE + TAG];
        let found = read_full(&mut self.from, &mut sealed)?;
        sealed.truncate(found);
        let whole = found == PIECE + TAG;
        if let Some(piece) = self.pieces.open(&sealed, false)?.filter(|_| whole) {
            self.piece = piece;
        } else if let Some(piece) = self.pieces.open(&sealed, true)? {
            // Nothing may come behind it.
            if read_full(&mut self.from, &mut [0])? > 0 {
                return Err(VaultError::BackupAltered("it goes on after its end"));
            }
            (self.piece, self.last) = (piece, true);
        } else if whole {
            return Err(VaultError::BackupAltered("a part of it is not what was written"));
        } else {
            // Either cut off, or changed in its last piece; nobody can tell which.
            return Err(VaultError::BackupTruncated);
        }
        self.at = 0;
        self.pieces.next = self.pieces.next.and_then(|number| number.checked_add(1));
        Ok(())
    }
}

/// Reads as much as there is, up to the whole buffer.
fn read_full(from: &mut impl Read, to: &mut [u8]) -> Result<usize, VaultError> {
    let mut found = 0;
    while found < to.len() {
        match from.read(&mut to[found..]) {
            Ok(0) => break,
            Ok(more) => found += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(VaultError::Backup(error)),
        }
    }
    Ok(found)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const DERIVED: [u8; 32] = [42; 32];
    const FRESH: Fresh = Fresh { salt: [1; 16], prefix: [2; 19] };

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::under_key(Vec::new(), &DERIVED, Cost::minimum(), &FRESH).unwrap();
        sealer.write(plain).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(file: &[u8], length: usize) -> Result<Vec<u8>, VaultError> {
        let mut opener = Opener::under_key(file, &DERIVED)?;
        let mut plain = vec![0; length];
        opener.read(&mut plain)?;
        opener.end()?;
        Ok(plain)
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 7 % 251) as u8).collect()
    }

    #[test]
    fn the_bytes_are_fixed() {
        let file = sealed(&bytes(PIECE + 5));
        assert_eq!(file.len(), HEADER + PIECE + TAG + 5 + TAG);
        assert_eq!(blake3::hash(&file).to_string(), "7caa2a34c6fd828dd0de203c83251e31251cadc6c28c64a72238dfff2ec488da");
    }

    #[test]
    fn every_length_around_a_piece_comes_back_and_no_other_is_taken_for_it() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 1] {
            let plain = bytes(length);
            let file = sealed(&plain);
            assert_eq!(opened(&file, length).unwrap(), plain, "{length}");
            assert!(opened(&file, length + 1).is_err(), "{length}");
            if length > 0 {
                assert!(opened(&file, length - 1).is_err(), "{length}");
            }
        }
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let plain = bytes(600);
        let file = sealed(&plain);
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut changed = file.clone();
                changed[at] ^= 1 << bit;
                assert!(opened(&changed, plain.len()).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn every_truncation_is_refused() {
        let plain = bytes(600);
        let file = sealed(&plain);
        for length in 0..file.len() {
            assert!(opened(&file[..length], plain.len()).is_err(), "{length}");
        }
        // At the border of a piece, where each piece is whole.
        let plain = bytes(2 * PIECE + 9);
        let file = sealed(&plain);
        for pieces in 0..=2 {
            let cut = &file[..HEADER + pieces * (PIECE + TAG)];
            assert!(matches!(opened(cut, plain.len()), Err(VaultError::BackupTruncated)), "{pieces}");
            assert!(opened(cut, pieces * PIECE).is_err(), "{pieces}: what is left is not taken for the whole");
        }
        let longer = [file.as_slice(), &[0]].concat();
        assert!(opened(&longer, plain.len()).is_err());
    }

    #[test]
    fn pieces_cannot_be_exchanged_repeated_or_left_out() {
        let plain = bytes(4 * PIECE);
        let file = sealed(&plain);
        let (header, pieces) = file.split_at(HEADER);
        let pieces: Vec<&[u8]> = pieces.chunks(PIECE + TAG).collect();
        for order in [[1, 0, 2, 3].as_slice(), &[0, 0, 1, 2, 3], &[0, 2, 3], &[0, 1, 2, 3, 3], &[0, 1, 3]] {
            let other = order.iter().fold(header.to_vec(), |file, at| [file.as_slice(), pieces[*at]].concat());
            assert!(opened(&other, plain.len()).is_err(), "{order:?}");
            assert!(opened(&other, (order.len() - 1) * PIECE).is_err(), "{order:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let file = sealed(&bytes(10));
        let with = |at: usize, byte: u8| {
            let mut changed = file.clone();
            changed[at] = byte;
            opened(&changed, 10)
        };
        assert!(matches!(with(0, b'X'), Err(VaultError::NoBackup)));
        assert!(matches!(with(17, 9), Err(VaultError::BackupTooNew { found: 9, known: 1 })));
        assert!(matches!(with(40, 9), Err(VaultError::BackupAltered(_))));
        assert!(matches!(Opener::under_key(file.as_slice(), &[9; 32]), Err(VaultError::WrongPassphrase)));
        assert!(matches!(opened(&file[..60], 10), Err(VaultError::BackupTruncated)));
        assert!(matches!(opened(b"", 10), Err(VaultError::BackupTruncated)));
        // A hostile file may not ask for a terabyte, whatever its checksum says.
        let mut greedy = file.clone();
        greedy[18..22].copy_from_slice(&u32::MAX.to_be_bytes());
        let sum = blake3::derive_key(CHECKSUM, &greedy[..HEADER - 32]);
        greedy[HEADER - 32..HEADER].copy_from_slice(&sum);
        assert!(matches!(opened(&greedy, 10), Err(VaultError::BackupAltered(_))));
    }

    proptest! {
        #[test]
        fn however_it_is_written_it_reads_the_same(
            cuts in prop::collection::vec(0..40_000_usize, 0..8),
            flip in any::<prop::sample::Index>(),
        ) {
            let plain = bytes(cuts.iter().sum());
            let mut sealer = Sealer::under_key(Vec::new(), &DERIVED, Cost::minimum(), &FRESH).unwrap();
            let mut rest = plain.as_slice();
            for cut in &cuts {
                let (now, later) = rest.split_at(*cut);
                sealer.write(now).unwrap();
                rest = later;
            }
            let mut file = sealer.finish().unwrap();
            prop_assert_eq!(&file, &sealed(&plain));
            prop_assert_eq!(opened(&file, plain.len()).unwrap(), plain.clone());
            let at = flip.index(file.len());
            file[at] ^= 0x10;
            prop_assert!(opened(&file, plain.len()).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(opened(&bytes, 10).is_err());
        }
    }
}
