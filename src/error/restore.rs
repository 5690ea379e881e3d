//! What can be wrong with the stored form of an account.

use thiserror::Error;

use super::NameError;
use crate::catalog::UnknownKey;
use crate::quote::Quoted;

/// A stored account or credential that cannot be restored: where, and why (P4).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{at}: {fault}")]
pub struct RestoreError {
    at: String,
    fault: RestoreFault,
}

impl RestoreError {
    pub(crate) fn new(at: impl Into<String>, fault: impl Into<RestoreFault>) -> Self {
        Self { at: at.into(), fault: fault.into() }
    }

    /// The place in the stored form, such as ``users[3] `maja` ``.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }

    /// What is wrong there.
    #[must_use]
    pub const fn fault(&self) -> &RestoreFault {
        &self.fault
    }
}

/// What is wrong with the stored form of an account.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum RestoreFault {
    /// A form that this version of the crate does not know.
    #[error("format {found} is unknown: this version reads format {known}")]
    Format {
        /// The format found.
        found: u32,
        /// The format that is known.
        known: u32,
    },
    /// The content is not the one that the checksum was made for.
    #[error(
        "the checksum is {found}, that of the content {content}: the record is damaged, or was changed by hand"
    )]
    Checksum {
        /// The checksum found.
        found: u32,
        /// The checksum of the content.
        content: u32,
    },
    /// It was taken in the middle of an edit session.
    #[error("no head: the record was taken in the middle of an edit session")]
    NoHead,
    /// It was stored under the catalog of another product.
    #[error(
        "stored under catalog {}, given catalog {}: that is another product",
        Quoted(stored),
        Quoted(given)
    )]
    OtherProduct {
        /// Name and version of the catalog it was stored under.
        stored: String,
        /// Name and version of the catalog it was to be restored under.
        given: String,
    },
    /// A key that the catalog does not have.
    #[error(transparent)]
    Unknown(#[from] UnknownKey),
    /// A custom role or team that the stored form does not define.
    #[error("{what} {} is not defined in this account", Quoted(id))]
    Undefined {
        /// `custom role` or `team`.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The same entry twice.
    #[error("{what} {} is listed twice", Quoted(id))]
    Duplicate {
        /// What is listed.
        what: &'static str,
        /// Its key or id.
        id: String,
    },
    /// A role that remembers an import from itself.
    #[error("imports from itself")]
    SelfImport,
    /// A name or description that is not acceptable.
    #[error(transparent)]
    Name(#[from] NameError),
    /// More of a sort than an account can hold (B3).
    #[error("too many {what}: an account has at most {limit}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A number out of range.
    #[error("{what} {found} is out of range: at most {max}")]
    OutOfRange {
        /// What is out of range.
        what: &'static str,
        /// The number found.
        found: u64,
        /// The greatest number allowed.
        max: u64,
    },
}
