//! Single edits that random sessions seldom meet, and what they leave behind.

use allocation_counter::measure;
use rolecall::{
    Account, Assignee, Attribution, Authorizer, CatalogProblem, Change, Edit, Effect, Reach, RoleId,
};
use serde_json::{Value, json};

use crate::naive_upgrade::accepted;
use crate::world::catalog;

fn session() -> Edit {
    Account::new(&catalog(), "initech").unwrap().edit()
}

fn maja() -> Assignee {
    Assignee::user("maja").unwrap()
}

fn role(id: &str) -> RoleId {
    RoleId::new(id).unwrap()
}

#[test]
fn p2_an_attribution_says_all_four() {
    let all = Attribution::by("ana").on_behalf_of("ivo").at("noon").because("asked");
    let text = serde_json::to_value(&all).unwrap();
    assert_eq!(text, json!({"who": "ana", "on_behalf_of": "ivo", "when": "noon", "why": "asked"}));
}

#[test]
fn l2_a_kind_limited_again_keeps_what_both_lists_have() {
    let reach = Reach::only("queue", ["a", "b"]).unwrap().and_only("queue", ["b", "c"]).unwrap();
    assert_eq!(reach, Reach::only("queue", ["b"]).unwrap());
}

/// P3: a session trims and checks; a replayed fact must be as the session would have made it.
#[test]
fn p3_no_replayed_fact_is_taken_on_trust() {
    let mut edit = session();
    edit.create_role(&role("night"), "Night").unwrap();
    edit.create_team("desk", "Desk").unwrap();
    let account = edit.finish().unwrap().into_account();
    let refused = |fact: Value, says: &str| {
        let change = json!({
            "format": 2, "account": "initech", "follows": account.head(), "facts": [fact],
            "attribution": {"who": null, "on_behalf_of": null, "when": null, "why": null},
        });
        let change: Change = serde_json::from_value(change).unwrap();
        let error = account.replay(&change).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    let space = "begins or ends with white space";
    refused(json!({"role-created": {"role": "day", "name": " Day"}}), space);
    refused(json!({"role-renamed": {"role": "night", "name": "Day "}}), space);
    refused(json!({"role-described": {"role": "night", "description": " "}}), space);
    refused(json!({"team-renamed": {"team": "desk", "name": " Day"}}), space);
    refused(json!({"role-described": {"role": "night", "description": "a\r\nb"}}), "'\\r'");
    let ghost = json!({"predefined": "ghost"});
    refused(json!({"import-remembered": {"role": "night", "source": ghost, "permissions": []}}), "ghost");
}

#[test]
fn u6_creating_again_is_nothing_and_otherwise_an_error() {
    let mut edit = session();
    assert_eq!(edit.create_team("desk", "Desk").unwrap(), Effect::Changed);
    assert_eq!(edit.create_team("desk", "Desk").unwrap(), Effect::Unchanged);
    assert!(edit.create_team("desk", "Other").is_err());
}

#[test]
fn r3_drift_is_empty_only_if_nothing_was_gained_and_nothing_lost() {
    let mut edit = session();
    let [night, day] = [role("night"), role("day")];
    edit.create_role(&night, "Night").unwrap();
    edit.create_role(&day, "Day").unwrap();
    edit.grant(&day, "shared").unwrap();
    edit.import(&night, [day.clone()]).unwrap();
    let drift = |edit: &Edit| edit.account().custom_roles().find(|r| *r.id() == night).unwrap().drift();
    assert!(drift(&edit)[0].is_empty());
    edit.grant(&day, "gated/a").unwrap();
    assert!(!drift(&edit)[0].is_empty(), "gained");
    edit.import(&night, [day.clone()]).unwrap();
    edit.revoke(&day, "gated/a").unwrap();
    assert!(!drift(&edit)[0].is_empty(), "lost");
    edit.catch_up(&night, day.clone(), ["gated/a"]).unwrap();
    assert!(drift(&edit)[0].is_empty());
}

#[test]
fn r4_a_duplicate_has_the_description_if_it_fits() {
    let mut edit = session();
    let [night, day] = [role("night"), role("day")];
    edit.create_role(&night, "Night").unwrap();
    edit.describe_role(&night, "After hours").unwrap();
    edit.duplicate_role(&night, &day, "Day").unwrap();
    let described = edit.account().custom_roles().map(|role| role.description().to_owned());
    assert_eq!(described.collect::<Vec<_>>(), ["After hours", "After hours"]);
    for (length, kept) in [(1_000, 1_000), (1_001, 0)] {
        let mut record = catalog().record();
        record.roles[0].description = "x".repeat(length);
        let long = rolecall::Catalog::from_record(&record).unwrap();
        let mut edit = Account::new(&long, "initech").unwrap().edit();
        edit.duplicate_role("viewer", &day, "Day").unwrap();
        assert_eq!(edit.account().custom_roles().next().unwrap().description().len(), kept);
    }
}

/// C2, B3: inclusions that would fill the memory are a problem that says how much is too much.
#[test]
fn b3_inclusions_without_measure_are_refused() {
    let mut record = catalog().record();
    let scope = record.scopes[1].clone();
    record.scopes.extend((0..20_000).map(|n| rolecall::ScopeRecord {
        key: n.to_string(),
        includes: if n == 0 { Vec::new() } else { vec![(n - 1).to_string()] },
        ..scope.clone()
    }));
    let error = rolecall::Catalog::from_record(&record).unwrap_err();
    assert!(
        matches!(error.problems(), [CatalogProblem::InclusionsTooLarge { limit: 16_777_216 }]),
        "{error}"
    );
}

/// What an account keeps of limited assignments given and taken back so many times in one way.
fn kept(times: usize, back: impl Fn(&mut Edit)) -> u64 {
    let mut last = None;
    let counted = measure(|| {
        let mut account = session().account().clone();
        for _ in 0..times {
            let mut edit = account.edit();
            edit.create_role(&role("night"), "Night").unwrap();
            edit.create_team("desk", "Desk").unwrap();
            for assignee in [maja(), Assignee::team("desk").unwrap()] {
                let reach = Reach::only("queue", ["vip", "gold"]).unwrap();
                edit.assign_within(role("night"), assignee.clone(), reach.clone()).unwrap();
                edit.assign_within("viewer", assignee, reach).unwrap();
            }
            back(&mut edit);
            account = edit.finish().unwrap().into_account();
        }
        last = Some(account);
    });
    drop(last);
    u64::try_from(counted.bytes_current).unwrap()
}

/// B3: whatever takes a limited assignment back makes room for another.
#[test]
fn b3_limits_taken_back_leave_nothing_behind() {
    let narrow = |edit: &mut Edit| {
        edit.limit("viewer", maja(), "queue", ["vip"]).unwrap();
        edit.lift("viewer", maja(), "queue").unwrap();
        let _ = edit.unassign("viewer", maja()).unwrap();
        edit.delete_role(role("night")).unwrap();
        edit.delete_team("desk").unwrap();
    };
    let remove = |edit: &mut Edit| {
        edit.remove_user("maja").unwrap();
        edit.delete_team("desk").unwrap();
        edit.delete_role(role("night")).unwrap();
    };
    let unassign = |edit: &mut Edit| {
        for assignee in [maja(), Assignee::team("desk").unwrap()] {
            let _ = edit.unassign(role("night"), assignee.clone()).unwrap();
            let _ = edit.unassign("viewer", assignee).unwrap();
        }
        edit.delete_role(role("night")).unwrap();
        edit.delete_team("desk").unwrap();
    };
    for back in [&narrow as &dyn Fn(&mut Edit), &remove, &unassign] {
        let (few, many) = (kept(5, back), kept(600, back));
        assert!(many < few + 8_192, "{few} bytes, then {many}");
    }
}

/// B3: memory follows what is granted: a thousand roles of few permissions are a few words each.
#[test]
fn b3_rows_take_room_for_what_there_is() {
    let mut edit = session();
    for n in 0..1_000 {
        let id = role(&format!("role-{n}"));
        edit.create_role(&id, &format!("Role {n}")).unwrap();
        edit.grant(&id, "shared").unwrap();
    }
    let account = edit.finish().unwrap().into_account();
    let mut auth = None;
    let counted = measure(|| auth = Some(Authorizer::new(account.clone())));
    drop(auth);
    assert!(counted.bytes_current < 65_536, "{} bytes", counted.bytes_current);
}

/// U4: by id of the team, what each costs; what is held otherwise costs nothing.
#[test]
fn u4_a_refusal_to_unassign_says_what_leaving_costs() {
    let mut edit = session();
    for (team, held) in [("b", "viewer"), ("a", "viewer"), ("a", "shared")] {
        edit.create_team(team, team).unwrap();
        edit.assign(held, Assignee::team(team).unwrap()).unwrap();
        edit.add_member(team, "maja").unwrap();
    }
    let refused = |edit: &mut Edit| match edit.unassign("viewer", maja()) {
        Err(rolecall::EditError::Inherited(inherited)) => inherited,
        other => panic!("{other:?}"),
    };
    let texts = |losses: &rolecall::Losses| {
        let permissions: Vec<&str> = losses.permissions.iter().map(rolecall::PermissionKey::as_str).collect();
        (losses.roles.iter().map(ToString::to_string).collect::<Vec<_>>(), permissions.join(" "))
    };
    let owned = |roles: &[&str]| roles.iter().map(ToString::to_string).collect::<Vec<_>>();
    let inherited = refused(&mut edit);
    let teams: Vec<&str> = inherited.leaving.iter().map(|leaving| leaving.team.as_str()).collect();
    assert_eq!(teams, ["a", "b"]);
    assert_eq!(texts(&inherited.leaving[0].losses), (owned(&["shared"]), "shared gated/ab".to_owned()));
    assert_eq!(texts(&inherited.leaving[1].losses), (vec![], String::new()));
    let all = "plain/view shared gated/ab".to_owned();
    assert_eq!(texts(&inherited.together), (owned(&["viewer", "shared"]), all));
    edit.assign("editor", maja()).unwrap();
    edit.assign("shared", maja()).unwrap();
    assert_eq!(texts(&refused(&mut edit).together), (owned(&["viewer"]), String::new()));
}

/// R6: whoever held the deleted role holds it no longer, directly or through a team; another role stays.
#[test]
fn r6_deleting_one_of_two_roles_takes_that_one() {
    let mut edit = session();
    for (n, id) in ["night", "day"].into_iter().enumerate() {
        edit.create_role(&role(id), id).unwrap();
        edit.grant(role(id), ["plain/view", "shared"][n]).unwrap();
        edit.create_team(id, id).unwrap();
        edit.assign(role(id), Assignee::team(id).unwrap()).unwrap();
        edit.add_member(id, "eva").unwrap();
        edit.assign(role(id), maja()).unwrap();
    }
    edit.assign_within(role("day"), Assignee::user("ivo").unwrap(), Reach::everything()).unwrap();
    edit.delete_role(role("day")).unwrap();
    // Its place is taken by another, which nobody was given.
    edit.create_role(&role("dusk"), "Dusk").unwrap();
    edit.grant(role("dusk"), "shared").unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    for user in ["maja", "eva", "ivo"] {
        let can: Vec<String> = auth.subject(user).permissions().keys().map(ToString::to_string).collect();
        assert_eq!(can, if user == "ivo" { vec![] } else { vec!["plain/view"] }, "{user}");
    }
}

/// R3: what was there already was not added, by whichever source; and what does not exist is no source.
#[test]
fn r3_an_import_says_what_it_added() {
    let mut edit = session();
    edit.create_role(&role("night"), "Night").unwrap();
    edit.grant(role("night"), "plain/view").unwrap();
    assert!(edit.import(role("night"), ["viewer", "ghost"]).is_err());
    let imported = edit.import(role("night"), ["viewer", "editor"]).unwrap();
    let texts = |set: &rolecall::PermissionSet| set.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(&imported.added), ["plain/edit", "gated/a"]);
    let of: Vec<Vec<String>> = imported.sources.iter().map(|source| texts(&source.added)).collect();
    assert_eq!(of, [vec![], vec!["plain/edit".to_owned(), "gated/a".to_owned()]]);
    edit.revoke(role("night"), "gated/a").unwrap();
    let mut record = catalog().record();
    record.roles[1].permissions.clear();
    let shrunk = rolecall::Catalog::from_record(&record).unwrap();
    let account = edit.finish().unwrap().into_account();
    let after = accepted(account.upgrade(&shrunk).unwrap()).into_account();
    let drift = after.custom_roles().next().unwrap().drift().remove(1);
    assert_eq!(texts(&drift.lost), ["plain/view", "plain/edit", "gated/a"]);
    assert_eq!(texts(&drift.kept), ["plain/view", "plain/edit"]);
}

/// L2: what is reached already is not added again, and the fact says only what is new.
#[test]
fn l2_extending_adds_what_is_new() {
    let mut edit = session();
    edit.assign_within("viewer", maja(), Reach::only("queue", ["vip"]).unwrap()).unwrap();
    assert_eq!(edit.extend("viewer", maja(), "queue", ["vip", "gold"]).unwrap(), Effect::Changed);
    assert_eq!(edit.extend("viewer", maja(), "queue", ["vip"]).unwrap(), Effect::Unchanged);
    let done = edit.finish().unwrap();
    let fact = serde_json::to_value(&done.change().facts[1]).unwrap();
    assert_eq!(fact["assignment-extended"]["resources"], json!(["gold"]));
}
