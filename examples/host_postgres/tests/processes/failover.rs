//! The database goes back: a standby that lacks the last change is promoted, and processes that know the change live on.

use std::thread::sleep;
use std::time::{Duration, Instant};

use host_postgres::protocol::Answer;
use host_postgres::{Failure, Journal, Writer, stored};
use rolecall::{Account, Assignee, Freshness, Head};

use crate::process::Process;
use crate::server::{ACCOUNT, Server, Standby, account, predefined};

const LONG: Duration = Duration::from_secs(20);
const NEVER: &str = "3600000";
const MAY_MAJA: &str = "check maja balance/view";
const MAY_IVO: &str = "check ivo balance/view";

/// Stored: the token.
fn done(writer: &Process, request: &str) -> Head {
    match writer.ask(request) {
        Ok(Answer::Done { head, .. }) => head,
        other => panic!("{request}: {other:?}"),
    }
}

fn refusal(writer: &Process, request: &str) -> String {
    match writer.ask(request) {
        Ok(Answer::Refused { why }) => why,
        other => panic!("{request}: {other:?}"),
    }
}

/// Asks until there is an answer of this sort, but never takes one of another.
fn until(
    reader: &Process,
    question: &str,
    wanted: impl Fn(&Answer) -> bool,
    meanwhile: impl Fn(&Answer) -> bool,
) {
    let began = Instant::now();
    loop {
        let answer = reader.ask(question).unwrap();
        if wanted(&answer) {
            return;
        }
        assert!(meanwhile(&answer) && began.elapsed() < LONG, "{question}: {answer:?}");
        sleep(Duration::from_millis(20));
    }
}

fn at_least(question: &str, token: Head) -> String {
    format!("{question} at-least {token}")
}

