//! An upgrade to the letter of P6 and P9, and what one may get wrong: to try the bound on, nothing else.

use super::bound::carried_role;
use super::carry::{carried_roles, descendants, steps};
use super::decide::kind_of;
use super::model::{Account, Assignments, Catalog, Keys, Needs, Reach, Role};
use super::scopes::provided;

/// What an upgrade may get wrong. `None` of it is an honest one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wrong {
    Nothing,
    /// Limits of kinds that the new catalog lacks are dropped, and those of renamed kinds.
    DropsLimits,
    /// P9's empty limit is forgotten.
    OpensNewKinds,
    /// Custom roles select all that their permissions provide.
    SelectsAll,
    /// A merge is met by any.
    MergesAny,
    /// Merged roles take the widest reach.
    MergesWide,
    /// Custom roles get the permissions of a predefined role.
    Follows,
    /// A permission that changed its kind goes on.
    ChangesKinds,
}

/// An upgrade to the letter, for pairs of catalogs that change no kind.
pub fn upgraded(old: &Catalog, new: &Catalog, account: &Account, wrong: Wrong) -> Account {
    let mut new_by = new.clone();
    if wrong == Wrong::MergesAny {
        for step in &mut new_by.successions {
            let sorts = [&mut step.permissions, &mut step.scopes, &mut step.roles];
            sorts.into_iter().flatten().for_each(|it| it.needs = Needs::Any);
        }
    }
    let mut after = account.clone();
    for (id, role) in &mut after.custom {
        *role = carried_role(old, &new_by, &account.custom[id]);
        match wrong {
            Wrong::SelectsAll => role.scopes = provided(new, &role.permissions),
            Wrong::Follows => {
                role.permissions.extend(new.roles.values().next().into_iter().flatten().cloned());
            }
            _ => {}
        }
    }
    let direct = after.users.values_mut().map(|user| &mut user.assignments);
    for held in direct.chain(after.teams.values_mut()) {
        *held = assigned(old, &new_by, held, wrong);
    }
    after
}

fn assigned(old: &Catalog, new: &Catalog, held: &Assignments, wrong: Wrong) -> Assignments {
    let steps = steps(old, new);
    let moved = |reach: &Reach| {
        let mut after = Reach::everything();
        for (kind, on) in &reach.limits {
            let mut goes_on = descendants(&steps, |step| &step.kinds, kind);
            if goes_on.is_empty() {
                // Names that restrict stay.
                goes_on.insert(kind.clone());
            }
            for now in goes_on {
                if wrong != Wrong::DropsLimits || now == *kind && new.kinds.contains_key(kind) {
                    merge(&mut after, now, on);
                }
            }
        }
        after
    };
    let kinds = |catalog: &Catalog, role: &str| -> Keys {
        let granted = catalog.roles.get(role).into_iter().flatten();
        granted.filter_map(|it| kind_of(catalog, it)).map(str::to_owned).collect()
    };
    let mut after: Assignments = Vec::new();
    for it in carried_roles(old, &steps, held) {
        let mut reach = Reach::everything();
        for (_, before) in &it.origins {
            for (kind, on) in moved(before).limits {
                if wrong != Wrong::MergesWide {
                    merge(&mut reach, kind, &on);
                }
            }
        }
        if wrong == Wrong::MergesWide && it.origins.len() == 1 {
            reach = moved(&it.origins[0].1);
        }
        let before = it.origins.iter().flat_map(|(role, _)| kinds(old, role));
        let before: Keys = before.flat_map(|kind| descendants(&steps, |step| &step.kinds, &kind)).collect();
        if wrong != Wrong::OpensNewKinds && it.origins.iter().any(|(_, reach)| reach.is_limited()) {
            for kind in kinds(new, &it.role).difference(&before) {
                reach.limits.entry(kind.clone()).or_default();
            }
        }
        after.push((Role::Predefined(it.role), reach));
    }
    let custom = held.iter().filter(|(role, _)| matches!(role, Role::Custom(_)));
    after.extend(custom.map(|(role, reach)| (role.clone(), moved(reach))));
    after
}

fn merge(reach: &mut Reach, kind: String, on: &Keys) {
    match reach.limits.get_mut(&kind) {
        Some(known) => *known = &*known & on,
        None => drop(reach.limits.insert(kind, on.clone())),
    }
}
