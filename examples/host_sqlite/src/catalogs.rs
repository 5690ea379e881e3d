//! The versions of a product that a process knows.

use rolecall::{Account, AccountRecord, Catalog, RestoreError};

use crate::StoreError;

/// Some versions of one product, oldest to newest: the catalogs of all accounts that are stored. Each stays here until
/// the last account has left it, and as long as audits are to read what was done under it.
#[derive(Clone, Debug)]
pub(crate) struct Catalogs {
    all: Vec<Catalog>,
    newest: Catalog,
}

impl Catalogs {
    /// A version may be here twice, before and after it was mended. Then the later one comes later.
    pub(crate) fn new(all: &[Catalog]) -> Result<Self, StoreError> {
        let follows = |pair: &[Catalog]| matches!(pair, [a, b] if a.name() == b.name() && a.version() <= b.version() && a.hash() != b.hash());
        match all.last() {
            Some(newest) if all.windows(2).all(follows) => {
                Ok(Self { all: all.to_vec(), newest: newest.clone() })
            }
            _ => {
                let titles = all.iter().map(|catalog| format!("`{} {}`", catalog.name(), catalog.version()));
                Err(StoreError::Catalogs { given: titles.collect::<Vec<_>>().join(", ") })
            }
        }
    }

    pub(crate) fn all(&self) -> &[Catalog] {
        &self.all
    }

    pub(crate) fn newest(&self) -> &Catalog {
        &self.newest
    }

    /// The account of a record, under the very catalog that it was stored under. If that is not here, under the newest:
    /// then the account can be asked and fails closed, and can't be edited or upgraded here (P5).
    pub(crate) fn restore(&self, record: &AccountRecord) -> Result<Account, RestoreError> {
        let own = record.catalog.find(&self.all);
        Account::restore(record, own.unwrap_or(&self.newest))
    }

    /// Whether this very catalog is among them.
    pub(crate) fn have(&self, catalog: &Catalog) -> bool {
        self.all.iter().any(|one| one.hash() == catalog.hash())
    }
}
