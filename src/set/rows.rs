//! Many sets of one width side by side, by number: what checks read.

use std::sync::Arc;

use super::locate;

/// Sets in a page. Together with the width, what replacing one set copies.
const PAGE: usize = 64;
const PAGE_BITS: u32 = PAGE.trailing_zeros();

/// Bits of a number within its range.
const RANGE_BITS: u32 = 30;

/// Sets by number, in pages that clones share.
///
/// The upper two bits of a number tell four ranges apart, which grow independently: their pages take turns
/// in one list. So a test reads that list, which is short, and one word, whatever the range. Sets that were
/// never put are empty; those behind the last one of their page take no room.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// Words in each set.
    width: usize,
    pages: Arc<[Arc<[u64]>]>,
}

impl Rows {
    /// No sets, each of so many positions.
    pub(crate) fn new(positions: usize) -> Self {
        Self { width: positions.div_ceil(64), pages: Arc::from([]) }
    }

    /// Whether any of these sets has a position.
    #[inline]
    pub(crate) fn any_has(&self, numbers: impl IntoIterator<Item = u32>, index: u16) -> bool {
        let (word, bit) = locate(index);
        let has = |number| {
            let (page, at) = self.place(number);
            self.pages.get(page).and_then(|page| page.get(at + word)).is_some_and(|w| w & bit != 0)
        };
        word < self.width && numbers.into_iter().any(has)
    }

    /// A set, with trailing zero words.
    pub(crate) fn get(&self, number: u32) -> &[u64] {
        let (page, at) = self.place(number);
        self.pages.get(page).and_then(|page| page.get(at..at + self.width)).unwrap_or_default()
    }

    /// Puts a set in its place. Whether that changed anything.
    pub(crate) fn put(&mut self, number: u32, words: &[u64]) -> bool {
        let used = words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        let (used, rest) = words.split_at(used.min(self.width));
        debug_assert!(rest.iter().all(|word| *word == 0), "no position lies past the width");
        let known = self.get(number);
        let unused = known.get(used.len()..).unwrap_or_default();
        if known.get(..used.len()) == Some(used) && unused.iter().all(|word| *word == 0)
            || known.is_empty() && used.is_empty()
        {
            return false;
        }
        let absent = std::iter::repeat(&0);
        if let Some(places) = self.room(number) {
            places.iter_mut().zip(used.iter().chain(absent)).for_each(|(place, word)| *place = *word);
        }
        true
    }

    /// The number of the first set of the next page after so many sets in the first range: what is put from
    /// there on leaves their pages shared.
    pub(crate) const fn next_page(sets: u32) -> u32 {
        sets.next_multiple_of(1 << PAGE_BITS)
    }

    /// The words of a set, in a page that no clone shares.
    fn room(&mut self, number: u32) -> Option<&mut [u64]> {
        let (page, at) = self.place(number);
        let end = at + self.width;
        if self.pages.len() <= page {
            let more = (self.pages.len()..=page).map(|_| Arc::from([]));
            self.pages = self.pages.iter().cloned().chain(more).collect();
        }
        let page = Arc::make_mut(&mut self.pages).get_mut(page)?;
        if page.len() < end {
            let more = std::iter::repeat_n(0, end - page.len());
            *page = page.iter().copied().chain(more).collect();
        }
        Arc::make_mut(page).get_mut(at..end)
    }

    /// The page of a set, and where in it the set begins.
    #[inline]
    const fn place(&self, number: u32) -> (usize, usize) {
        let (range, number) = (number >> RANGE_BITS, number & ((1 << RANGE_BITS) - 1));
        let page = (number >> PAGE_BITS) << (32 - RANGE_BITS) | range;
        (page as usize, (number as usize & (PAGE - 1)) * self.width)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Rows;
    use crate::set::IdSet;

    type Set = IdSet<()>;

    proptest! {
        /// Each clone is compared again at the end: no later `put` may show in it.
        #[test]
        fn behaves_as_sets_by_number(
            positions in 1usize..300,
            steps in prop::collection::vec((0u32..200, 0u32..4, prop::collection::vec(any::<u16>(), 0..4)), 0..60),
        ) {
            let (mut rows, mut model) = (Rows::new(positions), BTreeMap::<u32, Set>::new());
            let mut kept = Vec::new();
            for (number, range, members) in steps {
                let number = number | range << 30;
                let limit = u16::try_from(positions).unwrap();
                let set: Set = members.into_iter().map(|index| index % limit).collect();
                let changed = model.get(&number).map_or(!set.is_empty(), |known| *known != set);
                prop_assert_eq!(rows.put(number, set.words()), changed);
                model.insert(number, set);
                kept.push((rows.clone(), model.clone()));
            }
            for (rows, model) in &kept {
                for number in (0..4).flat_map(|range| (0..201).map(move |number| number | range << 30)) {
                    let expected = model.get(&number).cloned().unwrap_or_default();
                    for index in [0, 1, 2, 62, 63, 64, 65, 127, 128, 200, 255, 256, 298, 299, 300, 320] {
                        prop_assert_eq!(rows.any_has([number], index), expected.contains(index));
                    }
                    let mut copy = Set::new();
                    copy.union_with(rows.get(number));
                    prop_assert_eq!(copy, expected);
                }
            }
        }
    }
}
