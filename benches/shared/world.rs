//! The world that every bench asks about, and three readings of it that know nothing of the crate's insides:
//! the rule over plain text, the naive map, and bitsets by hand.
//!
//! Made of a fixed seed, so that two runs, and two versions of the crate, answer the same questions.

use std::collections::{HashMap, HashSet};

use rolecall::table::{feature, permission, role, scope, section};
use rolecall::{
    Account, AccountRecord, AssignmentRecord, Authorizer, Catalog, CatalogRecord, FeatureKey, PermissionId,
    PermissionKey, PermissionRecord, RoleId, RoleRef, TeamId, TeamRecord, UserId, UserRecord,
};

/// The custom role that a tenth of the users and of the teams hold.
pub(crate) const COMMON: &str = "role-00000000000";

pub(crate) const PERMISSIONS: usize = 500;

const PREDEFINED_ROLES: usize = 20;
const CUSTOM_ROLES: usize = 200;
const FEATURES: usize = 20;
const ENABLED_FEATURES: usize = 15;
const PER_SECTION: usize = 25;
const PER_SCOPE: usize = 5;

/// Questions in a list, at least: enough that neither caches nor branch predictor learn the answers by heart.
const QUESTIONS: usize = 1 << 17;

/// `SplitMix64`: small, fast, and the same on every machine.
struct Random(u64);

impl Random {
    const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("less than a usize")
    }

    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// Some of the numbers below `limit`, each at most once, ascending.
    fn some(&mut self, count: usize, limit: usize) -> Vec<usize> {
        let mut chosen = HashSet::new();
        while chosen.len() < count.min(limit) {
            chosen.insert(self.below(limit));
        }
        let mut chosen: Vec<_> = chosen.into_iter().collect();
        chosen.sort_unstable();
        chosen
    }
}

/// One question: may this user do this?
///
/// The texts are short enough to lie in the question itself, as those of a request lie in its buffer: what
/// a bench waits for is the answer, not the question.
pub(crate) struct Question {
    pub(crate) user: UserId,
    pub(crate) permission: PermissionKey,
    pub(crate) id: PermissionId,
}

/// A catalog and an account of it, as they are stored.
pub(crate) struct World {
    pub(crate) catalog_record: CatalogRecord,
    pub(crate) catalog: Catalog,
    pub(crate) record: AccountRecord,
    pub(crate) questions: Vec<Question>,
}

impl World {
    /// So many users; 20 predefined roles, 200 custom ones and 500 permissions; a team for each 200 users.
    ///
    /// Users have 1–3 roles and 0–2 teams, teams 1–3 roles, roles 5–120 permissions. A user in a hundred is
    /// suspended, a quarter of the features disabled.
    pub(crate) fn new(users: usize) -> Self {
        let random = &mut Random::new(2026);
        let catalog = catalog(random);
        let record = account_record(random, &catalog, users, (users / 200).max(10), CUSTOM_ROLES);
        let permissions: Vec<_> = catalog.permissions().map(|p| (p.key().clone(), p.id())).collect();
        let questions = (0..users.next_power_of_two().max(QUESTIONS)).map(|_| {
            let user = record.users[random.below(users)].id.clone();
            let (permission, id) = permissions[random.below(PERMISSIONS)].clone();
            Question { user, permission, id }
        });
        let (questions, catalog_record) = (questions.collect(), catalog.record());
        Self { catalog_record, catalog, record, questions }
    }

    /// Another account of the same catalog, of a small customer.
    pub(crate) fn small_account(&self, seed: u64, users: usize) -> AccountRecord {
        account_record(&mut Random::new(seed), &self.catalog, users, 2, 3)
    }

    /// The permission of each question, as its position in the catalog.
    pub(crate) fn positions(&self) -> Vec<usize> {
        let keys = self.catalog_record.permissions.iter().map(|permission| permission.key.as_str());
        let positions: HashMap<_, _> = keys.zip(0..).collect();
        self.questions.iter().map(|question| positions[question.permission.as_str()]).collect()
    }

