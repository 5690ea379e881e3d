//! How long a decision takes.
#![expect(clippy::disallowed_types, reason = "the library has no clock; a program that measures it has")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::account::World;

/// A pass asks at least this often, so that a small set is not lost in the resolution of the clock.
const LEAST: usize = 100_000;

/// Nanoseconds for a decision: the best of three passes over every pair, each user resolved once.
pub(crate) fn nanoseconds(worlds: &[World]) -> f64 {
    let accounts =
        || worlds.iter().flat_map(|world| world.accounts.iter().map(move |account| (world, account)));
    let pairs: usize = accounts().map(|(world, account)| world.permissions.len() * account.asked.len()).sum();
    if pairs == 0 {
        return 0.0;
    }
    let rounds = LEAST.div_ceil(pairs);
    let pass = || {
        let start = Instant::now();
        for _ in 0..rounds {
            for (world, account) in accounts() {
                for user in &account.asked {
                    let subject = account.authorizer.subject(user);
                    for permission in &world.permissions {
                        let _ = black_box(subject.check(black_box(*permission)));
                    }
                }
            }
        }
        start.elapsed()
    };
    let best = (0..3).map(|_| pass()).min().unwrap_or(Duration::ZERO);
    best.as_secs_f64() * 1e9 / (rounds * pairs) as f64
}
