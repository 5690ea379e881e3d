//! What an account weighs, beside the naive map: a table, printed once.
//!
//! A bench of its own, as the counting allocator would slow the others down.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that fails says so by a panic")]

use allocation_counter::measure;
use rolecall::{Account, Authorizer};

use world::{Rule, World};

#[allow(dead_code, reason = "each bench uses its own part of the world")]
#[path = "shared/world.rs"]
mod world;

/// The naive map takes some 10 KB a user: beyond this many it is left out.
const MOST_NAIVE: usize = 200_000;

fn main() {
    let users = world::users(100_000);
    let world = World::new(users);

    let before = resident();
    let mut authorizer = None;
    let counted = measure(|| {
        let account = Account::restore(&world.record, &world.catalog).expect("an account without faults");
        authorizer = Some(Authorizer::new(account));
    });
    let resident = resident().zip(before).map(|(after, before)| after.saturating_sub(before));
    let per_user = |bytes: u64| bytes as f64 / users as f64;
    let live = |bytes: i64| u64::try_from(bytes).expect("more was taken than given back");
    println!("{users} users, ids of 16 bytes, authorizer included:");
    println!("  {:8.1} bytes a user, as asked of the allocator", per_user(live(counted.bytes_current)));
    println!("  {:8.1} bytes a user at most while it was restored", per_user(counted.bytes_max));
    if let Some(resident) = resident {
        println!("  {:8.1} bytes a user, resident", per_user(resident));
    }
    drop(authorizer);

    if users <= MOST_NAIVE {
        let rule = Rule::new(&world);
        let mut naive = None;
        let counted = measure(|| naive = Some(rule.naive_map()));
        println!("  {:8.1} bytes a user, naive map", per_user(live(counted.bytes_current)));
    }

    let (accounts, users) = (1_000, 10);
    let records: Vec<_> = (0..accounts).map(|seed| world.small_account(seed, users)).collect();
    let mut authorizers = Vec::with_capacity(records.len());
    let counted = measure(|| {
        authorizers.extend(records.iter().map(|record| {
            Authorizer::new(Account::restore(record, &world.catalog).expect("an account without faults"))
        }));
    });
    println!("accounts of {users} users, 3 custom roles and 2 teams, one catalog, authorizer included:");
    println!("  {:8.1} bytes an account", counted.bytes_current as f64 / accounts as f64);
}

/// Resident bytes of this process, where the system tells them.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
