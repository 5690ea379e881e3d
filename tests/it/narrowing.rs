//! P9, sentence by sentence: nobody has more than before except by what the new catalog declares, on every way into
//! another catalog. What is declared is worked out by [`reading`](crate::reading), which shares no code with the crate.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{
    ACCOUNT_FORMAT, Account, AccountRecord, AssignmentRecord, Authorizer, CATALOG_FORMAT, Catalog,
    CatalogRecord, CustomRoleRecord, FeatureRecord, GuardRecord, Head, KindRecord, Needs, PermissionRecord,
    PredefinedRoleRecord, Reach, RoleRef, ScopeRecord, SectionRecord, SuccessionRecord, SuccessionsRecord,
    TeamRecord, UpgradeError, UserRecord,
};

use crate::reading::bound::{Bound, declared, restored_with_old, restored_without_old};
use crate::reading::carry;
use crate::reading::checks::{
    lost_limits, lost_suspensions, not_within, undeclared_features, undeclared_gains, unreported,
};
use crate::reading::follows::changed_kinds;
use crate::reading::model::{self, Keys, Observed, Where};
use crate::reading::random::{RESOURCES, World, world};
use crate::reading::scopes;

/// Worlds in each `cargo test`.
const WORLDS: u64 = 250;

/// Without what the crate does not know: features of scopes and of resources, permissions that are reserved; features,
/// kinds and scopes are renamed or retired one by one, and not split or merged.
fn known(mut catalog: model::Catalog) -> model::Catalog {
    for step in &mut catalog.successions {
        for rows in [&mut step.features, &mut step.kinds, &mut step.scopes] {
            let one = |row: model::Succession| {
                let rename =
                    move |key| model::Succession { from: vec![key], to: row.to.clone(), needs: row.needs };
                row.from.into_iter().map(rename)
            };
            *rows = rows
                .drain(..)
                .filter(|row| row.to.len() < 2)
                .flat_map(one)
                .filter(|row| row.from != row.to)
                .collect();
        }
    }
    // A successor that is gone in its turn must be said to be: the crate refuses a catalog that leads nowhere.
    type Rows = fn(&mut model::Step) -> &mut Vec<model::Succession>;
    let there: [(Rows, Keys); 5] = [
        (|step| &mut step.features, catalog.features.clone()),
        (|step| &mut step.kinds, catalog.kinds.keys().cloned().collect()),
        (|step| &mut step.scopes, catalog.scopes.keys().cloned().collect()),
        (|step| &mut step.permissions, catalog.permissions.keys().cloned().collect()),
        (|step| &mut step.roles, catalog.roles.keys().cloned().collect()),
    ];
    for (rows, mut there) in there {
        for step in catalog.successions.iter_mut().rev() {
            let rows = rows(step);
            rows.iter_mut().for_each(|row| row.to.retain(|key| there.contains(key)));
            rows.retain(|row| row.from.len() == 1 || row.to.len() == 1);
            there.extend(rows.iter().flat_map(|row| row.from.clone()));
        }
    }
    catalog.scopes.values_mut().for_each(|scope| scope.features.clear());
    catalog.kinds.values_mut().for_each(BTreeMap::clear);
    catalog.permissions.values_mut().for_each(|permission| permission.reserved = false);
    catalog
}

fn texts(keys: &Keys) -> Vec<String> {
    keys.iter().cloned().collect()
}

fn rows(rows: &[model::Succession]) -> Vec<SuccessionRecord> {
    let needs = |needs| match needs {
        model::Needs::All => Needs::All,
        model::Needs::Any => Needs::Any,
    };
    rows.iter()
        .map(|row| SuccessionRecord { from: row.from.clone(), to: row.to.clone(), needs: needs(row.needs) })
        .collect()
}

