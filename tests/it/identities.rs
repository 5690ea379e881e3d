//! An id that is used again belongs to somebody new (U7, L7).

use rolecall::table::{permission, role, section};
use rolecall::{
    Account, Assignee, Authorizer, Catalog, Credential, DenyReason, Effect, Endpoint, Fact, Reach, Refusal,
    RoleId, RoleRef, predefined,
};

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

fn enabled(account: &Account) -> rolecall::Edit {
    let mut edit = account.edit();
    let catalog = account.catalog().clone();
    catalog.features().for_each(|feature| _ = edit.enable_feature(feature.key()).unwrap());
    edit
}

#[test]
fn u7_the_key_of_a_removed_user_is_nobodys_also_when_the_id_returns() {
    let catalog = predefined::current();
    let send = Endpoint::any_of(&catalog, ["sms:message:send"]).unwrap();
    let mut edit = enabled(&Account::new(&catalog, "initech").unwrap());
    edit.assign("campaign-manager", user("maja@example")).unwrap();
    let before = edit.finish().unwrap().into_account();
    let auth = Authorizer::new(before.clone());
    let key = auth.subject("maja@example").mint_all().unwrap();
    let part = key.mint(["sms:message:send"]).unwrap();
    assert!(auth.caller(&key).can_call(&send) && auth.caller(&part).can_call(&send));

    let mut leaves = before.edit();
    leaves.remove_user("maja@example").unwrap();
    let left = leaves.finish().unwrap();
    let mut returns = left.account().edit();
    returns.assign("campaign-manager", user("maja@example")).unwrap();
    let returned = returns.finish().unwrap();
    // In one session, too.
    let mut at_once = before.edit();
    at_once.remove_user("maja@example").unwrap();
    at_once.assign("campaign-manager", user("maja@example")).unwrap();
    let at_once = at_once.finish().unwrap();

    let replayed = before.replay(left.change()).unwrap().replay(returned.change()).unwrap();
    let restarted = Account::restore(&returned.account().record(), &catalog).unwrap();
    for account in [returned.account(), at_once.account(), &replayed, &restarted] {
        let auth = Authorizer::new(account.clone());
        assert!(auth.subject("maja@example").can_call(&send), "the new one may");
        for key in [&key, &part, &Credential::restore(&key.record(), &catalog).unwrap()] {
            let decision = auth.caller(key).check_call(&send);
            assert_eq!(decision.reason(), Some(DenyReason::UnknownUser));
            assert!(auth.caller(key).scopes().is_empty());
        }
        let new = auth.subject("maja@example").mint_all().unwrap();
        assert!(auth.caller(&new).can_call(&send) && new != key);
    }
    // A snapshot and a restart keep the key of somebody who stayed.
    let stayed = Authorizer::new(Account::restore(&before.record(), &catalog).unwrap());
    let stored = Credential::restore(&key.record(), &catalog).unwrap();
    assert!(stayed.caller(&stored).can_call(&send));
    // The same id on an account made anew is another user as well.
    let mut edit = enabled(&Account::new(&catalog, "initech").unwrap());
    edit.assign("account-admin", user("maja@example")).unwrap();
    edit.assign("campaign-manager", user("maja@example")).unwrap();
    let anew = Authorizer::new(edit.finish().unwrap().into_account());
    assert!(anew.caller(&key).check_call(&send).is_denied());
}

#[test]
fn u7_removing_and_creating_again_lifts_no_suspension() {
    let catalog = predefined::current();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    let clerk = rolecall::RoleId::new("clerk").unwrap();
    edit.create_role(&clerk, "Clerk").unwrap();
    for permission in ["users/remove", "roles/assign", "billing/costs"] {
        let _ = edit.grant(&clerk, permission).unwrap();
    }
    edit.assign(&clerk, user("carl")).unwrap();
    edit.assign("account-admin", user("ana")).unwrap();
    let viewer = rolecall::RoleId::new("costs").unwrap();
    edit.create_role(&viewer, "Costs").unwrap();
    let _ = edit.grant(&viewer, "billing/costs").unwrap();
    edit.assign(&viewer, user("bob")).unwrap();
    edit.assign(&viewer, user("eve")).unwrap();
    edit.suspend("bob").unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let anew = |id: &str| {
        let mut edit = auth.account().edit();
        edit.remove_user(id).unwrap();
        edit.assign(&viewer, user(id)).unwrap();
        edit.finish().unwrap()
    };
    let refused = auth.admit(anew("bob"), "carl").unwrap_err();
    assert!(
        refused.refusals.iter().any(|refusal| matches!(refusal, Refusal::NotPermitted { .. })),
        "{refused}"
    );
    drop(auth.admit(anew("eve"), "carl").unwrap());
    drop(auth.admit(anew("bob"), "ana").unwrap());
}

