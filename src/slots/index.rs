//! From hash to slot: linear hashing over pages, so that it grows by one bucket at a time and never all at
//! once.

use std::sync::Arc;

use super::paged::Paged;

/// Entries a bucket holds on average when the next one is split off.
const LOAD: u32 = 12;

#[derive(Clone, Copy)]
struct Item {
    hash: u32,
    slot: u32,
}

/// The slots of texts, by hash. Several texts may have one hash: the caller tells them apart.
#[derive(Clone)]
pub(crate) struct Index {
    buckets: Paged<Arc<[Item]>>,
    len: u32,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { buckets: Paged::new(), len: 0 }
    }

    /// The slot with this hash that is the right one.
    #[inline]
    pub(crate) fn find(&self, hash: u32, is_right: impl Fn(u32) -> bool) -> Option<u32> {
        let bucket = self.buckets.get(self.bucket_of(hash))?;
        bucket.iter().find(|item| item.hash == hash && is_right(item.slot)).map(|item| item.slot)
    }

    pub(crate) fn insert(&mut self, hash: u32, slot: u32) {
        if self.len >= self.buckets.len().saturating_mul(LOAD) {
            self.split();
        }
        if let Some(bucket) = self.buckets.get_mut(self.bucket_of(hash)) {
            *bucket = bucket.iter().copied().chain([Item { hash, slot }]).collect();
        }
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, hash: u32, slot: u32) {
        if let Some(bucket) = self.buckets.get_mut(self.bucket_of(hash)) {
            *bucket = bucket.iter().copied().filter(|item| item.slot != slot).collect();
        }
        self.len -= 1;
        if self.len < self.buckets.len().saturating_mul(LOAD / 2) && self.buckets.len() > 1 {
            self.merge();
        }
    }

    /// With `n` buckets, those from the last power of two on have taken half of the bucket that many below.
    #[inline]
    fn bucket_of(&self, hash: u32) -> u32 {
        let buckets = self.buckets.len();
        let mask = buckets.next_power_of_two().wrapping_sub(1);
        match hash & mask {
            bucket if bucket < buckets => bucket,
            bucket => bucket & (mask >> 1),
        }
    }

    /// Adds a bucket and moves to it what now belongs there: all from one older bucket.
    fn split(&mut self) {
        let new = self.buckets.len();
        self.buckets.push(Arc::from([]));
        if new > 0 {
            self.redistribute(parent(new), new);
        }
    }

    /// Takes the last bucket away and moves its items to the one they came from.
    fn merge(&mut self) {
        let Some(items) = self.buckets.pop() else { return };
        if let Some(bucket) = self.buckets.get_mut(parent(self.buckets.len())) {
            *bucket = bucket.iter().chain(items.iter()).copied().collect();
        }
    }

    fn redistribute(&mut self, old: u32, new: u32) {
        let Some(items) = self.buckets.get(old).map(Arc::clone) else { return };
        for target in [old, new] {
            let kept: Arc<[Item]> =
                items.iter().copied().filter(|item| self.bucket_of(item.hash) == target).collect();
            if let Some(bucket) = self.buckets.get_mut(target) {
                *bucket = kept;
            }
        }
    }
}

/// The bucket that a later one took half of: its number without the highest bit. Not for bucket 0.
const fn parent(bucket: u32) -> u32 {
    bucket & !(1 << (31 - bucket.leading_zeros()))
}
