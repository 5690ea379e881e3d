//! One way to a permission, followed through a journal.

use std::collections::{BTreeMap, BTreeSet};

use super::JournalEntry;
use crate::authorizer::GrantPath;
use crate::catalog::Catalog;
use crate::change::{Change, Fact, Succession, Successions};
use crate::key::{Assignee, PermissionKey, RoleKey, RoleRef};

/// The facts that a way rests on, oldest first. `changes` come with the catalog that each was made under.
pub(super) fn entries(
    changes: &[(&Change, Catalog)],
    role: &RoleRef,
    path: &GrantPath,
    user: &str,
    permission: &PermissionKey,
) -> Vec<JournalEntry> {
    let mut way = Way { user, path, granted: BTreeMap::new(), assigned: BTreeMap::new(), joined: None };
    let mut upgrades = Vec::new();
    let mut epochs = epochs(changes, role, permission);
    for (change, _) in changes {
        let entry = |fact: &Fact| JournalEntry {
            revision: change.revision(),
            attribution: change.attribution.clone(),
            fact: fact.clone(),
        };
        for fact in &change.facts {
            match fact {
                Fact::CatalogUpgraded { rewritten, .. } => {
                    if epochs.pop().is_some_and(|epoch| epoch.ends_in_change) {
                        upgrades.push(entry(fact));
                    }
                    way.rename(rewritten);
                    // Of what was split, the other parts are another way.
                    if let Some(epoch) = epochs.last() {
                        way.granted.retain(|key, _| epoch.permissions.contains(key));
                        way.assigned.retain(|role, _| epoch.roles.contains(role));
                    }
                }
                _ => {
                    if let Some(epoch) = epochs.last() {
                        way.follow(fact, epoch, || entry(fact));
                    }
                }
            }
        }
    }
    let assigned = way.assigned.into_values().flatten();
    let mut entries: Vec<JournalEntry> =
        assigned.chain(way.granted.into_values()).chain(way.joined).chain(upgrades).collect();
    entries.sort_by_key(|entry| entry.revision);
    entries
}

/// The time between two upgrades: under which keys the role and the permission went.
struct Epoch {
    roles: BTreeSet<RoleRef>,
    permissions: BTreeSet<PermissionKey>,
    /// Whether the upgrade after it gave the role or the permission another key, or the permission to the role.
    ends_in_change: bool,
}

/// The epochs of a journal, the last first.
fn epochs(changes: &[(&Change, Catalog)], role: &RoleRef, permission: &PermissionKey) -> Vec<Epoch> {
    let (roles, permissions) = ([role.clone()].into(), [permission.clone()].into());
    let mut epochs = vec![Epoch { roles, permissions, ends_in_change: false }];
    for (change, catalog) in changes.iter().rev() {
        for fact in &change.facts {
            if let (Fact::CatalogUpgraded { rewritten, .. }, Some(epoch)) = (fact, epochs.last()) {
                let before = epoch.before(rewritten, catalog);
                epochs.push(before);
            }
        }
    }
    epochs
}

impl Epoch {
    fn before(&self, rewritten: &[Successions], catalog: &Catalog) -> Self {
        let predefined = |role: &RoleRef| match role {
            RoleRef::Predefined(key) => Some(key.clone()),
            RoleRef::Custom(_) => None,
        };
        let mut keys: BTreeSet<RoleKey> = self.roles.iter().filter_map(predefined).collect();
        let mut permissions = self.permissions.clone();
        for since in rewritten.iter().rev() {
            predecessors(&mut keys, &since.roles);
            predecessors(&mut permissions, &since.permissions);
        }
        let grants = |key: &RoleKey| {
            let granted = catalog.role(key).map(|role| role.permissions());
            granted.is_ok_and(|granted| granted.keys().any(|key| permissions.contains(key)))
        };
        let gained = !keys.is_empty() && !keys.iter().any(grants);
        let custom = self.roles.iter().filter(|role| matches!(role, RoleRef::Custom(_))).cloned();
        let roles: BTreeSet<_> = custom.chain(keys.into_iter().map(RoleRef::Predefined)).collect();
        let ends_in_change = gained || roles != self.roles || permissions != self.permissions;
        Self { roles, permissions, ends_in_change }
    }
}

