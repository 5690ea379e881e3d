//! Dense ids: positions in a catalog, stamped by it.
//!
//! An id is as good as the process it lives in: it is neither stored nor sent (C4). What crosses a process
//! boundary is the key.
//!
//! The stamp in an id is short, so it depends on a secret of the process: whoever writes catalogs can prepare no two of
//! one stamp. The secret is drawn once and never changes; nothing but stamps depends on it. It is the one state that
//! the crate keeps outside its values (B1).

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// Bits of an id that hold the stamp; the rest hold the index.
const STAMP_BITS: u32 = 48;

/// What marks the ids of one catalog: 48 bits of its content hash, hashed under the secret of the process. Catalogs of
/// equal content share it, in one process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    pub(crate) fn new(hash: &[u8; 32]) -> Self {
        static SECRET: OnceLock<RandomState> = OnceLock::new();
        Self(SECRET.get_or_init(RandomState::new).hash_one(hash) >> (64 - STAMP_BITS))
    }
}

/// A dense id: a 16-bit index, stamped with the catalog that gave it.
pub(crate) trait DenseId: Copy {
    fn new(stamp: Stamp, index: u16) -> Self;
    fn stamp(self) -> Stamp;
    fn index(self) -> u16;
}

macro_rules! dense_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Resolve it once from its text key, keep it as long as the catalog, and ask with it. An id of
        /// another catalog, or of another version of the same one, is denied, never misread (C4): a host
        /// that serves accounts on two versions keeps one table of ids for each. The order of ids is the
        /// order of declaration within one catalog; their bits mean nothing.
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(u64);

        impl DenseId for $name {
            fn new(stamp: Stamp, index: u16) -> Self {
                Self(stamp.0 << (64 - STAMP_BITS) | u64::from(index))
            }

            fn stamp(self) -> Stamp {
                Stamp(self.0 >> (64 - STAMP_BITS))
            }

            #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits are the index")]
            fn index(self) -> u16 {
                self.0 as u16
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.index())
            }
        }
    )*};
}

dense_ids! {
    /// A permission of one catalog.
    PermissionId;
    /// A feature of one catalog.
    FeatureId;
    /// An API scope of one catalog.
    ScopeId;
    /// A kind of resource of one catalog.
    KindId;
}

#[cfg(test)]
mod tests {
    use super::Stamp;

    #[test]
    fn c4_a_stamp_is_of_the_content_and_of_the_process() {
        let hashes: Vec<[u8; 32]> = (0..=u8::MAX).map(|n| [n; 32]).collect();
        let first = |hash: &[u8; 32]| hash.iter().take(6).fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        for hash in &hashes {
            assert_eq!(Stamp::new(hash), Stamp::new(&hash.clone()));
            assert_ne!(Stamp::new(hash).0, first(hash), "it shows the hash: one chance in 2^48");
            assert!(Stamp::new(hash).0 < 1 << 48);
            assert_eq!(hashes.iter().filter(|other| Stamp::new(other) == Stamp::new(hash)).count(), 1);
        }
    }
}