fn build(catalog: &model::Catalog) -> Catalog {
    let named = |key: &String| (key.clone(), key.clone(), String::new());
    let record = CatalogRecord {
        format: CATALOG_FORMAT,
        name: catalog.name.clone(),
        version: catalog.version,
        features: catalog
            .features
            .iter()
            .map(named)
            .map(|(key, name, description)| FeatureRecord { key, name, description })
            .collect(),
        kinds: catalog
            .kinds
            .keys()
            .map(named)
            .map(|(key, name, description)| KindRecord { key, name, description })
            .collect(),
        seats: Vec::new(),
        scopes: catalog
            .scopes
            .iter()
            .map(|(key, scope)| ScopeRecord {
                key: key.clone(),
                description: String::new(),
                includes: texts(&scope.includes),
            })
            .collect(),
        sections: vec![SectionRecord { key: "all".into(), name: "All".into(), description: String::new() }],
        permissions: catalog
            .permissions
            .iter()
            .map(|(key, permission)| PermissionRecord {
                key: key.clone(),
                name: key.clone(),
                description: String::new(),
                section: "all".into(),
                features: texts(&permission.features),
                scopes: texts(&permission.scopes),
                kind: permission.kind.clone(),
                seat: None,
            })
            .collect(),
        roles: catalog
            .roles
            .iter()
            .map(|(key, permissions)| PredefinedRoleRecord {
                key: key.clone(),
                name: format!("Role {key}"),
                description: String::new(),
                group: None,
                permissions: texts(permissions),
            })
            .collect(),
        guard: GuardRecord::default(),
        successions: catalog
            .successions
            .iter()
            .map(|step| SuccessionsRecord {
                version: step.version,
                features: rows(&step.features),
                kinds: rows(&step.kinds),
                scopes: rows(&step.scopes),
                permissions: rows(&step.permissions),
                roles: rows(&step.roles),
            })
            .collect(),
    };
    Catalog::from_record(&record).unwrap()
}

fn role_ref(role: &model::Role) -> RoleRef {
    match role {
        model::Role::Predefined(key) => RoleRef::predefined(key).unwrap(),
        model::Role::Custom(id) => RoleRef::custom(id).unwrap(),
    }
}

fn assignments(held: &model::Assignments) -> Vec<AssignmentRecord> {
    let reach = |reach: &model::Reach| {
        reach.limits.iter().fold(Reach::everything(), |reach, (kind, ids)| reach.and_only(kind, ids).unwrap())
    };
    held.iter().map(|(role, to)| AssignmentRecord { role: role_ref(role), reach: reach(to) }).collect()
}

fn keys<K: rolecall_key::Key>(names: &Keys) -> Vec<K> {
    names.iter().map(|name| K::of(name)).collect()
}

/// Keys of the types that records have.
mod rolecall_key {
    use rolecall::{FeatureKey, PermissionKey, ScopeKey, TeamId};

    pub trait Key {
        fn of(name: &str) -> Self;
    }

    macro_rules! keys {
        ($($key:ty)*) => {$(
            impl Key for $key {
                fn of(name: &str) -> Self {
                    <$key>::new(name).unwrap()
                }
            }
        )*};
    }

    keys!(FeatureKey PermissionKey ScopeKey TeamId);
}

fn store(account: &model::Account, catalog: &Catalog) -> AccountRecord {
    let id = rolecall::AccountId::new("initech").unwrap();
    AccountRecord {
        format: ACCOUNT_FORMAT,
        catalog: catalog.identity(),
        head: Some(Head::first(&id, &catalog.hash())),
        account: id,
        features: keys(&account.features),
        roles: account
            .custom
            .iter()
            .map(|(id, role)| CustomRoleRecord {
                id: rolecall::RoleId::new(id).unwrap(),
                name: format!("Custom {id}"),
                description: String::new(),
                permissions: keys(&role.permissions),
                scopes: keys(&role.scopes),
                imports: Vec::new(),
            })
            .collect(),
        teams: account
            .teams
            .iter()
            .map(|(id, held)| TeamRecord {
                id: rolecall::TeamId::new(id).unwrap(),
                name: id.clone(),
                assignments: assignments(held),
            })
            .collect(),
        users: account
            .users
            .iter()
            .map(|(id, user)| UserRecord {
                id: rolecall::UserId::new(id).unwrap(),
                incarnation: serde_json::from_str("\"0123456789abcdef\"").unwrap(),
                suspended: user.suspended,
                assignments: assignments(&user.assignments),
                teams: keys(&user.teams),
            })
            .collect(),
        checksum: 0,
    }
    .with_checksum()
}

