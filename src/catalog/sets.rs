//! Sets that leave the crate: each knows its catalog, so its members have keys.

use std::fmt;

use super::{Catalog, Feature, Permission, Scope};
use crate::id::{DenseId, FeatureId, PermissionId, ScopeId};
use crate::key::{FeatureKey, PermissionKey, ScopeKey};
use crate::set::IdSet;

macro_rules! sets {
    ($($(#[$doc:meta])* $set:ident of $view:ident, $id:ident, $key:ident, $at:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Iterates in the order in which the catalog declares its members.
        #[derive(Clone)]
        pub struct $set {
            catalog: Catalog,
            ids: IdSet<$id>,
        }

        impl $set {
            pub(crate) fn new(catalog: &Catalog, ids: IdSet<$id>) -> Self {
                Self { catalog: catalog.clone(), ids }
            }

            /// Whether the set has this member. An id of another catalog is in no set.
            #[must_use]
            pub fn contains(&self, id: $id) -> bool {
                self.catalog.own(id).is_some_and(|index| self.ids.contains(index))
            }

            /// The number of members.
            #[must_use]
            pub fn len(&self) -> usize {
                self.ids.len()
            }

            /// Whether there are none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.ids.is_empty()
            }

            /// The members.
            pub fn iter(&self) -> impl Iterator<Item = $view<'_>> {
                self.ids.iter().filter_map(|index| self.catalog.$at(index))
            }

            /// The members, as ids.
            pub fn ids(&self) -> impl Iterator<Item = $id> + '_ {
                self.ids.iter().map(|index| self.catalog.id(index))
            }

            /// The members, as keys.
            pub fn keys(&self) -> impl Iterator<Item = &$key> {
                self.iter().map(|member| member.key())
            }

            /// The members that another set lacks. Sets of two catalogs are compared by key.
            #[must_use]
            pub fn minus(&self, other: &Self) -> Self {
                let mut ids = self.ids.clone();
                ids.subtract(self.in_common(other).words());
                Self { catalog: self.catalog.clone(), ids }
            }

            /// The members that another set has too. Sets of two catalogs are compared by key.
            #[must_use]
            pub fn and(&self, other: &Self) -> Self {
                Self { catalog: self.catalog.clone(), ids: self.in_common(other) }
            }

            /// Whether another set has all members of this one. Sets of two catalogs are compared by key.
            #[must_use]
            pub fn is_subset(&self, other: &Self) -> bool {
                self.in_common(other) == self.ids
            }

            fn in_common(&self, other: &Self) -> IdSet<$id> {
                let mut ids = self.ids.clone();
                if self.catalog.is(&other.catalog) {
                    ids.intersect_with(other.ids.words());
                    return ids;
                }
                let theirs: std::collections::BTreeSet<&$key> = other.keys().collect();
                let kept = self.iter().filter(|member| theirs.contains(member.key()));
                kept.map(|member| member.id().index()).collect()
            }

        }

        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.keys().map($key::as_str)).finish()
            }
        }

        impl PartialEq for $set {
            fn eq(&self, other: &Self) -> bool {
                self.catalog.is(&other.catalog) && self.ids == other.ids
            }
        }

        impl Eq for $set {}
    )*};
}

sets! {
    /// Some features of a catalog.
    FeatureSet of Feature, FeatureId, FeatureKey, feature_at;
    /// Some permissions of a catalog.
    PermissionSet of Permission, PermissionId, PermissionKey, permission_at;
    /// Some scopes of a catalog.
    ScopeSet of Scope, ScopeId, ScopeKey, scope_at;
}

impl PermissionSet {
    pub(crate) fn set(&self) -> &IdSet<PermissionId> {
        &self.ids
    }
}

impl ScopeSet {
    pub(crate) fn set(&self) -> &IdSet<ScopeId> {
        &self.ids
    }
}
