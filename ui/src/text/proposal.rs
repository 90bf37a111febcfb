//! What is said of a vote that stands proposed.

use super::{count, when::Local};
use api::proposal::{ObjectionStage, ProposalLine, ProposalStage, ProposalView, ProposedView, VersionView};

/// `Friday 18:00`.
fn when(opens: Option<Local>, now: Local) -> String {
    opens.map_or_else(String::new, |t| t.within(now))
}

/// In a feed, and for the desktop.
pub(crate) fn line(line: &ProposalLine, opens: Option<Local>, now: Local) -> String {
    match line.stage {
        ProposalStage::Standing => format!("Open to objections until {}", when(opens, now)),
        ProposalStage::Ready if line.may_open => "You can open it".to_owned(),
        ProposalStage::Ready => "Its time is over".to_owned(),
        ProposalStage::Opened => "Opened".to_owned(),
    }
}

/// On its page: how long it stands, and who opens it.
pub(crate) fn stands(p: &ProposalView, opens: Option<Local>, now: Local) -> (String, String) {
    let who = if p.mine { "you".to_owned() } else { p.head.author.handle.clone() };
    match p.stage {
        ProposalStage::Standing => (
            format!("Open to objections and amendments until {}", when(opens, now)),
            format!(
                "Then {who} can open the vote, exactly as it stands here. Whenever it is changed, its time begins anew."
            ),
        ),
        ProposalStage::Ready if p.may_open => (
            "You can open the vote".to_owned(),
            "It is asked exactly as it stands here. Until you open it, members can object and propose changes."
                .to_owned(),
        ),
        ProposalStage::Ready => (
            "Its time is over".to_owned(),
            format!(
                "{who} can open the vote, exactly as it stands here. Until then, members can object and propose changes."
            ),
        ),
        ProposalStage::Opened => {
            ("It was opened".to_owned(), "The vote asks exactly what was proposed here at last.".to_owned())
        }
    }
}

/// A version in a list.
pub(crate) fn version(v: &VersionView) -> String {
    match &v.adopts {
        Some(adopted) => format!("Version {}: an amendment of {}", v.number, adopted.author),
        None => format!("Version {}", v.number),
    }
}

/// On a vote.
pub(crate) fn objected(p: &ProposedView) -> String {
    let open = p.objections.iter().filter(|o| o.stage != ObjectionStage::Withdrawn).count() as u64;
    let objections = match open {
        0 => "no objection stands".to_owned(),
        n => count(n, "objection stands", "objections stand"),
    };
    format!("Proposed by {}; {objections}", p.handle)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_proposal_says_until_when_it_stands() {
        let utc = |text: &str| Local::parse(text, |_| 0);
        let now = utc("2026-11-23T18:00:00Z").unwrap();
        let standing = ProposalLine::default();
        assert_eq!(line(&standing, utc("2026-11-24T18:00:00Z"), now), "Open to objections until tomorrow, 18:00");
        let mut ready = ProposalLine { stage: ProposalStage::Ready, ..standing };
        assert_eq!(line(&ready, None, now), "Its time is over");
        ready.may_open = true;
        assert_eq!(line(&ready, None, now), "You can open it");
    }
}
