//! What became of keys from one version of a catalog to the next (C5).

use std::collections::{BTreeSet, HashMap};
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
/// What a question costs follows what it asks about, not how many successions or versions there are.
pub(crate) struct Lineage<'a, K> {
    steps: Vec<&'a [Succession<K>]>,
    /// Where a key is taken up: step and row, ascending; in a step once.
    taken_up: HashMap<&'a K, Vec<(usize, usize)>, RandomState>,
}

impl<'a, K: Clone + Eq + Hash + Ord> Lineage<'a, K> {
    /// Of versions in ascending order.
    pub(crate) fn new(
        versions: impl IntoIterator<Item = &'a Successions>,
        rows: impl Fn(&'a Successions) -> &'a Vec<Succession<K>>,
    ) -> Self {
        let steps: Vec<&'a [Succession<K>]> =
            versions.into_iter().map(|since| rows(since).as_slice()).collect();
        let mut taken_up: HashMap<&'a K, Vec<(usize, usize)>, RandomState> = HashMap::default();
        for (step, rows) in steps.iter().enumerate() {
            for (row, succession) in rows.iter().enumerate() {
                for key in &succession.from {
                    taken_up.entry(key).or_default().push((step, row));
                }
            }
        }
        Self { steps, taken_up }
    }

    /// Whether a key stands for the same in the last version as it did before the first.
    pub(crate) fn keeps(&self, key: &K) -> bool {
        !self.taken_up.contains_key(key)
    }

    /// The step and the row that take a key up next.
    fn next(&self, key: &K, from: usize) -> Option<(usize, usize)> {
        let taken_up = self.taken_up.get(key)?;
        taken_up.get(taken_up.partition_point(|(step, _)| *step < from)).copied()
    }

    fn row(&self, (step, row): (usize, usize)) -> Option<&'a Succession<K>> {
        self.steps.get(step)?.get(row)
    }

    /// Everything that took the place of a key, whatever else it took; the key itself if nothing did. A successor may be
    /// gone from the last version.
    pub(crate) fn image(&self, key: &K) -> BTreeSet<K> {
        let (mut image, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![(key.clone(), 0)]);
        while let Some((key, from)) = open.pop() {
            let Some(at) = self.next(&key, from) else {
                image.insert(key);
                continue;
            };
            if seen.insert(at) {
                let to = self.row(at).map_or(&[][..], |row| &row.to);
                open.extend(to.iter().map(|key| (key.clone(), at.0 + 1)));
            }
        }
        image
    }

    /// The same for keys that are renamed or retired and nothing else: `None` if it is retired.
    pub(crate) fn renamed(&self, key: &K) -> Option<K> {
        let (mut key, mut from) = (key, 0);
        while let Some(at) = self.next(key, from) {
            (key, from) = (self.row(at)?.to.first()?, at.0 + 1);
        }
        Some(key.clone())
    }

    /// What such a key is called after the last version, or was called last if it was retired on the way.
    pub(crate) fn last(&self, key: &K) -> K {
        let (mut key, mut from) = (key, 0);
        while let Some(at) = self.next(key, from) {
            let Some(now) = self.row(at).and_then(|row| row.to.first()) else { break };
            (key, from) = (now, at.0 + 1);
        }
        key.clone()
    }

    /// What is held after the last version by somebody who held some keys before the first. And what was lost on the
    /// way: keys without a successor, and keys of which a merge needed more than was held.
    pub(crate) fn through(&self, mut held: BTreeSet<K>) -> (BTreeSet<K>, BTreeSet<K>) {
        let mut lost = BTreeSet::new();
        let mut touching: BTreeSet<(usize, usize)> =
            held.iter().filter_map(|key| self.next(key, 0)).collect();
        while let Some((step, _)) = touching.first().copied() {
            let later = touching.split_off(&(step + 1, 0));
            let rows: Vec<_> =
                std::mem::replace(&mut touching, later).into_iter().filter_map(|at| self.row(at)).collect();
            let mut now = BTreeSet::new();
            for row in &rows {
                match row.gives(|key| held.contains(key)) {
                    true if !row.to.is_empty() => now.extend(row.to.iter().cloned()),
                    _ => lost.extend(row.from.iter().filter(|key| held.contains(key)).cloned()),
                }
            }
            for key in rows.iter().flat_map(|row| &row.from) {
                held.remove(key);
            }
            touching.extend(now.iter().filter_map(|key| self.next(key, step + 1)));
            held.extend(now);
        }
        (held, lost)
    }

    /// The rows of the first version from a step on that touches any of these keys, and the step after it.
    pub(crate) fn touching<'k>(
        &self,
        keys: impl Iterator<Item = &'k K>,
        from: usize,
    ) -> Option<(Vec<&'a Succession<K>>, usize)>
    where
        K: 'k,
    {
        let touching: BTreeSet<_> = keys.filter_map(|key| self.next(key, from)).collect();
        let (first, _) = touching.first().copied()?;
        let rows = touching.into_iter().take_while(|(step, _)| *step == first);
        Some((rows.filter_map(|at| self.row(at)).collect(), first + 1))
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
