use crate::{
    forms::{self, Item},
    make,
};
use chapterhouse_entry::{
    BodyDigest, DeviceId, Draft, Entry, EntryError, EntryId, Timestamp, Unverified,
    canon::CanonError,
    entry::{MAX_BODY, MAX_HEAD, MAX_PARENTS},
    time::LAST,
};
use proptest::{collection, prelude::*};

/// Reads a head; its body is not here.
fn read(head: &[u8]) -> Result<Entry<Unverified>, EntryError> {
    Entry::<Unverified>::from_bytes(head, None)
}

fn is_refused(bytes: &[u8]) -> bool {
    read(bytes).and_then(Entry::verify).is_err()
}

// The places of the fields in an entry's list.
const VERSION: usize = 0;
const SEQ: usize = 4;
const PREV: usize = 5;
const TIME: usize = 6;
const PARENTS: usize = 7;
const BODY: usize = 9;

/// The ten signed fields of a head, to be altered and signed again.
fn fields(bytes: &[u8]) -> Vec<Item> {
    let mut items = Item::read_list(bytes);
    items.pop();
    items
}

proptest! {
    #[test]
    fn what_was_signed_is_what_is_read((key, draft) in make::draft()) {
        let entry = draft.clone().sign(&key).unwrap();
        let bytes = entry.head_bytes();
        prop_assert!(bytes.len() <= MAX_HEAD);
        let read = Entry::from_bytes(&bytes, Some(draft.body.clone())).unwrap().verify().unwrap();
        prop_assert_eq!(read.clone().into_draft(), Some(draft.clone()));
        prop_assert_eq!(read.body(), Some(&draft.body[..]));
        prop_assert_eq!(read.content().body, BodyDigest::of(&draft.body));
        prop_assert_eq!(read.id(), entry.id());
        prop_assert_eq!(read.signature(), entry.signature());
        prop_assert_eq!(read.head_bytes(), bytes);
        prop_assert_eq!(&read, &entry);
        let parents: Vec<_> = draft.prev.into_iter().chain(draft.parents.iter().copied()).collect();
        prop_assert_eq!(read.causal_parents().collect::<Vec<_>>(), parents);
    }

    /// A body that goes and comes back changes nothing, and no other comes in its place.
    #[test]
    fn a_head_stands_without_its_body((key, draft) in make::draft(), other in collection::vec(any::<u8>(), 0..40)) {
        prop_assume!(other != draft.body);
        let entry = draft.clone().sign(&key).unwrap();
        let bytes = entry.head_bytes();
        let mut bare = read(&bytes).unwrap().verify().unwrap();
        prop_assert!(!bare.has_body() && bare.body().is_none() && bare.clone().into_draft().is_none());
        prop_assert_eq!((bare.id(), bare.content()), (entry.id(), entry.content()));
        prop_assert_eq!(bare.head_bytes(), bytes.clone());
        let mut dropped = entry.clone();
        dropped.drop_body();
        prop_assert_eq!(&bare, &dropped);

        prop_assert!(matches!(bare.attach_body(other.clone()), Err(EntryError::Body)));
        prop_assert!(matches!(Entry::from_bytes(&bytes, Some(other)), Err(EntryError::Body)));
        prop_assert!(!bare.has_body(), "a refused body is not kept");
        bare.attach_body(draft.body).unwrap();
        prop_assert_eq!(&bare, &entry);
    }

    #[test]
    fn signing_has_one_outcome((key, draft) in make::draft()) {
        prop_assert_eq!(draft.clone().sign(&key).unwrap(), draft.sign(&key).unwrap());
    }

    #[test]
    fn another_writer_comes_to_the_same_bytes(entry in make::entry()) {
        let key = (1..=255).map(make::key).find(|key| make::device(key) == entry.content().device).unwrap();
        let bytes = entry.head_bytes();
        prop_assert_eq!(forms::sign(&fields(&bytes), &key), bytes);
    }

    #[test]
    fn only_the_device_itself_signs((key, draft) in make::draft(), other in 1..=255_u8) {
        let other = make::key(other);
        prop_assume!(other != key);
        prop_assert!(matches!(draft.sign(&other), Err(EntryError::WrongKey)));
    }

    #[test]
    fn a_known_key_verifies_its_own_entries_only(entry in make::entry(), other in 1..=255_u8) {
        let unverified = Entry::from_bytes(&entry.head_bytes(), entry.body().map(<[u8]>::to_vec)).unwrap();
        let device = entry.content().device;
        let own = chapterhouse_entry::signature::public_key(device.as_bytes()).unwrap();
        prop_assert_eq!(&unverified.clone().verify_with(&own).unwrap(), &entry);
        let signer = make::key(other);
        let other = signer.verifying_key();
        prop_assume!(other != own);
        prop_assert!(matches!(unverified.verify_with(&other), Err(EntryError::Signature)));
        // Nor is what another device signed in this one's name verified by that other's key.
        let forged = forms::sign(&fields(&entry.head_bytes()), &signer);
        prop_assert!(matches!(read(&forged).unwrap().verify_with(&other), Err(EntryError::Signature)));
    }

    #[test]
    fn no_rubbish(bytes in collection::vec(any::<u8>(), 0..1500)) {
        prop_assert!(is_refused(&bytes));
    }

    #[test]
    fn no_rubbish_in_the_right_place(
        entry in make::entry(), rubbish in collection::vec(any::<u8>(), 1..40), place in any::<prop::sample::Index>(),
    ) {
        let mut bytes = entry.head_bytes();
        let start = place.index(bytes.len());
        let end = bytes.len().min(start + rubbish.len());
        let same = bytes[start..end] == rubbish[..end - start];
        bytes[start..end].copy_from_slice(&rubbish[..end - start]);
        prop_assert_eq!(is_refused(&bytes), !same);
    }

    #[test]
    fn seq_and_prev_fit((key, mut draft) in make::draft(), prev in any::<[u8; 32]>()) {
        let with = |seq, prev| Draft { seq, prev, parents: vec![], ..draft.clone() };
        for wrong in [with(0, None), with(0, Some(EntryId(prev))), with(1, Some(EntryId(prev))), with(2, None), with(u64::MAX, None)] {
            let refusal = wrong.sign(&key);
            assert!(matches!(refusal, Err(EntryError::Chain { .. })));
        }
        draft.seq = 1;
        draft.prev = None;
        let good = draft.sign(&key).unwrap().head_bytes();
        let wrong: [(usize, Item); 3] =
            [(SEQ, Item::Number(0)), (SEQ, Item::Number(2)), (PREV, Item::Bytes(prev.to_vec()))];
        for (place, item) in wrong {
            let mut fields = fields(&good);
            fields[place] = item;
            assert!(matches!(read(&forms::sign(&fields, &key)), Err(EntryError::Chain { .. })));
        }
    }

    #[test]
    fn parents_have_one_order(
        (key, mut draft) in make::draft(),
        parents in collection::btree_set(any::<[u8; 32]>(), 2..=MAX_PARENTS),
        prev in any::<[u8; 32]>(),
        (a, b) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        prop_assume!(!parents.contains(&prev));
        let parents: Vec<EntryId> = parents.into_iter().map(EntryId).collect();
        (draft.seq, draft.prev, draft.parents) = (2, Some(EntryId(prev)), parents.clone());
        let good = draft.clone().sign(&key).unwrap().head_bytes();
        let (a, b) = (a.index(parents.len()), b.index(parents.len()));

        let mut wrong = vec![];
        let mut swapped = parents.clone();
        swapped.swap(a, b);
        wrong.extend((a != b).then_some(swapped));
        let mut repeated = parents.clone();
        repeated.insert(a, parents[a]);
        wrong.push(repeated);
        let mut with_prev = parents.clone();
        with_prev.push(EntryId(prev));
        with_prev.sort_unstable();
        wrong.push(with_prev);
        for parents in wrong {
            let refusal = Draft { parents: parents.clone(), ..draft.clone() }.sign(&key);
            prop_assert!(matches!(refusal, Err(EntryError::Parents)));
            let mut fields = fields(&good);
            fields[PARENTS] = Item::List(parents.iter().map(|id| Item::Bytes(id.0.to_vec())).collect());
            prop_assert!(is_refused(&forms::sign(&fields, &key)));
        }
    }

    #[test]
    fn no_time_past_the_calendar((key, mut draft) in make::draft(), time in LAST.0 + 1..) {
        draft.time = LAST;
        let good = draft.clone().sign(&key).unwrap().head_bytes();
        for time in [time, LAST.0 + 1, u64::MAX] {
            let refusal = Draft { time: Timestamp(time), ..draft.clone() }.sign(&key);
            prop_assert!(matches!(refusal, Err(EntryError::Time)));
            let mut fields = fields(&good);
            fields[TIME] = Item::Number(time);
            prop_assert!(matches!(read(&forms::sign(&fields, &key)), Err(EntryError::Time)));
        }
    }

    #[test]
    fn a_later_version_says_so((key, draft) in make::draft(), version in 2_u64.., more in make::number()) {
        let mut fields = fields(&draft.sign(&key).unwrap().head_bytes());
        for (version, more) in [(version, Some(more)), (version, None), (2, Some(more)), (2, None)] {
            fields[VERSION] = Item::Number(version);
            let fields: Vec<Item> = fields.iter().cloned().chain(more.map(Item::Number)).collect();
            let refusal = read(&forms::sign(&fields, &key)).unwrap_err();
            prop_assert!(matches!(refusal, EntryError::Version(named) if named == version));
        }
        fields[VERSION] = Item::Number(0);
        prop_assert!(matches!(read(&forms::sign(&fields, &key)), Err(EntryError::Encoding(_))));
    }
}

