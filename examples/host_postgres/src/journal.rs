//! One account in the database, over one connection: its snapshot, and the changes since.

use postgres::error::SqlState;
use postgres::{Client, Statement};
use rolecall::{Account, AccountId, Catalog, Change};

use crate::stored::{self, Row};
use crate::{Failure, Link};

/// The channel on which each change is announced: its revision, a space, the account.
pub const CHANNEL: &str = "rolecall";

const SCHEMA: &str = include_str!("schema.sql");

/// Most changes that one query reads.
const BATCH: u16 = 500;

/// One statement, hence one view of both tables: a compaction happens before it or after it, never in between.
const TAIL: &str = "SELECT s.revision, c.revision, c.change
    FROM snapshots s LEFT JOIN changes c ON c.account = s.account AND c.revision > $2
    WHERE s.account = $1 ORDER BY c.revision LIMIT $3";

/// Creates the tables, and the account if there is none of that id.
///
/// An account exists because it was created, not because somebody asked for it: a mistyped id is no account.
pub fn prepare(link: &Link, catalog: &Catalog, id: &AccountId) -> Result<(), Failure> {
    let account = Account::new(catalog, id)?;
    let mut client = link.connect("prepare")?;
    // Two processes that create one table at one moment get in each other's way.
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SELECT pg_advisory_xact_lock(7265)")?;
    transaction.batch_execute(SCHEMA)?;
    transaction.execute(
        "INSERT INTO snapshots VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
        &[&id.as_str(), &stored::record_text(&account)?],
    )?;
    Ok(transaction.commit()?)
}

/// Whether a change became part of the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Appended {
    Stored,
    /// Another change has the revision already.
    Taken,
}

/// One account in the database.
pub struct Journal {
    client: Client,
    tail: Statement,
    catalog: Catalog,
    id: AccountId,
}

impl Journal {
    /// Connects.
    pub fn open(link: &Link, purpose: &str, catalog: &Catalog, id: &AccountId) -> Result<Self, Failure> {
        let mut client = link.connect(purpose)?;
        // Whoever reads a change after a crash must read what was read before it. Otherwise two processes could
        // know two changes of one revision, and nobody would notice.
        for setting in ["fsync", "synchronous_commit"] {
            let value: String = client.query_one("SELECT current_setting($1)", &[&setting])?.try_get(0)?;
            if value == "off" {
                return Err(Failure::Forgetful { setting });
            }
        }
        let tail = client.prepare(TAIL)?;
        Ok(Self { client, tail, catalog: catalog.clone(), id: id.clone() })
    }

    /// The account as it is now.
    pub fn load(&mut self) -> Result<Account, Failure> {
        let account = self.snapshot()?;
        self.catch_up(account)
    }

    /// The account as it is now, from an earlier state of it.
    pub fn catch_up(&mut self, mut account: Account) -> Result<Account, Failure> {
        loop {
            let (snapshot, rows) = self.tail(account.revision())?;
            if snapshot > account.revision() {
                // The changes in between may be in the archive by now. None of the rows follows from here.
                account = self.snapshot()?;
                continue;
            }
            for row in &rows {
                account = stored::replay(&account, row)?;
            }
            if rows.len() < usize::from(BATCH) {
                return Ok(account);
            }
        }
    }

    /// Appends a change, and announces it.
    ///
    /// After an error, the change may be stored or not: ask for [`change_at`](Self::change_at) its revision.
    pub fn append(&mut self, change: &Change, text: &str) -> Result<Appended, Failure> {
        let (id, revision) = (self.id.as_str(), signed(change.revision())?);
        let mut transaction = self.client.transaction()?;
        // The lock keeps a compaction out until this is committed. Without it, one could archive the row that holds
        // this revision, the key would be free again, and one revision would have two changes.
        let snapshot = transaction
            .query_opt("SELECT revision FROM snapshots WHERE account = $1 FOR SHARE", &[&id])?
            .ok_or_else(|| Failure::NoAccount(id.to_owned()))?;
        if snapshot.try_get::<_, i64>(0)? >= revision {
            return Ok(Appended::Taken);
        }
        let inserted =
            transaction.execute("INSERT INTO changes VALUES ($1, $2, $3)", &[&id, &revision, &text]);
        match inserted {
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => return Ok(Appended::Taken),
            inserted => inserted?,
        };
        // In the same transaction: it is sent when the change can be read, and only if it can be read.
        transaction.execute("SELECT pg_notify($1, $2)", &[&CHANNEL, &format!("{revision} {id}")])?;
        transaction.commit()?;
        Ok(Appended::Stored)
    }

