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
        let granted = self.granted();
        let mut usable = IdSet::new();
        if state == State::Active {
            usable.union_with(self.authorizer.compiled.usable_row());
            usable.intersect_with(&granted);
        }
        BoundSubject { catalog: self.authorizer.catalog().clone(), state, granted, usable }
    }

    /// What some role held by the user grants, usable or not.
    pub(super) fn granted(&self) -> IdSet<PermissionId> {
        let mut granted = IdSet::new();
        let grantors = self.user.map_or(&[][..], |user| user.holds.all());
        for row in grantors.iter().filter_map(|grantor| self.authorizer.compiled.row(*grantor)) {
            granted.union_with(row);
        }
        granted
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
