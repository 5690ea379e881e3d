//! Rows of the guard.

use crate::catalog::Act;

/// A row of [`guard`].
#[derive(Clone, Copy, Debug)]
pub struct Guard<'a> {
    pub(crate) governed: &'a [(Act, &'a str)],
    pub(crate) escalation: Option<&'a str>,
    pub(crate) minimums: &'a [(&'a str, u32)],
    pub(crate) exclusions: &'a [Exclusion<'a>],
}

/// Who may edit what: nothing is governed, so no actor may edit anything, until rows say so.
#[must_use]
pub const fn guard<'a>() -> Guard<'a> {
    Guard { governed: &[], escalation: None, minimums: &[], exclusions: &[] }
}

impl<'a> Guard<'a> {
    /// Which permission governs which sort of edit (G1).
    #[must_use]
    pub const fn governs(mut self, rows: &'a [(Act, &'a str)]) -> Self {
        self.governed = rows;
        self
    }

    /// The permission whose users may give what they do not hold themselves (G1).
    #[must_use]
    pub const fn escalation(mut self, permission: &'a str) -> Self {
        self.escalation = Some(permission);
        self
    }

    /// The permissions that some active users must always be able to use, each with how many (G3).
    #[must_use]
    pub const fn minimums(mut self, rows: &'a [(&'a str, u32)]) -> Self {
        self.minimums = rows;
        self
    }

    /// What one user must not hold together (G4).
    #[must_use]
    pub const fn exclusions(mut self, rows: &'a [Exclusion<'a>]) -> Self {
        self.exclusions = rows;
        self
    }
}

/// A row of [`exclusion`].
#[derive(Clone, Copy, Debug)]
pub struct Exclusion<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) feature: Option<&'a str>,
    pub(crate) most: u32,
    pub(crate) roles: &'a [&'a str],
    pub(crate) permissions: &'a [&'a str],
}

/// A set of which one user may hold one and no more (G4).
#[must_use]
pub const fn exclusion<'a>(name: &'a str) -> Exclusion<'a> {
    Exclusion { name, description: "", feature: None, most: 1, roles: &[], permissions: &[] }
}

impl<'a> Exclusion<'a> {
    /// What it is for.
    #[must_use]
    pub const fn about(mut self, description: &'a str) -> Self {
        self.description = description;
        self
    }

    /// The feature that switches it on; without one it always counts.
    #[must_use]
    pub const fn when(mut self, feature: &'a str) -> Self {
        self.feature = Some(feature);
        self
    }

    /// How many of the set one user may hold, if not one.
    #[must_use]
    pub const fn at_most(mut self, most: u32) -> Self {
        self.most = most;
        self
    }

    /// The predefined roles of the set.
    #[must_use]
    pub const fn roles(mut self, keys: &'a [&'a str]) -> Self {
        self.roles = keys;
        self
    }

    /// The permissions of the set.
    #[must_use]
    pub const fn permissions(mut self, keys: &'a [&'a str]) -> Self {
        self.permissions = keys;
        self
    }
}
