//! Searches without coverage, on a stable toolchain: mutates the seeds and the corpus of targets for some seconds.
//!
//! `cargo run --release --no-default-features --example search -- 120 account journal`: without names, all of them. What
//! fails is written into the folder for temporary files, and named.

#![expect(
    clippy::disallowed_types,
    reason = "the library has no clock; a search has a time, and begins anew each time"
)]

use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use rolecall_fuzz::mutate::Dice;
use rolecall_fuzz::targets::{Check, TARGETS};
use rolecall_fuzz::{mutator, samples};

/// Longest input, in bytes.
const LONGEST: usize = 16 * 1024;

/// Most inputs that are mutated further.
const KEPT: usize = 4_096;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().ok_or("for how many seconds?")?.parse()?;
    let names: Vec<String> = arguments.collect();
    let mut failed = 0;
    for (name, check) in TARGETS {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            failed += search(name, check, Duration::from_secs(seconds))?;
        }
    }
    if failed > 0 { Err(format!("{failed} failed").into()) } else { Ok(()) }
}

fn search(name: &str, check: Check, time: Duration) -> std::io::Result<usize> {
    let mut kept = samples::seeds(name);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    if corpus.is_dir() {
        for file in std::fs::read_dir(corpus)? {
            kept.push(std::fs::read(file?.path())?);
        }
    }
    let seed =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let (mut dice, started) = (Dice::new(seed), Instant::now());
    let (mut runs, mut accepted, mut failed) = (0_u64, 0_u64, 0);
    while started.elapsed() < time {
        let Some(mut bytes) = kept.get(dice.below(kept.len())).cloned() else { break };
        alter(name, &mut bytes, &mut dice);
        runs += 1;
        match catch_unwind(|| check(&bytes)) {
            Ok(true) => {
                accepted += 1;
                let at = dice.below(KEPT);
                match kept.get_mut(at) {
                    Some(place) => *place = bytes,
                    None => kept.push(bytes),
                }
            }
            Ok(false) => {}
            Err(_) => {
                failed += 1;
                let path = std::env::temp_dir().join(format!("rolecall-{name}-{seed}-{failed}"));
                std::fs::write(&path, &bytes)?;
                println!("{name}: fails on {}", path.display());
                if failed >= 5 {
                    break;
                }
            }
        }
    }
    println!("{name}: {runs} runs, {accepted} accepted, {failed} failed, from {seed}");
    Ok(failed)
}

/// One mutation as the fuzzer makes them: of JSON where that is read, else of bytes.
fn alter(name: &str, bytes: &mut Vec<u8>, dice: &mut Dice) {
    let seed = u32::try_from(dice.below(u32::MAX as usize)).unwrap_or(0);
    let size = bytes.len();
    let mut room = bytes.clone();
    room.resize(LONGEST.max(size), 0);
    let altered = match name {
        "keys" | "edits" => None,
        "journal" => mutator::lines(&mut room, size, LONGEST, seed),
        _ => mutator::document(&mut room, size, LONGEST, seed),
    };
    if let Some(size) = altered {
        room.truncate(size);
        *bytes = room;
        return;
    }
    for _ in 0..=dice.below(4) {
        let (at, byte) = (dice.below(bytes.len()), u8::try_from(dice.below(256)).unwrap_or(0));
        match dice.below(4) {
            0 if !bytes.is_empty() => _ = bytes.remove(at),
            1 => bytes.insert(at, byte),
            2 if bytes.len() < LONGEST => bytes.extend_from_within(at..),
            _ => bytes.get_mut(at).into_iter().for_each(|place| *place = byte),
        }
    }
}
