//! Bytes that claim to be something wrapped to this device, and true ones that were changed somewhere.
#![no_main]

use keys::{DeviceKey, Seed32, unwrap, wrap};
use libfuzzer_sys::fuzz_target;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use std::sync::LazyLock;

static DEVICE: LazyLock<DeviceKey> =
    LazyLock::new(|| DeviceKey::from_seeds(Seed32::new([1; 32]), Seed32::new([2; 32])));
static TRUE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    wrap(&DEVICE.agreement_public(), b"info", b"aad", &[3; 32], &mut ChaCha20Rng::seed_from_u64(4)).unwrap_or_default()
});

fuzz_target!(|bytes: &[u8]| {
    assert!(unwrap(&DEVICE, b"info", b"aad", bytes).is_err() || bytes == *TRUE, "nobody wrapped this");
    let mut changed = TRUE.clone();
    for (at, byte) in changed.iter_mut().zip(bytes) {
        *at ^= byte;
    }
    let same = changed == *TRUE;
    assert_eq!(unwrap(&DEVICE, b"info", b"aad", &changed).is_ok(), same);
});
