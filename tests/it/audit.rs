//! Who gave it (G2): what a way rests on is what is in force, by the keys of the time, and nothing of anybody else.

use rolecall::table::{merged, permission, renamed, role, section, since};

use crate::naive_upgrade::accepted;
use rolecall::{Account, Assignee, Catalog, CatalogBuilder, Change, Edit, RoleId, origins};

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

fn team(id: &str) -> Assignee {
    Assignee::team(id).unwrap()
}

fn night() -> RoleId {
    RoleId::new("night").unwrap()
}

fn first() -> Catalog {
    let keys = ["a", "b", "x"].map(|key| permission(key, "May"));
    let catalog = Catalog::builder("acme", 1).section(section("all", "All").permissions(&keys));
    let catalog = catalog.role(role("one", "One").grants(&["a"])).role(role("two", "Two").grants(&["b"]));
    catalog.role(role("same", "Same").grants(&["x"])).build().unwrap()
}

fn second() -> CatalogBuilder {
    let keys = ["c", "x"].map(|key| permission(key, "May"));
    let catalog = Catalog::builder("acme", 2).section(section("all", "All").permissions(&keys));
    catalog.role(role("both", "Both").grants(&["c"])).role(role("same", "Same").grants(&["x"]))
}

/// Either of two gives what they became.
fn next() -> Catalog {
    let permissions = [merged(&["a", "b"], "c").of_any()];
    let roles = [merged(&["one", "two"], "both").of_any()];
    second().successions(since(2).permissions(&permissions).roles(&roles)).build().unwrap()
}

type Step = fn(&mut Edit);

/// The revisions that Maja's ways to a permission rest on, after these sessions and perhaps an upgrade.
fn rests_on(steps: &[Step], upgrade: Option<&Catalog>, permission: &str) -> Vec<Vec<u64>> {
    let start = Account::new(&first(), "initech").unwrap();
    let (mut account, mut journal) = (start.clone(), Vec::<Change>::new());
    for step in steps {
        let mut edit = account.edit();
        step(&mut edit);
        let done = edit.finish().unwrap();
        journal.push(done.change().clone());
        account = done.into_account();
    }
    if let Some(catalog) = upgrade {
        journal.push(accepted(account.upgrade(catalog).unwrap()).change().clone());
    }
    let found =
        origins(&start, &journal, upgrade.map_or(&[], std::slice::from_ref), "maja", permission).unwrap();
    found.iter().map(|origin| origin.entries.iter().map(|entry| entry.revision).collect()).collect()
}

/// Maja has `x` by a custom role and by a team, and `a` by a predefined role. Ivo has the same.
fn begin(edit: &mut Edit) {
    for role in ["night", "day"] {
        let id = RoleId::new(role).unwrap();
        edit.create_role(&id, role).unwrap();
        edit.grant(&id, "x").unwrap();
    }
    for id in ["desk", "other"] {
        edit.create_team(id, id).unwrap();
        edit.assign("same", team(id)).unwrap();
    }
    for id in ["maja", "ivo"] {
        edit.assign(night(), user(id)).unwrap();
        edit.assign("one", user(id)).unwrap();
        edit.add_member("desk", id).unwrap();
    }
}

#[test]
fn g2_edits_of_others_leave_a_way_as_it_was() {
    let others: [Step; 6] = [
        |edit| _ = edit.revoke(RoleId::new("day").unwrap(), "x").unwrap(),
        |edit| _ = edit.delete_role(RoleId::new("day").unwrap()).unwrap(),
        |edit| _ = edit.delete_team("other").unwrap(),
        |edit| _ = edit.unassign("one", user("ivo")).unwrap(),
        |edit| _ = edit.remove_member("desk", "ivo").unwrap(),
        |edit| _ = edit.remove_user("ivo").unwrap(),
    ];
    for step in others {
        // By the team: assigned and joined; by the custom role: assigned and granted.
        assert_eq!(rests_on(&[begin, step], None, "x"), [[1, 1], [1, 1]]);
        assert_eq!(rests_on(&[begin, step], None, "a"), [[1]]);
    }
}

#[test]
fn g2_an_upgrade_that_changed_nothing_of_a_way_is_no_part_of_it() {
    assert_eq!(rests_on(&[begin], Some(&next()), "x"), [[1, 1], [1, 1]]);
    assert_eq!(rests_on(&[begin], Some(&next()), "c"), [[1, 2]]);
}

#[test]
fn g2_what_was_taken_back_before_an_upgrade_does_not_count_after_it() {
    let either = next();
    let revoked: [Step; 3] = [
        |edit| {
            edit.create_role(&night(), "Night").unwrap();
            edit.grant(night(), "b").unwrap();
            edit.assign(night(), user("maja")).unwrap();
        },
        |edit| _ = edit.grant(night(), "a").unwrap(),
        |edit| _ = edit.revoke(night(), "a").unwrap(),
    ];
    assert_eq!(rests_on(&revoked, Some(&either), "c"), [[1, 1, 4]]);
    let one: Step = |edit| _ = edit.assign("one", user("maja")).unwrap();
    let two: Step = |edit| _ = edit.assign("two", user("maja")).unwrap();
    let unassigned: Step = |edit| _ = edit.unassign("one", user("maja")).unwrap();
    assert_eq!(rests_on(&[one, unassigned, two], Some(&either), "c"), [[3, 4]]);
    let removed: Step = |edit| _ = edit.remove_user("maja").unwrap();
    assert_eq!(rests_on(&[one, removed, two], Some(&either), "c"), [[3, 4]]);
    let desk: [Step; 3] = [
        |edit| {
            edit.create_team("desk", "Desk").unwrap();
            edit.assign("one", team("desk")).unwrap();
            edit.add_member("desk", "maja").unwrap();
        },
        |edit| _ = edit.delete_team("desk").unwrap(),
        |edit| {
            edit.create_team("desk", "Desk").unwrap();
            edit.assign("two", team("desk")).unwrap();
            edit.add_member("desk", "maja").unwrap();
        },
    ];
    assert_eq!(rests_on(&desk, Some(&either), "c"), [[3, 3, 4]]);
    // Whoever was removed has to join again; the team kept its role.
    let again: Step = |edit| _ = edit.add_member("desk", "maja").unwrap();
    assert_eq!(rests_on(&[desk[0], removed, again], None, "a"), [[1, 3]]);
}

/// A later role of the same id rests on nothing that the deleted one was granted.
#[test]
fn r6_a_role_of_the_same_id_rests_on_nothing_of_before() {
    let became = [renamed("b", "c"), renamed("a", "c")];
    let each = second().successions(since(2).permissions(&became)).build().unwrap();
    let steps: [Step; 3] = [
        |edit| {
            edit.create_role(&night(), "Night").unwrap();
            edit.grant(night(), "a").unwrap();
            // Another role keeps the key on the account: so the upgrade renames it.
            edit.create_role(&RoleId::new("day").unwrap(), "Day").unwrap();
            edit.grant(RoleId::new("day").unwrap(), "a").unwrap();
        },
        |edit| _ = edit.delete_role(night()).unwrap(),
        |edit| {
            edit.create_role(&night(), "Night").unwrap();
            edit.grant(night(), "b").unwrap();
            edit.assign(night(), user("maja")).unwrap();
        },
    ];
    assert_eq!(rests_on(&steps, Some(&each), "c"), [[3, 3, 4]]);
}
