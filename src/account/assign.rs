//! The part of the one door that concerns assignments and their reach (L2).

use std::sync::Arc;

use super::{Account, Effect, Grantor, Holdings, LimitData, MAX_LIMITS, Sort};
use crate::error::EditError;
use crate::key::{Assignee, KindKey, RoleRef};
use crate::reach::Reach;

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
        let new = |account: &mut Self| account.new_assignment(slot, limit);
        match to {
            Assignee::User(user) => {
                let known = self.users.lookup(user.as_str());
                if known.is_some_and(|known| self.assignment(&known.holds, slot).is_some()) {
                    return Ok(Effect::Unchanged);
                }
                let assignment = new(self)?;
                self.give(user, assignment)
            }
            Assignee::Team(team) => {
                let team = self.team_slot(team)?;
                let known = self.teams.get(team);
                if known.is_some_and(|known| self.assignment(&known.roles, slot).is_some()) {
                    return Ok(Effect::Unchanged);
                }
                let assignment = new(self)?;
                Ok(self.update_team(team, |team| team.roles.insert(assignment)))
            }
        }
    }

    pub(super) fn unassign(&mut self, role: &RoleRef, from: &Assignee) -> Result<Effect, EditError> {
        let Some(held) = self.held(role, from)? else { return Ok(Effect::Unchanged) };
        self.update_holdings(from, |holdings| holdings.remove(held))?;
        self.free_limit(held);
        Ok(Effect::Changed)
    }

    /// Gives an assignment another reach in one kind. `change` says whether what the fact names is exactly
    /// what changes; otherwise the fact belongs to another state.
    pub(super) fn change_reach(
        &mut self,
        role: &RoleRef,
        assignee: &Assignee,
        kind: &KindKey,
        change: impl FnOnce(&mut Reach) -> bool,
    ) -> Result<Effect, EditError> {
        let slot = self.known_role(role)?;
        self.catalog.kind(kind)?;
        let not_assigned = || EditError::NotAssigned { role: role.clone(), assignee: assignee.clone() };
        let held = self.held(role, assignee)?.ok_or_else(not_assigned)?;
        let before = self.reach_of(held);
        let mut after = before.clone();
        if !change(&mut after) {
            let (role, assignee) = (role.clone(), assignee.clone());
            return Err(EditError::OtherReach { role, assignee, kind: kind.clone() });
        }
        if before == after {
            return Ok(Effect::Unchanged);
        }
        let now = self.new_assignment(slot, LimitData::new(&self.catalog, slot, &after)?)?;
        self.update_holdings(assignee, |holdings| holdings.remove(held) && holdings.insert(now))?;
        self.free_limit(held);
        Ok(Effect::Changed)
    }

    /// What of an assignee's holdings is the assignment of a role.
    pub(super) fn held(&self, role: &RoleRef, assignee: &Assignee) -> Result<Option<Grantor>, EditError> {
        let role = self.known_role(role)?;
        let holdings = match assignee {
            Assignee::User(user) => self.users.get(self.user_slot(user)?).map(|user| &user.holds),
            Assignee::Team(team) => self.teams.get(self.team_slot(team)?).map(|team| &team.roles),
        };
        Ok(holdings.and_then(|holdings| self.assignment(holdings, role)))
    }

    /// Everybody loses a role: users, teams, and the limited assignments of it.
    pub(super) fn sweep(&mut self, role: u32) {
        let of_role = self.limits.iter().filter(|(_, limit)| limit.role == role);
        // Ascending, as the slots are.
        let limits: Vec<Grantor> = of_role.map(|(slot, _)| Grantor::limit(slot)).collect();
        let unlimited = Grantor::role(role);
        let gone = |held: &Grantor| *held == unlimited || limits.binary_search(held).is_ok();
        let concerned = |holdings: &Holdings| match limits.is_empty() {
            true => holdings.contains(unlimited),
            false => holdings.all().iter().any(gone),
        };
        self.users.update_where(|user| concerned(&user.holds), |user| user.holds.retain(|held| !gone(held)));
        self.teams.update_where(
            |team| concerned(&team.roles),
            |team| Arc::make_mut(team).roles.retain(|held| !gone(held)),
        );
        limits.into_iter().for_each(|limit| self.free_limit(limit));
    }

    pub(super) fn free_limits(&mut self, holdings: &Holdings) {
        holdings.limits().for_each(|slot| self.free_limit(Grantor::limit(slot)));
    }

    fn free_limit(&mut self, held: Grantor) {
        if let Sort::Limit(slot) = held.sort() {
            self.limits.remove(slot);
        }
    }

    pub(crate) fn new_assignment(&mut self, role: u32, limit: LimitData) -> Result<Grantor, EditError> {
        if limit.kinds.is_empty() {
            return Ok(Grantor::role(role));
        }
        let full = EditError::TooMany { what: "limited assignments", limit: MAX_LIMITS as u64 };
        if self.limits.len() >= MAX_LIMITS {
            return Err(full);
        }
        self.limits.insert(Arc::new(limit)).map(Grantor::limit).ok_or(full)
    }

    fn update_holdings(
        &mut self,
        of: &Assignee,
        update: impl FnOnce(&mut Holdings) -> bool,
    ) -> Result<Effect, EditError> {
        Ok(match of {
            Assignee::User(user) => {
                let slot = self.user_slot(user)?;
                self.update_user(slot, |user| update(&mut user.holds))
            }
            Assignee::Team(team) => {
                let slot = self.team_slot(team)?;
                self.update_team(slot, |team| update(&mut team.roles))
            }
        })
    }
}
