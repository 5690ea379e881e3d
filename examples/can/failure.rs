//! Why there is no answer.

use std::error::Error;
use std::io::{self, Write};

use rolecall::{Quoted, ResourceError, UnknownKey};

use super::names::RoleName;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Says `error: ` itself, and is followed by the usage.
    #[error("{0}")]
    Misuse(clap::Error),
    #[error("{file}: {error}")]
    File { file: String, error: Box<dyn Error> },
    #[error(transparent)]
    Unknown(#[from] UnknownKey),
    #[error("{} names no resource: write its kind and id, as in `channel:whatsapp`", Quoted(.0))]
    NoResource(String),
    #[error(transparent)]
    Resource(#[from] ResourceError),
    #[error("no {what} {} in account {}{}", Quoted(text), Quoted(account), hint(nearest.as_deref()))]
    Missing { what: &'static str, text: String, account: String, nearest: Option<String> },
    #[error("{} names more than one role: {}", Quoted(text), list(several))]
    Ambiguous { text: String, several: Vec<RoleName> },
    #[error("{file}:{line}: {what}")]
    Line { file: String, line: u64, what: String },
    #[error("output: {0}")]
    Output(io::Error),
}

impl Failure {
    pub(crate) fn file(file: &str, error: impl Error + 'static) -> Self {
        Self::File { file: file.to_owned(), error: Box::new(error) }
    }

    /// Nothing is said when the reader of the output has gone away.
    pub(crate) fn tell(&self, errors: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Misuse(misuse) => write!(errors, "{}", misuse.render()),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            failure => writeln!(errors, "error: {failure}"),
        }
    }
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {}?", Quoted(nearest)))
}

fn list(several: &[RoleName]) -> String {
    several.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}
