//! The report, for an administrator to read.

use std::fmt::Display;

use rolecall::{Catalog, Needs, PermissionKey, Succession, Successions, UpgradeReport, UserUpgrade};

pub(crate) fn heading(text: &str) {
    println!("\n{text}\n");
}

/// Keys that the account names, and what they are now.
pub(crate) fn rewritten(versions: &[Successions]) {
    for since in versions {
        rows("role", &since.roles);
        rows("permission", &since.permissions);
        rows("scope", &since.scopes);
        rows("feature", &since.features);
    }
}

fn rows<K: Display>(sort: &str, rows: &[Succession<K>]) {
    for row in rows {
        let what = match (row.from.len(), row.to.len()) {
            (_, 0) => "retired",
            (1, 1) => "renamed",
            (1, _) => "split",
            (_, _) if row.needs == Needs::Any => "merged, any of",
            (_, _) => "merged, all of",
        };
        let list = |keys: &[K]| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match row.to.is_empty() {
            true => println!("  {sort} {what}: {}", list(&row.from)),
            false => println!("  {sort} {what}: {} -> {}", list(&row.from), list(&row.to)),
        }
    }
}

/// User by user, with the names that an administrator knows.
pub(crate) fn differences(users: &[UserUpgrade], earlier: &Catalog, current: &Catalog) {
    for user in users {
        println!("{}", user.user);
        for key in &user.gained {
            println!("  gains {}", named(key, current, earlier));
        }
        for key in &user.lost {
            println!("  loses {}", named(key, current, earlier));
        }
        for moved in &user.moved {
            println!("  reaches with {} {}, before {}", moved.permission, moved.after, moved.before);
        }
        for scope in &user.scopes_gained {
            println!("  gains scope {scope}");
        }
        for scope in &user.scopes_lost {
            println!("  loses scope {scope}");
        }
    }
}

/// What was lost has its name in the catalog that had it.
fn named(key: &PermissionKey, first: &Catalog, second: &Catalog) -> String {
    let name = |catalog: &Catalog| {
        let id = catalog.permission(key).ok()?;
        Some(catalog.permission_by_id(id)?.name().to_owned())
    };
    let name = name(first).or_else(|| name(second)).unwrap_or_default();
    format!("{key} ({name})")
}

/// What works, and is not as it should be.
pub(crate) fn matters(report: &UpgradeReport) {
    // Each of these would have to be accepted by name before the upgrade can be finished.
    for undeclared in &report.undeclared {
        println!("  {undeclared}");
    }
    for problem in &report.problems {
        println!("  {problem}");
    }
    for violation in &report.violations {
        println!("  {violation}");
    }
}
