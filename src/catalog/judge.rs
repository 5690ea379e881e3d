//! From record to catalog: everything is looked at, and every problem is reported (C2).

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::definition::{
    FeatureData, KindData, Label, PermissionData, Refs, RoleData, ScopeData, SeatData, SectionData,
};
use super::guard::{ExclusionData, GuardData};
use super::record::{CATALOG_FORMAT, CatalogRecord, GuardRecord};
use super::scope::{ClosureError, MAX_WORDS, close};
use super::{
    Catalog, Inner, MAX_FEATURES, MAX_PERMISSIONS, MAX_ROLES, MAX_SCOPES, Map, NO_KIND, hash, nearest,
};
use crate::error::{CatalogError, CatalogProblem, KeyError, NameError};
use crate::id::{PermissionId, Stamp};
use crate::key::{
    ContentHash, FeatureKey, KindKey, PermissionKey, RoleKey, ScopeKey, SeatKey, SectionKey, TextKey,
};
use crate::name;
use crate::set::{IdSet, Row, Rows};

pub(super) fn judge(record: &CatalogRecord) -> Result<Catalog, CatalogError> {
    let mut judge = Judge::default();
    let catalog = judge.catalog(record);
    match catalog {
        Some(catalog) if judge.problems.is_empty() => Ok(catalog),
        _ => Err(CatalogError::new(crate::error::excerpt(&record.name), judge.problems)),
    }
}

/// Most resource kinds and seats. Far beyond any product; so that a reference always fits 16 bits.
const MAX_OTHERS: usize = NO_KIND as usize;

/// Nearest keys are looked for so many times at most: a garbled catalog must not cost quadratic time.
const MAX_HINTS: usize = 64;

/// The keys of one sort of thing, as declared: what references are resolved against.
pub(super) struct Declared<'a> {
    pub(super) what: &'static str,
    pub(super) keys: indexmap::IndexSet<&'a str, foldhash::fast::RandomState>,
}

#[derive(Default)]
pub(super) struct Judge {
    pub(super) problems: Vec<CatalogProblem>,
}

