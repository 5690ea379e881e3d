//! What can go wrong between a host and its database.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use rolecall::{
    AccountId, CatalogId, Conflict, Head, HeadError, Quoted, Refused, ReplayError, RestoreError, UpgradeError,
};
use thiserror::Error;

/// Why the store refused or failed. Whatever it says, nothing was altered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database itself: locked for too long, full, damaged, not there.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The files of the database.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// The store is not the one that this process knows: see there.
    #[error(transparent)]
    WentBack(#[from] WentBack),
    /// A file of another application.
    #[error("the file holds something else: its application id is {found:#x}, ours is {ours:#x}")]
    Foreign { found: i64, ours: i64 },
    /// A file written by another version of this program.
    #[error("the tables are of version {found}, this program knows version {known}")]
    Schema { found: i64, known: i64 },
    /// No write-ahead log is possible there, so readers would wait for writers.
    #[error("the journal mode is `{found}`, it should be `wal`: is the file on a network?")]
    JournalMode { found: String },
    /// No catalog, or not in order.
    #[error("given catalogs {given}: wanted are those of one product, each once, oldest to newest")]
    Catalogs { given: String },
    /// A catalog to upgrade to, under which this store could not read the account any more.
    #[error("catalog `{name} {version}` is none of those that the store was opened with")]
    UnknownCatalog { name: String, version: u32 },
    /// The store has no such account.
    #[error("no account {account:#}")]
    UnknownAccount { account: AccountId },
    /// The store has that account already.
    #[error("account {account:#} exists")]
    Exists { account: AccountId },
    /// Others were first, and stored a change of the same state: catch up, and edit again.
    #[error(
        "account {account:#} is at {}, the change follows {}: others were first",
        Short(head),
        Short(follows)
    )]
    Conflict { account: AccountId, head: Head, follows: Head },
    /// An account in the middle of an edit session.
    #[error("account {account:#} is in the middle of an edit session: finish that first")]
    Unfinished { account: AccountId },
    /// A row that can't be read, or does not follow from those before it.
    #[error("{table}, account {account:#}, revision {revision}: {fault}")]
    Row { table: &'static str, account: AccountId, revision: i64, fault: Box<RowFault> },
    /// Something that can't be written down.
    #[error("can't be encoded: {0}")]
    Encode(#[source] serde_json::Error),
    /// The journal and the stored state tell different stories.
    #[error("account {account:#}: its journal leads to another state at revision {revision}")]
    Diverged { account: AccountId, revision: u64 },
}

/// The store has another past than this process: it was set back, say to a backup, and others may have written since.
///
/// What this process knows and the store lacks is lost, though it was acknowledged. So nothing is edited on it and
/// nothing answered from it. Whoever opens the store anew goes on from what is stored.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[non_exhaustive]
pub enum WentBack {
    /// The store never had the account in the state that this process knows. It may have no such account at all.
    #[error(
        "the store went back: account {account:#} is {}, and was never at {}, where this process is; open it anew, and \
         do again what was acknowledged since",
        At(stored.as_ref()), Short(known)
    )]
    OtherPast { account: AccountId, known: Head, stored: Option<Head> },
    /// Other files are in the place of those that this process has open.
    #[error(
        "the store went back: {} is not the file that this process opened; open it anew, and do again what was \
         acknowledged since",
        file.display()
    )]
    Replaced { file: PathBuf },
}

/// The revision and the start of the digest: enough to compare two lines of a log.
pub(crate) struct Short<'a>(pub(crate) &'a Head);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

struct At<'a>(Option<&'a Head>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(head) => write!(f, "at {} there", Short(head)),
            None => f.write_str("not there"),
        }
    }
}

/// What is wrong with a row.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RowFault {
    /// A column holds a value of another sort.
    #[error("column `{column}` is no {wanted}")]
    Column { column: &'static str, wanted: &'static str },
    /// The text is no stored form.
    #[error("column `{column}`: {source}")]
    Json { column: &'static str, source: serde_json::Error },
    /// The text is no head.
    #[error("column `head`: {source}")]
    Head { source: HeadError },
    /// The stored form says something other than the columns beside it.
    #[error("column `{column}` says {}, the stored form {}", Quoted(row), Quoted(form))]
    Disagrees { column: &'static str, row: String, form: String },
    /// The stored form is that of no account of this catalog.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The change does not follow.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The change was made under a version of the product that this process does not know.
    #[error(
        "made under catalog {} with hash {}, which is not here: get it first",
        Quoted(&format!("{} {}", catalog.name, catalog.version)),
        catalog.hash
    )]
    NeedsCatalog { catalog: CatalogId },
    /// The account names what its own version of the product does not have.
    #[error("follows an account that can't be edited under catalog `{name} {version}`: {problems}")]
    Lacks { name: String, version: u32, problems: String },
    /// The row should be there.
    #[error("missing")]
    Missing,
}

/// Why an edit did not happen. What is published is what was published before.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HostError {
    /// Whoever edited gave up, or wished for something that can't be.
    #[error("not edited: {0}")]
    Wish(#[source] Box<dyn Error + Send + Sync>),
    /// The account can't move to that catalog.
    #[error("not upgraded: {0}")]
    Upgrade(#[from] UpgradeError),
    /// The guard refused: the actor may not do that.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The edit was begun on another state than the one that it was to follow.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The change could not be stored, so it was not published.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is older than what the caller has seen elsewhere.
    #[error("at {}, asked for {} or later", Short(at), Short(token))]
    Stale { at: Head, token: Head },
    /// What the caller has seen is of another past: of one that the store had before it was set back.
    #[error(
        "at {}, which does not come from {}: the token is of another past, get a new one",
        Short(at),
        Short(token)
    )]
    OtherPast { at: Head, token: Head },
}
