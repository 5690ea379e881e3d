//! The way back from a stored form (P4), also under another catalog than its own (P5).

use std::sync::Arc;

use super::{Account, AccountRecord, Outdated};
use crate::catalog::Catalog;
use crate::error::RestoreError;

use reading::Restoring;

pub(crate) use missing::{Names, problems};

mod missing;
mod parts;
mod reading;

impl Account {
    /// The account of a stored form.
    ///
    /// The catalog may be another one than it was stored under: of another version, or with other content. Then the
    /// account waits for an [upgrade](Self::upgrade): it can be asked, not edited, and it fails closed (P5).
    ///
    /// - What the catalog lacks, or has under another name, grants nothing. It is kept, and is among the
    ///   [problems](Self::problems).
    /// - Limited assignments count nowhere: without the catalog that the account was stored under it can't be known what
    ///   they limit. [`restore_with`](Self::restore_with) takes that catalog, too.
    ///
    /// Cost: a pass over the record.
    ///
    /// # Errors
    ///
    /// - The format is unknown, or the account was stored under the catalog of another product.
    /// - The checksum is not that of the content: the record was damaged, or mended by hand.
    /// - The record was taken in the middle of an edit session, so that it has no head.
    /// - A custom role or team is named that is not defined, or something is listed twice.
    /// - A name or description is not acceptable, or a number is out of range.
    pub fn restore(record: &AccountRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        let is_own = catalog.is_named(&record.catalog);
        let mut account = Restoring::of(record, catalog, !is_own)?;
        let names = Names::lacking(record, catalog, !is_own);
        let mut problems = problems(record, &names);
        // A limit in a kind that is gone narrows what it narrowed, and hinders nothing.
        let waits = !is_own || names.grants_nothing() || !account.unprovided.is_empty();
        problems.append(&mut account.unprovided);
        problems.extend(account.closed.problem());
        let mut account = account.account;
        if waits {
            let earlier = is_own.then(|| catalog.clone());
            account.wait(Arc::new(Outdated { record: record.clone(), problems, earlier }));
        }
        Ok(account)
    }

    /// The account of a stored form that names nothing which the catalog lacks, but for what it limits.
    pub(crate) fn restore_whole(record: &AccountRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        Restoring::of(record, catalog, false).map(|restoring| restoring.account)
    }
}
