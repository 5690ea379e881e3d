//! Reading (V1, V2, V3): who can, what can, who holds, how many, what would differ.
//!
//! Everything here is built on the questions that an authorizer answers singly, and walks the same rows.
//! Lists over all users are lazy.

pub use compare::{CatalogDifference, Deletion, ReachDifference, RoleDifference, UserDifference};
pub use roles::{RoleFilter, RoleSummary, SectionCount};
pub use users::Holder;

mod compare;
mod roles;
mod users;
