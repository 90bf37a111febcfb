use crate::{
    forms::{self, Item},
    make,
};
use chapterhouse_entry::{
    ChapterId, Draft, Entry, EntryId, Envelope, EpochKey, SealError, Timestamp, Verified,
    entry::MAX_BYTES,
    envelope::{MAX_ENVELOPE, Sealer},
    time::LAST,
};
use proptest::{collection, prelude::*};

/// Opens with the right key for whatever chapter of ours and epoch the envelope claims: the most lenient reader.
fn open(bytes: &[u8], chapter: ChapterId, key: &EpochKey) -> Result<Entry<Verified>, SealError> {
    let envelope = Envelope::from_bytes(bytes)?;
    Ok(Sealer::new(chapter, envelope.epoch, key).open(&envelope)?.verify()?)
}

proptest! {
    #[test]
    fn what_was_sealed_is_what_opens(entry in make::entry(), key in make::epoch_key()) {
        let sealer = make::sealer_for(&entry, &key);
        let envelope = sealer.seal(&entry).unwrap();
        let bytes = envelope.to_bytes();
        prop_assert!(bytes.len() <= MAX_ENVELOPE);
        let read = Envelope::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &envelope);
        prop_assert_eq!(read.to_bytes(), bytes);
        prop_assert_eq!(read.tag, entry.content().chapter.tag());
        prop_assert_eq!(read.epoch, entry.content().epoch);
        prop_assert_eq!(read.hour, entry.content().time.coarse());
        prop_assert_eq!(sealer.open(&read).unwrap().verify().unwrap(), entry);
    }

    #[test]
    fn sealing_has_one_outcome(entry in make::entry(), key in make::epoch_key()) {
        let first = make::sealer_for(&entry, &key).seal(&entry).unwrap().to_bytes();
        let again = Entry::from_bytes(&entry.to_bytes()).unwrap().verify().unwrap();
        let second = make::sealer_for(&again, &key).seal(&again).unwrap().to_bytes();
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(Envelope::id_of(&first), Envelope::id_of(&second));
        let content = entry.content();
        let place = (content.chapter, content.epoch, content.time.coarse());
        prop_assert_eq!(forms::seal(&entry.to_bytes(), place, &key, None), first, "another writer");
    }

    #[test]
    fn different_entries_never_share_a_nonce(a in make::entry(), b in make::entry(), key in make::epoch_key()) {
        prop_assume!(a.id() != b.id());
        let nonce = |entry: &Entry<Verified>| {
            Item::read_list(&make::sealer_for(entry, &key).seal(entry).unwrap().to_bytes())[3].clone()
        };
        prop_assert_ne!(nonce(&a), nonce(&b));
    }

    #[test]
    fn another_key_chapter_or_epoch_neither_seals_nor_opens(
        entry in make::entry(), key in make::epoch_key(), other_key in make::epoch_key(),
        other_chapter in any::<[u8; 32]>(), other_epoch in make::number(),
    ) {
        let content = entry.content();
        prop_assume!(other_key != key && other_epoch != content.epoch && other_chapter != content.chapter.0);
        let envelope = make::sealer_for(&entry, &key).seal(&entry).unwrap();

        let wrong_key = Sealer::new(content.chapter, content.epoch, &other_key);
        prop_assert!(matches!(wrong_key.open(&envelope), Err(SealError::Altered)));
        for wrong in [
            Sealer::new(ChapterId(other_chapter), content.epoch, &key),
            Sealer::new(content.chapter, other_epoch, &key),
        ] {
            prop_assert!(matches!(wrong.seal(&entry), Err(SealError::WrongKey)));
            prop_assert!(matches!(wrong.open(&envelope), Err(SealError::WrongKey)));
        }
    }

    /// The one who re-seals is a member and has the key.
    #[test]
    fn no_second_envelope(
        entry in make::entry(), key in make::epoch_key(), nonce in any::<[u8; 24]>(), hour in 0..=LAST.coarse(),
        chapter in any::<[u8; 32]>(), epoch in make::number(),
    ) {
        let content = entry.content();
        let right = (content.chapter, content.epoch, content.time.coarse());
        let plain = entry.to_bytes();
        let opened = |sealed: &[u8]| {
            let envelope = Envelope::from_bytes(sealed).unwrap();
            [content.chapter, ChapterId(chapter)].map(|chapter| Sealer::new(chapter, envelope.epoch, &key).open(&envelope))
        };
        let first = forms::seal(&plain, right, &key, None);
        prop_assert!(opened(&first)[0].is_ok());

        let other_nonce = forms::seal(&plain, right, &key, Some(nonce));
        prop_assert!(matches!(opened(&other_nonce), [Err(SealError::Resealed), Err(SealError::WrongKey)]));
        if hour != right.2 {
            let other_hour = forms::seal(&plain, (right.0, right.1, hour), &key, None);
            prop_assert!(matches!(opened(&other_hour), [Err(SealError::Resealed), Err(SealError::WrongKey)]));
        }
        if epoch != right.1 {
            let other_epoch = forms::seal(&plain, (right.0, epoch, right.2), &key, None);
            prop_assert!(matches!(opened(&other_epoch), [Err(SealError::Resealed), Err(SealError::WrongKey)]));
        }
        let other_tag = forms::seal(&plain, (ChapterId(chapter), right.1, right.2), &key, None);
        prop_assert!(matches!(opened(&other_tag), [Err(SealError::WrongKey), Err(SealError::Resealed)]));
    }

    #[test]
    fn no_other_form(entry in make::entry(), key in make::epoch_key()) {
        let bytes = make::sealer_for(&entry, &key).seal(&entry).unwrap().to_bytes();
        let (whole, rest) = Item::read(&bytes);
        prop_assert!(rest.is_empty());
        prop_assert_eq!(whole.bytes(), bytes);
        for other in whole.with_one_other_form() {
            prop_assert!(Envelope::from_bytes(&other.bytes()).is_err(), "{:02x?}", other);
        }
    }

    #[test]
    fn no_hour_past_the_calendar_and_no_length_without_an_entry(
        entry in make::entry(), key in make::epoch_key(), hour in LAST.coarse() + 1.., short in 0..16_usize,
    ) {
        let items = Item::read_list(&make::sealer_for(&entry, &key).seal(&entry).unwrap().to_bytes());
        let with = |place: usize, item: Item| {
            let mut items = items.clone();
            items[place] = item;
            Envelope::from_bytes(&Item::List(items).bytes())
        };
        prop_assert!(with(2, Item::Number(LAST.coarse())).is_ok());
        for hour in [hour, LAST.coarse() + 1, u64::MAX] {
            prop_assert!(matches!(with(2, Item::Number(hour)), Err(SealError::Encoding(_))));
        }
        for length in [short, MAX_BYTES + 17] {
            prop_assert!(matches!(with(4, Item::Bytes(vec![0; length])), Err(SealError::Encoding(_))));
        }
        prop_assert!(with(4, Item::Bytes(vec![0; MAX_BYTES + 16])).is_ok());
    }

    #[test]
    fn no_rubbish(bytes in collection::vec(any::<u8>(), 0..1500), chapter in any::<[u8; 32]>(), key in make::epoch_key()) {
        prop_assert!(open(&bytes, ChapterId(chapter), &key).is_err());
    }

    #[test]
    fn no_rubbish_in_the_right_place(
        entry in make::entry(), key in make::epoch_key(),
        rubbish in collection::vec(any::<u8>(), 1..40), place in any::<prop::sample::Index>(),
    ) {
        let mut bytes = make::sealer_for(&entry, &key).seal(&entry).unwrap().to_bytes();
        let start = place.index(bytes.len());
        let end = bytes.len().min(start + rubbish.len());
        let same = bytes[start..end] == rubbish[..end - start];
        bytes[start..end].copy_from_slice(&rubbish[..end - start]);
        prop_assert_eq!(open(&bytes, entry.content().chapter, &key).is_ok(), same);
    }
}

