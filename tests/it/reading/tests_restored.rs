//! Restoring without upgrading (P5, P9), and what compares observations, in words.

use super::bound::{declared, restored_with_old, restored_without_old};
use super::checks::{
    differs, gains, lost_suspensions, not_within, undeclared_features, undeclared_gains, unreported,
};
use super::decide::{granted, observe};
use super::follows::lacking;
use super::model::{Account, Catalog, Needs, Observed, Reach, Role, Where, keys, succession};

const ALL: Where = Where::Everything;

/// `p` is renamed to `p2` and `r` to `r2`; `q` stays, provides more, and is granted by one role more.
fn versions() -> (Catalog, Catalog) {
    let old = Catalog::new(1)
        .permission("p", &["s"], Some("k"))
        .permission("q", &["t"], Some("k"))
        .role("r", &["p"])
        .role("stays", &["q"]);
    let mut new = Catalog::new(2)
        .permission("p2", &["s"], Some("k"))
        .permission("q", &["s", "t"], Some("k"))
        .role("r2", &["p2"])
        .role("stays", &["p2", "q"]);
    new.step().permissions.push(succession(&["p"], &["p2"], Needs::All));
    new.step().roles.push(succession(&["r"], &["r2"], Needs::All));
    (old, new)
}

fn account(reach: &Reach) -> Account {
    Account::default()
        .custom("c", &["p", "q"], &["t"])
        .assign("ann", Role::predefined("r"), reach.clone())
        .assign("bob", Role::predefined("stays"), reach.clone())
        .assign("cat", Role::custom("c"), reach.clone())
}

#[test]
fn p5_without_the_old_catalog_limited_assignments_count_nowhere() {
    let (old, new) = versions();
    let account = account(&Reach::everything().limited("k", &["a"]));
    for user in ["ann", "bob", "cat"] {
        assert_eq!(restored_without_old(&old, &new, &account, user).lines, []);
    }
    // Nor those that are limited in a kind which none of the permissions is exercised on.
    let other =
        Account::default().assign("bob", Role::predefined("stays"), Reach::everything().limited("z", &[]));
    assert!(!restored_without_old(&old, &new, &other, "bob").may_use("q", &ALL));
}

#[test]
fn p5_a_name_that_a_succession_takes_up_grants_nothing() {
    let (old, new) = versions();
    let account = account(&Reach::everything());
    let bound = |user| restored_without_old(&old, &new, &account, user);
    assert!(!bound("ann").may_use("p2", &ALL) && !bound("ann").may_use("p", &ALL));
    assert!(bound("cat").may_use("q", &ALL) && !bound("cat").may_use("p2", &ALL));
    assert!(bound("cat").may_have("t") && !bound("cat").may_have("s"));
    // A predefined role is what the new version says, as an upgrade would make it.
    assert!(bound("bob").may_use("p2", &ALL) && bound("bob").may_have("s"));
    let named = lacking(&new, 1, &account);
    assert_eq!(named, [("permission", "p".to_owned()), ("role", "r".to_owned())].into());
    assert!(lacking(&old, 1, &account).is_empty());
}

#[test]
fn p5_with_the_old_catalog_both_must_allow() {
    let (old, new) = versions();
    let account = account(&Reach::everything().limited("k", &["a"]));
    let bound = |user| restored_with_old(&old, &new, &account, user);
    let a = Where::on("k", "a");
    assert!(bound("bob").may_use("q", &a) && !bound("bob").may_use("q", &Where::on("k", "b")));
    assert!(!bound("bob").may_use("p2", &a) && !bound("bob").may_have("s"));
    assert!(!bound("ann").may_use("p2", &a) && bound("cat").may_use("q", &a));
    assert!(bound("cat").may_link("q", &a, "t") && !bound("cat").may_link("q", &a, "s"));
}

#[test]
fn p5_an_upgrade_gives_to_the_renamed_what_restoring_withholds() {
    let (old, new) = versions();
    let account = account(&Reach::everything().limited("k", &["a"]));
    let bound = |user| declared(&old, &new, &account, user);
    let a = Where::on("k", "a");
    assert!(
        bound("ann").may_use("p2", &a) && bound("cat").may_use("p2", &a) && bound("bob").may_use("p2", &a)
    );
    assert!(!bound("cat").may_have("s") && bound("ann").may_have("s"));
}

#[test]
fn p5_eight_thousand_unknown_names_grant_nothing_and_are_each_listed() {
    let mut catalog = Catalog::new(1);
    let mut account =
        Account::default().custom("c", &[], &[]).assign("ann", Role::custom("c"), Reach::everything());
    for n in 0..8_000 {
        catalog = catalog.permission(&format!("known/{n}"), &[], None);
        account.custom.get_mut("c").unwrap().permissions.insert(format!("unknown/{n}"));
    }
    assert!(granted(&catalog, &account, "ann").is_empty());
    assert_eq!(lacking(&catalog, 1, &account).len(), 8_000);
}

#[test]
fn every_gain_is_said_in_words() {
    let (old, new) = versions();
    let account = account(&Reach::everything().limited("k", &["a"]));
    let bound = declared(&old, &new, &account, "cat");
    let before = observe(&old, &account, "cat");
    assert_eq!(undeclared_gains("cat", &before, &before, &Default::default()).len(), 4);
    let mut after = Observed::default();
    after.granted.insert(("q".into(), ALL));
    after.scopes = keys(&["s", "t"]);
    after.linked.insert(("q".into(), Where::on("k", "a"), "s".into()));
    let words = undeclared_gains("cat", &before, &after, &bound);
    let expected = [
        "cat is granted q on everything, undeclared; before: k \"a\"",
        "cat has the scope s, undeclared; before: not had",
        "cat has s together with q on k \"a\", undeclared",
    ];
    assert_eq!(words, expected);
    assert_eq!(gains(&before, &after).scopes, keys(&["s"]));
    assert_eq!(unreported("cat", &before, &after, &Observed::default()).len(), 2);
    assert_eq!(unreported("cat", &before, &after, &after), Vec::<String>::new());
    assert_eq!(not_within("cat", &after, &before).len(), 2);
    assert_eq!(differs("cat", &after, &after), Vec::<String>::new());
    assert_eq!(differs("cat", &before, &after).len(), 3);
}

#[test]
fn p9_a_suspension_and_a_feature_stay_as_they_are() {
    let (old, new) = versions();
    let mut before = account(&Reach::everything());
    before.users.get_mut("ann").unwrap().suspended = true;
    let mut after = before.clone();
    assert!(lost_suspensions(&before, &after).is_empty());
    after.users.get_mut("ann").unwrap().suspended = false;
    let after = after.assign("new", Role::predefined("r2"), Reach::everything());
    assert_eq!(lost_suspensions(&before, &after), ["ann is reinstated", "new is new"]);
    assert_eq!(undeclared_features(&old, &new, &before, &keys(&["f"])), ["f is enabled, undeclared"]);
}