/// The words of the reading for what the crate has stored.
fn read(record: &AccountRecord) -> model::Account {
    fn all<T: ToString>(keys: &[T]) -> Keys {
        keys.iter().map(ToString::to_string).collect()
    }
    let role = |role: &RoleRef| match role {
        RoleRef::Predefined(key) => model::Role::Predefined(key.to_string()),
        RoleRef::Custom(id) => model::Role::Custom(id.to_string()),
    };
    let reach = |reach: &Reach| model::Reach {
        limits: reach
            .limits()
            .map(|(kind, ids)| (kind.to_string(), ids.iter().map(ToString::to_string).collect()))
            .collect(),
    };
    let held = |held: &[AssignmentRecord]| held.iter().map(|it| (role(&it.role), reach(&it.reach))).collect();
    model::Account {
        features: all(&record.features),
        custom: record
            .roles
            .iter()
            .map(|role| {
                let (permissions, scopes) = (all(&role.permissions), all(&role.scopes));
                (role.id.to_string(), model::CustomRole { permissions, scopes })
            })
            .collect(),
        teams: record.teams.iter().map(|team| (team.id.to_string(), held(&team.assignments))).collect(),
        users: record
            .users
            .iter()
            .map(|user| {
                let (assignments, teams) = (held(&user.assignments), all(&user.teams));
                let mark = user.incarnation.to_string();
                (user.id.to_string(), model::User { mark, suspended: user.suspended, assignments, teams })
            })
            .collect(),
    }
}

/// What a user has, asked of the crate: what explanations say is granted, whatever the features, and every single
/// decision and scope.
fn observe(auth: &Authorizer, user: &str) -> Observed {
    let (subject, catalog) = (auth.subject(user), auth.catalog());
    let mut seen = Observed::default();
    for permission in catalog.permissions() {
        let (key, kind) = (permission.key().to_string(), permission.kind());
        for grant in subject.explain(permission.id()).grants {
            for path in grant.paths {
                match kind.and_then(|kind| path.reach().limit_of(kind.key()).cloned().map(|ids| (kind, ids)))
                {
                    None => _ = seen.granted.insert((key.clone(), Where::Everything)),
                    Some((kind, ids)) => seen.granted.extend(
                        ids.iter().map(|id| (key.clone(), Where::on(kind.key().as_str(), id.as_str()))),
                    ),
                }
            }
        }
        if subject.can(permission.id()) {
            seen.granted.insert((key.clone(), Where::Everything));
        }
        for (kind, id) in kind.iter().flat_map(|kind| RESOURCES.map(|id| (kind.key(), id))) {
            let resource = catalog.resource(kind, id).unwrap();
            if subject.can_on(permission.id(), &resource) {
                seen.granted.insert((key.clone(), Where::on(kind.as_str(), id)));
            }
        }
    }
    // Closed by inclusion, through an endpoint for each.
    for scope in catalog.scopes() {
        let endpoint = rolecall::Endpoint::any_of(catalog, [scope.key()]).unwrap();
        if subject.can_call(&endpoint) {
            seen.scopes.insert(scope.key().to_string());
        }
    }
    let listed: Keys = subject
        .scopes()
        .iter()
        .flat_map(|scope| scope.covers().keys().map(ToString::to_string).collect::<Vec<_>>())
        .collect();
    if !auth.account().needs_upgrade() {
        assert_eq!(listed, seen.scopes, "a list equals its single questions");
    }
    seen
}

/// One way into another catalog, with what may be gained on it.
struct Ways<'w> {
    seed: u64,
    old: &'w model::Catalog,
    new: &'w model::Catalog,
    before: Authorizer,
    found: Vec<String>,
}

