//! The persistent table: values in numbered slots, found by text, cheap to clone.
//!
//! It knows nothing of users, roles or teams. A clone shares everything; an edit copies the way to the one
//! page it changes. Slots stay put until their value is removed, and are used again afterwards.

use std::hash::BuildHasher;
use std::ops::Deref;

use foldhash::fast::RandomState;

use index::Index;
use paged::Paged;

mod index;
mod paged;

/// A value that a text identifies.
pub(crate) trait Entry: Clone {
    fn text(&self) -> &str;
}

#[derive(Clone, Debug)]
enum Slot<V> {
    Used(V),
    /// The next free slot, or `NONE`.
    Free(u32),
}

const NONE: u32 = u32::MAX;

/// Values by slot.
///
/// Costs: a clone a few reference counts; an edit of a shared slab copies three short arrays.
#[derive(Clone, Debug)]
pub(crate) struct Slab<V> {
    slots: Paged<Slot<V>>,
    free: u32,
    len: u32,
}

impl<V: Clone> Slab<V> {
    pub(crate) fn new() -> Self {
        Self { slots: Paged::new(), free: NONE, len: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&V> {
        match self.slots.get(slot)? {
            Slot::Used(value) => Some(value),
            Slot::Free(_) => None,
        }
    }

    /// The value in a slot, to be changed in place.
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut V> {
        match self.slots.get_mut(slot)? {
            Slot::Used(value) => Some(value),
            Slot::Free(_) => None,
        }
    }

    /// Adds a value and says where. `None` if all slots are taken.
    pub(crate) fn insert(&mut self, value: V) -> Option<u32> {
        let slot = match self.slots.get(self.free) {
            Some(Slot::Free(next)) => {
                let (slot, next) = (self.free, *next);
                *self.slots.get_mut(slot)? = Slot::Used(value);
                self.free = next;
                slot
            }
            _ => {
                let slot = self.slots.len();
                if slot == NONE {
                    return None;
                }
                self.slots.push(Slot::Used(value));
                slot
            }
        };
        self.len += 1;
        Some(slot)
    }

    /// Takes the value in a slot away. Its slot is free from now on.
    pub(crate) fn remove(&mut self, slot: u32) -> Option<V> {
        self.get(slot)?;
        match std::mem::replace(self.slots.get_mut(slot)?, Slot::Free(self.free)) {
            Slot::Used(value) => {
                self.free = slot;
                self.len -= 1;
                Some(value)
            }
            Slot::Free(_) => None,
        }
    }

    /// Takes the value in a slot away. Its slot is not used again before it is [released](Self::release).
    pub(crate) fn retire(&mut self, slot: u32) -> Option<V> {
        self.get(slot)?;
        match std::mem::replace(self.slots.get_mut(slot)?, Slot::Free(NONE)) {
            Slot::Used(value) => {
                self.len -= 1;
                Some(value)
            }
            Slot::Free(_) => None,
        }
    }

    /// Lets a retired slot be used again.
    pub(crate) fn release(&mut self, slot: u32) {
        if let Some(free @ Slot::Free(_)) = self.slots.get_mut(slot) {
            *free = Slot::Free(self.free);
            self.free = slot;
        }
    }

    /// Every value with its slot, in the order of slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &V)> {
        self.slots.iter().enumerate().filter_map(|(slot, used)| match used {
            #[expect(clippy::cast_possible_truncation, reason = "slots are numbers of 32 bits")]
            Slot::Used(value) => Some((slot as u32, value)),
            Slot::Free(_) => None,
        })
    }

    /// Changes every value for which `wanted` holds. Pages without one stay shared.
    pub(crate) fn update_where(&mut self, wanted: impl Fn(&V) -> bool, mut update: impl FnMut(&mut V)) {
        self.slots.update_where(
            |slot| matches!(slot, Slot::Used(value) if wanted(value)),
            |slot| {
                if let Slot::Used(value) = slot {
                    update(value);
                }
            },
        );
    }

    /// The slots whose value may differ between two slabs: all that do, and few others, ascending. Cheap where
    /// the slabs share pages.
    pub(crate) fn changed_since(&self, earlier: &Self, mut changed: impl FnMut(u32)) {
        self.slots.changed_since(&earlier.slots, &mut changed);
    }
}

/// Values by text and by slot.
///
/// Costs: those of a [`Slab`]; finding by text one hash and two or three cache misses at any size.
#[derive(Clone)]
pub(crate) struct Table<V> {
    slab: Slab<V>,
    index: Index,
    /// Seeded anew for each table, as the texts come from outside. Decides where a text is found, never
    /// what is found nor in which order.
    hasher: RandomState,
}

impl<V: Entry> Table<V> {
    pub(crate) fn new() -> Self {
        Self { slab: Slab::new(), index: Index::new(), hasher: RandomState::default() }
    }

