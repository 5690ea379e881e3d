//! Single answers that random worlds seldom pin down: each test is what told a faulty copy of the library from this one.

use rolecall::table::{kind, permission, renamed, role, scope, section, since};
use rolecall::{
    Account, Assignee, Authorizer, Catalog, CatalogBuilder, CatalogId, Change, Credential, Decision,
    DenyReason, Edit, Fact, GrantPath, Reach, Reached, ReplayError, ResourceId, RestoreFault, RoleId, TeamId,
};

use crate::naive_upgrade::accepted;
use crate::world::catalog;

fn edited(edit: impl FnOnce(&mut Edit)) -> Account {
    let mut session = Account::new(&catalog(), "initech").unwrap().edit();
    edit(&mut session);
    session.finish().unwrap().into_account()
}

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

/// Maja edits plainly on two channels herself and through a team everywhere but the queue `gold`.
fn limited() -> Authorizer {
    Authorizer::new(edited(|edit| {
        edit.enable_feature("beta").unwrap();
        edit.assign_within("editor", user("maja"), Reach::only("channel", ["vip", "gold"]).unwrap()).unwrap();
        edit.create_team("desk", "Desk").unwrap();
        edit.assign("viewer", Assignee::team("desk").unwrap()).unwrap();
        edit.add_member("desk", "maja").unwrap();
        edit.assign("viewer", user("maja")).unwrap();
    }))
}

#[test]
fn d7_a_decision_says_what_it_is_in_three_ways() {
    let denied = Decision::Deny(DenyReason::Suspended);
    assert!(Decision::Allow.is_allowed() && !Decision::Allow.is_denied());
    assert!(denied.is_denied() && !denied.is_allowed());
    assert_eq!((Decision::Allow.reason(), denied.reason()), (None, Some(DenyReason::Suspended)));
    assert!(denied < Decision::Allow && Decision::Deny(DenyReason::UnknownUser) < denied);
    assert_eq!(denied.partial_cmp(&Decision::Allow), Some(std::cmp::Ordering::Less));
}

#[test]
fn l3_can_on_is_check_on() {
    let auth = limited();
    let (vip, sms) =
        (catalog().resource("channel", "vip").unwrap(), catalog().resource("channel", "sms").unwrap());
    let edit = catalog().permission("plain/edit").unwrap();
    let (subject, bound) = (auth.subject("maja"), auth.bind("maja"));
    assert_eq!((subject.can_on(edit, &vip), subject.can_on(edit, &sms)), (true, false));
    assert_eq!((bound.can_on(edit, &vip), bound.can_on(edit, &sms)), (true, false));
}

#[test]
fn v2_a_held_role_names_its_teams_and_its_paths_read_well() {
    let auth = limited();
    let subject = auth.subject("maja");
    let roles = subject.roles();
    let lines: Vec<Vec<String>> =
        roles.iter().map(|held| held.paths.iter().map(GrantPath::to_string).collect()).collect();
    assert_eq!(lines, [vec!["directly", "through team `desk`"], vec!["directly (only channel: gold, vip)"]]);
    let teams: Vec<Vec<&str>> = roles.iter().map(|held| held.teams().map(TeamId::as_str).collect()).collect();
    assert_eq!(teams, [vec!["desk"], vec![]]);
}

#[test]
fn l4_a_reach_lists_what_it_contains() {
    let auth = limited();
    let subject = auth.subject("maja");
    let reached = |key: &str| subject.reach_of(catalog().permission(key).unwrap());
    let only = reached("plain/edit");
    assert!(only.contains("vip") && only.contains("gold") && !only.contains("sms"));
    assert!(!only.is_everything() && !only.is_nothing());
    assert_eq!(only.to_string(), "only gold, vip");
    let (all, none) = (reached("plain/view"), reached("shared"));
    assert_eq!((&all, &none), (&Reached::Everything, &Reached::Nothing));
    assert!(all.contains("sms") && all.is_everything() && !all.is_nothing());
    assert!(!none.contains("vip") && !none.is_everything() && none.is_nothing());
    assert_eq!((all.to_string(), none.to_string()), ("everything".to_owned(), "nothing".to_owned()));
    let reach = Reach::only("queue", [ResourceId::new("vip").unwrap()]).unwrap();
    assert_eq!(reach.limit_of("queue").map(std::collections::BTreeSet::len), Some(1));
    assert_eq!(reach.limit_of("channel"), None);
}