proptest! {
    // Each case tries hundreds of lengths and forms.
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_inside_must_be_an_entry_in_the_one_form(entry in make::entry(), key in make::epoch_key()) {
        let content = entry.content();
        let place = (content.chapter, content.epoch, content.time.coarse());
        let seal = |plain: &[u8]| forms::seal(plain, place, &key, None);
        let plain = entry.to_bytes();
        prop_assert!(open(&seal(&plain), content.chapter, &key).is_ok());
        prop_assert!(open(&seal(&[]), content.chapter, &key).is_err());
        prop_assert!(open(&seal(&[&plain[..], &[0]].concat()), content.chapter, &key).is_err());
        prop_assert!(open(&seal(&plain[1..]), content.chapter, &key).is_err());
        for other in Item::read(&plain).0.with_one_other_form().into_iter().step_by(7) {
            prop_assert!(open(&seal(&other.bytes()), content.chapter, &key).is_err());
        }
    }

    #[test]
    fn no_shorter_and_no_longer_bytes(entry in make::entry(), key in make::epoch_key(), more in collection::vec(any::<u8>(), 1..40)) {
        let bytes = make::sealer_for(&entry, &key).seal(&entry).unwrap().to_bytes();
        for length in 0..bytes.len() {
            prop_assert!(Envelope::from_bytes(&bytes[..length]).is_err(), "cut to {}", length);
        }
        for byte in 0..=255 {
            prop_assert!(Envelope::from_bytes(&[&bytes[..], &[byte]].concat()).is_err(), "followed by {:02x}", byte);
        }
        prop_assert!(Envelope::from_bytes(&[&bytes[..], &more].concat()).is_err());
        prop_assert!(Envelope::from_bytes(&[&bytes[..], &bytes[..]].concat()).is_err());
        // Shorter and longer ciphertexts that say their length correctly.
        let items = Item::read_list(&bytes);
        let Item::Bytes(ciphertext) = &items[4] else { panic!("no ciphertext") };
        for altered in [&ciphertext[1..], &ciphertext[..ciphertext.len() - 1], &[&ciphertext[..], &[0]].concat()] {
            let mut items = items.clone();
            items[4] = Item::Bytes(altered.to_vec());
            let bytes = Item::List(items).bytes();
            prop_assert!(matches!(open(&bytes, entry.content().chapter, &key), Err(SealError::Altered)));
        }
    }
}

