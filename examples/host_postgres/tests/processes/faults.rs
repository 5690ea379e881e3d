//! Single moments at which an update could be lost or done twice, and rows that nobody wrote so.

use std::thread::sleep;
use std::time::{Duration, Instant};

use host_postgres::protocol::Answer;
use host_postgres::{Failure, Link, Writer, Written, stored};
use rolecall::{Account, Assignee, Change, Edit, Head, RoleId};

use crate::process::Process;
use crate::proxy::{Commit, Proxy};
use crate::server::{ACCOUNT, Server, account, predefined};

/// An edit that is another one if it is done twice.
fn number(session: &mut Edit) -> Result<(), Failure> {
    let number = session.account().custom_roles().count() + 1;
    session.create_role(&RoleId::new(format!("role-{number}"))?, &format!("Role {number}"))?;
    Ok(())
}

fn writer(link: Link, name: &str) -> Writer {
    Writer::open(link, name, &predefined(), &account()).unwrap()
}

/// That it is stored as this revision, at one of these tries.
fn assert_done(done: Written, revision: u64, tries: std::ops::RangeInclusive<u32>) -> Head {
    match done {
        Written::Done { head, tries: at } if head.revision == revision && tries.contains(&at) => head,
        other => panic!("{other:?}, not {revision}"),
    }
}

#[test]
fn a_writer_behind_a_compaction_does_not_take_an_archived_revision_again() {
    let server = Server::shared();
    let (mut late, mut early) = (writer(server.link("late"), "late"), writer(server.link("early"), "early"));
    let reader = Process::start(&server, "reader", "reader", &["--poll", "3600000", "--max-age", "3600000"]);
    assert_eq!(reader.ask("ignore"), Ok(Answer::Ok));
    for _ in 0..3 {
        let base = late.account().revision();
        for _ in 0..5 {
            early.edit(number).unwrap();
        }
        assert_eq!(server.journal().compact().unwrap(), base + 5);
        let left: i64 = server.client().query_one("SELECT count(*) FROM changes", &[]).unwrap().get(0);
        assert_eq!(left, 0, "all are archived");

        let done = late.edit(number).unwrap();
        let token = assert_done(done, base + 6, 2..=2);
        early.catch_up().unwrap();
        assert_eq!(early.account().record(), late.account().record());
        // The reader was at `base`, and what follows it is in no tail any more.
        assert_eq!(reader.record(token), stored::record_text(late.account()).unwrap());
    }
    let replayed = server.journal().replayed(18).unwrap();
    assert_eq!(replayed.record(), late.account().record());
    assert_eq!(replayed.custom_roles().count(), 18);
}

#[test]
fn a_compaction_that_runs_while_a_writer_is_about_to_insert_keeps_it_out() {
    let server = Server::shared();
    let (mut late, mut early) = (writer(server.link("late"), "late"), writer(server.link("early"), "early"));
    early.edit(number).unwrap();
    // A compaction as `Journal::compact` does it, held open between its statements and its commit.
    let (mut client, record) = (server.client(), stored::record_text(early.account()).unwrap());
    let mut compaction = client.transaction().unwrap();
    let head = early.account().head().unwrap().to_string();
    compaction
        .execute("UPDATE snapshots SET revision = 1, head = $1, record = $2", &[&head, &record])
        .unwrap();
    compaction
        .batch_execute(
            "WITH moved AS (DELETE FROM changes RETURNING *) INSERT INTO archived SELECT * FROM moved",
        )
        .unwrap();
    let done = std::thread::scope(|scope| {
        let editing = scope.spawn(|| late.edit(number).unwrap());
        waiting(&server);
        compaction.commit().unwrap();
        editing.join().unwrap()
    });
    assert_done(done, 2, 2..=2);
    assert_eq!(server.journal().replayed(2).unwrap().record(), late.account().record());
}

/// Waits until the late writer waits for a lock.
fn waiting(server: &Server) {
    let sql =
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'late write'";
    let mut client = server.client();
    for _ in 0..2000 {
        if !client.query(sql, &[]).unwrap().is_empty() {
            return;
        }
        sleep(Duration::from_millis(5));
    }
    panic!("nobody waits");
}

