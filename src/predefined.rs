//! The catalogs that the crate ships: the roles, permissions and scopes of a real product.
//!
//! They are constant tables, compiled in without a parser, and read top to bottom: a host that writes its own catalog
//! can start from a copy. Names of roles, groups and scopes are those of the Infobip web interface and API, as
//! published; the permissions behind them are not published, so these are an interpretation of what the
//! roles are said to do. Every description is written for this crate.

use std::sync::LazyLock;

use crate::catalog::Catalog;

mod current;

/// The current catalog: 20 predefined roles in five groups (C6, C7).
///
/// Built at the first call, then shared.
///
/// ```
/// let catalog = rolecall::predefined::current();
/// let manager = catalog.role("campaign-manager")?;
/// assert_eq!((manager.name(), manager.group()), ("Campaign manager", Some("General")));
/// assert!(manager.permissions().contains(catalog.permission("campaigns/send")?));
/// assert!(!manager.permissions().contains(catalog.permission("flows/launch")?));
/// # Ok::<(), rolecall::UnknownKey>(())
/// ```
#[must_use]
pub fn current() -> Catalog {
    static CURRENT: LazyLock<Catalog> = LazyLock::new(|| build(&current::CURRENT));
    CURRENT.clone()
}

/// The scopes that were published at some time and that no permission of the [current] catalog provides,
/// each with the reason. Every other published scope is provided.
pub const LEFT_OUT: &[(&str, &str)] = current::LEFT_OUT;

#[expect(clippy::expect_used, reason = "the tables are constants, and the crate's tests build them")]
fn build(table: &crate::catalog::table::Table<'_>) -> Catalog {
    Catalog::from_table(table).expect("a shipped catalog holds together")
}