#[test]
fn l7_a_resource_that_is_gone_is_in_no_limit_and_a_later_one_starts_with_nobody() {
    let catalog = predefined::current();
    let view = catalog.permission("conversations/view-queue").unwrap();
    let vip = catalog.resource("queue", "vip").unwrap();
    let mut edit = enabled(&Account::new(&catalog, "initech").unwrap());
    let role = "viewer-for-conversations";
    edit.create_team("night", "Night").unwrap();
    edit.assign_within(
        role,
        Assignee::team("night").unwrap(),
        Reach::only("queue", ["vip", "gold"]).unwrap(),
    )
    .unwrap();
    edit.add_member("night", "ivo").unwrap();
    edit.assign_within(role, user("maja"), Reach::only("queue", ["vip"]).unwrap()).unwrap();
    edit.assign(role, user("ana")).unwrap();
    let account = edit.finish().unwrap().into_account();
    let naming = account.assignments_naming("queue", "vip").unwrap();
    let role_ref = RoleRef::predefined(role).unwrap();
    assert_eq!(naming, [(role_ref.clone(), Assignee::team("night").unwrap()), (role_ref, user("maja"))]);

    let mut edit = account.edit();
    edit.forget_resource("queue", "vip").unwrap();
    assert_eq!(edit.facts().len(), 1, "one edit, one fact");
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), rolecall::Effect::Unchanged);
    // A later queue of that name is given anew.
    edit.extend(role, user("maja"), "queue", ["vip"]).unwrap();
    edit.forget_resource("queue", "vip").unwrap();
    let done = edit.finish().unwrap();
    assert_eq!(account.replay(done.change()).unwrap().record(), done.account().record());
    assert_eq!(done.account().assignments_naming("queue", "vip").unwrap(), []);
    let auth = Authorizer::new(done.into_account());
    assert!(auth.subject("ana").can_on(view, &vip));
    for id in ["ivo", "maja"] {
        assert!(!auth.subject(id).can_on(view, &vip), "{id}");
    }
    // An emptied limit reaches nothing, and everything only if it is lifted.
    assert!(auth.subject("maja").check(view).is_denied());
    assert!(auth.account().user("maja").unwrap().reach(role).unwrap().limit_of("queue").unwrap().is_empty());
    assert!(auth.account().edit().forget_resource("queues", "vip").is_err());
}

/// L7, U6, R6: a role deleted in a session is held by nobody, so its limits name no resource any more, neither for the
/// list nor for the edit.
#[test]
fn l7_a_limit_of_a_role_deleted_in_the_session_names_nothing() {
    let permissions = [permission("p", "P").on("queue")];
    let catalog = Catalog::builder("acme", 1)
        .kind(rolecall::table::kind("queue", "Queue"))
        .section(section("s", "S").permissions(&permissions))
        .role(role("r", "R").grants(&["p"]))
        .build()
        .unwrap();
    let custom = RoleId::new("c").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&custom, "Custom").unwrap();
    let only = || Reach::only("queue", ["vip"]).unwrap();
    edit.assign_within(&custom, Assignee::user("maja").unwrap(), only()).unwrap();
    let account = edit.finish().unwrap().into_account();

    let mut edit = account.edit();
    edit.delete_role(&custom).unwrap();
    assert_eq!(edit.account().assignments_naming("queue", "vip").unwrap(), []);
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), Effect::Unchanged);
    assert_eq!(edit.facts(), [Fact::RoleDeleted { role: custom.clone() }]);
    // A later role of the same id in the same session has its own limits.
    edit.create_role(&custom, "Custom").unwrap();
    edit.assign_within(&custom, Assignee::user("maja").unwrap(), only()).unwrap();
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), Effect::Changed);
    let done = edit.finish().unwrap();
    assert_eq!(account.replay(done.change()).unwrap().record(), done.account().record());
    let reach = done.account().user("maja").unwrap().reach(&custom).unwrap();
    assert_eq!(reach.to_string(), "only queue: none");
}
