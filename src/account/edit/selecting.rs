//! Which scopes a grant selects (R5).

use crate::account::CustomData;
use crate::catalog::Catalog;
use crate::change::Fact;
use crate::id::{PermissionId, ScopeId};
use crate::key::{RoleId, ScopeKey};
use crate::set::{IdSet, has};

/// A custom role as it comes to be, grant by grant.
pub(super) struct Selecting<'a> {
    catalog: &'a Catalog,
    permissions: IdSet<PermissionId>,
    selected: IdSet<ScopeId>,
    /// What its permissions provide and it does not select.
    withheld: IdSet<ScopeId>,
    /// What of that blocks whatever includes it: what was withheld before the source that is imported, so that the order
    /// of the catalog does not matter.
    blocking: IdSet<ScopeId>,
}

impl<'a> Selecting<'a> {
    pub(super) fn new(catalog: &'a Catalog, role: &CustomData) -> Self {
        let mut withheld = catalog.provided(&role.permissions);
        withheld.subtract(&role.scopes);
        let (permissions, selected) = (role.permissions.to_set(), role.scopes.to_set());
        Self { catalog, permissions, selected, blocking: withheld.clone(), withheld }
    }

    /// That what follows comes from another source than what was granted so far.
    pub(super) fn next_source(&mut self) {
        self.blocking = self.withheld.clone();
    }

    /// Grants a permission with those of its scopes that are wanted and that nothing blocks. `None` if it is granted
    /// already.
    pub(super) fn grant(&mut self, permission: u16, wanted: impl Fn(u16) -> bool) -> Option<Vec<u16>> {
        let blocked = |scope: u16| {
            self.blocking.contains(scope) || self.blocking.meets(self.catalog.included_in(scope))
        };
        let provided = self.catalog.scopes_of(permission);
        let chosen = provided.iter().copied().filter(|scope| wanted(*scope) && !blocked(*scope));
        let chosen: Vec<u16> = chosen.filter(|scope| !self.selected.contains(*scope)).collect();
        if !self.permissions.insert(permission) {
            return None;
        }
        for scope in &chosen {
            self.selected.insert(*scope);
            self.withheld.remove(*scope);
        }
        for scope in provided.iter().filter(|scope| !has(self.selected.words(), **scope)) {
            self.withheld.insert(*scope);
        }
        Some(chosen)
    }

    /// The fact that grants a permission with these scopes.
    pub(super) fn fact(catalog: &Catalog, role: &RoleId, permission: u16, scopes: &[u16]) -> Option<Fact> {
        let key = |scope: &u16| Some(catalog.scope_at(*scope)?.key().clone());
        let permission = catalog.permission_at(permission)?.key().clone();
        let scopes: Vec<ScopeKey> = scopes.iter().filter_map(key).collect();
        Some(Fact::PermissionGranted { role: role.clone(), permission, scopes })
    }
}
