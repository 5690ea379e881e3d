//! What can be wrong with an account that works all the same (P5, P6).

use std::collections::BTreeMap;

use thiserror::Error;

use crate::key::{FeatureKey, KindKey, PermissionKey, RoleId, RoleKey, RoleRef, ScopeKey};
use crate::quote::Quoted;

/// Something that an account names and its catalog lacks, or that clashes with its catalog. It grants nothing.
#[derive(Clone, Debug, Eq, Error, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AccountProblem {
    /// An enabled feature that the catalog lacks.
    #[error("feature {feature:#} is enabled, and the catalog lacks it")]
    MissingFeature {
        /// The feature.
        feature: FeatureKey,
    },
    /// A custom role grants a permission that the catalog lacks.
    #[error("custom role {role:#} grants {permission:#}, which the catalog lacks")]
    MissingPermission {
        /// The role.
        role: RoleId,
        /// The permission.
        permission: PermissionKey,
    },
    /// A custom role withholds a scope that the catalog lacks.
    #[error("custom role {role:#} withholds {scope:#}, which the catalog lacks")]
    MissingScope {
        /// The role.
        role: RoleId,
        /// The scope.
        scope: ScopeKey,
    },
    /// A custom role remembers an import from a predefined role that the catalog lacks.
    #[error("custom role {role:#} imported from {source_role:#}, which the catalog lacks")]
    MissingSource {
        /// The role.
        role: RoleId,
        /// The predefined role.
        source_role: RoleKey,
    },
    /// A custom role remembers an import of a permission that the catalog lacks.
    #[error("custom role {role:#} imported {permission:#} from {source_role:#}, and the catalog lacks it")]
    MissingImport {
        /// The role.
        role: RoleId,
        /// The role imported from.
        source_role: RoleRef,
        /// The permission.
        permission: PermissionKey,
    },
    /// A predefined role that the catalog lacks is assigned.
    #[error(
        "predefined role {role:#} is assigned to {users} users and {teams} teams, and the catalog lacks it"
    )]
    MissingRole {
        /// The role.
        role: RoleKey,
        /// To how many users.
        users: usize,
        /// To how many teams.
        teams: usize,
    },
    /// Assignments are limited in a kind of resource that the catalog lacks. They count nowhere.
    #[error(
        "assignments of {users} users and {teams} teams are limited in {kind:#}, which the catalog lacks"
    )]
    MissingKind {
        /// The kind.
        kind: KindKey,
        /// Of how many users.
        users: usize,
        /// Of how many teams.
        teams: usize,
    },
    /// A custom role has the name of another role, as people read it (R1): it was stored or replayed, which refuses no
    /// name, or the catalog came to use it. Both work; rename one.
    #[error("custom role {role:#} and {} role {by:#} are both named {}", by.kind(), Quoted(name))]
    NameClash {
        /// The custom role.
        role: RoleId,
        /// Its name.
        name: String,
        /// The other role: a predefined one, or a custom one that is listed before.
        by: RoleRef,
    },
}

/// Who holds an assignment.
#[derive(Clone, Copy)]
pub(crate) enum Holder {
    User,
    Team,
}

/// How many users and teams lose an assignment for want of a role or kind.
#[derive(Default)]
pub(crate) struct LostAssignments {
    roles: BTreeMap<RoleKey, Holders>,
    kinds: BTreeMap<KindKey, Holders>,
}

#[derive(Default)]
struct Holders {
    users: usize,
    teams: usize,
}

impl LostAssignments {
    pub(crate) fn role(&mut self, role: &RoleKey, of: Holder) {
        count(&mut self.roles, role, of);
    }

    pub(crate) fn kind(&mut self, kind: &KindKey, of: Holder) {
        count(&mut self.kinds, kind, of);
    }

    pub(crate) fn into_problems(self) -> impl Iterator<Item = AccountProblem> {
        let roles = self.roles.into_iter();
        let roles =
            roles.map(|(role, Holders { users, teams })| AccountProblem::MissingRole { role, users, teams });
        let kinds = self.kinds.into_iter();
        let kinds =
            kinds.map(|(kind, Holders { users, teams })| AccountProblem::MissingKind { kind, users, teams });
        roles.chain(kinds)
    }
}

fn count<K: Ord + Clone>(lost: &mut BTreeMap<K, Holders>, key: &K, of: Holder) {
    let holders = lost.entry(key.clone()).or_default();
    match of {
        Holder::User => holders.users += 1,
        Holder::Team => holders.teams += 1,
    }
}