#[test]
fn an_edit_whose_commit_was_not_answered_is_done_once() {
    let server = Server::shared();
    let proxy = Proxy::start(&server);
    let mut writer = writer(Link::new(proxy.database(), "writer").unwrap(), "writer");
    for revision in 1..=10 {
        proxy.cut(1, [Commit::Stored, Commit::Pending][revision as usize % 2]);
        // One that is pending is met by a second attempt at the same revision.
        assert_done(writer.edit(number).unwrap(), revision, 1..=2);
        assert_eq!(proxy.left(), 0, "the connection was cut");
        if revision % 3 == 0 {
            server.journal().compact().unwrap();
        }
    }
    assert_eq!(writer.account().custom_roles().count(), 10);
    assert_eq!(server.journal().replayed(10).unwrap().record(), writer.account().record());
    assert_eq!(server.journal().change_at(11).unwrap(), None);
}

/// A server may be set so that a transaction sees what was there when it began. Whoever waits for their turn then would
/// edit a state from before they waited, and come second again and again.
#[test]
fn edits_in_turn_see_what_they_waited_for_whatever_the_isolation_of_the_server() {
    const EDITS: usize = 40;
    let server = Server::shared();
    let name: String = server.client().query_one("SELECT current_database()", &[]).unwrap().get(0);
    let set = format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'");
    server.client().batch_execute(&set).unwrap();
    let tries: Vec<u32> = std::thread::scope(|scope| {
        let editing = ["one", "two", "three"].map(|name| {
            let mut writer = writer(server.link(name), name);
            scope.spawn(move || {
                let edits = (0..EDITS).map(|_| match writer.edit(number).unwrap() {
                    Written::Done { tries, .. } => tries,
                    other => panic!("{other:?}"),
                });
                edits.collect::<Vec<_>>()
            })
        });
        editing.into_iter().flat_map(|edits| edits.join().unwrap()).collect()
    });
    assert_eq!(server.journal().load().unwrap().custom_roles().count(), 3 * EDITS);
    let most = tries.iter().max().unwrap();
    assert!(*most <= Writer::HOPEFUL + 1, "one in turn succeeds: {most} tries");
}

#[test]
fn rows_that_nobody_wrote_so_are_refused_and_named_and_never_published() {
    let server = Server::shared();
    let mut writer = writer(server.link("writer"), "writer");
    for _ in 0..3 {
        writer.edit(number).unwrap();
    }
    let (first, second) = (text(&server, 1), text(&server, 2));
    writer.edit(number).unwrap();
    let right = text(&server, 4);
    let mut client = server.client();

    let wrong = [
        ("", "no JSON"),
        ("{", "no JSON"),
        (&right[..right.len() - 1], "no JSON"),
        (&"[".repeat(100_000), "no JSON"),
        (first.as_str(), "revision 1"),
        (second.as_str(), "revision 2"),
        (&right.replace("\"format\":2", "\"format\":2,\"more\":1"), "no JSON"),
        (&right.replace(ACCOUNT, "other"), "other"),
        // Whatever else it says, it leads to another head then.
        (&right.replace("\"format\":2", "\"format\":1"), "says `4-"),
        (&right.replace("role-4", "role-1"), "says `4-"),
        (&right.replace("Role 4", "   "), "says `4-"),
        (&right.replace("\"revision\":3", "\"revision\":18446744073709551615"), "revision"),
    ];
    for (change, why) in wrong {
        // The reader comes to it from the state before it, as after a restart.
        client.execute("UPDATE changes SET change = $1 WHERE revision = 4", &[&change]).unwrap();
        let failure = server.journal().load().unwrap_err().to_string();
        assert!(failure.contains(why), "{failure}");
        assert!(failure.contains("change 4 of `initech`"), "{failure}");
    }

    client.execute("UPDATE changes SET change = $1 WHERE revision = 4", &[&right]).unwrap();
    for column in ["follows", "head"] {
        let set = |to: &str| format!("UPDATE changes SET {column} = {to} WHERE revision = 4");
        client.batch_execute(&set(&format!("translate({column}, '0123456789', '0123456798')"))).unwrap();
        let failure = server.journal().load().unwrap_err().to_string();
        assert!(failure.contains("change 4 of `initech` says `"), "{failure}");
        client.batch_execute(&set(&format!("translate({column}, '0123456798', '0123456789')"))).unwrap();
    }
    server.journal().load().unwrap();
    for record in ["", "{}", &stored::record_text(writer.account()).unwrap()] {
        client.execute("UPDATE snapshots SET record = $1", &[&record]).unwrap();
        let failure = server.journal().load().unwrap_err().to_string();
        assert!(failure.contains("the snapshot of `initech` at revision 0"), "{failure}");
    }
}

