//! How long guessing a passphrase would take, in plain words. An estimate to choose by, not a rule: nothing is refused.

use api::view::StrengthView;
use zxcvbn::zxcvbn;

/// Guesses a second of a thief with a room full of fast computers: each guess costs Argon2id with at least 64 MiB.
const RATE: f64 = 10_000.0;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const YEAR: f64 = 365.0 * DAY;

/// Estimates. `known` is what a guesser who knows the person would try first.
pub(crate) fn of(passphrase: &str, known: &[String]) -> StrengthView {
    // Bounded: the estimate's work grows with both.
    let known: Vec<&str> = known.iter().take(8).map(|word| first(word, 64)).collect();
    let entropy = zxcvbn(first(passphrase, 128), &known);
    // Half of all that would be tried, on average.
    let seconds = 10_f64.powf(entropy.guesses_log10()) / RATE / 2.0;
    let level = [HOUR, 30.0 * DAY, YEAR, 100.0 * YEAR].iter().filter(|limit| seconds >= **limit).count();
    let why = entropy.feedback().and_then(|feedback| feedback.warning()).map(|warning| warning.to_string());
    StrengthView { level: u8::try_from(level).unwrap_or(0), time: words(seconds), why }
}

fn first(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

fn words(seconds: f64) -> String {
    let about = |number: f64, unit: &str| {
        let number = number.round().max(1.0);
        let plural = if number > 1.0 { "s" } else { "" };
        format!("about {number} {unit}{plural}")
    };
    match seconds {
        s if s < 1.0 => "less than a second".into(),
        s if s < MINUTE => "less than a minute".into(),
        s if s < HOUR => about(s / MINUTE, "minute"),
        s if s < 2.0 * DAY => about(s / HOUR, "hour"),
        s if s < 60.0 * DAY => about(s / DAY, "day"),
        s if s < 2.0 * YEAR => about(s / (30.4 * DAY), "month"),
        s if s < 1000.0 * YEAR => about(s / YEAR, "year"),
        _ => "thousands of years".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_chooses_is_guessed_at_once_and_unrelated_words_are_not() {
        let of = |text: &str| of(text, &["rowan".into()]);
        assert_eq!((of("password1").level, of("password1").time.as_str()), (0, "less than a second"));
        assert!(of("password1").why.is_some());
        assert_eq!(of("rowan").level, 0, "the name that everybody knows");
        assert_eq!(of("").level, 0);
        assert_eq!(of("kettle harbour comet seven plum").level, 4);
        assert_eq!(of("kettle harbour comet seven plum").time, "thousands of years");
        let order: Vec<u8> = ["abc", "rowan2026", "night bus", "night bus ladder", "night bus ladder oat salt"]
            .map(|text| of(text).level)
            .into();
        assert!(order.is_sorted(), "{order:?}");
        // However long, and in any script.
        let _ = of(&"ß".repeat(100_000));
    }

    #[test]
    fn times_in_words() {
        let all = [0.1, 30.0, 90.0, 3.0 * HOUR, 3.0 * DAY, 90.0 * DAY, 5.0 * YEAR, 1e30].map(words);
        let wanted = [
            "less than a second",
            "less than a minute",
            "about 2 minutes",
            "about 3 hours",
            "about 3 days",
            "about 3 months",
            "about 5 years",
            "thousands of years",
        ];
        assert_eq!(all, wanted);
    }
}
