//! Bytes that claim to be a device's certificate.
#![no_main]

use entry::DeviceCert;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(cert) = DeviceCert::from_bytes(bytes) else { return };
    assert_eq!(cert.to_bytes(), bytes, "two encodings of one certificate");
    // Must not panic, whatever the three keys are.
    let _ = cert.verify();
});
