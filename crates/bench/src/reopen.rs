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
    let few = of_size(scene, scale, scale.few, 2.0, report)?;
    // As a ratio, at most one and a half times the small one's.
    of_size(scene, scale, scale.many, few * 1.5, report)?;
    Ok(())
}

/// Returns the ratio to the floor; `asked` is the most that it may be.
fn of_size(scene: &Scene, scale: &Scale, posts: usize, asked: f64, report: &mut Report) -> Result<f64, Failure> {
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
    // The floor that is asked about checks signatures. We trust those that were checked before they were sealed; a floor
    // that only reads has no keys, no causal order and no View, and is shown so that nobody is misled.
    let bare = row("_unchecked", "  against a floor that only reads the bytes", ours).floor(millis(read));
    let ratio = whole.ratio.unwrap_or(f64::NAN);
    report.add(whole.asked(Asked::RatioAtMost(asked)));
    report.add(bare);
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
    Ok(ratio)
}

fn total(opened: &Reopened) -> f64 {
    opened.store + opened.core + opened.feed
}
