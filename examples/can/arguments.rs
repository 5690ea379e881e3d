//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgGroup, CommandFactory, Parser, ValueEnum};

/// What is asked: exactly one question.
#[derive(Debug)]
pub(crate) enum Question {
    May { user: String, permission: String, on: Option<String> },
    Where { user: String, permission: String },
    What(String),
    Who(String),
    Roles,
    Role(String),
    Matrix,
    Batch(PathBuf),
}

/// Of what it is asked, and how the answer looks.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The catalog, in its stored form [default: the predefined one]
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,
    /// The account, in its stored form [default: a sample under the predefined catalog]
    #[arg(long, value_name = "FILE")]
    pub(crate) account: Option<PathBuf>,
    /// How answers are printed; errors are always text
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Asks one account who may do what, and says why.
#[derive(Debug, Parser)]
#[command(
    name = "can",
    override_usage = "\
can <USER> <PERMISSION> [--on <KIND:ID>]
       can --where <USER> <PERMISSION>
       can --what <USER>
       can --who <PERMISSION>
       can --roles
       can --role <ROLE>
       can --matrix
       can --batch <FILE|->",
    after_help = "\
The first line of a decision is `allow` or `deny: <reason>`.

Exit status: 0 for allow, and for every answer that is no single decision; 1 for deny; 2 where there is no \
answer: unknown permission, role, or user (but a decision on an unknown user is a denial), wrong usage, \
unreadable file.

--batch reads lines of user, tab, permission, and prints a line for each, in order. It stops at the first line \
that is malformed or names an unknown permission; the lines before it are answered.

--format json prints one document, with --batch one document per line.",
    group = ArgGroup::new("question")
        .args(["user", "where", "what", "who", "roles", "role", "matrix", "batch"])
        .required(true)
)]
pub(crate) struct Arguments {
    /// May this user ...
    #[arg(requires = "permission")]
    user: Option<String>,
    /// ... do this? The decision, and what it follows from
    #[arg(requires = "user")]
    permission: Option<String>,
    /// ... on this resource? Named by its kind and id: `channel:whatsapp`
    #[arg(long, value_name = "KIND:ID", requires = "permission")]
    on: Option<String>,
    /// On which resources the user may do this: everything, only some, or nothing
    #[arg(long = "where", id = "where", num_args = 2, value_names = ["USER", "PERMISSION"])]
    reach: Option<Vec<String>>,
    /// What the user may do, by section
    #[arg(long, value_name = "USER")]
    what: Option<String>,
    /// The users who may, each with the roles and teams it comes through
    #[arg(long, value_name = "PERMISSION")]
    who: Option<String>,
    /// Every role, with how many users, teams, permissions, and scopes
    #[arg(long)]
    roles: bool,
    /// One role, section by section: a predefined key, a custom id, or a name
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Which role grants which permission
    #[arg(long)]
    matrix: bool,
    /// Many decisions: lines of user, tab, permission; `-` is standard input
    #[arg(long, value_name = "FILE|-")]
    batch: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

impl Arguments {
    /// The question and the options, or the help that was asked for or is needed.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<(Question, Options), clap::Error> {
        let Self { user, permission, on, reach, what, who, roles, role, matrix, batch, options } =
            Self::try_parse_from(arguments)?;
        let may = user.zip(permission).map(|(user, permission)| Question::May { user, permission, on });
        // clap has seen to it that there are two.
        let reach = reach.and_then(|words| <[String; 2]>::try_from(words).ok());
        let question = may
            .or(reach.map(|[user, permission]| Question::Where { user, permission }))
            .or(what.map(Question::What))
            .or(who.map(Question::Who))
            .or(roles.then_some(Question::Roles))
            .or(role.map(Question::Role))
            .or(matrix.then_some(Question::Matrix))
            .or(batch.map(Question::Batch));
        let none = || Self::command().error(ErrorKind::MissingRequiredArgument, "no question");
        Ok((question.ok_or_else(none)?, options))
    }
}
