//! The workload: who holds which roles, what those grant, and what is asked.
//!
//! Plain data, made of a fixed seed, so that two runs ask the same. No engine is known here, and the answers
//! that all of them must give are read from plain maps of text.

use std::collections::{HashMap, HashSet};

use smol_str::{SmolStr, format_smolstr};

/// How large a world is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Its name on the command line.
    pub name: &'static str,
    pub users: usize,
    /// The first of them are predefined: a vendor's. The others are a customer's own.
    pub roles: usize,
    pub permissions: usize,
    pub teams: usize,
    /// The fewest and the most permissions that a role grants.
    pub grants: (usize, usize),
}

/// The sizes of the table. The last is the world of rolecall's own benches.
pub const SIZES: [Size; 4] = [
    Size { name: "1k", users: 1_000, roles: 100, permissions: 500, teams: 10, grants: (5, 20) },
    Size { name: "10k", users: 10_000, roles: 1_000, permissions: 500, teams: 50, grants: (5, 20) },
    Size { name: "100k", users: 100_000, roles: 10_000, permissions: 500, teams: 500, grants: (5, 20) },
    Size { name: "1m", users: 1_000_000, roles: 220, permissions: 500, teams: 5_000, grants: (5, 120) },
];

/// Roles that are the vendor's, where an engine tells them from a customer's.
pub const PREDEFINED_ROLES: usize = 20;

const PER_SECTION: usize = 25;

/// Questions in a list, at least: enough that neither caches nor branch predictor learn the answers by heart.
const QUESTIONS: usize = 1 << 17;

/// One permission: something that may be done in a section of the product.
pub struct Permission {
    pub section: String,
    pub act: String,
    /// Both in one text.
    pub key: String,
}

pub struct Role {
    pub name: String,
    /// Positions in [`World::permissions`], ascending.
    pub permissions: Vec<usize>,
}

pub struct Team {
    pub name: String,
    /// Positions in [`World::roles`], ascending.
    pub roles: Vec<usize>,
}

pub struct User {
    pub name: SmolStr,
    /// Positions in [`World::roles`], ascending: what they hold directly.
    pub roles: Vec<usize>,
    /// Positions in [`World::teams`], ascending.
    pub teams: Vec<usize>,
}

/// May this user do this?
///
/// The user comes as text, short enough to lie in the question itself, as that of a request lies in its
/// buffer. The permission is known when a program is written, so an engine may prepare it.
pub struct Question {
    pub user: SmolStr,
    /// A position in [`World::permissions`].
    pub permission: usize,
}

pub struct World {
    pub permissions: Vec<Permission>,
    pub roles: Vec<Role>,
    pub teams: Vec<Team>,
    pub users: Vec<User>,
    pub questions: Vec<Question>,
}

impl World {
    /// Users have 1 to 3 roles and 0 to 2 teams, teams 1 to 3 roles.
    pub fn new(size: &Size) -> Self {
        let random = &mut Random(2026);
        let permissions = (0..size.permissions).map(permission).collect();
        let roles = (0..size.roles)
            .map(|n| {
                let count = random.between(size.grants.0, size.grants.1);
                Role { name: format!("role-{n:05}"), permissions: random.some(count, size.permissions) }
            })
            .collect();
        let teams = (0..size.teams)
            .map(|n| {
                let count = random.between(1, 3);
                Team { name: format!("team-{n:05}"), roles: random.some(count, size.roles) }
            })
            .collect();
        let users = (0..size.users as u64)
            .map(|n| {
                let (roles, teams) = (random.between(1, 3), random.between(0, 2));
                User {
                    // Ids without an order of their own, and no two alike: the factor is odd.
                    name: format_smolstr!("user-{:011x}", n.wrapping_mul(0x9e3_779b_97f5) & 0xfff_ffff_ffff),
                    roles: random.some(roles, size.roles),
                    teams: random.some(teams, size.teams),
                }
            })
            .collect();
        let mut world = Self { permissions, roles, teams, users, questions: Vec::new() };
        let count = size.users.next_power_of_two().max(QUESTIONS);
        world.questions = (0..count).map(|_| world.question(random)).collect();
        world
    }

    /// A question of any user: of two, one is granted, and the other most likely is not.
    fn question(&self, random: &mut Random) -> Question {
        let user = &self.users[random.below(self.users.len())];
        let roles = self.held(user);
        let granted = |permission: &usize| {
            roles.iter().any(|role| self.roles[*role].permissions.binary_search(permission).is_ok())
        };
        let permission = if random.below(2) == 0 {
            let role = &self.roles[roles[random.below(roles.len())]];
            role.permissions[random.below(role.permissions.len())]
        } else {
            let mut drawn = (0..100).map(|_| random.below(self.permissions.len()));
            drawn.find(|permission| !granted(permission)).unwrap_or(0)
        };
        Question { user: user.name.clone(), permission }
    }

    /// The roles of a user, directly or through a team, each once: for an engine that knows no teams.
    pub fn held(&self, user: &User) -> Vec<usize> {
        let inherited = user.teams.iter().flat_map(|team| &self.teams[*team].roles);
        let mut held: Vec<_> = user.roles.iter().chain(inherited).copied().collect();
        held.sort_unstable();
        held.dedup();
        held
    }

    /// The answers that every engine must give, from plain maps of text.
    pub fn expected(&self) -> Vec<bool> {
        let grants: HashMap<&str, HashSet<&str>> = self
            .roles
            .iter()
            .map(|role| {
                let keys = role.permissions.iter().map(|n| self.permissions[*n].key.as_str());
                (role.name.as_str(), keys.collect())
            })
            .collect();
        let names = |roles: &[usize]| -> Vec<&str> {
            roles.iter().map(|role| self.roles[*role].name.as_str()).collect()
        };
        let roles_of_team: HashMap<&str, Vec<&str>> =
            self.teams.iter().map(|team| (team.name.as_str(), names(&team.roles))).collect();
        let roles_of_user: HashMap<&str, Vec<&str>> =
            self.users.iter().map(|user| (user.name.as_str(), names(&user.roles))).collect();
        let teams_of_user: HashMap<&str, Vec<&str>> = self
            .users
            .iter()
            .map(|user| {
                let teams = user.teams.iter().map(|team| self.teams[*team].name.as_str());
                (user.name.as_str(), teams.collect())
            })
            .collect();
        let allowed = |question: &Question| {
            let (user, key) = (question.user.as_str(), self.permissions[question.permission].key.as_str());
            let through_teams =
                teams_of_user.get(user).into_iter().flatten().map(|team| &roles_of_team[team]);
            roles_of_user
                .get(user)
                .into_iter()
                .chain(through_teams)
                .flatten()
                .any(|role| grants[role].contains(key))
        };
        self.questions.iter().map(allowed).collect()
    }
}

fn permission(n: usize) -> Permission {
    let (section, act) = (format!("section-{:02}", n / PER_SECTION), format!("act-{n:03}"));
    Permission { key: format!("{section}/{act}"), section, act }
}

/// `SplitMix64`: small, fast, and the same on every machine.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("less than a usize")
    }

    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// Some of the numbers below `limit`, each at most once, ascending.
    pub fn some(&mut self, count: usize, limit: usize) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(count);
        while chosen.len() < count.min(limit) {
            let drawn = self.below(limit);
            if !chosen.contains(&drawn) {
                chosen.push(drawn);
            }
        }
        chosen.sort_unstable();
        chosen
    }
}
