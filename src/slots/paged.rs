//! A vector of pages behind two levels of shared arrays, and a tail that is not a page yet.

use std::sync::Arc;

use crate::work::steps;

/// Values in a page: what an edit copies at the least.
const PAGE: usize = 64;
const PAGE_BITS: u32 = PAGE.trailing_zeros();

/// Pages in a chunk. At a million values this makes some 122 chunks of 128 pages, the cheapest way to copy.
const CHUNK: usize = 128;
const CHUNK_BITS: u32 = CHUNK.trailing_zeros();

type Page<T> = Arc<[T]>;
type Chunk<T> = Arc<[Page<T>]>;

/// A persistent vector. Every page is full, every chunk but the last is. Pages are made once and whole, so
/// those of a vector that was filled in one go lie side by side, which lookups of a large one feel.
#[derive(Clone, Debug)]
pub(crate) struct Paged<T> {
    chunks: Arc<[Chunk<T>]>,
    /// The items behind the last page: fewer than a page.
    tail: Arc<Vec<T>>,
    len: u32,
}

const fn locate(index: u32) -> (usize, usize, usize) {
    let page = (index >> PAGE_BITS) as usize;
    ((index >> (PAGE_BITS + CHUNK_BITS)) as usize, page & (CHUNK - 1), index as usize & (PAGE - 1))
}

impl<T: Clone> Paged<T> {
    pub(crate) fn new() -> Self {
        Self { chunks: Arc::from([]), tail: Arc::default(), len: 0 }
    }

    #[inline]
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        steps(1);
        let (chunk, page, item) = locate(index);
        match self.chunks.get(chunk).and_then(|pages| pages.get(page)) {
            Some(items) => items.get(item),
            None if index < self.len => self.tail.get(item),
            None => None,
        }
    }

    /// The item, in a page that no clone shares any more.
    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        if index >= self.len {
            return None;
        }
        let (chunk, page, item) = locate(index);
        if index >= self.first_of_tail() {
            return Arc::make_mut(&mut self.tail).get_mut(item);
        }
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(chunk)?;
        let page = Arc::make_mut(chunk).get_mut(page)?;
        Arc::make_mut(page).get_mut(item)
    }

    /// Adds an item at the end.
    pub(crate) fn push(&mut self, item: T) {
        let tail = Arc::make_mut(&mut self.tail);
        if tail.len() == tail.capacity() {
            // Tighter than a vector grows by itself: most tables are small, and all are kept.
            tail.reserve_exact(tail.len() / 4 + 1);
        }
        tail.push(item);
        if tail.len() == PAGE {
            let page: Page<T> = tail.drain(..).collect();
            let (chunk, _, _) = locate(self.len);
            match Arc::make_mut(&mut self.chunks).get_mut(chunk) {
                Some(pages) => *pages = appended(pages, page),
                None => self.chunks = appended(&self.chunks, Arc::from([page])),
            }
        }
        self.len += 1;
    }

    /// Takes the last item away.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        if self.tail.is_empty() {
            let (chunk, page, _) = locate(last);
            let chunks = Arc::make_mut(&mut self.chunks);
            let pages = chunks.get_mut(chunk)?;
            self.tail = Arc::new(pages.get(page)?.to_vec());
            match page {
                0 => self.chunks = chunks.get(..chunk)?.into(),
                _ => *pages = pages.get(..page)?.into(),
            }
        }
        self.len = last;
        Arc::make_mut(&mut self.tail).pop()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages().flat_map(|items| items.iter()).chain(self.tail.iter()).inspect(|_| steps(1))
    }

    fn pages(&self) -> impl Iterator<Item = &Page<T>> {
        self.chunks.iter().flat_map(|pages| pages.iter())
    }

    const fn first_of_tail(&self) -> u32 {
        self.len >> PAGE_BITS << PAGE_BITS
    }

    /// Changes every item for which `wanted` holds. Pages without one stay shared.
    pub(crate) fn update_where(&mut self, wanted: impl Fn(&T) -> bool, mut update: impl FnMut(&mut T)) {
        steps(self.len as usize);
        for index in 0..self.chunks.len() {
            let any = |items: &Page<T>| items.iter().any(&wanted);
            if !self.chunks.get(index).is_some_and(|pages| pages.iter().any(any)) {
                continue;
            }
            let Some(pages) = Arc::make_mut(&mut self.chunks).get_mut(index) else { continue };
            for items in Arc::make_mut(pages).iter_mut().filter(|items| any(items)) {
                Arc::make_mut(items).iter_mut().filter(|item| wanted(item)).for_each(&mut update);
            }
        }
        if self.tail.iter().any(&wanted) {
            Arc::make_mut(&mut self.tail).iter_mut().filter(|item| wanted(item)).for_each(update);
        }
    }

    /// Calls `changed` with the index of every item in a page that the earlier vector does not share, and
    /// of every item that only one of them has, ascending.
    pub(crate) fn changed_since(&self, earlier: &Self, changed: &mut impl FnMut(u32)) {
        let full = self.first_of_tail().min(earlier.first_of_tail());
        let mut page = if Arc::ptr_eq(&self.chunks, &earlier.chunks) { full >> PAGE_BITS } else { 0 };
        while page < full >> PAGE_BITS {
            let (chunk, at, _) = locate(page << PAGE_BITS);
            let (mine, theirs) = (self.chunks.get(chunk), earlier.chunks.get(chunk));
            if let (Some(mine), Some(theirs)) = (mine, theirs)
                && Arc::ptr_eq(mine, theirs)
            {
                page += 1 << CHUNK_BITS;
                continue;
            }
            let (mine, theirs) = (mine.and_then(|c| c.get(at)), theirs.and_then(|c| c.get(at)));
            let same = matches!((mine, theirs), (Some(mine), Some(theirs)) if Arc::ptr_eq(mine, theirs));
            if !same {
                (page << PAGE_BITS..).take(PAGE).for_each(&mut *changed);
            }
            page += 1;
        }
        if self.len != earlier.len || !Arc::ptr_eq(&self.tail, &earlier.tail) {
            (full..self.len.max(earlier.len)).for_each(changed);
        }
    }
}

