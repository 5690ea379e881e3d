//! role-system: its synchronous `RoleSystem` with storage in memory, filled and asked as in its README; no logger
//! is installed, so its audit trail goes nowhere.
//!
//! - It knows no teams, so the roles of a team are assigned to each of its members.
//! - A permission is an action on a type of resource; the resources are prepared, a subject is made of the text.
//! - By default it keeps every answer, without a bound, for five minutes. In the first row all questions
//!   have been asked before, so every answer is a kept one, and the memory includes them. The second row has this
//!   cache off: what a question costs that is asked for the first time.

use role_system::core::RoleSystemConfig;
use role_system::{Permission, Resource, Role, RoleSystem, Subject};

use crate::engine::Engine;
use crate::world::World;

struct System {
    system: RoleSystem,
    permissions: Vec<(String, Resource)>,
}

impl System {
    fn new(world: &World, config: RoleSystemConfig) -> Self {
        let mut system = RoleSystem::with_config(config);
        for role in &world.roles {
            let granted = role.permissions.iter().map(|n| {
                let permission = &world.permissions[*n];
                Permission::new(&permission.act, &permission.section)
            });
            system.register_role(Role::new(&role.name).add_permissions(granted)).expect("a new role");
        }
        for user in &world.users {
            let names = world.held(user).into_iter().map(|n| &world.roles[n].name);
            system.assign_roles(&Subject::user(user.name.as_str()), names).expect("known roles");
        }
        let permissions = world.permissions.iter().map(|permission| {
            (permission.act.clone(), Resource::new(&permission.section, &permission.section))
        });
        Self { system, permissions: permissions.collect() }
    }

    fn allows(&self, user: &str, permission: usize) -> bool {
        let (act, resource) = &self.permissions[permission];
        self.system.check_permission(&Subject::user(user), act, resource).expect("a decision")
    }
}

/// As it is by default.
pub struct AskedBefore(System);

impl Engine for AskedBefore {
    const NAME: &'static str = "role-system, asked before";
    const PACKAGE: &'static str = "role-system";

    fn build(world: &World) -> Self {
        Self(System::new(world, RoleSystemConfig::default()))
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.0.allows(user, permission)
    }
}

/// Without the cache of answers.
pub struct NotCached(System);

impl Engine for NotCached {
    const NAME: &'static str = "role-system, cache off";
    const PACKAGE: &'static str = "role-system";

    fn build(world: &World) -> Self {
        Self(System::new(world, RoleSystemConfig { enable_caching: false, ..RoleSystemConfig::default() }))
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.0.allows(user, permission)
    }
}
