//! The rules of membership, held against a second implementation that was written from their pages, over random
//! histories; and in whatever causal order their entries come, however often, split however one likes.
//!
//! A failing history is made shorter, printed, and kept in `model.regressions`; `PROPTEST_CASES` sets how many each of
//! the tests tries.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "tests")]

#[path = "model/compare.rs"]
mod compare;
#[path = "model/corners.rs"]
mod corners;
#[path = "model/deed.rs"]
mod deed;
#[path = "model/history.rs"]
mod history;
#[path = "model/rules.rs"]
mod rules;

use history::History;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{FileFailurePersistence, TestRunner},
};
use rules::Model;
use std::collections::BTreeMap;

/// Each of the tests tries so many: together 10,000.
const CASES: u32 = 2_500;

macro_rules! histories {
    ($($(#[$about:meta])* $name:ident: $deeds:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig {
                cases: std::env::var("PROPTEST_CASES").map_or(CASES, |cases| cases.parse().unwrap()),
                failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
                // A history is made shorter by leaving out deeds as long as that can be done: more than proptest does.
                max_shrink_iters: 0,
                ..ProptestConfig::default()
            })]
            $(
                $(#[$about])*
                #[test]
                fn $name((beginning, deeds) in deed::history($deeds), seed: u64) {
                    if let Some(problem) = compare::problem(beginning, &deeds, seed) {
                        return Err(TestCaseError::fail(compare::shortest(beginning, &deeds, seed, problem)));
                    }
                }
            )*
        }
    };
}

// One after the other they take about two minutes on one slow core; apart, they run side by side.
histories! {
    short_histories: 1..12;
    middling_histories: 10..24;
    more_middling_histories: 10..24;
    long_histories: 20..40;
}

/// The histories are worth something only if they reach what they are about.
#[test]
fn the_histories_reach_every_corner() {
    let mut runner = TestRunner::deterministic();
    let strategy = deed::history(20..40);
    let mut reached: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..500 {
        let (beginning, deeds) = strategy.new_tree(&mut runner).unwrap().current();
        let history = History::of(beginning, &deeds);
        for corner in corners::reached(&Model::of(history.chapter, &history.entries)) {
            *reached.entry(corner).or_default() += 1;
        }
    }
    let missing: Vec<_> = corners::WANTED.iter().filter(|corner| !reached.contains_key(**corner)).collect();
    assert!(missing.is_empty(), "no history reaches {missing:?}: {reached:#?}");
}
