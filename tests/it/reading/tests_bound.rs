//! The bound tried on random worlds: an honest upgrade stays within it, each dishonest one is found.

use super::bound::{self, Bound, declared, restored_with_old, restored_without_old};
use super::carry::{steps, taken};
use super::checks::{gains, lost_limits, undeclared_gains};
use super::decide::observe;
use super::follows::changed_kinds;
use super::model::{Account, Catalog, Observed, Role};
use super::plain_upgrade::{Wrong, upgraded};
use super::random::{World, world};

const WORLDS: u64 = 2_000;
/// For each way to be wrong.
const WRONG_WORLDS: u64 = 600;

/// Every pair of versions of a world.
fn pairs(world: &World) -> [(&Catalog, &Catalog); 3] {
    let [first, second, third] = &world.catalogs;
    [(first, second), (first, third), (second, third)]
}

/// What the bound says of an upgrade of the account of a world, and how many pairs it was asked for.
fn found(seed: u64, wrong: Wrong) -> (Vec<String>, usize) {
    let world = world(seed);
    let (mut all, mut asked) = (Vec::new(), 0);
    let [first, ..] = &world.catalogs;
    for (old, new) in pairs(&world) {
        let account = match old == first {
            true => world.account.clone(),
            false if changed_kinds(first, old).is_empty() => {
                upgraded(first, old, &world.account, Wrong::Nothing)
            }
            false => continue,
        };
        if wrong != Wrong::ChangesKinds && !changed_kinds(old, new).is_empty() {
            continue;
        }
        asked += 1;
        let after = upgraded(old, new, &account, wrong);
        for user in account.users.keys() {
            let before = observe(old, &account, user);
            let seen = observe(new, &after, user);
            all.extend(undeclared_gains(user, &before, &seen, &declared(old, new, &account, user)));
        }
        if wrong != Wrong::MergesWide {
            all.extend(lost_limits(old, new, &account, &after));
        }
    }
    (all, asked)
}

#[test]
fn an_honest_upgrade_gains_nothing_undeclared() {
    let mut asked = 0;
    for seed in 0..WORLDS {
        let (gains, pairs) = found(seed, Wrong::Nothing);
        asked += pairs;
        assert_eq!(gains, Vec::<String>::new(), "seed {seed}: {:#?}", world(seed));
    }
    assert!(asked > WORLDS as usize, "most pairs can be upgraded: {asked}");
}

#[test]
fn every_dishonest_upgrade_is_found() {
    for wrong in [
        Wrong::DropsLimits,
        Wrong::OpensNewKinds,
        Wrong::SelectsAll,
        Wrong::MergesAny,
        Wrong::MergesWide,
        Wrong::Follows,
        Wrong::ChangesKinds,
    ] {
        let times = (0..WRONG_WORLDS).filter(|seed| !found(*seed, wrong).0.is_empty()).count();
        assert!(times >= 3, "{wrong:?} was found {times} times");
    }
}

#[test]
fn restoring_is_within_upgrading_and_the_same_catalog_alters_nothing() {
    for seed in 0..WORLDS {
        let world = world(seed);
        let [first, ..] = &world.catalogs;
        for user in world.account.users.keys() {
            let before = observe(first, &world.account, user);
            let same = declared(first, first, &world.account, user);
            assert!(undeclared_gains(user, &before, &before, &same).is_empty(), "seed {seed}");
            assert!(bound_of(&same, &before), "seed {seed}: nothing beyond what was");
            for new in &world.catalogs[1..] {
                let upgrade = declared(first, new, &world.account, user);
                let without = restored_without_old(first, new, &world.account, user);
                let with = restored_with_old(first, new, &world.account, user);
                for line in without.lines.iter().chain(&with.lines) {
                    assert!(line.granted.iter().all(|(it, place)| upgrade.may_use(it, place)), "seed {seed}");
                    assert!(line.scopes.iter().all(|scope| upgrade.may_have(scope)), "seed {seed}");
                }
                assert_eq!(with.within, Some(before.clone()));
            }
        }
    }
}

/// Does the bound give nothing but what was observed?
fn bound_of(bound: &Bound, seen: &Observed) -> bool {
    bound.lines.iter().all(|line| {
        line.granted.iter().all(|(it, place)| bound::contains(&seen.granted, it, place))
            && line.scopes.is_subset(&seen.scopes)
    })
}

/// Restored by the letter of P5, without the old catalog: what still counts.
fn counting(old: &Catalog, new: &Catalog, account: &Account) -> Account {
    let steps = steps(old, new);
    let roles = taken(&steps, |step| &step.roles);
    let permissions = taken(&steps, |step| &step.permissions);
    let scopes = taken(&steps, |step| &step.scopes);
    let mut after = account.clone();
    for role in after.custom.values_mut() {
        role.permissions.retain(|it| !permissions.contains(it));
        role.scopes.retain(|it| !scopes.contains(it));
    }
    let direct = after.users.values_mut().map(|user| &mut user.assignments);
    for held in direct.chain(after.teams.values_mut()) {
        held.retain(|(role, reach)| {
            !reach.is_limited() && !matches!(role, Role::Predefined(key) if roles.contains(key))
        });
    }
    after
}

#[test]
fn p5_an_honest_restoring_gains_nothing_and_a_naive_one_is_found() {
    let mut naive = 0;
    for seed in 0..WORLDS {
        let world = world(seed);
        let (old, new, account) = (&world.catalogs[0], &world.catalogs[1], &world.account);
        let counting = counting(old, new, account);
        for user in account.users.keys() {
            let before = observe(old, account, user);
            let without = restored_without_old(old, new, account, user);
            let seen = observe(new, &counting, user);
            assert_eq!(undeclared_gains(user, &before, &seen, &without), Vec::<String>::new(), "seed {seed}");
            let raw = observe(new, account, user);
            naive += usize::from(!undeclared_gains(user, &before, &raw, &without).is_empty());
            if changed_kinds(old, new).is_empty() {
                let after = observe(new, &upgraded(old, new, account, Wrong::Nothing), user);
                assert_eq!(gains(&after, &seen).granted, Observed::default().granted, "seed {seed}");
            }
        }
    }
    assert!(naive > 100, "{naive}");
}
