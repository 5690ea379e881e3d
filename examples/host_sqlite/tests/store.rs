//! The store: what is appended follows, what is loaded is all of it, and compacting changes no answer.

mod common;

use std::thread;

use common::{account, change, database, id, rename};
use host_sqlite::{Store, StoreError, WentBack};
use rolecall::{Account, AccountId, Assignee, Attribution, Catalog, predefined};

#[test]
fn a_change_that_does_not_follow_is_refused_and_says_where_the_account_is() {
    let (_folder, mut store, start) = database();
    let (first, after) = change(&start, "first");
    let (second, _) = change(&after, "second");
    let (rival, _) = change(&start, "rival");

    let (follows, begin) = (second.follows, start.head());
    // It follows a state that is not stored: as if the store had lost it.
    let lost = store.append(&second).unwrap_err();
    assert!(
        matches!(lost, StoreError::WentBack(WentBack::OtherPast { known, stored, .. })
            if (known, stored) == (follows, begin)),
        "{lost}"
    );
    assert_eq!(store.append(&first).unwrap(), follows);
    for late in [&first, &rival] {
        let refused = store.append(late).unwrap_err();
        assert!(
            matches!(refused, StoreError::Conflict { head, follows, .. }
                if (head, Some(follows)) == (first.head(), begin)),
            "{refused}"
        );
        assert!(refused.to_string().ends_with("others were first"), "{refused}");
    }
    store.append(&second).unwrap();
    assert_eq!(store.journal(&id()).unwrap().changes, [first, second]);
}

#[test]
fn a_snapshot_counts_as_history_for_what_may_follow() {
    let (_folder, mut store, start) = database();
    let (first, after) = change(&start, "first");
    store.append(&first).unwrap();
    store.compact(&id()).unwrap();
    let refused = store.append(&first);
    assert!(
        matches!(refused, Err(StoreError::Conflict { head, .. }) if Some(head) == after.head()),
        "{refused:?}"
    );
    store.append(&change(&after, "second").0).unwrap();
}

#[test]
fn of_two_writers_at_one_revision_exactly_one_wins() {
    let (folder, mut store, mut now) = database();
    for round in 0..40 {
        let rivals: Vec<_> = (0..2).map(|n| change(&now, &format!("round {round}, rival {n}"))).collect();
        let outcomes: Vec<_> = thread::scope(|scope| {
            let racing = rivals.iter().map(|(change, _)| {
                let mut store = Store::open(folder.path().join("accounts.db"), store.catalogs()).unwrap();
                scope.spawn(move || store.append(change))
            });
            let racing: Vec<_> = racing.collect();
            racing.into_iter().map(|rival| rival.join().unwrap()).collect()
        });
        let won: Vec<_> = outcomes.iter().zip(&rivals).filter(|(outcome, _)| outcome.is_ok()).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        assert!(
            outcomes
                .iter()
                .flat_map(|it| it.as_ref().err())
                .all(|it| matches!(it, StoreError::Conflict { .. }))
        );
        now = won[0].1.1.clone();
        assert_eq!(store.load(&id()).unwrap().record(), now.record());
    }
    assert_eq!(store.verify(&id()).unwrap(), 40);
}

#[test]
fn many_processes_may_make_the_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (file, catalogs) = (folder.path().join("new.db"), [predefined::current()]);
    for _ in 0..20 {
        thread::scope(|scope| {
            let openers: Vec<_> =
                (0..6).map(|_| scope.spawn(|| Store::open(&file, &catalogs).map(drop))).collect();
            openers.into_iter().for_each(|opener| opener.join().unwrap().unwrap());
        });
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("new.db{end}")));
        }
    }
}

#[test]
fn compacting_alters_neither_the_account_nor_its_journal() {
    let (folder, mut store, mut now) = database();
    let mut journal = Vec::new();
    for n in 1..=30 {
        let (next, after) = change(&now, &format!("change {n}"));
        store.append(&next).unwrap();
        journal.push(next);
        now = after;
        if n % 7 == 0 {
            assert_eq!(store.compact(&id()).unwrap(), n);
            assert_eq!(store.compact(&id()).unwrap(), n, "again: nothing to do");
        }
        assert_eq!(store.load(&id()).unwrap().record(), now.record());
        assert_eq!(store.journal(&id()).unwrap().changes, journal);
        assert_eq!(store.verify(&id()).unwrap(), n);
    }
    // Only the first snapshot and the latest one are kept, only the tail is loaded.
    let db = common::raw(&folder);
    let count = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM snapshots"), 2);
    assert_eq!((count("SELECT count(*) FROM archive"), count("SELECT count(*) FROM changes")), (28, 2));
}

