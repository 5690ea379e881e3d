//! What fuzzing asserts: more than that nothing panics. What decodes comes back as an equal canonical value,
//! and what follows from it is what the rule over sets of text says.
//!
//! The modules are shared with `tests/it/mutations.rs` of the library, which runs them on a stable toolchain.

pub mod decode;
pub mod edits;
pub mod journal;
pub mod keys;
pub mod moves;
pub mod mutate;
pub mod mutator;
#[path = "../../tests/it/oracle.rs"]
pub mod oracle;
pub mod samples;
pub mod targets;
