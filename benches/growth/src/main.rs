//! Draws what a check, an edit and the memory cost, from a hundred users to a million, and prints the
//! figures as a Markdown table:
//!
//! ```text
//! cargo run --release --manifest-path benches/growth/Cargo.toml -- benches/growth/growth.svg
//! ```
//!
//! It takes about two minutes. A quiet machine is worth the wait: other work shows as bumps in the lines.

#![expect(clippy::disallowed_types, reason = "the library has no clock; a program that measures it has")]

use std::error::Error;
use std::path::{Path, PathBuf};

use rolecall::{Account, Authorizer};

use figures::{Panel, Unit};
use world::{Rule, World};

mod checks;
mod edits;
mod figures;
mod memory;
mod plot;
mod time;

#[allow(dead_code, reason = "each bench uses its own part of the world")]
#[path = "../../shared/world.rs"]
mod world;

/// Whole and half powers of ten.
const SIZES: [usize; 9] = [100, 316, 1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000];

/// All sizes again and again, rather than each for long: what else the machine does for a while then
/// spoils one of the rounds, and not the best.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("growth.svg");
    let path = std::env::args_os().nth(1).map_or_else(beside, PathBuf::from);
    let mut check = Panel::new("A check", "one user after another, at random", Unit::Nanoseconds);
    let mut edit =
        Panel::new("An edit, published", "with the snapshot before it still held", Unit::Microseconds);
    let mut memory = Panel::new("Memory", "bytes a user; all share 200 custom roles", Unit::Bytes);

    // First, as it takes another program, which may fail to build.
    eprintln!("counting bytes");
    memory::measure(&SIZES, &mut memory)?;
    for round in 1..=ROUNDS {
        for users in SIZES {
            eprintln!("round {round} of {ROUNDS}: timing {users} users");
            let world = World::new(users);
            let authorizer = Authorizer::new(Account::restore(&world.record, &world.catalog)?);
            if round == 1 {
                world.compare(&authorizer);
            }
            checks::measure(users, &world, &authorizer, &mut check);
            edits::measure(users, &world, &Rule::new(&world), &authorizer, &mut edit);
        }
    }

    let panels = [check, edit, memory];
    plot::draw(&path, &panels)?;
    println!();
    print!("{}", figures::table(&SIZES, &panels));
    eprintln!("drew {}", path.display());
    Ok(())
}