#[test]
fn a_compaction_that_fails_halfway_leaves_nothing_of_itself() {
    let (folder, mut store, start) = database();
    store.append(&change(&start, "first").0).unwrap();
    let db = common::raw(&folder);
    for (table, act) in [("snapshots", "INSERT"), ("archive", "INSERT"), ("changes", "DELETE")] {
        db.execute_batch(&format!(
            "CREATE TRIGGER broken BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        ))
        .unwrap();
        let failed = store.compact(&id()).unwrap_err();
        assert_eq!(failed.to_string(), "database: disk is full");
        db.execute_batch("DROP TRIGGER broken").unwrap();
        let rows = "SELECT (SELECT count(*) FROM snapshots) || (SELECT count(*) FROM changes)
                        || (SELECT count(*) FROM archive)";
        assert_eq!(db.query_row(rows, [], |row| row.get::<_, String>(0)).unwrap(), "110", "{act} {table}");
    }
    assert_eq!(store.compact(&id()).unwrap(), 1);
}

#[test]
fn accounts_are_apart_even_if_their_ids_differ_in_case_only() {
    let (_folder, mut store, start) = database();
    let upper = AccountId::new("Initech").unwrap();
    assert!(matches!(store.load(&upper), Err(StoreError::UnknownAccount { .. })));
    assert!(matches!(store.append(&rename(&start, "Initech")), Err(StoreError::UnknownAccount { .. })));
    store.create(&Account::new(store.catalog(), &upper).unwrap()).unwrap();
    assert!(matches!(store.create(&start), Err(StoreError::Exists { .. })));

    store.append(&change(&start, "of one").0).unwrap();
    store.compact(&id()).unwrap();
    let heads = [id(), upper.clone()].map(|id| store.head(&id).unwrap().unwrap().revision);
    assert_eq!(heads, [1, 0]);
    assert_eq!(store.journal(&upper).unwrap().changes, []);
    assert_eq!(store.load(&upper).unwrap().users().count(), 0);
}

#[test]
fn an_account_from_elsewhere_begins_its_journal_where_it_is() {
    let (_folder, mut store, _) = database();
    let (_, moved) = change(&account("umbrella"), "before it came");
    store.create(&moved).unwrap();
    let (next, after) = change(&moved, "here");
    store.append(&next).unwrap();
    let umbrella = AccountId::new("umbrella").unwrap();
    assert_eq!(store.load(&umbrella).unwrap().record(), after.record());
    let journal = store.journal(&umbrella).unwrap();
    assert_eq!((journal.start.revision(), journal.changes), (1, vec![next]));
}

#[test]
fn an_audit_sees_who_gave_what_through_compactions() {
    let (_folder, mut store, start) = database();
    let mut session = start.edit().attributed(Attribution::by("ana").because("the spring campaign"));
    session.create_team("growth", "Growth").unwrap();
    session.assign("campaign-manager", Assignee::team("growth").unwrap()).unwrap();
    let first = session.finish().unwrap();
    store.append(first.change()).unwrap();
    store.compact(&id()).unwrap();
    let mut session = first.account().edit().attributed(Attribution::by("ivo").on_behalf_of("ana"));
    session.add_member("growth", "maja").unwrap();
    store.append(session.finish().unwrap().change()).unwrap();

    let origins = store.journal(&id()).unwrap().origins("maja", "campaigns/send").unwrap();
    let who: Vec<_> = origins[0].entries.iter().map(|entry| entry.attribution.who.as_deref()).collect();
    assert_eq!((origins.len(), who), (1, vec![Some("ana"), Some("ivo")]));
}

#[test]
fn an_account_of_another_catalog_is_refused_by_name() {
    let (folder, _store, _) = database();
    let other = Catalog::builder("acme", 1).build().unwrap();
    let mut store = Store::open(folder.path().join("accounts.db"), &[other]).unwrap();
    let refused = store.load(&id()).unwrap_err().to_string();
    let from = "snapshots, account `initech`, revision 0: catalog: stored under catalog";
    assert!(refused.starts_with(from), "{refused}");
}
