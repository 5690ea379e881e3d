//! Answers allocate nothing.
//!
//! `allocation_counter` takes the place of this binary's allocator and counts for each thread by itself, so
//! tests that run meanwhile don't disturb the count.

use allocation_counter::measure;
use rolecall::table::{feature, permission, role, section};
use rolecall::{Account, Assignee, Authorizer, Catalog, Decision, DenyReason, PermissionId, RoleId, UserId};

/// More than the 128 that a set holds without an allocation.
const PERMISSIONS: usize = 200;

/// Far more roles, and teams, than a user's row holds without an allocation.
const MANY: usize = 40;

fn key(n: usize) -> String {
    format!("all/{n:03}")
}

fn catalog(version: u32) -> Catalog {
    let keys: Vec<_> = (0..PERMISSIONS).map(key).collect();
    let mut rows: Vec<_> = keys.iter().map(|key| permission(key, "Some")).collect();
    rows[1] = rows[1].requires(&["off"]);
    let catalog = Catalog::builder("many", version).feature(feature("off", "Off"));
    let catalog = catalog.section(section("all", "All").permissions(&rows));
    catalog.role(role("clerk", "Clerk").grants(&["all/000", "all/001"])).build().unwrap()
}

/// Users of every sort. `busy` has 40 roles and 40 teams, each of which grants something else.
fn authorizer() -> Authorizer {
    let mut edit = Account::new(&catalog(1), "initech").unwrap().edit();
    edit.assign("clerk", Assignee::user("direct").unwrap()).unwrap();
    edit.assign("clerk", Assignee::user("suspended").unwrap()).unwrap();
    edit.suspend("suspended").unwrap();
    edit.create_team("clerks", "Clerks").unwrap();
    edit.assign("clerk", Assignee::team("clerks").unwrap()).unwrap();
    edit.add_member("clerks", "member").unwrap();
    for n in 0..2 * MANY {
        let role = RoleId::new(format!("role-{n}")).unwrap();
        edit.create_role(&role, &format!("Role {n}")).unwrap();
        edit.grant(&role, key(100 + n)).unwrap();
        if n < MANY {
            edit.assign(&role, Assignee::user("busy").unwrap()).unwrap();
        } else {
            let team = format!("team-{n}");
            edit.create_team(&team, &team).unwrap();
            edit.assign(&role, Assignee::team(&team).unwrap()).unwrap();
            edit.add_member(&team, "busy").unwrap();
        }
    }
    Authorizer::new(edit.finish().unwrap().into_account())
}

