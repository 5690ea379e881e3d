//! The stored form of an account (P4): keys and ids only.
//!
//! Like a change it rests on keys alone, so it is read and sent without a catalog.

use serde::{Deserialize, Serialize};

use crate::key::{AccountId, FeatureKey, PermissionKey, RoleId, RoleRef, ScopeKey, TeamId, UserId};
use crate::reach::Reach;

/// The format of [`AccountRecord`] that this version of the crate writes and reads.
pub const ACCOUNT_FORMAT: u32 = 1;

/// An account as it is stored: to be written as JSON or in any other self-describing format.
///
/// Keys and ids only, in canonical order: features, sections and predefined roles in the order of the catalog,
/// everything of the account by id. Equal accounts give equal records, whatever edits led to them, the
/// revision aside. Every field is required and unknown fields are refused, so nothing that narrows access
/// can go missing unnoticed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct AccountRecord {
    /// Always [`ACCOUNT_FORMAT`].
    pub format: u32,
    /// The catalog that the account was stored under.
    pub catalog: CatalogName,
    /// Whose account it is.
    pub account: AccountId,
    /// How many changes led to this state.
    pub revision: u64,
    /// The enabled features.
    pub features: Vec<FeatureKey>,
    /// The custom roles.
    pub roles: Vec<CustomRoleRecord>,
    /// The teams.
    pub teams: Vec<TeamRecord>,
    /// The users.
    pub users: Vec<UserRecord>,
}

/// Which catalog: its name and version.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct CatalogName {
    /// The name of the product.
    pub name: String,
    /// The version of the product.
    pub version: u32,
}

/// A custom role as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct CustomRoleRecord {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Its description, or no text.
    pub description: String,
    /// The permissions that it grants.
    pub permissions: Vec<PermissionKey>,
    /// The scopes that it withholds.
    pub withheld: Vec<ScopeKey>,
    /// What it imported from.
    pub imports: Vec<ImportRecord>,
}

/// A remembered import as it is stored with the role that imported.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct ImportRecord {
    /// The role imported from.
    pub source: RoleRef,
    /// What it granted at the time.
    pub permissions: Vec<PermissionKey>,
}

/// A team as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct TeamRecord {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The roles assigned to it.
    pub assignments: Vec<AssignmentRecord>,
}

/// A user as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct UserRecord {
    /// Their id.
    pub id: UserId,
    /// Whether everything is denied for now.
    pub suspended: bool,
    /// The roles assigned to them directly.
    pub assignments: Vec<AssignmentRecord>,
    /// The teams that they belong to.
    pub teams: Vec<TeamId>,
}

/// The assignment of a role, as it is stored with whom it is assigned to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct AssignmentRecord {
    /// The role.
    pub role: RoleRef,
    /// Where the assignment counts.
    pub reach: Reach,
}
