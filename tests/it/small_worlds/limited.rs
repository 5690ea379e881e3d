//! Every small world with limits: one user, a team, a predefined and a custom role, each assigned on
//! everything, on nothing, on one of two resources or on both.

use rolecall::table::{Table, feature, kind, permission, role, scope, section};
use rolecall::{
    Account, AccountRecord, Assignee, AssignmentRecord, Authorizer, Catalog, CustomRoleRecord, FeatureKey,
    PermissionKey, Reach, Reached, RoleId, RoleRef, ScopeKey, TeamId, TeamRecord, UserId, UserRecord,
};

use super::Seen;
use super::edits::{every_edit, share_of};
use crate::oracle::{Oracle, Set};
use crate::world::{Wish, calls_agree, endpoints};

/// A permission on a kind, which requires a feature, and one that neither is on a kind nor requires any.
const LIMITED: Table<'_> = Table::new("limited", 1)
    .features(&[feature("f", "F")])
    .kinds(&[kind("queue", "Queue"), kind("channel", "Channel")])
    .scopes(&[scope("x").includes(&["y"]), scope("y")])
    .sections(&[section("s", "S").permissions(&[
        permission("p", "P").requires(&["f"]).on("queue").provides(&["x"]),
        permission("q", "Q").provides(&["y"]),
    ])])
    .roles(&[role("pre", "Pre").grants(&["p"])]);

/// How a role is assigned, if it is: on everything, or on some resources only.
type Assigned = Option<Option<&'static [&'static str]>>;

const ASSIGNED: [Assigned; 6] =
    [None, Some(None), Some(Some(&[])), Some(Some(&["a"])), Some(Some(&["b"])), Some(Some(&["a", "b"]))];

#[derive(Clone, Copy, Debug)]
struct World {
    enabled: bool,
    /// What the custom role grants, if there is one, and which of the scopes that this provides it selects.
    custom: Option<(u8, u8)>,
    team: Option<[Assigned; 2]>,
    user: Option<(bool, [Assigned; 2], bool)>,
}

impl World {
    fn is_possible(&self) -> bool {
        let by_user = self.user.is_some_and(|(_, roles, _)| roles[1].is_some());
        let by_team = self.team.is_some_and(|roles| roles[1].is_some());
        (self.custom.is_some() || !(by_user || by_team))
            && (self.team.is_some() || !self.user.is_some_and(|(.., joined)| joined))
    }

    fn record(&self, blank: &AccountRecord) -> AccountRecord {
        let assignments = |assigned: [Assigned; 2]| -> Vec<AssignmentRecord> {
            let record = |role: &RoleRef, on: Option<&[&str]>| AssignmentRecord {
                role: role.clone(),
                reach: on
                    .map_or(Reach::everything(), |ids| Reach::only("queue", ids.iter().copied()).unwrap()),
            };
            roles().iter().zip(assigned).filter_map(|(role, on)| Some(record(role, on?))).collect()
        };
        let mut record = blank.clone();
        record.features = self.enabled.then(|| FeatureKey::new("f").unwrap()).into_iter().collect();
        record.roles.extend(self.custom.map(|(granted, selected)| CustomRoleRecord {
            id: RoleId::new("night").unwrap(),
            name: "Night".to_owned(),
            description: String::new(),
            permissions: super::members(granted, ["p", "q"], PermissionKey::new),
            scopes: super::members(selected, ["x", "y"], ScopeKey::new),
            imports: Vec::new(),
        }));
        record.teams.extend(self.team.map(|roles| TeamRecord {
            id: TeamId::new("t").unwrap(),
            name: "Team".to_owned(),
            assignments: assignments(roles),
        }));
        record.users.extend(self.user.map(|(suspended, roles, joined)| UserRecord {
            id: UserId::new("u1").unwrap(),
            incarnation: super::incarnation(),
            suspended,
            assignments: assignments(roles),
            teams: joined.then(|| TeamId::new("t").unwrap()).into_iter().collect(),
        }));
        record.with_checksum()
    }
}

fn roles() -> [RoleRef; 2] {
    [RoleRef::predefined("pre").unwrap(), RoleRef::custom("night").unwrap()]
}

/// Every possible world, each once.
fn worlds() -> impl Iterator<Item = World> {
    let pairs = || ASSIGNED.into_iter().flat_map(|first| ASSIGNED.map(|second| [first, second]));
    let teams: Vec<_> = [None].into_iter().chain(pairs().map(Some)).collect();
    let mut users = vec![None];
    for (suspended, joined) in [(false, false), (false, true), (true, false), (true, true)] {
        users.extend(pairs().map(|roles| Some((suspended, roles, joined))));
    }
    // Each permission provides a scope of its own.
    let granted = (0..4u8).flat_map(|granted| (0..4u8).map(move |selected| (granted, selected)));
    let granted: Vec<_> = granted.filter(|(granted, selected)| selected & !granted == 0).collect();
    let sizes = [2, granted.len() + 1, teams.len(), users.len()];
    let world = move |number: usize| {
        let mut rest = number;
        let [f, c, t, u] = sizes.map(|size| {
            let digit = rest % size;
            rest /= size;
            digit
        });
        World {
            enabled: f == 1,
            custom: c.checked_sub(1).map(|n| granted[n]),
            team: teams[t],
            user: users[u],
        }
    };
    (0..sizes.iter().product()).map(world).filter(World::is_possible)
}

