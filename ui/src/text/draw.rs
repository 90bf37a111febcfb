//! The drawings: all of them octagons with a flat top (first corner at -67.5°, then every 45°).

use std::fmt::Write as _;

/// A point at an angle in degrees (0 points right, 90 down) and a distance from a centre.
fn at(centre: f64, radius: f64, degrees: f64) -> (f64, f64) {
    let angle = degrees.to_radians();
    (centre + radius * angle.cos(), centre + radius * angle.sin())
}

fn corner(k: usize) -> f64 {
    -67.5 + 45.0 * k as f64
}

fn points(all: impl Iterator<Item = (f64, f64)>) -> String {
    all.map(|(x, y)| format!("{x:.2},{y:.2}")).collect::<Vec<_>>().join(" ")
}

/// An octagon's `points`.
pub(crate) fn octagon(centre: f64, radius: f64) -> String {
    points((0..8).map(|k| at(centre, radius, corner(k))))
}

/// Eight lines from one octagon's corners to another's.
pub(crate) fn ribs(centre: f64, from: f64, to: f64) -> String {
    (0..8).map(|k| line(at(centre, from, corner(k)), at(centre, to, corner(k)))).collect()
}

fn line(a: (f64, f64), b: (f64, f64)) -> String {
    format!("M{:.2} {:.2}L{:.2} {:.2}", a.0, a.1, b.0, b.1)
}

/// The share mark: the filled and the other wedges, clockwise from the top.
pub(crate) fn share_mark(filled: usize) -> (String, String) {
    let wedge = |k: usize| {
        let middle = -90.0 + 45.0 * k as f64;
        let tip = at(16.0, 3.4, middle);
        // The outer corners lie on an octagon of radius 15.3, drawn in a little so that the wedges stand apart.
        let (half, outer) = (18.0, 15.2);
        let (a, b) = (at(16.0, outer, middle - half), at(16.0, outer, middle + half));
        format!("M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z", tip.0, tip.1, a.0, a.1, b.0, b.1)
    };
    ((0..filled.min(8)).map(wedge).collect(), (filled.min(8)..8).map(wedge).collect())
}

/// The plan's star: eight tips between eight inner corners.
pub(crate) fn star() -> String {
    points((0..8).flat_map(|k| [at(100.0, 61.0, -45.0 + 45.0 * k as f64), at(100.0, 37.0, -22.5 + 45.0 * k as f64)]))
}

/// Lines from the star's tips to their neighbouring inner corners.
pub(crate) fn star_lines() -> String {
    (0..8)
        .flat_map(|k| {
            let middle = -45.0 + 45.0 * k as f64;
            let tip = at(100.0, 61.0, middle);
            [line(tip, at(100.0, 37.0, middle - 22.5)), line(tip, at(100.0, 37.0, middle + 22.5))]
        })
        .collect()
}

/// The 32 seats of the plan, four a side, clockwise from the upper right side.
pub(crate) fn seats() -> Vec<(f64, f64)> {
    (0..32)
        .map(|n| {
            let (side, seat) = (n / 4, n % 4);
            let middle = (-45.0 + 45.0 * side as f64).to_radians();
            let along = [-18.25, -6.08, 6.08, 18.25][seat];
            let (out_x, out_y) = (middle.cos(), middle.sin());
            (100.0 + 73.45 * out_x - along * out_y, 100.0 + 73.45 * out_y + along * out_x)
        })
        .collect()
}

/// A seal: a member's pattern from the first bits of their key, and its tint 1 to 6. A memory aid, never a proof.
pub(crate) fn seal(key: &str) -> (String, u8) {
    let mut bytes = [0_u8; 3];
    for (byte, pair) in bytes.iter_mut().zip(key.as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok()).unwrap_or_default();
    }
    let bits = u32::from(bytes[0]) | (u32::from(bytes[1]) << 8) | (u32::from(bytes[2]) << 16);
    let mut path = String::new();
    for direction in 0..5_u32 {
        let degrees = -90.0 + 45.0 * f64::from(direction);
        let mirrored = 180.0 - degrees;
        let both: &[f64] = if direction == 0 || direction == 4 { &[degrees] } else { &[degrees, mirrored] };
        for degrees in both {
            let mut stroke = |from: f64, to: f64| {
                let (a, b) = (at(16.0, from, *degrees), at(16.0, to, *degrees));
                // Writing to a string cannot fail.
                let _ = write!(path, "M{:.1} {:.1}L{:.1} {:.1}", a.0, a.1, b.0, b.1);
            };
            match (bits >> (2 * direction)) & 3 {
                0 => stroke(10.6, 10.6),
                1 => stroke(4.4, 6.4),
                2 => stroke(4.4, 10.6),
                _ => {
                    stroke(4.6, 4.6);
                    stroke(10.6, 10.6);
                }
            }
        }
    }
    (path, tint(bits >> 10))
}

/// A chapter's tint 1 to 6 from its id.
pub(crate) fn badge_tint(id: &str) -> u8 {
    tint(u32::from_str_radix(id.get(..6).unwrap_or("0"), 16).unwrap_or_default())
}

fn tint(bits: u32) -> u8 {
    (bits % 6) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_octagon_is_the_drawn_one() {
        assert!(octagon(16.0, 14.6).starts_with("21.59,2.51 29.49,10.41 29.49,21.59"));
        assert!(octagon(100.0, 97.0).starts_with("137.12,10.38"));
    }

    #[test]
    fn wedges_are_shared_out() {
        let (on, off) = share_mark(6);
        assert_eq!((on.matches('Z').count(), off.matches('Z').count()), (6, 2));
    }

    #[test]
    fn the_same_key_has_the_same_seal_everywhere() {
        let key = "3fa9".repeat(16);
        assert_eq!(seal(&key), seal(&key));
        assert_ne!(seal(&key).0, seal(&"0000".repeat(16)).0);
        // Nonsense still draws something.
        assert!((1..=6).contains(&seal("zz").1));
        assert_eq!(seats().len(), 32);
    }
}
