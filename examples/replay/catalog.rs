//! From a set to a catalog: its permissions and predefined roles, as the vendor would declare them.

use std::collections::HashMap;

use rolecall::{
    CATALOG_FORMAT, Catalog, CatalogError, CatalogRecord, FeatureRecord, PermissionRecord,
    PredefinedRoleRecord, ScopeRecord, SectionKey, SectionRecord, SuccessionsRecord,
};

use super::set::{RoleKind, Set};

pub(crate) fn catalog(set: &Set) -> Result<Catalog, CatalogError> {
    version(set, 1, Vec::new())
}

/// A version of the product, with what became of the keys of those before it.
pub(crate) fn version(
    set: &Set,
    version: u32,
    successions: Vec<SuccessionsRecord>,
) -> Result<Catalog, CatalogError> {
    let sections = Sections::of(set);
    let permission = |permission: &super::set::Permission| PermissionRecord {
        key: permission.key.clone(),
        name: named(&permission.name, &permission.key),
        description: String::new(),
        section: sections.key(&permission.section),
        features: vec![permission.feature.clone()],
        scopes: permission.scopes.clone(),
        kind: None,
        seat: None,
    };
    let predefined = set.roles.iter().filter(|role| role.kind == RoleKind::Predefined);
    Catalog::from_record(&CatalogRecord {
        format: CATALOG_FORMAT,
        name: set.name.clone(),
        version,
        features: set
            .features
            .iter()
            .map(|feature| FeatureRecord {
                key: feature.key.clone(),
                name: named(&feature.name, &feature.key),
                description: String::new(),
            })
            .collect(),
        kinds: Vec::new(),
        seats: Vec::new(),
        guard: rolecall::GuardRecord::default(),
        successions,
        scopes: set
            .scopes
            .iter()
            .map(|scope| ScopeRecord {
                key: scope.key.clone(),
                description: String::new(),
                includes: Vec::new(),
            })
            .collect(),
        permissions: set.permissions.iter().map(permission).collect(),
        roles: predefined
            .map(|role| PredefinedRoleRecord {
                key: role.key.clone(),
                name: named(&role.name, &role.key),
                description: String::new(),
                group: None,
                permissions: role.permissions.clone(),
            })
            .collect(),
        sections: sections.records,
    })
}

/// The name, or the key where there is none.
pub(crate) fn named(name: &str, key: &str) -> String {
    if name.trim().is_empty() { key.to_owned() } else { name.to_owned() }
}

/// The sections, in the order in which the permissions name them.
struct Sections<'a> {
    records: Vec<SectionRecord>,
    keys: HashMap<&'a str, String>,
}

impl<'a> Sections<'a> {
    fn of(set: &'a Set) -> Self {
        let mut sections = Self { records: Vec::new(), keys: HashMap::new() };
        for permission in &set.permissions {
            let label = permission.section.as_str();
            if sections.keys.contains_key(label) {
                continue;
            }
            // A label is free text: empty, long, in any script. Where it is no key, its number stands in.
            let number = sections.records.len();
            let key = SectionKey::new(label)
                .map_or_else(|_| format!("<section {number}>"), |key| key.as_str().to_owned());
            sections.records.push(SectionRecord {
                key: key.clone(),
                name: named(label, &key),
                description: String::new(),
            });
            sections.keys.insert(label, key);
        }
        sections
    }

    fn key(&self, label: &str) -> String {
        self.keys.get(label).cloned().unwrap_or_default()
    }
}
