//! One test binary, so one link. Tests are named for the rule of the specification that they check.
#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod datasets;
mod golden;
mod hostile;
mod laws;
mod layering;
mod model;
mod oracle;
mod review;
mod roles;
mod scenario;
mod stored;
mod surface;
mod world;
