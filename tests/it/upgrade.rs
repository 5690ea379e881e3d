//! To another version of the product (C5, P5, P6): one rule at a time, and random catalogs against a naive reading.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall::table::{
    Since, feature, kind, merged, permission, renamed, retired, role, scope, section, since, split,
};
use rolecall::{
    Account, AccountProblem, AccountRecord, Assignee, Attribution, Authorizer, Catalog, CatalogBuilder,
    CatalogProblem, CatalogRecord, Change, Credential, EditError, Fact, FollowError, KindKey, Needs, Reach,
    ReplayError, RoleId, ScopeKey, SuccessionFault, SuccessionRecord, SuccessionsRecord, UpgradeError,
    origins,
};

use crate::naive_upgrade::accepted;
use crate::naive_upgrade::{naive, report_agrees, within};
use crate::versions::{Fate, fates, version_after};
use crate::world::{RESOURCES, USERS, accounts, oracle, without_past};

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

fn id(text: &str) -> RoleId {
    RoleId::new(text).unwrap()
}

/// A product that sends and runs flows.
fn first() -> Catalog {
    Catalog::builder("acme", 1)
        .feature(feature("mail", "Mail"))
        .feature(feature("flow", "Flow"))
        .kind(kind("channel", "Channel"))
        .kind(kind("desk", "Desk"))
        .scope(scope("mail:send"))
        .scope(scope("fax:send"))
        .section(section("all", "All").permissions(&[
            permission("mail/send", "Send").requires(&["mail"]).on("channel").provides(&["mail:send"]),
            permission("flow/run", "Run").requires(&["flow"]),
            permission("log/read", "Read logs"),
            permission("log/export", "Export logs"),
            permission("fax/send", "Send a fax").provides(&["fax:send"]),
            permission("desk/view", "View a desk").on("desk"),
        ]))
        .role(role("communicator", "Communicator").grants(&["mail/send", "flow/run"]))
        .role(role("auditor", "Auditor").grants(&["log/read", "log/export"]))
        .role(role("reader", "Reader").grants(&["log/read"]))
        .build()
        .unwrap()
}

const PERMISSIONS: [&str; 6] = ["mail/send", "flow/run", "log/read", "log/export", "fax/send", "desk/view"];

fn second() -> CatalogBuilder {
    Catalog::builder("acme", 2)
        .feature(feature("messages", "Messages"))
        .feature(feature("flow", "Flow"))
        .kind(kind("line", "Line"))
        .scope(scope("message:send"))
        .section(section("all", "All").permissions(&[
            permission("message/send", "Send").requires(&["messages"]).on("line").provides(&["message:send"]),
            permission("flow/launch", "Launch").requires(&["flow"]),
            permission("flow/stop", "Stop").requires(&["flow"]),
            permission("log/use", "Use logs"),
            permission("news/read", "Read the news"),
        ]))
        .role(role("sender", "Sender").grants(&["message/send", "news/read"]))
        .role(role("controller", "Controller").grants(&["flow/launch"]))
        .role(role("auditor", "Auditor").grants(&["log/use"]))
        .role(role("reader", "Reader").grants(&["news/read"]))
}

const SUCCESSION: Since<'_> = since(2)
    .features(&[renamed("mail", "messages")])
    .kinds(&[renamed("channel", "line")])
    .scopes(&[renamed("mail:send", "message:send"), retired("fax:send")])
    .permissions(&[
        renamed("mail/send", "message/send"),
        split("flow/run", &["flow/launch", "flow/stop"]),
        merged(&["log/read", "log/export"], "log/use"),
        retired("fax/send"),
    ])
    .roles(&[split("communicator", &["sender", "controller"])]);

fn next() -> Catalog {
    second().successions(SUCCESSION).build().unwrap()
}

/// Maja communicates on two channels, Ivo reads, the night desk has a role of its own.
fn account() -> Account {
    let mut edit = Account::new(&first(), "initech").unwrap().edit();
    edit.enable_feature("mail").unwrap();
    edit.enable_feature("flow").unwrap();
    let night = id("night");
    edit.create_role(&night, "Night").unwrap();
    edit.import(&night, ["communicator"]).unwrap();
    edit.grant(&night, "log/read").unwrap();
    edit.grant(&night, "fax/send").unwrap();
    edit.withhold(&night, "mail:send").unwrap();
    edit.assign_within("communicator", user("maja"), Reach::only("channel", ["sms", "push"]).unwrap())
        .unwrap();
    edit.assign("auditor", user("ana")).unwrap();
    edit.assign("reader", user("ivo")).unwrap();
    edit.create_team("desk", "Desk").unwrap();
    edit.assign(&night, Assignee::team("desk").unwrap()).unwrap();
    edit.add_member("desk", "eva").unwrap();
    edit.finish().unwrap().into_account()
}

