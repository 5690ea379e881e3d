//! Every small world there is: two users, two roles, a team, two permissions, two features, in every state,
//! and from each every single edit. Nothing here is random, and the number of worlds is asserted, so that
//! none can silently go missing.
//!
//! *Decisions* are asked in all worlds, under ten catalogs. *Edits* are made from a share of the worlds, one in so
//! many by number, which meets each state of each part. `ALL_WORLDS=1` asks under all 28 catalogs, and makes the
//! edits from all worlds.

use std::collections::BTreeSet;

use rolecall::table::{Table, feature, permission, role, scope, section};
use rolecall::{
    Account, AccountRecord, AssignmentRecord, Authorizer, Catalog, CatalogRecord, CustomRoleRecord,
    FeatureKey, ImportRecord, Incarnation, PermissionKey, Reach, RoleId, RoleRef, ScopeKey, TeamId,
    TeamRecord, UserId, UserRecord,
};

use crate::oracle::Oracle;
use crate::world::{calls_agree, endpoints};

mod edits;
mod limited;
mod selections;

const FEATURES: [&str; 2] = ["f", "g"];
const PERMISSIONS: [&str; 2] = ["p", "q"];
/// The scopes that they provide, each its own.
const SCOPES: [&str; 2] = ["x", "y"];
const USERS: [&str; 2] = ["u1", "u2"];

/// One permission requires one feature, the other one both. The predefined role grants the first.
const TINY: Table<'_> = Table::new("tiny", 1)
    .features(&[feature("f", "F"), feature("g", "G")])
    .scopes(&[scope("x").includes(&["y"]), scope("y")])
    .sections(&[
        section("both", "Both").permissions(&[
            permission("p", "P").requires(&["f"]).provides(&["x"]),
            permission("q", "Q").requires(&["f", "g"]).provides(&["y"]),
        ]),
        section("empty", "Empty"),
    ])
    .roles(&[role("pre", "Pre").grants(&["p"])]);

/// A user, if there is one: suspended or not, with these roles, in the team or not.
type Person = Option<(bool, u8, bool)>;

/// A state of everything. A number whose bits stand for members is a set.
#[derive(Clone, Copy, Debug)]
struct World {
    features: u8,
    /// What each role grants, if there is such a role.
    roles: [Option<u8>; 2],
    /// What the second role remembers of an import from the first.
    import: Option<u8>,
    /// The roles of the team, if there is a team.
    team: Option<u8>,
    users: [Person; 2],
}

impl World {
    /// Whether everything that it refers to is there.
    fn is_possible(&self) -> bool {
        let there = self.roles.iter().enumerate().filter(|(_, role)| role.is_some());
        let there = there.fold(0u8, |bits, (n, _)| bits | 1 << n);
        let assigned = self.users.iter().flatten().fold(self.team.unwrap_or(0), |all, user| all | user.1);
        let joined = self.users.iter().flatten().any(|user| user.2);
        assigned & !there == 0 && (!joined || self.team.is_some()) && (self.import.is_none() || there == 3)
    }
}

/// The worlds of one catalog: which are the two roles, what may vary.
struct Space {
    catalog: Catalog,
    record: CatalogRecord,
    blank: AccountRecord,
    roles: [RoleRef; 2],
    imports: bool,
    users: usize,
}

impl Space {
    fn new(catalog: Catalog, roles: [RoleRef; 2]) -> Self {
        let blank = Account::new(&catalog, "a").unwrap().record();
        Self { record: catalog.record(), catalog, blank, roles, imports: false, users: USERS.len() }
    }

    /// A predefined role and a custom one.
    fn mixed(catalog: Catalog) -> Self {
        Self::new(catalog, [RoleRef::predefined("pre").unwrap(), RoleRef::custom("night").unwrap()])
    }

    /// Two custom roles, under a catalog with no predefined one.
    fn custom() -> Self {
        let mut record = Catalog::from_table(&TINY).unwrap().record();
        record.roles.clear();
        let catalog = Catalog::from_record(&record).unwrap();
        Self::new(catalog, ["night", "day"].map(|id| RoleRef::custom(id).unwrap()))
    }

