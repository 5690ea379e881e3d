//! An account that is edited while requests ask about it.
//!
//! - [`Live`]: what readers load and the writer publishes. The part to copy.
//! - [`world`]: an account whose every edit makes two facts true that belong together.
//! - [`drill`]: threads that ask while it is edited, and what they saw.

pub mod drill;
mod live;
pub mod world;

pub use live::{Failure, Live};