proptest! {
    // Each case tries hundreds of forms.
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_shorter_and_no_longer_bytes(entry in make::entry(), more in collection::vec(any::<u8>(), 1..40)) {
        let bytes = entry.head_bytes();
        for length in 0..bytes.len() {
            prop_assert!(read(&bytes[..length]).is_err(), "cut to {}", length);
        }
        for byte in 0..=255 {
            prop_assert!(read(&[&bytes[..], &[byte]].concat()).is_err(), "followed by {:02x}", byte);
        }
        prop_assert!(read(&[&bytes[..], &more].concat()).is_err());
        prop_assert!(read(&[&bytes[..], &bytes[..]].concat()).is_err());
        prop_assert!(read(&[&more[..], &bytes].concat()).is_err());
    }

    #[test]
    fn no_other_form(entry in make::entry()) {
        let bytes = entry.head_bytes();
        let (whole, rest) = Item::read(&bytes);
        prop_assert!(rest.is_empty());
        prop_assert_eq!(whole.bytes(), bytes);
        for other in whole.with_one_other_form() {
            let other = other.bytes();
            prop_assert!(is_refused(&other), "{:02x?}", other);
            // Only what leaves a parent out is an entry at all, another one.
            if let Ok(read) = read(&other) {
                prop_assert!(read.content().parents.len() < entry.content().parents.len(), "{:02x?}", other);
            }
        }
    }

    /// The signer is the attacker: the signature holds over the other form.
    #[test]
    fn no_other_form_even_if_signed((key, draft) in make::draft()) {
        let fields = fields(&draft.sign(&key).unwrap().head_bytes());
        for (place, field) in fields.iter().enumerate() {
            for other in field.with_one_other_form() {
                let mut fields = fields.clone();
                fields[place] = other;
                let bytes = forms::sign(&fields, &key);
                // A list of parents without its first one is a proper list, and here it is properly signed.
                let Ok(read) = read(&bytes) else { continue };
                prop_assert_eq!(place, PARENTS);
                prop_assert_eq!(read.head_bytes(), bytes);
            }
        }
    }
}