    /// Every possible world, each once.
    fn worlds(&self) -> impl Iterator<Item = World> + '_ {
        let sets: Vec<Option<u8>> = [None].into_iter().chain((0..4).map(Some)).collect();
        let role = |n: usize| match &self.roles[n] {
            RoleRef::Predefined(key) => {
                let role = self.record.roles.iter().find(|role| role.key == key.as_str()).unwrap();
                let bit = |n: usize| u8::from(role.permissions.iter().any(|key| key == PERMISSIONS[n])) << n;
                vec![Some(bit(0) | bit(1))]
            }
            RoleRef::Custom(_) => sets.clone(),
        };
        let mut people: Vec<Person> = vec![None];
        people.extend((0..16u8).map(|n| Some((n & 1 == 1, n >> 1 & 3, n >> 3 == 1))));
        let absent: Vec<Person> = vec![None];
        let user = |n: usize| if n < self.users { people.clone() } else { absent.clone() };
        let imports = if self.imports { sets.clone() } else { vec![None] };
        let (first, second, teams, users) = (role(0), role(1), sets.clone(), [user(0), user(1)]);

        let sizes =
            [4, first.len(), second.len(), imports.len(), teams.len(), users[0].len(), users[1].len()];
        (0..sizes.iter().product::<usize>())
            .map(move |number| {
                let mut rest = number;
                let [f, a, b, i, t, u, v] = sizes.map(|size| {
                    let digit = rest % size;
                    rest /= size;
                    digit
                });
                World {
                    features: f as u8,
                    roles: [first[a], second[b]],
                    import: imports[i],
                    team: teams[t],
                    users: [users[0][u], users[1][v]],
                }
            })
            .filter(World::is_possible)
    }

    fn account_record(&self, world: &World) -> AccountRecord {
        let assignments = |bits: u8| {
            let held = self.roles.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1);
            held.map(|(_, role)| AssignmentRecord { role: role.clone(), reach: Reach::everything() })
                .collect()
        };
        let team = TeamId::new("t").unwrap();
        let mut record = self.blank.clone();
        record.features = members(world.features, FEATURES, FeatureKey::new);
        for (n, (role, granted)) in self.roles.iter().zip(world.roles).enumerate() {
            let (RoleRef::Custom(id), Some(granted)) = (role, granted) else { continue };
            let import = world.import.filter(|_| n == 1).map(|known| ImportRecord {
                source: self.roles[0].clone(),
                permissions: members(known, PERMISSIONS, PermissionKey::new),
            });
            record.roles.push(CustomRoleRecord {
                id: id.clone(),
                name: name(id).to_owned(),
                description: String::new(),
                permissions: members(granted, PERMISSIONS, PermissionKey::new),
                // Each permission provides the scope of the same place.
                scopes: members(granted, SCOPES, ScopeKey::new),
                imports: import.into_iter().collect(),
            });
        }
        record.teams.extend(world.team.map(|roles| TeamRecord {
            id: team.clone(),
            name: "Team".to_owned(),
            assignments: assignments(roles),
        }));
        for (id, person) in USERS.into_iter().zip(world.users) {
            record.users.extend(person.map(|(suspended, roles, joined)| UserRecord {
                id: UserId::new(id).unwrap(),
                incarnation: incarnation(),
                suspended,
                assignments: assignments(roles),
                teams: if joined { vec![team.clone()] } else { Vec::new() },
            }));
        }
        record.with_checksum()
    }

    fn account(&self, world: &World) -> Account {
        Account::restore(&self.account_record(world), &self.catalog).unwrap()
    }
}

/// The mark of a user whom some change created.
fn incarnation() -> Incarnation {
    serde_json::from_str("\"00112233445566ff\"").unwrap()
}

fn members<T, E: std::fmt::Debug>(
    bits: u8,
    names: [&'static str; 2],
    new: impl Fn(&'static str) -> Result<T, E>,
) -> Vec<T> {
    let chosen = names.into_iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1);
    chosen.map(|(_, name)| new(name).unwrap()).collect()
}

fn name(role: &RoleId) -> &'static str {
    if role.as_str() == "night" { "Night" } else { "Day" }
}

/// How much was looked at.
#[derive(Debug, Default)]
struct Seen {
    worlds: usize,
    edits: usize,
    decisions: usize,
}

