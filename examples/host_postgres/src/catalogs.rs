//! The versions of a product that a process knows.

use rolecall::{Account, AccountRecord, Catalog, RestoreError};

use crate::Failure;

/// Some versions of one product, oldest to newest: the catalogs of all that is stored. Each stays here until the last
/// account has left it, and as long as audits are to read what was done under it.
#[derive(Clone, Debug)]
pub struct Catalogs {
    all: Vec<Catalog>,
    newest: Catalog,
}

impl Catalogs {
    /// A version may be here twice, before and after it was mended. Then the later one comes later.
    pub fn new(all: Vec<Catalog>) -> Result<Self, Failure> {
        let follows = |pair: &[Catalog]| matches!(pair, [a, b] if a.name() == b.name() && a.version() <= b.version() && a.hash() != b.hash());
        match all.last().cloned() {
            Some(newest) if all.windows(2).all(follows) => Ok(Self { all, newest }),
            _ => {
                let titles = all.iter().map(|catalog| format!("`{} {}`", catalog.name(), catalog.version()));
                Err(Failure::Catalogs { given: titles.collect::<Vec<_>>().join(", ") })
            }
        }
    }

    #[must_use]
    pub fn all(&self) -> &[Catalog] {
        &self.all
    }

    #[must_use]
    pub fn newest(&self) -> &Catalog {
        &self.newest
    }

    /// The account of a record, under the very catalog that it was stored under. If that is not here, under the newest:
    /// then the account can be asked and fails closed, and can't be edited or upgraded here (P5).
    pub(crate) fn restore(&self, record: &AccountRecord) -> Result<Account, RestoreError> {
        let own = record.catalog.find(&self.all);
        Account::restore(record, own.unwrap_or(&self.newest))
    }
}
