//! Roles of an account: custom ones as it keeps them, and either sort as a reader sees them.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::Account;
use crate::catalog::{Catalog, PermissionSet, PredefinedRole, ScopeSet};
use crate::key::{RoleId, RoleRef};
use crate::set::{Row, has};
use crate::slots::Entry;

/// A custom role, as the account keeps it.
#[derive(Clone)]
pub(crate) struct CustomData {
    pub(crate) id: RoleId,
    pub(crate) name: SmolStr,
    /// What the name has in common with those that are the same to a reader, and must be unused when it is given (R1).
    pub(crate) folded: SmolStr,
    pub(crate) description: Arc<str>,
    pub(crate) permissions: Row,
    /// The scopes selected among those that its permissions provide (R5).
    pub(crate) scopes: Row,
    /// Whether that is all of them, once somebody asked.
    whole: OnceLock<bool>,
    /// What it imported from, each source once, in the order of [`Account::roles`] (R3).
    pub(crate) imports: Vec<Import>,
}

/// A source, and what it granted when it was last imported from (R3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Import {
    pub(crate) source: RoleRef,
    /// The slot of the source: a later role of the same id has another one.
    pub(crate) slot: u32,
    pub(crate) granted: Row,
}

impl CustomData {
    pub(crate) fn new(id: RoleId, name: SmolStr, folded: SmolStr) -> Self {
        Self {
            id,
            name,
            folded,
            description: Arc::from(""),
            permissions: Row::default(),
            scopes: Row::default(),
            whole: OnceLock::new(),
            imports: Vec::new(),
        }
    }

    /// That the permissions or the selected scopes became others.
    pub(crate) fn changed(&mut self) {
        self.whole = OnceLock::new();
    }

    /// Whether the role provides less than its permissions do. Cost: a pass over them, once.
    pub(crate) fn withholds(&self, catalog: &Catalog) -> bool {
        // The selection is part of what is provided, so equal numbers are equal sets.
        !*self.whole.get_or_init(|| {
            let selected = self.scopes.members().count();
            selected == catalog.provided(&self.permissions).len()
        })
    }
}

impl Entry for Arc<CustomData> {
    fn text(&self) -> &str {
        self.id.as_str()
    }
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

    /// The scopes that the role provides: those selected among the scopes of its permissions (R5, S1). Distinct, not
    /// reduced by inclusion.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::new(self.account.catalog(), self.data.scopes.to_set())
    }

    /// The scopes that the role's permissions provide and that are not selected in it (R5). A selected scope may
    /// include one of them, and then covers it. Cost: a pass over the permissions.
    #[must_use]
    pub fn withheld(&self) -> ScopeSet {
        let catalog = self.account.catalog();
        let mut withheld = catalog.provided(&self.data.permissions);
        withheld.subtract(&self.data.scopes);
        ScopeSet::new(catalog, withheld)
    }

    /// The roles that this one imported from, predefined ones first, each with what it granted at the time
    /// (R3).
    pub fn imports(&self) -> impl Iterator<Item = (&'a RoleRef, PermissionSet)> + use<'a> {
        let catalog = self.account.catalog();
        let set = move |import: &'a Import| PermissionSet::new(catalog, import.granted.to_set());
        self.remembered().map(move |import| (&import.source, set(import)))
    }

    /// The imports whose source is there: in a session, one that was deleted is not forgotten yet.
    pub(super) fn remembered(&self) -> impl Iterator<Item = &'a Import> + use<'a> {
        let account = self.account;
        self.data.imports.iter().filter(move |import| account.role_view(import.slot).is_some())
    }

    pub(super) fn account(&self) -> &'a Account {
        self.account
    }

    pub(super) fn data(&self) -> &'a CustomData {
        self.data
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
    /// Whether a scope of one of its permissions is one that the role provides (R5).
    pub(crate) fn selects(&self, scope: u16) -> bool {
        match self {
            Self::Predefined(_) => true,
            Self::Custom(role) => has(&role.data.scopes, scope),
        }
    }

    /// What the role grants.
    pub(crate) fn row(&self) -> &'a Row {
        match self {
            Self::Predefined(role) => role.row(),
            Self::Custom(role) => &role.data.permissions,
        }
    }

    pub(crate) fn catalog(&self) -> &'a Catalog {
        match self {
            Self::Predefined(role) => role.catalog(),
            Self::Custom(role) => role.account.catalog(),
        }
    }

    /// How roles are listed: the predefined ones in the order of the catalog, then the custom ones by id.
    pub(crate) fn listed(a: &Self, b: &Self) -> Ordering {
        match (a, b) {
            (Self::Predefined(a), Self::Predefined(b)) => a.index().cmp(&b.index()),
            (Self::Custom(a), Self::Custom(b)) => a.id().cmp(b.id()),
            (Self::Predefined(_), Self::Custom(_)) => Ordering::Less,
            (Self::Custom(_), Self::Predefined(_)) => Ordering::Greater,
        }
    }

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

    /// The heading under which the role is listed; a custom role has none.
    #[must_use]
    pub fn group(&self) -> Option<&'a str> {
        match self {
            Self::Predefined(role) => role.group(),
            Self::Custom(_) => None,
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

    /// The scopes that the role provides (R5, S1). Distinct, not reduced by inclusion.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        match self {
            Self::Predefined(role) => role.scopes(),
            Self::Custom(role) => role.scopes(),
        }
    }

    /// Whether the name or description contains a text, upper and lower case not told apart (V1).
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        // Letter by letter, so that no letter depends on what stands beside it.
        let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let text = fold(text);
        [self.name(), self.description()].iter().any(|part| fold(part).contains(&text))
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
