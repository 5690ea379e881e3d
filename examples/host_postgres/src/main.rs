//! The processes: `prepare`, `writer`, `reader`, `compact`, `audit`.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use host_postgres::protocol::{Answer, Request, Wish};
use host_postgres::{Failure, Journal, Link, Replica, Stale, Tempo, Writer, Written, journal, stored};
use rolecall::{AccountId, Assignee, Catalog, Decision, Edit, RoleId, predefined};

const USAGE: &str = "usage: host_postgres prepare|writer|reader|compact|audit ACCOUNT [OPTION]...

prepare  creates the tables and the account
writer   edits, as told on standard input
reader   answers, as asked on standard input
compact  makes the present state the snapshot
audit    replays the whole journal, and prints the account if that is what is loaded

--name NAME    what this process is called; the process's kind if not given
--poll MS      a reader reads at least as often: 500
--deadline MS  how long a reader tries to be fresh enough: 2000
--max-age MS   no answer of a reader is older: 10000

The database is named by $ROLECALL_POSTGRES: `host=/tmp/socket user=postgres`, or a URL.";

struct Arguments {
    command: String,
    account: AccountId,
    name: String,
    tempo: Tempo,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { command, account, name, tempo } = arguments(std::env::args().skip(1))?;
    let database = std::env::var("ROLECALL_POSTGRES").map_err(|_| USAGE)?;
    let (link, catalog) = (Link::new(&database, &name)?, predefined::current());
    match command.as_str() {
        "prepare" => journal::prepare(&link, &catalog, &account)?,
        "writer" => write(Writer::open(link, &name, &catalog, &account)?)?,
        "reader" => read(&catalog, Replica::start(link, &catalog, &account, tempo)?.as_ref())?,
        "compact" => println!("{}", Journal::open(&link, "compact", &catalog, &account)?.compact()?),
        "audit" => audit(&mut Journal::open(&link, "audit", &catalog, &account)?)?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
    let (command, account) = (given.next().ok_or(USAGE)?, given.next().ok_or(USAGE)?);
    let mut name = command.clone();
    let (mut poll, mut deadline, mut max_age) = (500, 2000, 10_000);
    while let Some(option) = given.next() {
        let value = given.next().ok_or(USAGE)?;
        match option.as_str() {
            "--name" => name = value,
            "--poll" => poll = value.parse()?,
            "--deadline" => deadline = value.parse()?,
            "--max-age" => max_age = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    let [poll, deadline, max_age] = [poll, deadline, max_age].map(Duration::from_millis);
    let tempo = Tempo { poll, deadline, max_age };
    Ok(Arguments { command, account: AccountId::new(account)?, name, tempo })
}

fn write(mut writer: Writer) -> io::Result<()> {
    say(&Answer::Ready { revision: writer.account().revision() })?;
    serve(|request| match request {
        Request::Edit(wish) => edit(&mut writer, &wish),
        Request::Record { token } => record_of(&mut writer, token).unwrap_or_else(refused),
        _ => refused("a writer only edits"),
    })
}

fn read(catalog: &Catalog, replica: &Replica) -> io::Result<()> {
    let stale = |Stale { revision }| Answer::Stale { revision };
    say(&replica.at_least(0).map_or_else(stale, |now| Answer::Ready { revision: now.account().revision() }))?;
    serve(|request| match request {
        Request::Check { user, permission, token } => {
            let permission = match catalog.permission(&permission) {
                Ok(permission) => permission,
                Err(unknown) => return refused(unknown),
            };
            // One load: the answer and the revision that it tells belong together.
            let now = match replica.at_least(token) {
                Ok(now) => now,
                Err(Stale { revision }) => return Answer::Stale { revision },
            };
            let revision = now.account().revision();
            match now.subject(&user).check(permission) {
                Decision::Allow => Answer::Allow { revision },
                Decision::Deny(_) => Answer::Deny { revision },
            }
        }
        Request::Record { token } => match replica.at_least(token) {
            Ok(now) => {
                stored::record_text(now.account()).map_or_else(refused, |json| Answer::Record { json })
            }
            Err(Stale { revision }) => Answer::Stale { revision },
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
        Request::Edit(_) => refused("a reader never edits"),
    })
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

fn edit(writer: &mut Writer, wish: &Wish) -> Answer {
    match writer.edit(|session| make(wish, session)) {
        Ok(Written::Done { revision, tries }) => Answer::Done { revision, tries },
        Ok(Written::Unchanged { revision }) => Answer::Unchanged { revision },
        Err(Failure::Unknown { revision, .. }) => Answer::Unknown { revision },
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
            session.grant(&role, permission)?;
            session.assign(&role, Assignee::user(user)?)?;
        }
    }
    Ok(())
}

fn record_of(writer: &mut Writer, token: u64) -> Result<Answer, Failure> {
    let account = writer.catch_up()?;
    match account.revision() >= token {
        true => Ok(Answer::Record { json: stored::record_text(account)? }),
        false => Ok(Answer::Stale { revision: account.revision() }),
    }
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
