//! The versions of a product that a process knows.

use rolecall::{AccountRecord, Catalog};

use crate::Failure;

/// Some versions of one product, oldest to newest. A process that follows an account across upgrades has each
/// version that they lead through.
#[derive(Clone, Debug)]
pub struct Catalogs {
    all: Vec<Catalog>,
    newest: Catalog,
}

impl Catalogs {
    /// A stored account says under which version it is, not under which of two that call themselves so. So each
    /// version can be here once.
    pub fn new(all: Vec<Catalog>) -> Result<Self, Failure> {
        let follows =
            |pair: &[Catalog]| matches!(pair, [a, b] if a.name() == b.name() && a.version() < b.version());
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

    /// The one that a record was stored under. Otherwise the newest: then the account can be asked, not edited,
    /// until it is upgraded (P5).
    pub(crate) fn of(&self, record: &AccountRecord) -> &Catalog {
        record.catalog.find(&self.all).unwrap_or(&self.newest)
    }
}
