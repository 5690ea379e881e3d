//! An account that waits for an upgrade, seen through both catalogs (P5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::plan;
use crate::account::{Account, AccountRecord, AssignmentRecord, CustomRoleRecord, Outdated};
use crate::catalog::{Catalog, Narrowed};
use crate::error::RestoreError;
use crate::key::{PermissionKey, RoleRef};

impl Account {
    /// The same as [`restore`](Self::restore), also with the catalog that the account was stored under, if it is one of
    /// `catalogs`. Until it is upgraded the account allows only what that catalog allows **and** the upgrade would
    /// (P5); limits count.
    ///
    /// ```
    /// use rolecall::{Account, Assignee, Authorizer, predefined};
    ///
    /// let (earlier, current) = (predefined::earlier(), predefined::current());
    /// let mut edit = Account::new(&earlier, "initech")?.edit();
    /// edit.assign("account-manager", Assignee::user("maja")?)?;
    /// let record = edit.finish().expect("something changed").into_account().record();
    ///
    /// let account = Account::restore_with(&record, &current, &[earlier])?;
    /// assert!(account.needs_upgrade());
    /// assert!(account.upgrade(&current).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Cost: that of writing and restoring the account; for the first account of an earlier catalog, a pass over both
    /// catalogs.
    ///
    /// # Errors
    ///
    /// - As for [`restore`](Self::restore).
    pub fn restore_with(
        record: &AccountRecord,
        catalog: &Catalog,
        catalogs: &[Catalog],
    ) -> Result<Self, RestoreError> {
        let plain = Self::restore(record, catalog)?;
        let Some(earlier) = record.catalog.find(catalogs).filter(|earlier| !earlier.is(catalog)) else {
            return Ok(plain);
        };
        let mut problems = plain.problems();
        problems.retain(|problem| !matches!(problem, crate::AccountProblem::ClosedAssignments { .. }));
        if record.catalog.version > catalog.version() {
            // There is no upgrade backwards to ask; what is named alike means what both say.
            let account = through(record, record, &catalog.narrowed_to(earlier))?;
            return Ok(waiting(account, record, problems, None));
        }
        let upgraded = plan::plan(record, earlier, catalog).record;
        let account = through(record, &upgraded, &catalog.narrowed_to(earlier))?;
        Ok(waiting(account, record, problems, Some(earlier.clone())))
    }
}

fn waiting(
    mut account: Account,
    record: &AccountRecord,
    problems: Vec<crate::AccountProblem>,
    earlier: Option<Catalog>,
) -> Account {
    account.wait(Arc::new(Outdated { record: record.clone(), problems, earlier }));
    account
}

/// The account that says what both records say, under what both catalogs say.
fn through(
    record: &AccountRecord,
    upgraded: &AccountRecord,
    narrowed: &Narrowed,
) -> Result<Account, RestoreError> {
    let mut both = record.clone();
    both.catalog = narrowed.catalog.identity();
    let features: BTreeSet<_> = upgraded.features.iter().collect();
    both.features.retain(|feature| features.contains(feature));
    // An upgrade keeps roles, teams and users in their order.
    for (role, upgraded) in both.roles.iter_mut().zip(&upgraded.roles) {
        meet(role, upgraded, narrowed);
    }
    for (team, upgraded) in both.teams.iter_mut().zip(&upgraded.teams) {
        met(&mut team.assignments, &upgraded.assignments);
    }
    for (user, upgraded) in both.users.iter_mut().zip(&upgraded.users) {
        met(&mut user.assignments, &upgraded.assignments);
    }
    Account::restore_whole(&both.with_checksum(), &narrowed.catalog)
}

/// What a custom role has in both records.
fn meet(role: &mut CustomRoleRecord, upgraded: &CustomRoleRecord, narrowed: &Narrowed) {
    let permissions: BTreeSet<_> = upgraded.permissions.iter().collect();
    let scopes: BTreeSet<_> = upgraded.scopes.iter().collect();
    let granting = |key: &PermissionKey| {
        let index = narrowed.catalog.permission_index(key.as_str());
        index.is_some_and(|index| narrowed.granting.contains(index))
    };
    role.permissions.retain(|key| permissions.contains(key) && granting(key));
    role.scopes.retain(|key| scopes.contains(key));
    // Imports grant nothing, and what was upgraded may have other sources.
    role.imports.clear();
}

/// Leaves the assignments that somebody has in both records, as far as they reach in both.
fn met(held: &mut Vec<AssignmentRecord>, upgraded: &[AssignmentRecord]) {
    if held.as_slice() == upgraded {
        return;
    }
    let upgraded: BTreeMap<&RoleRef, _> = upgraded.iter().map(|held| (&held.role, &held.reach)).collect();
    held.retain_mut(|held| match upgraded.get(&held.role) {
        Some(reach) => {
            held.reach = std::mem::take(&mut held.reach).and(reach);
            true
        }
        None => false,
    });
}
