//! The versions of a product that a process knows.

use rolecall::{AccountRecord, Catalog};

use crate::StoreError;

/// Some versions of one product, oldest to newest. A process that is to read a journal across upgrades has each
/// version that the journal leads through.
#[derive(Clone, Debug)]
pub(crate) struct Catalogs {
    all: Vec<Catalog>,
    newest: Catalog,
}

impl Catalogs {
    /// A stored account says under which version it is, not under which of two that call themselves so. So each
    /// version can be here once.
    pub(crate) fn new(all: &[Catalog]) -> Result<Self, StoreError> {
        let follows =
            |pair: &[Catalog]| matches!(pair, [a, b] if a.name() == b.name() && a.version() < b.version());
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

    /// The one that a record was stored under. Otherwise the newest: then the account can be asked, not edited,
    /// until it is upgraded (P5).
    pub(crate) fn of(&self, record: &AccountRecord) -> &Catalog {
        record.catalog.find(&self.all).unwrap_or(&self.newest)
    }

    /// Whether this very catalog is among them.
    pub(crate) fn have(&self, catalog: &Catalog) -> bool {
        self.all.iter().any(|one| one.hash() == catalog.hash())
    }
}
