//! Files that were edited, half restored, torn or never ours: an error that names the row and the reason, never
//! a panic, and never an account that nobody had stored.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what is not there fails the test")]

mod common;

use std::path::Path;

use common::{change, database, id, raw};
use host_sqlite::{Store, StoreError};
use rolecall::{Account, Change, predefined};
use tempfile::TempDir;

/// The sizes of the parts of SQLite's log: its header; a frame, which is a page of 4,096 bytes and a header.
const HEADER: usize = 32;
const FRAME: usize = 24 + 4096;

/// A database with a snapshot of revision 3, three archived changes and three in the tail.
fn filled() -> (TempDir, Store, Vec<Account>) {
    let (folder, mut store, start) = database();
    let mut states = vec![start];
    for n in 1..=6 {
        let (next, after) = change(&states[n - 1], &format!("change {n}"));
        store.append(&next).unwrap();
        states.push(after);
        if n == 3 {
            store.compact(&id()).unwrap();
        }
    }
    (folder, store, states)
}

#[test]
fn a_spoiled_row_is_named_with_the_reason() {
    // What somebody does to the file; the row that loading names; the reason.
    let tail = "changes, account `initech`, revision 5: ";
    let snapshot = "snapshots, account `initech`, revision 3: ";
    let damaged = "checksum: the checksum is ";
    let spoiled = [
        (
            "UPDATE changes SET change = 'oh' WHERE revision = 5",
            tail,
            "column `change`: expected value at line 1",
        ),
        (
            "UPDATE changes SET change = '{}' WHERE revision = 5",
            tail,
            "column `change`: missing field `format`",
        ),
        (
            "UPDATE changes SET change = replace(change, '\"revision\":4', '\"revision\":3') WHERE revision = 5",
            tail,
            "column `revision` says `5`, the stored form `4`",
        ),
        (
            "UPDATE changes SET change = replace(change, '\"revision\":4', '\"revision\":18446744073709551615')
             WHERE revision = 5",
            tail,
            "column `revision` says `5`, the stored form `0`",
        ),
        (
            "UPDATE changes SET change = replace(change, 'initech', 'Initech') WHERE revision = 5",
            tail,
            "column `account` says `initech`, the stored form `Initech`",
        ),
        // Whatever else a change says, the head that it leads to is another one then.
        (
            "UPDATE changes SET change = replace(change, 'change 5', 'change 4') WHERE revision = 5",
            tail,
            "column `head` says `5-",
        ),
        (
            "UPDATE changes SET change = replace(change, 'campaign-manager', 'campaign-manger') WHERE revision = 5",
            tail,
            "column `head` says `5-",
        ),
        (
            "UPDATE changes SET change = replace(change, '\"format\":2', '\"format\":1') WHERE revision = 5",
            tail,
            "column `head` says `5-",
        ),
        (
            "UPDATE changes SET follows = replace(follows, '4-', '3-') WHERE revision = 5",
            tail,
            "column `follows` says `3-",
        ),
        (
            "UPDATE changes SET head = (SELECT head FROM changes WHERE revision = 6) WHERE revision = 5",
            tail,
            "column `head` says `6-",
        ),
        (
            "UPDATE changes SET change = CAST(x'ff' AS TEXT) WHERE revision = 5",
            tail,
            "column `change` is no text",
        ),
        ("DELETE FROM changes WHERE revision = 4", tail, "gap: the change follows revision 4"),
        ("UPDATE snapshots SET record = '[]' WHERE revision = 3", snapshot, "column `record`: "),
        (
            "UPDATE snapshots SET record = replace(record, '\"suspended\":true', '\"suspended\":1') WHERE revision = 3",
            snapshot,
            "column `record`: invalid type: integer `1`, expected a boolean",
        ),
        (
            "UPDATE snapshots SET record = replace(record, '\"suspended\":true,', '') WHERE revision = 3",
            snapshot,
            "column `record`: missing field `suspended`",
        ),
        (
            "UPDATE snapshots SET record = replace(record, '\"suspended\":true', '\"suspended\":false') WHERE revision = 3",
            snapshot,
            damaged,
        ),
        (
            "UPDATE snapshots SET record = replace(record, '\"revision\":3', '\"revision\":2') WHERE revision = 3",
            snapshot,
            damaged,
        ),
        (
            "UPDATE snapshots SET record = replace(record, 'campaign-manager', 'campaign-manger') WHERE revision = 3",
            snapshot,
            damaged,
        ),
        // Whole, and in the wrong row.
        (
            "UPDATE snapshots SET record = (SELECT record FROM snapshots WHERE revision = 0) WHERE revision = 3",
            snapshot,
            "column `revision` says `3`, the stored form `0`",
        ),
        (
            "UPDATE snapshots SET head = replace(head, '3-', '3-0') WHERE revision = 3",
            snapshot,
            "column `head` says `3-0",
        ),
        (
            "UPDATE snapshots SET catalog_version = 9 WHERE revision = 3",
            snapshot,
            "column `catalog_version` says `9`",
        ),
        (
            "UPDATE snapshots SET catalog_name = 'acme' WHERE revision = 3",
            snapshot,
            "column `catalog_name` says `acme`",
        ),
        (
            "UPDATE snapshots SET catalog_hash = '' WHERE revision = 3",
            snapshot,
            "column `catalog_hash` says ``",
        ),
    ];
    for (spoil, row, reason) in spoiled {
        let (folder, mut store, _) = filled();
        assert!(raw(&folder).execute(spoil, []).unwrap() > 0, "{spoil}");
        let said = store.load(&id()).unwrap_err().to_string();
        assert!(said.starts_with(&format!("{row}{reason}")), "{spoil}\n{said}");
    }
}

