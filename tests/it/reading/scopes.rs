//! Scopes (C3, C10, S1–S4), read naively: each assignment stands for itself.

use std::collections::BTreeSet;

use super::decide;
use super::model::{Account, Catalog, Keys, Reach, Role, Where};

/// C3: these scopes and all that they include, as far as the catalog knows them.
pub fn closed(catalog: &Catalog, scopes: &Keys) -> Keys {
    let mut all = Keys::new();
    let mut next: Vec<&String> = scopes.iter().collect();
    while let Some(scope) = next.pop() {
        if let Some(known) = catalog.scopes.get(scope)
            && all.insert(scope.clone())
        {
            next.extend(&known.includes);
        }
    }
    all
}

/// Is `wide` the scope `narrow`, or does it include it?
pub fn covers(catalog: &Catalog, wide: &str, narrow: &str) -> bool {
    closed(catalog, &Keys::from([wide.to_owned()])).contains(narrow)
}

/// C10: the features that a scope requires are enabled.
pub fn is_on(catalog: &Catalog, account: &Account, scope: &str) -> bool {
    catalog.scopes.get(scope).is_some_and(|it| it.features.is_subset(&account.features))
}

/// As [`closed`], where a scope whose features are off counts for nothing: neither itself nor what it includes.
///
/// Judgement (C3, C10): a scope that is off in the middle of a chain breaks nothing, as inclusion is closed
/// transitively first: what is on at both ends is covered.
pub fn closed_now(catalog: &Catalog, account: &Account, scopes: &Keys) -> Keys {
    let on = scopes.iter().filter(|scope| is_on(catalog, account, scope)).cloned().collect();
    closed(catalog, &on).into_iter().filter(|scope| is_on(catalog, account, scope)).collect()
}

/// What permissions provide, without inclusion: "provided" in the table of R5 is meant so, as withholding what is only
/// covered is an error that names what covers it.
pub fn provided<'a>(catalog: &Catalog, permissions: impl IntoIterator<Item = &'a String>) -> Keys {
    let known = permissions.into_iter().filter_map(|key| catalog.permissions.get(key));
    known.flat_map(|permission| permission.scopes.iter().cloned()).collect()
}

/// R5: what a role provides: a predefined one all, a custom one what is selected among it.
pub fn role_provides(catalog: &Catalog, account: &Account, role: &Role) -> Keys {
    let all = provided(catalog, &decide::permissions_of(catalog, account, role));
    match role {
        Role::Predefined(_) => all,
        Role::Custom(id) => {
            let selected = account.custom.get(id).map(|role| &role.scopes);
            all.into_iter().filter(|scope| selected.is_some_and(|it| it.contains(scope))).collect()
        }
    }
}

/// S1, features aside: what one assignment provides itself, without inclusion. Where it reaches nothing for a
/// permission, that permission provides nothing.
pub fn provided_by(catalog: &Catalog, account: &Account, (role, reach): &(Role, Reach)) -> Keys {
    let permissions = decide::permissions_of(catalog, account, role);
    let reaching = permissions.iter().filter(|it| !decide::extent(catalog, it, reach).is_nowhere());
    let provided = provided(catalog, reaching);
    provided.intersection(&role_provides(catalog, account, role)).cloned().collect()
}

/// S1: what one assignment provides itself now, without inclusion, the holder's state aside.
pub fn provided_now_by(catalog: &Catalog, account: &Account, assignment: &(Role, Reach)) -> Keys {
    let permissions = decide::permissions_of(catalog, account, &assignment.0);
    let usable = permissions.iter().filter(|it| decide::is_usable_by(catalog, account, assignment, it));
    let provided = provided(catalog, usable);
    let role = role_provides(catalog, account, &assignment.0);
    provided.into_iter().filter(|it| role.contains(it) && is_on(catalog, account, it)).collect()
}

