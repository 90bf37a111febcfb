//! Which devices are known to hold which envelopes of ours.

use std::collections::BTreeSet;

/// What one other device is known to have stored, in terms of arrival positions here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Every position below this one.
    pub below: u64,
    /// And these, all of them above.
    pub above: BTreeSet<u64>,
}
