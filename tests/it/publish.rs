//! P1, P2, P7: readers on several threads while one writer edits, stores and publishes; and writers that fail.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use arc_swap::ArcSwap;
use rolecall::{
    Account, AccountRecord, Assignee, Authorizer, Change, Decision, Edit, Effect, PermissionId, Reach, RoleId,
};

use crate::world::{PERMISSIONS, USERS, agrees_with_oracle, catalog, user};

const PUBLISHES: usize = 12_000;
const READERS: usize = 4;

/// An account on which Maja can view and Ivo can not; each edit exchanges the two.
fn start() -> Account {
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let night = RoleId::new("night").unwrap();
    edit.create_role(&night, "Night").unwrap();
    edit.create_team("t2", "Two").unwrap();
    edit.assign("viewer", user("maja")).unwrap();
    edit.assign("nothing", user("ivo")).unwrap();
    edit.finish().unwrap().into_account()
}

/// Exchanges who can view, and alters something else, so that every table takes part.
fn exchange(edit: &mut Edit, n: usize) {
    let (from, to) = if n.is_multiple_of(2) { ("maja", "ivo") } else { ("ivo", "maja") };
    drop(edit.unassign("viewer", user(from)).unwrap());
    let (night, team) = (RoleId::new("night").unwrap(), Assignee::team("t2").unwrap());
    let more = match n / 2 % 9 {
        0 => edit.grant(&night, PERMISSIONS[n % 7]).map(|granted| granted.effect),
        1 => edit.revoke(&night, PERMISSIONS[n % 7]),
        2 => edit.assign(&night, team),
        3 => edit.add_member("t2", USERS[2 + n % 3]),
        4 => edit.unassign(&night, team).map(|_| Effect::Changed),
        5 => edit.enable_feature("alpha"),
        6 => edit.disable_feature("alpha"),
        7 => {
            let limit = Reach::only("queue", [["vip", "gold"][n % 2]]).unwrap();
            edit.assign_within("editor", user("u4"), limit)
        }
        _ => edit.add_member("t2", "u4").and_then(|_| edit.remove_user("u4")),
    };
    // Some have no effect on their turn; none is refused.
    more.unwrap();
    edit.assign("viewer", user(to)).unwrap();
}

fn answers(auth: &Authorizer) -> Vec<Decision> {
    let ids: Vec<PermissionId> = auth.catalog().permissions().map(|permission| permission.id()).collect();
    USERS.iter().flat_map(|user| ids.iter().map(|id| auth.subject(*user).check(*id))).collect()
}

/// Reads until the writer is done: never half of an edit, never backwards, always what a new authorizer of
/// the same snapshot says. What is kept of old snapshots is as it was. How often it read.
fn read(published: &ArcSwap<Authorizer>, started: &AtomicUsize, done: &AtomicBool) -> usize {
    let view = catalog().permission("plain/view").unwrap();
    let (mut last, mut reads, mut seen) = (0, 0, 0);
    let mut kept: Vec<(Arc<Authorizer>, AccountRecord, Vec<Decision>)> = Vec::new();
    loop {
        let finished = done.load(Ordering::Acquire);
        let auth = published.load();
        let revision = auth.account().revision();
        assert!(revision >= last, "revision {revision} after {last}");
        let can = [auth.subject("maja").can(view), auth.subject("ivo").can(view)];
        assert_eq!(
            can,
            [!revision.is_multiple_of(2), revision.is_multiple_of(2)],
            "half of an edit at {revision}"
        );
        if revision > last {
            seen += 1;
            if seen % 64 == 1 {
                let new = Authorizer::new(auth.account().clone());
                assert_eq!(answers(&auth), answers(&new), "at {revision}");
                assert_eq!(auth.compare(&new), []);
                kept.push((Arc::clone(&auth), auth.account().record(), answers(&auth)));
            }
        }
        (last, reads) = (revision, reads + 1);
        if reads == 1 {
            started.fetch_add(1, Ordering::AcqRel);
        }
        if finished {
            break;
        }
    }
    for (auth, record, said) in kept {
        assert_eq!((auth.account().record(), answers(&auth)), (record, said), "an old snapshot stays");
    }
    assert_eq!(last, PUBLISHES as u64 + 1);
    reads
}

