//! The canonical bitset.
//!
//! Which catalog its positions belong to is the owner's business: a set knows neither keys nor stamps, and
//! is never stored. There is no trailing zero word, so equal sets are equal values.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::work::steps;

pub(crate) use rows::Rows;

mod rows;

/// Words held without an allocation: 128 members, which covers the features and seats of most products.
const INLINE: usize = 2;

/// A set of positions, typed by what they are positions of.
pub(crate) struct IdSet<I> {
    words: SmallVec<[u64; INLINE]>,
    of: PhantomData<fn(I) -> I>,
}

/// The word that holds a position, and the bit in it.
const fn locate(index: u16) -> (usize, u64) {
    ((index >> 6) as usize, 1 << (index & 63))
}

/// Whether a row of words has a position. Positions past its end are absent.
#[inline]
pub(crate) fn has(words: &[u64], index: u16) -> bool {
    let (word, bit) = locate(index);
    words.get(word).is_some_and(|w| w & bit != 0)
}

impl<I> IdSet<I> {
    pub(crate) fn new() -> Self {
        Self { words: SmallVec::new(), of: PhantomData }
    }

    #[inline]
    pub(crate) fn contains(&self, index: u16) -> bool {
        has(&self.words, index)
    }

    /// Adds a position. Whether it was absent.
    pub(crate) fn insert(&mut self, index: u16) -> bool {
        let (word, bit) = locate(index);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words.get_mut(word).is_some_and(|w| {
            let absent = *w & bit == 0;
            *w |= bit;
            absent
        })
    }

    /// Takes a position away. Whether it was present.
    pub(crate) fn remove(&mut self, index: u16) -> bool {
        let (word, bit) = locate(index);
        let present = self.words.get_mut(word).is_some_and(|w| {
            let present = *w & bit != 0;
            *w &= !bit;
            present
        });
        self.trim();
        present
    }

    /// Adds every position of a row. Whether any was absent.
    pub(crate) fn union_with(&mut self, words: &[u64]) -> bool {
        let len = words.iter().rposition(|w| *w != 0).map_or(0, |last| last + 1);
        if self.words.len() < len {
            self.words.resize(len, 0);
        }
        let mut added = 0;
        for (mine, theirs) in self.words.iter_mut().zip(words) {
            added |= theirs & !*mine;
            *mine |= theirs;
        }
        added != 0
    }

    /// Keeps only the positions that a row has too.
    pub(crate) fn intersect_with(&mut self, words: &[u64]) {
        self.words.truncate(words.len());
        for (mine, theirs) in self.words.iter_mut().zip(words) {
            *mine &= theirs;
        }
        self.trim();
    }

    /// Takes every position of a row away.
    pub(crate) fn subtract(&mut self, words: &[u64]) {
        for (mine, theirs) in self.words.iter_mut().zip(words) {
            *mine &= !theirs;
        }
        self.trim();
    }

    /// Whether some position is in a row too.
    pub(crate) fn meets(&self, words: &[u64]) -> bool {
        self.words.iter().zip(words).any(|(mine, theirs)| mine & theirs != 0)
    }

    /// The number of members.
    pub(crate) fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The members, ascending.
    pub(crate) fn iter(&self) -> Members<'_> {
        Members { words: &self.words, base: 0, rest: 0 }
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl<I> Clone for IdSet<I> {
    fn clone(&self) -> Self {
        Self { words: SmallVec::from_slice(&self.words), of: PhantomData }
    }
}

impl<I> Default for IdSet<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I> PartialEq for IdSet<I> {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl<I> Eq for IdSet<I> {}

impl<I> fmt::Debug for IdSet<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<I> FromIterator<u16> for IdSet<I> {
    fn from_iter<T: IntoIterator<Item = u16>>(members: T) -> Self {
        let mut set = Self::new();
        for index in members {
            set.insert(index);
        }
        set
    }
}

/// A set that many owners share: what one role or team grants. Trimmed like a set, replaced as a whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Row(Arc<[u64]>);

impl Row {
    /// The members, ascending.
    pub(crate) fn members(&self) -> Members<'_> {
        Members { words: &self.0, base: 0, rest: 0 }
    }

