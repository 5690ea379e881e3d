//! Cedar, set up in three ways. In all of them users, teams and roles are entities, a user is in roles and
//! teams, a team is in roles, and all entities stay in memory with their hierarchy resolved. The principal of a request
//! is made of the text, action and resource are prepared.
//!
//! - [`PolicyPerRole`] is what Cedar's guide to role-based access control advises: a role's permissions are a group
//!   of actions, and a policy for each role names both groups in its scope. The crate evaluates every policy
//!   that it is given, so a check grows with the number of roles.
//! - [`RolesOfResource`] keeps roles in the data, as Cedar's guide advises for relationships: a permission is
//!   a resource whose attribute lists the roles that grant it, and there is one policy. A check grows with that list.
//! - [`GrantsAsGroups`] makes a group of each permission and puts the roles that grant it in there. A check
//!   stays the same, but each user's ancestors are resolved when the entities are built, so that building
//!   takes long, and takes memory for every permission of every user.
//!
//! No schema: it would check requests, which cannot be malformed here, and change no answer.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request, RestrictedExpression,
};

use crate::engine::Engine;
use crate::world::World;

pub struct Cedar<W> {
    authorizer: Authorizer,
    entities: Entities,
    policies: PolicySet,
    user: EntityTypeName,
    /// The action and the resource that each permission is.
    asked: Vec<(EntityUid, EntityUid)>,
    way: PhantomData<W>,
}

/// One way to say what a role grants.
pub trait Way {
    const NAME: &'static str;

    /// The groups that each role is in.
    fn groups_of_roles(world: &World) -> Vec<HashSet<EntityUid>> {
        vec![HashSet::new(); world.roles.len()]
    }

    /// Entities beside users, teams and roles.
    fn entities(world: &World) -> Vec<Entity>;

    fn policies(world: &World) -> PolicySet;

    /// The action and the resource that each permission is.
    fn asked(world: &World) -> Vec<(EntityUid, EntityUid)>;
}

impl<W: Way> Engine for Cedar<W> {
    const NAME: &'static str = W::NAME;
    const PACKAGE: &'static str = "cedar-policy";

