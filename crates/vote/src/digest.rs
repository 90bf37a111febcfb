//! An outcome as 32 bytes, the same on every machine. Numbers are 8 bytes big-endian, wide ones 16; before each list
//! stands its length; nothing is left out.

use entry::{EntryId, MemberId};

/// Where the bytes go.
#[derive(Debug, Clone)]
pub struct Sink(blake3::Hasher);

/// What has canonical bytes.
pub trait Written {
    /// Writes them.
    fn write(&self, to: &mut Sink);
}

impl Sink {
    /// For a BLAKE3 `derive_key` context.
    pub fn new(context: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(context))
    }

    /// A number, or a choice among several.
    pub fn number(&mut self, number: u64) {
        self.0.update(&number.to_be_bytes());
    }

    /// A number that may be larger than 64 bits.
    pub fn wide(&mut self, number: u128) {
        self.0.update(&number.to_be_bytes());
    }

    /// Something, behind a 1; or a 0.
    pub fn perhaps<W: Written>(&mut self, what: Option<&W>) {
        self.number(u64::from(what.is_some()));
        if let Some(what) = what {
            what.write(self);
        }
    }

    /// A list.
    pub fn list<'a, W: Written + 'a>(&mut self, list: impl IntoIterator<Item = &'a W, IntoIter: ExactSizeIterator>) {
        let list = list.into_iter();
        self.number(list.len() as u64);
        list.for_each(|item| item.write(self));
    }

    /// The digest.
    pub fn finish(self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}

impl Written for u16 {
    fn write(&self, to: &mut Sink) {
        to.number(u64::from(*self));
    }
}

impl Written for u32 {
    fn write(&self, to: &mut Sink) {
        to.number(u64::from(*self));
    }
}

impl Written for u64 {
    fn write(&self, to: &mut Sink) {
        to.number(*self);
    }
}

impl Written for u128 {
    fn write(&self, to: &mut Sink) {
        to.wide(*self);
    }
}

impl<W: Written> Written for Vec<W> {
    fn write(&self, to: &mut Sink) {
        to.list(self);
    }
}

impl Written for MemberId {
    fn write(&self, to: &mut Sink) {
        to.0.update(self.as_bytes());
    }
}

impl Written for EntryId {
    fn write(&self, to: &mut Sink) {
        to.0.update(self.as_bytes());
    }
}
