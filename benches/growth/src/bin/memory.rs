//! Counts the bytes, for each number of users given: a line of naive map, account with its authorizer, and
//! map of names.

use std::collections::HashMap;

use allocation_counter::measure;
use foldhash::fast::RandomState;
use rolecall::{Account, Authorizer};

use world::{Rule, World};

#[allow(dead_code, reason = "each bench uses its own part of the world")]
#[path = "../../../shared/world.rs"]
mod world;

/// The naive map takes some 10 KB a user: beyond this many it is left out.
const MOST_NAIVE: usize = 100_000;

fn main() {
    for users in std::env::args().skip(1) {
        let users = users.parse().expect("a number of users");
        let world = World::new(users);
        let account = bytes(|| {
            Authorizer::new(
                Account::restore(&world.record, &world.catalog).expect("an account without faults"),
            )
        });
        let names = bytes(|| -> HashMap<String, (), RandomState> {
            world.record.users.iter().map(|user| (user.id.to_string(), ())).collect()
        });
        let naive = (users <= MOST_NAIVE).then(|| {
            let rule = Rule::new(&world);
            bytes(|| rule.naive_map())
        });
        println!("{} {account} {names}", naive.map_or_else(|| String::from("-"), |bytes| bytes.to_string()));
    }
}

/// What a value keeps of the memory taken to make it.
fn bytes<T>(make: impl FnOnce() -> T) -> i64 {
    let mut made = None;
    let counted = measure(|| made = Some(make()));
    drop(made);
    counted.bytes_current
}
