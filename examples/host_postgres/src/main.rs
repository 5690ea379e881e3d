//! The processes: `prepare`, `writer`, `reader`, `compact`, `audit`.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use host_postgres::protocol::{Answer, Request, Wish};
use host_postgres::{
    Catalogs, Failure, Journal, Link, NoAnswer, Replica, Tempo, Writer, Written, journal, stored,
};
use rolecall::{
    AccountId, Assignee, Catalog, CatalogRecord, Decision, Edit, Freshness, Head, RoleId, predefined,
};

const USAGE: &str = "usage: host_postgres prepare|writer|reader|compact|audit ACCOUNT [OPTION]...

prepare  creates the tables and the account
writer   edits and upgrades, as told on standard input
reader   answers, as asked on standard input
compact  makes the present state the snapshot
audit    replays the whole journal, and prints the account if that is what is loaded

--name NAME    what this process is called; the process's kind if not given
--catalog FILE a version of the product, in its stored form; once for each, oldest to newest: the predefined one
--poll MS      a reader reads at least as often: 500
--deadline MS  how long a reader tries to be fresh enough: 2000
--max-age MS   no answer of a reader is older: 10000

The database is named by $ROLECALL_POSTGRES: `host=/tmp/socket user=postgres`, or a URL.";

struct Arguments {
    command: String,
    account: AccountId,
    name: String,
    catalogs: Catalogs,
    tempo: Tempo,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let Arguments { command, account, name, catalogs, tempo } = arguments(std::env::args().skip(1))?;
    let database = std::env::var("ROLECALL_POSTGRES").map_err(|_| USAGE)?;
    let link = Link::new(&database, &name)?;
    match command.as_str() {
        "prepare" => journal::prepare(&link, &catalogs, &account)?,
        "writer" => write(&mut Writer::open(link, &name, &catalogs, &account)?)?,
        "reader" => read(Replica::start(link, &catalogs, &account, tempo)?.as_ref())?,
        "compact" => println!("{}", Journal::open(&link, "compact", &catalogs, &account)?.compact()?),
        "audit" => audit(&mut Journal::open(&link, "audit", &catalogs, &account)?)?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
    let (command, account) = (given.next().ok_or(USAGE)?, given.next().ok_or(USAGE)?);
    let (mut name, mut catalogs) = (command.clone(), Vec::new());
    let (mut poll, mut deadline, mut max_age) = (500, 2000, 10_000);
    while let Some(option) = given.next() {
        let value = given.next().ok_or(USAGE)?;
        match option.as_str() {
            "--name" => name = value,
            "--catalog" => catalogs.push(catalog(&value)?),
            "--poll" => poll = value.parse()?,
            "--deadline" => deadline = value.parse()?,
            "--max-age" => max_age = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    let [poll, deadline, max_age] = [poll, deadline, max_age].map(Duration::from_millis);
    let tempo = Tempo { poll, deadline, max_age };
    if catalogs.is_empty() {
        catalogs.push(predefined::current());
    }
    let (account, catalogs) = (AccountId::new(account)?, Catalogs::new(catalogs)?);
    Ok(Arguments { command, account, name, catalogs, tempo })
}

fn catalog(file: &str) -> Result<Catalog, Box<dyn Error>> {
    let record: CatalogRecord = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    Ok(Catalog::from_record(&record)?)
}

fn write(writer: &mut Writer) -> Result<(), Box<dyn Error>> {
    say(&Answer::Ready { head: stored::head_of(writer.account())? })?;
    serve(|request| match request {
        Request::Edit(wish) => written(writer.edit(|session| make(&wish, session))),
        Request::Upgrade => written(writer.upgrade(&[])),
        Request::Preview => {
            writer.preview().map_or_else(refused, |report| Answer::Report { text: report.to_string() })
        }
        Request::Record { token } => record_of(writer, token).unwrap_or_else(refused),
        _ => refused("a writer only edits"),
    })?;
    Ok(())
}

fn read(replica: &Replica) -> io::Result<()> {
    say(&replica.at_least(None).map_or_else(no_answer, |(head, _)| Answer::Ready { head }))?;
    serve(|request| match request {
        Request::Check { user, permission, token } => {
            // One load: the answer, the head that it tells and the catalog belong together.
            let (head, now) = match replica.at_least(token) {
                Ok(now) => now,
                Err(why) => return no_answer(why),
            };
            let permission = match now.catalog().permission(&permission) {
                Ok(permission) => permission,
                Err(unknown) => return refused(unknown),
            };
            match now.subject(&user).check(permission) {
                Decision::Allow => Answer::Allow { head },
                Decision::Deny(_) => Answer::Deny { head },
            }
        }
        Request::Record { token } => match replica.at_least(token) {
            Ok((_, now)) => {
                stored::record_text(now.account()).map_or_else(refused, |json| Answer::Record { json })
            }
            Err(why) => no_answer(why),
        },
        Request::Ignore => {
            replica.ignore_announcements(true);
            Answer::Ok
        }
        Request::Hear => {
            replica.ignore_announcements(false);
            Answer::Ok
        }
        Request::Figures => {
            let figures = &replica.figures;
            let [heard, ignored, reads, lost] =
                [&figures.heard, &figures.ignored, &figures.reads, &figures.lost].map(|n| n.load(Relaxed));
            Answer::Figures { heard, ignored, reads, lost }
        }
        Request::Edit(_) | Request::Preview | Request::Upgrade => refused("a reader never edits"),
    })
}

fn no_answer(why: NoAnswer) -> Answer {
    match why {
        NoAnswer::Stale { at } => Answer::Stale { head: at },
        NoAnswer::OtherPast { at } => Answer::OtherPast { head: at },
        NoAnswer::Stopped { at, why } => Answer::Stopped { head: at, why },
    }
}

fn audit(journal: &mut Journal) -> Result<(), Box<dyn Error>> {
    let loaded = journal.load()?;
    let replayed = stored::record_text(&journal.replayed(loaded.revision())?)?;
    if stored::record_text(&loaded)? != replayed {
        return Err("the snapshot with what follows is not what the journal leads to".into());
    }
    println!("{replayed}");
    Ok(())
}

fn written(outcome: Result<Written, Failure>) -> Answer {
    match outcome {
        Ok(Written::Done { head, tries }) => Answer::Done { head, tries },
        Ok(Written::Unchanged { head }) => Answer::Unchanged { head },
        Err(Failure::Unknown { head, .. }) => Answer::Unknown { head },
        Err(failure) => refused(failure),
    }
}

fn make(wish: &Wish, session: &mut Edit) -> Result<(), Failure> {
    match wish {
        Wish::Assign { role, user } => {
            session.assign(role, Assignee::user(user)?)?;
        }
        Wish::Unassign { role, user } => {
            let _gone = session.unassign(role, Assignee::user(user)?)?;
        }
        Wish::Join { team, user } => {
            session.create_team(team, team)?;
            session.add_member(team, user)?;
        }
        Wish::Shift { permission, user } => {
            let number = session.account().custom_roles().count() + 1;
            let role = RoleId::new(format!("shift-{number}"))?;
            session.create_role(&role, &format!("Shift {number}"))?;
            let _scopes = session.grant(&role, permission)?;
            session.assign(&role, Assignee::user(user)?)?;
        }
    }
    Ok(())
}

fn record_of(writer: &mut Writer, token: Option<Head>) -> Result<Answer, Failure> {
    let freshness = match token {
        Some(token) => writer.freshness(&token)?,
        None => writer.catch_up().map(|_| Freshness::Fresh)?,
    };
    let head = stored::head_of(writer.account())?;
    Ok(match freshness {
        Freshness::Fresh | Freshness::Ahead => {
            Answer::Record { json: stored::record_text(writer.account())? }
        }
        Freshness::Behind => Answer::Stale { head },
        Freshness::OtherPast => Answer::OtherPast { head },
    })
}

/// Answers line by line, until there are no more.
fn serve(mut answer: impl FnMut(Request) -> Answer) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        say(&line?.parse().map_or_else(refused, &mut answer))?;
    }
    Ok(())
}

fn say(answer: &Answer) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{answer}")?;
    out.flush()
}

fn refused(why: impl ToString) -> Answer {
    Answer::Refused { why: why.to_string() }
}
