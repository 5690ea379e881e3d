//! Lines of words in, lines of words out: enough to drive these processes by hand or from a test.
//!
//! Ids are words here, so without spaces; the library has no such rule.

use std::fmt;
use std::str::FromStr;

/// What a process is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Request {
    /// `check USER PERMISSION [at-least N]`: may the user do that?
    Check {
        user: String,
        permission: String,
        token: u64,
    },
    /// `record [at-least N]`: the account in its stored form.
    Record {
        token: u64,
    },
    /// `edit ...`, of a writer.
    Edit(Wish),
    /// `preview` and `upgrade`, of a writer: to the newest catalog that it has.
    Preview,
    Upgrade,
    /// `ignore` and `hear`, of a reader: announcements.
    Ignore,
    Hear,
    /// `figures`, of a reader.
    Figures,
}

/// What a writer is to do. Each is one change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wish {
    /// `assign ROLE USER`: a predefined role.
    Assign { role: String, user: String },
    /// `unassign ROLE USER`
    Unassign { role: String, user: String },
    /// `join TEAM USER`: creates the team if there is none.
    Join { team: String, user: String },
    /// `shift PERMISSION USER`: creates the custom role with the next number, and assigns it. Which number is next
    /// depends on what all others have done.
    Shift { permission: String, user: String },
}

/// What comes back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// `ready N`: at the start, without being asked.
    Ready { revision: u64 },
    /// `allow N`, as of this revision.
    Allow { revision: u64 },
    /// `deny N`
    Deny { revision: u64 },
    /// `stale N`: no answer; what is known is too old.
    Stale { revision: u64 },
    /// `stopped N WHY`: no answer, and there will be no later one before the process is started with another catalog.
    Stopped { revision: u64, why: String },
    /// `done N TRIES`: stored as this revision.
    Done { revision: u64, tries: u32 },
    /// `unchanged N`: it was so already.
    Unchanged { revision: u64 },
    /// `unknown N`: stored as this revision, or not.
    Unknown { revision: u64 },
    /// `report TEXT`: what an upgrade would do.
    Report { text: String },
    /// `record JSON`
    Record { json: String },
    /// `figures HEARD IGNORED READS LOST`
    Figures { heard: u64, ignored: u64, reads: u64, lost: u64 },
    /// `ok`
    Ok,
    /// `refused WHY`
    Refused { why: String },
}

impl FromStr for Request {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let own = |word: &&str| (*word).to_owned();
        let request = match words.as_slice() {
            ["check", user, permission, fresh @ ..] => {
                Self::Check { user: own(user), permission: own(permission), token: token(fresh)? }
            }
            ["record", fresh @ ..] => Self::Record { token: token(fresh)? },
            ["edit", "assign", role, user] => Self::Edit(Wish::Assign { role: own(role), user: own(user) }),
            ["edit", "unassign", role, user] => {
                Self::Edit(Wish::Unassign { role: own(role), user: own(user) })
            }
            ["edit", "join", team, user] => Self::Edit(Wish::Join { team: own(team), user: own(user) }),
            ["edit", "shift", permission, user] => {
                Self::Edit(Wish::Shift { permission: own(permission), user: own(user) })
            }
            ["preview"] => Self::Preview,
            ["upgrade"] => Self::Upgrade,
            ["ignore"] => Self::Ignore,
            ["hear"] => Self::Hear,
            ["figures"] => Self::Figures,
            _ => return Err(format!("no request: {line:?}")),
        };
        Ok(request)
    }
}

/// How fresh an answer must be. Anything but a number is an error: a garbled token must not count as none.
fn token(words: &[&str]) -> Result<u64, String> {
    match words {
        [] => Ok(0),
        ["at-least", token] => token.parse().map_err(|_| format!("no revision: {token:?}")),
        _ => Err(format!("expected `at-least N`, not {words:?}")),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { revision } => write!(f, "ready {revision}"),
            Self::Allow { revision } => write!(f, "allow {revision}"),
            Self::Deny { revision } => write!(f, "deny {revision}"),
            Self::Stale { revision } => write!(f, "stale {revision}"),
            Self::Stopped { revision, why } => write!(f, "stopped {revision} {}", line(why)),
            Self::Done { revision, tries } => write!(f, "done {revision} {tries}"),
            Self::Unchanged { revision } => write!(f, "unchanged {revision}"),
            Self::Unknown { revision } => write!(f, "unknown {revision}"),
            Self::Report { text } => write!(f, "report {}", line(text)),
            Self::Record { json } => write!(f, "record {json}"),
            Self::Figures { heard, ignored, reads, lost } => {
                write!(f, "figures {heard} {ignored} {reads} {lost}")
            }
            Self::Ok => f.write_str("ok"),
            Self::Refused { why } => write!(f, "refused {}", line(why)),
        }
    }
}

/// Text of several lines as one.
fn line(text: &str) -> String {
    text.trim_end().replace(['\n', '\r'], " ")
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let bad = || format!("no answer: {line:?}");
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "record" => return Ok(Self::Record { json: rest.to_owned() }),
            "report" => return Ok(Self::Report { text: rest.to_owned() }),
            "stopped" => {
                let (revision, why) = rest.split_once(' ').ok_or_else(bad)?;
                let revision = revision.parse().map_err(|_| bad())?;
                return Ok(Self::Stopped { revision, why: why.to_owned() });
            }
            "refused" => return Ok(Self::Refused { why: rest.to_owned() }),
            _ => {}
        }
        let numbers: Result<Vec<u64>, _> = rest.split_whitespace().map(str::parse).collect();
        let answer = match (word, numbers.map_err(|_| bad())?.as_slice()) {
            ("ready", &[revision]) => Self::Ready { revision },
            ("allow", &[revision]) => Self::Allow { revision },
            ("deny", &[revision]) => Self::Deny { revision },
            ("stale", &[revision]) => Self::Stale { revision },
            ("done", &[revision, tries]) => {
                Self::Done { revision, tries: u32::try_from(tries).map_err(|_| bad())? }
            }
            ("unchanged", &[revision]) => Self::Unchanged { revision },
            ("unknown", &[revision]) => Self::Unknown { revision },
            ("figures", &[heard, ignored, reads, lost]) => Self::Figures { heard, ignored, reads, lost },
            ("ok", []) => Self::Ok,
            _ => return Err(bad()),
        };
        Ok(answer)
    }
}
