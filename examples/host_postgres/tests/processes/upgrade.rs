//! One process upgrades the account: those that know the new version follow, those that don't say so and stop.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use host_postgres::protocol::Answer;
use host_postgres::{Catalogs, Failure, stored};
use rolecall::table::{permission, renamed, role, section, since, split};
use rolecall::{Catalog, Change, Fact, Head};

use crate::process::Process;
use crate::server::{ACCOUNT, Server};

const LONG: Duration = Duration::from_secs(20);

/// A product that sends. Its second version calls sending otherwise, and splits running flows.
fn versions() -> [Catalog; 2] {
    let first = Catalog::builder("acme", 1)
        .section(section("all", "All").permissions(&[
            permission("mail/send", "Send mail"),
            permission("flows/run", "Run flows"),
            permission("news/read", "Read news"),
        ]))
        .role(role("sender", "Sender").grants(&["mail/send", "flows/run"]))
        .role(role("reader", "Reader").grants(&["news/read"]));
    let second = Catalog::builder("acme", 2)
        .section(section("all", "All").permissions(&[
            permission("messages/send", "Send messages"),
            permission("flows/start", "Start flows"),
            permission("flows/stop", "Stop flows"),
            permission("news/read", "Read news"),
        ]))
        .role(role("messenger", "Messenger").grants(&["messages/send", "flows/start"]))
        .role(role("reader", "Reader").grants(&["news/read"]))
        .successions(
            since(2)
                .permissions(&[
                    renamed("mail/send", "messages/send"),
                    split("flows/run", &["flows/start", "flows/stop"]),
                ])
                .roles(&[renamed("sender", "messenger")]),
        );
    [first.build().unwrap(), second.build().unwrap()]
}

/// An account under the first version, and files of both for the processes to read.
struct Place {
    server: Server,
    folder: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("host_postgres-{:016x}", fastrand::u64(..)));
        std::fs::create_dir(&folder).unwrap();
        let versions = versions();
        for catalog in &versions {
            let text = serde_json::to_string(&catalog.record()).unwrap();
            std::fs::write(folder.join(format!("{}.json", catalog.version())), text).unwrap();
        }
        Self { server: Server::shared_by(Catalogs::new(versions.into()).unwrap()), folder }
    }

    /// A process that knows these versions.
    fn start(&self, command: &str, name: &str, knows: &[u32], options: &[&str]) -> Process {
        let known = self.options(knows);
        let options: Vec<&str> = known.iter().map(String::as_str).chain(options.iter().copied()).collect();
        Process::start(&self.server, command, name, &options)
    }

    /// One that ends by itself.
    fn run(&self, command: &str, knows: &[u32]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_host_postgres"))
            .args([command, ACCOUNT])
            .args(self.options(knows))
            .env("ROLECALL_POSTGRES", self.server.database())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// What one says that can't start.
    fn failure(&self, command: &str, knows: &[u32]) -> String {
        let Output { status, stderr, .. } = self.run(command, knows);
        assert!(!status.success());
        String::from_utf8(stderr).unwrap()
    }

    fn options(&self, knows: &[u32]) -> Vec<String> {
        let file = |version| self.folder.join(format!("{version}.json")).display().to_string();
        knows.iter().flat_map(|version| ["--catalog".to_owned(), file(version)]).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.folder);
    }
}

/// Stored: the token.
fn done(process: &Process, request: &str) -> Head {
    match process.ask(request) {
        Ok(Answer::Done { head, .. }) => head,
        other => panic!("{request}: {other:?}"),
    }
}

fn refusal(process: &Process, request: &str) -> String {
    match process.ask(request) {
        Ok(Answer::Refused { why }) => why,
        other => panic!("{request}: {other:?}"),
    }
}

