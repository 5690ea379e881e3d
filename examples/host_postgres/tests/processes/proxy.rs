//! A way to the server that is cut at the worst moment: after a commit, before its answer.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use crate::server::Server;

/// Forwards everything, but withholds the answers to some commits and cuts the connection instead.
pub struct Proxy {
    directory: PathBuf,
    database: String,
    cuts: Arc<AtomicUsize>,
    late: Arc<AtomicBool>,
}

/// When a commit whose answer is withheld reaches the server.
#[derive(Clone, Copy, PartialEq)]
pub enum Commit {
    /// Before the client's connection is cut.
    Stored,
    /// Some time after it.
    Pending,
}

impl Proxy {
    pub fn start(server: &Server) -> Self {
        let behind = server.socket();
        let directory = std::env::temp_dir().join(format!("proxy.{}", fastrand::u32(..)));
        std::fs::create_dir(&directory).unwrap();
        let listener = UnixListener::bind(directory.join(".s.PGSQL.5432")).unwrap();
        let cuts = Arc::new(AtomicUsize::new(0));
        let late = Arc::new(AtomicBool::new(false));
        let (left, lag) = (Arc::clone(&cuts), Arc::clone(&late));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&behind) else { continue };
                forward(client, server, &left, &lag);
            }
        });
        let options = server.database().split_once(' ').unwrap().1;
        let database = format!("host={} {options}", directory.display());
        Self { directory, database, cuts, late }
    }

    pub fn database(&self) -> &str {
        &self.database
    }

    /// From now on, so many commits are not answered.
    pub fn cut(&self, commits: usize, when: Commit) {
        self.late.store(when == Commit::Pending, SeqCst);
        self.cuts.store(commits, SeqCst);
    }

    /// Commits that are still to be cut.
    pub fn left(&self) -> usize {
        self.cuts.load(SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.directory);
    }
}

fn forward(client: UnixStream, server: UnixStream, left: &Arc<AtomicUsize>, late: &Arc<AtomicBool>) {
    let cutting = Arc::new(AtomicBool::new(false));
    let (mut requests, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (left, cut, late) = (Arc::clone(left), Arc::clone(&cutting), Arc::clone(late));
    let behind = client.try_clone().unwrap();
    thread::spawn(move || {
        pass(&mut requests, &mut to, |bytes| {
            let commits = bytes.windows(6).any(|word| word == b"COMMIT");
            if commits && left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
                cut.store(true, SeqCst);
                if late.load(SeqCst) {
                    let _cut = behind.shutdown(Shutdown::Both);
                    thread::sleep(Duration::from_millis(300));
                }
            }
            true
        });
    });
    let (mut answers, mut back) = (server, client);
    // The server has answered, so it has stored; the client never learns of it.
    thread::spawn(move || pass(&mut answers, &mut back, |_| !cutting.load(SeqCst)));
}

/// Copies until one side ends or it is told to stop, and ends both.
fn pass(from: &mut UnixStream, to: &mut UnixStream, mut goes_on: impl FnMut(&[u8]) -> bool) {
    let mut buffer = [0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if !goes_on(&buffer[..length]) || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ended = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
