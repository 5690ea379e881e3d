//! rolecall: a catalog with all permissions and the predefined roles; an account restored from its stored form,
//! as a service does at start-up.
//!
//! Permission ids are resolved once, as the README does it; the user is looked up by text in every check.

use rolecall::table::{permission, role, section};
use rolecall::{
    ACCOUNT_FORMAT, Account, AccountId, AccountRecord, AssignmentRecord, Authorizer, Catalog,
    CustomRoleRecord, Head, Incarnation, PermissionId, PermissionKey, Reach, RoleId, RoleRef, TeamId, TeamRecord, UserId,
    UserRecord,
};

use crate::engine::Engine;
use crate::world::{PREDEFINED_ROLES, World};

pub struct Rolecall {
    authorizer: Authorizer,
    permissions: Vec<PermissionId>,
}

impl Engine for Rolecall {
    const NAME: &'static str = "rolecall";
    const PACKAGE: &'static str = "rolecall";

    fn build(world: &World) -> Self {
        let catalog = catalog(world);
        let account = Account::restore(&record(world, &catalog), &catalog).expect("an account without faults");
        let resolved = world.permissions.iter().map(|permission| catalog.permission(permission.key.as_str()));
        Self {
            permissions: resolved.collect::<Result<_, _>>().expect("permissions of the catalog"),
            authorizer: Authorizer::new(account),
        }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.authorizer.subject(user).can(self.permissions[permission])
    }
}

fn catalog(world: &World) -> Catalog {
    let mut builder = Catalog::builder("peers", 1);
    for permissions in world.permissions.chunk_by(|a, b| a.section == b.section) {
        let defined: Vec<_> = permissions.iter().map(|p| permission(&p.key, &p.act)).collect();
        let key = &permissions[0].section;
        builder = builder.section(section(key, key).permissions(&defined));
    }
    for predefined in world.roles.iter().take(PREDEFINED_ROLES) {
        let granted: Vec<_> =
            predefined.permissions.iter().map(|n| world.permissions[*n].key.as_str()).collect();
        builder = builder.role(role(&predefined.name, &predefined.name).grants(&granted));
    }
    builder.build().expect("a catalog without problems")
}

fn record(world: &World, catalog: &Catalog) -> AccountRecord {
    let id = AccountId::new("account").expect("a valid id");
    let incarnation: Incarnation = serde_json::from_str("\"0123456789abcdef\"").expect("16 digits");
    let keys: Vec<_> = world
        .permissions
        .iter()
        .map(|permission| PermissionKey::new(&permission.key).expect("a valid key"))
        .collect();
    let roles: Vec<_> = world
        .roles
        .iter()
        .enumerate()
        .map(|(n, role)| {
            let predefined = n < PREDEFINED_ROLES;
            if predefined { RoleRef::predefined(&role.name) } else { RoleRef::custom(&role.name) }
        })
        .collect::<Result<_, _>>()
        .expect("valid names");
    let teams: Vec<_> = world.teams.iter().map(|team| TeamId::new(&team.name).expect("a valid id")).collect();
    let assignments = |held: &[usize]| {
        let assigned = |n: &usize| AssignmentRecord { role: roles[*n].clone(), reach: Reach::everything() };
        held.iter().map(assigned).collect()
    };

    AccountRecord {
        format: ACCOUNT_FORMAT,
        catalog: catalog.identity(),
        head: Some(Head::first(&id, &catalog.hash())),
        account: id,
        features: Vec::new(),
        roles: world
            .roles
            .iter()
            .skip(PREDEFINED_ROLES)
            .map(|role| CustomRoleRecord {
                id: RoleId::new(&role.name).expect("a valid id"),
                name: role.name.clone(),
                description: String::new(),
                permissions: role.permissions.iter().map(|n| keys[*n].clone()).collect(),
                scopes: Vec::new(),
                imports: Vec::new(),
            })
            .collect(),
        teams: world
            .teams
            .iter()
            .zip(&teams)
            .map(|(team, id)| TeamRecord {
                id: id.clone(),
                name: team.name.clone(),
                assignments: assignments(&team.roles),
            })
            .collect(),
        users: world
            .users
            .iter()
            .map(|user| UserRecord {
                id: UserId::new(&user.name).expect("a valid id"),
                incarnation,
                suspended: false,
                assignments: assignments(&user.roles),
                teams: user.teams.iter().map(|n| teams[*n].clone()).collect(),
            })
            .collect(),
        checksum: 0,
    }
    .with_checksum()
}
