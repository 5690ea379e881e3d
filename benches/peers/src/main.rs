//! One workload through rolecall and through other authorization crates: answers compared, then timed.
//!
//! Every engine is set up as its own documentation recommends; how, and what it cannot do, says the file of each.
//! All get the same plain data and the same questions.

#![forbid(unsafe_code)]

use std::error::Error;
use std::time::Duration;

use clap::{Parser, Subcommand};

use engine::{PEERS, Peer};
use world::{SIZES, Size, World};

mod casbin;
mod cedar;
mod differential;
mod engine;
mod gatehouse;
mod measure;
mod regorus;
mod role_system;
mod rolecall;
mod rust_rbac;
mod table;
mod translate;
mod world;

#[cfg(test)]
mod tests;

/// Runs one workload through rolecall and through other authorization crates, and prints a table.
#[derive(Parser)]
struct Arguments {
    /// Worlds, by name
    #[arg(long, value_delimiter = ',', default_values = SIZES.map(|size| size.name))]
    sizes: Vec<String>,

    /// Engines, by crate: all, unless some are named
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,

    /// Seconds that an engine may take to build a world, and again to answer; comparing alone takes up to ten
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(20..))]
    limit: u64,

    #[command(subcommand)]
    command: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Random rolecall accounts, translated for Cedar and Casbin: all decisions must agree
    Differential {
        /// Decisions to compare, at least
        #[arg(long, default_value_t = 1_000_000)]
        decisions: usize,

        /// The first account; each next one has the next seed
        #[arg(long, default_value_t = 2026)]
        seed: u64,
    },

    /// One engine on one world, in this process: what each line of the table is made of
    #[command(hide = true)]
    Measure { engine: String, size: String },
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Task::Differential { decisions, seed }) => differential::print(decisions, seed),
        Some(Task::Measure { engine, size }) => {
            let peer = PEERS.iter().find(|peer| peer.name == engine).ok_or("no such engine")?;
            (peer.measure)(&World::new(&size_named(&size)?));
        }
        None => {
            let sizes: Vec<_> =
                arguments.sizes.iter().map(|name| size_named(name)).collect::<Result<_, _>>()?;
            table::print(&sizes, &chosen(&arguments.engines)?, Duration::from_secs(arguments.limit))?;
        }
    }
    Ok(())
}

fn size_named(name: &str) -> Result<Size, String> {
    let found = SIZES.into_iter().find(|size| size.name == name);
    found.ok_or_else(|| format!("no world `{name}`: there are {}", SIZES.map(|size| size.name).join(", ")))
}

fn chosen(packages: &[String]) -> Result<Vec<&'static Peer>, String> {
    static ALL: [Peer; PEERS.len()] = PEERS;
    if let Some(unknown) = packages.iter().find(|name| ALL.iter().all(|peer| peer.package != *name)) {
        return Err(format!("no engine `{unknown}`"));
    }
    let wanted = |peer: &&Peer| packages.is_empty() || packages.iter().any(|name| name == peer.package);
    Ok(ALL.iter().filter(wanted).collect())
}
