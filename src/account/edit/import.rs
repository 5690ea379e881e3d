//! Edits that make one role from others: import, catching up, duplicate (R3, R4).

use super::selecting::Selecting;
use super::{Edit, Effect};
use crate::account::Role;
use crate::catalog::{PermissionSet, ScopeSet};
use crate::change::Fact;
use crate::error::EditError;
use crate::id::{DenseId, PermissionId};
use crate::key::{Named, NamedRole, PermissionKey, RoleId, RoleRef};
use crate::name::MAX_DESCRIPTION_CHARS;
use crate::set::{IdSet, Row};

/// What an import added, and which role it came from (R3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Imported {
    /// Whether anything changed: permissions were added, or a source is remembered anew.
    pub effect: Effect,
    /// The permissions added.
    pub added: PermissionSet,
    /// Each source, in the order given, with those of the added permissions that it grants. What two
    /// sources grant is listed with both.
    pub sources: Vec<ImportedFrom>,
}

/// One source of an import.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ImportedFrom {
    /// The role imported from.
    pub source: RoleRef,
    /// Those of the added permissions that it grants.
    pub added: PermissionSet,
    /// The scopes that were selected with the permissions taken from it: a permission is taken from the first source
    /// that grants it.
    pub scopes: ScopeSet,
}

impl Edit {
    /// Adds the present permissions of other roles to a custom role; removes nothing (R3).
    ///
    /// Sources are taken in the order given. With a permission come the scopes that its source provides by it, less
    /// those that the role withholds (R5).
    ///
    /// Later updates of the sources never reach the role by themselves. It remembers each source and what
    /// it granted, so that [drift](crate::CustomRole::drift) can be listed; importing again moves that
    /// baseline.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - A source does not exist, or is the role itself. Nothing is imported then.
    pub fn import<R: NamedRole>(
        &mut self,
        role: impl NamedRole,
        sources: impl IntoIterator<Item = R>,
    ) -> Result<Imported, EditError> {
        let role = self.editable(role)?;
        let mut granted = Vec::new();
        for source in sources {
            let source = source.into_role()?;
            self.account().known_role(&source)?;
            let now = self.account().granted_now(&source);
            granted.push((source, now));
        }
        let catalog = self.account().catalog().clone();
        let mut selecting = Selecting::new(&catalog, self.data(&role)?);
        let (mut facts, mut taken) = (Vec::new(), Vec::new());
        let mut added = IdSet::<PermissionId>::new();
        for (source, now) in &granted {
            let provides = self.account().role(source);
            selecting.next_source();
            let mut scopes = IdSet::new();
            for permission in now.iter() {
                let offered = |scope| provides.is_some_and(|source| source.selects(scope));
                if let Some(chosen) = selecting.grant(permission, offered) {
                    facts.extend(Selecting::fact(&catalog, &role, permission, &chosen));
                    added.insert(permission);
                    chosen.into_iter().for_each(|scope| _ = scopes.insert(scope));
                }
            }
            taken.push(ScopeSet::new(&catalog, scopes));
        }
        facts.extend(granted.iter().map(|(source, now)| self.remembered(&role, source, now.clone())));
        let effect = self.make_all(facts.into_iter())?;

        let set = |ids| PermissionSet::new(&catalog, ids);
        let from = |((source, mut of), scopes): ((RoleRef, IdSet<PermissionId>), ScopeSet)| {
            of.intersect_with(added.words());
            ImportedFrom { source, added: set(of), scopes }
        };
        let sources = granted.into_iter().zip(taken).map(from).collect();
        Ok(Imported { effect, added: set(added), sources })
    }

