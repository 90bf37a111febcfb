//! Kind 112: a member leaves. Nobody else decides it.

use super::{BadBody, text};
use minicbor::{Decode, Encode};

/// The author leaves the chapter, with all devices.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Leave {
    /// A word of farewell; may be empty.
    #[n(0)]
    pub why: String,
}

impl Leave {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("the word of farewell", &self.why, 0, text::MAX_REASON)
    }
}