impl Ways<'_> {
    fn note(&mut self, way: &str, words: Vec<String>) {
        let seed = self.seed;
        self.found.extend(words.into_iter().map(|words| format!("seed {seed}, {way}: {words}")));
    }

    fn gains(
        &mut self,
        way: &str,
        account: &model::Account,
        after: &Authorizer,
        bound: fn(&model::Catalog, &model::Catalog, &model::Account, &str) -> Bound,
    ) {
        for user in account.users.keys() {
            let (had, has) = (observe(&self.before, user), observe(after, user));
            let bound = bound(self.old, self.new, account, user);
            self.note(way, undeclared_gains(user, &had, &has, &bound));
        }
    }
}

/// Every way from one catalog to another, for one account. What was found, and the upgraded account.
fn ways(
    seed: u64,
    (old, new): (&model::Catalog, &model::Catalog),
    account: &model::Account,
    mangle: fn(&mut AccountRecord),
) -> (Vec<String>, Option<model::Account>) {
    let (here, there) = (build(old), build(new));
    let record = store(account, &here);
    let start = Account::restore(&record, &here).unwrap();
    let record = start.record();
    assert!(!start.needs_upgrade(), "seed {seed}: {:?}", start.problems());
    let mut ways = Ways { seed, old, new, before: Authorizer::new(start.clone()), found: Vec::new() };

    let stored = mangled(&record, mangle);
    let without = Account::restore(&stored, &there).unwrap();
    assert_eq!(without.record(), stored);
    let without = Authorizer::new(without);
    ways.gains("restored without the old catalog", account, &without, restored_without_old);
    let with = Account::restore_with(&stored, &there, std::slice::from_ref(&here)).unwrap();
    assert_eq!(with.record(), stored);
    let with = Authorizer::new(with);
    ways.gains("restored with the old catalog", account, &with, restored_with_old);

    let upgrade = match start.upgrade(&there) {
        Ok(upgrade) => upgrade,
        Err(UpgradeError::Follow(rolecall::FollowError::Kinds(_))) => {
            assert_ne!(changed_kinds(old, new), [], "seed {seed}");
            return (ways.found, None);
        }
        Err(error) => panic!("seed {seed}: {error}"),
    };
    assert_eq!(changed_kinds(old, new), [], "seed {seed}: a changed kind must be refused");
    let report = upgrade.report();
    let unaccepted = upgrade.clone().finish();
    assert_eq!(unaccepted.is_err(), !upgrade.undeclared().is_empty(), "seed {seed}");
    let accepted = upgrade.undeclared().to_vec();
    let Some(done) = upgrade.accepting(accepted).finish().unwrap() else { return (ways.found, None) };

    // From a restored account the upgrade comes to the same, and so does its replay.
    let waiting = Account::restore_with(&record, &there, std::slice::from_ref(&here)).unwrap();
    let again = waiting.upgrade(&there).unwrap();
    let accepted = again.undeclared().to_vec();
    assert_eq!(
        again.accepting(accepted).finish().unwrap().unwrap().account().record(),
        done.account().record()
    );
    let replayed = start.replay_with(done.change(), std::slice::from_ref(&there)).unwrap();
    assert_eq!(replayed.record(), done.account().record(), "seed {seed}");

    let after = Account::restore(&mangled(&replayed.record(), mangle), &there).unwrap();
    let (read, after) = (read(&after.record()), Authorizer::new(after));
    ways.gains("upgraded", account, &after, declared);
    ways.note("upgraded", lost_suspensions(account, &read));
    ways.note("upgraded", lost_limits(old, new, account, &read));
    ways.note("upgraded", undeclared_features(old, new, account, &read.features));
    for user in account.users.keys() {
        let upgraded = observe(&after, user);
        ways.note("restored without, upgraded", not_within(user, &observe(&without, user), &upgraded));
        ways.note("restored with, upgraded", not_within(user, &observe(&with, user), &upgraded));
        ways.note(
            "restored with, before",
            not_within(user, &observe(&with, user), &observe(&ways.before, user)),
        );
        reported(&mut ways, &report, user, &after);
    }
    (ways.found, Some(read))
}

