//! The naive reading of what becomes of an account under a later version of its catalog (C5, P5, P6, P9): over sets of
//! text, and without a look at the library.

use std::collections::BTreeMap;

use rolecall::{
    Account, AccountRecord, Authorizer, Catalog, CatalogRecord, Edited, ExclusionRecord, Needs, SuccessionRecord,
    SuccessionsRecord, Upgrade, UpgradeError, UpgradeReport,
};

use crate::oracle::{Assigned, Limits, Oracle, Set, texts};
use crate::world::RESOURCES;

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

/// What reaches of one role come to together: kind by kind.
fn both(a: &Limits, b: &Limits) -> Limits {
    let mut limits = a.clone();
    for (kind, ids) in b {
        let ids = limits.get(kind).map_or(ids.clone(), |known| known.intersection(ids).cloned().collect());
        limits.insert(kind.clone(), ids);
    }
    limits
}

/// The kinds on which each predefined role grants.
fn granted_on(world: &Oracle) -> BTreeMap<String, Set> {
    let on = |granted: &Set| granted.iter().filter_map(|p| world.kinds.get(p)).cloned().collect();
    world.roles.iter().map(|(role, granted)| (role.clone(), on(granted))).collect()
}

/// What somebody holds after one more version. Merged assignments reach only what each did; one that stood before stays
/// as it is (C5). Limits in kinds that are gone stay, and a limited assignment of a predefined role reaches nothing of a
/// kind on which that has come to grant (P9).
fn assigned(held: &Assigned, since: &SuccessionsRecord, before: &Oracle, after: &Oracle) -> Assigned {
    let kind_now = |kind: &String| became(&[kind.clone()].into(), &since.kinds).pop_first();
    let mut kept: Assigned = BTreeMap::new();
    for (role, limits) in held {
        let renamed = |kind: &String| kind_now(kind).unwrap_or_else(|| kind.clone());
        kept.insert(role.clone(), limits.iter().map(|(kind, ids)| (renamed(kind), ids.clone())).collect());
    }
    let name = |key: &String| format!("predefined {key}");
    let mut standing = kept.clone();
    for key in since.roles.iter().flat_map(|row| &row.from) {
        standing.remove(&name(key));
    }
    // Each with the roles that it came from.
    let mut now: BTreeMap<String, (Limits, Set)> = BTreeMap::new();
    for row in &since.roles {
        let had: Vec<String> = row.from.iter().map(name).filter(|role| kept.contains_key(role)).collect();
        if had.is_empty() || row.needs == Needs::All && had.len() < row.from.len() {
            continue;
        }
        let reach = had.iter().fold(Limits::new(), |reach, role| both(&reach, &kept[role]));
        for role in row.to.iter().map(name).filter(|role| !standing.contains_key(role)) {
            let (known, from) = now.entry(role).or_default();
            *known = both(known, &reach);
            from.extend(had.iter().cloned());
        }
    }
    now.extend(standing.into_iter().map(|(role, limits)| (role.clone(), (limits, Set::from([role])))));
    now.retain(|role, _| after.roles.contains_key(role) || role.starts_with("custom "));
    let (did, does) = (granted_on(before), granted_on(after));
    for (role, (limits, from)) in now.iter_mut().filter(|(role, _)| role.starts_with("predefined ")) {
        let known: Set = from.iter().flat_map(|role| &did[role]).filter_map(kind_now).collect();
        if !limits.is_empty() {
            for kind in does[role].difference(&known) {
                limits.entry(kind.clone()).or_default();
            }
        }
    }
    now.into_iter().map(|(role, (limits, _))| (role, limits)).collect()
}

/// The scopes that a custom role selects after one more version (R5, P6, P9): what it selected, under its name now, less
/// what became one with a scope that it withheld, within what its permissions provide.
fn selected(role: &str, before: &Oracle, after: &Oracle, granted: &Set, rows: &[SuccessionRecord]) -> Set {
    let withheld = became(&(&before.offered(role) - &before.selected[role]), rows);
    let provided: Set = granted.iter().flat_map(|permission| &after.provides[permission]).cloned().collect();
    &(&became(&before.selected[role], rows) - &withheld) & &provided
}