    /// An empty table for so many values: what it is about to be filled with lies closer together.
    pub(crate) fn with_room(values: usize) -> Self {
        Self { slab: Slab::new(), index: Index::with_room(values), hasher: RandomState::default() }
    }

    /// The slot of the value with this text.
    #[inline]
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let same = |slot| self.get(slot).is_some_and(|value| is_same(value.text(), text));
        self.index.find(self.hash(text), same)
    }

    /// The value with this text.
    #[inline]
    pub(crate) fn lookup(&self, text: &str) -> Option<&V> {
        self.get(self.find(text)?)
    }

    /// The value in a slot, to be changed in place. Its text must stay as it is.
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut V> {
        self.slab.get_mut(slot)
    }

    /// Adds a value whose text is not in the table, and says where. `None` if the table is full.
    pub(crate) fn insert(&mut self, value: V) -> Option<u32> {
        let hash = self.hash(value.text());
        let slot = self.slab.insert(value)?;
        self.index.insert(hash, slot);
        Some(slot)
    }

    /// Takes the value in a slot away. Its slot is free from now on.
    pub(crate) fn remove(&mut self, slot: u32) -> Option<V> {
        let value = self.slab.remove(slot)?;
        self.index.remove(self.hash(value.text()), slot);
        Some(value)
    }

    /// Takes the value in a slot away. Its slot is not used again before it is released.
    pub(crate) fn retire(&mut self, slot: u32) -> Option<V> {
        let value = self.slab.retire(slot)?;
        self.index.remove(self.hash(value.text()), slot);
        Some(value)
    }

    /// Lets a retired slot be used again.
    pub(crate) fn release(&mut self, slot: u32) {
        self.slab.release(slot);
    }

    /// Changes every value for which `wanted` holds. Pages without one stay shared.
    pub(crate) fn update_where(&mut self, wanted: impl Fn(&V) -> bool, update: impl FnMut(&mut V)) {
        self.slab.update_where(wanted, update);
    }

    /// The upper half of the hash: enough to tell texts apart.
    fn hash(&self, text: &str) -> u32 {
        (self.hasher.hash_one(text) >> 32) as u32
    }
}

/// Reading a table by slot is reading its slab.
impl<V> Deref for Table<V> {
    type Target = Slab<V>;

    fn deref(&self) -> &Slab<V> {
        &self.slab
    }
}

