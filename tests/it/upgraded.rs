//! Single upgrades that random ones seldom meet (P6), and what successions may say (C5).

use rolecall::table::{kind, merged, permission, renamed, role, scope, section, since};
use rolecall::{
    Account, Assignee, Catalog, CatalogBuilder, CatalogProblem, Credential, Reach, RoleId, ScopeKey, Upgrade,
};

fn maja() -> Assignee {
    Assignee::user("maja").unwrap()
}

fn night() -> RoleId {
    RoleId::new("night").unwrap()
}

fn catalog(version: u32, keys: &[&str], roles: &[(&str, &[&str])]) -> CatalogBuilder {
    let rows: Vec<_> = keys.iter().map(|key| permission(key, "May").on("channel")).collect();
    let catalog = Catalog::builder("acme", version).kind(kind("channel", "Channel"));
    let catalog = catalog.section(section("all", "All").permissions(&rows));
    roles.iter().fold(catalog, |catalog, (key, grants)| catalog.role(role(key, key).grants(grants)))
}

fn first() -> Catalog {
    catalog(1, &["send", "read"], &[("sender", &["send"]), ("reader", &["read"])]).build().unwrap()
}

fn on(resources: &[&'static str]) -> Reach {
    Reach::only("channel", resources.iter().copied()).unwrap()
}

/// Maja sends within one reach and reads within another.
fn account(sends: Reach, reads: Reach) -> Account {
    let mut edit = Account::new(&first(), "initech").unwrap().edit();
    edit.assign_within("sender", maja(), sends).unwrap();
    edit.assign_within("reader", maja(), reads).unwrap();
    edit.finish().unwrap().into_account()
}

fn report(upgrade: &Upgrade) -> String {
    upgrade.report().to_string()
}

#[test]
fn l4_who_comes_to_reach_all_or_no_longer_all_is_reported() {
    let role = [("author", &["send", "read"][..])];
    let next = catalog(2, &["send", "read"], &role);
    let any = [merged(&["sender", "reader"], "author").of_any()];
    let any = next.clone().successions(since(2).roles(&any)).build().unwrap();
    let widened = account(on(&["sms"]), Reach::everything()).upgrade(&any).unwrap();
    assert_eq!(report(&widened), "maja: reaches with send everything, before only sms\n");
    let joined = account(on(&["sms"]), on(&["mail"])).upgrade(&any).unwrap();
    let both = "maja: reaches with send only mail, sms, before only sms; \
                reaches with read only mail, sms, before only mail\n";
    assert_eq!(report(&joined), both);
    let all = [merged(&["sender", "reader"], "author")];
    let all = next.successions(since(2).roles(&all)).build().unwrap();
    let narrowed = account(on(&["sms"]), Reach::everything()).upgrade(&all).unwrap();
    assert_eq!(report(&narrowed), "maja: reaches with read only sms, before everything\n");
}

/// What one permission became of two is compared with what both reached before.
#[test]
fn l4_a_merged_permission_was_reached_where_either_was() {
    let next = catalog(2, &["use"], &[("sender", &["use"]), ("reader", &["use"])]);
    let any = [merged(&["send", "read"], "use").of_any()];
    let next = next.successions(since(2).permissions(&any)).build().unwrap();
    assert_eq!(report(&account(on(&["sms"]), on(&["mail"])).upgrade(&next).unwrap()), "");
}

#[test]
fn p6_what_touches_nothing_is_not_rewritten() {
    let keys: [(&str, &[&str]); 2] = [("sender", &["send"]), ("reader", &["read"])];
    let next = catalog(2, &["send", "read"], &keys);
    let next = next.successions(since(2).roles(&[renamed("ghost", "sender")])).build().unwrap();
    let upgrade = account(on(&["sms"]), on(&["mail"])).upgrade(&next).unwrap();
    assert!(upgrade.rewritten().is_empty() && upgrade.problems().is_empty());
}

/// From one content of a version to another no succession of that version applies: the key is gone.
#[test]
fn p6_a_mended_catalog_renames_nothing() {
    let keys: [(&str, &[&str]); 2] = [("writer", &["send"]), ("reader", &["read"])];
    let mended = catalog(1, &["send", "read"], &keys);
    let mended = mended.successions(since(1).roles(&[renamed("sender", "writer")])).build().unwrap();
    let upgrade = account(on(&["sms"]), on(&["mail"])).upgrade(&mended).unwrap();
    let problems: Vec<String> = upgrade.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        ["predefined role `sender` is assigned to 1 user and 0 teams, and the catalog lacks it"]
    );
    let held: Vec<String> =
        upgrade.account().user("maja").unwrap().roles().map(|role| role.to_ref().to_string()).collect();
    assert_eq!(held, ["reader"]);
}