/// A shared array with one more item.
fn appended<T: Clone>(items: &Arc<[T]>, last: T) -> Arc<[T]> {
    let mut all = Vec::with_capacity(items.len() + 1);
    all.extend_from_slice(items);
    all.push(last);
    Arc::from(all)
}

#[cfg(test)]
mod tests {
    use super::{CHUNK_BITS, PAGE_BITS, Paged};

    fn check(paged: &Paged<u32>, model: &[u32]) {
        assert_eq!(paged.len() as usize, model.len());
        assert!(paged.iter().eq(model));
        assert!((0..).zip(model).all(|(index, item)| paged.get(index) == Some(item)));
        let len = paged.len();
        assert!((len..len + 2 * (1 << PAGE_BITS)).all(|index| paged.get(index).is_none()));
    }

    /// Over the ends of pages and chunks, up and down again; every clone made on the way stays as it was.
    #[test]
    fn behaves_as_a_vector_and_clones_are_independent() {
        let (page, chunk) = (1 << PAGE_BITS, 1 << (PAGE_BITS + CHUNK_BITS));
        let edges: Vec<u32> =
            [page, chunk, 2 * chunk].into_iter().flat_map(|edge| [edge - 1, edge, edge + 1]).collect();
        let (mut paged, mut model, mut kept) = (Paged::new(), Vec::new(), Vec::new());
        let grown = 2 * chunk + 3 * page;
        for index in 0..grown {
            paged.push(index);
            model.push(index);
            if edges.contains(&paged.len()) {
                kept.push((paged.clone(), model.clone()));
            }
        }
        let wanted = |item: &u32| [3, page + 3, chunk + 3, 2 * chunk + 3, grown - 1].contains(item);
        paged.update_where(wanted, |item| *item += grown);
        model.iter_mut().filter(|item| wanted(item)).for_each(|item| *item += grown);
        let changed_in = 2 * chunk + page;
        *paged.get_mut(changed_in).unwrap() = 7;
        model[changed_in as usize] = 7;
        assert_eq!(paged.get_mut(paged.len()), None);
        check(&paged, &model);
        kept.push((paged.clone(), model.clone()));
        while let Some(item) = paged.pop() {
            assert_eq!(Some(item), model.pop());
            if edges.contains(&paged.len()) {
                check(&paged, &model);
                kept.push((paged.clone(), model.clone()));
                // What is popped off a page comes back as a page.
                let mut again = paged.clone();
                (0..page).for_each(|item| again.push(item));
                check(&again, &model.iter().copied().chain(0..page).collect::<Vec<_>>());
            }
        }
        assert!(model.is_empty() && paged.len() == 0);
        kept.iter().for_each(|(paged, model)| check(paged, model));
    }

    /// Exactly the items of pages that are not shared, ascending: one item alters one page.
    #[test]
    fn what_changed_is_found_by_page() {
        let (page, chunk) = (1 << PAGE_BITS, 1 << (PAGE_BITS + CHUNK_BITS));
        let mut first = Paged::new();
        (0..3 * chunk + 5).for_each(|item| first.push(item));
        let changed = |later: &Paged<u32>, earlier: &Paged<u32>| {
            let mut all = Vec::new();
            later.changed_since(earlier, &mut |index| all.push(index));
            all
        };
        assert_eq!(changed(&first.clone(), &first), []);
        for index in [0, page, chunk - 1, chunk, 2 * chunk + 70] {
            let mut later = first.clone();
            *later.get_mut(index).unwrap() += 1;
            let start = index / page * page;
            assert_eq!(changed(&later, &first), (start..start + page).collect::<Vec<_>>());
            assert_eq!(changed(&first, &later), (start..start + page).collect::<Vec<_>>());
        }
        let mut later = first.clone();
        later.push(9);
        assert_eq!(changed(&later, &first), (3 * chunk..3 * chunk + 6).collect::<Vec<_>>());
        (0..page).for_each(|item| later.push(item));
        assert_eq!(changed(&later, &first), (3 * chunk..3 * chunk + 6 + page).collect::<Vec<_>>());
        assert_eq!(changed(&Paged::new(), &first), (0..3 * chunk + 5).collect::<Vec<_>>());
    }
}
