//! What narrows never falls away (P9), each kind of fault in its smallest form.

use rolecall::table::{
    exclusion, feature, guard, kind, merged, permission, renamed, retired, role, scope, section, since,
};
use rolecall::{
    Account, AccountProblem, Assignee, Authorizer, Catalog, CatalogBuilder, Edit, Endpoint, FollowError,
    Reach, RoleId, Undeclared, Upgrade, UpgradeError,
};

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

fn account(catalog: &Catalog, edit: impl FnOnce(&mut Edit)) -> Account {
    let mut session = Account::new(catalog, "initech").unwrap().edit();
    edit(&mut session);
    session.finish().unwrap().into_account()
}

fn accepted(upgrade: Upgrade) -> Account {
    let all = upgrade.undeclared().to_vec();
    upgrade.accepting(all).finish().unwrap().unwrap().into_account()
}

fn mail(version: u32) -> CatalogBuilder {
    Catalog::builder("acme", version)
}

/// A role withholds a scope that a broader one includes; the later catalog lacks the narrow one.
#[test]
fn p9_a_scope_that_was_not_selected_stays_so_when_what_it_blocked_for_is_gone() {
    let first = mail(1)
        .scope(scope("message:send").includes(&["sms:send"]))
        .scope(scope("sms:send"))
        .section(
            section("mail", "Mail")
                .permissions(&[permission("mail/send", "Send").provides(&["message:send", "sms:send"])]),
        )
        .build()
        .unwrap();
    let later = || {
        mail(2).scope(scope("message:send")).section(
            section("mail", "Mail")
                .permissions(&[permission("mail/send", "Send").provides(&["message:send"])]),
        )
    };
    let desk = RoleId::new("desk").unwrap();
    let before = account(&first, |edit| {
        edit.create_role(&desk, "Desk").unwrap();
        let _ = edit.grant(&desk, "mail/send").unwrap();
        edit.withhold(&desk, "sms:send").unwrap(); // and message:send, which includes it
        edit.assign(&desk, user("maja")).unwrap();
    });
    let declared = later().successions(since(2).scopes(&[retired("sms:send")])).build().unwrap();
    for second in [declared, later().build().unwrap()] {
        let send = Endpoint::any_of(&second, ["message:send"]).unwrap();
        let upgrade = before.upgrade(&second).unwrap();
        assert_eq!(upgrade.report().users, []);
        let without = Account::restore(&before.record(), &second).unwrap();
        let with = Account::restore_with(&before.record(), &second, std::slice::from_ref(&first)).unwrap();
        for account in [accepted(upgrade), without, with] {
            assert!(!Authorizer::new(account).subject("maja").can_call(&send));
        }
    }
}

/// A permission that leaves its kind would leave every limit behind.
#[test]
fn c5_a_permission_never_changes_its_kind() {
    let version = |number, on: Option<&'static str>, successions: Option<&'static str>| {
        let key = if successions.is_some() { "mail/dispatch" } else { "mail/send" };
        let send = permission(key, "Send");
        let send = match on {
            Some(kind) => send.on(kind),
            None => send,
        };
        let builder = mail(number)
            .kind(kind("channel", "Channel"))
            .kind(kind("service", "Service"))
            .section(section("mail", "Mail").permissions(&[send]))
            .role(role("sender", "Sender").grants(&[key]));
        match successions {
            Some(_) => builder.successions(since(2).permissions(&[renamed("mail/send", "mail/dispatch")])),
            None => builder,
        }
        .build()
        .unwrap()
    };
    let first = version(1, Some("channel"), None);
    let before = account(&first, |edit| {
        edit.assign_within("sender", user("maja"), Reach::only("channel", ["sms"]).unwrap()).unwrap();
    });
    for second in [
        version(2, Some("service"), None),
        version(2, None, None),
        version(2, Some("service"), Some("renamed")),
        version(1, None, None),
    ] {
        let refused = before.upgrade(&second).unwrap_err();
        assert!(
            matches!(&refused, UpgradeError::Follow(FollowError::Kinds(kinds)) if kinds.len() == 1),
            "{refused}"
        );
        assert!(second.check_follows(&first).is_err());
        for waiting in [
            Account::restore(&before.record(), &second).unwrap(),
            Account::restore_with(&before.record(), &second, std::slice::from_ref(&first)).unwrap(),
        ] {
            assert!(waiting.needs_upgrade());
            let auth = Authorizer::new(waiting);
            assert!(auth.subject("maja").permissions().is_empty());
        }
    }
}

