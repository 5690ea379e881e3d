//! One process of the example.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use host_postgres::protocol::Answer;
use rolecall::Head;

use crate::server::{ACCOUNT, Server};

/// Far longer than any deadline of the processes: one that takes so long hangs.
const HANGS: Duration = Duration::from_secs(60);

/// A writer or a reader. It can be asked by several threads, and killed while they ask.
pub struct Process {
    database: String,
    arguments: Vec<String>,
    child: Mutex<Child>,
    pipes: Mutex<Pipes>,
}

/// A process was killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gone {
    /// It never got the request.
    Before,
    /// Nobody knows how far it got.
    Meanwhile,
}

struct Pipes {
    /// Until it is noticed that the process was killed.
    requests: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Process {
    /// Starts one, and waits until it is ready.
    pub fn start(server: &Server, command: &str, name: &str, options: &[&str]) -> Self {
        Self::start_on(server.database(), command, name, options)
    }

    /// The same, on whichever server this connection string leads to.
    pub fn start_on(database: &str, command: &str, name: &str, options: &[&str]) -> Self {
        let mut arguments: Vec<_> = [command, ACCOUNT, "--name", name].map(str::to_owned).into();
        arguments.extend(options.iter().map(|&option| option.to_owned()));
        let (child, pipes) = spawn(database, &arguments);
        Self { database: database.to_owned(), arguments, child: Mutex::new(child), pipes: Mutex::new(pipes) }
    }

    /// The answer, or that the process was killed.
    pub fn ask(&self, request: &str) -> Result<Answer, Gone> {
        let mut pipes = self.pipes.lock().unwrap();
        let requests = pipes.requests.as_mut().ok_or(Gone::Before)?;
        writeln!(requests, "{request}").map_err(|_| Gone::Before)?;
        match pipes.answers.recv_timeout(HANGS) {
            Ok(line) => Ok(line.parse().unwrap()),
            Err(RecvTimeoutError::Disconnected) => {
                pipes.requests = None;
                Err(Gone::Meanwhile)
            }
            Err(RecvTimeoutError::Timeout) => panic!("{:?} hangs: {request}", self.arguments),
        }
    }

    /// Ends it as a crash would, with whatever it is doing.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Starts it again after it was killed.
    pub fn restart(&self) {
        let mut pipes = self.pipes.lock().unwrap();
        let started = spawn(&self.database, &self.arguments);
        *self.child.lock().unwrap() = started.0;
        *pipes = started.1;
    }

    /// The account's stored form, of a process that is not killed.
    pub fn record(&self, token: Head) -> String {
        match self.ask(&format!("record at-least {token}")) {
            Ok(Answer::Record { json }) => json,
            other => panic!("{:?}: {other:?}", self.arguments),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(mut child) = self.child.lock() {
            let _ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

fn spawn(database: &str, arguments: &[String]) -> (Child, Pipes) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_host_postgres"))
        .args(arguments)
        .env("ROLECALL_POSTGRES", database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(match std::env::var_os("SHOW_LOGS") {
            Some(_) => Stdio::inherit(),
            None => Stdio::null(),
        })
        .spawn()
        .unwrap();
    let (requests, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (send, answers) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    let ready = answers.recv_timeout(HANGS).expect("the process starts");
    assert!(matches!(ready.parse(), Ok(Answer::Ready { .. })), "{arguments:?}: {ready}");
    (child, Pipes { requests: Some(requests), answers })
}
