//! A backup is put back under running processes: what they know and the file lacks is neither answered from nor built on.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not there fails the test"
)]

#[path = "../src/bin/writer/product.rs"]
mod product;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use host_sqlite::{Host, HostError, Store, StoreError, WentBack};
use rolecall::{Account, AccountId, Assignee, Attribution, Authorizer, Change, Head};
use rusqlite::Connection;
use tempfile::TempDir;

/// How the backup comes back.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// As SQLite does it, under its locks: the only right way while processes run.
    Restored,
    /// Copied over the file, which stays the same file; the log stays.
    CopiedOver,
    /// Copied over the file; the log is removed.
    CopiedWithoutLog,
    /// Moved to the place of the file; the log is removed.
    Exchanged,
}

const WAYS: [Way; 4] = [Way::Restored, Way::CopiedOver, Way::CopiedWithoutLog, Way::Exchanged];

/// The first thing that the process does then.
#[derive(Clone, Copy, Debug)]
enum Then {
    Edits,
    /// Is asked with the token of what is lost.
    AskedForTheLost,
    /// Is asked with one from before.
    AskedForTheKept,
    CatchesUp,
}

const THEN: [Then; 4] = [Then::Edits, Then::AskedForTheLost, Then::AskedForTheKept, Then::CatchesUp];

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let start = Account::new(&product::versions().unwrap()[0], id()).unwrap();
        place.store().create(&start).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> Store {
        Store::open(self.path("accounts.db"), &product::versions().unwrap()).unwrap()
    }

    fn host(&self) -> Host {
        Host::open(self.store(), &id()).unwrap()
    }

    /// All that is stored goes to the file itself, and so into copies of it.
    fn checkpoint(&self) {
        let db = Connection::open(self.path("accounts.db")).unwrap();
        let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        assert_eq!(busy, 0);
    }

    fn back_up(&self) {
        self.checkpoint();
        // In a process of its own: closing a file would take the locks away that this process has on it.
        run("cp", &[&self.path("accounts.db"), &self.path("backup")]);
    }

    fn put_back(&self, way: Way) {
        let (file, backup) = (self.path("accounts.db"), self.path("backup"));
        match way {
            Way::Restored => {
                let mut db = Connection::open(&file).unwrap();
                db.restore("main", &backup, None::<fn(rusqlite::backup::Progress)>).unwrap();
            }
            Way::CopiedOver | Way::CopiedWithoutLog => run("cp", &[&backup, &file]),
            Way::Exchanged => std::fs::rename(&backup, &file).unwrap(),
        }
        if matches!(way, Way::CopiedWithoutLog | Way::Exchanged) {
            for log in ["accounts.db-wal", "accounts.db-shm"] {
                std::fs::remove_file(self.path(log)).unwrap();
            }
        }
    }

    /// Another process makes some edits: the tokens that it got.
    fn edit_elsewhere(&self, edits: u32) -> Vec<Head> {
        let done = Command::new(env!("CARGO_BIN_EXE_writer"))
            .arg(self.path("accounts.db"))
            .args(["1", &edits.to_string()])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let said = String::from_utf8(done.stdout).unwrap();
        said.lines().filter_map(|line| line.strip_prefix("ack ")).map(|head| head.parse().unwrap()).collect()
    }
}

fn run(program: &str, arguments: &[&Path]) {
    assert!(Command::new(program).args(arguments).status().unwrap().success());
}

fn id() -> AccountId {
    AccountId::new("initech").unwrap()
}

fn assign(host: &Host, user: &str) -> Result<Head, HostError> {
    host.edit(Attribution::by("ana"), |edit| {
        edit.assign("manager-1", Assignee::user(user)?)?;
        Ok(())
    })
}

fn may(now: &Authorizer, user: &str) -> bool {
    now.subject(user).can(now.catalog().permission("reports/view").unwrap())
}

fn went_back<T>(answer: Result<T, HostError>) -> WentBack {
    match answer.map(drop).unwrap_err() {
        HostError::Store(StoreError::WentBack(why)) => why,
        other => panic!("{other}"),
    }
}

