//! The stored form of an account (P4), and how it is written: keys and ids only.

use serde::{Deserialize, Serialize};

use super::{Account, Holdings, Role};
use crate::change::{CatalogId, Head, bytes};
use crate::digest::{Feed, Sink, crc32};
use crate::key::{
    AccountId, FeatureKey, Incarnation, PermissionKey, RoleId, RoleRef, ScopeKey, TeamId, UserId,
};
use crate::reach::Reach;

/// The format of [`AccountRecord`] that this version of the crate writes and reads.
pub const ACCOUNT_FORMAT: u32 = 2;

/// An account as it is stored: to be written as JSON or in any other self-describing format.
///
/// Keys and ids only, in canonical order: features, sections and predefined roles in the order of the catalog,
/// everything of the account by id. Equal accounts give equal records, whatever edits led to them, the head, the
/// incarnations of users and the checksum aside. Every field is required and unknown fields are refused, so nothing
/// that narrows access can go missing unnoticed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct AccountRecord {
    /// Always [`ACCOUNT_FORMAT`].
    pub format: u32,
    /// The catalog that the account was stored under.
    pub catalog: CatalogId,
    /// Whose account it is.
    pub account: AccountId,
    /// The head of this state: which changes led to it. `None` in the middle of an edit session, and then the record
    /// can't be restored.
    #[serde(deserialize_with = "Option::deserialize")]
    pub head: Option<Head>,
    /// The enabled features.
    pub features: Vec<FeatureKey>,
    /// The custom roles.
    pub roles: Vec<CustomRoleRecord>,
    /// The teams.
    pub teams: Vec<TeamRecord>,
    /// The users.
    pub users: Vec<UserRecord>,
    /// The [checksum](Self::checksum_of_content) of everything above, so that one flipped bit is an error and not another user.
    pub checksum: u32,
}

/// A custom role as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct CustomRoleRecord {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Its description, or no text.
    pub description: String,
    /// The permissions that it grants.
    pub permissions: Vec<PermissionKey>,
    /// The scopes that it provides: those selected among the scopes of its permissions.
    pub scopes: Vec<ScopeKey>,
    /// What it imported from.
    pub imports: Vec<ImportRecord>,
}

/// A remembered import as it is stored with the role that imported.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct ImportRecord {
    /// The role imported from.
    pub source: RoleRef,
    /// What it granted at the time.
    pub permissions: Vec<PermissionKey>,
}

/// A team as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct TeamRecord {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The roles assigned to it.
    pub assignments: Vec<AssignmentRecord>,
}

/// A user as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct UserRecord {
    /// Their id.
    pub id: UserId,
    /// Which of those who had this id.
    pub incarnation: Incarnation,
    /// Whether everything is denied for now.
    pub suspended: bool,
    /// The roles assigned to them directly.
    pub assignments: Vec<AssignmentRecord>,
    /// The teams that they belong to.
    pub teams: Vec<TeamId>,
}

/// The assignment of a role, as it is stored with whom it is assigned to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct AssignmentRecord {
    /// The role.
    pub role: RoleRef,
    /// Where the assignment counts.
    pub reach: Reach,
}

impl Account {
    /// The stored form. Cost: a pass over everything, and a sort of the users.
    ///
    /// An account that [needs an upgrade](Self::needs_upgrade) gives the form that it was restored from, with every
    /// name in it (P5).
    #[must_use]
    pub fn record(&self) -> AccountRecord {
        if let Some(outdated) = self.outdated() {
            return outdated.record.clone();
        }
        let assignments = |holds: &Holdings| {
            let mut assigned: Vec<_> = self
                .assigned(holds)
                .filter_map(|(slot, limit)| Some((self.role_view(slot)?, limit)))
                .collect();
            assigned.sort_unstable_by(|(a, _), (b, _)| Role::listed(a, b));
            let record = |(role, limit): (Role<'_>, _)| AssignmentRecord {
                role: role.to_ref(),
                reach: self.reach_within(limit),
            };
            assigned.into_iter().map(record).collect()
        };
        let mut users: Vec<_> = self.users().collect();
        users.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        AccountRecord {
            format: ACCOUNT_FORMAT,
            catalog: self.catalog().identity(),
            account: self.id().clone(),
            head: self.head(),
            features: self.features().keys().cloned().collect(),
            roles: self
                .custom_roles()
                .map(|role| CustomRoleRecord {
                    id: role.id().clone(),
                    name: role.name().to_owned(),
                    description: role.description().to_owned(),
                    permissions: role.permissions().keys().cloned().collect(),
                    scopes: role.scopes().keys().cloned().collect(),
                    imports: role
                        .imports()
                        .map(|(source, granted)| ImportRecord {
                            source: source.clone(),
                            permissions: granted.keys().cloned().collect(),
                        })
                        .collect(),
                })
                .collect(),
            teams: self
                .teams()
                .map(|team| TeamRecord {
                    id: team.id().clone(),
                    name: team.name().to_owned(),
                    assignments: assignments(team.holds()),
                })
                .collect(),
            users: users
                .into_iter()
                .map(|user| UserRecord {
                    id: user.id().clone(),
                    incarnation: user.incarnation(),
                    suspended: user.is_suspended(),
                    assignments: assignments(user.holds()),
                    teams: user.teams().map(|team| team.id().clone()).collect(),
                })
                .collect(),
            checksum: 0,
        }
        .with_checksum()
    }
}

impl AccountRecord {
    /// The checksum that the record should carry: a CRC-32 over its content in a [byte form](crate::docs::stored_forms)
    /// of its own.
    ///
    /// Cost: a pass over the record.
    #[must_use]
    pub fn checksum_of_content(&self) -> u32 {
        let Self { format, catalog, account, head, features, roles, teams, users, checksum: _ } = self;
        crc32(|feed| {
            feed.number(u64::from(*format));
            bytes::catalog_id(feed, catalog);
            feed.text(account);
            feed.list(head.as_slice(), |feed, Head { revision, digest }| {
                feed.number(*revision);
                feed.bytes(digest.as_bytes());
            });
            feed.texts(features);
            feed.list(roles, |feed, role| {
                let CustomRoleRecord { id, name, description, permissions, scopes, imports } = role;
                feed.text(id);
                feed.text(name);
                feed.text(description);
                feed.texts(permissions);
                feed.texts(scopes);
                feed.list(imports, |feed, ImportRecord { source, permissions }| {
                    bytes::role_ref(feed, source);
                    feed.texts(permissions);
                });
            });
            feed.list(teams, |feed, TeamRecord { id, name, assignments: assigned }| {
                feed.text(id);
                feed.text(name);
                assignments(feed, assigned);
            });
            feed.list(users, |feed, user| {
                let UserRecord { id, incarnation, suspended, assignments: assigned, teams } = user;
                feed.text(id);
                feed.bytes(incarnation.as_bytes());
                feed.number(u64::from(*suspended));
                assignments(feed, assigned);
                feed.texts(teams);
            });
        })
    }

    /// The record with the right checksum: for tools that write or mend records.
    #[must_use]
    pub fn with_checksum(mut self) -> Self {
        self.checksum = self.checksum_of_content();
        self
    }
}

fn assignments<S: Sink>(feed: &mut Feed<S>, assignments: &[AssignmentRecord]) {
    feed.list(assignments, |feed, AssignmentRecord { role, reach }| {
        bytes::role_ref(feed, role);
        bytes::reach(feed, reach);
    });
}
