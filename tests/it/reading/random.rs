//! Small random worlds by seed: three versions of one catalog, each with declared and undeclared changes, and an
//! account of the first. The same resource ids are used under every kind, so that a limit misread shows.

use super::changes;
use super::model::{
    Account, Assignments, Catalog, CustomRole, Keys, Permission, Reach, Role, Scope, User, keys,
};
use super::scopes;

#[derive(Clone, Debug)]
pub struct World {
    pub catalogs: [Catalog; 3],
    /// What was done from the first to the second, and from the second to the third, in words.
    pub changes: [Vec<String>; 2],
    /// Valid under the first catalog.
    pub account: Account,
}

/// The resources of every kind.
pub const RESOURCES: [&str; 2] = ["a", "b"];

/// One world for each seed.
pub fn world(seed: u64) -> World {
    let mut rng = Rng(seed);
    let first = catalog(&mut rng);
    let account = account(&mut rng, &first);
    let (second, to_second) = changes::next(&mut rng, &first);
    let (third, to_third) = changes::next(&mut rng, &second);
    World { catalogs: [first, second, third], changes: [to_second, to_third], account }
}

/// splitmix64.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// Less than `n`, which is not zero.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.below(from.len())].clone()) }
    }

    /// Each with a chance of one in `n`.
    pub fn some<'a>(&mut self, from: impl IntoIterator<Item = &'a String>, n: usize) -> Keys {
        from.into_iter().filter(|_| self.one_in(n)).cloned().collect()
    }
}

/// A first version: 2 features, 2–3 kinds, 3–4 scopes, 3–5 permissions, 3 roles.
pub fn catalog(rng: &mut Rng) -> Catalog {
    let mut it = Catalog::new(1);
    it.features = keys(&["f0", "f1"]);
    for n in 0..2 + rng.below(2) {
        let declared = rng.one_in(4).then(|| (RESOURCES[0].to_owned(), rng.some(&it.features, 2)));
        it.kinds.insert(format!("k{n}"), declared.into_iter().collect());
    }
    for n in 0..3 + rng.below(2) {
        // Only scopes made before, so no circles.
        let includes = rng.some(it.scopes.keys(), 3);
        let features = rng.some(&it.features, 6);
        it.scopes.insert(format!("s{n}"), Scope { includes, features });
    }
    for n in 0..3 + rng.below(3) {
        let permission = permission(rng, &it);
        it.permissions.insert(format!("p{n}"), permission);
    }
    for n in 0..3 {
        let grants = rng.some(it.permissions.keys(), 2);
        it.roles.insert(format!("r{n}"), grants);
    }
    it
}

/// A permission of this catalog.
pub fn permission(rng: &mut Rng, catalog: &Catalog) -> Permission {
    let kinds: Vec<String> = catalog.kinds.keys().cloned().collect();
    Permission {
        features: rng.some(&catalog.features, 6),
        scopes: rng.some(catalog.scopes.keys(), 2),
        kind: if rng.one_in(3) { None } else { rng.pick(&kinds) },
        reserved: rng.one_in(12),
    }
}

/// An account of this catalog: 2 custom roles, 2 teams, 3 users.
pub fn account(rng: &mut Rng, catalog: &Catalog) -> Account {
    let mut it = Account { features: rng.some(&catalog.features, 2), ..Account::default() };
    for n in 0..2 {
        let mut permissions = rng.some(catalog.permissions.keys(), 2);
        permissions.retain(|key| !catalog.permissions[key].reserved);
        let provided = scopes::provided(catalog, &permissions);
        let scopes = match rng.below(3) {
            0 => provided,
            1 => rng.some(&provided, 2),
            // Everything but one.
            _ => {
                let left = rng.pick(&provided.iter().cloned().collect::<Vec<_>>());
                provided.into_iter().filter(|it| Some(it) != left.as_ref()).collect()
            }
        };
        it.custom.insert(format!("c{n}"), CustomRole { permissions, scopes });
    }
    for n in 0..2 {
        let held = assignments(rng, catalog, &it, 2);
        it.teams.insert(format!("t{n}"), held);
    }
    for n in 0..3 {
        let assignments = assignments(rng, catalog, &it, 3);
        let teams = rng.some(it.teams.keys(), 3);
        let user = User { suspended: rng.one_in(6), assignments, teams, ..User::default() };
        it.users.insert(format!("u{n}"), user);
    }
    it
}

/// Up to `most` assignments of different roles.
fn assignments(rng: &mut Rng, catalog: &Catalog, account: &Account, most: usize) -> Assignments {
    let mut roles: Vec<Role> = catalog.roles.keys().cloned().map(Role::Predefined).collect();
    roles.extend(account.custom.keys().cloned().map(Role::Custom));
    let mut held = Assignments::new();
    for _ in 0..rng.below(most + 1) {
        let role = roles.remove(rng.below(roles.len()));
        held.push((role, reach(rng, catalog)));
    }
    held
}

/// Everything in half of the cases, else limited in some kinds, to nothing too.
pub fn reach(rng: &mut Rng, catalog: &Catalog) -> Reach {
    let mut reach = Reach::everything();
    if rng.one_in(2) {
        return reach;
    }
    for kind in catalog.kinds.keys() {
        if rng.one_in(2) {
            reach.limits.insert(kind.clone(), rng.some(&keys(&RESOURCES), 2));
        }
    }
    reach
}