#[test]
fn those_that_know_the_new_version_follow_and_the_others_say_so_and_stop() {
    let place = Place::new();
    let (writer, late) =
        (place.start("writer", "writer", &[1, 2], &[]), place.start("writer", "late", &[1], &[]));
    let never = ["--poll", "3600000", "--max-age", "3600000"];
    let following = [
        place.start("reader", "hears", &[1, 2], &never),
        place.start("reader", "polls", &[1, 2], &["--poll", "100"]),
    ];
    let patient = place.start("reader", "patient", &[1], &never);
    let strict = place.start("reader", "strict", &[1], &["--poll", "100", "--max-age", "1500"]);

    done(&writer, "edit assign sender maja");
    let token = done(&late, "edit assign sender ivo");
    for reader in following.iter().chain([&patient, &strict]) {
        let asked = reader.ask(&format!("check maja mail/send at-least {token}"));
        assert_eq!(asked, Ok(Answer::Allow { head: token }));
    }

    let text = "ivo: loses flows/stop maja: loses flows/stop".to_owned();
    // It has not read yet what the other has written, so it looks first.
    writer.record(token);
    assert_eq!(writer.ask("preview"), Ok(Answer::Report { text }));
    let revoked = done(&late, "edit unassign sender ivo");
    let upgraded = done(&writer, "upgrade");
    assert_eq!([revoked, upgraded].map(|head| head.revision - token.revision), [1, 2]);
    assert_eq!(writer.ask("upgrade"), Ok(Answer::Unchanged { head: upgraded }));
    let last = done(&writer, "edit assign messenger eva");

    for reader in &following {
        for (user, permission, allowed) in [
            ("maja", "messages/send", true),
            ("maja", "flows/stop", false),
            ("ivo", "messages/send", false),
            ("eva", "flows/start", true),
        ] {
            let asked = reader.ask(&format!("check {user} {permission} at-least {last}"));
            let head = last;
            let expected = if allowed { Answer::Allow { head } } else { Answer::Deny { head } };
            assert_eq!(asked, Ok(expected), "{user} {permission}");
        }
        assert!(refusal(reader, "check maja mail/send").contains("in catalog `acme 2`"));
    }

    // Those that lack it know all that came before it, no more, and tell why.
    for reader in [&patient, &strict] {
        for token in [upgraded, last] {
            let began = Instant::now();
            match reader.ask(&format!("check maja mail/send at-least {token}")) {
                Ok(Answer::Stopped { head, why }) => {
                    assert_eq!(head, revoked);
                    let from = format!(
                        "change {} of `{ACCOUNT}` needs catalog `acme 2` with hash ",
                        upgraded.revision
                    );
                    assert!(why.starts_with(&from) && why.ends_with("get it first"), "{why}");
                }
                other => panic!("{other:?}"),
            }
            // Within the deadline at worst; the second time at once.
            assert!(began.elapsed() < LONG);
        }
    }
    let asked = patient.ask(&format!("check ivo mail/send at-least {revoked}"));
    assert_eq!(asked, Ok(Answer::Deny { head: revoked }), "what was revoked before it is revoked");
    let began = Instant::now();
    loop {
        match strict.ask("check maja mail/send") {
            Ok(Answer::Allow { head }) if head == revoked => {}
            Ok(Answer::Stopped { head, .. }) if head == revoked => break,
            other => panic!("{other:?}"),
        }
        assert!(began.elapsed() < LONG, "it goes on with what it can't know to be true");
        thread::sleep(Duration::from_millis(50));
    }
    for request in ["edit assign sender nora", "edit assign reader nora"] {
        let why = refusal(&late, request);
        assert!(why.contains("needs catalog `acme 2` with hash "), "{why}");
    }

    let expected = stored::record_text(&place.server.journal().replayed(last.revision).unwrap()).unwrap();
    for process in following.iter().chain([&writer]) {
        assert_eq!(process.record(last), expected);
    }
    following[0].kill();
    following[0].restart();
    assert_eq!(following[0].record(last), expected);
    assert_eq!(place.server.journal().change_at(last.revision + 1).unwrap(), None, "nothing else was stored");
}

