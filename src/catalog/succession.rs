//! Successions of a catalog, judged: what they name exists, and what they retire is never used again (C5).

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::Catalog;
use super::judge::{Declared, Judge};
use super::record::{CatalogRecord, SuccessionRecord, SuccessionsRecord};
use crate::change::{CatalogId, Succession, Successions};
use crate::error::{CatalogProblem, RestoreError, RestoreFault, SuccessionFault, excerpt};
use crate::key::TextKey;

type Set<'a> = HashSet<&'a str, RandomState>;

impl Catalog {
    /// Which catalog this is, to the letter.
    #[must_use]
    pub fn identity(&self) -> CatalogId {
        CatalogId { name: self.0.name.to_string(), version: self.0.version, hash: self.0.hash }
    }

    /// Whether this is the catalog, to the letter.
    pub(crate) fn is_named(&self, wanted: &CatalogId) -> bool {
        let CatalogId { name, version, hash } = wanted;
        (self.name(), self.version(), self.hash()) == (name, *version, *hash)
    }

    /// What became of the keys of earlier versions, oldest first (C5).
    pub fn successions(&self) -> impl Iterator<Item = &Successions> {
        self.0.successions.iter()
    }

    /// What became of keys since a version, oldest first.
    pub(crate) fn since(&self, version: u32) -> impl Iterator<Item = &Successions> {
        self.successions().filter(move |since| since.version > version)
    }
}

impl CatalogId {
    /// Of some catalogs, the very one of this name, version and content.
    #[must_use]
    pub fn find<'c>(&self, catalogs: &'c [Catalog]) -> Option<&'c Catalog> {
        catalogs.iter().find(|catalog| catalog.is_named(self))
    }

    /// Name and version, as messages say them.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", excerpt(&self.name), self.version)
    }

    /// That a catalog is of this product, of whatever version.
    pub(crate) fn must_be(&self, catalog: &Catalog) -> Result<(), RestoreError> {
        if self.name == catalog.name() {
            return Ok(());
        }
        let fault = RestoreFault::OtherProduct { stored: self.title(), given: catalog.title() };
        Err(RestoreError::new("catalog", fault))
    }
}

impl Judge {
    pub(super) fn successions(
        &mut self,
        record: &CatalogRecord,
        [features, kinds, scopes, permissions, roles]: [&Declared<'_>; 5],
    ) -> Vec<Successions> {
        let mut last = 0;
        for since in &record.successions {
            if since.version <= last || since.version > record.version {
                let (version, catalog) = (since.version, record.version);
                self.problems.push(CatalogProblem::SuccessionVersion { version, after: last, catalog });
            }
            last = last.max(since.version);
        }
        let since = &record.successions;
        let mut features = self.sort(features, since, |since| &since.features, false);
        let mut kinds = self.sort(kinds, since, |since| &since.kinds, false);
        let mut scopes = self.sort(scopes, since, |since| &since.scopes, false);
        let mut permissions = self.sort(permissions, since, |since| &since.permissions, true);
        let mut roles = self.sort(roles, since, |since| &since.roles, true);
        since
            .iter()
            .map(|since| Successions {
                version: since.version,
                features: features.next().unwrap_or_default(),
                kinds: kinds.next().unwrap_or_default(),
                scopes: scopes.next().unwrap_or_default(),
                permissions: permissions.next().unwrap_or_default(),
                roles: roles.next().unwrap_or_default(),
            })
            .collect()
    }

    /// The successions of one sort of key, version by version.
    fn sort<K: TextKey>(
        &mut self,
        declared: &Declared<'_>,
        since: &[SuccessionsRecord],
        of: impl Fn(&SuccessionsRecord) -> &Vec<SuccessionRecord>,
        many: bool,
    ) -> std::vec::IntoIter<Vec<Succession<K>>> {
        let what = declared.what;
        // The last version that takes a key up: until then it need not be declared.
        let mut taken_up: HashMap<&str, usize, RandomState> = HashMap::default();
        for (version, rows) in since.iter().map(&of).enumerate() {
            taken_up.extend(rows.iter().flat_map(|row| &row.from).map(|key| (key.as_str(), version)));
        }
        let (mut retired, mut typed) = (Set::default(), Vec::new());
        // A garbled list must not cost a problem for each entry.
        let mut reported = Set::default();
        for (version, rows) in since.iter().map(&of).enumerate() {
            let (mut from, mut now) = (Set::default(), Vec::new());
            for row in rows {
                let to: Set<'_> = row.to.iter().map(String::as_str).collect();
                for key in row.from.iter().map(String::as_str) {
                    let twice = !from.insert(key);
                    if twice && reported.insert(key) {
                        self.succession(what, key, SuccessionFault::Twice);
                    } else if retired.contains(key) && reported.insert(key) {
                        self.succession(what, key, SuccessionFault::Reused);
                    }
                    if !to.contains(key) {
                        now.push(key);
                    }
                }
            }
            retired.extend(now);
            for row in rows {
                for key in row.to.iter().map(String::as_str) {
                    let again = retired.contains(key);
                    let gone = taken_up.get(key).is_none_or(|last| *last <= version);
                    let gone = gone && !declared.keys.contains(key);
                    if again && reported.insert(key) {
                        self.succession(what, key, SuccessionFault::Reused);
                    } else if gone && reported.insert(key) {
                        let of = row.from.first().map_or("", String::as_str);
                        self.reference("succession of", of, declared, key);
                    }
                }
            }
            typed.push(rows.iter().filter_map(|row| self.row(what, row, many)).collect());
        }
        for key in declared.keys.iter().filter(|key| retired.contains(**key)) {
            if reported.insert(key) {
                self.succession(what, key, SuccessionFault::Reused);
            }
        }
        typed.into_iter()
    }

    fn row<K: TextKey>(
        &mut self,
        what: &'static str,
        row: &SuccessionRecord,
        many: bool,
    ) -> Option<Succession<K>> {
        let fault = match (row.from.len(), row.to.len()) {
            (0, _) => Some(SuccessionFault::OfNothing),
            (1, 1) if row.from == row.to => Some(SuccessionFault::Nothing),
            (1, 0 | 1) => None,
            _ if !many => Some(SuccessionFault::OneForOne),
            (1, _) | (_, 1) => None,
            _ => Some(SuccessionFault::SeveralForSeveral),
        };
        if let Some(fault) = fault {
            self.succession(what, row.from.first().map_or("", String::as_str), fault);
        }
        let (from, to) = (self.keys(&row.from)?, self.keys(&row.to)?);
        Some(Succession { from, to, needs: row.needs })
    }

    /// The keys, each once.
    fn keys<K: TextKey>(&mut self, keys: &[String]) -> Option<Vec<K>> {
        let mut known = Set::default();
        let mut typed = Vec::new();
        for key in keys.iter().filter(|key| known.insert(key.as_str())) {
            match K::parse(key) {
                Ok(key) => typed.push(key),
                Err(error) => {
                    self.problems.push(CatalogProblem::Key(error));
                    return None;
                }
            }
        }
        Some(typed)
    }

    fn succession(&mut self, what: &'static str, key: &str, fault: SuccessionFault) {
        self.problems.push(CatalogProblem::Succession { what, key: excerpt(key), fault });
    }
}
