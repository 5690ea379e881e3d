//! The rule, a second time: SPEC D1-D7, L1-L4 and S1-S4 over sets of text, read from the stored forms and nothing else.
//!
//! Slow, short and obvious. It shares no code with the crate: no bits, no ids, no rows.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{AccountRecord, CatalogRecord, Reach, RoleRef};

pub type Set = BTreeSet<String>;

/// The limited kinds of an assignment, each with the resources reached.
pub type Limits = BTreeMap<String, Set>;

/// The roles assigned to somebody, each with its limits.
pub type Assigned = BTreeMap<String, Limits>;

/// What there is to know to decide: a catalog and an account, as text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Oracle {
    /// What each permission requires.
    pub permissions: BTreeMap<String, Set>,
    /// The kind that each permission is exercised on, if any.
    pub kinds: BTreeMap<String, String>,
    /// The seat that each permission consumes, if any (C9).
    pub seats: BTreeMap<String, String>,
    /// What each role grants; see [`role`] for the keys.
    pub roles: BTreeMap<String, Set>,
    pub enabled: Set,
    /// The scopes that each permission provides.
    pub provides: BTreeMap<String, Set>,
    /// The scopes that each scope includes, one step.
    pub includes: BTreeMap<String, Set>,
    /// The scopes that each custom role selects (R5).
    pub selected: BTreeMap<String, Set>,
    pub teams: BTreeMap<String, Assigned>,
    pub users: BTreeMap<String, User>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct User {
    pub suspended: bool,
    pub roles: Assigned,
    pub teams: Set,
}

/// Predefined keys and custom ids are different names, even with equal text (U2).
pub fn role(role: &RoleRef) -> String {
    format!("{} {role}", role.kind())
}

pub fn limits(reach: &Reach) -> Limits {
    reach
        .limits()
        .map(|(kind, ids)| (kind.to_string(), ids.iter().map(ToString::to_string).collect()))
        .collect()
}

pub fn texts<T: ToString>(items: &[T]) -> Set {
    items.iter().map(ToString::to_string).collect()
}

impl Oracle {
    pub fn read(catalog: &CatalogRecord, account: &AccountRecord) -> Self {
        let predefined =
            catalog.roles.iter().map(|r| (format!("predefined {}", r.key), texts(&r.permissions)));
        let custom = account.roles.iter().map(|r| (format!("custom {}", r.id), texts(&r.permissions)));
        let assigned = |records: &[rolecall::AssignmentRecord]| -> Assigned {
            records.iter().map(|a| (role(&a.role), limits(&a.reach))).collect()
        };
        Self {
            permissions: catalog.permissions.iter().map(|p| (p.key.clone(), texts(&p.features))).collect(),
            kinds: catalog
                .permissions
                .iter()
                .filter_map(|p| Some((p.key.clone(), p.kind.clone()?)))
                .collect(),
            seats: catalog
                .permissions
                .iter()
                .filter_map(|p| Some((p.key.clone(), p.seat.clone()?)))
                .collect(),
            roles: predefined.chain(custom).collect(),
            enabled: texts(&account.features),
            provides: catalog.permissions.iter().map(|p| (p.key.clone(), texts(&p.scopes))).collect(),
            includes: catalog.scopes.iter().map(|s| (s.key.clone(), texts(&s.includes))).collect(),
            selected: account.roles.iter().map(|r| (format!("custom {}", r.id), texts(&r.scopes))).collect(),
            teams: account.teams.iter().map(|t| (t.id.to_string(), assigned(&t.assignments))).collect(),
            users: account
                .users
                .iter()
                .map(|u| {
                    let (roles, teams) = (assigned(&u.assignments), texts(&u.teams));
                    (u.id.to_string(), User { suspended: u.suspended, roles, teams })
                })
                .collect(),
        }
    }

    /// The assignments that count for a user, their own and those of their teams (D1, D4).
    pub fn assignments(&self, user: &str) -> Vec<(&String, &Limits)> {
        let Some(user) = self.users.get(user) else { return Vec::new() };
        user.roles.iter().chain(user.teams.iter().flat_map(|team| &self.teams[team])).collect()
    }

    /// The roles a user holds, directly or through teams.
    pub fn held(&self, user: &str) -> Set {
        self.assignments(user).into_iter().map(|(role, _)| role.clone()).collect()
    }

    /// For each assignment that grants a permission, the resources it is limited to, if it is limited in the
    /// permission's kind (L2).
    pub fn granting(&self, user: &str, permission: &str) -> Vec<Option<&Set>> {
        let granting =
            self.assignments(user).into_iter().filter(|(role, _)| self.roles[*role].contains(permission));
        granting.map(|(_, limits)| self.kinds.get(permission).and_then(|kind| limits.get(kind))).collect()
    }

