//! Where what is stored meets a catalog: the only place that turns rows into accounts. A snapshot meets the one that
//! it was stored under, an upgrade the one that it leads to.
//!
//! A row is checked against the place it was found in, as well as decoded: a record or a change that was copied to
//! another row is refused.

use rolecall::{
    Account, AccountId, AccountRecord, CatalogId, Change, EditError, Head, Quoted, ReplayError, UpgradeError,
};

use crate::{Catalogs, Failure};

/// A row of a journal: the head that the change leads to, the one that it follows, and the change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    pub head: Head,
    pub follows: String,
    pub change: String,
}

/// The account of a snapshot. One of a version that is not here can be asked, not edited (P5).
pub fn restore(catalogs: &Catalogs, id: &AccountId, head: Head, record: &str) -> Result<Account, Failure> {
    let place = || format!("the snapshot of {id:#} at revision {}", head.revision);
    let record: AccountRecord =
        serde_json::from_str(record).map_err(|source| Failure::Undecodable { place: place(), source })?;
    let account = catalogs
        .restore(&record)
        .map_err(|source| Failure::Unrestorable { place: place(), source: Box::new(source) })?;
    if account.id() != id || account.revision() != head.revision {
        let found = format!("{:#} at revision {}", account.id(), account.revision());
        return Err(Failure::Misplaced { place: place(), found });
    }
    agree(place, &head.to_string(), &head_of(&account)?.to_string())?;
    Ok(account)
}

/// A head of a row that should be of this revision.
pub fn head(text: &str, revision: u64, place: impl Fn() -> String) -> Result<Head, Failure> {
    let head: Head = text.parse().map_err(|source| Failure::NoHead { place: place(), source })?;
    if head.revision == revision {
        return Ok(head);
    }
    Err(Failure::Disagrees { place: place(), column: revision.to_string(), form: text.to_owned() })
}

/// The head of an account that is not being edited.
pub fn head_of(account: &Account) -> Result<Head, Failure> {
    account.head().ok_or_else(|| Failure::Unfinished(account.id().clone()))
}

fn agree(place: impl Fn() -> String, column: &str, form: &str) -> Result<(), Failure> {
    if column == form {
        return Ok(());
    }
    Err(Failure::Disagrees { place: place(), column: column.to_owned(), form: form.to_owned() })
}

/// That the account is under its own version, not merely readable.
pub fn must_be_current(account: Account) -> Result<Account, Failure> {
    if !account.needs_upgrade() {
        return Ok(account);
    }
    let place = format!("the snapshot of {:#} at revision {}", account.id(), account.revision());
    Err(Failure::NeedsCatalog { place, wanted: own_catalog(&account) })
}

/// The account after a change of the journal, if it follows (P3), also if it upgrades to a catalog that is here (P6).
pub fn replay(catalogs: &Catalogs, account: &Account, row: &Row) -> Result<Account, Failure> {
    let place = || format!("change {} of {:#}", row.head.revision, account.id());
    let change = change(&row.change, place)?;
    if change.revision() != row.head.revision {
        let found = format!("revision {}", change.revision());
        return Err(Failure::Misplaced { place: place(), found });
    }
    if change.account != *account.id() {
        return Err(Failure::Misplaced { place: place(), found: format!("{:#}", change.account) });
    }
    agree(place, &row.follows, &change.follows.to_string())?;
    agree(place, &row.head.to_string(), &change.head().to_string())?;
    account.replay_with(&change, catalogs.all()).map_err(|source| match source {
        ReplayError::NeedsCatalog { catalog, .. } => {
            Failure::NeedsCatalog { place: place(), wanted: named(&catalog) }
        }
        // Edits were made under the account's own version, and upgrades are worked out anew from it.
        ReplayError::Refused { source: EditError::NeedsUpgrade { .. }, .. }
        | ReplayError::NotUpgradable { source: UpgradeError::NeedsEarlier { .. }, .. } => {
            Failure::NeedsCatalog { place: place(), wanted: own_catalog(account) }
        }
        source => Failure::Diverged { place: place(), source: Box::new(source) },
    })
}

/// What an account was stored under.
fn own_catalog(account: &Account) -> String {
    let own = account.record().catalog;
    match own == account.catalog().identity() {
        false => named(&own),
        true => {
            let title = format!("{} {}", own.name, own.version);
            format!("{} with all that the account names", Quoted(&title))
        }
    }
}

fn named(catalog: &CatalogId) -> String {
    let title = format!("{} {}", catalog.name, catalog.version);
    format!("{} with hash {}", Quoted(&title), catalog.hash)
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
