//! The table of R5: what each edit does to the permissions and to the selection of a custom role.
//!
//! Every function takes the role as it is and returns the role as it becomes, and the outcome. Only `Changed` alters
//! anything. What an import remembers (R3) is not modelled: here an import that adds nothing is `Unchanged`, although
//! the library may still record a memory that moved.

use super::decide;
use super::model::{Account, Catalog, CustomRole, Keys, Role};
use super::scopes::{closed, covers, provided, role_provides};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The facts in order; only the order among `Withheld`, and among the permissions of one source, is free.
    Changed(Vec<Fact>),
    Unchanged,
    /// C11: everything asked for is not for custom roles.
    LeftOut,
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Granted { permission: String, scopes: Keys },
    Revoked { permission: String },
    Withheld { scope: String },
    Released { scope: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unknown(String),
    /// No permission of the role provides it; the selected scopes that include it are named.
    NotProvided {
        scope: String,
        covered_by: Keys,
    },
}

type Edited = (CustomRole, Outcome);

/// R5: is `scope` blocked in `role`? It is, or includes, a scope that a permission of the role provides already and
/// that is not selected.
pub fn is_blocked(catalog: &Catalog, role: &CustomRole, scope: &str) -> bool {
    let provided = provided(catalog, &role.permissions);
    closed(catalog, &Keys::from([scope.to_owned()]))
        .iter()
        .any(|it| provided.contains(it) && !role.scopes.contains(it))
}

/// Grants one permission, without the scopes `unwanted`.
///
/// Judgement (R5): unwanted is taken by the letter of the table. A scope of the permission that includes an unwanted
/// one is selected all the same, and covers it.
/// Judgement (U6): an unwanted scope that the catalog lacks is an error, one that the permission does not provide too.
pub fn grant(catalog: &Catalog, role: &CustomRole, permission: &str, unwanted: &Keys) -> Edited {
    let Some(known) = catalog.permissions.get(permission) else { return refused(role, permission) };
    if let Some(unknown) = unwanted.iter().find(|it| !catalog.scopes.contains_key(*it)) {
        return refused(role, unknown);
    }
    if role.permissions.contains(permission) {
        return (role.clone(), Outcome::Unchanged);
    }
    if let Some(scope) = unwanted.iter().find(|it| !known.scopes.contains(*it)) {
        let refusal = Refusal::NotProvided { scope: scope.clone(), covered_by: Keys::new() };
        return (role.clone(), Outcome::Refused(refusal));
    }
    if known.reserved {
        return (role.clone(), Outcome::LeftOut);
    }
    let wanted = known.scopes.difference(unwanted).cloned().collect();
    let mut after = role.clone();
    let fact = granting(catalog, role, &mut after, permission, &wanted);
    (after, Outcome::Changed(vec![fact]))
}

pub fn revoke(catalog: &Catalog, role: &CustomRole, permission: &str) -> Edited {
    if !catalog.permissions.contains_key(permission) {
        return refused(role, permission);
    }
    if !role.permissions.contains(permission) {
        return (role.clone(), Outcome::Unchanged);
    }
    let mut after = role.clone();
    let fact = revoking(catalog, &mut after, permission);
    (after, Outcome::Changed(vec![fact]))
}

/// Deselects a scope and everything selected that includes it.
pub fn withhold(catalog: &Catalog, role: &CustomRole, scope: &str) -> Edited {
    if !catalog.scopes.contains_key(scope) {
        return refused(role, scope);
    }
    let covering: Keys = role.scopes.iter().filter(|it| covers(catalog, it, scope)).cloned().collect();
    if !provided(catalog, &role.permissions).contains(scope) {
        let refusal = Refusal::NotProvided { scope: scope.to_owned(), covered_by: covering };
        return (role.clone(), Outcome::Refused(refusal));
    }
    let mut after = role.clone();
    after.scopes.retain(|it| !covering.contains(it));
    outcome(after, covering.into_iter().map(|scope| Fact::Withheld { scope }).collect())
}

/// Selects that scope only. What it covers is `closed` less itself.
pub fn release(catalog: &Catalog, role: &CustomRole, scope: &str) -> Edited {
    if !catalog.scopes.contains_key(scope) {
        return refused(role, scope);
    }
    if !provided(catalog, &role.permissions).contains(scope) {
        let covered_by = role.scopes.iter().filter(|it| covers(catalog, it, scope)).cloned().collect();
        let refusal = Refusal::NotProvided { scope: scope.to_owned(), covered_by };
        return (role.clone(), Outcome::Refused(refusal));
    }
    let mut after = role.clone();
    let facts = match after.scopes.insert(scope.to_owned()) {
        true => vec![Fact::Released { scope: scope.to_owned() }],
        false => Vec::new(),
    };
    outcome(after, facts)
}

