//! Follows an account that others edit, and answers from memory, never from a state that is too old for the question.
//!
//! Two threads, so that no question waits for a connection longer than it wants to: one listens and calls, the other
//! reads, replays and publishes when it is called, and now and then without.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use postgres::fallible_iterator::FallibleIterator;
use rolecall::{Account, AccountId, Authorizer, Freshness, Head, ReplayError};

use crate::{Backoff, Catalogs, Failure, Journal, Link, journal, stored};

/// How often a listener that hears nothing asks whether the server is still there.
const SILENCE: Duration = Duration::from_secs(5);

/// How patient a replica is.
#[derive(Clone, Copy, Debug)]
pub struct Tempo {
    /// It reads at least as often, announced or not.
    pub poll: Duration,
    /// How long a question waits for a state that is fresh enough.
    pub deadline: Duration,
    /// No answer is older, whatever the question allows: somebody cut off from the database must not go on allowing
    /// what was revoked long ago.
    pub max_age: Duration,
}

/// Why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoAnswer {
    /// What is known is older than the question allows.
    Stale { at: Head },
    /// The token is of another past: of one that the database had before it went back.
    OtherPast { at: Head },
    /// There will be no later state, or the one that is known is lost: the process must be started anew.
    Stopped { at: Head, why: String },
}

/// What happened to a replica so far.
#[derive(Debug, Default)]
pub struct Figures {
    /// Announcements that it heard.
    pub heard: AtomicU64,
    /// Announcements that it ignored.
    pub ignored: AtomicU64,
    /// Reads of the journal.
    pub reads: AtomicU64,
    /// Connections that were lost, or not to be had.
    pub lost: AtomicU64,
}

/// A copy of an account that follows the database.
pub struct Replica {
    link: Link,
    catalogs: Catalogs,
    id: AccountId,
    tempo: Tempo,
    published: ArcSwap<State>,
    /// When what is published was known to be all there was, in microseconds since `start`.
    confirmed: AtomicU64,
    start: Instant,
    calls: Mutex<Calls>,
    on_call: Condvar,
    on_news: Condvar,
    deaf: AtomicBool,
    /// Why it follows no longer.
    stopped: OnceLock<Stopped>,
    pub figures: Figures,
}

/// What is published: one pointer for both.
struct State {
    head: Head,
    authorizer: Arc<Authorizer>,
}

/// What the follower is asked to do, and what it has found.
#[derive(Default)]
struct Calls {
    /// To read.
    read: bool,
    /// To look which states the account had at these revisions.
    look: BTreeSet<u64>,
    past: Past,
}

/// Which states the account came through, as far as this was read: to tell a token of its past from one of another.
#[derive(Default)]
struct Past(BTreeMap<u64, Option<Head>>);

impl Past {
    /// What is forgotten is looked up again.
    const KEPT: usize = 1024;

    fn note(&mut self, revision: u64, head: Option<Head>) {
        if self.0.len() >= Self::KEPT {
            self.0.clear();
        }
        self.0.insert(revision, head);
    }

    /// `None` for a revision of which nothing is known.
    fn has(&self, token: &Head) -> Option<bool> {
        self.0.get(&token.revision).map(|head| head.as_ref() == Some(token))
    }
}

enum Stopped {
    /// It lacks a catalog. What it knows was right, and is answered from until it is too old.
    Lacking(String),
    /// The database went back: what it knows is lost, and nothing is answered from it.
    Lost(String),
}

