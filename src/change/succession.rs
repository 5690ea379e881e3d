//! What became of keys from one version of a catalog to the next (C5).

use serde::{Deserialize, Serialize};

use crate::key::{ContentHash, FeatureKey, KindKey, PermissionKey, RoleKey, ScopeKey};

/// Which catalog, to the letter: its name, its version and the hash of what it says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct CatalogId {
    /// The name of the product.
    pub name: String,
    /// The version of the product.
    pub version: u32,
    /// The hash of everything that the catalog says.
    pub hash: ContentHash,
}

/// Which of the old keys must have been held for the new ones to be given.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// Every one of them.
    #[default]
    All,
    /// At least one of them.
    Any,
}

/// What became of some keys: all of `to` takes the place of `from`.
///
/// One for one is a renaming, one for several a split, several for one a merge, one for none a retirement. A
/// key of `from` that is not also one of `to` is retired, and never used again (C5).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct Succession<K> {
    /// The old keys.
    pub from: Vec<K>,
    /// The new keys.
    pub to: Vec<K>,
    /// Which of the old ones must have been held.
    pub needs: Needs,
}

impl<K: PartialEq> Succession<K> {
    /// Whether the new keys are given to somebody who held what `held` says.
    pub(crate) fn gives(&self, mut held: impl FnMut(&K) -> bool) -> bool {
        match self.needs {
            Needs::All => self.from.iter().all(held),
            Needs::Any => self.from.iter().any(&mut held),
        }
    }
}

/// What became of keys in one version of a product. All of it happens at once: what one succession gives is not
/// taken up by another.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct Successions {
    /// The version.
    pub version: u32,
    /// Features renamed or retired.
    pub features: Vec<Succession<FeatureKey>>,
    /// Kinds of resource renamed or retired.
    pub kinds: Vec<Succession<KindKey>>,
    /// Scopes renamed or retired.
    pub scopes: Vec<Succession<ScopeKey>>,
    /// Permissions renamed, retired, split or merged.
    pub permissions: Vec<Succession<PermissionKey>>,
    /// Predefined roles renamed, retired, split or merged.
    pub roles: Vec<Succession<RoleKey>>,
}

impl Successions {
    pub(crate) const fn is_empty(&self) -> bool {
        self.features.is_empty()
            && self.kinds.is_empty()
            && self.scopes.is_empty()
            && self.permissions.is_empty()
            && self.roles.is_empty()
    }
}
