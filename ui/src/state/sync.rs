//! The two lines at the foot of the sidebar: is everything where it should be?

use super::State;
use crate::text::count;

/// Which colour and mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SyncTone {
    /// Nothing is missing.
    Shared,
    /// Something is on its way or waits.
    Waiting,
}

/// The pill's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyncPill {
    pub(crate) tone: SyncTone,
    pub(crate) title: String,
    pub(crate) sub: String,
    /// Wedges of the mark that are filled, of eight.
    pub(crate) wedges: usize,
}

/// The longest name of a chapter that has room in it.
const LONGEST_NAME: usize = 20;

/// What the pill says now.
pub(crate) fn sync_pill(state: &State) -> SyncPill {
    let network = &state.network;
    let devices = network.peers.iter().filter(|p| !p.chapters.is_empty()).count();
    let left = state.progress.values().map(|p| p.left).sum::<u64>().max(network.left);
    let only_here = match network.only_here {
        0 => "Everything is saved on this computer".to_owned(),
        n => format!("{} only on this computer", count(n, "thing", "things")),
    };
    let connected = format!("{} connected", count(devices as u64, "device", "devices"));
    if left > 0 && devices > 0 {
        let fetched: u64 = state.progress.values().map(|p| p.fetched).sum();
        let wedges = ((8 * fetched) / (fetched + left).max(1)).clamp(1, 7) as usize;
        return SyncPill {
            tone: SyncTone::Waiting,
            title: format!("Catching up, {left} left"),
            sub: connected,
            wedges,
        };
    }
    let silent: Vec<_> = state.writable().filter(|c| c.silent).collect();
    if let Some(first) = silent.first() {
        let title = match silent.len() {
            1 if first.name.chars().count() <= LONGEST_NAME => format!("Nobody answers in {}", first.name),
            1 => "Nobody answers in a chapter".to_owned(),
            n => format!("Nobody answers in {n} chapters"),
        };
        let sub = if network.only_here > 0 || devices == 0 { only_here } else { connected };
        return SyncPill { tone: SyncTone::Waiting, title, sub, wedges: 1 };
    }
    if devices > 0 && network.only_here > 0 {
        let title = format!("{} only here so far", count(network.only_here, "thing", "things"));
        return SyncPill { tone: SyncTone::Waiting, title, sub: connected, wedges: 4 };
    }
    if devices > 0 {
        return SyncPill { tone: SyncTone::Shared, title: "Up to date".to_owned(), sub: connected, wedges: 8 };
    }
    if let Some(joining) = state.joining.values().find(|j| j.refused.is_none()) {
        let name = &joining.preview.chapter_name;
        let (title, sub) = match (&joining.terms, joining.words) {
            (Some(_), _) => (format!("{name} asks you something"), "No device connected now"),
            (None, Some((have, need))) => (format!("{name}: {have} of {need} words"), "No device connected now"),
            (None, None) => (format!("Looking for {name}"), "No member found yet"),
        };
        return SyncPill { tone: SyncTone::Waiting, title, sub: sub.to_owned(), wedges: 1 };
    }
    SyncPill { tone: SyncTone::Waiting, title: "Waiting for a connection".to_owned(), sub: only_here, wedges: 1 }
}
