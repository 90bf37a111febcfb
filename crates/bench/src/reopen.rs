//! Opening a folder that has much in it, without the passphrase's deliberate slowness and without a window.

use crate::{
    Scale,
    child::{Reopened, run_reopen, run_reopen_floor},
    error::Failure,
    floor::{self, Load},
    people::Scene,
    report::{Asked, Report, Row},
};

/// Both sizes.
pub(crate) fn measure(scene: &Scene, scale: &Scale, report: &mut Report) -> Result<(), Failure> {
    let few = of_size(scene, scale, scale.few, [2.0, 2.0], report)?;
    // As a ratio, at most one and a half times the small one's.
    of_size(scene, scale, scale.many, few.map(|ratio| ratio * 1.5), report)?;
    Ok(())
}

/// Returns the ratios to both floors; `asked` is the most that they may be.
fn of_size(
    scene: &Scene,
    scale: &Scale,
    posts: usize,
    asked: [f64; 2],
    report: &mut Report,
) -> Result<[f64; 2], Failure> {
    let data = scene.rowan_with(posts);
    let bare_folder = scene.fresh(&format!("floor-open-{posts}"))?;
    floor::batches(&Load::like(&data)?, &bare_folder)?;
    let mut best: Option<Reopened> = None;
    let (mut read, mut verified) = (f64::MAX, f64::MAX);
    for _ in 0..scale.rounds {
        let bare = run_reopen_floor(&bare_folder)?;
        read = read.min(bare.read);
        verified = verified.min(bare.verified);
        let opened = run_reopen(&data)?;
        if opened.entries < posts as u64 || bare.entries < posts as u64 {
            return Err(Failure::undone(format!("{} and {} entries were there", opened.entries, bare.entries)));
        }
        best = best.into_iter().chain([opened]).min_by(|one, other| total(one).total_cmp(&total(other)));
    }
    let best = best.ok_or_else(|| Failure::undone("nothing was opened"))?;
    let millis = |seconds: f64| seconds * 1_000.0;
    let row = |key: &str, what: &str, seconds: f64| Row::new(format!("open_{posts}{key}"), what, "ms", millis(seconds));
    let ours = total(&best);
    let whole = row("", &format!("opening with {posts} entries"), ours).floor(millis(verified));
    let bare = row("_unchecked", "  against a floor that trusts the signatures, as we do", ours).floor(millis(read));
    let ratios = [&whole, &bare].map(|row| row.ratio.unwrap_or(f64::NAN));
    report.add(whole.asked(Asked::RatioAtMost(asked[0])));
    report.add(bare.asked(Asked::RatioAtMost(asked[1])));
    report.add(row("_store", "  of which the store", best.store));
    report.add(row("_core", "  of which reading, unsealing, View", best.core));
    report.add(row("_feed", "  of which the feed's first page", best.feed));
    report.add(row("_vault", "  not in it: the passphrase, slow on purpose", best.vault));
    report.add(Row::new(
        format!("open_{posts}_peak"),
        "  most memory, the vault's opening included",
        "MiB",
        best.peak_mib,
    ));
    Ok(ratios)
}

fn total(opened: &Reopened) -> f64 {
    opened.store + opened.core + opened.feed
}
