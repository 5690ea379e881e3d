//! What a catalog says of each thing in it: a view per sort of thing, borrowed from the catalog.

use smallvec::SmallVec;
use smol_str::SmolStr;

use super::{Catalog, PermissionSet, ScopeSet, sets::FeatureSet};
use crate::id::{FeatureId, KindId, PermissionId, ScopeId};
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleKey, ScopeKey, SeatKey, SectionKey};
use crate::set::{IdSet, Row};

/// References to a few things of one sort, ascending. A list, not a bitset: its size follows what is
/// referred to, not what exists.
pub(crate) type Refs = SmallVec<[u16; 4]>;

/// Name and description, as the vendor wrote them.
#[derive(Clone)]
pub(crate) struct Label {
    pub(crate) name: SmolStr,
    pub(crate) description: Box<str>,
}

#[derive(Clone)]
pub(crate) struct FeatureData {
    pub(crate) label: Label,
}

#[derive(Clone)]
pub(crate) struct KindData {
    pub(crate) label: Label,
}

#[derive(Clone)]
pub(crate) struct SeatData {
    pub(crate) label: Label,
}

#[derive(Clone)]
pub(crate) struct ScopeData {
    pub(crate) description: Box<str>,
    /// The scopes that the vendor says it includes.
    pub(crate) includes: Refs,
    /// Itself and all that it includes, directly or through others; empty if it includes nothing.
    pub(crate) covers: IdSet<ScopeId>,
    /// The scopes that the vendor says include it.
    pub(crate) wider: Refs,
    /// The permissions that provide it, ascending.
    pub(crate) providers: Vec<u16>,
}

#[derive(Clone)]
pub(crate) struct SectionData {
    pub(crate) label: Label,
    pub(crate) permissions: Refs,
}

#[derive(Clone)]
pub(crate) struct PermissionData {
    pub(crate) label: Label,
    pub(crate) section: usize,
    pub(crate) features: Refs,
    pub(crate) scopes: Refs,
    pub(crate) kind: Option<u16>,
    pub(crate) seat: Option<usize>,
}

#[derive(Clone)]
pub(crate) struct RoleData {
    pub(crate) label: Label,
    pub(crate) group: Option<SmolStr>,
    pub(crate) permissions: Row,
}

/// One row per sort: the view, its data, its key, its table in the catalog, how to list and reach it.
macro_rules! views {
    ($($(#[$doc:meta])* $view:ident, $data:ty, $key:ty, $table:ident, $at:ident($index:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $view<'a> {
            catalog: &'a Catalog,
            index: $index,
            key: &'a $key,
            data: &'a $data,
        }

        impl<'a> $view<'a> {
            /// The key.
            #[must_use]
            pub fn key(&self) -> &'a $key {
                self.key
            }
        }

        impl std::fmt::Debug for $view<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($view), self.key.as_str())
            }
        }

        impl PartialEq for $view<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.index == other.index && self.catalog.is(other.catalog)
            }
        }

        impl Eq for $view<'_> {}

        impl Catalog {
            pub(crate) fn $at(&self, index: $index) -> Option<$view<'_>> {
                let (key, data) = self.0.$table.get_index(index.into())?;
                Some($view { catalog: self, index, key, data })
            }

            #[doc = concat!("The ", stringify!($table), ", in declared order (V4).")]
            pub fn $table(&self) -> impl ExactSizeIterator<Item = $view<'_>> + DoubleEndedIterator {
                self.0.$table.iter().enumerate().map(|(index, (key, data))| {
                    #[allow(clippy::cast_possible_truncation, reason = "no table of ids has more than 2^16 rows (B3)")]
                    let index = index as $index;
                    $view { catalog: self, index, key, data }
                })
            }
        }
    )*};
}

views! {
    /// A capability of the product that is enabled or not on an account.
    Feature, FeatureData, FeatureKey, features, feature_at(u16);
    /// A kind of resource that permissions are exercised on (L1).
    Kind, KindData, KindKey, kinds, kind_at(u16);
    /// What a user consumes by being able to use certain permissions (C9).
    Seat, SeatData, SeatKey, seats, seat_at(usize);
    /// An API grant, provided by permissions.
    Scope, ScopeData, ScopeKey, scopes, scope_at(u16);
    /// A named, ordered group of permissions, as an administrator sees them.
    Section, SectionData, SectionKey, sections, section_at(usize);
    /// One atomic right.
    Permission, PermissionData, PermissionKey, permissions, permission_at(u16);
    /// A role of the catalog. Its permissions change only with the catalog (R7).
    PredefinedRole, RoleData, RoleKey, roles, role_at(usize);
}

macro_rules! labelled {
    ($($view:ident)*) => {$(
        impl<'a> $view<'a> {
            /// The name, in the vendor's words.
            #[must_use]
            pub fn name(&self) -> &'a str {
                &self.data.label.name
            }

            /// The description; empty if the vendor gave none.
            #[must_use]
            pub fn description(&self) -> &'a str {
                &self.data.label.description
            }
        }
    )*};
}

