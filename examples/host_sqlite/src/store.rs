//! The database: appends changes, loads accounts, compacts, reads the journal.

use std::path::Path;

use rolecall::{
    Account, AccountId, AuditError, Catalog, Change, Head, Named, Origin, PermissionKey, ReplayError, UserId,
    origins,
};
use rusqlite::TransactionBehavior::{Deferred, Immediate};
use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::catalogs::Catalogs;
use crate::decode::{self, Stored};
use crate::schema::Database;
use crate::{RowFault, StoreError, WentBack};

/// An open database, for one thread at a time. It can hold any number of accounts.
#[derive(Debug)]
pub struct Store {
    db: Database,
    catalogs: Catalogs,
}

/// Everything that happened to an account.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The account before it.
    pub start: Account,
    /// What happened, in order.
    pub changes: Vec<Change>,
    /// What upgrades among them may lead to.
    catalogs: Vec<Catalog>,
}

impl Journal {
    /// Who gave this user this permission, which is one of the catalog that the journal ends with?
    pub fn origins(
        &self,
        user: impl Named<UserId>,
        permission: impl Named<PermissionKey>,
    ) -> Result<Vec<Origin>, AuditError> {
        origins(&self.start, &self.changes, &self.catalogs, user, permission)
    }
}

impl Store {
    /// Opens a database file, or makes one. Its accounts are those of one product, in these versions of it, oldest
    /// to newest.
    pub fn open(path: impl AsRef<Path>, catalogs: &[Catalog]) -> Result<Self, StoreError> {
        let catalogs = Catalogs::new(catalogs)?;
        Ok(Self { db: Database::open(path.as_ref())?, catalogs })
    }

    /// The catalogs that accounts are read with.
    #[must_use]
    pub fn catalogs(&self) -> &[Catalog] {
        self.catalogs.all()
    }