/// The revisions that the standby has.
fn revisions(standby: &Standby) -> Vec<i64> {
    let rows = standby.client().query("SELECT revision FROM journal ORDER BY revision", &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn a_standby_that_lacks_the_last_change_is_promoted_and_nothing_is_stored_behind_the_hole() {
    let server = Server::own();
    let standby = server.standby();
    let either = server.database_or(&standby);
    let start =
        |command: &str, name: &str, options: &[&str]| Process::start_on(&either, command, name, options);
    let writer = start("writer", "survivor", &[]);
    let other = start("writer", "other", &[]);
    let ahead = start("reader", "ahead", &["--poll", "100", "--max-age", NEVER]);
    let behind = start("reader", "behind", &["--poll", NEVER, "--max-age", NEVER]);

    done(&writer, "edit shift balance/view maja");
    let kept = done(&writer, "edit shift reports/view maja");
    assert_eq!(behind.record(kept), other.record(kept));
    assert_eq!(behind.ask("ignore"), Ok(Answer::Ok));
    let began = Instant::now();
    while revisions(&standby) != [1, 2] {
        assert!(began.elapsed() < LONG, "the standby does not follow");
        sleep(Duration::from_millis(20));
    }
    // Nobody edits or answers by a standby: what it lacks is late, not lost.
    let refused = Journal::open(&standby.link("early"), "test", &predefined(), &account());
    assert!(matches!(refused, Err(Failure::Standby)));

    // One change that the standby does not get, acknowledged and answered from.
    standby.control(&["stop", "-m", "fast"]);
    let lost = done(&writer, "edit shift balance/view ivo");
    assert_eq!(lost.revision, kept.revision + 1);
    assert_eq!(ahead.ask(&at_least(MAY_IVO, lost)), Ok(Answer::Allow { head: lost }));
    server.control(&["stop", "-m", "immediate"]);
    standby.control(&["start"]);
    standby.control(&["promote"]);

    // The writer that knows the change is refused, and the row after it is not there.
    let why = refusal(&writer, "edit shift balance/view eva");
    let short = |head: Head| head.to_string()[..10].to_owned();
    for part in ["the store went back: account `initech` is at ", &short(kept), "never at ", &short(lost)] {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert_eq!(revisions(&standby), [1, 2]);
    assert!(refusal(&writer, "record").starts_with("the store went back: "));
    assert!(refusal(&writer, "preview").starts_with("the store went back: "));

    // The reader that knows it stops, whatever it is asked.
    let is_lost = |answer: &Answer| matches!(answer, Answer::Stopped { head, why } if *head == lost && why.starts_with("the store went back: "));
    until(&ahead, MAY_IVO, is_lost, |answer| matches!(answer, Answer::Allow { head } if *head == lost));
    for question in
        [MAY_MAJA.to_owned(), at_least(MAY_IVO, lost), at_least(MAY_MAJA, kept), "record".to_owned()]
    {
        let answer = ahead.ask(&question).unwrap();
        assert!(is_lost(&answer), "{question}: {answer:?}");
    }

    // Who was at the promoted state goes on, and so does who starts anew: they write what follows it.
    let new = start("writer", "new", &[]);
    let third = done(&new, "edit shift balance/view eva");
    assert_eq!(third.revision, lost.revision);
    let fourth = done(&other, "edit assign account-admin ana");
    let reader = start("reader", "new-reader", &["--poll", "100"]);
    for reader in [&behind, &reader] {
        assert_eq!(reader.ask(&at_least(MAY_IVO, fourth)), Ok(Answer::Deny { head: fourth }));
        // One that is asked for is looked up in the database.
        for token in [kept, third] {
            assert_eq!(
                reader.ask(&at_least("check eva balance/view", token)),
                Ok(Answer::Allow { head: fourth })
            );
        }
        assert_eq!(reader.ask(&at_least(MAY_IVO, lost)), Ok(Answer::OtherPast { head: fourth }));
    }
    assert_eq!(new.ask(&at_least("record", lost)), Ok(Answer::OtherPast { head: fourth }));

    // Those that were refused still are, though the database has got further than they have; until they start anew.
    assert!(refusal(&writer, "edit shift balance/view leo").contains(&format!("never at {}", short(lost))));
    assert!(is_lost(&ahead.ask(MAY_IVO).unwrap()));
    for process in [&writer, &ahead] {
        process.kill();
        process.restart();
    }
    let fifth = done(&writer, "edit shift balance/view leo");
    assert_eq!(ahead.ask(&at_least("check leo balance/view", fifth)), Ok(Answer::Allow { head: fifth }));
    let mut journal = standby.journal();
    let expected = stored::record_text(&journal.load().unwrap()).unwrap();
    assert_eq!(
        stored::record_text(&journal.replayed(5).unwrap()).unwrap(),
        expected,
        "one past, without a hole"
    );
    for process in [&writer, &new, &other, &ahead, &behind, &reader] {
        assert_eq!(process.record(fifth), expected);
    }

    // The old primary comes back beside the new one, and a connection leads there: nothing is added to its past.
    server.control(&["start"]);
    writer.kill();
    writer.restart();
    let on_the_old = done(&writer, "edit shift balance/view nora");
    assert_eq!(on_the_old.revision, 4);
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'new write'";
    assert_eq!(standby.client().query(ended, &[]).unwrap().len(), 1);
    assert!(refusal(&new, "edit shift balance/view nora").starts_with("the store went back: "));
    assert_eq!(server.journal().load().unwrap().head(), Some(on_the_old));
    assert_eq!(revisions(&standby), [1, 2, 3, 4, 5]);
}

/// The same without a standby: rows are gone, as after a restored backup, and others write in their place.
#[test]
fn a_writer_is_refused_by_a_past_that_is_shorter_as_long_or_longer_than_its_own() {
    let server = Server::shared();
    let open = |name: &str| Writer::open(server.link(name), name, &predefined(), &account()).unwrap();
    let assign = |writer: &mut Writer, user: &str| {
        writer.edit(|session| {
            session.assign("campaign-manager", Assignee::user(user)?)?;
            Ok(())
        })
    };
    let mut survivor = open("survivor");
    for user in ["maja", "ivo"] {
        assign(&mut survivor, user).unwrap();
    }
    let lost = survivor.account().head().unwrap();
    server.client().batch_execute("DELETE FROM changes WHERE revision = 2").unwrap();

    let mut others: Option<Writer> = None;
    for length in [1, 2, 3] {
        let refused = assign(&mut survivor, "eva").unwrap_err();
        assert!(
            matches!(&refused, Failure::WentBack { known, stored, .. }
                if (*known, stored.revision) == (lost, length)),
            "{refused}"
        );
        // Nor is it told that something is so already.
        assert!(matches!(assign(&mut survivor, "ivo"), Err(Failure::WentBack { .. })));
        assert!(matches!(survivor.catch_up(), Err(Failure::WentBack { .. })));
        let others = others.get_or_insert_with(|| open("others"));
        assign(others, &format!("user-{length}")).unwrap();
    }
    let mut others = others.unwrap();
    assert_eq!(others.account().revision(), 4);
    assert_eq!(others.freshness(&lost).unwrap(), Freshness::OtherPast);
    // A compaction between does not make it follow.
    server.journal().compact().unwrap();
    assert!(matches!(assign(&mut survivor, "eva"), Err(Failure::WentBack { .. })));
    let replayed = server.journal().replayed(4).unwrap();
    assert_eq!(replayed.record(), server.journal().load().unwrap().record());
    assert_eq!(replayed.record(), others.account().record());
}

/// As a program leaves it that checks revisions only: the numbers go on, the pasts don't.
#[test]
fn a_reader_does_not_follow_a_row_that_follows_another_state_of_the_same_revision() {
    let server = Server::shared();
    let mut writer = Writer::open(server.link("writer"), "writer", &predefined(), &account()).unwrap();
    let mut assign = |user: &str| {
        let done = writer.edit(|session| {
            session.assign("campaign-manager", Assignee::user(user)?)?;
            Ok(())
        });
        done.map(|_| writer.account().head().unwrap())
    };
    let at = assign("maja").unwrap();
    let reader = Process::start(&server, "reader", "reader", &["--poll", "100", "--max-age", NEVER]);
    let question = "check maja campaigns/send";
    assert!(reader.ask(&at_least(question, at)).is_ok());

    // A change like any other, but for the state that it follows.
    let start = Account::new(predefined().newest(), ACCOUNT).unwrap();
    let mut session = start.edit();
    session.assign("account-admin", Assignee::user("ivo").unwrap()).unwrap();
    let mut change = session.finish().unwrap().into_parts().1;
    change.follows = Head { digest: start.head().unwrap().digest, ..at };
    let (follows, head) = (change.follows.to_string(), change.head().to_string());
    let sql = "INSERT INTO changes (account, revision, follows, head, change) VALUES ($1, 2, $2, $3, $4)";
    let text = stored::change_text(&change).unwrap();
    server.client().execute(sql, &[&ACCOUNT, &follows, &head, &text]).unwrap();

    let is_lost = |answer: &Answer| matches!(answer, Answer::Stopped { head, .. } if *head == at);
    until(&reader, question, is_lost, |answer| !is_lost(answer));
    let Ok(Answer::Stopped { why, .. }) = reader.ask(&at_least(question, at)) else { panic!("it answers") };
    assert!(why.starts_with("change 2 of `initech` does not follow: another past: "), "{why}");
    let refused = assign("eva").unwrap_err().to_string();
    assert!(refused.starts_with("change 2 of `initech` does not follow: another past: "), "{refused}");
}
