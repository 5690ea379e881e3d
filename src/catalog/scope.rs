//! Inclusion of scopes, closed transitively once (C3).

use super::MAX_SCOPES;
use super::definition::Refs;
use crate::id::ScopeId;
use crate::set::IdSet;

/// Greatest size of the closed relation, in 64-bit words: 16 MB. A chain of tens of thousands of scopes,
/// each including the next, is no catalog.
pub(super) const MAX_WORDS: usize = 1 << 21;

pub(super) struct ClosureError {
    /// Scopes in a circle, the first repeated at the end; one circle for each inclusion that closes one.
    pub(super) circles: Vec<Vec<usize>>,
    /// Whether the closed relation would not fit.
    pub(super) too_large: bool,
}

/// For each scope that includes any, itself and everything it includes; nothing for the others, which cover
/// only themselves.
///
/// Depth-first without recursion, so a chain of any length fits the stack. Every scope is finished after
/// those it includes, so one union each is enough.
pub(super) fn close(includes: &[Refs]) -> Result<Vec<IdSet<ScopeId>>, ClosureError> {
    let mut covers: Vec<Option<IdSet<ScopeId>>> = vec![None; includes.len().min(MAX_SCOPES)];
    let mut on_path = vec![false; covers.len()];
    let mut words = 0;
    let mut circles = Vec::new();
    for start in 0..covers.len() {
        if covers.get(start).is_some_and(Option::is_some) {
            continue;
        }
        let mut path = vec![(start, children(includes, start))];
        mark(&mut on_path, start, true);
        while let Some((scope, rest)) = path.last_mut() {
            let scope = *scope;
            match rest.next() {
                Some(child) if on_path.get(child) == Some(&true) => {
                    let mut circle: Vec<usize> = path.iter().map(|(scope, _)| *scope).collect();
                    circle.drain(..circle.iter().position(|scope| *scope == child).unwrap_or(0));
                    circle.push(child);
                    circles.push(circle);
                }
                Some(child) if covers.get(child).is_some_and(Option::is_none) => {
                    path.push((child, children(includes, child)));
                    mark(&mut on_path, child, true);
                }
                Some(_) => {}
                None => {
                    let mut covered = IdSet::new();
                    for child in includes.get(scope).into_iter().flatten() {
                        covered.insert(*child);
                        if let Some(Some(theirs)) = covers.get(usize::from(*child)) {
                            covered.union_with(theirs.words());
                        }
                    }
                    if !covered.is_empty()
                        && let Ok(itself) = u16::try_from(scope)
                    {
                        covered.insert(itself);
                    }
                    words += covered.words().len();
                    if words > MAX_WORDS {
                        return Err(ClosureError { circles, too_large: true });
                    }
                    if let Some(slot) = covers.get_mut(scope) {
                        *slot = Some(covered);
                    }
                    mark(&mut on_path, scope, false);
                    path.pop();
                }
            }
        }
    }
    match circles.is_empty() {
        true => Ok(covers.into_iter().flatten().collect()),
        false => Err(ClosureError { circles, too_large: false }),
    }
}

fn children(includes: &[Refs], scope: usize) -> impl Iterator<Item = usize> + '_ {
    includes.get(scope).into_iter().flatten().map(|child| usize::from(*child))
}

fn mark(flags: &mut [bool], index: usize, value: bool) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = value;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Warshall's algorithm over plain sets.
    fn naive(edges: &[BTreeSet<u16>]) -> Option<Vec<BTreeSet<u16>>> {
        let mut reach: Vec<BTreeSet<u16>> = edges.to_vec();
        for (via, key) in (0..edges.len()).zip(0u16..) {
            for from in 0..edges.len() {
                if reach[from].contains(&key) {
                    let more = reach[via].clone();
                    reach[from].extend(more);
                }
            }
        }
        let acyclic = reach.iter().zip(0u16..).all(|(r, me)| !r.contains(&me));
        let close = |(mut reach, me): (BTreeSet<u16>, u16)| {
            if !reach.is_empty() {
                reach.insert(me);
            }
            reach
        };
        acyclic.then(|| reach.into_iter().zip(0..).map(close).collect())
    }

    proptest! {
        #[test]
        fn closure_is_reachability(edges in prop::collection::vec(prop::collection::btree_set(0u16..8, 0..3), 8)) {
            let sets: Vec<Refs> = edges.iter().map(|e| e.iter().copied().collect()).collect();
            match (close(&sets), naive(&edges)) {
                (Ok(covers), Some(expected)) => {
                    let covers: Vec<BTreeSet<u16>> = covers.iter().map(|c| c.iter().collect()).collect();
                    prop_assert_eq!(covers, expected);
                }
                (Err(ClosureError { circles, too_large: false }), None) => {
                    prop_assert!(!circles.is_empty());
                    for circle in circles {
                        prop_assert_eq!(circle.first(), circle.last());
                        for pair in circle.windows(2) {
                            prop_assert!(edges[pair[0]].contains(&u16::try_from(pair[1]).unwrap()));
                        }
                    }
                }
                (_, expected) => prop_assert!(false, "expected {:?}", expected),
            }
        }
    }

    #[test]
    fn a_long_chain_needs_no_stack_and_a_very_long_one_is_refused() {
        let chain = |len: u16| -> Vec<Refs> {
            (0..len).map(|i| (i + 1 < len).then_some(i + 1).into_iter().collect()).collect()
        };
        assert!(close(&chain(10_000)).is_ok_and(|covers| covers[0].len() == 10_000));
        assert!(close(&chain(u16::MAX)).is_err_and(|error| error.too_large));
    }

    /// Every scope is walked once, however many ways lead to it: two to the thirtieth here.
    #[test]
    fn what_is_reached_in_many_ways_is_walked_once() {
        let layers = 30u16;
        let below = |layer: u16| (layer + 1 < layers).then(|| [2 * layer + 2, 2 * layer + 3]);
        let includes: Vec<Refs> =
            (0..2 * layers).map(|scope| below(scope / 2).into_iter().flatten().collect()).collect();
        let covers = close(&includes).ok().unwrap();
        assert_eq!(covers[0].len(), 59, "itself and two of each layer below");
        assert_eq!((covers[57].len(), covers[59].len()), (3, 0));
    }

    #[test]
    fn the_relation_may_be_as_large_as_its_limit() {
        let last = u16::try_from(MAX_SCOPES - 1).unwrap();
        let including = |scopes: usize| -> Vec<Refs> {
            (0..MAX_SCOPES).map(|scope| (scope < scopes).then_some(last).into_iter().collect()).collect()
        };
        let words = MAX_SCOPES.div_ceil(64);
        assert_eq!(MAX_WORDS % words, 0, "each set ends with the last scope");
        assert!(close(&including(MAX_WORDS / words)).is_ok_and(|covers| covers[0].len() == 2));
        assert!(close(&including(MAX_WORDS / words + 1)).is_err_and(|error| error.too_large));
    }
}
