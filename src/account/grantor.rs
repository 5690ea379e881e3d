//! What gives a user permissions: a role or a team, as one small number.

use smallvec::SmallVec;

/// Marks a team; the rest of the number is a slot.
const TEAM: u32 = 1 << 31;

/// A role or a team of one account.
///
/// Role slots count the predefined roles first, in the order of the catalog, then the custom roles' slots.
/// Roles sort before teams.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Grantor(u32);

impl Grantor {
    pub(crate) const fn role(slot: u32) -> Self {
        Self(slot & !TEAM)
    }

    pub(crate) const fn team(slot: u32) -> Self {
        Self(slot | TEAM)
    }

    #[inline]
    pub(crate) const fn is_team(self) -> bool {
        self.0 & TEAM != 0
    }

    /// The slot among the roles, or among the teams.
    #[inline]
    pub(crate) const fn slot(self) -> u32 {
        self.0 & !TEAM
    }
}

/// What one user holds, ascending: first the roles assigned directly, then the teams. Most users need no
/// allocation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Holdings(SmallVec<[Grantor; 6]>);

impl Holdings {
    #[inline]
    pub(crate) fn all(&self) -> &[Grantor] {
        &self.0
    }

    /// The roles assigned directly, and the teams.
    pub(crate) fn split(&self) -> (&[Grantor], &[Grantor]) {
        let teams = self.0.partition_point(|grantor| !grantor.is_team());
        self.0.split_at_checked(teams).unwrap_or((&self.0, &[]))
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
}

#[cfg(test)]
mod tests {
    use super::{Grantor, Holdings};

    #[test]
    fn four_grantors_fit_without_an_allocation_beside_a_short_id() {
        assert_eq!(size_of::<Holdings>(), 32);
        let mut holdings = Holdings::default();
        assert!(holdings.insert(Grantor::team(0)));
        assert!(holdings.insert(Grantor::role(7)));
        assert!(!holdings.insert(Grantor::role(7)));
        assert_eq!(holdings.split(), (&[Grantor::role(7)][..], &[Grantor::team(0)][..]));
        assert!(holdings.contains(Grantor::team(0)) && !holdings.contains(Grantor::role(0)));
        assert!(holdings.remove(Grantor::team(0)) && !holdings.remove(Grantor::team(0)));
    }
}
