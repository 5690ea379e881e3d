//! Tables put together from groups of rows, so that two versions can share the groups in which they agree.

/// How many rows some groups have together.
pub(super) const fn rows<T>(mut groups: &[&[T]]) -> usize {
    let mut rows = 0;
    while let [group, rest @ ..] = groups {
        rows += group.len();
        groups = rest;
    }
    rows
}

/// The rows of some groups one after the other, where `N` is [how many](rows) there are. The array is made
/// of `filler` first, of which nothing remains.
pub(super) const fn joined<T: Copy, const N: usize>(filler: T, mut groups: &[&[T]]) -> [T; N] {
    assert!(rows(groups) == N, "one place for each row");
    let mut joined = [filler; N];
    let mut places: &mut [T] = &mut joined;
    while let [group, rest @ ..] = groups {
        let mut group = *group;
        while let [row, more @ ..] = group {
            let [place, free @ ..] = places else { return joined };
            *place = *row;
            (group, places) = (more, free);
        }
        groups = rest;
    }
    joined
}