/// Where a role comes to grant on a new kind, an assignment that is limited in any kind reaches nothing of it.
#[test]
fn p9_a_new_kind_is_closed_to_limited_assignments_and_listed() {
    let version = |number, grants: &'static [&'static str]| {
        mail(number)
            .kind(kind("channel", "Channel"))
            .kind(kind("queue", "Queue"))
            .section(section("mail", "Mail").permissions(&[
                permission("mail/send", "Send").on("channel"),
                permission("mail/assign", "Assign").on("queue"),
            ]))
            .role(role("sender", "Sender").grants(grants))
            .build()
            .unwrap()
    };
    let (first, second) = (version(1, &["mail/send"]), version(2, &["mail/send", "mail/assign"]));
    let before = account(&first, |edit| {
        edit.assign_within("sender", user("maja"), Reach::only("channel", ["sms"]).unwrap()).unwrap();
        edit.assign("sender", user("ivo")).unwrap();
    });
    let upgrade = before.upgrade(&second).unwrap();
    assert!(matches!(upgrade.problems(), [AccountProblem::NewKind { users: 1, teams: 0, .. }]));
    let auth = Authorizer::new(accepted(upgrade));
    let assign = second.permission("mail/assign").unwrap();
    assert!(auth.subject("ivo").can(assign) && !auth.subject("maja").is_usable(assign));
}

/// Assignments that become one reach only what each did; a standing one gains nothing.
#[test]
fn c5_merged_assignments_reach_what_each_did() {
    let roles = |number, successions: bool| {
        let builder = mail(number)
            .kind(kind("channel", "Channel"))
            .section(section("mail", "Mail").permissions(&[permission("mail/send", "Send").on("channel")]));
        match successions {
            false => builder
                .role(role("a", "A").grants(&["mail/send"]))
                .role(role("b", "B").grants(&["mail/send"]))
                .role(role("c", "C").grants(&["mail/send"]))
                .build(),
            true => builder
                .role(role("c", "C").grants(&["mail/send"]))
                .role(role("d", "D").grants(&["mail/send"]))
                .successions(since(2).roles(&[merged(&["a", "b"], "d").of_any()]))
                .build(),
        }
        .unwrap()
    };
    let (first, second) = (roles(1, false), roles(2, true));
    let only = |ids: &[&str]| Reach::only("channel", ids.iter().copied()).unwrap();
    let before = account(&first, |edit| {
        edit.assign_within("a", user("maja"), only(&["sms", "email"])).unwrap();
        edit.assign_within("b", user("maja"), only(&["email", "rcs"])).unwrap();
        edit.assign_within("b", user("ivo"), only(&["rcs"])).unwrap();
    });
    let after = accepted(before.upgrade(&second).unwrap());
    assert_eq!(after.user("maja").unwrap().reach("d"), Some(only(&["email"])));
    assert_eq!(after.user("ivo").unwrap().reach("d"), Some(only(&["rcs"])));

    let third = mail(3)
        .kind(kind("channel", "Channel"))
        .section(section("mail", "Mail").permissions(&[permission("mail/send", "Send").on("channel")]))
        .role(role("c", "C").grants(&["mail/send"]))
        .successions(since(3).roles(&[renamed("d", "c")]))
        .build()
        .unwrap();
    let mut edit = after.edit();
    edit.assign_within("c", user("ivo"), only(&["sms"])).unwrap();
    let after = edit.finish().unwrap().into_account();
    let after = accepted(after.upgrade(&third).unwrap());
    assert_eq!(
        after.user("ivo").unwrap().reach("c"),
        Some(only(&["sms"])),
        "the standing one stays as it is"
    );
    assert_eq!(after.user("maja").unwrap().reach("c"), Some(only(&["email"])));
}

