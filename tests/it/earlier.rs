//! The earlier catalog, and what becomes of it: what its roles mean, that every key has a successor or a reason to
//! have none, and that an upgrade gives and takes nothing else (C5, C6, P6).

mod rows;
mod upgrade;

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{Catalog, Needs, Permission, Succession, Successions, predefined};

use crate::golden::{golden, roles_by_permission};
use crate::roles::{held, mean_what_they_say};

/// What the current catalog made of the earlier one.
fn since() -> Successions {
    let mut since: Vec<Successions> = predefined::current().successions().cloned().collect();
    assert_eq!(since.iter().map(|since| since.version).collect::<Vec<_>>(), [2]);
    since.remove(0)
}

#[test]
fn c6_roles_of_the_earlier_catalog_mean_what_they_say() {
    mean_what_they_say(&predefined::earlier(), rows::ROWS);
}

#[test]
fn c6_seventeen_roles_in_four_groups_by_their_real_names() {
    let earlier = predefined::earlier();
    assert_eq!((earlier.name(), earlier.version()), ("infobip", 1));
    assert_eq!(predefined::current().name(), earlier.name(), "versions of one product");
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for role in earlier.roles() {
        match groups.last_mut() {
            Some((group, names)) if Some(*group) == role.group() => names.push(role.name()),
            _ => groups.push((role.group().unwrap(), vec![role.name()])),
        }
    }
    let general = vec![
        "Account Manager",
        "Analyze Manager",
        "Campaign Approval Manager",
        "Campaign Content Creator",
        "Communication Manager",
        "Finance Data Manager",
        "People Manager",
        "Integrations Manager",
    ];
    let conversations = vec![
        "Conversations Account Manager",
        "Conversations Agent",
        "Conversations Analyze Manager",
        "Conversations Manager",
    ];
    let answers = vec!["Answers Designer", "Answers Manager", "Answers Supervisor"];
    let knowledge = vec!["Knowledge Base Manager", "Knowledge Base User"];
    let expected = [
        ("General", general),
        ("Conversations", conversations),
        ("Answers", answers),
        ("Knowledge Base", knowledge),
    ];
    assert_eq!(groups, expected);
}

/// C8, and the hash: this catalog was released, so not a word of it may change, even where it shares tables with
/// the current one.
#[test]
fn golden_c8_earlier_roles_by_permission() {
    let earlier = predefined::earlier();
    golden("earlier.txt", &format!("hash {}\n\n{}", earlier.hash(), roles_by_permission(&earlier)));
}

#[test]
fn c8_relations_between_earlier_roles() {
    let earlier = predefined::earlier();
    let of = |key: &str| held(&earlier.role(key).unwrap());
    assert!(of("conversations-agent").is_subset(&of("conversations-manager")));
    assert!(of("answers-supervisor").is_subset(&of("answers-designer")));
    assert!(of("answers-designer").is_subset(&of("answers-manager")));
    assert!(of("knowledge-base-user").is_subset(&of("knowledge-base-manager")));
}

#[test]
fn g1_the_same_acts_are_governed() {
    let of = |catalog: &Catalog| -> BTreeSet<String> {
        catalog.record().guard.governed.iter().map(|row| format!("{:?}", row.act)).collect()
    };
    assert_eq!(of(&predefined::earlier()), of(&predefined::current()));
}

/// Every row takes up a key that was there and gives keys that are; every key that went has a row.
fn complete<K: Ord + AsRef<str> + std::fmt::Debug>(
    rows: &[Succession<K>],
    was: impl Fn(&str) -> bool,
    is: impl Fn(&str) -> bool,
    earlier: impl Iterator<Item = String>,
) {
    let mut taken_up = BTreeSet::new();
    for row in rows {
        for key in &row.from {
            assert!(was(key.as_ref()), "{key:?} was not there");
            assert!(taken_up.insert(key.as_ref()), "{key:?} is taken up twice");
        }
        assert!(row.to.iter().all(|key| is(key.as_ref())), "{row:?} gives what is not there");
    }
    for key in earlier {
        assert!(is(&key) || taken_up.contains(key.as_str()), "{key} went without a word");
    }
}

