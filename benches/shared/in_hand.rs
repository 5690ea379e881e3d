//! One question about each of many users who were looked up before: what a check costs beside its two ends.

use criterion::Criterion;
use rolecall::Authorizer;

use crate::world::{ByHand, Ring, World};

pub(crate) fn bench(criterion: &mut Criterion, world: &World, authorizer: &Authorizer, by_hand: &ByHand) {
    let subjects = world.questions.iter().map(|question| (authorizer.subject(&question.user), question.id));
    let subjects: Vec<_> = subjects.collect();
    let users = world.questions.iter().map(|question| by_hand.user(&question.user));
    let users: Vec<_> = users.zip(world.positions()).collect();
    for ((subject, id), (user, position)) in subjects.iter().zip(&users) {
        assert_eq!(subject.can(*id), by_hand.allows(user, *position), "{:?} {id:?}, by hand", subject.id());
    }

    let mut group = criterion.benchmark_group("may a user in hand do it");
    let mut asked = Ring::new(&subjects);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let (subject, id) = asked.next();
            subject.can(*id)
        });
    });
    let mut asked = Ring::new(&users);
    group.bench_function("bitsets by hand", |b| {
        b.iter(|| {
            let (user, position) = asked.next();
            by_hand.allows(user, *position)
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("may a user in hand do it, each asked after the answer before");
    let (mut asked, mut answer) = (Ring::new(&subjects), false);
    group.bench_function("rolecall", |b| {
        b.iter(|| {
            let (subject, id) = asked.next_after(answer);
            answer = subject.can(*id);
        });
    });
    let (mut asked, mut answer) = (Ring::new(&users), false);
    group.bench_function("bitsets by hand", |b| {
        b.iter(|| {
            let (user, position) = asked.next_after(answer);
            answer = by_hand.allows(user, *position);
        });
    });
    group.finish();
}