    /// For the user of each question, a role that is not assigned to them yet.
    pub(crate) fn new_assignments(&self, rule: &Rule<'_>) -> Vec<(RoleId, UserId)> {
        let random = &mut Random::new(1);
        let asked = self.questions.iter().map(|question| rule.users[question.user.as_str()]);
        asked
            .map(|user| {
                loop {
                    let role = &self.record.roles[random.below(CUSTOM_ROLES)].id;
                    let is_it = |held: &AssignmentRecord| held.role == RoleRef::Custom(role.clone());
                    if !user.assignments.iter().any(is_it) {
                        return (role.clone(), user.id.clone());
                    }
                }
            })
            .collect()
    }

    /// As many ids as there are questions that no user has, like those of users in length and variety.
    pub(crate) fn strangers(&self) -> Vec<UserId> {
        let ids = self.questions.iter().map(|question| question.user.as_str().replacen("user", "none", 1));
        ids.map(|id| UserId::new(id).expect("a valid id")).collect()
    }

    /// Compares the crate with the rule on every question of the list, before anything is timed.
    pub(crate) fn compare(&self, authorizer: &Authorizer) {
        let rule = Rule::new(self);
        let mut allowed = 0;
        for Question { user, permission, id } in &self.questions {
            let expected = rule.allows(rule.users[user.as_str()], permission.as_str());
            let subject = authorizer.subject(user);
            assert_eq!(subject.can(*id), expected, "{user} {permission}");
            assert_eq!(subject.bind().can(*id), expected, "{user} {permission}, bound");
            allowed += usize::from(expected);
        }
        let (all, percent) = (self.questions.len(), allowed * 100 / self.questions.len());
        assert!((20..80).contains(&percent), "answers are worth asking for: {percent} % allowed");
        println!("{all} answers compared, {percent} % allowed");
    }
}

/// The rule, read over the text of the records.
pub(crate) struct Rule<'a> {
    users: HashMap<&'a str, &'a UserRecord>,
    grants: HashMap<RoleRef, HashSet<&'a str>>,
    teams: HashMap<&'a str, &'a TeamRecord>,
    usable: HashSet<&'a str>,
}

/// The effective permissions of each user: what a host would write without a library.
pub(crate) type NaiveMap = HashMap<String, HashSet<String>>;

impl<'a> Rule<'a> {
    pub(crate) fn new(World { catalog_record, record, .. }: &'a World) -> Self {
        let enabled: HashSet<_> = record.features.iter().map(FeatureKey::as_str).collect();
        let usable = |p: &&PermissionRecord| p.features.iter().all(|f| enabled.contains(f.as_str()));
        let predefined = catalog_record.roles.iter().map(|role| {
            let key = RoleRef::predefined(&role.key).expect("a valid key");
            (key, role.permissions.iter().map(String::as_str).collect())
        });
        let custom = record.roles.iter().map(|role| {
            let permissions = role.permissions.iter().map(PermissionKey::as_str);
            (RoleRef::Custom(role.id.clone()), permissions.collect())
        });
        Self {
            users: record.users.iter().map(|user| (user.id.as_str(), user)).collect(),
            grants: predefined.chain(custom).collect(),
            teams: record.teams.iter().map(|team| (team.id.as_str(), team)).collect(),
            usable: catalog_record.permissions.iter().filter(usable).map(|p| p.key.as_str()).collect(),
        }
    }