fn upgraded(account: &Account, catalog: &Catalog) -> Account {
    accepted(account.upgrade(catalog).unwrap()).into_account()
}

fn keys<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

#[test]
fn p6_predefined_roles_follow_custom_roles_keep_what_survives() {
    let after = upgraded(&account(), &next());
    assert_eq!((after.revision(), after.catalog().version()), (2, 2));
    assert_eq!(keys(after.features().keys()), ["messages", "flow"]);
    let night = after.role(id("night")).unwrap();
    // A rename, both parts of a split, no merge of one half, nothing for what retired.
    assert_eq!(keys(night.permissions().keys()), ["message/send", "flow/launch", "flow/stop"]);
    assert!(night.scopes().is_empty(), "what was withheld is, under its new name");
    let reach = |who: &str| -> Vec<String> {
        let user = after.user(who).unwrap();
        user.roles().map(|role| format!("{role:?} {}", user.reach(role.to_ref()).unwrap())).collect()
    };
    let limited = "only line: push, sms";
    assert_eq!(
        reach("maja"),
        [
            format!("{:?} {limited}", after.role("sender").unwrap()),
            format!("{:?} {limited}", after.role("controller").unwrap())
        ]
    );
    let auth = Authorizer::new(after);
    let can = |user: &str| keys(auth.subject(user).permissions().keys());
    assert_eq!(can("maja"), ["message/send", "flow/launch", "news/read"]);
    assert_eq!(can("ana"), ["log/use"]);
    assert_eq!(can("ivo"), ["news/read"], "a predefined role loses and gains");
    assert_eq!(can("eva"), ["message/send", "flow/launch", "flow/stop"]);
}

#[test]
fn p6_the_report_says_who_gains_and_who_loses_and_is_right() {
    let upgrade = account().upgrade(&next()).unwrap().attributed(Attribution::by("vendor"));
    let report = upgrade.report();
    assert_eq!(
        keys(&report.users),
        [
            "eva: loses fax/send, log/read; loses scopes fax:send", // of a merge only one half
            "ivo: gains news/read; loses log/read",
            "maja: gains news/read; loses flow/stop",
        ]
    );
    assert!(report.problems.is_empty() && report.violations.is_empty());
    let before = account();
    assert_eq!(before.record(), account().record(), "a preview alters nothing");
    let done = accepted(upgrade);
    assert_eq!(done.change().attribution.who.as_deref(), Some("vendor"));
    assert_eq!((Some(done.change().follows), done.change().facts.len()), (before.head(), 1));
}

#[test]
fn p6_an_upgrade_is_a_change_and_needs_its_catalog() {
    let (account, next) = (account(), next());
    let done = accepted(account.upgrade(&next).unwrap());
    let change: Change = serde_json::from_str(&serde_json::to_string(done.change()).unwrap()).unwrap();
    assert_eq!(&change, done.change());
    let Fact::CatalogUpgraded { catalog, rewritten } = &change.facts[0] else { panic!("{change:?}") };
    assert_eq!((catalog.name.as_str(), catalog.version, catalog.hash), ("acme", 2, next.hash()));
    assert_eq!(rewritten.len(), 1);
    assert_eq!(keys(rewritten[0].roles.iter().flat_map(|row| &row.to)), ["sender", "controller"]);

    let error = account.replay(&change).unwrap_err();
    assert!(matches!(&error, ReplayError::NeedsCatalog { index: 0, .. }), "{error}");
    assert!(error.to_string().contains("`acme 2`") && error.to_string().contains(&next.hash().to_string()));
    // Another content under the same version will not do.
    let mended = second().feature(feature("more", "More")).successions(SUCCESSION).build().unwrap();
    assert!(account.replay_with(&change, &[first(), mended]).is_err());
    let replayed = account.replay_with(&change, &[first(), next.clone()]).unwrap();
    assert_eq!(
        serde_json::to_string(&replayed.record()).unwrap(),
        serde_json::to_string(&done.account().record()).unwrap()
    );
    // Twice, too late, too early: as any change.
    assert!(matches!(
        replayed.replay_with(&change, std::slice::from_ref(&next)),
        Err(ReplayError::Repeat { .. })
    ));
    let again = Change { follows: replayed.head().unwrap(), ..change.clone() };
    assert!(matches!(
        replayed.replay_with(&again, std::slice::from_ref(&next)),
        Err(ReplayError::NoEffect { .. })
    ));
    let with_more = Change { facts: [change.facts.clone(), change.facts.clone()].concat(), ..change.clone() };
    assert!(matches!(
        account.replay_with(&with_more, std::slice::from_ref(&next)),
        Err(ReplayError::NotAlone { .. })
    ));
    // What it rewrote is worked out anew: without it, the account has diverged, or the change was altered.
    let bare = Fact::CatalogUpgraded { catalog: catalog.clone(), rewritten: Vec::new() };
    let bare = Change { facts: vec![bare], ..change.clone() };
    let error = account.replay_with(&bare, &[next]).unwrap_err();
    assert_eq!(error, ReplayError::OtherUpgrade { index: 0 });
}