/// Rules of the guard that fall out of force are said, and must be accepted.
#[test]
fn p6_a_rule_that_falls_out_of_force_is_not_passed_over() {
    let version = |number, feature_key: &'static str| {
        mail(number)
            .feature(feature(feature_key, "Four eyes"))
            .section(
                section("mail", "Mail")
                    .permissions(&[permission("mail/edit", "Edit"), permission("mail/approve", "Approve")]),
            )
            .guard(guard().exclusions(&[
                exclusion("Four eyes").when(feature_key).permissions(&["mail/edit", "mail/approve"]),
            ]))
            .build()
            .unwrap()
    };
    let (first, second) = (version(1, "four-eyes"), version(2, "two-people"));
    let before = account(&first, |edit| _ = edit.enable_feature("four-eyes").unwrap());
    let upgrade = before.upgrade(&second).unwrap();
    let unsaid = upgrade.undeclared().to_vec();
    assert!(unsaid.contains(&Undeclared::Exclusion { name: "Four eyes".to_owned() }), "{unsaid:?}");
    assert!(upgrade.report().undeclared == unsaid);
    let refused = upgrade.clone().finish().unwrap_err();
    assert!(
        matches!(refused, UpgradeError::NotAccepted { ref undeclared } if *undeclared == unsaid),
        "{refused}"
    );
    let some = unsaid[..1].to_vec();
    assert!(upgrade.clone().accepting(some).finish().is_err(), "each by name");
    assert!(upgrade.accepting(unsaid).finish().is_ok());
}

/// A limit in a kind that is gone stays, is listed, and hinders no edit.
#[test]
fn p5_a_limit_in_a_kind_that_is_gone_stays_and_hinders_nothing() {
    let version = |number, with: bool| {
        let builder = mail(number).kind(kind("queue", "Queue"));
        let builder = if with { builder.kind(kind("channel", "Channel")) } else { builder };
        builder
            .section(section("mail", "Mail").permissions(&[permission("mail/view", "View")]))
            .role(role("viewer", "Viewer").grants(&["mail/view"]))
            .build()
            .unwrap()
    };
    let (first, second) = (version(1, true), version(2, false));
    let reach = Reach::only("channel", ["sms"]).unwrap();
    let before =
        account(&first, |edit| _ = edit.assign_within("viewer", user("maja"), reach.clone()).unwrap());
    let after = accepted(before.upgrade(&second).unwrap());
    assert!(!after.needs_upgrade());
    assert!(matches!(after.problems()[..], [AccountProblem::MissingKind { users: 1, .. }]));
    assert_eq!(after.user("maja").unwrap().reach("viewer"), Some(reach));
    let again = Account::restore(&after.record(), &second).unwrap();
    assert!(!again.needs_upgrade() && again.record() == after.record());
    let mut edit = again.edit();
    edit.limit("viewer", user("maja"), "queue", ["vip"]).unwrap();
    edit.lift("viewer", user("maja"), "channel").unwrap();
    let done = edit.finish().unwrap();
    assert_eq!(again.replay(done.change()).unwrap().record(), done.account().record());
    assert_eq!(done.account().problems(), []);
    assert!(again.edit().limit("viewer", user("maja"), "nothing", ["x"]).is_err());
}

/// Without the catalog that it was stored under, limits count nowhere, and there is no upgrade.
#[test]
fn p5_limits_count_nowhere_without_the_old_catalog() {
    let version = |number| {
        mail(number)
            .kind(kind("channel", "Channel"))
            .section(section("mail", "Mail").permissions(&[permission("mail/send", "Send").on("channel")]))
            .role(role("sender", "Sender").grants(&["mail/send"]))
            .build()
            .unwrap()
    };
    let (first, second) = (version(1), version(2));
    let before = account(&first, |edit| {
        edit.assign_within("sender", user("maja"), Reach::only("channel", ["sms"]).unwrap()).unwrap();
        edit.assign("sender", user("ivo")).unwrap();
    });
    let send = second.permission("mail/send").unwrap();
    let sms = second.resource("channel", "sms").unwrap();
    let without = Account::restore(&before.record(), &second).unwrap();
    assert!(matches!(without.problems()[..], [AccountProblem::ClosedAssignments { users: 1, teams: 0 }]));
    assert!(matches!(without.upgrade(&second), Err(UpgradeError::NeedsEarlier { .. })));
    let auth = Authorizer::new(without);
    assert!(auth.subject("ivo").can(send) && !auth.subject("maja").can_on(send, &sms));
    let with = Account::restore_with(&before.record(), &second, std::slice::from_ref(&first)).unwrap();
    assert_eq!(with.problems(), []);
    let auth = Authorizer::new(with);
    assert!(auth.subject("ivo").can(send) && auth.subject("maja").can_on(send, &sms));
    assert!(auth.account().edit().suspend("ivo").is_err(), "asked, not edited");
}