/// A role of each of many ids, so that an assignment can be repeated early and late.
#[test]
fn p4_a_role_assigned_twice_is_refused_however_many_there_are() {
    let account = edited(|edit| {
        for n in 0..20 {
            let role = RoleId::new(format!("role-{n}")).unwrap();
            edit.create_role(&role, &format!("Role {n}")).unwrap();
            edit.assign(&role, user("maja")).unwrap();
        }
    });
    let record = account.record();
    assert_eq!(Account::restore(&record, &catalog()).unwrap().record(), record);
    let count = record.users[0].assignments.len();
    assert_eq!(count, 20);
    for at in [0, 7, 8, 9, count - 1] {
        let mut twice = record.clone();
        let again = twice.users[0].assignments[at].clone();
        twice.users[0].assignments.push(again);
        let error = Account::restore(&twice.with_checksum(), &catalog()).unwrap_err();
        assert_eq!(error.at(), "users[0] `maja`");
        assert!(matches!(error.fault(), RestoreFault::Duplicate { what: "role", .. }), "{error}");
    }
}

#[test]
fn p4_the_identity_of_a_catalog_finds_it_among_others() {
    let version = |name: &str, version: u32| Catalog::builder(name, version).build().unwrap();
    let catalogs = [version("acme", 1), version("acme", 2), version("other", 2)];
    for catalog in &catalogs {
        let id = Account::new(catalog, "initech").unwrap().record().catalog;
        assert_eq!((id.name.as_str(), id.version, id.hash), (catalog.name(), catalog.version(), catalog.hash()));
        assert_eq!(id.find(&catalogs), Some(catalog));
        // Name, version and content: each counts.
        let [acme, later, _] = &catalogs;
        let other = |id: CatalogId| assert_eq!(id.find(&catalogs), None);
        other(CatalogId { name: "initrode".to_owned(), ..id.clone() });
        other(CatalogId { version: 3, ..id.clone() });
        other(CatalogId { hash: if catalog == acme { later.hash() } else { acme.hash() }, ..id });
    }
}

/// A product of one role on one kind, with one scope; `keys` are those of permission, role, kind and scope.
fn product(version: u32, keys: [&str; 4]) -> CatalogBuilder {
    let [may, of, on, opens] = keys;
    Catalog::builder("acme", version)
        .kind(kind(on, "Kind"))
        .scope(scope(opens))
        .section(section("all", "All").permissions(&[permission(may, "May").on(on).provides(&[opens])]))
        .role(role(of, "Role").grants(&[may]))
}

/// Replaying an upgrade works out anew what was rewritten, and it must be what the change says (P3).
#[test]
fn p6_an_upgrade_that_forgets_a_role_or_a_kind_is_divergence() {
    let first = product(1, ["send", "sender", "channel", "send"]).build().unwrap();
    let next = product(2, ["send", "writer", "line", "send"])
        .successions(since(2).kinds(&[renamed("channel", "line")]).roles(&[renamed("sender", "writer")]))
        .build()
        .unwrap();
    let mut edit = Account::new(&first, "initech").unwrap().edit();
    edit.assign_within("sender", user("maja"), Reach::only("channel", ["sms"]).unwrap()).unwrap();
    let account = edit.finish().unwrap().into_account();
    let done = accepted(account.upgrade(&next).unwrap());
    let with = |forget: &dyn Fn(&mut rolecall::Successions)| -> Change {
        let mut change = done.change().clone();
        let [Fact::CatalogUpgraded { rewritten, .. }] = change.facts.as_mut_slice() else { panic!() };
        forget(&mut rewritten[0]);
        change
    };
    let catalogs = [first, next];
    assert_eq!(account.replay_with(&with(&|_| {}), &catalogs).unwrap().record(), done.account().record());
    for change in [with(&|rows| rows.roles.clear()), with(&|rows| rows.kinds.clear())] {
        let error = account.replay_with(&change, &catalogs).unwrap_err();
        assert_eq!(error, ReplayError::OtherUpgrade { index: 0 });
    }
}

