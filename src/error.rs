//! What can be wrong: with text, with a catalog, with an edit, with a replay, with a stored form.
//!
//! Checks never fail. Only resolving text, building, editing, replaying and restoring return errors; each
//! names its input and the remedy, and leaves everything as it was.

use std::fmt;

use thiserror::Error;

use crate::key::{AccountId, Assignee, PermissionKey, RoleId, RoleKey, RoleRef, TeamId, UserId};

pub use catalog::{CatalogError, CatalogProblem};
pub use restore::{RestoreError, RestoreFault};

mod catalog;
mod restore;

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
    #[error("contains {found:?}: use {allowed}")]
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
    #[error("contains the control character {found:?}: remove it")]
    Control {
        /// The first such character.
        found: char,
    },
    /// White space at an end, in a stored form or a fact, where text comes as it was accepted.
    #[error("begins or ends with white space: a stored name is trimmed")]
    NotTrimmed,
}

/// Text that names nothing in the catalog, with the nearest key that exists (D2).
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("no {what} {} in catalog `{catalog}`{}", Quoted(text), Hint(nearest.as_deref()))]
pub struct UnknownKey {
    pub(crate) what: &'static str,
    pub(crate) text: String,
    pub(crate) catalog: String,
    pub(crate) nearest: Option<String>,
}

impl UnknownKey {
    #[cold]
    pub(crate) fn new(what: &'static str, text: &str, catalog: String, nearest: Option<String>) -> Self {
        Self { what, text: excerpt(text), catalog, nearest }
    }

    /// The existing key that looks most like the text, if one is near.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

/// An edit that was refused. The session is as it was before.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum EditError {
    /// Text that is no key or id.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name or description that is not acceptable.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A key that the catalog does not have.
    #[error(transparent)]
    Unknown(#[from] UnknownKey),
    /// No custom role of this id.
    #[error("no custom role `{role}` on this account: create it first")]
    UnknownRole {
        /// The id.
        role: RoleId,
    },
    /// Text where a custom role was meant: bare text names predefined roles.
    #[error("no predefined role `{role}`, but a custom role has this id: name it by its `RoleId`")]
    CustomRoleAsText {
        /// The id.
        role: RoleId,
    },
    /// No team of this id.
    #[error("no team `{team}` on this account: create it first")]
    UnknownTeam {
        /// The id.
        team: TeamId,
    },
    /// No user of this id (U1: only assigning a role or adding to a team creates one).
    #[error("no user `{user}` on this account: assign a role to the user or add the user to a team first")]
    UnknownUser {
        /// The id.
        user: UserId,
    },
    /// A predefined role cannot be edited, renamed or deleted (R7).
    #[error("predefined role `{role}` changes only with the catalog (R7): duplicate it and edit the copy")]
    PredefinedRole {
        /// The role.
        role: RoleKey,
    },
    /// The id belongs to a role with another name.
    #[error("role id `{role}` is taken by {}: choose another id", Quoted(name))]
    RoleExists {
        /// The id.
        role: RoleId,
        /// The name of the role that has it.
        name: String,
    },
    /// The id belongs to a team with another name.
    #[error("team id `{team}` is taken by {}: choose another id", Quoted(name))]
    TeamExists {
        /// The id.
        team: TeamId,
        /// The name of the team that has it.
        name: String,
    },
    /// Another role has this name, upper and lower case not told apart (R1).
    #[error("role name {} is used by {} role `{by}` (R1): choose another name", Quoted(name), by.kind())]
    NameTaken {
        /// The wanted name.
        name: String,
        /// The role that has it.
        by: RoleRef,
    },
    /// The role is not assigned to that user or team itself, so there is no reach to change.
    #[error("role `{role}` is not assigned to {assignee}: assign it first")]
    NotAssigned {
        /// The role.
        role: RoleRef,
        /// The user or team.
        assignee: Assignee,
    },
    /// A fact that says *limited* and would widen, or says *extended* and would narrow.
    #[error("the new reach of role `{role}` for {assignee} is not what the fact says: it goes the other way")]
    OtherDirection {
        /// The role.
        role: RoleRef,
        /// The user or team.
        assignee: Assignee,
    },
    /// A role would import from itself.
    #[error("custom role `{role}` cannot import from itself: name another role")]
    SelfImport {
        /// The role.
        role: RoleId,
    },
    /// A permission that is no drift between a role and what it imported from.
    #[error("`{permission}` is no drift of custom role `{role}` since its import from `{from}`")]
    NoDrift {
        /// The importing role.
        role: RoleId,
        /// The role it imported from.
        from: RoleRef,
        /// The permission.
        permission: PermissionKey,
    },
    /// A role that was never imported from.
    #[error("custom role `{role}` remembers no import from {} role `{from}`: import first", from.kind())]
    NeverImported {
        /// The role.
        role: RoleId,
        /// The supposed source.
        from: RoleRef,
    },
    /// The user holds the role only through teams, so it cannot be unassigned from the user (U4).
    #[error(transparent)]
    Inherited(Box<Inherited>),
    /// A limit of B3 would be passed.
    #[error("too many {what}: an account has at most {limit}")]
    TooMany {
        /// What there would be too many of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

/// A role that a user holds only through teams, and what it would cost to be rid of it (U4).
///
/// The host shows its user this, and removes the member if the user agrees.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error(
    "user `{user}` holds role `{role}` only through {}: remove the user from {} instead (U4)",
    Teams(leaving),
    if leaving.len() == 1 { "that team" } else { "those teams" }
)]
pub struct Inherited {
    /// The user.
    pub user: UserId,
    /// The role.
    pub role: RoleRef,
    /// Each team that gives the role, by id, with what leaving that team alone would cost.
    pub leaving: Vec<Leaving>,
    /// What leaving all of them would cost: the role itself, and what else only they give.
    pub together: Losses,
}

/// A team to leave, and the cost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Leaving {
    /// The team.
    pub team: TeamId,
    /// What the user would lose by leaving this team and no other.
    pub losses: Losses,
}