#[test]
fn a_process_that_knows_what_a_backup_lacks_notices_and_neither_answers_nor_edits() {
    for way in WAYS {
        for then in THEN {
            println!("{way:?}, {then:?}");
            let place = Place::new();
            let host = place.host();
            let kept = assign(&host, "maja").unwrap();
            place.back_up();
            let lost = assign(&host, "ivo").unwrap();
            // Then it looks once more, so that it has pages in memory that nothing tells SQLite to read anew.
            place.checkpoint();
            assert!(may(&host.at_least(lost).unwrap(), "ivo"));
            place.put_back(way);

            let why = went_back(match then {
                Then::Edits => assign(&host, "eva"),
                Then::AskedForTheLost => host.at_least(lost).map(|_| lost),
                Then::AskedForTheKept => host.at_least(kept).map(|_| kept),
                Then::CatchesUp => host.catch_up().map(|_| lost).map_err(HostError::from),
            });
            match (way, &why) {
                (Way::Restored | Way::CopiedOver, WentBack::OtherPast { known, stored, .. }) => {
                    assert_eq!((known, stored), (&lost, &Some(kept)));
                }
                (Way::CopiedWithoutLog, WentBack::Replaced { file }) => {
                    assert!(file.ends_with("accounts.db-wal"))
                }
                (Way::Exchanged, WentBack::Replaced { file }) => assert!(file.ends_with("accounts.db")),
                other => panic!("{other:?}"),
            }
            assert!(why.to_string().starts_with("the store went back: "), "{why}");

            // From now on it says so to everybody, also if others have written as much as it knows, or more.
            let elsewhere = place.edit_elsewhere(3);
            assert_eq!(elsewhere[0].revision, lost.revision);
            assert_ne!(elsewhere[0], lost);
            for token in [kept, lost, elsewhere[2]] {
                assert_eq!(went_back(host.at_least(token)), why);
            }
            assert_eq!(went_back(host.current().map_err(HostError::from)), why);
            assert_eq!(went_back(assign(&host, "eva")), why);
            assert_eq!(went_back(host.compact().map_err(HostError::from)), why);
            drop(host);

            // What was acknowledged since is what is stored; and a token of what is lost counts for nothing.
            let anew = place.host();
            assert!(matches!(anew.at_least(lost), Err(HostError::OtherPast { token, .. }) if token == lost));
            let now = anew.at_least(elsewhere[2]).unwrap();
            assert!(may(&now, "maja") && !may(&now, "ivo") && !may(&now, "eva"));
            assert_eq!(now.account().head(), Some(elsewhere[2]));
            assert!(anew.at_least(kept).is_ok());
            assert_eq!(assign(&anew, "eva").unwrap().revision, 5);
            assert_eq!(place.store().verify(&id()).unwrap(), 5);
        }
    }
}

/// The account was down after this: what the lost state allowed was stored behind changes that it does not follow.
#[test]
fn of_two_processes_the_one_with_the_lost_state_is_refused_and_the_other_goes_on() {
    let place = Place::new();
    let (lost, other) = (place.host(), place.host());
    assign(&lost, "maja").unwrap();
    let kept = other.catch_up().unwrap();
    place.back_up();
    let token = assign(&lost, "ivo").unwrap();
    place.put_back(Way::Restored);

    // As many changes as are lost, and more.
    let written: Vec<Head> = ["eva", "sam", "lea"].map(|user| assign(&other, user).unwrap()).into();
    assert_eq!(written[0].revision, token.revision);
    let why = went_back(lost.at_least(written[2]));
    let expected = WentBack::OtherPast { account: id(), known: token, stored: Some(written[2]) };
    assert_eq!(why, expected);
    went_back(lost.edit(Attribution::by("ivo"), |edit| Ok(edit.remove_user("ivo").map(drop)?)));

    // The token is of another past here, whatever its number; those of this past count, old or new.
    assert!(matches!(other.at_least(token), Err(HostError::OtherPast { .. })));
    for fine in written.iter().chain(&kept.account().head()) {
        assert!(may(&other.at_least(*fine).unwrap(), "lea"));
    }
    assert_eq!(place.store().verify(&id()).unwrap(), 4);
    assert_eq!(
        place.host().current().unwrap().account().record(),
        other.current().unwrap().account().record()
    );
}

