//! One account in the database, over one connection: its snapshot, and the changes since.

use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, GenericClient, IsolationLevel, Statement, Transaction};
use rolecall::{Account, AccountId, Edited, Head};

use crate::stored::{self, Row};
use crate::{Catalogs, Failure, Link};

/// The channel on which each change is announced: its revision, a space, the account.
pub const CHANNEL: &str = "rolecall";

const SCHEMA: &str = include_str!("schema.sql");

/// Most changes that one query reads.
const BATCH: u16 = 500;

/// One statement, hence one view of all tables: a compaction happens before it or after it, never in between. It tells
/// also which state the account had at the revision that is asked from: if it is not ours, the database went back.
const TAIL: &str = "SELECT s.revision,
        (SELECT h.head FROM heads h WHERE h.account = $1 AND h.revision = $2),
        c.revision, c.follows, c.head, c.change
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
        "INSERT INTO snapshots (account, revision, head, record, created_head, created)
         VALUES ($1, 0, $2, $3, $2, $3) ON CONFLICT DO NOTHING",
        &[&id.as_str(), &stored::head_of(&account)?.to_string(), &stored::record_text(&account)?],
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
    /// Others were first, and stored a change of the same state.
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
        if client.query_one("SELECT pg_is_in_recovery()", &[])?.try_get(0)? {
            return Err(Failure::Standby);
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
    /// that is not here is such a change: what was revoked before it is revoked. If the database
    /// [went back](Failure::WentBack), the account is in a state that is not stored any more.
    pub fn catch_up(&mut self, account: &mut Account) -> Result<(), Failure> {
        self.of.catch_up(&mut self.client, account)
    }

    /// Makes an edit on this state, appends it and announces it, unless others were first. It is stored only if this is
    /// the very state that is stored: no change follows one that the database lost.
    ///
    /// After an error, the change may be stored or not: ask for [`change_at`](Self::change_at) its revision.
    pub fn append(
        &mut self,
        account: Account,
        mut make: impl FnMut(&Account) -> Result<Option<Edited>, Failure>,
    ) -> Result<Outcome, Failure> {
        let Some(done) = make(&account)? else {
            // Of a state that others have left, or that the database lost, nobody needs to know that.
            let stands = self.of.is_stored(&mut self.client, stored::head_of(&account)?)?;
            return Ok(if stands { Outcome::Unchanged(account) } else { Outcome::Taken });
        };
        let mut transaction = begin(&mut self.client)?;
        self.of.lock(&mut transaction)?;
        self.of.store(transaction, done)
    }

    /// As [`append`](Self::append), but nobody else can be first: they wait while this reads, edits and stores.
    pub fn append_in_turn(
        &mut self,
        mut account: Account,
        mut make: impl FnMut(&Account) -> Result<Option<Edited>, Failure>,
    ) -> Result<Outcome, Failure> {
        let mut transaction = begin(&mut self.client)?;
        self.of.lock(&mut transaction)?;
        self.of.catch_up(&mut transaction, &mut account)?;
        let Some(done) = make(&account)? else { return Ok(Outcome::Unchanged(account)) };
        self.of.store(transaction, done)
    }

    /// The change that leads to this revision, archived or not.
    pub fn change_at(&mut self, revision: u64) -> Result<Option<String>, Failure> {
        let sql = "SELECT change FROM journal WHERE account = $1 AND revision = $2";
        let row = self.client.query_opt(sql, &[&self.of.id.as_str(), &signed(revision)?])?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The head that the account had at this revision; `None` if it never was there.
    pub fn head_at(&mut self, revision: u64) -> Result<Option<Head>, Failure> {
        self.of.head_at(&mut self.client, revision)
    }

    /// Makes the present state the snapshot and moves the changes that led to it to the archive. Returns the
    /// revision.
    ///
    /// Anybody may do it at any time: what is stored is what the journal says, and a snapshot never goes back.
    pub fn compact(&mut self) -> Result<u64, Failure> {
        let account = self.load()?;
        let (id, revision) = (self.of.id.as_str(), signed(account.revision())?);
        let (head, record) = (stored::head_of(&account)?.to_string(), stored::record_text(&account)?);
        let mut transaction = begin(&mut self.client)?;
        let newer = transaction.execute(
            "UPDATE snapshots SET revision = $2, head = $3, record = $4 WHERE account = $1 AND revision < $2",
            &[&id, &revision, &head, &record],
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
        let sql = "SELECT revision, follows, head, change FROM journal
            WHERE account = $1 AND revision <= $2 ORDER BY revision";
        for row in self.client.query(sql, &[&self.of.id.as_str(), &signed(revision)?])? {
            account = stored::replay(&self.of.catalogs, &account, &self.of.row(&row, 0)?)?;
        }
        Ok(account)
    }
}

/// A transaction in which each statement sees what was committed before it. That of a server may be set otherwise: then
/// whoever waited for a lock would not see what they waited for.
fn begin(client: &mut Client) -> Result<Transaction<'_>, Failure> {
    Ok(client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start()?)
}

impl Of {
    fn no_account(&self) -> Failure {
        Failure::NoAccount(self.id.clone())
    }

    /// Nobody else appends or compacts before this transaction ends.
    ///
    /// Without the lock, a compaction could archive the row that has a revision while a writer that is behind waits to
    /// insert it: the key would be free again, and one revision would have two changes.
    fn lock(&self, transaction: &mut Transaction<'_>) -> Result<(), Failure> {
        let sql = "SELECT FROM snapshots WHERE account = $1 FOR NO KEY UPDATE";
        transaction.query_opt(sql, &[&self.id.as_str()])?.map(drop).ok_or_else(|| self.no_account())
    }

    fn store(&self, mut with: Transaction<'_>, done: Edited) -> Result<Outcome, Failure> {
        let (id, change) = (self.id.as_str(), done.change());
        if !self.is_stored(&mut with, change.follows)? {
            return Ok(Outcome::Taken);
        }
        let (follows, head) = (change.follows.to_string(), change.head().to_string());
        let (revision, text) = (signed(change.revision())?, stored::change_text(change)?);
        let sql =
            "INSERT INTO changes (account, revision, follows, head, change) VALUES ($1, $2, $3, $4, $5)";
        match with.execute(sql, &[&id, &revision, &follows, &head, &text]) {
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => return Ok(Outcome::Taken),
            inserted => inserted?,
        };
        // In the same transaction: it is sent when the change can be read, and only if it can be read.
        with.execute("SELECT pg_notify($1, $2)", &[&CHANNEL, &format!("{revision} {id}")])?;
        with.commit()?;
        Ok(Outcome::Stored(done.into_account()))
    }

    /// Whether this is the very state that is stored, or one that others have left. A state that was never stored, or is
    /// not any more, is an error.
    fn is_stored(&self, client: &mut impl GenericClient, ours: Head) -> Result<bool, Failure> {
        if self.head(client)? == ours {
            return Ok(true);
        }
        if self.head_at(client, ours.revision)? == Some(ours) {
            Ok(false)
        } else {
            Err(self.went_back(client, ours)?)
        }
    }

    /// The head that is stored.
    fn head(&self, client: &mut impl GenericClient) -> Result<Head, Failure> {
        let sql = "(SELECT revision, head FROM changes WHERE account = $1 ORDER BY revision DESC LIMIT 1)
            UNION ALL SELECT revision, head FROM snapshots WHERE account = $1 ORDER BY revision DESC LIMIT 1";
        let row = client.query_opt(sql, &[&self.id.as_str()])?.ok_or_else(|| self.no_account())?;
        self.as_head(row.try_get(0)?, row.try_get(1)?)
    }

    fn head_at(&self, client: &mut impl GenericClient, revision: u64) -> Result<Option<Head>, Failure> {
        let sql = "SELECT head FROM heads WHERE account = $1 AND revision = $2";
        let revision = signed(revision)?;
        let row = client.query_opt(sql, &[&self.id.as_str(), &revision])?;
        row.map(|row| self.as_head(revision, row.try_get(0)?)).transpose()
    }

    fn went_back(&self, client: &mut impl GenericClient, known: Head) -> Result<Failure, Failure> {
        Ok(Failure::WentBack { account: self.id.clone(), known, stored: self.head(client)? })
    }

    fn as_head(&self, revision: i64, text: &str) -> Result<Head, Failure> {
        stored::head(text, unsigned(revision)?, || {
            format!("the head of {:#} at revision {revision}", self.id)
        })
    }

    /// A row of the journal whose columns begin here.
    fn row(&self, row: &postgres::Row, from: usize) -> Result<Row, Failure> {
        let head = self.as_head(row.try_get(from)?, row.try_get(from + 2)?)?;
        Ok(Row { head, follows: row.try_get(from + 1)?, change: row.try_get(from + 3)? })
    }

    fn snapshot(&self, client: &mut impl GenericClient) -> Result<Account, Failure> {
        let sql = "SELECT revision, head, record FROM snapshots WHERE account = $1";
        let row = client.query_opt(sql, &[&self.id.as_str()])?.ok_or_else(|| self.no_account())?;
        let head = self.as_head(row.try_get(0)?, row.try_get(1)?)?;
        stored::restore(&self.catalogs, &self.id, head, row.try_get(2)?)
    }

    fn created(&self, client: &mut impl GenericClient) -> Result<Account, Failure> {
        let sql = "SELECT created_head, created FROM snapshots WHERE account = $1";
        let row = client.query_opt(sql, &[&self.id.as_str()])?.ok_or_else(|| self.no_account())?;
        stored::restore(&self.catalogs, &self.id, self.as_head(0, row.try_get(0)?)?, row.try_get(1)?)
    }

    fn catch_up(&self, client: &mut impl GenericClient, account: &mut Account) -> Result<(), Failure> {
        loop {
            let ours = stored::head_of(account)?;
            let Tail { snapshot, at_ours, rows } = self.tail(client, ours.revision)?;
            if at_ours != Some(ours) {
                return Err(self.went_back(client, ours)?);
            }
            if snapshot > ours.revision {
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

    fn tail(&self, client: &mut impl GenericClient, after: u64) -> Result<Tail, Failure> {
        let after = signed(after)?;
        let parameters: [&(dyn ToSql + Sync); 3] = [&self.id.as_str(), &after, &i64::from(BATCH)];
        let found = client.query(&self.tail, &parameters)?;
        let first = found.first().ok_or_else(|| self.no_account())?;
        let snapshot = unsigned(first.try_get(0)?)?;
        let at_ours: Option<&str> = first.try_get(1)?;
        let at_ours = at_ours.map(|head| self.as_head(after, head)).transpose()?;
        let mut rows = Vec::new();
        for row in &found {
            // One row without a change: nothing happened since.
            if row.try_get::<_, Option<i64>>(2)?.is_some() {
                rows.push(self.row(row, 2)?);
            }
        }
        Ok(Tail { snapshot, at_ours, rows })
    }
}

/// What follows a revision.
struct Tail {
    /// The revision of the snapshot.
    snapshot: u64,
    /// The head that the account had at the revision; `None` if it never was there.
    at_ours: Option<Head>,
    /// The first changes after it that are not archived.
    rows: Vec<Row>,
}

fn signed(revision: u64) -> Result<i64, Failure> {
    i64::try_from(revision).map_err(|_| Failure::OutOfRange(revision.to_string()))
}

fn unsigned(revision: i64) -> Result<u64, Failure> {
    u64::try_from(revision).map_err(|_| Failure::OutOfRange(revision.to_string()))
}
