//! The same entries in other causal orders.

use super::{Chapter, Snapshot};
use crate::View;

/// The view of a chapter, which is the same with its entries in several other orders.
///
/// # Panics
/// When it is not.
#[allow(clippy::panic, reason = "only tests get here")]
pub fn settled(chapter: &Chapter) -> View {
    let view = chapter.view();
    for order in 0..4 {
        let mut other = View::new(chapter.id());
        let mut waiting: Vec<_> = chapter.entries().iter().collect();
        while !waiting.is_empty() {
            let ready: Vec<usize> = (0..waiting.len())
                .filter(|at| waiting[*at].causal_parents().all(|parent| other.has(&parent)))
                .collect();
            let at = match order {
                0 => ready.last().copied(),
                1 => ready.get(waiting.len() % ready.len().max(1)).copied(),
                2 => ready.get(ready.len() / 2).copied(),
                _ => ready.into_iter().min_by_key(|at| waiting[*at].id()),
            };
            let Some(at) = at else { panic!("entries without their past") };
            other.apply(waiting.remove(at), chapter.graph());
        }
        assert_eq!(Snapshot::of(&other), Snapshot::of(&view), "order {order}");
        assert_eq!(other.state_hash(), view.state_hash(), "order {order}");
    }
    view
}
