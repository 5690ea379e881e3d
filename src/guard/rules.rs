//! What every account must keep to: minimum holders (G3) and separation of duties (G4).

use std::collections::BTreeSet;
use std::fmt;

use super::{Gift, gift_of};
use crate::authorizer::{Authorizer, Subject};
use crate::catalog::{Exclusion, Permission};
use crate::change::{Change, Fact};
use crate::id::DenseId;
use crate::key::{Assignee, PermissionKey, RoleRef, UserId};
use crate::quote::Quoted;

/// A rule of the catalog that an account does not keep to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Violation {
    /// Too few active users can use a permission (G3).
    TooFew {
        /// The permission.
        permission: PermissionKey,
        /// How many must be able to use it.
        least: u32,
        /// Those who can, in the order of [`Account::users`](crate::Account::users).
        holders: Vec<UserId>,
    },
    /// A user holds more of an excluding set than they may (G4).
    TooMany {
        /// The name of the exclusion.
        exclusion: String,
        /// The user.
        user: UserId,
        /// How many of the set they may hold.
        most: u32,
        /// The roles of the set that they hold, directly or through a team.
        roles: Vec<RoleRef>,
        /// The permissions of the set that they are granted.
        permissions: Vec<PermissionKey>,
    },
}

impl Authorizer {
    /// The rules of the catalog that the account does not keep to (G3, G4): to be looked at after unguarded
    /// edits, after restoring, and after an upgrade.
    ///
    /// Cost: a pass over the users for each rule.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let minimums = self.catalog().minimums().filter_map(|(permission, least)| {
            let holders = too_few(self, &permission, least)?;
            Some(Violation::too_few(&permission, least, holders))
        });
        let exclusions: Vec<_> = counting(self).collect();
        let users = self.subjects().flat_map(|user| {
            let broken = exclusions.iter().filter_map(|exclusion| {
                let held = too_many(&user, exclusion)?;
                Violation::too_many(&user, exclusion, held)
            });
            broken.collect::<Vec<_>>()
        });
        minimums.chain(users).collect()
    }
}

/// The rules that a change breaks, or breaks further.
pub(super) fn broken(before: &Authorizer, change: &Change, after: &Authorizer) -> Vec<Violation> {
    let mut broken = Vec::new();
    if change.facts.iter().any(takes) {
        for (permission, least) in after.catalog().minimums() {
            let Some(left) = too_few(after, &permission, least) else { continue };
            // Where there were too few before, a change that leaves as many is not to blame.
            if before.who_can(permission.id()).take(left.len() + 1).count() > left.len() {
                broken.push(Violation::too_few(&permission, least, left));
            }
        }
    }
    let exclusions: Vec<_> = counting(after).collect();
    if exclusions.is_empty() {
        return broken;
    }
    let (mut users, mut everybody) = (BTreeSet::new(), false);
    for fact in &change.facts {
        match gift_of(fact) {
            Gift::Nothing | Gift::Scope(..) => {}
            Gift::Role(_, Assignee::User(user)) | Gift::Team(_, user) | Gift::Everything(user) => {
                users.insert(user);
            }
            Gift::Role(_, Assignee::Team(_)) | Gift::Permission(..) => everybody = true,
        }
    }
    let mut judge = |user: Subject<'_>| {
        for exclusion in &exclusions {
            let Some(now) = too_many(&user, exclusion) else { continue };
            let earlier = user.id().map_or(0, |id| held(&before.subject(id), exclusion).len());
            if now.len() > earlier {
                broken.extend(Violation::too_many(&user, exclusion, now));
            }
        }
    };
    match everybody {
        true => after.subjects().for_each(&mut judge),
        false => users.into_iter().for_each(|user| judge(after.subject(user))),
    }
    broken
}