impl Judge {
    fn catalog(&mut self, record: &CatalogRecord) -> Option<Catalog> {
        if record.format != CATALOG_FORMAT {
            self.problems.push(CatalogProblem::Format { found: record.format, known: CATALOG_FORMAT });
            return None;
        }
        self.name("catalog", &record.name, name::required("catalog name", &record.name));

        let features = self.declare("feature", record.features.iter().map(|f| &f.key), MAX_FEATURES);
        let kinds = self.declare("resource kind", record.kinds.iter().map(|k| &k.key), MAX_OTHERS);
        let seats = self.declare("seat", record.seats.iter().map(|s| &s.key), MAX_OTHERS);
        let scopes = self.declare("scope", record.scopes.iter().map(|s| &s.key), MAX_SCOPES);
        let sections = self.declare("section", record.sections.iter().map(|s| &s.key), MAX_PERMISSIONS);
        let permissions =
            self.declare("permission", record.permissions.iter().map(|p| &p.key), MAX_PERMISSIONS);
        let roles = self.declare("predefined role", record.roles.iter().map(|r| &r.key), MAX_ROLES);

        let mut inner = Inner {
            name: SmolStr::new(&record.name),
            version: record.version,
            hash: ContentHash::new([0; 32]),
            stamp: Stamp::new(&[0; 32]),
            features: Map::default(),
            kinds: Map::default(),
            seats: Map::default(),
            scopes: Map::default(),
            sections: Map::default(),
            permissions: Map::default(),
            roles: Map::default(),
            kind_of: Vec::new(),
            role_rows: Rows::new(record.permissions.len()),
            guard: GuardData::default(),
            successions: Vec::new(),
            narrowed: OnceLock::new(),
        };

        for row in &record.features {
            let label = self.label("feature", &row.key, &row.name, &row.description);
            self.define::<FeatureKey, _>(&mut inner.features, &row.key, FeatureData { label });
        }
        for row in &record.kinds {
            let label = self.label("resource kind", &row.key, &row.name, &row.description);
            self.define::<KindKey, _>(&mut inner.kinds, &row.key, KindData { label });
        }
        for row in &record.seats {
            let label = self.label("seat", &row.key, &row.name, &row.description);
            self.define::<SeatKey, _>(&mut inner.seats, &row.key, SeatData { label });
        }

        let includes: Vec<Refs> =
            record.scopes.iter().map(|row| self.refs("scope", &row.key, &scopes, &row.includes)).collect();
        let covers = self.close(&includes, record);
        let mut wider = vec![Refs::new(); includes.len()];
        for (scope, includes) in (0..=u16::MAX).zip(&includes) {
            for included in includes {
                if let Some(wider) = wider.get_mut(usize::from(*included)) {
                    wider.push(scope);
                }
            }
        }
        for (n, ((row, includes), covers)) in record.scopes.iter().zip(includes).zip(covers).enumerate() {
            let text = name::no_control("description", &row.description);
            self.name("scope", &row.key, text);
            let data = ScopeData {
                description: row.description.as_str().into(),
                includes,
                covers,
                wider: wider.get_mut(n).map(std::mem::take).unwrap_or_default(),
                providers: Vec::new(),
            };
            self.define::<ScopeKey, _>(&mut inner.scopes, &row.key, data);
        }

        for row in &record.sections {
            let label = self.label("section", &row.key, &row.name, &row.description);
            let data = SectionData { label, permissions: Refs::new() };
            self.define::<SectionKey, _>(&mut inner.sections, &row.key, data);
        }
        for (row, index) in record.permissions.iter().zip(0..=u16::MAX) {
            let (of, key) = ("permission", row.key.as_str());
            let data = PermissionData {
                label: self.label(of, key, &row.name, &row.description),
                section: self.reference(of, key, &sections, &row.section).unwrap_or_default(),
                features: self.refs(of, key, &features, &row.features),
                scopes: self.refs(of, key, &scopes, &row.scopes),
                kind: row
                    .kind
                    .as_ref()
                    .and_then(|kind| self.reference(of, key, &kinds, kind))
                    .and_then(|index| u16::try_from(index).ok()),
                seat: row.seat.as_ref().and_then(|seat| self.reference(of, key, &seats, seat)),
            };
            if let Some((_, section)) = inner.sections.get_index_mut(data.section) {
                section.permissions.push(index);
            }
            for scope in &data.scopes {
                if let Some((_, scope)) = inner.scopes.get_index_mut((*scope).into()) {
                    scope.providers.push(index);
                }
            }
            inner.kind_of.push(data.kind.unwrap_or(NO_KIND));
            self.define::<PermissionKey, _>(&mut inner.permissions, key, data);
        }
        for row in &record.roles {
            let (of, key) = ("predefined role", row.key.as_str());
            if let Some(group) = &row.group {
                self.name(of, key, name::required("group", group));
            }
            let granted: IdSet<PermissionId> =
                self.refs(of, key, &permissions, &row.permissions).into_iter().collect();
            let data = RoleData {
                label: self.label(of, key, &row.name, &row.description),
                group: row.group.as_ref().map(SmolStr::new),
                permissions: Row::from(&granted),
            };
            self.define::<RoleKey, _>(&mut inner.roles, key, data);
        }

        inner.guard = self.guard(&record.guard, &features, &permissions, &roles);
        let declared = [&features, &kinds, &scopes, &permissions, &roles];
        inner.successions = self.successions(record, declared);

        if !self.problems.is_empty() {
            return None;
        }
        for (index, role) in (0..).zip(inner.roles.values()) {
            inner.role_rows.put(index, &role.permissions);
        }
        // The hash is that of the canonical form: hence of the catalog, not of how it was written down.
        let draft = Catalog(Arc::new(inner));
        let hash = hash::hash(&draft.record());
        let mut inner = Arc::into_inner(draft.0)?;
        (inner.hash, inner.stamp) = (hash, Stamp::new(hash.as_bytes()));
        Some(Catalog(Arc::new(inner)))
    }

