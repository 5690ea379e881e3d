//! The host: edit, store, publish, and nothing by halves.
#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use common::{database, id, raw};
use host_sqlite::{Host, HostError, Store, StoreError};
use rolecall::{Assignee, Attribution, AuditError, Head, RoleId, UserId, predefined};
use tempfile::TempDir;

fn host() -> (TempDir, Host) {
    let (folder, store, _) = database();
    let host = Host::open(store, &id()).unwrap();
    host.edit(Attribution::by("vendor"), |edit| {
        edit.enable_feature("broadcast")?;
        edit.assign("account-admin", Assignee::user("ana")?)?;
        edit.assign("campaign-manager", Assignee::user("maja")?)?;
        Ok(())
    })
    .unwrap();
    (folder, host)
}

fn another(folder: &TempDir) -> Host {
    let store = Store::open(folder.path().join("accounts.db"), &[predefined::current()]).unwrap();
    Host::open(store, &id()).unwrap()
}

fn suspend_maja(host: &Host) -> Result<Head, HostError> {
    host.edit_as("ana", |edit| Ok(edit.suspend("maja").map(drop)?))
}

/// That nothing was published or stored since, and that the next edit works.
fn assert_untouched(folder: &TempDir, host: &Host, before: &Arc<rolecall::Authorizer>) {
    assert!(Arc::ptr_eq(before, &host.current().unwrap()), "something was published");
    assert_eq!(another(folder).current().unwrap().account().record(), before.account().record());
    let send = before.catalog().permission("campaigns/send").unwrap();
    assert!(host.current().unwrap().subject("maja").can(send));
    assert_eq!(suspend_maja(host).unwrap().revision, before.account().revision() + 1);
    assert!(!host.current().unwrap().subject("maja").can(send));
    assert!(before.subject("maja").can(send), "who holds the old revision goes on with it");
}

#[test]
fn an_edit_that_gives_up_halfway_leaves_nothing() {
    let (folder, host) = host();
    let before = host.current().unwrap();
    let failed = host.edit(Attribution::by("vendor"), |edit| {
        edit.remove_user("maja")?;
        Err("changed my mind".into())
    });
    assert_eq!(failed.unwrap_err().to_string(), "not edited: changed my mind");
    assert_untouched(&folder, &host, &before);
}

#[test]
fn an_edit_that_panics_halfway_leaves_nothing_and_the_writer_usable() {
    let (folder, host) = host();
    let before = host.current().unwrap();
    for _ in 0..3 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            host.edit(Attribution::by("vendor"), |edit| {
                edit.remove_user("maja")?;
                panic!("a defect in the code that edits");
            })
        }));
        assert!(panicked.is_err());
    }
    assert_untouched(&folder, &host, &before);
}

#[test]
fn what_the_guard_refuses_is_neither_stored_nor_published() {
    let (folder, host) = host();
    let before = host.current().unwrap();
    let refused = host.edit_as("maja", |edit| {
        edit.assign("account-admin", Assignee::user("maja")?)?;
        Ok(())
    });
    assert!(matches!(refused, Err(HostError::Refused(_))), "{refused:?}");
    assert_untouched(&folder, &host, &before);
}

#[test]
fn what_cannot_be_stored_is_not_published() {
    let (folder, host) = host();
    let before = host.current().unwrap();
    let db = raw(&folder);
    db.execute_batch(
        "CREATE TRIGGER broken AFTER INSERT ON changes BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    )
    .unwrap();
    assert_eq!(suspend_maja(&host).unwrap_err().to_string(), "database: disk is full");
    db.execute_batch("DROP TRIGGER broken").unwrap();
    assert_untouched(&folder, &host, &before);
}

#[test]
fn an_edit_that_alters_nothing_is_no_revision() {
    let (_folder, host) = host();
    let before = host.current().unwrap();
    assert_eq!(host.edit_as("ana", |edit| Ok(edit.reinstate("maja").map(drop)?)).unwrap().revision, 1);
    assert!(Arc::ptr_eq(&before, &host.current().unwrap()));
}

#[test]
fn a_host_edits_what_another_process_has_stored() {
    let (folder, host) = host();
    let other = another(&folder);
    assert_eq!(suspend_maja(&other).unwrap().revision, 2);
    assert_eq!(host.current().unwrap().account().revision(), 1);
    // The same wish: by now there is nothing to do, and this host sees so.
    assert_eq!(suspend_maja(&host).unwrap().revision, 2);
    assert!(host.current().unwrap().account().user("maja").unwrap().is_suspended());
}

#[test]
fn a_token_of_freshness_is_honoured_even_across_a_compaction() {
    let (folder, host) = host();
    let other = another(&folder);
    let seen = suspend_maja(&other).unwrap();
    other.compact().unwrap();
    let fresh = host.at_least(seen).unwrap();
    assert_eq!(fresh.account().record(), other.current().unwrap().account().record());
    let later = Head { revision: seen.revision + 1, ..seen };
    assert!(
        matches!(host.at_least(later), Err(HostError::Stale { at, token }) if (at, token) == (seen, later))
    );
}

#[test]
fn edits_of_two_processes_interleave_and_none_is_lost() {
    const EDITS: usize = 40;
    let (folder, host) = host();
    thread::scope(|scope| {
        for n in 0..2 {
            let folder = &folder;
            scope.spawn(move || {
                let host = another(folder);
                for edit in 0..EDITS {
                    let role = RoleId::new(format!("role-{n}-{edit}")).unwrap();
                    while let Err(conflict) =
                        host.edit_as("ana", |edit| Ok(edit.create_role(&role, role.as_str()).map(drop)?))
                    {
                        let HostError::Store(StoreError::Conflict { .. }) = conflict else {
                            panic!("{conflict}")
                        };
                    }
                    if edit % 9 == 0 {
                        host.compact().unwrap();
                    }
                }
            });
        }
    });
    let now = host.catch_up().unwrap();
    assert_eq!((now.account().custom_roles().count(), now.account().revision()), (2 * EDITS, 81));
}

#[test]
fn an_audit_names_what_it_does_not_know() {
    let (_folder, host) = host();
    let journal = host.journal().unwrap();
    let ivo = UserId::new("ivo").unwrap();
    assert_eq!(journal.origins(&ivo, "campaigns/send").unwrap(), []);
    let who = journal.origins("maja", "campaigns/send").unwrap();
    let who: Vec<_> = who.iter().flat_map(|it| &it.entries).map(|it| it.attribution.who.as_deref()).collect();
    assert_eq!(who, [Some("vendor")]);
    assert!(matches!(journal.origins(&ivo, "campaigns/sned"), Err(AuditError::Unknown(_))));
}
