//! Kills a writing process, hundreds of times, and looks at what it left behind.
//!
//! `KILLS=2000 SEED=7 cargo test --test kill -- --nocapture` kills more often, at other moments.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not there fails the test"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use dice::Dice;
use host_sqlite::{Journal, Store};
use rolecall::{Account, AccountId, Catalog, Fact, Head, RoleId};

#[path = "../src/bin/writer/dice.rs"]
mod dice;
#[path = "../src/bin/writer/product.rs"]
mod product;

const KILLS: u64 = 300;
const RUNNERS: u64 = 5;

/// What all killed processes said, and what was found after them.
#[derive(Debug, Default)]
struct Tally {
    kills: u64,
    acknowledged: u64,
    /// Kills after which a change was stored whole that nobody had been told of.
    unheard: u64,
    /// Kills before the process was ready, and during a compaction.
    starting: u64,
    compacting: u64,
    compactions: u64,
    upgrades: u64,
}

/// What one process said before it died.
#[derive(Default)]
struct Said {
    opening: bool,
    ready: bool,
    acknowledged: Vec<Head>,
    compacting: bool,
    compacted: u64,
}

/// What must never be lost again: the changes that earlier rounds have found, and where they lead.
struct Known {
    start: Account,
    changes: Vec<rolecall::Change>,
    account: Account,
    catalogs: Vec<Catalog>,
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn a_killed_writer_loses_nothing_it_was_told_is_stored() {
    let (kills, seed) = (number("KILLS", KILLS), number("SEED", 1));
    let folder = tempfile::tempdir().unwrap();
    let (file, catalogs) = (folder.path().join("accounts.db"), product::versions().unwrap());
    let id = AccountId::new("initech").unwrap();
    let start = Account::new(&catalogs[0], &id).unwrap();
    Store::open(&file, &catalogs).unwrap().create(&start).unwrap();

    let (mut dice, mut tally) = (Dice(seed), Tally::default());
    let mut known = Known { account: start.clone(), start, changes: Vec::new(), catalogs: catalogs.clone() };
    for kill in 0..kills {
        let said = write_until_killed(&file, &mut dice);
        let before = known.account.revision();
        let told = before + said.acknowledged.len() as u64;
        assert!(
            said.acknowledged.iter().map(|head| head.revision).eq(before + 1..=told),
            "kill {kill}: one revision after another is acknowledged"
        );

        check_file(&file);
        let mut store = Store::open(&file, &catalogs).unwrap();
        let found = known.check(&mut store, &id);
        assert!(found >= told, "kill {kill}: revision {told} was acknowledged, {found} is stored");
        let heads = known.changes[before as usize..].iter().map(|change| change.head());
        assert!(
            said.acknowledged.iter().copied().eq(heads.take(said.acknowledged.len())),
            "kill {kill}: what is stored is what was acknowledged, to the digest"
        );
        assert!(found <= told + 1, "kill {kill}: {found} is stored, at most {told} and one more was written");

        tally.kills += 1;
        tally.acknowledged += said.acknowledged.len() as u64;
        tally.unheard += found - told;
        tally.starting += u64::from(!said.ready);
        tally.compacting += u64::from(said.compacting);
        tally.compactions += said.compacted;
    }

    // All of it once more, from the very first change, by the store itself.
    let mut store = Store::open(&file, &catalogs).unwrap();
    assert_eq!(store.verify(&id).unwrap(), known.account.revision());
    let mut account = known.start.clone();
    for change in &known.changes {
        account = account.replay_with(change, &catalogs).unwrap();
    }
    assert_eq!(account.record(), store.load(&id).unwrap().record());
    let facts: usize = known.changes.iter().map(|change| change.facts.len()).sum();
    tally.upgrades = u64::from(account.catalog().version()) - 1;
    println!("{tally:?}");
    println!("{} changes of {facts} facts, seed {seed}", known.changes.len());
    assert!(tally.acknowledged > kills, "writers lived long enough to write");
    assert!(kills < 50 || tally.compactions > 0, "and to compact");
    assert!(kills < 100 || tally.upgrades > 0, "and to upgrade");
}

/// Starts a writer, kills it at a random moment, and returns what it had said until then.
fn write_until_killed(file: &Path, dice: &mut Dice) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_writer"))
        .arg(file)
        .arg(dice.below(u64::MAX).to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Said::default();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    // One in eight while it opens the file, which may begin by recovering what the one before left.
    assert!(hear(&mut lines, &mut said) && said.opening, "the writer could not start: {:?}", child.wait());
    let from_start = dice.below(8) == 0;
    if !from_start {
        hear(&mut lines, &mut said);
        assert!(said.ready, "the writer could not start: {:?}", child.wait());
        // Counted in lines first, so that a slow machine gets as far as a fast one.
        for _ in 0..dice.below(10) {
            hear(&mut lines, &mut said);
        }
    }
    sleep(Duration::from_micros(dice.below(15_000)));
    child.kill().unwrap();
    assert!(child.wait().unwrap().code().is_none(), "it was killed, it did not fail by itself");
    while hear(&mut lines, &mut said) {}
    said
}

/// Takes in one line. A line without an end was being written: nobody has been told.
fn hear(lines: &mut impl BufRead, said: &mut Said) -> bool {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let Some(line) = line.strip_suffix('\n') else { return false };
    match line.split_once(' ') {
        Some(("ack", head)) => said.acknowledged.push(head.parse().unwrap()),
        None if line == "opening" => said.opening = true,
        None if line == "ready" => said.ready = true,
        None if line == "compacting" => said.compacting = true,
        None if line == "compacted" => {
            said.compacting = false;
            said.compacted += 1;
        }
        _ => panic!("the writer says `{line}`"),
    }
    true
}

/// The database's own opinion of its pages and indices.
fn check_file(file: &Path) {
    let db = rusqlite::Connection::open(file).unwrap();
    let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

impl Known {
    /// Compares what is stored with what is known, and with itself. Returns the stored revision.
    ///
    /// The journal is read from its first change each time, and compared with the changes that were replayed in
    /// earlier rounds; only new ones need replaying.
    fn check(&mut self, store: &mut Store, id: &AccountId) -> u64 {
        let Journal { start, changes, .. } = store.journal(id).unwrap();
        assert_eq!(start.record(), self.start.record());
        let seen = self.changes.len();
        assert!(changes.len() >= seen, "the journal lost {} changes", seen - changes.len());
        let (old, new) = changes.split_at(seen);
        assert!(old == self.changes, "a change that was stored has been altered");
        for change in new {
            let after = self.account.replay_with(change, &self.catalogs).unwrap();
            let before = std::mem::replace(&mut self.account, after);
            assert_whole(&before, &self.account, matches!(change.facts[0], Fact::CatalogUpgraded { .. }));
        }
        self.changes.extend_from_slice(new);

        let loaded = store.load(id).unwrap();
        assert_eq!(loaded.record(), self.account.record(), "snapshot and tail equal the whole journal");
        loaded.revision()
    }
}

/// What every whole change of the writer leaves: its revision in the ledger, the baton with one runner. One that
/// upgrades leaves both as they were.
fn assert_whole(before: &Account, account: &Account, upgraded: bool) {
    let ledger = RoleId::new("ledger").unwrap();
    let noted = |account: &Account| account.role(&ledger).map(|role| role.description().to_owned());
    let expected = if upgraded { noted(before) } else { Some(account.revision().to_string()) };
    assert_eq!(noted(account), expected);
    assert_eq!(account.catalog().version(), before.catalog().version() + u32::from(upgraded));
    let revision: u64 = expected.unwrap().parse().unwrap();
    let baton = RoleId::new("baton").unwrap();
    let holders: Vec<_> = account
        .users()
        .filter(|user| user.reach(&baton).is_some())
        .map(|user| user.id().to_string())
        .collect();
    assert_eq!(holders, [format!("runner-{}", revision % RUNNERS)]);
}