/// A backup from before the account, and a file that is gone: nothing is made anew in its place.
#[test]
fn a_process_whose_account_or_file_is_gone_says_so() {
    let place = Place::new();
    let host = place.host();
    drop(Store::open(place.path("backup"), &product::versions().unwrap()).unwrap());
    let mut db = Connection::open(place.path("accounts.db")).unwrap();
    db.restore("main", place.path("backup"), None::<fn(rusqlite::backup::Progress)>).unwrap();
    drop(db);
    let why = went_back(assign(&host, "maja"));
    assert!(matches!(why, WentBack::OtherPast { stored: None, .. }), "{why}");
    assert!(why.to_string().contains("account `initech` is not there"), "{why}");

    let place = Place::new();
    let host = place.host();
    std::fs::remove_file(place.path("accounts.db")).unwrap();
    let why = went_back(assign(&host, "maja"));
    assert!(matches!(why, WentBack::Replaced { .. }), "{why}");
    assert!(!place.path("accounts.db").exists());
}

/// As a program leaves it that checks revisions only: the numbers go on, the pasts don't.
#[test]
fn a_row_that_follows_another_state_of_the_same_revision_is_not_followed() {
    let place = Place::new();
    let (host, other) = (place.host(), place.host());
    let at = assign(&host, "maja").unwrap();
    let next = assign(&other, "ivo").unwrap();
    let db = Connection::open(place.path("accounts.db")).unwrap();
    let text: String =
        db.query_row("SELECT change FROM changes WHERE revision = 2", [], |row| row.get(0)).unwrap();
    let mut change: Change = serde_json::from_str(&text).unwrap();
    change.follows = Head { digest: next.digest, ..at };
    let text = serde_json::to_string(&change).unwrap();
    let columns = [change.follows.to_string(), change.head().to_string(), text];
    db.execute("UPDATE changes SET follows = ?1, head = ?2, change = ?3 WHERE revision = 2", columns)
        .unwrap();

    let why = went_back(host.at_least(at));
    assert_eq!(why, WentBack::OtherPast { account: id(), known: at, stored: Some(change.head()) });
    assert_eq!(went_back(host.current().map_err(HostError::from)), why);
    assert!(matches!(Host::open(place.store(), &id()), Err(StoreError::Row { revision: 2, .. })));
}

/// Between the look and the end of the commit, too.
#[test]
fn a_change_that_went_to_files_that_are_gone_is_not_acknowledged() {
    let place = Place::new();
    let mut store = place.store();
    let start = store.load(&id()).unwrap();
    let mut session = start.edit();
    session.assign("manager-1", Assignee::user("maja").unwrap()).unwrap();
    let change = session.finish().unwrap().into_parts().1;
    // While it waits for the lock, the file is exchanged.
    let mut other = Connection::open(place.path("accounts.db")).unwrap();
    let held = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    std::thread::scope(|scope| {
        let appending = scope.spawn(|| store.append(&change));
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::fs::rename(place.path("accounts.db"), place.path("elsewhere.db")).unwrap();
        drop(held);
        let said = appending.join().unwrap();
        assert!(matches!(said, Err(StoreError::WentBack(WentBack::Replaced { .. }))), "{said:?}");
    });
}

/// Tokens are checked against the past in memory first, and against the store if they are older.
#[test]
fn a_token_from_before_the_process_started_is_looked_up() {
    let place = Place::new();
    let first = place.edit_elsewhere(40);
    let host = place.host();
    host.compact().unwrap();
    let at = host.current().unwrap().account().head().unwrap();
    assert_eq!(Some(&at), first.last());
    for token in &first {
        let now: Arc<Authorizer> = host.at_least(*token).unwrap();
        assert_eq!(now.account().head(), Some(at));
        let forged = Head { digest: at.digest, ..*token };
        let said = host.at_least(forged);
        assert!(forged == at || matches!(said, Err(HostError::OtherPast { .. })), "{said:?}");
    }
}
