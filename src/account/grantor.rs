//! What gives a user permissions: a role, a limited assignment of one, or a team, as one small number.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use foldhash::fast::RandomState;
use smallvec::SmallVec;

use crate::catalog::Catalog;
use crate::catalog::UnknownKey;
use crate::key::{KindKey, ResourceId};
use crate::reach::Reach;
use crate::work::steps;

/// Marks a limited assignment; the rest of the number is a slot.
const LIMIT: u32 = 1 << 30;

/// Marks a team; the rest of the number is a slot.
const TEAM: u32 = 1 << 31;

/// Most limited assignments in an account (B3).
pub const MAX_LIMITS: usize = LIMIT as usize;

/// What a grantor is, with its slot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sort {
    Role(u32),
    Limit(u32),
    Team(u32),
}

/// A role, a limited assignment of a role, or a team, of one account.
///
/// Role slots count the predefined roles first, in the order of the catalog, then the custom roles' slots.
/// Roles sort before limited assignments, and these before teams.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Grantor(u32);

impl Grantor {
    pub(crate) const fn role(slot: u32) -> Self {
        Self(slot)
    }

    pub(crate) const fn limit(slot: u32) -> Self {
        Self(slot | LIMIT)
    }

    pub(crate) const fn team(slot: u32) -> Self {
        Self(slot | TEAM)
    }

    #[inline]
    pub(crate) const fn sort(self) -> Sort {
        let slot = self.0 & !(LIMIT | TEAM);
        match (self.0 & TEAM != 0, self.0 & LIMIT != 0) {
            (true, _) => Sort::Team(slot),
            (_, true) => Sort::Limit(slot),
            _ => Sort::Role(slot),
        }
    }

    /// The number that tells it from all others of the account: its sort in the upper two bits, its slot in
    /// the others.
    #[inline]
    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    /// The slot among grantors of the same sort.
    #[inline]
    pub(crate) const fn slot(self) -> u32 {
        self.0 & !(LIMIT | TEAM)
    }
}

/// What one user or team holds, ascending: first the roles, then the limited assignments, then the teams.
/// Most users need no allocation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Holdings(SmallVec<[Grantor; 4]>);

impl Holdings {
    #[inline]
    pub(crate) fn all(&self) -> &[Grantor] {
        &self.0
    }

    /// The slots of the roles assigned without limit.
    pub(crate) fn roles(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots(Grantor::role(0), Grantor::limit(0))
    }

    /// The slots of the limited assignments.
    pub(crate) fn limits(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots(Grantor::limit(0), Grantor::team(0))
    }

    /// The slots of the teams.
    pub(crate) fn teams(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots(Grantor::team(0), Grantor(u32::MAX))
    }

    fn slots(&self, from: Grantor, to: Grantor) -> impl Iterator<Item = u32> + '_ {
        let (start, end) = (self.0.partition_point(|g| *g < from), self.0.partition_point(|g| *g < to));
        self.0.get(start..end).unwrap_or_default().iter().inspect(|_| steps(1)).map(|grantor| grantor.slot())
    }

    pub(crate) fn contains(&self, grantor: Grantor) -> bool {
        self.0.binary_search(&grantor).is_ok()
    }

    /// Whether it was absent.
    pub(crate) fn insert(&mut self, grantor: Grantor) -> bool {
        match self.0.binary_search(&grantor) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, grantor);
                true
            }
        }
    }

    /// Whether it was present.
    pub(crate) fn remove(&mut self, grantor: Grantor) -> bool {
        match self.0.binary_search(&grantor) {
            Ok(at) => {
                self.0.remove(at);
                true
            }
            Err(_) => false,
        }
    }

    pub(crate) fn retain(&mut self, mut wanted: impl FnMut(&Grantor) -> bool) {
        self.0.retain(|held| wanted(held));
    }
}

/// The resources of one kind that a limited assignment reaches. Found by hash; whoever lists them sorts them.
pub(crate) type Resources = HashSet<ResourceId, RandomState>;

/// A limited assignment (L2): of which role, and where it counts. It belongs to one user or team.
#[derive(Clone, Debug)]
pub(crate) struct LimitData {
    /// The role slot.
    pub(crate) role: u32,
    /// The limited kinds, ascending, each with the resources reached.
    pub(crate) kinds: Vec<(u16, Resources)>,
    /// The same for kinds that an upgrade took away (P9). No permission is exercised on them.
    pub(crate) gone: BTreeMap<KindKey, Resources>,
}

impl LimitData {
    /// The limit that a reach puts on a role.
    pub(crate) fn new(catalog: &Catalog, role: u32, reach: &Reach) -> Result<Self, UnknownKey> {
        let mut kinds = Vec::new();
        for (kind, resources) in reach.limits() {
            kinds.push((catalog.kind_index(kind.as_str())?, resources.iter().cloned().collect()));
        }
        kinds.sort_unstable_by_key(|(kind, _)| *kind);
        Ok(Self { role, kinds, gone: BTreeMap::new() })
    }

    /// The same, with kinds that the catalog lacks.
    pub(crate) fn with_gone(catalog: &Catalog, role: u32, reach: &Reach) -> Self {
        let (mut kinds, mut gone) = (Vec::new(), BTreeMap::new());
        for (kind, resources) in reach.limits() {
            let resources = resources.iter().cloned().collect();
            match catalog.kind_position(kind.as_str()) {
                Some(index) => kinds.push((index, resources)),
                None => _ = gone.insert(kind.clone(), resources),
            }
        }
        kinds.sort_unstable_by_key(|(kind, _)| *kind);
        Self { role, kinds, gone }
    }

    pub(crate) fn is_everything(&self) -> bool {
        self.kinds.is_empty() && self.gone.is_empty()
    }

    /// The resources of a kind that are reached; `None` if the kind is not limited.
    #[inline]
    pub(crate) fn resources(&self, kind: u16) -> Option<&Resources> {
        self.kinds.iter().find(|(limited, _)| *limited == kind).map(|(_, resources)| resources)
    }

    /// The same, as text.
    pub(crate) fn reach(&self, catalog: &Catalog) -> Reach {
        let mut reach = Reach::everything();
        for (kind, resources) in &self.kinds {
            steps(resources.len());
            if let Some(kind) = catalog.kind_at(*kind) {
                reach.insert(kind.key().clone(), resources.iter().cloned().collect::<BTreeSet<_>>());
            }
        }
        for (kind, resources) in &self.gone {
            reach.insert(kind.clone(), resources.iter().cloned().collect());
        }
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::{Grantor, Holdings, Sort};

    #[test]
    fn holdings_are_sorted_and_small() {
        assert_eq!(size_of::<Holdings>(), 24);
        let mut holdings = Holdings::default();
        for grantor in [Grantor::team(0), Grantor::role(7), Grantor::limit(3), Grantor::role(0)] {
            assert!(holdings.insert(grantor));
            assert!(!holdings.insert(grantor));
        }
        assert_eq!(holdings.roles().collect::<Vec<_>>(), [0, 7]);
        assert_eq!(holdings.limits().collect::<Vec<_>>(), [3]);
        assert_eq!(holdings.teams().collect::<Vec<_>>(), [0]);
        assert!(holdings.contains(Grantor::team(0)) && !holdings.contains(Grantor::team(3)));
        assert!(holdings.remove(Grantor::team(0)) && !holdings.remove(Grantor::team(0)));
        assert_eq!(Grantor::limit(3).sort(), Sort::Limit(3));
        assert_eq!(Grantor::team(3).sort(), Sort::Team(3));
    }
}
