//! Many members doing the same thing, some at a time.

use std::{
    io::{IsTerminal, Write},
    sync::Mutex,
    thread,
};

use crate::failure::Failure;

/// Does `work` for 0 to `count` - 1, some at a time, and returns the results in order; stops at the first failure.
pub(crate) fn each<T: Send>(
    count: usize,
    done: &str,
    work: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    struct Shared<T> {
        next: usize,
        results: Vec<(usize, T)>,
        failure: Option<Failure>,
    }
    // Mostly they wait for the disk and for each other, so more of them than cores.
    let workers = thread::available_parallelism().map_or(4, |cores| 3 * cores.get()).min(24);
    let shared = Mutex::new(Shared { next: 0, results: Vec::with_capacity(count), failure: None });
    // A worker that panicked has not left anything half done in there.
    let lock = || shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let worker = || {
        loop {
            let index = {
                let mut state = lock();
                if state.failure.is_some() || state.next == count {
                    return;
                }
                state.next += 1;
                state.next - 1
            };
            let result = work(index);
            let mut state = lock();
            match result {
                Ok(result) => {
                    state.results.push((index, result));
                    progress(state.results.len(), count, done);
                }
                Err(failure) => state.failure = Some(failure),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    let state = shared.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(failure) = state.failure {
        return Err(failure);
    }
    let mut results = state.results;
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// On a terminal one line that counts up, elsewhere a line for every tenth part.
fn progress(now: usize, count: usize, done: &str) {
    let mut out = std::io::stdout().lock();
    // That the progress cannot be shown is no reason to stop.
    if out.is_terminal() {
        let end = if now == count { "\n" } else { "" };
        let _ = write!(out, "\r  {now} of {count} {done}{end}").and_then(|()| out.flush());
    } else if now == count || now.is_multiple_of(count.div_ceil(10)) {
        let _ = writeln!(out, "  {now} of {count} {done}");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn results_come_in_order_and_a_failure_stops_the_rest() {
        assert_eq!(
            each(50, "done", |index| Ok(index * 2)).unwrap(),
            (0..50).map(|index| index * 2).collect::<Vec<_>>()
        );
        let begun = Mutex::new(0);
        let outcome = each(10_000, "done", |index| {
            *begun.lock().unwrap() += 1;
            if index == 3 { Err(Failure::Missing("three".to_owned())) } else { Ok(()) }
        });
        assert!(matches!(outcome, Err(Failure::Missing(_))));
        assert!(*begun.lock().unwrap() < 10_000);
    }
}