    /// The change that leads to this revision, archived or not.
    pub fn change_at(&mut self, revision: u64) -> Result<Option<String>, Failure> {
        let sql = "SELECT change FROM journal WHERE account = $1 AND revision = $2";
        let row = self.client.query_opt(sql, &[&self.id.as_str(), &signed(revision)?])?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Makes the present state the snapshot and moves the changes that led to it to the archive. Returns the
    /// revision.
    ///
    /// Anybody may do it at any time: what is stored is what the journal says, and a snapshot never goes back.
    pub fn compact(&mut self) -> Result<u64, Failure> {
        let account = self.load()?;
        let (id, revision) = (self.id.as_str(), signed(account.revision())?);
        let record = stored::record_text(&account)?;
        let mut transaction = self.client.transaction()?;
        let newer = transaction.execute(
            "UPDATE snapshots SET revision = $2, record = $3 WHERE account = $1 AND revision < $2",
            &[&id, &revision, &record],
        )?;
        if newer == 1 {
            transaction.execute(
                "WITH moved AS (DELETE FROM changes WHERE account = $1 AND revision <= $2 RETURNING *)
                 INSERT INTO archived SELECT * FROM moved",
                &[&id, &revision],
            )?;
        }
        transaction.commit()?;
        Ok(account.revision())
    }

    /// Replays every change from the first up to this revision, without any snapshot: what the account must be.
    pub fn replayed(&mut self, revision: u64) -> Result<Account, Failure> {
        let mut account = Account::new(&self.catalog, &self.id)?;
        let sql =
            "SELECT revision, change FROM journal WHERE account = $1 AND revision <= $2 ORDER BY revision";
        for row in self.client.query(sql, &[&self.id.as_str(), &signed(revision)?])? {
            let row = Row { revision: unsigned(row.try_get(0)?)?, change: row.try_get(1)? };
            account = stored::replay(&account, &row)?;
        }
        Ok(account)
    }

    fn snapshot(&mut self) -> Result<Account, Failure> {
        let sql = "SELECT revision, record FROM snapshots WHERE account = $1";
        let row = self.client.query_opt(sql, &[&self.id.as_str()])?;
        let row = row.ok_or_else(|| Failure::NoAccount(self.id.to_string()))?;
        let (revision, record): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        stored::restore(&self.catalog, &self.id, unsigned(revision)?, &record)
    }

    /// The revision of the snapshot, and the first changes after this revision that are not archived.
    fn tail(&mut self, after: u64) -> Result<(u64, Vec<Row>), Failure> {
        let found =
            self.client.query(&self.tail, &[&self.id.as_str(), &signed(after)?, &i64::from(BATCH)])?;
        let first = found.first().ok_or_else(|| Failure::NoAccount(self.id.to_string()))?;
        let snapshot = unsigned(first.try_get(0)?)?;
        let mut rows = Vec::new();
        for row in &found {
            // One row without a change: nothing happened since.
            if let Some(revision) = row.try_get::<_, Option<i64>>(1)? {
                rows.push(Row { revision: unsigned(revision)?, change: row.try_get(2)? });
            }
        }
        Ok((snapshot, rows))
    }
}

fn signed(revision: u64) -> Result<i64, Failure> {
    i64::try_from(revision).map_err(|_| Failure::OutOfRange(revision.to_string()))
}

fn unsigned(revision: i64) -> Result<u64, Failure> {
    u64::try_from(revision).map_err(|_| Failure::OutOfRange(revision.to_string()))
}
