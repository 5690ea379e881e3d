//! The shipped catalogs: what the roles of the current one mean (C7), that every right and scope in both is
//! well-founded (C6), and that nothing in them changes unnoticed (C8).

pub mod c7;

use std::collections::BTreeSet;

use rolecall::{Catalog, Permission, PredefinedRole, predefined};

use c7::{C7, Row, SENDING, SENDING_SCOPES};

/// Granted by no predefined role; the table of roles says why.
const CUSTOM_ONLY: [&str; 6] = [
    "flows/full-api",
    "conversations/full-api",
    "chatbots/full-api",
    "ai-agents/full-api",
    "mobile-identity/verify",
    "biometrics/verify",
];

/// The same of the earlier catalog.
const EARLIER_CUSTOM_ONLY: [&str; 11] = [
    "flows/full-api",
    "conversations/full-api",
    "answers/full-api",
    "mobile-identity/verify",
    "biometrics/verify",
    "content/delete",
    "content/full-api",
    "catalogs/items",
    "catalogs/manage",
    "messages/full-api",
    "rcs/full-api",
];

/// Rights that are as broad as a scope that includes others, without being called *full API*.
const WHOLE: [&str; 6] = [
    "flows/moments-api",
    "messages/send",
    "messages/read-inbound",
    "campaigns/tags",
    "catalogs/manage",
    "resource-requests/submit",
];

pub type Keys = BTreeSet<String>;

pub fn held(role: &PredefinedRole<'_>) -> Keys {
    role.permissions().keys().map(ToString::to_string).collect()
}

/// The scopes that some permissions provide, inclusion counted.
pub fn covered<'a>(permissions: impl Iterator<Item = Permission<'a>>) -> Keys {
    let mut covered = Keys::new();
    for permission in permissions {
        for scope in permission.scopes().iter() {
            covered.extend(scope.covers().keys().map(ToString::to_string));
        }
    }
    covered
}

/// The part of a permission's key that says what is done.
fn action(key: &str) -> &str {
    key.split_once('/').unwrap().1
}

#[test]
fn c7_roles_mean_what_they_say() {
    mean_what_they_say(&predefined::current(), C7);
}

pub fn mean_what_they_say(catalog: &Catalog, rows: &[Row]) {
    let roles: Vec<&str> = catalog.roles().map(|role| role.key().as_str()).collect();
    assert_eq!(roles, rows.iter().map(|row| row.role).collect::<Vec<_>>(), "a row for every role");
    for row in rows {
        let role = catalog.role(row.role).unwrap();
        let (held, permissions) = (held(&role), role.permissions());
        let scopes = covered(permissions.iter());
        for key in row.holds {
            assert!(held.contains(*key), "{} must hold {key}", row.role);
        }
        for key in row.lacks {
            catalog.permission(*key).unwrap();
            assert!(!held.contains(*key), "{} must not hold {key}", row.role);
        }
        for key in row.lacks_scopes {
            catalog.scope(*key).unwrap();
            assert!(!scopes.contains(*key), "{} must not cover {key}", row.role);
        }
        if !row.may_send {
            assert!(SENDING.iter().all(|key| !held.contains(*key)), "{} sends", row.role);
            let sending = SENDING_SCOPES.iter().find(|key| scopes.contains(**key));
            assert_eq!(sending, None, "{} covers it", row.role);
        }
        let takes_seat = permissions.iter().any(|permission| permission.seat().is_some());
        assert_eq!(takes_seat, row.takes_seat, "C9: seat of {}", row.role);
    }
}

#[test]
fn c7_who_only_views_changes_nothing() {
    let catalog = predefined::current();
    for key in ["viewer-for-conversations", "chatbots-view-only", "knowledge-base-user"] {
        let permissions = catalog.role(key).unwrap().permissions();
        for permission in permissions.keys() {
            let views = ["view", "read", "analytics"]
                .iter()
                .any(|verb| action(permission.as_str()).starts_with(verb));
            assert!(views, "{key}: {permission}");
        }
        for scope in covered(permissions.iter()) {
            assert!(scope.ends_with(":read") || scope.ends_with(":view"), "{key}: {scope}");
        }
    }
}

