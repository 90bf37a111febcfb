//! The format, byte by byte. If a test here fails, the format has changed: others can no longer read what was written
//! before. The same bytes stand in docs/FORMAT.md, for other implementations, and are compared with it.
#![allow(clippy::unwrap_used)] // a test

use chapterhouse_entry::{
    BodyDigest, ChapterId, DeviceCert, DeviceId, Draft, Entry, EntryId, Envelope, EpochKey, Sealer, Timestamp,
    Verified,
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

fn sealer(epoch: u64) -> Sealer {
    Sealer::new(chapter(), epoch, &EpochKey::new(EPOCH_KEY))
}

// The outputs.
const MEMBER: &str = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
const DEVICE: &str = "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394";
const CHAPTER: &str = "929d79267a77dac97b32f23270ebb00bb6d80e1064cbec3791d6354a3c54db4b";
const TAG: &str = "d2b73bcae5e6465dd85b9861e74de612";
const HEADS: &str = "8cbfc9844b41936c0d7bc89b7f90cc2aa97b7e1eb1c0c4f59e67026c63a949cb";
const NONCE_KEY: &str = "0ad95bf3ae6a671db953f0f822b04accae3f47e1b4edaecc1a0a834b041f1114";
const HEAD_KEY: &str = "dd93f426de1db5c5e6e97dc84c52122408d2fa31f3c7929c8f32d9e82c9f6f52";
const OPEN_BODY_KEY: &str = "2423a84c19375f0874ce80d99d680a8a8c3536714e3acb6ee76a538d9a2c0b00";
const BODY_KEY: &str = "09893fc93f69e093581b8580afce8877bd030bcb7293daf12b8b10aee5940328";
const FIRST_BODY: &str = "6602f07e69e5b87f9c2fed8ae049c728a2958d2131156dc16a95229c0489b72f";
const LATER_BODY: &str = "9868cded2a669b9fa4db465699f565131b830b7d318dee8873f3dcb46fb8b28d";
const FIRST_ID: &str = "b0266b48ef1737058327d0b868d653d345df0c76103acaeeb94d72d04f4b1a3c";
const LATER_ID: &str = "1c0ff563adf8906a880121015647f0aade568c9f8804099475eea680675d7985";
const FIRST_ENVELOPE_ID: &str = "ed028bedfda563e53790c8bd9a4c02195b6233150ba2e821cfcb05289e039489";
const LATER_ENVELOPE_ID: &str = "16270478434294a4cb216c9dd3efdc5874abbe867a81b008c23b5b1dd0f1c05a";

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
    5820 6602f07e69e5b87f9c2fed8ae049c728a2958d2131156dc16a95229c0489b72f # body's digest
    5840 2e17835cc39b50e01d79af61d7e86a4937281dd82677d94c4e695ed5726e50f6 # signature
         c649aa361d995548502de9223ab315d6f10c271e2605db098a95da520ad7dc0e
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
    5820 6602f07e69e5b87f9c2fed8ae049c728a2958d2131156dc16a95229c0489b72f # body's digest
";

const LATER: &str = "
    8b                                                                    # list of 11
    01                                                                    # version
    5820 929d79267a77dac97b32f23270ebb00bb6d80e1064cbec3791d6354a3c54db4b # chapter
    01                                                                    # epoch
    5820 8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394 # device
    02                                                                    # seq
    5820 b0266b48ef1737058327d0b868d653d345df0c76103acaeeb94d72d04f4b1a3c # prev
    1b 000001a20c964e65                                                   # time
    82                                                                    # 2 parents
    5820 1010101010101010101010101010101010101010101010101010101010101010
    5820 2020202020202020202020202020202020202020202020202020202020202020
    19 012c                                                               # kind
    5820 9868cded2a669b9fa4db465699f565131b830b7d318dee8873f3dcb46fb8b28d # body's digest
    5840 98002daa59d627e94763388f6700f8ea7ddf04b080e49f75a7104610db04f47c # signature
         71148b40129562fe99312a7e0a5225eb7bcfdb6fcfc41fd1f31fc8e2912dc808
";

const FIRST_ENVELOPE: &str = "
    86                                                                    # list of 6
    50 d2b73bcae5e6465dd85b9861e74de612                                   # tag
    00                                                                    # epoch
    1a 00079c33                                                           # hour
    5818 a493e5af89fb55c3a1d3f72c6a64138f14a59bf4334c388d                 # nonce
    58c8                                                                  # sealed head, 200 bytes
         1ab364fcd2963e354e0a9a25d2c8344edc13627d38d0a4a794f8c5306d3a5aa6
         d712895c6384d0f9a113f0f9e2606e799e4b009da9b60d64126bde6d5a3c0688
         0637a9c6c410cdaa7c510eb86ac3ed7ce0fcbde86c80fd2ee8786247a1dc6d9d
         e35a7c04774f58abd5fef4a246f14fe3d516d58965e510dae9562e99ca8097c4
         8754299f8d8e0f1b5acb5b21a28523e8c01d71026b790ceeb5bf58729ece2c7e
         616c9273592505ce734699eb5a6caedb93b677ef65be9538a8117e4a8c3ded50
         2384d92d3095aa3f
    55                                                                    # sealed body, 21 bytes
         ba561b2a2c85cff4e5552ec84f22858d64c4032017
";

const LATER_ENVELOPE: &str = "
    86                                                                    # list of 6
    50 d2b73bcae5e6465dd85b9861e74de612                                   # tag
    01                                                                    # epoch
    1a 00079c40                                                           # hour
    5818 ed99cb32bbc9f425cbfabf1d0eabdfe30db43b885d1c505c                 # nonce
    59012f                                                                # sealed head, 303 bytes
         300beaedc7bc2563382fd9b734e9c81133c58aa0efe25368a9938546654c1918
         f5200b87d32ff89600061d3c93cececbfd9897d39e70d03368748373a77da9dc
         40b4b5928ea452050a8fd801b7a6a1c001df7d27e4eaf52da0dcd0fb39d4647d
         a56251f8cd0c6d15aa2524be750c3c6a545a5edf0caa95f2fea4b7206435be94
         8752a953b33d6edba3d985f3ce8c02bee6c523098715b5bbd931281263b86188
         f54fbe3fb745fbdc0e08b252872577227432de02f53fd46b4ce267f5d7335d25
         0e86c5a0a6f1473756626e330d03949cc6f951e64f47f033cb84fc1e84977ac0
         43d2c11770d823e5ad1090e587f27fc2e16f71ebec51863a3543e8d88c0eee9d
         ae1d97fde535ca25c8d69a9b04715471cb00e1dc3a505b392fa6eb3355f56d9d
         aed4c0586b0111753cef06ccbd5c5f
    582c                                                                  # sealed body, 44 bytes
         14695d29488925df60f5f8e752bc07d5f46a2d5afa61df1af9092accf515baf4
         1cd731ffc578c03e4d0776ea
";

const LATER_STUB: &str = "
    87                                                                    # list of 7
    50 d2b73bcae5e6465dd85b9861e74de612                                   # tag
    01                                                                    # epoch
    1a 00079c40                                                           # hour
    5818 ed99cb32bbc9f425cbfabf1d0eabdfe30db43b885d1c505c                 # nonce
    59012f                                                                # sealed head, 303 bytes
         300beaedc7bc2563382fd9b734e9c81133c58aa0efe25368a9938546654c1918
         f5200b87d32ff89600061d3c93cececbfd9897d39e70d03368748373a77da9dc
         40b4b5928ea452050a8fd801b7a6a1c001df7d27e4eaf52da0dcd0fb39d4647d
         a56251f8cd0c6d15aa2524be750c3c6a545a5edf0caa95f2fea4b7206435be94
         8752a953b33d6edba3d985f3ce8c02bee6c523098715b5bbd931281263b86188
         f54fbe3fb745fbdc0e08b252872577227432de02f53fd46b4ce267f5d7335d25
         0e86c5a0a6f1473756626e330d03949cc6f951e64f47f033cb84fc1e84977ac0
         43d2c11770d823e5ad1090e587f27fc2e16f71ebec51863a3543e8d88c0eee9d
         ae1d97fde535ca25c8d69a9b04715471cb00e1dc3a505b392fa6eb3355f56d9d
         aed4c0586b0111753cef06ccbd5c5f
    f6                                                                    # no body
    5820 2c1e2aedca6bec08513304bdb05308316719fd7076cf0a2ecd6e96aae013ad23 # body's id
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
    let heads = EpochKey::new(EPOCH_KEY).heads();
    assert_eq!(hex(heads.expose()), HEADS);
    for (context, key, derived) in [
        (context::HEADS, &EPOCH_KEY, HEADS),
        (context::NONCE_KEY, heads.expose(), NONCE_KEY),
        (context::HEAD_KEY, heads.expose(), HEAD_KEY),
        (context::OPEN_BODY_KEY, heads.expose(), OPEN_BODY_KEY),
        (context::BODY_KEY, &EPOCH_KEY, BODY_KEY),
    ] {
        assert_eq!(hex(&blake3::derive_key(context, key)), derived);
    }
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
    assert_eq!(hex(&entry.head_bytes()), digits(FIRST));
    assert_eq!(entry.id().to_string(), FIRST_ID);
    assert_eq!(BodyDigest::of(b"first").to_string(), FIRST_BODY);
    let message = digits(FIRST_MESSAGE);
    let message: Vec<u8> =
        (0..message.len()).step_by(2).map(|at| u8::from_str_radix(&message[at..at + 2], 16).unwrap()).collect();
    assert_eq!(device().0.sign(&message).to_bytes(), *entry.signature());
}

