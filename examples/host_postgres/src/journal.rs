//! One account in the database, over one connection: its snapshot, and the changes since.

use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, GenericClient, Statement, Transaction};
use rolecall::{Account, AccountId, Edited};

use crate::stored::{self, Row};
use crate::{Catalogs, Failure, Link};

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
/// It is under the newest of the catalogs. An account exists because it was created, not because somebody asked for
/// it: a mistyped id is no account.
pub fn prepare(link: &Link, catalogs: &Catalogs, id: &AccountId) -> Result<(), Failure> {
    let account = Account::new(catalogs.newest(), id)?;
    let mut client = link.connect("prepare")?;
    // Two processes that create one table at one moment get in each other's way.
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SELECT pg_advisory_xact_lock(7265)")?;
    transaction.batch_execute(SCHEMA)?;
    transaction.execute(
        "INSERT INTO snapshots VALUES ($1, 0, $2, $2) ON CONFLICT DO NOTHING",
        &[&id.as_str(), &stored::record_text(&account)?],
    )?;
    Ok(transaction.commit()?)
}

/// What an attempt to edit came to.
#[derive(Debug)]
pub enum Outcome {
    /// The account with the change that is stored now.
    Stored(Account),
    /// The account, which was so already.
    Unchanged(Account),
    /// Another change has the revision.
    Taken,
}

/// One account in the database.
pub struct Journal {
    client: Client,
    of: Of,
}

/// Which account, and how to read it.
struct Of {
    catalogs: Catalogs,
    id: AccountId,
    tail: Statement,
}

impl Journal {
    /// Connects.
    pub fn open(link: &Link, purpose: &str, catalogs: &Catalogs, id: &AccountId) -> Result<Self, Failure> {
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
        Ok(Self { client, of: Of { catalogs: catalogs.clone(), id: id.clone(), tail } })
    }

    /// The account as it is now. If nothing follows the snapshot, that may be of a version of the product that is not
    /// here: then the account can be asked, not edited (P5).
    pub fn load(&mut self) -> Result<Account, Failure> {
        let mut account = self.of.snapshot(&mut self.client)?;
        self.catch_up(&mut account)?;
        Ok(account)
    }

    /// Adds to the account what was stored since.
    ///
    /// After an error, the account is as it was before the change that can't be read. One that upgrades to a catalog
    /// that is not here is such a change: what was revoked before it is revoked.
    pub fn catch_up(&mut self, account: &mut Account) -> Result<(), Failure> {
        self.of.catch_up(&mut self.client, account)
    }

    /// Makes an edit on this state, appends it and announces it, unless another was first.
    ///
    /// After an error, the change may be stored or not: ask for [`change_at`](Self::change_at) its revision.
    pub fn append(
        &mut self,
        account: Account,
        mut make: impl FnMut(&Account) -> Result<Option<Edited>, Failure>,
    ) -> Result<Outcome, Failure> {
        let Some(done) = make(&account)? else { return Ok(Outcome::Unchanged(account)) };
        let mut transaction = self.client.transaction()?;
        let snapshot = self.of.lock(&mut transaction)?;
        self.of.store(transaction, snapshot, done)
    }

    /// As [`append`](Self::append), but nobody else can be first: they wait while this reads, edits and stores.
    pub fn append_in_turn(
        &mut self,
        mut account: Account,
        mut make: impl FnMut(&Account) -> Result<Option<Edited>, Failure>,
    ) -> Result<Outcome, Failure> {
        let mut transaction = self.client.transaction()?;
        let snapshot = self.of.lock(&mut transaction)?;
        self.of.catch_up(&mut transaction, &mut account)?;
        let Some(done) = make(&account)? else { return Ok(Outcome::Unchanged(account)) };
        self.of.store(transaction, snapshot, done)
    }

