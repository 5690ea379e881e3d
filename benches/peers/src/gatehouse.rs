//! gatehouse: its `RbacPolicy`. A resource knows the roles that may use it, a user the roles held, and the policy
//! looks for one in both.
//!
//! - gatehouse keeps no users, roles or teams: the host does. A user is found in a hash map, teams are resolved
//!   when that is built, and a role is a number.
//! - One checker and one empty session for all questions, as in its RBAC example; no telemetry (its feature
//!   `tracing` is off).
//! - A check is asynchronous and never waits here, so it is polled once.
//!
//! Limit: each check copies both lists of roles, so it grows with the number of roles that grant a permission.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use gatehouse::{EvaluationSession, PermissionChecker, PolicyDomain, RbacPolicy};
use smol_str::SmolStr;

use crate::engine::{Engine, ready};
use crate::world::World;

struct Product;

impl PolicyDomain for Product {
    type Subject = User;
    type Action = Use;
    type Resource = Permission;
    type Context = ();
}

struct User {
    roles: Vec<u32>,
}

struct Use;

struct Permission {
    granted_by: Vec<u32>,
}

pub struct Gatehouse {
    checker: PermissionChecker<Product>,
    session: EvaluationSession,
    users: HashMap<SmolStr, User, RandomState>,
    permissions: Vec<Permission>,
}

impl Engine for Gatehouse {
    const NAME: &'static str = "gatehouse";
    const PACKAGE: &'static str = "gatehouse";

    fn build(world: &World) -> Self {
        let number = |n: usize| u32::try_from(n).expect("few roles");
        let mut permissions: Vec<_> =
            world.permissions.iter().map(|_| Permission { granted_by: Vec::new() }).collect();
        for (n, role) in world.roles.iter().enumerate() {
            for permission in &role.permissions {
                permissions[*permission].granted_by.push(number(n));
            }
        }
        let users = world.users.iter().map(|user| {
            let roles = world.held(user).into_iter().map(number).collect();
            (user.name.clone(), User { roles })
        });

        let mut checker = PermissionChecker::new();
        checker.add_policy(RbacPolicy::<Product, _, _>::new(
            |_: &Use, permission: &Permission| permission.granted_by.clone(),
            |user: &User| user.roles.clone(),
        ));
        Self { checker, session: EvaluationSession::empty(), users: users.collect(), permissions }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        let Some(user) = self.users.get(user) else { return false };
        let bound = self.checker.bind(&self.session, user, &Use, &());
        ready(bound.check(&self.permissions[permission])).is_granted()
    }
}
