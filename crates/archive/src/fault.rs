//! What can be wrong with an archive, each as a sentence about the file.

/// The first thing that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be read.
    #[error("it could not be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It begins with something else.
    #[error("this is no archive of a poll: it does not begin like one")]
    NoArchive,
    /// It ends too early.
    #[error("it is cut short")]
    Short,
    /// A record is longer than it can be.
    #[error("record {number} is longer than it can be")]
    TooLong {
        /// Which, from 0.
        number: u64,
    },
    /// A record is not in the one accepted form.
    #[error("record {number} is not in the one accepted form")]
    Form {
        /// Which, from 0.
        number: u64,
    },
    /// More entries than there can be, or none.
    #[error("it names {entries} entries, which are none or more than an archive can have")]
    Entries {
        /// How many.
        entries: u64,
    },
    /// A head is not one, or a body is not the one that was signed.
    #[error("entry {number} is not as it was signed: {why}")]
    Entry {
        /// Which, from 1.
        number: u64,
        /// What is wrong.
        why: entry::EntryError,
    },
    /// It is of another chapter.
    #[error("entry {number} is of another chapter")]
    OtherChapter {
        /// Which, from 1.
        number: u64,
    },
    /// What it comes after is not in the file.
    #[error("something is left out: entry {number} comes after one that is not in the file")]
    ParentMissing {
        /// Which, from 1.
        number: u64,
    },
    /// Not in the one order.
    #[error("entry {number} is not in its place, or is there twice")]
    Order {
        /// Which, from 1.
        number: u64,
    },
    /// Its body has to be there.
    #[error("the text of entry {number} is left out, and what it says matters")]
    BodyMissing {
        /// Which, from 1.
        number: u64,
    },
    /// Its body has no place here.
    #[error("the text of entry {number} does not belong into the file")]
    BodyTooMuch {
        /// Which, from 1.
        number: u64,
    },
    /// An entry that decides nothing here.
    #[error("something is in it that has nothing to do with the poll")]
    TooMuch,
    /// Something follows.
    #[error("something follows behind its end")]
    Trailing,
    /// The digest at its end is another one.
    #[error("it was changed, or damaged: the digest at its end is not that of its content")]
    Digest,
    /// No charter founds the chapter.
    #[error("there is no charter that founds this chapter")]
    NoCharter,
    /// The poll is not there.
    #[error("the poll is not in the file")]
    NoPoll,
    /// The poll does not count.
    #[error("the poll does not count: {0}")]
    Void(chapter::Void),
    /// The count comes to something else than the file says.
    #[error("counted again, the poll comes to another result than the file says")]
    Result,
}
