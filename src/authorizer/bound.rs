//! A subject bound to what it can use: for many questions about one user.

use super::{Authorizer, Decision, DenyReason, Subject, decision};
use crate::catalog::Catalog;
use crate::id::PermissionId;
use crate::set::IdSet;

/// One user's rights at one revision, in one set: a check is one bit test.
///
/// It owns what it needs, so it can be kept for the length of a request or a session. It is a snapshot: it
/// does not follow later changes, and a host that keeps it longer than a request decides how old is too
/// old.
#[derive(Clone, Debug)]
pub struct BoundSubject {
    catalog: Catalog,
    state: State,
    granted: IdSet<PermissionId>,
    usable: IdSet<PermissionId>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Unknown,
    Suspended,
    Active,
}

impl Subject<'_> {
    /// Gathers what the user can use into one set, once.
    ///
    /// Cost: a union of the user's roles and teams; allocates where the catalog has more than 128
    /// permissions.
    #[must_use]
    pub fn bind(&self) -> BoundSubject {
        let state = match self.user {
            None => State::Unknown,
            Some(user) if user.suspended => State::Suspended,
            Some(_) => State::Active,
        };
        let (granted, usable) = (self.granted_set(), self.usable_set());
        BoundSubject { catalog: self.authorizer.catalog().clone(), state, granted, usable }
    }

    /// What some role held by the user grants, usable or not.
    pub(crate) fn granted_set(&self) -> IdSet<PermissionId> {
        let mut granted = IdSet::new();
        for grantor in self.user.map_or(&[][..], |user| user.holds.all()) {
            granted.union_with(self.authorizer.row(*grantor));
        }
        granted
    }

    /// What the user can use: granted, every feature enabled, not suspended.
    pub(crate) fn usable_set(&self) -> IdSet<PermissionId> {
        if self.user.is_none_or(|user| user.suspended) {
            return IdSet::new();
        }
        let mut usable = self.granted_set();
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
            Some(index) if self.usable.contains(index) => Decision::Allow,
            Some(index) => self.denial(index),
            None => Decision::Deny(DenyReason::ForeignPermission),
        }
    }

    /// Whether [`check`](Self::check) allows.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: PermissionId) -> bool {
        self.catalog.own(permission).is_some_and(|index| self.usable.contains(index))
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
        match self.state {
            State::Unknown => Decision::Deny(DenyReason::UnknownUser),
            state => decision::decide(state == State::Suspended, self.granted.contains(index), false),
        }
    }
}

impl Authorizer {
    /// Binds a user in one step: [`subject`](Self::subject), then [`bind`](Subject::bind).
    #[must_use]
    pub fn bind<U: crate::key::Named<crate::key::UserId>>(&self, user: U) -> BoundSubject {
        self.subject(user).bind()
    }
}
