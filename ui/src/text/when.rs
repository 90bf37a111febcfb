//! Times and dates in words. The clock and the zone come in as arguments.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) year: i64,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// A moment as the clock on the wall shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) day: Day,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    /// Seconds since 1970, UTC.
    pub(crate) epoch: i64,
}

impl Day {
    /// From `2026-11-23`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let day = Self {
            year: parts.next()?.parse().ok()?,
            month: parts.next()?.parse().ok()?,
            day: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && (1..=12).contains(&day.month) && (1..=31).contains(&day.day)).then_some(day)
    }

    /// Days since 1970 (civil calendar, after Howard Hinnant's description of the algorithm).
    fn number(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = if month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    fn from_number(number: i64) -> Self {
        let z = number + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as u8,
            day: (day_of_year - (153 * shifted + 2) / 5 + 1) as u8,
        }
    }

    /// `2026-11-23`.
    pub(crate) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// So many days later.
    pub(crate) fn plus(self, days: i64) -> Self {
        Self::from_number(self.number() + days)
    }

    fn weekday(self) -> &'static str {
        DAYS[(self.number() + 4).rem_euclid(7) as usize]
    }

    /// `Tue`, for a date tile.
    pub(crate) fn short_month(self) -> &'static str {
        &MONTHS[usize::from(self.month) - 1][..3]
    }

    /// `23 November 2026`.
    pub(crate) fn long(self) -> String {
        format!("{} {} {}", self.day, MONTHS[usize::from(self.month) - 1], self.year)
    }

    /// `Friday, 4 December 2026`.
    pub(crate) fn whole(self) -> String {
        format!("{}, {}", self.weekday(), self.long())
    }

    /// `November 2026`.
    pub(crate) fn month_and_year(self) -> String {
        format!("{} {}", MONTHS[usize::from(self.month) - 1], self.year)
    }

    /// `Today`, `Saturday`, `23 November`, `3 March 2027`: as near as is clear.
    pub(crate) fn near(self, today: Self) -> String {
        match self.number() - today.number() {
            0 => "Today".to_owned(),
            1 => "Tomorrow".to_owned(),
            -1 => "Yesterday".to_owned(),
            2..=6 => self.weekday().to_owned(),
            -6..=-2 => format!("last {}", self.weekday()),
            _ if self.year == today.year => format!("{} {}", self.day, MONTHS[usize::from(self.month) - 1]),
            _ => self.long(),
        }
    }
}

impl Local {
    /// From RFC 3339 in UTC (`2026-11-23T18:30:00Z`), where local time is `offset` minutes ahead of UTC then.
    pub(crate) fn parse(text: &str, offset: impl FnOnce(i64) -> i64) -> Option<Self> {
        let (date, time) = text.trim_end_matches('Z').split_once('T')?;
        let mut parts = time.split(':');
        let hour: i64 = parts.next()?.parse().ok()?;
        let minute: i64 = parts.next()?.parse().ok()?;
        let second: i64 = parts.next().and_then(|s| s.get(..2)).and_then(|s| s.parse().ok()).unwrap_or_default();
        let epoch = Day::parse(date)?.number() * 86_400 + hour * 3600 + minute * 60 + second;
        Some(Self::from_epoch(epoch, offset(epoch)))
    }

    /// From seconds since 1970.
    pub(crate) fn from_epoch(epoch: i64, offset: i64) -> Self {
        let shown = epoch + offset * 60;
        let seconds = shown.rem_euclid(86_400);
        Self {
            day: Day::from_number(shown.div_euclid(86_400)),
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            epoch,
        }
    }

