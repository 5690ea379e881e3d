//! C5: what a vendor's test of a new version must refuse, and what it must list. P5: what an account names in vain.

use std::collections::BTreeSet;

use super::carry::{self, Sort, steps};
use super::decide::kind_of;
use super::model::{Account, Catalog, Keys, Reach, Role};

/// Permissions that would change their kind, under one key or by succession, as (before, after). To be refused.
///
/// A renamed kind is the same kind by another name; a split kind goes on as each of its parts.
pub fn changed_kinds(old: &Catalog, new: &Catalog) -> Vec<(String, String)> {
    let steps = steps(old, new);
    let mut all = Vec::new();
    for before in old.permissions.keys() {
        for after in carry::descendants(&steps, |step| &step.permissions, before) {
            let same = match (kind_of(old, before), kind_of(new, &after)) {
                (None, None) => true,
                (Some(kind), Some(now)) => carry::descendants(&steps, |step| &step.kinds, kind).contains(now),
                _ => false,
            };
            if new.permissions.contains_key(&after) && !same {
                all.push((before.clone(), after));
            }
        }
    }
    all
}

/// Keys of one sort that are gone without a declared successor.
///
/// Judgement (C5): retiring is declaring. A key whose successor is itself gone without a word is listed by its own
/// name, as the earlier catalog knows no other.
pub fn gone(old: &Catalog, new: &Catalog, before: &Keys, after: &Keys, sort: Sort) -> Keys {
    let steps = steps(old, new);
    let retires = |key: &String| steps.iter().any(|step| sort(step).iter().any(|it| it.from.contains(key)));
    before.iter().filter(|key| !after.contains(*key) && !retires(key)).cloned().collect()
}

/// Requirements that fell away: (what required, the feature). A renamed feature is the same requirement.
pub fn dropped_requirements(old: &Catalog, new: &Catalog) -> Vec<(String, String)> {
    let steps = steps(old, new);
    let goes_on = |feature: &str, now: &Keys| {
        !carry::descendants(&steps, |step| &step.features, feature).is_disjoint(now)
    };
    let mut all = Vec::new();
    for (before, known) in &old.permissions {
        for after in carry::descendants(&steps, |step| &step.permissions, before) {
            let Some(now) = new.permissions.get(&after) else { continue };
            let dropped = known.features.iter().filter(|feature| !goes_on(feature, &now.features));
            all.extend(dropped.map(|feature| (before.clone(), feature.clone())));
        }
    }
    for (before, known) in &old.scopes {
        for after in carry::descendants(&steps, |step| &step.scopes, before) {
            let Some(now) = new.scopes.get(&after) else { continue };
            let dropped = known.features.iter().filter(|feature| !goes_on(feature, &now.features));
            all.extend(dropped.map(|feature| (before.clone(), feature.clone())));
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Scopes known to both whose closed inclusions differ, as far as both know the included scope: (scope, included).
///
/// Judgement (C5, C3): "every inclusion that changed" is read on the closed relation, which is what anybody can tell.
pub fn changed_inclusions(old: &Catalog, new: &Catalog) -> Vec<(String, String)> {
    let both: Keys = old.scopes.keys().filter(|key| new.scopes.contains_key(*key)).cloned().collect();
    let mut all = Vec::new();
    for scope in &both {
        for included in &both {
            let before = super::scopes::covers(old, scope, included);
            if before != super::scopes::covers(new, scope, included) {
                all.push((scope.clone(), included.clone()));
            }
        }
    }
    all
}

/// P5: the names in an account of version `version` that `catalog` lacks, or that a succession takes up, each with its
/// sort. They grant nothing, are kept and are listed.
pub fn lacking(catalog: &Catalog, version: u32, account: &Account) -> BTreeSet<(&'static str, String)> {
    let of_then = Catalog { version, ..Catalog::default() };
    let steps = steps(&of_then, catalog);
    let mut all = BTreeSet::new();
    let mut ask = |what: &'static str, name: &String, is_known: bool, sort: Sort| {
        if !is_known || carry::taken(&steps, sort).contains(name) {
            all.insert((what, name.clone()));
        }
    };
    for name in &account.features {
        ask("feature", name, catalog.features.contains(name), |step| &step.features);
    }
    for role in account.custom.values() {
        for name in &role.permissions {
            ask("permission", name, catalog.permissions.contains_key(name), |step| &step.permissions);
        }
        for name in &role.scopes {
            ask("scope", name, catalog.scopes.contains_key(name), |step| &step.scopes);
        }
    }
    let direct = account.users.values().map(|user| &user.assignments);
    for (role, Reach { limits }) in direct.chain(account.teams.values()).flatten() {
        if let Role::Predefined(name) = role {
            ask("role", name, catalog.roles.contains_key(name), |step| &step.roles);
        }
        for name in limits.keys() {
            ask("kind", name, catalog.kinds.contains_key(name), |step| &step.kinds);
        }
    }
    all
}