proptest! {
    // Each case tries some 2,500 bits, about half of which cost a check of a signature.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_other_bit(entry in make::small_entry()) {
        let mut bytes = entry.head_bytes();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(is_refused(&bytes), "bit {}", bit);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert!(!is_refused(&bytes));
    }
}

#[test]
fn as_long_as_is_allowed_and_no_longer() {
    let key = make::key(1);
    let draft = |body: usize, parents: usize| Draft {
        chapter: chapterhouse_entry::ChapterId([1; 32]),
        epoch: u64::MAX,
        device: make::device(&key),
        seq: u64::MAX,
        prev: Some(EntryId([255; 32])),
        time: LAST,
        parents: (0..parents).map(|i| EntryId([i as u8; 32])).collect(),
        kind: u64::MAX,
        body: vec![0; body],
    };
    let longest = draft(MAX_BODY, 16).sign(&key).unwrap();
    let bytes = longest.head_bytes();
    assert!(bytes.len() <= MAX_HEAD, "{} bytes", bytes.len());
    let body = longest.body().unwrap().to_vec();
    assert_eq!(Entry::from_bytes(&bytes, Some(body)).unwrap().verify().unwrap(), longest);
    let refusal = draft(MAX_BODY + 1, 16).sign(&key);
    assert!(matches!(refusal, Err(EntryError::Encoding(CanonError::TooLong { .. }))));
    assert!(matches!(draft(0, 17).sign(&key), Err(EntryError::Parents)));

    // A body that is too long is refused although its digest is the one that was signed.
    let mut fields = fields(&bytes);
    let long = vec![0; MAX_BODY + 1];
    fields[BODY] = Item::Bytes(BodyDigest::of(&long).0.to_vec());
    let refusal = Entry::<Unverified>::from_bytes(&forms::sign(&fields, &key), Some(long));
    assert!(matches!(refusal, Err(EntryError::Encoding(CanonError::TooLong { limit: MAX_BODY, .. }))));
    // And a head that is too long before anything else about it is looked at.
    assert!(matches!(read(&vec![0x8b; MAX_HEAD + 1]), Err(EntryError::Encoding(CanonError::TooLong { .. }))));
    fields[PARENTS] = Item::List((0..17).map(|i| Item::Bytes(vec![i; 32])).collect());
    assert!(matches!(read(&forms::sign(&fields, &key)), Err(EntryError::Parents)));
}

