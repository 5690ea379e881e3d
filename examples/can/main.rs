//! `can`: asks one account who may do what, and says why. `--help` has the questions and the options.
//!
//! ```text
//! cargo run --release --example can -- maja campaigns/send
//! ```
//!
//! Exits with 0 for `allow` and for every other answer, with 1 for `deny`, with 2 where there is no answer.

use std::ffi::OsString;
use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;

use arguments::{Arguments, Question};
use failure::Failure;
use page::{Page, Report};

mod arguments;
mod batch;
mod decision;
mod failure;
mod loading;
mod matrix;
mod names;
mod page;
mod reach;
mod role;
mod roles;
mod what;
mod who;

const ALLOWED: u8 = 0;
const DENIED: u8 = 1;
const NO_ANSWER: u8 = 2;

fn main() -> ExitCode {
    let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
    let (mut input, output, mut errors) =
        (std::io::stdin().lock(), std::io::stdout().lock(), std::io::stderr().lock());
    ExitCode::from(run(std::env::args_os(), width, &mut input, output, &mut errors))
}

/// The whole program on given streams; without a width, nothing is wrapped. Returns the exit status.
pub(crate) fn run(
    arguments: impl IntoIterator<Item = OsString>,
    width: Option<u16>,
    input: &mut dyn BufRead,
    output: impl Write,
    errors: &mut dyn Write,
) -> u8 {
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let answer = match Arguments::parse(arguments) {
        Ok((question, options)) => answer(&question, &options, width, input, &mut output),
        Err(help) if !help.use_stderr() => {
            write!(output, "{}", help.render()).map(|()| ALLOWED).map_err(Failure::Output)
        }
        Err(misuse) => Err(Failure::Misuse(misuse)),
    };
    // What was answered goes out before the error that ended it.
    match (answer, output.flush().map_err(Failure::Output)) {
        (Ok(status), Ok(())) => status,
        (Err(failure), _) | (Ok(_), Err(failure)) => {
            // A message that cannot be written changes nothing: the status says that there is no answer.
            let _ = failure.tell(errors);
            NO_ANSWER
        }
    }
}

fn answer(
    question: &Question,
    options: &arguments::Options,
    width: Option<u16>,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<u8, Failure> {
    let authorizer = &loading::authorizer(options)?;
    let mut status = ALLOWED;
    let report: Box<dyn Report> = match question {
        Question::May { user, permission, on } => {
            let (answer, decision) = decision::Answer::new(authorizer, user, permission, on.as_deref())?;
            status = if decision.is_allowed() { ALLOWED } else { DENIED };
            Box::new(answer)
        }
        Question::Where { user, permission } => Box::new(reach::Where::new(authorizer, user, permission)?),
        Question::What(user) => Box::new(what::What::new(authorizer, user)?),
        Question::Who(permission) => Box::new(who::Who::new(authorizer, permission)?),
        Question::Roles => Box::new(roles::Roles::new(authorizer)),
        Question::Role(text) => Box::new(role::Contents::new(authorizer, text)?),
        Question::Matrix => Box::new(matrix::Matrix::new(authorizer)),
        Question::Batch(file) => {
            batch::answer(authorizer, options.format, file, input, output)?;
            return Ok(ALLOWED);
        }
    };
    match options.format {
        arguments::Format::Json => {
            writeln!(output, "{}", report.json().map_err(|error| Failure::Output(error.into()))?)
        }
        arguments::Format::Text => {
            let mut page = Page::new(width);
            report.print(&mut page);
            output.write_all(page.into_text().as_bytes())
        }
    }
    .map_err(Failure::Output)?;
    Ok(status)
}
