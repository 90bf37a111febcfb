//! From the moment in which one member writes to the moment in which the other's node says that it is there.

use crate::{
    Scale,
    error::Failure,
    floor,
    people::{self, Scene},
    report::{Asked, Report, Row},
    writes,
};
use api::{Command, Event};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;

/// Between two posts: nobody writes faster, and what the last one left to do is over.
pub(crate) const PAUSE: Duration = Duration::from_millis(15);
/// Posts that are not counted: they find out how much comes in one go.
const WARM: usize = 10;
const LONGEST: Duration = Duration::from_secs(30);

/// Two nodes, each on threads of its own, over real sockets.
pub(crate) async fn measure(scene: &Scene, scale: &Scale, report: &mut Report) -> Result<(), Failure> {
    let load = writes::sample(scene, scale.live + WARM).await?;
    let (rowan_data, asha_data) = (scene.copy(&scene.rowan(), "rowan-live")?, scene.copy(&scene.asha(), "asha-live")?);
    let rowan = people::open(&rowan_data, true).await?;
    let asha = people::open(&asha_data, true).await?;
    let peer = Some(people::address(&rowan).await?);
    asha.dispatch(Command::Sync { chapter: scene.chapter.clone(), peer, timeout_seconds: 30 }).await?;
    let mut there = people::state(&asha, &scene.chapter).await?.entries;

    let handle = rowan.handle();
    let mut ours = Vec::with_capacity(scale.live);
    for (number, post) in scene.posts(5_000, scale.live + WARM).into_iter().enumerate() {
        let mut events = asha.events();
        there += 1;
        let begun = Instant::now();
        people::post(&handle, &scene.chapter, post).await?;
        let arrived = async {
            loop {
                match events.recv().await {
                    Ok(Event::Changed { entries, .. }) if entries >= there => return Ok(begun.elapsed()),
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(Failure::undone("asha's node stopped")),
                }
            }
        };
        let took = tokio::time::timeout(LONGEST, arrived);
        let took = took.await.map_err(|_| Failure::undone("a post did not arrive"))??;
        if number >= WARM {
            ours.push(took);
        }
        tokio::time::sleep(PAUSE).await;
    }
    asha.close().await;
    rowan.close().await;
    let folders = [scene.fresh("floor-live-here")?, scene.fresh("floor-live-there")?];
    let mut bare = floor::live(&load, [&folders[0], &folders[1]])?.split_off(WARM);
    ours.sort();
    bare.sort();
    for (key, what, hundredth, limit) in [
        ("live_median", "from one's write to the other's View, median", 50, 5.0),
        ("live_p95", "  the slowest of twenty (p95)", 95, 8.0),
    ] {
        let at = |times: &[Duration]| times[(times.len() * hundredth / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
        report.add(Row::new(key, what, "ms", at(&ours)).floor(at(&bare)).asked(Asked::RatioAtMost(limit)));
    }
    Ok(())
}