#[test]
fn p6_older_versions_and_other_products_are_refused_and_the_same_is_nothing() {
    let (before, next) = (account(), next());
    assert!(before.upgrade(before.catalog()).unwrap().finish().unwrap().is_none());
    let after = upgraded(&before, &next);
    assert_eq!(after.upgrade(&first()).unwrap_err().to_string(), "catalog `acme 1` is older than `acme 2`");
    let other = Catalog::builder("other", 3).build().unwrap();
    let other = after.upgrade(&other).unwrap_err();
    assert!(matches!(other, UpgradeError::Follow(FollowError::OtherProduct { .. })), "{other}");
    let mut record = before.record();
    record.head.as_mut().unwrap().revision = rolecall::MAX_REVISION;
    let last = Account::restore(&record.with_checksum(), before.catalog()).unwrap();
    assert!(matches!(last.upgrade(&next), Err(UpgradeError::LastRevision { .. })));
}

/// A vendor mends a catalog without another version: its keys follow, and no succession applies.
#[test]
fn p6_from_one_content_of_a_version_to_another() {
    let before = upgraded(&account(), &next());
    let mended = second().feature(feature("more", "More")).successions(SUCCESSION).build().unwrap();
    let done = accepted(before.upgrade(&mended).unwrap());
    assert_eq!(done.account().catalog(), &mended);
    assert_eq!(done.account().head(), Some(done.change().head()));
    let mut record = without_past(done.account().record());
    assert_eq!(record.catalog.hash, mended.hash());
    record.catalog.hash = before.catalog().hash();
    assert_eq!(record, without_past(before.record()));
    assert_eq!(before.replay_with(done.change(), &[mended]).unwrap().record(), done.account().record());
}

#[test]
fn r3_drift_after_an_upgrade_is_what_the_sources_gained() {
    let after = upgraded(&account(), &next());
    let drift = |account: &Account| -> Vec<(String, Vec<String>, Vec<String>)> {
        let drift = account.custom_roles().next().unwrap().drift();
        drift.iter().map(|d| (d.source.to_string(), keys(d.gained.keys()), keys(d.lost.keys()))).collect()
    };
    let text = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    // What neither part of the source grants any more is lost by each, what the other part has by none.
    assert_eq!(
        drift(&after),
        [
            ("sender".to_owned(), text(&["news/read"]), text(&["flow/stop"])),
            ("controller".to_owned(), text(&[]), text(&["flow/stop"])),
        ]
    );
}

#[test]
fn r1_a_clash_of_names_born_from_an_upgrade_is_a_problem_and_no_error() {
    let mut edit = account().edit();
    edit.rename_role(id("night"), "SENDER").unwrap();
    let before = edit.finish().unwrap().into_account();
    assert!(before.problems().is_empty());
    let after = upgraded(&before, &next());
    let text = "custom role `night` and predefined role `sender` are both named `SENDER`";
    assert_eq!(keys(after.problems()), [text]);
    assert_eq!(keys(before.upgrade(&next()).unwrap().problems()), [text]);
    let mut edit = after.edit();
    edit.rename_role(id("night"), "Night").unwrap();
    assert!(edit.finish().unwrap().account().problems().is_empty());
}

