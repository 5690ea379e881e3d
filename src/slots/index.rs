//! From hash to slot: linear hashing over buckets, so that it grows by one bucket at a time and never all at
//! once.

use std::sync::Arc;

use super::paged::Paged;

/// Entries a bucket holds on average when the next one is split off. Many, so that the list of buckets stays
/// in a processor's nearer caches and a search waits for one distant line only; a bucket is still no more
/// than an edit may copy.
const LOAD: u32 = 384;

/// Entries in a group, which fills a cache line.
const GROUP: usize = 7;

/// The highest bit of the tag of each place.
const TAKEN: u64 = 0x0080_8080_8080_8080;

/// The lowest bit of the tag of each place.
const ONES: u64 = TAKEN >> 7;

/// Places that are searched together: a few instructions for all, so that a processor has the next searches
/// under way while it waits for this one's line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Group {
    /// For each place, a byte: some bits of the hash and `TAKEN`, or zero for none.
    tags: u64,
    slots: [u32; GROUP],
    hashes: [u32; GROUP],
}

const _: () = assert!(size_of::<Group>() == 64);

/// A hash table of its own, of as many groups as a power of two. At most seven eighths of its places are
/// taken.
#[derive(Clone)]
struct Bucket {
    groups: Arc<[Group]>,
    len: u32,
}

/// The slots of texts, by hash. Several texts may have one hash: the caller tells them apart.
#[derive(Clone)]
pub(crate) struct Index {
    buckets: Paged<Bucket>,
    /// The least power of two that is no less than the number of buckets, less one.
    mask: u32,
    len: u32,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { buckets: Paged::new(), mask: 0, len: 0 }
    }

    /// An empty index with buckets for so many texts, which few of them outgrow.
    pub(crate) fn with_room(texts: usize) -> Self {
        let mut index = Self::new();
        if let Some(buckets) = texts.checked_div(LOAD as usize).filter(|buckets| *buckets > 0) {
            let groups = (LOAD as usize / GROUP).next_power_of_two();
            (0..buckets.next_power_of_two()).for_each(|_| index.push(Bucket::of(groups)));
        }
        index
    }

    /// The slot with this hash that is the right one.
    #[inline]
    pub(crate) fn find(&self, hash: u32, is_right: impl Fn(u32) -> bool) -> Option<u32> {
        self.buckets.get(self.bucket_of(hash))?.find(hash, is_right)
    }

    pub(crate) fn insert(&mut self, hash: u32, slot: u32) {
        if self.len >= self.buckets.len().saturating_mul(LOAD) {
            self.split();
        }
        if let Some(bucket) = self.buckets.get_mut(self.bucket_of(hash)) {
            bucket.insert(hash, slot);
        }
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, hash: u32, slot: u32) {
        if let Some(bucket) = self.buckets.get_mut(self.bucket_of(hash)) {
            *bucket = bucket.entries().filter(|entry| entry.1 != slot).collect();
        }
        self.len -= 1;
        if self.len < self.buckets.len().saturating_mul(LOAD / 3) && self.buckets.len() > 1 {
            self.merge();
        }
    }

    /// With `n` buckets, those from the last power of two on have taken half of the bucket that many below.
    #[inline]
    fn bucket_of(&self, hash: u32) -> u32 {
        match hash & self.mask {
            bucket if bucket < self.buckets.len() => bucket,
            bucket => bucket & (self.mask >> 1),
        }
    }

    fn push(&mut self, bucket: Bucket) {
        self.buckets.push(bucket);
        self.mask = self.buckets.len().next_power_of_two() - 1;
    }

    /// Adds a bucket and moves to it what now belongs there: all from one older bucket.
    fn split(&mut self) {
        let new = self.buckets.len();
        self.push(Bucket::of(1));
        let older = new.checked_sub(1).map(|_| parent(new));
        let Some((older, all)) = older.and_then(|older| Some((older, self.buckets.get(older)?.clone())))
        else {
            return;
        };
        for target in [older, new] {
            let kept = all.entries().filter(|entry| self.bucket_of(entry.0) == target).collect();
            if let Some(bucket) = self.buckets.get_mut(target) {
                *bucket = kept;
            }
        }
    }

    /// Takes the last bucket away and moves its entries to the one they came from.
    fn merge(&mut self) {
        let Some(last) = self.buckets.pop() else { return };
        self.mask = self.buckets.len().next_power_of_two() - 1;
        if let Some(bucket) = self.buckets.get_mut(parent(self.buckets.len())) {
            *bucket = bucket.entries().chain(last.entries()).collect();
        }
    }
}

