//! Roles of an account: custom ones as it keeps them, and either sort as a reader sees them.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Account;
use crate::catalog::{PermissionSet, PredefinedRole};
use crate::key::{RoleId, RoleRef};
use crate::set::Row;
use crate::slots::Entry;

/// A custom role, as the account keeps it.
#[derive(Clone)]
pub(crate) struct CustomData {
    pub(crate) id: RoleId,
    pub(crate) name: SmolStr,
    /// The name in lower case: what must be unused among the roles (R1).
    pub(crate) folded: SmolStr,
    pub(crate) description: Arc<str>,
    pub(crate) permissions: Row,
}

impl Entry for Arc<CustomData> {
    fn text(&self) -> &str {
        self.id.as_str()
    }
}

/// How names are compared (R1): by `str::to_lowercase`, a defined fold that depends on no locale.
pub(crate) fn fold(name: &str) -> SmolStr {
    SmolStr::new(name.to_lowercase())
}

/// A role of one account (R1).
#[derive(Clone, Copy)]
pub struct CustomRole<'a> {
    account: &'a Account,
    data: &'a CustomData,
}

impl<'a> CustomRole<'a> {
    pub(super) fn new(account: &'a Account, data: &'a Arc<CustomData>) -> Self {
        Self { account, data }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &'a RoleId {
        &self.data.id
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.data.name
    }

    /// The description; empty if there is none.
    #[must_use]
    pub fn description(&self) -> &'a str {
        &self.data.description
    }

    /// The permissions that the role grants.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        PermissionSet::new(self.account.catalog(), self.data.permissions.to_set())
    }
}

/// A role of either sort.
#[derive(Clone, Copy)]
pub enum Role<'a> {
    /// A role of the catalog.
    Predefined(PredefinedRole<'a>),
    /// A role of the account.
    Custom(CustomRole<'a>),
}

impl<'a> Role<'a> {
    /// Its key or id.
    #[must_use]
    pub fn to_ref(&self) -> RoleRef {
        match self {
            Self::Predefined(role) => RoleRef::Predefined(role.key().clone()),
            Self::Custom(role) => RoleRef::Custom(role.id().clone()),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Self::Predefined(role) => role.name(),
            Self::Custom(role) => role.name(),
        }
    }

    /// The description; empty if there is none.
    #[must_use]
    pub fn description(&self) -> &'a str {
        match self {
            Self::Predefined(role) => role.description(),
            Self::Custom(role) => role.description(),
        }
    }

    /// The permissions that the role grants.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        match self {
            Self::Predefined(role) => role.permissions(),
            Self::Custom(role) => role.permissions(),
        }
    }
}

impl std::fmt::Debug for CustomRole<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomRole({:?})", self.id().as_str())
    }
}

impl std::fmt::Debug for Role<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Predefined(role) => role.fmt(f),
            Self::Custom(role) => role.fmt(f),
        }
    }
}
