//! From each world every single edit, with every id there is and one there is not of each sort.

use rolecall::{Account, Assignee, Authorizer, Catalog, Edit, EditError, Effect, RoleRef};

use super::{Seen, Space, TINY, World, agrees, all_worlds};
use crate::model::Model;
use crate::review::differences_agree;
use crate::world::{Outcome, Wish, ask, without_past};

/// Every edit that can be asked for in a space, each method with every combination of its arguments.
fn wishes(space: &Space) -> Vec<Wish> {
    let custom: Vec<&'static str> = match &space.roles[0] {
        RoleRef::Predefined(_) => vec!["night", "none"],
        RoleRef::Custom(_) => vec!["night", "day", "none"],
    };
    let none = [RoleRef::predefined("none").unwrap(), RoleRef::custom("none").unwrap()];
    let roles: Vec<RoleRef> = space.roles.iter().cloned().chain(none).collect();
    let (users, teams) = (["u1", "u2", "new"], ["t", "none"]);
    let assignees: Vec<Assignee> = users
        .map(|id| Assignee::user(id).unwrap())
        .into_iter()
        .chain(teams.map(|id| Assignee::team(id).unwrap()))
        .collect();
    let mut all = Vec::new();
    for feature in ["f", "g", "none"] {
        all.extend([Wish::Enable(feature), Wish::Disable(feature)]);
    }
    for &role in &custom {
        for name in ["Night", "day", "PRE", " Other ", ""] {
            all.extend([Wish::CreateRole(role, name), Wish::RenameRole(role, name)]);
            all.extend(roles.iter().map(|from| Wish::Duplicate(from.clone(), role, name)));
        }
        all.extend(["", " About "].map(|text| Wish::DescribeRole(role, text)));
        all.push(Wish::DeleteRole(role));
        for permission in ["p", "q", "none"] {
            all.extend([Wish::Grant(role, permission), Wish::Revoke(role, permission)]);
            all.extend(roles.iter().map(|from| Wish::CatchUp(role, from.clone(), permission)));
        }
        for section in ["both", "empty", "none"] {
            all.extend([Wish::Select(role, section), Wish::Clear(role, section)]);
        }
        for scope in ["x", "y", "none"] {
            all.extend([Wish::Withhold(role, scope), Wish::Release(role, scope)]);
            all.extend(["p", "q"].map(|permission| Wish::GrantWithout(role, permission, scope)));
        }
        all.push(Wish::Import(role, Vec::new()));
        all.push(Wish::Import(role, space.roles.to_vec()));
        all.extend(roles.iter().map(|from| Wish::Import(role, vec![from.clone()])));
    }
    for team in teams {
        for name in ["Team", " Other ", ""] {
            all.extend([Wish::CreateTeam(team, name), Wish::RenameTeam(team, name)]);
        }
        all.push(Wish::DeleteTeam(team));
        all.extend(users.into_iter().flat_map(|user| [Wish::Join(team, user), Wish::Leave(team, user)]));
    }
    for (role, assignee) in roles.iter().flat_map(|role| assignees.iter().map(move |to| (role, to))) {
        all.push(Wish::Assign(role.clone(), assignee.clone()));
        all.push(Wish::Unassign(role.clone(), assignee.clone()));
    }
    for user in users {
        all.extend([Wish::Suspend(user), Wish::Reinstate(user), Wish::Remove(user)]);
    }
    all
}

/// Whether a wish names something that no catalog here has, or a name that says nothing: refused, whatever
/// else holds. The model knows no catalog.
fn is_refused(wish: &Wish) -> bool {
    match wish {
        Wish::Enable(key) | Wish::Disable(key) => *key == "none",
        Wish::Grant(_, key) | Wish::Revoke(_, key) | Wish::CatchUp(_, _, key) => *key == "none",
        Wish::Select(_, key) | Wish::Clear(_, key) => *key == "none",
        Wish::Withhold(_, key) | Wish::Release(_, key) | Wish::GrantWithout(_, _, key) => *key == "none",
        Wish::CreateRole(_, name) | Wish::RenameRole(_, name) | Wish::Duplicate(_, _, name) => {
            name.is_empty()
        }
        Wish::CreateTeam(_, name) | Wish::RenameTeam(_, name) => name.is_empty(),
        _ => false,
    }
}

/// R7: what is asked of a predefined role by its key, or of one that there is not.
fn of_predefined(edit: &mut Edit, role: &str) -> [Result<Effect, EditError>; 12] {
    [
        edit.rename_role(role, "Other"),
        edit.describe_role(role, "About"),
        edit.delete_role(role),
        edit.grant(role, "p").map(|granted| granted.effect),
        edit.grant_without(role, "p", ["x"]).map(|granted| granted.effect),
        edit.revoke(role, "p"),
        edit.select_section(role, "both").map(|granted| granted.effect),
        edit.clear_section(role, "both"),
        edit.import(role, ["pre"]).map(|imported| imported.effect),
        edit.catch_up(role, "pre", ["p"]),
        edit.withhold(role, "x"),
        edit.release(role, "x").map(|released| released.effect),
    ]
}

