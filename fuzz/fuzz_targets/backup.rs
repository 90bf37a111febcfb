//! A file that claims to be a backup, and an inside that was sealed by somebody who knows the passphrase. Argon2id is left
//! out: it takes its time on purpose.
#![no_main]

use keys::{
    Cost, VaultError,
    backup::{
        parts::Unpacker,
        stream::{Fresh, Opener, Sealer},
    },
};
use libfuzzer_sys::fuzz_target;

const DERIVED: [u8; 32] = [42; 32];

fn read(file: &[u8]) -> Result<(), VaultError> {
    let mut parts = Unpacker::new(Opener::under_key(file, &DERIVED)?)?;
    while parts.part()?.is_some() {}
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes).is_ok();
    let fresh = Fresh { salt: [1; 16], prefix: [2; 19] };
    let sealed = Sealer::under_key(Vec::new(), &DERIVED, Cost::minimum(), &fresh).and_then(|mut sealer| {
        sealer.write(bytes)?;
        sealer.finish()
    });
    if let Ok(file) = sealed {
        let _ = read(&file).is_ok();
    }
});