/// Whether a fact may take something from somebody. Every kind of fact has its place here.
const fn takes(fact: &Fact) -> bool {
    match fact {
        Fact::FeatureDisabled { .. }
        | Fact::RoleDeleted { .. }
        | Fact::PermissionRevoked { .. }
        | Fact::TeamDeleted { .. }
        | Fact::MemberRemoved { .. }
        | Fact::AssignmentLimited { .. }
        | Fact::ResourceGone { .. }
        | Fact::RoleUnassigned { .. }
        | Fact::UserSuspended { .. }
        | Fact::UserRemoved { .. }
        | Fact::CatalogUpgraded { .. } => true,
        Fact::FeatureEnabled { .. }
        | Fact::RoleCreated { .. }
        | Fact::RoleRenamed { .. }
        | Fact::RoleDescribed { .. }
        | Fact::PermissionGranted { .. }
        | Fact::ScopeWithheld { .. }
        | Fact::ScopeReleased { .. }
        | Fact::ImportRemembered { .. }
        | Fact::TeamCreated { .. }
        | Fact::TeamRenamed { .. }
        | Fact::MemberAdded { .. }
        | Fact::RoleAssigned { .. }
        | Fact::AssignmentExtended { .. }
        | Fact::LimitLifted { .. }
        | Fact::UserReinstated { .. } => false,
    }
}

/// Those who can use a permission, if they are fewer than there must be.
fn too_few(authorizer: &Authorizer, permission: &Permission<'_>, least: u32) -> Option<Vec<UserId>> {
    let holders = authorizer.who_can(permission.id()).take(least as usize);
    let holders: Vec<UserId> = holders.filter_map(|user| user.id().cloned()).collect();
    (holders.len() < least as usize).then_some(holders)
}

/// The exclusions that count for an account.
fn counting(authorizer: &Authorizer) -> impl Iterator<Item = Exclusion<'_>> {
    let enabled = authorizer.account().enabled();
    authorizer
        .catalog()
        .exclusions()
        .filter(|exclusion| exclusion.feature().is_none_or(|feature| enabled.contains(feature.id().index())))
}

/// Of an excluding set, the roles that a user holds and the permissions that they are granted, suspended or not.
struct Held {
    roles: Vec<u32>,
    permissions: Vec<u16>,
}

impl Held {
    const fn len(&self) -> usize {
        self.roles.len() + self.permissions.len()
    }
}

fn held(user: &Subject<'_>, exclusion: &Exclusion<'_>) -> Held {
    let holds = |role: &u32| user.holds_role(*role);
    let granted = |permission: &u16| user.is_granted(*permission);
    Held {
        roles: exclusion.role_slots().iter().copied().filter(holds).collect(),
        permissions: exclusion.permission_indexes().iter().copied().filter(granted).collect(),
    }
}

/// What a user holds of an excluding set, if it is more than they may.
fn too_many(user: &Subject<'_>, exclusion: &Exclusion<'_>) -> Option<Held> {
    Some(held(user, exclusion)).filter(|held| held.len() > exclusion.most() as usize)
}

impl Violation {
    fn too_few(permission: &Permission<'_>, least: u32, holders: Vec<UserId>) -> Self {
        Self::TooFew { permission: permission.key().clone(), least, holders }
    }

    /// `None` only for a user that the account does not know, who holds nothing.
    fn too_many(user: &Subject<'_>, exclusion: &Exclusion<'_>, held: Held) -> Option<Self> {
        let (account, catalog) = (user.authorizer().account(), user.authorizer().catalog());
        let roles = held.roles.into_iter().filter_map(|role| account.role_view(role));
        let permissions = held.permissions.into_iter().filter_map(|index| catalog.permission_at(index));
        Some(Self::TooMany {
            exclusion: exclusion.name().to_owned(),
            user: user.id()?.clone(),
            most: exclusion.most(),
            roles: roles.map(|role| role.to_ref()).collect(),
            permissions: permissions.map(|permission| permission.key().clone()).collect(),
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { permission, least, holders } => {
                let left = match holders.len() {
                    0 => "nobody".to_owned(),
                    _ => holders.iter().map(|user| format!("{user:#}")).collect::<Vec<_>>().join(", "),
                };
                write!(f, "at least {least} must be able to use {permission:#}, but only {left} can")
            }
            Self::TooMany { exclusion, user, most, roles, permissions } => {
                let roles = roles.iter().map(|role| format!("role {role:#}"));
                let held =
                    roles.chain(permissions.iter().map(|permission| format!("permission {permission:#}")));
                let held = held.collect::<Vec<_>>().join(", ");
                write!(f, "{}: user {user:#} may hold {most} of {held}", Quoted(exclusion))
            }
        }
    }
}
