//! Two writers and three readers, all at once, while processes, connections and the server are killed.
//!
//! Each edit has an effect of its own, so a lost update can be seen: users that only one writer knows, members of one
//! team, and custom roles numbered in the order in which they came to be, whoever created them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use host_postgres::protocol::Answer;
use host_postgres::{Writer, stored};
use rolecall::{Account, Assignee, Authorizer, Change, Head};

use crate::process::{Gone, Process};
use crate::server::{ACCOUNT, Server, account, predefined};

const SEND: &str = "campaigns/send";
const BALANCE: &str = "balance/view";
const PEOPLE: &str = "people/view";

/// Edits that are acknowledged before the test ends.
const EDITS: usize = 600;

/// An edit that a writer acknowledged, and what must be true at its revision.
#[derive(Clone, Debug)]
struct Acknowledged {
    head: Head,
    writer: usize,
    user: String,
    permission: &'static str,
    allowed: bool,
}

#[derive(Debug, Default)]
struct Figures {
    conflicts: AtomicU64,
    most_tries: AtomicU64,
    in_flight: AtomicU64,
    unknown: AtomicU64,
    fresh: AtomicU64,
    stale: AtomicU64,
    older_without_token: AtomicU64,
    asked_without_token: AtomicU64,
}

struct World {
    writers: Vec<Process>,
    readers: Vec<Process>,
    acknowledged: Mutex<Vec<Acknowledged>>,
    over: AtomicBool,
    figures: Figures,
}

#[test]
fn no_update_is_lost_and_no_answer_is_older_than_its_token() {
    let began = Instant::now();
    let server = Server::own();
    furnish(&server);
    let reader = |name: &str, poll| {
        Process::start(
            &server,
            "reader",
            name,
            &["--poll", poll, "--deadline", "1000", "--max-age", "3600000"],
        )
    };
    let world = World {
        writers: ["writer-0", "writer-1"].map(|name| Process::start(&server, "writer", name, &[])).into(),
        readers: [("reader-0", "500"), ("reader-1", "200"), ("reader-2", "3600000")]
            .map(|(name, poll)| reader(name, poll))
            .into(),
        acknowledged: Mutex::default(),
        over: AtomicBool::new(false),
        figures: Figures::default(),
    };
    let seed = std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("seed {seed}");
    let ready = began.elapsed();

    thread::scope(|scope| {
        let editing = [0, 1].map(|writer| {
            let (world, random) = (&world, fastrand::Rng::with_seed(seed + writer as u64));
            scope.spawn(move || world.edit_and_ask(writer, random))
        });
        // If anything fails, everybody stops.
        let stop = Stop(&world);
        world.trouble(&server, || editing.iter().any(thread::ScopedJoinHandle::is_finished));
        drop(stop);
    });

    let edited = began.elapsed() - ready;
    world.judge(&server);
    println!("started in {ready:.1?}, edited for {edited:.1?}, {:?} in all", began.elapsed());
}

/// One feature, and one team with a role, so that joining it has an effect.
fn furnish(server: &Server) {
    let mut writer = Writer::open(server.link("setup"), "setup", &predefined(), &account()).unwrap();
    let done = writer.edit(|session| {
        session.enable_feature("broadcast")?;
        session.enable_feature("people")?;
        session.create_team("everyone", "everyone")?;
        session.assign("campaign-manager", Assignee::team("everyone")?)?;
        Ok(())
    });
    done.unwrap();
}

struct Stop<'a>(&'a World);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, SeqCst);
    }
}

