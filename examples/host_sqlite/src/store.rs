//! The database: appends changes, loads accounts, compacts, reads the journal.

use std::path::Path;

use rolecall::{
    Account, AccountId, AuditError, Catalog, Change, Named, Origin, PermissionKey, UserId, origins,
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::catalogs::Catalogs;
use crate::decode::{self, Stored};
use crate::{RowFault, StoreError, schema};

/// An open database, for one thread at a time. It can hold any number of accounts.
#[derive(Debug)]
pub struct Store {
    db: Connection,
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
        Ok(Self { db: schema::open(path.as_ref())?, catalogs })
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
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if head(&transaction, account.id())?.is_some() {
            return Err(StoreError::Exists { account: account.id().clone() });
        }
        insert_snapshot(&transaction, account)?;
        Ok(transaction.commit()?)
    }

    /// Stores one change. When this returns, it is on the disk; on an error, nothing of it is.
    ///
    /// The change must follow the stored revision. So of two writers who began at the same one, the second is
    /// refused: the primary key would refuse it anyway, but the check says why.
    pub fn append(&mut self, change: &Change) -> Result<(), StoreError> {
        let text = serde_json::to_string(change).map_err(StoreError::Encode)?;
        // Immediate: whoever reads the head here also is the next to write.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (account, base) = (&change.account, change.base);
        let head = known(head(&transaction, account)?, account)?;
        if base != head {
            return Err(StoreError::Conflict { account: account.clone(), head, base });
        }
        transaction
            .prepare_cached("INSERT INTO changes (account, revision, change) VALUES (?1, ?2, ?3)")?
            .execute(params![account.as_str(), integer(change.revision()), text])?;
        Ok(transaction.commit()?)
    }

    /// The account as it is stored: the latest snapshot, and what happened since.
    ///
    /// If nothing happened since, the snapshot may be of a version of the product that is not here: then the account
    /// [needs an upgrade](Account::needs_upgrade), and can only be asked until it has it (P5).
    pub fn load(&mut self, account: &AccountId) -> Result<Account, StoreError> {
        // One transaction, so that a compaction in between can't move what is still to be read.
        let transaction = self.db.transaction()?;
        let mut latest = known(snapshot(&transaction, account, "DESC", &self.catalogs)?, account)?;
        follow(&transaction, "changes", &mut latest, &self.catalogs)?;
        Ok(latest)
    }

    /// Adds to the account what was stored since: by another process, or by this one if it never heard back.
    ///
    /// After an error, the account is as it was before the change that can't be read. One that upgrades to a catalog
    /// that is not here is such a change: what was revoked before it is revoked.
    pub fn advance(&mut self, account: &mut Account) -> Result<(), StoreError> {
        let transaction = self.db.transaction()?;
        let head = known(head(&transaction, account.id())?, account.id())?;
        if head <= account.revision() {
            return Ok(());
        }
        // The view: what this process has not seen may have been compacted since.
        follow(&transaction, "journal", account, &self.catalogs)?;
        complete(account.id(), account.revision(), head)
    }

    /// Writes a snapshot, and moves the changes that it covers to the archive: both or neither.
    ///
    /// Returns the revision of the snapshot. Other processes that write wait while rows are moved, not while
    /// the account is put together.
    pub fn compact(&mut self, account: &AccountId) -> Result<u64, StoreError> {
        let loaded = self.load(account)?;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
            "INSERT INTO archive SELECT * FROM changes WHERE account = ?1 AND revision <= ?2",
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
        Ok(loaded.revision())
    }

    /// Everything that happened to the account, for audits; compacted or not.
    pub fn journal(&mut self, account: &AccountId) -> Result<Journal, StoreError> {
        let transaction = self.db.transaction()?;
        let start = known(snapshot(&transaction, account, "ASC", &self.catalogs)?, account)?;
        let head = known(head(&transaction, account)?, account)?;
        let mut changes = Vec::new();
        each_change(&transaction, "journal", account, start.revision(), |_, change| {
            changes.push(change);
            Ok(())
        })?;
        complete(account, start.revision() + changes.len() as u64, head)?;
        Ok(Journal { start, changes, catalogs: self.catalogs.all().to_vec() })
    }

    /// Checks that the journal leads to the stored account. Returns its revision.
    pub fn verify(&mut self, account: &AccountId) -> Result<u64, StoreError> {
        let transaction = self.db.transaction()?;
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

    /// The revision that is stored; `None` if there is no such account.
    pub fn head(&self, account: &AccountId) -> Result<Option<u64>, StoreError> {
        head(&self.db, account)
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

fn head(db: &Connection, account: &AccountId) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT max(
                   (SELECT max(revision) FROM snapshots WHERE account = ?1),
                   coalesce((SELECT max(revision) FROM changes WHERE account = ?1), 0))";
    let head: Option<i64> = db.prepare_cached(sql)?.query_row([account.as_str()], |row| row.get(0))?;
    // The tables allow no negative revision.
    Ok(head.and_then(|head| u64::try_from(head).ok()))
}

fn insert_snapshot(db: &Connection, account: &Account) -> Result<(), StoreError> {
    let record = account.record();
    let text = serde_json::to_string(&record).map_err(StoreError::Encode)?;
    db.execute(
        "INSERT INTO snapshots (account, revision, catalog_name, catalog_version, record)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            account.id().as_str(),
            integer(record.revision),
            record.catalog.name,
            record.catalog.version,
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
        "SELECT revision, catalog_name, catalog_version, record FROM snapshots
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
        "SELECT revision, change FROM {table} WHERE account = ?1 AND revision > ?2 ORDER BY revision"
    );
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query(params![account.as_str(), integer(after)])?;
    while let Some(row) = rows.next()? {
        let stored = Stored { table, account, revision: row.get("revision")? };
        then(&stored, decode::change(&stored, row)?)?;
    }
    Ok(())
}