/// P6: every gain of what can be used, and of scopes, is in the report.
fn reported(ways: &mut Ways<'_>, report: &rolecall::UpgradeReport, user: &str, after: &Authorizer) {
    let (had, has) = (usable(&ways.before, user), usable(after, user));
    let mut said = Observed::default();
    if let Some(line) = report.users.iter().find(|line| line.user.as_str() == user) {
        said.granted.extend(line.gained.iter().map(|key| (key.to_string(), Where::Everything)));
        said.granted.extend(line.moved.iter().map(|moved| (moved.permission.to_string(), Where::Everything)));
        said.scopes.extend(line.scopes_gained.iter().map(ToString::to_string));
    }
    // Under the names of the new catalog.
    let steps = carry::steps(ways.old, ways.new);
    let mut carried = Observed::default();
    let all: Keys = had.granted.iter().map(|(permission, _)| permission.clone()).collect();
    for (key, origins) in carry::carried(&steps, |step| &step.permissions, &all) {
        let kind = ways.new.permissions.get(&key).and_then(|permission| permission.kind.clone());
        let from = had.granted.iter().filter(|(from, _)| origins.iter().any(|origin| origin.contains(from)));
        for (_, place) in from {
            let place = match (place, &kind) {
                (Where::On(_, id), Some(kind)) => Where::On(kind.clone(), id.clone()),
                _ => place.clone(),
            };
            carried.granted.insert((key.clone(), place));
        }
    }
    carried.scopes = carry::carried(&steps, |step| &step.scopes, &had.scopes).into_keys().collect();
    ways.note("report", unreported(user, &carried, &has, &said));
}

/// What a user may do, single question by single question.
fn usable(auth: &Authorizer, user: &str) -> Observed {
    let (subject, catalog) = (auth.subject(user), auth.catalog());
    let mut seen = Observed::default();
    for permission in catalog.permissions() {
        if subject.can(permission.id()) {
            seen.granted.insert((permission.key().to_string(), Where::Everything));
        }
        for (kind, id) in permission.kind().iter().flat_map(|kind| RESOURCES.map(|id| (kind.key(), id))) {
            if subject.can_on(permission.id(), &catalog.resource(kind, id).unwrap()) {
                seen.granted.insert((permission.key().to_string(), Where::on(kind.as_str(), id)));
            }
        }
    }
    seen.scopes = observe(auth, user).scopes;
    seen
}

fn mangled(record: &AccountRecord, mangle: fn(&mut AccountRecord)) -> AccountRecord {
    let mut record = record.clone();
    mangle(&mut record);
    record.with_checksum()
}

/// Everything that is found about one world.
fn search(seed: u64, mangle: fn(&mut AccountRecord)) -> Vec<String> {
    let World { catalogs, mut account, .. } = world(seed);
    let [first, second, third] = catalogs.map(known);
    // Every other world with all features on and nobody suspended, so that decisions show what is granted.
    if seed.is_multiple_of(2) {
        account.features.clone_from(&first.features);
        account.users.values_mut().for_each(|user| user.suspended = false);
    }
    let (mut found, next) = ways(seed, (&first, &second), &account, mangle);
    found.extend(ways(seed, (&first, &third), &account, mangle).0);
    if let Some(next) = next {
        found.extend(ways(seed, (&second, &third), &next, mangle).0);
    }
    // Other content under the same version: nothing is a succession then.
    let other = model::Catalog { version: first.version, successions: Vec::new(), ..second };
    if other != first {
        found.extend(ways(seed, (&first, &other), &account, mangle).0);
    }
    found
}

#[test]
fn p9_nobody_has_more_than_the_new_catalog_declares_on_any_way_into_it() {
    let found: Vec<_> = (0..WORLDS).flat_map(|seed| search(seed, |_| ())).collect();
    assert_eq!(found, Vec::<String>::new());
}

