//! What can be wrong: with text, with a catalog, with an edit, with a replay, with a stored form.
//!
//! Checks never fail. Only resolving text, building, editing, replaying and restoring return errors; each
//! names its input and the remedy, and leaves everything as it was.

use std::fmt;

use thiserror::Error;

use crate::change::{CatalogId, Head};
use crate::key::AccountId;
use crate::quote::{Odd, odd};
pub(crate) use crate::quote::{Quoted, excerpt};

pub use catalog::{CatalogError, CatalogProblem, SuccessionFault};
pub use edit::{EditError, Inherited, Leaving, Losses};
pub use mint::MintError;
pub use problem::AccountProblem;
pub(crate) use problem::{Closed, Holder, LostAssignments};
pub use restore::{RestoreError, RestoreFault};
pub use upgrade::UpgradeError;

mod catalog;
mod edit;
mod mint;
mod problem;
mod restore;
mod upgrade;

/// Text that is no key or id of the wanted type.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{what} {} {fault}", Quoted(text))]
pub struct KeyError {
    what: &'static str,
    text: String,
    fault: KeyFault,
}

impl KeyError {
    #[cold]
    pub(crate) fn new(what: &'static str, text: &str, fault: KeyFault) -> Self {
        Self { what, text: excerpt(text), fault }
    }

    /// What is wrong with the text.
    #[must_use]
    pub const fn fault(&self) -> &KeyFault {
        &self.fault
    }
}

/// What is wrong with the text of a key or id (C1, U1).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum KeyFault {
    /// No text at all.
    #[error("is empty")]
    Empty,
    /// Nothing but spaces.
    #[error("is blank: use at least one character that is not a space")]
    Blank,
    /// More bytes than allowed.
    #[error("is too long: {len} bytes, at most {max}")]
    TooLong {
        /// Its length in bytes.
        len: usize,
        /// The greatest length in bytes.
        max: usize,
    },
    /// A character that is not allowed.
    #[error("contains {}: use {allowed}", One(*found))]
    Character {
        /// The first such character.
        found: char,
        /// What is allowed.
        allowed: &'static str,
    },
}

/// A name or description that is not acceptable (C1, R1).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{what} {} {fault}", Quoted(text))]
pub struct NameError {
    what: &'static str,
    text: String,
    fault: NameFault,
}

impl NameError {
    #[cold]
    pub(crate) fn new(what: &'static str, text: &str, fault: NameFault) -> Self {
        Self { what, text: excerpt(text), fault }
    }

    /// What is wrong with the text.
    #[must_use]
    pub const fn fault(&self) -> &NameFault {
        &self.fault
    }
}

/// What is wrong with a name or description.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NameFault {
    /// Nothing but white space.
    #[error("is blank: a name is required")]
    Blank,
    /// More characters than allowed.
    #[error("is too long: {len} characters, at most {max}")]
    TooLong {
        /// Its length in characters.
        len: usize,
        /// The greatest length in characters.
        max: usize,
    },
    /// A control character.
    #[error("contains the control character {}: remove it", One(*found))]
    Control {
        /// The first such character.
        found: char,
    },
    /// A line or paragraph separator, in a name that is given.
    #[error("contains the line separator {}: remove it", One(*found))]
    Separator {
        /// The first such character.
        found: char,
    },
    /// A character that changes the direction of the text around it, in a name that is given.
    #[error("contains {}, which is invisible and changes the direction of text: remove it", One(*found))]
    Direction {
        /// The first such character.
        found: char,
    },
    /// A character of which nothing is seen, in a name that is given.
    #[error("contains the invisible character {}: remove it", One(*found))]
    Invisible {
        /// The first such character.
        found: char,
    },
    /// A code point that is no character, or one of private use, in a name that is given.
    #[error("contains {}, which is no character that everyone knows: use another", One(*found))]
    Unassigned {
        /// The first such character.
        found: char,
    },
    /// White space at an end, in a stored form or a fact, where text comes as it was accepted.
    #[error("begins or ends with white space: a stored name is trimmed")]
    NotTrimmed,
}

