//! Stored forms (P4): round trips, canonical bytes, and what must be refused.

use proptest::prelude::*;
use rolecall::{
    Account, AccountRecord, Catalog, CatalogError, CatalogProblem, CatalogRecord, Change, Head, ReplayError,
    RestoreFault,
};
use serde_json::{Value, json};

use crate::world::{SMALL, accounts, build, catalog, wishes, without_past};

fn restored(record: &AccountRecord) -> Account {
    Account::restore(record, &catalog()).unwrap()
}

proptest! {
    #[test]
    fn p4_an_account_comes_back_as_it_was(account in accounts()) {
        let text = serde_json::to_string(&account.record()).unwrap();
        let record: AccountRecord = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&restored(&record).record()).unwrap(), text);
    }

    /// The order of edits, ids and slots leaves no trace.
    #[test]
    fn p4_equal_accounts_give_equal_bytes(wishes in prop::collection::vec(wishes(), 0..40)) {
        let account = build(&catalog(), &wishes);
        let again = restored(&account.record());
        // Take everything away and bring it back, in another order of slots.
        let mut edit = again.edit();
        let users: Vec<_> = again.users().map(|user| user.id().clone()).collect();
        for user in users.iter().rev() {
            edit.remove_user(user).unwrap();
        }
        for user in &users {
            let before = account.user(user).unwrap();
            for role in before.roles() {
                let reach = before.reach(role.to_ref()).unwrap();
                edit.assign_within(role.to_ref(), user, reach).unwrap();
            }
            for team in before.teams() { edit.add_member(team.id(), user).unwrap(); }
            if before.roles().next().is_none() && before.teams().next().is_none() {
                edit.assign("nothing", user).unwrap();
                drop(edit.unassign("nothing", user));
            }
            if before.is_suspended() { edit.suspend(user).unwrap(); }
        }
        prop_assert_eq!(without_past(edit.account().record()), without_past(account.record()));
    }

    #[test]
    fn p4_a_change_comes_back_as_it_was(wishes in prop::collection::vec(wishes(), 1..40)) {
        let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
        for wish in &wishes { crate::world::ask(&mut edit, wish); }
        let Some(done) = edit.finish() else { return Ok(()) };
        let text = serde_json::to_string(done.change()).unwrap();
        let change: Change = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&change, done.change());
    }
}

#[test]
fn p4_a_catalog_comes_back_as_it_was() {
    let text = serde_json::to_string_pretty(&catalog().record()).unwrap();
    let record: CatalogRecord = serde_json::from_str(&text).unwrap();
    let again = Catalog::from_record(&record).unwrap();
    assert_eq!(again.hash(), catalog().hash());
    assert_eq!(serde_json::to_string_pretty(&again.record()).unwrap(), text);
}

/// Repeating a reference, or giving references in another order, is the same catalog.
#[test]
fn d3_order_and_repetition_of_references_change_nothing() {
    let mut record = catalog().record();
    for role in &mut record.roles {
        role.permissions.reverse();
        role.permissions.extend(role.permissions.clone());
    }
    assert_eq!(Catalog::from_record(&record).unwrap().hash(), catalog().hash());
}

fn sample() -> AccountRecord {
    use rolecall::{Assignee, RoleId};
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let night = RoleId::new("night").unwrap();
    edit.enable_feature("alpha").unwrap();
    edit.create_role(&night, "Night").unwrap();
    edit.describe_role(&night, "After hours").unwrap();
    edit.grant(&night, "gated/a").unwrap();
    edit.create_team("desk", "Desk").unwrap();
    edit.assign(&night, Assignee::team("desk").unwrap()).unwrap();
    let vip = rolecall::Reach::only("queue", ["vip"]).unwrap();
    edit.assign_within("viewer", Assignee::user("maja").unwrap(), vip).unwrap();
    edit.add_member("desk", "maja").unwrap();
    edit.suspend("maja").unwrap();
    edit.finish().unwrap().into_account().record()
}

/// Every place in a JSON value, as a path.
fn places(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                into.push(format!("{path}/{key}"));
                places(value, &format!("{path}/{key}"), into);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                places(value, &format!("{path}/{n}"), into);
            }
        }
        _ => {}
    }
}

