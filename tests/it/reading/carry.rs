//! C5: what successions make of keys, and of the roles that an assignee holds.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Assignments, Catalog, Keys, Needs, Reach, Role, Step, Succession};

/// A key afterwards, to the ways that led to it. Each way is the keys that it came from, held together: one key, or
/// all that a merge needed.
pub type Ways = BTreeMap<String, BTreeSet<Keys>>;

/// One sort of keys of a step: `|step| &step.permissions`.
pub type Sort = fn(&Step) -> &Vec<Succession>;

/// The steps that apply to an account of `old` when it moves to `new`.
pub fn steps<'a>(old: &Catalog, new: &'a Catalog) -> Vec<&'a Step> {
    let mut steps: Vec<&Step> = new
        .successions
        .iter()
        .filter(|step| (old.version + 1..=new.version).contains(&step.version))
        .collect();
    steps.sort_by_key(|step| step.version);
    steps
}

/// The keys that some succession of these steps takes up (P5: they count as keys that the catalog lacks).
pub fn taken(steps: &[&Step], sort: Sort) -> Keys {
    steps.iter().flat_map(|step| sort(step)).flat_map(|it| it.from.iter().cloned()).collect()
}

/// What becomes of keys held together (by one role, or enabled on one account), and by which ways.
///
/// A key that no succession takes up stays as it is, whether or not the new catalog knows it. Renamed, it is another;
/// split, it is all parts; merged, all must be held, or any where that is declared.
///
/// Judgement (C5, "all merged … were held"): held by that same custom role, or selected in it. What a user holds by two
/// roles, neither of them holds.
pub fn carried(steps: &[&Step], sort: Sort, held: &Keys) -> Ways {
    let mut now: Ways = held.iter().map(|key| (key.clone(), BTreeSet::from([single(key)]))).collect();
    for step in steps {
        let mut next = Ways::new();
        let taken = taken(&[step], sort);
        for (key, ways) in &now {
            if !taken.contains(key) {
                next.entry(key.clone()).or_default().extend(ways.iter().cloned());
            }
        }
        for it in sort(step) {
            let found: Vec<&BTreeSet<Keys>> = it.from.iter().filter_map(|key| now.get(key)).collect();
            let ways: BTreeSet<Keys> = match it.needs {
                Needs::All if found.len() == it.from.len() => together(&found),
                Needs::All => BTreeSet::new(),
                Needs::Any => found.into_iter().flatten().cloned().collect(),
            };
            for to in it.to.iter().filter(|_| !ways.is_empty()) {
                next.entry(to.clone()).or_default().extend(ways.iter().cloned());
            }
        }
        now = next;
    }
    now
}

/// What a key goes on as, in part or in whole, whatever else a merge needs.
pub fn descendants(steps: &[&Step], sort: Sort, key: &str) -> Keys {
    let mut now = single(key);
    for step in steps {
        let taken = taken(&[step], sort);
        let mut next: Keys = now.iter().filter(|key| !taken.contains(*key)).cloned().collect();
        for it in sort(step).iter().filter(|it| it.from.iter().any(|from| now.contains(from))) {
            next.extend(it.to.iter().cloned());
        }
        now = next;
    }
    now
}

/// A predefined role that an assignee holds afterwards, and the assignments that stood before and led to it. It
/// reaches no more than each of them did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: String,
    pub origins: Vec<(String, Reach)>,
}

/// What becomes of the predefined roles of one assignee: one user, or one team.
///
/// Judgement (C5, "all merged … were held"): held by that assignee. A user with one role of a merge directly and the
/// other through a team gets the merged role through neither.
/// Judgement (C5): "a role renamed to one already held adds nothing" holds for a part of a split and for a merge too:
/// there is one reach per role and assignee, and nothing but *limit* and *extend* alters it (L2).
/// Judgement (C5, D3): roles that several successions of one step lead to the same role are merged: the order in which
/// they are declared must not matter, so the reach is the intersection.
pub fn carried_roles(old: &Catalog, steps: &[&Step], assignments: &Assignments) -> Vec<Held> {
    let mut now: Vec<Held> = Vec::new();
    for (role, reach) in assignments {
        if let Role::Predefined(key) = role
            && old.roles.contains_key(key)
        {
            now.push(Held { role: key.clone(), origins: vec![(key.clone(), reach.clone())] });
        }
    }
    for step in steps {
        let taken = taken(&[step], |step| &step.roles);
        let (gone, standing): (Vec<Held>, Vec<Held>) =
            now.into_iter().partition(|it| taken.contains(&it.role));
        let mut came: Vec<Held> = Vec::new();
        for it in &step.roles {
            let found: Vec<&Held> = gone.iter().filter(|held| it.from.contains(&held.role)).collect();
            let is_met = match it.needs {
                Needs::All => it.from.iter().all(|from| found.iter().any(|held| held.role == *from)),
                Needs::Any => true,
            };
            if !is_met || found.is_empty() {
                continue;
            }
            let origins: Vec<_> = found.iter().flat_map(|held| held.origins.iter().cloned()).collect();
            for to in &it.to {
                if standing.iter().any(|held| held.role == *to) {
                    continue;
                }
                match came.iter_mut().find(|held| held.role == *to) {
                    Some(held) => held.origins.extend(origins.iter().cloned()),
                    None => came.push(Held { role: to.clone(), origins: origins.clone() }),
                }
            }
        }
        now = standing.into_iter().chain(came).collect();
    }
    now
}

/// Every choice of one way for each, taken together.
fn together(all: &[&BTreeSet<Keys>]) -> BTreeSet<Keys> {
    let mut ways = BTreeSet::from([Keys::new()]);
    for choices in all {
        ways = ways.iter().flat_map(|way| choices.iter().map(move |choice| way | choice)).collect();
    }
    ways
}

fn single(key: &str) -> Keys {
    Keys::from([key.to_owned()])
}
