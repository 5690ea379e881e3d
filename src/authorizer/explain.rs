//! Why: every source of a permission, or what is missing and how to mend it (D8).
//!
//! It walks the holdings and rows that a check walks, and asks the check for the decision, so the two
//! cannot disagree.

use std::fmt;

use super::{Decision, GrantPath, HeldRole, Subject};
use crate::account::{Account, Grantor, Role};
use crate::catalog::{Kind, Permission, Resource};
use crate::id::{DenseId, PermissionId};
use crate::key::{Assignee, FeatureKey, KindKey, PermissionKey, ResourceId, RoleId, RoleRef, TeamId, UserId};
use crate::quote::Word;
use crate::reach::Reach;

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
    /// The resource that was asked about, if any.
    pub resource: Option<Resource>,
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
///
/// Both are empty for an allowed question, and also where no such edits lead to `Allow`: when no role or team
/// of the account could give the permission, so that a custom role must be created first, and when the
/// permission is not exercised on the kind asked about.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Repairs {
    /// The steps that are needed in any case.
    pub steps: Vec<Repair>,
    /// The alternatives, any one of which completes the steps. Empty where an assignment that counts grants
    /// the permission already.
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
    /// Assign this role to the user, on everything.
    Assign(RoleRef),
    /// Add the user to this team.
    Join(TeamId),
    /// Grant the permission to this custom role, which the user holds.
    Grant(RoleId),
    /// Extend the reach of an assignment that the user has, of their own or of a team, to the resource asked
    /// about.
    Extend {
        /// The role.
        role: RoleRef,
        /// Whose assignment it is.
        assignee: Assignee,
        /// The kind that is limited.
        kind: KindKey,
        /// The resource asked about.
        resource: ResourceId,
    },
    /// Lift the limit of an assignment that the user has, of their own or of a team.
    Lift {
        /// The role.
        role: RoleRef,
        /// Whose assignment it is.
        assignee: Assignee,
        /// The kind that is limited.
        kind: KindKey,
    },
}

impl<'a> Subject<'a> {
    /// Why the user may or may not do this (D8).
    ///
    /// Cost: a pass over the user's roles and teams; for a denial that an assignment would mend, over all
    /// roles and teams of the account. Allocates.
    #[must_use]
    pub fn explain(&self, permission: PermissionId) -> Explanation {
        self.explained(self.check(permission), permission, None)
    }

    /// Why the user may or may not do this on that resource (D8, L3). Cost: as for
    /// [`explain`](Self::explain).
    #[must_use]
    pub fn explain_on(&self, permission: PermissionId, resource: &Resource) -> Explanation {
        self.explained(self.check_on(permission, resource), permission, Some(resource))
    }

    fn explained(&self, decision: Decision, permission: PermissionId, on: Option<&Resource>) -> Explanation {
        let definition = self.authorizer.catalog().permission_by_id(permission);
        let mut explanation = Explanation {
            decision,
            user: self.id().cloned(),
            permission: definition.map(|permission| permission.key().clone()),
            resource: on.cloned(),
            suspended: self.user.is_some_and(|user| user.suspended),
            grants: Vec::new(),
            missing_features: Vec::new(),
            repairs: Repairs::default(),
        };
        let Some(definition) = definition else { return explanation };

        let index = permission.index();
        let held = self.roles();
        let granting = held.iter().filter(|held| self.authorizer.grants(held.grantor(), index));
        explanation.grants = granting.cloned().map(Grant::from).collect();
        explanation.missing_features = missing_features(self.authorizer.account(), definition);
        // Nothing makes a permission be exercised on a kind that it is not exercised on.
        let kind = definition.kind();
        let mendable = on.is_none_or(|resource| kind.is_some_and(|kind| kind.id() == resource.kind()));
        if decision.is_denied() && mendable {
            let asked = Asked { permission: index, kind, on };
            explanation.repairs = self.repairs(&explanation, &held, asked);
        }
        explanation
    }

