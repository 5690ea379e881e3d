//! From rows to accounts. The only place where what is stored meets a catalog: each snapshot the one that it was
//! stored under, each upgrade the one that it leads to.
//!
//! A database is input like any other: somebody may have edited it, restored half of it or written it with
//! another program. So every row is checked, and an error names the row.

use rolecall::{
    Account, AccountId, AccountProblem, AccountRecord, Change, EditError, Head, ReplayError, UpgradeError,
};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::catalogs::Catalogs;
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

/// A head, as it is in this column.
pub(crate) fn head(stored: &Stored<'_>, row: &Row<'_>) -> Result<Head, StoreError> {
    let text = stored.text(row, "head")?;
    let head: Head = text.parse().map_err(|source| stored.fault(RowFault::Head { source }))?;
    stored.revision_is(head.revision)?;
    Ok(head)
}

/// The change of a row.
pub(crate) fn change(stored: &Stored<'_>, row: &Row<'_>) -> Result<Change, StoreError> {
    let text = stored.text(row, "change")?;
    let change: Change = serde_json::from_str(text)
        .map_err(|source| stored.fault(RowFault::Json { column: "change", source }))?;
    stored.agree("account", stored.account.as_str(), change.account.as_str())?;
    // A change's own `revision` saturates, so the greatest number there is must not pass for the one below it.
    stored.revision_is(change.follows.revision.checked_add(1).unwrap_or_default())?;
    stored.agree("follows", stored.text(row, "follows")?, &change.follows.to_string())?;
    stored.agree("head", stored.text(row, "head")?, &change.head().to_string())?;
    Ok(change)
}

/// The account of a snapshot.
///
/// One that was stored under a version that is not here can be asked only (P5); one of another product is refused.
pub(crate) fn snapshot(
    stored: &Stored<'_>,
    row: &Row<'_>,
    catalogs: &Catalogs,
) -> Result<Account, StoreError> {
    let text = stored.text(row, "record")?;
    let record: AccountRecord = serde_json::from_str(text)
        .map_err(|source| stored.fault(RowFault::Json { column: "record", source }))?;
    // The record has a checksum of its own. So what does not agree is in the wrong row, not damaged.
    let account = catalogs.restore(&record).map_err(|fault| stored.fault(fault))?;
    stored.agree("account", stored.account.as_str(), record.account.as_str())?;
    stored.revision_is(account.revision())?;
    let own = record.head.map(|head| head.to_string());
    stored.agree("head", stored.text(row, "head")?, &own.unwrap_or_default())?;
    stored.agree("catalog_name", stored.text(row, "catalog_name")?, &record.catalog.name)?;
    let version: i64 = row.get("catalog_version")?;
    stored.agree("catalog_version", &version.to_string(), &record.catalog.version.to_string())?;
    stored.agree("catalog_hash", stored.text(row, "catalog_hash")?, &record.catalog.hash.to_string())?;
    Ok(account)
}

/// The account after a stored change.
///
/// An edit was made under the account's own version, and an upgrade is worked out anew from the version before it. So
/// neither follows an account that was restored without its own.
pub(crate) fn follow(
    stored: &Stored<'_>,
    before: &Account,
    next: &Change,
    catalogs: &Catalogs,
) -> Result<Account, StoreError> {
    before.replay_with(next, catalogs.all()).map_err(|fault| match fault {
        ReplayError::Refused { source: EditError::NeedsUpgrade { .. }, .. }
        | ReplayError::NotUpgradable { source: UpgradeError::NeedsEarlier { .. }, .. } => {
            stored.fault(not_to_be_edited(before))
        }
        fault => stored.fault(fault),
    })
}

/// Why an account can only be asked: its version is not here, or here it lacks a name.
fn not_to_be_edited(account: &Account) -> RowFault {
    let catalog = account.record().catalog;
    if account.catalog().identity() != catalog {
        return RowFault::NeedsCatalog { catalog };
    }
    // A clash of names keeps nobody from editing.
    let lacks = |problem: &AccountProblem| !matches!(problem, AccountProblem::NameClash { .. });
    let problems = account.problems();
    let problems: Vec<_> = problems.iter().filter(|it| lacks(it)).map(ToString::to_string).collect();
    RowFault::Lacks { name: catalog.name, version: catalog.version, problems: problems.join("; ") }
}
