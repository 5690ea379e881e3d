//! Later versions of a catalog, at random, and the naive reading of what becomes of an account (C5, P6).

use std::collections::BTreeMap;

use proptest::prelude::*;
use rolecall::{
    Account, AccountRecord, Act, Catalog, CatalogRecord, ExclusionRecord, GovernedRecord, MinimumRecord,
    Needs, SuccessionRecord, SuccessionsRecord, UpgradeReport,
};

use crate::oracle::{Assigned, Limits, Oracle, Set, texts};

/// What becomes of a key in the next version.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    Stays,
    Renamed,
    Retired,
    Vanishes,
    Split,
    SplitKeepingItself,
    MergedWithNext(Needs),
}

pub fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let needs = prop_oneof![Just(Needs::All), Just(Needs::Any)];
    let fate = prop_oneof![
        5 => Just(Fate::Stays),
        2 => Just(Fate::Renamed),
        1 => Just(Fate::Retired),
        1 => Just(Fate::Vanishes),
        2 => Just(Fate::Split),
        1 => Just(Fate::SplitKeepingItself),
        3 => needs.prop_map(Fate::MergedWithNext),
    ];
    prop::collection::vec(fate, 16)
}

/// What the keys of one sort become, and the successions that say so. `bits` choose where a fate is not open.
fn become_of(
    keys: &[String],
    fates: &[Fate],
    version: u32,
    many: bool,
) -> (Vec<String>, Vec<SuccessionRecord>) {
    let (mut after, mut rows, mut at) = (Vec::new(), Vec::new(), 0);
    let row = |from: Vec<String>, to: Vec<String>, needs| SuccessionRecord { from, to, needs };
    while at < keys.len() {
        let key = keys[at].clone();
        let new = |part: &str| format!("{key}.{version}{part}");
        let mut say = |from: Vec<String>, to: Vec<String>, needs| {
            after.extend(to.iter().cloned());
            rows.push(row(from, to, needs));
        };
        match fates[at % fates.len()] {
            Fate::Vanishes => {}
            Fate::Retired => say(vec![key], vec![], Needs::All),
            Fate::Renamed => say(vec![key.clone()], vec![new("")], Needs::All),
            Fate::Split if many => say(vec![key.clone()], vec![new("a"), new("b")], Needs::All),
            Fate::SplitKeepingItself if many => {
                say(vec![key.clone()], vec![key.clone(), new("c")], Needs::All);
            }
            Fate::MergedWithNext(needs) if many && at + 1 < keys.len() => {
                say(vec![key.clone(), keys[at + 1].clone()], vec![new("m")], needs);
                at += 1;
            }
            _ => after.push(key),
        }
        at += 1;
    }
    (after, rows)
}

