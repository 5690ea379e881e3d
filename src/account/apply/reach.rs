//! The part of the one door that concerns assignments and where they count (L2, L7).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::scratch::Holder;
use crate::account::{Account, Effect, Grantor, Holdings, LimitData, MAX_LIMITS, Resources, Sort};
use crate::error::EditError;
use crate::key::{Assignee, KindKey, ResourceId, RoleRef};
use crate::reach::Reach;

/// Holders with more limited assignments than this are looked through once a session, and not for each fact.
const FEW: usize = 32;

/// What a fact says of the limit of an assignment in one kind.
#[derive(Clone, Copy)]
pub(super) enum Bounds<'f> {
    /// It reaches these and nothing else, all of which it reached.
    To(&'f BTreeSet<ResourceId>),
    /// It reaches these too, none of which it reached.
    Also(&'f BTreeSet<ResourceId>),
    /// It is limited no longer.
    Lifted,
}

impl Account {
    /// Assigns a role. An assignment that is there already stays as it is, whatever its reach.
    pub(super) fn assign(
        &mut self,
        role: &RoleRef,
        to: &Assignee,
        reach: &Reach,
    ) -> Result<Effect, EditError> {
        let slot = self.known_role(role)?;
        let limit = LimitData::new(&self.catalog, slot, reach)?;
        let holder = match to {
            Assignee::Team(team) => Some(Holder::Team(self.team_slot(team)?)),
            Assignee::User(user) => self.users.find(user.as_str()).map(Holder::User),
        };
        if holder.is_some_and(|holder| self.assignment_of(holder, slot).is_some()) {
            return Ok(Effect::Unchanged);
        }
        let assignment = self.new_assignment(slot, limit)?;
        match (holder, to) {
            (Some(holder), _) => self.hold(holder, slot, None, Some(assignment)),
            (None, Assignee::User(user)) => return self.give(user, assignment),
            (None, Assignee::Team(_)) => {}
        }
        Ok(Effect::Changed)
    }

    pub(super) fn unassign(&mut self, role: &RoleRef, from: &Assignee) -> Result<Effect, EditError> {
        let (slot, holder) = (self.known_role(role)?, self.holder(from)?);
        let Some(held) = self.assignment_of(holder, slot) else { return Ok(Effect::Unchanged) };
        self.hold(holder, slot, Some(held), None);
        self.free_limit(held);
        Ok(Effect::Changed)
    }

    /// Gives an assignment another limit in one kind. A fact that does not start from the limit that is there belongs
    /// to another state, and is refused.
    ///
    /// Cost: that of the resources named, however many the limit has.
    pub(super) fn change_reach(
        &mut self,
        role: &RoleRef,
        assignee: &Assignee,
        kind: &KindKey,
        bounds: Bounds<'_>,
    ) -> Result<Effect, EditError> {
        let (slot, holder) = (self.known_role(role)?, self.holder(assignee)?);
        let not_assigned = || EditError::NotAssigned { role: role.clone(), assignee: assignee.clone() };
        let held = self.assignment_of(holder, slot).ok_or_else(not_assigned)?;
        let limit = self.limit_within(held);
        let index = match self.catalog.kind_index(kind.as_str()) {
            Ok(index) => Some(index),
            // A kind that an upgrade took away still narrows what it narrowed.
            Err(_) if limit.is_some_and(|limit| limit.gone.contains_key(kind)) => None,
            Err(unknown) => return Err(unknown.into()),
        };
        let other =
            || EditError::OtherReach { role: role.clone(), assignee: assignee.clone(), kind: kind.clone() };
        let known = limit.and_then(|limit| limit.named(index, kind));
        match (bounds, known) {
            (Bounds::To(to), Some(known)) if !to.iter().all(|id| known.contains(id)) => return Err(other()),
            (Bounds::To(to), Some(known)) if to.len() == known.len() => return Ok(Effect::Unchanged),
            (Bounds::Also(more), Some(known)) if more.iter().any(|id| known.contains(id)) => {
                return Err(other());
            }
            (Bounds::Also(more), Some(_)) if more.is_empty() => return Ok(Effect::Unchanged),
            (Bounds::Also(_) | Bounds::Lifted, None) => return Err(other()),
            _ => {}
        }
        let Sort::Limit(at) = held.sort() else {
            // Until now it reached everything.
            let mut limit = LimitData::everything(slot);
            limit.bound(index, kind, bounds);
            let now = self.new_assignment(slot, limit)?;
            self.hold(holder, slot, Some(held), Some(now));
            return Ok(Effect::Changed);
        };
        if let (Bounds::Also(more), Some(index)) = (bounds, index) {
            self.scratch.resources_added(at, index, more.iter());
        }
        let limit = self.limits.get_mut(at).map(Arc::make_mut);
        let everywhere = limit.is_some_and(|limit| {
            limit.bound(index, kind, bounds);
            limit.is_everything()
        });
        if everywhere {
            self.hold(holder, slot, Some(held), Some(Grantor::role(slot)));
            self.free_limit(held);
        }
        Ok(Effect::Changed)
    }

    /// Takes a resource out of every limit (L7).
    ///
    /// Cost: a pass over the limited assignments for the first of a session, then that of those that name the resource.
    pub(super) fn forget_resource(
        &mut self,
        kind: &KindKey,
        resource: &ResourceId,
    ) -> Result<Effect, EditError> {
        let index = self.catalog.kind_index(kind.as_str())?;
        if self.scratch.resources.is_none() {
            self.scratch.resources = Some(std::collections::HashMap::default());
            for (slot, limit) in self.limits.iter() {
                self.scratch.limit_added(slot, limit);
            }
        }
        let named =
            self.scratch.resources.as_mut().and_then(|named| named.remove(&(index, resource.clone())));
        let mut changed = false;
        for slot in named.unwrap_or_default() {
            // That of a role deleted in this session is nobody's, and only waits for its holder to be visited.
            let names = |limit: &Arc<LimitData>| {
                limit.resources(index).is_some_and(|resources| resources.contains(resource))
                    && self.role_row(limit.role).is_some()
            };
            if self.limits.get(slot).is_some_and(names)
                && let Some(limit) = self.limits.get_mut(slot)
            {
                changed |= Arc::make_mut(limit).forget(index, resource);
            }
        }
        Ok(Effect::of(changed))
    }

    /// The resources of a kind to which an assignment is limited; `None` if it is not limited in that kind. The kind is
    /// one of the catalog, or one that an upgrade took away.
    pub(crate) fn limit_of(
        &mut self,
        role: &RoleRef,
        assignee: &Assignee,
        kind: &KindKey,
    ) -> Result<Option<&Resources>, EditError> {
        let index = self.catalog.kind_index(kind.as_str());
        let (slot, holder) = (self.known_role(role)?, self.holder(assignee)?);
        let not_assigned = || EditError::NotAssigned { role: role.clone(), assignee: assignee.clone() };
        let held = self.assignment_of(holder, slot).ok_or_else(not_assigned)?;
        let limit = self.limit_within(held);
        match index {
            Ok(index) => Ok(limit.and_then(|limit| limit.resources(index))),
            Err(unknown) => {
                limit.and_then(|limit| limit.gone.get(kind)).map(Some).ok_or_else(|| unknown.into())
            }
        }
    }

    fn holder(&self, assignee: &Assignee) -> Result<Holder, EditError> {
        Ok(match assignee {
            Assignee::User(user) => Holder::User(self.user_slot(user)?),
            Assignee::Team(team) => Holder::Team(self.team_slot(team)?),
        })
    }

    fn holdings(&self, holder: Holder) -> Option<&Holdings> {
        match holder {
            Holder::User(slot) => self.users.get(slot).map(|user| &user.holds),
            Holder::Team(slot) => self.teams.get(slot).map(|team| &team.roles),
        }
    }

    /// The same as [`assignment`](Self::assignment), for many facts about one holder.
    fn assignment_of(&mut self, holder: Holder, role: u32) -> Option<Grantor> {
        let holdings = self.holdings(holder)?;
        if holdings.contains(Grantor::role(role)) {
            return Some(Grantor::role(role));
        }
        if holdings.limits().nth(FEW).is_none() {
            return self.assignment(holdings, role);
        }
        if !self.scratch.limits.contains_key(&holder) {
            let of_role = |slot: u32| Some((self.limits.get(slot)?.role, slot));
            let limits = holdings.limits().filter_map(of_role).collect();
            self.scratch.limits.insert(holder, limits);
        }
        let slot = *self.scratch.limits.get(&holder)?.get(&role)?;
        Some(Grantor::limit(slot))
    }

    /// Exchanges the assignment of a role for another one.
    fn hold(&mut self, holder: Holder, role: u32, before: Option<Grantor>, now: Option<Grantor>) {
        let exchange = |holdings: &mut Holdings| {
            let removed = before.is_some_and(|before| holdings.remove(before));
            now.is_some_and(|now| holdings.insert(now)) || removed
        };
        match holder {
            Holder::User(slot) => self.update_user(slot, |user| exchange(&mut user.holds)),
            Holder::Team(slot) => self.update_team(slot, |team| exchange(&mut team.roles)),
        };
        self.scratch.assigned(holder, role, now.map(Grantor::sort));
    }

    pub(super) fn free_limits(&mut self, holdings: &Holdings) {
        holdings.limits().for_each(|slot| self.free_limit(Grantor::limit(slot)));
    }

    pub(super) fn free_limit(&mut self, held: Grantor) {
        if let Sort::Limit(slot) = held.sort() {
            self.limits.remove(slot);
        }
    }

    pub(crate) fn new_assignment(&mut self, role: u32, limit: LimitData) -> Result<Grantor, EditError> {
        if limit.is_everything() {
            return Ok(Grantor::role(role));
        }
        let full = EditError::TooMany { what: "limited assignments", limit: MAX_LIMITS as u64 };
        if self.limits.len() >= MAX_LIMITS {
            return Err(full);
        }
        let limit = Arc::new(limit);
        let slot = self.limits.insert(Arc::clone(&limit)).ok_or(full)?;
        self.scratch.limit_added(slot, &limit);
        Ok(Grantor::limit(slot))
    }
}

impl LimitData {
    /// No limit yet.
    fn everything(role: u32) -> Self {
        Self { role, kinds: Vec::new(), gone: std::collections::BTreeMap::new() }
    }

    /// The resources of a kind to which it limits: a kind of the catalog, or one that is gone.
    fn named(&self, index: Option<u16>, kind: &KindKey) -> Option<&Resources> {
        match index {
            Some(index) => self.resources(index),
            None => self.gone.get(kind),
        }
    }

    fn bound(&mut self, index: Option<u16>, kind: &KindKey, bounds: Bounds<'_>) {
        match (bounds, index) {
            (Bounds::Lifted, Some(index)) => self.kinds.retain(|(known, _)| *known != index),
            (Bounds::Lifted, None) => _ = self.gone.remove(kind),
            (Bounds::To(to), index) => {
                let to = to.iter().cloned().collect();
                match index {
                    Some(index) => match self.kinds.binary_search_by_key(&index, |(known, _)| *known) {
                        Ok(at) => {
                            if let Some((_, known)) = self.kinds.get_mut(at) {
                                *known = to;
                            }
                        }
                        Err(at) => self.kinds.insert(at, (index, to)),
                    },
                    None => _ = self.gone.insert(kind.clone(), to),
                }
            }
            (Bounds::Also(more), index) => {
                let known = match index {
                    Some(index) => {
                        self.kinds.iter_mut().find(|(known, _)| *known == index).map(|(_, ids)| ids)
                    }
                    None => self.gone.get_mut(kind),
                };
                known.into_iter().for_each(|known| known.extend(more.iter().cloned()));
            }
        }
    }

    /// Whether the resource was named.
    fn forget(&mut self, index: u16, resource: &ResourceId) -> bool {
        self.kinds.iter_mut().any(|(kind, resources)| *kind == index && resources.remove(resource))
    }
}
