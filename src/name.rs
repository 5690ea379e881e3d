//! Names and descriptions: free Unicode text without control characters (C1, R1).

use smol_str::SmolStr;

use crate::error::{NameError, NameFault};

/// Longest name of a custom role or team, in characters (R1).
pub const MAX_NAME_CHARS: usize = 100;

/// Longest description of a custom role, in characters (R1).
pub const MAX_DESCRIPTION_CHARS: usize = 1_000;

/// A name of a custom role or team: trimmed before it became a fact, 1 to 100 characters.
pub(crate) fn name(what: &'static str, text: &str) -> Result<SmolStr, NameError> {
    trimmed(what, text)?;
    required(what, text)?;
    at_most(what, text, MAX_NAME_CHARS)?;
    Ok(SmolStr::new(text))
}

/// A description of a custom role: trimmed likewise, up to 1,000 characters; none is no text.
pub(crate) fn description(what: &'static str, text: &str) -> Result<Box<str>, NameError> {
    trimmed(what, text)?;
    no_control(what, text)?;
    at_most(what, text, MAX_DESCRIPTION_CHARS)?;
    Ok(text.into())
}

/// Text that was accepted once, from a fact or a stored form, must come back as it was accepted.
fn trimmed(what: &'static str, text: &str) -> Result<(), NameError> {
    if text.trim() == text { Ok(()) } else { Err(NameError::new(what, text, NameFault::NotTrimmed)) }
}

/// A name that must say something, in the vendor's catalog.
pub(crate) fn required(what: &'static str, text: &str) -> Result<(), NameError> {
    if text.trim().is_empty() {
        return Err(NameError::new(what, text, NameFault::Blank));
    }
    no_control(what, text)
}

/// Text that may be empty.
pub(crate) fn no_control(what: &'static str, text: &str) -> Result<(), NameError> {
    match text.chars().find(|c| c.is_control()) {
        Some(found) => Err(NameError::new(what, text, NameFault::Control { found })),
        None => Ok(()),
    }
}

fn at_most(what: &'static str, text: &str, max: usize) -> Result<(), NameError> {
    match text.chars().count() {
        len if len > max => Err(NameError::new(what, text, NameFault::TooLong { len, max })),
        _ => Ok(()),
    }
}
