//! The same name always has the same keys.

use ed25519_dalek::SigningKey;
use entry::{DeviceCert, DeviceId, EntryId, MemberId};
use vote::{hidden::TellerSecret, secret::Secret};

fn key(purpose: &str, name: &str) -> SigningKey {
    SigningKey::from_bytes(&blake3::derive_key(&format!("chapterhouse testing {purpose}"), name.as_bytes()))
}

/// Somebody's member key.
pub fn member_key(name: &str) -> SigningKey {
    key("member", name)
}

/// The key of somebody's device, counted from 0.
pub fn device_key(name: &str, device: usize) -> SigningKey {
    key("device", &format!("{name} {device}"))
}

/// The secret key of an invitation that is called so.
pub fn invitation_key(name: &str) -> SigningKey {
    key("invitation", name)
}

/// The secret of somebody's one-time ballot key: the `n`th of those that they published at that place of the story.
pub fn ballot_secret(name: &str, place: usize, n: usize) -> Secret {
    Secret::new(key("ballot", &format!("{name} {place} {n}")).to_bytes())
}

/// The secret of somebody's key as a teller of a poll.
pub fn teller_secret(name: &str, poll: &EntryId) -> TellerSecret {
    TellerSecret::new(key("teller", &format!("{name} {poll}")).to_bytes())
}

/// Somebody's id.
pub fn member(name: &str) -> MemberId {
    MemberId(member_key(name).verifying_key().to_bytes())
}

/// The id of somebody's device.
pub fn device(name: &str, device: usize) -> DeviceId {
    DeviceId(device_key(name, device).verifying_key().to_bytes())
}

/// Somebody's certificate for their device.
pub fn cert(name: &str, device: usize) -> DeviceCert {
    let agreement = blake3::derive_key("chapterhouse testing agreement", format!("{name} {device}").as_bytes());
    DeviceCert::issue(&member_key(name), self::device(name, device).0, agreement)
}
