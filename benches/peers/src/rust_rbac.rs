//! rust-rbac: its service over its in-memory storage, filled and asked as in its README.
//!
//! - It knows no teams, so the roles of a team are assigned to each of its members.
//! - A check is asynchronous and never waits here, so it is polled once.

use rust_rbac::{MemoryStorage, Permission, RbacService, Role};

use crate::engine::{Engine, ready};
use crate::world::World;

pub struct RustRbac {
    service: RbacService<MemoryStorage>,
    permissions: Vec<String>,
}

impl Engine for RustRbac {
    const NAME: &'static str = "rust-rbac";
    const PACKAGE: &'static str = "rust-rbac";

    fn build(world: &World) -> Self {
        let service = RbacService::new(MemoryStorage::new());
        for permission in &world.permissions {
            ready(service.create_permission(&Permission::new(&permission.key))).expect("a new permission");
        }
        for role in &world.roles {
            ready(service.create_role(&Role::new(&role.name))).expect("a new role");
            for n in &role.permissions {
                let key = &world.permissions[*n].key;
                ready(service.assign_permission_to_role(key, &role.name)).expect("a known permission");
            }
        }
        for user in &world.users {
            for n in world.held(user) {
                let role = &world.roles[n].name;
                ready(service.assign_role_to_subject(role, &user.name)).expect("a known role");
            }
        }
        let permissions = world.permissions.iter().map(|permission| permission.key.clone()).collect();
        Self { service, permissions }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        ready(self.service.subject_has_permission(user, &self.permissions[permission])).expect("a decision")
    }
}
