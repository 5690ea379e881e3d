//! An account to its stored form (P4), and the way back, also under another catalog (P5).

use std::sync::Arc;

use crate::account::{Account, Holdings, Outdated, Role};
use crate::catalog::Catalog;
use crate::error::{RestoreError, RestoreFault};
use crate::record::{
    ACCOUNT_FORMAT, AccountRecord, AssignmentRecord, CatalogName, CustomRoleRecord, ImportRecord, TeamRecord,
    UserRecord,
};

use reading::{Restoring, Unknown};

mod reading;

impl Account {
    /// The stored form. Cost: a pass over everything, and a sort of the users.
    ///
    /// An account that [needs an upgrade](Self::needs_upgrade) gives the form that it was restored from, with every
    /// name in it (P5).
    #[must_use]
    pub fn record(&self) -> AccountRecord {
        if let Some(outdated) = self.outdated() {
            return outdated.record.clone();
        }
        let assignments = |holds: &Holdings| {
            let mut assigned: Vec<_> = self
                .assigned(holds)
                .filter_map(|(slot, limit)| Some((self.role_view(slot)?, limit)))
                .collect();
            assigned.sort_unstable_by(|(a, _), (b, _)| Role::listed(a, b));
            let record = |(role, limit): (Role<'_>, _)| AssignmentRecord {
                role: role.to_ref(),
                reach: self.reach_within(limit),
            };
            assigned.into_iter().map(record).collect()
        };
        let mut users: Vec<_> = self.users().collect();
        users.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        AccountRecord {
            format: ACCOUNT_FORMAT,
            catalog: CatalogName {
                name: self.catalog().name().to_owned(),
                version: self.catalog().version(),
            },
            account: self.id().clone(),
            revision: self.revision(),
            features: self.features().keys().cloned().collect(),
            roles: self
                .custom_roles()
                .map(|role| CustomRoleRecord {
                    id: role.id().clone(),
                    name: role.name().to_owned(),
                    description: role.description().to_owned(),
                    permissions: role.permissions().keys().cloned().collect(),
                    withheld: role.withheld().keys().cloned().collect(),
                    imports: role
                        .imports()
                        .map(|(source, granted)| ImportRecord {
                            source: source.clone(),
                            permissions: granted.keys().cloned().collect(),
                        })
                        .collect(),
                })
                .collect(),
            teams: self
                .teams()
                .map(|team| TeamRecord {
                    id: team.id().clone(),
                    name: team.name().to_owned(),
                    assignments: assignments(team.holds()),
                })
                .collect(),
            users: users
                .into_iter()
                .map(|user| UserRecord {
                    id: user.id().clone(),
                    suspended: user.is_suspended(),
                    assignments: assignments(user.holds()),
                    teams: user.teams().map(|team| team.id().clone()).collect(),
                })
                .collect(),
        }
    }
}

impl Account {
    /// The account of a stored form.
    ///
    /// The catalog may be of another version than the one that it was stored under, or lack something that is named.
    /// Then it fails closed, not altogether (P5): the account can be asked, not edited; whatever the catalog lacks
    /// grants nothing, is kept, and is among its [problems](Self::problems). See [`needs_upgrade`](Self::needs_upgrade).
    ///
    /// - A role that withholds a scope which the catalog lacks provides no scope at all.
    /// - An assignment limited in a kind which the catalog lacks counts nowhere.
    ///
    /// Cost: a pass over the record.
    ///
    /// # Errors
    ///
    /// - The format is unknown, or the account was stored under the catalog of another product.
    /// - A custom role or team is named that is not defined, or something is listed twice.
    /// - A name or description is not acceptable, or a number is out of range.
    pub fn restore(record: &AccountRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        let mut restoring = Restoring::new(record, catalog, Unknown::IsAProblem);
        restoring.read(record)?;
        let problems = restoring.problems();
        let mut account = restoring.account;
        if record.catalog.version != catalog.version() || !problems.is_empty() {
            account.set_outdated(Arc::new(Outdated { record: record.clone(), problems }));
        }
        Ok(account)
    }

    /// The account of a stored form that names nothing which the catalog lacks.
    pub(crate) fn restore_whole(record: &AccountRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        let mut restoring = Restoring::new(record, catalog, Unknown::IsAnError);
        restoring.read(record)?;
        Ok(restoring.account)
    }
}

impl CatalogName {
    /// That a catalog is of this product, of whatever version.
    pub(crate) fn must_be(&self, catalog: &Catalog) -> Result<(), RestoreError> {
        if self.name == catalog.name() {
            return Ok(());
        }
        let stored = format!("{} {}", crate::error::excerpt(&self.name), self.version);
        let fault = RestoreFault::OtherProduct { stored, given: catalog.title() };
        Err(RestoreError::new("catalog", fault))
    }

    /// Of some catalogs, the one of this name and version.
    #[must_use]
    pub fn find<'c>(&self, catalogs: &'c [Catalog]) -> Option<&'c Catalog> {
        let is = |catalog: &&Catalog| (catalog.name(), catalog.version()) == (&self.name, self.version);
        catalogs.iter().find(is)
    }
}
