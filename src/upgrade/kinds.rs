//! On which kinds of resource a predefined role has come to grant (P9).

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::change::Lineage;
use crate::key::{KindKey, RoleKey};
use crate::set::Row;

/// The kinds on which roles grant, before and now.
pub(super) struct Kinds<'c> {
    before: &'c Catalog,
    now: &'c Catalog,
    renamed: Lineage<'c, KindKey>,
    /// What was found out already, by role and by what it came from.
    known: BTreeMap<(RoleKey, BTreeSet<RoleKey>), Vec<KindKey>>,
}

impl<'c> Kinds<'c> {
    pub(super) fn new(before: &'c Catalog, now: &'c Catalog) -> Self {
        let renamed = Lineage::new(now.since(before.version()), |since| &since.kinds);
        Self { before, now, renamed, known: BTreeMap::new() }
    }

    /// The kinds on which a role grants and on which none of the roles that it came from did.
    pub(super) fn new_kinds(&mut self, role: &RoleKey, from: &BTreeSet<RoleKey>) -> Vec<KindKey> {
        let asked = (role.clone(), from.clone());
        if let Some(known) = self.known.get(&asked) {
            return known.clone();
        }
        let before = from.iter().flat_map(|role| on(self.before, role));
        let before: BTreeSet<KindKey> = before.filter_map(|kind| self.renamed.renamed(&kind)).collect();
        let new: Vec<KindKey> =
            on(self.now, role).into_iter().filter(|kind| !before.contains(kind)).collect();
        self.known.insert(asked, new.clone());
        new
    }
}

/// The kinds on which a role of a catalog grants.
fn on(catalog: &Catalog, role: &RoleKey) -> BTreeSet<KindKey> {
    let row = catalog.role_index(role).and_then(|role| catalog.role_row(role));
    let kinds: BTreeSet<u16> =
        row.into_iter().flat_map(Row::members).filter_map(|permission| catalog.kind_of(permission)).collect();
    kinds.into_iter().filter_map(|kind| Some(catalog.kind_at(kind)?.key().clone())).collect()
}
