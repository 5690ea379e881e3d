//! The content hash of a catalog: SHA-256 over everything its stored form says.
//!
//! Every text and list is preceded by its length, so no two different catalogs feed the same bytes. Each
//! record is taken apart field by field: a field added later does not compile until it is hashed.

use sha2::{Digest, Sha256};

use super::record::{
    Act, CatalogRecord, ExclusionRecord, FeatureRecord, GovernedRecord, GuardRecord, KindRecord,
    MinimumRecord, PermissionRecord, PredefinedRoleRecord, ScopeRecord, SeatRecord, SectionRecord,
    SuccessionRecord, SuccessionsRecord,
};
use crate::change::Needs;
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
    let mut feed = Feed(Sha256::new());
    feed.number(u64::from(*format));
    feed.text(name);
    feed.number(u64::from(*version));
    feed.list(features, |feed, FeatureRecord { key, name, description }| {
        feed.texts([key, name, description]);
    });
    feed.list(kinds, |feed, KindRecord { key, name, description }| feed.texts([key, name, description]));
    feed.list(seats, |feed, SeatRecord { key, name, description }| feed.texts([key, name, description]));
    feed.list(scopes, |feed, ScopeRecord { key, description, includes }| {
        feed.texts([key, description]);
        feed.list(includes, |feed, key| feed.text(key));
    });
    feed.list(sections, |feed, SectionRecord { key, name, description }| {
        feed.texts([key, name, description]);
    });
    feed.list(permissions, |feed, permission| {
        let PermissionRecord { key, name, description, section, features, scopes, kind, seat } = permission;
        feed.texts([key, name, description, section]);
        feed.list(features, |feed, key| feed.text(key));
        feed.list(scopes, |feed, key| feed.text(key));
        feed.list(kind.as_slice(), |feed, key| feed.text(key));
        feed.list(seat.as_slice(), |feed, key| feed.text(key));
    });
    feed.list(roles, |feed, PredefinedRoleRecord { key, name, description, group, permissions }| {
        feed.texts([key, name, description]);
        feed.list(group.as_slice(), |feed, name| feed.text(name));
        feed.list(permissions, |feed, key| feed.text(key));
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
    feed.list(escalation.as_slice(), |feed, key| feed.text(key));
    feed.list(minimums, |feed, MinimumRecord { permission, users }| {
        feed.text(permission);
        feed.number(u64::from(*users));
    });
    feed.list(exclusions, |feed, exclusion| {
        let ExclusionRecord { name, description, feature, most, roles, permissions } = exclusion;
        feed.texts([name, description]);
        feed.list(feature.as_slice(), |feed, key| feed.text(key));
        feed.number(u64::from(*most));
        feed.list(roles, |feed, key| feed.text(key));
        feed.list(permissions, |feed, key| feed.text(key));
    });
    feed.list(successions, |feed, since| {
        let SuccessionsRecord { version, features, kinds, scopes, permissions, roles } = since;
        feed.number(u64::from(*version));
        for rows in [features, kinds, scopes, permissions, roles] {
            feed.list(rows, |feed, SuccessionRecord { from, to, needs }| {
                feed.list(from, |feed, key| feed.text(key));
                feed.list(to, |feed, key| feed.text(key));
                feed.number(match needs {
                    Needs::All => 0,
                    Needs::Any => 1,
                });
            });
        }
    });
    ContentHash::new(feed.0.finalize().into())
}

struct Feed(Sha256);

impl Feed {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn texts<const N: usize>(&mut self, texts: [&String; N]) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|item| each(self, item));
    }
}
