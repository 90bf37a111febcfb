//! The keys of one epoch of one chapter. From the epoch's key follows its head key, and never the other way: who has
//! only the head key sees who said when, and who is a member, and reads nothing else.

use crate::ids::context;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        // In constant time, as keys have to be compared: that is how BLAKE3's `Hash` compares.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                blake3::Hash::from_bytes(self.0) == other.0
            }
        }

        impl Eq for $name {}

        impl $name {
            /// From its 32 bytes.
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes, for the vault and for wrapping to a device. Handle with care.
            pub const fn expose(&self) -> &[u8; 32] {
                &self.0
            }

            pub(crate) fn derive(&self, context: &str) -> Zeroizing<[u8; 32]> {
                Zeroizing::new(blake3::derive_key(context, &self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}

secret!(/** The key of an epoch: 32 random bytes. Opens everything. Wiped from memory when dropped; never printed. */ EpochKey);
secret!(/** What opens an epoch's heads, and the bodies about membership. Wiped from memory when dropped; never printed. */ HeadKey);

impl EpochKey {
    /// The head key of the same epoch.
    pub fn heads(&self) -> HeadKey {
        HeadKey(*self.derive(context::HEADS))
    }
}
