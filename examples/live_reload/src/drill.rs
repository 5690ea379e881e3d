//! Threads that ask while an account is edited, and what they saw.
#![expect(clippy::disallowed_types, reason = "the library has no clock; a program that measures waits has")]

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::world::{World, answers_at};
use crate::{Failure, Live};

/// How often a reader loads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Loading {
    /// Once for a request: right.
    EachRequest,
    /// Anew for each question of a request: wrong, and here to show that the drill would notice.
    EachQuestion,
}

/// What the writer does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Writing {
    /// It edits and publishes.
    Edits,
    /// It only takes its time: how long do readers wait when there is nothing to wait for?
    Nothing,
}

/// What is to happen.
#[derive(Clone, Copy, Debug)]
pub struct Drill {
    pub readers: usize,
    pub rounds: u64,
    /// Between two rounds of the writer.
    pub pause: Duration,
    pub writing: Writing,
    pub loading: Loading,
}

/// What readers saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub requests: u64,
    /// Requests whose answers fit no whole edit.
    pub halves: u64,
    /// Requests that saw an earlier revision than the same reader's request before.
    pub back: u64,
    /// Loads that came to another revision than the load before: publishes that readers noticed.
    pub noticed: u64,
    pub waits: Waits,
}

/// How long loads took: so many below each power of two of nanoseconds, and the longest.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    counts: [u64; 32],
    pub longest: Duration,
}

impl Waits {
    fn add(&mut self, wait: Duration) {
        let nanos = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        let below = u64::BITS - nanos.leading_zeros();
        if let Some(count) = self.counts.get_mut(below as usize) {
            *count += 1;
        }
        self.longest = self.longest.max(wait);
    }

    /// A bound that so many of a million loads stayed below.
    #[must_use]
    pub fn bound(&self, of_a_million: u64) -> Duration {
        let all: u64 = self.counts.iter().sum();
        let mut left = u128::from(all) * u128::from(of_a_million) / 1_000_000;
        for (bits, count) in self.counts.iter().enumerate() {
            match left.checked_sub(u128::from(*count)) {
                Some(rest) => left = rest,
                None => return Duration::from_nanos(1 << bits),
            }
        }
        self.longest
    }

    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.longest = self.longest.max(other.longest);
    }
}

impl Seen {
    fn merge(mut self, other: &Self) -> Self {
        self.requests += other.requests;
        self.halves += other.halves;
        self.back += other.back;
        self.noticed += other.noticed;
        self.waits.merge(&other.waits);
        self
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = |wait: Duration| wait.as_secs_f64() * 1e6;
        write!(
            f,
            "{:>9} requests, {:>6} noticed a publish, {:>5} saw half of an edit, {} went back; \
             loads: half below {:.2} us, 99.99 % below {:.2} us, longest {:.0} us",
            self.requests,
            self.noticed,
            self.halves,
            self.back,
            micros(self.waits.bound(500_000)),
            micros(self.waits.bound(999_900)),
            micros(self.waits.longest),
        )
    }
}

impl Drill {
    /// Lets readers ask until the writer, on this thread, is done.
    pub fn run(self, world: &World, live: &Live) -> Result<Seen, Failure> {
        let (over, ready) = (AtomicBool::new(false), Barrier::new(self.readers + 1));
        thread::scope(|scope| {
            let readers: Vec<_> = (0..self.readers)
                .map(|_| {
                    scope.spawn(|| {
                        ready.wait();
                        self.read(world, live, &over)
                    })
                })
                .collect();
            ready.wait();
            let written = self.write(world, live);
            over.store(true, Ordering::Relaxed);
            let mut seen = Seen::default();
            for reader in readers {
                seen = seen.merge(&reader.join().map_err(|_| "a reader panicked")?);
            }
            written.map(|()| seen)
        })
    }

    fn write(self, world: &World, live: &Live) -> Result<(), Failure> {
        for _ in 0..self.rounds {
            if self.writing == Writing::Edits {
                live.edit(|edit| world.pass(edit))?;
            }
            thread::sleep(self.pause);
        }
        Ok(())
    }

    fn read(self, world: &World, live: &Live, over: &AtomicBool) -> Seen {
        let (mut seen, mut last) = (Seen::default(), 0);
        while !over.load(Ordering::Relaxed) {
            let began = Instant::now();
            let now = live.current();
            seen.waits.add(began.elapsed());

            let revision = now.account().revision();
            // Now and then in the middle of a request, somebody else gets the processor.
            let mut pause = seen.requests.is_multiple_of(64);
            let answers = world.ask(|| {
                if std::mem::take(&mut pause) {
                    thread::yield_now();
                }
                match self.loading {
                    Loading::EachRequest => Arc::clone(&now),
                    Loading::EachQuestion => live.current(),
                }
            });
            seen.requests += 1;
            seen.halves += u64::from(answers != answers_at(revision));
            seen.back += u64::from(revision < last);
            seen.noticed += u64::from(revision != last);
            last = revision;
        }
        seen
    }
}
