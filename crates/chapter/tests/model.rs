//! The rules of membership, held against a second implementation that was written from their pages, over random
//! histories; and in whatever causal order their entries come, however often, split however one likes.
//!
//! A failing history is made shorter, printed, and kept in `model.regressions`; `PROPTEST_CASES` sets how many each of
//! the tests tries.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "tests")]

#[path = "model/compare.rs"]
mod compare;
#[path = "model/deed.rs"]
mod deed;
#[path = "model/history.rs"]
mod history;
#[path = "model/rules.rs"]
mod rules;

use history::History;
use proptest::{prelude::*, test_runner::FileFailurePersistence};

const CASES: u32 = 2_500;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn histories_1((beginning, deeds) in deed::history(1..40), seed: u64) {
        let history = History::of(beginning, &deeds);
        let told = |problem| TestCaseError::fail(format!("{problem}\nin\n{}", history.tell()));
        compare::check(&history, seed).map_err(told)?;
    }
}
