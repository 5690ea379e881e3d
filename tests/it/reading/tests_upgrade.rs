//! The bound tried on sentences of C5, P6 and P9, and on what once got through an upgrade.

use super::bound::{Bound, carried_role, declared, declared_features};
use super::follows::{changed_inclusions, changed_kinds, dropped_requirements, gone};
use super::model::{Account, Catalog, CustomRole, Needs, Reach, Role, Where, keys, succession};
use super::scopes::granted_scopes;

const ALL: Where = Where::Everything;

fn on(kind: &str) -> impl Fn(&str) -> Where {
    move |resource| Where::on(kind, resource)
}

fn limited(kind: &str, to: &[&str]) -> Reach {
    Reach::everything().limited(kind, to)
}

fn held(role: &str, reach: Reach) -> Account {
    Account::default().assign("ann", Role::predefined(role), reach)
}

fn custom(permissions: &[&str], scopes: &[&str], reach: Reach) -> Account {
    Account::default().custom("c", permissions, scopes).assign("ann", Role::custom("c"), reach)
}

fn ann(old: &Catalog, new: &Catalog, account: &Account) -> Bound {
    declared(old, new, account, "ann")
}

#[test]
fn b_a_withheld_scope_that_is_retired_sets_nothing_free() {
    let old = Catalog::new(1)
        .permission("m/send", &["message:send", "sms:send"], None)
        .scope("message:send", &["sms:send"]);
    let mut declares = Catalog::new(2).permission("m/send", &["message:send"], None);
    let silent = declares.clone();
    declares.step().scopes.push(succession(&["sms:send"], &[], Needs::All));
    let withholding = custom(&["m/send"], &[], Reach::everything());
    let selecting = custom(&["m/send"], &["message:send"], Reach::everything());
    for new in [declares, silent] {
        assert!(!ann(&old, &new, &withholding).may_have("message:send"));
        assert!(ann(&old, &new, &selecting).may_have("message:send"));
        assert!(ann(&old, &new, &withholding).may_use("m/send", &ALL));
    }
}

#[test]
fn b_what_a_permission_comes_to_provide_is_not_selected() {
    let old = Catalog::new(1).permission("p", &["s"], None).permission("q", &["t"], None).scope("new", &[]);
    let new = Catalog::new(2).permission("p", &["s", "t", "new"], None).permission("q", &["t"], None);
    let bound = |permissions, scopes| ann(&old, &new, &custom(permissions, scopes, Reach::everything()));
    assert!(!bound(&["p"], &["s"]).may_have("new") && !bound(&["p"], &["s"]).may_have("t"));
    // Unless the role selects that very scope already, by another permission.
    assert!(bound(&["p", "q"], &["s", "t"]).may_have("t"));
    assert!(bound(&["p", "q"], &["s", "t"]).may_link("p", &ALL, "t"));
    assert!(!bound(&["p", "q"], &["s"]).may_have("t"));
    // A predefined role provides all that its permissions provide.
    let with = |catalog: &Catalog| catalog.clone().role("r", &["p"]);
    assert!(ann(&with(&old), &with(&new), &held("r", Reach::everything())).may_have("new"));
}

#[test]
fn p9_a_declared_inclusion_wins_over_what_was_not_selected() {
    let old = Catalog::new(1).permission("p", &["s", "t"], None).scope("u", &[]);
    let new = Catalog::new(2).permission("p", &["s", "t"], None).scope("s", &["t"]).scope("u", &[]);
    let account = custom(&["p"], &["s"], Reach::everything());
    assert_eq!(granted_scopes(&old, &account, "ann"), keys(&["s"]));
    assert!(ann(&old, &new, &account).may_have("t") && !ann(&old, &new, &account).may_have("u"));
}

