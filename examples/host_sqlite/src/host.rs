//! An account in service: edited, stored, published, in this order.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use arc_swap::ArcSwap;
use rolecall::{
    Account, AccountId, Admitted, Attribution, Authorizer, Catalog, Edit, Edited, Freshness, Head,
    Undeclared, Upgrade,
};

use crate::store::{Journal, head_of};
use crate::{HostError, Store, StoreError, WentBack};

/// One account that requests ask about and administrators edit. A host of many customers keeps one for each.
///
/// A head is the token of a state: whoever edits gets one, and whoever shows one is answered from that state or from one
/// that came from it. If the store [went back](WentBack), this process neither answers nor edits any more. It notices
/// when it looks into the store: at each edit, at each question with a token, and when it [catches up](Self::catch_up).
#[derive(Debug)]
pub struct Host {
    account: AccountId,
    published: ArcSwap<Authorizer>,
    past: Mutex<Past>,
    /// Why nothing is answered any more.
    went_back: OnceLock<WentBack>,
    /// Whoever edits holds it, so that each edit starts from the one before. Requests never take it.
    store: Mutex<Store>,
}

/// What those who edit may fail with.
pub type Failure = Box<dyn Error + Send + Sync>;

impl Host {
    /// Puts a stored account into service.
    pub fn open(mut store: Store, account: &AccountId) -> Result<Self, StoreError> {
        let loaded = store.load(account)?;
        let mut past = Past::default();
        past.note(head_of(&loaded)?);
        Ok(Self {
            account: account.clone(),
            published: ArcSwap::from_pointee(Authorizer::new(loaded)),
            past: Mutex::new(past),
            went_back: OnceLock::new(),
            store: Mutex::new(store),
        })
    }

    /// What is published at this moment, unless the store is known to have gone back. Take it once for a request: two
    /// answers of one request then never come from two revisions. Never waits, and never looks into the store.
    pub fn current(&self) -> Result<Arc<Authorizer>, StoreError> {
        match self.went_back.get() {
            Some(why) => Err(why.clone().into()),
            None => Ok(self.published.load_full()),
        }
    }

    /// What is stored, if it comes from a state that the caller has seen, in this process or another (P8). What is older
    /// or of another past is never answered from.
    ///
    /// Waits for an edit of this process only if what is published is older than the token.
    pub fn at_least(&self, token: Head) -> Result<Arc<Authorizer>, HostError> {
        let looked = match self.store.try_lock() {
            Ok(mut store) => self.follow(&mut store),
            Err(TryLockError::Poisoned(store)) => self.follow(&mut store.into_inner()),
            // Whoever edits has just looked.
            Err(TryLockError::WouldBlock) => self.current(),
        };
        let reaches = |now: &Authorizer| now.account().revision() >= token.revision;
        let now = match looked {
            Ok(now) if reaches(&now) => now,
            Ok(_) => self.catch_up()?,
            // What can't be read comes later than what is published; which may be enough, unless the store went back.
            Err(why) => Some(self.current()?).filter(|now| reaches(now)).ok_or(why)?,
        };
        let at = head_of(now.account())?;
        match at.against(&token) {
            Freshness::Fresh => Ok(now),
            Freshness::Behind => Err(HostError::Stale { at, token }),
            Freshness::Ahead if self.came_through(at, token)? => Ok(now),
            Freshness::Ahead | Freshness::OtherPast => Err(HostError::OtherPast { at, token }),
        }
    }

    /// Publishes what other processes have stored.
    pub fn catch_up(&self) -> Result<Arc<Authorizer>, StoreError> {
        self.follow(&mut self.writer())
    }

    /// Edits without a judgement: the vendor's acts, and migrations. Returns the token of what is stored then.
    pub fn edit(
        &self,
        by: Attribution,
        wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>,
    ) -> Result<Head, HostError> {
        let make = |account: &Account| session(account, by, wishes);
        self.change(make, |now, edited| Ok(now.admit_unjudged(edited)?))
    }

    /// Edits on behalf of a user, who can't give more than they have. Returns the token.
    pub fn edit_as(
        &self,
        actor: &str,
        wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>,
    ) -> Result<Head, HostError> {
        let make = |account: &Account| session(account, Attribution::by(actor), wishes);
        self.change(make, |now, edited| Ok(now.admit(edited, actor)?))
    }

