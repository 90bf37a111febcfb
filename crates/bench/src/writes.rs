//! Writing: in batches and one by one, and what it leaves on the disk.

use crate::{
    Scale,
    error::Failure,
    floor::{self, Load},
    people::{self, Scene, disk_use},
    report::{Asked, Report, Row},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Asked of a post on the disk, in bytes.
const DISK: Asked = Asked::AtMost(1_100.0);

/// Posts that are under way together and share their fsyncs. The last round's folder is kept for the other measures.
pub(crate) async fn batches(scene: &Scene, scale: &Scale, report: &mut Report) -> Result<(), Failure> {
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    let data = scene.rowan_with(scale.few);
    let bare_data = scene.path("floor-batches");
    let mut load = None;
    for round in 0..scale.rounds {
        let posts = scene.posts(round as u64, scale.few);
        if data.exists() {
            std::fs::remove_dir_all(&data).map_err(|source| Failure::io("remove a folder", source))?;
        }
        people::copy(&scene.rowan(), &data).map_err(|source| Failure::io("copy a folder", source))?;
        let node = people::open(&data, false).await?;
        let begun = Instant::now();
        people::post_all(&node, &scene.chapter, posts).await?;
        ours = ours.min(begun.elapsed());
        node.close().await;
        if load.is_none() {
            load = Some(Load::like(&data)?.last(scale.few));
        }
        if let Some(load) = &load {
            bare = bare.min(floor::batches(load, &scene.fresh("floor-batches")?)?);
        }
    }
    let row = Row::new("writes_batched", "signed posts written, in batches", "/s", rate(scale.few, ours));
    report.add(row.floor(rate(scale.few, bare)).asked(Asked::RatioAtLeast(0.5)));
    let row = Row::new("disk_batched", "on disk per post, written in batches", "B", disk_each(&data, scale.few)?);
    let beside = folder_each(&bare_data, scale.few)?;
    report.add(row.floor(beside).asked(DISK));
    Ok(())
}

/// Posts one after the other, each durable before the next is written.
pub(crate) async fn singles(scene: &Scene, scale: &Scale, report: &mut Report) -> Result<(), Failure> {
    let load = sample(scene, scale.singles).await?;
    let bare_data = scene.fresh("floor-singles")?;
    let data = scene.copy(&scene.rowan(), "rowan-singles")?;
    let node = people::open(&data, false).await?;
    let handle = node.handle();
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    for round in 0..scale.rounds {
        let posts = scene.posts(1_000 + round as u64, scale.singles);
        let begun = Instant::now();
        for post in posts {
            people::post(&handle, &scene.chapter, post).await?;
        }
        ours = ours.min(begun.elapsed());
        bare = bare.min(floor::singles(&load, &bare_data)?);
    }
    // What a folder has at any rate shall not weigh more than it does in a usual chapter.
    let more = scale.few.saturating_sub(scale.rounds * scale.singles);
    for post in scene.posts(1_500, more) {
        people::post(&handle, &scene.chapter, post).await?;
    }
    node.close().await;
    floor::singles(&sample(scene, more).await?, &bare_data)?;
    let row = Row::new("writes_single", "posts written one by one, each durable", "/s", rate(scale.singles, ours));
    report.add(row.floor(rate(scale.singles, bare)).asked(Asked::RatioAtLeast(0.5)));
    let written = scale.few.max(scale.singles * scale.rounds);
    let row = Row::new("disk_single", "on disk per post, written one by one", "B", disk_each(&data, written)?);
    report.add(row.floor(folder_each(&bare_data, written)?).asked(DISK));
    Ok(())
}

/// The large chapter.
pub(crate) async fn grow(scene: &Scene, scale: &Scale) -> Result<(), Failure> {
    let data = scene.rowan_with(scale.many);
    people::copy(&scene.rowan_with(scale.few), &data).map_err(|source| Failure::io("copy a folder", source))?;
    let node = people::open(&data, false).await?;
    people::post_all(&node, &scene.chapter, scene.posts(2_000, scale.many - scale.few)).await?;
    node.close().await;
    Ok(())
}

fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Pieces as long as posts are.
pub(crate) async fn sample(scene: &Scene, count: usize) -> Result<Load, Failure> {
    let data = scene.copy(&scene.rowan(), "rowan-sample")?;
    let node = people::open(&data, false).await?;
    people::post_all(&node, &scene.chapter, scene.posts(3_000, count)).await?;
    node.close().await;
    Ok(Load::like(&data)?.last(count))
}

/// What a closed node's store takes for each post, its reserve and everything around included, after it was opened
/// once more: opening writes indexes.
fn disk_each(data: &Path, posts: usize) -> Result<f64, Failure> {
    drop(store::SledStore::open(&data.join("store"))?);
    folder_each(&data.join("store"), posts)
}

fn folder_each(folder: &Path, posts: usize) -> Result<f64, Failure> {
    let bytes = disk_use(folder).map_err(|source| Failure::io("measure a folder", source))?;
    Ok(bytes as f64 / posts as f64)
}
