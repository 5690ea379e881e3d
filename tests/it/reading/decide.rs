//! Deciding (D1–D4, D9, L2–L4, C10), read naively: every answer goes through all assignments of the user anew.

use std::collections::BTreeSet;

use super::model::{Account, Catalog, Extent, Keys, Observed, Reach, Role, Where};
use super::scopes;

/// D1, D4: what the user was assigned, directly and through each team.
pub fn assignments<'a>(account: &'a Account, user: &str) -> Vec<&'a (Role, Reach)> {
    let Some(user) = account.users.get(user) else { return Vec::new() };
    let teams = user.teams.iter().filter_map(|team| account.teams.get(team));
    user.assignments.iter().chain(teams.flatten()).collect()
}

/// What a role grants; names that the catalog lacks grant nothing (P5).
pub fn permissions_of(catalog: &Catalog, account: &Account, role: &Role) -> Keys {
    let named = match role {
        Role::Predefined(key) => catalog.roles.get(key),
        Role::Custom(id) => account.custom.get(id).map(|role| &role.permissions),
    };
    let known = |key: &&String| catalog.permissions.contains_key(*key);
    named.into_iter().flatten().filter(known).cloned().collect()
}

/// L2: how far a reach goes for a permission, features aside. What is exercised on no kind is not limited.
pub fn extent(catalog: &Catalog, permission: &str, reach: &Reach) -> Extent {
    let kind = catalog.permissions.get(permission).and_then(|it| it.kind.as_ref());
    match kind.and_then(|kind| reach.limits.get(kind)) {
        Some(only) => Extent::Only(only.clone()),
        None => Extent::Everything,
    }
}

/// C10: the part of an extent whose declared resources have their features. `Everything` stays: a kind has resources
/// that no catalog declares.
pub fn extent_now(catalog: &Catalog, account: &Account, permission: &str, reach: &Reach) -> Extent {
    match (extent(catalog, permission, reach), kind_of(catalog, permission)) {
        (Extent::Only(on), Some(kind)) => {
            Extent::Only(on.into_iter().filter(|it| resource_is_on(catalog, account, kind, it)).collect())
        }
        (extent, _) => extent,
    }
}

/// §1 *granted*: every permission with where, whatever the features and the user's state.
pub fn granted(catalog: &Catalog, account: &Account, user: &str) -> BTreeSet<(String, Where)> {
    let mut all = BTreeSet::new();
    for (role, reach) in assignments(account, user) {
        for permission in permissions_of(catalog, account, role) {
            let kind = kind_of(catalog, &permission);
            for place in extent(catalog, &permission, reach).places(kind) {
                all.insert((permission.clone(), place));
            }
        }
    }
    normal(&all)
}

/// A permission granted everywhere needs no other entry.
pub fn normal(granted: &BTreeSet<(String, Where)>) -> BTreeSet<(String, Where)> {
    let everywhere = |permission: &String| granted.contains(&(permission.clone(), Where::Everything));
    let keeps = |it: &&(String, Where)| it.1 == Where::Everything || !everywhere(&it.0);
    granted.iter().filter(keeps).cloned().collect()
}

/// §1 *granted*, all that P9 compares.
pub fn observe(catalog: &Catalog, account: &Account, user: &str) -> Observed {
    Observed {
        granted: granted(catalog, account, user),
        scopes: scopes::granted_scopes(catalog, account, user),
        linked: scopes::linked(catalog, account, user),
    }
}

/// §1 *allowed* (D1, L3, C10). Unknown names are denied (D2).
pub fn allowed(
    catalog: &Catalog,
    account: &Account,
    user: &str,
    permission: &str,
    on: Option<(&str, &str)>,
) -> bool {
    let is_active = account.users.get(user).is_some_and(|user| !user.suspended);
    is_active && assignments(account, user).into_iter().any(|it| gives(catalog, account, it, permission, on))
}

/// Does this one assignment allow its holder the question, the holder's state aside?
pub fn gives(
    catalog: &Catalog,
    account: &Account,
    (role, reach): &(Role, Reach),
    permission: &str,
    on: Option<(&str, &str)>,
) -> bool {
    if !makes_available(catalog, account, role, permission) {
        return false;
    }
    let extent = extent_now(catalog, account, permission, reach);
    match (kind_of(catalog, permission), on) {
        // D7: asked on a kind that the permission is not exercised on.
        (None, Some(_)) => false,
        (None, None) => true,
        // L3: asked without a resource, only what is not limited in that kind counts.
        (Some(_), None) => extent == Extent::Everything,
        (Some(kind), Some((asked, resource))) => {
            let reaches = match extent {
                Extent::Everything => true,
                Extent::Only(on) => on.contains(resource),
            };
            kind == asked && reaches && resource_is_on(catalog, account, kind, resource)
        }
    }
}

/// §1 *usable*: granted, its features enabled, the user not suspended, and reaching something.
pub fn usable(catalog: &Catalog, account: &Account, user: &str, permission: &str) -> bool {
    let is_active = account.users.get(user).is_some_and(|user| !user.suspended);
    is_active
        && assignments(account, user).into_iter().any(|it| is_usable_by(catalog, account, it, permission))
}

/// Does this one assignment make the permission usable, the holder's state aside?
///
/// Judgement (§1, C10, S1): a limit to resources that are all switched off reaches nothing, as "an assignment reaches
/// a resource when its limit does and the features that the resource requires are enabled".
pub fn is_usable_by(
    catalog: &Catalog,
    account: &Account,
    (role, reach): &(Role, Reach),
    permission: &str,
) -> bool {
    makes_available(catalog, account, role, permission)
        && !extent_now(catalog, account, permission, reach).is_nowhere()
}

/// L4: on which resources of its kind a permission is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnWhich {
    /// Everything but these declared resources, whose features are off.
    EverythingBut(Keys),
    Exactly(Keys),
}

/// L4. For a permission exercised on no kind: everything or nothing.
pub fn on_which(catalog: &Catalog, account: &Account, user: &str, permission: &str) -> OnWhich {
    let kind = kind_of(catalog, permission);
    let is_active = account.users.get(user).is_some_and(|user| !user.suspended);
    let mut only = Keys::new();
    for it in assignments(account, user) {
        if !is_active || !makes_available(catalog, account, &it.0, permission) {
            continue;
        }
        match extent_now(catalog, account, permission, &it.1) {
            Extent::Everything => {
                let declared = kind.and_then(|kind| catalog.kinds.get(kind)).into_iter().flatten();
                let off = declared.filter(|(_, needs)| !needs.is_subset(&account.features));
                return OnWhich::EverythingBut(off.map(|(resource, _)| resource.clone()).collect());
            }
            Extent::Only(on) => only.extend(on),
        }
    }
    OnWhich::Exactly(only)
}

pub fn kind_of<'a>(catalog: &'a Catalog, permission: &str) -> Option<&'a str> {
    catalog.permissions.get(permission).and_then(|it| it.kind.as_deref())
}

/// C10: are the features that a resource requires enabled? What is not declared requires none.
pub fn resource_is_on(catalog: &Catalog, account: &Account, kind: &str, resource: &str) -> bool {
    let needs = catalog.kinds.get(kind).and_then(|declared| declared.get(resource));
    needs.is_none_or(|needs| needs.is_subset(&account.features))
}

/// The role grants the permission, and the features that it requires are enabled.
fn makes_available(catalog: &Catalog, account: &Account, role: &Role, permission: &str) -> bool {
    let is_enabled =
        catalog.permissions.get(permission).is_some_and(|it| it.features.is_subset(&account.features));
    is_enabled && permissions_of(catalog, account, role).contains(permission)
}
