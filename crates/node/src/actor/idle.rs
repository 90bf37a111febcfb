//! When a window that nobody uses locks by itself.
//!
//! Two clocks are compared: the wall's, which goes on while the computer sleeps, and the one that counts only while it is
//! awake. Pure: both are arguments.

use api::view::LockCause;
use entry::Timestamp;
use std::time::Duration;

/// A sleep of this length locks. Shorter gaps are a busy computer, or a clock that was put right.
const SLEEP: u64 = 60_000;

/// A moment on both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Since any fixed point, without sleep.
    pub(super) awake: Duration,
    /// What the clock on the wall shows.
    pub(super) wall: Timestamp,
}

/// When somebody was last at the window. Until a window says so once, nothing locks by itself: a program without one was
/// given its passphrase to go on alone.
#[derive(Debug, Default)]
pub(super) struct Idle {
    used: Option<Moment>,
    looked: Option<Moment>,
}

impl Idle {
    /// Somebody is at the window.
    pub(super) fn used(&mut self, now: Moment) {
        self.used = Some(now);
    }

    /// The computer is about to sleep. Whether that locks: whether anybody is at a window.
    pub(super) fn sleeps(&mut self) -> bool {
        self.used.take().is_some()
    }

    /// Looks at the clocks. `minutes` is what was set; 0 is never.
    pub(super) fn due(&mut self, now: Moment, minutes: u16) -> Option<LockCause> {
        let looked = self.looked.replace(now);
        let used = self.used?;
        if minutes == 0 {
            return None;
        }
        let millis = |moment: Moment| u64::try_from(moment.awake.as_millis()).unwrap_or(u64::MAX);
        let passed = |since: Moment| {
            let awake = millis(now).saturating_sub(millis(since));
            (awake, now.wall.0.saturating_sub(since.wall.0))
        };
        let slept = looked.map(passed).is_some_and(|(awake, wall)| wall.saturating_sub(awake) >= SLEEP);
        let (awake, wall) = passed(used);
        let unused = awake.max(wall) >= u64::from(minutes) * 60_000;
        let cause = if slept { Some(LockCause::Slept) } else { unused.then_some(LockCause::Unused) };
        if cause.is_some() {
            self.used = None;
        }
        cause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(awake: u64, wall: u64) -> Moment {
        Moment { awake: Duration::from_secs(awake), wall: Timestamp(wall * 1000) }
    }

    #[test]
    fn it_locks_after_so_long_without_use_and_use_begins_anew() {
        let mut idle = Idle::default();
        assert_eq!(idle.due(at(9000, 9000), 5), None, "nobody was ever at a window");
        idle.used(at(9000, 9000));
        assert_eq!(idle.due(at(9299, 9299), 5), None);
        idle.used(at(9299, 9299));
        assert_eq!(idle.due(at(9598, 9598), 5), None);
        assert_eq!(idle.due(at(9599, 9599), 5), Some(LockCause::Unused));
        assert_eq!(idle.due(at(9999, 9999), 5), None, "once");
    }

    #[test]
    fn never_is_never() {
        let mut idle = Idle::default();
        idle.used(at(0, 0));
        assert_eq!(idle.due(at(900_000, 900_000), 0), None);
        assert_eq!(idle.due(at(900_001, 999_999), 0), None);
    }

    #[test]
    fn a_sleep_locks_and_a_clock_put_back_does_not_keep_it_open() {
        let mut idle = Idle::default();
        idle.used(at(0, 0));
        assert_eq!(idle.due(at(1, 1), 60), None);
        assert_eq!(idle.due(at(2, 50), 60), None, "not long enough to be a sleep");
        assert_eq!(idle.due(at(3, 120), 60), Some(LockCause::Slept));
        idle.used(at(10, 5000));
        assert_eq!(idle.due(at(20, 100), 5), None);
        assert_eq!(idle.due(at(310, 390), 5), Some(LockCause::Unused));
    }
}
