//! The targets by name.

use super::{decode, edits, journal, keys};

/// A check: whether the bytes were accepted. Panics if something that was accepted does not hold together.
pub type Check = fn(&[u8]) -> bool;

/// Every target by name, with what it checks.
pub const TARGETS: [(&str, Check); 7] = [
    ("catalog", decode::catalog),
    ("account", decode::account),
    ("credential", decode::credential),
    ("change", journal::change),
    ("journal", journal::journal),
    ("keys", keys::keys),
    ("edits", edits::edits),
];
