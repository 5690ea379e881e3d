//! References that stand for one of two things: a role of either sort, a user or a team.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Named, RoleId, RoleKey, TeamId, UserId, sealed};
use crate::error::KeyError;
use crate::quote::Quoted;

/// A role of either sort. A predefined key and a custom id with equal text are different roles (U2).
///
/// Displayed as the bare text, or by `{:#}` in backticks (D10); [`kind`](Self::kind) tells the sort.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(crate = "crate::quote::serde")]
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
        match f.alternate() {
            true => Quoted(self.as_str()).fmt(f),
            false => f.pad(self.as_str()),
        }
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
#[serde(crate = "crate::quote::serde")]
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
            Self::User(id) => write!(f, "user {id:#}"),
            Self::Team(id) => write!(f, "team {id:#}"),
        }
    }
}
