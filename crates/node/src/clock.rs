//! Between points in time and their RFC 3339 text, and the one place where the clock is read.

use entry::Timestamp;

/// What is wrong with a text that should be a point in time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTime {
    #[error("\"{0}\" is no point in time; write it as 2027-12-01T18:00:00Z")]
    Unreadable(String),
    #[error("\"{text}\" is too far ahead: the last point in time that can be set is {last}")]
    TooFar { text: String, last: String },
    #[error("\"{0}\" is too long ago: points in time begin with 1970")]
    TooLongAgo(String),
}

/// The time of this computer's clock.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(0))
}

/// RFC 3339 in UTC, seconds.
pub(crate) fn text(time: Timestamp) -> String {
    let seconds = i64::try_from(time.0 / 1000).unwrap_or(0);
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |stamp| stamp.to_string())
}

/// Reads RFC 3339 in any zone.
pub(crate) fn parse(text: &str) -> Result<Timestamp, NoTime> {
    let text = text.trim();
    let shown = || text.chars().take(40).collect();
    let stamp = text.parse::<jiff::Timestamp>().map_err(|_| {
        // Well written, and of no time that there is a text for in every zone.
        let whole = jiff::fmt::temporal::Pieces::parse(text).ok();
        match whole.filter(|pieces| pieces.time().is_some() && pieces.offset().is_some()) {
            Some(pieces) if pieces.date().year() > 1970 => {
                let last = self::text(Timestamp(u64::try_from(jiff::Timestamp::MAX.as_millisecond()).unwrap_or(0)));
                NoTime::TooFar { text: shown(), last }
            }
            Some(_) => NoTime::TooLongAgo(shown()),
            None => NoTime::Unreadable(shown()),
        }
    })?;
    u64::try_from(stamp.as_millisecond()).map(Timestamp).map_err(|_| NoTime::TooLongAgo(shown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_times() {
        assert_eq!(text(Timestamp(1_795_458_600_123)), "2026-11-23T18:30:00Z");
        assert_eq!(parse("2026-11-23T18:30:00Z"), Ok(Timestamp(1_795_458_600_000)));
        assert_eq!(parse("2026-11-23T19:30:00+01:00"), Ok(Timestamp(1_795_458_600_000)));
        let wrong = [
            ("tomorrow", "no point in time; write it as"),
            ("2026-11-23", "no point in time"),
            ("2026-11-23T18:30:00", "no point in time"),
            ("9999-12-31", "no point in time"),
            ("1969-12-31T00:00:00Z", "too long ago"),
            ("-009999-01-01T00:00:00Z", "too long ago"),
            ("9999-12-31T23:59:59Z", "too far ahead: the last point in time that can be set is 9999-12-30T22:00:00Z"),
            ("9999-12-31T23:59:59+00:00", "too far ahead"),
        ];
        for (text, why) in wrong {
            let told = parse(text);
            assert!(matches!(&told, Err(told) if told.to_string().contains(why)), "{text}: {told:?}");
        }
        assert_eq!(parse("9999-12-30T22:00:00Z").map(self::text), Ok("9999-12-30T22:00:00Z".into()));
    }
}
