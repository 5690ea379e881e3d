//! The builder: gathers, and judges nothing until everything is there (C2).

use super::record::{
    CATALOG_FORMAT, CatalogRecord, ExclusionRecord, FeatureRecord, GovernedRecord, GuardRecord, KindRecord,
    MinimumRecord, PermissionRecord, PredefinedRoleRecord, ScopeRecord, SeatRecord, SectionRecord,
    SuccessionRecord, SuccessionsRecord,
};
use super::{Catalog, table};
use crate::error::CatalogError;

/// Gathers a catalog piece by piece; [`build`](Self::build) judges the whole.
///
/// The pieces are rows of [`table`]. Their order within a sort is the order in which the catalog lists them;
/// between sorts it does not matter.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct CatalogBuilder(CatalogRecord);

impl CatalogBuilder {
    pub(super) fn new(name: String, version: u32) -> Self {
        Self(CatalogRecord {
            format: CATALOG_FORMAT,
            name,
            version,
            features: Vec::new(),
            kinds: Vec::new(),
            seats: Vec::new(),
            scopes: Vec::new(),
            sections: Vec::new(),
            permissions: Vec::new(),
            roles: Vec::new(),
            guard: GuardRecord::default(),
            successions: Vec::new(),
        })
    }

    pub(super) fn from_table(rows: &table::Table<'_>) -> Self {
        let mut builder = Self::new(rows.name.to_owned(), rows.version);
        builder = rows.features.iter().fold(builder, |builder, row| builder.feature(*row));
        builder = rows.kinds.iter().fold(builder, |builder, row| builder.kind(*row));
        builder = rows.seats.iter().fold(builder, |builder, row| builder.seat(*row));
        builder = rows.scopes.iter().fold(builder, |builder, row| builder.scope(*row));
        builder = rows.sections.iter().fold(builder, |builder, row| builder.section(*row));
        builder = rows.roles.iter().fold(builder, |builder, row| builder.role(*row));
        builder = builder.guard(rows.guard);
        rows.successions.iter().fold(builder, |builder, row| builder.successions(*row))
    }

    /// Adds a feature.
    pub fn feature(mut self, row: table::Feature<'_>) -> Self {
        let (key, name, description) = (row.key.into(), row.name.into(), row.description.into());
        self.0.features.push(FeatureRecord { key, name, description });
        self
    }

    /// Adds a kind of resource.
    pub fn kind(mut self, row: table::Kind<'_>) -> Self {
        let (key, name, description) = (row.key.into(), row.name.into(), row.description.into());
        self.0.kinds.push(KindRecord { key, name, description });
        self
    }

    /// Adds a seat.
    pub fn seat(mut self, row: table::Seat<'_>) -> Self {
        let (key, name, description) = (row.key.into(), row.name.into(), row.description.into());
        self.0.seats.push(SeatRecord { key, name, description });
        self
    }

    /// Adds a scope.
    pub fn scope(mut self, row: table::Scope<'_>) -> Self {
        let (key, description) = (row.key.into(), row.description.into());
        self.0.scopes.push(ScopeRecord { key, description, includes: owned(row.includes) });
        self
    }

    /// Adds a section and the permissions in it.
    pub fn section(mut self, row: table::Section<'_>) -> Self {
        let (key, name, description) = (row.key.into(), row.name.into(), row.description.into());
        self.0.sections.push(SectionRecord { key, name, description });
        for permission in row.permissions {
            self.0.permissions.push(PermissionRecord {
                key: permission.key.into(),
                name: permission.name.into(),
                description: permission.description.into(),
                section: row.key.into(),
                features: owned(permission.features),
                scopes: owned(permission.scopes),
                kind: permission.kind.map(str::to_owned),
                seat: permission.seat.map(str::to_owned),
            });
        }
        self
    }

    /// Adds a predefined role.
    pub fn role(mut self, row: table::Role<'_>) -> Self {
        self.0.roles.push(PredefinedRoleRecord {
            key: row.key.into(),
            name: row.name.into(),
            description: row.description.into(),
            group: Some(row.group).filter(|group| !group.is_empty()).map(str::to_owned),
            permissions: owned(row.permissions),
        });
        self
    }

    /// Adds to the guard: what governs edits, and what accounts must keep to (G1, G3, G4).
    pub fn guard(mut self, rows: table::Guard<'_>) -> Self {
        let guard = &mut self.0.guard;
        let governed = rows.governed.iter();
        guard
            .governed
            .extend(governed.map(|(act, key)| GovernedRecord { act: *act, permission: (*key).into() }));
        guard.escalation = rows.escalation.map(str::to_owned).or(guard.escalation.take());
        let minimums = rows.minimums.iter();
        guard
            .minimums
            .extend(minimums.map(|(key, users)| MinimumRecord { permission: (*key).into(), users: *users }));
        guard.exclusions.extend(rows.exclusions.iter().map(|row| ExclusionRecord {
            name: row.name.into(),
            description: row.description.into(),
            feature: row.feature.map(str::to_owned),
            most: row.most,
            roles: owned(row.roles),
            permissions: owned(row.permissions),
        }));
        self
    }

    /// Adds what became of the keys of earlier versions in one version (C5). Oldest first.
    pub fn successions(mut self, row: table::Since<'_>) -> Self {
        let rows = |rows: &[table::Succession<'_>]| {
            let record = |row: &table::Succession<'_>| SuccessionRecord {
                from: owned(row.from.as_slice()),
                to: owned(row.to.as_slice()),
                needs: row.needs,
            };
            rows.iter().map(record).collect()
        };
        self.0.successions.push(SuccessionsRecord {
            version: row.version,
            features: rows(row.features),
            kinds: rows(row.kinds),
            scopes: rows(row.scopes),
            permissions: rows(row.permissions),
            roles: rows(row.roles),
        });
        self
    }

    /// The catalog.
    ///
    /// # Errors
    ///
    /// - The pieces do not hold together; **every** problem is listed, each with the keys concerned (C2):
    ///   a key used twice, a reference to something not declared, scopes that include each other, a retired key
    ///   that is used again, a name or key that is not acceptable, more of a sort than a catalog can hold.
    pub fn build(self) -> Result<Catalog, CatalogError> {
        Catalog::from_record(&self.0)
    }
}

fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}
