//! Dense ids: positions in a catalog, stamped by it.
//!
//! An id is as good as the process it lives in: it is neither stored nor sent (C4). What crosses a process
//! boundary is the key.

use std::fmt;

/// Bits of an id that hold the stamp; the rest hold the index.
const STAMP_BITS: u32 = 48;

/// What marks the ids of one catalog: the first 48 bits of its content hash.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    pub(crate) const fn new(hash: &[u8; 32]) -> Self {
        let [a, b, c, d, e, f, ..] = *hash;
        Self(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
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
