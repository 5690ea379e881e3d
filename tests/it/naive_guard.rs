//! The guard, a second time: G1-G4 over everybody, read from the stored forms.

use std::collections::BTreeMap;

use rolecall::{Act, Change, ExclusionRecord, Fact, GuardRecord, Refusal, Violation};

use crate::oracle::{Oracle, Set};

/// Everything somebody has: each permission with the resources it is granted on, `*` for everywhere; and scopes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rights {
    permissions: BTreeMap<String, Set>,
    scopes: Set,
}

impl Rights {
    fn add(&mut self, oracle: &Oracle, role: &str, limits: &BTreeMap<String, Set>) {
        for permission in &oracle.roles[role] {
            let limit = oracle.kinds.get(permission).and_then(|kind| limits.get(kind));
            let on = limit.cloned().unwrap_or_else(|| Set::from(["*".to_owned()]));
            self.permissions.entry(permission.clone()).or_default().extend(on);
        }
        self.scopes.extend(oracle.provided(role, |_| true));
    }

    pub fn of_user(oracle: &Oracle, user: &str) -> Self {
        let mut rights = Self::default();
        if oracle.users.get(user).is_some_and(|user| !user.suspended) {
            oracle.assignments(user).into_iter().for_each(|(role, limits)| rights.add(oracle, role, limits));
        }
        rights
    }

    /// Of everybody who could gain anything: users, teams, and custom roles, which count everywhere.
    pub fn of_all(oracle: &Oracle) -> BTreeMap<String, Self> {
        let users = oracle.users.keys().map(|user| (format!("user {user}"), Self::of_user(oracle, user)));
        let teams = oracle.teams.iter().map(|(team, assigned)| {
            let mut rights = Self::default();
            assigned.iter().for_each(|(role, limits)| rights.add(oracle, role, limits));
            (format!("team {team}"), rights)
        });
        let custom = oracle.roles.keys().filter(|role| role.starts_with("custom "));
        let roles = custom.map(|role| {
            let mut rights = Self::default();
            rights.add(oracle, role, &BTreeMap::new());
            (role.clone(), rights)
        });
        users.chain(teams).chain(roles).collect()
    }

    fn has(&self, permission: &str, on: &str) -> bool {
        self.permissions.get(permission).is_some_and(|has| has.contains("*") || has.contains(on))
    }

    /// What this has that none of those have.
    pub fn beyond(&self, others: &[&Self]) -> Set {
        let pairs = self.permissions.iter().flat_map(|(p, on)| on.iter().map(move |on| (p, on)));
        let permissions = pairs.filter(|(p, on)| !others.iter().any(|rights| rights.has(p, on)));
        let scopes = self.scopes.iter().filter(|scope| !others.iter().any(|r| r.scopes.contains(*scope)));
        permissions.map(|(p, _)| p.clone()).chain(scopes.cloned()).collect()
    }
}

/// The sort of edit, read off the stored form; `None` for what only the vendor does.
fn act(fact: &Fact) -> Option<Act> {
    let stored = serde_json::to_value(fact).unwrap();
    Some(match stored.as_object().unwrap().keys().next().unwrap().as_str() {
        "feature-enabled" | "feature-disabled" | "catalog-upgraded" => return None,
        "team-created" | "team-renamed" | "team-deleted" => Act::EditTeams,
        "member-added" | "member-removed" => Act::EditMembers,
        "user-suspended" | "user-reinstated" => Act::Suspend,
        "user-removed" => Act::Remove,
        "role-assigned"
        | "role-unassigned"
        | "assignment-limited"
        | "assignment-extended"
        | "limit-lifted" => Act::Assign,
        _ => Act::EditRoles,
    })
}

/// How much of an excluding set a user holds, if the rule counts with these features.
fn held(oracle: &Oracle, user: &str, rule: &ExclusionRecord, enabled: &Set) -> usize {
    if rule.feature.as_ref().is_some_and(|feature| !enabled.contains(feature)) {
        return 0;
    }
    let all = oracle.held(user);
    let roles = rule.roles.iter().filter(|role| all.contains(&format!("predefined {role}")));
    let permissions = rule.permissions.iter().filter(|p| !oracle.granting(user, p).is_empty());
    roles.count() + permissions.count()
}

