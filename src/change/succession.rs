//! What became of keys from one version of a catalog to the next (C5).

use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;

use foldhash::fast::RandomState;
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

/// The successions of one sort of key, version by version: what became of keys on the way through all of them.
///
/// All reading of successions is here: upgrades, reports, audits, credentials and the comparison of catalogs ask it.
pub(crate) struct Lineage<'a, K>(Vec<Step<'a, K>>);

/// The successions of one version, and the keys that they take up.
struct Step<'a, K> {
    rows: &'a [Succession<K>],
    from: HashSet<&'a K, RandomState>,
}

impl<'a, K: Clone + Eq + Hash + Ord> Lineage<'a, K> {
    /// Of versions in ascending order.
    pub(crate) fn new(
        versions: impl IntoIterator<Item = &'a Successions>,
        rows: impl Fn(&'a Successions) -> &'a Vec<Succession<K>>,
    ) -> Self {
        let step = |since| {
            let rows: &'a [Succession<K>] = rows(since);
            Step { rows, from: rows.iter().flat_map(|row| &row.from).collect() }
        };
        Self(versions.into_iter().map(step).collect())
    }

    /// Whether a key stands for the same in the last version as it did before the first.
    pub(crate) fn keeps(&self, key: &K) -> bool {
        !self.0.iter().any(|step| step.from.contains(key))
    }

    /// Everything that took the place of a key, whatever else it took; the key itself if nothing did. A successor may be
    /// gone from the last version.
    pub(crate) fn image(&self, key: &K) -> BTreeSet<K> {
        self.0.iter().fold([key.clone()].into(), |keys, step| {
            let of = |key: &K| match step.row(key) {
                Some(row) => row.to.clone(),
                None => vec![key.clone()],
            };
            keys.iter().flat_map(of).collect()
        })
    }

    /// The same for keys that are renamed or retired and nothing else: `None` if it is retired.
    pub(crate) fn renamed(&self, key: &K) -> Option<K> {
        self.0.iter().try_fold(key.clone(), |key, step| match step.row(&key) {
            Some(row) => row.to.first().cloned(),
            None => Some(key),
        })
    }

    /// What such a key is called after the last version, or was called last if it was retired on the way.
    pub(crate) fn last(&self, key: &K) -> K {
        self.0.iter().fold(key.clone(), |key, step| match step.row(&key).and_then(|row| row.to.first()) {
            Some(now) => now.clone(),
            None => key,
        })
    }

    /// What is held after the last version by somebody who held some keys before the first. And what was lost on the
    /// way: keys without a successor, and keys of which a merge needed more than was held.
    pub(crate) fn through(&self, held: BTreeSet<K>) -> (BTreeSet<K>, BTreeSet<K>) {
        self.0.iter().fold((held, BTreeSet::new()), |(held, mut lost), step| {
            let kept = held.iter().filter(|key| !step.from.contains(key)).cloned();
            let mut now: BTreeSet<K> = kept.collect();
            for row in step.rows {
                match row.gives(|key| held.contains(key)) {
                    true if !row.to.is_empty() => now.extend(row.to.iter().cloned()),
                    _ => lost.extend(row.from.iter().filter(|key| held.contains(key)).cloned()),
                }
            }
            (now, lost)
        })
    }

    /// The steps, each as its rows.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &'a [Succession<K>]> {
        self.0.iter().map(|step| step.rows)
    }
}

impl<'a, K: Eq + Hash> Step<'a, K> {
    fn row(&self, key: &K) -> Option<&'a Succession<K>> {
        self.from.contains(key).then(|| self.rows.iter().find(|row| row.from.contains(key)))?
    }
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
