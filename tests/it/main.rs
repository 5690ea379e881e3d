//! One test binary, so one link. Tests are named for the rule of the specification that they check.
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, a failed assumption is a failed test"
)]
#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod alloc;
mod audit;
mod bounds;
mod can;
mod credential;
mod datasets;
mod earlier;
mod edited;
mod golden;
mod guard;
mod hostile;
mod identities;
mod large;
mod laws;
mod layering;
mod machine;
mod model;
mod mutations;
mod naive_guard;
mod naive_upgrade;
mod names;
mod narrowed;
mod narrowing;
mod oracle;
mod pasts;
mod pinned;
mod publish;
mod quoted;
mod reading;
mod review;
mod roles;
mod scenario;
mod scopes_by_assignment;
mod small_worlds;
mod stored;
mod surface;
mod texts;
mod upgrade;
mod upgraded;
mod versions;
mod world;
