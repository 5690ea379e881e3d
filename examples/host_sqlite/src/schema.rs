//! The tables, and how the file is opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::{StoreError, WentBack};

/// Marks the file as ours, so that opening a wrong one alters nothing. The letters `rcal`.
const APPLICATION: i64 = 0x7263_616c;

/// The version of the tables.
const VERSION: i64 = 2;

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ids are compared byte by byte: SQLite's `BINARY`, the default, written out because a collation that
/// folds case would make one account of two.
///
/// - `snapshots` has the first state of each account, where its journal begins, and the latest one.
/// - `changes` has what happened since the latest snapshot: with it, all that loading reads.
/// - `archive` has what happened before. It is only read by audits.
/// - `heads` says which states the account went through.
///
/// The primary key is what makes two changes after the same revision impossible. It can't tell two pasts apart: a file
/// that was set back goes on counting. So each row has the head that it follows, and the head that it leads to.
const TABLES: &str = "
    CREATE TABLE snapshots (
        account         TEXT NOT NULL COLLATE BINARY,
        revision        INTEGER NOT NULL CHECK (revision >= 0),
        head            TEXT NOT NULL,
        catalog_name    TEXT NOT NULL,
        catalog_version INTEGER NOT NULL,
        catalog_hash    TEXT NOT NULL,
        record          TEXT NOT NULL,
        PRIMARY KEY (account, revision)
    ) STRICT;
    CREATE TABLE changes (
        account  TEXT NOT NULL COLLATE BINARY,
        revision INTEGER NOT NULL CHECK (revision > 0),
        follows  TEXT NOT NULL,
        head     TEXT NOT NULL,
        change   TEXT NOT NULL,
        PRIMARY KEY (account, revision)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE archive (
        account  TEXT NOT NULL COLLATE BINARY,
        revision INTEGER NOT NULL CHECK (revision > 0),
        follows  TEXT NOT NULL,
        head     TEXT NOT NULL,
        change   TEXT NOT NULL,
        PRIMARY KEY (account, revision)
    ) STRICT, WITHOUT ROWID;
    CREATE VIEW journal AS
        SELECT account, revision, follows, head, change FROM archive
        UNION ALL
        SELECT account, revision, follows, head, change FROM changes;
    CREATE VIEW heads AS
        SELECT account, revision, head FROM snapshots
        UNION ALL
        SELECT account, revision, head FROM journal;
";

/// An open database, and the files that it consists of.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Connection,
    files: Files,
}

impl Database {
    /// Opens the file, and makes the tables if it is new.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut db = Connection::open(path)?;
        db.busy_timeout(PATIENCE)?;
        // One transaction for all that is looked at: another process may be making the tables.
        let looking = db.transaction()?;
        judge(&looking)?;
        drop(looking);
        // WAL: readers go on while somebody writes, and a commit is one append to one file.
        let mode = write_ahead(&db)?;
        if mode != "wal" {
            return Err(StoreError::JournalMode { found: mode });
        }
        // FULL: in WAL mode NORMAL leaves the log unsynced at commit. No crash would damage the file, but a
        // power cut could take back changes that were published and acknowledged. A host that has told
        // somebody that a right is revoked must not forget it.
        db.pragma_update(None, "synchronous", "FULL")?;

        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Again, under the lock: another process may have made the tables meanwhile.
        if judge(&transaction)? == Contents::Nothing {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
        Ok(Self { connection: db, files: Files::of(path)? })
    }

    /// Begins a transaction on the files that were opened, as they are now.
    pub(crate) fn begin(&mut self, behavior: TransactionBehavior) -> Result<Transaction<'_>, StoreError> {
        self.is_in_place()?;
        // SQLite remembers pages until another connection writes. But somebody may have copied a backup over the file.
        self.connection.execute_batch("PRAGMA shrink_memory")?;
        Ok(self.connection.transaction_with_behavior(behavior)?)
    }

    /// That no other files are in the place of those that were opened.
    pub(crate) fn is_in_place(&self) -> Result<(), StoreError> {
        self.files.are_in_place()
    }
}

impl Drop for Database {
    /// SQLite copies the log into the database when the last connection closes. Into a backup that was put in its place,
    /// a log from before must not be copied: it has just what the backup lacks, or pages of something else.
    fn drop(&mut self) {
        if self.is_in_place().is_err() {
            let _best = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }
}

/// The files that a connection has open: the database, its log, and the index of the log.
///
/// SQLite goes on with them when somebody puts others in their place: what is committed then is in files that nobody
/// will ever open again. So this remembers which files they were.
#[derive(Debug)]
struct Files(Vec<(PathBuf, Option<Identity>)>);

/// Device and number of a file. Elsewhere than on Unix, a file in use can't be replaced.
type Identity = (u64, u64);

impl Files {
    fn of(path: &Path) -> Result<Self, StoreError> {
        // SQLite puts the log beside the file itself, not beside a link to it.
        let (named, real) = (std::path::absolute(path)?, path.canonicalize()?);
        let beside = |end: &str| {
            let mut name = real.clone().into_os_string();
            name.push(end);
            PathBuf::from(name)
        };
        let files = [named, beside("-wal"), beside("-shm")];
        Ok(Self(files.into_iter().map(|file| (file.clone(), identity(&file))).collect()))
    }

    fn are_in_place(&self) -> Result<(), StoreError> {
        match self.0.iter().find(|(file, opened)| identity(file) != *opened) {
            Some((file, _)) => Err(WentBack::Replaced { file: file.clone() }.into()),
            None => Ok(()),
        }
    }
}

#[cfg(unix)]
fn identity(file: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    file.metadata().ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}

/// Switches to the write-ahead log. That takes the file alone, and SQLite does not wait for it as it does for a write:
/// while another process opens the file, it says at once that the file is busy.
fn write_ahead(db: &Connection) -> Result<String, rusqlite::Error> {
    const STEP: Duration = Duration::from_millis(2);
    let mut waited = Duration::ZERO;
    loop {
        match db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < PATIENCE => {
                std::thread::sleep(STEP);
                waited += STEP;
            }
            done => return done,
        }
    }
}

#[derive(PartialEq)]
enum Contents {
    Nothing,
    Ours,
}

fn judge(db: &Connection) -> Result<Contents, StoreError> {
    let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (found, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if (found, version, tables) == (0, 0, 0) {
        return Ok(Contents::Nothing);
    }
    if found != APPLICATION {
        return Err(StoreError::Foreign { found, ours: APPLICATION });
    }
    if version != VERSION {
        return Err(StoreError::Schema { found: version, known: VERSION });
    }
    Ok(Contents::Ours)
}
