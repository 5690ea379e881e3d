//! The stored form of a catalog (P4): keys and text, every field always present.

use serde::{Deserialize, Serialize};

use super::{Catalog, Inner};
use crate::change::{Needs, Succession, Successions};

/// The format of [`CatalogRecord`] that this version of the crate writes and reads.
pub const CATALOG_FORMAT: u32 = 1;

/// A catalog as it is stored: to be written as JSON or in any other self-describing format.
///
/// Lists are in declared order. Every field is required and unknown fields are refused, so nothing that
/// narrows access can go missing unnoticed. Text is checked by [`Catalog::from_record`], which reports all
/// problems together.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct CatalogRecord {
    /// Always [`CATALOG_FORMAT`].
    pub format: u32,
    /// The name of the product.
    pub name: String,
    /// The version of the product.
    pub version: u32,
    /// The features.
    pub features: Vec<FeatureRecord>,
    /// The kinds of resource.
    pub kinds: Vec<KindRecord>,
    /// The seats.
    pub seats: Vec<SeatRecord>,
    /// The scopes.
    pub scopes: Vec<ScopeRecord>,
    /// The sections.
    pub sections: Vec<SectionRecord>,
    /// The permissions.
    pub permissions: Vec<PermissionRecord>,
    /// The predefined roles.
    pub roles: Vec<PredefinedRoleRecord>,
    /// Who may edit what.
    pub guard: GuardRecord,
    /// What became of the keys of earlier versions, oldest first.
    pub successions: Vec<SuccessionsRecord>,
}

macro_rules! labelled_records {
    ($($(#[$doc:meta])* $record:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
        #[serde(crate = "crate::quote::serde")]
        #[serde(deny_unknown_fields)]
        pub struct $record {
            /// Its key.
            pub key: String,
            /// Its name.
            pub name: String,
            /// Its description, or no text.
            pub description: String,
        }
    )*};
}

labelled_records! {
    /// A feature as it is stored.
    FeatureRecord;
    /// A kind of resource as it is stored.
    KindRecord;
    /// A seat as it is stored.
    SeatRecord;
    /// A section as it is stored. Its permissions name it.
    SectionRecord;
}

/// A scope as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct ScopeRecord {
    /// Its key.
    pub key: String,
    /// Which API access it gives, or no text.
    pub description: String,
    /// The keys of the scopes that it includes.
    pub includes: Vec<String>,
}

/// A permission as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct PermissionRecord {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its description, or no text.
    pub description: String,
    /// The key of its section.
    pub section: String,
    /// The keys of the features that it requires, all of them.
    pub features: Vec<String>,
    /// The keys of the scopes that it provides.
    pub scopes: Vec<String>,
    /// The key of the kind of resource it is exercised on; null if on none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub kind: Option<String>,
    /// The key of the seat it consumes; null if none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub seat: Option<String>,
}

/// A predefined role as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct PredefinedRoleRecord {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its description, or no text.
    pub description: String,
    /// The heading under which it is listed; null if none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub group: Option<String>,
    /// The keys of the permissions that it grants.
    pub permissions: Vec<String>,
}

/// A sort of edit, which one permission governs (G1).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Act {
    /// Assigning and unassigning roles, limiting and extending where they count.
    Assign,
    /// Creating, editing and deleting custom roles.
    EditRoles,
    /// Creating, renaming and deleting teams.
    EditTeams,
    /// Adding and removing members of teams.
    EditMembers,
    /// Suspending and reinstating users.
    Suspend,
    /// Removing users.
    Remove,
}

/// The guard of a catalog as it is stored (G1, G3, G4).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct GuardRecord {
    /// Which permission governs which sort of edit. What nobody governs, no actor may do.
    pub governed: Vec<GovernedRecord>,
    /// The key of the permission whose users may give what they do not hold; null if nobody may.
    #[serde(deserialize_with = "Option::deserialize")]
    pub escalation: Option<String>,
    /// What some active users must always be able to do.
    pub minimums: Vec<MinimumRecord>,
    /// What one user must not hold together.
    pub exclusions: Vec<ExclusionRecord>,
}

/// That a permission governs a sort of edit, as it is stored (G1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct GovernedRecord {
    /// The sort of edit.
    pub act: Act,
    /// The key of the permission.
    pub permission: String,
}

/// That so many active users at least must be able to use a permission, as it is stored (G3).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct MinimumRecord {
    /// The key of the permission.
    pub permission: String,
    /// How many users, at least one.
    pub users: u32,
}

/// That one user must not hold more than some of a set, as it is stored (G4).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct ExclusionRecord {
    /// Its name, by which it is told from others.
    pub name: String,
    /// Its description, or no text.
    pub description: String,
    /// The key of the feature that switches it on; null if it always counts.
    #[serde(deserialize_with = "Option::deserialize")]
    pub feature: Option<String>,
    /// How many of the set one user may hold.
    pub most: u32,
    /// The keys of the predefined roles of the set.
    pub roles: Vec<String>,
    /// The keys of the permissions of the set.
    pub permissions: Vec<String>,
}