/// From one content of a version to another, no succession of that version applies.
#[test]
fn p5_a_credential_of_the_same_version_follows_no_succession() {
    let before = product(2, ["send", "sender", "channel", "old"]).build().unwrap();
    let mended = product(2, ["send", "sender", "channel", "new"]);
    let mended = mended.successions(since(2).scopes(&[renamed("old", "new")])).build().unwrap();
    let mut edit = Account::new(&before, "initech").unwrap().edit();
    edit.assign("sender", user("maja")).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let mut record = auth.subject("maja").mint(["old"]).unwrap().record();
    let kept = Credential::restore(&record, &mended).unwrap();
    assert!(kept.scopes().is_empty());
    assert_eq!(kept.missing().map(ToString::to_string).collect::<Vec<_>>(), ["old"]);
    record.catalog.version = 1;
    let followed = Credential::restore(&record, &mended).unwrap();
    assert_eq!(followed.scopes().keys().map(ToString::to_string).collect::<Vec<_>>(), ["new"]);
}

#[test]
fn debug_output_says_which() {
    let auth = limited();
    assert_eq!(format!("{:?}", auth.subject("maja")), "Subject(Some(\"maja\"))");
    assert!(format!("{auth:?}").starts_with("Authorizer { account: "));
    let hash = catalog().hash();
    assert_eq!(format!("{hash:?}"), format!("ContentHash({hash})"));
}

#[test]
fn c2_a_guard_and_its_texts_are_judged_too() {
    let record = catalog().record();
    let judged = |edit: &dyn Fn(&mut rolecall::CatalogRecord)| {
        let mut record = record.clone();
        edit(&mut record);
        Catalog::from_record(&record).unwrap_err().to_string()
    };
    let refused = |edit: &dyn Fn(&mut rolecall::CatalogRecord), says: &[&str]| {
        let text = judged(edit);
        assert!(says.iter().all(|part| text.contains(part)), "{says:?} is not in {text}");
    };
    refused(&|r| r.guard.governed.extend_from_within(..1), &["governed act", "twice"]);
    refused(&|r| r.guard.minimums[0].users = 0, &["minimum"]);
    refused(&|r| r.guard.minimums.extend_from_within(..1), &["minimum", "twice"]);
    refused(&|r| r.guard.exclusions[0].most = 2, &["exclusion", "Viewer or nothing"]);
    refused(&|r| r.guard.exclusions.extend_from_within(..1), &["exclusion", "twice"]);
    refused(&|r| r.guard.exclusions[0].name.clear(), &["exclusion name", "blank"]);
    refused(&|r| r.guard.exclusions[0].description = "\u{7}".to_owned(), &["description", "control"]);
    refused(&|r| r.scopes[0].description = "\u{7}".to_owned(), &["scope `all:manage`", "control"]);
    refused(&|r| r.roles[0].group = Some(" ".to_owned()), &["predefined role `viewer`", "group", "blank"]);
}

/// An exclusion of which all may be held says nothing, however often one of them is listed.
#[test]
fn d3_order_and_repetition_in_a_guard_change_nothing() {
    let record = catalog().record();
    let mut again = record.clone();
    again.guard.governed.reverse();
    again.guard.minimums.reverse();
    for exclusion in &mut again.guard.exclusions {
        exclusion.roles.extend(exclusion.roles.clone());
        exclusion.roles.reverse();
        exclusion.permissions.extend(exclusion.permissions.clone());
        exclusion.permissions.reverse();
    }
    for permission in &mut again.permissions {
        permission.features.extend(permission.features.clone());
        permission.features.reverse();
        permission.scopes.extend(permission.scopes.clone());
        permission.scopes.reverse();
    }
    again.scopes[0].includes.reverse();
    assert_ne!(again, record);
    let again = Catalog::from_record(&again).unwrap();
    assert_eq!((again.hash(), again.record()), (catalog().hash(), record));
}