#[test]
fn a_device_that_is_no_key_signs_nothing() {
    let key = make::key(1);
    let good = Draft {
        chapter: chapterhouse_entry::ChapterId([1; 32]),
        epoch: 0,
        device: make::device(&key),
        seq: 1,
        prev: None,
        time: Timestamp(0),
        parents: vec![],
        kind: 0,
        body: vec![],
    };
    let bytes = good.sign(&key).unwrap().head_bytes();
    let mut fields = fields(&bytes);
    // No point has this y; and 1 is the neutral element, whose signature over everything is R = 1, S = 0.
    let neutral = DeviceId(std::array::from_fn(|i| u8::from(i == 0)));
    for (device, signature) in [(DeviceId([2; 32]), [0; 64]), (neutral, std::array::from_fn(|i| u8::from(i == 0)))] {
        fields[3] = Item::Bytes(device.0.to_vec());
        let forged = Item::List([&fields[..], &[Item::Bytes(signature.to_vec())]].concat()).bytes();
        assert!(matches!(read(&forged).unwrap().verify(), Err(EntryError::Signature)));
    }
}

#[test]
fn a_body_does_not_get_into_a_programs_log() {
    let key = make::key(1);
    let draft = Draft {
        chapter: chapterhouse_entry::ChapterId([1; 32]),
        epoch: 0,
        device: make::device(&key),
        seq: 1,
        prev: None,
        time: Timestamp(0),
        parents: vec![],
        kind: 0,
        body: vec![0xab; 100],
    };
    let shown = format!("{:?}", draft.sign(&key).unwrap());
    assert!(shown.contains("100 bytes") && !shown.contains("171, 171"), "{shown}");
}