    /// Moves the account to another version of the product, the vendor's act (P6). Returns the token.
    ///
    /// Whoever looks sees what it would do to whom, before it is stored, and may refuse; they return what they accept of
    /// that which the catalog does without declaring it. Only a catalog that the store was opened with will do: with
    /// another, the account could not be read after a restart.
    pub fn upgrade(
        &self,
        catalog: &Catalog,
        by: Attribution,
        look: impl FnOnce(&Upgrade) -> Result<Vec<Undeclared>, Failure>,
    ) -> Result<Head, HostError> {
        self.writer().must_have(catalog)?;
        let make = |account: &Account| {
            let upgrade = account.upgrade(catalog)?.attributed(by);
            let accepted = look(&upgrade).map_err(HostError::Wish)?;
            Ok(upgrade.accepting(accepted).finish()?)
        };
        self.change(make, |now, edited| Ok(now.admit_unjudged(edited)?))
    }

    fn change(
        &self,
        make: impl FnOnce(&Account) -> Result<Option<Edited>, HostError>,
        judge: impl FnOnce(&Authorizer, Edited) -> Result<Admitted, HostError>,
    ) -> Result<Head, HostError> {
        let mut store = self.writer();
        // Another process may have edited; or the last append of this one failed without saying whether it
        // had reached the disk. Either way the file knows.
        let now = self.follow(&mut store)?;
        let Some(edited) = make(now.account())? else { return Ok(head_of(now.account())?) };
        let (change, next) = judge(&now, edited)?.into_parts();
        let head = store.append(&change).map_err(|why| self.noticed(why))?;
        // Stored, so from here on nothing can fail.
        self.past().note(head);
        self.published.store(Arc::new(next));
        Ok(head)
    }

    /// Makes the next start faster. Requests and answers don't notice.
    pub fn compact(&self) -> Result<u64, StoreError> {
        self.with_store(|store| store.compact(&self.account))
    }

    /// Everything that happened, for audits.
    pub fn journal(&self) -> Result<Journal, StoreError> {
        self.with_store(|store| store.journal(&self.account))
    }

    fn follow(&self, store: &mut Store) -> Result<Arc<Authorizer>, StoreError> {
        let mut now = self.current()?;
        let mut account = now.account().clone();
        let read = store.advance(&mut account, |head| self.past().note(head));
        if account.head() != now.account().head() {
            now = Arc::new(now.refresh(account));
            self.published.store(Arc::clone(&now));
        }
        // Published as far as it can be read; but nobody edits who can't read the rest.
        read.map(|()| now).map_err(|why| self.noticed(why))
    }

    fn came_through(&self, at: Head, token: Head) -> Result<bool, StoreError> {
        let known = self.past().has(&token);
        known.map_or_else(|| self.with_store(|store| store.came_through(&self.account, at, token)), Ok)
    }

    fn with_store<T>(&self, work: impl FnOnce(&mut Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.current()?;
        work(&mut self.writer()).map_err(|why| self.noticed(why))
    }

    /// If the store went back, nothing is answered from now on.
    fn noticed(&self, why: StoreError) -> StoreError {
        if let StoreError::WentBack(why) = &why {
            let _first = self.went_back.set(why.clone());
        }
        why
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic while the lock was held left nothing half done: an open transaction was rolled back as it was
    /// dropped, and publishing is one pointer. So the poison says nothing.
    fn writer(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The heads of the latest states that this process went through. Tokens are mostly of these, and then no store is asked
/// whether the account came through the state that a token stands for.
#[derive(Debug, Default)]
struct Past(BTreeMap<u64, Head>);

impl Past {
    const KEPT: usize = 1024;

    fn note(&mut self, head: Head) {
        self.0.insert(head.revision, head);
        if self.0.len() > Self::KEPT {
            self.0.pop_first();
        }
    }

    /// `None` for a revision of which nothing is known here.
    fn has(&self, token: &Head) -> Option<bool> {
        self.0.get(&token.revision).map(|head| head == token)
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
