//! Waiting for something to become true, with an end.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long anything may take before a story fails. Generous: it costs nothing while all is well, and the machine may be
/// busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks again and again until `look` gives something. `what` says in the failure's words what never came.
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_or(look, || what.to_owned())
}

/// The same, where the failure's words are worth some work.
pub fn until_or<T>(mut look: impl FnMut() -> Option<T>, what: impl FnOnce() -> String) -> T {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(PAUSE);
    }
    panic!("after {} s there is still not: {}", PATIENCE.as_secs(), what())
}
