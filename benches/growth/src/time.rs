//! Medians, so that what else the machine does changes little.

use std::time::{Duration, Instant};

/// Many short ones rather than few long ones: most are over before the system interrupts them.
const BATCHES: usize = 51;

/// A batch is at least this long, so that reading the clock costs nothing beside it.
const LEAST: Duration = Duration::from_micros(500);

const WARM_UP: Duration = Duration::from_millis(20);

/// Nanoseconds for one call.
pub(crate) fn each(mut call: impl FnMut()) -> f64 {
    let (start, mut calls) = (Instant::now(), 0u32);
    while start.elapsed() < WARM_UP {
        call();
        calls += 1;
    }
    let calls = (LEAST.as_secs_f64() / start.elapsed().as_secs_f64() * f64::from(calls)).ceil() as u64;
    let batch = |_| {
        let start = Instant::now();
        for _ in 0..calls {
            call();
        }
        start.elapsed().as_nanos() as f64 / calls as f64
    };
    let mut batches: Vec<_> = (0..BATCHES).map(batch).collect();
    batches.sort_unstable_by(f64::total_cmp);
    batches[BATCHES / 2]
}
