//! A text as a QR code, as one SVG path: screens draw it without images or styles.

use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone that scanners need around the code, in modules.
const QUIET: usize = 4;

/// The path's `d` and the side of the square it is drawn in. None when the text is too long for any code.
pub(crate) fn path(text: &str) -> Option<(String, usize)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    Some((path, width + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    #[test]
    fn a_code_has_its_finder_pattern_and_a_quiet_zone() {
        let (path, size) = super::path("chapterhouse:join/abc").unwrap();
        assert!(path.starts_with("M4 4h7v1h-7z"));
        assert!(size >= 21 + 8);
        assert_eq!(super::path(&"x".repeat(8000)), None);
    }
}