/// What is gone without a word is listed, and dropped if it grants; a limit in a kind that is gone stays.
#[test]
fn p6_what_is_gone_without_a_word_is_a_problem() {
    let mut edit = account().edit();
    edit.assign_within("reader", user("una"), Reach::only("desk", ["one"]).unwrap()).unwrap();
    edit.grant(id("night"), "desk/view").unwrap();
    for team in ["desk", "day", "dusk"] {
        edit.create_team(team, "Desk").unwrap();
        edit.assign("communicator", Assignee::team(team).unwrap()).unwrap();
        edit.assign_within("auditor", Assignee::team(team).unwrap(), Reach::only("desk", ["one"]).unwrap())
            .unwrap();
    }
    let before = edit.finish().unwrap().into_account();
    let bare = second().build().unwrap();
    let upgrade = before.upgrade(&bare).unwrap();
    let problems = [
        "feature `mail` is enabled, and the catalog lacks it",
        "custom role `night` grants `mail/send`, which the catalog lacks",
        "custom role `night` grants `flow/run`, which the catalog lacks",
        "custom role `night` grants `log/read`, which the catalog lacks",
        "custom role `night` grants `fax/send`, which the catalog lacks",
        "custom role `night` grants `desk/view`, which the catalog lacks",
        "custom role `night` selects scope `fax:send`, which the catalog lacks",
        "custom role `night` imported from `communicator`, which the catalog lacks",
        "custom role `night` imported `mail/send` from `communicator`, and the catalog lacks it",
        "custom role `night` imported `flow/run` from `communicator`, and the catalog lacks it",
        "predefined role `communicator` is assigned to 1 user and 3 teams, and the catalog lacks it",
        "assignments of 1 user and 0 teams are limited in `channel`, which the catalog lacks",
        "assignments of 1 user and 3 teams are limited in `desk`, which the catalog lacks",
    ];
    assert_eq!(keys(upgrade.problems()), problems);
    let restored = Account::restore(&before.record(), &bare).unwrap();
    assert_eq!(keys(restored.problems())[10..13], problems[10..]);
    let closed = "limited assignments of 1 user and 3 teams count nowhere until the account is upgraded: restore it \
                  with the catalog that it was stored under";
    assert_eq!(keys(restored.problems())[13..], [closed]);
    let done = accepted(upgrade);
    // What grants is gone, what narrows stays, and is listed; it hinders no edit (P9).
    let una = done.account().user("una").unwrap();
    assert_eq!(una.reach("reader"), Some(Reach::only("desk", ["one"]).unwrap()));
    assert_eq!(keys(done.account().problems()), problems[12..]);
    assert!(!done.account().needs_upgrade() && done.account().edit().suspend("una").is_ok());
    assert_eq!(before.replay_with(done.change(), &[bare]).unwrap().record(), done.account().record());
}

/// Fail closed, not fail stop.
#[test]
fn p5_an_account_under_another_version_is_asked_and_not_edited() {
    let (record, next) = (account().record(), next());
    let waiting = Account::restore(&record, &next).unwrap();
    assert!(waiting.needs_upgrade() && !account().needs_upgrade());
    assert_eq!(waiting.record(), record, "every name is kept");
    assert!(
        waiting
            .problems()
            .iter()
            .any(|p| matches!(p, AccountProblem::MissingRole { users: 1, teams: 0, .. }))
    );
    let auth = Authorizer::new(waiting.clone());
    let can = |user: &str| keys(auth.subject(user).permissions().keys());
    assert_eq!(
        (can("maja"), can("ana"), can("ivo")),
        (vec![], vec!["log/use".to_owned()], vec!["news/read".to_owned()])
    );
    assert!(can("eva").is_empty());
    let night = auth.account().custom_roles().next().unwrap();
    assert!(night.permissions().is_empty() && night.scopes().is_empty(), "what it named was taken up");

    let mut edit = waiting.edit();
    let refused = edit.assign("reader", user("eva")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "stored under catalog `acme 1`, restored under `acme 2`: upgrade the account first"
    );
    assert!(matches!(edit.enable_feature("flow"), Err(EditError::NeedsUpgrade { .. })));
    assert!(edit.finish().is_none());
    let mut later = account().edit();
    later.suspend("maja").unwrap();
    assert!(waiting.replay(later.finish().unwrap().change()).is_err());

    // It upgrades as if it had been restored under its own, if that is at hand.
    assert_eq!(
        waiting.upgrade(&next).unwrap_err().to_string(),
        "the account was stored under catalog `acme 1`: restore it with that catalog, then upgrade it"
    );
    let waiting = Account::restore_with(&record, &next, &[next.clone(), first()]).unwrap();
    assert!(waiting.needs_upgrade() && waiting.edit().suspend("maja").is_err());
    // Until then, what both catalogs say: nothing of what was renamed, split or merged, or granted by one alone.
    let auth = Authorizer::new(waiting.clone());
    assert!(auth.subjects().all(|user| user.permissions().is_empty()));
    let done = accepted(waiting.upgrade(&next).unwrap());
    assert_eq!(done.account().record(), upgraded(&account(), &next).record());
    assert_eq!(done.change(), accepted(account().upgrade(&next).unwrap()).change());
    assert_eq!(waiting.replay_with(done.change(), &[next]).unwrap().record(), done.account().record());
}