impl Replica {
    /// Loads the account, and follows it from now on.
    pub fn start(
        link: Link,
        catalogs: &Catalogs,
        id: &AccountId,
        tempo: Tempo,
    ) -> Result<Arc<Self>, Failure> {
        let start = Instant::now();
        let account = load(&link, catalogs, id)?;
        let head = stored::head_of(&account)?;
        let replica = Arc::new(Self {
            link,
            catalogs: catalogs.clone(),
            id: id.clone(),
            tempo,
            published: ArcSwap::from_pointee(State { head, authorizer: Arc::new(Authorizer::new(account)) }),
            confirmed: AtomicU64::new(0),
            start,
            calls: Mutex::new(Calls { read: true, ..Calls::default() }),
            on_call: Condvar::new(),
            on_news: Condvar::new(),
            deaf: AtomicBool::new(false),
            stopped: OnceLock::new(),
            figures: Figures::default(),
        });
        let (listener, follower) = (Arc::clone(&replica), Arc::clone(&replica));
        thread::spawn(move || listener.keep("listen", |_| listener.listen()));
        thread::spawn(move || follower.keep("follow", |backoff| follower.follow(backoff)));
        Ok(replica)
    }

    /// What is published, if it is not too old and, if there is a token, comes from its state; otherwise what is
    /// published as soon as it does, within the deadline.
    ///
    /// # Errors
    ///
    /// - The deadline passed. There is no answer from an older state.
    /// - The token is of another past.
    /// - The replica lacks a catalog, so there will be no later state; or the database went back behind what it knows,
    ///   so there is no answer at all.
    pub fn at_least(&self, token: Option<Head>) -> Result<(Head, Arc<Authorizer>), NoAnswer> {
        // The usual case takes no lock.
        if let Some(answer) = self.answer(token, None) {
            return answer;
        }
        let until = Instant::now() + self.tempo.deadline;
        let mut calls = self.lock();
        loop {
            if let Some(answer) = self.answer(token, Some(&calls.past)) {
                return answer;
            }
            let at = self.published.load().head;
            if let Some(Stopped::Lacking(why) | Stopped::Lost(why)) = self.stopped.get() {
                return Err(NoAnswer::Stopped { at, why: why.clone() });
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(NoAnswer::Stale { at });
            }
            // A read that has begun already may miss what the token stands for: ask for another.
            calls.read = true;
            calls.look.extend(token.map(|token| token.revision).filter(|revision| *revision < at.revision));
            self.on_call.notify_one();
            calls = self.on_news.wait_timeout(calls, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Drops announcements from now on, or no longer: for tests, as a lossy network would.
    pub fn ignore_announcements(&self, ignore: bool) {
        self.deaf.store(ignore, Relaxed);
    }

    /// The answer to a question with this token, if what is known here is enough for one.
    fn answer(
        &self,
        token: Option<Head>,
        past: Option<&Past>,
    ) -> Option<Result<(Head, Arc<Authorizer>), NoAnswer>> {
        // In this order: a state that is published after it was confirmed is newer, never older.
        let confirmed = self.start + Duration::from_micros(self.confirmed.load(Acquire));
        let State { head, authorizer } = &**self.published.load();
        let at = *head;
        if let Some(Stopped::Lost(why)) = self.stopped.get() {
            return Some(Err(NoAnswer::Stopped { at, why: why.clone() }));
        }
        if confirmed.elapsed() > self.tempo.max_age {
            return None;
        }
        let comes_from_it = match token.map(|token| (at.against(&token), token)) {
            None | Some((Freshness::Fresh, _)) => true,
            Some((Freshness::Behind, _)) => return None,
            Some((Freshness::OtherPast, _)) => false,
            Some((Freshness::Ahead, token)) => past?.has(&token)?,
        };
        Some(if comes_from_it { Ok((at, Arc::clone(authorizer))) } else { Err(NoAnswer::OtherPast { at }) })
    }

    /// Connects again, sooner or later, whenever the work ends; unless it ends for want of a catalog, or because the
    /// database went back: no waiting helps then.
    fn keep(&self, what: &str, work: impl Fn(&mut Backoff) -> Result<Infallible, Failure>) {
        let mut backoff = Backoff::new();
        loop {
            let Err(failure) = work(&mut backoff);
            self.figures.lost.fetch_add(1, Relaxed);
            eprintln!("{what}: {failure}");
            let stopped = match failure {
                Failure::NeedsCatalog { .. } => Stopped::Lacking(failure.to_string()),
                Failure::WentBack { .. } => Stopped::Lost(failure.to_string()),
                Failure::Diverged { ref source, .. } if matches!(**source, ReplayError::OtherPast { .. }) => {
                    Stopped::Lost(failure.to_string())
                }
                _ => {
                    thread::sleep(backoff.pause());
                    continue;
                }
            };
            let _first = self.stopped.set(stopped);
            let called = self.lock();
            self.on_news.notify_all();
            drop(called);
            return;
        }
    }

    /// Reads whenever it is called, and at least at each interval.
    ///
    /// A change that can't be read or does not follow ends here, again and again: what is published stays as it was, and
    /// soon it is too old to answer from.
    fn follow(&self, backoff: &mut Backoff) -> Result<Infallible, Failure> {
        let mut journal = Journal::open(&self.link, "follow", &self.catalogs, &self.id)?;
        loop {
            // Before reading: a call that comes while the query runs asks for another one.
            self.lock().read = false;
            self.read(&mut journal)?;
            backoff.reset();
            let calls = self.lock();
            drop(self.on_call.wait_timeout_while(calls, self.tempo.poll, |calls| !calls.read));
        }
    }

    fn read(&self, journal: &mut Journal) -> Result<(), Failure> {
        self.figures.reads.fetch_add(1, Relaxed);
        let began = self.start.elapsed();
        let before = self.published.load_full();
        let mut account = before.authorizer.account().clone();
        let read = journal.catch_up(&mut account);
        let head = stored::head_of(&account)?;
        // Also if the rest can't be read: what was revoked before it is revoked.
        if head != before.head {
            let authorizer = Arc::new(before.authorizer.refresh(account));
            self.published.store(Arc::new(State { head, authorizer }));
        }
        if read.is_ok() {
            self.confirmed.store(u64::try_from(began.as_micros()).unwrap_or(0), Release);
        }
        let looked = read.and_then(|()| self.look(journal, head));
        // Whoever waits looks while holding the lock, so nobody looks before this and sleeps after it.
        let called = self.lock();
        self.on_news.notify_all();
        drop(called);
        looked
    }

    /// Looks up which states the account had at the revisions that are asked for.
    fn look(&self, journal: &mut Journal, head: Head) -> Result<(), Failure> {
        let mut calls = self.lock();
        calls.past.note(head.revision, Some(head));
        let look = std::mem::take(&mut calls.look);
        drop(calls);
        for revision in look {
            let found = journal.head_at(revision)?;
            self.lock().past.note(revision, found);
        }
        Ok(())
    }

    fn listen(&self) -> Result<Infallible, Failure> {
        let mut client = self.link.connect("listen")?;
        client.batch_execute(&format!("LISTEN {}", journal::CHANNEL))?;
        // Listen first, read then. The other way round, a change that is stored in between would be announced to
        // nobody and read by nobody until the next one.
        self.call();
        loop {
            let heard = client.notifications().timeout_iter(SILENCE).next()?;
            match heard {
                Some(heard) => self.hear(heard.payload()),
                None => client.is_valid(SILENCE)?,
            }
        }
    }

    /// An announcement is a hint and proves nothing: what counts is what is read then.
    fn hear(&self, announced: &str) {
        if self.deaf.load(Relaxed) {
            self.figures.ignored.fetch_add(1, Relaxed);
            return;
        }
        let Some((_, id)) = announced.split_once(' ') else { return self.call() };
        if id == self.id.as_str() {
            self.figures.heard.fetch_add(1, Relaxed);
            self.call();
        }
    }

    fn call(&self) {
        self.lock().read = true;
        self.on_call.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The account, as soon as the database can be reached.
fn load(link: &Link, catalogs: &Catalogs, id: &AccountId) -> Result<Account, Failure> {
    let mut backoff = Backoff::new();
    loop {
        match Journal::open(link, "load", catalogs, id).and_then(|mut journal| journal.load()) {
            Err(failure) if failure.is_passing() => {
                eprintln!("load: {failure}");
                thread::sleep(backoff.pause());
            }
            loaded => return loaded,
        }
    }
}