impl World {
    /// Edits at random, and asks every reader about each edit with its token.
    fn edit_and_ask(&self, writer: usize, mut random: fastrand::Rng) {
        let mut granted: Vec<String> = Vec::new();
        let mut number = 0;
        while !self.over.load(SeqCst) {
            number += 1;
            let user = format!("w{writer}-user-{number}");
            let (request, user, permission, allowed) = match random.u8(..4) {
                0 => (format!("edit assign campaign-manager {user}"), user, SEND, true),
                1 => (format!("edit join everyone {user}"), user, PEOPLE, true),
                2 => (format!("edit shift {BALANCE} {user}"), user, BALANCE, true),
                _ if granted.is_empty() => continue,
                _ => {
                    let user = granted.swap_remove(random.usize(..granted.len()));
                    (format!("edit unassign campaign-manager {user}"), user, SEND, false)
                }
            };
            match self.writers[writer].ask(&request) {
                Ok(Answer::Done { head, tries }) => {
                    self.figures.conflicts.fetch_add(u64::from(tries) - 1, SeqCst);
                    self.figures.most_tries.fetch_max(tries.into(), SeqCst);
                    let done = Acknowledged { head, writer, user, permission, allowed };
                    self.acknowledged.lock().unwrap().push(done.clone());
                    self.ask_everybody(&done);
                    if done.permission == SEND && done.allowed {
                        granted.push(done.user);
                    }
                }
                Ok(Answer::Unknown { .. }) => drop(self.figures.unknown.fetch_add(1, SeqCst)),
                Err(Gone::Meanwhile) => drop(self.figures.in_flight.fetch_add(1, SeqCst)),
                Err(Gone::Before) => thread::sleep(Duration::from_millis(5)),
                other => panic!("writer {writer}: {request}: {other:?}"),
            }
        }
    }

    fn ask_everybody(&self, done: &Acknowledged) {
        let Acknowledged { head, user, permission, allowed, .. } = done;
        for (n, reader) in self.readers.iter().enumerate() {
            let figures = &self.figures;
            let question = format!("check {user} {permission}");
            if let Ok(Answer::Allow { head: of } | Answer::Deny { head: of }) = reader.ask(&question) {
                figures.asked_without_token.fetch_add(1, SeqCst);
                figures.older_without_token.fetch_add(u64::from(of.revision < head.revision), SeqCst);
            }
            match (reader.ask(&format!("{question} at-least {head}")), allowed) {
                (Ok(Answer::Allow { head: of }), true) | (Ok(Answer::Deny { head: of }), false) => {
                    assert!(of.revision >= head.revision, "reader {n} answered as of {of}: {done:?}");
                    figures.fresh.fetch_add(1, SeqCst);
                }
                (Ok(Answer::Stale { head: of }), _) => {
                    assert!(of.revision < head.revision, "reader {n} refused, but is at {of}: {done:?}");
                    figures.stale.fetch_add(1, SeqCst);
                }
                (Err(_killed), _) => {}
                (other, _) => panic!("reader {n} answered {other:?}: {done:?}"),
            }
        }
    }

    /// Everything that can be killed is, one after the other.
    fn trouble(&self, server: &Server, failed: impl Fn() -> bool) {
        let edited = |part: usize| {
            let enough = EDITS * part / 12;
            while self.acknowledged.lock().unwrap().len() < enough {
                assert!(!failed(), "a writer's thread has failed");
                thread::sleep(Duration::from_millis(2));
            }
        };
        edited(1);
        self.readers[0].kill();
        edited(2);
        self.readers[0].restart();
        self.writers[0].kill();
        edited(3);
        self.writers[0].restart();
        assert_eq!(self.readers[1].ask("ignore"), Ok(Answer::Ok));
        edited(4);
        for purpose in ["listen", "follow"] {
            assert_eq!(server.cut(&format!("reader-2 {purpose}")), 1, "{purpose}");
        }
        edited(5);
        compact(server);
        self.readers[1].kill();
        self.readers[1].restart();
        edited(6);
        // In the middle of whatever is being written, and without a farewell.
        server.control(&["stop", "-m", "immediate"]);
        let last =
            self.acknowledged.lock().unwrap().iter().map(|done| done.head).max_by_key(|head| head.revision);
        let beyond = Head { revision: last.unwrap().revision + 100, ..last.unwrap() };
        for reader in &self.readers {
            let beyond = reader.ask(&format!("check maja {SEND} at-least {beyond}"));
            assert!(matches!(beyond, Ok(Answer::Stale { .. })), "{beyond:?}");
            self.figures.stale.fetch_add(1, SeqCst);
        }
        server.control(&["start"]);
        edited(8);
        assert_eq!(self.readers[2].ask("ignore"), Ok(Answer::Ok));
        edited(9);
        compact(server);
        edited(10);
        self.writers[1].kill();
        self.writers[1].restart();
        edited(12);
    }

