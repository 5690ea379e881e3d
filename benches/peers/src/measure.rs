//! One engine on one world, in a process of its own: built, compared, timed.
//!
//! Each step is reported on standard output as soon as it is done, so that whoever started this process knows
//! how far it came if it has to be stopped.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::{AllocationInfo, measure as counted, opt_out as not_counted};

use crate::engine::Engine;
use crate::world::{Question, World};

/// A slow engine is compared for so long, if not on all questions.
const COMPARING: Duration = Duration::from_secs(10);

/// How long a batch of questions takes, about, and how few it may have.
const BATCH: Duration = Duration::from_millis(100);
const FEWEST: usize = 8;

/// Batches of each kind; their median counts.
const BATCHES: usize = 11;

/// What is reported, a line each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// All that is needed is there: from here on the engine is at work.
    Ready,
    Built(Duration),
    /// So many answers were as expected; so many bytes does the engine hold.
    Compared {
        answers: usize,
        bytes: u64,
    },
    /// Nanoseconds a check.
    Timed {
        independent: f64,
        dependent: f64,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => write!(f, "ready"),
            Self::Built(time) => write!(f, "built {}", time.as_nanos()),
            Self::Compared { answers, bytes } => write!(f, "compared {answers} {bytes}"),
            Self::Timed { independent, dependent } => write!(f, "timed {independent} {dependent}"),
        }
    }
}

impl Step {
    /// The step that a line reports.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        Some(match words.next()? {
            "ready" => Self::Ready,
            "built" => Self::Built(Duration::from_nanos(words.next()?.parse().ok()?)),
            "compared" => {
                Self::Compared { answers: words.next()?.parse().ok()?, bytes: words.next()?.parse().ok()? }
            }
            "timed" => Self::Timed {
                independent: words.next()?.parse().ok()?,
                dependent: words.next()?.parse().ok()?,
            },
            _ => return None,
        })
    }
}

/// Measures an engine.
///
/// What it holds is counted in the bytes that it asked of the allocator and has not given back, by this thread:
/// no engine starts another. Counting costs a few nanoseconds an allocation while it builds, and is off while
/// checks are timed.
pub fn measure<E: Engine>(world: &World) {
    println!("{}", Step::Ready);
    let mut built = None;
    let start = Instant::now();
    let building = counted(|| built = Some(E::build(world)));
    println!("{}", Step::Built(start.elapsed()));
    let mut engine = built.expect("it was built");

    // Only now, so that the engine was built on a heap without holes, as at the start of a service.
    let expected = world.expected();
    println!("{}", Step::Ready);
    let (mut answers, start) = (0, Instant::now());
    let comparing = counted(|| answers = compare(&mut engine, world, &expected));
    let a_check = start.elapsed() / u32::try_from(answers).expect("few questions");
    println!("{}", Step::Compared { answers, bytes: held(&[building, comparing]) });

    let (mut independent, mut dependent) = (0.0, 0.0);
    not_counted(|| (independent, dependent) = time(&mut engine, &world.questions, a_check));
    println!("{}", Step::Timed { independent, dependent });
}

/// Nanoseconds a check: independent of one another, and each waiting for the one before.
fn time<E: Engine>(engine: &mut E, questions: &[Question], a_check: Duration) -> (f64, f64) {
    let mut rounds = Rounds::new(questions, a_check);
    let independent = rounds.median(|at, count| {
        let mut allowed = 0;
        for n in 0..count {
            let question = &questions[(at + n) & (questions.len() - 1)];
            allowed += usize::from(engine.allows(&question.user, question.permission));
        }
        black_box(allowed);
    });
    let dependent = rounds.median(|at, count| {
        let (mut at, mut answer) = (at, false);
        for _ in 0..count {
            // Always 0, which the compiler does not know: the next question waits for the answer.
            at += 1 + (black_box(usize::from(answer)) >> 1);
            let question = &questions[at & (questions.len() - 1)];
            answer = engine.allows(&question.user, question.permission);
        }
        black_box(answer);
    });
    (independent, dependent)
}

/// Compares all answers, or as many as there is time for, and says how many.
fn compare<E: Engine>(engine: &mut E, world: &World, expected: &[bool]) -> usize {
    let start = Instant::now();
    let mut compared = 0;
    for (Question { user, permission }, expected) in world.questions.iter().zip(expected) {
        let key = &world.permissions[*permission].key;
        assert_eq!(engine.allows(user, *permission), *expected, "{}: {user} {key}", E::NAME);
        compared += 1;
        if start.elapsed() > COMPARING {
            break;
        }
    }
    compared
}

/// The bytes that are held after all of this.
fn held(counted: &[AllocationInfo]) -> u64 {
    let sum = counted.iter().map(|info| info.bytes_current).sum::<i64>();
    u64::try_from(sum).expect("more was taken than given back")
}

/// Goes through the questions in batches, each going on where the last one ended.
struct Rounds {
    at: usize,
    count: usize,
}

impl Rounds {
    fn new(questions: &[Question], a_check: Duration) -> Self {
        assert!(questions.len().is_power_of_two(), "a position is masked to stay in the list");
        let fitting = BATCH.as_nanos() / a_check.as_nanos().max(1);
        let count = usize::try_from(fitting).unwrap_or(usize::MAX).clamp(FEWEST, questions.len());
        Self { at: 0, count }
    }

    /// Nanoseconds a question in the median batch, which is given a position and a number of questions.
    fn median(&mut self, mut batch: impl FnMut(usize, usize)) -> f64 {
        let mut times: Vec<_> = (0..BATCHES)
            .map(|_| {
                let start = Instant::now();
                batch(self.at, self.count);
                let elapsed = start.elapsed();
                self.at += self.count;
                elapsed
            })
            .collect();
        times.sort_unstable();
        times[BATCHES / 2].as_nanos() as f64 / self.count as f64
    }
}