/// Nothing is optional or defaulted, and nothing unknown is skipped, at any depth.
fn refuses_missing_and_unknown<T: serde::de::DeserializeOwned>(value: &Value) {
    assert!(serde_json::from_value::<T>(value.clone()).is_ok());
    let mut paths = Vec::new();
    places(value, "", &mut paths);
    for path in paths {
        let (parent, field) = path.rsplit_once('/').unwrap();
        let mut less = value.clone();
        less.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field);
        assert!(serde_json::from_value::<T>(less).is_err(), "{path} may go missing");
        let mut more = value.clone();
        more.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert("surprise".into(), json!(1));
        assert!(serde_json::from_value::<T>(more).is_err(), "unknown field beside {path} is skipped");
    }
}

#[test]
fn p4_every_field_is_required_and_no_other_is_accepted() {
    refuses_missing_and_unknown::<AccountRecord>(&serde_json::to_value(sample()).unwrap());
    refuses_missing_and_unknown::<CatalogRecord>(&serde_json::to_value(catalog().record()).unwrap());
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    edit.enable_feature("alpha").unwrap();
    edit.create_team("desk", "Desk").unwrap();
    edit.assign("viewer", rolecall::Assignee::team("desk").unwrap()).unwrap();
    refuses_missing_and_unknown::<Change>(&serde_json::to_value(edit.finish().unwrap().change()).unwrap());
}

#[test]
fn p4_what_does_not_hold_together_is_refused_and_located() {
    let faulty: [(&str, &str, Value); 10] = [
        ("/format", "format", json!(1)),
        ("/catalog/name", "catalog", json!("smell")),
        ("/head/revision", "head", json!(9_007_199_254_740_992_u64)),
        ("/head", "head", json!(null)),
        ("/roles/0/name", "roles[0] `night`", json!(" Night")),
        ("/roles/0/name", "roles[0] `night`", json!("")),
        ("/roles/0/permissions", "roles[0] `night`", json!(["gated/a", "gated/a"])),
        ("/teams/0/assignments/0/role", "teams[0] `desk`", json!({"custom": "nigth"})),
        ("/users/0/teams/0", "users[0] `maja`", json!("dsek")),
        ("/users/0/teams", "users[0] `maja`", json!(["desk", "desk"])),
    ];
    for (path, at, wrong) in faulty {
        let mut value = serde_json::to_value(sample()).unwrap();
        *value.pointer_mut(path).unwrap() = wrong;
        let record = serde_json::from_value::<AccountRecord>(value).unwrap().with_checksum();
        let error = Account::restore(&record, &catalog()).unwrap_err();
        assert_eq!(error.at(), at, "{error}");
    }
    for (list, what) in [("features", "feature"), ("roles", "role"), ("teams", "team"), ("users", "user")] {
        let mut value = serde_json::to_value(sample()).unwrap();
        let first = value[list][0].clone();
        value[list].as_array_mut().unwrap().push(first);
        let record = serde_json::from_value::<AccountRecord>(value).unwrap().with_checksum();
        let error = Account::restore(&record, &catalog()).unwrap_err();
        assert!(matches!(error.fault(), RestoreFault::Duplicate { what: w, .. } if *w == what), "{error}");
    }
}

#[test]
fn p3_a_gap_a_repeat_and_a_stranger_are_refused_and_named() {
    let start = Account::new(&catalog(), "initech").unwrap();
    let step = |account: &Account, feature: &str| {
        let mut edit = account.edit();
        edit.enable_feature(feature).unwrap();
        edit.finish().unwrap().into_parts()
    };
    let (one, first) = step(&start, "alpha");
    let (two, second) = step(&one, "beta");
    let says = |account: &Account, change: &Change| account.replay(change).unwrap_err().to_string();
    assert!(says(&start, &second).starts_with("gap: the change follows revision 1, the account is at 0"));
    assert!(says(&two, &first).starts_with("repeat: the change follows revision 0"));
    let stranger = Account::new(&catalog(), "hooli").unwrap();
    assert_eq!(says(&stranger, &first), "change of account `initech` on account `hooli`");
    // P10: the right number with another digest is another past.
    let mut elsewhere = step(&start, "gamma").0.edit();
    elsewhere.enable_feature("beta").unwrap();
    let elsewhere = elsewhere.finish().unwrap();
    assert_eq!(elsewhere.change().follows.revision, second.follows.revision);
    let (at, follows) = (one.head().unwrap(), elsewhere.change().follows);
    let other_past = one.replay(elsewhere.change()).unwrap_err();
    assert_eq!(other_past, ReplayError::OtherPast { head: at, found: follows });
    let short = |head: Head| head.to_string()[..10].to_owned();
    let expected = format!("another past: the change follows {}, the account is at {}", short(follows), short(at));
    assert_eq!(other_past.to_string(), expected);
    let again = Change { follows: two.head().unwrap(), ..first.clone() };
    assert_eq!(says(&two, &again), "fact 0 has no effect: the account has diverged");
    let mut unfinished = two.edit();
    unfinished.enable_feature("gamma").unwrap();
    assert_eq!(unfinished.account().replay(&again).unwrap_err(), ReplayError::Unfinished);
    assert_eq!(
        says(&start, &Change { format: 9, ..first.clone() }),
        "change format 9 is unknown: this version reads format 2"
    );
    assert_eq!(says(&start, &Change { facts: Vec::new(), ..first.clone() }), "the change has no fact");
    let mut twice = first;
    twice.facts.push(rolecall::Fact::UserSuspended { user: crate::world::user("maja") });
    assert!(says(&start, &twice).starts_with("fact 1 is refused: no user `maja`"));
    assert_eq!(start.revision(), 0);
}

