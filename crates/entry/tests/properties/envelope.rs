use crate::{
    forms::{self, Item},
    make,
};
use chapterhouse_entry::{
    BodyDigest, ChapterId, Draft, Entry, EntryId, Envelope, EpochKey, HeadKey, SealError, Sealer, Timestamp, Verified,
    entry::{MAX_BODY, MAX_HEAD},
    envelope::MAX_ENVELOPE,
    is_membership,
    time::LAST,
};
use proptest::{collection, prelude::*};

/// Opens with the right key for whatever chapter of ours and epoch the envelope claims: the most lenient reader.
fn open(bytes: &[u8], chapter: ChapterId, key: &EpochKey) -> Result<Entry<Verified>, SealError> {
    let envelope = Envelope::from_bytes(bytes)?;
    Ok(Sealer::new(chapter, envelope.epoch, key).open(&envelope)?.verify()?)
}

fn sealed(entry: &Entry<Verified>, key: &EpochKey) -> Vec<u8> {
    make::sealer_for(entry, key).seal(entry).unwrap().to_bytes()
}

/// Where an entry belongs.
fn place(entry: &Entry<Verified>) -> (ChapterId, u64, u64) {
    let content = entry.content();
    (content.chapter, content.epoch, content.time.coarse())
}

// The places of the ciphertexts in an envelope's list.
const HEAD: usize = 4;
const BODY: usize = 5;