#[test]
fn c6_twenty_roles_in_five_groups() {
    let catalog = predefined::current();
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for role in catalog.roles() {
        match groups.last_mut() {
            Some((group, count)) if Some(*group) == role.group() => *count += 1,
            _ => groups.push((role.group().unwrap(), 1)),
        }
    }
    let expected =
        [("General", 7), ("Conversations", 5), ("Answers", 3), ("Knowledge Base", 2), ("Content", 3)];
    assert_eq!(groups, expected);
}

#[test]
fn c6_everything_is_named_described_and_used() {
    well_described(&predefined::current(), &CUSTOM_ONLY);
    well_described(&predefined::earlier(), &EARLIER_CUSTOM_ONLY);
}

fn well_described(catalog: &Catalog, custom_only: &[&str]) {
    let mut said = BTreeSet::new();
    let mut says = |sort: &'static str, key: &str, name: &str, description: &str| {
        for text in [name, description] {
            assert!(text.trim() == text && !text.contains("  ") && text.is_ascii(), "{key}: {text:?}");
        }
        assert!(description.ends_with('.') && !name.ends_with('.'), "{key}: {name:?} {description:?}");
        assert!(said.insert((sort, description.to_owned())), "{key} is described like something else");
    };
    catalog.features().for_each(|f| says("features", f.key().as_str(), f.name(), f.description()));
    catalog.kinds().for_each(|k| says("kinds", k.key().as_str(), k.name(), k.description()));
    catalog.seats().for_each(|s| says("seats", s.key().as_str(), s.name(), s.description()));
    catalog.scopes().for_each(|s| says("scopes", s.key().as_str(), s.key().as_str(), s.description()));
    catalog.sections().for_each(|s| says("sections", s.key().as_str(), s.name(), s.description()));
    catalog.permissions().for_each(|p| says("permissions", p.key().as_str(), p.name(), p.description()));
    catalog.roles().for_each(|r| says("roles", r.key().as_str(), r.name(), r.description()));

    assert!(catalog.sections().all(|section| !section.is_empty()));
    let names: BTreeSet<&str> = catalog.permissions().map(|p| p.name()).collect();
    assert_eq!(
        names.len(),
        catalog.permissions().len(),
        "two permissions of one name confuse an administrator"
    );
    for feature in catalog.features() {
        assert!(
            catalog.permissions().any(|p| p.features().contains(feature.id()))
                || catalog.exclusions().any(|rule| rule.feature().is_some_and(|f| f.id() == feature.id())),
            "{feature:?} is required by nothing"
        );
    }
    for kind in catalog.kinds() {
        assert!(catalog.permissions().any(|p| p.kind() == Some(kind)), "nothing is exercised on {kind:?}");
    }
    for permission in catalog.permissions() {
        let granted = catalog.roles().any(|role| role.permissions().contains(permission.id()));
        assert_eq!(!granted, custom_only.contains(&permission.key().as_str()), "{permission:?}");
    }
}

