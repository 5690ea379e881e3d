//! What readers load, and the writer publishes.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use rolecall::{Account, Authorizer, Change, Edit};

/// What those who edit may fail with.
pub type Failure = Box<dyn Error + Send + Sync>;

/// One account, shared by all threads of a process.
#[derive(Debug)]
pub struct Live {
    published: ArcSwap<Authorizer>,
    /// The changes so far, in place of a database. Whoever edits holds the lock, so that each edit starts
    /// from the one before; readers never take it.
    journal: Mutex<Vec<Change>>,
}

impl Live {
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self { published: ArcSwap::from_pointee(Authorizer::new(account)), journal: Mutex::default() }
    }

    /// What is published at this moment. Once for each request, not for each question: see
    /// [`Loading`](crate::drill::Loading) for what happens otherwise.
    #[must_use]
    pub fn current(&self) -> Arc<Authorizer> {
        self.published.load_full()
    }

    /// Edits the account in one session: all of it is published at once, or, on an error, nothing.
    /// Returns the revision.
    pub fn edit(&self, wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>) -> Result<u64, Failure> {
        // A session that panicked has appended and published nothing: the journal is whole, poisoned or not.
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.current();
        let mut session = now.account().edit();
        wishes(&mut session)?;
        let Some(edited) = session.finish() else { return Ok(now.account().revision()) };
        let (change, next) = now.admit_unjudged(edited)?.into_parts();
        let revision = change.revision();
        journal.push(change);
        // Readers that loaded before keep what they have; it is freed when the last of them is done.
        self.published.store(Arc::new(next));
        Ok(revision)
    }

    /// What was changed so far.
    #[must_use]
    pub fn journal(&self) -> Vec<Change> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
