//! Edits an account that others edit at the same time. No edit is lost, and none is done twice.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rolecall::{Account, AccountId, Attribution, Edit, Edited, Freshness, Head, Undeclared, UpgradeReport};

use crate::journal::Outcome;
use crate::{Backoff, Catalogs, Failure, Journal, Link, stored};

/// What an edit came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Written {
    /// It is stored. The head is the token: a reader that is asked with it answers from this state or one that came from it.
    Done { head: Head, tries: u32 },
    /// It was so already at this head.
    Unchanged { head: Head },
}

/// One who edits.
pub struct Writer {
    link: Link,
    catalogs: Catalogs,
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
    pub fn open(link: Link, name: &str, catalogs: &Catalogs, id: &AccountId) -> Result<Self, Failure> {
        let account = Account::new(catalogs.newest(), id)?;
        let (name, nonce) = (name.to_owned(), fastrand::u64(..));
        let catalogs = catalogs.clone();
        let mut writer = Self { link, catalogs, journal: None, account, name, nonce, edits: 0 };
        writer.insist(|journal, account| {
            *account = journal.load()?;
            Ok(())
        })?;
        Ok(writer)
    }

    /// The account as this process knows it: at least all that it has written. What it says may be lost, if the database
    /// [went back](Failure::WentBack): [catch up](Self::catch_up) first.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Reads what others have written.
    pub fn catch_up(&mut self) -> Result<&Account, Failure> {
        self.insist(Journal::catch_up)?;
        Ok(&self.account)
    }

    /// How what is stored stands to a token. Only what came from the token's state is [ahead](Freshness::Ahead) of it.
    pub fn freshness(&mut self, token: &Head) -> Result<Freshness, Failure> {
        self.insist(|journal, account| {
            journal.catch_up(account)?;
            Ok(match stored::head_of(account)?.against(token) {
                Freshness::Ahead if journal.head_at(token.revision)? != Some(*token) => Freshness::OtherPast,
                known => known,
            })
        })
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
    /// - Another process has upgraded the account to a catalog that is not here.
    /// - The database [went back](Failure::WentBack) behind what this process knows: it is refused from now on.
    pub fn edit(&mut self, wishes: impl Fn(&mut Edit) -> Result<(), Failure>) -> Result<Written, Failure> {
        self.change(|account, attribution| {
            let mut session = account.edit().attributed(attribution);
            wishes(&mut session)?;
            Ok(session.finish())
        })
    }

    /// Moves the account to the newest version of the product that is here (P6); stored and published like any edit.
    ///
    /// # Errors
    ///
    /// - As for [`edit`](Self::edit).
    /// - The account is of a later version, or its own version is not here.
    /// - The newest version does something that it does not declare and that is not accepted.
    pub fn upgrade(&mut self, accepted: &[Undeclared]) -> Result<Written, Failure> {
        let newest = self.catalogs.newest().clone();
        self.change(|account, attribution| {
            let upgrade = account.upgrade(&newest)?.attributed(attribution);
            Ok(upgrade.accepting(accepted.iter().cloned()).finish()?)
        })
    }

    /// What that would do to whom, and what would have to be accepted.
    pub fn preview(&mut self) -> Result<UpgradeReport, Failure> {
        self.catch_up()?;
        Ok(self.account.upgrade(self.catalogs.newest())?.report())
    }

    fn change(
        &mut self,
        make: impl Fn(&Account, Attribution) -> Result<Option<Edited>, Failure>,
    ) -> Result<Written, Failure> {
        self.edits += 1;
        let name = self.name.clone();
        // Travels in the change, so that a writer knows its own.
        let mark = format!("edit {:016x}-{}", self.nonce, self.edits);
        let mut pending = false;
        for tries in 1..=Self::TRIES {
            let mut next = None;
            // The commit of a lost connection may still be under way. An attempt at the same revision meets it and asks
            // again; one in turn would wait for it, step over it, and edit a second time.
            let in_turn = tries > Self::HOPEFUL && !pending;
            let outcome = self.attempt(in_turn, |account| {
                let done = make(account, Attribution::by(&name).because(&mark))?;
                next = done.as_ref().map(|done| done.change().head());
                Ok(done)
            });
            match outcome {
                Ok(Outcome::Stored(account)) => {
                    let head = stored::head_of(&account)?;
                    self.account = account;
                    return Ok(Written::Done { head, tries });
                }
                Ok(Outcome::Unchanged(account)) => {
                    let head = stored::head_of(&account)?;
                    self.account = account;
                    return Ok(Written::Unchanged { head });
                }
                Ok(Outcome::Taken) if !pending => {
                    // Nothing of this edit is on its way, so it is not stored even if this fails.
                    self.catch_up()?;
                    continue;
                }
                Ok(Outcome::Taken) => pending = false,
                Err(failure) if failure.is_passing() => {
                    self.journal = None;
                    pending = true;
                }
                Err(failure) => return Err(failure),
            }
            if let Some(head) = self.is_stored(next, &mark)? {
                return Ok(Written::Done { head, tries });
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

    /// Catches up after an attempt that did not say that it succeeded, and looks whether it did: where it is stored.
    ///
    /// Others were first; or the connection was lost, perhaps after the change was stored. What has the revision
    /// says which.
    fn is_stored(&mut self, next: Option<Head>, mark: &str) -> Result<Option<Head>, Failure> {
        let looked = self.insist(|journal, account| {
            // In this order: once the account is past the revision, nothing can take it any more.
            journal.catch_up(account)?;
            let Some(Head { revision, .. }) = next else { return Ok(None) };
            let Some(found) = journal.change_at(revision)? else { return Ok(None) };
            if !stored::is_marked(&found, mark)? {
                return Ok(None);
            }
            // It may have come only after the account was read.
            if account.revision() < revision {
                journal.catch_up(account)?;
            }
            journal.head_at(revision)
        });
        match (looked, next) {
            // What follows a state that the database lost is not stored in it, now or later.
            (Err(failure), Some(head)) if !matches!(failure, Failure::WentBack { .. }) => {
                Err(Failure::Unknown { head, source: Box::new(failure) })
            }
            (looked, _) => looked,
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
            None => Journal::open(&self.link, "write", &self.catalogs, self.account.id())?,
        };
        Ok(self.journal.insert(journal))
    }
}