    /// D1, D7, L3: the decision, asked on a resource (kind and id) or without one, as the crate displays it.
    pub fn decide(&self, user: &str, permission: &str, on: Option<(&str, &str)>) -> &'static str {
        let Some(known) = self.users.get(user) else { return "deny: unknown user" };
        let granting = self.granting(user, permission);
        let reaches = |limit: &Option<&Set>| match (limit, on) {
            (None, _) => true,
            (Some(ids), Some((_, id))) => ids.contains(id),
            (Some(_), None) => false,
        };
        if known.suspended {
            "deny: user is suspended"
        } else if granting.is_empty() {
            "deny: not granted by any role"
        } else if !self.permissions[permission].is_subset(&self.enabled) {
            "deny: feature is disabled"
        } else if on.is_some_and(|(kind, _)| self.kinds.get(permission).is_none_or(|its| its != kind)) {
            "deny: not exercised on resources of this kind"
        } else if granting.iter().any(reaches) {
            "allow"
        } else if granting.iter().all(|limit| limit.is_some_and(Set::is_empty)) {
            "deny: limited to no resource"
        } else if on.is_some() {
            "deny: not on this resource"
        } else {
            "deny: only on some resources"
        }
    }

    /// Usable (SPEC 1): on everything or on some resources; `None` if it is not.
    pub fn usable(&self, user: &str, permission: &str) -> Option<Option<Set>> {
        match self.decide(user, permission, None) {
            "allow" => Some(None),
            "deny: only on some resources" => {
                let lists = self.granting(user, permission).into_iter().flatten();
                Some(Some(lists.flatten().cloned().collect()))
            }
            _ => None,
        }
    }

    /// C3: these scopes and everything they include, by search.
    pub fn covered(&self, scopes: &Set) -> Set {
        let (mut todo, mut covered): (Vec<String>, Set) = (scopes.iter().cloned().collect(), Set::new());
        while let Some(scope) = todo.pop() {
            todo.extend(self.includes[&scope].clone());
            covered.insert(scope);
        }
        covered
    }

    /// What the permissions of a role provide, selected or not.
    pub fn offered(&self, role: &str) -> Set {
        self.roles[role].iter().flat_map(|permission| &self.provides[permission]).cloned().collect()
    }

    /// R5: what a role provides by some of its permissions: of a custom role what it selects.
    pub fn provided(&self, role: &str, wanted: impl Fn(&str) -> bool) -> Set {
        let permissions = self.roles[role].iter().filter(|permission| wanted(permission));
        let selects = |scope: &&String| self.selected.get(role).is_none_or(|selected| selected.contains(*scope));
        permissions.flat_map(|permission| &self.provides[permission]).filter(selects).cloned().collect()
    }

    /// Whether an assignment with these limits makes a permission of its role usable, by itself: its features are
    /// enabled, and it reaches something of the permission's kind.
    pub fn counts(&self, limits: &Limits, permission: &str) -> bool {
        let within = self.kinds.get(permission).and_then(|kind| limits.get(kind));
        self.permissions[permission].is_subset(&self.enabled) && within.is_none_or(|ids| !ids.is_empty())
    }

    /// S1: the scopes of a user: each assignment stands for itself.
    pub fn scopes(&self, user: &str) -> Set {
        if self.users.get(user).is_none_or(|user| user.suspended) {
            return Set::new();
        }
        let by = |(role, limits): (&String, &Limits)| self.provided(role, |key| self.counts(limits, key));
        self.assignments(user).into_iter().flat_map(by).collect()
    }

    /// S4: the scopes of a permission that one and the same assignment provides, itself or by inclusion, together with
    /// the permission; asked on a resource or without one. The user may use the permission there.
    pub fn scopes_with(&self, user: &str, permission: &str, on: Option<(&str, &str)>) -> Set {
        let gives = |limits: &Limits| {
            let within = self.kinds.get(permission).and_then(|kind| limits.get(kind));
            within.is_none_or(|ids| on.is_some_and(|(_, id)| ids.contains(id)))
        };
        let giving = self.assignments(user).into_iter();
        let giving = giving.filter(|(role, limits)| self.roles[*role].contains(permission) && gives(limits));
        let by = |(role, limits): (&String, &Limits)| {
            self.covered(&self.provided(role, |key| self.counts(limits, key)))
        };
        let provided: Set = giving.flat_map(by).collect();
        &provided & &self.provides[permission]
    }

    /// S2, S3: the decision on a call, as the crate displays it. A credential is what it holds by itself and
    /// what by inclusion.
    pub fn call(
        &self,
        user: &str,
        credential: Option<(&Set, &Set)>,
        accepted: &[&str],
        exactly: bool,
    ) -> &'static str {
        let Some(known) = self.users.get(user) else { return "deny: unknown user" };
        if known.suspended {
            return "deny: user is suspended";
        }
        let held = self.scopes(user);
        let held = if exactly { held } else { self.covered(&held) };
        let own = credential.map(|(scopes, included)| match exactly {
            true => scopes.clone(),
            false => self.covered(&(scopes | included)),
        });
        let by_user: Vec<_> = accepted.iter().filter(|scope| held.contains(**scope)).collect();
        if accepted.is_empty() {
            "deny: no scope opens it"
        } else if by_user.is_empty() {
            "deny: no scope of the user is accepted"
        } else if own.is_some_and(|own| by_user.iter().all(|scope| !own.contains(**scope))) {
            "deny: no scope of the credential is accepted"
        } else {
            "allow"
        }
    }
}