/// What the catalog lacks is still listed once: also in a stored form that is borne (P5).
#[test]
fn p4_what_is_stored_twice_is_refused_known_or_not() {
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let night = RoleId::new("night").unwrap();
    edit.create_role(&night, "Night").unwrap();
    edit.grant(&night, "plain/edit").unwrap();
    edit.create_team("desk", "Desk").unwrap();
    edit.assign_within("viewer", user("maja"), Reach::only("queue", ["vip"]).unwrap()).unwrap();
    let record = edit.finish().unwrap().into_account().record();
    let refused = |edit: &dyn Fn(&mut rolecall::AccountRecord), at: &str, what: &str| {
        let mut record = record.clone();
        edit(&mut record);
        let error = Account::restore(&record.with_checksum(), &catalog()).unwrap_err();
        assert!(error.at() == at && error.to_string().contains(what), "{error}");
    };
    let gone = rolecall::ScopeKey::new("gone").unwrap();
    refused(&|r| r.roles[0].scopes.extend_from_within(..), "roles[0] `night`", "listed twice");
    refused(
        &|r| r.roles[0].scopes.extend([gone.clone(), gone.clone()]),
        "roles[0] `night`",
        "listed twice",
    );
    refused(&|r| r.roles[0].description = " After".to_owned(), "roles[0] `night`", "white space");
    refused(&|r| r.teams[0].name = "Desk ".to_owned(), "teams[0] `desk`", "white space");
    let ghost = rolecall::RoleRef::predefined("ghost").unwrap();
    let no_kind = Reach::only("nowhere", ["x"]).unwrap();
    // Once each is borne; twice, with whatever reach, is not.
    let mut borne = record.clone();
    borne.users[0].assignments[0].role = ghost.clone();
    assert!(Account::restore(&borne.with_checksum(), &catalog()).unwrap().needs_upgrade());
    let again = |role: Option<&rolecall::RoleRef>, reach: [&Reach; 2]| {
        let mut record = record.clone();
        let mut assignment = record.users[0].assignments[0].clone();
        assignment.role = role.unwrap_or(&assignment.role).clone();
        record.users[0].assignments = reach
            .map(|reach| rolecall::AssignmentRecord { reach: reach.clone(), ..assignment.clone() })
            .to_vec();
        Account::restore(&record.with_checksum(), &catalog()).unwrap_err().to_string()
    };
    let all = Reach::everything();
    for twice in [
        again(Some(&ghost), [&all, &all]),
        again(None, [&no_kind, &no_kind]),
        again(None, [&no_kind, &all]),
        again(None, [&all, &no_kind]),
    ] {
        assert!(twice.contains("users[0] `maja`") && twice.contains("listed twice"), "{twice}");
    }
}

#[test]
fn l2_a_reach_covers_what_it_has() {
    let all = Reach::everything();
    let vip = Reach::only("queue", ["vip"]).unwrap();
    let both = Reach::only("queue", ["vip", "gold"]).unwrap();
    assert!(all.covers(&vip) && both.covers(&vip) && vip.covers(&vip));
    assert!(!vip.covers(&both) && !vip.covers(&all));
    assert!(!vip.covers(&Reach::only("channel", ["vip"]).unwrap()));
}

/// P6: the report has what else than permissions a user comes to reach, a line for each.
#[test]
fn p6_a_report_says_who_reaches_something_else_and_what_is_wrong() {
    let first = product(1, ["send", "sender", "channel", "send"])
        .role(role("writer", "Writer").grants(&["send"]))
        .build()
        .unwrap();
    let merge = [rolecall::table::merged(&["sender", "writer"], "author")];
    let next = product(2, ["send", "author", "channel", "send"])
        .successions(since(2).roles(&merge))
        .build()
        .unwrap();
    let mut edit = Account::new(&first, "initech").unwrap().edit();
    for (role, ids) in [("sender", ["sms", "push"]), ("writer", ["sms", "mail"])] {
        edit.assign_within(role, user("maja"), Reach::only("channel", ids).unwrap()).unwrap();
        edit.assign(role, user("ivo")).unwrap();
    }
    let account = edit.finish().unwrap().into_account();
    let upgrade = account.upgrade(&next).unwrap();
    assert_eq!(upgrade.rewritten().len(), 1);
    let text = upgrade.report().to_string();
    assert_eq!(text, "maja: reaches with send only sms, before only mail, push, sms\n");
    assert_eq!(upgrade.report().users.len(), 1);
}
