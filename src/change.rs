//! What happened: facts in the past tense, and the change that one edit session made of them.
//!
//! This module rests on keys, and on reaches made of keys, alone. It knows neither catalog nor account, so a journal can be read, stored
//! and sent without either.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};

use crate::key::{
    AccountId, Assignee, FeatureKey, KindKey, PermissionKey, ResourceId, RoleId, RoleRef, ScopeKey, TeamId,
    UserId,
};
use crate::reach::Reach;

pub use head::{Freshness, Head, HeadError};
pub(crate) use succession::Lineage;
pub use succession::{CatalogId, Needs, Succession, Successions};

pub(crate) mod bytes;
mod head;
mod succession;

/// The format of [`Change`] that this version of the crate writes and reads.
pub const CHANGE_FORMAT: u32 = 2;

/// One elementary edit that happened.
///
/// Consequences are not repeated as facts: a deleted role has left its holders, a removed user their teams.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fact {
    /// A feature was enabled on the account.
    FeatureEnabled {
        /// The feature.
        feature: FeatureKey,
    },
    /// A feature was disabled on the account. What requires it is hidden, not erased (D5).
    FeatureDisabled {
        /// The feature.
        feature: FeatureKey,
    },
    /// A custom role was created, without permissions or members.
    RoleCreated {
        /// Its id.
        role: RoleId,
        /// Its name.
        name: String,
    },
    /// A custom role got another name.
    RoleRenamed {
        /// The role.
        role: RoleId,
        /// Its new name.
        name: String,
    },
    /// A custom role got another description.
    RoleDescribed {
        /// The role.
        role: RoleId,
        /// Its new description, or no text.
        description: String,
    },
    /// A custom role was deleted; nobody holds it any more (R6).
    RoleDeleted {
        /// The role.
        role: RoleId,
    },
    /// A custom role grants one permission more.
    PermissionGranted {
        /// The role.
        role: RoleId,
        /// The permission.
        permission: PermissionKey,
        /// The scopes of the permission that the role selects with it, in the order of the catalog (R5).
        scopes: Vec<ScopeKey>,
    },
    /// A custom role grants one permission less, and selects no scope that only this permission provided (R5).
    PermissionRevoked {
        /// The role.
        role: RoleId,
        /// The permission.
        permission: PermissionKey,
    },
    /// A custom role selects one scope less (R5).
    ScopeWithheld {
        /// The role.
        role: RoleId,
        /// The scope.
        scope: ScopeKey,
    },
    /// A custom role selects one scope more, of those that its permissions provide (R5).
    ScopeReleased {
        /// The role.
        role: RoleId,
        /// The scope.
        scope: ScopeKey,
    },
    /// A custom role remembers what it imported from and what that granted at the time (R3). What was added
    /// by the import are facts of their own.
    ImportRemembered {
        /// The role.
        role: RoleId,
        /// The role that it imported from.
        source: RoleRef,
        /// What the source granted, in the order of the catalog.
        permissions: Vec<PermissionKey>,
    },
    /// A team was created, without roles or members.
    TeamCreated {
        /// Its id.
        team: TeamId,
        /// Its name.
        name: String,
    },
    /// A team got another name.
    TeamRenamed {
        /// The team.
        team: TeamId,
        /// Its new name.
        name: String,
    },
    /// A team was deleted; its members have left it.
    TeamDeleted {
        /// The team.
        team: TeamId,
    },
    /// A user joined a team.
    MemberAdded {
        /// The team.
        team: TeamId,
        /// The user, new to the account or not (U1).
        user: UserId,
    },
    /// A user left a team.
    MemberRemoved {
        /// The team.
        team: TeamId,
        /// The user.
        user: UserId,
    },
    /// A role was assigned to a user or a team.
    RoleAssigned {
        /// The role.
        role: RoleRef,
        /// Who holds it from now on; a user may be new to the account (U1).
        assignee: Assignee,
        /// Where the assignment counts.
        reach: Reach,
    },
    /// An assignment came to reach less of a kind than before (L2).
    AssignmentLimited {
        /// The role.
        role: RoleRef,
        /// Who holds it.
        assignee: Assignee,
        /// The kind.
        kind: KindKey,
        /// Everything that it still reaches of that kind.
        #[serde(deserialize_with = "distinct")]
        resources: BTreeSet<ResourceId>,
    },
    /// An assignment came to reach more resources of a kind in which it is limited (L2).
    AssignmentExtended {
        /// The role.
        role: RoleRef,
        /// Who holds it.
        assignee: Assignee,
        /// The kind.
        kind: KindKey,
        /// What it reaches beyond what it reached before.
        #[serde(deserialize_with = "distinct")]
        resources: BTreeSet<ResourceId>,
    },
    /// An assignment is limited in a kind no longer (L2).
    LimitLifted {
        /// The role.
        role: RoleRef,
        /// Who holds it.
        assignee: Assignee,
        /// The kind.
        kind: KindKey,
    },
    /// A role was taken from a user or a team to which it had been assigned.
    RoleUnassigned {
        /// The role.
        role: RoleRef,
        /// Who held it.
        assignee: Assignee,
    },
    /// A user was suspended: denied everything, keeping every assignment (U5).
    UserSuspended {
        /// The user.
        user: UserId,
    },
    /// A suspended user was reinstated (U5).
    UserReinstated {
        /// The user.
        user: UserId,
    },
    /// A user was removed, with every assignment and membership (U5).
    UserRemoved {
        /// The user.
        user: UserId,
    },
    /// A resource is gone: no limit names it any more, so that a later resource of the same id starts with nobody (L7).
    ResourceGone {
        /// Its kind.
        kind: KindKey,
        /// The resource.
        resource: ResourceId,
    },
    /// The account moved to another version of its product (P6). Always the only fact of its change.
    CatalogUpgraded {
        /// The catalog that it is under from now on.
        catalog: CatalogId,
        /// What became of keys that the account named, version by version. Those that the catalog lacks without
        /// saying why come first, under the version that the account was under: they have no successor.
        rewritten: Vec<Successions>,
    },
}