/// The scopes of a user whatever the features and the user's state (G2, P9), closed by inclusion. Reach counts.
pub fn granted_scopes(catalog: &Catalog, account: &Account, user: &str) -> Keys {
    let all = decide::assignments(account, user).into_iter();
    all.flat_map(|it| closed(catalog, &provided_by(catalog, account, it))).collect()
}

/// S1: the scopes of a user now, closed by inclusion.
pub fn scopes(catalog: &Catalog, account: &Account, user: &str) -> Keys {
    closed_now(catalog, account, &direct_scopes(catalog, account, user))
}

/// S1: the scopes of a user now that a permission provides itself.
pub fn direct_scopes(catalog: &Catalog, account: &Account, user: &str) -> Keys {
    if account.users.get(user).is_none_or(|user| user.suspended) {
        return Keys::new();
    }
    let all = decide::assignments(account, user).into_iter();
    all.flat_map(|it| provided_now_by(catalog, account, it)).collect()
}

/// G2, S4, features and suspension aside: each permission with where and each scope that it provides, where one and
/// the same assignment gives the permission there and provides that scope or one that includes it.
///
/// Judgement (S4, G2): the scope may come from another permission of that assignment, if only it reaches something
/// there (S1).
pub fn linked(catalog: &Catalog, account: &Account, user: &str) -> BTreeSet<(String, Where, String)> {
    let mut all = BTreeSet::new();
    for assignment in decide::assignments(account, user) {
        let has = closed(catalog, &provided_by(catalog, account, assignment));
        for permission in decide::permissions_of(catalog, account, &assignment.0) {
            let extent = decide::extent(catalog, &permission, &assignment.1);
            for place in extent.places(decide::kind_of(catalog, &permission)) {
                for scope in provided(catalog, [&permission]).intersection(&has) {
                    all.insert((permission.clone(), place.clone(), scope.clone()));
                }
            }
        }
    }
    all
}

/// S2: does a user with these scopes pass an endpoint that accepts `accepted`? An accepted scope that is off opens
/// nothing; accepting nothing is closed.
///
/// Judgement (S2): "exactly these" means that inclusion is not counted: a permission provides the scope itself.
pub fn opens(catalog: &Catalog, account: &Account, user: &str, accepted: &Keys, exactly: bool) -> bool {
    let has = match exactly {
        true => direct_scopes(catalog, account, user),
        false => scopes(catalog, account, user),
    };
    accepted.iter().any(|scope| has.contains(scope))
}

/// S3, U7: a key of a user, with the mark that the user had when it was made, and its own set of scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub owner: String,
    pub mark: String,
    pub scopes: Keys,
}

/// U7: whose credential it is now. That of a removed user is nobody's, also after the id returns.
pub fn owner_of<'a>(account: &Account, credential: &'a Credential) -> Option<&'a str> {
    let is_same = account.users.get(&credential.owner).is_some_and(|user| user.mark == credential.mark);
    is_same.then_some(credential.owner.as_str())
}

/// S3: what a credential can do: the owner's side and its own, both closed, then intersected.
pub fn credential_scopes(catalog: &Catalog, account: &Account, credential: &Credential) -> Keys {
    let Some(owner) = owner_of(account, credential) else { return Keys::new() };
    let own = closed_now(catalog, account, &credential.scopes);
    scopes(catalog, account, owner).intersection(&own).cloned().collect()
}

/// S4: is this allowed under the credential?
pub fn allowed_under(
    catalog: &Catalog,
    account: &Account,
    credential: &Credential,
    permission: &str,
    on: Option<(&str, &str)>,
) -> bool {
    let Some(owner) = owner_of(account, credential) else { return false };
    let covered = credential_scopes(catalog, account, credential);
    let wanted: Keys = provided(catalog, [&permission.to_owned()]).intersection(&covered).cloned().collect();
    decide::allowed(catalog, account, owner, permission, on)
        && decide::assignments(account, owner).into_iter().any(|it| {
            let has = closed_now(catalog, account, &provided_now_by(catalog, account, it));
            decide::gives(catalog, account, it, permission, on) && !has.is_disjoint(&wanted)
        })
}
