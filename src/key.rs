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

/// Longest catalog key, in bytes (C1).
pub const MAX_KEY_LEN: usize = 512;

/// Longest user, team, role or account id, in bytes (U1).
pub const MAX_ID_LEN: usize = 256;

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

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
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
    /// The id of an account, chosen by the host.
    AccountId = "account id", host_id;
}

/// A role of either sort. A predefined key and a custom id with equal text are different roles (U2).
///
/// Displayed as the bare text; [`kind`](Self::kind) tells the sort.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleRef {
    /// A role of the catalog.
    Predefined(RoleKey),
    /// A role of the account.
    Custom(RoleId),
}

impl RoleRef {
    /// The predefined role of this key.
    ///
    /// # Errors
    ///
    /// - The text is no catalog key.
    pub fn predefined(key: impl Named<RoleKey>) -> Result<Self, KeyError> {
        key.into_key().map(Self::Predefined)
    }

    /// The custom role of this id.
    ///
    /// # Errors
    ///
    /// - The text is no id.
    pub fn custom(id: impl Named<RoleId>) -> Result<Self, KeyError> {
        id.into_key().map(Self::Custom)
    }

    /// The text of the key or id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Predefined(key) => key.as_str(),
            Self::Custom(id) => id.as_str(),
        }
    }

    /// `predefined` or `custom`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Predefined(_) => "predefined",
            Self::Custom(_) => "custom",
        }
    }
}

impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that names a role: text or a [`RoleKey`] names a predefined one, a [`RoleId`] a custom one, a
/// [`RoleRef`] either.
///
/// Bare text is the vendor's vocabulary, known when the host's code is written; the id of a custom role is
/// data, and comes as a [`RoleId`]. So a predefined role that a later catalog adds can never be mistaken
/// for a custom role with the same text.
pub trait NamedRole: sealed::Sealed {
    /// The role.
    ///
    /// # Errors
    ///
    /// - The text is no catalog key.
    fn into_role(self) -> Result<RoleRef, KeyError>;
}

macro_rules! named_role {
    ($($sort:ident: $($from:ty)*;)*) => {$($(
        impl NamedRole for $from {
            fn into_role(self) -> Result<RoleRef, KeyError> {
                self.into_key().map(RoleRef::$sort)
            }
        }
    )*)*};
}

named_role! {
    Predefined: &str String &String RoleKey &RoleKey;
    Custom: RoleId &RoleId;
}

impl sealed::Sealed for RoleRef {}
impl sealed::Sealed for &RoleRef {}

impl NamedRole for RoleRef {
    fn into_role(self) -> Result<RoleRef, KeyError> {
        Ok(self)
    }
}

impl NamedRole for &RoleRef {
    fn into_role(self) -> Result<RoleRef, KeyError> {
        Ok(self.clone())
    }
}

/// Who may receive a role: a user or a team.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignee {
    /// One user.
    User(UserId),
    /// Every member of a team (D4).
    Team(TeamId),
}

impl Assignee {
    /// This user.
    ///
    /// # Errors
    ///
    /// - The text is no id.
    pub fn user(id: impl Named<UserId>) -> Result<Self, KeyError> {
        id.into_key().map(Self::User)
    }

    /// This team.
    ///
    /// # Errors
    ///
    /// - The text is no id.
    pub fn team(id: impl Named<TeamId>) -> Result<Self, KeyError> {
        id.into_key().map(Self::Team)
    }
}

macro_rules! assignee_from {
    ($($id:ty, $variant:ident;)*) => {$(
        impl From<$id> for Assignee {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        }

        impl From<&$id> for Assignee {
            fn from(id: &$id) -> Self {
                Self::$variant(id.clone())
            }
        }
    )*};
}

assignee_from! {
    UserId, User;
    TeamId, Team;
}

impl fmt::Display for Assignee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user `{id}`"),
            Self::Team(id) => write!(f, "team `{id}`"),
        }
    }
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
