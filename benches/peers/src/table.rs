//! Runs every engine in a process of its own, and writes the table.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine::Peer;
use crate::measure::Step;
use crate::world::Size;

/// What became of one engine on one world.
#[derive(Default)]
struct Outcome {
    built: Option<Duration>,
    compared: Option<(usize, u64)>,
    timed: Option<(f64, f64)>,
    /// Why something is missing.
    reason: Option<String>,
}

/// Prints the table, line by line as it is measured.
pub fn print(sizes: &[Size], peers: &[&Peer], limit: Duration) -> io::Result<()> {
    println!("{}", machine());
    let versions: Vec<_> = peers
        .chunk_by(|a, b| a.package == b.package)
        .map(|rows| format!("{} {}", rows[0].package, version(rows[0].package)))
        .collect();
    println!("{}.\n", versions.join(", "));
    for size in sizes {
        println!("- {}: {}", size.name, describe(size));
    }
    println!("\n| world | engine | ns a check | each after the last | build | memory | answers compared |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    for size in sizes {
        for peer in peers {
            println!("{}", row(peer, size, &outcome(peer, size, limit)?));
        }
    }
    Ok(())
}

fn describe(size: &Size) -> String {
    let [users, roles, permissions, teams] =
        [size.users, size.roles, size.permissions, size.teams].map(|n| grouped(n as u64));
    format!(
        "{users} users, {roles} roles, {permissions} permissions, {teams} teams; {} to {} permissions a role",
        size.grants.0, size.grants.1
    )
}

fn row(peer: &Peer, size: &Size, outcome: &Outcome) -> String {
    let none = || "-".to_owned();
    let (independent, dependent) = match outcome.timed {
        Some((independent, dependent)) => (nanoseconds(independent), nanoseconds(dependent)),
        None => (none(), none()),
    };
    let built = outcome.built.map_or_else(none, seconds);
    let (answers, bytes) = match outcome.compared {
        Some((answers, bytes)) => (share(answers, size), megabytes(bytes)),
        None => (none(), none()),
    };
    // The reason stands where the first figure is missing.
    let independent = outcome.reason.as_ref().map_or(independent, |reason| format!("- ({reason})"));
    let (world, engine) = (size.name, peer.name);
    format!("| {world} | {engine} | {independent} | {dependent} | {built} | {bytes} | {answers} |")
}

/// All questions, or how many there was time for.
fn share(answers: usize, size: &Size) -> String {
    if answers.is_power_of_two() && answers >= size.users { "all".into() } else { grouped(answers as u64) }
}

/// Measures one engine on one world.
fn outcome(peer: &Peer, size: &Size, limit: Duration) -> io::Result<Outcome> {
    let mut child = Command::new(env::current_exe()?)
        .args(["measure", peer.name, size.name])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut outcome = Outcome::default();
    let in_time = follow(&mut child, limit, &mut outcome);
    if !in_time {
        child.kill()?;
    }
    let status = child.wait()?;
    let doing = if outcome.built.is_none() { "build" } else { "answer" };
    if !in_time {
        outcome.reason = Some(format!("over {} s to {doing}", limit.as_secs()));
    } else if !status.success() {
        outcome.reason = Some(format!("failed to {doing}: {status}"));
    }
    Ok(outcome)
}

/// Notes what a process reports until it ends, or until the engine in it has used up its time.
fn follow(child: &mut Child, limit: Duration, outcome: &mut Outcome) -> bool {
    let (sender, steps) = mpsc::channel();
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    thread::spawn(move || {
        let reported = lines.map_while(Result::ok).filter_map(|line| Step::parse(&line));
        // Nobody listens any more once the time is used up.
        let _ = reported.map(|step| sender.send(step)).find(Result::is_err);
    });

    let mut started = None;
    loop {
        let left = started.map_or(Duration::MAX, |start: Instant| limit.saturating_sub(start.elapsed()));
        match steps.recv_timeout(left) {
            Ok(Step::Ready) => started = Some(Instant::now()),
            Ok(Step::Built(time)) => (started, outcome.built) = (None, Some(time)),
            Ok(Step::Compared { answers, bytes }) => outcome.compared = Some((answers, bytes)),
            Ok(Step::Timed { independent, dependent }) => outcome.timed = Some((independent, dependent)),
            Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => return false,
        }
    }
}

/// The machine, as far as it tells.
fn machine() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, {}.", name.map_or("Unknown processor", |(_, name)| name), env::consts::OS)
}

/// The version of a package that this program was built with.
fn version(package: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let named = |line: &str| line.strip_prefix("name = ") == Some(&format!("\"{package}\""));
    let mut lines = lock.lines().skip_while(|line| !named(line));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = "));
    version.map_or("unknown", |version| version.trim_matches('"'))
}

fn nanoseconds(time: f64) -> String {
    if time < 100.0 { format!("{time:.1}") } else { grouped(time.round() as u64) }
}

fn seconds(time: Duration) -> String {
    let time = time.as_secs_f64();
    if time < 1.0 { format!("{:.1} ms", time * 1e3) } else { format!("{time:.2} s") }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
