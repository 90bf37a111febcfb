//! CBOR as others might write it. Independent of the crate under test and of minicbor: a tree of the few kinds of item
//! that the format has, and every other way to write one of them.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use chapterhouse_entry::{
    ChapterId, EpochKey,
    ids::{context, domain},
};
use ed25519_dalek::{Signer, SigningKey};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Number(u64),
    Bytes(Vec<u8>),
    Null,
    List(Vec<Item>),
    /// Anything at all.
    Raw(Vec<u8>),
}

fn head(major: u8, number: u64) -> Vec<u8> {
    match number {
        0..24 => vec![(major << 5) | number as u8],
        24..0x100 => wide_head(major, number, 1),
        0x100..0x1_0000 => wide_head(major, number, 2),
        0x1_0000..0x1_0000_0000 => wide_head(major, number, 4),
        _ => wide_head(major, number, 8),
    }
}

/// A head that takes so many bytes for its number, whether it needs them or not.
fn wide_head(major: u8, number: u64, width: usize) -> Vec<u8> {
    let mut bytes = vec![(major << 5) | (24 + width.ilog2() as u8)];
    bytes.extend_from_slice(&number.to_be_bytes()[8 - width..]);
    bytes
}

/// The same head in all the widths in which it is not written.
fn other_heads(major: u8, number: u64) -> Vec<Vec<u8>> {
    let shortest = head(major, number).len() - 1;
    [1, 2, 4, 8].into_iter().filter(|&width| width > shortest).map(|width| wide_head(major, number, width)).collect()
}

impl Item {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => head(0, *number),
            Self::Bytes(bytes) => [head(2, bytes.len() as u64), bytes.clone()].concat(),
            Self::Null => vec![0xf6],
            Self::List(items) => [head(4, items.len() as u64), content(items)].concat(),
            Self::Raw(bytes) => bytes.clone(),
        }
    }

    /// Reads one item of the canonical form, and what follows it.
    pub(crate) fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let (first, rest) = bytes.split_first().unwrap();
        let width = match first & 31 {
            0..24 => 0,
            info @ 24..28 => 1_usize << (info - 24),
            _ => panic!("not the canonical form"),
        };
        let (number, rest) = rest.split_at(width);
        let number = match width {
            0 => u64::from(first & 31),
            _ => number.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
        };
        match first >> 5 {
            0 => (Self::Number(number), rest),
            2 => {
                let (bytes, rest) = rest.split_at(number as usize);
                (Self::Bytes(bytes.to_vec()), rest)
            }
            4 => {
                let mut rest = rest;
                let items = (0..number).map(|_| {
                    let (item, after) = Self::read(rest);
                    rest = after;
                    item
                });
                (Self::List(items.collect()), rest)
            }
            7 if *first == 0xf6 => (Self::Null, rest),
            _ => panic!("not the canonical form"),
        }
    }

    /// The items of a list, all of it.
    pub(crate) fn read_list(bytes: &[u8]) -> Vec<Self> {
        match Self::read(bytes) {
            (Self::List(items), []) => items,
            other => panic!("not a list: {other:?}"),
        }
    }

    /// Other ways to write the same thing, and near things in its place that a careless reader takes for it.
    fn other_forms(&self) -> Vec<Vec<u8>> {
        let plain = self.bytes();
        let mut forms = vec![
            [&[0xc1][..], &plain].concat(),             // tagged
            [&[0xd9, 0xd9, 0xf7][..], &plain].concat(), // tagged as CBOR
            vec![],                                     // left out
            vec![0xff],                                 // a break
            vec![0xf7],                                 // undefined
            vec![0xf4],                                 // false
            vec![0x1c],                                 // a head that is reserved
        ];
        match self {
            Self::Number(number) => {
                forms.extend(other_heads(0, *number));
                forms.push(head(1, *number)); // negative
                forms.push([vec![0xfb], (*number as f64).to_be_bytes().to_vec()].concat());
                forms.push([vec![0xc2, 0x48], number.to_be_bytes().to_vec()].concat()); // a big number
                forms.push([vec![0x48], number.to_be_bytes().to_vec()].concat());
                forms.push(vec![0xf6]);
            }
            Self::Bytes(bytes) => {
                forms.extend(other_heads(2, bytes.len() as u64).into_iter().map(|head| [&head, &bytes[..]].concat()));
                forms.push([head(3, bytes.len() as u64), bytes.clone()].concat()); // as text
                forms.push([&[0x5f][..], &plain, &[0xff]].concat()); // in one chunk
                let (left, right) = bytes.split_at(bytes.len() / 2);
                let chunks = [left, right].map(|part| Self::Bytes(part.to_vec()).bytes()).concat();
                forms.push([&[0x5f][..], &chunks, &[0xff]].concat());
                forms.push(Self::List(bytes.iter().map(|byte| Self::Number(u64::from(*byte))).collect()).bytes());
            }
            Self::Null => forms.extend([vec![0x40], vec![0x00], vec![0x80], vec![0xf8, 0xf6], vec![0xf8, 22]]),
            Self::List(items) => {
                let count = items.len() as u64;
                let inner = content(items);
                forms.extend(other_heads(4, count).into_iter().map(|head| [&head, &inner[..]].concat()));
                forms.push([&[0x9f][..], &inner, &[0xff]].concat()); // without its length
                forms.push([head(4, count + 1), inner.clone()].concat());
                forms.push([head(4, count + 1), inner.clone(), vec![0xf6]].concat());
                forms.push([head(4, count + 1), inner.clone(), vec![0x80]].concat());
                forms.push([head(5, count), inner.clone()].concat()); // a map
                forms.push([head(4, u64::MAX), inner].concat());
                forms.extend((count > 0).then(|| [head(4, count - 1), content(&items[1..])].concat()));
                forms.push([head(2, content(items).len() as u64), content(items)].concat()); // wrapped
            }
            Self::Raw(_) => {}
        }
        forms.retain(|form| *form != plain);
        forms
    }

    /// The whole with one item, itself or one inside it, written in another way: all such.
    pub(crate) fn with_one_other_form(&self) -> Vec<Self> {
        let mut all: Vec<Self> = self.other_forms().into_iter().map(Self::Raw).collect();
        if let Self::List(items) = self {
            for (place, item) in items.iter().enumerate() {
                for other in item.with_one_other_form() {
                    let mut items = items.clone();
                    items[place] = other;
                    all.push(Self::List(items));
                }
            }
        }
        all
    }
}

