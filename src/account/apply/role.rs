//! The part of the one door that concerns custom roles: what they grant, and the scopes selected in them (R1-R6).

use std::sync::Arc;

use crate::account::{Account, CustomData, Effect, Grantor, Holdings, Import, fold};
use crate::change::Fact;
use crate::error::EditError;
use crate::id::{DenseId, PermissionId};
use crate::key::{PermissionKey, RoleId, RoleRef, ScopeKey};
use crate::name;
use crate::set::{IdSet, has};

impl Account {
    pub(super) fn create_role(&mut self, role: &RoleId, name: &str) -> Result<Effect, EditError> {
        let (name, folded) = (name::name("role name", name)?, fold(name));
        if let Some(existing) = self.roles.lookup(role.as_str()) {
            if existing.name == name {
                return Ok(Effect::Unchanged);
            }
            return Err(EditError::RoleExists { role: role.clone(), name: existing.name.to_string() });
        }
        self.has_room_for_role()?;
        self.roles.insert(Arc::new(CustomData::new(role.clone(), name, folded)));
        Ok(Effect::Changed)
    }

    pub(super) fn rename_role(&mut self, role: &RoleId, name: &str) -> Result<Effect, EditError> {
        let (name, folded) = (name::name("role name", name)?, fold(name));
        let slot = self.custom_slot(role)?;
        Ok(self.update_role(slot, |role| {
            let differs = role.name != name;
            (role.name, role.folded) = (name, folded);
            differs
        }))
    }

    pub(super) fn describe_role(&mut self, role: &RoleId, description: &str) -> Result<Effect, EditError> {
        let description = name::description("role description", description)?;
        let slot = self.custom_slot(role)?;
        Ok(self.update_role(slot, |role| {
            let differs = *role.description != *description;
            role.description = Arc::from(description);
            differs
        }))
    }

