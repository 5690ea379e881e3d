//! A database with one account at revision 0, and changes to put into it.
#![allow(dead_code, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use host_sqlite::Store;
use rolecall::{Account, AccountId, Change, RoleId, UserId, predefined};
use rusqlite::Connection;
use tempfile::TempDir;

pub fn id() -> AccountId {
    AccountId::new("initech").unwrap()
}

pub fn account(id: &str) -> Account {
    Account::new(&predefined::current(), id).unwrap()
}

pub fn database() -> (TempDir, Store, Account) {
    let (folder, start) = (tempfile::tempdir().unwrap(), account("initech"));
    let mut store = Store::open(folder.path().join("accounts.db"), &[predefined::current()]).unwrap();
    store.create(&start).unwrap();
    (folder, store, start)
}

/// A change of several facts, and where it leads.
pub fn change(before: &Account, about: &str) -> (Change, Account) {
    let role = RoleId::new("ledger").unwrap();
    let user = UserId::new(format!("user-{}", before.revision())).unwrap();
    let mut session = before.edit();
    session.create_role(&role, "Ledger").unwrap();
    session.describe_role(&role, about).unwrap();
    session.assign("campaign-manager", &user).unwrap();
    session.suspend(&user).unwrap();
    let (after, change) = session.finish().unwrap().into_parts();
    (change, after)
}

/// A change as if it were another account's.
pub fn rename(before: &Account, account: &str) -> Change {
    Change { account: AccountId::new(account).unwrap(), ..change(before, "of another").0 }
}

/// Another connection to the same file, for tests that spoil it.
pub fn raw(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("accounts.db")).unwrap()
}
