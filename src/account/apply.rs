//! The one door: the only function that alters an account (P3).
//!
//! Edit sessions and replay both go through it, one fact at a time. Every arm looks first and alters then, so a fact
//! that is refused has altered nothing. Names are judged where they are given, in a session, and not here: what was
//! accepted once is accepted again.

use std::sync::Arc;

use super::{Account, Effect, Grantor, Holdings, MAX_REVISION, MAX_TEAMS, MAX_USERS, TeamData, UserData};
use crate::change::{Change, Fact};
use crate::error::EditError;
use crate::id::DenseId;
use crate::key::{Incarnation, RoleRef, TeamId, UserId};
use crate::name;

use reach::Bounds;

pub(crate) use role::withholding;
pub(crate) use scratch::Scratch;

mod reach;
mod role;
mod scratch;

impl Account {
    /// Applies a fact. [`Effect::Unchanged`] if it held already.
    pub(crate) fn apply(&mut self, fact: &Fact) -> Result<Effect, EditError> {
        self.must_be_current()?;
        let effect = self.applied(fact)?;
        self.drafted |= effect == Effect::Changed;
        Ok(effect)
    }

    fn applied(&mut self, fact: &Fact) -> Result<Effect, EditError> {
        match fact {
            Fact::FeatureEnabled { feature } => {
                let index = self.catalog.feature(feature)?.index();
                Ok(Effect::of(self.features.insert(index)))
            }
            Fact::FeatureDisabled { feature } => {
                let index = self.catalog.feature(feature)?.index();
                Ok(Effect::of(self.features.remove(index)))
            }
            Fact::RoleCreated { role, name } => self.create_role(role, name),
            Fact::RoleRenamed { role, name } => self.rename_role(role, name),
            Fact::RoleDescribed { role, description } => self.describe_role(role, description),
            Fact::RoleDeleted { role } => self.delete_role(role),
            Fact::PermissionGranted { role, permission, scopes } => self.grant(role, permission, scopes),
            Fact::PermissionRevoked { role, permission } => self.revoke(role, permission),
            Fact::ScopeWithheld { role, scope } => self.withhold(role, scope),
            Fact::ScopeReleased { role, scope } => self.release(role, scope),
            Fact::ImportRemembered { role, source, permissions } => self.remember(role, source, permissions),
            Fact::TeamCreated { team, name } => self.create_team(team, name),
            Fact::TeamRenamed { team, name } => self.rename_team(team, name),
            Fact::TeamDeleted { team } => self.delete_team(team),
            Fact::MemberAdded { team, user } => {
                let team = Grantor::team(self.team_slot(team)?);
                self.give(user, team)
            }
            Fact::MemberRemoved { team, user } => {
                let (team, slot) = (Grantor::team(self.team_slot(team)?), self.user_slot(user)?);
                Ok(self.update_user(slot, |user| user.holds.remove(team)))
            }
            Fact::RoleAssigned { role, assignee, reach } => self.assign(role, assignee, reach),
            Fact::RoleUnassigned { role, assignee } => self.unassign(role, assignee),
            Fact::AssignmentLimited { role, assignee, kind, resources } => {
                self.change_reach(role, assignee, kind, Bounds::To(resources))
            }
            Fact::AssignmentExtended { role, assignee, kind, resources } => {
                self.change_reach(role, assignee, kind, Bounds::Also(resources))
            }
            Fact::LimitLifted { role, assignee, kind } => {
                self.change_reach(role, assignee, kind, Bounds::Lifted)
            }
            Fact::UserSuspended { user } => self.suspend(user, true),
            Fact::UserReinstated { user } => self.suspend(user, false),
            Fact::UserRemoved { user } => self.remove_user(user),
            Fact::ResourceGone { kind, resource } => self.forget_resource(kind, resource),
            // It takes a catalog, which a fact does not carry.
            Fact::CatalogUpgraded { .. } => Err(EditError::Upgrade),
        }
    }

    /// Ends a transaction: what was deleted lets go of its holders, and the state has the head that the change leads to.
    ///
    /// Cost: a SHA-256 over the change; a pass over the users if a role or team was deleted.
    pub(crate) fn seal(&mut self, change: &Change) {
        self.let_go();
        self.scratch = Scratch::default();
        (self.head, self.drafted) = (change.head(), false);
        let incarnation = self.head.digest.incarnation();
        for fact in &change.facts {
            if let Some(slot) = created(fact).and_then(|user| self.users.find(user.as_str()))
                && self.users.get(slot).is_some_and(|user| user.incarnation == Incarnation::PENDING)
                && let Some(user) = self.users.get_mut(slot)
            {
                user.incarnation = incarnation;
            }
        }
    }

    /// Seals a change of which only the attribution became another one.
    pub(crate) fn seal_again(&mut self, change: &Change) {
        let before = self.head.digest.incarnation();
        self.head = change.head();
        let now = self.head.digest.incarnation();
        for fact in &change.facts {
            if let Some(slot) = created(fact).and_then(|user| self.users.find(user.as_str()))
                && self.users.get(slot).is_some_and(|user| user.incarnation == before)
                && let Some(user) = self.users.get_mut(slot)
            {
                user.incarnation = now;
            }
        }
    }

