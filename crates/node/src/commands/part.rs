//! Parts of a whole as people write them.

/// `2/3`, `50%`, `0.25`: numerator and denominator. A bare 1 can be one of them or all of them, and is neither.
pub(crate) fn read(text: &str) -> Option<(u64, u64)> {
    let text = text.trim();
    if let Some((part, whole)) = text.split_once('/') {
        return Some((number(part.trim())?, number(whole.trim())?));
    }
    let (digits, all) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100),
        // Whoever writes decimals means a part.
        None => (text.starts_with("0.").then_some(text)?, 1),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let of = 10_u64.checked_pow(u32::try_from(decimals.len()).ok().filter(|length| *length <= 6)?)?;
    let behind = if decimals.is_empty() { 0 } else { number(decimals)? };
    let (part, whole) = (number(whole)?.checked_mul(of)?.checked_add(behind)?, of * all);
    let common = gcd(part, whole);
    Some((part / common, whole / common))
}

/// How a part is written, for whoever wrote it otherwise.
pub(crate) fn like(text: &str) -> String {
    let text: String = text.chars().take(40).collect();
    match text.trim() {
        "1" => "\"1\" can be one member or all of them. All of them is \"100%\" or \"1/1\", half of them \"50%\" or \"1/2\"".into(),
        bare if !bare.is_empty() && bare.chars().all(|digit| digit.is_ascii_digit()) => {
            format!("\"{bare}\" is no part of a whole. Write a part, like \"1/2\" or \"50%\", and not a number of members")
        }
        percent if percent.ends_with('%') && read(percent).is_some() => {
            format!("\"{text}\" is no part, or too fine: parts are counted in thousandths at most. Write it as a fraction, like \"1/3\"")
        }
        _ => format!("\"{text}\" is no part of a whole. Write it like \"1/2\" or \"50%\""),
    }
}

fn number(text: &str) -> Option<u64> {
    text.chars().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok())?
}

const fn gcd(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    if one == 0 { 1 } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_people_write_them() {
        for (text, part) in [
            ("1/2", (1, 2)),
            (" 2 / 4 ", (2, 4)),
            ("50%", (1, 2)),
            ("100 %", (1, 1)),
            ("66.7%", (667, 1000)),
            ("0.25", (1, 4)),
            ("0%", (0, 1)),
        ] {
            assert_eq!(read(text), Some(part), "{text}");
        }
        for wrong in [
            "",
            "1",
            "10",
            "half",
            "1.5",
            "-1/2",
            "1/-2",
            "+1/2",
            "%",
            "0.",
            "0.1234567",
            "5e1%",
            "99999999999999999999%",
        ] {
            assert!(read(wrong).is_none() || wrong == "0.", "{wrong}");
        }
        assert!(like("1").contains("one member or all") && like("10").contains("number of members"));
        assert!(like("half").contains("\"50%\""));
    }
}
