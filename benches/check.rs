//! What an answer costs, and what it takes until there is one, at 10,000 users.
//!
//! Each question stands beside the naive map of effective permissions, `HashMap<String, HashSet<String>>`.
//! All answers are compared before anything is timed. `ROLECALL_BENCH_USERS` sets another size.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that fails says so by a panic")]

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use rolecall::{Account, Authorizer, Catalog, Credential, CredentialRecord, Endpoint, PermissionId};

use world::{ByHand, NaiveMap, PERMISSIONS, Question, Ring, Rule, World};

#[allow(dead_code, reason = "each bench uses its own part of the world")]
#[path = "shared/world.rs"]
mod world;

#[path = "shared/in_hand.rs"]
mod in_hand;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let world = World::new(world::users(10_000));
    let account = Account::restore(&world.record, &world.catalog).expect("an account without faults");
    let authorizer = Authorizer::new(account);
    let rule = Rule::new(&world);
    let naive = rule.naive_map();
    world.compare(&authorizer);
    for Question { user, permission, id } in &world.questions {
        let answer = may(&naive, user.as_str(), permission.as_str());
        assert_eq!(answer, authorizer.subject(user).can(*id), "{user} {permission}, naive map");
    }

    bound(&mut criterion, &world, &authorizer, &naive);
    in_hand::bench(&mut criterion, &world, &authorizer, &ByHand::new(&world, &rule));
    by_text(&mut criterion, &world, &authorizer, &naive);
    calls(&mut criterion, &world, &authorizer);
    unknown(&mut criterion, &world, &authorizer, &naive);
    explain(&mut criterion, &world, &authorizer, &rule);
    build(&mut criterion, &world, &authorizer, &rule);
    refresh(&mut criterion, &world, &authorizer, &rule, naive);
    criterion.final_summary();
}

fn may(naive: &NaiveMap, user: &str, permission: &str) -> bool {
    naive.get(user).is_some_and(|permissions| permissions.contains(permission))
}

/// Many questions about one user, who was looked up before.
fn bound(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, naive: &NaiveMap) {
    let user = user_with_average_rights(naive);
    let subject = authorizer.bind(user);
    let permissions = &naive[user];
    let ids: Vec<PermissionId> = world.questions.iter().map(|question| question.id).collect();
    // As wide as an id, so that both loops read equally much.
    let positions = world.positions();
    let mut row = vec![0u64; world.catalog_record.permissions.len().div_ceil(64)];
    for (n, permission) in world.catalog_record.permissions.iter().enumerate() {
        row[n / 64] |= u64::from(permissions.contains(&permission.key)) << (n % 64);
    }

    let mut group = criterion.benchmark_group("may a bound user do it");
    let mut asked = Ring::new(&ids);
    group.bench_function("rolecall, yes or no", |b| b.iter(|| subject.can(*asked.next())));
    let mut asked = Ring::new(&ids);
    group.bench_function("rolecall, with the reason", |b| b.iter(|| subject.check(*asked.next())));
    let mut asked = Ring::new(&world.questions);
    group.bench_function("naive map", |b| {
        b.iter(|| permissions.contains(asked.next().permission.as_str()));
    });
    let mut asked = Ring::new(&positions);
    let row = black_box(row.as_slice());
    group.bench_function("bare bit test", |b| {
        b.iter(|| {
            let n = *asked.next();
            row.get(n / 64).is_some_and(|word| word & 1 << (n % 64) != 0)
        });
    });
    let mut asked = Ring::new(&positions);
    group.bench_function("loop alone", |b| b.iter(|| *asked.next()));
    group.finish();
}

/// What a request asks: the user is text, the permission an id or text as well.
fn by_text(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, naive: &NaiveMap) {
    let mut group = criterion.benchmark_group("may a user named by text do it");
    let mut asked = Ring::new(&world.questions);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let question = asked.next();
            authorizer.subject(question.user.as_str()).check(question.id)
        });
    });
    let mut asked = Ring::new(&world.questions);
    group.bench_function("naive map", |b| {
        b.iter(|| {
            let question = asked.next();
            may(naive, question.user.as_str(), question.permission.as_str())
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("may a user do it, both named by text");
    let mut asked = Ring::new(&world.questions);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let question = asked.next();
            let id = authorizer.catalog().permission(question.permission.as_str());
            id.is_ok_and(|id| authorizer.subject(question.user.as_str()).can(id))
        });
    });
    let mut asked = Ring::new(&world.questions);
    group.bench_function("naive map", |b| {
        b.iter(|| {
            let question = asked.next();
            may(naive, question.user.as_str(), question.permission.as_str())
        });
    });
    group.finish();
}