    pub(crate) fn user(&self, id: &str) -> Option<&'a UserRecord> {
        self.users.get(id).copied()
    }

    /// The roles of a user, directly or through a team.
    fn roles(&self, user: &'a UserRecord) -> impl Iterator<Item = &'a RoleRef> {
        let teams = user.teams.iter().map(|team| self.teams[team.as_str()]);
        let inherited = teams.flat_map(|team| &team.assignments);
        user.assignments.iter().chain(inherited).map(|assignment| &assignment.role)
    }

    pub(crate) fn allows(&self, user: &'a UserRecord, permission: &str) -> bool {
        !user.suspended
            && self.usable.contains(permission)
            && self.roles(user).any(|role| self.grants[role].contains(permission))
    }

    /// The roles that grant a permission to a user: an explanation of the plainest sort.
    pub(crate) fn granting(&self, user: &'a UserRecord, permission: &str) -> Vec<RoleRef> {
        self.roles(user).filter(|role| self.grants[*role].contains(permission)).cloned().collect()
    }

    /// The permissions that a user can use.
    pub(crate) fn effective(&self, user: &'a UserRecord) -> HashSet<String> {
        if user.suspended {
            return HashSet::new();
        }
        let granted = self.roles(user).flat_map(|role| &self.grants[role]);
        granted.filter(|key| self.usable.contains(**key)).map(|key| (*key).to_owned()).collect()
    }

    pub(crate) fn naive_map(&self) -> NaiveMap {
        self.users.iter().map(|(id, user)| ((*id).to_owned(), self.effective(user))).collect()
    }
}

/// The crate's data structure, written for this one question: a row for each user, bitsets side by side; no
/// snapshots, no other catalog, no reasons.
pub(crate) struct ByHand {
    users: Vec<HandUser>,
    at: HashMap<UserId, usize>,
    bits: Vec<u64>,
    usable: Vec<u64>,
    words: usize,
}

/// A user's row, with the id by which it is found: as wide as such a row has to be.
pub(crate) struct HandUser {
    id: UserId,
    suspended: bool,
    len: u8,
    grantors: [u32; 6],
}

impl ByHand {
    pub(crate) fn new(World { catalog_record, record, .. }: &World, rule: &Rule<'_>) -> Self {
        let words = catalog_record.permissions.len().div_ceil(64);
        let row = |has: &dyn Fn(&str) -> bool| {
            let mut row = vec![0u64; words];
            for (n, permission) in catalog_record.permissions.iter().enumerate() {
                row[n / 64] |= u64::from(has(&permission.key)) << (n % 64);
            }
            row
        };
        let predefined = catalog_record.roles.iter().map(|role| RoleRef::predefined(&role.key));
        let custom = record.roles.iter().map(|role| Ok(RoleRef::Custom(role.id.clone())));
        let roles: Vec<_> = predefined.chain(custom).map(|role| role.expect("a valid key")).collect();
        let team_grants = |team: &TeamRecord, key: &str| {
            team.assignments.iter().any(|assignment| rule.grants[&assignment.role].contains(key))
        };
        let role_rows = roles.iter().flat_map(|role| row(&|key| rule.grants[role].contains(key)));
        let team_rows = record.teams.iter().flat_map(|team| row(&|key| team_grants(team, key)));
        let bits = role_rows.chain(team_rows).collect();

        let role_at: HashMap<_, _> = roles.iter().zip(0u32..).collect();
        let first_team = u32::try_from(roles.len()).expect("few roles");
        let team_at: HashMap<_, _> = record.teams.iter().map(|team| &team.id).zip(first_team..).collect();
        let row_of = |user: &UserRecord| {
            let roles = user.assignments.iter().map(|assignment| role_at[&assignment.role]);
            let teams = user.teams.iter().map(|team| team_at[team]);
            let (mut grantors, mut len) = ([0; 6], 0);
            for (place, grantor) in grantors.iter_mut().zip(roles.chain(teams)) {
                *place = grantor;
                len += 1;
            }
            HandUser { id: user.id.clone(), suspended: user.suspended, len, grantors }
        };
        let users: Vec<_> = record.users.iter().map(row_of).collect();
        Self {
            at: users.iter().map(|user| user.id.clone()).zip(0..).collect(),
            users,
            bits,
            usable: row(&|key| rule.usable.contains(key)),
            words,
        }
    }