/// A replica that is not up to date yet reads what newer ones stored.
#[test]
fn p5_under_an_older_version_too() {
    let after = upgraded(&account(), &next());
    let waiting = Account::restore(&after.record(), &first()).unwrap();
    assert!(waiting.needs_upgrade() && waiting.edit().suspend("maja").is_err());
    assert!(matches!(waiting.upgrade(&first()), Err(UpgradeError::Follow(FollowError::Older { .. }))));
    let auth = Authorizer::new(waiting);
    assert_eq!(keys(auth.subject("ivo").permissions().keys()), ["log/read"]);
    assert!(auth.subject("maja").permissions().is_empty());
}

#[test]
fn p5_names_that_the_same_version_lacks() {
    let mut record = account().record();
    record.features.push(rolecall::FeatureKey::new("gone").unwrap());
    let record = record.with_checksum();
    let waiting = Account::restore(&record, &first()).unwrap();
    assert_eq!(keys(waiting.problems()), ["feature `gone` is enabled, and the catalog lacks it"]);
    assert_eq!(waiting.record(), record);
    assert_eq!(
        waiting.edit().suspend("maja").unwrap_err().to_string(),
        "the account names what catalog `acme 1` lacks (see its problems): upgrade the account first"
    );
    let done = accepted(waiting.upgrade(&first()).unwrap());
    assert!(!done.account().needs_upgrade() && done.account().problems().is_empty());
    assert_eq!(done.account().head(), Some(done.change().head()));
    assert_eq!(without_past(done.account().record()), without_past(account().record()));
    let replayed = waiting.replay_with(done.change(), &[first()]).unwrap();
    assert_eq!(replayed.record(), done.account().record());
}

#[test]
fn s3_p5_credentials_follow_renamed_scopes_and_keep_the_rest_for_nothing() {
    let auth = Authorizer::new(account());
    let key = auth.subject("maja").mint(["mail:send"]).unwrap();
    let next = next();
    let after = Credential::restore(&key.record(), &next).unwrap();
    assert_eq!(keys(after.scopes().keys()), ["message:send"]);
    let auth = Authorizer::new(upgraded(&account(), &next));
    assert!(
        auth.caller(&after)
            .can_on(next.permission("message/send").unwrap(), &next.resource("line", "sms").unwrap())
    );
    let bare = second().build().unwrap();
    let kept = Credential::restore(&key.record(), &bare).unwrap();
    assert!(kept.scopes().is_empty());
    assert_eq!(keys(kept.missing()), ["mail:send"]);
    let record = kept.record();
    assert_eq!(keys(&record.scopes), ["mail:send"]);
    let mut retired = key.record();
    retired.scopes.push(ScopeKey::new("fax:send").unwrap());
    let after = Credential::restore(&retired, &next).unwrap();
    assert_eq!((keys(after.scopes().keys()), after.missing().count()), (vec!["message:send".to_owned()], 0));
}

#[test]
fn g2_an_upgrade_is_the_vendors_act() {
    let before = Authorizer::new(account());
    let done = accepted(before.account().upgrade(&next()).unwrap());
    let refused = before.admit(done.clone(), "ana").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`ana` may not make this change: switching features and upgrading are the vendor's to do"
    );
    let admitted = before.admit_unjudged(done).unwrap();
    assert_eq!(admitted.authorizer().catalog(), &next());
}

