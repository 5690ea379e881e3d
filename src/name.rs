//! Names and descriptions: free Unicode text (C1, R1), and when two names are one to a reader.
//!
//! Names are compared by [`fold`], the comparison of PRECIS *Nickname* (RFC 8266) on the tables of `unicode-normalization`
//! and `unicode-properties`: compatibility forms, case and spaces make no difference. It goes beyond the profile in what
//! readers don't see either: the letters that only case folding tells to be one (final sigma, sharp s), and characters
//! that are invisible.
//!
//! A name is judged twice. Its [structure](name) holds for each name there is, in a fact and in a stored form as well.
//! What a reader would see of it is judged by [`accept`], only when somebody gives it: another Unicode, or another
//! version of this crate, can't make a stored name unreadable.
//!
//! Why not the crate `precis-profiles` itself (0.2): its string classes are those of Unicode 6.3, so it takes newer
//! scripts and most emoji for unassigned, and it has no place for variation selectors, of which many emoji consist; its
//! key can be had only for text that it accepts; and it takes twelve seconds to build, these two crates one. The
//! crates of ICU4X would do as well: some 40, and eleven seconds.

use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

use crate::error::{NameError, NameFault};
use crate::quote::{BLANK_BRAILLE, Odd, is_ignorable, odd};

/// Longest name of a custom role or team, in characters (R1).
pub const MAX_NAME_CHARS: usize = 100;

/// Longest description of a custom role, in characters (R1).
pub const MAX_DESCRIPTION_CHARS: usize = 1_000;

/// A name of a custom role or team: trimmed before it became a fact, 1 to 100 characters, no control character.
pub(crate) fn name(what: &'static str, text: &str) -> Result<SmolStr, NameError> {
    trimmed(what, text)?;
    required(what, text)?;
    at_most(what, text, MAX_NAME_CHARS)?;
    Ok(SmolStr::new(text))
}

/// A name that somebody gives, trimmed: each character shows what it is (R1).
///
/// Letters of every script do, whatever their direction, and so do emoji of several characters: a selector of
/// presentation after an emoji, a joiner between two. A joiner is taken where a script needs it to be spelt, too.
pub(crate) fn accept(what: &'static str, text: &str) -> Result<(), NameError> {
    name(what, text)?;
    let mut before = Before::default();
    let mut rest = text.chars();
    while let Some(found) = rest.next() {
        if let Some(why) = odd(found)
            && !before.calls_for(found, rest.clone().next())
        {
            let fault = match why {
                Odd::Control => NameFault::Control { found },
                Odd::Separator => NameFault::Separator { found },
                Odd::Direction => NameFault::Direction { found },
                Odd::Invisible => NameFault::Invisible { found },
                Odd::Unassigned => NameFault::Unassigned { found },
            };
            return Err(NameError::new(what, text, fault));
        }
        before =
            Before { last: Some(found), base: if is_selector(found) { before.last } else { Some(found) } };
    }
    Ok(())
}

/// What stands before a character of a name.
#[derive(Default)]
struct Before {
    last: Option<char>,
    /// The last one that is no selector.
    base: Option<char>,
}

impl Before {
    /// Whether an invisible character shows here: it changes what is seen of its neighbours.
    fn calls_for(&self, found: char, next: Option<char>) -> bool {
        let (Some(last), Some(base)) = (self.last, self.base) else { return false };
        match found {
            TEXT_STYLE | EMOJI_STYLE => is_emoji(last) || last.is_emoji_char() && next == Some(KEYCAP),
            ZERO_WIDTH_JOINER if is_emoji(base) => next.is_some_and(is_emoji),
            ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => {
                // Of RFC 5892, appendix A: after a sign that takes the vowel away, or between letters that join.
                canonical_combining_class(last) == VIRAMA || is_cursive(last) && next.is_some_and(is_cursive)
            }
            _ => false,
        }
    }
}

const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// The combining class of the signs of Indic scripts that take a vowel away.
const VIRAMA: u8 = 9;

const fn is_selector(c: char) -> bool {
    matches!(c, TEXT_STYLE | EMOJI_STYLE)
}

