//! Why an account cannot move to another catalog (P6).

use thiserror::Error;

use super::RestoreError;
use crate::quote::Quoted;

/// An upgrade that was refused. The account is as it was before.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum UpgradeError {
    /// The catalog is of an older version than the account's.
    #[error(
        "catalog {} is older than {}, which the account is under: accounts don't go back",
        Quoted(given),
        Quoted(stored)
    )]
    Older {
        /// Name and version of the catalog that the account is under.
        stored: String,
        /// Name and version of the catalog that it was to be moved to.
        given: String,
    },
    /// The catalog is of another product.
    #[error(
        "catalog {} is of another product than {}, which the account is under",
        Quoted(given),
        Quoted(stored)
    )]
    OtherProduct {
        /// Name and version of the catalog that the account is under.
        stored: String,
        /// Name and version of the catalog that it was to be moved to.
        given: String,
    },
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
