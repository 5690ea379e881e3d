//! The generator tried on the readings: every list equals its single questions, every edit keeps to the table.

use super::decide::{OnWhich, allowed, kind_of, on_which, resource_is_on, usable};
use super::edits;
use super::model::{Keys, Role};
use super::random::{RESOURCES, Rng, World, world};
use super::scopes::{granted_scopes, provided, scopes};

const WORLDS: u64 = 2_000;

#[test]
fn l4_every_list_equals_its_single_questions() {
    for seed in 0..WORLDS {
        let World { catalogs: [catalog, ..], account, .. } = world(seed);
        for (user, known) in &account.users {
            assert!(scopes(&catalog, &account, user).is_subset(&granted_scopes(&catalog, &account, user)));
            for permission in catalog.permissions.keys() {
                let Some(kind) = kind_of(&catalog, permission) else { continue };
                let list = on_which(&catalog, &account, user, permission);
                for resource in RESOURCES {
                    let listed = match &list {
                        OnWhich::Exactly(on) => on.contains(resource),
                        OnWhich::EverythingBut(off) => !off.contains(resource),
                    };
                    let on = Some((kind, resource));
                    assert_eq!(listed, allowed(&catalog, &account, user, permission, on), "seed {seed}");
                    assert!(
                        !listed || !known.suspended && resource_is_on(&catalog, &account, kind, resource)
                    );
                }
                let is_everywhere = matches!(list, OnWhich::EverythingBut(_));
                assert_eq!(is_everywhere, allowed(&catalog, &account, user, permission, None));
                let reaches = list != OnWhich::Exactly(Keys::new());
                assert_eq!(reaches, usable(&catalog, &account, user, permission), "seed {seed}");
            }
        }
    }
}

#[test]
fn r5_the_selection_stays_within_what_is_provided_and_repeating_alters_nothing() {
    for seed in 0..WORLDS {
        let World { catalogs: [catalog, ..], account, .. } = world(seed);
        let mut rng = Rng(seed);
        let permissions: Vec<String> = catalog.permissions.keys().cloned().collect();
        let all: Vec<String> = catalog.scopes.keys().cloned().collect();
        let mut role = account.custom["c0"].clone();
        for _ in 0..6 {
            let permission = rng.pick(&permissions).unwrap_or_default();
            let scope = rng.pick(&all).unwrap_or_default();
            let wanted = rng.some(&permissions, 2);
            let edit = |role: &_, which| match which {
                0 => edits::grant(&catalog, role, &permission, &Keys::new()),
                1 => edits::revoke(&catalog, role, &permission),
                2 => edits::withhold(&catalog, role, &scope),
                3 => edits::release(&catalog, role, &scope),
                4 => edits::import(&catalog, &account, role, &[Role::predefined("r0"), Role::custom("c1")]),
                _ => edits::set_permissions(&catalog, role, &wanted),
            };
            let which = rng.below(6);
            let (after, outcome) = edit(&role, which);
            assert_eq!(matches!(outcome, edits::Outcome::Changed(_)), after != role, "seed {seed}");
            assert!(after.scopes.is_subset(&provided(&catalog, &after.permissions)), "seed {seed}");
            assert_eq!(edit(&after, which).0, after, "seed {seed}");
            role = after;
        }
    }
}

#[test]
fn worlds_are_equal_by_seed_and_differ_by_seed() {
    assert_eq!(world(7).account, world(7).account);
    assert_eq!(world(7).catalogs, world(7).catalogs);
    assert_ne!(world(7).catalogs, world(8).catalogs);
}

#[test]
fn changes_of_every_sort_come_up() {
    let all: Vec<String> = (0..300).flat_map(|seed| world(seed).changes.concat()).collect();
    let without_numbers = |it: &String| it.chars().filter(|it| !it.is_ascii_digit()).collect::<String>();
    let all: Keys = all.iter().map(without_numbers).collect();
    for sort in ["f", "k", "p", "r", "s"] {
        let one = format!("[{sort:?}]");
        let two = format!("[{sort:?}, {sort:?}]");
        for words in [
            format!("{sort} is gone without a word"),
            format!("{one} became [], needing All"),
            format!("{one} became {one}, needing All"),
            format!("{two} became {one}, needing All"),
        ] {
            assert!(all.contains(&words), "{words}");
        }
        for words in [format!("{one} became {two}, needing All"), format!("{two} became {one}, needing Any")]
        {
            assert!(["f", "k"].contains(&sort) || all.contains(&words), "{words}");
        }
    }
    for words in
        ["provides s", "includes s", "requires f", "grants p", "is exercised on", "leaves its kind", "is new"]
    {
        assert!(all.iter().any(|it| it.contains(words)), "{words}");
    }
}
