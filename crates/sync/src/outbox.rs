//! What is still to be sent to one peer: a bit for each arrival position, so that a copy of everything costs
//! an eighth of a byte per envelope, however slow the peer is.

/// A set of positions, taken in ascending order: causal parents arrived here before their children, so they leave
/// before them too. Only of a large lot the latest go ahead of all others.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    words: Vec<u64>,
    len: u64,
    /// No bit is set in the words before this one.
    low: usize,
}

impl Outbox {
    pub(crate) fn add(&mut self, position: u64) {
        let (word, bit) = place(position);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if self.words[word] & bit == 0 {
            self.words[word] |= bit;
            self.len += 1;
            self.low = self.low.min(word);
        }
    }

    pub(crate) fn contains(&self, position: u64) -> bool {
        let (word, bit) = place(position);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(crate) fn remove(&mut self, position: u64) {
        let (word, bit) = place(position);
        if let Some(bits) = self.words.get_mut(word)
            && *bits & bit != 0
        {
            *bits &= !bit;
            self.len -= 1;
        }
    }

    /// The lowest position.
    pub(crate) fn first(&mut self) -> Option<u64> {
        while let Some(bits) = self.words.get(self.low) {
            if *bits != 0 {
                return Some(self.low as u64 * 64 + u64::from(bits.trailing_zeros()));
            }
            self.low += 1;
        }
        // Empty: the room goes back.
        *self = Self::default();
        None
    }

    /// The highest position.
    pub(crate) fn last(&self) -> Option<u64> {
        let word = self.words.iter().rposition(|bits| *bits != 0)?;
        Some(word as u64 * 64 + 63 - u64::from(self.words[word].leading_zeros()))
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn place(position: u64) -> (usize, u64) {
    ((position / 64) as usize, 1 << (position % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_back_what_was_put_in_once_and_in_order() {
        let mut outbox = Outbox::default();
        for position in [700, 3, 64, 3, 63, 0] {
            outbox.add(position);
        }
        assert_eq!((outbox.len(), outbox.last()), (5, Some(700)));
        assert!(outbox.contains(64) && !outbox.contains(65) && !outbox.contains(1 << 40));
        let mut seen = Vec::new();
        while let Some(position) = outbox.first() {
            outbox.remove(position);
            seen.push(position);
            if position == 64 {
                outbox.add(5);
            }
        }
        assert_eq!(seen, [0, 3, 63, 64, 5, 700]);
        assert!(outbox.is_empty() && outbox.words.is_empty() && outbox.last().is_none());
    }
}