/// The next version of a catalog, in which keys have these fates and roles grant what the seeds say.
pub fn version_after(before: &CatalogRecord, fates: &[Fate], seeds: &[u32]) -> CatalogRecord {
    let version = before.version + 1;
    let rotate = |by: usize| [&fates[by..], &fates[..by]].concat();
    let take = |keys: Vec<&String>, by: usize, many: bool| {
        become_of(&keys.into_iter().cloned().collect::<Vec<_>>(), &rotate(by), version, many)
    };
    let (features, of_features) = take(before.features.iter().map(|f| &f.key).collect(), 1, false);
    let (kinds, of_kinds) = take(before.kinds.iter().map(|k| &k.key).collect(), 4, false);
    let (scopes, of_scopes) = take(before.scopes.iter().map(|s| &s.key).collect(), 6, false);
    let (permissions, of_permissions) = take(before.permissions.iter().map(|p| &p.key).collect(), 0, true);
    let (roles, of_roles) = take(before.roles.iter().map(|r| &r.key).collect(), 9, true);
    let seed = |n: usize| seeds[n % seeds.len()] as usize;
    let some = |from: &[String], n: usize| -> Vec<String> {
        from.iter()
            .enumerate()
            .filter(|(at, _)| seed(n) >> (at % 31) & 1 == 1)
            .map(|(_, k)| k.clone())
            .collect()
    };
    let value = |keys: &[String]| -> serde_json::Value {
        keys.iter().map(|key| serde_json::json!({"key": key, "name": "N", "description": ""})).collect()
    };
    let mut record = before.clone();
    record.version = version;
    record.features = serde_json::from_value(value(&features)).unwrap();
    record.kinds = serde_json::from_value(value(&kinds)).unwrap();
    record.scopes = scopes
        .iter()
        .map(|key| rolecall::ScopeRecord {
            key: key.clone(),
            description: String::new(),
            includes: Vec::new(),
        })
        .collect();
    let section = before.sections[0].key.clone();
    record.permissions = permissions
        .iter()
        .enumerate()
        .map(|(n, key)| rolecall::PermissionRecord {
            key: key.clone(),
            name: "N".to_owned(),
            description: String::new(),
            section: section.clone(),
            features: some(&features, n).into_iter().take(1).collect(),
            scopes: some(&scopes, n + 7),
            kind: some(&kinds, n + 3).pop(),
            seat: None,
        })
        .collect();
    record.roles = roles
        .iter()
        .enumerate()
        .map(|(n, key)| rolecall::PredefinedRoleRecord {
            key: key.clone(),
            name: format!("Role {n} of {version}"),
            description: String::new(),
            group: None,
            permissions: some(&permissions, n + 11),
        })
        .collect();
    record.guard = rolecall::GuardRecord::default();
    record.successions.push(SuccessionsRecord {
        version,
        features: of_features,
        kinds: of_kinds,
        scopes: of_scopes,
        permissions: of_permissions,
        roles: of_roles,
    });
    record
}

/// The naive reading of C5 for a set of keys.
pub fn became(held: &Set, rows: &[SuccessionRecord]) -> Set {
    let mut now: Set = held.clone();
    for row in rows {
        row.from.iter().for_each(|key| _ = now.remove(key));
    }
    for row in rows {
        let had = row.from.iter().filter(|key| held.contains(*key)).count();
        let enough = if row.needs == Needs::All { had == row.from.len() } else { had > 0 };
        if enough {
            now.extend(row.to.iter().cloned());
        }
    }
    now
}

/// What reaches of one role come to together, and apart: kind by kind.
fn either(a: &Limits, b: &Limits) -> Limits {
    let both = a.keys().filter(|kind| b.contains_key(*kind));
    both.map(|kind| (kind.clone(), a[kind].union(&b[kind]).cloned().collect())).collect()
}

fn both(a: &Limits, b: &Limits) -> Limits {
    let mut limits = a.clone();
    for (kind, ids) in b {
        let ids = limits.get(kind).map_or(ids.clone(), |known| known.intersection(ids).cloned().collect());
        limits.insert(kind.clone(), ids);
    }
    limits
}

fn assigned(held: &Assigned, since: &SuccessionsRecord) -> Assigned {
    let mut kept: Assigned = BTreeMap::new();
    for (role, limits) in held {
        let gone = |kind: &String| became(&[kind.clone()].into(), &since.kinds).is_empty();
        if limits.keys().any(gone) {
            continue;
        }
        let renamed = |kind: &String| became(&[kind.clone()].into(), &since.kinds).pop_first().unwrap();
        kept.insert(role.clone(), limits.iter().map(|(kind, ids)| (renamed(kind), ids.clone())).collect());
    }
    let name = |key: &String| format!("predefined {key}");
    let mut now = kept.clone();
    for row in &since.roles {
        row.from.iter().for_each(|key| _ = now.remove(&name(key)));
    }
    for row in &since.roles {
        let had: Vec<&Limits> = row.from.iter().filter_map(|key| kept.get(&name(key))).collect();
        let reach = match row.needs {
            Needs::All if had.len() == row.from.len() => had.into_iter().cloned().reduce(|a, b| both(&a, &b)),
            Needs::All => None,
            Needs::Any => had.into_iter().cloned().reduce(|a, b| either(&a, &b)),
        };
        for key in row.to.iter().filter(|_| reach.is_some()) {
            let reach = reach.clone().unwrap();
            let reach = now.get(&name(key)).map_or(reach.clone(), |known| either(known, &reach));
            now.insert(name(key), reach);
        }
    }
    now
}

