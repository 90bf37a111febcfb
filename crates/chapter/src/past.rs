//! What the log tells a view about an entry's causal past.

use entry::EntryId;

/// Answers from the graph of entries. A log has it; so has `testing::Graph`.
///
/// A view asks only about entries that were applied to it, or are being applied, and only where it cannot know by
/// itself: it keeps the memberships of every entry's causal past, and asks here about what comments, ballots and
/// admissions name.
pub trait Past {
    /// Whether `ancestor` is in the causal past of `of`: reachable from it over one causal parent or more. No entry
    /// is in its own past.
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool;

    /// The same for several entries. A log answers with one walk.
    fn contains_each(&self, ancestors: &[EntryId], of: &EntryId) -> Vec<bool> {
        ancestors.iter().map(|ancestor| self.contains(ancestor, of)).collect()
    }
}