/// One bit is enough to make another user of one, or to lift a suspension.
#[test]
fn a_flipped_bit_in_a_snapshot_is_an_error_at_start_and_not_another_user() {
    let (folder, mut store, _) = filled();
    let db = raw(&folder);
    let row = "SELECT record FROM snapshots WHERE revision = 3";
    let whole: String = db.query_row(row, [], |row| row.get(0)).unwrap();
    let write = |record: &str| {
        db.execute("UPDATE snapshots SET record = ?1 WHERE revision = 3", [record]).unwrap();
        let started = Store::open(folder.path().join("accounts.db"), &[predefined::current()]);
        started.unwrap().load(&id()).map(drop)
    };

    // `1` is 0x31, `5` is 0x35.
    let flipped = whole.replacen("user-1", "user-5", 1);
    assert_ne!(flipped, whole);
    let said = write(&flipped).unwrap_err().to_string();
    let from = "snapshots, account `initech`, revision 3: checksum: the checksum is ";
    assert!(
        said.starts_with(from) && said.ends_with("the record is damaged, or was changed by hand"),
        "{said}"
    );

    // Every byte, one of its bits after the other. (SQLite would not give us text that is not UTF-8.)
    for (at, byte) in whole.bytes().enumerate() {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = byte ^ (1 << (at % 7));
        let spoiled = String::from_utf8(bytes).unwrap();
        assert!(write(&spoiled).is_err(), "byte {at}: {spoiled}");
    }
    write(&whole).unwrap();
    assert!(store.load(&id()).unwrap().user("user-1").is_some());
}

#[test]
fn a_flipped_bit_in_a_change_is_an_error_at_start() {
    let (folder, mut store, states) = filled();
    let db = raw(&folder);
    for column in ["change", "follows", "head"] {
        let row = format!("SELECT {column} FROM changes WHERE revision = 5");
        let whole: String = db.query_row(&row, [], |row| row.get(0)).unwrap();
        let update = format!("UPDATE changes SET {column} = ?1 WHERE revision = 5");
        for (at, byte) in whole.bytes().enumerate() {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = byte ^ (1 << (at % 7));
            let spoiled = String::from_utf8(bytes).unwrap();
            db.execute(&update, [&spoiled]).unwrap();
            let said = store.load(&id()).unwrap_err().to_string();
            assert!(said.starts_with("changes, account `initech`, revision 5: column "), "{spoiled}\n{said}");
        }
        db.execute(&update, [&whole]).unwrap();
    }
    assert_eq!(store.load(&id()).unwrap().record(), states[6].record());
}

#[test]
fn a_spoiled_archive_is_no_matter_of_loading_but_audits_notice() {
    let archived = [
        (
            "UPDATE archive SET change = 'oh' WHERE revision = 2",
            "journal, account `initech`, revision 2: column `change`: expected value",
        ),
        (
            "DELETE FROM archive WHERE revision = 2",
            "journal, account `initech`, revision 3: gap: the change follows revision 2",
        ),
    ];
    for (spoil, reason) in archived {
        let (folder, mut store, states) = filled();
        assert_eq!(raw(&folder).execute(spoil, []).unwrap(), 1);
        assert_eq!(store.load(&id()).unwrap().record(), states[6].record());
        let said = store.verify(&id()).unwrap_err().to_string();
        assert!(said.starts_with(reason), "{spoil}\n{said}");
    }
}

#[test]
fn every_shortened_form_is_an_error() {
    let (folder, mut store, states) = filled();
    let db = raw(&folder);
    let row = "SELECT change FROM changes WHERE revision = 6";
    let whole: String = db.query_row(row, [], |row| row.get(0)).unwrap();
    for end in 0..whole.len() {
        db.execute("UPDATE changes SET change = ?1 WHERE revision = 6", [&whole[..end]]).unwrap();
        let said = store.load(&id()).unwrap_err().to_string();
        assert!(said.starts_with("changes, account `initech`, revision 6: column `change`: "), "{said}");
    }
    db.execute("UPDATE changes SET change = ?1 WHERE revision = 6", [&whole]).unwrap();
    assert_eq!(store.load(&id()).unwrap().record(), states[6].record());
}