/// Each way in which an answer can come about.
fn questions(auth: &Authorizer) -> [(&'static str, PermissionId, Decision); 12] {
    let id = |n| auth.catalog().permission(key(n)).unwrap();
    let foreign = catalog(2).permission(key(0)).unwrap();
    let (held, gated, lacking) = (id(0), id(1), id(PERMISSIONS - 1));
    [
        ("direct", held, Decision::Allow),
        ("direct", gated, Decision::Deny(DenyReason::FeatureDisabled)),
        ("direct", lacking, Decision::Deny(DenyReason::NotGranted)),
        ("direct", foreign, Decision::Deny(DenyReason::ForeignPermission)),
        ("member", held, Decision::Allow),
        ("member", gated, Decision::Deny(DenyReason::FeatureDisabled)),
        ("suspended", held, Decision::Deny(DenyReason::Suspended)),
        ("nobody", held, Decision::Deny(DenyReason::UnknownUser)),
        ("nobody", foreign, Decision::Deny(DenyReason::ForeignPermission)),
        ("busy", id(100), Decision::Allow),
        ("busy", id(100 + 2 * MANY - 1), Decision::Allow),
        ("busy", lacking, Decision::Deny(DenyReason::NotGranted)),
    ]
}

#[test]
fn a_subject_and_its_checks_allocate_nothing() {
    let auth = authorizer();
    for (user, permission, decision) in questions(&auth) {
        let id = UserId::new(user).unwrap();
        let several = [permission; 3];
        let counted = measure(|| {
            let subject = auth.subject(user);
            assert_eq!(subject.check(permission), decision);
            assert_eq!(subject.can(permission), decision.is_allowed());
            assert_eq!(subject.check_any(several), decision);
            assert_eq!(subject.check_all(several), decision);
            assert_eq!(subject.check_any([]), Decision::Deny(DenyReason::NothingAsked));
            assert_eq!(subject.check_all([]), Decision::Allow);
            assert!(subject.check_each(several).all(|(_, each)| each == decision));
            assert_eq!(subject.filter(several).count(), if decision.is_allowed() { 3 } else { 0 });
            assert_eq!(auth.subject(&id).check(permission), decision);
        });
        assert_eq!(counted.count_total, 0, "{user}: {decision}");
    }
}

#[test]
fn a_bound_subject_allocates_nothing_once_it_is_bound() {
    let auth = authorizer();
    for (user, permission, decision) in questions(&auth) {
        let bound = auth.bind(user);
        let several = [permission; 3];
        let counted = measure(|| {
            assert_eq!(bound.check(permission), decision);
            assert_eq!(bound.can(permission), decision.is_allowed());
            assert_eq!(bound.check_any(several), decision);
            assert_eq!(bound.check_all(several), decision);
        });
        assert_eq!(counted.count_total, 0, "{user}: {decision}");
    }
}

#[test]
fn finding_a_permission_by_its_key_allocates_nothing() {
    let auth = authorizer();
    let counted = measure(|| assert!(auth.catalog().permission("all/042").is_ok()));
    assert_eq!(counted.count_total, 0);
}

/// S2: a call, with a credential or without, of users whose roles withhold scopes or not.
#[test]
fn answers_on_a_call_allocate_nothing() {
    use rolecall::{Endpoint, predefined};
    let catalog = predefined::current();
    let (sms, email) = ("sms:message:send", "email:message:send");
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    catalog.features().for_each(|feature| drop(edit.enable_feature(feature.key())));
    let narrow = RoleId::new("narrow").unwrap();
    edit.duplicate_role("campaign-manager", &narrow, "Narrow").unwrap();
    edit.withhold(&narrow, email).unwrap();
    edit.assign("campaign-manager", Assignee::user("maja").unwrap()).unwrap();
    edit.assign(&narrow, Assignee::user("ivo").unwrap()).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let endpoints = [sms, email].map(|scope| Endpoint::exactly(&catalog, [scope]).unwrap());
    for (user, expected) in [("maja", [true, true]), ("ivo", [true, false]), ("nobody", [false, false])] {
        let key = auth.subject("maja").mint_all().unwrap();
        for (endpoint, expected) in endpoints.iter().zip(expected) {
            let counted = measure(|| {
                assert_eq!(auth.subject(user).can_call(endpoint), expected, "{user} {endpoint:?}");
                assert!(auth.caller(&key).can_call(endpoint));
            });
            assert_eq!(counted.count_total, 0, "{user} {endpoint:?}");
        }
    }
}

/// What is documented to allocate is counted: so the counter counts.
#[test]
fn explaining_does_allocate() {
    let auth = authorizer();
    for (user, permission, decision) in questions(&auth) {
        if decision.reason() != Some(DenyReason::ForeignPermission) {
            let counted = measure(|| assert_eq!(auth.subject(user).explain(permission).decision, decision));
            assert_ne!(counted.count_total, 0, "{user}: {decision}");
        }
    }
}

/// Up to 256 permissions, as [`Subject::bind`](rolecall::Subject::bind) says: the shipped catalog has fewer.
#[test]
fn binding_allocates_nothing_in_a_catalog_of_usual_size() {
    let auth = authorizer();
    assert!((129..=256).contains(&auth.catalog().permissions().count()));
    assert_eq!(measure(|| drop(auth.bind("busy"))).count_total, 0);
}

/// L3: nor do answers on a resource, limited or not, through a team or not.
#[test]
fn answers_on_a_resource_allocate_nothing() {
    use rolecall::{Reach, predefined};
    let catalog = predefined::current();
    let view = catalog.permission("conversations/view-queue").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.enable_feature("conversations").unwrap();
    let queues: Vec<String> = (0..1_000).map(|n| format!("queue-{n}")).collect();
    let reach = Reach::only("queue", &queues).unwrap();
    edit.create_team("desk", "Desk").unwrap();
    edit.assign_within("viewer-for-conversations", Assignee::team("desk").unwrap(), reach.clone()).unwrap();
    edit.add_member("desk", "member").unwrap();
    edit.assign_within("viewer-for-conversations", Assignee::user("limited").unwrap(), reach).unwrap();
    edit.assign("viewer-for-conversations", Assignee::user("unlimited").unwrap()).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    for (queue, reached) in [("queue-7", true), ("elsewhere", false)] {
        let queue = catalog.resource("queue", queue).unwrap();
        for (user, allowed) in
            [("member", reached), ("limited", reached), ("unlimited", true), ("nobody", false)]
        {
            let bound = auth.bind(user);
            let mut answers = [!allowed; 2];
            let info = measure(|| {
                answers = [auth.subject(user).can_on(view, &queue), bound.can_on(view, &queue)];
            });
            assert_eq!((info.count_total, answers), (0, [allowed; 2]), "{user}");
            let info = measure(|| assert_eq!(auth.subject(user).is_usable(view), user != "nobody"));
            assert_eq!(info.count_total, 0);
        }
    }
}
