//! Edits an account that others edit at the same time. No edit is lost, and none is done twice.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rolecall::{Account, AccountId, Attribution, Catalog, Edit, Edited};

use crate::journal::Outcome;
use crate::{Backoff, Failure, Journal, Link, stored};

/// What an edit came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Written {
    /// It is stored. The revision is the token: a reader that is asked with it answers from this state or a later one.
    Done { revision: u64, tries: u32 },
    /// It was so already at this revision.
    Unchanged { revision: u64 },
}

/// One who edits.
pub struct Writer {
    link: Link,
    journal: Option<Journal>,
    account: Account,
    name: String,
    /// Tells this process from one of the same name before it.
    nonce: u64,
    edits: u64,
}

impl Writer {
    /// How often a writer just tries to be the first. After that the others wait for it once: somebody with a slow
    /// connection would come second for ever.
    pub const HOPEFUL: u32 = 4;

    /// Most tries. One in turn succeeds unless the connection is lost in the middle.
    pub const TRIES: u32 = 16;

    /// How long a writer tries to reach the database before it gives up an edit.
    pub const PATIENCE: Duration = Duration::from_secs(20);

    /// Loads the account.
    pub fn open(link: Link, name: &str, catalog: &Catalog, id: &AccountId) -> Result<Self, Failure> {
        let account = Account::new(catalog, id)?;
        let (name, nonce) = (name.to_owned(), fastrand::u64(..));
        let mut writer = Self { link, journal: None, account, name, nonce, edits: 0 };
        writer.insist(|journal, account| {
            *account = journal.load()?;
            Ok(())
        })?;
        Ok(writer)
    }

    /// The account as this process knows it: at least all that it has written.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Reads what others have written.
    pub fn catch_up(&mut self) -> Result<&Account, Failure> {
        self.insist(|journal, account| {
            *account = journal.catch_up(account.clone())?;
            Ok(())
        })?;
        Ok(&self.account)
    }

    /// Edits the account in one session, stores the change, and publishes the account then (P7).
    ///
    /// If another writer was first, the edit is done again on the state that they left: the wishes are asked anew and
    /// see that state, so nothing that they decide by is old. There is no pause in between: whoever lost has waited for
    /// the winner already, and would only lose again while they sleep.
    ///
    /// # Errors
    ///
    /// - The edit is refused, by the first state or a later one.
    /// - Others were first again and again.
    /// - The database can't be reached. If that happened while the change was being stored, the error says
    ///   [`Failure::Unknown`]: it may be stored or not.
    pub fn edit(&mut self, wishes: impl Fn(&mut Edit) -> Result<(), Failure>) -> Result<Written, Failure> {
        self.edits += 1;
        let name = self.name.clone();
        // Travels in the change, so that a writer knows its own.
        let mark = format!("edit {:016x}-{}", self.nonce, self.edits);
        let mut pending = false;
        for tries in 1..=Self::TRIES {
            let mut revision = None;
            // The commit of a lost connection may still be under way. An attempt at the same revision meets it and asks
            // again; one in turn would wait for it, step over it, and edit a second time.
            let in_turn = tries > Self::HOPEFUL && !pending;
            let outcome = self.attempt(in_turn, |account| {
                let mut session = account.edit().attributed(Attribution::by(&name).because(&mark));
                wishes(&mut session)?;
                let done = session.finish();
                revision = done.as_ref().map(|done| done.change().revision());
                Ok(done)
            });
            match outcome {
                Ok(Outcome::Stored(account)) => {
                    let revision = account.revision();
                    self.account = account;
                    return Ok(Written::Done { revision, tries });
                }
                Ok(Outcome::Unchanged(account)) => {
                    let revision = account.revision();
                    self.account = account;
                    return Ok(Written::Unchanged { revision });
                }
                Ok(Outcome::Taken) => pending = false,
                Err(failure) if failure.is_passing() => {
                    self.journal = None;
                    pending = true;
                }
                Err(failure) => return Err(failure),
            }
            if self.is_stored(revision, &mark)? {
                let revision = revision.unwrap_or_default();
                return Ok(Written::Done { revision, tries });
            }
        }
        Err(Failure::Crowded { tries: Self::TRIES })
    }

    fn attempt(
        &mut self,
        in_turn: bool,
        make: impl FnMut(&Account) -> Result<Option<Edited>, Failure>,
    ) -> Result<Outcome, Failure> {
        let account = self.account.clone();
        let journal = self.connected()?;
        match in_turn {
            false => journal.append(account, make),
            true => journal.append_in_turn(account, make),
        }
    }

    /// Catches up after an attempt that did not say that it succeeded, and looks whether it did.
    ///
    /// Another was first; or the connection was lost, perhaps after the change was stored. What has the revision
    /// says which.
    fn is_stored(&mut self, revision: Option<u64>, mark: &str) -> Result<bool, Failure> {
        let looked = self.insist(|journal, account| {
            // In this order: once the account is past the revision, nothing can take it any more.
            *account = journal.catch_up(account.clone())?;
            let Some(revision) = revision else { return Ok(false) };
            let Some(found) = journal.change_at(revision)? else { return Ok(false) };
            let ours = stored::is_marked(&found, mark)?;
            // It may have come only after the account was read.
            if ours && account.revision() < revision {
                *account = journal.catch_up(account.clone())?;
            }
            Ok(ours)
        });
        match revision {
            Some(revision) => {
                looked.map_err(|source| Failure::Unknown { revision, source: Box::new(source) })
            }
            None => looked,
        }
    }

    /// Does something with the database and the account, on a new connection if need be, until it works or patience
    /// ends.
    fn insist<T>(
        &mut self,
        mut work: impl FnMut(&mut Journal, &mut Account) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (until, mut backoff) = (Instant::now() + Self::PATIENCE, Backoff::new());
        loop {
            let mut account = self.account.clone();
            let worked = self.connected().and_then(|journal| work(journal, &mut account));
            match worked {
                Ok(worked) => {
                    self.account = account;
                    return Ok(worked);
                }
                Err(failure) if failure.is_passing() && Instant::now() < until => {
                    self.journal = None;
                    sleep(backoff.pause());
                }
                Err(failure) => {
                    self.journal = None;
                    return Err(failure);
                }
            }
        }
    }

    fn connected(&mut self) -> Result<&mut Journal, Failure> {
        let journal = match self.journal.take() {
            Some(journal) => journal,
            None => Journal::open(&self.link, "write", self.account.catalog(), self.account.id())?,
        };
        Ok(self.journal.insert(journal))
    }
}