#[test]
fn a_flipped_bit_in_a_snapshot_is_an_error_at_start_and_not_another_user() {
    let server = Server::shared();
    let mut writer = writer(server.link("writer"), "writer");
    let assigned = writer.edit(|session| {
        session.assign("campaign-manager", Assignee::user("user-1")?)?;
        session.suspend("user-1")?;
        Ok(())
    });
    assert_done(assigned.unwrap(), 1, 1..=1);
    server.journal().compact().unwrap();
    let mut client = server.client();
    // `1` is 0x31, `5` is 0x35.
    client.batch_execute("UPDATE snapshots SET record = replace(record, 'user-1', 'user-5')").unwrap();
    let failure = server.journal().load().unwrap_err().to_string();
    let from = "the snapshot of `initech` at revision 1 can't be restored: checksum: the checksum is ";
    assert!(failure.starts_with(from), "{failure}");
    client.batch_execute("UPDATE snapshots SET record = replace(record, 'user-5', 'user-1')").unwrap();
    assert!(server.journal().load().unwrap().user("user-1").is_some());
}

#[test]
fn a_reader_stays_before_a_gap_and_goes_on_when_it_is_filled() {
    let server = Server::shared();
    let mut writer = writer(server.link("writer"), "writer");
    let options = ["--poll", "3600000", "--deadline", "300", "--max-age", "3600000"];
    let reader = Process::start(&server, "reader", "reader", &options);
    let options = ["--poll", "100", "--deadline", "100", "--max-age", "1500"];
    let strict = Process::start(&server, "reader", "strict", &options);
    let head = assert_done(writer.edit(number).unwrap(), 1, 1..=1);
    let first = reader.record(head);
    while strict.ask(&format!("record at-least {head}")) != Ok(Answer::Record { json: first.clone() }) {}
    let (account, second) = next(writer.account());
    let (account, third) = next(&account);
    let mut client = server.client();
    let mut insert = |change: &Change| {
        let (revision, text) = (change.revision() as i64, stored::change_text(change).unwrap());
        let (follows, head) = (change.follows.to_string(), change.head().to_string());
        let sql =
            "INSERT INTO changes (account, revision, follows, head, change) VALUES ($1, $2, $3, $4, $5)";
        client.execute(sql, &[&ACCOUNT, &revision, &follows, &head, &text]).unwrap();
    };

    insert(&third);
    for token in [second.head(), third.head()] {
        let refused = reader.ask(&format!("check maja balance/view at-least {token}"));
        assert_eq!(refused, Ok(Answer::Stale { head }));
    }
    assert_eq!(reader.record(head), first);
    // It reads again and again, but what it can't read confirms nothing.
    let began = Instant::now();
    while strict.ask("check maja balance/view") != Ok(Answer::Stale { head }) {
        assert!(began.elapsed() < Duration::from_secs(20), "it answers from before the gap");
        sleep(Duration::from_millis(50));
    }
    insert(&second);
    let (mut refusals, head) = (0, third.head());
    while reader.ask(&format!("check maja balance/view at-least {head}")) != Ok(Answer::Deny { head }) {
        refusals += 1;
        assert!(refusals < 60, "it does not go on");
    }
    assert_eq!(reader.record(head), stored::record_text(&account).unwrap());
}

/// The account after one more edit, and the change.
fn next(account: &Account) -> (Account, Change) {
    let mut session = account.edit();
    number(&mut session).unwrap();
    session.finish().unwrap().into_parts()
}

fn text(server: &Server, revision: u64) -> String {
    server.journal().change_at(revision).unwrap().unwrap()
}