#[test]
fn r5_a_scope_moves_with_its_key_and_only_where_it_was_selected() {
    let old = Catalog::new(1).permission("p", &["s", "t"], None);
    let mut new = Catalog::new(2).permission("p", &["s1", "s2", "t"], None);
    new.step().scopes.push(succession(&["s"], &["s1", "s2"], Needs::All));
    let role = |scopes| carried_role(&old, &new, &CustomRole::new(&["p"], scopes));
    assert_eq!(role(&["s"]).scopes, keys(&["s1", "s2"]));
    assert_eq!(role(&["t"]).scopes, keys(&["t"]));
    let mut merges = Catalog::new(2).permission("p", &["v"], None);
    merges.step().scopes.push(succession(&["s", "t"], &["v"], Needs::All));
    let role = |new: &Catalog, scopes| carried_role(&old, new, &CustomRole::new(&["p"], scopes)).scopes;
    assert_eq!(role(&merges, &["s"]), keys(&[]));
    assert_eq!(role(&merges, &["s", "t"]), keys(&["v"]));
    merges.step().scopes[0].needs = Needs::Any;
    assert_eq!(role(&merges, &["s"]), keys(&["v"]));
    // Renamed to one that was provided and not selected: it stays so.
    let mut renames = Catalog::new(2).permission("p", &["t"], None);
    renames.step().scopes.push(succession(&["s"], &["t"], Needs::All));
    assert_eq!(role(&renames, &["s"]), keys(&[]));
    assert_eq!(role(&renames, &["s", "t"]), keys(&["t"]));
}

#[test]
fn c_a_permission_that_changes_kind_escapes_no_limit() {
    let old = Catalog::new(1).permission("send", &["s"], Some("channel")).role("r", &["send"]);
    let on_service = Catalog::new(2).permission("send", &["s"], Some("service")).role("r", &["send"]);
    let on_none = Catalog::new(2).permission("send", &["s"], None).role("r", &["send"]);
    let mut renamed = Catalog::new(2).permission("mail", &["s"], Some("service")).role("r", &["mail"]);
    renamed.step().permissions.push(succession(&["send"], &["mail"], Needs::All));
    let sms = limited("channel", &["sms"]);
    for (new, key) in [(on_service, "send"), (on_none, "send"), (renamed, "mail")] {
        assert_eq!(changed_kinds(&old, &new), [("send".to_owned(), key.to_owned())]);
        for account in [held("r", sms.clone()), custom(&["send"], &["s"], sms.clone())] {
            let bound = ann(&old, &new, &account);
            assert!(!bound.may_use(key, &ALL) && !bound.may_use(key, &on("service")("sms")));
        }
        // Who was not limited has no more than before: everything.
        assert!(ann(&old, &new, &held("r", Reach::everything())).may_use(key, &ALL));
    }
}

#[test]
fn c_a_renamed_kind_keeps_its_limits_and_one_gone_without_a_word_closes() {
    let old = Catalog::new(1).permission("send", &[], Some("channel")).role("r", &["send"]);
    let mut renamed = Catalog::new(2).permission("send", &[], Some("way")).role("r", &["send"]);
    let silent = renamed.clone();
    renamed.step().kinds.push(succession(&["channel"], &["way"], Needs::All));
    let sms = limited("channel", &["sms"]);
    for account in [held("r", sms.clone()), custom(&["send"], &[], sms)] {
        let bound = ann(&old, &renamed, &account);
        assert!(bound.may_use("send", &on("way")("sms")) && !bound.may_use("send", &on("way")("rcs")));
        assert!(!bound.may_use("send", &ALL));
        assert!(!ann(&old, &silent, &account).may_use("send", &on("way")("sms")));
    }
    assert_eq!(changed_kinds(&old, &renamed), []);
}

