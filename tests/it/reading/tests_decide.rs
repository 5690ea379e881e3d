//! The reading tried on sentences of the specification: deciding, reach, scopes, what returns.

use super::decide::{OnWhich, allowed, granted, on_which, usable};
use super::lifecycle::{delete_role, delete_team, naming, remove_user, resource_gone};
use super::model::{Account, Catalog, Keys, Reach, Role, Where, keys};
use super::scopes::{Credential, allowed_under, credential_scopes, granted_scopes, linked, opens, scopes};

/// `send` on a channel provides `message`, which includes `sms`; `read` is exercised on no kind.
fn catalog() -> Catalog {
    let mut it = Catalog::new(1)
        .permission("send", &["message"], Some("channel"))
        .permission("read", &["logs"], None)
        .scope("message", &["sms"])
        .role("sender", &["send", "read"])
        .role("reader", &["read"]);
    it.features = keys(&["extra"]);
    it
}

fn sms() -> Option<(&'static str, &'static str)> {
    Some(("channel", "sms"))
}

#[test]
fn d1_l3_a_limit_holds_for_its_kind_only() {
    let limited = Reach::everything().limited("channel", &["sms"]);
    let account = Account::default().assign("ann", Role::predefined("sender"), limited);
    let ask = |permission, on| allowed(&catalog(), &account, "ann", permission, on);
    assert!(ask("send", sms()) && ask("read", None));
    // Another resource; another kind; without a resource; a kind that the permission is not exercised on.
    assert!(!ask("send", Some(("channel", "rcs"))) && !ask("send", Some(("queue", "sms"))));
    assert!(!ask("send", None) && !ask("read", sms()));
    assert!(!allowed(&catalog(), &account, "bob", "read", None) && !ask("none", None));
    let expected = [("read".to_owned(), Where::Everything), ("send".to_owned(), Where::on("channel", "sms"))];
    assert_eq!(granted(&catalog(), &account, "ann"), expected.into());
}

#[test]
fn d4_l5_a_team_gives_as_an_assignment_does_and_reaches_unite() {
    let limited = |to| Reach::everything().limited("channel", &[to]);
    let account = Account::default().assign("ann", Role::predefined("sender"), limited("sms")).team(
        "t",
        Role::predefined("sender"),
        limited("rcs"),
        &["ann"],
    );
    assert_eq!(on_which(&catalog(), &account, "ann", "send"), OnWhich::Exactly(keys(&["rcs", "sms"])));
    assert!(!allowed(&catalog(), &account, "ann", "send", None));
}

#[test]
fn c10_what_is_off_is_reached_by_nobody() {
    let mut catalog = catalog();
    catalog.kinds.insert("channel".into(), [("sms".into(), keys(&["extra"]))].into());
    let mut account = Account::default().assign("ann", Role::predefined("sender"), Reach::everything());
    assert!(!allowed(&catalog, &account, "ann", "send", sms()));
    assert_eq!(on_which(&catalog, &account, "ann", "send"), OnWhich::EverythingBut(keys(&["sms"])));
    // A limit to what is off reaches nothing, so it provides no scope; granted it is.
    account.users.get_mut("ann").unwrap().assignments[0].1 = Reach::everything().limited("channel", &["sms"]);
    assert!(!usable(&catalog, &account, "ann", "send"));
    assert_eq!(scopes(&catalog, &account, "ann"), keys(&["logs"]));
    assert_eq!(granted_scopes(&catalog, &account, "ann"), keys(&["logs", "message", "sms"]));
    account.features = keys(&["extra"]);
    assert!(allowed(&catalog, &account, "ann", "send", sms()));
    // A scope that is off counts for nothing, whatever broader scope is held; nor does it cover anything.
    account.features.clear();
    catalog.kinds.get_mut("channel").unwrap().clear();
    catalog.scopes.get_mut("sms").unwrap().features = keys(&["extra"]);
    assert_eq!(scopes(&catalog, &account, "ann"), keys(&["logs", "message"]));
    assert!(!opens(&catalog, &account, "ann", &keys(&["sms"]), false));
    catalog.scopes.get_mut("message").unwrap().features = keys(&["extra"]);
    catalog.scopes.get_mut("sms").unwrap().features.clear();
    assert_eq!(scopes(&catalog, &account, "ann"), keys(&["logs"]));
}

#[test]
fn s1_each_assignment_stands_for_itself() {
    // `bob` holds `send` limited to nothing, and a role that reaches something and withholds the scope.
    let nothing = Reach::everything().limited("channel", &[]);
    let account = Account::default()
        .custom("quiet", &["send"], &[])
        .assign("bob", Role::predefined("sender"), nothing)
        .assign("bob", Role::custom("quiet"), Reach::everything());
    assert!(allowed(&catalog(), &account, "bob", "send", sms()));
    assert_eq!(scopes(&catalog(), &account, "bob"), keys(&["logs"]));
    assert_eq!(granted_scopes(&catalog(), &account, "bob"), keys(&["logs"]));
    assert!(linked(&catalog(), &account, "bob").iter().all(|(permission, ..)| permission == "read"));
}

