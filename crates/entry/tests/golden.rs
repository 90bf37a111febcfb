//! The format, byte by byte. If a test here fails, the format has changed: others can no longer read what was written
//! before. The same bytes stand in docs/FORMAT.md, for other implementations, and are compared with it.
#![allow(clippy::unwrap_used)] // a test

use chapterhouse_entry::{
    ChapterId, DeviceCert, DeviceId, Draft, Entry, EntryId, Envelope, EpochKey, Timestamp, Verified,
    envelope::Sealer,
    ids::{context, domain},
};
use ed25519_dalek::{Signer, SigningKey};

// The inputs.
const MEMBER_KEY: [u8; 32] = [1; 32];
const DEVICE_KEY: [u8; 32] = [2; 32];
const AGREEMENT: [u8; 32] = [3; 32];
const EPOCH_KEY: [u8; 32] = [4; 32];
const CHARTER: &[u8] = b"golden charter";

fn chapter() -> ChapterId {
    ChapterId::of_charter(CHARTER)
}

fn device() -> (SigningKey, DeviceId) {
    let key = SigningKey::from_bytes(&DEVICE_KEY);
    let id = DeviceId(key.verifying_key().to_bytes());
    (key, id)
}

fn first() -> Entry<Verified> {
    let (key, device) = device();
    let draft = Draft {
        chapter: chapter(),
        epoch: 0,
        device,
        seq: 1,
        prev: None,
        time: Timestamp(1_795_462_200_123), // 2026-11-23T19:30:00.123Z
        parents: vec![],
        kind: 1,
        body: b"first".to_vec(),
    };
    draft.sign(&key).unwrap()
}

fn later() -> Entry<Verified> {
    let (key, device) = device();
    let draft = Draft {
        chapter: chapter(),
        epoch: 1,
        device,
        seq: 2,
        prev: Some(first().id()),
        time: Timestamp(1_795_507_506_789), // 2026-11-24T08:05:06.789Z
        parents: vec![EntryId([0x10; 32]), EntryId([0x20; 32])],
        kind: 300,
        body: b"a body of more than 23 bytes".to_vec(),
    };
    draft.sign(&key).unwrap()
}

fn sealer() -> Sealer {
    Sealer::new(chapter(), 1, &EpochKey::new(EPOCH_KEY))
}

// The outputs.
const MEMBER: &str = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
const DEVICE: &str = "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394";
const CHAPTER: &str = "929d79267a77dac97b32f23270ebb00bb6d80e1064cbec3791d6354a3c54db4b";
const TAG: &str = "d2b73bcae5e6465dd85b9861e74de612";
const SEAL_KEY: &str = "3b02f9b82600a6bb0581e052043091d706c25aa0cf6299ed82c68831ceb8c118";
const NONCE_KEY: &str = "2983837303fda081a0fbe69ee492ca28a7087c96fa48ebffd18a096ccf1557f5";
const FIRST_ID: &str = "77c71984a0de2c3386b4130d841882a157c1fe82f621d66a5b298ffa4d3fb148";
const LATER_ID: &str = "719beef3d2052ad7a538584efca41606463b3df76f135a243733d2864d603412";
const ENVELOPE_ID: &str = "db13c8f7812b13de0b33636a60499f3f8fa81ca9de6cbbb6d7d3409cd3dbc0c7";

const CERT: &str = "
    84                                                                    # list of 4
    5820 8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c # member
    5820 8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394 # device
    5820 0303030303030303030303030303030303030303030303030303030303030303 # agreement
    5840 c9905ccd10e4b2a8b61b4afded6bf1d08dca4e011f67c3c3bb1ec4f01d92caec # signature
         8d41a9e96ae0a8c521538b12369d4393acfdd60ced1a1d8ceb441ee09d335008
";

const FIRST: &str = "
    8b                                                                    # list of 11
    01                                                                    # version
    5820 929d79267a77dac97b32f23270ebb00bb6d80e1064cbec3791d6354a3c54db4b # chapter
    00                                                                    # epoch
    5820 8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394 # device
    01                                                                    # seq
    f6                                                                    # no prev
    1b 000001a209e2fb3b                                                   # time
    80                                                                    # no parents
    01                                                                    # kind
    45 6669727374                                                         # body
    5840 a0c4b876e9500f17d78c1ff0782206ee5e5d3baf148ac5cf5f187432f2a58900 # signature
         026e53f1e6706099a6b92c0bcafbde0d1a3ed88023807964e9a1ba0193f4fe0b
";

const FIRST_MESSAGE: &str = r"
    63686170746572686f757365203120656e74727900                            # chapterhouse 1 entry\0
    8a                                                                    # list of 10
    01                                                                    # version
    5820 929d79267a77dac97b32f23270ebb00bb6d80e1064cbec3791d6354a3c54db4b # chapter
    00                                                                    # epoch
    5820 8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394 # device
    01                                                                    # seq
    f6                                                                    # no prev
    1b 000001a209e2fb3b                                                   # time
    80                                                                    # no parents
    01                                                                    # kind
    45 6669727374                                                         # body
";

const LATER: &str = "
    8b                                                                    # list of 11
    01                                                                    # version
    5820 929d79267a77dac97b32f23270ebb00bb6d80e1064cbec3791d6354a3c54db4b # chapter
    01                                                                    # epoch
    5820 8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394 # device
    02                                                                    # seq
    5820 77c71984a0de2c3386b4130d841882a157c1fe82f621d66a5b298ffa4d3fb148 # prev
    1b 000001a20c964e65                                                   # time
    82                                                                    # 2 parents
    5820 1010101010101010101010101010101010101010101010101010101010101010
    5820 2020202020202020202020202020202020202020202020202020202020202020
    19 012c                                                               # kind
    581c 6120626f6479206f66206d6f7265207468616e203233206279746573         # body
    5840 1bfa4635c0935d4204440235a93e6b9e3de7cee520625d00629f820025b88b25 # signature
         8b35f94518698f75d0d82f065d847644ebdc2fbcba8bfa5ca20e52e0482e8e0c
