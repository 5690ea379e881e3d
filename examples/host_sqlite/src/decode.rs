//! From rows to accounts. The only place where what is stored meets the catalog, so whoever comes to read
//! accounts of several catalog versions, or to upgrade them, begins here.
//!
//! A database is input like any other: somebody may have edited it, restored half of it or written it with
//! another program. So every row is checked, and an error names the row.

use rolecall::{Account, AccountId, AccountRecord, Catalog, Change};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::{RowFault, StoreError};

/// A row of `snapshots`, `changes` or `archive`, as it is in the database.
pub(crate) struct Stored<'a> {
    pub(crate) table: &'static str,
    pub(crate) account: &'a AccountId,
    pub(crate) revision: i64,
}

impl Stored<'_> {
    pub(crate) fn fault(&self, fault: impl Into<RowFault>) -> StoreError {
        let Self { table, account, revision } = self;
        let fault = Box::new(fault.into());
        StoreError::Row { table, account: (*account).clone(), revision: *revision, fault }
    }

    fn text<'r>(&self, row: &'r Row<'_>, column: &'static str) -> Result<&'r str, StoreError> {
        match row.get_ref(column)? {
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
        .ok_or_else(|| self.fault(RowFault::Column { column, wanted: "text" }))
    }

    fn agree(&self, column: &'static str, row: &str, form: &str) -> Result<(), StoreError> {
        if row == form {
            return Ok(());
        }
        Err(self.fault(RowFault::Disagrees { column, row: row.to_owned(), form: form.to_owned() }))
    }

    fn revision_is(&self, form: u64) -> Result<(), StoreError> {
        self.agree("revision", &self.revision.to_string(), &form.to_string())
    }
}

/// A change, and the row that it comes from.
pub(crate) fn change(stored: &Stored<'_>, row: &Row<'_>) -> Result<Change, StoreError> {
    let text = stored.text(row, "change")?;
    let change: Change = serde_json::from_str(text)
        .map_err(|source| stored.fault(RowFault::Json { column: "change", source }))?;
    stored.agree("account", stored.account.as_str(), change.account.as_str())?;
    // `revision` saturates, so the greatest base there is must not pass for the one below it.
    stored.revision_is(change.base.checked_add(1).unwrap_or_default())?;
    Ok(change)
}

/// The account of a snapshot.
///
/// One that was stored under another catalog is refused here, and the error says under which.
pub(crate) fn snapshot(stored: &Stored<'_>, row: &Row<'_>, catalog: &Catalog) -> Result<Account, StoreError> {
    let text = stored.text(row, "record")?;
    let record: AccountRecord = serde_json::from_str(text)
        .map_err(|source| stored.fault(RowFault::Json { column: "record", source }))?;
    stored.agree("account", stored.account.as_str(), record.account.as_str())?;
    stored.revision_is(record.revision)?;
    stored.agree("catalog_name", stored.text(row, "catalog_name")?, &record.catalog.name)?;
    let version: i64 = row.get("catalog_version")?;
    stored.agree("catalog_version", &version.to_string(), &record.catalog.version.to_string())?;
    Account::restore(&record, catalog).map_err(|fault| stored.fault(fault))
}

/// The account after a stored change.
pub(crate) fn follow(stored: &Stored<'_>, before: &Account, next: &Change) -> Result<Account, StoreError> {
    before.replay(next).map_err(|fault| stored.fault(fault))
}
