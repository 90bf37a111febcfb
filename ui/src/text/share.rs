//! Where a thing is, in words (§5 of the design language).

use api::view::Share;

/// How it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Only on this computer.
    Here,
    /// On this computer, and nobody can be reached.
    Waiting,
    /// On some or all devices.
    Shared,
}

impl Tone {
    /// The class that carries it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Here => "is-here",
            Self::Waiting => "is-wait",
            Self::Shared => "",
        }
    }
}

/// The tone of a share, given whether any other computer is connected.
pub(crate) fn tone(share: Share, connected: bool) -> Tone {
    match (share.have > 1, connected) {
        (true, _) => Tone::Shared,
        (false, true) => Tone::Here,
        (false, false) => Tone::Waiting,
    }
}

/// The whole sentence.
pub(crate) fn sentence(share: Share, connected: bool) -> String {
    match tone(share, connected) {
        // A chapter of one device has nobody to wait for.
        Tone::Waiting if share.of <= 1 => "Only on this computer so far".to_owned(),
        Tone::Waiting => "Waiting for a connection. Saved on this computer".to_owned(),
        Tone::Here => "Only on this computer so far".to_owned(),
        Tone::Shared if share.have >= share.of => format!("{} have this", all(share.of)),
        Tone::Shared => format!("{} of {} devices have this", share.have, share.of),
    }
}

/// The short form for feeds.
pub(crate) fn short(share: Share, connected: bool) -> String {
    match tone(share, connected) {
        Tone::Shared if share.have >= share.of => all(share.of),
        Tone::Shared => format!("{} of {} devices", share.have, share.of),
        Tone::Here | Tone::Waiting => sentence(share, connected),
    }
}

fn all(devices: usize) -> String {
    if devices == 2 { "Both devices".to_owned() } else { format!("All {devices} devices") }
}

/// Filled wedges of eight: full only when everyone has it, never empty.
pub(crate) fn wedges(share: Share) -> usize {
    if share.have > 1 && share.have >= share.of {
        8
    } else {
        (8 * share.have).checked_div(share.of).unwrap_or(1).clamp(1, if share.have > 1 { 7 } else { 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(have: usize, of: usize) -> Share {
        Share { have, of }
    }

    #[test]
    fn the_mark_is_full_only_when_everyone_has_it() {
        assert_eq!(wedges(share(14, 14)), 8);
        assert_eq!(wedges(share(13, 14)), 7);
        assert_eq!(wedges(share(12, 14)), 6);
        assert_eq!(wedges(share(2, 100)), 1);
        assert_eq!(wedges(share(1, 2)), 1);
        assert_eq!(wedges(share(1, 1)), 1);
        assert_eq!(wedges(share(0, 0)), 1);
    }

    #[test]
    fn the_words_follow_the_design() {
        assert_eq!(sentence(share(1, 5), true), "Only on this computer so far");
        assert_eq!(sentence(share(1, 5), false), "Waiting for a connection. Saved on this computer");
        assert_eq!(sentence(share(3, 5), false), "3 of 5 devices have this");
        assert_eq!(sentence(share(5, 5), true), "All 5 devices have this");
        assert_eq!(short(share(3, 5), true), "3 of 5 devices");
        assert_eq!(
            (sentence(share(2, 2), true), short(share(2, 2), false)),
            ("Both devices have this".into(), "Both devices".into())
        );
    }
}