#[test]
fn a_journal_that_tells_another_story_is_noticed() {
    let (folder, mut store, _) = filled();
    let db = raw(&folder);
    let row = "SELECT change FROM archive WHERE revision = 3";
    let text: String = db.query_row(row, [], |row| row.get(0)).unwrap();
    // Whole, and it follows; but it is not what the snapshot was made of.
    let mut forged: Change = serde_json::from_str(&text).unwrap();
    forged.facts.pop();
    let update = "UPDATE archive SET change = ?1, head = ?2 WHERE revision = 3";
    db.execute(update, [serde_json::to_string(&forged).unwrap(), forged.head().to_string()]).unwrap();
    let said = store.verify(&id()).unwrap_err().to_string();
    assert!(
        said.starts_with("journal, account `initech`, revision 4: another past: the change follows 3-"),
        "{said}"
    );
    let said = store.journal(&id()).unwrap_err().to_string();
    assert!(
        said.starts_with("journal, account `initech`, revision 4: another past: the change follows 3-"),
        "{said}"
    );

    // Nor if it is the last that there is.
    db.execute("DELETE FROM changes", []).unwrap();
    let said = store.verify(&id()).unwrap_err();
    assert!(matches!(said, StoreError::Diverged { revision: 3, .. }), "{said}");
    let said = store.journal(&id()).unwrap_err();
    assert!(matches!(said, StoreError::Diverged { revision: 3, .. }), "{said}");
}

#[test]
fn rows_missing_at_the_end_of_the_archive_are_noticed() {
    let (folder, mut store, _) = filled();
    raw(&folder).execute("DELETE FROM changes", []).unwrap();
    raw(&folder).execute("DELETE FROM archive WHERE revision = 3", []).unwrap();
    for said in [store.journal(&id()).unwrap_err(), store.verify(&id()).unwrap_err()] {
        assert_eq!(said.to_string(), "journal, account `initech`, revision 3: missing");
    }
}

#[test]
fn files_of_others_are_refused_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| Store::open(folder.path().join(name), &[predefined::current()]).unwrap_err();

    std::fs::write(
        folder.path().join("text"),
        "not a database, but long enough to be taken for one\n".repeat(99),
    )
    .unwrap();
    assert_eq!(open("text").to_string(), "database: file is not a database");

    let other = rusqlite::Connection::open(folder.path().join("other")).unwrap();
    other.execute_batch("CREATE TABLE conversation (id INTEGER PRIMARY KEY)").unwrap();
    let before = std::fs::read(folder.path().join("other")).unwrap();
    assert!(matches!(open("other"), StoreError::Foreign { found: 0, .. }));
    assert_eq!(std::fs::read(folder.path().join("other")).unwrap(), before);

    drop(Store::open(folder.path().join("later"), &[predefined::current()]).unwrap());
    let later = rusqlite::Connection::open(folder.path().join("later")).unwrap();
    later.pragma_update(None, "user_version", 3).unwrap();
    assert!(matches!(open("later"), StoreError::Schema { found: 3, known: 2 }));
}

/// A power cut can leave the log cut off, or a page of it unwritten. Killing a process can't, so this does it by
/// hand.
#[test]
fn a_torn_log_is_read_as_far_as_it_is_whole() {
    let (folder, _open, states) = filled();
    let copy = tempfile::tempdir().unwrap();
    let (file, log) = (folder.path().join("accounts.db"), folder.path().join("accounts.db-wal"));
    let log = std::fs::read(log).unwrap();
    let reopened = |log: &[u8]| {
        let at = copy.path().join("accounts.db");
        std::fs::copy(&file, &at).unwrap();
        let _ = std::fs::remove_file(copy.path().join("accounts.db-shm"));
        std::fs::write(copy.path().join("accounts.db-wal"), log).unwrap();
        revision_of(&at, &states)
    };
    assert_eq!(reopened(&log), Some(6));

    let cuts = (0..log.len()).step_by(1021).chain([log.len()]);
    let mut seen: Vec<_> = cuts.map(|end| reopened(&log[..end])).collect();
    assert!(seen.is_sorted(), "a longer log never has less: {seen:?}");
    seen.dedup();
    assert_eq!(seen, [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)]);

    // A byte that was written wrongly ends the log at its frame, whatever comes behind it.
    for at in (HEADER..log.len()).step_by(997) {
        let mut spoiled = log.clone();
        spoiled[at] ^= 0x10;
        let frame = HEADER + (at - HEADER) / FRAME * FRAME;
        assert_eq!(reopened(&spoiled), reopened(&log[..frame]), "byte {at}");
    }
}

/// Which of these states the file holds; `None` if it has no account.
fn revision_of(file: &Path, states: &[Account]) -> Option<usize> {
    let mut store = Store::open(file, &[predefined::current()]).unwrap();
    let head = store.head(&id()).unwrap()?;
    assert_eq!(store.verify(&id()).unwrap(), head.revision);
    let at = usize::try_from(head.revision).unwrap();
    assert_eq!(Some(head), states[at].head());
    assert_eq!(store.load(&id()).unwrap().record(), states[at].record());
    Some(at)
}