    pub(crate) fn user(&self, id: &UserId) -> &HandUser {
        &self.users[self.at[id]]
    }

    pub(crate) fn users(&self) -> &[HandUser] {
        &self.users
    }

    #[inline]
    pub(crate) fn allows(&self, user: &HandUser, permission: usize) -> bool {
        let (word, bit) = (permission / 64, 1 << (permission % 64));
        let granted = |grantor: &u32| self.bits[*grantor as usize * self.words + word] & bit != 0;
        !user.suspended
            && user.grantors[..usize::from(user.len)].iter().any(granted)
            && self.usable[word] & bit != 0
    }
}

fn catalog(random: &mut Random) -> Catalog {
    let features: Vec<_> = (0..FEATURES).map(|n| format!("feature-{n:02}")).collect();
    let sections: Vec<_> = (0..PERMISSIONS / PER_SECTION).map(|n| format!("section-{n:02}")).collect();
    let key = |n: usize| format!("{}/act-{n:03}", sections[n / PER_SECTION]);
    let keys: Vec<_> = (0..PERMISSIONS).map(key).collect();
    // Most permissions require no feature, some one, few two.
    let required: Vec<Vec<&str>> = (0..PERMISSIONS)
        .map(|_| {
            let count = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][random.below(10)];
            random.some(count, FEATURES).into_iter().map(|feature| features[feature].as_str()).collect()
        })
        .collect();
    // A scope for every five permissions, and one that includes ten of those.
    let scopes: Vec<_> = (0..PERMISSIONS / PER_SCOPE).map(|n| format!("scope-{n:02}:use")).collect();
    let (narrow, broad): (Vec<_>, Vec<_>) = (
        scopes.iter().map(String::as_str).collect(),
        (0..scopes.len() / 10).map(|n| format!("broad-{n}:use")).collect(),
    );
    let provided: Vec<_> = (0..PERMISSIONS).map(|n| [narrow[n / PER_SCOPE]]).collect();
    let rows = keys.iter().zip(&required).zip(&provided);
    let permissions: Vec<_> = rows
        .map(|((key, features), scopes)| permission(key, "Act").requires(features).provides(scopes))
        .collect();

    let mut builder = Catalog::builder("world", 1);
    for key in &features {
        builder = builder.feature(feature(key, key));
    }
    for (key, includes) in broad.iter().zip(narrow.chunks(10)) {
        builder = builder.scope(scope(key).includes(includes));
    }
    for key in &narrow {
        builder = builder.scope(scope(key));
    }
    for (key, permissions) in sections.iter().zip(permissions.chunks(PER_SECTION)) {
        builder = builder.section(section(key, key).permissions(permissions));
    }
    for n in 0..PREDEFINED_ROLES {
        let key = format!("predefined-{n:02}");
        let granted: Vec<_> = granted(random).map(|permission| keys[permission].as_str()).collect();
        builder = builder.role(role(&key, &key).grants(&granted));
    }
    builder.build().expect("a catalog without problems")
}

/// The permissions of one role, as positions.
fn granted(random: &mut Random) -> impl Iterator<Item = usize> + use<> {
    let count = random.between(5, 120);
    random.some(count, PERMISSIONS).into_iter()
}

