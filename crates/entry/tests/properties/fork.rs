use crate::make;
use chapterhouse_entry::{ChapterId, Draft, Entry, Timestamp, Verified, fork::fork_between};
use proptest::prelude::*;

fn sign(draft: Draft) -> Entry<Verified> {
    let key = (1..=255).map(make::key).find(|key| make::device(key) == draft.device).unwrap();
    draft.sign(&key).unwrap()
}

proptest! {
    #[test]
    fn two_entries_in_one_place_are_a_fork_either_way((key, draft) in make::draft(), body in any::<[u8; 4]>(), epoch in make::number()) {
        let a = draft.clone().sign(&key).unwrap();
        let b = Draft { body: body.to_vec(), epoch, time: Timestamp(7), ..draft }.sign(&key).unwrap();
        prop_assume!(a != b);
        let fork = fork_between(&a, &b).unwrap();
        prop_assert_eq!(fork_between(&b, &a), Some(fork.clone()));
        prop_assert_eq!((fork.counts, fork.void), (a.id().min(b.id()), a.id().max(b.id())));
    }

    #[test]
    fn the_same_entry_is_no_fork(entry in make::entry()) {
        let again = Entry::from_bytes(&entry.head_bytes(), None).unwrap().verify().unwrap();
        prop_assert_eq!(fork_between(&entry, &again), None);
    }

    #[test]
    fn other_places_are_no_fork((key, draft) in make::draft(), other in 1..=255_u8, chapter in any::<[u8; 32]>()) {
        let other = make::key(other);
        prop_assume!(other != key && chapter != draft.chapter.0);
        let (seq, prev) = if draft.seq == 1 { (2, Some(chapterhouse_entry::EntryId([0; 32]))) } else { (1, None) };
        let entry = draft.clone().sign(&key).unwrap();
        for elsewhere in [
            Draft { device: make::device(&other), ..draft.clone() },
            Draft { chapter: ChapterId(chapter), ..draft.clone() },
            Draft { seq, prev, parents: vec![], ..draft },
        ] {
            let elsewhere = sign(elsewhere);
            prop_assert_eq!(fork_between(&entry, &elsewhere), None);
            prop_assert_eq!(fork_between(&elsewhere, &entry), None);
        }
    }

    /// Whichever two of three are compared first, the same one is left.
    #[test]
    fn of_three_the_same_one_counts_in_any_order((key, draft) in make::draft(), bodies in any::<[[u8; 4]; 3]>()) {
        let entries = bodies.map(|body| Draft { body: body.to_vec(), ..draft.clone() }.sign(&key).unwrap());
        let [a, b, c] = &entries;
        prop_assume!(a != b && b != c && a != c);
        let smallest = entries.iter().map(Entry::id).min().unwrap();
        let counting = entries.iter().filter(|entry| {
            entries.iter().filter_map(|other| fork_between(entry, other)).all(|fork| fork.counts == entry.id())
        });
        prop_assert_eq!(counting.map(Entry::id).collect::<Vec<_>>(), vec![smallest]);
    }
}
