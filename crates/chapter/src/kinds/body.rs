//! The two forms of a body: `0x00` and canonical CBOR, or `0x01` and one zstd frame of it, without the frame's magic
//! number.

use super::BadBody;
use entry::canon::{self, CanonError};
use minicbor::{Decode, Encode};
use std::{cell::RefCell, thread::LocalKey};
use zstd::zstd_safe::{CCtx, CParameter, DCtx};

/// The longest CBOR that a body stands for.
pub const MAX_PLAIN: usize = 256 * 1024;

const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;
/// Every zstd frame begins with these bytes; they are left out.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Bodies are written once and read for years.
const LEVEL: i32 = 19;

struct Zstd {
    writer: CCtx<'static>,
    reader: DCtx<'static>,
    /// Decompression goes in here and nowhere else: its capacity is the limit.
    plain: Vec<u8>,
    frame: Vec<u8>,
}

thread_local! {
    /// A context costs more to make than a body to read.
    static ZSTD: RefCell<Zstd> = RefCell::new(Zstd {
        writer: CCtx::create(),
        reader: DCtx::create(),
        plain: Vec::with_capacity(MAX_PLAIN),
        frame: Vec::new(),
    });
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
    match compressed(&ZSTD, &plain[1..]) {
        Some(body) if body.len() < plain.len() => body,
        _ => plain,
    }
}

fn compressed(zstd: &'static LocalKey<RefCell<Zstd>>, cbor: &[u8]) -> Option<Vec<u8>> {
    zstd.with_borrow_mut(|zstd| {
        let mut frame = Vec::with_capacity(zstd::zstd_safe::compress_bound(cbor.len()));
        zstd.writer.set_parameter(CParameter::CompressionLevel(LEVEL)).ok()?;
        zstd.writer.compress2(&mut frame, cbor).ok()?;
        let rest = frame.strip_prefix(&MAGIC)?;
        Some([&[COMPRESSED], rest].concat())
    })
}

/// Reads a body in either form.
pub(super) fn read<T: Encode<()> + for<'b> Decode<'b, ()>>(body: &[u8]) -> Result<T, BadBody> {
    match body.split_first() {
        Some((&PLAIN, cbor)) => canonical(cbor),
        Some((&COMPRESSED, rest)) => ZSTD.with_borrow_mut(|zstd| {
            zstd.frame.clear();
            zstd.frame.extend_from_slice(&MAGIC);
            zstd.frame.extend_from_slice(rest);
            // One frame: zstd itself would read several, and skip what is not data.
            let whole = zstd::zstd_safe::find_frame_compressed_size(&zstd.frame).map_err(|_| BadBody::Compressed)?;
            if whole != zstd.frame.len() {
                return Err(BadBody::Compressed);
            }
            zstd.plain.clear();
            zstd.reader.decompress(&mut zstd.plain, &zstd.frame).map_err(|_| BadBody::Compressed)?;
            canonical(&zstd.plain)
        }),
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

/// Reads canonical CBOR.
pub(super) fn canonical<T: Encode<()> + for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, BadBody> {
    canon::from_bytes(bytes, MAX_PLAIN).map_err(|error| match error {
        CanonError::TooLong { .. } => BadBody::TooLong,
        CanonError::Malformed(_) => BadBody::Malformed,
        CanonError::NotCanonical => BadBody::NotCanonical,
    })
}