/// Features, roles and teams come by an edit, as there are few. Users are copies of a first one: so the
/// bench knows nothing of a record but what it is about.
fn account_record(
    random: &mut Random,
    catalog: &Catalog,
    users: usize,
    teams: usize,
    custom_roles: usize,
) -> AccountRecord {
    let keys: Vec<_> = catalog.permissions().map(|permission| permission.key().clone()).collect();
    let roles: Vec<_> =
        (0..custom_roles).map(|n| RoleId::new(format!("role-{n:011}")).expect("a valid id")).collect();
    let teams: Vec<_> =
        (0..teams).map(|n| TeamId::new(format!("team-{n:011}")).expect("a valid id")).collect();
    let mut everyone: Vec<_> = catalog.roles().map(|role| RoleRef::Predefined(role.key().clone())).collect();
    let common = RoleRef::custom(COMMON).expect("a valid id");
    everyone.extend(roles.iter().cloned().map(RoleRef::Custom).filter(|role| *role != common));
    let assigned = |random: &mut Random| -> Vec<RoleRef> {
        let count = random.between(1, 3);
        let mut assigned: Vec<_> =
            random.some(count, everyone.len()).into_iter().map(|role| everyone[role].clone()).collect();
        if random.below(10) == 0 {
            assigned.pop();
            assigned.push(common.clone());
        }
        assigned
    };

    let mut edit = Account::new(catalog, "bench").expect("a valid id").edit();
    for feature in catalog.features().take(ENABLED_FEATURES) {
        edit.enable_feature(feature.key()).expect("a feature of the catalog");
    }
    for role in &roles {
        edit.create_role(role, role.as_str()).expect("a new role");
        for permission in granted(random) {
            edit.grant(role, &keys[permission]).expect("a permission of the catalog");
        }
    }
    for team in &teams {
        edit.create_team(team, team.as_str()).expect("a new team");
        for role in assigned(random) {
            edit.assign(role, team).expect("a known role");
        }
    }
    edit.assign(&common, UserId::new("first").expect("a valid id")).expect("a known role");
    let mut record = edit.finish().expect("a first change").account().record();

    let first = record.users.pop().expect("the first user");
    let assignment = first.assignments.first().expect("the first assignment");
    let assignment = |role: RoleRef| {
        let mut assignment = assignment.clone();
        assignment.role = role;
        assignment
    };
    let user = |n: u64| {
        // Ids without an order of their own, and no two alike: the factor is odd.
        let id = n.wrapping_mul(0x9e3_779b_97f5) & 0xfff_ffff_ffff;
        let mut user = first.clone();
        user.id = UserId::new(format!("user-{id:011x}")).expect("a valid id");
        user.suspended = random.below(100) == 0;
        user.assignments = assigned(random).into_iter().map(assignment).collect();
        let memberships = random.between(0, 2);
        user.teams = random.some(memberships, teams.len()).into_iter().map(|n| teams[n].clone()).collect();
        user
    };
    record.users = (0..users as u64).map(user).collect();
    record.users.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    record.with_checksum()
}

/// The number of users: `ROLECALL_BENCH_USERS`, or what the bench is meant for. A thousand where benches
/// are only tried, not timed.
pub(crate) fn users(default: usize) -> usize {
    if is_trial() {
        return 1_000;
    }
    let wanted = std::env::var("ROLECALL_BENCH_USERS").ok();
    wanted.map_or(default, |users| users.replace('_', "").parse().expect("a number of users"))
}

/// Whether the bench runs as a test: `cargo test --benches`, or `cargo bench -- --test`.
pub(crate) fn is_trial() -> bool {
    let mut timed = false;
    for argument in std::env::args() {
        match argument.as_str() {
            "--test" => return true,
            "--bench" => timed = true,
            _ => {}
        }
    }
    !timed
}

/// Gives the items again and again.
pub(crate) struct Ring<'a, T> {
    items: &'a [T],
    at: usize,
}

impl<'a, T> Ring<'a, T> {
    pub(crate) const fn new(items: &'a [T]) -> Self {
        assert!(items.len().is_power_of_two());
        Self { items, at: 0 }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> &'a T {
        self.at = (self.at + 1) & (self.items.len() - 1);
        &self.items[self.at]
    }

    /// The next item, not known before `answer` is: as in a service whose next step depends on it.
    #[inline]
    pub(crate) fn next_after(&mut self, answer: bool) -> &'a T {
        // Always 0, which the compiler does not know.
        self.at += std::hint::black_box(usize::from(answer)) >> 1;
        self.next()
    }
}
