//! Connections, and how long to wait before the next one.

use std::time::Duration;

use postgres::config::Config;
use postgres::{Client, NoTls};

use crate::Failure;

/// The longest that the server works on one statement, and that it waits for the next one of a transaction: a
/// process that was stopped in the middle does not keep the others waiting for ever.
const STATEMENT: Duration = Duration::from_secs(5);

/// Where the database is, and who connects.
#[derive(Clone)]
pub struct Link {
    config: Config,
    process: String,
}

impl Link {
    /// `database` is a connection string or URL; `process` is what the database shows of the connection.
    pub fn new(database: &str, process: &str) -> Result<Self, Failure> {
        let mut config: Config = database.parse()?;
        // A host that vanished sends nothing: without limits one would wait for it for hours.
        config.connect_timeout(Duration::from_secs(3)).tcp_user_timeout(Duration::from_secs(10));
        config.keepalives_idle(Duration::from_secs(10));
        Ok(Self { config, process: process.to_owned() })
    }

    /// A connection for this purpose.
    pub fn connect(&self, purpose: &str) -> Result<Client, Failure> {
        let mut config = self.config.clone();
        config.application_name(&format!("{} {purpose}", self.process));
        let mut client = config.connect(NoTls)?;
        let limit = STATEMENT.as_millis();
        client.batch_execute(&format!(
            "SET statement_timeout = {limit}; SET idle_in_transaction_session_timeout = {limit}"
        ))?;
        Ok(client)
    }
}

/// Waits that double up to a second, each shortened by chance: processes that lost the server at the same moment don't
/// come back at the same moment.
#[derive(Debug)]
pub struct Backoff(Duration);

impl Backoff {
    const FIRST: Duration = Duration::from_millis(20);
    const LONGEST: Duration = Duration::from_secs(1);

    #[must_use]
    pub fn new() -> Self {
        Self(Self::FIRST)
    }

    /// How long to wait now.
    pub fn pause(&mut self) -> Duration {
        let longest = self.0;
        self.0 = (longest * 2).min(Self::LONGEST);
        longest.mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// It worked.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}