/// A list in which nothing is named twice.
fn distinct<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<ResourceId>, D::Error> {
    let mut resources = BTreeSet::new();
    for id in Vec::<ResourceId>::deserialize(deserializer)? {
        if let Some(twice) = resources.replace(id) {
            return Err(serde::de::Error::custom(format!("resource {twice:#} is listed twice")));
        }
    }
    Ok(resources)
}

/// Who made a change, for whom, when and why, in the host's own words. The library reads none of it: it has no clock
/// and no opinion on who may edit.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct Attribution {
    /// Who made the change.
    #[serde(deserialize_with = "Option::deserialize")]
    pub who: Option<String>,
    /// On whose behalf, if not their own.
    #[serde(deserialize_with = "Option::deserialize")]
    pub on_behalf_of: Option<String>,
    /// When, in whatever form the host uses.
    #[serde(deserialize_with = "Option::deserialize")]
    pub when: Option<String>,
    /// Why.
    #[serde(deserialize_with = "Option::deserialize")]
    pub why: Option<String>,
}

impl Attribution {
    /// A change made by this actor.
    #[must_use]
    pub fn by(who: impl Into<String>) -> Self {
        Self { who: Some(who.into()), ..Self::default() }
    }

    /// Made on behalf of somebody else.
    #[must_use]
    pub fn on_behalf_of(mut self, whom: impl Into<String>) -> Self {
        self.on_behalf_of = Some(whom.into());
        self
    }

    /// Made at this time.
    #[must_use]
    pub fn at(mut self, when: impl Into<String>) -> Self {
        self.when = Some(when.into());
        self
    }

    /// Made for this reason.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }
}

/// One transaction: everything that one edit session did, in order (P2).
///
/// It is its own stored form: keys only, every field present, unknown fields refused (P4). Applying it takes an account
/// from the head that it follows to the head that [follows from it](Self::head).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Always [`CHANGE_FORMAT`].
    pub format: u32,
    /// The account that was changed.
    pub account: AccountId,
    /// The head of the state that was changed.
    pub follows: Head,
    /// Who made it, for whom, when and why.
    pub attribution: Attribution,
    /// What happened, in order.
    pub facts: Vec<Fact>,
}

impl Change {
    /// The revision that the change leads to.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.follows.revision.saturating_add(1)
    }

    /// The head that the change leads to: one revision more, and the digest over the digest before and the change in a
    /// byte form of its own (P10).
    ///
    /// Cost: a SHA-256 over the facts.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { revision: self.revision(), digest: bytes::digest(self) }
    }
}
