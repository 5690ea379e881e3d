//! What grows with the number of users, and what does not: at 100,000, or at as many as
//! `ROLECALL_BENCH_USERS` says.
//!
//! Every edit is published as a host does it, while the snapshot it was made on is still held.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that fails says so by a panic")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use foldhash::fast::RandomState;
use rolecall::{
    Account, Authorizer, Catalog, Edit, Effect, Needs, PermissionKey, RoleFilter, RoleId, SuccessionRecord,
    SuccessionsRecord,
};

use world::{ByHand, COMMON, NaiveMap, Ring, Rule, World};

#[allow(dead_code, reason = "each bench uses its own part of the world")]
#[path = "shared/world.rs"]
mod world;

#[path = "shared/in_hand.rs"]
mod in_hand;

/// The naive map takes some 10 KB a user: beyond this many it is left out.
const MOST_NAIVE: usize = 200_000;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let world = World::new(world::users(100_000));
    let account = Account::restore(&world.record, &world.catalog).expect("an account without faults");
    let authorizer = Authorizer::new(account);
    world.compare(&authorizer);
    let rule = Rule::new(&world);

    {
        let naive = (world.record.users.len() <= MOST_NAIVE).then(|| rule.naive_map());
        by_text(&mut criterion, &world, &authorizer, naive.as_ref());
        who_can(&mut criterion, &world, &authorizer, &ByHand::new(&world, &rule), naive.as_ref());
    }
    in_hand::bench(&mut criterion, &world, &authorizer, &ByHand::new(&world, &rule));
    edits_of_users(&mut criterion, &world, &authorizer, &rule);
    edits_of_many(&mut criterion, &world, &authorizer);
    build(&mut criterion, &world, &authorizer);
    upgrade(&mut criterion, &authorizer);
    criterion.final_summary();
}

/// A user named by text, one of all, beside a single probe of a map that holds no more than the names.
fn by_text(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, naive: Option<&NaiveMap>) {
    let names = world.record.users.iter().map(|user| (user.id.to_string(), ()));
    let names: HashMap<String, (), RandomState> = names.collect();
    assert!(world.questions.iter().all(|question| names.contains_key(question.user.as_str())));
    let naive_may = |naive: &NaiveMap, user: &str, permission: &str| {
        naive.get(user).is_some_and(|permissions| permissions.contains(permission))
    };

    let mut group = criterion.benchmark_group("may a user named by text do it");
    let mut asked = Ring::new(&world.questions);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let question = asked.next();
            authorizer.subject(question.user.as_str()).can(question.id)
        });
    });
    let mut asked = Ring::new(&world.questions);
    group.bench_function("one probe of a map of names", |b| {
        b.iter(|| names.contains_key(asked.next().user.as_str()));
    });
    if let Some(naive) = naive {
        let mut asked = Ring::new(&world.questions);
        group.bench_function("naive map", |b| {
            b.iter(|| {
                let question = asked.next();
                naive_may(naive, question.user.as_str(), question.permission.as_str())
            });
        });
    }
    group.finish();

    let name = "may a user named by text do it, each asked after the answer before";
    let mut group = criterion.benchmark_group(name);
    let (mut asked, mut answer) = (Ring::new(&world.questions), false);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let question = asked.next_after(answer);
            answer = authorizer.subject(question.user.as_str()).can(question.id);
        });
    });
    let (mut asked, mut answer) = (Ring::new(&world.questions), false);
    group.bench_function("one probe of a map of names", |b| {
        b.iter(|| answer = names.contains_key(asked.next_after(answer).user.as_str()));
    });
    if let Some(naive) = naive {
        let (mut asked, mut answer) = (Ring::new(&world.questions), false);
        group.bench_function("naive map", |b| {
            b.iter(|| {
                let question = asked.next_after(answer);
                answer = naive_may(naive, question.user.as_str(), question.permission.as_str());
            });
        });
    }
    group.finish();
}

/// All users asked about one permission.
fn who_can(
    criterion: &mut Criterion,
    world: &World,
    authorizer: &Authorizer,
    by_hand: &ByHand,
    naive: Option<&NaiveMap>,
) {
    let questions: Vec<_> = world.questions.iter().zip(world.positions()).collect();
    let mut group = criterion.benchmark_group("who can do it");
    group.throughput(Throughput::Elements(world.record.users.len() as u64));
    let mut asked = Ring::new(&questions);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let id = asked.next().0.id;
            authorizer.who_can(id).count()
        });
    });
    let mut asked = Ring::new(&questions);
    group.bench_function("bitsets by hand", |b| {
        b.iter(|| {
            let position = asked.next().1;
            by_hand.users().iter().filter(|user| by_hand.allows(user, position)).count()
        });
    });
    if let Some(naive) = naive {
        let mut asked = Ring::new(&questions);
        group.bench_function("naive map", |b| {
            b.iter(|| {
                let permission = asked.next().0.permission.as_str();
                naive.values().filter(|permissions| permissions.contains(permission)).count()
            });
        });
    }
    group.finish();

    criterion.bench_function("how long does the list of roles take, with all counts", |b| {
        b.iter(|| authorizer.role_summaries(&RoleFilter::all()).len());
    });
}

