//! The answer, and the rule that it follows from.

use std::fmt;

/// May the user do it?
///
/// Decisions are ordered from the strongest denial to `Allow`, in the order of D7: so *any of* several is
/// the greatest of the single decisions, *all of* the least, and the order of asking never matters (D3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use = "a decision that is not looked at protects nothing"]
pub enum Decision {
    /// Yes.
    Allow,
    /// No, for this reason.
    Deny(DenyReason),
}

const _: () = assert!(size_of::<Decision>() == 1);

impl Decision {
    /// Whether the answer is yes.
    #[must_use]
    #[inline]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }

    /// Whether the answer is no.
    #[must_use]
    #[inline]
    pub const fn is_denied(self) -> bool {
        !self.is_allowed()
    }

    /// Why not, if the answer is no.
    #[must_use]
    pub const fn reason(self) -> Option<DenyReason> {
        match self {
            Self::Allow => None,
            Self::Deny(reason) => Some(reason),
        }
    }
}

impl Ord for Decision {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Deny(a), Self::Deny(b)) => a.cmp(b),
            _ => self.is_allowed().cmp(&other.is_allowed()),
        }
    }
}

impl PartialOrd for Decision {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// `allow`, or `deny: ` and the reason.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("allow"),
            Self::Deny(reason) => write!(f, "deny: {reason}"),
        }
    }
}

/// Why not. Where several reasons apply, the first in this order is given (D7).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum DenyReason {
    /// Any of no permissions at all was asked for (D9).
    NothingAsked,
    /// The permission id belongs to another catalog (C4).
    ForeignPermission,
    /// The endpoint or the credential belongs to another catalog (C4).
    ForeignScope,
    /// The account does not know the user.
    UnknownUser,
    /// The user is suspended (U5).
    Suspended,
    /// No role held by the user, directly or through a team, grants the permission.
    NotGranted,
    /// A role grants it, but a feature that it requires is disabled (D5).
    FeatureDisabled,
    /// It is asked about on a resource of a kind that it is not exercised on (L1).
    WrongKind,
    /// Every assignment that grants it is limited to no resource of its kind at all (L2).
    ReachesNothing,
    /// No assignment that grants it reaches this resource (L3).
    NotOnThisResource,
    /// It is asked about without a resource, and every assignment that grants it is limited to some (L3).
    OnlyOnSomeResources,
    /// The endpoint accepts no scope, or the permission provides none to ask for under a credential (S2, S4).
    AcceptsNoScope,
    /// No scope of the user covers one that is accepted (S1, S2).
    ScopeNotHeld,
    /// The user has a scope that is accepted, but the credential does not (S3, S4).
    ScopeNotInCredential,
}

impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingAsked => "nothing was asked for",
            Self::ForeignPermission => "permission of another catalog",
            Self::ForeignScope => "endpoint or credential of another catalog",
            Self::UnknownUser => "unknown user",
            Self::Suspended => "user is suspended",
            Self::NotGranted => "not granted by any role",
            Self::FeatureDisabled => "feature is disabled",
            Self::WrongKind => "not exercised on resources of this kind",
            Self::ReachesNothing => "limited to no resource",
            Self::NotOnThisResource => "not on this resource",
            Self::OnlyOnSomeResources => "only on some resources",
            Self::AcceptsNoScope => "no scope opens it",
            Self::ScopeNotHeld => "no scope of the user is accepted",
            Self::ScopeNotInCredential => "no scope of the credential is accepted",
        })
    }
}

/// How far a user's assignments grant a permission, where it is asked about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Held {
    /// No assignment grants it.
    No,
    /// Some do, but not where it is asked about; this is the reason.
    Elsewhere(DenyReason),
    /// One does.
    Here,
}

/// D1 and L3, for a known user and a permission of the right catalog. Reasons in the order of D7.
#[inline]
pub(super) const fn decide(suspended: bool, held: Held, enabled: bool) -> Decision {
    if suspended {
        return Decision::Deny(DenyReason::Suspended);
    }
    match (held, enabled) {
        (Held::No, _) => Decision::Deny(DenyReason::NotGranted),
        (_, false) => Decision::Deny(DenyReason::FeatureDisabled),
        (Held::Elsewhere(reason), true) => Decision::Deny(reason),
        (Held::Here, true) => Decision::Allow,
    }
}

/// D9: the greatest decision; of nothing, the least there is. Stops at the first `Allow`.
pub(super) fn any(decisions: impl Iterator<Item = Decision>) -> Decision {
    let mut best = Decision::Deny(DenyReason::NothingAsked);
    for decision in decisions {
        best = best.max(decision);
        if best.is_allowed() {
            break;
        }
    }
    best
}

/// D9: the least decision; of nothing, `Allow`.
pub(super) fn all(decisions: impl Iterator<Item = Decision>) -> Decision {
    decisions.min().unwrap_or(Decision::Allow)
}
