//! Valid things, of every size that their encoding distinguishes.

use chapterhouse_entry::{
    ChapterId, DeviceId, Draft, Entry, EntryId, EpochKey, Sealer, Timestamp, Verified, entry::MAX_PARENTS, time::LAST,
};
use ed25519_dalek::SigningKey;
use proptest::{collection, prelude::*};

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

pub(crate) fn device(key: &SigningKey) -> DeviceId {
    DeviceId(key.verifying_key().to_bytes())
}

/// Numbers of all five widths.
pub(crate) fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..24_u64, 24..256_u64, 256..65_536_u64, 65_536..1_u64 << 32, 1_u64 << 32..=u64::MAX]
}

/// Kinds about membership and others, the borders between them too.
fn kind() -> impl Strategy<Value = u64> {
    prop_oneof![number(), 0..12_u64, 98..102_u64, 198..202_u64]
}

fn instant() -> impl Strategy<Value = Timestamp> {
    number().prop_map(|millis| Timestamp(millis % (LAST.0 + 1)))
}

fn content(longest_body: usize) -> impl Strategy<Value = (SigningKey, Draft)> {
    (
        (1..=255_u8, any::<[u8; 32]>(), number(), number(), any::<[u8; 32]>()),
        instant(),
        collection::btree_set(any::<[u8; 32]>(), 0..=MAX_PARENTS),
        kind(),
        collection::vec(any::<u8>(), 0..=longest_body),
    )
        .prop_map(|((signer, chapter, epoch, seq, prev), time, parents, kind, body)| {
            let signer = key(signer);
            let seq = seq.max(1);
            let prev = (seq > 1).then_some(EntryId(prev));
            let parents = parents.into_iter().map(EntryId).filter(|parent| Some(*parent) != prev).collect();
            let device = device(&signer);
            (signer, Draft { chapter: ChapterId(chapter), epoch, device, seq, prev, time, parents, kind, body })
        })
}

/// A draft and the key that may sign it.
pub(crate) fn draft() -> impl Strategy<Value = (SigningKey, Draft)> {
    prop_oneof![content(30), content(700)]
}

/// A signed entry whose every bit can be tried in a short time.
pub(crate) fn small_entry() -> impl Strategy<Value = Entry<Verified>> {
    content(8).prop_map(|(key, mut draft)| {
        draft.parents.truncate(2);
        draft.sign(&key).unwrap()
    })
}

/// A signed entry.
pub(crate) fn entry() -> impl Strategy<Value = Entry<Verified>> {
    draft().prop_map(|(key, draft)| draft.sign(&key).unwrap())
}

pub(crate) fn epoch_key() -> impl Strategy<Value = EpochKey> {
    any::<[u8; 32]>().prop_map(EpochKey::new)
}

/// The sealer that this entry needs.
pub(crate) fn sealer_for(entry: &Entry<Verified>, key: &EpochKey) -> Sealer {
    Sealer::new(entry.content().chapter, entry.content().epoch, key)
}
