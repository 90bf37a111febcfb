//! Comments, in the order to show them.

use super::{View, shown::CommentLine};
use entry::EntryId;

/// The deepest that an answer is shown; answers to it are shown beside it.
pub const MAX_DEPTH: usize = 6;

impl View {
    /// The comments on an entry, earliest first, answers behind what they answer.
    pub fn comments(&self, entry: &EntryId) -> Vec<CommentLine<'_>> {
        let mut lines = Vec::new();
        let Some(root) = self.row(entry) else {
            return lines;
        };
        // A stack instead of recursion: a conversation may be as deep as its writers like.
        let mut waiting = self.answers(root, 0);
        while let Some((row, depth)) = waiting.pop() {
            lines.push(CommentLine { item: self.show(row), depth: depth.min(MAX_DEPTH) });
            waiting.extend(self.answers(row, depth + 1));
        }
        lines
    }

    /// The answers to a row, latest first, ready to be taken from the end.
    fn answers(&self, row: u32, depth: usize) -> Vec<(u32, usize)> {
        let rows = self.content.answers.get(&row).map_or(&[][..], Vec::as_slice);
        let mut rows: Vec<u32> = rows.iter().copied().chain(self.placed_on(row)).collect();
        rows.sort_unstable_by_key(|row| {
            let record = self.record(*row);
            std::cmp::Reverse((record.time, record.id))
        });
        rows.into_iter().map(|row| (row, depth)).collect()
    }
}
