//! The catalogs that the crate ships: the roles, permissions and scopes of a real product.
//!
//! They are constant tables, compiled in without a parser, and read top to bottom: a host that writes its own catalog
//! can start from a copy. Names of roles, groups and scopes are those of the Infobip web interface and API, as
//! published; the permissions behind them are not published, so these are an interpretation of what the
//! roles are said to do. Every description is written for this crate.

use std::sync::LazyLock;

use crate::catalog::Catalog;

mod current;
mod earlier;
mod joined;

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

/// The earlier catalog: 17 predefined roles in four groups, as the product had them before it became the
/// [current] one (C6).
///
/// The current catalog declares what became of every key that it lacks, so that an account can be
/// [upgraded](crate::Account::upgrade): whoever holds Communication Manager, who designs flows *and* launches
/// them, comes to hold the two roles that divide this between them. The example `catalog_upgrade` shows it whole.
///
/// Built at the first call, then shared.
///
/// ```
/// use rolecall::{Account, Assignee, RoleKey, predefined};
///
/// let mut edit = Account::new(&predefined::earlier(), "initech")?.edit();
/// edit.assign("communication-manager", Assignee::user("maja")?)?;
/// let account = edit.finish().expect("something changed").into_account();
///
/// let upgrade = account.upgrade(&predefined::current())?;
/// let roles: Vec<_> = upgrade.account().user("maja").expect("stays").roles().map(|role| role.name()).collect();
/// assert_eq!(roles, ["Campaign manager", "Flow controller"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn earlier() -> Catalog {
    static EARLIER: LazyLock<Catalog> = LazyLock::new(|| build(&earlier::EARLIER));
    EARLIER.clone()
}

/// The scopes that were published at some time and that no permission of the [current] catalog provides,
/// each with the reason. Every other published scope is provided.
pub const LEFT_OUT: &[(&str, &str)] = current::LEFT_OUT;

/// The scopes that are published and that no permission of the [earlier] catalog provides, each with what came with
/// it later. Every other scope that was published at some time is provided there.
pub const EARLIER_LEFT_OUT: &[(&str, &str)] = earlier::LEFT_OUT;

#[expect(clippy::expect_used, reason = "the tables are constants, and the crate's tests build them")]
fn build(table: &crate::catalog::table::Table<'_>) -> Catalog {
    Catalog::from_table(table).expect("a shipped catalog holds together")
}