#[test]
fn p7_readers_never_see_half_of_an_edit_nor_go_back() {
    let start = start();
    let published = ArcSwap::from_pointee(Authorizer::new(start.clone()));
    let (started, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut journal: Vec<Change> = Vec::new();
    let reads: Vec<usize> = thread::scope(|scope| {
        let readers: Vec<_> =
            (0..READERS).map(|_| scope.spawn(|| read(&published, &started, &done))).collect();
        while started.load(Ordering::Acquire) < READERS && !readers.iter().any(ScopedJoinHandle::is_finished)
        {
            thread::yield_now();
        }
        for n in 0..PUBLISHES {
            let auth = published.load_full();
            let mut edit = auth.account().edit();
            exchange(&mut edit, n);
            let edited = edit.finish().unwrap();
            journal.push(edited.change().clone());
            published.store(Arc::new(auth.refresh(edited.into_account())));
        }
        done.store(true, Ordering::Release);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    println!("{PUBLISHES} publishes, reads per thread: {reads:?}");
    let replayed = journal.iter().try_fold(start, |account, change| account.replay(change)).unwrap();
    assert_eq!(replayed.record(), published.load().account().record());
    agrees_with_oracle(&published.load());
}

/// Texts of the host's that end in a panic, silently.
fn failing() -> impl Iterator<Item = &'static str> {
    ["vip", "gold"].into_iter().chain(std::iter::once_with(|| resume_unwind(Box::new("the host failed"))))
}

/// A host's code that panics within an edit leaves the session as it was, and what is published too.
#[test]
fn p1_a_panic_of_the_host_within_an_edit_leaves_everything_as_it_was() {
    let published = ArcSwap::from_pointee(Authorizer::new(start()));
    let before = published.load().account().record();
    let night = RoleId::new("night").unwrap();
    let mut edit = published.load().account().edit();
    edit.assign("editor", user("ivo")).unwrap();
    edit.import(&night, ["editor"]).unwrap();
    let (facts, record) = (edit.facts().to_vec(), edit.account().record());
    let failed: [&dyn Fn(&mut Edit); 4] = [
        &|edit| drop(edit.limit("editor", user("ivo"), "queue", failing())),
        &|edit| drop(edit.extend("editor", user("ivo"), "queue", failing())),
        &|edit| drop(edit.import(&night, failing().map(|_| "viewer"))),
        &|edit| drop(edit.catch_up(&night, "editor", failing().map(|_| "plain/view").skip(2))),
    ];
    for fails in failed {
        assert!(catch_unwind(AssertUnwindSafe(|| fails(&mut edit))).is_err());
        assert_eq!((edit.facts(), edit.account().record()), (&facts[..], record.clone()));
    }
    assert_eq!(published.load().account().record(), before);

    // The session goes on as if nothing had been tried.
    edit.limit("editor", user("ivo"), "queue", ["vip"]).unwrap();
    let done = edit.finish().unwrap();
    let auth = published.load().refresh(done.account().clone());
    assert_eq!(published.load().account().replay(done.change()).unwrap().record(), auth.account().record());
    agrees_with_oracle(&auth);
}

/// A writer that panics or gives up halfway, on a thread of its own, many times over: readers go on reading
/// what was published last, and the next writer goes on from there.
#[test]
fn p2_writers_that_fail_halfway_leave_the_last_published_state() {
    let published = ArcSwap::from_pointee(Authorizer::new(start()));
    for n in 0..300 {
        let before = published.load_full();
        let written = thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut edit = published.load().account().edit();
                exchange(&mut edit, n / 3);
                match n % 3 {
                    0 => resume_unwind(Box::new("the writer failed")),
                    1 => drop(edit),
                    _ => {
                        let auth = published.load().refresh(edit.finish().unwrap().into_account());
                        published.store(Arc::new(auth));
                    }
                }
            });
            writer.join()
        });
        assert_eq!(written.is_err(), n % 3 == 0);
        let now = published.load_full();
        if n % 3 == 2 {
            assert_eq!(now.account().revision(), before.account().revision() + 1);
        } else {
            assert!(Arc::ptr_eq(&before, &now));
        }
        assert_eq!(answers(&now), answers(&Authorizer::new(now.account().clone())));
    }
    assert_eq!(published.load().account().revision(), 101);
}
