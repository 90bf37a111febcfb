//! Kind 12: what a member says of themself.

use super::{BadBody, minutes::at_most, text};
use minicbor::{Decode, Encode};

/// The most languages.
pub const MAX_LANGUAGES: usize = 20;
/// The longest name of a language, in characters.
pub const MAX_LANGUAGE: usize = 35;
/// The longest contact, in characters.
pub const MAX_CONTACT: usize = 200;
/// The largest picture, in bytes.
pub const MAX_PICTURE: usize = 24 * 1024;

/// A member's profile. Each one replaces the one before, whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(array)]
pub struct Profile {
    /// What the others shall call them.
    #[n(0)]
    pub handle: String,
    /// Languages that they speak, as they like to name them.
    #[n(1)]
    pub languages: Vec<String>,
    /// About themself. Markdown; may be empty.
    #[n(2)]
    pub about: String,
    /// How to reach them outside of the chapter; may be empty.
    #[n(3)]
    pub contact: String,
    /// What they like about the chapter, for others to read; may be empty.
    #[n(4)]
    pub testimonial: String,
    /// A small picture (PNG, JPEG or WebP); may be empty. Whoever shows it decodes it with care.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub picture: Vec<u8>,
}

impl Profile {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::handle(&self.handle)?;
        at_most("languages", self.languages.len(), MAX_LANGUAGES)?;
        for language in &self.languages {
            text::line("a language", language, 1, MAX_LANGUAGE)?;
        }
        text::bytes("the text about yourself", &self.about, 0, 4 * text::MAX_REASON)?;
        text::line("the contact", &self.contact, 0, MAX_CONTACT)?;
        text::bytes("the testimonial", &self.testimonial, 0, text::MAX_REASON)?;
        let got = self.picture.len();
        if got > MAX_PICTURE {
            return Err(BadBody::TextTooLong { what: "the picture", got, limit: MAX_PICTURE });
        }
        Ok(())
    }
}
