//! Edits of custom roles: names, permissions, scopes (R1, R2, R5).

use super::selecting::Selecting;
use super::{Edit, Effect};
use crate::account::{CustomData, withholding};
use crate::catalog::{Catalog, ScopeSet};
use crate::change::Fact;
use crate::error::EditError;
use crate::id::{DenseId, ScopeId};
use crate::key::{Named, NamedRole, PermissionKey, RoleId, ScopeKey, SectionKey};
use crate::name;
use crate::set::{IdSet, Row, has};

/// What granting permissions to a custom role did (R5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Granted {
    /// Whether a permission was granted that the role did not have.
    pub effect: Effect,
    /// The scopes that were selected with the permissions.
    pub scopes: ScopeSet,
}

/// What releasing a scope did (R5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Released {
    /// Whether the scope was not selected before.
    pub effect: Effect,
    /// The scopes that it includes. The role provides them with it, selected or not.
    pub covers: ScopeSet,
}

impl Edit {
    /// Creates a custom role, without permissions or members (R1).
    ///
    /// The name is trimmed; names are compared as people read them. Creating the same role again, by id and name,
    /// alters nothing. The id is the host's, so it comes as a [`RoleId`], as it does wherever a custom role is
    /// named: bare text names predefined roles.
    ///
    /// # Errors
    ///
    /// - The id belongs to a role of another name.
    /// - The name is blank, longer than 100 characters, has a control, invisible, direction-changing or unassigned
    ///   character, or is, as people read it, the name of a custom or predefined role.
    pub fn create_role(&mut self, role: &RoleId, name: &str) -> Result<Effect, EditError> {
        let name = name.trim();
        if self.account.custom_table().lookup(role.as_str()).is_none() {
            self.judge_name(role, name)?;
        }
        self.make(Fact::RoleCreated { role: role.clone(), name: name.to_owned() })
    }

    /// Renames a custom role (R1, R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The name is not acceptable, as in [`create_role`](Self::create_role).
    pub fn rename_role(&mut self, role: impl NamedRole, name: &str) -> Result<Effect, EditError> {
        let (role, name) = (self.editable(role)?, name.trim());
        if self.data(&role)?.name != name {
            self.judge_name(&role, name)?;
        }
        self.make(Fact::RoleRenamed { role, name: name.to_owned() })
    }

