//! Chapters: what the crate means, how it is built, how to store what it makes.
//!
//! The code in them is compiled and run with the tests.

#[doc = include_str!("docs/semantics.md")]
pub mod semantics {}

#[doc = include_str!("docs/architecture.md")]
pub mod architecture {}

#[doc = include_str!("docs/review.md")]
pub mod review {}

#[doc = include_str!("docs/scopes.md")]
pub mod scopes {}

#[doc = include_str!("docs/guard.md")]
pub mod guard {}

#[doc = include_str!("docs/performance.md")]
pub mod performance {}

#[doc = include_str!("docs/storage.md")]
pub mod storage {}

#[doc = include_str!("docs/concurrency.md")]
pub mod concurrency {}

#[doc = include_str!("docs/upgrades.md")]
pub mod upgrades {}

#[doc = include_str!("docs/known_bug_classes.md")]
pub mod known_bug_classes {}

#[doc = include_str!("docs/stored_forms.md")]
pub mod stored_forms {}

#[doc = include_str!("docs/glossary.md")]
pub mod glossary {}
