//! The two forms of a body: `0x00` and canonical CBOR, or `0x01` and one zstd frame of it, without the frame's magic
//! number, compressed with a dictionary of our own.
//!
//! The dictionary (`dictionary/bodies.zdict`) is part of the format: without it nothing compressed can be read. It is
//! the end of `dictionary/prose.txt`, which we wrote for it, and the frequencies of letters in all of that.

use super::BadBody;
use entry::canon::{self, CanonError};
use minicbor::{Decode, Encode};
use std::{cell::RefCell, sync::LazyLock};
use zstd::zstd_safe::{self, CCtx, CParameter, DCtx, DDict, SafeResult, Strategy};

/// The longest CBOR that a body stands for.
pub const MAX_PLAIN: usize = 256 * 1024;
/// The dictionary of the compressed form.
pub const DICTIONARY: &[u8] = include_bytes!("../../dictionary/bodies.zdict");

const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;
/// Every zstd frame begins with these bytes; they are left out.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The frame header's first byte, apart from the two bits that tell how long the content's size is written: one
/// segment, whose window is the content's size; no checksum, no dictionary id.
const HEADER: u8 = 0b0010_0000;
const HEADER_MASK: u8 = 0b0011_1111;
/// Small tables, since texts are short, and the first good match: a post of 500 bytes takes 8 microseconds and 282 bytes;
/// looking further ("lazy2") took 15 and saved three of them. How a body was compressed is not part of the format.
const WRITER: [CParameter; 8] = [
    CParameter::CompressionLevel(9),
    CParameter::Strategy(Strategy::ZSTD_greedy),
    CParameter::MinMatch(4),
    CParameter::WindowLog(18),
    CParameter::HashLog(12),
    CParameter::ChainLog(13),
    CParameter::SearchLog(5),
    CParameter::DictIdFlag(false),
];

static READING: LazyLock<Option<DDict<'static>>> = LazyLock::new(|| DDict::try_create(DICTIONARY));

struct Reader {
    context: DCtx<'static>,
    frame: Vec<u8>,
    /// Decompression goes in here and nowhere else: its capacity is the limit.
    plain: Vec<u8>,
}

thread_local! {
    /// A context costs more to make than a body to read or write.
    static READER: RefCell<Reader> = RefCell::new(Reader {
        context: DCtx::create(),
        frame: Vec::new(),
        plain: Vec::with_capacity(MAX_PLAIN),
    });
    static COMPRESSOR: RefCell<Option<CCtx<'static>>> = RefCell::new(compressor().ok());
}

fn compressor() -> Result<CCtx<'static>, zstd_safe::ErrorCode> {
    let mut context = CCtx::create();
    for parameter in WRITER {
        context.set_parameter(parameter)?;
    }
    context.load_dictionary(DICTIONARY)?;
    Ok(context)
}

/// The uncompressed form.
pub(super) fn plain<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut body = vec![PLAIN];
    body.append(&mut canon::to_bytes(value));
    body
}

/// The shorter of the two forms.
pub(super) fn smaller<T: Encode<()>>(value: &T) -> Vec<u8> {
    let plain = plain(value);
    match compressed(&plain[1..]) {
        Some(body) if body.len() < plain.len() => body,
        _ => plain,
    }
}

/// The compressed form, if there is one. What is too long to be read back has none.
fn compressed(cbor: &[u8]) -> Option<Vec<u8>> {
    if cbor.len() > MAX_PLAIN {
        return None;
    }
    COMPRESSOR.with_borrow_mut(|context| {
        let mut body = Vec::with_capacity(zstd_safe::compress_bound(cbor.len()));
        context.as_mut()?.compress2(&mut body, cbor).ok()?;
        let rest = body.strip_prefix(&MAGIC)?;
        if rest.first()? & HEADER_MASK != HEADER {
            return None;
        }
        // The last byte of the magic number becomes the form.
        body[MAGIC.len() - 1] = COMPRESSED;
        body.drain(..MAGIC.len() - 1);
        body.shrink_to_fit();
        Some(body)
    })
}

/// Whether the uncompressed form can be read; the compressed one is never longer than what can be.
pub(super) fn reads_back<T: Encode<()> + for<'b> Decode<'b, ()>>(value: &T) -> Result<(), BadBody> {
    canonical::<T>(&canon::to_bytes(value)).map(drop)
}

/// Reads a body in either form.
pub(super) fn read<T: Encode<()> + for<'b> Decode<'b, ()>>(body: &[u8]) -> Result<T, BadBody> {
    match body.split_first() {
        Some((&PLAIN, cbor)) => canonical(cbor),
        Some((&COMPRESSED, rest)) => READER.with_borrow_mut(|reader| canonical(reader.decompress(rest)?)),
        _ => Err(BadBody::Form),
    }
}

/// Reads a body that must not be compressed.
pub(super) fn read_plain<T: Encode<()> + for<'b> Decode<'b, ()>>(body: &[u8]) -> Result<T, BadBody> {
    match body.split_first() {
        Some((&PLAIN, cbor)) => canonical(cbor),
        Some((&COMPRESSED, _)) => Err(BadBody::CompressedCharter),
        _ => Err(BadBody::Form),
    }
}

impl Reader {
    /// One whole frame with the one accepted header, of at most [`MAX_PLAIN`] bytes whatever it says of itself.
    fn decompress(&mut self, rest: &[u8]) -> Result<&[u8], BadBody> {
        if rest.first().is_none_or(|first| first & HEADER_MASK != HEADER) {
            return Err(BadBody::Compressed);
        }
        self.frame.clear();
        self.frame.extend_from_slice(&MAGIC);
        self.frame.extend_from_slice(rest);
        // zstd itself would go on reading a second frame.
        if zstd_safe::find_frame_compressed_size(&self.frame) != Ok(self.frame.len()) {
            return Err(BadBody::Compressed);
        }
        let dictionary = READING.as_ref().ok_or(BadBody::Compressed)?;
        self.plain.clear();
        let read: SafeResult = self.context.decompress_using_ddict(&mut self.plain, &self.frame, dictionary);
        read.map_err(|_| BadBody::Compressed)?;
        Ok(&self.plain)
    }
}

/// Reads canonical CBOR.
pub(super) fn canonical<T: Encode<()> + for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, BadBody> {
    canon::from_bytes(bytes, MAX_PLAIN).map_err(|error| match error {
        CanonError::TooLong { .. } => BadBody::TooLong,
        CanonError::Malformed(_) => BadBody::Malformed,
        CanonError::NotCanonical => BadBody::NotCanonical,
    })
}
