//! Golden files: what must not change unnoticed. `BLESS=1 cargo test golden` writes them anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use rolecall::{
    Account, AccountRecord, Assignee, Attribution, Authorizer, Catalog, Credential, CredentialRecord, Edited,
    Fact, Reach, RoleId, predefined,
};
use rolecall::table::{Table, feature, kind, permission, role, scope, section};
use serde::de::DeserializeOwned;

use crate::naive_upgrade::accepted;

pub fn golden(name: &str, actual: &str) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden")).join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (n, (expected, actual)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(
            expected,
            actual,
            "{}:{}: if intended, BLESS=1 and a star in the change log",
            path.display(),
            n + 1
        );
    }
    assert_eq!(expected, actual, "{}: if intended, BLESS=1 and a star in the change log", path.display());
}

/// C8: who holds what, as a table: a column for each role.
#[test]
fn golden_c8_predefined_roles_by_permission() {
    golden("current.txt", &roles_by_permission(&predefined::current()));
}

pub fn roles_by_permission(catalog: &Catalog) -> String {
    let mut table = String::new();
    for (n, role) in catalog.roles().enumerate() {
        writeln!(table, "{:width$}{} {} ({})", "", role.key(), role.name(), role.group().unwrap(), width = n)
            .unwrap();
    }
    for section in catalog.sections() {
        writeln!(table, "\n{}", section.key()).unwrap();
        for permission in section.permissions() {
            for role in catalog.roles() {
                table.push(if role.permissions().contains(permission.id()) { 'x' } else { '.' });
            }
            let keys = |keys: Vec<String>| if keys.is_empty() { "-".to_owned() } else { keys.join(" ") };
            let features = keys(permission.features().keys().map(ToString::to_string).collect());
            let scopes = keys(permission.scopes().keys().map(ToString::to_string).collect());
            let kind = permission.kind().map_or("-", |kind| kind.key().as_str());
            let seat = permission.seat().map_or("-", |seat| seat.key().as_str());
            writeln!(table, " {} | {features} | on {kind} | seat {seat} | {scopes}", permission.key())
                .unwrap();
        }
    }
    table
}

fn sample() -> (Catalog, Edited) {
    let catalog = crate::world::catalog();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit = edit.attributed(Attribution::by("ana").at("2026-11-21T18:00:00Z").because("set up"));
    let night = RoleId::new("night").unwrap();
    edit.enable_feature("beta").unwrap();
    edit.enable_feature("alpha").unwrap();
    edit.disable_feature("beta").unwrap();
    edit.create_role(&night, "Night shift").unwrap();
    edit.rename_role(&night, "Nights").unwrap();
    edit.describe_role(&night, "After hours").unwrap();
    edit.select_section(&night, "plain").unwrap();
    edit.revoke(&night, "shared").unwrap();
    edit.import(&night, ["editor"]).unwrap();
    edit.withhold(&night, "all:read").unwrap();
    edit.withhold(&night, "all:send").unwrap();
    drop(edit.release(&night, "all:send").unwrap());
    edit.create_role(&RoleId::new("gone").unwrap(), "Gone").unwrap();
    edit.delete_role(RoleId::new("gone").unwrap()).unwrap();
    edit.create_team("desk", "Desk").unwrap();
    edit.rename_team("desk", "Front desk").unwrap();
    edit.create_team("gone", "Gone").unwrap();
    edit.delete_team("gone").unwrap();
    edit.assign(&night, Assignee::team("desk").unwrap()).unwrap();
    edit.assign("viewer", Assignee::user("maja").unwrap()).unwrap();
    edit.assign("editor", Assignee::user("maja").unwrap()).unwrap();
    let gone = edit.unassign("editor", Assignee::user("maja").unwrap()).unwrap();
    assert_eq!(gone, rolecall::Unassigned::Gone);
    let ivo = || Assignee::user("ivo").unwrap();
    let reach = Reach::only("queue", ["vip", "gold"]).unwrap().and_only("channel", ["sms"]).unwrap();
    edit.assign_within("viewer", ivo(), reach).unwrap();
    edit.limit("viewer", ivo(), "queue", ["vip"]).unwrap();
    edit.extend("viewer", ivo(), "queue", ["silver"]).unwrap();
    edit.lift("viewer", ivo(), "channel").unwrap();
    edit.add_member("desk", "maja").unwrap();
    edit.add_member("desk", "ivo").unwrap();
    edit.remove_member("desk", "ivo").unwrap();
    edit.add_member("desk", "eva").unwrap();
    edit.remove_user("eva").unwrap();
    edit.suspend("maja").unwrap();
    edit.reinstate("maja").unwrap();
    edit.forget_resource("queue", "silver").unwrap();
    edit.suspend("ivo").unwrap();
    (catalog, edit.finish().unwrap())
}