    /// The newest of them: for new accounts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.catalogs.newest()
    }

    /// That accounts can be read under this catalog after an upgrade to it.
    pub(crate) fn must_have(&self, catalog: &Catalog) -> Result<(), StoreError> {
        if self.catalogs.have(catalog) {
            return Ok(());
        }
        Err(StoreError::UnknownCatalog { name: catalog.name().to_owned(), version: catalog.version() })
    }

    /// Takes in an account. Its journal begins here: at revision 0, or where another store left off.
    pub fn create(&mut self, account: &Account) -> Result<(), StoreError> {
        let transaction = self.db.begin(Immediate)?;
        if head(&transaction, account.id())?.is_some() {
            return Err(StoreError::Exists { account: account.id().clone() });
        }
        insert_snapshot(&transaction, account)?;
        transaction.commit()?;
        self.db.is_in_place()
    }

    /// Stores one change, and returns the head that it leads to. When this returns, the change is on the disk; on an
    /// error, nothing of it is.
    ///
    /// The change must follow the very state that is stored. So of two writers who began at the same one, the second is
    /// refused: the primary key would refuse it anyway, but the check says why. And whoever comes from a state that is
    /// not stored, or no longer, is told that the store [went back](WentBack).
    pub fn append(&mut self, change: &Change) -> Result<Head, StoreError> {
        let text = serde_json::to_string(change).map_err(StoreError::Encode)?;
        let next = change.head();
        // Immediate: whoever reads the head here also is the next to write.
        let transaction = self.db.begin(Immediate)?;
        let (account, follows) = (&change.account, change.follows);
        let head = known(head(&transaction, account)?, account)?;
        if follows != head {
            passed(&transaction, account, follows, Some(head))?;
            return Err(StoreError::Conflict { account: account.clone(), head, follows });
        }
        transaction
            .prepare_cached(
                "INSERT INTO changes (account, revision, follows, head, change) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                account.as_str(),
                integer(next.revision),
                follows.to_string(),
                next.to_string(),
                text
            ])?;
        transaction.commit()?;
        // Nobody will ever read what was written to files that are gone.
        self.db.is_in_place()?;
        Ok(next)
    }

    /// The account as it is stored: the latest snapshot, and what happened since.
    ///
    /// If nothing happened since, the snapshot may be of a version of the product that is not here: then the account
    /// [needs an upgrade](Account::needs_upgrade), and can only be asked until it has it (P5).
    pub fn load(&mut self, account: &AccountId) -> Result<Account, StoreError> {
        // One transaction, so that a compaction in between can't move what is still to be read.
        let transaction = self.db.begin(Deferred)?;
        let mut latest = known(snapshot(&transaction, account, "DESC", &self.catalogs)?, account)?;
        follow(&transaction, "changes", &mut latest, &self.catalogs)?;
        Ok(latest)
    }

    /// Adds to the account what was stored since: by another process, or by this one if it never heard back. Tells each
    /// head on the way.
    ///
    /// After an error, the account is as it was before the change that can't be read. One that upgrades to a catalog
    /// that is not here is such a change: what was revoked before it is revoked. If the store [went back](WentBack), the
    /// account is in a state that is not stored any more.
    pub fn advance(&mut self, account: &mut Account, mut seen: impl FnMut(Head)) -> Result<(), StoreError> {
        let (id, ours) = (account.id().clone(), head_of(account)?);
        let transaction = self.db.begin(Deferred)?;
        let stored = head(&transaction, &id)?;
        passed(&transaction, &id, ours, stored)?;
        let Some(stored) = stored.filter(|stored| *stored != ours) else { return Ok(()) };
        // The view: what this process has not seen may have been compacted since.
        each_change(&transaction, "journal", &id, ours.revision, |row, change| {
            let (at, follows) = (head_of(account)?, change.follows);
            if follows.revision == at.revision && follows != at {
                let (account, stored) = (account.id().clone(), Some(stored));
                return Err(WentBack::OtherPast { account, known: at, stored }.into());
            }
            *account = decode::follow(row, account, &change, &self.catalogs)?;
            seen(head_of(account)?);
            Ok(())
        })?;
        complete(&id, account.revision(), stored.revision)
    }

    /// Whether an account that is in one state came through another one.
    pub fn came_through(
        &mut self,
        account: &AccountId,
        now: Head,
        earlier: Head,
    ) -> Result<bool, StoreError> {
        let transaction = self.db.begin(Deferred)?;
        passed(&transaction, account, now, head(&transaction, account)?)?;
        Ok(head_at(&transaction, account, earlier.revision)? == Some(earlier))
    }

    /// Writes a snapshot, and moves the changes that it covers to the archive: both or neither.
    ///
    /// Returns the revision of the snapshot. Other processes that write wait while rows are moved, not while
    /// the account is put together.
    pub fn compact(&mut self, account: &AccountId) -> Result<u64, StoreError> {
        let loaded = self.load(account)?;
        let transaction = self.db.begin(Immediate)?;
        passed(&transaction, account, head_of(&loaded)?, head(&transaction, account)?)?;
        let revision = integer(loaded.revision());
        let newest: i64 = transaction.query_row(
            "SELECT max(revision) FROM snapshots WHERE account = ?1",
            [account.as_str()],
            |row| row.get(0),
        )?;
        if newest >= revision {
            return Ok(loaded.revision());
        }
        insert_snapshot(&transaction, &loaded)?;
        // Reads back what replaces the changes, before it does.
        let written = known(snapshot(&transaction, account, "DESC", &self.catalogs)?, account)?;
        if written.record() != loaded.record() {
            return Err(StoreError::Diverged { account: account.clone(), revision: loaded.revision() });
        }
        let covered = params![account.as_str(), revision];
        transaction.execute(
            "INSERT INTO archive (account, revision, follows, head, change)
             SELECT account, revision, follows, head, change FROM changes WHERE account = ?1 AND revision <= ?2",
            covered,
        )?;
        transaction.execute("DELETE FROM changes WHERE account = ?1 AND revision <= ?2", covered)?;
        // The first stays: the journal begins there.
        transaction.execute(
            "DELETE FROM snapshots WHERE account = ?1 AND revision < ?2
             AND revision > (SELECT min(revision) FROM snapshots WHERE account = ?1)",
            covered,
        )?;
        transaction.commit()?;
        self.db.is_in_place()?;
        Ok(loaded.revision())
    }

    /// Everything that happened to the account, for audits; compacted or not.
    pub fn journal(&mut self, account: &AccountId) -> Result<Journal, StoreError> {
        let transaction = self.db.begin(Deferred)?;
        let start = known(snapshot(&transaction, account, "ASC", &self.catalogs)?, account)?;
        let stored = known(head(&transaction, account)?, account)?;
        let (mut at, mut changes) = (head_of(&start)?, Vec::new());
        each_change(&transaction, "journal", account, at.revision, |row, change| {
            complete(account, at.revision, change.follows.revision)?;
            if change.follows != at {
                return Err(row.fault(ReplayError::OtherPast { head: at, found: change.follows }));
            }
            at = change.head();
            changes.push(change);
            Ok(())
        })?;
        complete(account, at.revision, stored.revision)?;
        if at != stored {
            return Err(StoreError::Diverged { account: account.clone(), revision: stored.revision });
        }
        Ok(Journal { start, changes, catalogs: self.catalogs.all().to_vec() })
    }

    /// Checks that the journal leads to the stored account. Returns its revision.
    pub fn verify(&mut self, account: &AccountId) -> Result<u64, StoreError> {
        let transaction = self.db.begin(Deferred)?;
        let mut loaded = known(snapshot(&transaction, account, "DESC", &self.catalogs)?, account)?;
        follow(&transaction, "changes", &mut loaded, &self.catalogs)?;
        let mut told = known(snapshot(&transaction, account, "ASC", &self.catalogs)?, account)?;
        follow(&transaction, "journal", &mut told, &self.catalogs)?;
        let revision = loaded.revision();
        if told.record() == loaded.record() {
            return Ok(revision);
        }
        complete(account, told.revision(), revision)?;
        Err(StoreError::Diverged { account: account.clone(), revision })
    }

    /// The head that is stored; `None` if there is no such account.
    pub fn head(&mut self, account: &AccountId) -> Result<Option<Head>, StoreError> {
        head(&*self.db.begin(Deferred)?, account)
    }
}

