//! A PostgreSQL server that ends with the test, however the test ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use host_postgres::{Catalogs, Journal, Link, journal};
use postgres::{Client, NoTls};
use rolecall::AccountId;

pub const ACCOUNT: &str = "initech";

/// A database, with the tables and an account on which nothing happened.
pub struct Server {
    script: Arc<Script>,
    database: String,
    catalogs: Catalogs,
}

/// It holds the server until its standard input ends: when this is dropped, or when the test is killed.
struct Script {
    process: Child,
    database: String,
    control: String,
    make_standby: String,
}

/// An asynchronous standby of a server: it follows, and nobody waits for it.
pub struct Standby {
    database: String,
    control: PathBuf,
}

impl Server {
    /// On a server that may be stopped.
    pub fn own() -> Self {
        Self::on(Arc::new(Script::start()), predefined())
    }

    /// On a server that others use, too: it ends with the last of them.
    pub fn shared() -> Self {
        Self::shared_by(predefined())
    }

    /// The same, for an account of this product, begun under the first of these versions.
    pub fn shared_by(catalogs: Catalogs) -> Self {
        static SHARED: Mutex<Weak<Script>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let script = shared.upgrade().unwrap_or_else(|| Arc::new(Script::start()));
        *shared = Arc::downgrade(&script);
        Self::on(script, catalogs)
    }

    fn on(script: Arc<Script>, catalogs: Catalogs) -> Self {
        let name = format!("test_{}", fastrand::u32(..));
        let mut client = Client::connect(&script.database, NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let database = script.database.replace("dbname=postgres", &format!("dbname={name}"));
        let first = Catalogs::new(catalogs.all()[..1].to_vec()).unwrap();
        let server = Self { script, database, catalogs };
        journal::prepare(&server.link("prepare"), &first, &account()).unwrap();
        server
    }

    pub fn database(&self) -> &str {
        &self.database
    }

    /// Where the server listens.
    pub fn socket(&self) -> PathBuf {
        Path::new(&self.script.control).with_file_name(".s.PGSQL.5432")
    }

    pub fn link(&self, name: &str) -> Link {
        Link::new(&self.database, name).unwrap()
    }

    pub fn client(&self) -> Client {
        Client::connect(&self.database, NoTls).unwrap()
    }

    pub fn journal(&self) -> Journal {
        Journal::open(&self.link("test"), "test", &self.catalogs, &account()).unwrap()
    }

    /// Ends the connections of this name: how many there were.
    pub fn cut(&self, connection: &str) -> usize {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
        self.client().query(sql, &[&connection]).unwrap().len()
    }

    /// Stops or starts the server, as the script's `pg_ctl` does.
    pub fn control(&self, arguments: &[&str]) {
        control(Path::new(&self.script.control), arguments);
    }

    /// Makes a standby of the server as it is now, and starts it.
    pub fn standby(&self) -> Standby {
        let made = Command::new(&self.script.make_standby).stdout(Stdio::null()).status().unwrap();
        assert!(made.success());
        let folder = Path::new(&self.script.control).with_file_name("standby");
        let (_, options) = self.database.split_once(' ').unwrap();
        Standby { database: format!("host={} {options}", folder.display()), control: folder.join("ctl") }
    }

    /// Whichever of the two is a primary, this one first.
    pub fn database_or(&self, standby: &Standby) -> String {
        let host = |database: &str| database.split_once(' ').unwrap().0.replace("host=", "");
        let (_, options) = self.database.split_once(' ').unwrap();
        format!(
            "host={},{} {options} target_session_attrs=read-write",
            host(&self.database),
            host(&standby.database)
        )
    }
}

impl Standby {
    pub fn link(&self, name: &str) -> Link {
        Link::new(&self.database, name).unwrap()
    }

    pub fn client(&self) -> Client {
        Client::connect(&self.database, NoTls).unwrap()
    }

    pub fn journal(&self) -> Journal {
        Journal::open(&self.link("test"), "test", &predefined(), &account()).unwrap()
    }

    pub fn control(&self, arguments: &[&str]) {
        control(&self.control, arguments);
    }
}

fn control(program: &Path, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).stdout(Stdio::null()).status().unwrap();
    assert!(done.success(), "pg_ctl {arguments:?}");
}

impl Script {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/with_postgres");
        let held = r#"echo "$ROLECALL_POSTGRES"; echo "$ROLECALL_POSTGRES_CTL"; echo "$ROLECALL_POSTGRES_STANDBY";
            exec cat"#;
        let mut process = Command::new(script)
            .args(["sh", "-c", held])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script starts");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut line = || lines.next().expect("a server: see above why there is none").unwrap();
        let (database, control, make_standby) = (line(), line(), line());
        Self { process, database, control, make_standby }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

/// The predefined product, in its only version.
pub fn predefined() -> Catalogs {
    Catalogs::new(vec![rolecall::predefined::current()]).unwrap()
}

pub fn account() -> AccountId {
    AccountId::new(ACCOUNT).unwrap()
}
