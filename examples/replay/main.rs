//! Replays data sets with known answers: builds catalog and accounts through the public interface, asks
//! everything, and compares.
//!
//! ```text
//! cargo run --release --example replay FILE...
//! ```
//!
//! Prints a line for each file: how many decisions were asked, how many were wrong, how long one takes.
//! Exits with 1 if anything did not agree, with 2 if a file is unreadable or malformed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use account::{World, build};
use judge::{Verdict, judge};
use set::Failure;

mod account;
mod catalog;
mod judge;
mod pace;
mod set;
mod update;

const MISMATCH: u8 = 1;
const UNREADABLE: u8 = 2;

fn main() -> ExitCode {
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        eprintln!("usage: replay FILE...");
        return ExitCode::from(UNREADABLE);
    }
    let outcomes = files.iter().map(|file| match replay(file) {
        Ok(Verdict { mismatches: 0, .. }) => 0,
        Ok(_) => MISMATCH,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            UNREADABLE
        }
    });
    ExitCode::from(outcomes.max().unwrap_or_default())
}

fn replay(path: &Path) -> Result<Verdict, Failure> {
    let file = set::read(path)?;
    let mut verdict = Verdict::default();
    let mut worlds: Vec<World> = Vec::new();
    for set in &file.sets {
        let world = build(set).map_err(|error| format!("set `{}`: {error}", set.name))?;
        judge(set, &world, &mut verdict).map_err(|error| format!("set `{}`: {error}", set.name))?;
        worlds.push(world);
    }
    let Verdict { decisions, mismatches, told } = &verdict;
    let pace = pace::nanoseconds(&worlds);
    println!("{}: {decisions} decisions, {mismatches} mismatches, {pace:.1} ns/decision", file.name);
    for mismatch in told {
        eprintln!("{mismatch}");
    }
    if *mismatches > told.len() {
        eprintln!("... and {} more mismatches", mismatches - told.len());
    }
    Ok(verdict)
}
