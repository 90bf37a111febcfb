use crate::{forms::Item, make};
use chapterhouse_entry::{DeviceCert, cert::CERT_BYTES};
use proptest::{collection, prelude::*};

fn is_refused(bytes: &[u8]) -> bool {
    !DeviceCert::from_bytes(bytes).is_ok_and(|cert| cert.verify().is_ok())
}

fn cert() -> impl Strategy<Value = DeviceCert> {
    (1..=255_u8, any::<[u8; 32]>(), any::<[u8; 32]>())
        .prop_map(|(member, device, agreement)| DeviceCert::issue(&make::key(member), device, agreement))
}

proptest! {
    #[test]
    fn what_was_issued_is_what_is_read(cert in cert()) {
        let bytes = cert.to_bytes();
        prop_assert_eq!(bytes.len(), CERT_BYTES);
        let read = DeviceCert::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &cert);
        prop_assert_eq!(read.verify(), Ok(()));
        prop_assert_eq!((read.member_id().0, read.device_id().0), (cert.member, cert.device));
    }

    #[test]
    fn no_other_length_and_no_other_form(cert in cert(), more in collection::vec(any::<u8>(), 1..40)) {
        let bytes = cert.to_bytes();
        for length in 0..bytes.len() {
            prop_assert!(DeviceCert::from_bytes(&bytes[..length]).is_err());
        }
        prop_assert!(DeviceCert::from_bytes(&[&bytes[..], &more].concat()).is_err());
        let whole = Item::read(&bytes).0;
        prop_assert_eq!(whole.bytes(), bytes);
        for other in whole.with_one_other_form() {
            prop_assert!(DeviceCert::from_bytes(&other.bytes()).is_err(), "{:02x?}", other);
        }
    }

    #[test]
    fn no_rubbish(bytes in collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(is_refused(&bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_other_bit(cert in cert()) {
        let mut bytes = cert.to_bytes();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(is_refused(&bytes), "bit {}", bit);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert!(!is_refused(&bytes));
    }
}