labelled!(Feature Kind Seat Section Permission PredefinedRole);

impl Feature<'_> {
    /// The dense id.
    #[must_use]
    pub fn id(&self) -> FeatureId {
        self.catalog.id(self.index)
    }
}

impl Kind<'_> {
    /// The dense id.
    #[must_use]
    pub fn id(&self) -> KindId {
        self.catalog.id(self.index)
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn index(&self) -> u16 {
        self.index
    }

    /// The dense id.
    #[must_use]
    pub fn id(&self) -> ScopeId {
        self.catalog.id(self.index)
    }

    /// Which API access the scope gives; empty if the vendor does not say.
    #[must_use]
    pub fn description(&self) -> &'a str {
        &self.data.description
    }

    /// The scopes that the vendor declares this one to include (C3); not their inclusions in turn.
    #[must_use]
    pub fn includes(&self) -> ScopeSet {
        ScopeSet::new(self.catalog, self.data.includes.iter().copied().collect())
    }

    /// The permissions that provide this very scope; those that provide one including it are not among
    /// them (V2).
    #[must_use]
    pub fn provided_by(&self) -> PermissionSet {
        PermissionSet::new(self.catalog, self.data.providers.iter().copied().collect())
    }

    /// This scope and everything it includes, directly or through others (C3).
    #[must_use]
    pub fn covers(&self) -> ScopeSet {
        let mut covers = self.data.covers.clone();
        covers.insert(self.index);
        ScopeSet::new(self.catalog, covers)
    }
}

impl Seat<'_> {
    /// The permissions that consume the seat (C9).
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        let all = self.catalog.0.permissions.values().zip(0..=u16::MAX);
        let taking = all.filter(|(permission, _)| permission.seat == Some(self.index));
        PermissionSet::new(self.catalog, taking.map(|(_, index)| index).collect())
    }

    pub(crate) fn is_taken_by(&self, permission: u16) -> bool {
        let data = self.catalog.0.permissions.get_index(permission.into());
        data.is_some_and(|(_, data)| data.seat == Some(self.index))
    }
}

impl<'a> Section<'a> {
    /// The permissions of the section, in declared order.
    pub fn permissions(&self) -> impl Iterator<Item = Permission<'a>> + use<'a> {
        let catalog = self.catalog;
        self.data.permissions.iter().filter_map(move |index| catalog.permission_at(*index))
    }

    /// The number of permissions in the section.
    #[must_use]
    pub fn len(&self) -> usize {
        self.data.permissions.len()
    }

    /// How many of its permissions a set has (V1).
    #[must_use]
    pub fn count_in(&self, permissions: &PermissionSet) -> usize {
        self.data.permissions.iter().filter(|index| permissions.set().contains(**index)).count()
    }

    /// Whether the section has no permission.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data.permissions.is_empty()
    }
}

impl<'a> Permission<'a> {
    /// The dense id, to ask with.
    #[must_use]
    pub fn id(&self) -> PermissionId {
        self.catalog.id(self.index)
    }

    /// The section that the permission belongs to.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a catalog is built only if every permission's section is declared"
    )]
    pub fn section(&self) -> Section<'a> {
        self.catalog.section_at(self.data.section).expect("a judged catalog")
    }

    /// The features that must all be enabled (D1).
    #[must_use]
    pub fn features(&self) -> FeatureSet {
        FeatureSet::new(self.catalog, self.data.features.iter().copied().collect())
    }

    pub(crate) fn scope_refs(&self) -> &'a Refs {
        &self.data.scopes
    }

    pub(crate) fn feature_refs(&self) -> &'a Refs {
        &self.data.features
    }

    /// The scopes that the permission provides (S1); not what they include.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::new(self.catalog, self.data.scopes.iter().copied().collect())
    }

    /// The kind of resource that the permission is exercised on, if any (L1).
    #[must_use]
    pub fn kind(&self) -> Option<Kind<'a>> {
        self.data.kind.and_then(|index| self.catalog.kind_at(index))
    }

    /// The seat that whoever can use the permission consumes, if any (C9).
    #[must_use]
    pub fn seat(&self) -> Option<Seat<'a>> {
        self.data.seat.and_then(|index| self.catalog.seat_at(index))
    }
}

impl<'a> PredefinedRole<'a> {
    pub(crate) fn row(&self) -> &'a Row {
        &self.data.permissions
    }

    pub(crate) fn catalog(&self) -> &'a Catalog {
        self.catalog
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// The heading under which the role is listed, if any.
    #[must_use]
    pub fn group(&self) -> Option<&'a str> {
        self.data.group.as_deref()
    }

    /// The permissions that the role grants.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        PermissionSet::new(self.catalog, self.data.permissions.to_set())
    }

    /// The scopes that the role's permissions provide (S1). Distinct, not reduced by inclusion.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::new(self.catalog, self.catalog.provided(&self.data.permissions))
    }
}