proptest! {
    // Each case tries some 3,000 bits.
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn no_other_bit(entry in make::small_entry(), key in make::epoch_key()) {
        let mut bytes = make::sealer_for(&entry, &key).seal(&entry).unwrap().to_bytes();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(open(&bytes, entry.content().chapter, &key).is_err(), "bit {}", bit);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert!(open(&bytes, entry.content().chapter, &key).is_ok());
    }
}

#[test]
fn the_longest_entry_has_an_envelope() {
    let key = make::key(1);
    let draft = |body: usize| Draft {
        chapter: ChapterId([1; 32]),
        epoch: u64::MAX,
        device: make::device(&key),
        seq: 2,
        prev: Some(EntryId([2; 32])),
        time: LAST,
        parents: vec![],
        kind: 1,
        body: vec![0; body],
    };
    let overhead = draft(1000).sign(&key).unwrap().to_bytes().len() - 1000;
    let entry = draft(MAX_BYTES - overhead).sign(&key).unwrap();
    assert_eq!(entry.to_bytes().len(), MAX_BYTES);
    let epoch_key = EpochKey::new([3; 32]);
    let bytes = make::sealer_for(&entry, &epoch_key).seal(&entry).unwrap().to_bytes();
    assert!(bytes.len() <= MAX_ENVELOPE, "{} bytes", bytes.len());
    assert_eq!(open(&bytes, ChapterId([1; 32]), &epoch_key).unwrap(), entry);
}

#[test]
fn a_key_is_equal_to_itself_only_and_is_never_shown() {
    let key = EpochKey::new([0xab; 32]);
    assert_eq!(key, key.clone());
    for bit in 0..256 {
        let mut other = [0xab; 32];
        other[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(key, EpochKey::new(other));
    }
    assert_eq!(format!("{key:?}"), "EpochKey(secret)");
}

#[test]
fn an_envelope_tells_the_hour_and_not_the_minute() {
    let hour = 497_000;
    for millis in [0, 1, 3_599_999] {
        assert_eq!(Timestamp(hour * 3_600_000 + millis).coarse(), hour);
    }
    assert_eq!(Timestamp((hour + 1) * 3_600_000).coarse(), hour + 1);
}
