//! What can go wrong, and what may go right if it is tried again.

use std::fmt;

use postgres::error::SqlState;
use rolecall::{
    AccountId, EditError, Head, HeadError, KeyError, Quoted, ReplayError, RestoreError, UpgradeError,
};
use thiserror::Error;

/// Why something was not done.
#[derive(Debug, Error)]
pub enum Failure {
    #[error("database: {0}")]
    Database(#[from] postgres::Error),
    #[error("`{setting}` of the database is off: a crash could take back what processes have seen")]
    Forgetful { setting: &'static str },
    /// A standby may be behind what processes have seen, and can't announce anything.
    #[error("the database is a standby: connect to the primary, as `target_session_attrs=read-write` does")]
    Standby,
    /// The database has another past than this process: it was restored from a backup, or it is a standby that was
    /// promoted without the last changes, and others may have written since.
    ///
    /// What this process knows and the database lacks is lost, though it was acknowledged. So nothing is edited on it and
    /// nothing answered from it. A process that is started anew goes on from what is stored.
    #[error(
        "the store went back: account {account:#} is at {} there, and was never at {}, where this process is; start it \
         anew, and do again what was acknowledged since",
        Short(stored),
        Short(known)
    )]
    WentBack { account: AccountId, known: Head, stored: Head },
    #[error("account {0:#} is in the middle of an edit session")]
    Unfinished(AccountId),
    #[error("given catalogs {given}: wanted are those of one product, each once, oldest to newest")]
    Catalogs { given: String },
    #[error("{place} needs catalog {wanted}, which is not here: get it first")]
    NeedsCatalog { place: String, wanted: String },
    #[error("no account {0:#} in the database")]
    NoAccount(AccountId),
    #[error("a revision out of range: {0}")]
    OutOfRange(String),
    #[error("{place} is no JSON of its form: {source}")]
    Undecodable { place: String, source: serde_json::Error },
    #[error("{place} holds what belongs to {found}")]
    Misplaced { place: String, found: String },
    #[error("{place} says {}, what it holds {}", Quoted(column), Quoted(form))]
    Disagrees { place: String, column: String, form: String },
    #[error("{place}: {source}")]
    NoHead { place: String, source: HeadError },
    #[error("{place} can't be restored: {source}")]
    Unrestorable { place: String, source: Box<RestoreError> },
    #[error("{place} does not follow: {source}")]
    Diverged { place: String, source: Box<ReplayError> },
    #[error("can't be encoded: {0}")]
    Unencodable(#[source] serde_json::Error),
    #[error("{0}")]
    Edit(Box<EditError>),
    #[error("not upgraded: {0}")]
    Upgrade(Box<UpgradeError>),
    #[error("{0}")]
    Key(#[from] KeyError),
    #[error("others were first {tries} times")]
    Crowded { tries: u32 },
    #[error("{} may be stored or not: {source}", Short(head))]
    Unknown { head: Head, source: Box<Failure> },
}

/// The revision and the start of the digest: enough to compare two lines of a log.
struct Short<'a>(&'a Head);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        Self::Edit(Box::new(error))
    }
}

impl From<UpgradeError> for Failure {
    fn from(error: UpgradeError) -> Self {
        Self::Upgrade(Box::new(error))
    }
}

impl Failure {
    /// Whether it has to do with the connection or the moment, so that trying again on a new connection may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let Self::Database(error) = self else { return matches!(self, Self::Standby) };
        let Some(code) = error.code() else { return true };
        let passing = [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::QUERY_CANCELED,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ];
        passing.contains(code) || code.code().starts_with("08")
    }
}
