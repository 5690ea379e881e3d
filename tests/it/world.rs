//! Small worlds for the other tests: one catalog, edits as data, and ways to compare.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use proptest::prelude::*;
use rolecall::table::{
    Table, exclusion, feature, guard, kind, merged, permission, renamed, retired, role, scope, seat, section,
    since, split,
};
use rolecall::{
    Account, AccountRecord, Act, Assignee, Authorizer, Catalog, Edit, EditError, Effect, Endpoint, Incarnation,
    Reach, Reached, ResourceId, RoleId, RoleRef, Subject, TeamId, Unassigned, UserId,
};

use crate::oracle::Oracle;

/// Three features; permissions that need none, one or two of them; a key that is also a role and a team id.
pub const SMALL: Table<'_> = Table::new("small", 3)
    .features(&[feature("alpha", "Alpha"), feature("beta", "Beta"), feature("gamma", "Gamma")])
    .kinds(&[kind("queue", "Queue"), kind("channel", "Channel")])
    .seats(&[seat("desk", "Desk")])
    .scopes(&[
        scope("all:manage").includes(&["all:read", "all:send"]),
        scope("all:read"),
        scope("all:send").includes(&["sms:send"]),
        scope("sms:send"),
    ])
    .sections(&[
        section("plain", "Plain").about("Needs nothing.").permissions(&[
            permission("plain/view", "View"),
            permission("plain/edit", "Edit").on("channel").provides(&["all:read"]),
            permission("shared", "Shared"),
        ]),
        section("gated", "Gated").permissions(&[
            permission("gated/a", "A").requires(&["alpha"]).provides(&["all:send", "sms:send"]),
            permission("gated/b", "B").requires(&["beta"]).on("queue"),
            permission("gated/ab", "AB").requires(&["alpha", "beta"]).seat("desk"),
            permission("gated/g", "G").requires(&["gamma"]),
        ]),
        section("empty", "Empty"),
    ])
    .roles(&[
        role("viewer", "Viewer").group("General").grants(&["plain/view"]),
        role("editor", "Editor").grants(&["plain/view", "plain/edit", "gated/a"]),
        role("shared", "Shared").grants(&["shared", "gated/ab"]),
        role("nothing", "Nothing"),
    ])
    .guard(
        guard()
            .governs(&[
                (Act::Assign, "plain/edit"),
                (Act::EditRoles, "shared"),
                (Act::EditTeams, "gated/g"),
                (Act::EditMembers, "gated/g"),
                (Act::Suspend, "plain/view"),
            ])
            .escalation("gated/ab")
            .minimums(&[("shared", 1), ("plain/view", 2)])
            .exclusions(&[
                exclusion("Viewer or nothing").roles(&["viewer", "nothing"]),
                exclusion("Two of three")
                    .when("gamma")
                    .at_most(2)
                    .permissions(&["gated/a", "gated/b", "gated/g"]),
            ]),
    )
    .successions(&[
        since(2)
            .features(&[renamed("first", "a")])
            .kinds(&[renamed("line", "queue")])
            .scopes(&[renamed("everything", "all:manage"), retired("fax:send")])
            .permissions(&[
                split("plain/all", &["plain/view", "gated/old"]),
                merged(&["gated/one", "gated/two"], "gated/ab"),
            ])
            .roles(&[split("owner", &["viewer", "author"]), retired("ghost")]),
        since(3)
            .features(&[renamed("a", "alpha")])
            .permissions(&[
                renamed("gated/old", "gated/a"),
                merged(&["gated/b1", "gated/b2"], "gated/b").of_any(),
            ])
            .roles(&[renamed("author", "editor")]),
    ]);

pub fn catalog() -> Catalog {
    Catalog::from_table(&SMALL).unwrap()
}

pub const PREDEFINED: [&str; 4] = ["viewer", "editor", "shared", "nothing"];
pub const CUSTOM: [&str; 4] = ["shared", "night", "r3", "maja"];
pub const TEAMS: [&str; 3] = ["shared", "t2", "maja"];
pub const USERS: [&str; 5] = ["maja", "ivo", "shared", "u4", "u5"];
pub const FEATURES: [&str; 3] = ["alpha", "beta", "gamma"];
pub const SECTIONS: [&str; 3] = ["plain", "gated", "empty"];
pub const PERMISSIONS: [&str; 7] =
    ["plain/view", "plain/edit", "shared", "gated/a", "gated/b", "gated/ab", "gated/g"];
