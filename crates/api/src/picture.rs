//! What is known of a picture before anything decodes it: whoever sent it may want the decoder to fail, or to fill the
//! memory.

/// The most bytes of a profile's picture.
pub const MOST: usize = 24 * 1024;
/// The longest side of one that is drawn.
const LONGEST: u32 = 1024;

/// How many bytes a text in base64 stands for.
pub fn decoded(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

/// The kind of a picture that may be drawn: known, small, and not larger on the screen than it says.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() > MOST {
        return None;
    }
    let (kind, width, height) = png(bytes).or_else(|| jpeg(bytes)).or_else(|| webp(bytes))?;
    let fine = |side: u32| (1..=LONGEST).contains(&side);
    (fine(width) && fine(height)).then_some(kind)
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8 | u32::from(*bytes.get(at + 2)?) << 16)
}

fn png(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR") {
        return None;
    }
    let side = |at| Some(be16(bytes, at)? << 16 | be16(bytes, at + 2)?);
    Some(("image/png", side(16)?, side(20)?))
}

fn jpeg(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        match kind {
            // A frame's head, of whatever coding; the others of this range are tables.
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                return Some(("image/jpeg", be16(bytes, at + 7)?, be16(bytes, at + 5)?));
            }
            0xff => at += 1,
            _ => at += 2 + (be16(bytes, at + 2)? as usize).max(2),
        }
    }
}

fn webp(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    if !bytes.starts_with(b"RIFF") || bytes.get(8..12)? != b"WEBP" {
        return None;
    }
    let (width, height) = match bytes.get(12..16)? {
        b"VP8X" => (le24(bytes, 24)? + 1, le24(bytes, 27)? + 1),
        b"VP8 " => (le24(bytes, 26)? & 0x3fff, le24(bytes, 28)? & 0x3fff),
        b"VP8L" => {
            let bits = le24(bytes, 21)? | u32::from(*bytes.get(24)?) << 24;
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        _ => return None,
    };
    Some(("image/webp", width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn a_small_file_that_unfolds_into_a_huge_picture_is_not_drawn() {
        assert_eq!(kind(&with_png(256, 256)), Some("image/png"));
        assert_eq!(kind(&with_png(40_000, 40_000)), None);
        assert_eq!(kind(&with_png(0, 10)), None);
        assert_eq!(kind(&vec![0; MOST + 1]), None);
        assert_eq!(kind(b"<svg onload=x>"), None);
    }

    #[test]
    fn sides_are_found_in_each_kind() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 1, 0, 0, 200, 1];
        assert_eq!(super::jpeg(&jpeg), Some(("image/jpeg", 200, 256)));
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0".to_vec();
        webp.extend([255, 0, 0, 127, 0, 0]);
        assert_eq!(super::webp(&webp), Some(("image/webp", 256, 128)));
        // A file that ends in the middle is no picture, and no panic.
        for n in 0..jpeg.len() {
            kind(&jpeg[..n]);
        }
        for n in 0..webp.len() {
            kind(&webp[..n]);
        }
        assert_eq!((decoded("QUJD"), decoded("QUI="), decoded("")), (3, 2, 0));
    }
}