/// The naive reading of P6: what an account is after one more version. What vanished goes first.
pub fn naive(before: &Oracle, next: &CatalogRecord) -> Oracle {
    let since = next.successions.last().unwrap();
    let after =
        Oracle::read(next, &Account::new(&Catalog::from_record(next).unwrap(), "x").unwrap().record());
    let has = |keys: Vec<&String>, rows: &[SuccessionRecord]| -> Set {
        keys.into_iter().chain(rows.iter().flat_map(|row| &row.from)).cloned().collect()
    };
    let kinds = has(next.kinds.iter().map(|k| &k.key).collect(), &since.kinds);
    let roles = has(next.roles.iter().map(|r| &r.key).collect(), &since.roles);
    let lives = |role: &String, limits: &Limits| {
        role.strip_prefix("predefined ").is_none_or(|key| roles.contains(key))
            && limits.keys().all(|kind| kinds.contains(kind))
    };
    let assignments = |held: &Assigned| {
        let living = held.iter().filter(|(role, limits)| lives(role, limits));
        assigned(&living.map(|(role, limits)| (role.clone(), limits.clone())).collect(), since)
    };
    let there = |keys: Vec<&String>, held: &Set, rows: &[SuccessionRecord]| -> Set {
        became(held, rows).into_iter().filter(|key| keys.contains(&key)).collect()
    };
    let permissions: Vec<&String> = next.permissions.iter().map(|p| &p.key).collect();
    let custom = before.roles.iter().filter(|(role, _)| role.starts_with("custom "));
    let mut roles = after.roles.clone();
    roles.extend(
        custom.map(|(role, held)| (role.clone(), there(permissions.clone(), held, &since.permissions))),
    );
    let scopes: Vec<&String> = next.scopes.iter().map(|s| &s.key).collect();
    let withheld = before.withheld.iter();
    Oracle {
        roles,
        enabled: there(next.features.iter().map(|f| &f.key).collect(), &before.enabled, &since.features),
        withheld: withheld.map(|(r, held)| (r.clone(), there(scopes.clone(), held, &since.scopes))).collect(),
        teams: before.teams.iter().map(|(team, held)| (team.clone(), assignments(held))).collect(),
        users: before
            .users
            .iter()
            .map(|(id, user)| {
                (id.clone(), crate::oracle::User { roles: assignments(&user.roles), ..user.clone() })
            })
            .collect(),
        ..after
    }
}

