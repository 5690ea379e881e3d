//! Single answers that random worlds seldom pin down: each test is what told a faulty copy of the library from this one.

use rolecall::{
    Account, Assignee, Authorizer, Decision, DenyReason, Edit, GrantPath, Reach, Reached, ResourceId, TeamId,
};

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
    let (vip, sms) = (catalog().resource("channel", "vip").unwrap(), catalog().resource("channel", "sms").unwrap());
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
    assert_eq!(
        lines,
        [vec!["directly", "through team `desk`"], vec!["directly (only channel: gold, vip)"]]
    );
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
