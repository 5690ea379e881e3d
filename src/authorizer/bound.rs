//! A subject bound to what it may do: for many questions about one user.

use std::sync::Arc;

use smallvec::SmallVec;

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
    /// What is granted without limit, 64 permissions to a word.
    words: SmallVec<[Word; INLINE]>,
    /// The decisions without limits, by how many of the two bits of its word a permission has.
    decisions: [Decision; 3],
    usable: Row,
    /// The limited assignments, each with what its role grants.
    limits: Vec<(Arc<LimitData>, Row)>,
}

/// Words held without an allocation: 256 permissions, more than most catalogs have.
const INLINE: usize = 4;

/// 64 permissions.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// Granted without limit.
    granted: u64,
    /// Of that, what may be done: nothing for a suspended user.
    allowed: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Unknown,
    Suspended,
    Active,
}

impl State {
    fn decide(self, held: Held, enabled: bool) -> Decision {
        match self {
            Self::Unknown => Decision::Deny(DenyReason::UnknownUser),
            Self::Suspended => decision::decide(true, held, enabled),
            Self::Active => decision::decide(false, held, enabled),
        }
    }
}

impl Subject<'_> {
    /// Gathers what the user may do into one set, once.
    ///
    /// Cost: a union of the user's roles and teams; allocates where the catalog has more than 256
    /// permissions, or the user limited assignments.
    #[must_use]
    pub fn bind(&self) -> BoundSubject {
        let authorizer = self.authorizer;
        let state = match self.user {
            None => State::Unknown,
            Some(user) if user.suspended => State::Suspended,
            Some(_) => State::Active,
        };
        let mut words: SmallVec<[Word; INLINE]> =
            SmallVec::from_elem(Word::default(), authorizer.catalog().permission_count().div_ceil(64));
        for grantor in self.user.map_or(&[][..], |user| user.holds.all()) {
            for (word, more) in words.iter_mut().zip(authorizer.row(*grantor)) {
                word.granted |= more;
            }
        }
        if state == State::Active {
            for (word, usable) in words.iter_mut().zip(authorizer.usable_row()) {
                word.allowed = word.granted & usable;
            }
        }
        let limits = self.user.into_iter().flat_map(|user| authorizer.limits_of(user));
        let row = |limit: &LimitData| authorizer.account().role_row(limit.role).cloned().unwrap_or_default();
        BoundSubject {
            catalog: authorizer.catalog().clone(),
            state,
            words,
            decisions: [(Held::No, false), (Held::Here, false), (Held::Here, true)]
                .map(|(held, enabled)| state.decide(held, enabled)),
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
    /// Cost: one comparison and two bit tests; for a user with limited assignments, a look at each where
    /// the answer is not `Allow`.
    #[inline]
    pub fn check(&self, permission: PermissionId) -> Decision {
        let Some(index) = self.catalog.own(permission) else {
            return Decision::Deny(DenyReason::ForeignPermission);
        };
        let (word, bit) = self.word(index);
        let (granted, allowed) = (word.granted >> bit & 1, word.allowed >> bit & 1);
        if !self.limits.is_empty() && granted == 0 {
            return self.decide(index, self.held(index, None));
        }
        // By number, not by branches: random questions would mispredict those.
        let decision = self.decisions.get(usize::from(granted == 1) + usize::from(allowed == 1));
        decision.copied().unwrap_or(Decision::Deny(DenyReason::NotGranted))
    }

    /// Whether [`check`](Self::check) allows.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: PermissionId) -> bool {
        self.catalog.own(permission).is_some_and(|index| {
            let (word, bit) = self.word(index);
            word.allowed >> bit & 1 != 0
        })
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

    /// The word of a permission, and how far to the left its bit is.
    #[inline]
    fn word(&self, index: u16) -> (Word, u16) {
        (self.words.get(usize::from(index >> 6)).copied().unwrap_or_default(), index & 63)
    }

    fn decide(&self, index: u16, held: Held) -> Decision {
        self.state.decide(held, has(&self.usable, index))
    }

    fn held(&self, index: u16, on: Option<&Resource>) -> Held {
        let (word, bit) = self.word(index);
        if word.granted >> bit & 1 != 0 {
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