/// The same version with what `version_after` leaves out: inclusions, seats, sections, a guard, and a predefined role
/// with a name that custom roles bear, too.
pub fn furnish(record: &mut CatalogRecord, seeds: &[u32]) {
    let bit = |n: usize, at: usize| seeds[n % seeds.len()] >> (at % 31) & 1 == 1;
    let scopes: Vec<String> = record.scopes.iter().map(|scope| scope.key.clone()).collect();
    for (n, scope) in record.scopes.iter_mut().enumerate() {
        scope.includes = scopes.iter().skip(n + 1).filter(|_| bit(n + 2, n)).cloned().collect();
    }
    for (n, permission) in record.permissions.iter_mut().enumerate() {
        permission.section =
            record.sections[seeds[n % seeds.len()] as usize % record.sections.len()].key.clone();
        permission.seat = record.seats.first().filter(|_| bit(n + 5, 9)).map(|seat| seat.key.clone());
    }
    if let Some(role) = record.roles.get_mut(1).filter(|_| bit(1, 3)) {
        role.name = "NIGHT".to_owned();
    }
    let permissions: Vec<String> = record.permissions.iter().map(|p| p.key.clone()).collect();
    if permissions.len() < 3 {
        return;
    }
    let any = |n: usize| permissions[seeds[n % seeds.len()] as usize % permissions.len()].clone();
    let acts = [Act::Assign, Act::EditRoles, Act::EditTeams, Act::EditMembers, Act::Suspend, Act::Remove];
    let governed = acts.into_iter().enumerate().filter(|(n, _)| bit(n + 3, 7) || *n < 2);
    record.guard.governed = governed.map(|(n, act)| GovernedRecord { act, permission: any(n) }).collect();
    record.guard.escalation = Some(any(8)).filter(|_| bit(8, 11));
    record.guard.minimums = vec![MinimumRecord { permission: any(9), users: 1 + seeds[10] % 2 }];
    let rule = |name: &str, most, roles, permissions| ExclusionRecord {
        name: name.to_owned(),
        description: String::new(),
        feature: record.features.first().filter(|_| bit(11, 5)).map(|feature| feature.key.clone()),
        most,
        roles,
        permissions,
    };
    let three = permissions.iter().take(3).cloned().collect();
    record.guard.exclusions = vec![rule("Two of three", 2, Vec::new(), three)];
    if record.roles.len() > 1 {
        let two = record.roles.iter().take(2).map(|role| role.key.clone()).collect();
        record.guard.exclusions.push(rule("One of two", 1, two, Vec::new()));
    }
}

/// The report of an upgrade names whoever gains or loses something, and what, but for keys that are other ones now:
/// what was lost with a succession that gives nothing to this user is called by its old name.
#[track_caller]
pub fn report_agrees(report: &UpgradeReport, before: &Oracle, after: &Oracle, rows: &[SuccessionRecord]) {
    let can = |world: &Oracle, user: &str| -> Set {
        world.permissions.keys().filter(|p| world.usable(user, p).is_some()).cloned().collect()
    };
    let mut expected = Vec::new();
    for user in before.users.keys() {
        let (held, has) = (can(before, user), can(after, user));
        let now = became(&held, rows);
        let mut lost: Set = &now - &has;
        for row in rows {
            let had: Vec<&String> = row.from.iter().filter(|key| held.contains(*key)).collect();
            let vain = row.to.is_empty() || row.needs == Needs::All && had.len() < row.from.len();
            lost.extend(had.into_iter().filter(|_| vain).cloned());
        }
        expected.push((user.clone(), &has - &now, lost));
    }
    expected.retain(|(_, gained, lost)| !gained.is_empty() || !lost.is_empty());
    let found = report.users.iter().filter(|found| !found.gained.is_empty() || !found.lost.is_empty());
    let found: Vec<_> =
        found.map(|found| (found.user.to_string(), texts(&found.gained), texts(&found.lost))).collect();
    assert_eq!(found, expected);
}

/// The naive reading of P5: what an account grants under a catalog that lacks some of what it names.
pub fn waiting(next: &CatalogRecord, account: &AccountRecord) -> Oracle {
    let mut world = Oracle::read(next, account);
    let keys = |keys: Vec<&String>| -> Set { keys.into_iter().cloned().collect() };
    let features = keys(next.features.iter().map(|f| &f.key).collect());
    let scopes = keys(next.scopes.iter().map(|s| &s.key).collect());
    let kinds = keys(next.kinds.iter().map(|k| &k.key).collect());
    let permissions = keys(next.permissions.iter().map(|p| &p.key).collect());
    world.enabled.retain(|feature| features.contains(feature));
    world.roles.values_mut().for_each(|granted| granted.retain(|p| permissions.contains(p)));
    for withheld in world.withheld.values_mut().filter(|withheld| !withheld.is_subset(&scopes)) {
        withheld.clone_from(&scopes);
    }
    let known: Set = world.roles.keys().cloned().collect();
    let counts = |assigned: &mut Assigned| {
        assigned
            .retain(|role, limits| known.contains(role) && limits.keys().all(|kind| kinds.contains(kind)));
    };
    world.teams.values_mut().for_each(counts);
    world.users.values_mut().for_each(|user| counts(&mut user.roles));
    world
}