#[test]
fn c5_split_gives_all_parts_and_merge_only_where_all_were_held() {
    let old = Catalog::new(1).permission("p", &[], Some("k")).permission("q", &[], Some("k"));
    let mut split = Catalog::new(2).permission("p1", &[], Some("k")).permission("p2", &[], Some("k"));
    split.step().permissions.push(succession(&["p"], &["p1", "p2"], Needs::All));
    let bound = ann(&old, &split, &custom(&["p"], &[], limited("k", &["a"])));
    for part in ["p1", "p2"] {
        assert!(bound.may_use(part, &on("k")("a")) && !bound.may_use(part, &on("k")("b")));
    }
    let mut merge = Catalog::new(2).permission("m", &[], Some("k"));
    merge.step().permissions.push(succession(&["p", "q"], &["m"], Needs::All));
    let one = custom(&["p"], &[], Reach::everything());
    let both = custom(&["p", "q"], &[], Reach::everything());
    // Held by the same user, by two roles: neither role becomes more.
    let apart = one.clone().custom("d", &["q"], &[]).assign("ann", Role::custom("d"), Reach::everything());
    assert!(!ann(&old, &merge, &one).may_use("m", &ALL) && !ann(&old, &merge, &apart).may_use("m", &ALL));
    assert!(ann(&old, &merge, &both).may_use("m", &ALL));
    merge.step().permissions[0].needs = Needs::Any;
    assert!(ann(&old, &merge, &one).may_use("m", &ALL));
}

/// `x` on kind `x` by the role `rx`, `y` on kind `y` by `ry`.
fn two_roles(version: u32) -> Catalog {
    Catalog::new(version).permission("x", &[], Some("x")).permission("y", &[], Some("y"))
}

#[test]
fn c5_merged_roles_reach_no_more_than_each_did() {
    let old = two_roles(1).role("rx", &["x"]).role("ry", &["x", "y"]);
    let mut new = two_roles(2).permission("new", &[], Some("x")).role("r", &["x", "y", "new"]);
    new.step().roles.push(succession(&["rx", "ry"], &["r"], Needs::All));
    let both = held("rx", limited("x", &["a", "b"])).assign(
        "ann",
        Role::predefined("ry"),
        limited("x", &["b", "c"]),
    );
    let bound = ann(&old, &new, &both);
    let places: Vec<&str> =
        ["a", "b", "c"].into_iter().filter(|it| bound.may_use("new", &on("x")(it))).collect();
    assert_eq!(places, ["b"]);
    // What each gave before is no gain.
    assert!(bound.may_use("x", &on("x")("c")));
    // One of the two, or the other through a team, is not enough.
    let one = held("rx", Reach::everything());
    let team = one.clone().team("t", Role::predefined("ry"), Reach::everything(), &["ann"]);
    assert!(!ann(&old, &new, &one).may_use("new", &ALL) && !ann(&old, &new, &team).may_use("new", &ALL));
    new.step().roles[0].needs = Needs::Any;
    assert!(ann(&old, &new, &one).may_use("new", &ALL));
    // Any, of which only one was held: limited in one kind, it granted nothing on the other.
    let limited_one = held("rx", limited("x", &["a"]));
    let bound = ann(&old, &new, &limited_one);
    assert!(
        bound.may_use("new", &on("x")("a"))
            && !bound.may_use("y", &ALL)
            && !bound.may_use("y", &on("y")("a"))
    );
}

#[test]
fn c5_a_role_renamed_to_one_already_held_adds_nothing() {
    let old = two_roles(1).role("rx", &["x"]).role("ry", &["x"]);
    let mut new = two_roles(2).permission("new", &[], Some("x")).role("ry", &["x", "new"]);
    new.step().roles.push(succession(&["rx"], &["ry"], Needs::All));
    let wide = held("rx", Reach::everything());
    assert!(ann(&old, &new, &wide).may_use("new", &ALL));
    let both = wide.assign("ann", Role::predefined("ry"), limited("x", &["a"]));
    let bound = ann(&old, &new, &both);
    assert!(bound.may_use("new", &on("x")("a")) && !bound.may_use("new", &ALL));
    assert!(!bound.may_use("new", &on("x")("b")));
}

