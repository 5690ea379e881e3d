//! A rolecall account, said in the words of Cedar and of Casbin.
//!
//! Both translations start from the stored forms, so they know nothing of how rolecall decides; each says the
//! rule by the means of its own engine: groups, policies that forbid, rules that deny.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use rolecall::{AccountRecord, AssignmentRecord, CatalogRecord, RoleRef};

use crate::casbin::{self, Rules};
use crate::cedar::{type_name, uid as uid_of};

/// Custom roles may be spelled like predefined ones and are others.
fn role_name(role: &RoleRef) -> String {
    match role {
        RoleRef::Predefined(key) => format!("predefined {key}"),
        RoleRef::Custom(id) => format!("custom {id}"),
    }
}

/// All roles with the permissions that they grant.
fn roles<'a>(catalog: &'a CatalogRecord, account: &'a AccountRecord) -> Vec<(String, Vec<&'a str>)> {
    let predefined = catalog.roles.iter().map(|role| {
        let granted = role.permissions.iter().map(String::as_str).collect();
        (format!("predefined {}", role.key), granted)
    });
    let custom = account.roles.iter().map(|role| {
        let granted = role.permissions.iter().map(|key| key.as_str()).collect();
        (format!("custom {}", role.id), granted)
    });
    predefined.chain(custom).collect()
}

/// What Cedar is given.
pub struct Cedar {
    authorizer: Authorizer,
    entities: Entities,
    policies: PolicySet,
    context: Context,
}

impl Cedar {
    /// Roles and teams are groups. An action belongs to the group of each role that grants it, and to that of each
    /// feature that it requires; which features are enabled is said with the request. Suspension is an
    /// attribute.
    pub fn new(catalog: &CatalogRecord, account: &AccountRecord) -> Self {
        let roles = roles(catalog, account);
        let mut policies: String = roles
            .iter()
            .map(|(name, _)| {
                format!("permit(principal in Role::\"{name}\", action in Action::\"{name}\", resource);\n")
            })
            .collect();
        for feature in &catalog.features {
            let key = &feature.key;
            policies += &format!(
                "forbid(principal, action in Action::\"feature {key}\", resource)
                 unless {{ context.features.contains(\"{key}\") }};\n"
            );
        }
        policies += "forbid(principal is User, action, resource) when { principal.suspended };\n";

        let group = |uid: EntityUid| Entity::new_no_attrs(uid, HashSet::new());
        let role_entities = roles.iter().flat_map(|(name, _)| [uid("Role", name), uid("Action", name)]);
        let feature_entities =
            catalog.features.iter().map(|feature| uid("Action", &format!("feature {}", feature.key)));
        let action_entities = catalog.permissions.iter().map(|permission| {
            let key = permission.key.as_str();
            let granting = roles.iter().filter(|(_, granted)| granted.contains(&key));
            let required =
                permission.features.iter().map(|feature| uid("Action", &format!("feature {feature}")));
            let groups = granting.map(|(name, _)| uid("Action", name)).chain(required);
            Entity::new_no_attrs(uid("Action", &format!("permission {key}")), groups.collect())
        });
        let held = |assignments: &[AssignmentRecord]| -> Vec<EntityUid> {
            assignments.iter().map(|held| uid("Role", &role_name(&held.role))).collect()
        };
        let team_entities = account.teams.iter().map(|team| {
            Entity::new_no_attrs(uid("Team", team.id.as_str()), held(&team.assignments).into_iter().collect())
        });
        let user_entities = account.users.iter().map(|user| {
            let teams = user.teams.iter().map(|team| uid("Team", team.as_str()));
            let suspended = RestrictedExpression::new_bool(user.suspended);
            let attributes = HashMap::from([("suspended".to_owned(), suspended)]);
            let groups = held(&user.assignments).into_iter().chain(teams).collect();
            Entity::new(uid("User", user.id.as_str()), attributes, groups).expect("plain attributes")
        });
        let entities = role_entities
            .chain(feature_entities)
            .map(group)
            .chain(action_entities)
            .chain(team_entities)
            .chain(user_entities);

        let enabled =
            account.features.iter().map(|feature| RestrictedExpression::new_string(feature.to_string()));
        let features = RestrictedExpression::new_set(enabled);
        Self {
            authorizer: Authorizer::new(),
            entities: Entities::from_entities(entities, None).expect("no entity twice and no cycle"),
            policies: policies.parse().expect("policies"),
            context: Context::from_pairs([("features".to_owned(), features)]).expect("one pair"),
        }
    }

    pub fn allows(&self, user: &str, permission: &str) -> bool {
        let action = uid("Action", &format!("permission {permission}"));
        let request =
            Request::new(uid("User", user), action, uid("Product", "product"), self.context.clone(), None)
                .expect("nothing to check it by");
        self.authorizer.is_authorized(&request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}

fn uid(kind: &str, id: &str) -> EntityUid {
    uid_of(&type_name(kind), id)
}

/// What Casbin is given.
pub struct Casbin(casbin::Enforcer);

/// Any rule that denies wins.
const MODEL: &str = "
[request_definition]
r = sub, act

[policy_definition]
p = sub, act, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (p.act == \"*\" || r.act == p.act) && (p.sub == \"*\" || g(r.sub, p.sub))
";

impl Casbin {
    /// A suspended user is denied everything, and what requires a disabled feature is denied to everybody.
    pub fn new(catalog: &CatalogRecord, account: &AccountRecord) -> Self {
        let rule = |parts: [&str; 3]| parts.map(str::to_owned).to_vec();
        let mut policies = Rules::new();
        for (name, granted) in roles(catalog, account) {
            policies.extend(granted.into_iter().map(|key| rule([&format!("role {name}"), key, "allow"])));
        }
        let enabled = |feature: &String| account.features.iter().any(|enabled| enabled.as_str() == feature);
        let hidden = catalog.permissions.iter().filter(|permission| !permission.features.iter().all(enabled));
        policies.extend(hidden.map(|permission| rule(["*", &permission.key, "deny"])));
        let suspended = account.users.iter().filter(|user| user.suspended);
        policies.extend(suspended.map(|user| rule([&format!("user {}", user.id), "*", "deny"])));

        let mut holds = Rules::new();
        let mut assigned = |holder: &str, assignments: &[AssignmentRecord]| {
            for held in assignments {
                holds.push(vec![holder.to_owned(), format!("role {}", role_name(&held.role))]);
            }
        };
        for team in &account.teams {
            assigned(&format!("team {}", team.id), &team.assignments);
        }
        for user in &account.users {
            assigned(&format!("user {}", user.id), &user.assignments);
        }
        for user in &account.users {
            let teams =
                user.teams.iter().map(|team| vec![format!("user {}", user.id), format!("team {team}")]);
            holds.extend(teams);
        }
        Self(casbin::enforcer(MODEL, policies, holds))
    }

    pub fn allows(&self, user: &str, permission: &str) -> bool {
        casbin::enforce(&self.0, &format!("user {user}"), permission)
    }
}