/// Worlds in which longer runs found something, each with the kind of fault.
#[test]
fn p9_worlds_that_found_something_once() {
    // Two permissions that were limited became one that is not: the gain of reach was not in the report (P6).
    assert_eq!(search(49_179, |_| ()), Vec::<String>::new());
}

/// The longer run: `NARROWING_WORLDS=250000 cargo test --release --test it narrowing -- --ignored`.
#[test]
#[ignore = "as long as its number of worlds"]
fn p9_nobody_has_more_in_many_worlds() {
    let number = |name: &str, or: u64| std::env::var(name).map_or(or, |text| text.parse().unwrap());
    let (from, worlds) = (number("NARROWING_FROM", 0), number("NARROWING_WORLDS", 10_000));
    for seed in from..from + worlds {
        assert_eq!(search(seed, |_| ()), Vec::<String>::new());
    }
    println!("{worlds} worlds, four pairs of catalogs each, every way into each");
}

/// The library's granted is the reading's, before anything is upgraded: the two mean the same.
#[test]
fn p9_both_readings_agree_on_what_there_was() {
    for seed in 0..WORLDS {
        let World { catalogs: [first, ..], account, .. } = world(seed);
        let first = known(first);
        let catalog = build(&first);
        let auth = Authorizer::new(Account::restore(&store(&account, &catalog), &catalog).unwrap());
        for user in account.users.keys() {
            let subject = auth.subject(user);
            let scopes: BTreeSet<String> = observe(&auth, user).scopes;
            assert_eq!(scopes, scopes::scopes(&first, &account, user), "seed {seed}, {user}");
            for permission in catalog.permissions() {
                let key = permission.key().as_str();
                let without = crate::reading::decide::allowed(&first, &account, user, key, None);
                assert_eq!(subject.can(permission.id()), without, "seed {seed}, {user}, {key}");
                for (kind, id) in
                    permission.kind().iter().flat_map(|kind| RESOURCES.map(|id| (kind.key(), id)))
                {
                    let on = Some((kind.as_str(), id));
                    let with = crate::reading::decide::allowed(&first, &account, user, key, on);
                    let resource = catalog.resource(kind, id).unwrap();
                    assert_eq!(
                        subject.can_on(permission.id(), &resource),
                        with,
                        "seed {seed}, {user}, {key} {id}"
                    );
                }
            }
        }
    }
}

/// The search sees what it is for: each of these is found, on each way where it makes a difference.
#[test]
fn p9_a_planted_fault_is_found_on_every_way() {
    fn limits_fall(record: &mut AccountRecord) {
        let teams = record.teams.iter_mut().map(|team| &mut team.assignments);
        let users = record.users.iter_mut().map(|user| &mut user.assignments);
        teams.chain(users).flatten().for_each(|held| held.reach = Reach::everything());
    }
    fn suspensions_fall(record: &mut AccountRecord) {
        record.users.iter_mut().for_each(|user| user.suspended = false);
    }
    fn roles_are_given(record: &mut AccountRecord) {
        let role = record.roles[0].id.clone();
        for user in &mut record.users {
            user.assignments.retain(|held| held.role != RoleRef::Custom(role.clone()));
            let role = RoleRef::Custom(role.clone());
            user.assignments.push(AssignmentRecord { role, reach: Reach::everything() });
        }
    }
    let ways_of = |mangle: fn(&mut AccountRecord)| -> BTreeSet<String> {
        let found = (0..80).flat_map(|seed| search(seed, mangle));
        found.map(|words| words.split(": ").next().unwrap().split(", ").nth(1).unwrap().to_owned()).collect()
    };
    let has = |ways: &BTreeSet<String>, way: &str| assert!(ways.contains(way), "{way} in {ways:?}");
    let fell = ways_of(limits_fall);
    let every = ["restored without the old catalog", "restored with the old catalog", "upgraded"];
    every.iter().for_each(|way| has(&fell, way));
    let given = ways_of(roles_are_given);
    every.iter().for_each(|way| has(&given, way));
    has(&ways_of(suspensions_fall), "upgraded");
}
