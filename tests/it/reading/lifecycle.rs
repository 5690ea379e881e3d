//! What leaves an account (L7, R6, U5, U7), and what that leaves behind: nothing that a later one of the same id gets.

use super::model::{Account, Role};

/// L7: takes a resource out of every limit. A limit that named nothing else stays, and reaches nothing.
pub fn resource_gone(account: &Account, kind: &str, resource: &str) -> Account {
    let mut after = account.clone();
    let direct = after.users.values_mut().map(|user| &mut user.assignments);
    for (_, reach) in direct.chain(after.teams.values_mut()).flatten() {
        if let Some(on) = reach.limits.get_mut(kind) {
            on.remove(resource);
        }
    }
    after
}

/// L7: the assignments that name a resource, as (user or team, role).
pub fn naming(account: &Account, kind: &str, resource: &str) -> Vec<(String, Role)> {
    let direct = account.users.iter().map(|(id, user)| (id, &user.assignments));
    let all = direct.chain(account.teams.iter()).flat_map(|(id, held)| held.iter().map(move |it| (id, it)));
    let names = all.filter(|(_, (_, reach))| reach.limits.get(kind).is_some_and(|on| on.contains(resource)));
    names.map(|(id, (role, _))| (id.clone(), role.clone())).collect()
}

/// U5, U7: the user, with assignments and memberships.
pub fn remove_user(account: &Account, user: &str) -> Account {
    let mut after = account.clone();
    after.users.remove(user);
    after
}

/// R6: every user and team loses the role.
pub fn delete_role(account: &Account, id: &str) -> Account {
    let mut after = account.clone();
    after.custom.remove(id);
    let direct = after.users.values_mut().map(|user| &mut user.assignments);
    for held in direct.chain(after.teams.values_mut()) {
        held.retain(|(role, _)| *role != Role::custom(id));
    }
    after
}

/// The team with its roles, and every membership.
pub fn delete_team(account: &Account, team: &str) -> Account {
    let mut after = account.clone();
    after.teams.remove(team);
    for user in after.users.values_mut() {
        user.teams.remove(team);
    }
    after
}
