//! Fetching everything, and catching up, between two processes.

use crate::{
    Scale,
    child::{Fetched, Giver, run_fetch},
    error::Failure,
    floor::{self, Load},
    people::{self, Scene},
    report::{Asked, Report, Row},
    wire::Counter,
};
use std::{path::Path, time::Duration};

/// Asha, who has joined and has nothing else yet, fetches `posts` from rowan.
pub(crate) fn cold(
    scene: &Scene,
    scale: &Scale,
    posts: usize,
    rounds: usize,
    report: &mut Report,
) -> Result<(), Failure> {
    let rowan = scene.copy(&scene.rowan_with(posts), "rowan-gives")?;
    let load = Load::like(&rowan)?.last(posts);
    let mut bare = Duration::MAX;
    let mut best: Option<Fetched> = None;
    let (mut peak, mut peak_after_unlock) = (0_f64, 0_f64);
    let mut giver = Giver::start(&rowan, &scene.chapter)?;
    let asha = scene.asha_with(posts);
    for _ in 0..rounds {
        bare = bare.min(floor::fetch(&load, &scene.fresh(&format!("floor-{posts}"))?)?);
        if asha.exists() {
            std::fs::remove_dir_all(&asha).map_err(|source| Failure::io("remove a folder", source))?;
        }
        people::copy(&scene.asha(), &asha).map_err(|source| Failure::io("copy a folder", source))?;
        let address = giver.address.clone();
        let fetched = fetch(&mut giver, &asha, scene, &address, posts)?;
        peak = peak.max(fetched.peak_mib);
        peak_after_unlock = peak_after_unlock.max(fetched.peak_after_unlock_mib);
        best = best.into_iter().chain([fetched]).min_by(|one, other| one.seconds.total_cmp(&other.seconds));
    }
    let best = best.ok_or_else(|| Failure::undone("nothing was fetched"))?;
    let row = Row::new(format!("cold_{posts}"), format!("fetching {posts} entries"), "ms", best.seconds * 1e3);
    report.add(row.floor(bare.as_secs_f64() * 1e3).asked(Asked::RatioAtMost(2.0)));
    if let Some(connected) = best.connected {
        report.add(Row::new(
            format!("cold_{posts}_connected"),
            "  of which connecting and proving",
            "ms",
            connected * 1e3,
        ));
    }
    let what = "  protocol bytes per entry, before encryption";
    let protocol = (best.report.bytes_in + best.report.bytes_out) as f64 / posts as f64;
    report.add(Row::new(format!("cold_{posts}_protocol"), what, "B", protocol));
    if posts == scale.few {
        // Through the go-between, which costs time: so this one is not timed.
        let counter = Counter::before(&giver.address)?;
        let other = scene.copy(&scene.asha(), "asha-counted")?;
        fetch(&mut giver, &other, scene, &counter.address, posts)?;
        let each = counter.bytes() as f64 / posts as f64;
        let row = Row::new("wire", "  bytes on the wire per entry, both ways, everything", "B", each);
        report.add(row.floor(load.bytes() as f64 / posts as f64).asked(Asked::AtMost(700.0)));
    }
    let limit = if posts == scale.many { Asked::AtMost(150.0) } else { Asked::Nothing };
    let row = Row::new(format!("cold_{posts}_peak"), "  most memory of the fetching process", "MiB", peak);
    report.add(row.asked(limit));
    let what = "  the same, not counting the opening of the vault";
    report.add(Row::new(format!("cold_{posts}_peak_unlocked"), what, "MiB", peak_after_unlock));
    giver.stop()
}

/// Whether ten times as much takes ten times as long. sled itself takes longer for each the more there are, so it is the
/// floor's growth that ours must not outgrow.
pub(crate) fn linearity(scale: &Scale, report: &mut Report) {
    let row = |posts| report.row(&format!("cold_{posts}")).map(|row| (row.ours / posts as f64, row.floor));
    if let (Some((few, few_floor)), Some((many, many_floor))) = (row(scale.few), row(scale.many)) {
        let what = format!("  an entry of {} against one of {}", scale.many, scale.few);
        let mut row = Row::new("cold_linear", what, "times", many / few);
        if let (Some(few_floor), Some(many_floor)) = (few_floor, many_floor) {
            row = row.floor(many_floor / scale.many as f64 / (few_floor / scale.few as f64));
        }
        report.add(row.asked(Asked::RatioAtMost(1.2)));
    }
}

/// Both have the same; then each writes something while they are apart; then they meet.
pub(crate) async fn catch_up(scene: &Scene, scale: &Scale, report: &mut Report) -> Result<(), Failure> {
    // Both sides as they are after everything was fetched.
    let rowan = scene.copy(&scene.rowan_with(scale.few), "rowan-ahead")?;
    let asha = scene.copy(&scene.asha(), "asha-ahead")?;
    let mut giver = Giver::start(&rowan, &scene.chapter)?;
    let address = giver.address.clone();
    fetch(&mut giver, &asha, scene, &address, scale.few)?;
    giver.stop()?;
    let bare_there = scene.fresh("floor-ahead")?;
    floor::batches(&Load::like(&rowan)?, &bare_there)?;
    for (number, data) in [&rowan, &asha].into_iter().enumerate() {
        let posts = scene.posts(4_000 + number as u64, scale.fresh);
        let node = people::open(data, false).await?;
        people::post_all(&node, &scene.chapter, posts).await?;
        node.close().await;
    }
    let load = Load::like(&rowan)?.last(scale.fresh);
    let mut bare = Duration::MAX;
    let mut best: Option<Fetched> = None;
    for _ in 0..scale.rounds {
        let bare_folders = [scene.copy(&bare_there, "floor-here")?, scene.copy(&bare_there, "floor-there")?];
        bare = bare.min(floor::catch_up(&load, [&bare_folders[0], &bare_folders[1]])?);
        let rowan = scene.copy(&rowan, "rowan-meets")?;
        let asha = scene.copy(&asha, "asha-meets")?;
        let mut giver = Giver::start(&rowan, &scene.chapter)?;
        let address = giver.address.clone();
        let fetched = fetch(&mut giver, &asha, scene, &address, scale.few + 2 * scale.fresh)?;
        giver.stop()?;
        best = best.into_iter().chain([fetched]).min_by(|one, other| one.seconds.total_cmp(&other.seconds));
    }
    let best = best.ok_or_else(|| Failure::undone("nobody met"))?;
    let millis = |seconds: f64| seconds * 1_000.0;
    let what = format!("catching up, {} new on each side of {}", scale.fresh, scale.few);
    let row = Row::new("catch_up", what, "ms", millis(best.seconds));
    report.add(row.floor(millis(bare.as_secs_f64())).asked(Asked::RatioAtMost(2.0)));
    if let Some(connected) = best.connected {
        report.add(Row::new("catch_up_connected", "  of which connecting and proving", "ms", millis(connected)));
        let what = "  the exchange alone, on the connection that stands";
        let row = Row::new("catch_up_exchange", what, "ms", millis(best.seconds - connected));
        report.add(row.floor(millis(bare.as_secs_f64())));
    }
    Ok(())
}

/// One fetch, and whether both sides have the same after it.
fn fetch(giver: &mut Giver, into: &Path, scene: &Scene, address: &str, least: usize) -> Result<Fetched, Failure> {
    let fetched = run_fetch(into, &scene.chapter, address)?;
    let state = giver.state()?;
    if fetched.state != state || state.entries < least as u64 {
        let what = format!("after fetching, {:?} here and {state:?} there", fetched.state);
        return Err(Failure::undone(what));
    }
    Ok(fetched)
}
