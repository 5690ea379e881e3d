//! Why a change was refused, reason by reason, as data and in words.

use std::fmt;

use super::Violation;
use crate::catalog::Act;
use crate::change::{Fact, Head};
use crate::error::ReplayError;
use crate::key::{PermissionKey, RoleId, ScopeKey, TeamId, UserId};
use crate::quote::{Quoted, excerpt};

/// A change that an actor may not make, with every reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
    /// On whose behalf it was judged.
    pub actor: String,
    /// The reasons: in the order of the facts, rule by rule; at most [`MAX_REFUSALS`].
    pub refusals: Vec<Refusal>,
    /// How many reasons there are beyond those.
    pub more: usize,
}

/// Most reasons that a refusal lists. A change can be refused for more than anybody reads; the others are counted.
pub const MAX_REFUSALS: usize = 256;

impl Refused {
    pub(super) fn new(actor: &str, mut refusals: Vec<Refusal>) -> Self {
        let more = refusals.len().saturating_sub(MAX_REFUSALS);
        refusals.truncate(MAX_REFUSALS);
        Self { actor: actor.to_owned(), refusals, more }
    }
}

/// One reason to refuse a change.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The actor may not make edits of this sort (G1).
    NotPermitted {
        /// What they would do.
        fact: Fact,
        /// The sort of edit that it is.
        act: Act,
        /// The permission that it takes; `None` if the catalog lets no actor do it.
        needs: Option<PermissionKey>,
    },
    /// Switching features and upgrading are the vendor's, outside the guard (G2).
    VendorsAct {
        /// What they would do.
        fact: Fact,
    },
    /// Somebody would gain what the actor is not granted (G2).
    Beyond {
        /// Who.
        whom: Whom,
        /// By which fact: the first that gives any of it.
        fact: Fact,
        /// The permissions, in the order of the catalog: not granted to the actor, or not as far. At most
        /// [`MAX_REFUSALS`].
        permissions: Vec<PermissionKey>,
        /// The scopes, in the order of the catalog; at most as many.
        scopes: Vec<ScopeKey>,
        /// How many permissions and scopes there are beyond those.
        more: usize,
    },
    /// A rule that every account must keep to would be broken (G3, G4).
    Violates(Violation),
    /// The change says that somebody else made it.
    OtherActor {
        /// Who it says.
        who: String,
    },
    /// The change can't be applied to the state that it follows: it was altered.
    NotApplicable {
        /// Why.
        error: ReplayError,
    },
    /// The change follows another state.
    OtherState {
        /// The head that it follows.
        follows: Head,
        /// The head of the state that it was judged on.
        head: Option<Head>,
    },
}

/// An edit that was begun on another state than the one that it is to be published over. Nothing is lost: make it again
/// on the current state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Conflict {
    /// The head that the change follows.
    pub follows: Head,
    /// The head of the state that it was to follow.
    pub head: Option<Head>,
}

impl std::error::Error for Conflict {}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.head.map_or_else(|| "an unfinished edit".to_owned(), |head| head.short());
        let follows = self.follows.short();
        write!(f, "it follows {follows} and was judged on {head}: make the edit again on the current state")
    }
}

impl From<Conflict> for Refusal {
    fn from(Conflict { follows, head }: Conflict) -> Self {
        Self::OtherState { follows, head }
    }
}

/// Who would gain something.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Whom {
    /// Whoever holds this custom role, now or later.
    Role(RoleId),
    /// Whoever is a member of this team, now or later.
    Team(TeamId),
    /// This user.
    User(UserId),
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may not make this change", Quoted(&excerpt(&self.actor)))?;
        for (n, refusal) in self.refusals.iter().enumerate() {
            write!(f, "{}{refusal}", if n == 0 { ": " } else { "; " })?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPermitted { act, needs: Some(permission), .. } => {
                write!(f, "to {act} takes permission {permission:#}")
            }
            Self::NotPermitted { act, needs: None, .. } => {
                write!(f, "the catalog lets no actor {act}")
            }
            Self::VendorsAct { .. } => f.write_str("switching features and upgrading are the vendor's to do"),
            Self::Beyond { whom, permissions, scopes, more, .. } => {
                write!(f, "{whom} would gain what the actor is not granted: ")?;
                let keys =
                    permissions.iter().map(PermissionKey::as_str).chain(scopes.iter().map(ScopeKey::as_str));
                let keys: Vec<_> = keys.map(|key| Quoted(key).to_string()).collect();
                f.write_str(&keys.join(", "))?;
                match more {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::Violates(violation) => write!(f, "{violation}"),
            Self::OtherActor { who } => {
                let who = Quoted(who);
                write!(
                    f,
                    "the change says that {who} made it: leave that out, or say on whose behalf it is made"
                )
            }
            Self::NotApplicable { error } => write!(f, "it can't be applied: {error}"),
            Self::OtherState { follows, head } => Conflict { follows: *follows, head: *head }.fmt(f),
        }
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => write!(f, "whoever holds custom role {role:#}"),
            Self::Team(team) => write!(f, "whoever is in team {team:#}"),
            Self::User(user) => write!(f, "user {user:#}"),
        }
    }
}
