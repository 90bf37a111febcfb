use chapterhouse_entry::{
    Timestamp,
    time::{AHEAD_MILLIS, LAST},
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn ten_minutes_ahead_is_now_and_a_millisecond_more_is_not_yet(now in 0..LAST.0) {
        let now = Timestamp(now);
        prop_assert!(!Timestamp(0).is_ahead_of(now));
        prop_assert!(!now.is_ahead_of(now));
        prop_assert!(!now.plus(AHEAD_MILLIS).is_ahead_of(now));
        prop_assert!(now.plus(AHEAD_MILLIS + 1).is_ahead_of(now));
        // Not yet, never "never": its time comes.
        prop_assert!(!now.plus(AHEAD_MILLIS + 1).is_ahead_of(now.plus(1)));
    }

    #[test]
    fn no_clock_overflows(time in any::<u64>(), millis in any::<u64>()) {
        let time = Timestamp(time);
        prop_assert!(time.plus(millis) >= time);
        prop_assert!(!time.is_ahead_of(Timestamp(u64::MAX)));
        prop_assert!(time.coarse() <= u64::MAX / 3_600_000);
    }
}
