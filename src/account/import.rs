//! Edits that make one role from others: import, catching up, duplicate (R3, R4).

use super::{CustomData, Edit, Effect};
use crate::catalog::PermissionSet;
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
}

impl Edit {
    /// Adds the present permissions of other roles to a custom role; removes nothing (R3).
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
        let mut added = IdSet::<PermissionId>::new();
        granted.iter().for_each(|(_, now)| {
            added.union_with(now.words());
        });
        added.subtract(&self.data(&role)?.permissions);

        let catalog = self.account().catalog().clone();
        let set = |ids| PermissionSet::new(&catalog, ids);
        let grant =
            |key: &PermissionKey| Fact::PermissionGranted { role: role.clone(), permission: key.clone() };
        let mut facts: Vec<Fact> = set(added.clone()).keys().map(grant).collect();
        facts.extend(granted.iter().map(|(source, now)| self.remembered(&role, source, now.clone())));
        let effect = self.make_all(facts.into_iter())?;

        let from = |(source, mut of): (RoleRef, IdSet<PermissionId>)| {
            of.intersect_with(added.words());
            ImportedFrom { source, added: set(of) }
        };
        let sources = granted.into_iter().map(from).collect();
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
        let mut baseline = import.granted.to_set::<PermissionId>();
        let mut facts = Vec::new();
        for permission in permissions {
            let permission = permission.into_key()?;
            let id = self.account().catalog().permission(&permission)?;
            let role = role.clone();
            if drift.gained.contains(id) {
                baseline.insert(id.index());
                facts.push(Fact::PermissionGranted { role, permission });
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

    /// Creates a custom role equal to another role of either sort: the same permissions, description, withheld
    /// scopes and remembered imports; a new name, and no members (R4).
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
        let (withheld, imports) = match &source {
            RoleRef::Predefined(_) => (Vec::new(), Vec::new()),
            RoleRef::Custom(id) => {
                let data = self.data(id)?;
                (data.withheld.to_vec(), data.imports.clone())
            }
        };

        if let Ok(existing) = self.data(duplicate) {
            let same = existing.name == name.trim()
                && *existing.description == *description
                && existing.permissions == Row::from(&permissions)
                && existing.withheld.as_slice() == withheld
                && existing.imports == imports;
            let (role, name) = (duplicate.clone(), existing.name.to_string());
            return if same { Ok(Effect::Unchanged) } else { Err(EditError::RoleExists { role, name }) };
        }

        let catalog = self.account().catalog().clone();
        let role = || duplicate.clone();
        let name = self.account().role_name(duplicate, name)?;
        let mut facts = vec![Fact::RoleCreated { role: role(), name }];
        facts.push(Fact::RoleDescribed { role: role(), description });
        let keys = PermissionSet::new(&catalog, permissions);
        let keys = keys.keys().cloned();
        facts.extend(keys.map(|permission| Fact::PermissionGranted { role: role(), permission }));
        let scopes = withheld.iter().filter_map(|index| catalog.scope_at(*index));
        facts.extend(scopes.map(|scope| Fact::ScopeWithheld { role: role(), scope: scope.key().clone() }));
        let imports = imports.iter();
        facts.extend(imports.map(|i| self.remembered(duplicate, &i.source, i.granted.to_set())));
        self.make_all(facts.into_iter())
    }

    fn remembered(&self, role: &RoleId, source: &RoleRef, granted: IdSet<PermissionId>) -> Fact {
        let granted = PermissionSet::new(self.account().catalog(), granted);
        let permissions = granted.keys().cloned().collect();
        Fact::ImportRemembered { role: role.clone(), source: source.clone(), permissions }
    }

    fn data(&self, role: &RoleId) -> Result<&CustomData, EditError> {
        let unknown = || EditError::UnknownRole { role: role.clone() };
        self.account().custom_table().lookup(role.as_str()).map(|role| &**role).ok_or_else(unknown)
    }
}
