//! Follows an account that others edit, and answers from memory, never from a state that is too old for the question.
//!
//! Two threads, so that no question waits for a connection longer than it wants to: one listens and calls, the other
//! reads, replays and publishes when it is called, and now and then without.

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
use rolecall::{Account, AccountId, Authorizer};

use crate::{Backoff, Catalogs, Failure, Journal, Link, journal};

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

/// No answer: the state that is known is older than the question allows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stale {
    /// The revision that is known.
    pub revision: u64,
    /// Why there will never be a later one: the process must be started with another catalog.
    pub stopped: Option<String>,
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
    published: ArcSwap<Authorizer>,
    /// When what is published was known to be all there was, in microseconds since `start`.
    confirmed: AtomicU64,
    start: Instant,
    called: Mutex<bool>,
    on_call: Condvar,
    on_news: Condvar,
    deaf: AtomicBool,
    /// Why it follows no longer.
    stopped: OnceLock<String>,
    pub figures: Figures,
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
        let replica = Arc::new(Self {
            link,
            catalogs: catalogs.clone(),
            id: id.clone(),
            tempo,
            published: ArcSwap::from_pointee(Authorizer::new(account)),
            confirmed: AtomicU64::new(0),
            start,
            called: Mutex::new(true),
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

    /// What is published, if it is at least as fresh as this token and not too old; otherwise what is published as soon
    /// as it is, within the deadline.
    ///
    /// # Errors
    ///
    /// - The deadline passed. There is no answer from an older state.
    /// - The replica lacks a catalog, so there will be no later state.
    pub fn at_least(&self, token: u64) -> Result<Arc<Authorizer>, Stale> {
        // The usual case takes no lock.
        if let Some(fresh) = self.fresh(token) {
            return Ok(fresh);
        }
        let until = Instant::now() + self.tempo.deadline;
        let mut called = self.lock();
        loop {
            if let Some(fresh) = self.fresh(token) {
                return Ok(fresh);
            }
            let left = until.saturating_duration_since(Instant::now());
            let stopped = self.stopped.get().cloned();
            if left.is_zero() || stopped.is_some() {
                return Err(Stale { revision: self.published.load().account().revision(), stopped });
            }
            // A read that has begun already may miss what the token stands for: ask for another.
            *called = true;
            self.on_call.notify_one();
            called = self.on_news.wait_timeout(called, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Drops announcements from now on, or no longer: for tests, as a lossy network would.
    pub fn ignore_announcements(&self, ignore: bool) {
        self.deaf.store(ignore, Relaxed);
    }

    fn fresh(&self, token: u64) -> Option<Arc<Authorizer>> {
        // In this order: a state that is published after it was confirmed is newer, never older.
        let confirmed = self.start + Duration::from_micros(self.confirmed.load(Acquire));
        let published = self.published.load_full();
        let fresh = published.account().revision() >= token && confirmed.elapsed() <= self.tempo.max_age;
        fresh.then_some(published)
    }

    /// Connects again, sooner or later, whenever the work ends; unless it ends for want of a catalog, which no waiting
    /// brings.
    fn keep(&self, what: &str, work: impl Fn(&mut Backoff) -> Result<Infallible, Failure>) {
        let mut backoff = Backoff::new();
        loop {
            let Err(failure) = work(&mut backoff);
            self.figures.lost.fetch_add(1, Relaxed);
            eprintln!("{what}: {failure}");
            if matches!(failure, Failure::NeedsCatalog { .. }) {
                let _first = self.stopped.set(failure.to_string());
                let called = self.lock();
                self.on_news.notify_all();
                drop(called);
                return;
            }
            thread::sleep(backoff.pause());
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
            *self.lock() = false;
            self.read(&mut journal)?;
            backoff.reset();
            let called = self.lock();
            drop(self.on_call.wait_timeout_while(called, self.tempo.poll, |called| !*called));
        }
    }

    fn read(&self, journal: &mut Journal) -> Result<(), Failure> {
        self.figures.reads.fetch_add(1, Relaxed);
        let began = self.start.elapsed();
        let before = self.published.load_full();
        let mut account = before.account().clone();
        let read = journal.catch_up(&mut account);
        // Also if the rest can't be read: what was revoked before it is revoked.
        if account.revision() != before.account().revision() {
            self.published.store(Arc::new(before.refresh(account)));
        }
        if read.is_ok() {
            self.confirmed.store(u64::try_from(began.as_micros()).unwrap_or(0), Release);
        }
        // Whoever waits looks while holding the lock, so nobody looks before this and sleeps after it.
        let called = self.lock();
        self.on_news.notify_all();
        drop(called);
        read
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
        *self.lock() = true;
        self.on_call.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner)
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