/// Every answer about every user, and about one that there is not, is the rule's. How many decisions.
#[track_caller]
fn agrees(auth: &Authorizer, oracle: &Oracle) -> usize {
    let ids = PERMISSIONS.map(|key| auth.catalog().permission(key).unwrap());
    let users = ["u1", "u2", "new"];
    let mut can: [Vec<&str>; 2] = Default::default();
    let endpoints = endpoints(auth.catalog());
    for user in users {
        let (subject, bound) = (auth.subject(user), auth.bind(user));
        let mut usable = 0;
        for (n, (key, id)) in PERMISSIONS.into_iter().zip(ids).enumerate() {
            let (expected, decision) = (oracle.decide(user, key, None), subject.check(id));
            assert_eq!(decision.to_string(), expected, "{user} {key}: {oracle:?}");
            assert_eq!((bound.check(id), subject.can(id)), (decision, expected == "allow"));
            assert_eq!(subject.is_usable(id), expected == "allow");
            if expected == "allow" {
                can[n].push(user);
                usable += 1;
                assert!(subject.permissions().contains(id));
            }
        }
        assert_eq!(subject.permissions().len(), usable, "{user}: {oracle:?}");
        let scopes: BTreeSet<String> = subject.scopes().keys().map(ToString::to_string).collect();
        assert_eq!(scopes, oracle.scopes(user), "{user}: {oracle:?}");
        calls_agree(&subject, user, &endpoints, oracle);
    }
    for (n, id) in ids.into_iter().enumerate() {
        let mut who: Vec<_> = auth.who_can(id).map(|user| user.id().unwrap().as_str()).collect();
        who.sort_unstable();
        can[n].sort_unstable();
        assert_eq!(who, can[n], "{}: {oracle:?}", PERMISSIONS[n]);
    }
    users.len() * ids.len()
}

/// Whether everything was requested, however long it takes.
fn all_worlds() -> bool {
    std::env::var_os("ALL_WORLDS").is_some()
}

/// Asks everything in every world. How much that was.
fn decide_all(space: &Space) -> Seen {
    let mut seen = Seen::default();
    for world in space.worlds() {
        let record = space.account_record(&world);
        let account = Account::restore(&record, &space.catalog).unwrap();
        seen.decisions += agrees(&Authorizer::new(account), &Oracle::read(&space.record, &record));
        seen.worlds += 1;
    }
    seen
}

/// D1-D4, D7, S1, U2, V2 in every world with a predefined and a custom role, under every catalog with two
/// permissions and two features: what each permission requires, what the predefined role grants.
///
/// Catalogs that differ only in which permission or which feature is called what are taken once: all states of
/// an account are gone through under each, so those of the other are the same with names exchanged. Unless all
/// is requested, what the predefined role grants varies under one choice of requirements only.
#[test]
fn d1_every_small_world_is_decided_by_the_rule() {
    let mut seen = Seen::default();
    let mut catalogs = 0;
    for requires in (0..16u8).map(|n| [n & 3, n >> 2]) {
        let swapped = |set: u8| set >> 1 | (set & 1) << 1;
        let [a, b] = requires;
        let equal = [[b, a], [swapped(a), swapped(b)], [swapped(b), swapped(a)]];
        if equal.iter().any(|other| *other < requires) {
            continue;
        }
        let granted = if all_worlds() || requires == [1, 3] { 0..4 } else { 1..2 };
        for grants in granted {
            let mut record = Catalog::from_table(&TINY).unwrap().record();
            for (permission, requires) in record.permissions.iter_mut().zip(requires) {
                permission.features = members(requires, FEATURES, |key| Ok::<_, ()>(key.to_owned()));
            }
            record.roles[0].permissions = members(grants, PERMISSIONS, |key| Ok::<_, ()>(key.to_owned()));
            let of_catalog = decide_all(&Space::mixed(Catalog::from_record(&record).unwrap()));
            assert_eq!(of_catalog.worlds, 20_540);
            seen.worlds += of_catalog.worlds;
            seen.decisions += of_catalog.decisions;
            catalogs += 1;
        }
    }
    println!("{catalogs} catalogs: {seen:?}");
    assert_eq!(catalogs, if all_worlds() { 28 } else { 10 });
    assert_eq!((seen.worlds, seen.decisions), (catalogs * 20_540, catalogs * 20_540 * 6));
}

/// The same with two custom roles, each there or not, under one catalog.
#[test]
fn d1_every_small_world_of_two_custom_roles_is_decided_by_the_rule() {
    let seen = decide_all(&Space::custom());
    println!("{seen:?}");
    assert_eq!((seen.worlds, seen.decisions), (85_288, 511_728));
}