/// Imports from roles in the order given.
///
/// Judgement (R5): "provides already" means before this source. Within one source no order is given, so none may
/// matter; see [`order_matters`].
pub fn import(catalog: &Catalog, account: &Account, role: &CustomRole, sources: &[Role]) -> Edited {
    let mut after = role.clone();
    let mut facts = Vec::new();
    let mut left_out = false;
    for source in sources {
        if !exists(catalog, account, source) {
            return refused(role, name_of(source));
        }
        let before = after.clone();
        for (permission, scopes) in offers(catalog, account, source) {
            if before.permissions.contains(&permission) {
                continue;
            }
            match catalog.permissions[&permission].reserved {
                true => left_out = true,
                false => facts.push(granting(catalog, &before, &mut after, &permission, &scopes)),
            }
        }
    }
    match facts.is_empty() && left_out {
        true => (after, Outcome::LeftOut),
        false => outcome(after, facts),
    }
}

/// Would an import give another selection if its permissions were granted one by one, in one order or the other?
/// Then the table can be read in more than one way, and a test should ask nothing.
pub fn order_matters(catalog: &Catalog, account: &Account, role: &CustomRole, source: &Role) -> bool {
    let one_by_one = |offered: Vec<(String, Keys)>| {
        let mut after = role.clone();
        for (permission, scopes) in offered {
            let before = after.clone();
            if !before.permissions.contains(&permission) && !catalog.permissions[&permission].reserved {
                granting(catalog, &before, &mut after, &permission, &scopes);
            }
        }
        after
    };
    let offered = offers(catalog, account, source);
    let at_once = import(catalog, account, role, std::slice::from_ref(source)).0;
    let backwards = offered.iter().rev().cloned().collect();
    one_by_one(offered) != at_once || one_by_one(backwards) != at_once
}

/// A new role with exactly what the source selects, within what the copied permissions provide.
pub fn duplicate(catalog: &Catalog, account: &Account, source: &Role) -> CustomRole {
    let permissions = decide::permissions_of(catalog, account, source).into_iter();
    let permissions: Keys = permissions.filter(|it| !catalog.permissions[it].reserved).collect();
    let provided = provided(catalog, &permissions);
    let scopes = role_provides(catalog, account, source).intersection(&provided).cloned().collect();
    CustomRole { permissions, scopes }
}

/// "Make it so": grants first, then revokes. A section selected is what is held and the section; cleared, what is held
/// without it. Grants in another order give the same: what is blocked for one is blocked for all.
pub fn set_permissions(catalog: &Catalog, role: &CustomRole, wanted: &Keys) -> Edited {
    if let Some(unknown) = wanted.iter().find(|it| !catalog.permissions.contains_key(*it)) {
        return refused(role, unknown);
    }
    let mut after = role.clone();
    let mut facts = Vec::new();
    for permission in wanted.difference(&role.permissions) {
        let known = &catalog.permissions[permission];
        if !known.reserved {
            facts.push(granting(catalog, role, &mut after, permission, &known.scopes));
        }
    }
    for permission in role.permissions.difference(wanted) {
        facts.push(revoking(catalog, &mut after, permission));
    }
    outcome(after, facts)
}

/// What a source gives: its permissions, each with the scopes that it provides and the source selects.
fn offers(catalog: &Catalog, account: &Account, source: &Role) -> Vec<(String, Keys)> {
    let selected = role_provides(catalog, account, source);
    let scopes = |permission: &String| &catalog.permissions[permission].scopes & &selected;
    let permissions = decide::permissions_of(catalog, account, source).into_iter();
    permissions.map(|permission| (permission.clone(), scopes(&permission))).collect()
}

/// Adds a permission with those of `wanted` that are not blocked in the role as it was `before`.
fn granting(
    catalog: &Catalog,
    before: &CustomRole,
    after: &mut CustomRole,
    permission: &str,
    wanted: &Keys,
) -> Fact {
    let scopes: Keys = wanted.iter().filter(|it| !is_blocked(catalog, before, it)).cloned().collect();
    after.permissions.insert(permission.to_owned());
    after.scopes.extend(scopes.iter().cloned());
    Fact::Granted { permission: permission.to_owned(), scopes }
}

fn revoking(catalog: &Catalog, after: &mut CustomRole, permission: &str) -> Fact {
    after.permissions.remove(permission);
    let provided = provided(catalog, &after.permissions);
    after.scopes.retain(|it| provided.contains(it));
    Fact::Revoked { permission: permission.to_owned() }
}

fn exists(catalog: &Catalog, account: &Account, role: &Role) -> bool {
    match role {
        Role::Predefined(key) => catalog.roles.contains_key(key),
        Role::Custom(id) => account.custom.contains_key(id),
    }
}

fn name_of(role: &Role) -> &str {
    match role {
        Role::Predefined(name) | Role::Custom(name) => name,
    }
}

fn outcome(after: CustomRole, facts: Vec<Fact>) -> Edited {
    match facts.is_empty() {
        true => (after, Outcome::Unchanged),
        false => (after, Outcome::Changed(facts)),
    }
}

fn refused(role: &CustomRole, unknown: &str) -> Edited {
    (role.clone(), Outcome::Refused(Refusal::Unknown(unknown.to_owned())))
}