    fn repairs(&self, explanation: &Explanation, held: &[HeldRole<'a>], asked: Asked<'_>) -> Repairs {
        let mut repairs = Repairs::default();
        if explanation.suspended {
            repairs.steps.push(Repair::Reinstate);
        }
        repairs.steps.extend(explanation.missing_features.iter().cloned().map(Repair::EnableFeature));
        if explanation.grants.iter().flat_map(|grant| &grant.paths).any(|path| asked.is_within(path.reach()))
        {
            return repairs;
        }
        let (account, authorizer) = (self.authorizer.account(), self.authorizer);
        let grants = |slot: u32| authorizer.grants(Grantor::role(slot), asked.permission);

        for (grant, path) in explanation.grants.iter().flat_map(|g| g.paths.iter().map(move |path| (g, path)))
        {
            repairs.one_of.extend(self.wider(grant, path, asked));
        }
        // Assigning anew does not touch an assignment that is there.
        let direct = |slot: &u32| held.iter().any(|held| held.slot == *slot && held.is_direct());
        let roles = account.role_slots().filter(|slot| grants(*slot) && !direct(slot));
        repairs.one_of.extend(account.sorted_roles(roles).iter().map(|role| Repair::Assign(role.to_ref())));

        let mut teams: Vec<&TeamId> = Vec::new();
        for (slot, team) in account.team_table().iter() {
            let member = self.user.is_some_and(|user| user.holds.contains(Grantor::team(slot)));
            let mut granting = account.assigned(&team.roles).filter(|(role, _)| grants(*role));
            let gives = granting.any(|(_, limit)| asked.is_within(&account.reach_within(limit)));
            if gives && !member {
                teams.push(&team.id);
            }
        }
        teams.sort_unstable();
        repairs.one_of.extend(teams.into_iter().cloned().map(Repair::Join));

        for held in held {
            let reaches = held.paths.iter().any(|path| asked.is_within(path.reach()));
            match held.role {
                Role::Custom(role) if reaches => repairs.one_of.push(Repair::Grant(role.id().clone())),
                _ => {}
            }
        }
        match repairs.one_of.is_empty() {
            true => Repairs::default(),
            false => repairs,
        }
    }

    /// What makes an assignment that grants the permission elsewhere grant it where it is asked about.
    fn wider(&self, grant: &Grant, path: &GrantPath, asked: Asked<'_>) -> Option<Repair> {
        let role = grant.role.clone();
        let assignee = match path.team() {
            Some(team) => Assignee::Team(team.clone()),
            None => Assignee::User(self.id()?.clone()),
        };
        let kind = asked.kind?.key().clone();
        Some(match asked.on {
            Some(resource) => Repair::Extend { role, assignee, kind, resource: resource.id().clone() },
            None => Repair::Lift { role, assignee, kind },
        })
    }
}

/// What is asked about: a permission, on a resource of its kind or on none.
#[derive(Clone, Copy)]
struct Asked<'a> {
    permission: u16,
    kind: Option<Kind<'a>>,
    on: Option<&'a Resource>,
}

impl Asked<'_> {
    /// Whether an assignment with this reach counts.
    fn is_within(&self, reach: &Reach) -> bool {
        match (self.kind.and_then(|kind| reach.limit_of(kind.key())), self.on) {
            (None, _) => true,
            (Some(resources), Some(resource)) => resources.contains(resource.id()),
            (Some(_), None) => false,
        }
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
            write!(f, "\n  granted by {} role {:#}", grant.role.kind(), grant.role)?;
            for (n, path) in grant.paths.iter().enumerate() {
                f.write_str(if n == 0 { ": " } else { ", " })?;
                write!(f, "{path}")?;
            }
        }
        for feature in &self.missing_features {
            write!(f, "\n  feature {feature:#} is disabled")?;
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
            Self::EnableFeature(feature) => write!(f, "enable feature {feature:#}"),
            Self::Assign(role) => write!(f, "assign {} role {role:#}", role.kind()),
            Self::Join(team) => write!(f, "join team {team:#}"),
            Self::Extend { role, assignee, kind, resource } => {
                write!(
                    f,
                    "extend {} role {role:#} of {assignee} to {} {resource:#}",
                    role.kind(),
                    Word(kind.as_str())
                )
            }
            Self::Lift { role, assignee, kind } => {
                write!(
                    f,
                    "lift the {} limit of {} role {role:#} of {assignee}",
                    Word(kind.as_str()),
                    role.kind()
                )
            }
            Self::Grant(role) => write!(f, "grant it to custom role {role:#}, which the user holds"),
        }
    }
}