";

const ENVELOPE: &str = "
    85                                                                    # list of 5
    50 d2b73bcae5e6465dd85b9861e74de612                                   # tag
    01                                                                    # epoch
    1a 00079c40                                                           # hour
    5818 d95ef9ea937515e5f7dedc62a799e4746b9dacb77582ebb2                 # nonce
    59012b                                                                # ciphertext, 299 bytes
         a3807e65da3fd9c8f7b027044b2cb16054063fd128c4e9a0d43dd8287b7d3d02
         cbecedac370a26bba6729366ecddb5052b52c359a8a428250c0eb5d1b90b22e7
         2561e4ece7c511c9323f026288be88048f8c7d96fc0684cf87a3d8313d5aaec7
         34785366e005b307afa2860f2c381f3eea92468ed27d2b0032a863b588f37b63
         8270e0327c2366f68ed118d5692b866bb96c5f2ae0ae6eeae93c6b5f6661b366
         68c6c844f75548cc4b04b4edbe9d0427a5daef92a6e603bcd75656c52485e10d
         3e824e0308288215addb324789a0a5fa1e07ddf0441c3e36c704efe4fc87dba9
         e56e9edc8a23067e79ce92ffa1443cf8126db01d22a539130612468d809394a5
         0937784ec25105417934c78c1df4bc82c478f98b3f4494a27ee75380d45af743
         00968ad0725d55bba50fec
";

/// The digits of a text as above, without remarks and spaces.
fn digits(text: &str) -> String {
    let without_remarks = text.lines().map(|line| line.split('#').next().unwrap());
    without_remarks.flat_map(str::chars).filter(|character| !character.is_whitespace()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn names_and_keys() {
    assert_eq!(hex(SigningKey::from_bytes(&MEMBER_KEY).verifying_key().as_bytes()), MEMBER);
    assert_eq!(device().1.to_string(), DEVICE);
    assert_eq!(chapter().to_string(), CHAPTER);
    assert_eq!(hex(&chapter().tag()), TAG);
    assert_eq!(hex(&blake3::derive_key(context::SEAL_KEY, &EPOCH_KEY)), SEAL_KEY);
    assert_eq!(hex(&blake3::derive_key(context::NONCE_KEY, &EPOCH_KEY)), NONCE_KEY);
}

#[test]
fn a_devices_certificate() {
    let cert = DeviceCert::issue(&SigningKey::from_bytes(&MEMBER_KEY), device().1.0, AGREEMENT);
    assert_eq!(hex(&cert.to_bytes()), digits(CERT));
    assert_eq!(domain::DEVICE_CERT, b"chapterhouse 1 device\0");
}

#[test]
fn a_first_entry() {
    let entry = first();
    assert_eq!(hex(&entry.to_bytes()), digits(FIRST));
    assert_eq!(entry.id().to_string(), FIRST_ID);
    let message = digits(FIRST_MESSAGE);
    let message: Vec<u8> =
        (0..message.len()).step_by(2).map(|at| u8::from_str_radix(&message[at..at + 2], 16).unwrap()).collect();
    assert_eq!(device().0.sign(&message).to_bytes(), *entry.signature());
}

#[test]
fn a_later_entry() {
    assert_eq!(hex(&later().to_bytes()), digits(LATER));
    assert_eq!(later().id().to_string(), LATER_ID);
}

#[test]
fn an_envelope() {
    let bytes = sealer().seal(&later()).unwrap().to_bytes();
    assert_eq!(hex(&bytes), digits(ENVELOPE));
    assert_eq!(Envelope::id_of(&bytes).to_string(), ENVELOPE_ID);
    let opened = sealer().open(&Envelope::from_bytes(&bytes).unwrap()).unwrap().verify().unwrap();
    assert_eq!(opened, later());
}

#[test]
fn the_written_format_has_the_same_bytes() {
    let page = include_str!("../../../docs/FORMAT.md");
    let golden = page.split_once("## 10. Golden bytes").unwrap().1;
    // Every second piece is inside of a block; its first line says that it is text.
    let blocks: Vec<String> =
        golden.split("```").skip(1).step_by(2).map(|block| digits(block.strip_prefix("text").unwrap())).collect();
    let names = [MEMBER, DEVICE, CHAPTER, TAG, SEAL_KEY, NONCE_KEY, FIRST_ID, LATER_ID, ENVELOPE_ID].concat();
    assert_eq!(blocks, [names, digits(CERT), digits(FIRST), digits(FIRST_MESSAGE), digits(LATER), digits(ENVELOPE)]);
}

/// What the fuzzer begins from: without something valid it would never get past the first fields.
#[test]
fn the_fuzzers_seeds_are_these_bytes() {
    let seeds: [(&[u8], &str); 4] = [
        (include_bytes!("../../../fuzz/seeds/device_cert/golden"), CERT),
        (include_bytes!("../../../fuzz/seeds/entry/first"), FIRST),
        (include_bytes!("../../../fuzz/seeds/entry/later"), LATER),
        (include_bytes!("../../../fuzz/seeds/envelope/later"), ENVELOPE),
    ];
    for (seed, golden) in seeds {
        assert_eq!(hex(seed), digits(golden));
    }
}
