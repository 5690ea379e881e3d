//! Hashes as text: of what a catalog says, of what led to a state of an account, of who came to be when.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::quote::{Quoted, excerpt};

/// One row per type: its name, its length in bytes, what errors call it, its documentation.
macro_rules! hexadecimal {
    ($($(#[$doc:meta])* $name:ident = $len:literal, $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; $len]);

        impl $name {
            /// The bytes themselves.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                parse(&text).map(Self).ok_or_else(|| {
                    let (start, digits) = (excerpt(&text), 2 * $len);
                    let (shown, what) = (Quoted(&start), $what);
                    serde::de::Error::custom(format_args!("{shown} is no {what}: {digits} digits 0-9 and a-f"))
                })
            }
        }
    )*};
}

hexadecimal! {
    /// The SHA-256 of everything that a catalog says (C4). Written as 64 hexadecimal digits in lower case.
    ContentHash = 32, "content hash";
    /// The SHA-256 of the past of an account: of every change that led to a state (P10). Written as 64 hexadecimal
    /// digits in lower case.
    Digest = 32, "digest";
    /// Which of the users that had an id one after the other: the first eight bytes of the digest of the change that
    /// created the user (U7). Written as 16 hexadecimal digits in lower case.
    Incarnation = 8, "incarnation";
}

impl ContentHash {
    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Digest {
    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What marks the users that the change with this digest creates.
    pub(crate) const fn incarnation(&self) -> Incarnation {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        Incarnation([a, b, c, d, e, f, g, h])
    }
}

impl Incarnation {
    /// Of a user whom a session has created, as long as it is not finished.
    pub(crate) const PENDING: Self = Self([0; 8]);
}

/// One way of writing each hash: upper case is refused.
pub(crate) fn parse<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let &[high, low] = pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}
