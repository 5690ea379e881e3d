//! Several processes that share the accounts of one PostgreSQL database.
//!
//! Writers append changes, and one of them wins each revision ([`writer`]). Readers follow, each with a copy of its
//! own in memory, and never answer from a state older than the question allows ([`replica`]).

pub mod catalogs;
pub mod failure;
pub mod journal;
pub mod link;
pub mod protocol;
pub mod replica;
pub mod stored;
pub mod writer;

pub use catalogs::Catalogs;
pub use failure::Failure;
pub use journal::Journal;
pub use link::{Backoff, Link};
pub use replica::{NoAnswer, Replica, Tempo};
pub use writer::{Writer, Written};