#[test]
fn p9_a_role_that_comes_to_grant_on_a_kind_gives_nothing_of_it_to_who_is_limited() {
    let old = two_roles(1).role("r", &["x"]);
    let new = two_roles(2).permission("plain", &["s"], None).role("r", &["x", "y", "plain"]);
    let bound = |reach| ann(&old, &new, &held("r", reach));
    assert!(bound(Reach::everything()).may_use("y", &ALL));
    let narrow = bound(limited("x", &["a"]));
    assert!(!narrow.may_use("y", &ALL) && !narrow.may_use("y", &on("y")("a")));
    // What is exercised on no kind is not limited (L2).
    assert!(narrow.may_use("plain", &ALL) && narrow.may_have("s"));
    // A limit that names the kind already says how far.
    let both = bound(limited("x", &["a"]).limited("y", &["b"]));
    assert!(both.may_use("y", &on("y")("b")) && !both.may_use("y", &on("y")("a")));
    // On a kind on which it granted, as far as the assignment reached.
    let more = two_roles(2).permission("x2", &[], Some("x")).role("r", &["x", "x2"]);
    let bound = ann(&old, &more, &held("r", limited("x", &["a"])));
    assert!(bound.may_use("x2", &on("x")("a")) && !bound.may_use("x2", &on("x")("b")));
}

#[test]
fn p6_custom_roles_never_follow_and_nothing_reaches_who_held_nothing() {
    let old = two_roles(1).role("r", &["x"]);
    let new = two_roles(2).role("r", &["x", "y"]);
    let account =
        custom(&["x"], &[], Reach::everything()).assign("bob", Role::predefined("r"), Reach::everything());
    assert!(!ann(&old, &new, &account).may_use("y", &ALL));
    assert!(declared(&old, &new, &account, "bob").may_use("y", &ALL));
    assert!(!declared(&old, &new, &account, "eve").may_use("x", &ALL));
    // Two steps at once.
    let mut third = Catalog::new(3).permission("z", &[], Some("x"));
    third.step().permissions.push(succession(&["w"], &["z"], Needs::All));
    third.successions.insert(0, super::model::Step { version: 2, ..Default::default() });
    third.successions[0].permissions.push(succession(&["x"], &["w"], Needs::All));
    assert!(ann(&old, &third, &account).may_use("z", &ALL));
    // An account of the second version has nothing to do with the first step.
    assert!(!ann(&Catalog { version: 2, ..old }, &third, &account).may_use("z", &ALL));
}

#[test]
fn c5_a_vendors_test_lists_what_is_gone() {
    let mut old = two_roles(1).permission("n", &["s", "t"], None).scope("s", &["t"]);
    old.features = keys(&["f", "g"]);
    old.permissions.get_mut("n").unwrap().features = keys(&["f", "g"]);
    let mut new = two_roles(2).permission("n", &["s", "t"], None);
    new.features = keys(&["g2"]);
    new.permissions.get_mut("n").unwrap().features = keys(&["g2"]);
    new.permissions.remove("x");
    new.permissions.remove("y");
    new.step().permissions.push(succession(&["x"], &[], Needs::All));
    new.step().features.push(succession(&["g"], &["g2"], Needs::All));
    let known = |catalog: &Catalog| catalog.permissions.keys().cloned().collect();
    assert_eq!(gone(&old, &new, &known(&old), &known(&new), |step| &step.permissions), keys(&["y"]));
    assert_eq!(dropped_requirements(&old, &new), [("n".to_owned(), "f".to_owned())]);
    assert_eq!(changed_inclusions(&old, &new), [("s".to_owned(), "t".to_owned())]);
    let account = Account { features: keys(&["f", "g"]), ..Account::default() };
    assert_eq!(declared_features(&old, &new, &account), keys(&["g2"]));
}