/// Digits count as emoji in Unicode, because of keycaps.
fn is_emoji(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char()
}

/// Letters and marks of the scripts whose letters join: from Arabic to the extensions of Arabic, and Mongolian.
fn is_cursive(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{1800}'..='\u{18af}')
        && matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
        && odd(c).is_none()
}

/// What two names have in common that are one to a reader (R1). Never shown, never stored, and total: the key of a
/// name that would be refused today is that of the name which it looks like.
pub(crate) fn fold(name: &str) -> SmolStr {
    // ASCII is its own compatibility form.
    if name.is_ascii() {
        return spaced(name.chars().map(|c| c.to_ascii_lowercase()));
    }
    // A compatibility form can have case, and a letter without case can compose. Three rounds settle every character
    // there is (tested); the bound is what makes the loop end whatever the tables say.
    let mut key = round(name);
    for _ in 0..3 {
        let next = round(&key);
        if next == key {
            break;
        }
        key = next;
    }
    key
}

fn round(text: &str) -> SmolStr {
    let seen = text.nfkc().filter(|c| !is_ignorable(*c));
    let folded: String = seen.flat_map(folded).collect();
    spaced(folded.nfkc())
}

/// Case folding by the tables of `std`: a letter's capitals, in small. Dotless i stays apart from i, as in Unicode.
fn folded(c: char) -> impl Iterator<Item = char> {
    let keep = (c == DOTLESS_I).then_some(c);
    let fold = keep.is_none().then(|| c.to_uppercase().flat_map(char::to_lowercase));
    keep.into_iter().chain(fold.into_iter().flatten())
}

const DOTLESS_I: char = '\u{131}';

/// One space where there are any, and none at the ends.
fn spaced(text: impl Iterator<Item = char>) -> SmolStr {
    let mut key = String::new();
    let mut space = false;
    for c in text {
        if c.is_whitespace() || c == BLANK_BRAILLE {
            space = true;
            continue;
        }
        if space && !key.is_empty() {
            key.push(' ');
        }
        space = false;
        key.push(c);
    }
    key.into()
}

/// A description of a custom role, as somebody gives it: trimmed, each line break the same character.
pub(crate) fn lines(text: &str) -> String {
    text.trim().replace("\r\n", "\n").replace('\r', "\n")
}

/// A description of a custom role: trimmed likewise, up to 1,000 characters, no control character but line breaks;
/// none is no text.
pub(crate) fn description(what: &'static str, text: &str) -> Result<Box<str>, NameError> {
    trimmed(what, text)?;
    match text.chars().find(|c| c.is_control() && *c != '\n') {
        Some(found) => return Err(NameError::new(what, text, NameFault::Control { found })),
        None => at_most(what, text, MAX_DESCRIPTION_CHARS)?,
    }
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

#[cfg(test)]
mod tests {
    use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

    use super::{accept, fold, is_ignorable, odd, round};

    #[test]
    fn r1_folding_settles_for_every_character() {
        use GeneralCategory::{PrivateUse, Unassigned};
        let assigned = |c: &char| !matches!(c.general_category(), PrivateUse | Unassigned);
        for c in ('\0'..=char::MAX).filter(assigned) {
            for text in [c.to_string(), format!("a{c}"), format!("{c}\u{301}b")] {
                let key = fold(&text);
                assert_eq!(round(&key), key, "{text:?}");
                assert!(!key.chars().any(is_ignorable), "{text:?}");
            }
            assert!(!fold(&format!("a{c}a")).is_empty());
            // Lower and upper case of a letter are one.
            let (upper, lower): (String, String) = (c.to_uppercase().collect(), c.to_lowercase().collect());
            let dotless = ['\u{130}', '\u{131}'].contains(&c);
            assert!(dotless || fold(&upper) == fold(&lower) && fold(&lower) == fold(&c.to_string()), "{c:?}");
        }
    }

    #[test]
    fn r1_what_is_odd_is_refused_alone_and_what_is_not_is_taken() {
        for c in '\0'..=char::MAX {
            let taken = accept("role name", &format!("a{c}b")).is_ok();
            assert_eq!(taken, odd(c).is_none(), "{c:?}");
        }
    }
}
