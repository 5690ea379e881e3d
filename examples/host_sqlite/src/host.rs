//! An account in service: edited, stored, published, in this order.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use rolecall::{Account, AccountId, Admitted, Attribution, Authorizer, Catalog, Edit, Edited, Upgrade};

use crate::store::Journal;
use crate::{HostError, Store, StoreError};

/// One account that requests ask about and administrators edit. A host of many customers keeps one for each.
#[derive(Debug)]
pub struct Host {
    account: AccountId,
    published: ArcSwap<Authorizer>,
    /// Whoever edits holds it, so that each edit starts from the one before. Requests never take it.
    store: Mutex<Store>,
}

/// What those who edit may fail with.
pub type Failure = Box<dyn Error + Send + Sync>;

impl Host {
    /// Puts a stored account into service.
    pub fn open(mut store: Store, account: &AccountId) -> Result<Self, StoreError> {
        let published = ArcSwap::from_pointee(Authorizer::new(store.load(account)?));
        Ok(Self { account: account.clone(), published, store: Mutex::new(store) })
    }

    /// What is published at this moment. Take it once for a request: two answers of one request then never
    /// come from two revisions. Never waits.
    #[must_use]
    pub fn current(&self) -> Arc<Authorizer> {
        self.published.load_full()
    }

    /// What is published, if it is at least as fresh as a revision that the caller has seen, from this process
    /// or another (P8). Reads the store if it is not; what is older is never answered from.
    pub fn at_least(&self, wanted: u64) -> Result<Arc<Authorizer>, HostError> {
        let now = self.current();
        let now = if now.account().revision() < wanted { self.catch_up()? } else { now };
        match now.account().revision() {
            at if at < wanted => Err(HostError::Stale { at, wanted }),
            _ => Ok(now),
        }
    }

    /// Publishes what other processes have stored.
    pub fn catch_up(&self) -> Result<Arc<Authorizer>, StoreError> {
        self.follow(&mut self.writer())
    }

    /// Edits without a judgement: the vendor's acts, and migrations. Returns the revision.
    pub fn edit(
        &self,
        by: Attribution,
        wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>,
    ) -> Result<u64, HostError> {
        let make = |account: &Account| session(account, by, wishes);
        self.change(make, |now, edited| Ok(now.admit_unjudged(edited)))
    }

    /// Edits on behalf of a user, who can't give more than they have. Returns the revision.
    pub fn edit_as(
        &self,
        actor: &str,
        wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>,
    ) -> Result<u64, HostError> {
        let make = |account: &Account| session(account, Attribution::by(actor), wishes);
        self.change(make, |now, edited| Ok(now.admit(edited, actor)?))
    }

    /// Moves the account to another version of the product, the vendor's act (P6). Returns the revision.
    ///
    /// Whoever looks sees what it would do to whom, before it is stored, and may refuse. Only a catalog that the
    /// store was opened with will do: with another, the account could not be read after a restart.
    pub fn upgrade(
        &self,
        catalog: &Catalog,
        by: Attribution,
        look: impl FnOnce(&Upgrade) -> Result<(), Failure>,
    ) -> Result<u64, HostError> {
        self.writer().must_have(catalog)?;
        let make = |account: &Account| {
            let upgrade = account.upgrade(catalog)?.attributed(by);
            look(&upgrade).map_err(HostError::Wish)?;
            Ok(upgrade.finish())
        };
        self.change(make, |now, edited| Ok(now.admit_unjudged(edited)))
    }

    fn change(
        &self,
        make: impl FnOnce(&Account) -> Result<Option<Edited>, HostError>,
        judge: impl FnOnce(&Authorizer, Edited) -> Result<Admitted, HostError>,
    ) -> Result<u64, HostError> {
        let mut store = self.writer();
        // Another process may have edited; or the last append of this one failed without saying whether it
        // had reached the disk. Either way the file knows.
        let now = self.follow(&mut store)?;
        let Some(edited) = make(now.account())? else { return Ok(now.account().revision()) };
        let (change, next) = judge(&now, edited)?.into_parts();
        store.append(&change)?;
        // Stored, so from here on nothing can fail.
        self.published.store(Arc::new(next));
        Ok(change.revision())
    }

    /// Makes the next start faster. Requests and answers don't notice.
    pub fn compact(&self) -> Result<u64, StoreError> {
        self.writer().compact(&self.account)
    }

    /// Everything that happened, for audits.
    pub fn journal(&self) -> Result<Journal, StoreError> {
        self.writer().journal(&self.account)
    }

    fn follow(&self, store: &mut Store) -> Result<Arc<Authorizer>, StoreError> {
        let mut now = self.current();
        let mut account = now.account().clone();
        let read = store.advance(&mut account);
        if account.revision() != now.account().revision() {
            now = Arc::new(now.refresh(account));
            self.published.store(Arc::clone(&now));
        }
        // Published as far as it can be read; but nobody edits who can't read the rest.
        read.map(|()| now)
    }

    /// A panic while the lock was held left nothing half done: an open transaction was rolled back as it was
    /// dropped, and publishing is one pointer. So the poison says nothing.
    fn writer(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn session(
    account: &Account,
    by: Attribution,
    wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>,
) -> Result<Option<Edited>, HostError> {
    let mut session = account.edit().attributed(by);
    wishes(&mut session).map_err(HostError::Wish)?;
    Ok(session.finish())
}