#[test]
fn granted_is_told_apart_from_usable() {
    // What is given to a suspended user is given, and shows when it is compared.
    let mut account = Account::default().assign("bob", Role::predefined("sender"), Reach::everything());
    let before = (granted(&catalog(), &account, "bob"), granted_scopes(&catalog(), &account, "bob"));
    account.users.get_mut("bob").unwrap().suspended = true;
    assert_eq!((granted(&catalog(), &account, "bob"), granted_scopes(&catalog(), &account, "bob")), before);
    assert!(
        !allowed(&catalog(), &account, "bob", "send", None) && !usable(&catalog(), &account, "bob", "read")
    );
    assert!(scopes(&catalog(), &account, "bob").is_empty());
}

#[test]
fn s1_a_scope_comes_only_from_what_reaches_something() {
    // `mallory` holds the scope's permission limited to nothing, and releases the scope in a role of her own.
    let nothing = Reach::everything().limited("channel", &[]);
    let with = |selected: &[&str]| {
        let account = Account::default().custom("own", &["read"], selected);
        let account = account.assign("mallory", Role::custom("own"), Reach::everything());
        account.custom("parked", &["send"], &["message"]).assign(
            "mallory",
            Role::custom("parked"),
            nothing.clone(),
        )
    };
    assert!(granted_scopes(&catalog(), &with(&[]), "mallory").is_empty());
    assert_eq!(granted_scopes(&catalog(), &with(&["logs"]), "mallory"), keys(&["logs"]));
}

#[test]
fn s2_inclusion_counts_unless_exactly_these_are_asked() {
    let account = Account::default().assign("ann", Role::predefined("sender"), Reach::everything());
    let opens = |accepted: &[&str], exactly| opens(&catalog(), &account, "ann", &keys(accepted), exactly);
    assert!(opens(&["sms"], false) && !opens(&["sms"], true));
    assert!(opens(&["message", "none"], true) && !opens(&[], false) && !opens(&["none"], false));
}

#[test]
fn s3_s4_a_credential_is_its_owner_narrowed() {
    let account = Account::default()
        .custom("quiet", &["send"], &[])
        .assign("ann", Role::predefined("sender"), Reach::everything().limited("channel", &["sms"]))
        .assign("ann", Role::custom("quiet"), Reach::everything());
    let key = |own: &[&str]| Credential { owner: "ann".into(), mark: String::new(), scopes: keys(own) };
    let ask = |own, on| allowed_under(&catalog(), &account, &key(own), "send", on);
    assert_eq!(credential_scopes(&catalog(), &account, &key(&["sms"])), keys(&["sms"]));
    assert_eq!(credential_scopes(&catalog(), &account, &key(&[])), Keys::new());
    assert!(ask(&["message"], sms()));
    // The owner may send everywhere, but the assignment that does provides no scope.
    assert!(allowed(&catalog(), &account, "ann", "send", None) && !ask(&["message"], None));
    assert!(!ask(&["message"], Some(("channel", "rcs"))) && !ask(&["sms"], sms()) && !ask(&[], sms()));
}

#[test]
fn u7_an_id_that_returns_is_somebody_new() {
    let sender = |account: Account| account.assign("ann", Role::predefined("sender"), Reach::everything());
    let mut account = sender(Account::default());
    account.users.get_mut("ann").unwrap().mark = "first".into();
    let key = Credential { owner: "ann".into(), mark: "first".into(), scopes: keys(&["message"]) };
    assert!(allowed_under(&catalog(), &account, &key, "send", None));
    let mut account = sender(remove_user(&account, "ann"));
    account.users.get_mut("ann").unwrap().mark = "second".into();
    assert!(allowed(&catalog(), &account, "ann", "send", None));
    assert!(!allowed_under(&catalog(), &account, &key, "send", None));
}

#[test]
fn l7_a_resource_that_is_gone_leaves_nobody_to_a_later_one() {
    let limited = |to: &[&str]| Reach::everything().limited("channel", to);
    let account = Account::default()
        .assign("ann", Role::predefined("sender"), limited(&["sms"]))
        .team("t", Role::predefined("sender"), limited(&["rcs", "sms"]), &["bob"])
        .assign("eve", Role::predefined("sender"), Reach::everything());
    assert_eq!(naming(&account, "channel", "sms").len(), 2);
    let after = resource_gone(&account, "channel", "sms");
    let ask = |user, on| allowed(&catalog(), &after, user, "send", Some(("channel", on)));
    assert!(!ask("ann", "sms") && !ask("bob", "sms") && !ask("ann", "rcs"));
    assert!(ask("bob", "rcs") && ask("eve", "sms"));
    assert!(naming(&after, "channel", "sms").is_empty());
}

#[test]
fn r6_a_role_or_team_that_returns_starts_with_nobody() {
    let everything = Reach::everything;
    let account =
        Account::default().custom("c", &["read"], &[]).team("t", Role::custom("c"), everything(), &["bob"]);
    let role_gone = delete_role(&account, "c").custom("c", &["read"], &[]);
    let team_gone = delete_team(&account, "t").team("t", Role::custom("c"), everything(), &[]);
    assert!(allowed(&catalog(), &account, "bob", "read", None));
    for after in [role_gone, team_gone] {
        assert!(!allowed(&catalog(), &after, "bob", "read", None));
    }
}