/// R3: a remembered source follows, though nothing else names it or what it granted.
#[test]
fn r3_a_remembered_import_follows_by_itself() {
    let mut edit = Account::new(&first(), "initech").unwrap().edit();
    let day = RoleId::new("day").unwrap();
    edit.create_role(&night(), "Night").unwrap();
    edit.create_role(&day, "Day").unwrap();
    edit.grant(&day, "read").unwrap();
    edit.import(night(), ["sender"]).unwrap();
    edit.import(night(), [day]).unwrap();
    edit.revoke(night(), "send").unwrap();
    let account = edit.finish().unwrap().into_account();
    let next = catalog(2, &["post", "read"], &[("writer", &["post"]), ("reader", &["read"])]);
    let (keys, roles) = ([renamed("send", "post")], [renamed("sender", "writer")]);
    let next = next.successions(since(2).permissions(&keys).roles(&roles)).build().unwrap();
    let upgrade = account.upgrade(&next).unwrap();
    assert!(upgrade.problems().is_empty(), "{:?}", upgrade.problems());
    let record = upgrade.account().record();
    let imports: Vec<(String, Vec<String>)> = record
        .roles
        .iter()
        .flat_map(|role| &role.imports)
        .map(|i| (i.source.to_string(), i.permissions.iter().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(imports[0], ("writer".to_owned(), vec!["post".to_owned()]));
    assert_eq!(imports[1].1, ["read"]);
}

#[test]
fn r1_the_report_names_what_clashes() {
    let mut edit = Account::new(&first(), "initech").unwrap().edit();
    edit.create_role(&night(), "Writer").unwrap();
    let next = catalog(2, &["send", "read"], &[("writer", &[])]).build().unwrap();
    let upgrade = edit.finish().unwrap().into_account().upgrade(&next).unwrap();
    let text = "problem: custom role `night` and predefined role `writer` are both named `Writer`\n";
    assert_eq!(report(&upgrade), text);
}

/// Two scopes that became one are held once: as the better of them, so that what is stored again comes back.
#[test]
fn p5_two_scopes_that_became_one_are_held_once() {
    let version = |version: u32, keys: &[&str]| {
        keys.iter().fold(Catalog::builder("acme", version), |catalog, key| catalog.scope(scope(key)))
    };
    let old = version(1, &["a", "b"])
        .section(section("all", "All").permissions(&[permission("p", "P").provides(&["a", "b"])]))
        .role(role("all", "All").grants(&["p"]))
        .build()
        .unwrap();
    let mut edit = Account::new(&old, "initech").unwrap().edit();
    edit.assign("all", maja()).unwrap();
    let auth = rolecall::Authorizer::new(edit.finish().unwrap().into_account());
    let mut record = auth.subject("maja").mint(["a"]).unwrap().record();
    record.included = vec![ScopeKey::new("b").unwrap()];
    let next = version(2, &["c"]).successions(since(2).scopes(&[renamed("a", "c"), renamed("b", "c")]));
    let next = next.build().unwrap();
    let stored = Credential::restore(&record, &next).unwrap().record();
    assert_eq!((stored.scopes.len(), stored.included.len()), (1, 0));
    assert_eq!(Credential::restore(&stored, &next).unwrap().record(), stored);
}

#[test]
fn c5_versions_ascend_and_no_retired_key_is_taken_up_again() {
    let next = catalog(3, &["send", "read"], &[]);
    let judged = |first: (u32, &str), second: (u32, &str)| {
        let rows = [[renamed(first.1, "send")], [renamed(second.1, "read")]];
        let next = next.clone().successions(since(first.0).permissions(&rows[0]));
        next.successions(since(second.0).permissions(&rows[1])).build().map(|_| ())
    };
    assert!(judged((2, "a"), (3, "b")).is_ok());
    for versions in [(2, 2), (3, 2)] {
        let error = judged((versions.0, "a"), (versions.1, "b")).unwrap_err();
        assert!(matches!(error.problems(), [CatalogProblem::SuccessionVersion { .. }]), "{error}");
    }
    let error = judged((2, "a"), (3, "a")).unwrap_err();
    assert!(
        error.to_string().contains("never used again") || error.to_string().contains("retired"),
        "{error}"
    );
}