/// L2-L5: asked on everything, on each resource, on one that no limit names, and on one of another kind.
#[track_caller]
fn agrees(auth: &Authorizer, oracle: &Oracle) -> usize {
    let asked =
        [None, Some(("queue", "a")), Some(("queue", "b")), Some(("queue", "c")), Some(("channel", "a"))];
    let mut decisions = 0;
    let endpoints = endpoints(auth.catalog());
    for user in ["u1", "new"] {
        calls_agree(&auth.subject(user), user, &endpoints, oracle);
    }
    for key in ["p", "q"] {
        let id = auth.catalog().permission(key).unwrap();
        for user in ["u1", "new"] {
            let (subject, bound) = (auth.subject(user), auth.bind(user));
            let reached = subject.reach_of(id);
            for on in asked {
                let expected = oracle.decide(user, key, on);
                let resource = on.map(|(kind, id)| auth.catalog().resource(kind, id).unwrap());
                let (one, two) = match &resource {
                    None => (subject.check(id), bound.check(id)),
                    Some(on) => (subject.check_on(id, on), bound.check_on(id, on)),
                };
                assert_eq!(one.to_string(), expected, "{user} {key} {on:?}: {oracle:?}");
                assert_eq!(one, two);
                if let (Some(resource), Some((kind, of))) = (&resource, on) {
                    let listed = auth.who_can_on(id, resource).any(|who| who.id() == subject.id());
                    assert_eq!(listed, expected == "allow", "{user} {key} {of}");
                    let of_its_kind = oracle.kinds.get(key).is_some_and(|its| its == kind);
                    assert!(!of_its_kind || reached.contains(of) == (expected == "allow"));
                }
                decisions += 1;
            }
            let usable = match reached {
                Reached::Nothing => None,
                Reached::Everything => Some(None),
                Reached::Only(ids) => Some(Some(ids.iter().map(ToString::to_string).collect::<Set>())),
            };
            assert_eq!(usable, oracle.usable(user, key), "{user} {key}: {oracle:?}");
            assert_eq!(auth.who_can(id).any(|who| who.id() == subject.id()), usable.is_some());
        }
    }
    decisions
}

#[test]
fn l3_every_small_world_with_limits_is_decided_by_the_rule() {
    let catalog = Catalog::from_table(&LIMITED).unwrap();
    let (stored, blank) = (catalog.record(), Account::new(&catalog, "a").unwrap().record());
    let mut seen = Seen::default();
    for world in worlds() {
        let record = world.record(&blank);
        let auth = Authorizer::new(Account::restore(&record, &catalog).unwrap());
        assert_eq!(auth.account().record(), record);
        seen.decisions += agrees(&auth, &Oracle::read(&stored, &record));
        seen.worlds += 1;
    }
    println!("{seen:?}");
    assert_eq!((seen.worlds, seen.decisions), (95_600, 1_912_000));
}

fn wishes() -> Vec<Wish> {
    let none = [RoleRef::predefined("none").unwrap(), RoleRef::custom("none").unwrap()];
    let users = ["u1", "new"].map(|id| Assignee::user(id).unwrap());
    let assignees = users.into_iter().chain(["t", "none"].map(|id| Assignee::team(id).unwrap()));
    let lists: [&[&'static str]; 5] = [&[], &["a"], &["b"], &["a", "b"], &["c"]];
    let mut all = Vec::new();
    for assignee in assignees {
        for role in roles().into_iter().chain(none.clone()) {
            let (role, of) = (|| role.clone(), || assignee.clone());
            all.extend([Wish::Assign(role(), of()), Wish::Unassign(role(), of())]);
            for kind in ["queue", "channel", "none"] {
                all.push(Wish::Lift(role(), of(), kind));
                for ids in lists {
                    all.push(Wish::Limit(role(), of(), kind, ids.to_vec()));
                    all.push(Wish::Extend(role(), of(), kind, ids.to_vec()));
                    let reach = Reach::only(kind, ids.iter().copied()).unwrap();
                    all.push(Wish::AssignWithin(role(), of(), reach));
                }
            }
        }
    }
    all.extend(["p", "q"].into_iter().flat_map(|p| [Wish::Grant("night", p), Wish::Revoke("night", p)]));
    all.extend(["x", "y"].into_iter().flat_map(|x| [Wish::Withhold("night", x), Wish::Release("night", x)]));
    all.extend(["a", "b", "c"].map(|id| Wish::Forget("queue", id)));
    all.extend(["channel", "none"].map(|kind| Wish::Forget(kind, "a")));
    all.extend([Wish::Enable("f"), Wish::Disable("f")]);
    all.extend(["night", "none"].map(Wish::DeleteRole));
    all.extend(["t", "none"].map(Wish::DeleteTeam));
    all.extend([Wish::Join("t", "u1"), Wish::Leave("t", "u1"), Wish::Remove("u1"), Wish::Remove("new")]);
    all
}

/// Refused if it names a kind that the catalog does not have, also where the role is assigned already.
fn is_refused(wish: &Wish) -> bool {
    match wish {
        Wish::Limit(_, _, kind, _)
        | Wish::Extend(_, _, kind, _)
        | Wish::Lift(_, _, kind)
        | Wish::Forget(kind, _) => *kind == "none",
        Wish::AssignWithin(_, _, reach) => reach.limit_of("none").is_some(),
        _ => false,
    }
}

/// L2: every edit of a reach and of what has one, from one world in 997.
#[test]
fn l2_every_edit_of_small_worlds_with_limits_does_what_it_says() {
    let catalog = Catalog::from_table(&LIMITED).unwrap();
    let blank = Account::new(&catalog, "a").unwrap().record();
    let (wishes, mut seen) = (wishes(), Seen::default());
    for world in share_of(worlds(), 997) {
        let account = Account::restore(&world.record(&blank), &catalog).unwrap();
        every_edit(&account, &wishes, is_refused, agrees, &mut seen);
    }
    println!("{} wishes: {seen:?}", wishes.len());
    assert_eq!(seen.edits, seen.worlds * 823);
    assert!([96, 95_600].contains(&seen.worlds));
}
