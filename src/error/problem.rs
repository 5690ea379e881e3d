//! What can be wrong with an account that works all the same (P5, P6).

use std::collections::BTreeMap;
use std::fmt;

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
    /// A custom role selects a scope that the catalog lacks.
    #[error("custom role {role:#} selects scope {scope:#}, which the catalog lacks")]
    MissingScope {
        /// The role.
        role: RoleId,
        /// The scope.
        scope: ScopeKey,
    },
    /// A custom role selects a scope that no permission of it provides.
    #[error("custom role {role:#} selects scope {scope:#}, which no permission of it provides")]
    UnprovidedScope {
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
    #[error("predefined role {role:#} is assigned to {users} and {teams}, and the catalog lacks it",
        users = Users(*users), teams = Teams(*teams))]
    MissingRole {
        /// The role.
        role: RoleKey,
        /// To how many users.
        users: usize,
        /// To how many teams.
        teams: usize,
    },
    /// Assignments are limited in a kind of resource that the catalog lacks. The limit stays, and no permission is
    /// exercised on the kind.
    #[error("assignments of {users} and {teams} are limited in {kind:#}, which the catalog lacks",
        users = Users(*users), teams = Teams(*teams))]
    MissingKind {
        /// The kind.
        kind: KindKey,
        /// Of how many users.
        users: usize,
        /// Of how many teams.
        teams: usize,
    },
    /// Limited assignments of an account that was restored under another catalog count nowhere until the upgrade.
    #[error("limited assignments of {users} and {teams} count nowhere until the account is upgraded: restore it with the catalog that it was stored under",
        users = Users(*users), teams = Teams(*teams))]
    ClosedAssignments {
        /// Of how many users.
        users: usize,
        /// Of how many teams.
        teams: usize,
    },
    /// A predefined role has come to grant on a kind on which it granted nothing. Its assignments that are limited
    /// reach nothing of that kind.
    #[error("predefined role {role:#} grants on {kind:#} now; its limited assignments of {users} and {teams} reach nothing of it",
        users = Users(*users), teams = Teams(*teams))]
    NewKind {
        /// The role.
        role: RoleKey,
        /// The kind.
        kind: KindKey,
        /// Of how many users.
        users: usize,
        /// Of how many teams.
        teams: usize,
    },
    /// A custom role has the name of another role, as people read names (R1). Both work; rename one.
    #[error("custom role {role:#} and {} role {by:#} are both named {}", by.kind(), Quoted(name))]
    NameClash {
        /// The custom role.
        role: RoleId,
        /// Its name.
        name: String,
        /// The other role: a predefined one, or the custom one of this name that is listed first.
        by: RoleRef,
    },
}

/// A number of users in words.
struct Users(usize);

impl fmt::Display for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} user{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

/// A number of teams in words.
struct Teams(usize);

impl fmt::Display for Teams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} team{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

/// Who holds an assignment.
#[derive(Clone, Copy)]
pub(crate) enum Holder {
    User,
    Team,
}

/// How many users and teams have limited assignments that count nowhere.
#[derive(Default)]
pub(crate) struct Closed(Holders);

impl Closed {
    pub(crate) fn holder(&mut self, of: Holder) {
        self.0.count(of);
    }

    pub(crate) fn problem(&self) -> Option<AccountProblem> {
        let Holders { users, teams } = self.0;
        (users + teams > 0).then_some(AccountProblem::ClosedAssignments { users, teams })
    }
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

impl Holders {
    fn count(&mut self, of: Holder) {
        match of {
            Holder::User => self.users += 1,
            Holder::Team => self.teams += 1,
        }
    }
}

fn count<K: Ord + Clone>(lost: &mut BTreeMap<K, Holders>, key: &K, of: Holder) {
    lost.entry(key.clone()).or_default().count(of);
}
