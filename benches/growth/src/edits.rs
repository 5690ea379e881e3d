//! What it takes until an edit counts, while the snapshot it was made on is still held.

use std::hint::black_box;
use std::sync::Arc;

use rolecall::{Authorizer, Edit, Effect, PermissionKey, RoleId};

use crate::figures::Panel;
use crate::time;
use crate::world::{COMMON, Ring, Rule, World};

pub(crate) fn measure(
    users: usize,
    world: &World,
    rule: &Rule<'_>,
    authorizer: &Authorizer,
    panel: &mut Panel,
) {
    let common = RoleId::new(COMMON).expect("a valid id");
    let mut add = |name, nanoseconds: f64| panel.add(name, users, nanoseconds / 1e3);

    let new = permission_to_grant(world, authorizer, &common);
    add(
        "grant to a role of a tenth of the users",
        published(authorizer, |edit| edit.grant(&common, &new).expect("a known role").effect),
    );

    let features = &world.catalog_record.features;
    let on = &features.first().expect("an enabled feature").key;
    let off = &features.last().expect("a disabled feature").key;
    let mut enable = false;
    let toggled = published(authorizer, |edit| {
        enable = !enable;
        let toggled = if enable { edit.enable_feature(off) } else { edit.disable_feature(on) };
        toggled.expect("a feature of the catalog")
    });
    add("switch a feature on or off", toggled);

    let strangers = world.strangers();
    let mut next = Ring::new(&strangers);
    let stranger = |edit: &mut Edit| edit.assign(&common, next.next()).expect("a known role");
    add("add a user", published(authorizer, stranger));

    let assignments = world.new_assignments(rule);
    let mut next = Ring::new(&assignments);
    let assigned = published(authorizer, |edit| {
        let (role, user) = next.next();
        edit.assign(role, user).expect("a known role")
    });
    add("assign a role to a user", assigned);

    add("clone the account", time::each(|| drop(black_box(authorizer.account().clone()))));
}

/// A permission that the role does not grant yet.
fn permission_to_grant(world: &World, authorizer: &Authorizer, role: &RoleId) -> PermissionKey {
    let role = authorizer.account().role(role).expect("the common role");
    let keys = world.catalog_record.permissions.iter().map(|permission| PermissionKey::new(&permission.key));
    keys.map(|key| key.expect("a valid key"))
        .find(|key| role.permissions().keys().all(|granted| granted != key))
        .expect("one more")
}

/// Nanoseconds for an edit session of one edit, the authorizer that follows from it, and its end when the
/// next one takes its place.
fn published(authorizer: &Authorizer, mut edit: impl FnMut(&mut Edit) -> Effect) -> f64 {
    let mut current = Arc::new(authorizer.clone());
    let time = time::each(|| {
        let mut session = authorizer.account().edit();
        assert_eq!(edit(&mut session), Effect::Changed);
        let done = session.finish().expect("something changed");
        current = Arc::new(authorizer.refresh(done.into_account()));
    });
    drop(current);
    time
}