    /// Describes a custom role (R1, R2). No text takes the description away.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The description is longer than 1,000 characters, or has a control character but line breaks, which become `\n`.
    pub fn describe_role(&mut self, role: impl NamedRole, description: &str) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        self.make(Fact::RoleDescribed { role, description: name::lines(description) })
    }

    /// Deletes a custom role. Everyone loses it; a later role of the same id starts with no members (R6).
    ///
    /// Cost: a pass over all users when the session is finished, however many roles were deleted.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    pub fn delete_role(&mut self, role: impl NamedRole) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        self.make(Fact::RoleDeleted { role })
    }

    /// Grants a permission to a custom role (R2), and selects the scopes that it provides (R5).
    ///
    /// A scope stays unselected that another permission of the role provides and that the role withholds, and so does
    /// one that includes such a scope. The answer says what was selected.
    ///
    /// ```
    /// use rolecall::{Account, RoleId, predefined};
    ///
    /// let senders = RoleId::new("senders")?;
    /// let mut edit = Account::new(&predefined::current(), "initech")?.edit();
    /// edit.create_role(&senders, "Senders")?;
    /// let granted = edit.grant(&senders, "campaigns/send")?;
    /// assert!(granted.scopes.keys().any(|scope| scope.as_str() == "message:send"));
    ///
    /// edit.withhold(&senders, "message:send")?; // and everything that includes it
    /// edit.revoke(&senders, "campaigns/send")?;
    /// assert_eq!(edit.grant(&senders, "campaigns/send")?.scopes, granted.scopes, "granted anew, selected anew");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such permission; the error names the nearest one.
    pub fn grant(
        &mut self,
        role: impl NamedRole,
        permission: impl Named<PermissionKey>,
    ) -> Result<Granted, EditError> {
        self.grant_without(role, permission, <[ScopeKey; 0]>::default())
    }

    /// The same, and leaves some scopes of the permission unselected (R5). A scope that includes one of them is
    /// selected all the same, unless it is among them.
    ///
    /// # Errors
    ///
    /// - As for [`grant`](Self::grant).
    /// - The catalog has no such scope, or the permission does not provide it.
    pub fn grant_without<S: Named<ScopeKey>>(
        &mut self,
        role: impl NamedRole,
        permission: impl Named<PermissionKey>,
        unwanted: impl IntoIterator<Item = S>,
    ) -> Result<Granted, EditError> {
        let role = self.editable(role)?;
        let catalog = self.account.catalog().clone();
        let permission = catalog.permission(permission)?.index();
        let mut without = IdSet::<ScopeId>::new();
        for scope in unwanted {
            let scope = catalog.scope(scope)?.index();
            if !catalog.scopes_of(permission).contains(&scope) {
                return Err(self.account.not_provided(self.data(&role)?, scope));
            }
            without.insert(scope);
        }
        let data = self.data(&role)?;
        if has(&data.permissions, permission) {
            return Ok(Granted { effect: Effect::Unchanged, scopes: ScopeSet::new(&catalog, IdSet::new()) });
        }
        let wanted = catalog.scopes_of(permission).iter().copied().filter(|scope| !without.contains(*scope));
        let free = wanted.filter(|scope| !has(&data.scopes, *scope) && !is_blocked(&catalog, data, *scope));
        let chosen: Vec<u16> = free.collect();
        let fact = Selecting::fact(&catalog, &role, permission, &chosen);
        let effect = self.make_all(fact.into_iter())?;
        Ok(Granted { effect, scopes: ScopeSet::new(&catalog, chosen.into_iter().collect()) })
    }

    /// Revokes a permission from a custom role (R2). Scopes that nothing else provides are selected no longer (R5).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such permission; the error names the nearest one.
    pub fn revoke(
        &mut self,
        role: impl NamedRole,
        permission: impl Named<PermissionKey>,
    ) -> Result<Effect, EditError> {
        let (role, permission) = (self.editable(role)?, permission.into_key()?);
        self.make(Fact::PermissionRevoked { role, permission })
    }

    /// Grants every permission of a section to a custom role (R2), each as [`grant`](Self::grant) does.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such section; the error names the nearest one.
    pub fn select_section(
        &mut self,
        role: impl NamedRole,
        section: impl Named<SectionKey>,
    ) -> Result<Granted, EditError> {
        let role = self.editable(role)?;
        let catalog = self.account.catalog().clone();
        let permissions = catalog.section(section)?.permissions().map(|permission| permission.id().index());
        self.grant_all(&role, permissions)
    }

    /// Revokes every permission of a section from a custom role (R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such section; the error names the nearest one.
    pub fn clear_section(
        &mut self,
        role: impl NamedRole,
        section: impl Named<SectionKey>,
    ) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        let fact = |permission| Fact::PermissionRevoked { role: role.clone(), permission };
        let catalog = self.account.catalog().clone();
        let permissions = catalog.section(section)?.permissions();
        self.make_all(permissions.map(|permission| fact(permission.key().clone())))
    }

    /// Makes a custom role withhold a scope: neither it nor anything that includes it is selected (R5). Another role of
    /// the same user may still provide it.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such scope; the error names the nearest one.
    /// - No permission of the role provides it; the error names the selected scopes that cover it.
    pub fn withhold(
        &mut self,
        role: impl NamedRole,
        scope: impl Named<ScopeKey>,
    ) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        let scope = self.account.catalog().scope(scope)?.index();
        let facts = withholding(&self.account, &role, scope)?;
        self.make_all(facts.into_iter())
    }

    /// Selects a scope that a permission of a custom role provides (R5): it alone, and with it what it includes.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such scope; the error names the nearest one.
    /// - No permission of the role provides it; the error names the selected scopes that cover it.
    pub fn release(
        &mut self,
        role: impl NamedRole,
        scope: impl Named<ScopeKey>,
    ) -> Result<Released, EditError> {
        let (role, scope) = (self.editable(role)?, scope.into_key()?);
        let id = self.account.catalog().scope(&scope)?;
        let effect = self.make(Fact::ScopeReleased { role, scope })?;
        let catalog = self.account.catalog();
        let mut covers = IdSet::new();
        covers.union_with(catalog.included_in(id.index()));
        covers.remove(id.index());
        Ok(Released { effect, covers: ScopeSet::new(catalog, covers) })
    }

    /// Grants the permissions that the role does not have, each with its scopes.
    fn grant_all(
        &mut self,
        role: &RoleId,
        permissions: impl Iterator<Item = u16>,
    ) -> Result<Granted, EditError> {
        let catalog = self.account.catalog().clone();
        let mut selecting = Selecting::new(&catalog, self.data(role)?);
        let (mut facts, mut scopes) = (Vec::new(), IdSet::new());
        for permission in permissions {
            if let Some(chosen) = selecting.grant(permission, |_| true) {
                facts.extend(Selecting::fact(&catalog, role, permission, &chosen));
                chosen.into_iter().for_each(|scope| _ = scopes.insert(scope));
            }
        }
        let effect = self.make_all(facts.into_iter())?;
        Ok(Granted { effect, scopes: ScopeSet::new(&catalog, scopes) })
    }

    pub(super) fn data(&self, role: &RoleId) -> Result<&CustomData, EditError> {
        let unknown = || EditError::UnknownRole { role: role.clone() };
        self.account.custom_table().lookup(role.as_str()).map(|role| &**role).ok_or_else(unknown)
    }
}

/// Whether a scope is, or includes, one that the role's permissions provide and that it does not select (R5).
fn is_blocked(catalog: &Catalog, role: &CustomData, scope: u16) -> bool {
    let withheld = |scope: u16| !has(&role.scopes, scope) && catalog.provides(&role.permissions, scope);
    withheld(scope) || Row::members_of(catalog.included_in(scope)).any(withheld)
}