    /// The members of a row that is no more than words.
    pub(crate) const fn members_of(words: &[u64]) -> Members<'_> {
        Members { words, base: 0, rest: 0 }
    }

    /// The same with one more position.
    pub(crate) fn with(&self, index: u16) -> Self {
        let mut set = self.to_set::<()>();
        set.insert(index);
        Self::from(&set)
    }

    /// The same without a position.
    pub(crate) fn without(&self, index: u16) -> Self {
        let mut set = self.to_set::<()>();
        set.remove(index);
        Self::from(&set)
    }

    pub(crate) fn to_set<I>(&self) -> IdSet<I> {
        let mut set = IdSet::new();
        set.union_with(&self.0);
        set
    }
}

impl<I> From<&IdSet<I>> for Row {
    fn from(set: &IdSet<I>) -> Self {
        Self(Arc::from(set.words()))
    }
}

impl Default for Row {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl Deref for Row {
    type Target = [u64];

    #[inline]
    fn deref(&self) -> &[u64] {
        &self.0
    }
}

/// The members of a set, ascending.
pub(crate) struct Members<'a> {
    words: &'a [u64],
    /// The position of the lowest bit of the first word in `words`; `rest` belongs to the word before.
    base: usize,
    rest: u64,
}

impl Iterator for Members<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        steps(1);
        while self.rest == 0 {
            let (first, others) = self.words.split_first()?;
            (self.rest, self.words, self.base) = (*first, others, self.base + 64);
        }
        let bit = self.rest.trailing_zeros() as usize;
        self.rest &= self.rest - 1;
        // A set holds positions of 16 bits only, so this never fails.
        u16::try_from(self.base - 64 + bit).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::IdSet;

    type Set = IdSet<()>;

    fn indexes() -> impl Strategy<Value = BTreeSet<u16>> {
        // Around the ends of words, where mistakes live.
        let edge =
            prop::sample::select(vec![0u16, 31, 32, 33, 62, 63, 64, 65, 127, 128, 129, 4095, 4096, u16::MAX]);
        prop::collection::btree_set(prop_oneof![0u16..200, edge], 0..24)
    }

    fn members(set: &Set) -> BTreeSet<u16> {
        set.iter().collect()
    }

    proptest! {
        #[test]
        fn behaves_as_a_set_of_numbers(a in indexes(), b in indexes(), x in 0u16..200) {
            let (sa, sb): (Set, Set) = (a.iter().copied().collect(), b.iter().copied().collect());
            prop_assert_eq!(members(&sa), a.clone());
            prop_assert_eq!(sa.len(), a.len());
            prop_assert_eq!(sa.is_empty(), a.is_empty());
            prop_assert_eq!(sa.contains(x), a.contains(&x));
            prop_assert_eq!(sa == sb, a == b);

            let mut union = sa.clone();
            prop_assert_eq!(union.union_with(sb.words()), !b.is_subset(&a));
            prop_assert_eq!(members(&union), &a | &b);

            let mut both = sa.clone();
            both.intersect_with(sb.words());
            prop_assert_eq!(members(&both), &a & &b);

            let mut less = sa.clone();
            less.subtract(sb.words());
            prop_assert_eq!(members(&less), &a - &b);
        }

        #[test]
        fn reports_change_and_stays_canonical(a in indexes(), x in 0u16..200) {
            let mut set: Set = a.iter().copied().collect();
            prop_assert_eq!(set.insert(x), !a.contains(&x));
            prop_assert!(!set.insert(x));
            prop_assert!(set.remove(x));
            prop_assert!(!set.remove(x));
            let expected: Set = a.iter().copied().filter(|i| *i != x).collect();
            prop_assert_eq!(set.words(), expected.words());
        }

        #[test]
        fn a_row_with_trailing_zeros_adds_no_words(a in indexes()) {
            let set: Set = a.iter().copied().collect();
            let mut padded = set.words().to_vec();
            padded.extend([0; 3]);
            let mut copy = Set::new();
            copy.union_with(&padded);
            prop_assert_eq!(copy, set);
        }
    }
}
