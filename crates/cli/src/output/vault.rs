//! Passphrases, backups and wiping, in plain lines.

use super::{count, entries};
use api::{
    reply::{BackedUp, Restored},
    view::{SecurityView, StrengthView, WipeReport},
};

/// How long guessing takes, and what makes it easy.
pub(crate) fn strength(strength: &StrengthView) -> String {
    let why = strength.why.as_ref().map(|why| format!(" {why}")).unwrap_or_default();
    format!("A thief of this disk with a room full of fast computers would need {} to guess it.{why}", strength.time)
}

pub(super) fn security(security: &SecurityView) -> String {
    let lock = match security.lock_after_minutes {
        None | Some(0) => "The window does not lock by itself.".into(),
        Some(minutes) => format!("The window locks after {} without use.", count(minutes.into(), "minute")),
    };
    let keyring =
        if security.keyring { "The system's keyring opens it, too." } else { "Only the passphrase opens it." };
    format!("{lock}\n{keyring}")
}

pub(super) fn backed_up(made: &BackedUp) -> String {
    let with = if made.separate {
        "a passphrase of its own: without that one nobody opens it, you neither"
    } else {
        "the passphrase of today, also when you change that later"
    };
    format!(
        "{}: {} with {}, {:.1} MB.\nSealed with {with}. Keep it apart from this computer.",
        made.path,
        count(made.chapters, "chapter"),
        entries(made.entries),
        made.bytes as f64 / 1e6
    )
}

pub(super) fn restored(back: &Restored) -> String {
    format!(
        "You are {} on this computer again: {} with {}.\nIn chapters with other members, writing goes on as soon as one \
         of their computers has sent what came after the backup.",
        back.me.handle,
        count(back.chapters, "chapter"),
        entries(back.entries)
    )
}

pub(super) fn wiped(report: &WipeReport) -> String {
    report.notes.iter().chain(&report.left).cloned().collect::<Vec<_>>().join("\n")
}
