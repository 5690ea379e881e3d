//! Lines of words in, lines of words out: enough to drive these processes by hand or from a test.
//!
//! Ids are words here, so without spaces; the library has no such rule.

use std::fmt;
use std::str::FromStr;

use rolecall::Head;

/// What a process is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Request {
    /// `check USER PERMISSION [at-least HEAD]`: may the user do that?
    Check {
        user: String,
        permission: String,
        token: Option<Head>,
    },
    /// `record [at-least HEAD]`: the account in its stored form.
    Record {
        token: Option<Head>,
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

/// What comes back. A head is the state that the answer is of, and a token: `12-` and the digest of all that led there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// `ready HEAD`: at the start, without being asked.
    Ready { head: Head },
    /// `allow HEAD`
    Allow { head: Head },
    /// `deny HEAD`
    Deny { head: Head },
    /// `stale HEAD`: no answer; what is known is too old.
    Stale { head: Head },
    /// `other-past HEAD`: no answer; the token is of another past than what is known.
    OtherPast { head: Head },
    /// `stopped HEAD WHY`: no answer, and there will be no later one before the process is started anew.
    Stopped { head: Head, why: String },
    /// `done HEAD TRIES`: stored, and this is the token.
    Done { head: Head, tries: u32 },
    /// `unchanged HEAD`: it was so already.
    Unchanged { head: Head },
    /// `unknown HEAD`: stored as this, or not.
    Unknown { head: Head },
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

/// How fresh an answer must be. Anything but a head is an error: a garbled token must not count as none.
fn token(words: &[&str]) -> Result<Option<Head>, String> {
    match words {
        [] => Ok(None),
        ["at-least", token] => token.parse().map(Some).map_err(|error| format!("{error}")),
        _ => Err(format!("expected `at-least HEAD`, not {words:?}")),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { head } => write!(f, "ready {head}"),
            Self::Allow { head } => write!(f, "allow {head}"),
            Self::Deny { head } => write!(f, "deny {head}"),
            Self::Stale { head } => write!(f, "stale {head}"),
            Self::OtherPast { head } => write!(f, "other-past {head}"),
            Self::Stopped { head, why } => write!(f, "stopped {head} {}", line(why)),
            Self::Done { head, tries } => write!(f, "done {head} {tries}"),
            Self::Unchanged { head } => write!(f, "unchanged {head}"),
            Self::Unknown { head } => write!(f, "unknown {head}"),
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
            "refused" => return Ok(Self::Refused { why: rest.to_owned() }),
            "ok" if rest.is_empty() => return Ok(Self::Ok),
            "figures" => {
                let numbers: Vec<u64> =
                    rest.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(|_| bad())?;
                let &[heard, ignored, reads, lost] = numbers.as_slice() else { return Err(bad()) };
                return Ok(Self::Figures { heard, ignored, reads, lost });
            }
            _ => {}
        }
        let (head, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let head = head.parse().map_err(|_| bad())?;
        let answer = match (word, rest) {
            ("stopped", why) => Self::Stopped { head, why: why.to_owned() },
            ("done", tries) => Self::Done { head, tries: tries.parse().map_err(|_| bad())? },
            ("ready", "") => Self::Ready { head },
            ("allow", "") => Self::Allow { head },
            ("deny", "") => Self::Deny { head },
            ("stale", "") => Self::Stale { head },
            ("other-past", "") => Self::OtherPast { head },
            ("unchanged", "") => Self::Unchanged { head },
            ("unknown", "") => Self::Unknown { head },
            _ => return Err(bad()),
        };
        Ok(answer)
    }
}
