//! Why an account cannot move to another catalog (P6).

use std::fmt;

use thiserror::Error;

use super::RestoreError;
use crate::catalog::{FollowError, Undeclared};
use crate::change::CatalogId;
use crate::quote::Quoted;

/// An upgrade that was refused. The account is as it was before.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum UpgradeError {
    /// The catalog cannot follow the one that the account is under.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// The account was restored without the catalog that it was stored under, which says what its limits limit.
    #[error("the account was stored under catalog {}: restore it with that catalog, then upgrade it", Quoted(&stored.title()))]
    NeedsEarlier {
        /// The catalog that it was stored under.
        stored: CatalogId,
    },
    /// What the new catalog does otherwise without saying so was not accepted.
    #[error("{}: declare it in the catalog, or accept it by name", List(undeclared))]
    NotAccepted {
        /// What was not accepted.
        undeclared: Vec<Undeclared>,
    },
    /// The account is in the middle of an edit session.
    #[error("the account is in the middle of an edit session: finish that first")]
    Unfinished,
    /// The account has had as many changes as there can be.
    #[error("the account is at its last revision, {revision}")]
    LastRevision {
        /// The revision.
        revision: u64,
    },
    /// The outcome would be no account: more of a sort than there can be, or a name that has no successor.
    #[error("the upgraded account would not hold together: {0}")]
    Outcome(#[from] RestoreError),
}

/// The first few of a list, and how many more there are.
struct List<'a>(&'a [Undeclared]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        for (n, undeclared) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{undeclared}", if n == 0 { "" } else { "; " })?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}
