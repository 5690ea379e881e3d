//! What can be wrong with an account that works all the same (P5, P6).

use thiserror::Error;

use crate::key::{FeatureKey, KindKey, PermissionKey, RoleId, RoleKey, RoleRef, ScopeKey};

/// Something that an account names and its catalog lacks, or that clashes with its catalog. It grants nothing.
#[derive(Clone, Debug, Eq, Error, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AccountProblem {
    /// An enabled feature that the catalog lacks.
    #[error("feature `{feature}` is enabled, and the catalog lacks it")]
    MissingFeature {
        /// The feature.
        feature: FeatureKey,
    },
    /// A custom role grants a permission that the catalog lacks.
    #[error("custom role `{role}` grants `{permission}`, which the catalog lacks")]
    MissingPermission {
        /// The role.
        role: RoleId,
        /// The permission.
        permission: PermissionKey,
    },
    /// A custom role withholds a scope that the catalog lacks.
    #[error("custom role `{role}` withholds `{scope}`, which the catalog lacks")]
    MissingScope {
        /// The role.
        role: RoleId,
        /// The scope.
        scope: ScopeKey,
    },
    /// A custom role remembers an import from a predefined role that the catalog lacks.
    #[error("custom role `{role}` imported from `{source_role}`, which the catalog lacks")]
    MissingSource {
        /// The role.
        role: RoleId,
        /// The predefined role.
        source_role: RoleKey,
    },
    /// A custom role remembers an import of a permission that the catalog lacks.
    #[error("custom role `{role}` imported `{permission}` from `{source_role}`, and the catalog lacks it")]
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
        "predefined role `{role}` is assigned to {users} users and {teams} teams, and the catalog lacks it"
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
        "assignments of {users} users and {teams} teams are limited in `{kind}`, which the catalog lacks"
    )]
    MissingKind {
        /// The kind.
        kind: KindKey,
        /// Of how many users.
        users: usize,
        /// Of how many teams.
        teams: usize,
    },
    /// A custom role has the name of a predefined one, upper and lower case not told apart (R1). Both work; rename one.
    #[error("custom role `{role}` and predefined role `{by}` are both named `{name}`")]
    NameClash {
        /// The custom role.
        role: RoleId,
        /// Its name.
        name: String,
        /// The predefined role.
        by: RoleKey,
    },
}