/// What a gateway asks: the scope that a permission provides, of its holder or of a key with a broader one. Beside
/// them, the question about the permission itself.
fn calls(criterion: &mut Criterion, world: &World, authorizer: &Authorizer) {
    let catalog = authorizer.catalog();
    let endpoints: HashMap<PermissionId, Endpoint> = catalog
        .permissions()
        .map(|permission| {
            let scopes = permission.scopes();
            (permission.id(), Endpoint::any_of(catalog, scopes.keys()).expect("scopes of this catalog"))
        })
        .collect();
    let broad =
        catalog.scopes().map(|scope| scope.key().clone()).find(|key| key.as_str().starts_with("broad"));
    let (broad, questions) = (broad.expect("a broad scope"), &world.questions[..1 << 14]);
    let asked: Vec<_> = questions
        .iter()
        .map(|question| {
            let subject = authorizer.subject(&question.user);
            let all = subject.mint_all().expect("a known user").record();
            let key = CredentialRecord { scopes: vec![broad.clone()], ..all };
            (subject, question.id, Credential::restore(&key, catalog).expect("a known scope"))
        })
        .collect();
    let asked: Vec<_> = asked.iter().map(|(subject, id, key)| (*subject, *id, &endpoints[id], key)).collect();

    let mut group = criterion.benchmark_group("may a user in hand call it");
    let mut ring = Ring::new(&asked);
    group.bench_function("the endpoint", |b| {
        b.iter(|| {
            let (subject, _, endpoint, _) = ring.next();
            subject.check_call(endpoint)
        });
    });
    let mut ring = Ring::new(&asked);
    group.bench_function("the endpoint, by a key", |b| {
        b.iter(|| {
            let (_, _, endpoint, key) = ring.next();
            authorizer.caller(key).check_call(endpoint)
        });
    });
    let mut ring = Ring::new(&asked);
    group.bench_function("the permission", |b| {
        b.iter(|| {
            let (subject, id, ..) = ring.next();
            subject.check(*id)
        });
    });
    group.finish();
}

fn unknown(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, naive: &NaiveMap) {
    let strangers: Vec<_> = world.strangers().into_iter().zip(&world.questions).collect();

    let mut group = criterion.benchmark_group("may an unknown user do it");
    let mut asked = Ring::new(&strangers);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let (user, question) = asked.next();
            authorizer.subject(user.as_str()).check(question.id)
        });
    });
    let mut asked = Ring::new(&strangers);
    group.bench_function("naive map", |b| {
        b.iter(|| {
            let (user, question) = asked.next();
            may(naive, user.as_str(), question.permission.as_str())
        });
    });
    group.finish();
}

/// The naive map knows no reasons; a walk over the roles by name stands in for it.
fn explain(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, rule: &Rule<'_>) {
    let mut group = criterion.benchmark_group("why may a user do it, or not");
    let mut asked = Ring::new(&world.questions);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let question = asked.next();
            authorizer.subject(question.user.as_str()).explain(question.id)
        });
    });
    let mut asked = Ring::new(&world.questions);
    group.bench_function("naive walk, granting roles only", |b| {
        b.iter(|| {
            let question = asked.next();
            let user = rule.user(question.user.as_str())?;
            Some(rule.granting(user, question.permission.as_str()))
        });
    });
    group.finish();
}

fn build(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, rule: &Rule<'_>) {
    let World { catalog_record, catalog, record, .. } = world;

    let mut group = criterion.benchmark_group("how long does a stored catalog take to load");
    group.bench_function("rolecall", |b| b.iter_with_large_drop(|| Catalog::from_record(catalog_record)));
    group.bench_function("naive map of roles", |b| {
        b.iter_with_large_drop(|| {
            let roles = catalog_record.roles.iter();
            let row = |permissions: &[String]| permissions.iter().cloned().collect::<HashSet<String>>();
            roles.map(|role| (role.key.clone(), row(&role.permissions))).collect::<HashMap<_, _>>()
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("how long does a stored account take to load");
    group.sample_size(10);
    group.bench_function("rolecall", |b| b.iter_with_large_drop(|| Account::restore(record, catalog)));
    group.bench_function("naive map", |b| b.iter_with_large_drop(|| rule.naive_map()));
    group.finish();

    let mut group = criterion.benchmark_group("how long until a loaded account answers");
    let account = authorizer.account();
    group.bench_function("rolecall", |b| b.iter_with_large_drop(|| Authorizer::new(account.clone())));
    // The map answers as soon as it is loaded.
    group.finish();
}

/// From the edit to the next authorizer. The naive map is patched in place and keeps no snapshot.
fn refresh(
    criterion: &mut Criterion,
    world: &World,
    authorizer: &Authorizer,
    rule: &Rule<'_>,
    mut naive: NaiveMap,
) {
    let assignments = world.new_assignments(rule);

    let mut group = criterion.benchmark_group("how long until an assigned role counts");
    let mut next = Ring::new(&assignments);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let (role, user) = next.next();
            let mut edit = authorizer.account().edit();
            edit.assign(role, user).expect("a role of the account");
            let done = edit.finish().expect("a role that was not assigned before");
            authorizer.refresh(done.into_account())
        });
    });
    let mut next = Ring::new(&assignments);
    group.bench_function("naive map, the user's set made again", |b| {
        b.iter(|| {
            let user = next.next().1.as_str();
            let permissions = rule.effective(rule.user(user)?);
            naive.insert(user.to_owned(), permissions)
        });
    });
    group.finish();
}

/// Whoever can use about a third of everything.
fn user_with_average_rights(naive: &NaiveMap) -> &str {
    let third = PERMISSIONS / 3;
    let nearest = naive.iter().min_by_key(|(user, rights)| (rights.len().abs_diff(third), *user));
    nearest.map(|(user, _)| user.as_str()).expect("a user")
}
