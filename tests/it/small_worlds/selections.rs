//! Every selection that a custom role can have, beside another role in every state, and from each every edit of the table
//! of R5: what is selected then, what the answer says, what an error names.

use rolecall::table::{Table, permission, role, scope, section};
use rolecall::{
    Account, AccountRecord, AssignmentRecord, Authorizer, Catalog, CustomRoleRecord, EditError, Effect,
    PermissionKey, Reach, RoleId, RoleRef, ScopeKey, ScopeSet, UserId, UserRecord,
};

use super::Seen;
use super::edits::every_edit;
use crate::oracle::{Oracle, Set, texts};
use crate::world::Wish;

/// Scopes that include each other in two steps, and permissions that provide some together.
const SELECTED: Table<'_> = Table::new("selected", 1)
    .scopes(&[scope("x").includes(&["y"]), scope("y").includes(&["z"]), scope("z")])
    .sections(&[section("s", "S").permissions(&[
        permission("p", "P").provides(&["x"]),
        permission("q", "Q").provides(&["y", "z"]),
        permission("r", "R").provides(&["x", "z"]),
    ])])
    .roles(&[role("pre", "Pre").grants(&["p", "q"])]);

const PERMISSIONS: [&str; 3] = ["p", "q", "r"];
const SCOPES: [&str; 3] = ["x", "y", "z"];

/// Which scopes each permission provides, as bits.
const PROVIDES: [u8; 3] = [0b001, 0b110, 0b101];

/// What a role grants and what it selects, as bits.
type State = (u8, u8);

fn states() -> Vec<State> {
    let provided = |granted: u8| (0..3).filter(|n| granted >> n & 1 == 1).fold(0, |all, n| all | PROVIDES[n]);
    let pairs = (0..8u8).flat_map(|granted| (0..8u8).map(move |selected| (granted, selected)));
    pairs.filter(|(granted, selected)| selected & !provided(*granted) == 0).collect()
}

fn chosen<T, E: std::fmt::Debug>(
    bits: u8,
    of: [&'static str; 3],
    new: impl Fn(&'static str) -> Result<T, E>,
) -> Vec<T> {
    (0..3).filter(|n| bits >> n & 1 == 1).map(|n| new(of[n]).unwrap()).collect()
}

/// Two custom roles, the first of which somebody holds.
fn record(blank: &AccountRecord, night: State, day: State) -> AccountRecord {
    let mut record = blank.clone();
    record.roles = [("day", day), ("night", night)]
        .map(|(id, (granted, selected))| CustomRoleRecord {
            id: RoleId::new(id).unwrap(),
            name: id.to_owned(),
            description: String::new(),
            permissions: chosen(granted, PERMISSIONS, PermissionKey::new),
            scopes: chosen(selected, SCOPES, ScopeKey::new),
            imports: Vec::new(),
        })
        .to_vec();
    let held = AssignmentRecord { role: RoleRef::custom("night").unwrap(), reach: Reach::everything() };
    record.users.push(UserRecord {
        id: UserId::new("u1").unwrap(),
        incarnation: super::incarnation(),
        suspended: false,
        assignments: vec![held],
        teams: Vec::new(),
    });
    record.with_checksum()
}

fn wishes() -> Vec<Wish> {
    let [pre, day, night] =
        [RoleRef::predefined("pre"), RoleRef::custom("day"), RoleRef::custom("night")].map(Result::unwrap);
    let mut all = Vec::new();
    for p in PERMISSIONS {
        all.extend([Wish::Grant("night", p), Wish::Revoke("night", p)]);
        all.extend(SCOPES.map(|s| Wish::GrantWithout("night", p, s)));
    }
    all.extend(SCOPES.into_iter().flat_map(|s| [Wish::Withhold("night", s), Wish::Release("night", s)]));
    all.extend([Wish::Select("night", "s"), Wish::Clear("night", "s")]);
    let both = [
        vec![pre.clone()],
        vec![day.clone()],
        vec![pre.clone(), day.clone()],
        vec![day.clone(), pre.clone()],
    ];
    all.extend(both.map(|from| Wish::Import("night", from)));
    all.extend([pre, day, night].map(|from| Wish::Duplicate(from, "copy", "Copy")));
    all
}

fn agrees(auth: &Authorizer, oracle: &Oracle) -> usize {
    let scopes: Set = auth.subject("u1").scopes().keys().map(ToString::to_string).collect();
    assert_eq!(scopes, oracle.scopes("u1"), "{oracle:?}");
    1
}

#[test]
fn r5_every_edit_of_every_selection_does_what_the_table_says() {
    let catalog = Catalog::from_table(&SELECTED).unwrap();
    let blank = Account::new(&catalog, "a").unwrap().record();
    let (states, wishes, mut seen) = (states(), wishes(), Seen::default());
    for night in &states {
        for day in &states {
            let account = Account::restore(&record(&blank, *night, *day), &catalog).unwrap();
            every_edit(&account, &wishes, |_| false, agrees, &mut seen);
            answers(&account);
        }
    }
    println!("{} wishes: {seen:?}", wishes.len());
    assert_eq!((states.len(), wishes.len(), seen.worlds), (39, 30, 39 * 39));
}

fn keys(scopes: &ScopeSet) -> Set {
    scopes.keys().map(ToString::to_string).collect()
}

/// R5: an answer says what was selected, or covered; an error what covers.
fn answers(account: &Account) {
    let night = RoleId::new("night").unwrap();
    let world = Oracle::read(&account.catalog().record(), &account.record());
    let selected = |account: &Account| {
        let Some(rolecall::Role::Custom(role)) = account.role(&night) else { panic!("it is custom") };
        keys(&role.scopes())
    };
    let before = selected(account);
    for p in PERMISSIONS {
        let mut edit = account.edit();
        let granted = edit.grant(&night, p).unwrap();
        assert_eq!(keys(&granted.scopes), &selected(edit.account()) - &before, "{p}: {world:?}");
    }
    for s in SCOPES {
        let covers = |held: &&String| world.covered(&Set::from([(*held).clone()])).contains(s);
        let covering: Set = before.iter().filter(covers).cloned().collect();
        let [mut withholding, mut releasing] = [account.edit(), account.edit()];
        match (withholding.withhold(&night, s), releasing.release(&night, s)) {
            (Ok(done), Ok(released)) => {
                assert!(world.offered("custom night").contains(s));
                assert_eq!(done == Effect::Changed, !covering.is_empty());
                assert_eq!(selected(withholding.account()), &before - &covering);
                assert_eq!(released.effect == Effect::Changed, !before.contains(s));
                assert_eq!(selected(releasing.account()), &before | &Set::from([s.to_owned()]));
                let mut covered = world.covered(&Set::from([s.to_owned()]));
                covered.remove(s);
                assert_eq!(keys(&released.covers), covered);
            }
            (Err(EditError::NotProvided { covered_by, .. }), Err(EditError::NotProvided { .. })) => {
                assert!(!world.offered("custom night").contains(s));
                assert_eq!(texts(&covered_by), covering);
            }
            other => panic!("{s}: {other:?}"),
        }
    }
    let mut edit = account.edit();
    let [pre, day] = [RoleRef::predefined("pre").unwrap(), RoleRef::custom("day").unwrap()];
    let imported = edit.import(&night, [&day, &pre]).unwrap();
    let told: Set = imported.sources.iter().flat_map(|source| keys(&source.scopes)).collect();
    assert_eq!(told, &selected(edit.account()) - &before, "{world:?}");
    assert_eq!(imported.sources.iter().map(|source| &source.source).collect::<Vec<_>>(), [&day, &pre]);
}
