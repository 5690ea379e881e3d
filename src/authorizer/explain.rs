//! Why: every source of a permission, or what is missing and how to mend it (D8).
//!
//! It walks the holdings and rows that a check walks, and asks the check for the decision, so the two
//! cannot disagree.

use std::fmt;

use super::{Decision, GrantPath, HeldRole, Subject};
use crate::account::{Account, Grantor, Role};
use crate::catalog::Permission;
use crate::id::{DenseId, PermissionId};
use crate::key::{FeatureKey, PermissionKey, RoleId, RoleRef, TeamId, UserId};

/// A decision with everything it follows from. Displayed in words.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The decision that a check gives.
    pub decision: Decision,
    /// The user; `None` if the account does not know them.
    pub user: Option<UserId>,
    /// The permission; `None` if its id belongs to another catalog.
    pub permission: Option<PermissionKey>,
    /// Whether the user is suspended.
    pub suspended: bool,
    /// Every role held by the user that grants the permission, in the order of [`Account::roles`].
    pub grants: Vec<Grant>,
    /// The features that the permission requires and that are disabled, in the order of the catalog.
    pub missing_features: Vec<FeatureKey>,
    /// What would lead to `Allow`; nothing if that is the decision already.
    pub repairs: Repairs,
}

/// A role that grants the permission, and how the user comes to hold it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    /// The role.
    pub role: RoleRef,
    /// Its name.
    pub name: String,
    /// Every way in which the user holds it: directly first, then through teams by id.
    pub paths: Vec<GrantPath>,
}

impl From<HeldRole<'_>> for Grant {
    fn from(held: HeldRole<'_>) -> Self {
        Self { role: held.role.to_ref(), name: held.role.name().to_owned(), paths: held.paths }
    }
}

/// What would lead to `Allow`: all of `steps`, and one of `one_of` if there are any. None is superfluous.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Repairs {
    /// The steps that are needed in any case.
    pub steps: Vec<Repair>,
    /// The alternatives, any one of which completes the steps. Empty where a role grants the permission
    /// already, and also where no role or team of the account could give it: then a custom role must be
    /// created first.
    pub one_of: Vec<Repair>,
}

/// One edit that helps.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Repair {
    /// Reinstate the user.
    Reinstate,
    /// Enable this feature: the vendor's act.
    EnableFeature(FeatureKey),
    /// Assign this role to the user.
    Assign(RoleRef),
    /// Add the user to this team.
    Join(TeamId),
    /// Grant the permission to this custom role, which the user holds.
    Grant(RoleId),
}

impl Subject<'_> {
    /// Why the user may or may not do this (D8).
    ///
    /// Cost: a pass over the user's roles and teams; for a denial that no role grants, over all roles and
    /// teams of the account. Allocates.
    #[must_use]
    pub fn explain(&self, permission: PermissionId) -> Explanation {
        let decision = self.check(permission);
        let definition = self.authorizer.catalog().permission_by_id(permission);
        let mut explanation = Explanation {
            decision,
            user: self.id().cloned(),
            permission: definition.map(|permission| permission.key().clone()),
            suspended: self.user.is_some_and(|user| user.suspended),
            grants: Vec::new(),
            missing_features: Vec::new(),
            repairs: Repairs::default(),
        };
        let Some(definition) = definition else { return explanation };

        let account = self.authorizer.account();
        let index = permission.index();
        let granting = self.roles().into_iter().filter(|held| self.authorizer.grants(held.grantor(), index));
        explanation.grants = granting.map(Grant::from).collect();
        explanation.missing_features = missing_features(account, definition);
        if decision.is_denied() {
            explanation.repairs = self.repairs(&explanation, permission.index());
        }
        explanation
    }

    fn repairs(&self, explanation: &Explanation, permission: u16) -> Repairs {
        let mut repairs = Repairs::default();
        if explanation.suspended {
            repairs.steps.push(Repair::Reinstate);
        }
        repairs.steps.extend(explanation.missing_features.iter().cloned().map(Repair::EnableFeature));
        if !explanation.grants.is_empty() {
            return repairs;
        }
        // No role held by the user grants it, so every role or team that does is one the user lacks.
        let account = self.authorizer.account();
        let grants = |grantor| self.authorizer.grants(grantor, permission);
        let granting = account.role_slots().filter(|slot| grants(Grantor::role(*slot)));
        let roles = account.sorted_roles(granting);
        repairs.one_of.extend(roles.iter().map(|role| Repair::Assign(role.to_ref())));
        let mut teams: Vec<&TeamId> = account
            .team_table()
            .iter()
            .filter(|(slot, _)| grants(Grantor::team(*slot)))
            .map(|(_, team)| &team.id)
            .collect();
        teams.sort_unstable();
        repairs.one_of.extend(teams.into_iter().cloned().map(Repair::Join));
        repairs.one_of.extend(self.roles().iter().filter_map(|held| match held.role {
            Role::Custom(role) => Some(Repair::Grant(role.id().clone())),
            Role::Predefined(_) => None,
        }));
        repairs
    }
}

fn missing_features(account: &Account, permission: Permission<'_>) -> Vec<FeatureKey> {
    let features = permission.features();
    let missing = features.iter().filter(|feature| !account.enabled().contains(feature.id().index()));
    missing.map(|feature| feature.key().clone()).collect()
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.decision)?;
        for grant in &self.grants {
            write!(f, "\n  granted by {} role `{}`", grant.role.kind(), grant.role)?;
            for (n, path) in grant.paths.iter().enumerate() {
                f.write_str(if n == 0 { ": " } else { ", " })?;
                match path {
                    GrantPath::Direct => f.write_str("directly")?,
                    GrantPath::Team(team) => write!(f, "through team `{team}`")?,
                }
            }
        }
        for feature in &self.missing_features {
            write!(f, "\n  feature `{feature}` is disabled")?;
        }
        for step in &self.repairs.steps {
            write!(f, "\n  to allow: {step}")?;
        }
        let and = if self.repairs.steps.is_empty() { "to allow" } else { "and" };
        match self.repairs.one_of.as_slice() {
            [] => Ok(()),
            [only] => write!(f, "\n  {and}: {only}"),
            several => {
                write!(f, "\n  {and} one of:")?;
                several.iter().try_for_each(|step| write!(f, "\n    {step}"))
            }
        }
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reinstate => f.write_str("reinstate the user"),
            Self::EnableFeature(feature) => write!(f, "enable feature `{feature}`"),
            Self::Assign(role) => write!(f, "assign {} role `{role}`", role.kind()),
            Self::Join(team) => write!(f, "join team `{team}`"),
            Self::Grant(role) => write!(f, "grant it to custom role `{role}`, which the user holds"),
        }
    }
}