    pub(super) fn has_room_for_change(&self) -> Result<(), EditError> {
        match self.head.revision < MAX_REVISION {
            true => Ok(()),
            false => Err(EditError::TooMany { what: "changes", limit: MAX_REVISION }),
        }
    }

    fn create_team(&mut self, team: &TeamId, name: &str) -> Result<Effect, EditError> {
        let name = name::name("team name", name)?;
        if let Some(existing) = self.teams.lookup(team.as_str()) {
            if existing.name == name {
                return Ok(Effect::Unchanged);
            }
            return Err(EditError::TeamExists { team: team.clone(), name: existing.name.to_string() });
        }
        if self.teams.len() >= MAX_TEAMS {
            return Err(EditError::TooMany { what: "teams", limit: MAX_TEAMS as u64 });
        }
        self.teams.insert(Arc::new(TeamData { id: team.clone(), name, roles: Holdings::default() }));
        Ok(Effect::Changed)
    }

    fn rename_team(&mut self, team: &TeamId, name: &str) -> Result<Effect, EditError> {
        let name = name::name("team name", name)?;
        let slot = self.team_slot(team)?;
        Ok(self.update_team(slot, |team| {
            let differs = team.name != name;
            team.name = name;
            differs
        }))
    }

    /// Its members are visited at the end of the transaction. Until then the slot stands for nothing.
    fn delete_team(&mut self, team: &TeamId) -> Result<Effect, EditError> {
        let slot = self.team_slot(team)?;
        let removed = self.teams.retire(slot);
        if let Some(team) = &removed {
            self.free_limits(&team.roles);
            self.scratch.deleted.teams.push(slot);
        }
        Ok(Effect::of(removed.is_some()))
    }

    /// Gives a user a role or team, creating the user if need be (U1).
    fn give(&mut self, user: &UserId, grantor: Grantor) -> Result<Effect, EditError> {
        match self.users.find(user.as_str()) {
            Some(slot) => Ok(self.update_user(slot, |user| user.holds.insert(grantor))),
            None => {
                let mut holds = Holdings::default();
                holds.insert(grantor);
                let incarnation = Incarnation::PENDING;
                let new = UserData { id: user.clone(), incarnation, suspended: false, holds };
                let full = EditError::TooMany { what: "users", limit: MAX_USERS as u64 };
                self.users.insert(new).map(|_| Effect::Changed).ok_or(full)
            }
        }
    }

    fn suspend(&mut self, user: &UserId, suspended: bool) -> Result<Effect, EditError> {
        let slot = self.user_slot(user)?;
        Ok(self.update_user(slot, |user| std::mem::replace(&mut user.suspended, suspended) != suspended))
    }

    fn remove_user(&mut self, user: &UserId) -> Result<Effect, EditError> {
        let slot = self.user_slot(user)?;
        let removed = self.users.remove(slot);
        if let Some(user) = &removed {
            self.free_limits(&user.holds);
            self.scratch.holder_gone(slot);
        }
        Ok(Effect::of(removed.is_some()))
    }

    fn update_user(&mut self, slot: u32, update: impl FnOnce(&mut UserData) -> bool) -> Effect {
        Effect::of(self.users.get_mut(slot).is_some_and(update))
    }

    fn update_team(&mut self, slot: u32, update: impl FnOnce(&mut TeamData) -> bool) -> Effect {
        Effect::of(self.teams.get_mut(slot).is_some_and(|team| update(Arc::make_mut(team))))
    }

    pub(super) fn user_slot(&self, user: &UserId) -> Result<u32, EditError> {
        let unknown = || EditError::UnknownUser { user: user.clone() };
        self.users.find(user.as_str()).ok_or_else(unknown)
    }

    pub(super) fn team_slot(&self, team: &TeamId) -> Result<u32, EditError> {
        let unknown = || EditError::UnknownTeam { team: team.clone() };
        self.teams.find(team.as_str()).ok_or_else(unknown)
    }

    pub(crate) fn known_role(&self, role: &RoleRef) -> Result<u32, EditError> {
        if let Some(slot) = self.role_slot(role) {
            return Ok(slot);
        }
        Err(match role {
            RoleRef::Custom(id) => EditError::UnknownRole { role: id.clone() },
            RoleRef::Predefined(key) => match self.roles.lookup(key.as_str()) {
                Some(custom) => EditError::CustomRoleAsText { role: custom.id.clone() },
                None => self.catalog.unknown_role(key).into(),
            },
        })
    }
}

/// The user whom a fact may have created (U1).
const fn created(fact: &Fact) -> Option<&UserId> {
    match fact {
        Fact::MemberAdded { user, .. }
        | Fact::RoleAssigned { assignee: crate::key::Assignee::User(user), .. } => Some(user),
        _ => None,
    }
}
