//! The account of one company: edited, stored and published here and nowhere else.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use rolecall::{Account, Attribution, Authorizer, Edit, Edited};

use crate::Failure;

/// An account in service. A host of many customers keeps one of these for each.
#[derive(Debug)]
pub struct Company {
    published: ArcSwap<Authorizer>,
    /// The changes since the account was taken in, a line each. Whoever edits holds the lock, so that each
    /// edit starts from the one before; requests never take it.
    journal: Mutex<Vec<String>>,
}

impl Company {
    #[must_use]
    pub fn new(account: Account) -> Self {
        let published = ArcSwap::from_pointee(Authorizer::new(account));
        Self { published, journal: Mutex::default() }
    }

    /// The same company after a restart.
    pub fn replay(mut account: Account, journal: Vec<String>) -> Result<Self, Failure> {
        for line in &journal {
            account = account.replay(&serde_json::from_str(line)?)?;
        }
        let published = ArcSwap::from_pointee(Authorizer::new(account));
        Ok(Self { published, journal: Mutex::new(journal) })
    }

    /// What is published at this moment. Take it once for a request: two answers of one request then never
    /// come from two revisions.
    #[must_use]
    pub fn current(&self) -> Arc<Authorizer> {
        self.published.load_full()
    }

    /// What was changed so far.
    #[must_use]
    pub fn journal(&self) -> Vec<String> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Edits the account in one session: all of it happens, or, on an error, nothing. Returns the revision.
    pub fn edit(
        &self,
        who: &str,
        wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>,
    ) -> Result<u64, Failure> {
        // A session that panicked has stored and published nothing, so a poisoned journal is whole.
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current();
        let mut session = current.account().edit().attributed(Attribution::by(who));
        wishes(&mut session)?;
        match session.finish() {
            Some(done) => self.publish(&mut journal, &current, done),
            None => Ok(current.account().revision()),
        }
    }

    /// Where edits become visible: once they are stored, and not if storing fails (P7).
    fn publish(&self, journal: &mut Vec<String>, current: &Authorizer, done: Edited) -> Result<u64, Failure> {
        journal.push(serde_json::to_string(done.change())?);
        let next = current.refresh(done.into_account());
        let revision = next.account().revision();
        self.published.store(Arc::new(next));
        Ok(revision)
    }
}