/// Adds what some keys came from.
fn predecessors<K: Ord + Clone>(keys: &mut BTreeSet<K>, rows: &[Succession<K>]) {
    let giving = rows.iter().filter(|row| row.to.iter().any(|key| keys.contains(key)));
    let from: Vec<K> = giving.flat_map(|row| &row.from).cloned().collect();
    keys.extend(from);
}

/// What is in force of each sort, by the keys of the time.
struct Way<'a> {
    user: &'a str,
    path: &'a GrantPath,
    granted: BTreeMap<PermissionKey, JournalEntry>,
    assigned: BTreeMap<RoleRef, Vec<JournalEntry>>,
    joined: Option<JournalEntry>,
}

impl Way<'_> {
    fn follow(&mut self, fact: &Fact, epoch: &Epoch, entry: impl Fn() -> JournalEntry) {
        let is_holder = |assignee: &Assignee| match (assignee, self.path.team()) {
            (Assignee::User(holder), None) => holder.as_str() == self.user,
            (Assignee::Team(holder), Some(team)) => holder == team,
            _ => false,
        };
        match fact {
            Fact::PermissionGranted { role, permission, .. }
                if epoch.permissions.contains(permission)
                    && epoch.roles.contains(&RoleRef::Custom(role.clone())) =>
            {
                self.granted.insert(permission.clone(), entry());
            }
            Fact::PermissionRevoked { role, permission }
                if epoch.roles.contains(&RoleRef::Custom(role.clone())) =>
            {
                self.granted.remove(permission);
            }
            Fact::MemberAdded { team, user: member }
                if member.as_str() == self.user && self.path.team() == Some(team) =>
            {
                self.joined = Some(entry());
            }
            Fact::RoleAssigned { role, assignee, .. }
                if epoch.roles.contains(role) && is_holder(assignee) =>
            {
                self.assigned.insert(role.clone(), vec![entry()]);
            }
            Fact::AssignmentLimited { role, assignee, .. }
            | Fact::AssignmentExtended { role, assignee, .. }
            | Fact::LimitLifted { role, assignee, .. }
                if epoch.roles.contains(role) && is_holder(assignee) =>
            {
                self.assigned.entry(role.clone()).or_default().push(entry());
            }
            Fact::RoleUnassigned { role, assignee } if is_holder(assignee) => {
                self.assigned.remove(role);
            }
            // Whoever begins anew under the same id rests on nothing of before.
            Fact::RoleDeleted { role } if epoch.roles.contains(&RoleRef::Custom(role.clone())) => {
                self.granted.clear();
                self.assigned.clear();
            }
            Fact::TeamDeleted { team } if self.path.team() == Some(team) => {
                self.assigned.clear();
                self.joined = None;
            }
            Fact::UserRemoved { user } if user.as_str() == self.user => {
                self.joined = None;
                if self.path.team().is_none() {
                    self.assigned.clear();
                }
            }
            _ => {}
        }
    }

    /// What is in force goes by other keys from now on: all at once in each version.
    fn rename(&mut self, rewritten: &[Successions]) {
        for since in rewritten {
            let mut granted = Vec::new();
            for row in &since.permissions {
                let held: Vec<_> = row.from.iter().filter_map(|key| self.granted.remove(key)).collect();
                // Of several that became one, the last completed it.
                let last = held.into_iter().max_by_key(|entry| entry.revision);
                granted.extend(row.to.iter().filter_map(|key| Some((key.clone(), last.clone()?))));
            }
            self.granted.extend(granted);
            let of = |key: &RoleKey| RoleRef::Predefined(key.clone());
            let mut assigned = Vec::new();
            for row in &since.roles {
                let held = row.from.iter().filter_map(|key| self.assigned.remove(&of(key)));
                let held: Vec<_> = held.flatten().collect();
                assigned.extend(row.to.iter().map(|key| (of(key), held.clone())));
            }
            for (role, held) in assigned.into_iter().filter(|(_, held)| !held.is_empty()) {
                self.assigned.entry(role).or_default().extend(held);
            }
        }
    }
}
