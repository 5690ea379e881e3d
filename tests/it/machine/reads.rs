//! Every read of one state against the model.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{AccountProblem, Assignee, Authorizer, CatalogRecord, EditError};

use super::keys::Key;
use crate::credential;
use crate::model::Model;
use crate::naive_guard::{listed, violations};
use crate::oracle::{Oracle, Set, role};
use crate::review::{
    counts_agree, deletions_agree, holders_agree, losses_agree, users_agree, who_can_agrees,
};
use crate::world::{RESOURCES, USERS, agrees};

fn keys<T: ToString>(items: impl IntoIterator<Item = T>) -> Set {
    items.into_iter().map(|item| item.to_string()).collect()
}

/// Every way of asking about this state; how many decisions were compared.
#[track_caller]
pub fn all_agree(auth: &Authorizer, model: &Model, catalog: &CatalogRecord, held: &[Key]) -> usize {
    let (world, account) = (&model.world, auth.account());
    model.equals(account);
    let mut compared = agrees(auth, world);
    users_agree(auth, world);
    who_can_agrees(auth, world);
    compared += who_can_on_agrees(auth, world);
    holders_agree(auth, world);
    counts_agree(auth, world);
    deletions_agree(auth);
    drift_agrees(auth, model);
    for user in USERS {
        teams_in_the_way_agree(auth, world, user);
    }
    assert!(!account.needs_upgrade());
    let clashing = account.problems().into_iter().map(|problem| match problem {
        AccountProblem::NameClash { role, .. } => role.to_string(),
        other => panic!("{other:?}"),
    });
    assert_eq!(clashing.collect::<BTreeSet<_>>(), model.clashing());
    assert_eq!(listed(&auth.violations()), violations(world, &catalog.guard));
    for key in held {
        key.agrees(auth.catalog());
        credential::agrees(auth, world, key.owner(model), Some(&key.credential));
        credential::caller_agrees(auth, world, key.owner(model), &key.credential);
    }
    compared
}

/// L4: who may do it on a resource is whom the single questions name.
fn who_can_on_agrees(auth: &Authorizer, world: &Oracle) -> usize {
    let mut compared = 0;
    for permission in auth.catalog().permissions() {
        let Some(kind) = permission.kind() else { continue };
        for of in RESOURCES {
            let resource = auth.catalog().resource(kind.key(), of).unwrap();
            let may = |user: &&String| {
                world.decide(user, permission.key().as_str(), Some((kind.key().as_str(), of))) == "allow"
            };
            let found = auth.who_can_on(permission.id(), &resource).filter_map(|user| user.id());
            assert_eq!(keys(found), world.users.keys().filter(may).cloned().collect::<Set>());
            compared += world.users.len();
        }
    }
    compared
}

/// R3: what the sources have gained and lost since, and what of it the role lacks or still has.
fn drift_agrees(auth: &Authorizer, model: &Model) {
    for custom in auth.account().custom_roles() {
        let has = &model.world.roles[&format!("custom {}", custom.id())];
        let found: BTreeMap<String, [Set; 4]> = custom
            .drift()
            .into_iter()
            .map(|d| {
                let sets = [&d.gained, &d.lacking, &d.lost, &d.kept];
                (role(&d.source), sets.map(|set| keys(set.keys())))
            })
            .collect();
        let expected = model.imports[custom.id().as_str()].iter().map(|(source, then)| {
            let (gained, lost) = (&model.world.roles[source] - then, then - &model.world.roles[source]);
            let (lacking, kept) = (&gained - has, &lost & has);
            (source.clone(), [gained, lacking, lost, kept])
        });
        assert_eq!(found, expected.collect());
    }
}

/// U4: a role held only through teams is not unassigned; each team in the way is named with what leaving it costs.
fn teams_in_the_way_agree(auth: &Authorizer, world: &Oracle, user: &str) {
    for held in auth.account().roles() {
        let key = role(&held.to_ref());
        if !world.held(user).contains(&key) || world.users[user].roles.contains_key(&key) {
            continue;
        }
        let refused = auth.account().edit().unassign(held.to_ref(), Assignee::user(user).unwrap());
        let Err(EditError::Inherited(inherited)) = refused else { panic!("{key} of {user}: {refused:?}") };
        assert_eq!((inherited.user.as_str(), role(&inherited.role)), (user, key.clone()));
        let teams: Set = inherited.leaving.iter().map(|leaving| leaving.team.to_string()).collect();
        let giving = world.users[user].teams.iter().filter(|team| world.teams[*team].contains_key(&key));
        assert_eq!(teams, giving.cloned().collect::<Set>());
        let without = |left: &Set| {
            let mut after = world.clone();
            after.users.get_mut(user).unwrap().teams.retain(|team| !left.contains(team));
            after
        };
        for leaving in &inherited.leaving {
            let after = without(&Set::from([leaving.team.to_string()]));
            losses_agree(&leaving.losses, world, &after, user);
        }
        losses_agree(&inherited.together, world, &without(&teams), user);
    }
}
