//! Limited assignments: what is granted only on some resources (L2-L4).
//!
//! A check comes here only when no role or team grants the permission without limit.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::decision::Held;
use super::{Authorizer, Decision, DenyReason, Subject, decision};
use crate::account::{Grantor, Holdings, LimitData, Resources, Sort, UserData};
use crate::catalog::Resource;
use crate::id::PermissionId;
use crate::reach::Reached;

impl Authorizer {
    /// The limited assignments of a user, their own and those of their teams.
    pub(crate) fn limits_of<'a>(&'a self, user: &'a UserData) -> impl Iterator<Item = &'a Arc<LimitData>> {
        let account = self.account();
        let through = user.holds.teams().filter(|team| self.compiled.is_limited_team(*team));
        let through = through.filter_map(|team| account.team_table().get(team)).map(|team| &team.roles);
        std::iter::once(&user.holds)
            .chain(through)
            .flat_map(Holdings::limits)
            .filter_map(|slot| account.limit_slab().get(slot))
    }

    /// Whether any assignment of a user, own or through a team, is limited.
    pub(crate) fn has_limits(&self, user: &UserData) -> bool {
        !self.account().limit_slab().is_empty()
            && user.holds.all().iter().any(|grantor| match grantor.sort() {
                Sort::Role(_) => false,
                Sort::Limit(_) => true,
                Sort::Team(team) => self.compiled.is_limited_team(team),
            })
    }

    /// The resources to which each limited assignment that grants a permission limits it.
    pub(super) fn limits_granting<'a>(
        &'a self,
        user: &'a UserData,
        permission: u16,
    ) -> impl Iterator<Item = &'a Resources> {
        let kind = self.catalog().kind_of(permission);
        self.limits_of(user)
            .filter(move |limit| self.grants(Grantor::role(limit.role), permission))
            .filter_map(move |limit| limit.resources(kind?))
    }

    /// How far a user's limited assignments grant a permission, asked on a resource of its kind or without
    /// one.
    pub(super) fn held_within(&self, user: &UserData, permission: u16, on: Option<&Resource>) -> Held {
        let limits = self.account().limit_slab();
        // What is exercised on no kind is never limited, and was found in a row if anywhere.
        let Some(kind) = self.catalog().kind_of(permission).filter(|_| !limits.is_empty()) else {
            return Held::No;
        };
        let through = |slot: u32| -> Option<Held> {
            let limit = limits.get(slot)?;
            let granted = self.grants(Grantor::role(limit.role), permission);
            limit.resources(kind).filter(|_| granted).map(|resources| Held::through(resources, on))
        };
        let mut held = Held::No;
        for grantor in user.holds.all() {
            let best = match grantor.sort() {
                Sort::Limit(slot) => through(slot),
                Sort::Team(team) if self.compiled.is_limited_team(team) => {
                    let team = self.account().team_table().get(team);
                    team.and_then(|team| team.roles.limits().filter_map(through).max())
                }
                Sort::Team(_) | Sort::Role(_) => None,
            };
            held = held.max(best.unwrap_or(Held::No));
        }
        held
    }
}

impl Held {
    /// How far an assignment grants what it limits to these resources.
    pub(super) fn through(resources: &Resources, on: Option<&Resource>) -> Self {
        match on {
            Some(resource) if resources.contains(resource.id()) => Self::Here,
            _ if resources.is_empty() => Self::Elsewhere(DenyReason::ReachesNothing),
            Some(_) => Self::Elsewhere(DenyReason::NotOnThisResource),
            None => Self::Elsewhere(DenyReason::OnlyOnSomeResources),
        }
    }
}

