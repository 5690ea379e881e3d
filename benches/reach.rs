//! What limits cost: nothing where nobody is limited, and a hash of the resource's id where somebody is.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that fails says so by a panic")]

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use rolecall::{Account, Assignee, Authorizer, Catalog, PermissionId, Reach, Resource, predefined};

const RESOURCES: usize = 10_000;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let catalog = predefined::current();
    let view = catalog.permission("conversations/view-queue").expect("a shipped permission");
    let nobody = authorizer(&catalog, false);
    let some = authorizer(&catalog, true);
    let queues: Vec<Resource> =
        (0..2 * RESOURCES).map(|n| catalog.resource("queue", queue(n)).expect("a queue")).collect();

    let mut group = criterion.benchmark_group("may an unlimited user do it");
    for (name, auth) in [("nobody is limited", &nobody), ("others are limited", &some)] {
        let subject = auth.subject("unlimited");
        assert!(subject.can(view));
        group.bench_function(name, |b| b.iter(|| black_box(&subject).check(black_box(view))));
    }
    group.finish();

    let mut group = criterion.benchmark_group("may a user be refused who holds nothing that grants it");
    for (name, auth) in [("nobody is limited", &nobody), ("others are limited", &some)] {
        let subject = auth.subject("elsewhere");
        assert!(!subject.can(view));
        group.bench_function(name, |b| b.iter(|| black_box(&subject).check(black_box(view))));
    }
    group.finish();

    on_one_of_many(&mut criterion, &some, view, &queues);
}

/// Every second queue asked about is reached.
fn on_one_of_many(criterion: &mut Criterion, auth: &Authorizer, view: PermissionId, queues: &[Resource]) {
    let naive: HashMap<String, HashSet<String>> =
        HashMap::from([("limited".to_owned(), (0..RESOURCES).map(queue).collect())]);
    let mut group = criterion.benchmark_group("may a user limited to 10,000 resources do it on one");
    let subject = auth.subject("limited");
    let bound = subject.bind();
    for (n, queue) in queues.iter().enumerate() {
        assert_eq!(subject.can_on(view, queue), n < RESOURCES);
        assert_eq!(bound.can_on(view, queue), n < RESOURCES);
        assert_eq!(naive.get("limited").is_some_and(|set| set.contains(queue.id().as_str())), n < RESOURCES);
    }
    // Scattered, so that each question goes somewhere else.
    let scattered: Vec<&Resource> = queues.iter().cycle().step_by(7_919).take(1 << 16).collect();
    let next = |n: &mut usize| {
        *n = (*n + 1) & (scattered.len() - 1);
        scattered[*n]
    };
    let mut n = 0;
    group.bench_function("rolecall", |b| b.iter(|| subject.check_on(view, next(&mut n))));
    group.bench_function("rolecall, bound", |b| b.iter(|| bound.check_on(view, next(&mut n))));
    group.bench_function("naive map of sets", |b| {
        b.iter(|| naive.get("limited").is_some_and(|set| set.contains(next(&mut n).id().as_str())));
    });
    group.finish();
}

fn queue(n: usize) -> String {
    format!("queue-{n:05}")
}

fn authorizer(catalog: &Catalog, limited: bool) -> Authorizer {
    let mut edit = Account::new(catalog, "initech").expect("an id").edit();
    let assignee = |id: &str| Assignee::user(id).expect("an id");
    edit.enable_feature("conversations").expect("a shipped feature");
    edit.assign("viewer-for-conversations", assignee("unlimited")).expect("a shipped role");
    edit.assign("finance-manager", assignee("unlimited")).expect("a shipped role");
    edit.assign("finance-manager", assignee("elsewhere")).expect("a shipped role");
    edit.assign("content-manager", assignee("elsewhere")).expect("a shipped role");
    if limited {
        let reach = Reach::only("queue", (0..RESOURCES).map(queue)).expect("resources");
        edit.assign_within("viewer-for-conversations", assignee("limited"), reach).expect("a shipped role");
    }
    Authorizer::new(edit.finish().expect("something changed").into_account())
}