/// One edit session, and the authorizer that follows from it.
fn published(authorizer: &Authorizer, edit: impl FnOnce(&mut Edit) -> Effect) -> Arc<Authorizer> {
    let mut session = authorizer.account().edit();
    assert_eq!(edit(&mut session), Effect::Changed);
    let done = session.finish().expect("something changed");
    Arc::new(authorizer.refresh(done.into_account()))
}

/// Edits of one user, who is another one each time.
fn edits_of_users(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, rule: &Rule<'_>) {
    let mut current = Arc::new(authorizer.clone());
    criterion.bench_function("how long does it take to clone an account", |b| {
        b.iter(|| authorizer.account().clone());
    });

    let assignments = world.new_assignments(rule);
    let mut next = Ring::new(&assignments);
    criterion.bench_function("how long until a role assigned to one user counts", |b| {
        b.iter(|| {
            let (role, user) = next.next();
            current = published(authorizer, |edit| edit.assign(role, user).expect("a known role"));
        });
    });

    let strangers = world.strangers();
    let mut next = Ring::new(&strangers);
    let common = RoleId::new(COMMON).expect("a valid id");
    criterion.bench_function("how long until a new user counts", |b| {
        b.iter(|| {
            let user = next.next();
            current = published(authorizer, |edit| edit.assign(&common, user).expect("a known role"));
        });
    });
    drop(current);
}

/// Edits that concern a tenth of the users, or all.
fn edits_of_many(criterion: &mut Criterion, world: &World, authorizer: &Authorizer) {
    let mut current = Arc::new(authorizer.clone());
    let common = RoleId::new(COMMON).expect("a valid id");
    let role = authorizer.account().role(&common).expect("the common role");
    let holders = world
        .record
        .users
        .iter()
        .filter(|user| user.assignments.iter().any(|assignment| assignment.role.as_str() == COMMON));
    println!("{} users hold the common role", holders.count());

    let keys = world.catalog_record.permissions.iter().map(|permission| PermissionKey::new(&permission.key));
    let new = keys
        .map(|key| key.expect("a valid key"))
        .find(|key| role.permissions().keys().all(|granted| granted != key))
        .expect("one more");
    criterion.bench_function("how long until a permission granted to a common role counts", |b| {
        let grant = |edit: &mut Edit| edit.grant(&common, &new).expect("a known role").effect;
        b.iter(|| current = published(authorizer, grant));
    });

    let feature = &world.catalog_record.features.last().expect("a disabled feature").key;
    criterion.bench_function("how long until an enabled feature counts", |b| {
        b.iter(|| current = published(authorizer, |edit| edit.enable_feature(feature).expect("a feature")));
    });

    criterion.bench_function("how long until a common role is gone", |b| {
        b.iter_batched(
            || (),
            |()| published(authorizer, |edit| edit.delete_role(&common).expect("a known role")),
            BatchSize::PerIteration,
        );
    });
    drop(current);
}

fn build(criterion: &mut Criterion, world: &World, authorizer: &Authorizer) {
    let mut group = criterion.benchmark_group("how long until a stored account answers");
    group.sample_size(10);
    group.bench_function("account from record", |b| {
        let restore = |()| Account::restore(&world.record, &world.catalog);
        b.iter_batched(|| (), restore, BatchSize::PerIteration);
    });
    group.bench_function("first authorizer", |b| {
        b.iter_with_large_drop(|| Authorizer::new(authorizer.account().clone()));
    });
    group.finish();
}

/// To a version that renames a role which many hold and a permission, and retires another of each.
fn upgrade(criterion: &mut Criterion, authorizer: &Authorizer) {
    let mut record = authorizer.catalog().record();
    record.version += 1;
    let (role, permission) = (record.roles[0].key.clone(), record.permissions[0].key.clone());
    let new = |key: &str| format!("{key} renamed");
    record.roles[0].key = new(&role);
    record.permissions[0].key = new(&permission);
    let (gone_role, gone) = (record.roles.remove(1).key, record.permissions.remove(1).key);
    for granted in record.roles.iter_mut().map(|role| &mut role.permissions) {
        granted.retain(|key| *key != gone);
        granted.iter_mut().filter(|key| **key == permission).for_each(|key| *key = new(&permission));
    }
    let row =
        |from: &str, to: Vec<String>| SuccessionRecord { from: vec![from.to_owned()], to, needs: Needs::All };
    record.successions.push(SuccessionsRecord {
        version: record.version,
        features: Vec::new(),
        kinds: Vec::new(),
        scopes: Vec::new(),
        permissions: vec![row(&permission, vec![new(&permission)]), row(&gone, Vec::new())],
        roles: vec![row(&role, vec![new(&role)]), row(&gone_role, Vec::new())],
    });
    let next = Catalog::from_record(&record).expect("a catalog without faults");
    let account = authorizer.account();
    let prepare = || account.upgrade(&next).expect("a later version");

    let mut group = criterion.benchmark_group("how long does an upgrade take");
    group.sample_size(10);
    group.bench_function("prepared", |b| b.iter_with_large_drop(prepare));
    group.bench_function("reported", |b| {
        let upgrade = prepare();
        b.iter_with_large_drop(|| upgrade.report());
    });
    group.bench_function("replayed", |b| {
        let done = prepare().finish().expect("all of it is declared").expect("another catalog");
        let catalogs = std::slice::from_ref(&next);
        b.iter_with_large_drop(|| account.replay_with(done.change(), catalogs).expect("what was done"));
    });
    group.finish();
}