/// From one account, every wish by itself: it comes out as the model says and leads to what the model says,
/// replayed, refreshed and anew, and the preview says how that differs (V3); one that is refused or changes
/// nothing leaves nothing.
pub(super) fn every_edit(
    account: &Account,
    wishes: &[Wish],
    refused: fn(&Wish) -> bool,
    agrees: impl Fn(&Authorizer, &crate::oracle::Oracle) -> usize,
    seen: &mut Seen,
) {
    let (auth, model, before) = (Authorizer::new(account.clone()), Model::of(account), account.record());
    seen.worlds += 1;
    for wish in wishes {
        seen.edits += 1;
        let mut expected = model.clone();
        let outcome = if refused(wish) { Outcome::Refused } else { expected.wish(wish) };
        let mut edit = account.edit();
        assert_eq!(ask(&mut edit, wish), outcome, "{wish:?}: {model:?}");
        let edited = edit.account().clone();
        differences_agree(&auth.preview(&edit), &model.world, &expected.world);
        let Some(done) = edit.finish() else {
            assert!(!matches!(outcome, Outcome::Changed | Outcome::Remains(_)), "{wish:?}: {model:?}");
            assert_eq!(edited.record(), before, "{wish:?}");
            continue;
        };
        assert!(matches!(outcome, Outcome::Changed | Outcome::Remains(_)), "{wish:?}: {model:?}");
        let after = done.account();
        expected.equals(after);
        assert_eq!(account.replay(done.change()).unwrap().record(), after.record(), "{wish:?}: {model:?}");
        assert_eq!((Some(done.change().follows), Some(done.change().head())), (account.head(), after.head()));
        // P10: the same state by another past is another state.
        let mut other = done.change().clone();
        other.attribution.why = Some("otherwise".to_owned());
        let twin = account.replay(&other).unwrap();
        assert_eq!(without_past(twin.record()), without_past(after.record()));
        assert_eq!((twin.revision(), twin.head() == after.head()), (after.revision(), false));
        seen.decisions += agrees(&auth.refresh(after.clone()), &expected.world);
        seen.decisions += agrees(&Authorizer::new(after.clone()), &expected.world);
    }
    assert_eq!(account.record(), before, "P1");
}

/// Every edit from one world in `share`, or from all on request.
pub(super) fn share_of<W>(worlds: impl Iterator<Item = W>, share: usize) -> impl Iterator<Item = W> {
    worlds.step_by(if all_worlds() { 1 } else { share })
}

fn edits_of(space: &Space, worlds: impl Iterator<Item = World>) -> Seen {
    let (wishes, mut seen) = (wishes(space), Seen::default());
    for world in worlds {
        let account = space.account(&world);
        every_edit(&account, &wishes, is_refused, agrees, &mut seen);
        let mut edit = account.edit();
        for done in [of_predefined(&mut edit, "pre"), of_predefined(&mut edit, "none")].concat() {
            assert!(done.is_err(), "{done:?} {world:?}");
        }
        assert!(edit.finish().is_none());
    }
    println!("{} wishes: {seen:?}", wishes.len());
    seen
}

/// U1-U6, R1-R7, P1-P3: a predefined and a custom role, from one world in 97.
#[test]
fn u6_every_edit_of_small_worlds_does_what_it_says() {
    let space = Space::mixed(Catalog::from_table(&TINY).unwrap());
    let seen = edits_of(&space, share_of(space.worlds(), 97));
    assert_eq!(seen.edits, seen.worlds * 231);
    assert!([212, 20_540].contains(&seen.worlds));
}

/// The same with two custom roles, from one world in 997.
#[test]
fn u6_every_edit_of_small_worlds_of_two_custom_roles_does_what_it_says() {
    let space = Space::custom();
    let seen = edits_of(&space, share_of(space.worlds(), 997));
    assert_eq!(seen.edits, seen.worlds * 306);
    assert!([86, 85_288].contains(&seen.worlds));
}

/// R3: two custom roles in every state, one of which remembers an import from the other, or not; nobody else,
/// and no feature. All of them.
#[test]
fn r3_every_edit_of_a_role_that_imported_does_what_it_says() {
    let space = Space { imports: true, users: 0, ..Space::custom() };
    let worlds = space.worlds().filter(|world| world.features == 0 && world.team.is_none());
    let seen = edits_of(&space, worlds);
    assert_eq!((seen.worlds, seen.edits), (89, 89 * 306));
}
