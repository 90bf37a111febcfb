//! A budget that is used up and refills with time.

use entry::Timestamp;

/// A leaky bucket in whole units; a thousandth is what one millisecond of one unit a second brings.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    capacity: u64,
    per_second: u64,
    thousandths: u64,
    at: Timestamp,
}

impl Budget {
    /// Full at the beginning.
    pub(crate) fn new(capacity: u64, per_second: u64, now: Timestamp) -> Self {
        Self { capacity, per_second, thousandths: capacity.saturating_mul(1000), at: now }
    }

    /// Takes so much if there is so much.
    pub(crate) fn take(&mut self, now: Timestamp, units: u64) -> bool {
        let passed = now.0.saturating_sub(self.at.0);
        self.at = now;
        self.thousandths = self
            .thousandths
            .saturating_add(passed.saturating_mul(self.per_second))
            .min(self.capacity.saturating_mul(1000));
        let Some(rest) = self.thousandths.checked_sub(units.saturating_mul(1000)) else { return false };
        self.thousandths = rest;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_out_and_refills_but_never_overflows() {
        let mut budget = Budget::new(10, 2, Timestamp(0));
        assert!(budget.take(Timestamp(0), 10));
        assert!(!budget.take(Timestamp(499), 1));
        assert!(budget.take(Timestamp(500), 1));
        assert!(!budget.take(Timestamp(500), 1));
        assert!(budget.take(Timestamp(1_000_000), 10));
        assert!(!budget.take(Timestamp(1_000_000), 1));
        // A clock that was set back brings nothing and breaks nothing.
        assert!(!budget.take(Timestamp(5), 1));
        assert!(budget.take(Timestamp(u64::MAX), 10));
    }
}