    /// `18:30`.
    pub(crate) fn clock(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// Of something in the past: `2 hours ago`, `Yesterday`, `10 November`.
    pub(crate) fn ago(self, now: Self) -> String {
        let seconds = now.epoch - self.epoch;
        match seconds {
            // A little ahead is another computer's clock, not the future.
            -120..60 => "just now".to_owned(),
            60..120 => "1 minute ago".to_owned(),
            120..3600 => format!("{} minutes ago", seconds / 60),
            3600..7200 => "1 hour ago".to_owned(),
            7200..43_200 => format!("{} hours ago", seconds / 3600),
            _ => self.day.near(now.day),
        }
    }

    /// `Today 10:05`, `10 November, 18:30`.
    pub(crate) fn full(self, now: Self) -> String {
        format!("{}, {}", self.day.near(now.day), self.clock())
    }

    /// The same behind other words: `today, 10:05`.
    pub(crate) fn within(self, now: Self) -> String {
        format!("{}, {}", self.day_within(now), self.clock())
    }

    fn day_within(self, now: Self) -> String {
        let day = self.day.near(now.day);
        if matches!(day.as_str(), "Today" | "Tomorrow" | "Yesterday") { day.to_lowercase() } else { day }
    }

    /// Of a close that is still ahead: `Closes today, 18:00`, `Closes Sunday, 18:00`.
    pub(crate) fn closes(self, now: Self) -> String {
        format!("Closes {}", self.within(now))
    }

    /// The same, where it is near: `Closes in 40 minutes`, `Closes in 5 hours`.
    pub(crate) fn closes_in(self, now: Self) -> String {
        match self.epoch - now.epoch {
            0..60 => "Closes in less than a minute".to_owned(),
            60..120 => "Closes in 1 minute".to_owned(),
            left @ 120..3600 => format!("Closes in {} minutes", left / 60),
            3600..7200 => "Closes in 1 hour".to_owned(),
            left @ 7200..86_400 => format!("Closes in {} hours", left / 3600),
            _ => self.closes(now),
        }
    }

    /// Whether it is less than two days ahead.
    pub(crate) fn near(self, now: Self) -> bool {
        (0..2 * 86_400).contains(&(self.epoch - now.epoch))
    }

    /// Whether it is less than a day ahead.
    pub(crate) fn soon(self, now: Self) -> bool {
        (0..86_400).contains(&(self.epoch - now.epoch))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn utc(text: &str) -> Local {
        Local::parse(text, |_| 0).unwrap()
    }

    #[test]
    fn days_count_as_the_calendar_does() {
        assert_eq!(Day::parse("1970-01-01").unwrap().number(), 0);
        assert_eq!(Day::parse("2000-03-01").unwrap().number(), 11_017);
        for n in -1_000..40_000 {
            assert_eq!(Day::from_number(n).number(), n);
        }
        assert_eq!(Day::parse("2026-11-23").unwrap().weekday(), "Monday");
        assert_eq!(Day::parse("2026-13-01"), None);
        assert_eq!(Day::parse("soon"), None);
        assert_eq!(Day::parse("2026-12-30").unwrap().plus(5).iso(), "2027-01-04");
    }

    #[test]
    fn the_past_is_told_as_people_tell_it() {
        let now = utc("2026-11-19T12:06:00Z");
        assert_eq!(utc("2026-11-19T12:05:30Z").ago(now), "just now");
        assert_eq!(utc("2026-11-19T11:58:00Z").ago(now), "8 minutes ago");
        assert_eq!(utc("2026-11-19T10:05:00Z").ago(now), "2 hours ago");
        assert_eq!(utc("2026-11-18T09:00:00Z").ago(now), "Yesterday");
        assert_eq!(utc("2026-11-10T09:00:00Z").ago(now), "10 November");
        assert_eq!(utc("2025-11-10T09:00:00Z").ago(now), "10 November 2025");
        assert_eq!(utc("2026-11-18T09:00:00Z").full(now), "Yesterday, 09:00");
        assert_eq!(utc("2026-11-18T09:00:00Z").within(now), "yesterday, 09:00");
        assert_eq!(utc("2026-11-10T09:00:00Z").within(now), "10 November, 09:00");
        assert_eq!(utc("2026-11-22T18:00:00Z").closes(now), "Closes Sunday, 18:00");
        assert!(!utc("2026-11-22T18:00:00Z").soon(now));
    }

    #[test]
    fn the_zone_moves_the_clock_and_the_day() {
        let there = Local::parse("2026-11-19T23:30:00Z", |_| 60).unwrap();
        assert_eq!((there.day.iso().as_str(), there.clock().as_str()), ("2026-11-20", "00:30"));
        assert_eq!(Local::parse("yesterday", |_| 0), None);
    }
}
