//! The rule, a second time: SPEC D1-D7 over sets of text, read from the stored forms and nothing else.
//!
//! Slow, short and obvious. It shares no code with the crate: no bits, no ids, no rows.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{AccountRecord, CatalogRecord, RoleRef};

pub type Set = BTreeSet<String>;

/// What there is to know to decide: a catalog and an account, as text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Oracle {
    /// What each permission requires.
    pub permissions: BTreeMap<String, Set>,
    /// What each role grants; see [`role`] for the keys.
    pub roles: BTreeMap<String, Set>,
    pub enabled: Set,
    pub teams: BTreeMap<String, Set>,
    pub users: BTreeMap<String, User>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct User {
    pub suspended: bool,
    pub roles: Set,
    pub teams: Set,
}

/// Predefined keys and custom ids are different names, even with equal text (U2).
pub fn role(role: &RoleRef) -> String {
    format!("{} {role}", role.kind())
}

fn texts<T: ToString>(items: &[T]) -> Set {
    items.iter().map(ToString::to_string).collect()
}

impl Oracle {
    pub fn read(catalog: &CatalogRecord, account: &AccountRecord) -> Self {
        let predefined =
            catalog.roles.iter().map(|r| (format!("predefined {}", r.key), texts(&r.permissions)));
        let custom = account.roles.iter().map(|r| (format!("custom {}", r.id), texts(&r.permissions)));
        let assigned =
            |records: &[rolecall::AssignmentRecord]| records.iter().map(|a| role(&a.role)).collect();
        Self {
            permissions: catalog.permissions.iter().map(|p| (p.key.clone(), texts(&p.features))).collect(),
            roles: predefined.chain(custom).collect(),
            enabled: texts(&account.features),
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

    /// The roles a user holds, directly or through teams (D1, D4).
    pub fn held(&self, user: &str) -> Set {
        let Some(user) = self.users.get(user) else { return Set::new() };
        let through = user.teams.iter().flat_map(|team| &self.teams[team]);
        user.roles.iter().chain(through).cloned().collect()
    }

    /// D1 and D7: the decision, as the crate displays it.
    pub fn decide(&self, user: &str, permission: &str) -> &'static str {
        let granted = self.held(user).iter().any(|role| self.roles[role].contains(permission));
        match self.users.get(user) {
            None => "deny: unknown user",
            Some(user) if user.suspended => "deny: user is suspended",
            Some(_) if !granted => "deny: not granted by any role",
            Some(_) if !self.permissions[permission].is_subset(&self.enabled) => "deny: feature is disabled",
            Some(_) => "allow",
        }
    }
}