fn content(items: &[Item]) -> Vec<u8> {
    items.iter().flat_map(Item::bytes).collect()
}

/// What a hostile member can do: sign these ten fields, whatever they are. The bytes of a head.
pub(crate) fn sign(fields: &[Item], key: &SigningKey) -> Vec<u8> {
    let message = [domain::ENTRY, &head(4, fields.len() as u64), &content(fields)].concat();
    let signature = Item::Bytes(key.sign(&message).to_bytes().to_vec());
    [head(4, fields.len() as u64 + 1), content(fields), signature.bytes()].concat()
}

/// What a hostile member can do: seal this head and this body, whatever they are, with a nonce of choice or the right
/// one. The kind decides on the body's key.
pub(crate) fn seal(
    (plain_head, plain_body, kind): (&[u8], &[u8], u64),
    (chapter, epoch, hour): (ChapterId, u64, u64),
    key: &EpochKey,
    nonce: Option<[u8; 24]>,
) -> Vec<u8> {
    let heads = blake3::derive_key(context::HEADS, key.expose());
    let nonce_key = blake3::derive_key(context::NONCE_KEY, &heads);
    let id = blake3::derive_key(context::ENTRY_ID, plain_head);
    let nonce = nonce.unwrap_or_else(|| blake3::keyed_hash(&nonce_key, &id).as_bytes()[..24].try_into().unwrap());
    let outside = [Item::Bytes(chapter.tag().to_vec()), Item::Number(epoch), Item::Number(hour)];
    let head_key = blake3::derive_key(context::HEAD_KEY, &heads);
    let body_key = match kind {
        0..10 | 100..200 => blake3::derive_key(context::OPEN_BODY_KEY, &heads),
        _ => blake3::derive_key(context::BODY_KEY, key.expose()),
    };
    let sealed = |key: [u8; 32], aad: &[u8], plain: &[u8]| {
        let mut sealed = plain.to_vec();
        XChaCha20Poly1305::new(&key.into()).encrypt_in_place(&XNonce::from(nonce), aad, &mut sealed).unwrap();
        Item::Bytes(sealed)
    };
    let head = sealed(head_key, &Item::List(outside.to_vec()).bytes(), plain_head);
    let inside = [Item::Bytes(nonce.to_vec()), head, sealed(body_key, &id, plain_body)];
    Item::List([&outside[..], &inside[..]].concat()).bytes()
}

/// The id of an envelope, a whole one or a stub, in other words than the crate's.
pub(crate) fn envelope_id(envelope: &[u8]) -> [u8; 32] {
    let mut items = Item::read_list(envelope);
    let body_id = match items.pop() {
        Some(Item::Bytes(body)) if items.len() == 5 => blake3::derive_key(context::ENVELOPE_BODY_ID, &body).to_vec(),
        Some(Item::Bytes(id)) if items.pop() == Some(Item::Null) => id,
        other => panic!("no envelope: {other:?}"),
    };
    blake3::derive_key(context::ENVELOPE_ID, &Item::List([items, vec![Item::Bytes(body_id)]].concat()).bytes())
}
