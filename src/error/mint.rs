//! Why a credential cannot be minted.

use thiserror::Error;

use crate::catalog::UnknownKey;
use crate::key::ScopeKey;

/// A credential that was not minted (S3).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum MintError {
    /// A scope that the catalog does not have.
    #[error(transparent)]
    Unknown(#[from] UnknownKey),
    /// The account does not know the user who would own it.
    #[error("the account does not know this user: only its users own credentials")]
    UnknownUser,
    /// The user was created by an edit session that is not finished.
    #[error("the user was created by an edit that is not finished: finish it first")]
    Unfinished,
    /// Scopes that whoever it is minted from does not have, nor any that includes them.
    #[error("beyond what it is minted from: {}", Keys(scopes))]
    Beyond {
        /// The scopes, in the order of the catalog.
        scopes: Vec<ScopeKey>,
    },
}

struct Keys<'a>(&'a [ScopeKey]);

impl std::fmt::Display for Keys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, key) in self.0.iter().enumerate() {
            write!(f, "{}{key:#}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
