//! Imports and what became of their sources since (R3).

use super::role::{CustomRole, Import};
use super::{Account, CustomData};
use crate::catalog::PermissionSet;
use crate::id::PermissionId;
use crate::key::RoleRef;
use crate::set::IdSet;

/// How far a role and one source that it imported from have moved apart since (R3).
///
/// Nothing of it happens by itself: a custom role follows its sources only on request, with
/// [`Edit::catch_up`](crate::Edit::catch_up) or by importing again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Drift {
    /// The role that was imported from.
    pub source: RoleRef,
    /// What the source has come to grant since.
    pub gained: PermissionSet,
    /// Of that, what the importing role does not grant.
    pub lacking: PermissionSet,
    /// What the source has ceased to grant since.
    pub lost: PermissionSet,
    /// Of that, what the importing role still grants.
    pub kept: PermissionSet,
}

impl Drift {
    /// Whether the source is as it was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}

impl CustomRole<'_> {
    /// The roles that this one imported from, predefined ones first, and what each has gained and lost since
    /// (R3). A source that did not change is listed too, with nothing; one that was deleted is forgotten.
    #[must_use]
    pub fn drift(&self) -> Vec<Drift> {
        let account = self.account();
        self.remembered().map(|import| account.drift(self.data(), import)).collect()
    }
}

impl Account {
    pub(super) fn drift(&self, role: &CustomData, import: &Import) -> Drift {
        let (then, now) = (import.granted.to_set::<PermissionId>(), self.granted_now(&import.source));
        let has = role.permissions.to_set::<PermissionId>();
        let less = |from: &IdSet<PermissionId>, other: &IdSet<PermissionId>| {
            let mut rest = from.clone();
            rest.subtract(other.words());
            rest
        };
        let (gained, lost) = (less(&now, &then), less(&then, &now));
        let lacking = less(&gained, &has);
        let mut kept = lost.clone();
        kept.intersect_with(has.words());
        let set = |ids| PermissionSet::new(&self.catalog, ids);
        Drift {
            source: import.source.clone(),
            gained: set(gained),
            lacking: set(lacking),
            lost: set(lost),
            kept: set(kept),
        }
    }

    pub(super) fn granted_now(&self, role: &RoleRef) -> IdSet<PermissionId> {
        let row = self.role_slot(role).and_then(|slot| self.role_row(slot));
        row.map(crate::set::Row::to_set).unwrap_or_default()
    }
}
