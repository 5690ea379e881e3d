//! The one door: the only function that alters an account (P3).
//!
//! Edit sessions and replay both go through it, one fact at a time. Every arm looks first and alters then,
//! so a fact that is refused has altered nothing.

use std::sync::Arc;

use super::role::Import;
use super::{
    Account, CustomData, Effect, Grantor, Holdings, MAX_REVISION, MAX_TEAMS, MAX_USERS, TeamData, UserData,
};
use crate::catalog::Refs;
use crate::change::Fact;
use crate::error::EditError;
use crate::id::{DenseId, PermissionId};
use crate::key::{PermissionKey, RoleId, RoleRef, ScopeKey, TeamId, UserId};
use crate::name::{self, fold};
use crate::set::{IdSet, Row};

impl Account {
    /// Makes a fact true. Whether it was not so already.
    pub(crate) fn apply(&mut self, fact: &Fact) -> Result<Effect, EditError> {
        self.must_be_current()?;
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
            Fact::PermissionGranted { role, permission } => self.grant(role, permission, true),
            Fact::PermissionRevoked { role, permission } => self.grant(role, permission, false),
            Fact::ScopeWithheld { role, scope } => self.withhold(role, scope, true),
            Fact::ScopeRestored { role, scope } => self.withhold(role, scope, false),
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
                self.change_reach(role, assignee, kind, |reach| reach.limit(kind.clone(), resources.clone()))
            }
            Fact::AssignmentExtended { role, assignee, kind, resources } => {
                self.change_reach(role, assignee, kind, |reach| reach.extend(kind, resources.clone()))
            }
            Fact::LimitLifted { role, assignee, kind } => {
                self.change_reach(role, assignee, kind, |reach| reach.lift(kind))
            }
            Fact::UserSuspended { user } => self.suspend(user, true),
            Fact::UserReinstated { user } => self.suspend(user, false),
            Fact::UserRemoved { user } => {
                let slot = self.user_slot(user)?;
                let removed = self.users.remove(slot);
                if let Some(user) = &removed {
                    self.free_limits(&user.holds);
                }
                Ok(Effect::of(removed.is_some()))
            }
            // It takes a catalog, which a fact does not carry.
            Fact::CatalogUpgraded { .. } => Err(EditError::Upgrade),
        }
    }

    /// One change, one revision (P2).
    pub(crate) fn raise_revision(&mut self) {
        self.revision += 1;
    }

    pub(super) fn has_room_for_change(&self) -> Result<(), EditError> {
        match self.revision < MAX_REVISION {
            true => Ok(()),
            false => Err(EditError::TooMany { what: "changes", limit: MAX_REVISION }),
        }
    }

    fn create_role(&mut self, role: &RoleId, name: &str) -> Result<Effect, EditError> {
        let (name, folded) = (name::name("role name", name)?, fold(name));
        if let Some(existing) = self.roles.lookup(role.as_str()) {
            if existing.name == name {
                return Ok(Effect::Unchanged);
            }
            return Err(EditError::RoleExists { role: role.clone(), name: existing.name.to_string() });
        }
        self.has_room_for_role()?;
        self.roles.insert(Arc::new(CustomData {
            id: role.clone(),
            name,
            folded,
            description: Arc::from(""),
            permissions: Row::default(),
            withheld: Refs::new(),
            imports: Vec::new(),
        }));
        Ok(Effect::Changed)
    }

    fn rename_role(&mut self, role: &RoleId, name: &str) -> Result<Effect, EditError> {
        let (name, folded) = (name::name("role name", name)?, fold(name));
        let slot = self.custom_slot(role)?;
        if self.roles.get(slot).is_some_and(|role| role.name == name) {
            return Ok(Effect::Unchanged);
        }
        Ok(self.update_role(slot, |role| {
            let differs = role.name != name;
            (role.name, role.folded) = (name, folded);
            differs
        }))
    }

    fn describe_role(&mut self, role: &RoleId, description: &str) -> Result<Effect, EditError> {
        let description = name::description("role description", description)?;
        let slot = self.custom_slot(role)?;
        Ok(self.update_role(slot, |role| {
            let differs = *role.description != *description;
            role.description = Arc::from(description);
            differs
        }))
    }

    /// Every user and team loses the role before its slot can be used again (R6).
    fn delete_role(&mut self, role: &RoleId) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        self.sweep(self.first_custom() + slot);
        // Nor does an import remember it: a later role of the same id is another source (R3).
        let gone = RoleRef::Custom(role.clone());
        let imported = |role: &Arc<CustomData>| role.imports.iter().any(|import| import.source == gone);
        self.roles.update_where(imported, |role| {
            Arc::make_mut(role).imports.retain(|import| import.source != gone);
        });
        Ok(Effect::of(self.roles.remove(slot).is_some()))
    }

    fn grant(&mut self, role: &RoleId, permission: &PermissionKey, given: bool) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let index = self.catalog.permission(permission)?.index();
        Ok(self.update_role(slot, |role| {
            let mut set = role.permissions.to_set::<()>();
            let changed = if given { set.insert(index) } else { set.remove(index) };
            if changed {
                role.permissions = Row::from(&set);
            }
            changed
        }))
    }

    fn withhold(&mut self, role: &RoleId, scope: &ScopeKey, withheld: bool) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let index = self.catalog.scope(scope)?.index();
        Ok(self.update_role(slot, |role| match (role.withheld.binary_search(&index), withheld) {
            (Err(at), true) => {
                role.withheld.insert(at, index);
                true
            }
            (Ok(at), false) => {
                role.withheld.remove(at);
                true
            }
            _ => false,
        }))
    }

    fn remember(
        &mut self,
        role: &RoleId,
        source: &RoleRef,
        permissions: &[PermissionKey],
    ) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        self.known_role(source)?;
        if matches!(source, RoleRef::Custom(source) if source == role) {
            return Err(EditError::SelfImport { role: role.clone() });
        }
        let mut granted = IdSet::<PermissionId>::new();
        for permission in permissions {
            if !granted.insert(self.catalog.permission(permission)?.index()) {
                return Err(EditError::Repeated { permission: permission.clone() });
            }
        }
        let import = Import { source: source.clone(), granted: Row::from(&granted) };
        let place = self.import_place(slot, source);
        Ok(self.update_role(slot, |role| match place {
            Ok(at) => role.imports.get_mut(at).is_some_and(|known| {
                let moved = *known != import;
                *known = import;
                moved
            }),
            Err(at) => {
                role.imports.insert(at.min(role.imports.len()), import);
                true
            }
        }))
    }

    /// Where a role's imports remember a source, or would.
    pub(super) fn import_place(&self, slot: u32, source: &RoleRef) -> Result<usize, usize> {
        let imports = self.roles.get(slot).map_or(&[][..], |role| &role.imports);
        let rank = |source: &RoleRef| match source {
            RoleRef::Predefined(key) => (self.catalog.role_index(key), None),
            RoleRef::Custom(id) => (Some(usize::MAX), Some(id.clone())),
        };
        imports.binary_search_by(|import| rank(&import.source).cmp(&rank(source)))
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

    /// Every member leaves before the team's slot can be used again.
    fn delete_team(&mut self, team: &TeamId) -> Result<Effect, EditError> {
        let slot = self.team_slot(team)?;
        let grantor = Grantor::team(slot);
        self.users.update_where(
            |user| user.holds.contains(grantor),
            |user| {
                user.holds.remove(grantor);
            },
        );
        let removed = self.teams.remove(slot);
        if let Some(team) = &removed {
            self.free_limits(&team.roles);
        }
        Ok(Effect::of(removed.is_some()))
    }

    /// Gives a user a role or team, creating the user if need be (U1).
    pub(super) fn give(&mut self, user: &UserId, grantor: Grantor) -> Result<Effect, EditError> {
        match self.users.find(user.as_str()) {
            Some(slot) => Ok(self.update_user(slot, |user| user.holds.insert(grantor))),
            None => {
                let mut holds = Holdings::default();
                holds.insert(grantor);
                let new = UserData { id: user.clone(), suspended: false, holds };
                let full = EditError::TooMany { what: "users", limit: MAX_USERS as u64 };
                self.users.insert(new).map(|_| Effect::Changed).ok_or(full)
            }
        }
    }

    fn suspend(&mut self, user: &UserId, suspended: bool) -> Result<Effect, EditError> {
        let slot = self.user_slot(user)?;
        Ok(self.update_user(slot, |user| std::mem::replace(&mut user.suspended, suspended) != suspended))
    }

    pub(super) fn update_user(&mut self, slot: u32, update: impl FnOnce(&mut UserData) -> bool) -> Effect {
        Effect::of(self.users.get_mut(slot).is_some_and(update))
    }

    fn update_role(&mut self, slot: u32, update: impl FnOnce(&mut CustomData) -> bool) -> Effect {
        Effect::of(self.roles.get_mut(slot).is_some_and(|role| update(Arc::make_mut(role))))
    }

    pub(super) fn update_team(&mut self, slot: u32, update: impl FnOnce(&mut TeamData) -> bool) -> Effect {
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
