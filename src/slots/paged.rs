//! A vector of pages behind two levels of shared arrays.

use std::sync::Arc;

/// Values in a page: what an edit copies at the least.
const PAGE: usize = 64;
const PAGE_BITS: u32 = PAGE.trailing_zeros();

/// Pages in a chunk. At a million values this makes some 122 chunks of 128 pages, the cheapest way to copy.
const CHUNK: usize = 128;
const CHUNK_BITS: u32 = CHUNK.trailing_zeros();

type Page<T> = Arc<[T]>;
type Chunk<T> = Arc<[Page<T>]>;

/// A persistent vector. Every page but the last is full, every chunk but the last is.
#[derive(Clone, Debug)]
pub(crate) struct Paged<T> {
    chunks: Arc<[Chunk<T>]>,
    len: u32,
}

const fn locate(index: u32) -> (usize, usize, usize) {
    let page = (index >> PAGE_BITS) as usize;
    ((index >> (PAGE_BITS + CHUNK_BITS)) as usize, page & (CHUNK - 1), index as usize & (PAGE - 1))
}

impl<T: Clone> Paged<T> {
    pub(crate) fn new() -> Self {
        Self { chunks: Arc::from([]), len: 0 }
    }

    #[inline]
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        let (chunk, page, item) = locate(index);
        self.chunks.get(chunk)?.get(page)?.get(item)
    }

    /// The item, in a page that no clone shares any more.
    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        if index >= self.len {
            return None;
        }
        let (chunk, page, item) = locate(index);
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(chunk)?;
        let page = Arc::make_mut(chunk).get_mut(page)?;
        Arc::make_mut(page).get_mut(item)
    }

    /// Adds an item at the end.
    pub(crate) fn push(&mut self, item: T) {
        let (chunk, page, _) = locate(self.len);
        let full = |items: &Page<T>| items.len() == PAGE;
        match self.chunks.get(chunk).map(|pages| pages.get(page).is_none_or(full)) {
            None => self.chunks = appended(&self.chunks, Arc::from([Arc::from([item])])),
            Some(true) => {
                if let Some(pages) = Arc::make_mut(&mut self.chunks).get_mut(chunk) {
                    *pages = appended(pages, Arc::from([item]));
                }
            }
            Some(false) => {
                let pages = Arc::make_mut(&mut self.chunks).get_mut(chunk).map(Arc::make_mut);
                if let Some(items) = pages.and_then(|pages| pages.get_mut(page)) {
                    *items = appended(items, item);
                }
            }
        }
        self.len += 1;
    }

    /// Takes the last item away.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        let item = self.get(last)?.clone();
        let (chunk, page, at) = locate(last);
        let chunks = Arc::make_mut(&mut self.chunks);
        let pages = chunks.get_mut(chunk)?;
        if at > 0 {
            let items = Arc::make_mut(pages).get_mut(page)?;
            *items = items.get(..at)?.into();
        } else if page > 0 {
            *pages = pages.get(..page)?.into();
        } else {
            self.chunks = self.chunks.get(..chunk)?.into();
        }
        self.len = last;
        Some(item)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|pages| pages.iter()).flat_map(|items| items.iter())
    }

    /// Changes every item for which `wanted` holds. Pages without one stay shared.
    pub(crate) fn update_where(&mut self, wanted: impl Fn(&T) -> bool, mut update: impl FnMut(&mut T)) {
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
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chunks, &other.chunks)
    }

    /// Calls `changed` with the index of every item in a page that the earlier vector does not share, and
    /// of every item that only one of them has.
    pub(crate) fn changed_since(&self, earlier: &Self, changed: &mut impl FnMut(u32)) {
        if self.is_same(earlier) {
            return;
        }
        let pages = self.len.max(earlier.len).div_ceil(1 << PAGE_BITS);
        let mut page = 0;
        while page < pages {
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
                let len = mine.map_or(0, |p| p.len()).max(theirs.map_or(0, |p| p.len()));
                (page << PAGE_BITS..).take(len).for_each(&mut *changed);
            }
            page += 1;
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