/// The naive reading of P6: what an account is after one more version. What vanished goes first.
pub fn naive(before: &Oracle, next: &CatalogRecord) -> Oracle {
    let since = next.successions.last().unwrap();
    let after =
        Oracle::read(next, &Account::new(&Catalog::from_record(next).unwrap(), "x").unwrap().record());
    let assignments = |held: &Assigned| assigned(held, since, before, &after);
    let there = |keys: Vec<&String>, held: &Set, rows: &[SuccessionRecord]| -> Set {
        became(held, rows).into_iter().filter(|key| keys.contains(&key)).collect()
    };
    let permissions: Vec<&String> = next.permissions.iter().map(|p| &p.key).collect();
    let custom = before.roles.iter().filter(|(role, _)| role.starts_with("custom "));
    let custom: BTreeMap<String, Set> = custom
        .map(|(role, held)| (role.clone(), there(permissions.clone(), held, &since.permissions)))
        .collect();
    let mut roles = after.roles.clone();
    roles.extend(custom.clone());
    let selects = |(role, granted): (&String, &Set)| {
        (role.clone(), selected(role, before, &after, granted, &since.scopes))
    };
    Oracle {
        roles,
        enabled: there(next.features.iter().map(|f| &f.key).collect(), &before.enabled, &since.features),
        selected: custom.iter().map(selects).collect(),
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

/// The report of an upgrade names whoever gains or loses something, and what, but for keys that are other ones now:
/// what was lost with a succession that gives nothing to this user is called by its old name.
#[track_caller]
pub fn report_agrees(report: &UpgradeReport, before: &Oracle, after: &Oracle, since: &SuccessionsRecord) {
    let can = |world: &Oracle, user: &str| -> Set {
        world.permissions.keys().filter(|p| world.usable(user, p).is_some()).cloned().collect()
    };
    let mut expected = Vec::new();
    for user in before.users.keys() {
        let (held, has) = (can(before, user), can(after, user));
        let rows = &since.permissions;
        let now = became(&held, rows);
        let mut lost: Set = &now - &has;
        for row in rows {
            let had: Vec<&String> = row.from.iter().filter(|key| held.contains(*key)).collect();
            let vain = row.to.is_empty() || row.needs == Needs::All && had.len() < row.from.len();
            lost.extend(had.into_iter().filter(|_| vain).cloned());
        }
        // Scopes: those that inclusions give, too.
        let all = |world: &Oracle| world.covered(&world.scopes(user));
        let (had, has_scopes) = (all(before), all(after));
        let mut still = became(&had, &since.scopes);
        let gained = &has_scopes - &still;
        let retired = since.scopes.iter().filter(|row| row.to.is_empty()).flat_map(|row| &row.from);
        still.extend(retired.filter(|key| had.contains(*key)).cloned());
        expected.push((user.clone(), &has - &now, lost, gained, &still - &has_scopes));
    }
    expected.retain(|(_, a, b, c, d)| [a, b, c, d].iter().any(|keys| !keys.is_empty()));
    let differs = |found: &&rolecall::UserUpgrade| {
        let scopes = !found.scopes_gained.is_empty() || !found.scopes_lost.is_empty();
        scopes || !found.gained.is_empty() || !found.lost.is_empty()
    };
    let found = report.users.iter().filter(differs).map(|found| {
        let (gained, lost) = (texts(&found.gained), texts(&found.lost));
        (found.user.to_string(), gained, lost, texts(&found.scopes_gained), texts(&found.scopes_lost))
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// The naive reading of P5: what an account grants under a catalog that it was not stored under, without the one that it
/// was. What that catalog lacks, or a succession takes up, grants nothing; of scopes, nor does what takes the place of
/// another one. Limited assignments count nowhere.
pub fn waiting(next: &CatalogRecord, account: &AccountRecord) -> Oracle {
    let mut world = Oracle::read(next, account);
    let since = next.successions.last().unwrap();
    let lives = |keys: Vec<&String>, rows: &[SuccessionRecord]| -> Set {
        let taken_up = |key: &String| rows.iter().any(|row| row.from.contains(key));
        keys.into_iter().filter(|key| !taken_up(key)).cloned().collect()
    };
    let features = lives(next.features.iter().map(|f| &f.key).collect(), &since.features);
    let permissions = lives(next.permissions.iter().map(|p| &p.key).collect(), &since.permissions);
    let roles = lives(next.roles.iter().map(|r| &r.key).collect(), &since.roles);
    let mut scopes = lives(next.scopes.iter().map(|s| &s.key).collect(), &since.scopes);
    scopes.retain(|key| !since.scopes.iter().any(|row| row.to.contains(key)));
    world.enabled.retain(|feature| features.contains(feature));
    let custom = |(role, _): &(&String, &mut Set)| role.starts_with("custom ");
    world.roles.iter_mut().filter(custom).for_each(|(_, held)| held.retain(|p| permissions.contains(p)));
    let provided: BTreeMap<String, Set> =
        world.selected.keys().map(|role| (role.clone(), world.offered(role))).collect();
    for (role, selected) in &mut world.selected {
        selected.retain(|scope| scopes.contains(scope) && provided[role].contains(scope));
    }
    let counts = |assigned: &mut Assigned| {
        assigned.retain(|role, limits| {
            limits.is_empty() && role.strip_prefix("predefined ").is_none_or(|key| roles.contains(key))
        });
    };
    world.teams.values_mut().for_each(counts);
    world.users.values_mut().for_each(|user| counts(&mut user.roles));
    world
}

/// An upgrade once everything that it does undeclared was looked at.
#[track_caller]
pub fn accepted(upgrade: Upgrade) -> Edited {
    let undeclared = upgrade.undeclared().to_vec();
    if !undeclared.is_empty() {
        let refused = upgrade.clone().finish().unwrap_err();
        assert_eq!(refused, UpgradeError::NotAccepted { undeclared: undeclared.clone() }, "P6");
    }
    upgrade.accepting(undeclared).finish().unwrap().unwrap()
}

/// P5: what somebody may do now, on whatever, they may do in each of these worlds, under the same key; and they have the
/// scopes there.
#[track_caller]
pub fn within(auth: &Authorizer, user: &str, worlds: &[&Oracle]) {
    let subject = auth.subject(user);
    let kinds: Vec<String> = auth.catalog().kinds().map(|kind| kind.key().to_string()).collect();
    let asked: Vec<_> = kinds.iter().flat_map(|kind| RESOURCES.map(|id| Some((kind.as_str(), id)))).collect();
    for permission in auth.catalog().permissions() {
        let key = permission.key().as_str();
        for on in asked.iter().copied().chain([None]) {
            let allowed = match on {
                None => subject.can(permission.id()),
                Some((kind, id)) => {
                    subject.can_on(permission.id(), &auth.catalog().resource(kind, id).unwrap())
                }
            };
            for world in worlds.iter().filter(|_| allowed) {
                let there = world.permissions.contains_key(key);
                assert!(there && world.decide(user, key, on) == "allow", "{user} {key} {on:?}");
            }
        }
    }
    let scopes: Set = subject.scopes().keys().map(ToString::to_string).collect();
    for scope in auth.catalog().scopes().map(|scope| scope.key().to_string()) {
        let endpoint = rolecall::Endpoint::any_of(auth.catalog(), [scope.as_str()]).unwrap();
        for world in worlds.iter().filter(|_| scopes.contains(&scope) || subject.can_call(&endpoint)) {
            assert!(world.covered(&world.scopes(user)).contains(&scope), "{user} {scope}");
        }
    }
}

/// What became of a key, in whatever company: what took its place, or itself.
fn image(key: &str, rows: &[SuccessionRecord]) -> Vec<String> {
    let row = rows.iter().find(|row| row.from.iter().any(|from| from == key));
    row.map_or_else(|| vec![key.to_owned()], |row| row.to.clone())
}

/// What it is called now, if it is one thing; what it was called, if not.
fn last(key: &str, rows: &[SuccessionRecord]) -> String {
    match image(key, rows).as_slice() {
        [only] => only.clone(),
        _ => key.to_owned(),
    }
}

/// C5: what the next version does otherwise without saying so, in words.
pub fn undeclared(before: &CatalogRecord, next: &CatalogRecord) -> Set {
    let since = next.successions.last().unwrap();
    let mut said = Set::new();
    let mut gone = |what: &str, had: Vec<&String>, has: Vec<&String>, rows: &[SuccessionRecord]| {
        let taken_up = |key: &String| rows.iter().any(|row| row.from.contains(key));
        for key in had.into_iter().filter(|key| !has.contains(key) && !taken_up(key)) {
            said.insert(format!("{what} `{key}` is gone, and no succession says so"));
        }
    };
    let keys = |record: &CatalogRecord| -> [Vec<String>; 5] {
        [
            record.features.iter().map(|row| row.key.clone()).collect(),
            record.kinds.iter().map(|row| row.key.clone()).collect(),
            record.scopes.iter().map(|row| row.key.clone()).collect(),
            record.permissions.iter().map(|row| row.key.clone()).collect(),
            record.roles.iter().map(|row| row.key.clone()).collect(),
        ]
    };
    let rows = [&since.features, &since.kinds, &since.scopes, &since.permissions, &since.roles];
    let what = ["feature", "resource kind", "scope", "permission", "predefined role"];
    for (n, (had, has)) in keys(before).iter().zip(&keys(next)).enumerate() {
        gone(what[n], had.iter().collect(), has.iter().collect(), rows[n]);
    }
    let now = |key: &str| next.permissions.iter().find(|row| row.key == key);
    for permission in &before.permissions {
        for feature in permission.features.iter().map(|key| last(key, &since.features)) {
            for after in image(&permission.key, &since.permissions) {
                if now(&after).is_some_and(|now| !now.features.contains(&feature)) {
                    said.insert(format!("permission `{after}` no longer requires feature `{feature}`"));
                }
            }
        }
    }
    inclusions(before, next, &since.scopes, &mut said);
    guard(before, next, since, &mut said);
    said
}

fn inclusions(before: &CatalogRecord, next: &CatalogRecord, rows: &[SuccessionRecord], said: &mut Set) {
    let covered = |record: &CatalogRecord, scope: &str| -> Set {
        let includes = record.scopes.iter().map(|s| (s.key.clone(), texts(&s.includes))).collect();
        Oracle { includes, ..Oracle::default() }.covered(&Set::from([scope.to_owned()]))
    };
    let there = |key: &str| -> Option<String> {
        let now = image(key, rows).pop()?;
        next.scopes.iter().any(|scope| scope.key == now).then_some(now)
    };
    for scope in &before.scopes {
        for other in before.scopes.iter().filter(|other| other.key != scope.key) {
            let (Some(now), Some(then)) = (there(&scope.key), there(&other.key)) else { continue };
            match (covered(before, &scope.key).contains(&other.key), covered(next, &now).contains(&then)) {
                (false, true) => _ = said.insert(format!("scope `{now}` now includes `{then}`")),
                (true, false) => _ = said.insert(format!("scope `{now}` no longer includes `{then}`")),
                _ => {}
            }
        }
    }
}

fn guard(before: &CatalogRecord, next: &CatalogRecord, since: &SuccessionsRecord, said: &mut Set) {
    let (had, has) = (&before.guard, &next.guard);
    for row in &had.governed {
        let permission = last(&row.permission, &since.permissions);
        if !has.governed.iter().any(|now| now.act == row.act && now.permission == permission) {
            said.insert(format!("permission `{permission}` no longer governs who may {}", row.act));
        }
    }
    if let Some(permission) = had.escalation.as_ref().map(|key| last(key, &since.permissions))
        && has.escalation.as_ref() != Some(&permission)
    {
        said.insert(format!(
            "permission `{permission}` no longer allows giving what the actor is not granted"
        ));
    }
    for row in &had.minimums {
        let (permission, users) = (last(&row.permission, &since.permissions), row.users);
        if !has.minimums.iter().any(|now| now.permission == permission && now.users >= users) {
            said.insert(format!("`{permission}` need no longer be usable by at least {users}"));
        }
    }
    let all_in = |keys: &[String], rows: &[SuccessionRecord], of: &[String]| {
        keys.iter().flat_map(|key| image(key, rows)).all(|key| of.contains(&key))
    };
    let holds = |then: &ExclusionRecord, now: &ExclusionRecord| {
        let feature = then.feature.as_ref().map(|key| last(key, &since.features));
        now.name == then.name
            && now.most <= then.most
            && (now.feature.is_none() || now.feature == feature)
            && all_in(&then.roles, &since.roles, &now.roles)
            && all_in(&then.permissions, &since.permissions, &now.permissions)
    };
    for then in had.exclusions.iter().filter(|then| !has.exclusions.iter().any(|now| holds(then, now))) {
        said.insert(format!("exclusion `{}` is gone or excludes less", then.name));
    }
}
