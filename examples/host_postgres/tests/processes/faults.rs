//! Single moments at which an update could be lost or done twice, and rows that nobody wrote so.

use std::thread::sleep;
use std::time::{Duration, Instant};

use host_postgres::protocol::Answer;
use host_postgres::{Failure, Link, Writer, Written, stored};
use rolecall::{Account, Edit, RoleId};

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

#[test]
fn a_writer_behind_a_compaction_does_not_take_an_archived_revision_again() {
    let server = Server::shared();
    let (mut late, mut early) = (writer(server.link("late"), "late"), writer(server.link("early"), "early"));
    let reader = Process::start(&server, "reader", "reader", &["--poll", "3600000", "--max-age", "3600000"]);
    assert_eq!(reader.ask("ignore"), Ok(Answer::Ok));
    for round in 0..3 {
        let base = late.account().revision();
        for _ in 0..5 {
            early.edit(number).unwrap();
        }
        assert_eq!(server.journal().compact().unwrap(), base + 5);
        let left: i64 = server.client().query_one("SELECT count(*) FROM changes", &[]).unwrap().get(0);
        assert_eq!(left, 0, "all are archived");

        let done = late.edit(number).unwrap();
        assert_eq!(done, Written::Done { revision: base + 6, tries: 2 }, "round {round}");
        early.catch_up().unwrap();
        assert_eq!(early.account().record(), late.account().record());
        // The reader was at `base`, and what follows it is in no tail any more.
        assert_eq!(reader.record(base + 6), stored::record_text(late.account()).unwrap());
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
    compaction.execute("UPDATE snapshots SET revision = 1, record = $1", &[&record]).unwrap();
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
    assert_eq!(done, Written::Done { revision: 2, tries: 2 });
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
        let done = writer.edit(number).unwrap();
        // One that is pending is met by a second attempt at the same revision.
        assert!(matches!(done, Written::Done { revision: of, tries: 1 | 2 } if of == revision), "{done:?}");
        assert_eq!(proxy.left(), 0, "the connection was cut");
        if revision % 3 == 0 {
            server.journal().compact().unwrap();
        }
    }
    assert_eq!(writer.account().custom_roles().count(), 10);
    assert_eq!(server.journal().replayed(10).unwrap().record(), writer.account().record());
    assert_eq!(server.journal().change_at(11).unwrap(), None);
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
        (&right.replace("\"format\":1", "\"format\":2"), "format 2"),
        (&right.replace("\"format\":1", "\"format\":1,\"more\":1"), "no JSON"),
        (&right.replace(ACCOUNT, "other"), "other"),
        (&right.replace("role-4", "role-1"), "does not follow"),
        (&right.replace("Role 4", "   "), "does not follow"),
        (&right.replace("\"base\":3", "\"base\":18446744073709551615"), "revision"),
    ];
    for (change, why) in wrong {
        // The reader comes to it from the state before it, as after a restart.
        client.execute("UPDATE changes SET change = $1 WHERE revision = 4", &[&change]).unwrap();
        let failure = server.journal().load().unwrap_err().to_string();
        assert!(failure.contains(why), "{failure}");
        assert!(failure.contains("change 4 of `initech`"), "{failure}");
    }

    client.execute("UPDATE changes SET change = $1 WHERE revision = 4", &[&right]).unwrap();
    for record in ["", "{}", &stored::record_text(writer.account()).unwrap()] {
        client.execute("UPDATE snapshots SET record = $1", &[&record]).unwrap();
        let failure = server.journal().load().unwrap_err().to_string();
        assert!(failure.contains("the snapshot of `initech` at revision 0"), "{failure}");
    }
}

#[test]
fn a_reader_stays_before_a_gap_and_goes_on_when_it_is_filled() {
    let server = Server::shared();
    let mut writer = writer(server.link("writer"), "writer");
    let options = ["--poll", "3600000", "--deadline", "300", "--max-age", "3600000"];
    let reader = Process::start(&server, "reader", "reader", &options);
    let options = ["--poll", "100", "--deadline", "100", "--max-age", "1500"];
    let strict = Process::start(&server, "reader", "strict", &options);
    writer.edit(number).unwrap();
    let first = reader.record(1);
    while strict.ask("record at-least 1") != Ok(Answer::Record { json: first.clone() }) {}
    let (account, second) = next(writer.account());
    let (account, third) = next(&account);
    let mut client = server.client();
    let mut insert = |revision: i64, change: &str| {
        client.execute("INSERT INTO changes VALUES ($1, $2, $3)", &[&ACCOUNT, &revision, &change]).unwrap();
    };

    insert(3, &third);
    for token in [2, 3] {
        let refused = reader.ask(&format!("check maja balance/view at-least {token}"));
        assert_eq!(refused, Ok(Answer::Stale { revision: 1 }));
    }
    assert_eq!(reader.record(1), first);
    // It reads again and again, but what it can't read confirms nothing.
    let began = Instant::now();
    while strict.ask("check maja balance/view") != Ok(Answer::Stale { revision: 1 }) {
        assert!(began.elapsed() < Duration::from_secs(20), "it answers from before the gap");
        sleep(Duration::from_millis(50));
    }
    insert(2, &second);
    let mut refusals = 0;
    while reader.ask("check maja balance/view at-least 3") != Ok(Answer::Deny { revision: 3 }) {
        refusals += 1;
        assert!(refusals < 60, "it does not go on");
    }
    assert_eq!(reader.record(3), stored::record_text(&account).unwrap());
}

/// The account after one more edit, and the change as it would be stored.
fn next(account: &Account) -> (Account, String) {
    let mut session = account.edit();
    number(&mut session).unwrap();
    let (account, change) = session.finish().unwrap().into_parts();
    (account, stored::change_text(&change).unwrap())
}

fn text(server: &Server, revision: u64) -> String {
    server.journal().change_at(revision).unwrap().unwrap()
}
