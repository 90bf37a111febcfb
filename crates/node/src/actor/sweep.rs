//! When what was hidden or removed is erased from the disk: soon, but once for many that are hidden in a row, and a little
//! with every tick, so that the node goes on answering.
//!
//! When it is due is decided by [`Sweeping`], which is pure: time is an argument.

use super::{Actor, State};
use api::view::Erased;
use log::{LogStore, StoreError};
use std::time::{Duration, Instant};

/// So long nothing more is hidden before it begins,
const QUIET: Duration = Duration::from_secs(5);
/// unless somebody goes on hiding for so long.
const LATEST: Duration = Duration::from_secs(60);
/// It rests so many times as long as the last one took, so that nobody can keep the disk busy by hiding again and again;
const REST: u32 = 20;
/// at least for so long.
const LEAST_REST: Duration = Duration::from_secs(20);
/// So long after there was no room, or the disk refused, it is tried again.
const AGAIN: Duration = Duration::from_secs(120);
/// What one tick may take.
const STRIDE: Duration = Duration::from_millis(25);

/// Decides when the store is swept.
#[derive(Debug, Default)]
pub(super) struct Sweeping {
    /// How many leftovers there were at the last look, and when they became so many; none: before the first look.
    seen: Option<(u64, Option<Duration>)>,
    /// Since when there are any.
    since: Option<Duration>,
    /// When the sweep that is under way began.
    began: Option<Duration>,
    not_before: Duration,
    /// How many bytes of free disk it lacked the last time.
    missing: Option<u64>,
}

impl Sweeping {
    /// Whether a part of the work is to be done now.
    fn due(&mut self, now: Duration, leftovers: u64) -> bool {
        // What is there at the first look was left by an earlier run: the time for it has come.
        let (seen, changed) = *self.seen.get_or_insert((leftovers, None));
        if seen != leftovers {
            self.seen = Some((leftovers, Some(now)));
        }
        if leftovers == 0 {
            (self.since, self.began, self.missing) = (None, None, None);
            return false;
        }
        let since = *self.since.get_or_insert(now);
        if self.began.is_some() {
            return true;
        }
        let quiet = seen == leftovers && changed.is_none_or(|changed| now.saturating_sub(changed) >= QUIET);
        let due = (quiet || now.saturating_sub(since) >= LATEST) && now >= self.not_before;
        if due {
            self.began = Some(now);
        }
        due
    }

    fn done(&mut self, now: Duration) {
        let took = self.began.take().map_or(Duration::ZERO, |began| now.saturating_sub(began));
        self.not_before = now + (took * REST).max(LEAST_REST);
        (self.since, self.missing) = (None, None);
    }

    fn failed(&mut self, now: Duration, error: &StoreError) {
        self.began = None;
        self.not_before = now + AGAIN;
        self.missing = match error {
            StoreError::NoRoom { missing } => Some(*missing),
            _ => None,
        };
    }
}

/// As screens are told.
pub(crate) fn erased(leftovers: u64, missing: Option<u64>) -> Erased {
    match (leftovers, missing) {
        (0, _) => Erased::Yes,
        (_, Some(missing)) => Erased::NeedsRoom { megabytes: missing.div_ceil(1_000_000) },
        (_, None) => Erased::Soon,
    }
}

impl Actor {
    fn store(&mut self) -> Option<&mut dyn LogStore> {
        match &mut self.state {
            State::Open(core) => Some(&mut *core.house.store),
            State::Closed(store) => Some(&mut **store),
            State::Gone | State::Between => None,
        }
    }

    /// Whether everything that was hidden or removed has left the disk.
    pub(super) fn erased(&mut self) -> Erased {
        let missing = self.sweeping.missing;
        self.store().map_or(Erased::Yes, |store| erased(store.leftovers(), missing))
    }

    /// Does a part of it, when it is due. No key is needed for it: it goes on while the vault is locked.
    pub(super) fn go_on_sweeping(&mut self) {
        // A command line that opens the folder for a moment leaves it to a program that stays.
        if !self.config.serve || self.backup.is_some() {
            return;
        }
        let now = self.started.elapsed();
        let Some(leftovers) = self.store().map(|store| store.leftovers()) else { return };
        if !self.sweeping.due(now, leftovers) {
            return;
        }
        let Some(store) = self.store() else { return };
        let start = Instant::now();
        let outcome = loop {
            match store.sweep() {
                Ok(false) if start.elapsed() < STRIDE => {}
                outcome => break outcome,
            }
        };
        match outcome {
            Ok(false) => return,
            Ok(true) => self.sweeping.done(now),
            Err(error) => {
                tracing::warn!(%error, "what was hidden or removed could not be erased yet");
                self.sweeping.failed(now, &error);
            }
        }
        let missing = self.sweeping.missing;
        if let State::Open(core) = &mut self.state {
            core.swept(missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The seconds at which it was due, and was done at once.
    fn times(leftovers: impl Fn(u64, bool) -> u64, until: u64) -> Vec<u64> {
        let (mut sweeping, mut times) = (Sweeping::default(), Vec::new());
        for second in 0..until {
            let done = !times.is_empty();
            if sweeping.due(at(second), leftovers(second, done)) {
                sweeping.done(at(second));
                times.push(second);
            }
        }
        times
    }

    #[test]
    fn what_an_earlier_run_left_is_erased_at_once() {
        assert_eq!(times(|_, done| u64::from(!done), 100), [0]);
        assert_eq!(times(|_, _| 0, 100), [0; 0]);
    }

    #[test]
    fn a_hundred_in_a_row_are_one_sweep() {
        // One a second from the tenth on, till the fortieth.
        let hidden = |second: u64, done: bool| if done { 0 } else { second.saturating_sub(10).min(30) };
        assert_eq!(times(hidden, 200), [45]);
        // Without an end: it is not put off for ever, nor done all the time.
        let endless = times(|second, _| second, 1_000);
        assert!((5..40).contains(&endless.len()) && endless[0] <= 61, "{endless:?}");
    }

    #[test]
    fn it_rests_the_longer_the_longer_it_took_and_tries_again_when_there_was_no_room() {
        let mut sweeping = Sweeping::default();
        assert!(sweeping.due(at(0), 1));
        assert!(sweeping.due(at(30), 1), "under way");
        sweeping.done(at(60));
        assert!(!sweeping.due(at(70), 1));
        assert!(!sweeping.due(at(60 + 60 * 20 - 1), 1));
        assert!(sweeping.due(at(60 + 60 * 20), 1));
        sweeping.failed(at(2_000), &StoreError::NoRoom { missing: 5_000_001 });
        assert_eq!(erased(1, sweeping.missing), Erased::NeedsRoom { megabytes: 6 });
        assert!(!sweeping.due(at(2_100), 1));
        assert!(sweeping.due(at(2_120), 1));
        sweeping.done(at(2_121));
        assert_eq!((erased(1, sweeping.missing), erased(0, None)), (Erased::Soon, Erased::Yes));
    }
}
