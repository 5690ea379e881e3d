//! What a session has worked out to find things again. Without it each of many facts would look through everything.
//!
//! It says where to look, never what is so: whoever finds something by it looks again. A clone starts without.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::account::{LimitData, Sort};
use crate::key::ResourceId;
use crate::work::steps;

type Map<K, V> = HashMap<K, V, RandomState>;

/// A user or team, by its slot.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub(crate) enum Holder {
    User(u32),
    Team(u32),
}

#[derive(Default)]
pub(crate) struct Scratch {
    /// Of holders of many limited assignments: the limit of each role.
    pub(super) limits: Map<Holder, Map<u32, u32>>,
    /// Once a resource was gone: the limits that name each resource, and some that did.
    pub(super) resources: Option<Map<(u16, ResourceId), Vec<u32>>>,
    /// Roles and teams that were deleted, whose holders have not been visited yet.
    pub(super) deleted: Deleted,
}

/// Slots that no role or team has any more, and that may not be used again before everybody has let go of them.
#[derive(Clone, Default)]
pub(crate) struct Deleted {
    pub(super) roles: Vec<u32>,
    pub(super) teams: Vec<u32>,
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self { deleted: self.deleted.clone(), ..Self::default() }
    }
}

impl Scratch {
    /// That a limit with this data is in a slot from now on.
    pub(super) fn limit_added(&mut self, slot: u32, limit: &LimitData) {
        let Some(named) = &mut self.resources else { return };
        for (kind, resources) in &limit.kinds {
            steps(resources.len());
            for resource in resources {
                named.entry((*kind, resource.clone())).or_default().push(slot);
            }
        }
    }

    /// That a limit names these resources of a kind, too.
    pub(super) fn resources_added<'r>(
        &mut self,
        slot: u32,
        kind: u16,
        resources: impl Iterator<Item = &'r ResourceId>,
    ) {
        let Some(named) = &mut self.resources else { return };
        for resource in resources {
            named.entry((kind, resource.clone())).or_default().push(slot);
        }
    }

    /// That a user is there no more; their slot may be somebody else's soon.
    pub(super) fn holder_gone(&mut self, user: u32) {
        self.limits.remove(&Holder::User(user));
    }

    /// That a holder has a role by this assignment, or no longer by a limited one.
    pub(super) fn assigned(&mut self, holder: Holder, role: u32, now: Option<Sort>) {
        let Some(limits) = self.limits.get_mut(&holder) else { return };
        match now {
            Some(Sort::Limit(slot)) => _ = limits.insert(role, slot),
            _ => _ = limits.remove(&role),
        }
    }
}
