//! Where what is stored meets the catalog: the only place that turns rows into accounts.
//!
//! A row is checked against the place it was found in, as well as decoded: a record or a change that was copied to
//! another row is refused. A host whose catalog moves on extends `restore` and `replay`, and nothing else.

use rolecall::{Account, AccountId, AccountRecord, Catalog, Change};

use crate::Failure;

/// A row of a journal: the revision that the change leads to, and the change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    pub revision: u64,
    pub change: String,
}

/// The account of a snapshot.
pub fn restore(catalog: &Catalog, id: &AccountId, revision: u64, record: &str) -> Result<Account, Failure> {
    let place = || format!("the snapshot of `{id}` at revision {revision}");
    let record: AccountRecord =
        serde_json::from_str(record).map_err(|source| Failure::Undecodable { place: place(), source })?;
    let account = Account::restore(&record, catalog)
        .map_err(|source| Failure::Unrestorable { place: place(), source: Box::new(source) })?;
    if account.id() != id || account.revision() != revision {
        let found = format!("`{}` at revision {}", account.id(), account.revision());
        return Err(Failure::Misplaced { place: place(), found });
    }
    Ok(account)
}

/// The account after a change of the journal, if it follows (P3).
pub fn replay(account: &Account, row: &Row) -> Result<Account, Failure> {
    let place = || format!("change {} of `{}`", row.revision, account.id());
    let change = change(&row.change, place)?;
    if change.revision() != row.revision {
        let found = format!("revision {}", change.revision());
        return Err(Failure::Misplaced { place: place(), found });
    }
    account.replay(&change).map_err(|source| Failure::Diverged { place: place(), source: Box::new(source) })
}

/// Whether a stored change says that this is why it was made.
pub fn is_marked(text: &str, why: &str) -> Result<bool, Failure> {
    let change = change(text, || format!("what was stored instead of {why}"))?;
    Ok(change.attribution.why.as_deref() == Some(why))
}

fn change(text: &str, place: impl FnOnce() -> String) -> Result<Change, Failure> {
    serde_json::from_str(text).map_err(|source| Failure::Undecodable { place: place(), source })
}

/// A change as it is stored.
pub fn change_text(change: &Change) -> Result<String, Failure> {
    serde_json::to_string(change).map_err(Failure::Unencodable)
}

/// An account as it is stored. Equal accounts of one revision have equal texts.
pub fn record_text(account: &Account) -> Result<String, Failure> {
    serde_json::to_string(&account.record()).map_err(Failure::Unencodable)
}
