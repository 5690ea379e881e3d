//! One way to hear of a change at a time: announcements, polls, tokens, and the look after a new connection.

use std::thread::sleep;
use std::time::{Duration, Instant};

use host_postgres::protocol::Answer;
use rolecall::Head;

use crate::process::Process;
use crate::server::Server;

const NEVER: &str = "3600000";
const LONG: Duration = Duration::from_secs(20);
const BALANCE: &str = "balance/view";

#[test]
fn each_way_to_hear_of_a_change_works_without_the_others() {
    let server = Server::shared();
    let writer = Process::start(&server, "writer", "writer", &[]);
    let reader = |name: &str, options: &[&str]| Process::start(&server, "reader", name, options);
    let hearing = reader("hearing", &["--poll", NEVER, "--max-age", NEVER]);
    let polling = reader("polling", &["--poll", "200", "--max-age", NEVER]);
    let told = reader("told", &["--poll", NEVER, "--max-age", NEVER]);
    for deaf in [&polling, &told] {
        assert_eq!(deaf.ask("ignore"), Ok(Answer::Ok));
    }
    let mut edits = 0;
    let mut edit = || {
        edits += 1;
        match writer.ask(&format!("edit shift {BALANCE} user-{edits}")) {
            Ok(Answer::Done { head, tries: 1 }) if head.revision == edits => head,
            other => panic!("{other:?}"),
        }
    };

    let (began, mut behind) = (Instant::now(), 0);
    for _ in 0..10 {
        let token = edit();
        eventually(&hearing, token);
        eventually(&polling, token);
        let question = format!("check user-{} {BALANCE}", token.revision);
        match told.ask(&question) {
            Ok(Answer::Deny { head }) if head.revision < token.revision => behind += 1,
            // The last question before may have called it twice.
            Ok(Answer::Allow { head }) if head == token => {}
            other => panic!("{other:?}"),
        }
        let asked = told.ask(&format!("{question} at-least {token}"));
        assert_eq!(asked, Ok(Answer::Allow { head: token }));
    }
    assert!(behind >= 3, "nobody told it, and it reads once an hour: how did it know? {behind}");
    // Not all ten: each began to listen some time after it began.
    while figures(&told)[1] < 5 {
        assert!(began.elapsed() < LONG * 2, "sent to all, and dropped by it: {:?}", figures(&told));
        sleep(Duration::from_millis(5));
    }
    assert_eq!(figures(&told)[0], 0);
    assert!(figures(&hearing)[0] >= 5);

    // Nobody listens while this is announced: it is found by the look that follows each LISTEN.
    for _ in 0..10 {
        assert_eq!(server.cut("hearing listen"), 1);
        let token = edit();
        eventually(&hearing, token);
        listening(&server, "hearing listen");
    }

    // A token of the future waits for it, as long as the deadline allows.
    let last = edit();
    let future = Head { revision: 1000, ..last };
    let asked = told.ask(&format!("check ivo balance/view at-least {future}"));
    assert_eq!(asked, Ok(Answer::Stale { head: last }));
}

#[test]
fn what_was_not_confirmed_for_long_is_no_answer_for_anybody() {
    let server = Server::own();
    let options = ["--poll", "100", "--deadline", "100", "--max-age", "1500"];
    let reader = Process::start(&server, "reader", "reader", &options);
    let question = format!("check maja {BALANCE}");
    let head = server.journal().load().unwrap().head().unwrap();
    assert_eq!(reader.ask(&question), Ok(Answer::Deny { head }));

    server.control(&["stop", "-m", "fast"]);
    let down = Instant::now();
    while reader.ask(&question) != Ok(Answer::Stale { head }) {
        assert!(down.elapsed() < LONG, "it answers from what it can't know to be true any more");
        sleep(Duration::from_millis(50));
    }
    server.control(&["start"]);
    let up = Instant::now();
    while reader.ask(&question) != Ok(Answer::Deny { head }) {
        assert!(up.elapsed() < LONG, "it does not come back");
        sleep(Duration::from_millis(50));
    }
}

/// Waits for the revision without asking for it: a question without token answers from what is known.
fn eventually(reader: &Process, token: Head) {
    let began = Instant::now();
    loop {
        match reader.ask(&format!("check user-{} {BALANCE}", token.revision)) {
            Ok(Answer::Allow { head }) if head.revision >= token.revision => return,
            Ok(Answer::Deny { head }) if head.revision < token.revision => {}
            other => panic!("{other:?}"),
        }
        assert!(began.elapsed() < LONG, "change {token} is not heard of");
        sleep(Duration::from_millis(2));
    }
}

/// Waits for a connection of this name.
fn listening(server: &Server, connection: &str) {
    let sql = "SELECT FROM pg_stat_activity WHERE application_name = $1";
    let began = Instant::now();
    while server.client().query(sql, &[&connection]).unwrap().is_empty() {
        assert!(began.elapsed() < LONG, "{connection} does not come back");
        sleep(Duration::from_millis(5));
    }
}

fn figures(reader: &Process) -> [u64; 2] {
    match reader.ask("figures") {
        Ok(Answer::Figures { heard, ignored, .. }) => [heard, ignored],
        other => panic!("{other:?}"),
    }
}
