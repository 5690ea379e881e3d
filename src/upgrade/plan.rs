//! What becomes of the keys that an account names.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::change::{Needs, Succession, Successions};
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleKey, RoleRef, ScopeKey};
use crate::record::{AccountRecord, AssignmentRecord};

/// The keys that a stored account names, of each sort.
#[derive(Default)]
struct Names {
    features: BTreeSet<FeatureKey>,
    kinds: BTreeSet<KindKey>,
    scopes: BTreeSet<ScopeKey>,
    permissions: BTreeSet<PermissionKey>,
    roles: BTreeSet<RoleKey>,
}

/// The successions that touch the account, version by version.
pub(super) fn declared(record: &AccountRecord, catalog: &Catalog) -> Vec<Successions> {
    let mut names = Names::of(record);
    let since = catalog.successions().filter(|since| since.version > record.catalog.version);
    since.map(|since| names.take_up(since)).filter(|since| !since.is_empty()).collect()
}

/// The same, after each key that the catalog lacks without saying why, as one without a successor. These are the first
/// to go: an assignment that counts nowhere must not lend its reach to another.
pub(super) fn complete(record: &AccountRecord, catalog: &Catalog) -> Vec<Successions> {
    let declared = declared(record, catalog);
    let mut names = Names::of(record);
    for since in &declared {
        names.take_up(since);
    }
    let Names { features, kinds, scopes, permissions, roles } = names;
    let gone = Successions {
        version: record.catalog.version,
        features: gone(features, |key| catalog.feature(key).is_ok()),
        kinds: gone(kinds, |key| catalog.kind(key).is_ok()),
        scopes: gone(scopes, |key| catalog.scope(key).is_ok()),
        permissions: gone(permissions, |key| catalog.permission(key).is_ok()),
        roles: gone(roles, |key| catalog.role(key).is_ok()),
    };
    std::iter::once(gone).chain(declared).collect()
}

fn gone<K>(names: BTreeSet<K>, is_there: impl Fn(&K) -> bool) -> Vec<Succession<K>> {
    let gone = names.into_iter().filter(|key| !is_there(key));
    gone.map(|key| Succession { from: vec![key], to: Vec::new(), needs: Needs::All }).collect()
}

impl Names {
    fn of(record: &AccountRecord) -> Self {
        let mut names = Self { features: record.features.iter().cloned().collect(), ..Self::default() };
        for role in &record.roles {
            names.permissions.extend(role.permissions.iter().cloned());
            names.scopes.extend(role.withheld.iter().cloned());
            for import in &role.imports {
                names.role(&import.source);
                names.permissions.extend(import.permissions.iter().cloned());
            }
        }
        for AssignmentRecord { role, reach } in record
            .teams
            .iter()
            .flat_map(|team| &team.assignments)
            .chain(record.users.iter().flat_map(|user| &user.assignments))
        {
            names.role(role);
            for (kind, _) in reach.limits() {
                if !names.kinds.contains(kind) {
                    names.kinds.insert(kind.clone());
                }
            }
        }
        names
    }

    fn role(&mut self, role: &RoleRef) {
        if let RoleRef::Predefined(key) = role
            && !self.roles.contains(key)
        {
            self.roles.insert(key.clone());
        }
    }

    /// What of the successions of a version touches these names, which become what they give.
    fn take_up(&mut self, since: &Successions) -> Successions {
        Successions {
            version: since.version,
            features: take_up(&mut self.features, &since.features),
            kinds: take_up(&mut self.kinds, &since.kinds),
            scopes: take_up(&mut self.scopes, &since.scopes),
            permissions: take_up(&mut self.permissions, &since.permissions),
            roles: take_up(&mut self.roles, &since.roles),
        }
    }
}

fn take_up<K: Ord + Clone>(names: &mut BTreeSet<K>, rows: &[Succession<K>]) -> Vec<Succession<K>> {
    let touching: Vec<_> = rows.iter().filter(|row| row.from.iter().any(|key| names.contains(key))).collect();
    for key in touching.iter().flat_map(|row| &row.from) {
        names.remove(key);
    }
    names.extend(touching.iter().flat_map(|row| &row.to).cloned());
    touching.into_iter().cloned().collect()
}