#[test]
fn what_a_process_needs_depends_on_what_the_tail_has() {
    let place = Place::new();
    let writer = place.start("writer", "writer", &[1, 2], &[]);
    done(&writer, "edit assign sender maja");
    done(&writer, "upgrade");
    for command in ["writer", "reader", "compact", "audit"] {
        let said = place.failure(command, &[2]);
        assert!(said.contains("change 1 of `initech` needs catalog `acme 1`"), "{said}");
        let said = place.failure(command, &[1]);
        assert!(said.contains("change 2 of `initech` needs catalog `acme 2` with hash"), "{said}");
    }
    assert!(place.run("audit", &[1, 2]).status.success());
    let said = place.failure("audit", &[2, 1]);
    assert!(said.contains("given catalogs `acme 2`, `acme 1`"), "{said}");
    let behind = place.server.journal().replayed(1).unwrap();

    // Past the upgrade, the new version is enough; an audit from the first change on needs both.
    assert!(place.run("compact", &[1, 2]).status.success());
    let new = place.start("writer", "new", &[2], &[]);
    let last = done(&new, "edit assign messenger eva");
    assert_eq!(new.record(last), writer.record(last));
    assert!(place.failure("audit", &[2]).contains("change 1 of `initech` needs catalog `acme 1`"));
    assert!(place.run("compact", &[2]).status.success());
    let audited = place.run("audit", &[1, 2]);
    assert_eq!(String::from_utf8(audited.stdout).unwrap().trim(), new.record(last));

    // With the old one only, it can be asked and not edited (P5).
    let old = place.start("writer", "old", &[1], &[]);
    assert_eq!(old.record(last), new.record(last), "every name is kept");
    let why = refusal(&old, "edit assign reader nora");
    assert_eq!(why, "stored under catalog `acme 2`, restored under `acme 1`: upgrade the account first");
    let why = refusal(&old, "upgrade");
    assert!(why.contains("catalog `acme 1` is older than `acme 2`"), "{why}");

    // One that was behind meets the snapshot instead of the upgrade, and stops no less.
    let first = Catalogs::new(versions()[..1].to_vec()).unwrap();
    let server = &place.server;
    let mut journal =
        host_postgres::Journal::open(&server.link("behind"), "test", &first, behind.id()).unwrap();
    let mut account = behind.clone();
    let failure = journal.catch_up(&mut account).unwrap_err();
    assert!(matches!(failure, Failure::NeedsCatalog { .. }), "{failure}");
    assert!(failure.to_string().contains("needs catalog `acme 2`"), "{failure}");
    assert_eq!(account.record(), behind.record());
}

#[test]
fn an_upgrade_among_edits_of_others_is_one_change_and_loses_none() {
    const EDITS: usize = 40;
    let place = Place::new();
    let writers = ["a", "b"].map(|name| place.start("writer", name, &[1, 2], &[]));
    let reader = place.start("reader", "reader", &[1, 2], &["--poll", "3600000", "--max-age", "3600000"]);
    thread::scope(|scope| {
        for (n, writer) in writers.iter().enumerate() {
            let reader = &reader;
            scope.spawn(move || {
                for edit in 0..EDITS {
                    let token = done(writer, &format!("edit assign reader user-{n}-{edit}"));
                    let asked = reader.ask(&format!("check user-{n}-{edit} news/read at-least {token}"));
                    assert!(
                        matches!(asked, Ok(Answer::Allow { head }) if head.revision >= token.revision),
                        "{asked:?}"
                    );
                    // Both wish for it, and one of them has nothing to do.
                    if edit == EDITS / 2 {
                        let outcome = writer.ask("upgrade").unwrap();
                        assert!(
                            matches!(outcome, Answer::Done { .. } | Answer::Unchanged { .. }),
                            "{outcome:?}"
                        );
                    }
                }
            });
        }
    });
    let last = 2 * EDITS as u64 + 1;
    let account = place.server.journal().replayed(last).unwrap();
    assert_eq!((account.users().count(), account.catalog().version()), (2 * EDITS, 2));
    let expected = stored::record_text(&account).unwrap();
    for process in writers.iter().chain([&reader]) {
        assert_eq!(process.record(account.head().unwrap()), expected);
    }
    let mut journal = place.server.journal();
    assert_eq!(journal.change_at(last + 1).unwrap(), None);
    let upgrades = (1..=last).filter(|revision| {
        let text = journal.change_at(*revision).unwrap().unwrap();
        let change: Change = serde_json::from_str(&text).unwrap();
        matches!(change.facts[..], [Fact::CatalogUpgraded { .. }])
    });
    assert_eq!(upgrades.count(), 1);
}
