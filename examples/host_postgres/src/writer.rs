//! Edits an account that others edit at the same time. No edit is lost, and none is done twice.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rolecall::{Account, AccountId, Attribution, Catalog, Edit};

use crate::{Appended, Backoff, Failure, Journal, Link, stored};

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
    /// Most tries to be the first. Each time somebody else was, so the account moves on even if this edit does not.
    pub const TRIES: u32 = 100;

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
    /// see that state, so nothing that they decide by is old.
    ///
    /// # Errors
    ///
    /// - The edit is refused, by the first state or a later one.
    /// - Others were first again and again.
    /// - The database can't be reached. If that happened while the change was being stored, the error says
    ///   [`Failure::Unknown`]: it may be stored or not.
    pub fn edit(&mut self, wishes: impl Fn(&mut Edit) -> Result<(), Failure>) -> Result<Written, Failure> {
        self.edits += 1;
        // Travels in the change, so that a writer knows its own.
        let mark = format!("edit {:016x}-{}", self.nonce, self.edits);
        for tries in 1..=Self::TRIES {
            let attribution = Attribution::by(&self.name).because(&mark);
            let mut session = self.account.edit().attributed(attribution);
            wishes(&mut session)?;
            let Some(done) = session.finish() else {
                return Ok(Written::Unchanged { revision: self.account.revision() });
            };
            let text = stored::change_text(done.change())?;
            let revision = done.change().revision();
            let appended = self.connected().and_then(|journal| journal.append(done.change(), &text));
            match appended {
                Ok(Appended::Stored) => {
                    self.account = done.into_account();
                    return Ok(Written::Done { revision, tries });
                }
                Ok(Appended::Taken) => {}
                Err(failure) if failure.is_passing() => self.journal = None,
                Err(failure) => return Err(failure),
            }
            // Another was first; or the connection was lost, perhaps after the change was stored. What has the
            // revision says which. The order matters: once the account is past the revision, nothing can take it.
            let ours = self.insist(|journal, account| {
                *account = journal.catch_up(account.clone())?;
                let found = journal.change_at(revision)?;
                Ok(found.map(|found| stored::is_marked(&found, &mark)).transpose()? == Some(true))
            });
            let unknown = |source| Failure::Unknown { revision, source: Box::new(source) };
            if ours.map_err(unknown)? {
                self.catch_up().map_err(unknown)?;
                return Ok(Written::Done { revision, tries });
            }
            // Lets the others through, by chance, more and more.
            sleep(Duration::from_micros(fastrand::u64(..1 + 500 * u64::from(tries.min(20)))));
        }
        Err(Failure::Crowded { tries: Self::TRIES })
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