    /// Notes the keys of one sort, each once.
    fn declare<'a>(
        &mut self,
        what: &'static str,
        keys: impl ExactSizeIterator<Item = &'a String>,
        limit: usize,
    ) -> Declared<'a> {
        if keys.len() > limit {
            self.problems.push(CatalogProblem::TooMany { what, found: keys.len(), limit });
        }
        let mut declared = Declared { what, keys: indexmap::IndexSet::default() };
        let mut reported = HashSet::<_, foldhash::fast::RandomState>::default();
        for key in keys {
            if !declared.keys.insert(key.as_str()) && reported.insert(key) {
                let key = crate::error::excerpt(key);
                self.problems.push(CatalogProblem::Duplicate { what, key });
            }
        }
        declared
    }

    fn define<K: TextKey + std::hash::Hash + Eq, V>(&mut self, map: &mut Map<K, V>, key: &str, data: V) {
        match K::parse(key) {
            Ok(key) => {
                map.insert(key, data);
            }
            Err(error) => self.key(error),
        }
    }

    fn key(&mut self, error: KeyError) {
        self.problems.push(CatalogProblem::Key(error));
    }

    fn name(&mut self, of: &'static str, key: &str, judged: Result<(), NameError>) {
        if let Err(source) = judged {
            let key = crate::error::excerpt(key);
            self.problems.push(CatalogProblem::Name { of, key, source });
        }
    }

    fn label(&mut self, of: &'static str, key: &str, name: &str, description: &str) -> Label {
        self.name(of, key, name::required("name", name));
        self.name(of, key, name::no_control("description", description));
        Label { name: SmolStr::new(name), description: description.into() }
    }

    pub(super) fn reference(
        &mut self,
        of: &'static str,
        key: &str,
        to: &Declared<'_>,
        missing: &str,
    ) -> Option<usize> {
        let found = to.keys.get_index_of(missing);
        if found.is_none() {
            let hinting = self.problems.len() < MAX_HINTS;
            let nearest = nearest::nearest(missing, to.keys.iter().copied().filter(|_| hinting));
            self.problems.push(CatalogProblem::Unknown {
                of,
                key: crate::error::excerpt(key),
                what: to.what,
                missing: crate::error::excerpt(missing),
                nearest: nearest.map(crate::error::excerpt),
            });
        }
        found
    }

    /// Resolves a list of references, ascending, each once: naming a thing twice says nothing more (D3).
    fn refs(&mut self, of: &'static str, key: &str, to: &Declared<'_>, keys: &[String]) -> Refs {
        let mut refs: Refs = keys
            .iter()
            .filter_map(|missing| self.reference(of, key, to, missing))
            .filter_map(|index| u16::try_from(index).ok())
            .collect();
        refs.sort_unstable();
        refs.dedup();
        refs
    }

    fn guard(
        &mut self,
        record: &GuardRecord,
        features: &Declared<'_>,
        permissions: &Declared<'_>,
        roles: &Declared<'_>,
    ) -> GuardData {
        let mut guard = GuardData::default();
        let of = "guard";
        for row in &record.governed {
            let act = format!("{:?}", row.act);
            if guard.governed.iter().any(|(known, _)| *known == row.act) {
                self.problems.push(CatalogProblem::Duplicate { what: "governed act", key: act });
            } else if let Some(permission) = self.index(of, &act, permissions, &row.permission) {
                guard.governed.push((row.act, permission));
            }
        }
        guard.governed.sort_unstable();
        let escalation = record.escalation.as_ref();
        guard.escalation = escalation.and_then(|key| self.index(of, "escalation", permissions, key));
        let mut least = IdSet::<PermissionId>::new();
        for row in &record.minimums {
            let permission = self.index(of, "minimums", permissions, &row.permission);
            if row.users == 0 {
                let key = crate::error::excerpt(&row.permission);
                self.problems.push(CatalogProblem::Pointless { what: "minimum", key });
            } else if permission.is_some_and(|permission| !least.insert(permission)) {
                let key = crate::error::excerpt(&row.permission);
                self.problems.push(CatalogProblem::Duplicate { what: "minimum", key });
            }
            guard.minimums.extend(permission.map(|permission| (permission, row.users)));
        }
        guard.minimums.sort_unstable();
        let mut names = HashSet::<_, foldhash::fast::RandomState>::default();
        for row in &record.exclusions {
            let key = row.name.as_str();
            self.name("exclusion", key, name::required("exclusion name", key));
            self.name("exclusion", key, name::no_control("description", &row.description));
            let held = self.refs("exclusion", key, permissions, &row.permissions);
            let mut of_roles: Vec<u32> = row
                .roles
                .iter()
                .filter_map(|role| self.reference("exclusion", key, roles, role))
                .filter_map(|index| u32::try_from(index).ok())
                .collect();
            of_roles.sort_unstable();
            of_roles.dedup();
            if row.most as usize >= of_roles.len() + held.len() {
                let key = crate::error::excerpt(key);
                self.problems.push(CatalogProblem::Pointless { what: "exclusion", key });
            }
            if !names.insert(key) {
                let key = crate::error::excerpt(key);
                self.problems.push(CatalogProblem::Duplicate { what: "exclusion", key });
            }
            let feature = row.feature.as_ref();
            guard.exclusions.push(ExclusionData {
                name: SmolStr::new(key),
                description: row.description.as_str().into(),
                feature: feature.and_then(|feature| self.index("exclusion", key, features, feature)),
                most: row.most,
                roles: of_roles,
                permissions: held.to_vec(),
            });
        }
        guard
    }

    fn index(&mut self, of: &'static str, key: &str, to: &Declared<'_>, missing: &str) -> Option<u16> {
        self.reference(of, key, to, missing).and_then(|index| u16::try_from(index).ok())
    }

    fn close(&mut self, includes: &[Refs], record: &CatalogRecord) -> Vec<IdSet<crate::id::ScopeId>> {
        match close(includes) {
            Ok(covers) => covers,
            Err(ClosureError { circles, too_large }) => {
                let key =
                    |index: usize| record.scopes.get(index).map(|scope| crate::error::excerpt(&scope.key));
                for circle in circles {
                    let scopes = circle.into_iter().filter_map(key).collect();
                    self.problems.push(CatalogProblem::ScopeCycle { scopes });
                }
                if too_large {
                    self.problems.push(CatalogProblem::InclusionsTooLarge { limit: MAX_WORDS * 8 });
                }
                vec![IdSet::new(); includes.len()]
            }
        }
    }
}
