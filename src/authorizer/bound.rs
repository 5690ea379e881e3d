//! A subject bound to what it may do: for many questions about one user.

use std::sync::Arc;

use super::decision::Held;
use super::{Authorizer, Decision, DenyReason, Subject, decision};
use crate::account::LimitData;
use crate::catalog::{Catalog, Resource};
use crate::id::PermissionId;
use crate::key::{Named, UserId};
use crate::set::{IdSet, Row, has};

/// One user's rights at one revision, in one set: a check is one bit test.
///
/// It owns what it needs, so it can be kept for the length of a request or a session. It is a snapshot: it
/// does not follow later changes, and a host that keeps it longer than a request decides how old is too
/// old.
#[derive(Clone, Debug)]
pub struct BoundSubject {
    catalog: Catalog,
    state: State,
    /// Granted without limit.
    granted: IdSet<PermissionId>,
    /// Of that, what may be done: nothing for a suspended user.
    allowed: IdSet<PermissionId>,
    usable: Row,
    /// The limited assignments, each with what its role grants.
    limits: Vec<(Arc<LimitData>, Row)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Unknown,
    Suspended,
    Active,
}

impl Subject<'_> {
    /// Gathers what the user may do into one set, once.
    ///
    /// Cost: a union of the user's roles and teams; allocates where the catalog has more than 128
    /// permissions, or the user limited assignments.
    #[must_use]
    pub fn bind(&self) -> BoundSubject {
        let authorizer = self.authorizer;
        let state = match self.user {
            None => State::Unknown,
            Some(user) if user.suspended => State::Suspended,
            Some(_) => State::Active,
        };
        let granted = self.granted_everywhere();
        let mut allowed = if state == State::Active { granted.clone() } else { IdSet::new() };
        allowed.intersect_with(authorizer.usable_row());
        let limits = self.user.into_iter().flat_map(|user| authorizer.limits_of(user));
        let row = |limit: &LimitData| authorizer.account().role_row(limit.role).cloned().unwrap_or_default();
        BoundSubject {
            catalog: authorizer.catalog().clone(),
            state,
            granted,
            allowed,
            usable: authorizer.compiled.usable_row().clone(),
            limits: limits.map(|limit| (limit.clone(), row(limit))).collect(),
        }
    }

    /// What some role held by the user grants without limit, usable or not.
    pub(super) fn granted_everywhere(&self) -> IdSet<PermissionId> {
        let mut granted = IdSet::new();
        for grantor in self.user.map_or(&[][..], |user| user.holds.all()) {
            granted.union_with(self.authorizer.row(*grantor));
        }
        granted
    }

    /// What some role held by the user grants, limited or not, usable or not.
    pub(crate) fn granted_set(&self) -> IdSet<PermissionId> {
        let mut granted = self.granted_everywhere();
        for (index, _) in self.limited() {
            granted.insert(index);
        }
        granted
    }

    /// What the user can use: granted, every feature enabled, not suspended, and reaching something.
    pub(crate) fn usable_set(&self) -> IdSet<PermissionId> {
        if self.user.is_none_or(|user| user.suspended) {
            return IdSet::new();
        }
        let mut usable = self.granted_everywhere();
        for (index, _) in self.limited().filter(|(_, reaches)| *reaches) {
            usable.insert(index);
        }
        usable.intersect_with(self.authorizer.usable_row());
        usable
    }
}

impl BoundSubject {
    /// May the user do this? The same as [`Subject::check`] when the subject was bound.
    ///
    /// Cost: one comparison and one bit test.
    #[inline]
    pub fn check(&self, permission: PermissionId) -> Decision {
        match self.catalog.own(permission) {
            Some(index) if self.allowed.contains(index) => Decision::Allow,
            Some(index) => self.denial(index),
            None => Decision::Deny(DenyReason::ForeignPermission),
        }
    }

    /// Whether [`check`](Self::check) allows.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: PermissionId) -> bool {
        self.catalog.own(permission).is_some_and(|index| self.allowed.contains(index))
    }

    /// May the user do this on that resource? The same as [`Subject::check_on`] when the subject was bound.
    pub fn check_on(&self, permission: PermissionId, resource: &Resource) -> Decision {
        let Some(index) = self.catalog.own(permission) else {
            return Decision::Deny(DenyReason::ForeignPermission);
        };
        let kind = self.catalog.kind_of(index);
        let of_its_kind = kind.is_some() && self.catalog.own_kind(resource) == kind;
        let held = match self.held(index, Some(resource)) {
            Held::No => Held::No,
            _ if !of_its_kind => Held::Elsewhere(DenyReason::WrongKind),
            held => held,
        };
        self.decide(index, held)
    }

    /// Whether [`check_on`](Self::check_on) allows.
    #[must_use]
    pub fn can_on(&self, permission: PermissionId, resource: &Resource) -> bool {
        self.check_on(permission, resource).is_allowed()
    }

    /// May the user do at least one of these? See [`Subject::check_any`].
    pub fn check_any(&self, permissions: impl IntoIterator<Item = PermissionId>) -> Decision {
        decision::any(permissions.into_iter().map(|permission| self.check(permission)))
    }

    /// May the user do all of these? See [`Subject::check_all`].
    pub fn check_all(&self, permissions: impl IntoIterator<Item = PermissionId>) -> Decision {
        decision::all(permissions.into_iter().map(|permission| self.check(permission)))
    }

    #[cold]
    fn denial(&self, index: u16) -> Decision {
        self.decide(index, self.held(index, None))
    }

    fn decide(&self, index: u16, held: Held) -> Decision {
        match self.state {
            State::Unknown => Decision::Deny(DenyReason::UnknownUser),
            state => decision::decide(state == State::Suspended, held, has(&self.usable, index)),
        }
    }

    fn held(&self, index: u16, on: Option<&Resource>) -> Held {
        if self.granted.contains(index) {
            return Held::Here;
        }
        let granting = self.limits.iter().filter(|(_, row)| has(row, index));
        let kind = self.catalog.kind_of(index);
        let resources = granting.filter_map(|(limit, _)| limit.resources(kind?));
        resources.map(|resources| Held::through(resources, on)).max().unwrap_or(Held::No)
    }
}

impl Authorizer {
    /// Binds a user in one step: [`subject`](Self::subject), then [`bind`](Subject::bind).
    #[must_use]
    pub fn bind<U: Named<UserId>>(&self, user: U) -> BoundSubject {
        self.subject(user).bind()
    }
}
