//! Processes that share an account, on a PostgreSQL server that the tests start and stop themselves.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod busy;
mod failover;
mod faults;
mod process;
mod proxy;
mod quiet;
mod server;
mod upgrade;