#[test]
fn g2_a_journal_is_read_across_an_upgrade() {
    let start = Account::new(&first(), "initech").unwrap();
    let mut journal = Vec::new();
    let mut edit = start.edit().attributed(Attribution::by("ana"));
    edit.enable_feature("flow").unwrap();
    edit.assign("communicator", user("maja")).unwrap();
    edit.assign("reader", user("ivo")).unwrap();
    edit.create_role(&id("night"), "Night").unwrap();
    edit.grant(id("night"), "flow/run").unwrap();
    edit.assign(id("night"), user("eva")).unwrap();
    let (account, change) = edit.finish().unwrap().into_parts();
    journal.push(change);
    let done = accepted(account.upgrade(&next()).unwrap().attributed(Attribution::by("vendor")));
    journal.push(done.change().clone());
    let mut edit = done.account().edit().attributed(Attribution::by("tom"));
    edit.limit("controller", user("maja"), "line", ["sms"]).unwrap();
    journal.push(edit.finish().unwrap().change().clone());

    let who = |user: &str, permission: &str| -> Vec<Vec<(String, u64)>> {
        let found = origins(&start, &journal, &[next()], user, permission).unwrap();
        let entry = |e: &rolecall::JournalEntry| (e.attribution.who.clone().unwrap(), e.revision);
        found.iter().map(|origin| origin.entries.iter().map(entry).collect()).collect()
    };
    let (ana, vendor, tom) = (("ana".to_owned(), 1), ("vendor".to_owned(), 2), ("tom".to_owned(), 3));
    assert_eq!(who("maja", "flow/launch"), [[ana.clone(), vendor.clone(), tom]]);
    assert_eq!(who("eva", "flow/stop"), [[ana.clone(), ana.clone(), vendor.clone()]]);
    // The role kept its key; the upgrade gave it the permission.
    assert_eq!(who("ivo", "news/read"), [[ana, vendor]]);
    assert!(origins(&start, &journal, &[], "maja", "flow/launch").is_err());
}

/// C5, C2: every fault is reported, all at once.
#[test]
fn c5_successions_are_judged() {
    let row = |from: &[&str], to: &[&str]| SuccessionRecord {
        from: from.iter().map(|key| (*key).to_owned()).collect(),
        to: to.iter().map(|key| (*key).to_owned()).collect(),
        needs: Needs::All,
    };
    let judged = |version: u32, rows: Vec<SuccessionRecord>| -> Vec<CatalogProblem> {
        let mut record = next().record();
        record.successions.clear();
        let since = SuccessionsRecord {
            version,
            features: Vec::new(),
            kinds: Vec::new(),
            scopes: Vec::new(),
            permissions: rows,
            roles: Vec::new(),
        };
        record.successions.push(since);
        Catalog::from_record(&record).map_or_else(|error| error.problems().to_vec(), |_| Vec::new())
    };
    let fault = |rows: Vec<SuccessionRecord>| match judged(2, rows).as_slice() {
        [CatalogProblem::Succession { fault, .. }] => Some(*fault),
        _ => None,
    };
    assert!(
        judged(2, vec![row(&["a"], &["log/use"]), row(&["b", "c"], &["log/use"]), row(&["d"], &[])])
            .is_empty()
    );
    assert!(judged(2, vec![row(&["log/use"], &["log/use", "news/read"])]).is_empty(), "a part keeps the key");
    assert_eq!(fault(vec![row(&[], &["log/use"])]), Some(SuccessionFault::OfNothing));
    assert_eq!(fault(vec![row(&["log/use"], &["log/use"])]), Some(SuccessionFault::Nothing));
    assert_eq!(fault(vec![row(&["a"], &[]), row(&["a"], &["log/use"])]), Some(SuccessionFault::Twice));
    assert_eq!(fault(vec![row(&["log/use"], &["news/read"])]), Some(SuccessionFault::Reused));
    assert_eq!(fault(vec![row(&["a"], &["b"]), row(&["b"], &["log/use"])]), Some(SuccessionFault::Reused));
    assert_eq!(
        fault(vec![row(&["a", "b"], &["log/use", "news/read"])]),
        Some(SuccessionFault::SeveralForSeveral)
    );
    assert!(matches!(
        judged(2, vec![row(&["a"], &["log/uze"])]).as_slice(),
        [CatalogProblem::Unknown { .. }]
    ));
    assert!(matches!(judged(2, vec![row(&["\n"], &["log/use"])]).as_slice(), [CatalogProblem::Key(_)]));
    for version in [0, 3] {
        let judged = judged(version, vec![row(&["a"], &[])]);
        assert!(matches!(judged.as_slice(), [CatalogProblem::SuccessionVersion { .. }]), "{judged:?}");
    }
    // Renamed twice is a chain; back again is the use of a retired key.
    let chain = |third: &[(&str, &str)]| {
        let mut builder = Catalog::builder("acme", 3)
            .section(section("all", "All").permissions(&[permission("c", "C"), permission("a", "A")]));
        builder = builder.successions(since(2).permissions(&[renamed("first", "b")]));
        let rows: Vec<_> = third.iter().map(|(from, to)| renamed(from, to)).collect();
        builder.successions(since(3).permissions(&rows)).build()
    };
    assert!(chain(&[("b", "c")]).is_ok());
    assert!(chain(&[]).is_err(), "b is neither there nor taken up");
    assert!(chain(&[("b", "first")]).is_err());
    let split_feature =
        second().successions(since(2).features(&[split("a", &["messages", "flow"])])).build().unwrap_err();
    assert!(split_feature.to_string().contains("one key has one successor or none"), "{split_feature}");
}

