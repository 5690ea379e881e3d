//! Who may edit what: the permissions that govern edits, and what accounts must keep to (G1, G3, G4).

use std::fmt;

use smol_str::SmolStr;

use super::{Act, Catalog, Feature, Permission, PredefinedRole};

/// The guard of a catalog, by index.
#[derive(Clone, Debug, Default)]
pub(crate) struct GuardData {
    /// Each sort of edit once, in the order of [`Act`].
    pub(super) governed: Vec<(Act, u16)>,
    pub(super) escalation: Option<u16>,
    pub(super) minimums: Vec<(u16, u32)>,
    pub(super) exclusions: Vec<ExclusionData>,
}

#[derive(Clone, Debug)]
pub(crate) struct ExclusionData {
    pub(super) name: SmolStr,
    pub(super) description: Box<str>,
    pub(super) feature: Option<u16>,
    pub(super) most: u32,
    pub(super) roles: Vec<u32>,
    pub(super) permissions: Vec<u16>,
}

/// A set of roles and permissions of which one user may hold some, but no more (G4).
#[derive(Clone, Copy)]
pub struct Exclusion<'a> {
    catalog: &'a Catalog,
    data: &'a ExclusionData,
}

impl<'a> Exclusion<'a> {
    /// Its name, by which it is told from others.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.data.name
    }

    /// Its description, or no text.
    #[must_use]
    pub fn description(&self) -> &'a str {
        &self.data.description
    }

    /// The feature that switches it on for an account; `None` if it always counts.
    #[must_use]
    pub fn feature(&self) -> Option<Feature<'a>> {
        self.data.feature.and_then(|feature| self.catalog.feature_at(feature))
    }

    /// How many of the set one user may hold.
    #[must_use]
    pub const fn most(&self) -> u32 {
        self.data.most
    }

    /// The roles of the set.
    pub fn roles(&self) -> impl Iterator<Item = PredefinedRole<'a>> + use<'a> {
        let catalog = self.catalog;
        self.data.roles.iter().filter_map(|role| catalog.role_at(*role as usize))
    }

    /// The permissions of the set.
    pub fn permissions(&self) -> impl Iterator<Item = Permission<'a>> + use<'a> {
        let catalog = self.catalog;
        self.data.permissions.iter().filter_map(|permission| catalog.permission_at(*permission))
    }

    pub(crate) fn role_slots(&self) -> &'a [u32] {
        &self.data.roles
    }

    pub(crate) fn permission_indexes(&self) -> &'a [u16] {
        &self.data.permissions
    }
}

impl std::fmt::Debug for Exclusion<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exclusion({:?})", self.name())
    }
}

impl Catalog {
    /// The sorts of edit that are governed, each with the permission that it takes (G1).
    pub fn governed(&self) -> impl Iterator<Item = (Act, Permission<'_>)> {
        let governed = self.guard_data().governed.iter();
        governed.filter_map(|(act, permission)| Some((*act, self.permission_at(*permission)?)))
    }

    /// The permission that an edit of this sort takes; `None` if no actor may make it (G1).
    #[must_use]
    pub fn governing(&self, act: Act) -> Option<Permission<'_>> {
        self.governed().find(|(governed, _)| *governed == act).map(|(_, permission)| permission)
    }

    /// The permission whose users may give what they do not hold themselves, if there is one (G1).
    #[must_use]
    pub fn escalation(&self) -> Option<Permission<'_>> {
        self.guard_data().escalation.and_then(|permission| self.permission_at(permission))
    }

    /// The permissions that some active users must always be able to use, each with how many (G3).
    pub fn minimums(&self) -> impl Iterator<Item = (Permission<'_>, u32)> {
        let minimums = self.guard_data().minimums.iter();
        minimums.filter_map(|(permission, users)| Some((self.permission_at(*permission)?, *users)))
    }

    /// What one user must not hold together (G4).
    pub fn exclusions(&self) -> impl Iterator<Item = Exclusion<'_>> {
        self.guard_data().exclusions.iter().map(|data| Exclusion { catalog: self, data })
    }
}

/// As a verb: `assign roles`.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Assign => "assign roles",
            Self::EditRoles => "edit custom roles",
            Self::EditTeams => "edit teams",
            Self::EditMembers => "edit the members of teams",
            Self::Suspend => "suspend or reinstate users",
            Self::Remove => "remove users",
        })
    }
}