proptest! {
    #[test]
    fn what_was_sealed_is_what_opens(entry in make::entry(), key in make::epoch_key()) {
        let sealer = make::sealer_for(&entry, &key);
        let envelope = sealer.seal(&entry).unwrap();
        let bytes = envelope.to_bytes();
        prop_assert!(bytes.len() <= MAX_ENVELOPE);
        let read = Envelope::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &envelope);
        prop_assert_eq!(&read.to_bytes(), &bytes);
        prop_assert_eq!(read.tag, entry.content().chapter.tag());
        prop_assert_eq!(read.epoch, entry.content().epoch);
        prop_assert_eq!(read.hour, entry.content().time.coarse());
        prop_assert_eq!(sealer.open(&read).unwrap().verify().unwrap(), entry);
    }

    #[test]
    fn sealing_has_one_outcome(entry in make::entry(), key in make::epoch_key()) {
        let first = sealed(&entry, &key);
        let body = entry.body().unwrap().to_vec();
        let again = Entry::from_bytes(&entry.head_bytes(), Some(body.clone())).unwrap().verify().unwrap();
        let second = make::sealer_for(&again, &key).seal(&again).unwrap().to_bytes();
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(Envelope::id_of(&first).unwrap().0, forms::envelope_id(&second));
        let parts = (&entry.head_bytes()[..], &body[..], entry.content().kind);
        prop_assert_eq!(forms::seal(parts, place(&entry), &key, None), first, "another writer");
    }

    #[test]
    fn different_entries_never_share_a_nonce(a in make::entry(), b in make::entry(), key in make::epoch_key()) {
        prop_assume!(a.id() != b.id());
        let nonce = |entry: &Entry<Verified>| {
            Item::read_list(&sealed(entry, &key))[3].clone()
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
        let right = place(&entry);
        let head = entry.head_bytes();
        let plain = (&head[..], entry.body().unwrap(), content.kind);
        let opened = |sealed: &[u8]| {
            let envelope = Envelope::from_bytes(sealed).unwrap();
            [content.chapter, ChapterId(chapter)].map(|chapter| {
                let opened = Sealer::new(chapter, envelope.epoch, &key).open(&envelope);
                // Neither does who has only the head key take another envelope, nor another stub.
                let heads = Sealer::heads(chapter, envelope.epoch, &key.heads());
                assert_eq!(heads.open(&envelope).is_ok(), opened.is_ok());
                assert_eq!(heads.open(&envelope.stub()).is_ok(), opened.is_ok());
                opened
            })
        };
        let first = forms::seal(plain, right, &key, None);
        prop_assert!(opened(&first)[0].is_ok());

        let other_nonce = forms::seal(plain, right, &key, Some(nonce));
        prop_assert!(matches!(opened(&other_nonce), [Err(SealError::Resealed), Err(SealError::WrongKey)]));
        if hour != right.2 {
            let other_hour = forms::seal(plain, (right.0, right.1, hour), &key, None);
            prop_assert!(matches!(opened(&other_hour), [Err(SealError::Resealed), Err(SealError::WrongKey)]));
        }
        if epoch != right.1 {
            let other_epoch = forms::seal(plain, (right.0, epoch, right.2), &key, None);
            prop_assert!(matches!(opened(&other_epoch), [Err(SealError::Resealed), Err(SealError::WrongKey)]));
        }
        let other_tag = forms::seal(plain, (ChapterId(chapter), right.1, right.2), &key, None);
        prop_assert!(matches!(opened(&other_tag), [Err(SealError::WrongKey), Err(SealError::Resealed)]));
    }

    #[test]
    fn no_other_form(entry in make::entry(), key in make::epoch_key()) {
        let bytes = sealed(&entry, &key);
        let (whole, rest) = Item::read(&bytes);
        prop_assert!(rest.is_empty());
        prop_assert_eq!(&whole.bytes(), &bytes);
        for other in whole.with_one_other_form() {
            prop_assert!(Envelope::from_bytes(&other.bytes()).is_err(), "{:02x?}", other);
        }
        let stub = Envelope::from_bytes(&bytes).unwrap().stub().to_bytes();
        for other in Item::read(&stub).0.with_one_other_form() {
            prop_assert!(Envelope::from_bytes(&other.bytes()).is_err(), "{:02x?}", other);
        }
    }

    /// The body goes; everything else can still be checked, and the id is the same.
    #[test]
    fn a_stub_is_the_same_envelope_without_the_body(entry in make::entry(), key in make::epoch_key()) {
        let bytes = sealed(&entry, &key);
        let envelope = Envelope::from_bytes(&bytes).unwrap();
        let stub = envelope.stub().to_bytes();
        let read = Envelope::from_bytes(&stub).unwrap();
        prop_assert!(read.is_stub() && !envelope.is_stub());
        prop_assert_eq!(&read, &envelope.stub());
        prop_assert_eq!(read.to_bytes(), stub.clone());
        prop_assert_eq!(read.stub().to_bytes(), stub.clone(), "a stub's stub is itself");
        let id = Envelope::id_of(&bytes).unwrap();
        prop_assert_eq!([envelope.id(), read.id(), Envelope::id_of(&stub).unwrap()], [id; 3]);
        prop_assert_eq!(forms::envelope_id(&bytes), id.0);
        prop_assert_eq!(forms::envelope_id(&stub), id.0);

        let mut bare = entry.clone();
        bare.drop_body();
        let full = make::sealer_for(&entry, &key);
        let heads = Sealer::heads(entry.content().chapter, entry.content().epoch, &key.heads());
        for sealer in [&full, &heads] {
            prop_assert_eq!(&sealer.open(&read).unwrap().verify().unwrap(), &bare);
        }
        prop_assert!(matches!(full.seal(&bare), Err(SealError::NoBody)));
    }

    /// Heads and membership for who has only the head key, and no text.
    #[test]
    fn a_head_key_opens_heads_and_no_texts(entry in make::entry(), key in make::epoch_key()) {
        let bytes = sealed(&entry, &key);
        let envelope = Envelope::from_bytes(&bytes).unwrap();
        let heads = Sealer::heads(entry.content().chapter, entry.content().epoch, &key.heads());
        prop_assert!(!heads.is_full() && make::sealer_for(&entry, &key).is_full());
        let opened = heads.open(&envelope).unwrap().verify().unwrap();
        prop_assert_eq!((opened.id(), opened.content()), (entry.id(), entry.content()));
        if is_membership(entry.content().kind) {
            prop_assert_eq!(&opened, &entry);
            prop_assert_eq!(heads.seal(&entry).unwrap().to_bytes(), bytes.clone());
        } else {
            prop_assert_eq!(opened.body(), None);
            prop_assert!(matches!(heads.seal(&entry), Err(SealError::NoBody)));
        }
        // Nor does it open under the head key taken for an epoch's key.
        let wrong = EpochKey::new(*key.heads().expose());
        prop_assert!(make::sealer_for(&entry, &wrong).open(&envelope).is_err());
    }

    /// Whoever swaps the body is a member and has the key; the author is honest.
    #[test]
    fn no_other_body(entry in make::entry(), key in make::epoch_key(), other in collection::vec(any::<u8>(), 0..60)) {
        prop_assume!(entry.body() != Some(&other[..]));
        let head = entry.head_bytes();
        let kind = entry.content().kind;
        let swapped = forms::seal((&head, &other, kind), place(&entry), &key, None);
        let envelope = Envelope::from_bytes(&swapped).unwrap();
        let full = make::sealer_for(&entry, &key);
        prop_assert!(matches!(full.open(&envelope), Err(SealError::Body)));
        let heads = Sealer::heads(entry.content().chapter, entry.content().epoch, &key.heads());
        prop_assert_eq!(heads.open(&envelope).is_err(), is_membership(kind), "a text cannot be checked without its key");
        // Sealed under the key of the other kinds of body, it does not open either.
        let own = entry.body().unwrap();
        let crossed = forms::seal((&head, own, if is_membership(kind) { 50 } else { 0 }), place(&entry), &key, None);
        prop_assert!(matches!(full.open(&Envelope::from_bytes(&crossed).unwrap()), Err(SealError::Altered)));
    }

    #[test]
    fn a_body_of_another_entry_does_not_fit(a in make::entry(), b in make::entry(), key in make::epoch_key()) {
        prop_assume!(a.id() != b.id());
        let mut items = Item::read_list(&sealed(&a, &key));
        items[BODY] = Item::read_list(&sealed(&b, &key)).swap_remove(BODY);
        prop_assert!(open(&Item::List(items).bytes(), a.content().chapter, &key).is_err());
    }

    #[test]
    fn no_hour_past_the_calendar_and_no_length_without_an_entry(
        entry in make::entry(), key in make::epoch_key(), hour in LAST.coarse() + 1.., short in 0..16_usize,
    ) {
        let items = Item::read_list(&sealed(&entry, &key));
        let with = |place: usize, item: Item| {
            let mut items = items.clone();
            items[place] = item;
            Envelope::id_of(&Item::List(items).bytes())
        };
        prop_assert!(with(2, Item::Number(LAST.coarse())).is_ok());
        for hour in [hour, LAST.coarse() + 1, u64::MAX] {
            prop_assert!(matches!(with(2, Item::Number(hour)), Err(SealError::Encoding(_))));
        }
        for (place, longest) in [(HEAD, MAX_HEAD), (BODY, MAX_BODY)] {
            for length in [short, longest + 17] {
                prop_assert!(matches!(with(place, Item::Bytes(vec![0; length])), Err(SealError::Encoding(_))));
            }
            prop_assert!(with(place, Item::Bytes(vec![0; longest + 16])).is_ok());
        }
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
        let mut bytes = sealed(&entry, &key);
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
        let body = entry.body().unwrap();
        let opens = |head: &[u8]| {
            let bytes = forms::seal((head, body, content.kind), place(&entry), &key, None);
            let stub = Envelope::from_bytes(&bytes).unwrap().stub().to_bytes();
            let [whole, stub] = [bytes, stub].map(|bytes| open(&bytes, content.chapter, &key).is_ok());
            assert_eq!(whole, stub);
            whole
        };
        let plain = entry.head_bytes();
        prop_assert!(opens(&plain));
        prop_assert!(!opens(&[]));
        prop_assert!(!opens(&[&plain[..], &[0]].concat()));
        prop_assert!(!opens(&plain[1..]));
        for other in Item::read(&plain).0.with_one_other_form().into_iter().step_by(7) {
            prop_assert!(!opens(&other.bytes()));
        }
    }

    #[test]
    fn no_shorter_and_no_longer_bytes(entry in make::entry(), key in make::epoch_key(), more in collection::vec(any::<u8>(), 1..40)) {
        let bytes = sealed(&entry, &key);
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
        for place in [HEAD, BODY] {
            let Item::Bytes(ciphertext) = &items[place] else { panic!("no ciphertext") };
            for altered in [&ciphertext[1..], &ciphertext[..ciphertext.len() - 1], &[&ciphertext[..], &[0]].concat()] {
                let mut items = items.clone();
                items[place] = Item::Bytes(altered.to_vec());
                let bytes = Item::List(items).bytes();
                let refusal = open(&bytes, entry.content().chapter, &key);
                // An empty body has no shorter one.
                prop_assert!(matches!(refusal, Err(SealError::Altered | SealError::Encoding(_))));
            }
        }
    }
}

