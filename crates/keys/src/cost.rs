//! What guessing a passphrase costs: Argon2id, and how its parameters are chosen.

use crate::error::VaultError;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::time::{Duration, Instant};
use zeroize::{Zeroize, Zeroizing};

/// Least memory, in KiB: 64 MiB.
pub const MIN_MEMORY: u32 = 64 * 1024;
/// Most memory that a file may ask for, in KiB: 1 GiB. A hostile file can make us work, not fall over.
pub const MAX_MEMORY: u32 = 1024 * 1024;
/// Most passes that a file may ask for.
pub const MAX_PASSES: u32 = 32;
/// How long a passphrase may be, in bytes.
pub const MAX_PASSPHRASE: usize = 1024;
/// What calibration aims at by default.
pub const TARGET: Duration = Duration::from_millis(500);

/// How often calibration measures.
const TRIES: u32 = 3;
/// The fewest passes that calibration chooses: with 64 MiB, what RFC 9106 recommends where memory is short.
const CHOSEN_PASSES: u32 = 3;
/// Passes after which more memory is the better use of the time.
const PASSES_BEFORE_MEMORY: u32 = 4;
/// Most memory that calibration chooses, in KiB: the same vault has to open on a smaller machine too.
const MAX_CHOSEN_MEMORY: u32 = 256 * 1024;

/// Parameters of Argon2id (RFC 9106), with one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
}

impl Cost {
    /// The least that is accepted: 64 MiB, one pass. For tests.
    pub const fn minimum() -> Self {
        Self { memory: MIN_MEMORY, passes: 1 }
    }

    /// Parameters as a file gives them: memory in KiB and passes, in bounds.
    pub fn new(memory: u32, passes: u32) -> Option<Self> {
        let bounded = (MIN_MEMORY..=MAX_MEMORY).contains(&memory) && (1..=MAX_PASSES).contains(&passes);
        bounded.then_some(Self { memory, passes })
    }

    /// What takes about `target` on this machine: tries the minimum, scales, and goes by the fastest of some tries. Whatever else
    /// the computer does in that moment makes a try slower, and what is chosen cheaper to guess for as long as the vault lasts.
    /// Never fewer than three passes, however slow it is.
    pub fn calibrate(target: Duration) -> Result<Self, VaultError> {
        let mut fastest = Duration::MAX;
        for _ in 0..TRIES {
            let start = Instant::now();
            Self::minimum().derive("calibration", &[0; 16])?;
            fastest = fastest.min(start.elapsed());
        }
        let fit = Self::fit(fastest, target);
        Ok(Self { passes: fit.passes.max(CHOSEN_PASSES), ..fit })
    }

    /// What takes about `target` where the minimum takes `one_pass`: passes first, then memory, then passes again.
    pub fn fit(one_pass: Duration, target: Duration) -> Self {
        let mut affordable = u32::try_from(target.as_micros() / one_pass.as_micros().max(1)).unwrap_or(u32::MAX);
        let mut memory = MIN_MEMORY;
        while affordable >= 2 * PASSES_BEFORE_MEMORY && memory < MAX_CHOSEN_MEMORY {
            affordable /= 2;
            memory *= 2;
        }
        Self { memory, passes: affordable.clamp(1, MAX_PASSES) }
    }

    /// Memory in KiB.
    pub const fn memory(self) -> u32 {
        self.memory
    }

    /// Passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Derives a key from a passphrase. The memory is wiped afterwards.
    pub fn derive(self, passphrase: &str, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        if passphrase.len() > MAX_PASSPHRASE {
            let (what, got) = ("the bytes of the passphrase", passphrase.len());
            return Err(VaultError::TooLarge { what, got, limit: MAX_PASSPHRASE });
        }
        let no_memory = || VaultError::NoMemory { mib: self.memory / 1024 };
        let params = Params::new(self.memory, self.passes, 1, Some(32))
            .map_err(|_| VaultError::Altered("its Argon2 parameters are none"))?;
        let mut memory: Vec<Block> = Vec::new();
        memory.try_reserve_exact(params.block_count()).map_err(|_| no_memory())?;
        memory.resize(params.block_count(), Block::new());
        let mut key = Zeroizing::new([0; 32]);
        let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
            passphrase.as_bytes(),
            salt,
            key.as_mut_slice(),
            memory.as_mut_slice(),
        );
        memory.iter_mut().for_each(Zeroize::zeroize);
        derived.map_err(|_| no_memory())?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn fit(one_pass: u64, target: u64) -> (u32, u32) {
        let cost = Cost::fit(Duration::from_millis(one_pass), Duration::from_millis(target));
        (cost.memory() / 1024, cost.passes())
    }

    #[test]
    fn a_slow_machine_gets_the_minimum_and_a_fast_one_more_memory() {
        assert_eq!(fit(2_000, 500), (64, 1));
        assert_eq!(fit(250, 500), (64, 2));
        assert_eq!(fit(70, 500), (64, 7));
        assert_eq!(fit(60, 500), (128, 4));
        assert_eq!(fit(20, 500), (256, 6));
        assert_eq!(fit(0, 500), (256, MAX_PASSES));
        assert_eq!(fit(1, 0), (64, 1));
    }

    #[test]
    fn what_a_file_may_ask_for_is_bounded() {
        assert!(Cost::new(MIN_MEMORY, 1).is_some());
        assert!(Cost::new(MAX_MEMORY, MAX_PASSES).is_some());
        for (memory, passes) in
            [(MIN_MEMORY - 1, 1), (MAX_MEMORY + 1, 1), (u32::MAX, 1), (MIN_MEMORY, 0), (MIN_MEMORY, MAX_PASSES + 1)]
        {
            assert!(Cost::new(memory, passes).is_none());
        }
    }

    #[test]
    fn calibration_never_chooses_less_than_is_recommended() {
        let cost = Cost::calibrate(Duration::ZERO).unwrap();
        assert_eq!(Some(cost), Cost::new(MIN_MEMORY, CHOSEN_PASSES));
    }

    #[test]
    fn the_derived_key_is_fixed() {
        let key = Cost::minimum().derive("correct horse battery staple", &[7; 16]).unwrap();
        assert_eq!(
            entry::EntryId(*key).to_string(),
            "1aac9b631ef572695e6f969b599ddf2178bf299c5beb99423896408ca908a6e9"
        );
        let long = "x".repeat(MAX_PASSPHRASE + 1);
        assert!(matches!(Cost::minimum().derive(&long, &[7; 16]), Err(VaultError::TooLarge { .. })));
    }
}