/// A change that does not follow from the account it is applied to (P3). The account is as it was before.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ReplayError {
    /// The change belongs to another account.
    #[error("change of account {found:#} on account {expected:#}")]
    OtherAccount {
        /// The account that was to be changed.
        expected: AccountId,
        /// The account of the change.
        found: AccountId,
    },
    /// Changes in between are missing.
    #[error(
        "gap: the change follows revision {}, the account is at {}; apply those between first", found.revision, head.revision
    )]
    Gap {
        /// The account's head.
        head: Head,
        /// The head that the change follows.
        found: Head,
    },
    /// The change, or another one after the same revision, was applied before.
    #[error("repeat: the change follows revision {}, the account is already at {}", found.revision, head.revision)]
    Repeat {
        /// The account's head.
        head: Head,
        /// The head that the change follows.
        found: Head,
    },
    /// The change follows another state of the same revision: the account has another past. A store that was set back,
    /// or a backup, does that.
    #[error("another past: the change follows {}, the account is at {}", found.short(), head.short())]
    OtherPast {
        /// The account's head.
        head: Head,
        /// The head that the change follows.
        found: Head,
    },
    /// The account is in the middle of an edit session, so that it has no head.
    #[error("the account is in the middle of an edit session: finish that first")]
    Unfinished,
    /// A form of change that this version of the crate does not know.
    #[error("change format {found} is unknown: this version reads format {known}")]
    Format {
        /// The format of the change.
        found: u32,
        /// The format that is known.
        known: u32,
    },
    /// A change without a fact.
    #[error("the change has no fact")]
    Empty,
    /// A change that upgrades and does something else too: an upgrade is a change of its own (P6).
    #[error("fact {index} upgrades, and is not the only one of the change")]
    NotAlone {
        /// The position of the fact in the change, from 0.
        index: usize,
    },
    /// The change leads to a catalog that was not given: another version, or another content of the same one (P6).
    #[error("fact {index} upgrades to catalog {} with hash {}, which is not here: get it first", Quoted(&format!("{} {}", excerpt(&catalog.name), catalog.version)), catalog.hash)]
    NeedsCatalog {
        /// The position of the fact in the change, from 0.
        index: usize,
        /// The catalog.
        catalog: CatalogId,
    },
    /// The change upgrades, and what it rewrote does not lead to an account of that catalog: the account has diverged.
    #[error("fact {index} does not upgrade this account: {source}")]
    NotUpgradable {
        /// The position of the fact in the change, from 0.
        index: usize,
        /// Why.
        source: UpgradeError,
    },
    /// The change upgrades, and what it records is not what the two catalogs say.
    #[error(
        "fact {index} upgrades otherwise than the catalogs say: the change was altered, or the account has diverged"
    )]
    OtherUpgrade {
        /// The position of the fact in the change, from 0.
        index: usize,
    },
    /// A fact that alters nothing: the account has diverged from the one that the change was made on.
    #[error("fact {index} has no effect: the account has diverged")]
    NoEffect {
        /// The position of the fact in the change, from 0.
        index: usize,
    },
    /// A fact that is refused: the account or its catalog has diverged.
    #[error("fact {index} is refused: {source}")]
    Refused {
        /// The position of the fact in the change, from 0.
        index: usize,
        /// Why.
        source: EditError,
    },
}

/// One character: as Rust writes it, or by its number, as Unicode writes it, if it does not show what it is.
struct One(char);

impl fmt::Display for One {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match odd(self.0) {
            None | Some(Odd::Control) => write!(f, "{:?}", self.0),
            Some(_) => write!(f, "U+{:04X}", u32::from(self.0)),
        }
    }
}

struct Hint<'a>(Option<&'a str>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(nearest) => write!(f, "; did you mean {}?", Quoted(nearest)),
            None => Ok(()),
        }
    }
}