/// `==` for texts, without a call for those as long as most ids.
#[inline]
fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    match (a.first_chunk::<8>(), b.first_chunk::<8>(), a.last_chunk::<8>(), b.last_chunk::<8>()) {
        // The two eights overlap.
        (Some(first), Some(start), Some(last), Some(end)) if a.len() <= 16 => {
            a.len() == b.len() && first == start && last == end
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Entry, Table};

    #[derive(Clone, Debug, PartialEq)]
    struct Word(String, u32);

    impl Entry for Word {
        fn text(&self) -> &str {
            &self.0
        }
    }

    fn check(table: &Table<Word>, model: &BTreeMap<String, u32>) {
        assert_eq!(table.len(), model.len());
        for (text, number) in model {
            assert_eq!(table.lookup(text), Some(&Word(text.clone(), *number)));
        }
        let listed: BTreeMap<_, _> = table.iter().map(|(_, word)| (word.0.clone(), word.1)).collect();
        assert_eq!(&listed, model);
        assert_eq!(table.lookup("absent"), None);
    }

    #[test]
    fn texts_are_the_same_byte_by_byte() {
        for len in 0..40 {
            let text: String = (b'a'..=b'z').cycle().take(len).map(char::from).collect();
            assert!(super::is_same(&text, &text.clone()));
            assert!(
                !super::is_same(&text, &format!("{text}x")) && !super::is_same(&format!("{text}x"), &text)
            );
            for at in 0..text.len() {
                let mut other = text.clone();
                other.replace_range(at..=at, "~");
                assert!(!super::is_same(&text, &other), "{text} {other}");
            }
        }
    }

    proptest! {
        /// Each clone is compared again at the end: no edit of a descendant may show in it.
        #[test]
        fn behaves_as_a_map_and_clones_are_independent(
            room in 0usize..1000,
            steps in prop::collection::vec((0u8..4, 0u32..400, any::<u32>()), 0..1200),
        ) {
            let (mut table, mut model) = (Table::with_room(room), BTreeMap::new());
            let (mut kept, mut retired) = (Vec::new(), Vec::new());
            for (step, word, number) in steps {
                let text = format!("word-{word}");
                match (step, table.find(&text)) {
                    (0 | 1, None) => {
                        table.insert(Word(text.clone(), number));
                        model.insert(text, number);
                    }
                    (0 | 1, Some(slot)) => {
                        table.get_mut(slot).unwrap().1 = number;
                        model.insert(text, number);
                    }
                    (2, Some(slot)) if number % 3 == 0 => {
                        table.retire(slot);
                        retired.push(slot);
                        model.remove(&text);
                    }
                    (2, Some(slot)) => {
                        table.remove(slot);
                        model.remove(&text);
                    }
                    _ if number % 31 == 0 => retired.drain(..).for_each(|slot| table.release(slot)),
                    _ if number % 97 == 0 => kept.push((table.clone(), model.clone())),
                    _ if number % 53 == 0 => {
                        table.update_where(|w| w.1 % 2 == 0, |w| w.1 += 1);
                        model.values_mut().filter(|n| **n % 2 == 0).for_each(|n| *n += 1);
                    }
                    _ => {}
                }
            }
            kept.push((table, model));
            for (table, model) in &kept {
                check(table, model);
            }
            for pair in kept.windows(2) {
                let mut changed = std::collections::BTreeSet::new();
                pair[1].0.changed_since(&pair[0].0, |slot| { changed.insert(slot); });
                let slots = 0..pair[0].0.slots.len().max(pair[1].0.slots.len());
                for slot in slots {
                    prop_assert!(changed.contains(&slot) || pair[0].0.get(slot) == pair[1].0.get(slot));
                }
            }
        }
    }

    #[test]
    fn grows_and_shrinks_through_many_sizes() {
        let mut table = Table::new();
        let mut model = BTreeMap::new();
        for number in 0..20_000 {
            let text = format!("{number}");
            table.insert(Word(text.clone(), number));
            model.insert(text, number);
        }
        check(&table, &model);
        for number in (0..20_000).step_by(3) {
            let slot = table.find(&number.to_string()).unwrap();
            table.remove(slot);
            model.remove(&number.to_string());
        }
        check(&table, &model);
        let slots = table.slots.len();
        for number in 20_000..26_000 {
            table.insert(Word(number.to_string(), number));
            model.insert(number.to_string(), number);
        }
        check(&table, &model);
        assert_eq!(table.slots.len(), slots, "free slots are used again");

        // So many that the index has more than a page of buckets, and back.
        for number in 26_000..60_000 {
            table.insert(Word(number.to_string(), number));
            model.insert(number.to_string(), number);
        }
        check(&table, &model);
        while let Some((text, number)) = model.pop_last() {
            let slot = table.find(&text).unwrap();
            assert_eq!(table.remove(slot), Some(Word(text, number)));
            if model.len() % 7_000 == 0 || model.len() < 2_000 && model.len() % 100 == 0 {
                check(&table, &model);
            }
        }
        assert!(table.is_empty());
    }
}
