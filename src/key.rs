//! Text identities: catalog keys and host ids, each a type of its own.
//!
//! A value of one of these types is valid by construction, so nothing inside the crate checks it again.
//! Equal text in two types means nothing (U2), and exchanging two of them does not compile:
//!
//! ```
//! # use rolecall::{TeamId, UserId};
//! fn greet(user: &UserId) {}
//! greet(&UserId::new("maja")?);
//! # Ok::<(), rolecall::KeyError>(())
//! ```
//!
//! ```compile_fail
//! # use rolecall::{TeamId, UserId};
//! fn greet(user: &UserId) {}
//! greet(&TeamId::new("maja")?);
//! # Ok::<(), rolecall::KeyError>(())
//! ```

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::error::{KeyError, KeyFault};
use crate::quote::Quoted;

pub(crate) use hash::parse as parse_hex;
pub use hash::{ContentHash, Digest, Incarnation};
pub use reference::{Assignee, NamedRole, RoleRef};

mod hash;
mod reference;

/// Longest catalog key, in bytes (C1).
pub const MAX_KEY_LEN: usize = 512;

/// Longest user, team, role or account id, in bytes (U1).
pub const MAX_ID_LEN: usize = 256;

/// Only the crate says what names what.
mod sealed {
    pub trait Sealed {}
}

/// Text of one of the identity types in this module.
pub(crate) trait TextKey: Sized + AsRef<str> {
    /// What the text identifies, as error messages say it.
    const WHAT: &'static str;

    fn parse(text: &str) -> Result<Self, KeyError>;
}

/// Something that names a `K`: the key itself, or text that is checked where it enters.
///
/// Wherever the crate takes `impl Named<UserId>`, it accepts `&str`, `String`, `UserId` and references to
/// them, but no other kind of key:
///
/// ```
/// # use rolecall::{Account, Authorizer, Catalog, TeamId, UserId};
/// # let catalog = Catalog::builder("acme", 1).build()?;
/// # let auth = Authorizer::new(Account::new(&catalog, "initech")?);
/// let maja = UserId::new("maja")?;
/// auth.subject(&maja);
/// auth.subject("maja");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail
/// # use rolecall::{Account, Authorizer, Catalog, TeamId, UserId};
/// # let catalog = Catalog::builder("acme", 1).build()?;
/// # let auth = Authorizer::new(Account::new(&catalog, "initech")?);
/// let maja = TeamId::new("maja")?;
/// auth.subject(&maja);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Named<K>: sealed::Sealed {
    /// The text, checked or not.
    fn text(&self) -> &str;

    /// The key.
    ///
    /// # Errors
    ///
    /// - The text is not that of a `K`.
    fn into_key(self) -> Result<K, KeyError>;
}

macro_rules! named_by_text {
    ($($text:ty)*) => {$(
        impl sealed::Sealed for $text {}

        impl<K: TextKey> Named<K> for $text {
            fn text(&self) -> &str {
                self
            }

            fn into_key(self) -> Result<K, KeyError> {
                K::parse(&self)
            }
        }
    )*};
}

named_by_text!(&str String &String);

/// One row per identity type: its name, what it identifies, the check of its text, its documentation.
macro_rules! identities {
    ($($(#[$doc:meta])* $name:ident = $what:literal, $check:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Cloning is cheap; comparison is byte by byte.
        #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(SmolStr);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            ///
            /// - The text is empty, blank, too long, or has a character that is not allowed.
            pub fn new(text: impl AsRef<str>) -> Result<Self, KeyError> {
                Self::parse(text.as_ref())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TextKey for $name {
            const WHAT: &'static str = $what;

            fn parse(text: &str) -> Result<Self, KeyError> {
                match $check(text) {
                    Ok(()) => Ok(Self(SmolStr::new(text))),
                    Err(fault) => Err(KeyError::new($what, text, fault)),
                }
            }
        }

        impl sealed::Sealed for $name {}
        impl sealed::Sealed for &$name {}

        impl Named<$name> for $name {
            fn text(&self) -> &str {
                &self.0
            }

            fn into_key(self) -> Result<$name, KeyError> {
                Ok(self)
            }
        }

        impl Named<$name> for &$name {
            fn text(&self) -> &str {
                &self.0
            }

            fn into_key(self) -> Result<$name, KeyError> {
                Ok(self.clone())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        /// The text as it is; `{:#}` shows it in backticks, on one line whatever it holds (D10).
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match f.alternate() {
                    true => Quoted(&self.0).fmt(f),
                    false => f.pad(&self.0),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor(PhantomData))
            }
        }
    )*};
}

/// Reads text without keeping a copy of its own.
struct TextVisitor<K>(PhantomData<K>);

impl<K: TextKey> Visitor<'_> for TextVisitor<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", K::WHAT)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<K, E> {
        K::parse(text).map_err(E::custom)
    }
}

identities! {
    /// The key of a permission (C1): `campaigns/send`.
    PermissionKey = "permission key", catalog_key;
    /// The key of a feature (C1): `broadcast`.
    FeatureKey = "feature key", catalog_key;
    /// The key of an API scope (C1): `sms:message:send`.
    ScopeKey = "scope key", catalog_key;
    /// The key of a section (C1).
    SectionKey = "section key", catalog_key;
    /// The key of a kind of resource (C1, L1): `queue`.
    KindKey = "resource kind key", catalog_key;
    /// The key of a seat (C1, C9).
    SeatKey = "seat key", catalog_key;
    /// The key of a predefined role (C1): `campaign-manager`. A custom role has a [`RoleId`] instead.
    RoleKey = "predefined role key", catalog_key;
    /// The id of a custom role, chosen by the host (U2).
    RoleId = "role id", host_id;
    /// The id of a team, chosen by the host (U2).
    TeamId = "team id", host_id;
    /// The id of a user, chosen by the host (U1).
    UserId = "user id", host_id;
    /// The id of a resource of some kind, chosen by the host (L2).
    ResourceId = "resource id", host_id;
    /// The id of an account, chosen by the host.
    AccountId = "account id", host_id;
}

/// C1: 1 to 512 bytes of printable ASCII, not wholly blank.
fn catalog_key(text: &str) -> Result<(), KeyFault> {
    check_length(text, MAX_KEY_LEN)?;
    if let Some(bad) = text.chars().find(|c| !matches!(c, ' '..='~')) {
        return Err(KeyFault::Character { found: bad, allowed: "printable ASCII" });
    }
    if text.bytes().all(|b| b == b' ') { Err(KeyFault::Blank) } else { Ok(()) }
}

/// U1: 1 to 256 bytes of UTF-8 without control characters.
fn host_id(text: &str) -> Result<(), KeyFault> {
    check_length(text, MAX_ID_LEN)?;
    match text.chars().find(|c| c.is_control()) {
        Some(bad) => Err(KeyFault::Character { found: bad, allowed: "text without control characters" }),
        None => Ok(()),
    }
}

fn check_length(text: &str, max: usize) -> Result<(), KeyFault> {
    match text.len() {
        0 => Err(KeyFault::Empty),
        len if len > max => Err(KeyFault::TooLong { len, max }),
        _ => Ok(()),
    }
}