    /// The change that leads to this revision, archived or not.
    pub fn change_at(&mut self, revision: u64) -> Result<Option<String>, Failure> {
        let sql = "SELECT change FROM journal WHERE account = $1 AND revision = $2";
        let row = self.client.query_opt(sql, &[&self.of.id.as_str(), &signed(revision)?])?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Makes the present state the snapshot and moves the changes that led to it to the archive. Returns the
    /// revision.
    ///
    /// Anybody may do it at any time: what is stored is what the journal says, and a snapshot never goes back.
    pub fn compact(&mut self) -> Result<u64, Failure> {
        let account = self.load()?;
        let (id, revision) = (self.of.id.as_str(), signed(account.revision())?);
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

    /// Replays every change from the first up to this revision, without any snapshot: what the account must be. That
    /// takes each version of the product that the account was ever under.
    pub fn replayed(&mut self, revision: u64) -> Result<Account, Failure> {
        let mut account = self.of.created(&mut self.client)?;
        let sql =
            "SELECT revision, change FROM journal WHERE account = $1 AND revision <= $2 ORDER BY revision";
        for row in self.client.query(sql, &[&self.of.id.as_str(), &signed(revision)?])? {
            let row = Row { revision: unsigned(row.try_get(0)?)?, change: row.try_get(1)? };
            account = stored::replay(&self.of.catalogs, &account, &row)?;
        }
        Ok(account)
    }
}

impl Of {
    fn no_account(&self) -> Failure {
        Failure::NoAccount(self.id.to_string())
    }

    /// The revision of the snapshot, which nobody moves before this transaction ends; and nobody else appends.
    ///
    /// Without the lock, a compaction could archive the row that has a revision while a writer that is behind waits to
    /// insert it: the key would be free again, and one revision would have two changes.
    fn lock(&self, transaction: &mut Transaction<'_>) -> Result<u64, Failure> {
        let sql = "SELECT revision FROM snapshots WHERE account = $1 FOR NO KEY UPDATE";
        let row = transaction.query_opt(sql, &[&self.id.as_str()])?.ok_or_else(|| self.no_account())?;
        unsigned(row.try_get(0)?)
    }

    fn store(&self, mut with: Transaction<'_>, snapshot: u64, done: Edited) -> Result<Outcome, Failure> {
        let (id, change) = (self.id.as_str(), done.change());
        let (revision, text) = (signed(change.revision())?, stored::change_text(change)?);
        if snapshot >= change.revision() {
            return Ok(Outcome::Taken);
        }
        match with.execute("INSERT INTO changes VALUES ($1, $2, $3)", &[&id, &revision, &text]) {
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => return Ok(Outcome::Taken),
            inserted => inserted?,
        };
        // In the same transaction: it is sent when the change can be read, and only if it can be read.
        with.execute("SELECT pg_notify($1, $2)", &[&CHANNEL, &format!("{revision} {id}")])?;
        with.commit()?;
        Ok(Outcome::Stored(done.into_account()))
    }

    fn snapshot(&self, client: &mut impl GenericClient) -> Result<Account, Failure> {
        let sql = "SELECT revision, record FROM snapshots WHERE account = $1";
        let row = client.query_opt(sql, &[&self.id.as_str()])?.ok_or_else(|| self.no_account())?;
        let (revision, record): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        stored::restore(&self.catalogs, &self.id, unsigned(revision)?, &record)
    }

    fn created(&self, client: &mut impl GenericClient) -> Result<Account, Failure> {
        let sql = "SELECT created FROM snapshots WHERE account = $1";
        let row = client.query_opt(sql, &[&self.id.as_str()])?.ok_or_else(|| self.no_account())?;
        stored::restore(&self.catalogs, &self.id, 0, row.try_get(0)?)
    }

    fn catch_up(&self, client: &mut impl GenericClient, account: &mut Account) -> Result<(), Failure> {
        loop {
            let (snapshot, rows) = self.tail(client, account.revision())?;
            if snapshot > account.revision() {
                // The changes in between are in the archive. None of the rows follows from here. If there was an
                // upgrade among them, it needs its catalog here as well as in a row: who follows does not guess (P6).
                *account = stored::must_be_current(self.snapshot(client)?)?;
                continue;
            }
            for row in &rows {
                *account = stored::replay(&self.catalogs, account, row)?;
            }
            if rows.len() < usize::from(BATCH) {
                return Ok(());
            }
        }
    }

    /// The revision of the snapshot, and the first changes after this revision that are not archived.
    fn tail(&self, client: &mut impl GenericClient, after: u64) -> Result<(u64, Vec<Row>), Failure> {
        let parameters: [&(dyn ToSql + Sync); 3] = [&self.id.as_str(), &signed(after)?, &i64::from(BATCH)];
        let found = client.query(&self.tail, &parameters)?;
        let snapshot = unsigned(found.first().ok_or_else(|| self.no_account())?.try_get(0)?)?;
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