/// What became of keys in one version, as it is stored (C5).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct SuccessionsRecord {
    /// The version.
    pub version: u32,
    /// Features renamed or retired.
    pub features: Vec<SuccessionRecord>,
    /// Kinds of resource renamed or retired.
    pub kinds: Vec<SuccessionRecord>,
    /// Scopes renamed or retired.
    pub scopes: Vec<SuccessionRecord>,
    /// Permissions renamed, retired, split or merged.
    pub permissions: Vec<SuccessionRecord>,
    /// Predefined roles renamed, retired, split or merged.
    pub roles: Vec<SuccessionRecord>,
}

/// What took the place of some keys, as it is stored (C5).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct SuccessionRecord {
    /// The old keys.
    pub from: Vec<String>,
    /// The new keys.
    pub to: Vec<String>,
    /// Which of the old keys must have been held.
    pub needs: Needs,
}

/// What a catalog says, in canonical order: references in the declared order of what they refer to.
pub(super) fn write(catalog: &Catalog) -> CatalogRecord {
    let Inner { name, version, .. } = &*catalog.0;
    macro_rules! labelled {
        ($table:ident, $record:ident) => {
            catalog
                .$table()
                .map(|row| $record {
                    key: row.key().to_string(),
                    name: row.name().to_owned(),
                    description: row.description().to_owned(),
                })
                .collect()
        };
    }
    CatalogRecord {
        format: CATALOG_FORMAT,
        name: name.to_string(),
        version: *version,
        features: labelled!(features, FeatureRecord),
        kinds: labelled!(kinds, KindRecord),
        seats: labelled!(seats, SeatRecord),
        scopes: catalog
            .scopes()
            .map(|scope| ScopeRecord {
                key: scope.key().to_string(),
                description: scope.description().to_owned(),
                includes: scope.includes().keys().map(ToString::to_string).collect(),
            })
            .collect(),
        sections: labelled!(sections, SectionRecord),
        permissions: catalog
            .permissions()
            .map(|permission| PermissionRecord {
                key: permission.key().to_string(),
                name: permission.name().to_owned(),
                description: permission.description().to_owned(),
                section: permission.section().key().to_string(),
                features: permission.features().keys().map(ToString::to_string).collect(),
                scopes: permission.scopes().keys().map(ToString::to_string).collect(),
                kind: permission.kind().map(|kind| kind.key().to_string()),
                seat: permission.seat().map(|seat| seat.key().to_string()),
            })
            .collect(),
        roles: catalog
            .roles()
            .map(|role| PredefinedRoleRecord {
                key: role.key().to_string(),
                name: role.name().to_owned(),
                description: role.description().to_owned(),
                group: role.group().map(str::to_owned),
                permissions: role.permissions().keys().map(ToString::to_string).collect(),
            })
            .collect(),
        guard: guard(catalog),
        successions: catalog.successions().map(successions).collect(),
    }
}

fn successions(typed: &Successions) -> SuccessionsRecord {
    fn records<K: ToString>(typed: &[Succession<K>]) -> Vec<SuccessionRecord> {
        let text = |keys: &[K]| keys.iter().map(ToString::to_string).collect();
        let record = |row: &Succession<K>| SuccessionRecord {
            from: text(&row.from),
            to: text(&row.to),
            needs: row.needs,
        };
        typed.iter().map(record).collect()
    }
    let Successions { version, features, kinds, scopes, permissions, roles } = typed;
    SuccessionsRecord {
        version: *version,
        features: records(features),
        kinds: records(kinds),
        scopes: records(scopes),
        permissions: records(permissions),
        roles: records(roles),
    }
}

fn guard(catalog: &Catalog) -> GuardRecord {
    let governed = catalog.governed();
    GuardRecord {
        governed: governed
            .map(|(act, permission)| GovernedRecord { act, permission: permission.key().to_string() })
            .collect(),
        escalation: catalog.escalation().map(|permission| permission.key().to_string()),
        minimums: catalog
            .minimums()
            .map(|(permission, users)| MinimumRecord { permission: permission.key().to_string(), users })
            .collect(),
        exclusions: catalog
            .exclusions()
            .map(|exclusion| ExclusionRecord {
                name: exclusion.name().to_owned(),
                description: exclusion.description().to_owned(),
                feature: exclusion.feature().map(|feature| feature.key().to_string()),
                most: exclusion.most(),
                roles: exclusion.roles().map(|role| role.key().to_string()).collect(),
                permissions: exclusion.permissions().map(|permission| permission.key().to_string()).collect(),
            })
            .collect(),
    }
}
