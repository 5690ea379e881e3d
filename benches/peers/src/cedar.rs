//! Cedar: roles and teams are groups of principals, a role's permissions are a group of actions, and for each role
//! there is one policy that names both in its scope, as Cedar's guide to role-based access control advises.
//!
//! - All entities stay in memory with their hierarchy resolved; action and resource of a request are prepared,
//!   the principal is made of the text.
//! - The first row hands all policies to every request. In the second the host has filed them by action, since
//!   Cedar's guide advises to fill in the scope so that policies can be looked up by it: the crate evaluates
//!   each policy that it is given, and it leaves the choice to the host.
//! - No schema: it would check requests, which cannot be malformed here, and change no answer.
//!
//! Limit: the time for a check grows with the number of policies handed over: all roles, or those that grant a
//! permission.

use std::collections::HashSet;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request,
};

use crate::engine::Engine;
use crate::world::World;

/// What both rows share: everything but the policies.
struct Store {
    authorizer: Authorizer,
    entities: Entities,
    user: EntityTypeName,
    actions: Vec<EntityUid>,
    product: EntityUid,
}

impl Store {
    fn new(world: &World) -> Self {
        let type_name = |name: &str| name.parse::<EntityTypeName>().expect("a type name");
        let uid =
            |of: &EntityTypeName, id: &str| EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id));
        let [action, product, role, team, user] =
            ["Action", "Product", "Role", "Team", "User"].map(type_name);
        let roles: Vec<_> = world.roles.iter().map(|held| uid(&role, &held.name)).collect();
        let teams: Vec<_> = world.teams.iter().map(|held| uid(&team, &held.name)).collect();
        let actions: Vec<_> = world.permissions.iter().map(|held| uid(&action, &held.key)).collect();
        let groups: Vec<_> = world.roles.iter().map(|role| uid(&action, &role.name)).collect();

        let mut groups_of_action = vec![HashSet::new(); actions.len()];
        for (role, group) in world.roles.iter().zip(&groups) {
            for n in &role.permissions {
                groups_of_action[*n].insert(group.clone());
            }
        }
        let alone = |uid: &EntityUid| Entity::new_no_attrs(uid.clone(), HashSet::new());
        let role_entities = roles.iter().chain(&groups).map(alone);
        let action_entities = actions
            .iter()
            .cloned()
            .zip(groups_of_action)
            .map(|(uid, groups)| Entity::new_no_attrs(uid, groups));
        let team_entities = world.teams.iter().zip(&teams).map(|(team, uid)| {
            Entity::new_no_attrs(uid.clone(), team.roles.iter().map(|n| roles[*n].clone()).collect())
        });
        let user_entities = world.users.iter().map(|held| {
            let roles = held.roles.iter().map(|n| roles[*n].clone());
            let teams = held.teams.iter().map(|n| teams[*n].clone());
            Entity::new_no_attrs(uid(&user, &held.name), roles.chain(teams).collect())
        });
        let entities = role_entities.chain(action_entities).chain(team_entities).chain(user_entities);
        Self {
            authorizer: Authorizer::new(),
            entities: Entities::from_entities(entities, None).expect("no entity twice and no cycle"),
            product: uid(&product, "product"),
            user,
            actions,
        }
    }

    fn allows(&self, policies: &PolicySet, user: &str, permission: usize) -> bool {
        let principal = EntityUid::from_type_name_and_id(self.user.clone(), EntityId::new(user));
        let action = self.actions[permission].clone();
        let request = Request::new(principal, action, self.product.clone(), Context::empty(), None)
            .expect("nothing to check it by");
        self.authorizer.is_authorized(&request, policies, &self.entities).decision() == Decision::Allow
    }
}

/// The policy of each role.
fn policies(world: &World) -> impl Iterator<Item = Policy> {
    world.roles.iter().map(|role| {
        let name = &role.name;
        let text = format!("permit(principal in Role::\"{name}\", action in Action::\"{name}\", resource);");
        Policy::parse(Some(PolicyId::new(name)), text).expect("a policy")
    })
}

/// Every request sees all policies.
pub struct AllPolicies {
    store: Store,
    policies: PolicySet,
}

impl Engine for AllPolicies {
    const NAME: &'static str = "cedar-policy";
    const PACKAGE: &'static str = "cedar-policy";

    fn build(world: &World) -> Self {
        let policies = PolicySet::from_policies(policies(world)).expect("an id for each");
        Self { store: Store::new(world), policies }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.store.allows(&self.policies, user, permission)
    }
}

/// A request sees the policies that can apply to its action.
pub struct ByAction {
    store: Store,
    /// For each permission.
    policies: Vec<PolicySet>,
}

impl Engine for ByAction {
    const NAME: &'static str = "cedar-policy, filed by action";
    const PACKAGE: &'static str = "cedar-policy";

    fn build(world: &World) -> Self {
        let mut filed: Vec<_> = world.permissions.iter().map(|_| PolicySet::new()).collect();
        for (role, policy) in world.roles.iter().zip(policies(world)) {
            for n in &role.permissions {
                filed[*n].add(policy.clone()).expect("an id for each");
            }
        }
        Self { store: Store::new(world), policies: filed }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.store.allows(&self.policies[permission], user, permission)
    }
}
