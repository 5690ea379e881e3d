//! Which permissions open what accepts a scope.

use crate::catalog::Catalog;
use crate::id::PermissionId;
use crate::set::IdSet;

/// A scope that is accepted, and the permissions that may give it.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) scope: u16,
    /// Whether scopes that include it are not accepted.
    pub(super) exactly: bool,
    pub(super) openers: &'a Openers,
}

/// A set of permissions, of which there are few: the words that are not zero.
#[derive(Clone, Debug)]
pub(super) struct Openers(Box<[(u16, u64)]>);

impl Openers {
    /// The permissions that provide a scope which covers this one, or exactly this one.
    pub(super) fn covering(catalog: &Catalog, scope: u16, exactly: bool) -> Self {
        let openers: IdSet<PermissionId> = match exactly {
            true => catalog.providers(scope).iter().copied().collect(),
            false => {
                let covering = catalog.covering(scope);
                covering.iter().flat_map(|scope| catalog.providers(scope)).copied().collect()
            }
        };
        Self::new(openers.iter())
    }

    /// Of permissions in ascending order.
    fn new(permissions: impl Iterator<Item = u16>) -> Self {
        let mut words: Vec<(u16, u64)> = Vec::new();
        for permission in permissions {
            let (at, bit) = (permission >> 6, 1 << (permission & 63));
            match words.last_mut().filter(|(last, _)| *last == at) {
                Some((_, word)) => *word |= bit,
                None => words.push((at, bit)),
            }
        }
        Self(words.into())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().flat_map(|(at, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 != 0);
            bits.map(move |bit| at << 6 | bit)
        })
    }

    #[inline]
    pub(super) fn meet(&self, granted: &[u64], usable: &[u64]) -> bool {
        self.0.iter().any(|(at, word)| {
            let at = usize::from(*at);
            granted.get(at).zip(usable.get(at)).is_some_and(|(granted, usable)| word & granted & usable != 0)
        })
    }
}
