//! Between points in time and their RFC 3339 text, and the one place where the clock is read.

use entry::Timestamp;

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
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let stamp: jiff::Timestamp = text.trim().parse().ok()?;
    u64::try_from(stamp.as_millisecond()).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_times() {
        assert_eq!(text(Timestamp(1_795_458_600_123)), "2026-11-23T18:30:00Z");
        assert_eq!(parse("2026-11-23T18:30:00Z"), Some(Timestamp(1_795_458_600_000)));
        assert_eq!(parse("2026-11-23T19:30:00+01:00"), Some(Timestamp(1_795_458_600_000)));
        assert_eq!(parse("tomorrow"), None);
        assert_eq!(parse("1969-12-31T00:00:00Z"), None);
    }
}
