//! A change in bytes: what digests are computed over (P10).
//!
//! | part | bytes |
//! |---|---|
//! | the digest of the state before | 32 |
//! | `rolecall change`, the format | text, number |
//! | account, revision before | text, number |
//! | who, on whose behalf, when, why | an optional text each |
//! | facts | a list: of each its number below, then its fields as declared |
//!
//! A set of resources is a list in ascending order, a reach a list of its kinds, each a text and a list; a role or an
//! assignee is a 0 or a 1 and a text. Each fact is taken apart field by field: one added later does not compile until
//! it has a number here.

use super::{Attribution, CatalogId, Change, Fact, Needs, Succession, Successions};
use crate::digest::{Feed, Sink, sha256};
use crate::key::{Assignee, Digest, RoleRef};
use crate::reach::Reach;

/// The digest of the state that a change leads to.
pub(super) fn digest(change: &Change) -> Digest {
    let Change { format, account, follows, attribution, facts } = change;
    Digest::new(sha256(|feed| {
        feed.bytes(follows.digest.as_bytes());
        feed.text("rolecall change");
        feed.number(u64::from(*format));
        feed.text(account);
        feed.number(follows.revision);
        let Attribution { who, on_behalf_of, when, why } = attribution;
        for text in [who, on_behalf_of, when, why] {
            feed.texts(text.as_slice());
        }
        feed.list(facts, write);
    }))
}

fn write<S: Sink>(feed: &mut Feed<S>, fact: &Fact) {
    match fact {
        Fact::FeatureEnabled { feature } => row(feed, 0, [feature]),
        Fact::FeatureDisabled { feature } => row(feed, 1, [feature]),
        Fact::RoleCreated { role, name } => row(feed, 2, [role.as_ref(), name.as_str()]),
        Fact::RoleRenamed { role, name } => row(feed, 3, [role.as_ref(), name.as_str()]),
        Fact::RoleDescribed { role, description } => row(feed, 4, [role.as_ref(), description.as_str()]),
        Fact::RoleDeleted { role } => row(feed, 5, [role]),
        Fact::PermissionGranted { role, permission, scopes } => {
            row(feed, 6, [role.as_str(), permission.as_str()]);
            feed.texts(scopes);
        }
        Fact::PermissionRevoked { role, permission } => row(feed, 7, [role.as_str(), permission.as_str()]),
        Fact::ScopeWithheld { role, scope } => row(feed, 8, [role.as_str(), scope.as_str()]),
        Fact::ScopeReleased { role, scope } => row(feed, 9, [role.as_str(), scope.as_str()]),
        Fact::ImportRemembered { role, source, permissions } => {
            row(feed, 10, [role]);
            role_ref(feed, source);
            feed.texts(permissions);
        }
        Fact::TeamCreated { team, name } => row(feed, 11, [team.as_ref(), name.as_str()]),
        Fact::TeamRenamed { team, name } => row(feed, 12, [team.as_ref(), name.as_str()]),
        Fact::TeamDeleted { team } => row(feed, 13, [team]),
        Fact::MemberAdded { team, user } => row(feed, 14, [team.as_str(), user.as_str()]),
        Fact::MemberRemoved { team, user } => row(feed, 15, [team.as_str(), user.as_str()]),
        Fact::RoleAssigned { role, assignee, reach: within } => {
            assignment(feed, 16, role, assignee);
            reach(feed, within);
        }
        Fact::AssignmentLimited { role, assignee, kind, resources } => {
            assignment(feed, 17, role, assignee);
            feed.text(kind);
            feed.texts(resources);
        }
        Fact::AssignmentExtended { role, assignee, kind, resources } => {
            assignment(feed, 18, role, assignee);
            feed.text(kind);
            feed.texts(resources);
        }
        Fact::LimitLifted { role, assignee, kind } => {
            assignment(feed, 19, role, assignee);
            feed.text(kind);
        }
        Fact::RoleUnassigned { role, assignee } => assignment(feed, 20, role, assignee),
        Fact::UserSuspended { user } => row(feed, 21, [user]),
        Fact::UserReinstated { user } => row(feed, 22, [user]),
        Fact::UserRemoved { user } => row(feed, 23, [user]),
        Fact::ResourceGone { kind, resource } => row(feed, 24, [kind.as_str(), resource.as_str()]),
        Fact::CatalogUpgraded { catalog, rewritten } => {
            feed.number(25);
            catalog_id(feed, catalog);
            feed.list(rewritten, successions);
        }
    }
}

/// A number and some texts.
fn row<const N: usize, T: AsRef<str>, S: Sink>(feed: &mut Feed<S>, number: u64, texts: [T; N]) {
    feed.number(number);
    texts.into_iter().for_each(|text| feed.text(text));
}

fn assignment<S: Sink>(feed: &mut Feed<S>, number: u64, role: &RoleRef, of: &Assignee) {
    feed.number(number);
    role_ref(feed, role);
    let (sort, id) = match of {
        Assignee::User(user) => (0, user.as_str()),
        Assignee::Team(team) => (1, team.as_str()),
    };
    row(feed, sort, [id]);
}

pub(crate) fn role_ref<S: Sink>(feed: &mut Feed<S>, role: &RoleRef) {
    let sort = match role {
        RoleRef::Predefined(_) => 0,
        RoleRef::Custom(_) => 1,
    };
    row(feed, sort, [role.as_str()]);
}

pub(crate) fn reach<S: Sink>(feed: &mut Feed<S>, reach: &Reach) {
    feed.list(reach.limits(), |feed, (kind, resources)| {
        feed.text(kind);
        feed.texts(resources);
    });
}

pub(crate) fn catalog_id<S: Sink>(feed: &mut Feed<S>, catalog: &CatalogId) {
    let CatalogId { name, version, hash } = catalog;
    feed.text(name);
    feed.number(u64::from(*version));
    feed.bytes(hash.as_bytes());
}

fn successions<S: Sink>(feed: &mut Feed<S>, since: &Successions) {
    let Successions { version, features, kinds, scopes, permissions, roles } = since;
    feed.number(u64::from(*version));
    rows(feed, features);
    rows(feed, kinds);
    rows(feed, scopes);
    rows(feed, permissions);
    rows(feed, roles);
}

fn rows<K: AsRef<str>, S: Sink>(feed: &mut Feed<S>, rows: &[Succession<K>]) {
    feed.list(rows, |feed, Succession { from, to, needs }| {
        feed.texts(from);
        feed.texts(to);
        feed.number(match needs {
            Needs::All => 0,
            Needs::Any => 1,
        });
    });
}
