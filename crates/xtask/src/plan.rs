//! A plan: a list of steps, told before the first of them begins, each timed.

use std::time::{Duration, Instant};

use crate::failure::Failure;

type Action<'a> = Box<dyn FnOnce() -> Result<(), Failure> + 'a>;

/// Steps with the words that a person reads about them.
pub(crate) struct Plan<'a> {
    title: &'static str,
    steps: Vec<(String, Action<'a>)>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(title: &'static str) -> Self {
        Self { title, steps: Vec::new() }
    }

    /// Adds a step. `what` completes the sentence "now I …".
    pub(crate) fn step(&mut self, what: impl Into<String>, action: impl FnOnce() -> Result<(), Failure> + 'a) {
        self.steps.push((what.into(), Box::new(action)));
    }

    /// Does the steps in order and stops at the first that fails.
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.perform(false)
    }

    /// Does all the steps, whichever fail, and then says which: for checks, where one wants to hear everything at once.
    pub(crate) fn run_all(self) -> Result<(), Failure> {
        self.perform(true)
    }

    fn perform(self, keep_going: bool) -> Result<(), Failure> {
        let count = self.steps.len();
        if count == 0 {
            println!("cargo xtask {}: nothing to do", self.title);
            return Ok(());
        }
        let begun = Instant::now();
        println!("cargo xtask {}: {count} {}", self.title, if count == 1 { "step" } else { "steps" });
        for (index, (what, _)) in self.steps.iter().enumerate() {
            println!("  {}. {what}", index + 1);
        }
        let mut failed = Vec::new();
        for (index, (what, action)) in self.steps.into_iter().enumerate() {
            let step = format!("[{}/{count}]", index + 1);
            println!("\n{step} {what}");
            let started = Instant::now();
            match action() {
                Ok(()) => println!("{step} done in {} ({} so far)", clock(started.elapsed()), clock(begun.elapsed())),
                Err(failure) if keep_going => {
                    eprintln!("{step} FAILED after {}: {failure}", clock(started.elapsed()));
                    failed.push(what);
                }
                Err(failure) => {
                    eprintln!("{step} FAILED after {}; the steps after it were not begun", clock(started.elapsed()));
                    return Err(failure);
                }
            }
        }
        if failed.is_empty() {
            println!("\ncargo xtask {}: all {count} steps done in {}", self.title, clock(begun.elapsed()));
            return Ok(());
        }
        Err(Failure::Steps(failed))
    }
}

/// `7.2 s` or `3 min 05 s`.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::cell::RefCell;

    use super::*;

    fn no() -> Result<(), Failure> {
        Err(Failure::Missing("no".to_owned()))
    }

    fn note(seen: &RefCell<Vec<u8>>, step: u8) -> Result<(), Failure> {
        seen.borrow_mut().push(step);
        Ok(())
    }

    #[test]
    fn a_plan_stops_at_the_first_failure() {
        let seen = RefCell::new(Vec::new());
        let mut plan = Plan::new("test");
        plan.step("one", || note(&seen, 1));
        plan.step("two", no);
        plan.step("three", || note(&seen, 3));
        assert!(matches!(plan.run(), Err(Failure::Missing(_))));
        assert_eq!(*seen.borrow(), [1]);
    }

    #[test]
    fn checks_go_on_and_name_every_failure() {
        let seen = RefCell::new(Vec::new());
        let mut plan = Plan::new("test");
        plan.step("one", no);
        plan.step("two", || note(&seen, 2));
        plan.step("three", no);
        let Err(Failure::Steps(failed)) = plan.run_all() else { panic!("two steps failed") };
        assert_eq!(failed, ["one", "three"]);
        assert_eq!(*seen.borrow(), [2]);
    }

    #[test]
    fn times_are_short_to_read() {
        assert_eq!(clock(Duration::from_millis(7_240)), "7.2 s");
        assert_eq!(clock(Duration::from_secs(185)), "3 min 05 s");
    }
}
