//! An account as large as B3 lets it be.

use rolecall::{
    Account, CustomRoleRecord, EditError, MAX_DESCRIPTION_CHARS, MAX_FEATURES, MAX_ID_LEN, MAX_KEY_LEN,
    MAX_LIMITS, MAX_NAME_CHARS, MAX_PERMISSIONS, MAX_REVISION, MAX_ROLES, MAX_SCOPES, MAX_TEAMS, MAX_USERS,
    PermissionKey, ReplayError, RoleId, TeamId, TeamRecord,
};

use crate::world::catalog;

/// B3: what is documented, and what stored accounts of today may rely on.
#[test]
fn b3_the_limits_are_what_they_were() {
    let limits = [MAX_FEATURES, MAX_PERMISSIONS, MAX_SCOPES, MAX_ROLES, MAX_TEAMS, MAX_LIMITS, MAX_USERS];
    assert_eq!(limits, [4_096, 65_536, 65_536, 1_048_576, 1_048_576, 1_073_741_824, 4_294_967_295]);
    assert_eq!(MAX_REVISION, 9_007_199_254_740_991);
    assert_eq!([MAX_KEY_LEN, MAX_ID_LEN, MAX_NAME_CHARS, MAX_DESCRIPTION_CHARS], [512, 256, 100, 1_000]);
}

/// B3: as many roles and teams as there may be are told apart, the last of each too; one more is refused by an edit,
/// by a replay and by a restore, and leaves everything as it was.
#[test]
fn b3_an_account_may_be_as_large_as_its_limits() {
    let catalog = catalog();
    let (custom, teams) = (MAX_ROLES - catalog.roles().len(), MAX_TEAMS);
    let mut record = Account::new(&catalog, "initech").unwrap().record();
    record.roles.extend((0..custom).map(|n| CustomRoleRecord {
        id: RoleId::new(format!("r{n}")).unwrap(),
        name: format!("Role {n}"),
        description: String::new(),
        permissions: if n + 1 == custom {
            vec![PermissionKey::new("plain/edit").unwrap()]
        } else {
            Vec::new()
        },
        scopes: Vec::new(),
        imports: Vec::new(),
    }));
    record.teams.extend((0..teams).map(|n| TeamRecord {
        id: TeamId::new(format!("t{n}")).unwrap(),
        name: "Team".to_owned(),
        assignments: Vec::new(),
    }));
    record.checksum = record.checksum_of_content();
    let full = Account::restore(&record, &catalog).unwrap();
    let mut edit = full.edit();
    let (last_role, last_team) =
        (record.roles.last().unwrap().id.clone(), record.teams.last().unwrap().id.clone());
    edit.assign(&last_role, &last_team).unwrap();
    edit.add_member(&last_team, "maja").unwrap();
    edit.add_member("t0", "ivo").unwrap();
    edit.assign_within("viewer", &last_team, rolecall::Reach::only("queue", ["vip"]).unwrap()).unwrap();
    let too_many = |refused: EditError, what: &str| {
        assert!(
            matches!(refused, EditError::TooMany { what: named, limit: 1_048_576 } if named == what),
            "{refused}"
        );
    };
    let before = edit.facts().len();
    too_many(edit.create_role(&RoleId::new("more").unwrap(), "More").unwrap_err(), "roles");
    too_many(edit.create_team("more", "More").unwrap_err(), "teams");
    assert_eq!(edit.facts().len(), before, "P1");
    let done = edit.finish().unwrap();
    let auth = rolecall::Authorizer::new(done.account().clone());
    let [view, edits] = ["plain/view", "plain/edit"].map(|key| catalog.permission(key).unwrap());
    for (user, expected) in [("maja", true), ("ivo", false)] {
        let subject = auth.subject(user);
        assert_eq!((subject.can(view), subject.can(edits)), (expected, expected), "{user}");
    }

    let (_, mut change) = done.into_parts();
    let more = Account::new(&catalog, "initech").unwrap();
    for (made, what) in [(0, "roles"), (1, "teams")] {
        let mut edit = more.edit();
        match made {
            0 => edit.create_role(&RoleId::new("more").unwrap(), "More").unwrap(),
            _ => edit.create_team("more", "More").unwrap(),
        };
        change.facts = edit.facts().to_vec();
        let Err(ReplayError::Refused { source, .. }) = full.replay(&change) else { panic!("it is full") };
        too_many(source, what);
    }
    record.teams.push(TeamRecord {
        id: TeamId::new("more").unwrap(),
        name: "More".to_owned(),
        assignments: Vec::new(),
    });
    record.checksum = record.checksum_of_content();
    let refused = Account::restore(&record, &catalog).unwrap_err().to_string();
    assert!(refused.contains("1048576"), "{refused}");
    record.teams.pop();
    record.roles.push(CustomRoleRecord {
        id: RoleId::new("more").unwrap(),
        name: "More".to_owned(),
        ..record.roles[0].clone()
    });
    record.checksum = record.checksum_of_content();
    let refused = Account::restore(&record, &catalog).unwrap_err().to_string();
    assert!(refused.contains("1048576"), "{refused}");
}