/// The bucket that a later one took half of: its number without the highest bit. Not for bucket 0.
const fn parent(bucket: u32) -> u32 {
    bucket & !(1 << (31 - bucket.leading_zeros()))
}

impl Group {
    const FREE: Self = Self { tags: 0, slots: [0; GROUP], hashes: [0; GROUP] };

    /// The places, by the highest bits of their tags, that may have this hash: all that do, and few others.
    #[inline]
    const fn alike(&self, hash: u32) -> u64 {
        let difference = self.tags ^ (tag(hash) * ONES);
        // Zero bytes borrow from their highest bit.
        difference.wrapping_sub(ONES) & !difference & TAKEN
    }

    #[inline]
    const fn free(&self) -> u64 {
        !self.tags & TAKEN
    }
}

/// Seven bits of a hash that neither choose its bucket nor its group, and the mark of a place that is taken.
#[inline]
const fn tag(hash: u32) -> u64 {
    (hash >> 18 & 0x7f | 0x80) as u64
}

/// The first of the places that a number has bits for.
#[inline]
const fn first(places: u64) -> usize {
    (places.trailing_zeros() >> 3) as usize
}

impl Bucket {
    /// An empty one of so many groups, a power of two.
    fn of(groups: usize) -> Self {
        Self { groups: std::iter::repeat_n(Group::FREE, groups).collect(), len: 0 }
    }

    #[inline]
    fn find(&self, hash: u32, is_right: impl Fn(u32) -> bool) -> Option<u32> {
        for at in self.probe(hash) {
            let group = self.groups.get(at)?;
            let mut alike = group.alike(hash);
            while alike != 0 {
                let slot = *group.slots.get(first(alike))?;
                if is_right(slot) {
                    return Some(slot);
                }
                alike &= alike - 1;
            }
            if group.free() != 0 {
                return None;
            }
        }
        None
    }

    /// The groups in the order in which they are searched: each once, from where the hash points to. Its
    /// uppermost bits do that, as the lower ones chose the bucket.
    #[inline]
    fn probe(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let groups = self.groups.len();
        let first = (hash >> 25) as usize;
        (0..groups).map(move |step| (first + step) & (groups - 1))
    }

    fn insert(&mut self, hash: u32, slot: u32) {
        if self.len as usize * 8 >= self.groups.len() * GROUP * 7 {
            let mut larger = Self::of(self.groups.len() * 2);
            self.entries().for_each(|(hash, slot)| larger.place(hash, slot));
            *self = larger;
        }
        self.place(hash, slot);
    }

    /// Puts an entry in the first free place.
    fn place(&mut self, hash: u32, slot: u32) {
        let probe = self.probe(hash);
        let groups = Arc::make_mut(&mut self.groups);
        for at in probe {
            let Some(group) = groups.get_mut(at) else { return };
            let free = first(group.free());
            if let (Some(known), Some(place)) = (group.hashes.get_mut(free), group.slots.get_mut(free)) {
                (*known, *place) = (hash, slot);
                group.tags |= tag(hash) << (8 * free);
                self.len += 1;
                return;
            }
        }
    }

    /// Every hash with its slot.
    fn entries(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.groups.iter().flat_map(|group| {
            let taken = (0..).map(|place| group.tags >> (8 * place) & 0x80 != 0);
            let all = group.hashes.into_iter().zip(group.slots).zip(taken);
            all.filter(|(_, taken)| *taken).map(|(entry, _)| entry)
        })
    }
}

impl FromIterator<(u32, u32)> for Bucket {
    fn from_iter<T: IntoIterator<Item = (u32, u32)>>(entries: T) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let groups = (entries.len() * 8).div_ceil(GROUP * 7).max(1).next_power_of_two();
        let mut bucket = Self::of(groups);
        entries.into_iter().for_each(|(hash, slot)| bucket.place(hash, slot));
        bucket
    }
}