fn holders(oracle: &Oracle, permission: &str) -> usize {
    oracle.users.keys().filter(|user| oracle.usable(user, permission).is_some()).count()
}

/// G3, G4: what is wrong, one line each: a permission and how many can use it, or a user who holds too much.
pub fn violations(oracle: &Oracle, guard: &GuardRecord) -> Vec<String> {
    let few = guard.minimums.iter().map(|m| (m, holders(oracle, &m.permission)));
    let mut lines: Vec<String> = few
        .filter(|(minimum, left)| *left < minimum.users as usize)
        .map(|(minimum, left)| format!("{} {left}", minimum.permission))
        .collect();
    for user in oracle.users.keys() {
        let too_much =
            |rule: &&ExclusionRecord| held(oracle, user, rule, &oracle.enabled) > rule.most as usize;
        lines.extend(guard.exclusions.iter().filter(too_much).map(|_| user.clone()));
    }
    lines.sort();
    lines
}

/// The rules that refuse, by name: everybody is looked at, not only those whom a fact names.
pub fn refusing(before: &Oracle, change: &Change, after: &Oracle, actor: &str, guard: &GuardRecord) -> Set {
    let can = |permission: &str| before.decide(actor, permission, None) == "allow";
    let governing = |act: Act| guard.governed.iter().find(|row| row.act == act);
    let mut rules = Set::new();
    for fact in &change.facts {
        match act(fact) {
            None => drop(rules.insert("vendor".to_owned())),
            Some(act) if !governing(act).is_some_and(|row| can(&row.permission)) => {
                rules.insert("G1".to_owned());
            }
            Some(_) => {}
        }
    }
    let (bound, had) = (Rights::of_user(before, actor), Rights::of_all(before));
    let nothing = Rights::default();
    let gains = |(whom, rights): (&String, &Rights)| {
        !rights.beyond(&[had.get(whom).unwrap_or(&nothing), &bound]).is_empty()
    };
    if !guard.escalation.as_deref().is_some_and(can) && Rights::of_all(after).iter().any(gains) {
        rules.insert("G2".to_owned());
    }
    for minimum in &guard.minimums {
        let [had, left] = [before, after].map(|oracle| holders(oracle, &minimum.permission));
        if left < minimum.users as usize && left < had {
            rules.insert("G3".to_owned());
        }
    }
    for (user, rule) in after.users.keys().flat_map(|user| guard.exclusions.iter().map(move |r| (user, r))) {
        // A feature that switches a rule on gives nobody more of its set: what they held counts as it does now.
        let [was, now] = [before, after].map(|oracle| held(oracle, user, rule, &after.enabled));
        if now > rule.most as usize && now > was {
            rules.insert("G4".to_owned());
        }
    }
    rules
}

/// The rule by which the library refused.
pub fn rule(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotPermitted { .. } => "G1",
        Refusal::VendorsAct { .. } => "vendor",
        Refusal::Beyond { .. } => "G2",
        Refusal::Violates(Violation::TooFew { .. }) => "G3",
        Refusal::Violates(Violation::TooMany { .. }) => "G4",
        Refusal::OtherActor { .. } => "actor",
        other => panic!("{other:?}"),
    }
}

/// What the library lists, as [`violations`] does.
pub fn listed(violations: &[Violation]) -> Vec<String> {
    let mut lines: Vec<String> = violations
        .iter()
        .map(|violation| match violation {
            Violation::TooFew { permission, holders, .. } => format!("{permission} {}", holders.len()),
            Violation::TooMany { user, roles, permissions, most, .. } => {
                assert!(roles.len() + permissions.len() > *most as usize);
                user.to_string()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    lines.sort();
    lines
}

pub fn whom_key(whom: &rolecall::Whom) -> String {
    match whom {
        rolecall::Whom::Role(role) => format!("custom {role}"),
        rolecall::Whom::Team(team) => format!("team {team}"),
        rolecall::Whom::User(user) => format!("user {user}"),
    }
}
