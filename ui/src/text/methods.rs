//! The ways to decide, in a name and a sentence each; majorities and quorums as they are chosen from a list.

use api::poll::Method;

/// A way to decide, as it is offered.
pub(crate) struct Offered {
    pub(crate) method: Method,
    /// Its name in the list, which is also its value.
    pub(crate) name: &'static str,
    /// What it does, and when it fits.
    pub(crate) fits: &'static str,
}

/// All of them, the usual ones first.
pub(crate) const OFFERED: [Offered; 9] = [
    Offered {
        method: Method::Single,
        name: "One choice each",
        fits: "Everybody picks one option, and the most votes win. Fits where there are two options. With more, similar ones take votes from each other.",
    },
    Offered {
        method: Method::Approval,
        name: "Approval: tick all you can live with",
        fits: "The option with the most ticks wins. Fits days, rooms, names: whatever most people should be content with.",
    },
    Offered {
        method: Method::Score,
        name: "Scores: how much you want each",
        fits: "Everybody gives each option a score, and the highest sum wins. Fits where it matters how strongly people feel.",
    },
    Offered {
        method: Method::InstantRunoff,
        name: "Ranking, one winner by rounds",
        fits: "The last option is out, round by round, until one has more than half. Fits one person or one place out of several.",
    },
    Offered {
        method: Method::Schulze,
        name: "Ranking, every two compared",
        fits: "The option that is preferred to each other one wins (Schulze’s method). Fits several wordings of one thing, where the middle way should have its chance.",
    },
    Offered {
        method: Method::Stv,
        name: "Ranking, several seats in proportion",
        fits: "A third of the votes gets about a third of the seats (single transferable vote). Fits choosing a group of people.",
    },
    Offered {
        method: Method::Consent,
        name: "Consent: nobody objects",
        fits: "It passes unless somebody blocks it with a reason. Fits what is good enough for now and safe enough to try.",
    },
    Offered {
        method: Method::Consensus,
        name: "Consensus: most agree, nobody objects",
        fits: "It passes if enough members agree and nobody blocks. Fits what binds everybody for long.",
    },
    Offered {
        method: Method::Budget,
        name: "Dots: divide a budget",
        fits: "Everybody spreads so many dots over the options. Fits dividing money or time, and finding out what comes first.",
    },
];

/// How a method is offered.
pub(crate) fn offered(method: Method) -> &'static Offered {
    let [first, ..] = &OFFERED;
    OFFERED.iter().find(|o| o.method == method).unwrap_or(first)
}

/// What a winner may need, as the node reads it and as people do.
pub(crate) const MAJORITIES: [(&str, &str); 4] = [
    ("more than 1/2", "More than half"),
    ("at least 3/5", "At least three fifths"),
    ("at least 2/3", "At least two thirds"),
    ("at least 3/4", "At least three quarters"),
];
/// Of what it is a part.
pub(crate) const OF: [(&str, &str); 3] =
    [("answers", "of those who answer"), ("cast", "of all who vote"), ("roll", "of everybody on the list")];
/// Of a question for and against something.
pub(crate) const FOR_AND_AGAINST: (&str, &str) = ("for and against", "of the first two options");
/// What part of the members may have to vote.
pub(crate) const QUORUMS: [(&str, &str); 5] = [
    ("1/4", "At least a quarter"),
    ("1/3", "At least a third"),
    ("1/2", "At least half"),
    ("2/3", "At least two thirds"),
    ("3/4", "At least three quarters"),
];
/// Stands for a part that is not in the list.
pub(crate) const OTHER: &str = "other";

/// A part of a whole that a person typed: `3/5`, not more than the whole.
pub(crate) fn fraction(text: &str) -> Option<String> {
    let (part, whole) = text.split_once('/')?;
    let (part, whole): (u32, u32) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
    (part > 0 && part <= whole && whole <= 1000).then(|| format!("{part}/{whole}"))
}

/// The two numbers of a fraction (`2/3`).
pub(crate) fn numbers(fraction: &str) -> Option<(u32, u32)> {
    let (part, whole) = fraction.split_once('/')?;
    Some((part.parse().ok()?, whole.parse().ok()?))
}

/// The part of a whole at which a fraction (`2/3`) lies, in hundredths of a percent.
pub(crate) fn place(fraction: &str) -> Option<u64> {
    let (part, whole) = numbers(fraction)?;
    (u64::from(part) * 10_000).checked_div(u64::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_offered_once() {
        for o in &OFFERED {
            assert_eq!(OFFERED.iter().filter(|p| p.method == o.method || p.name == o.name).count(), 1, "{}", o.name);
            assert_eq!(offered(o.method).name, o.name);
        }
    }

    #[test]
    fn a_part_is_not_more_than_the_whole() {
        assert_eq!(fraction(" 3 / 5 ").as_deref(), Some("3/5"));
        for wrong in ["", "half", "0/2", "3/2", "1/0", "1/1001", "1"] {
            assert_eq!(fraction(wrong), None, "{wrong}");
        }
        assert_eq!((place("2/3"), place("1/1"), place("1/0"), place("half")), (Some(6666), Some(10_000), None, None));
    }
}