#[test]
fn a_later_entry() {
    assert_eq!(hex(&later().head_bytes()), digits(LATER));
    assert_eq!(later().id().to_string(), LATER_ID);
    assert_eq!(later().content().body.to_string(), LATER_BODY);
}

#[test]
fn envelopes() {
    let first = (first(), 0, FIRST_ENVELOPE, FIRST_ENVELOPE_ID);
    for (entry, epoch, golden, id) in [first, (later(), 1, LATER_ENVELOPE, LATER_ENVELOPE_ID)] {
        let bytes = sealer(epoch).seal(&entry).unwrap().to_bytes();
        assert_eq!(hex(&bytes), digits(golden));
        assert_eq!(Envelope::id_of(&bytes).unwrap().to_string(), id);
        let opened = sealer(epoch).open(&Envelope::from_bytes(&bytes).unwrap()).unwrap().verify().unwrap();
        assert_eq!(opened, entry);
    }
}

#[test]
fn a_stub() {
    let envelope = sealer(1).seal(&later()).unwrap();
    let bytes = envelope.stub().to_bytes();
    assert_eq!(hex(&bytes), digits(LATER_STUB));
    assert_eq!(Envelope::id_of(&bytes).unwrap().to_string(), LATER_ENVELOPE_ID);
}

#[test]
fn the_written_format_has_the_same_bytes() {
    let page = include_str!("../../../docs/FORMAT.md");
    let golden = page.split_once("## 10. Golden bytes").unwrap().1;
    // Every second piece is inside of a block; its first line says that it is text.
    let blocks: Vec<String> =
        golden.split("```").skip(1).step_by(2).map(|block| digits(block.strip_prefix("text").unwrap())).collect();
    let names = [
        MEMBER,
        DEVICE,
        CHAPTER,
        TAG,
        HEADS,
        NONCE_KEY,
        HEAD_KEY,
        OPEN_BODY_KEY,
        BODY_KEY,
        FIRST_BODY,
        LATER_BODY,
        FIRST_ID,
        LATER_ID,
        FIRST_ENVELOPE_ID,
        LATER_ENVELOPE_ID,
    ];
    let pieces = [CERT, FIRST, FIRST_MESSAGE, LATER, FIRST_ENVELOPE, LATER_ENVELOPE, LATER_STUB].map(digits);
    assert_eq!(blocks, [vec![names.concat()], pieces.to_vec()].concat());
}

/// What the fuzzer begins from: without something valid it would never get past the first fields.
#[test]
fn the_fuzzers_seeds_are_these_bytes() {
    let seeds: [(&[u8], &str); 6] = [
        (include_bytes!("../../../fuzz/seeds/device_cert/golden"), CERT),
        (include_bytes!("../../../fuzz/seeds/entry/first"), FIRST),
        (include_bytes!("../../../fuzz/seeds/entry/later"), LATER),
        (include_bytes!("../../../fuzz/seeds/envelope/first"), FIRST_ENVELOPE),
        (include_bytes!("../../../fuzz/seeds/envelope/later"), LATER_ENVELOPE),
        (include_bytes!("../../../fuzz/seeds/envelope/stub"), LATER_STUB),
    ];
    for (seed, golden) in seeds {
        assert_eq!(hex(seed), digits(golden));
    }
}
