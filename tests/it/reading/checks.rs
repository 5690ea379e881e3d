//! Observations compared with each other and with a bound. Every answer is a list of words, empty where all is well.

use std::collections::BTreeSet;

use super::bound::{Bound, contains};
use super::carry;
use super::decide::normal;
use super::model::{Account, Catalog, Keys, Observed, Role, Where};

/// P9: what `user` has after and nothing declared explains. `before` is only for the words.
pub fn undeclared_gains(user: &str, before: &Observed, after: &Observed, bound: &Bound) -> Vec<String> {
    let mut all = Vec::new();
    for (permission, place) in &after.granted {
        if !bound.may_use(permission, place) {
            let had = places(before, permission);
            all.push(format!(
                "{user} is granted {permission} on {}, undeclared; before: {had}",
                words(place)
            ));
        }
    }
    for scope in after.scopes.iter().filter(|scope| !bound.may_have(scope)) {
        let had = if before.scopes.contains(scope) { "had" } else { "not had" };
        all.push(format!("{user} has the scope {scope}, undeclared; before: {had}"));
    }
    for (permission, place, scope) in &after.linked {
        if !bound.may_link(permission, place, scope) {
            let place = words(place);
            all.push(format!("{user} has {scope} together with {permission} on {place}, undeclared"));
        }
    }
    all
}

/// What is after and was not before: what a report must say (P6).
pub fn gains(before: &Observed, after: &Observed) -> Observed {
    let new = |it: &&(String, Where)| !contains(&before.granted, &it.0, &it.1);
    let links = |(permission, place, scope): &&(String, Where, String)| {
        let at = |place: &Where| before.linked.contains(&(permission.clone(), place.clone(), scope.clone()));
        !at(place) && !at(&Where::Everything)
    };
    Observed {
        granted: after.granted.iter().filter(new).cloned().collect(),
        scopes: &after.scopes - &before.scopes,
        linked: after.linked.iter().filter(links).cloned().collect(),
    }
}

/// P6: gains of permissions and scopes that a report does not name. `reported` is what it says was gained.
pub fn unreported(user: &str, before: &Observed, after: &Observed, reported: &Observed) -> Vec<String> {
    let gains = gains(before, after);
    let granted = gains.granted.iter().filter(|(key, place)| !contains(&reported.granted, key, place));
    let granted = granted.map(|(permission, place)| format!("{permission} on {}", words(place)));
    let scopes = gains.scopes.difference(&reported.scopes).map(|scope| format!("the scope {scope}"));
    granted.chain(scopes).map(|what| format!("{user} gains {what}, and no report says so")).collect()
}

/// P5, P9: what the first has and the second has not: "restoring never allows more than upgrading".
pub fn not_within(user: &str, smaller: &Observed, larger: &Observed) -> Vec<String> {
    let more = gains(larger, smaller);
    let granted = more.granted.iter().map(|(permission, place)| format!("{permission} on {}", words(place)));
    let scopes = more.scopes.iter().map(|scope| format!("the scope {scope}"));
    granted.chain(scopes).map(|what| format!("{user} has {what} here and not there")).collect()
}

/// Two observations of one state: what only one of them has.
pub fn differs(user: &str, read: &Observed, seen: &Observed) -> Vec<String> {
    let (read, seen) = (normalized(read), normalized(seen));
    let missing = not_within(user, &read, &seen).into_iter().map(|it| format!("read, not seen: {it}"));
    missing
        .chain(not_within(user, &seen, &read).into_iter().map(|it| format!("seen, not read: {it}")))
        .collect()
}

/// P9: who is no longer suspended, and who is there without having been before.
pub fn lost_suspensions(before: &Account, after: &Account) -> Vec<String> {
    let mut all = Vec::new();
    for (user, now) in &after.users {
        match before.users.get(user) {
            Some(known) if known.suspended && !now.suspended => all.push(format!("{user} is reinstated")),
            Some(_) => {}
            None => all.push(format!("{user} is new")),
        }
    }
    all
}

/// P9: assignments that were limited in some kind and are limited in none after an upgrade. `after` names kinds and
/// roles by the names of `new`.
///
/// Judgement (P9, C5): a limit of a retired kind stays too, as "names that restrict stay": who was limited in any kind
/// is still limited when a later version grants on a new one.
pub fn lost_limits(old: &Catalog, new: &Catalog, before: &Account, after: &Account) -> Vec<String> {
    let steps = carry::steps(old, new);
    let pairs = before.users.iter().map(|(id, user)| (id, &user.assignments, after.users.get(id)));
    let users = pairs.map(|(id, held, now)| (id, held, now.map(|user| &user.assignments)));
    let teams = before.teams.iter().map(|(id, held)| (id, held, after.teams.get(id)));
    let mut all = Vec::new();
    for (id, held, now) in users.chain(teams) {
        let became = carry::carried_roles(old, &steps, held).into_iter();
        let limited = became.filter(|it| it.origins.iter().any(|(_, reach)| reach.is_limited()));
        let mut limited: Vec<Role> = limited.map(|it| Role::Predefined(it.role)).collect();
        let custom =
            held.iter().filter(|(role, reach)| matches!(role, Role::Custom(_)) && reach.is_limited());
        limited.extend(custom.map(|(role, _)| role.clone()));
        let free =
            now.into_iter().flatten().filter(|(role, reach)| !reach.is_limited() && limited.contains(role));
        all.extend(free.map(|(role, _)| format!("{role:?} of {id} is limited no longer")));
    }
    all
}

/// Features that are enabled after and that neither stayed nor succeeded one that was.
pub fn undeclared_features(old: &Catalog, new: &Catalog, account: &Account, enabled: &Keys) -> Vec<String> {
    let declared = super::bound::declared_features(old, new, account);
    enabled.difference(&declared).map(|feature| format!("{feature} is enabled, undeclared")).collect()
}

fn normalized(it: &Observed) -> Observed {
    Observed { granted: normal(&it.granted), ..it.clone() }
}

fn places(observed: &Observed, permission: &str) -> String {
    let all: BTreeSet<String> =
        observed.granted.iter().filter(|(key, _)| key == permission).map(|(_, place)| words(place)).collect();
    match all.is_empty() {
        true => "nowhere".to_owned(),
        false => all.into_iter().collect::<Vec<_>>().join(", "),
    }
}

fn words(place: &Where) -> String {
    match place {
        Where::Everything => "everything".to_owned(),
        Where::On(kind, resource) => format!("{kind} {resource:?}"),
    }
}
