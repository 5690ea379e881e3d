//! One test binary, so one link. Tests are named for the rule of the specification that they check.

mod laws;
mod model;
mod oracle;
mod world;