#[test]
fn c5_every_earlier_key_is_there_or_accounted_for() {
    let (was, is, since) = (predefined::earlier(), predefined::current(), since());
    complete(
        &since.features,
        |key| was.feature(key).is_ok(),
        |key| is.feature(key).is_ok(),
        was.features().map(|feature| feature.key().to_string()),
    );
    complete(
        &since.scopes,
        |key| was.scope(key).is_ok(),
        |key| is.scope(key).is_ok(),
        was.scopes().map(|scope| scope.key().to_string()),
    );
    complete(
        &since.permissions,
        |key| was.permission(key).is_ok(),
        |key| is.permission(key).is_ok(),
        was.permissions().map(|permission| permission.key().to_string()),
    );
    complete(
        &since.roles,
        |key| was.role(key).is_ok(),
        |key| is.role(key).is_ok(),
        was.roles().map(|role| role.key().to_string()),
    );
    assert!(since.kinds.is_empty() && was.kinds().all(|kind| is.kind(kind.key()).is_ok()));
}

#[test]
fn c5_every_sort_of_succession_occurs() {
    let since = since();
    let sort = |from: usize, to: usize, needs: Needs| match (from, to) {
        (1, 0) => "retired",
        (1, 1) => "renamed",
        (1, _) => "split",
        (_, _) if needs == Needs::Any => "merged of any",
        (_, _) => "merged",
    };
    let mut sorts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in &since.features {
        *sorts.entry(("features", sort(row.from.len(), row.to.len(), row.needs))).or_default() += 1;
    }
    for row in &since.scopes {
        *sorts.entry(("scopes", sort(row.from.len(), row.to.len(), row.needs))).or_default() += 1;
    }
    for row in &since.permissions {
        *sorts.entry(("permissions", sort(row.from.len(), row.to.len(), row.needs))).or_default() += 1;
    }
    for row in &since.roles {
        *sorts.entry(("roles", sort(row.from.len(), row.to.len(), row.needs))).or_default() += 1;
    }
    let sorts: Vec<_> = sorts.into_keys().collect();
    let expected = [
        ("features", "renamed"),
        ("features", "retired"),
        ("permissions", "merged"),
        ("permissions", "merged of any"),
        ("permissions", "renamed"),
        ("permissions", "retired"),
        ("permissions", "split"),
        ("roles", "renamed"),
        ("roles", "split"),
        ("scopes", "renamed"),
        ("scopes", "retired"),
    ];
    assert_eq!(sorts, expected);
}

/// Pairs of an earlier permission and one that it became, those of unchanged key among them.
fn became<'a>(was: &'a Catalog, is: &'a Catalog) -> Vec<(Vec<Permission<'a>>, Permission<'a>)> {
    let since = since();
    let mut pairs = Vec::new();
    for row in &since.permissions {
        let from: Vec<_> = row.from.iter().map(|key| definition(was, key.as_str())).collect();
        pairs.extend(row.to.iter().map(|key| (from.clone(), definition(is, key.as_str()))));
    }
    for permission in was.permissions() {
        if !since.permissions.iter().any(|row| row.from.contains(permission.key())) {
            pairs.push((vec![permission], definition(is, permission.key().as_str())));
        }
    }
    pairs
}

fn definition<'a>(catalog: &'a Catalog, key: &str) -> Permission<'a> {
    catalog.permissions().find(|permission| permission.key().as_str() == key).unwrap()
}

/// A succession is no way to more: not past a limit, a switched-off feature or the scopes, and not to a seat.
#[test]
fn c5_no_permission_becomes_more_than_it_was() {
    let (was, is, since) = (predefined::earlier(), predefined::current(), since());
    let feature = |key: &str| {
        let row = since.features.iter().find(|row| row.from.iter().any(|from| from.as_str() == key));
        row.map_or_else(|| key.to_owned(), |row| row.to[0].to_string())
    };
    for (from, to) in became(&was, &is) {
        let name = to.key();
        for from in &from {
            if let Some(kind) = from.kind() {
                let now = to.kind().map(|kind| kind.key().clone());
                assert_eq!(
                    now.as_ref(),
                    Some(kind.key()),
                    "{name} counts beyond the limits of {:?}",
                    from.key()
                );
            }
            assert_eq!(from.seat().is_some(), to.seat().is_some(), "seat of {name}");
            for key in from.features().keys() {
                let needed = feature(key.as_str());
                let required = to.features().keys().any(|key| key.as_str() == needed);
                assert!(required, "{name} does without {needed}, which {:?} required", from.key());
            }
        }
        for scope in to.scopes().iter().flat_map(|scope| scope.covers().keys().cloned().collect::<Vec<_>>()) {
            let Ok(old) = was.scope(&scope) else { continue };
            let covered = from.iter().any(|from| from.scopes().iter().any(|by| by.covers().contains(old)));
            assert!(covered, "{name} provides {scope}, which nothing that became it did");
        }
    }
}
