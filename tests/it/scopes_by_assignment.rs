//! Each assignment stands for itself (S1, S4, L6).

use rolecall::table::{kind, permission, role, scope, section};
use rolecall::{Account, Assignee, Authorizer, Catalog, DenyReason, Endpoint, Reach, RoleId};

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

fn catalog() -> Catalog {
    Catalog::builder("acme", 1)
        .kind(kind("channel", "Channel"))
        .scope(scope("all:send").includes(&["send"]))
        .scope(scope("send"))
        .section(section("mail", "Mail").permissions(&[
            permission("mail/send", "Send").on("channel").provides(&["send"]),
            permission("mail/view", "View").on("channel"),
            permission("mail/all", "All").provides(&["all:send"]),
        ]))
        .role(role("sender", "Sender").grants(&["mail/send"]))
        .role(role("other-sender", "Other sender").grants(&["mail/send", "mail/view"]))
        .build()
        .unwrap()
}

#[test]
fn s1_an_assignment_that_reaches_nothing_provides_no_scope() {
    let catalog = catalog();
    let send = Endpoint::any_of(&catalog, ["send"]).unwrap();
    let quiet = RoleId::new("quiet").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&quiet, "Quiet").unwrap();
    let _ = edit.grant_without(&quiet, "mail/send", ["send"]).unwrap();
    // The one provides the scope and reaches nothing; the other reaches everything and withholds it.
    edit.assign_within("sender", user("maja"), Reach::only("channel", [""; 0]).unwrap()).unwrap();
    edit.assign(&quiet, user("maja")).unwrap();
    edit.assign_within("sender", user("ivo"), Reach::only("channel", ["sms"]).unwrap()).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let (maja, ivo) = (auth.subject("maja"), auth.subject("ivo"));
    assert!(maja.can(catalog.permission("mail/send").unwrap()));
    assert!(maja.scopes().is_empty() && maja.scope_sources().is_empty());
    assert_eq!(maja.check_call(&send).reason(), Some(DenyReason::ScopeNotHeld));
    assert!(maja.mint(["send"]).is_err());
    assert!(ivo.can_call(&send));
    let why = maja.explain_scope(catalog.scope("send").unwrap()).unwrap();
    assert_eq!((why.sources.len(), why.gaps.len()), (0, 2));
}

#[test]
fn s4_the_scope_must_come_with_the_permission_by_one_assignment() {
    let catalog = catalog();
    let [send, view] = ["mail/send", "mail/view"].map(|key| catalog.permission(key).unwrap());
    let endpoint = Endpoint::any_of(&catalog, ["send"]).unwrap();
    let [sms, email] = ["sms", "email"].map(|id| catalog.resource("channel", id).unwrap());
    let quiet = RoleId::new("quiet").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&quiet, "Quiet").unwrap();
    let _ = edit.grant_without(&quiet, "mail/send", ["send"]).unwrap();
    // The scope on SMS, the permission without it on e-mail.
    edit.assign_within("sender", user("maja"), Reach::only("channel", ["sms"]).unwrap()).unwrap();
    edit.assign_within(&quiet, user("maja"), Reach::only("channel", ["email"]).unwrap()).unwrap();
    edit.assign("other-sender", user("ana")).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let key = auth.subject("maja").mint_all().unwrap();
    let caller = auth.caller(&key);
    assert!(auth.subject("maja").can_on(send, &email), "she may");
    assert!(caller.can_on(send, &sms));
    assert_eq!(caller.check_on(send, &email).reason(), Some(DenyReason::ScopeNotHeld), "her key may not");
    assert!(caller.check_call(&endpoint).is_allowed());
    assert!(caller.check_call_on(&endpoint, &sms).is_allowed());
    assert_eq!(caller.check_call_on(&endpoint, &email).reason(), Some(DenyReason::NotOnThisResource));
    // A permission that provides no scope is denied to every key.
    let ana = auth.subject("ana").mint_all().unwrap();
    assert_eq!(auth.caller(&ana).check(view).reason(), Some(DenyReason::AcceptsNoScope));
    assert!(auth.caller(&ana).can(send));
}

#[test]
fn r5_the_table_edit_by_edit() {
    let catalog = catalog();
    let role = RoleId::new("desk").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&role, "Desk").unwrap();
    let selected = |edit: &rolecall::Edit| -> Vec<String> {
        let Some(rolecall::Role::Custom(role)) = edit.account().role(RoleId::new("desk").unwrap()) else {
            panic!()
        };
        role.scopes().keys().map(ToString::to_string).collect()
    };
    let granted = edit.grant(&role, "mail/send").unwrap();
    assert_eq!((granted.scopes.len(), selected(&edit)), (1, vec!["send".to_owned()]));
    // Withheld: the broader scope of another permission is blocked from now on.
    edit.withhold(&role, "send").unwrap();
    assert!(edit.grant(&role, "mail/all").unwrap().scopes.is_empty());
    assert_eq!(selected(&edit), Vec::<String>::new());
    // Released by itself, it covers what it includes, and says so.
    let released = edit.release(&role, "all:send").unwrap();
    assert_eq!(released.covers.keys().map(ToString::to_string).collect::<Vec<_>>(), ["send"]);
    // Withholding what it covers takes it away too.
    let before = edit.facts().len();
    edit.withhold(&role, "send").unwrap();
    assert_eq!((edit.facts().len() - before, selected(&edit).len()), (1, 0));
    // What no permission provides can't be withheld: the error names what covers it.
    edit.release(&role, "all:send").unwrap();
    edit.revoke(&role, "mail/send").unwrap();
    let refused = edit.withhold(&role, "send").unwrap_err();
    assert!(refused.to_string().contains("`all:send`"), "{refused}");
    // Revoked and granted again, it is selected anew.
    assert_eq!(edit.grant(&role, "mail/send").unwrap().scopes.len(), 1);
    edit.revoke(&role, "mail/all").unwrap();
    assert_eq!(selected(&edit), ["send"]);
}
