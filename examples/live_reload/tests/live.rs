//! What readers may rely on while an account is edited.
#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use live_reload::Live;
use live_reload::drill::{Drill, Loading, Writing};
use live_reload::world::{World, answers_at};

const EDITS: u64 = 4_000;

fn world() -> (World, Live) {
    let (world, account) = World::new(1_000).unwrap();
    (world, Live::new(account))
}

fn drill(loading: Loading) -> Drill {
    let pause = Duration::from_micros(20);
    Drill { readers: 4, rounds: EDITS, pause, writing: Writing::Edits, loading }
}

#[test]
fn no_reader_sees_half_of_an_edit_or_an_earlier_revision() {
    let (world, live) = world();
    let seen = drill(Loading::EachRequest).run(&world, &live).unwrap();
    println!("{seen}");
    assert_eq!((seen.halves, seen.back), (0, 0));
    assert_eq!(live.current().account().revision(), EDITS + 1);
    assert!(seen.noticed > EDITS / 20, "readers were there while it was edited: {seen}");
}

#[test]
fn a_load_for_each_question_sees_half_of_an_edit_so_the_drill_would_notice() {
    let (world, live) = world();
    let halves = (0..20).any(|_| {
        let seen = drill(Loading::EachQuestion).run(&world, &live).unwrap();
        println!("{seen}");
        seen.halves > 0
    });
    assert!(halves);
}

#[test]
fn what_a_reader_holds_stays_as_it_is() {
    let (world, live) = world();
    let held = live.current();
    let before = held.account().record();
    thread::scope(|scope| {
        let reader = scope.spawn(|| (0..20_000).all(|_| world.ask(|| held.clone()) == answers_at(1)));
        for _ in 0..1_000 {
            live.edit(|edit| world.pass(edit)).unwrap();
        }
        assert!(reader.join().unwrap());
    });
    assert_eq!((held.account().record(), held.account().revision()), (before, 1));
    assert_eq!(live.current().account().revision(), 1_001);
}

#[test]
fn an_edit_that_panics_or_fails_leaves_what_is_published_and_the_writer_usable() {
    let (world, live) = world();
    for round in 1..=100 {
        let before = live.current();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            live.edit(|edit| {
                edit.remove_user("maja")?;
                panic!("a defect in the code that edits");
            })
        }));
        assert!(panicked.is_err());
        let failed = live.edit(|edit| {
            edit.remove_user("maja")?;
            Err("changed my mind".into())
        });
        assert_eq!(failed.unwrap_err().to_string(), "changed my mind");

        assert!(Arc::ptr_eq(&before, &live.current()), "something was published");
        assert_eq!(world.ask(|| live.current()), answers_at(round));
        assert_eq!(live.edit(|edit| world.pass(edit)).unwrap(), round + 1);
        assert_eq!(world.ask(|| live.current()), answers_at(round + 1));
    }
}

#[test]
fn edits_of_several_threads_follow_one_another_and_none_is_lost() {
    let (world, live) = world();
    let start = live.current();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..250 {
                    live.edit(|edit| world.pass(edit)).unwrap();
                }
            });
        }
    });
    let journal = live.journal();
    assert_eq!(journal.len(), 1_000);
    let mut replica = start.account().clone();
    for change in &journal {
        replica = replica.replay(change).unwrap();
    }
    assert_eq!(replica.record(), live.current().account().record());
}