    /// What everybody knows at the end is what was acknowledged.
    fn judge(&self, server: &Server) {
        let figures = &self.figures;
        let mut acknowledged = self.acknowledged.lock().unwrap().clone();
        acknowledged.sort_by_key(|done| done.head.revision);
        let mut stored = server.journal();
        let journal: Vec<Change> = (1..)
            .map_while(|revision| stored.change_at(revision).unwrap())
            .map(|text| serde_json::from_str(&text).unwrap())
            .collect();
        let last = journal.len() as u64;

        // Each acknowledged edit is in the journal where it was said to be, made by whom it was asked of.
        let mut by_revision = BTreeMap::new();
        for done in &acknowledged {
            let revision = done.head.revision;
            assert!(by_revision.insert(revision, done).is_none(), "two edits of one revision: {done:?}");
            let change = &journal[revision as usize - 1];
            assert_eq!(change.head(), done.head, "what is stored is what was acknowledged, to the digest");
            assert_eq!(change.attribution.who, Some(format!("writer-{}", done.writer)), "{done:?}");
            assert!(serde_json::to_string(&change.facts).unwrap().contains(&format!("\"{}\"", done.user)));
        }
        // Nothing else is, but the set-up and what was in flight when a writer was killed.
        let extra = (1..=last).filter(|revision| !by_revision.contains_key(revision)).count() as u64 - 1;
        let possible = figures.in_flight.load(SeqCst) + figures.unknown.load(SeqCst);
        assert!(extra <= possible, "{extra} changes that nobody acknowledged, {possible} were in flight");
        assert!(figures.in_flight.load(SeqCst) <= 2, "one for each kill: {figures:?}");

        // Everybody has the same bytes, and the journal leads to them.
        let replayed = server.journal().replayed(last).unwrap();
        let expected = stored::record_text(&replayed).unwrap();
        for process in self.writers.iter().chain(&self.readers) {
            assert_eq!(process.record(journal.last().unwrap().head()), expected);
        }
        assert_eq!(compact(server), last);
        assert_eq!(stored::record_text(&server.journal().load().unwrap()).unwrap(), expected);
        effects(&replayed, &acknowledged, &journal);

        assert!(figures.conflicts.load(SeqCst) > 0, "the writers never met");
        assert!(figures.fresh.load(SeqCst) > EDITS as u64 * 2, "most questions were answered");
        println!("{} changes, {} acknowledged, {extra} in flight", last, acknowledged.len());
        println!("{figures:#?}");
        for reader in &self.readers {
            println!("{:?}", reader.ask("figures").unwrap());
        }
    }
}

/// Every effect that was acknowledged and not taken back is there.
fn effects(account: &Account, acknowledged: &[Acknowledged], journal: &[Change]) {
    let auth = Authorizer::new(account.clone());
    let latest: BTreeMap<_, _> =
        acknowledged.iter().map(|done| ((&done.user, done.permission), done.allowed)).collect();
    for ((user, permission), allowed) in latest {
        let id = account.catalog().permission(permission).unwrap();
        assert_eq!(auth.subject(user).can(id), allowed, "{user} {permission}");
    }
    // The numbers have no gap, and none was given twice: each was chosen by one who knew all before it.
    let shifts =
        journal.iter().filter(|change| serde_json::to_string(change).unwrap().contains("role-created"));
    let roles: BTreeSet<String> = account.custom_roles().map(|role| role.id().to_string()).collect();
    assert_eq!(roles, (1..=shifts.count()).map(|n| format!("shift-{n}")).collect());
    assert!(roles.len() > EDITS / 12, "numbered roles were created: {}", roles.len());
}

fn compact(server: &Server) -> u64 {
    let done = Command::new(env!("CARGO_BIN_EXE_host_postgres"))
        .args(["compact", ACCOUNT])
        .env("ROLECALL_POSTGRES", server.database())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().parse().unwrap()
}