fn what_users_can(account: &Account) -> BTreeMap<String, BTreeSet<String>> {
    let auth = Authorizer::new(account.clone());
    let can = |user: rolecall::Subject<'_>| keys(user.permissions().keys()).into_iter().collect();
    auth.subjects().map(|user| (user.id().unwrap().to_string(), can(user))).collect()
}

/// Every assignment of a record, of users and of teams.
fn held_by_all(record: &mut AccountRecord) -> impl Iterator<Item = &mut rolecall::AssignmentRecord> {
    let of_users = record.users.iter_mut().map(|user| &mut user.assignments);
    of_users.chain(record.teams.iter_mut().map(|team| &mut team.assignments)).flatten()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 2000 }))]

    /// P6, C5, P3: upgraded is what the naive reading says, twice over; replayed is the same to the byte; restored
    /// under the new version first, the same again; the report is what differs.
    #[test]
    fn p6_an_upgrade_is_what_the_naive_reading_says(
        account in accounts(),
        first in fates(),
        second in fates(),
        seeds in prop::collection::vec(any::<u32>(), 24),
    ) {
        let mut before = account;
        for fates in [first, second] {
            // What vanishes without a word may not be what an earlier succession leads to.
            let history = CatalogRecord { successions: Vec::new(), ..before.catalog().record() };
            let record = version_after(&history, &fates, &seeds);
            let next = Catalog::from_record(&record).unwrap();
            let expected = naive(&oracle(&before), &record);
            let upgrade = before.upgrade(&next).unwrap();
            let report = upgrade.report();
            let done = accepted(upgrade);
            let after = done.account().clone();
            prop_assert_eq!(oracle(&after), expected);

            let json = |record: &AccountRecord| serde_json::to_string(record).unwrap();
            let bytes = json(&after.record());
            let change: Change = serde_json::from_str(&serde_json::to_string(done.change()).unwrap()).unwrap();
            prop_assert_eq!(&json(&before.replay_with(&change, std::slice::from_ref(&next)).unwrap().record()), &bytes);
            prop_assert_eq!(&json(&Account::restore(&after.record(), &next).unwrap().record()), &bytes);

            // P5: asked in the meantime, nobody can do what they could not before and after.
            let (world, waiting) = (oracle(&before), Account::restore(&before.record(), &next).unwrap());
            prop_assert_eq!(waiting.record(), before.record());
            prop_assert!(waiting.edit().create_team("new", "New").is_err());
            let earlier = std::slice::from_ref(before.catalog());
            let knowing = Account::restore_with(&before.record(), &next, earlier).unwrap();
            prop_assert_eq!(&json(&upgraded(&knowing, &next).record()), &bytes);
            let (waiting, knowing) = (Authorizer::new(waiting), Authorizer::new(knowing));
            for user in USERS {
                within(&waiting, user, &[&oracle(&after)]);
                within(&knowing, user, &[&world, &oracle(&after)]);
            }

            // V3: whoever is not in the report can do the same, but for keys that are other ones now.
            report_agrees(&report, &oracle(&before), &oracle(&after), record.successions.last().unwrap());
            before = after;
        }
    }

    /// C4, P4: the same catalog written down in another order, or with more around it: the same answers to the same keys.
    #[test]
    fn c4_positions_mean_nothing(account in accounts(), extra in 0usize..130) {
        let mut record = account.catalog().record();
        record.permissions.reverse();
        record.features.reverse();
        record.scopes.reverse();
        record.roles.reverse();
        record.kinds.reverse();
        for n in 0..extra {
            let new = rolecall::PermissionRecord { key: format!("new/{n}"), features: Vec::new(), ..record.permissions[0].clone() };
            record.permissions.insert(n * 7 % record.permissions.len(), new);
        }
        let other = Catalog::from_record(&record).unwrap();
        prop_assert_ne!(other.hash(), account.catalog().hash());
        let moved = upgraded(&account, &other);
        prop_assert_eq!(what_users_can(&moved), what_users_can(&account));
        let sorted = |mut record: AccountRecord| {
            let by_text = |held: &mut Vec<rolecall::AssignmentRecord>| held.sort_by_key(|a| a.role.clone());
            record.users.iter_mut().for_each(|user| by_text(&mut user.assignments));
            record.teams.iter_mut().for_each(|team| by_text(&mut team.assignments));
            record.features.sort();
            record.roles.iter_mut().for_each(|role| {
                role.permissions.sort();
                role.scopes.sort();
                role.imports.sort_by_key(|import| import.source.clone());
                role.imports.iter_mut().for_each(|import| import.permissions.sort());
            });
            record.catalog.hash = account.catalog().hash();
            without_past(record)
        };
        prop_assert_eq!(sorted(moved.record()), sorted(account.record()));
        let asked = Account::restore(&account.record(), &other).unwrap();
        // P5: other content of the same version, too, waits for an upgrade; with the old one at hand, all that both say
        // counts.
        prop_assert!(asked.needs_upgrade());
        let asked = Account::restore_with(&account.record(), &other, std::slice::from_ref(account.catalog())).unwrap();
        prop_assert!(asked.needs_upgrade());
        prop_assert_eq!(what_users_can(&asked), what_users_can(&account));
    }

    /// C5: two versions at once come to the same as one after the other, if all is declared.
    #[test]
    fn c5_a_chain_is_its_steps(
        account in accounts(),
        first in fates(),
        second in fates(),
        seeds in prop::collection::vec(any::<u32>(), 24),
    ) {
        let declared = |fates: Vec<Fate>| -> Vec<Fate> {
            fates.into_iter().map(|fate| if matches!(fate, Fate::Vanishes) { Fate::Retired } else { fate }).collect()
        };
        let one = version_after(&account.catalog().record(), &declared(first), &seeds);
        let two = version_after(&one, &declared(second), &seeds);
        let (one, two) = (Catalog::from_record(&one).unwrap(), Catalog::from_record(&two).unwrap());
        let stepwise = upgraded(&upgraded(&account, &one), &two);
        let mut at_once = without_past(upgraded(&account, &two).record());
        let mut expected = without_past(stepwise.record());
        // What a source is remembered to have granted is settled by what its successors grant at the time.
        for record in [&mut at_once, &mut expected] {
            record.roles.iter_mut().for_each(|role| role.imports.clear());
        }
        // On the way, a scope may be forgotten that no permission provides for a while (P6). And a kind may close that at
        // once stays open, or the other way round: whether a role has come to grant on it is asked of other versions (P9).
        for (at_once, stepwise) in at_once.roles.iter_mut().zip(&expected.roles) {
            at_once.scopes.retain(|scope| stepwise.scopes.contains(scope));
        }
        for (one, other) in held_by_all(&mut at_once).zip(held_by_all(&mut expected)) {
            let closed = |reach: &Reach| -> Vec<KindKey> {
                reach.limits().filter(|(_, ids)| ids.is_empty()).map(|(kind, _)| kind.clone()).collect()
            };
            let kinds = [closed(&one.reach), closed(&other.reach)].concat();
            for held in [one, other] {
                for kind in &kinds {
                    held.reach = std::mem::take(&mut held.reach).and_only(kind, [""; 0]).unwrap();
                }
            }
        }
        prop_assert_eq!(at_once, expected);
        prop_assert!(account.catalog().version() + 2 == two.version() && USERS.len() + RESOURCES.len() > 0);
    }
}

#[test]
fn the_first_catalog_has_what_its_tests_name() {
    assert_eq!(keys(first().permissions().map(|p| p.key().clone())), PERMISSIONS);
}
