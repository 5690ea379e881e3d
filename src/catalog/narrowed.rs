//! What two catalogs have in common, in the ids of one of them: what counts while an account waits for its upgrade (P5).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use super::{Catalog, Map};
use crate::change::Lineage;
use crate::id::{PermissionId, ScopeId};
use crate::key::{ContentHash, PermissionKey, ScopeKey};
use crate::set::{IdSet, Row, Rows};

/// A catalog, seen through an earlier one.
#[derive(Clone)]
pub(crate) struct Narrowed {
    /// The hash of the earlier one.
    of: ContentHash,
    pub(crate) catalog: Catalog,
    /// The permissions that a role can grant: those that are the same in both.
    pub(crate) granting: IdSet<PermissionId>,
}

impl Catalog {
    /// This catalog, saying no more than an earlier one did: what a role grants, a permission provides and a scope
    /// includes is what both say; a permission requires what either does, and one of another kind is granted by nothing.
    ///
    /// Its ids are those of this catalog, and so is its hash: it is this catalog, seen through the earlier one.
    ///
    /// Cost: a pass over both catalogs, for the first earlier one; accounts of one version wait together.
    pub(crate) fn narrowed_to(&self, earlier: &Self) -> Narrowed {
        let first = self.0.narrowed.get_or_init(|| self.narrow(earlier));
        match first.of == earlier.hash() {
            true => first.clone(),
            false => self.narrow(earlier),
        }
    }

    fn narrow(&self, earlier: &Self) -> Narrowed {
        let since = || self.since(earlier.version());
        let permissions = Lineage::new(since(), |since| &since.permissions);
        let roles = Lineage::new(since(), |since| &since.roles);
        let kinds = Lineage::new(since(), |since| &since.kinds);
        let scopes = Lineage::new(since(), |since| &since.scopes);
        let here = &*self.0;
        let (same_permission, same_scope) = (
            same(&here.permissions, &earlier.0.permissions, |key: &PermissionKey| permissions.keeps(key)),
            same(&here.scopes, &earlier.0.scopes, |key: &ScopeKey| scopes.keeps(key)),
        );
        // To the ids of this catalog, of what it knows.
        let scope_ids = |ids: &mut dyn Iterator<Item = u16>| -> IdSet<ScopeId> {
            ids.filter_map(|scope| same_scope.get(&scope).copied()).collect()
        };
        let mut usable = IdSet::<PermissionId>::new();
        let mut inner = here.clone();
        for (then, now) in &same_permission {
            let (Some((_, before)), Some((_, data))) = (
                earlier.0.permissions.get_index((*then).into()),
                inner.permissions.get_index_mut((*now).into()),
            ) else {
                continue;
            };
            let kind = before.kind.and_then(|kind| earlier.kind_at(kind));
            let same_kind = match (kind, data.kind.and_then(|kind| self.kind_at(kind))) {
                (None, None) => true,
                (Some(before), Some(now)) => before.key() == now.key() && kinds.keeps(now.key()),
                _ => false,
            };
            let required = before.features.iter().map(|feature| {
                let key = earlier.feature_at(*feature)?;
                self.feature_index(key.key().as_str())
            });
            let Some(required) = required.collect::<Option<Vec<u16>>>().filter(|_| same_kind) else {
                continue;
            };
            let features: IdSet<()> = required.into_iter().chain(data.features.iter().copied()).collect();
            data.features = features.iter().collect();
            let provided = scope_ids(&mut before.scopes.iter().copied());
            data.scopes.retain(|scope| provided.contains(*scope));
            usable.insert(*now);
        }
        let covers: HashMap<u16, IdSet<ScopeId>, RandomState> = same_scope
            .iter()
            .filter_map(|(then, now)| {
                let (_, scope) = earlier.0.scopes.get_index((*then).into())?;
                Some((*now, scope_ids(&mut scope.covers.iter())))
            })
            .collect();
        for (index, scope) in (0u16..).zip(inner.scopes.values_mut()) {
            let none = IdSet::new();
            scope.covers.intersect_with(covers.get(&index).unwrap_or(&none).words());
            scope.includes.retain(|included| scope.covers.contains(*included));
            scope.providers.retain(|_| false);
        }
        for (index, permission) in (0u16..).zip(inner.permissions.values()) {
            for scope in &permission.scopes {
                if let Some((_, scope)) = inner.scopes.get_index_mut((*scope).into()) {
                    scope.providers.push(index);
                }
            }
        }
        inner.role_rows = Rows::new(inner.permissions.len());
        for (index, (key, role)) in (0..).zip(inner.roles.iter_mut()) {
            let before = earlier.0.roles.get(key).filter(|_| roles.keeps(key));
            let before = before.into_iter().flat_map(|role| role.permissions.members());
            let mut granted: IdSet<PermissionId> =
                before.filter_map(|permission| same_permission.get(&permission).copied()).collect();
            granted.intersect_with(&role.permissions);
            granted.intersect_with(usable.words());
            role.permissions = Row::from(&granted);
            inner.role_rows.put(index, &role.permissions);
        }
        inner.narrowed = OnceLock::new();
        Narrowed { of: earlier.hash(), catalog: Self(Arc::new(inner)), granting: usable }
    }
}

/// The keys that two catalogs share and no succession takes up: from the position in the earlier one.
fn same<K: std::hash::Hash + Eq, A, B>(
    here: &Map<K, A>,
    earlier: &Map<K, B>,
    keeps: impl Fn(&K) -> bool,
) -> HashMap<u16, u16, RandomState> {
    let position = |key: &K| here.get_index_of(key).and_then(|index| u16::try_from(index).ok());
    (0u16..)
        .zip(earlier.keys())
        .filter(|(_, key)| keeps(key))
        .filter_map(|(then, key)| Some((then, position(key)?)))
        .collect()
}