    /// Its holders, and the roles that imported from it, are visited at the end of the transaction. Until then the slot
    /// stands for nothing: a later role of the same id has another one.
    pub(super) fn delete_role(&mut self, role: &RoleId) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let removed = self.roles.retire(slot).is_some();
        if removed {
            self.scratch.deleted.roles.push(slot);
        }
        Ok(Effect::of(removed))
    }

    /// R5: the permission, and the scopes named, which are selected with it. They are scopes of the permission that are
    /// not selected yet, in the order of the catalog.
    pub(super) fn grant(
        &mut self,
        role: &RoleId,
        permission: &PermissionKey,
        scopes: &[ScopeKey],
    ) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let index = self.catalog.permission(permission)?.index();
        let Some(data) = self.roles.get(slot) else { return Ok(Effect::Unchanged) };
        if has(&data.permissions, index) {
            return Ok(Effect::Unchanged);
        }
        let mut last = None;
        for scope in scopes {
            let selected = self.catalog.scope(scope)?.index();
            let fits = self.catalog.scopes_of(index).contains(&selected)
                && !has(&data.scopes, selected)
                && last.is_none_or(|last| last < selected);
            if !fits {
                let (role, permission, scope) = (role.clone(), permission.clone(), scope.clone());
                return Err(EditError::OtherSelection { role, permission, scope });
            }
            last = Some(selected);
        }
        let selected = scopes.iter().filter_map(|scope| Some(self.catalog.scope(scope).ok()?.index()));
        let selected: Vec<u16> = selected.collect();
        Ok(self.update_role(slot, |role| {
            role.permissions = role.permissions.with(index);
            if !selected.is_empty() {
                role.scopes =
                    selected.into_iter().fold(role.scopes.clone(), |scopes, scope| scopes.with(scope));
            }
            role.changed();
            true
        }))
    }

    /// R5: nothing stays selected that no other permission of the role provides.
    pub(super) fn revoke(&mut self, role: &RoleId, permission: &PermissionKey) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let index = self.catalog.permission(permission)?.index();
        let catalog = self.catalog.clone();
        Ok(self.update_role(slot, |role| {
            if !has(&role.permissions, index) {
                return false;
            }
            role.permissions = role.permissions.without(index);
            let selected = catalog.scopes_of(index).iter().filter(|scope| has(&role.scopes, **scope));
            let alone = selected.filter(|scope| !catalog.provides(&role.permissions, **scope));
            let alone: Vec<u16> = alone.copied().collect();
            role.scopes = alone.into_iter().fold(role.scopes.clone(), |scopes, scope| scopes.without(scope));
            role.changed();
            true
        }))
    }

    pub(super) fn withhold(&mut self, role: &RoleId, scope: &ScopeKey) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let index = self.catalog.scope(scope)?.index();
        Ok(self.update_role(slot, |role| {
            let selected = has(&role.scopes, index);
            if selected {
                role.scopes = role.scopes.without(index);
                role.changed();
            }
            selected
        }))
    }

    pub(super) fn release(&mut self, role: &RoleId, scope: &ScopeKey) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let index = self.catalog.scope(scope)?.index();
        let Some(data) = self.roles.get(slot) else { return Ok(Effect::Unchanged) };
        if !self.catalog.provides(&data.permissions, index) {
            return Err(self.not_provided(data, index));
        }
        Ok(self.update_role(slot, |role| {
            let selected = has(&role.scopes, index);
            if !selected {
                role.scopes = role.scopes.with(index);
                role.changed();
            }
            !selected
        }))
    }

    pub(super) fn remember(
        &mut self,
        role: &RoleId,
        source: &RoleRef,
        permissions: &[PermissionKey],
    ) -> Result<Effect, EditError> {
        let slot = self.custom_slot(role)?;
        let source_slot = self.known_role(source)?;
        if matches!(source, RoleRef::Custom(source) if source == role) {
            return Err(EditError::SelfImport { role: role.clone() });
        }
        let mut granted = IdSet::<PermissionId>::new();
        for permission in permissions {
            if !granted.insert(self.catalog.permission(permission)?.index()) {
                return Err(EditError::Repeated { permission: permission.clone() });
            }
        }
        let import =
            Import { source: source.clone(), slot: source_slot, granted: crate::set::Row::from(&granted) };
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
    pub(crate) fn import_place(&self, slot: u32, source: &RoleRef) -> Result<usize, usize> {
        let imports = self.roles.get(slot).map_or(&[][..], |role| &role.imports);
        let rank = |source: &RoleRef| match source {
            RoleRef::Predefined(key) => (self.catalog.role_index(key), None),
            RoleRef::Custom(id) => (Some(usize::MAX), Some(id.clone())),
        };
        imports.binary_search_by(|import| rank(&import.source).cmp(&rank(source)))
    }

    fn update_role(&mut self, slot: u32, update: impl FnOnce(&mut CustomData) -> bool) -> Effect {
        Effect::of(self.roles.get_mut(slot).is_some_and(|role| update(Arc::make_mut(role))))
    }

    /// Everybody lets go of the roles and teams that were deleted: users, teams, limits, memories of imports. One pass,
    /// however many were deleted.
    pub(super) fn let_go(&mut self) {
        let deleted = std::mem::take(&mut self.scratch.deleted);
        let (mut roles, mut teams) = (deleted.roles, deleted.teams);
        if roles.is_empty() && teams.is_empty() {
            return;
        }
        roles.sort_unstable();
        teams.sort_unstable();
        let first = self.first_custom();
        let is_gone =
            |role: u32| role.checked_sub(first).is_some_and(|slot| roles.binary_search(&slot).is_ok());
        let of_roles = roles.iter().map(|slot| Grantor::role(first + slot));
        let limits = self.limits.iter().filter(|(_, limit)| is_gone(limit.role));
        let limits: Vec<Grantor> = limits.map(|(slot, _)| Grantor::limit(slot)).collect();
        // Ascending, as roles come before limits and limits before teams.
        let of_teams = teams.iter().map(|slot| Grantor::team(*slot));
        let gone: Vec<Grantor> = of_roles.chain(limits.iter().copied()).chain(of_teams).collect();
        let lets_go = |held: &Grantor| gone.binary_search(held).is_ok();
        let concerned = |holdings: &Holdings| holdings.all().iter().any(lets_go);
        self.users
            .update_where(|user| concerned(&user.holds), |user| user.holds.retain(|held| !lets_go(held)));
        self.teams.update_where(
            |team| concerned(&team.roles),
            |team| Arc::make_mut(team).roles.retain(|held| !lets_go(held)),
        );
        // A later role of the same id is another source (R3).
        let forgets = |import: &Import| matches!(import.source, RoleRef::Custom(_)) && is_gone(import.slot);
        self.roles.update_where(
            |role| role.imports.iter().any(forgets),
            |role| Arc::make_mut(role).imports.retain(|import| !forgets(import)),
        );
        limits.into_iter().for_each(|limit| self.free_limit(limit));
        roles.into_iter().for_each(|slot| self.roles.release(slot));
        teams.into_iter().for_each(|slot| self.teams.release(slot));
    }

    /// That no permission of a role provides a scope, with the selected scopes that cover it.
    pub(crate) fn not_provided(&self, role: &CustomData, scope: u16) -> EditError {
        let key = |index: u16| self.catalog.scope_at(index).map(|scope| scope.key().clone());
        let mut covering = self.catalog.covering(scope);
        covering.intersect_with(&role.scopes);
        EditError::NotProvided {
            role: role.id.clone(),
            scope: key(scope).map_or_else(String::new, |key| key.to_string()),
            covered_by: covering.iter().filter_map(key).collect(),
        }
    }
}

/// The facts by which a role comes to withhold a scope (R5): it and everything selected that includes it.
pub(crate) fn withholding(account: &Account, role: &RoleId, scope: u16) -> Result<Vec<Fact>, EditError> {
    let slot = account.custom_slot(role)?;
    let Some(data) = account.custom_table().get(slot) else { return Ok(Vec::new()) };
    let catalog = account.catalog();
    if !catalog.provides(&data.permissions, scope) {
        return Err(account.not_provided(data, scope));
    }
    let mut covering = catalog.covering(scope);
    covering.intersect_with(&data.scopes);
    let keys = covering.iter().filter_map(|index| Some(catalog.scope_at(index)?.key().clone()));
    Ok(keys.map(|scope| Fact::ScopeWithheld { role: role.clone(), scope }).collect())
}