proptest! {
    // Each case tries some 3,000 bits.
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn no_other_bit(entry in make::small_entry(), key in make::epoch_key()) {
        let mut bytes = sealed(&entry, &key);
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(open(&bytes, entry.content().chapter, &key).is_err(), "bit {}", bit);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert!(open(&bytes, entry.content().chapter, &key).is_ok());

        // Of a stub, only the id of what is gone cannot be checked; it makes another envelope of it.
        let id = Envelope::id_of(&bytes).unwrap();
        let mut stub = Envelope::from_bytes(&bytes).unwrap().stub().to_bytes();
        let checked = stub.len() - 32;
        for bit in 0..stub.len() * 8 {
            stub[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(open(&stub, entry.content().chapter, &key).is_err(), bit / 8 < checked, "bit {}", bit);
            prop_assert!(Envelope::id_of(&stub).ok() != Some(id), "bit {}", bit);
            stub[bit / 8] ^= 1 << (bit % 8);
        }

        // And to who has only the head key, no bit of a text's envelope but those of the sealed body.
        let heads = |bytes: &[u8]| {
            let envelope = Envelope::from_bytes(bytes)?;
            Ok::<_, SealError>(Sealer::heads(entry.content().chapter, envelope.epoch, &key.heads()).open(&envelope)?.verify()?)
        };
        let body = entry.body().unwrap().len() + 16;
        let checked = if is_membership(entry.content().kind) { bytes.len() } else { bytes.len() - body };
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(heads(&bytes).is_err(), bit / 8 < checked, "bit {}", bit);
            prop_assert!(Envelope::id_of(&bytes).ok() != Some(id), "bit {}", bit);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
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
    let entry = draft(MAX_BODY).sign(&key).unwrap();
    let epoch_key = EpochKey::new([3; 32]);
    let bytes = sealed(&entry, &epoch_key);
    assert_eq!(open(&bytes, ChapterId([1; 32]), &epoch_key).unwrap(), entry);
    // With a head as long as any may be, it still is one.
    let mut items = Item::read_list(&bytes);
    items[HEAD] = Item::Bytes(vec![0; MAX_HEAD + 16]);
    let longest = Item::List(items).bytes();
    assert!(longest.len() <= MAX_ENVELOPE, "{} bytes", longest.len());
    assert!(Envelope::from_bytes(&longest).is_ok());
}

/// The signer is the attacker: the digest is that of a body that is too long.
#[test]
fn no_body_that_is_too_long_even_if_signed() {
    let (entry, key) = (sample(10, b"short"), EpochKey::new([3; 32]));
    let long = vec![0; MAX_BODY + 1];
    let mut fields = Item::read_list(&entry.head_bytes());
    fields.pop();
    fields[9] = Item::Bytes(BodyDigest::of(&long).0.to_vec());
    let head = forms::sign(&fields, &make::key(1));
    let bytes = forms::seal((&head, &long, 10), place(&entry), &key, None);
    assert!(matches!(open(&bytes, ChapterId([1; 32]), &key), Err(SealError::Encoding(_))));
}

fn sample(kind: u64, body: &[u8]) -> Entry<Verified> {
    let key = make::key(1);
    let draft = Draft {
        chapter: ChapterId([1; 32]),
        epoch: 0,
        device: make::device(&key),
        seq: 1,
        prev: None,
        time: Timestamp(0),
        parents: vec![],
        kind,
        body: body.to_vec(),
    };
    draft.sign(&key).unwrap()
}

#[test]
fn kinds_about_membership_are_those_below_ten_and_from_one_hundred_to_one_hundred_and_ninety_nine() {
    let about: Vec<u64> = (0..400).filter(|kind| is_membership(*kind)).collect();
    assert!(about.iter().copied().eq((0..10).chain(100..200)));
    assert!(!is_membership(u64::MAX));
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
    let heads = key.heads();
    assert_eq!(heads, HeadKey::new(*heads.expose()));
    assert_ne!(heads.expose(), key.expose());
    for bit in 0..256 {
        let mut other = *heads.expose();
        other[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(heads, HeadKey::new(other));
    }
    assert_eq!(format!("{heads:?}"), "HeadKey(secret)");
}

#[test]
fn an_envelope_tells_the_hour_and_not_the_minute() {
    let hour = 497_000;
    for millis in [0, 1, 3_599_999] {
        assert_eq!(Timestamp(hour * 3_600_000 + millis).coarse(), hour);
    }
    assert_eq!(Timestamp((hour + 1) * 3_600_000).coarse(), hour + 1);
}