/// The published scopes and their inclusions, as collected from public pages.
fn published(file: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/data/infobip/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn c6_every_published_scope_is_provided_or_left_out_with_a_reason() {
    let all: Keys = published("scopes.tsv").into_iter().map(|row| row[0].clone()).collect();
    for (catalog, left_out) in
        [(predefined::current(), predefined::LEFT_OUT), (predefined::earlier(), predefined::EARLIER_LEFT_OUT)]
    {
        let ours: Keys = catalog.scopes().map(|scope| scope.key().to_string()).collect();
        let left_out: Keys = left_out.iter().map(|(scope, _)| (*scope).to_owned()).collect();
        assert_eq!(all.difference(&ours).cloned().collect::<Keys>(), left_out);
        assert!(ours.is_subset(&all));
        for scope in catalog.scopes() {
            assert!(
                catalog.permissions().any(|p| p.scopes().contains(scope.id())),
                "{scope:?} is provided by nothing"
            );
        }
    }
}

#[test]
fn c3_inclusions_are_the_documented_rules_and_no_others() {
    for catalog in [predefined::current(), predefined::earlier()] {
        let known = |key: &str| catalog.scope(key).is_ok();
        let documented: BTreeSet<(String, String)> = published("scope_implies.tsv")
            .into_iter()
            .filter(|row| row[2].starts_with("rule") && known(&row[0]) && known(&row[1]))
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        let mut declared = BTreeSet::new();
        for scope in catalog.scopes() {
            declared.extend(scope.includes().keys().map(|key| (scope.key().to_string(), key.to_string())));
        }
        assert_eq!(declared, documented);
        for lone in ["whatsapp:conversions", "flow:control", "2fa:sdk", "web:sdk", "web:tracking:sdk"] {
            let id = catalog.scope(lone).unwrap();
            let covering = catalog.scopes().filter(|scope| scope.covers().contains(id)).count();
            assert_eq!(covering, 1, "{lone} is covered by itself alone");
        }
    }
}

#[test]
fn s1_a_permission_provides_no_more_than_its_right() {
    for catalog in [predefined::current(), predefined::earlier()] {
        for permission in catalog.permissions() {
            let key = permission.key().as_str();
            let scopes = covered(std::iter::once(permission));
            if permission.scopes().iter().any(|scope| !scope.includes().is_empty()) {
                assert!(action(key) == "full-api" || WHOLE.contains(&key), "{key} is too broad");
            }
            if ["view", "read", "listen", "responses"].iter().any(|verb| action(key).starts_with(verb)) {
                let beyond = scopes.iter().find(|scope| !scope.ends_with("read") && !scope.ends_with("view"));
                assert_eq!(beyond, None, "{key} only views");
            }
            let sends = SENDING_SCOPES.iter().any(|scope| scopes.contains(*scope));
            assert_eq!(sends, SENDING.contains(&key) || key == "conversations/full-api", "{key}");
            if sends && permission.scopes().keys().any(|scope| scope.as_str().ends_with("message:send")) {
                assert_eq!(permission.kind().map(|kind| kind.name()), Some("Channel"), "{key}");
            }
        }
    }
}

#[test]
fn c9_seats_belong_to_conversations() {
    let (current, earlier) = (predefined::current(), predefined::earlier());
    for permission in current.permissions().chain(earlier.permissions()) {
        let key = permission.key().as_str();
        let works = key.starts_with("conversations/") && key != "conversations/view-queue";
        assert_eq!(permission.seat().is_some(), works, "{key}");
        assert!(
            !works || permission.features().keys().any(|feature| feature.as_str() == "conversations"),
            "{key}"
        );
    }
}

/// Supervisor contains agent; that is why one user needs one of them.
#[test]
fn c8_relations_between_roles() {
    let catalog = predefined::current();
    let of = |key: &str| held(&catalog.role(key).unwrap());
    assert!(of("agent-for-conversations").is_subset(&of("supervisor-for-conversations")));
    assert!(of("viewer-for-conversations").is_subset(&of("supervisor-for-conversations")));
    assert!(of("chatbots-view-only").is_subset(&of("chatbot-designer")));
    assert!(of("chatbots-view-only").is_subset(&of("chatbot-publisher")));
    assert!(of("knowledge-base-user").is_subset(&of("knowledge-base-manager")));
}

#[test]
fn a_second_call_shares_the_catalog() {
    let (a, b): (Catalog, Catalog) = (predefined::current(), predefined::current());
    assert_eq!(a.hash(), b.hash());
    assert!(std::ptr::eq(a.name(), b.name()));
}
