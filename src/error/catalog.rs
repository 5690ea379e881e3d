//! What can be wrong with a catalog: everything, at once (C2).

use std::fmt;

use thiserror::Error;

use super::{KeyError, NameError};
use crate::quote::Quoted;

/// A catalog that does not hold together: every problem it has (C2).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub struct CatalogError {
    catalog: String,
    problems: Vec<CatalogProblem>,
}

/// Problems that a message shows.
const SHOWN: usize = 20;

impl CatalogError {
    pub(crate) const fn new(catalog: String, problems: Vec<CatalogProblem>) -> Self {
        Self { catalog, problems }
    }

    /// Every problem, in the order in which the catalog declares what they concern.
    #[must_use]
    pub fn problems(&self) -> &[CatalogProblem] {
        &self.problems
    }
}

/// The first problems in words, and how many more there are; [`problems`](CatalogError::problems) has all.
impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, s) = (self.problems.len(), if self.problems.len() == 1 { "" } else { "s" });
        write!(f, "catalog {} has {n} problem{s}: ", Quoted(&self.catalog))?;
        for (n, problem) in self.problems.iter().take(SHOWN).enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// One thing that is wrong with a catalog (C2).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum CatalogProblem {
    /// Text that is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name or description that is missing or not acceptable.
    #[error("{of} {}: {source}", Quoted(key))]
    Name {
        /// What is named: permission, role and so on.
        of: &'static str,
        /// Its key.
        key: String,
        /// What is wrong.
        source: NameError,
    },
    /// Two of a sort with the same key.
    #[error("{what} {} is declared twice", Quoted(key))]
    Duplicate {
        /// Permission, role and so on.
        what: &'static str,
        /// The key.
        key: String,
    },
    /// A reference to something that is not declared.
    #[error("{of} {} names {what} {}, which is not declared{}", Quoted(key), Quoted(missing), super::Hint(nearest.as_deref()))]
    Unknown {
        /// What has the reference.
        of: &'static str,
        /// Its key.
        key: String,
        /// The sort of thing referred to.
        what: &'static str,
        /// The key that is not declared.
        missing: String,
        /// The declared key that looks most like it.
        nearest: Option<String>,
    },
    /// A rule of the guard that no account could break (G3, G4).
    #[error(
        "{what} {} can never be broken: ask for one at least, and allow fewer than there are",
        Quoted(key)
    )]
    Pointless {
        /// Minimum or exclusion.
        what: &'static str,
        /// The permission or name concerned.
        key: String,
    },
    /// A succession that cannot be (C5).
    #[error("succession of {what} {}: {fault}", Quoted(key))]
    Succession {
        /// Permission, role and so on.
        what: &'static str,
        /// The key concerned.
        key: String,
        /// What is wrong.
        fault: SuccessionFault,
    },
    /// Successions of a version that is not after the one before it, or not yet reached (C5).
    #[error(
        "successions of version {version}: list versions in ascending order, after {after} and up to the catalog's own, {catalog}"
    )]
    SuccessionVersion {
        /// The version found.
        version: u32,
        /// The version before it in the list, or 0.
        after: u32,
        /// The version of the catalog.
        catalog: u32,
    },
    /// Scopes that include each other in a circle (C3).
    #[error("scopes include each other: {}", Circle(scopes))]
    ScopeCycle {
        /// The circle, its first scope repeated at the end.
        scopes: Vec<String>,
    },
    /// Scopes that include so many others, directly or through others, that the relation would not fit (B3).
    #[error("inclusions between scopes, closed transitively, take more than {limit} bytes")]
    InclusionsTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// More of a sort than a catalog can hold (B3).
    #[error("too many {what}: {found}, at most {limit}")]
    TooMany {
        /// Permissions, scopes and so on.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A form of catalog that this version of the crate does not know (P4).
    #[error("catalog format {found} is unknown: this version reads format {known}")]
    Format {
        /// The format found.
        found: u32,
        /// The format that is known.
        known: u32,
    },
}

/// Scopes of which each includes the next.
struct Circle<'a>(&'a [String]);

impl fmt::Display for Circle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            write!(f, "{}{}", if n == 0 { "" } else { " includes " }, Quoted(scope))?;
        }
        Ok(())
    }
}

/// What is wrong with a succession (C5).
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum SuccessionFault {
    /// It has no old key.
    #[error("names no old key")]
    OfNothing,
    /// It leaves the key as it is.
    #[error("leaves the key as it is: leave it out")]
    Nothing,
    /// The key has another succession in the same version.
    #[error("a key has one succession in a version, this one has two")]
    Twice,
    /// The key was retired, and is used again.
    #[error("the key is retired in one place and used in another: take a new key")]
    Reused,
    /// Features, kinds and scopes are renamed or retired, not split or merged.
    #[error("one key has one successor or none")]
    OneForOne,
    /// It splits and merges at once.
    #[error("several keys have exactly one successor: split and merge in two versions")]
    SeveralForSeveral,
}