    fn build(world: &World) -> Self {
        let [role, team, user] = ["Role", "Team", "User"].map(type_name);
        let roles: Vec<_> = world.roles.iter().map(|held| uid(&role, &held.name)).collect();
        let teams: Vec<_> = world.teams.iter().map(|held| uid(&team, &held.name)).collect();
        let role_entities = roles
            .iter()
            .zip(W::groups_of_roles(world))
            .map(|(role, groups)| Entity::new_no_attrs(role.clone(), groups));
        let team_entities = world.teams.iter().zip(&teams).map(|(team, uid)| {
            Entity::new_no_attrs(uid.clone(), team.roles.iter().map(|n| roles[*n].clone()).collect())
        });
        let user_entities = world.users.iter().map(|held| {
            let roles = held.roles.iter().map(|n| roles[*n].clone());
            let teams = held.teams.iter().map(|n| teams[*n].clone());
            Entity::new_no_attrs(uid(&user, &held.name), roles.chain(teams).collect())
        });
        let entities = W::entities(world).into_iter().chain(role_entities).chain(team_entities);
        let entities = Entities::from_entities(entities.chain(user_entities), None);
        Self {
            authorizer: Authorizer::new(),
            entities: entities.expect("no entity twice and no cycle"),
            policies: W::policies(world),
            asked: W::asked(world),
            user,
            way: PhantomData,
        }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        let principal = uid(&self.user, user);
        let (action, resource) = self.asked[permission].clone();
        let request = Request::new(principal, action, resource, Context::empty(), None);
        let request = request.expect("nothing to check it by");
        self.authorizer.is_authorized(&request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}

/// A policy for each role.
pub struct PolicyPerRole;

impl Way for PolicyPerRole {
    const NAME: &'static str = "cedar-policy, a policy per role";

    fn entities(world: &World) -> Vec<Entity> {
        let action = type_name("Action");
        let groups: Vec<_> = world.roles.iter().map(|role| uid(&action, &role.name)).collect();
        let mut groups_of_action = vec![HashSet::new(); world.permissions.len()];
        for (role, group) in world.roles.iter().zip(&groups) {
            for n in &role.permissions {
                groups_of_action[*n].insert(group.clone());
            }
        }
        let actions = world.permissions.iter().zip(groups_of_action);
        let actions = actions.map(|(permission, groups)| (uid(&action, &permission.key), groups));
        let groups = groups.into_iter().map(|group| (group, HashSet::new()));
        groups.chain(actions).map(|(uid, groups)| Entity::new_no_attrs(uid, groups)).collect()
    }

    fn policies(world: &World) -> PolicySet {
        let policies = world.roles.iter().map(|role| {
            let name = &role.name;
            let text =
                format!("permit(principal in Role::\"{name}\", action in Action::\"{name}\", resource);");
            Policy::parse(Some(PolicyId::new(name)), text).expect("a policy")
        });
        PolicySet::from_policies(policies).expect("an id for each")
    }

    fn asked(world: &World) -> Vec<(EntityUid, EntityUid)> {
        let (action, product) = (type_name("Action"), uid(&type_name("Product"), "product"));
        world.permissions.iter().map(|p| (uid(&action, &p.key), product.clone())).collect()
    }
}

/// One policy; a permission lists its roles.
pub struct RolesOfResource;

impl Way for RolesOfResource {
    const NAME: &'static str = "cedar-policy, roles as an attribute";

    fn entities(world: &World) -> Vec<Entity> {
        let [role, permission] = ["Role", "Permission"].map(type_name);
        let mut granting = vec![Vec::new(); world.permissions.len()];
        for held in &world.roles {
            let granted_by = RestrictedExpression::new_entity_uid(uid(&role, &held.name));
            for n in &held.permissions {
                granting[*n].push(granted_by.clone());
            }
        }
        let permissions = world.permissions.iter().zip(granting);
        permissions
            .map(|(granted, granting)| {
                let attributes =
                    HashMap::from([("roles".to_owned(), RestrictedExpression::new_set(granting))]);
                Entity::new(uid(&permission, &granted.key), attributes, HashSet::new()).expect("a set")
            })
            .collect()
    }

    fn policies(_: &World) -> PolicySet {
        let policy = "permit(principal, action, resource) when { principal in resource.roles };";
        policy.parse().expect("a policy")
    }

    fn asked(world: &World) -> Vec<(EntityUid, EntityUid)> {
        use_of_each_permission(world)
    }
}

/// One policy; a permission is a group, which is the resource's attribute.
pub struct GrantsAsGroups;

impl Way for GrantsAsGroups {
    const NAME: &'static str = "cedar-policy, permissions as groups";

    fn groups_of_roles(world: &World) -> Vec<HashSet<EntityUid>> {
        let groups = groups(world);
        let granted = |permissions: &[usize]| permissions.iter().map(|n| groups[*n].clone()).collect();
        world.roles.iter().map(|role| granted(&role.permissions)).collect()
    }

    fn entities(world: &World) -> Vec<Entity> {
        let permission = type_name("Permission");
        let permissions = world.permissions.iter().zip(groups(world)).map(|(granted, group)| {
            let holders = RestrictedExpression::new_entity_uid(group);
            let attributes = HashMap::from([("holders".to_owned(), holders)]);
            Entity::new(uid(&permission, &granted.key), attributes, HashSet::new()).expect("an entity")
        });
        permissions.collect()
    }

    fn policies(_: &World) -> PolicySet {
        let policy = "permit(principal, action, resource) when { principal in resource.holders };";
        policy.parse().expect("a policy")
    }

    fn asked(world: &World) -> Vec<(EntityUid, EntityUid)> {
        use_of_each_permission(world)
    }
}

/// The group that each permission is.
fn groups(world: &World) -> Vec<EntityUid> {
    let holders = type_name("Holders");
    world.permissions.iter().map(|permission| uid(&holders, &permission.key)).collect()
}

/// One action, on the resource that each permission is.
fn use_of_each_permission(world: &World) -> Vec<(EntityUid, EntityUid)> {
    let (permission, action) = (type_name("Permission"), uid(&type_name("Action"), "use"));
    world.permissions.iter().map(|p| (action.clone(), uid(&permission, &p.key))).collect()
}

pub fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

/// The name is parsed: to be done once, not for each entity.
pub fn type_name(name: &str) -> EntityTypeName {
    name.parse().expect("a type name")
}