#[test]
fn p3_replay_is_strict_about_text_that_a_session_would_trim() {
    let start = Account::new(&catalog(), "initech").unwrap();
    let change = json!({
        "format": 2, "account": "initech", "follows": start.head(),
        "attribution": {"who": null, "on_behalf_of": null, "when": null, "why": null},
        "facts": [{"team-created": {"team": "desk", "name": " Desk"}}],
    });
    let change: Change = serde_json::from_value(change).unwrap();
    assert!(start.replay(&change).unwrap_err().to_string().contains("begins or ends with white space"));
}

#[test]
fn p4_a_reach_is_written_out_and_read_strictly() {
    use rolecall::Reach;
    let text = |reach: &Reach| serde_json::to_string(reach).unwrap();
    assert_eq!(text(&Reach::everything()), r#""everything""#);
    let only = Reach::only("queue", ["b", "a"]).unwrap().and_only("channel", ["sms"]).unwrap();
    let stored =
        r#"{"only":[{"kind":"channel","resources":["sms"]},{"kind":"queue","resources":["a","b"]}]}"#;
    assert_eq!(text(&only), stored);
    assert_eq!(serde_json::from_str::<Reach>(stored).unwrap(), only);
    for wrong in [
        r#""nothing""#,
        "null",
        r#"{"only":[]}"#,
        r#"{"only":[{"kind":"queue"}]}"#,
        r#"{"only":[{"kind":"queue","resources":["a","a"]}]}"#,
        r#"{"only":[{"kind":"queue","resources":[]},{"kind":"queue","resources":["a"]}]}"#,
        r#"{"only":[{"kind":"queue","resources":[],"x":1}]}"#,
    ] {
        assert!(serde_json::from_str::<Reach>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn p3_a_fact_that_says_limited_does_not_widen_and_the_other_way_round() {
    use rolecall::{Assignee, Fact, Reach};
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let maja = Assignee::user("maja").unwrap();
    edit.assign_within("viewer", maja.clone(), Reach::only("queue", ["a", "b"]).unwrap()).unwrap();
    let (account, mut change) = edit.finish().unwrap().into_parts();
    change.follows = account.head().unwrap();
    let role = rolecall::RoleRef::predefined("viewer").unwrap();
    let kind = |key: &str| rolecall::KindKey::new(key).unwrap();
    let ids = |ids: &[&str]| ids.iter().map(|id| rolecall::ResourceId::new(id).unwrap()).collect();
    let limited = |on: &str, to: &[&str]| Fact::AssignmentLimited {
        role: role.clone(),
        assignee: maja.clone(),
        kind: kind(on),
        resources: ids(to),
    };
    let extended = |on: &str, by: &[&str]| Fact::AssignmentExtended {
        role: role.clone(),
        assignee: maja.clone(),
        kind: kind(on),
        resources: ids(by),
    };
    let lifted = |on: &str| Fact::LimitLifted { role: role.clone(), assignee: maja.clone(), kind: kind(on) };
    let replay = |fact| account.replay(&Change { facts: vec![fact], ..change.clone() });
    for (fact, says) in [
        (limited("queue", &["a", "c"]), "limited in `queue` in another way"),
        (limited("queue", &["a", "b"]), "has no effect"),
        (extended("queue", &["b", "c"]), "limited in `queue` in another way"),
        (extended("queue", &[]), "has no effect"),
        (extended("channel", &["c"]), "limited in `channel` in another way"),
        (lifted("channel"), "limited in `channel` in another way"),
        (lifted("qeue"), "did you mean `queue`"),
    ] {
        let refused = replay(fact).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    for fact in
        [limited("queue", &["a"]), limited("channel", &[]), extended("queue", &["c"]), lifted("queue")]
    {
        assert!(replay(fact).is_ok());
    }
}

#[test]
fn p4_what_no_edit_could_have_made_is_refused() {
    let says = |change: &dyn Fn(&mut AccountRecord)| {
        let mut record = sample();
        let mut other = record.roles[0].clone();
        (other.id, other.name) = (rolecall::RoleId::new("other").unwrap(), "Other".to_owned());
        record.roles.push(other);
        assert!(Account::restore(&record.clone().with_checksum(), &catalog()).is_ok());
        change(&mut record);
        Account::restore(&record.with_checksum(), &catalog()).unwrap_err().to_string()
    };
    let import = |from: &str, keys: &[&str]| rolecall::ImportRecord {
        source: rolecall::RoleRef::custom(from).unwrap(),
        permissions: keys.iter().map(|key| rolecall::PermissionKey::new(key).unwrap()).collect(),
    };
    assert_eq!(
        says(&|r| r.roles[1].imports.push(import("other", &[]))),
        "roles[1] `other`: imports from itself"
    );
    assert!(
        says(&|r| r.roles[0].imports = vec![import("gone", &[])])
            .contains("custom role `gone` is not defined")
    );
    assert!(
        says(&|r| r.roles[0].imports = vec![import("other", &["shared", "shared"])]).contains("listed twice")
    );
    assert!(
        says(&|r| r.roles[0].imports = vec![import("other", &[]), import("other", &[])])
            .contains("listed twice")
    );
    // A clash with a predefined name can come from an upgrade, and is none of the customer's fault (R1).
    let mut record = sample();
    record.roles[0].name = "Editor".to_owned();
    let clash = |record: &AccountRecord| -> Vec<String> {
        let account = Account::restore(&record.clone().with_checksum(), &catalog()).unwrap();
        assert!(!account.needs_upgrade());
        account.problems().iter().map(ToString::to_string).collect()
    };
    assert_eq!(clash(&record), ["custom role `night` and predefined role `editor` are both named `Editor`"]);
    // Nor is one among custom roles refused: names are judged when they are given.
    let other = rolecall::RoleId::new("other").unwrap();
    record.roles.push(rolecall::CustomRoleRecord { id: other, name: "NIGHT".to_owned(), ..record.roles[0].clone() });
    record.roles[0].name = "Night".to_owned();
    assert_eq!(clash(&record), ["custom role `other` and custom role `night` are both named `NIGHT`"]);
}

#[test]
fn p3_a_remembered_import_lists_each_permission_once() {
    let [role, source] = ["role", "source"].map(|id| rolecall::RoleId::new(id).unwrap());
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    edit.create_role(&role, "Role").unwrap();
    edit.create_role(&source, "Source").unwrap();
    let (account, mut change) = edit.finish().unwrap().into_parts();
    let twice = ["shared", "shared"].map(|key| rolecall::PermissionKey::new(key).unwrap()).to_vec();
    let source = rolecall::RoleRef::Custom(source);
    (change.follows, change.facts) =
        (account.head().unwrap(), vec![rolecall::Fact::ImportRemembered { role, source, permissions: twice }]);
    assert!(account.replay(&change).unwrap_err().to_string().contains("`shared` is listed twice"));
}

/// An account at the greatest revision can be stored and asked, and is edited no more.
#[test]
fn p2_no_edit_leads_past_the_greatest_revision() {
    let mut record = sample();
    record.head.as_mut().unwrap().revision = rolecall::MAX_REVISION;
    let account = restored(&record.clone().with_checksum());
    let refused = account.edit().enable_feature("beta").unwrap_err().to_string();
    assert!(refused.starts_with("too many changes"), "{refused}");
    record.head.as_mut().unwrap().revision -= 1;
    let account = restored(&record.with_checksum());
    let mut edit = account.edit();
    edit.enable_feature("beta").unwrap();
    let done = edit.finish().unwrap();
    assert_eq!(restored(&done.account().record()).revision(), rolecall::MAX_REVISION);
    // A change that would follow, were there room.
    let mut edit = account.edit();
    edit.disable_feature("alpha").unwrap();
    let (_, more) = edit.finish().unwrap().into_parts();
    account.replay(&more).unwrap();
    let refused = done.account().replay(&Change { follows: done.account().head().unwrap(), ..more }).unwrap_err();
    assert!(refused.to_string().contains("too many changes"), "{refused}");
}

fn problems(edit: impl FnOnce(&mut CatalogRecord)) -> CatalogError {
    let mut record = Catalog::from_table(&SMALL).unwrap().record();
    edit(&mut record);
    Catalog::from_record(&record).unwrap_err()
}

#[test]
fn c2_all_problems_are_reported_together() {
    let error = problems(|record| {
        record.name = " ".into();
        record.features[0].name = String::new();
        record.features[1].key = "gamma".into();
        record.sections[0].key = "päin".into();
        record.permissions[0].features = vec!["alpah".into()];
        record.permissions[1].scopes = vec!["all:raed".into()];
        record.permissions[3].kind = Some("qeue".into());
        record.permissions[5].seat = Some("dsek".into());
        record.permissions[4].section = "missing".into();
        record.permissions[2].description = "a\u{7}b".into();
        record.roles[0].permissions.push("plain/veiw".into());
        record.roles[1].key = "viewer".into();
        record.scopes[3].includes = vec!["all:manage".into()];
        record.scopes[1].includes = vec!["all:read".into()];
    });
    let text = error.to_string();
    for part in [
        "catalog name ` ` is blank",
        "feature `alpha`: name `` is blank",
        "feature `gamma` is declared twice",
        "section key `p\u{e4}in` contains 'ä': use printable ASCII",
        "permission `plain/view` names feature `alpah`, which is not declared; did you mean `alpha`?",
        "permission `plain/edit` names scope `all:raed`, which is not declared; did you mean `all:read`?",
        "permission `gated/a` names resource kind `qeue`, which is not declared; did you mean `queue`?",
        "permission `gated/ab` names seat `dsek`, which is not declared; did you mean `desk`?",
        "permission `gated/b` names section `missing`, which is not declared",
        "permission `shared`: description `a\\u{7}b` contains the control character",
        "predefined role `viewer` names permission `plain/veiw`",
        "predefined role `viewer` is declared twice",
        "scopes include each other: `all:read` includes `all:read`",
        "scopes include each other: `all:manage` includes `all:send` includes `sms:send` includes `all:manage`",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
    assert!(!text.contains('\n') && !text.contains('\u{7}'));
}

#[test]
fn b3_limits_are_errors() {
    let error = problems(|record| {
        let feature = record.features[0].clone();
        let more = (0..rolecall::MAX_FEATURES)
            .map(|n| rolecall::FeatureRecord { key: n.to_string(), ..feature.clone() });
        record.features.extend(more);
    });
    assert!(matches!(error.problems()[0], CatalogProblem::TooMany { what: "feature", .. }), "{error}");
    let error = problems(|record| {
        let scope = record.scopes[1].clone();
        record.scopes.extend(
            (0..=rolecall::MAX_SCOPES).map(|n| rolecall::ScopeRecord { key: n.to_string(), ..scope.clone() }),
        );
    });
    assert!(matches!(error.problems()[0], CatalogProblem::TooMany { what: "scope", .. }), "{error}");
    assert!(matches!(
        problems(|record| record.format = 0).problems(),
        [CatalogProblem::Format { found: 0, .. }]
    ));
}

/// C2: a nearest key is looked for at the first problems only, so that a garbled catalog costs no quadratic time.
#[test]
fn c2_of_very_many_unknown_keys_the_first_come_with_a_hint() {
    let error = problems(|record| {
        record.roles[0].permissions.extend((10..90).map(|n| format!("plain/vie{n}")));
    });
    let hinted = error.problems().iter().map(|problem| match problem {
        CatalogProblem::Unknown { nearest, .. } => nearest.as_deref() == Some("plain/view"),
        other => panic!("{other}"),
    });
    let hinted: Vec<bool> = hinted.collect();
    assert_eq!(hinted, [vec![true; 64], vec![false; 16]].concat());
}

#[test]
fn b3_a_catalog_may_be_as_large_as_its_limits() {
    let mut record = catalog().record();
    let permission = record.permissions[0].clone();
    let more = rolecall::MAX_PERMISSIONS - record.permissions.len();
    record
        .permissions
        .extend((0..more).map(|n| rolecall::PermissionRecord { key: n.to_string(), ..permission.clone() }));
    let last = (more - 1).to_string();
    record.roles[0].permissions.push(last.clone());
    let catalog = Catalog::from_record(&record).unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.assign("viewer", rolecall::Assignee::user("maja").unwrap()).unwrap();
    let auth = rolecall::Authorizer::new(edit.finish().unwrap().into_account());
    let id = catalog.permission(&last).unwrap();
    assert!(auth.subject("maja").can(id) && auth.bind("maja").can(id));
    let one_less = catalog.permission((more - 2).to_string()).unwrap();
    assert!(!auth.subject("maja").can(one_less));
}
