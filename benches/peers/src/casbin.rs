//! Casbin: its RBAC model. `p` rules say what a role grants, `g` rules who holds it; a team stands between users
//! and roles, as a role that holds roles.
//!
//! - A permission is one text: two fields less to compare for each rule than subject, object and action.
//! - The matcher compares the permission first and asks for the role last, since it runs for every `p` rule until
//!   one allows: the other order, that of the examples, takes nearly twice as long.
//! - Rules are added all at once and role links built once, as Casbin's own benchmarks do it.
//! - The cache of decisions (feature `cached`) is off: it keeps 200 answers, and questions hardly repeat here.
//!
//! Limit: the time for a check grows with the number of `p` rules.

use casbin::{CoreApi, DefaultModel, MgmtApi};

pub use casbin::Enforcer;

use crate::engine::{Engine, ready};
use crate::world::World;

const MODEL: &str = "
[request_definition]
r = sub, act

[policy_definition]
p = sub, act

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && g(r.sub, p.sub)
";

pub struct Casbin {
    enforcer: Enforcer,
    permissions: Vec<String>,
}

impl Engine for Casbin {
    const NAME: &'static str = "casbin";
    const PACKAGE: &'static str = "casbin";

    fn build(world: &World) -> Self {
        let grants = world.roles.iter().flat_map(|role| {
            role.permissions.iter().map(|n| vec![role.name.clone(), world.permissions[*n].key.clone()])
        });
        let role = |n: &usize| world.roles[*n].name.clone();
        let of_teams =
            world.teams.iter().flat_map(|team| team.roles.iter().map(|n| vec![team.name.clone(), role(n)]));
        let of_users = world.users.iter().flat_map(|user| {
            let teams = user.teams.iter().map(|n| world.teams[*n].name.clone());
            user.roles.iter().map(role).chain(teams).map(|held| vec![user.name.to_string(), held])
        });
        Self {
            enforcer: enforcer(MODEL, grants.collect(), of_teams.chain(of_users).collect()),
            permissions: world.permissions.iter().map(|permission| permission.key.clone()).collect(),
        }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        enforce(&self.enforcer, user, &self.permissions[permission])
    }
}

/// Each with its fields.
pub type Rules = Vec<Vec<String>>;

/// An enforcer of a model with these `p` and `g` rules.
pub fn enforcer(model: &str, grants: Rules, holds: Rules) -> Enforcer {
    ready(async {
        let model = DefaultModel::from_str(model).await?;
        let mut enforcer = Enforcer::new(model, ()).await?;
        enforcer.enable_auto_build_role_links(false);
        enforcer.add_policies(grants).await?;
        enforcer.add_grouping_policies(holds).await?;
        enforcer.build_role_links()?;
        Ok::<_, casbin::Error>(enforcer)
    })
    .expect("rules of the model's form")
}

pub fn enforce(enforcer: &Enforcer, user: &str, permission: &str) -> bool {
    enforcer.enforce((user, permission)).expect("a decision")
}
