//! A stored account, its keys rewritten: version by version, as the successions say.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;

use foldhash::fast::RandomState;

use crate::catalog::Catalog;
use crate::change::{Needs, Succession, Successions};
use crate::id::DenseId;
use crate::key::{KindKey, PermissionKey, RoleKey, RoleRef};
use crate::reach::Reach;
use crate::record::{AccountRecord, AssignmentRecord, CatalogName, ImportRecord};
use crate::set::has;

pub(super) fn rewrite(
    mut record: AccountRecord,
    rewritten: &[Successions],
    catalog: &Catalog,
) -> AccountRecord {
    let permissions: Vec<_> = rewritten.iter().map(|since| Rows::new(&since.permissions)).collect();
    for role in &mut record.roles {
        let imports = std::mem::take(&mut role.imports);
        role.imports = self::imports(imports, &permissions, rewritten, catalog);
    }
    for (since, permissions) in rewritten.iter().zip(permissions) {
        Rows::new(&since.features).apply(&mut record.features);
        let scopes = Rows::new(&since.scopes);
        for role in &mut record.roles {
            permissions.apply(&mut role.permissions);
            scopes.apply(&mut role.withheld);
        }
        let (kinds, roles) = (Rows::new(&since.kinds), Rows::new(&since.roles));
        let of_teams = record.teams.iter_mut().map(|team| &mut team.assignments);
        let of_users = record.users.iter_mut().map(|user| &mut user.assignments);
        for assignments in of_teams.chain(of_users) {
            let reaches = |reach: &Reach| reach.limits().any(|(kind, _)| kinds.touches(kind));
            if assignments.iter().any(|held| reaches(&held.reach)) {
                assignments.retain_mut(|held| limit(&mut held.reach, &since.kinds));
            }
            if assignments
                .iter()
                .any(|held| matches!(&held.role, RoleRef::Predefined(key) if roles.touches(key)))
            {
                *assignments = assigned(std::mem::take(assignments), &roles);
            }
        }
    }
    record.catalog = CatalogName { name: catalog.name().to_owned(), version: catalog.version() };
    record
}

/// Successions of one sort in one version, and the keys that they take up.
pub(super) struct Rows<'a, K> {
    rows: &'a [Succession<K>],
    from: HashSet<&'a K, RandomState>,
}

impl<'a, K: Clone + Eq + Hash + Ord> Rows<'a, K> {
    pub(super) fn new(rows: &'a [Succession<K>]) -> Self {
        Self { rows, from: rows.iter().flat_map(|row| &row.from).collect() }
    }

    pub(super) fn touches(&self, key: &K) -> bool {
        self.from.contains(key)
    }

    /// What takes the place of some keys.
    pub(super) fn successors(&self, held: &BTreeSet<K>) -> BTreeSet<K> {
        let kept = held.iter().filter(|key| !self.touches(key));
        let given = self.rows.iter().filter(|row| row.gives(|key| held.contains(key)));
        kept.chain(given.flat_map(|row| &row.to)).cloned().collect()
    }

    /// What of some keys has no successor, or too little of it is there for one.
    pub(super) fn lost<'h>(&'h self, held: &'h BTreeSet<K>) -> impl Iterator<Item = &'h K> {
        let vain = |row: &&Succession<K>| row.to.is_empty() || !row.gives(|key| held.contains(key));
        self.rows.iter().filter(vain).flat_map(|row| &row.from).filter(|key| held.contains(key))
    }

    fn apply(&self, keys: &mut Vec<K>) {
        if keys.iter().any(|key| self.touches(key)) {
            *keys = self.successors(&keys.drain(..).collect()).into_iter().collect();
        }
    }
}

/// A reach in kinds renamed. Not if one of them is gone: what it kept from the rest can't be said any more.
fn limit(reach: &mut Reach, rows: &[Succession<KindKey>]) -> bool {
    let mut limited = Reach::everything();
    for (kind, resources) in reach.limits() {
        let row = rows.iter().find(|row| row.from.contains(kind));
        let kinds = row.map_or(std::slice::from_ref(kind), |row| &row.to);
        if kinds.is_empty() {
            return false;
        }
        for kind in kinds {
            let mut one = Reach::everything();
            one.insert(kind.clone(), resources.clone());
            limited = limited.and(&one);
        }
    }
    *reach = limited;
    true
}

/// Assignments of roles that others took the place of.
fn assigned(held: Vec<AssignmentRecord>, roles: &Rows<'_, RoleKey>) -> Vec<AssignmentRecord> {
    let mut predefined = BTreeMap::new();
    let mut now = BTreeMap::new();
    for AssignmentRecord { role, reach } in held {
        match role {
            RoleRef::Predefined(key) if roles.touches(&key) => {
                predefined.insert(key, reach);
            }
            role => {
                now.insert(role, reach);
            }
        }
    }
    for row in roles.rows.iter().filter(|row| row.gives(|key| predefined.contains_key(key))) {
        let mut reaches = row.from.iter().filter_map(|key| predefined.get(key));
        let first = reaches.next().cloned().unwrap_or_default();
        let reach = reaches.fold(first, |all, reach| match row.needs {
            Needs::All => all.and(reach),
            Needs::Any => all.or(reach),
        });
        for key in &row.to {
            let role = RoleRef::Predefined(key.clone());
            let reach = match now.remove(&role) {
                Some(known) => reach.clone().or(&known),
                None => reach.clone(),
            };
            now.insert(role, reach);
        }
    }
    now.into_iter().map(|(role, reach)| AssignmentRecord { role, reach }).collect()
}

/// Remembered imports: what took the place of a source is the source, with what was remembered of it (R3). Of
/// several that took its place each answers for what none of the others grants.
fn imports(
    imports: Vec<ImportRecord>,
    of_permissions: &[Rows<'_, PermissionKey>],
    rewritten: &[Successions],
    catalog: &Catalog,
) -> Vec<ImportRecord> {
    let mut now: BTreeMap<RoleRef, BTreeSet<PermissionKey>> = BTreeMap::new();
    for ImportRecord { source, permissions } in imports {
        let permissions = of_permissions
            .iter()
            .fold(permissions.into_iter().collect(), |permissions, rows| rows.successors(&permissions));
        let mut sources: BTreeSet<RoleKey> = match &source {
            RoleRef::Predefined(key) => [key.clone()].into(),
            RoleRef::Custom(_) => BTreeSet::new(),
        };
        for since in rewritten {
            sources = sources.iter().flat_map(|source| successors(source, &since.roles)).cloned().collect();
        }
        if matches!(source, RoleRef::Custom(_)) {
            now.entry(source).or_default().extend(permissions);
            continue;
        }
        let grants = |source: &RoleKey, permission: &PermissionKey| {
            let id = catalog.permission(permission).ok();
            id.zip(catalog.role(source).ok()).is_some_and(|(id, role)| has(role.row(), id.index()))
        };
        for source in &sources {
            let other = |permission: &&PermissionKey| sources.iter().any(|source| grants(source, permission));
            let own = permissions.iter().filter(|key| grants(source, key) || !other(key)).cloned();
            now.entry(RoleRef::Predefined(source.clone())).or_default().extend(own);
        }
    }
    now.into_iter()
        .map(|(source, granted)| ImportRecord { source, permissions: granted.into_iter().collect() })
        .collect()
}

/// What took the place of a role as a source: also if it is only a part of what did.
fn successors<'a>(role: &'a RoleKey, rows: &'a [Succession<RoleKey>]) -> &'a [RoleKey] {
    let row = rows.iter().find(|row| row.from.contains(role));
    row.map_or(std::slice::from_ref(role), |row| &row.to)
}
