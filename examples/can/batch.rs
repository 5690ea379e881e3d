//! Many decisions, in the order in which they are asked. Nothing is kept from line to line.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use rolecall::Authorizer;
use serde::Serialize;

use super::arguments::Format;
use super::decision::word;
use super::failure::Failure;

#[derive(Serialize)]
struct Line<'a> {
    user: &'a str,
    permission: &'a str,
    decision: &'static str,
    reason: Option<String>,
}

/// Answers the lines of a file, or of the input where `-` stands for it, up to the first wrong one.
pub(crate) fn answer(
    authorizer: &Authorizer,
    format: Format,
    file: &Path,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), Failure> {
    if file.as_os_str() == "-" {
        return lines(authorizer, format, "standard input", input, output);
    }
    let name = file.display().to_string();
    let open = File::open(file).map_err(|error| Failure::file(&name, error))?;
    lines(authorizer, format, &name, &mut BufReader::with_capacity(1 << 16, open), output)
}

fn lines(
    authorizer: &Authorizer,
    format: Format,
    file: &str,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), Failure> {
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        if input.read_until(b'\n', &mut text).map_err(|error| Failure::file(file, error))? == 0 {
            break;
        }
        let wrong = |what: String| Failure::Line { file: file.to_owned(), line, what };
        let (user, permission) =
            split(&text).ok_or_else(|| wrong("expected a user, a tab, and a permission".to_owned()))?;
        let id = authorizer.catalog().permission(permission).map_err(|error| wrong(error.to_string()))?;
        let decision = authorizer.subject(user).check(id);
        match format {
            Format::Text => writeln!(output, "{}", word(decision)),
            Format::Json => {
                let reason = decision.reason().map(|reason| reason.to_string());
                let line = Line { user, permission, decision: word(decision), reason };
                serde_json::to_writer(&mut *output, &line).map_err(Into::into).and_then(|()| writeln!(output))
            }
        }
        .map_err(Failure::Output)?;
    }
    Ok(())
}

/// User and permission of a line, with or without its end.
fn split(line: &[u8]) -> Option<(&str, &str)> {
    let line = std::str::from_utf8(line).ok()?;
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    let (user, permission) = line.split_once('\t')?;
    (!user.is_empty() && !permission.is_empty() && !permission.contains('\t')).then_some((user, permission))
}
