//! All engines on a tiny world.

use crate::differential::{Compared, compare};
use crate::engine::PEERS;
use crate::measure::Step;
use crate::world::{Question, Size, World};

const TINY: Size = Size { name: "tiny", users: 60, roles: 30, permissions: 60, teams: 4, grants: (1, 9) };

/// A tiny world, with a few of its questions, and some of a user that nobody knows.
fn tiny() -> World {
    let mut world = World::new(&TINY);
    world.questions.truncate(4_000);
    for permission in 0..world.permissions.len() {
        world.questions.push(Question { user: "user-nobody".into(), permission });
    }
    world
}

#[test]
fn all_engines_answer_as_plain_maps_do() {
    let world = tiny();
    let expected = world.expected();
    for peer in &PEERS {
        assert_eq!((peer.answers)(&world), expected, "{}", peer.name);
    }
}

#[test]
fn about_half_of_the_questions_are_allowed_and_a_stranger_may_nothing() {
    let world = tiny();
    let expected = world.expected();
    let strangers =
        world.questions.iter().zip(&expected).filter(|(question, _)| question.user == "user-nobody");
    assert!(strangers.into_iter().all(|(_, allowed)| !allowed));
    let allowed = expected.iter().filter(|allowed| **allowed).count();
    assert!((1_600..2_400).contains(&allowed), "{allowed} of {}", expected.len());
}

#[test]
fn what_is_reported_is_what_is_read() {
    let steps = [
        Step::Ready,
        Step::Built(std::time::Duration::from_micros(17)),
        Step::Compared { answers: 3, bytes: 4 },
        Step::Timed { independent: 1.5, dependent: 20.25 },
    ];
    for step in steps {
        assert_eq!(Step::parse(&step.to_string()), Some(step));
    }
}

#[test]
fn random_accounts_are_decided_alike_by_all() {
    let Compared { decisions, allowed, narrowed, .. } = compare(2_000, 1);
    assert!(allowed > decisions / 20, "{allowed} of {decisions} allowed");
    assert!(narrowed > decisions / 20, "{narrowed} of {decisions} denied by a suspension or a feature");
}
