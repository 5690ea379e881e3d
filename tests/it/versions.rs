//! Later versions of a catalog, at random (C5).

use proptest::prelude::*;
use rolecall::{
    Act, CatalogRecord, ExclusionRecord, GovernedRecord, MinimumRecord, Needs, SuccessionRecord,
    SuccessionsRecord,
};

use crate::naive_upgrade::became;

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
    let kind_of = |key: &String| before.permissions.iter().find(|p| p.key == *key).and_then(|p| p.kind.clone());
    let kind_now = |kind: &String| became(&[kind.clone()].into(), &of_kinds).pop_first();
    let living = |kind: &String| kind_now(kind).filter(|now| kinds.contains(now));
    // A permission stays what it is, its kind with it (C5): it goes when that goes, and becomes one only with its like.
    let keys: Vec<String> = before.permissions.iter().map(|p| p.key.clone()).collect();
    let fates_of_permissions = keys.iter().enumerate().map(|(at, key)| match fates[at % fates.len()] {
        Fate::Vanishes => Fate::Vanishes,
        _ if kind_of(key).is_some_and(|kind| living(&kind).is_none()) => Fate::Retired,
        Fate::MergedWithNext(_) if keys.get(at + 1).is_some_and(|next| kind_of(next) != kind_of(key)) => Fate::Stays,
        fate => fate,
    });
    let (permissions, of_permissions) = become_of(&keys, &fates_of_permissions.collect::<Vec<_>>(), version, true);
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
    let kind_after = |key: &String| {
        let row = of_permissions.iter().find(|row| row.to.contains(key));
        kind_of(row.map_or(key, |row| &row.from[0])).and_then(|kind| living(&kind))
    };
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
            kind: kind_after(key),
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
