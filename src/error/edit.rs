//! What can be wrong with an edit: with a wish, or with a fact.

use std::fmt;

use thiserror::Error;

use super::{KeyError, NameError, Quoted};
use crate::catalog::UnknownKey;
use crate::key::{Assignee, KindKey, PermissionKey, RoleId, RoleKey, RoleRef, ScopeKey, TeamId, UserId};

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
    /// The account was restored under another version of its catalog, or one that lacks something that it names, and
    /// can only be asked (P5).
    #[error("{}: upgrade the account first", Waiting(stored, catalog))]
    NeedsUpgrade {
        /// Name and version of the catalog that it was stored under.
        stored: String,
        /// Name and version of the catalog that it was restored under.
        catalog: String,
    },
    /// An upgrade, which is made and replayed by functions of its own.
    #[error("an upgrade is no edit: see `Account::upgrade` and `Account::replay_with`")]
    Upgrade,
    /// No custom role of this id.
    #[error("no custom role {role:#} on this account: create it first")]
    UnknownRole {
        /// The id.
        role: RoleId,
    },
    /// Text where a custom role was meant: bare text names predefined roles.
    #[error("no predefined role {role:#}, but a custom role has this id: name it by its `RoleId`")]
    CustomRoleAsText {
        /// The id.
        role: RoleId,
    },
    /// No team of this id.
    #[error("no team {team:#} on this account: create it first")]
    UnknownTeam {
        /// The id.
        team: TeamId,
    },
    /// No user of this id (U1: only assigning a role or adding to a team creates one).
    #[error("no user {user:#} on this account: assign a role to the user or add the user to a team first")]
    UnknownUser {
        /// The id.
        user: UserId,
    },
    /// A predefined role cannot be edited, renamed or deleted (R7).
    #[error("predefined role {role:#} changes only with the catalog (R7): duplicate it and edit the copy")]
    PredefinedRole {
        /// The role.
        role: RoleKey,
    },
    /// The id belongs to a role with another name.
    #[error("role id {role:#} is taken by {}: choose another id", Quoted(name))]
    RoleExists {
        /// The id.
        role: RoleId,
        /// The name of the role that has it.
        name: String,
    },
    /// The id belongs to a team with another name.
    #[error("team id {team:#} is taken by {}: choose another id", Quoted(name))]
    TeamExists {
        /// The id.
        team: TeamId,
        /// The name of the team that has it.
        name: String,
    },
    /// Another role has this name, as people read it: compatibility forms, case and spaces make no difference (R1).
    #[error("role name {} is used by {} role {by:#}: choose another name", Quoted(name), by.kind())]
    NameTaken {
        /// The wanted name.
        name: String,
        /// The role that has it.
        by: RoleRef,
    },
    /// The role is not assigned to that user or team itself, so there is no reach to change.
    #[error("role {role:#} is not assigned to {assignee}: assign it first")]
    NotAssigned {
        /// The role.
        role: RoleRef,
        /// The user or team.
        assignee: Assignee,
    },
    /// A fact about the reach of an assignment that starts from another reach than it has.
    #[error("role {role:#} of {assignee} is limited in {kind:#} in another way than the fact says")]
    OtherReach {
        /// The role.
        role: RoleRef,
        /// The user or team.
        assignee: Assignee,
        /// The kind.
        kind: KindKey,
    },
    /// A scope that no permission of a custom role provides, so that there is nothing to select (R5).
    #[error("no permission of custom role {role:#} provides scope {}{}", Quoted(scope), Covered(covered_by))]
    NotProvided {
        /// The role.
        role: RoleId,
        /// The scope.
        scope: String,
        /// The scopes selected in the role that include it, in the order of the catalog: withhold those instead.
        covered_by: Vec<ScopeKey>,
    },
    /// A fact that selects a scope with a permission that does not provide it, or that is selected already.
    #[error("scope {scope:#} is not one that granting {permission:#} to custom role {role:#} can select")]
    OtherSelection {
        /// The role.
        role: RoleId,
        /// The permission.
        permission: PermissionKey,
        /// The scope.
        scope: ScopeKey,
    },
    /// The session was begun on the account of another session that is not finished.
    #[error("the account is in the middle of another edit session: finish that first")]
    Unfinished,
    /// A fact that lists a permission twice.
    #[error("permission {permission:#} is listed twice")]
    Repeated {
        /// The permission.
        permission: PermissionKey,
    },
    /// A role would import from itself.
    #[error("custom role {role:#} cannot import from itself: name another role")]
    SelfImport {
        /// The role.
        role: RoleId,
    },
    /// A permission that is no drift between a role and what it imported from.
    #[error("{permission:#} is no drift of custom role {role:#} since its import from {from:#}")]
    NoDrift {
        /// The importing role.
        role: RoleId,
        /// The role it imported from.
        from: RoleRef,
        /// The permission.
        permission: PermissionKey,
    },
    /// A role that was never imported from.
    #[error("custom role {role:#} remembers no import from {} role {from:#}: import first", from.kind())]
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
        limit: u64,
    },
}

/// A role that a user holds only through teams, and what it would cost to be rid of it (U4).
///
/// The host shows its user this, and removes the member if the user agrees.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error(
    "user {user:#} holds role {role:#} only through {}: remove the user from {} instead (U4)",
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

struct Teams<'a>(&'a [Leaving]);

impl fmt::Display for Teams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 { "team " } else { "teams " })?;
        for (n, leaving) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{:#}", leaving.team)?;
        }
        Ok(())
    }
}

/// What covers a scope that is not provided itself.
struct Covered<'a>(&'a [ScopeKey]);

impl fmt::Display for Covered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope:#}", if n == 0 { "; it is covered by " } else { ", " })?;
        }
        Ok(())
    }
}

/// Why an account waits for an upgrade.
struct Waiting<'a>(&'a str, &'a str);

impl fmt::Display for Waiting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(stored, catalog) = self;
        match stored == catalog {
            true => write!(f, "the account names what catalog {} lacks (see its problems)", Quoted(catalog)),
            false => write!(f, "stored under catalog {}, restored under {}", Quoted(stored), Quoted(catalog)),
        }
    }
}
