//! Whether readers hinder each other: two threads that ask, against one, while a writer publishes a thousand
//! edits a second. A table, printed once.
//!
//! Readers take the published authorizer once for each request of sixteen questions, as a service does.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that fails says so by a panic")]
#![expect(clippy::disallowed_types, reason = "a bench measures time; the library has no clock")]

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use rolecall::{Account, Authorizer};

use world::{Rule, World};

#[allow(dead_code, reason = "each bench uses its own part of the world")]
#[path = "shared/world.rs"]
mod world;

const EDITS_A_SECOND: u32 = 1_000;
const QUESTIONS_A_REQUEST: usize = 16;
const ROUNDS: usize = 9;

fn main() {
    let once = std::env::args().any(|argument| argument == "--test");
    let world = World::new(world::users(100_000));
    let account = Account::restore(&world.record, &world.catalog).expect("an account without faults");
    let authorizer = Authorizer::new(account);
    world.compare(&authorizer);

    let round = Duration::from_millis(if once { 20 } else { 500 });
    let mut ratios = Vec::new();
    // Turn by turn, so that what else the machine does hits both alike.
    for _ in 0..if once { 1 } else { ROUNDS } {
        let (one, two) = (measure(&world, &authorizer, 1, round), measure(&world, &authorizer, 2, round));
        println!(
            "{:6.2} M answers a second with one reader, {:6.2} M with two; {} edits a second published",
            one.answers / 1e6,
            two.answers / 1e6,
            two.edits.round(),
        );
        ratios.push(two.answers / one.answers);
    }
    ratios.sort_unstable_by(f64::total_cmp);
    println!("two readers answer {:.2} times as much as one (median)", ratios[ratios.len() / 2]);
}

struct Throughput {
    answers: f64,
    edits: f64,
}

fn measure(world: &World, authorizer: &Authorizer, readers: usize, length: Duration) -> Throughput {
    let published = ArcSwap::from_pointee(authorizer.clone());
    let (stop, answers, edits) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let assignments = world.new_assignments(&Rule::new(world));
    let started = Instant::now();
    thread::scope(|threads| {
        for reader in 0..readers {
            let (published, stop, answers) = (&published, &stop, &answers);
            threads.spawn(move || {
                let mut asked = 0;
                let requests = world.questions.chunks(QUESTIONS_A_REQUEST);
                let start = reader * requests.len() / 2;
                let requests = requests.cycle().skip(start);
                for request in requests.take_while(|_| !stop.load(Ordering::Relaxed)) {
                    let authorizer = published.load();
                    for question in request {
                        black_box(authorizer.subject(&question.user).can(question.id));
                    }
                    asked += request.len() as u64;
                }
                answers.fetch_add(asked, Ordering::Relaxed);
            });
        }
        let pause = Duration::from_secs(1) / EDITS_A_SECOND;
        for (n, (role, user)) in (1..).zip(assignments.iter().cycle()) {
            let before = published.load_full();
            let mut edit = before.account().edit();
            edit.assign(role, user).expect("a known role");
            if let Some(done) = edit.finish() {
                published.store(before.refresh(done.into_account()).into());
                edits.fetch_add(1, Ordering::Relaxed);
            }
            if started.elapsed() >= length {
                break;
            }
            thread::sleep((pause * n).saturating_sub(started.elapsed()));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let seconds = started.elapsed().as_secs_f64();
    let a_second = |count: AtomicU64| count.into_inner() as f64 / seconds;
    Throughput { answers: a_second(answers), edits: a_second(edits) }
}