    /// Follows a source in a chosen part of the [drift](crate::CustomRole::drift) since the import (R3):
    /// what the source gained is granted, what it lost is revoked. The rest stays listed.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The role never imported from the source, or a permission is no drift since. Nothing is changed then.
    pub fn catch_up<P: Named<PermissionKey>>(
        &mut self,
        role: impl NamedRole,
        source: impl NamedRole,
        permissions: impl IntoIterator<Item = P>,
    ) -> Result<Effect, EditError> {
        let (role, from) = (self.editable(role)?, source.into_role()?);
        let data = self.data(&role)?;
        let never = || EditError::NeverImported { role: role.clone(), from: from.clone() };
        let import = data.imports.iter().find(|import| import.source == from).ok_or_else(never)?;
        let drift = self.account().drift(data, import);
        let catalog = self.account().catalog().clone();
        let mut selecting = Selecting::new(&catalog, data);
        let provides = self.account().role(&from);
        let mut baseline = import.granted.to_set::<PermissionId>();
        let mut facts = Vec::new();
        for permission in permissions {
            let permission: PermissionKey = permission.into_key()?;
            let id = catalog.permission(&permission)?;
            let role = role.clone();
            if drift.gained.contains(id) {
                baseline.insert(id.index());
                let offered = |scope| provides.is_some_and(|source| source.selects(scope));
                if let Some(chosen) = selecting.grant(id.index(), offered) {
                    facts.extend(Selecting::fact(&catalog, &role, id.index(), &chosen));
                }
            } else if drift.lost.contains(id) {
                baseline.remove(id.index());
                facts.push(Fact::PermissionRevoked { role, permission });
            } else {
                return Err(EditError::NoDrift { role, from, permission });
            }
        }
        facts.push(self.remembered(&role, &from, baseline));
        self.make_all(facts.into_iter())
    }

    /// Creates a custom role equal to another role of either sort: the same permissions, description, selected scopes
    /// and remembered imports; a new name, and no members (R4).
    ///
    /// A description of the vendor's that is longer than a custom role's may be is left out.
    ///
    /// # Errors
    ///
    /// - There is no such role to duplicate.
    /// - The new id belongs to a role that is not the same already.
    /// - The name is not acceptable, as in [`create_role`](Self::create_role).
    pub fn duplicate_role(
        &mut self,
        source: impl NamedRole,
        duplicate: &RoleId,
        name: &str,
    ) -> Result<Effect, EditError> {
        let source = source.into_role()?;
        let slot = self.account().known_role(&source)?;
        let fitting = |text: &str| text.chars().count() <= MAX_DESCRIPTION_CHARS;
        let view = self.account().role_view(slot);
        let description = view.map_or("", |role| role.description()).trim().to_owned();
        let description = Some(description).filter(|text| fitting(text)).unwrap_or_default();
        let permissions = self.account().granted_now(&source);
        let selected = view.map(|role| role.scopes()).map(|scopes| scopes.set().clone()).unwrap_or_default();
        let imports = match view {
            Some(Role::Custom(role)) => role.remembered().cloned().collect(),
            _ => Vec::new(),
        };
        let name = name.trim();

        if let Ok(existing) = self.data(duplicate) {
            let same = existing.name == name
                && *existing.description == *description
                && existing.permissions == Row::from(&permissions)
                && existing.scopes == Row::from(&selected)
                && existing.imports == imports;
            let (role, name) = (duplicate.clone(), existing.name.to_string());
            return if same { Ok(Effect::Unchanged) } else { Err(EditError::RoleExists { role, name }) };
        }
        self.judge_name(duplicate, name)?;

        let catalog = self.account().catalog().clone();
        let role = || duplicate.clone();
        let mut facts = vec![Fact::RoleCreated { role: role(), name: name.to_owned() }];
        facts.push(Fact::RoleDescribed { role: role(), description });
        let mut yet = selected;
        for permission in permissions.iter() {
            let scopes = catalog.scopes_of(permission).iter().copied();
            // Each is named once, by the first permission that provides it.
            let scopes: Vec<u16> = scopes.filter(|scope| yet.remove(*scope)).collect();
            facts.extend(Selecting::fact(&catalog, duplicate, permission, &scopes));
        }
        let imports = imports.iter();
        facts.extend(imports.map(|i| self.remembered(duplicate, &i.source, i.granted.to_set())));
        self.make_all(facts.into_iter())
    }

    fn remembered(&self, role: &RoleId, source: &RoleRef, granted: IdSet<PermissionId>) -> Fact {
        let granted = PermissionSet::new(self.account().catalog(), granted);
        let permissions = granted.keys().cloned().collect();
        Fact::ImportRemembered { role: role.clone(), source: source.clone(), permissions }
    }
}