/// What a user would lose: what nothing else gives them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Losses {
    /// The roles no longer held: predefined ones in the order of the catalog, then custom ones by id.
    pub roles: Vec<RoleRef>,
    /// The permissions no longer granted, in the order of the catalog. Those whose features are disabled
    /// count: they would be missed once the features are enabled again.
    pub permissions: Vec<PermissionKey>,
    /// The permissions still granted, but on fewer resources, in the order of the catalog (L2).
    pub narrowed: Vec<PermissionKey>,
}

/// A change that does not follow from the account it is applied to (P3). The account is as it was before.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ReplayError {
    /// The change belongs to another account.
    #[error("change of account `{found}` on account `{expected}`")]
    OtherAccount {
        /// The account that was to be changed.
        expected: AccountId,
        /// The account of the change.
        found: AccountId,
    },
    /// Changes in between are missing.
    #[error(
        "gap: the change follows revision {found}, the account is at {revision}; apply those between first"
    )]
    Gap {
        /// The account's revision.
        revision: u64,
        /// The revision that the change follows.
        found: u64,
    },
    /// The change, or another one after the same revision, was applied before.
    #[error("repeat: the change follows revision {found}, the account is already at {revision}")]
    Repeat {
        /// The account's revision.
        revision: u64,
        /// The revision that the change follows.
        found: u64,
    },
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

/// The start of a text, without line breaks or other control characters, fit for a message.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

/// Input in backticks.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

struct Hint<'a>(Option<&'a str>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

struct Teams<'a>(&'a [Leaving]);

impl fmt::Display for Teams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 { "team " } else { "teams " })?;
        for (n, leaving) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            write!(f, "`{}`", leaving.team)?;
        }
        Ok(())
    }
}
