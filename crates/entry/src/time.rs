//! Points in time as an author states them.

use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z, by the author's clock. A statement, not a proof.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub u64);

/// The last time that an entry may carry: 9999-12-31T23:59:59.999Z, so that every time can be written as RFC 3339.
pub const LAST: Timestamp = Timestamp(253_402_300_799_999);

/// How far ahead of the receiver's clock an entry may be before it has to wait: ten minutes.
pub const AHEAD_MILLIS: u64 = 10 * 60 * 1000;

/// What an envelope tells about time: the entry's, rounded down to the hour.
pub const COARSE_MILLIS: u64 = 60 * 60 * 1000;

impl Timestamp {
    /// Hours since 1970: all that an envelope tells.
    pub const fn coarse(self) -> u64 {
        self.0 / COARSE_MILLIS
    }

    /// This time plus so many milliseconds.
    pub const fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whether an entry of this time has to wait at a receiver whose clock says `now`: "not yet", never "never".
    pub const fn is_ahead_of(self, now: Self) -> bool {
        self.0 > now.0.saturating_add(AHEAD_MILLIS)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0)
    }
}