pub const KINDS: [&str; 2] = ["queue", "channel"];
pub const RESOURCES: [&str; 3] = ["vip", "gold", "maja"];
pub const SCOPES: [&str; 4] = ["all:manage", "all:read", "all:send", "sms:send"];
pub const NAMES: [&str; 6] = ["Night", "night", "Editor", " Day ", "ÉTÉ", "été"];

/// A wish, as data: what a session can be asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wish {
    Enable(&'static str),
    Disable(&'static str),
    CreateRole(&'static str, &'static str),
    RenameRole(&'static str, &'static str),
    DescribeRole(&'static str, &'static str),
    DeleteRole(&'static str),
    Grant(&'static str, &'static str),
    GrantWithout(&'static str, &'static str, &'static str),
    Revoke(&'static str, &'static str),
    Select(&'static str, &'static str),
    Clear(&'static str, &'static str),
    Import(&'static str, Vec<RoleRef>),
    CatchUp(&'static str, RoleRef, &'static str),
    Duplicate(RoleRef, &'static str, &'static str),
    Withhold(&'static str, &'static str),
    Release(&'static str, &'static str),
    CreateTeam(&'static str, &'static str),
    RenameTeam(&'static str, &'static str),
    DeleteTeam(&'static str),
    Join(&'static str, &'static str),
    Leave(&'static str, &'static str),
    Assign(RoleRef, Assignee),
    AssignWithin(RoleRef, Assignee, Reach),
    Limit(RoleRef, Assignee, &'static str, Vec<&'static str>),
    Extend(RoleRef, Assignee, &'static str, Vec<&'static str>),
    Lift(RoleRef, Assignee, &'static str),
    Unassign(RoleRef, Assignee),
    Suspend(&'static str),
    Reinstate(&'static str),
    Remove(&'static str),
    Forget(&'static str, &'static str),
}

/// What became of a wish.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    Changed,
    /// Unassigned, but still held through these teams.
    Remains(BTreeSet<String>),
    Unchanged,
    Refused,
    /// Refused with the teams that give the role (U4).
    Inherited(BTreeSet<String>),
}

/// The same text for the rest of the run: keys of random catalogs, where wishes want constants.
pub fn interned(text: &str) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(text) {
        return known;
    }
    let text: &'static str = Box::leak(text.into());
    known.insert(text);
    text
}

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(from)
}

pub fn role_refs() -> impl Strategy<Value = RoleRef> + Clone {
    prop_oneof![
        pick(&PREDEFINED).prop_map(|key| RoleRef::predefined(key).unwrap()),
        pick(&CUSTOM).prop_map(|id| RoleRef::custom(id).unwrap()),
    ]
}

pub fn assignees() -> impl Strategy<Value = Assignee> + Clone {
    prop_oneof![
        3 => pick(&USERS).prop_map(|id| Assignee::user(id).unwrap()),
        2 => pick(&TEAMS).prop_map(|id| Assignee::team(id).unwrap()),
    ]
}

pub fn resources() -> impl Strategy<Value = Vec<&'static str>> + Clone {
    prop::sample::subsequence(RESOURCES.to_vec(), 0..=2)
}

pub fn reaches() -> impl Strategy<Value = Reach> + Clone {
    let kinds = prop::sample::subsequence(KINDS.to_vec(), 0..=2);
    (kinds, resources(), resources()).prop_map(|(kinds, a, b)| {
        kinds
            .into_iter()
            .zip([a, b])
            .fold(Reach::everything(), |reach, (kind, ids)| reach.and_only(kind, ids).unwrap())
    })
}

/// Mostly wishes that build something up, so that worlds get interesting.
pub fn wishes() -> impl Strategy<Value = Wish> {
    let (custom, teams, users) = (pick(&CUSTOM), pick(&TEAMS), pick(&USERS));
    let (features, permissions, names) = (pick(&FEATURES), pick(&PERMISSIONS), pick(&NAMES));
    prop_oneof![
        3 => features.clone().prop_map(Wish::Enable),
        1 => features.prop_map(Wish::Disable),
        4 => (custom.clone(), names.clone()).prop_map(|(r, n)| Wish::CreateRole(r, n)),
        1 => (custom.clone(), names.clone()).prop_map(|(r, n)| Wish::RenameRole(r, n)),
        1 => (custom.clone(), pick(&["", "About", "  x "])).prop_map(|(r, t)| Wish::DescribeRole(r, t)),
        1 => custom.clone().prop_map(Wish::DeleteRole),
        5 => (custom.clone(), permissions.clone()).prop_map(|(r, p)| Wish::Grant(r, p)),
        2 => (custom.clone(), permissions).prop_map(|(r, p)| Wish::Revoke(r, p)),
        1 => (custom.clone(), pick(&SECTIONS)).prop_map(|(r, s)| Wish::Select(r, s)),
        1 => (custom.clone(), pick(&SECTIONS)).prop_map(|(r, s)| Wish::Clear(r, s)),
        3 => (custom.clone(), prop::collection::vec(role_refs(), 0..3)).prop_map(|(r, from)| Wish::Import(r, from)),
        2 => (custom.clone(), role_refs(), pick(&PERMISSIONS)).prop_map(|(r, f, p)| Wish::CatchUp(r, f, p)),
        2 => (role_refs(), custom.clone(), names.clone()).prop_map(|(f, r, n)| Wish::Duplicate(f, r, n)),
        2 => (custom.clone(), pick(&SCOPES)).prop_map(|(r, s)| Wish::Withhold(r, s)),
        1 => (custom.clone(), pick(&SCOPES)).prop_map(|(r, s)| Wish::Release(r, s)),
        1 => (custom, pick(&PERMISSIONS), pick(&SCOPES)).prop_map(|(r, p, s)| Wish::GrantWithout(r, p, s)),
        3 => (teams.clone(), names.clone()).prop_map(|(t, n)| Wish::CreateTeam(t, n)),
        1 => (teams.clone(), names).prop_map(|(t, n)| Wish::RenameTeam(t, n)),
        1 => teams.clone().prop_map(Wish::DeleteTeam),
        5 => (teams.clone(), users.clone()).prop_map(|(t, u)| Wish::Join(t, u)),
        2 => (teams, users.clone()).prop_map(|(t, u)| Wish::Leave(t, u)),
        8 => (role_refs(), assignees()).prop_map(|(r, a)| Wish::Assign(r, a)),
        6 => (role_refs(), assignees(), reaches()).prop_map(|(r, a, w)| Wish::AssignWithin(r, a, w)),
        2 => (role_refs(), assignees(), pick(&KINDS), resources())
            .prop_map(|(r, a, k, ids)| Wish::Limit(r, a, k, ids)),
        3 => (role_refs(), assignees(), pick(&KINDS), resources())
            .prop_map(|(r, a, k, ids)| Wish::Extend(r, a, k, ids)),
        1 => (role_refs(), assignees(), pick(&KINDS)).prop_map(|(r, a, k)| Wish::Lift(r, a, k)),
        4 => (role_refs(), assignees()).prop_map(|(r, a)| Wish::Unassign(r, a)),
        1 => users.clone().prop_map(Wish::Suspend),
        1 => users.clone().prop_map(Wish::Reinstate),
        1 => users.prop_map(Wish::Remove),
        1 => (pick(&KINDS), pick(&RESOURCES)).prop_map(|(k, id)| Wish::Forget(k, id)),
    ]
}

/// Asks the session.
pub fn ask(edit: &mut Edit, wish: &Wish) -> Outcome {
    let id = |text: &str| RoleId::new(text).unwrap();
    let asked = match wish {
        Wish::Enable(f) => edit.enable_feature(*f),
        Wish::Disable(f) => edit.disable_feature(*f),
        Wish::CreateRole(r, n) => edit.create_role(&id(r), n),
        Wish::RenameRole(r, n) => edit.rename_role(id(r), n),
        Wish::DescribeRole(r, t) => edit.describe_role(id(r), t),
        Wish::DeleteRole(r) => edit.delete_role(id(r)),
        Wish::Grant(r, p) => edit.grant(id(r), *p).map(|granted| granted.effect),
        Wish::GrantWithout(r, p, s) => edit.grant_without(id(r), *p, [*s]).map(|granted| granted.effect),
        Wish::Revoke(r, p) => edit.revoke(id(r), *p),
        Wish::Select(r, s) => edit.select_section(id(r), *s).map(|granted| granted.effect),
        Wish::Clear(r, s) => edit.clear_section(id(r), *s),
        Wish::Import(r, from) => edit.import(id(r), from).map(|imported| imported.effect),
        Wish::CatchUp(r, from, p) => edit.catch_up(id(r), from, [*p]),
        Wish::Duplicate(from, r, n) => edit.duplicate_role(from, &id(r), n),
        Wish::Withhold(r, s) => edit.withhold(id(r), *s),
        Wish::Release(r, s) => edit.release(id(r), *s).map(|released| released.effect),
        Wish::CreateTeam(t, n) => edit.create_team(*t, n),
        Wish::RenameTeam(t, n) => edit.rename_team(*t, n),
        Wish::DeleteTeam(t) => edit.delete_team(*t),
        Wish::Join(t, u) => edit.add_member(*t, *u),
        Wish::Leave(t, u) => edit.remove_member(*t, *u),
        Wish::Assign(r, a) => edit.assign(r, a.clone()),
        Wish::AssignWithin(r, a, reach) => edit.assign_within(r, a.clone(), reach.clone()),
        Wish::Limit(r, a, kind, ids) => edit.limit(r, a.clone(), *kind, ids.iter().copied()),
        Wish::Extend(r, a, kind, ids) => edit.extend(r, a.clone(), *kind, ids.iter().copied()),
        Wish::Lift(r, a, kind) => edit.lift(r, a.clone(), *kind),
        Wish::Unassign(r, a) => {
            return match edit.unassign(r, a.clone()) {
                Ok(Unassigned::Gone) => Outcome::Changed,
                Ok(Unassigned::Remains { through }) => {
                    Outcome::Remains(through.iter().map(TeamId::to_string).collect())
                }
                Ok(Unassigned::Unchanged) => Outcome::Unchanged,
                Err(EditError::Inherited(inherited)) => {
                    Outcome::Inherited(inherited.leaving.iter().map(|l| l.team.to_string()).collect())
                }
                Err(_) => Outcome::Refused,
            };
        }
        Wish::Suspend(u) => edit.suspend(*u),
        Wish::Reinstate(u) => edit.reinstate(*u),
        Wish::Remove(u) => edit.remove_user(*u),
        Wish::Forget(kind, id) => edit.forget_resource(*kind, *id),
    };
    match asked {
        Ok(Effect::Changed) => Outcome::Changed,
        Ok(Effect::Unchanged) => Outcome::Unchanged,
        Err(_) => Outcome::Refused,
    }
}

/// An account that some wishes led to, as one change.
pub fn build(catalog: &Catalog, wishes: &[Wish]) -> Account {
    let blank = Account::new(catalog, "initech").unwrap();
    let mut edit = blank.edit();
    for wish in wishes {
        ask(&mut edit, wish);
    }
    edit.finish().map_or(blank, rolecall::Edited::into_account)
}

/// Random accounts.
pub fn accounts() -> impl Strategy<Value = Account> {
    prop::collection::vec(wishes(), 0..60).prop_map(|wishes| build(&catalog(), &wishes))
}

/// What two accounts have in common that have the same state by different pasts: the head and the marks of users left out
/// (P4, U7).
pub fn without_past(mut record: AccountRecord) -> AccountRecord {
    let blank: Incarnation = serde_json::from_str("\"0000000000000000\"").unwrap();
    record.head = None;
    record.checksum = 0;
    record.users.iter_mut().for_each(|user| user.incarnation = blank);
    record
}

pub fn oracle(account: &Account) -> Oracle {
    Oracle::read(&account.catalog().record(), &account.record())
}

/// For each scope the endpoint that accepts it, and the one that accepts exactly it.
pub fn endpoints(catalog: &Catalog) -> Vec<(String, bool, Endpoint)> {
    let of = |key: &str| {
        let any_of = Endpoint::any_of(catalog, [key]).unwrap();
        let exactly = Endpoint::exactly(catalog, [key]).unwrap();
        [(key.to_owned(), false, any_of), (key.to_owned(), true, exactly)]
    };
    catalog.scopes().flat_map(|scope| of(scope.key().as_str())).collect()
}

/// S1, S2: every call is answered as the oracle does.
#[track_caller]
pub fn calls_agree(
    subject: &Subject<'_>,
    user: &str,
    endpoints: &[(String, bool, Endpoint)],
    oracle: &Oracle,
) {
    for (scope, exactly, endpoint) in endpoints {
        let expected = oracle.call(user, None, &[scope.as_str()], *exactly);
        assert_eq!(subject.check_call(endpoint).to_string(), expected, "{user} {endpoint:?}");
    }
}

/// Every way of asking gives the oracle's answer, for every user and permission there is, and some there
/// are not.
#[track_caller]
pub fn agrees_with_oracle(auth: &Authorizer) {
    agrees(auth, &oracle(auth.account()));
}

/// The same, for a world that was come by in another way; how many decisions were compared.
#[track_caller]
pub fn agrees(auth: &Authorizer, oracle: &Oracle) -> usize {
    let mut compared = 0;
    let users =
        auth.account().users().map(|user| user.id().to_string()).filter(|id| !USERS.contains(&id.as_str()));
    let endpoints = endpoints(auth.catalog());
    let kinds: Vec<String> = auth.catalog().kinds().map(|kind| kind.key().to_string()).collect();
    for user in users.chain(USERS.map(str::to_owned)).chain(["nobody".to_owned()]) {
        let (subject, bound) = (auth.subject(&user), auth.bind(&user));
        let scopes: BTreeSet<String> = subject.scopes().keys().map(ToString::to_string).collect();
        assert_eq!(scopes, oracle.scopes(&user), "{user}");
        calls_agree(&subject, &user, &endpoints, oracle);
        for permission in auth.catalog().permissions() {
            let (key, id) = (permission.key().as_str(), permission.id());
            let expected = oracle.decide(&user, key, None);
            assert_eq!(subject.check(id).to_string(), expected, "{user} {permission:?}");
            assert_eq!(bound.check(id), subject.check(id), "{user} {permission:?}");
            assert_eq!(bound.can(id), subject.can(id), "{user} {permission:?}");
            assert_eq!(subject.explain(id).decision, subject.check(id), "{user} {permission:?}");
            let reached = match oracle.usable(&user, key) {
                None => Reached::Nothing,
                Some(None) => Reached::Everything,
                Some(Some(ids)) => Reached::Only(ids.iter().map(|id| ResourceId::new(id).unwrap()).collect()),
            };
            assert_eq!(subject.reach_of(id), reached, "{user} {permission:?}");
            assert_eq!(subject.is_usable(id), !reached.is_nothing(), "{user} {permission:?}");
            compared += 1;
            for (kind, of) in kinds.iter().flat_map(|kind| RESOURCES.map(|of| (kind.as_str(), of))) {
                compared += 1;
                let resource = auth.catalog().resource(kind, of).unwrap();
                let expected = oracle.decide(&user, key, Some((kind, of)));
                assert_eq!(
                    subject.check_on(id, &resource).to_string(),
                    expected,
                    "{user} {permission:?} {of}"
                );
                assert_eq!(bound.check_on(id, &resource), subject.check_on(id, &resource));
                assert_eq!(subject.explain_on(id, &resource).decision, subject.check_on(id, &resource));
                // L4: the list equals the single questions.
                if permission.kind().is_some_and(|its| its.key().as_str() == kind) {
                    assert_eq!(reached.contains(of), expected == "allow", "{user} {permission:?} {of}");
                }
            }
        }
        compared += endpoints.len();
    }
    compared
}

pub fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}
