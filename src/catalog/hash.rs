//! The content hash of a catalog: SHA-256 over everything its stored form says.
//!
//! Each record is taken apart field by field: a field added later does not compile until it is hashed.

use super::record::{
    Act, CatalogRecord, ExclusionRecord, FeatureRecord, GovernedRecord, GuardRecord, KindRecord,
    MinimumRecord, PermissionRecord, PredefinedRoleRecord, ScopeRecord, SeatRecord, SectionRecord,
    SuccessionRecord, SuccessionsRecord,
};
use crate::change::Needs;
use crate::digest::{Feed, Sink, sha256};
use crate::key::ContentHash;

pub(super) fn hash(record: &CatalogRecord) -> ContentHash {
    let CatalogRecord {
        format,
        name,
        version,
        features,
        kinds,
        seats,
        scopes,
        sections,
        permissions,
        roles,
        guard,
        successions,
    } = record;
    let hash = sha256(|feed| {
        feed.number(u64::from(*format));
        feed.text(name);
        feed.number(u64::from(*version));
        feed.list(features, |feed, FeatureRecord { key, name, description }| {
            texts(feed, [key, name, description]);
        });
        feed.list(kinds, |feed, KindRecord { key, name, description }| texts(feed, [key, name, description]));
        feed.list(seats, |feed, SeatRecord { key, name, description }| texts(feed, [key, name, description]));
        feed.list(scopes, |feed, ScopeRecord { key, description, includes }| {
            texts(feed, [key, description]);
            feed.texts(includes);
        });
        feed.list(sections, |feed, SectionRecord { key, name, description }| {
            texts(feed, [key, name, description]);
        });
        feed.list(permissions, |feed, permission| {
            let PermissionRecord { key, name, description, section, features, scopes, kind, seat } =
                permission;
            texts(feed, [key, name, description, section]);
            feed.texts(features);
            feed.texts(scopes);
            feed.texts(kind.as_slice());
            feed.texts(seat.as_slice());
        });
        feed.list(roles, |feed, PredefinedRoleRecord { key, name, description, group, permissions }| {
            texts(feed, [key, name, description]);
            feed.texts(group.as_slice());
            feed.texts(permissions);
        });
        let GuardRecord { governed, escalation, minimums, exclusions } = guard;
        feed.list(governed, |feed, GovernedRecord { act, permission }| {
            feed.number(match act {
                Act::Assign => 0,
                Act::EditRoles => 1,
                Act::EditTeams => 2,
                Act::EditMembers => 3,
                Act::Suspend => 4,
                Act::Remove => 5,
            });
            feed.text(permission);
        });
        feed.texts(escalation.as_slice());
        feed.list(minimums, |feed, MinimumRecord { permission, users }| {
            feed.text(permission);
            feed.number(u64::from(*users));
        });
        feed.list(exclusions, |feed, exclusion| {
            let ExclusionRecord { name, description, feature, most, roles, permissions } = exclusion;
            texts(feed, [name, description]);
            feed.texts(feature.as_slice());
            feed.number(u64::from(*most));
            feed.texts(roles);
            feed.texts(permissions);
        });
        feed.list(successions, |feed, since| {
            let SuccessionsRecord { version, features, kinds, scopes, permissions, roles } = since;
            feed.number(u64::from(*version));
            for rows in [features, kinds, scopes, permissions, roles] {
                feed.list(rows, |feed, SuccessionRecord { from, to, needs }| {
                    feed.texts(from);
                    feed.texts(to);
                    feed.number(match needs {
                        Needs::All => 0,
                        Needs::Any => 1,
                    });
                });
            }
        });
    });
    ContentHash::new(hash)
}

/// Several texts, one after the other.
fn texts<const N: usize, S: Sink>(feed: &mut Feed<S>, texts: [&String; N]) {
    texts.into_iter().for_each(|text| feed.text(text));
}