/// P4: the stored forms of every released version are read for ever.
#[test]
fn golden_p4_stored_forms() {
    let (catalog, done) = sample();
    golden("catalog-1.json", &pretty(&catalog.record()));
    golden("account-2.json", &pretty(&done.account().record()));
    golden("change-2.json", &pretty(done.change()));
    assert_eq!(Catalog::from_record(&read("catalog-1.json")).unwrap(), catalog);
    let stored = Account::restore(&read("account-2.json"), &catalog).unwrap();
    assert_eq!(stored.record(), done.account().record());
    let replayed = Account::new(&catalog, "initech").unwrap().replay(&read("change-2.json")).unwrap();
    assert_eq!(replayed.record(), done.account().record());
}

/// What the small catalog was two versions ago.
const SMALL_1: Table<'_> = Table::new("small", 1)
    .features(&[feature("first", "First"), feature("beta", "Beta"), feature("omega", "Omega")])
    .kinds(&[kind("line", "Line"), kind("shelf", "Shelf")])
    .scopes(&[scope("everything"), scope("fax:send")])
    .sections(&[section("all", "All").permissions(&[
        permission("plain/all", "All").provides(&["everything"]),
        permission("plain/mystery", "Mystery").provides(&["fax:send"]),
        permission("gated/one", "One").requires(&["first"]),
        permission("gated/two", "Two").requires(&["beta"]).provides(&["fax:send"]),
        permission("gated/b1", "B1").on("line"),
        permission("gated/b2", "B2").on("line"),
    ])])
    .roles(&[
        role("owner", "Owner").grants(&["plain/all"]),
        role("viewer", "Viewer").grants(&["gated/one"]),
        role("ghost", "Ghost").grants(&["plain/mystery"]),
    ]);

/// P6: an account of version 1, written by hand, under version 3: renamed, split, merged, retired, and gone without a
/// word.
#[test]
fn golden_p6_upgrade() {
    let catalog = crate::world::catalog();
    let earlier = Catalog::from_table(&SMALL_1).unwrap();
    let mut record: AccountRecord = read("account-of-version-1.json");
    if std::env::var_os("BLESS").is_some() {
        // What no hand can write.
        record.catalog.hash = earlier.hash();
        golden("account-of-version-1.json", &pretty(&record.with_checksum()));
        record = read("account-of-version-1.json");
    }
    let before = Account::restore_with(&record, &catalog, &[earlier]).unwrap();
    let upgrade = before.upgrade(&catalog).unwrap();
    let undeclared: Vec<String> = upgrade.undeclared().iter().map(ToString::to_string).collect();
    assert_eq!(
        undeclared,
        [
            "feature `omega` is gone, and no succession says so",
            "resource kind `shelf` is gone, and no succession says so",
            "permission `plain/mystery` is gone, and no succession says so",
        ]
    );
    let done = accepted(upgrade.attributed(Attribution::by("deployment").because("version 3")));
    golden("upgrade-2.json", &pretty(done.change()));
    golden("account-upgraded-2.json", &pretty(&done.account().record()));
    let replayed = before.replay_with(&read("upgrade-2.json"), std::slice::from_ref(&catalog)).unwrap();
    assert_eq!(replayed.record(), read::<AccountRecord>("account-upgraded-2.json"));

    let facts = [sample().1.change(), done.change()].map(|change| change.facts.clone()).concat();
    let kinds: BTreeSet<String> = facts.iter().map(kind_of).collect();
    assert_eq!(kinds.len(), 26, "every kind of fact is in a golden change: {kinds:?}");
}

/// S3: `sms:send` comes with `all:send`, so it is held as part of that.
#[test]
fn golden_s3_credential() {
    let catalog = crate::world::catalog();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.enable_feature("alpha").unwrap();
    edit.assign("editor", Assignee::user("maja").unwrap()).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let credential = auth.subject("maja").mint(["all:send", "all:read"]).unwrap();
    let credential = credential.mint(["sms:send", "all:read"]).unwrap();
    golden("credential-2.json", &pretty(&credential.record()));
    let record: CredentialRecord = read("credential-2.json");
    assert!(!record.scopes.is_empty() && !record.included.is_empty());
    assert_eq!(Credential::restore(&record, &catalog).unwrap(), credential);
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden")).join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The kind of a fact, as it is stored.
fn kind_of(fact: &Fact) -> String {
    let value = serde_json::to_value(fact).unwrap();
    value.as_object().unwrap().keys().next().unwrap().clone()
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

/// C4: the content hash is part of stored changes to come, so it must not drift.
#[test]
fn golden_c4_content_hash() {
    golden("hash-1.txt", &format!("{}\n", crate::world::catalog().hash()));
}