/// The library's revisions end at 2^53, far below the integers of SQLite. What is greater follows nothing.
fn integer(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

fn known<T>(found: Option<T>, account: &AccountId) -> Result<T, StoreError> {
    found.ok_or_else(|| StoreError::UnknownAccount { account: account.clone() })
}

/// What was read must reach the head: rows that are missing at the end leave no gap for replaying to notice.
fn complete(account: &AccountId, read: u64, head: u64) -> Result<(), StoreError> {
    if read >= head {
        return Ok(());
    }
    let missing = Stored { table: "journal", account, revision: integer(read + 1) };
    Err(missing.fault(RowFault::Missing))
}

/// The head of an account that is not being edited.
pub(crate) fn head_of(account: &Account) -> Result<Head, StoreError> {
    account.head().ok_or_else(|| StoreError::Unfinished { account: account.id().clone() })
}

/// The head that is stored.
fn head(db: &Connection, account: &AccountId) -> Result<Option<Head>, StoreError> {
    for table in ["changes", "snapshots"] {
        let sql =
            format!("SELECT revision, head FROM {table} WHERE account = ?1 ORDER BY revision DESC LIMIT 1");
        let latest = read_head(db, table, &sql, account, params![account.as_str()])?;
        if latest.is_some() {
            return Ok(latest);
        }
    }
    Ok(None)
}

/// The head that the account had at a revision; `None` if it never was there, or before its journal begins.
fn head_at(db: &Connection, account: &AccountId, revision: u64) -> Result<Option<Head>, StoreError> {
    let sql = "SELECT revision, head FROM heads WHERE account = ?1 AND revision = ?2 LIMIT 1";
    read_head(db, "heads", sql, account, params![account.as_str(), integer(revision)])
}

fn read_head(
    db: &Connection,
    table: &'static str,
    sql: &str,
    account: &AccountId,
    parameters: impl Params,
) -> Result<Option<Head>, StoreError> {
    let found = db.prepare_cached(sql)?.query_row(parameters, |row| {
        let stored = Stored { table, account, revision: row.get("revision")? };
        Ok(decode::head(&stored, row))
    });
    found.optional()?.transpose()
}

/// That the stored account, which is at this head, came through the state that this process knows.
fn passed(db: &Connection, account: &AccountId, known: Head, stored: Option<Head>) -> Result<(), StoreError> {
    if stored == Some(known) || head_at(db, account, known.revision)? == Some(known) {
        return Ok(());
    }
    Err(WentBack::OtherPast { account: account.clone(), known, stored }.into())
}

fn insert_snapshot(db: &Connection, account: &Account) -> Result<(), StoreError> {
    let (head, record) = (head_of(account)?, account.record());
    let text = serde_json::to_string(&record).map_err(StoreError::Encode)?;
    db.execute(
        "INSERT INTO snapshots (account, revision, head, catalog_name, catalog_version, catalog_hash, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            account.id().as_str(),
            integer(head.revision),
            head.to_string(),
            record.catalog.name,
            record.catalog.version,
            record.catalog.hash.to_string(),
            text
        ],
    )?;
    Ok(())
}

/// The first (`ASC`) or latest (`DESC`) snapshot.
fn snapshot(
    db: &Connection,
    account: &AccountId,
    order: &str,
    catalogs: &Catalogs,
) -> Result<Option<Account>, StoreError> {
    let sql = format!(
        "SELECT revision, head, catalog_name, catalog_version, catalog_hash, record FROM snapshots
         WHERE account = ?1 ORDER BY revision {order} LIMIT 1"
    );
    let found = db.prepare_cached(&sql)?.query_row([account.as_str()], |row| {
        let stored = Stored { table: "snapshots", account, revision: row.get("revision")? };
        Ok(decode::snapshot(&stored, row, catalogs))
    });
    found.optional()?.transpose()
}

/// Adds to the account everything in the table that comes after it, up to what can't be read.
fn follow(
    db: &Connection,
    table: &'static str,
    account: &mut Account,
    catalogs: &Catalogs,
) -> Result<(), StoreError> {
    let (id, from) = (account.id().clone(), account.revision());
    each_change(db, table, &id, from, |stored, change| {
        *account = decode::follow(stored, account, &change, catalogs)?;
        Ok(())
    })
}

/// Each change after a revision, in order.
fn each_change(
    db: &Connection,
    table: &'static str,
    account: &AccountId,
    after: u64,
    mut then: impl FnMut(&Stored<'_>, Change) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT revision, follows, head, change FROM {table} WHERE account = ?1 AND revision > ?2 ORDER BY revision"
    );
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query(params![account.as_str(), integer(after)])?;
    while let Some(row) = rows.next()? {
        let stored = Stored { table, account, revision: row.get("revision")? };
        then(&stored, decode::change(&stored, row)?)?;
    }
    Ok(())
}