impl Subject<'_> {
    /// May the user do this on that resource? (L3)
    ///
    /// Only assignments that reach the resource count; one that is not limited in the permission's kind
    /// reaches all. A resource of a kind that the permission is not exercised on is denied.
    ///
    /// Cost: that of [`check`](Subject::check), and for a user with limited assignments one hash of the resource's
    /// id for each; no allocation.
    pub fn check_on(&self, permission: PermissionId, resource: &Resource) -> Decision {
        let catalog = self.authorizer.catalog();
        let Some(index) = catalog.own(permission) else {
            return Decision::Deny(DenyReason::ForeignPermission);
        };
        let Some(user) = self.user else { return Decision::Deny(DenyReason::UnknownUser) };
        let of_its_kind = catalog.kind_of(index).is_some_and(|kind| catalog.own_kind(resource) == Some(kind));
        let mut held = match self.authorizer.grants_everywhere(user, index) {
            true => Held::Here,
            false => self.authorizer.held_within(user, index, Some(resource)),
        };
        if held != Held::No && !of_its_kind {
            held = Held::Elsewhere(DenyReason::WrongKind);
        }
        decision::decide(user.suspended, held, self.authorizer.compiled.usable(index))
    }

    /// Whether [`check_on`](Self::check_on) allows.
    #[must_use]
    pub fn can_on(&self, permission: PermissionId, resource: &Resource) -> bool {
        self.check_on(permission, resource).is_allowed()
    }

    /// On which resources may the user do this? (L4)
    ///
    /// The union over all assignments, so that a host can filter a query of its own. Equals
    /// [`check_on`](Self::check_on) for every resource of its kind, and [`check`](Subject::check) for none. A permission
    /// exercised on no kind reaches everything or nothing.
    #[must_use]
    pub fn reach_of(&self, permission: PermissionId) -> Reached {
        let authorizer = self.authorizer;
        let (Some(index), Some(user)) = (authorizer.catalog().own(permission), self.user) else {
            return Reached::Nothing;
        };
        if user.suspended || !authorizer.compiled.usable(index) {
            return Reached::Nothing;
        }
        if authorizer.grants_everywhere(user, index) {
            return Reached::Everything;
        }
        let reached: BTreeSet<_> = authorizer.limits_granting(user, index).flatten().cloned().collect();
        if reached.is_empty() { Reached::Nothing } else { Reached::Only(reached) }
    }

    /// Whether a role of the user grants a permission, limited or not, usable or not.
    pub(crate) fn is_granted(&self, permission: u16) -> bool {
        let granted = |user| {
            self.authorizer.grants_everywhere(user, permission)
                || self.authorizer.held_within(user, permission, None) != Held::No
        };
        self.user.is_some_and(granted)
    }

    /// Whether the user holds a role, directly or through a team.
    pub(crate) fn holds_role(&self, role: u32) -> bool {
        let account = self.authorizer.account();
        self.user.is_some_and(|user| account.all_assigned(user).any(|(held, _)| held == role))
    }

    /// Whether the permission is *usable*: granted, every feature enabled, the user not suspended, and
    /// reaching at least something. The same as [`reach_of`](Self::reach_of) being more than nothing.
    #[must_use]
    pub fn is_usable(&self, permission: PermissionId) -> bool {
        match self.check(permission) {
            Decision::Allow | Decision::Deny(DenyReason::OnlyOnSomeResources) => true,
            Decision::Deny(_) => false,
        }
    }

    /// Whether the assignments of two subjects surely reach the same: neither has limits, or they share
    /// the same limits of roles that grant the same, and hold the same without limit.
    pub(crate) fn reaches_as(&self, other: &Subject<'_>) -> bool {
        let limits = |of: &Subject<'_>| -> Vec<Arc<LimitData>> {
            let user = of.user.filter(|user| of.authorizer.has_limits(user));
            user.map_or_else(Vec::new, |user| of.authorizer.limits_of(user).cloned().collect())
        };
        let (mine, theirs) = (limits(self), limits(other));
        let row = |of: &Subject<'_>, limit: &LimitData| of.authorizer.row(Grantor::role(limit.role)).to_vec();
        mine.is_empty() && theirs.is_empty()
            || self.authorizer.catalog() == other.authorizer.catalog()
                && mine.len() == theirs.len()
                && mine.iter().zip(&theirs).all(|(a, b)| Arc::ptr_eq(a, b) && row(self, a) == row(other, b))
                && self.granted_everywhere() == other.granted_everywhere()
    }

    /// The permissions that limited assignments grant, each with whether one reaches anything: only those
    /// limited in their kind.
    pub(super) fn limited(&self) -> impl Iterator<Item = (u16, bool)> {
        let authorizer = self.authorizer;
        let limits = self.user.into_iter().flat_map(|user| authorizer.limits_of(user));
        limits.flat_map(|limit| {
            let row = authorizer.account().role_row(limit.role);
            let members = row.into_iter().flat_map(|row| row.members());
            members.filter_map(|index| {
                let resources = limit.resources(authorizer.catalog().kind_of(index)?)?;
                Some((index, !resources.is_empty()))
            })
        })
    }
}

impl Authorizer {
    /// Whether some role or team grants a permission without limit.
    #[inline]
    pub(super) fn grants_everywhere(&self, user: &UserData, permission: u16) -> bool {
        self.compiled.any_grants(user.holds.all(), permission)
    }
}
