//! Text that came from outside, as messages show it (D10), and which characters show what they are.
//!
//! A name, key or id that somebody chose may hold a backtick, a line separator, a mark that turns the direction of
//! the line, or `vip; queue: all`. Between backticks it stays on its line and cannot imitate what stands around it:
//! nothing in there is a backtick, a break, a control, invisible or unassigned; whatever was is an escape.
//!
//! Ids show themselves like this under `{:#}`; other text by [`Quoted`]; what stands in a list of words by [`Word`].

use std::fmt::{self, Write};

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

pub(crate) mod serde;

/// Characters of a text that a message shows when nothing bounds its length. An id has fewer, and a key no more: each
/// is shown whole.
const SHOWN: usize = 512;

/// Characters of an [`excerpt`].
const EXCERPT: usize = 80;

/// Why a character does not show what it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Odd {
    /// A control character, line breaks among them.
    Control,
    /// A line or paragraph separator.
    Separator,
    /// It changes the direction of what stands around it.
    Direction,
    /// Nothing is seen of it.
    Invisible,
    /// No character, or one of private use.
    Unassigned,
}

/// Whether a character does not show what it is, and why. White space does.
pub(crate) fn odd(c: char) -> Option<Odd> {
    use GeneralCategory as Category;
    if matches!(c, ' '..='~') {
        return None;
    }
    match c.general_category() {
        Category::Control => Some(Odd::Control),
        Category::LineSeparator | Category::ParagraphSeparator => Some(Odd::Separator),
        _ if turns(c) => Some(Odd::Direction),
        _ if is_ignorable(c) || c == BLANK_BRAILLE => Some(Odd::Invisible),
        Category::Format => Some(Odd::Invisible),
        Category::Unassigned | Category::PrivateUse | Category::Surrogate => Some(Odd::Unassigned),
        _ => None,
    }
}

/// A symbol by its category, and a space to the eye.
pub(crate) const BLANK_BRAILLE: char = '\u{2800}';

/// The property `Bidi_Control`.
const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The property `Default_Ignorable_Code_Point`: what a screen shows nothing for. The blocks in it are reserved for such
/// characters, so a later Unicode hardly adds to it.
pub(crate) const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Text that came from outside, for a message of the host: in backticks, on one line, and with nothing hidden (D10).
///
/// Every message of this crate shows text so, and every id and key does under `{:#}`. What would break the line, hide,
/// or turn the direction of the text is written as Rust writes it, and so is a backtick; at most 512 characters are
/// shown.
///
/// ```
/// use rolecall::{Quoted, UserId};
///
/// let name = "Night shift`\nerror: `disk full";
/// assert_eq!(format!("no role {}", Quoted(name)), r"no role `Night shift\`\nerror: \`disk full`");
/// let user = UserId::new("maja\u{202e}nimda")?;
/// assert_eq!(format!("no user {user:#}"), r"no user `maja\u{202e}nimda`");
/// # Ok::<(), rolecall::KeyError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        for (n, c) in self.0.chars().enumerate() {
            match c {
                _ if n == SHOWN => return f.write_str("`..."),
                '`' => f.write_str("\\`")?,
                '\\' | '\n' | '\r' | '\t' => write!(f, "{}", c.escape_default())?,
                _ if is_hidden(c, n == 0) => write!(f, "{}", c.escape_unicode())?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('`')
    }
}

/// Whether a message writes the number of a character instead of the character. A mark would sit on the backtick
/// before it.
fn is_hidden(c: char, first: bool) -> bool {
    let space = c != ' ' && c.general_category() == GeneralCategory::SpaceSeparator;
    odd(c).is_some() || space || first && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Text among other words: as it is if it is one plain word, else [`Quoted`]. The words of a list itself are not plain.
pub(crate) struct Word<'a>(pub(crate) &'a str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._:/@+-".contains(&b);
        match self.0 {
            "none" | "" => Quoted(self.0).fmt(f),
            word if word.len() <= SHOWN && word.bytes().all(plain) => f.write_str(word),
            other => Quoted(other).fmt(f),
        }
    }
}

/// Words with commas between them.
pub(crate) struct Words<I>(pub(crate) I);

impl<T: AsRef<str>, I: Iterator<Item = T> + Clone> fmt::Display for Words<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, word) in self.0.clone().enumerate() {
            write!(f, "{}{}", if n == 0 { "" } else { ", " }, Word(word.as_ref()))?;
        }
        Ok(())
    }
}

/// The start of a text, for an error to keep.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        GeneralCategory, Odd, Quoted, UnicodeGeneralCategory, Word, excerpt, is_hidden, is_ignorable, odd,
    };

    #[test]
    fn d10_nothing_leaves_the_backticks() {
        for c in '\0'..=char::MAX {
            let text = format!("a{c}b");
            let shown = Quoted(&text).to_string();
            let inside = shown.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap();
            assert!(!inside.replace("\\`", "").contains('`'), "{shown}");
            assert!(!inside.chars().any(|c| is_hidden(c, false)), "{shown}");
            assert_eq!(inside.len() > text.len(), is_hidden(c, false) || c == '`' || c == '\\', "{text:?}");
        }
        assert_eq!(Quoted("\u{301}a`\\\n\u{2028}").to_string(), "`\\u{301}a\\`\\\\\\n\\u{2028}`");
        assert_eq!(Quoted(&"x".repeat(513)).to_string(), format!("`{}`...", "x".repeat(512)));
    }

    #[test]
    fn d10_every_control_format_separator_and_unassigned_character_is_odd() {
        use GeneralCategory as Category;
        for c in '\0'..=char::MAX {
            let category = c.general_category();
            let expected = matches!(
                category,
                Category::Control
                    | Category::Format
                    | Category::LineSeparator
                    | Category::ParagraphSeparator
                    | Category::PrivateUse
                    | Category::Unassigned
            );
            assert_eq!(odd(c).is_some(), expected || is_ignorable(c) || c == '\u{2800}', "{c:?}");
            assert!(
                !c.is_alphanumeric()
                    || odd(c).is_none()
                    || is_ignorable(c)
                    || category == Category::Unassigned
            );
        }
        assert_eq!(odd('\u{202e}'), Some(Odd::Direction));
        assert_eq!(odd('\u{2028}'), Some(Odd::Separator));
    }

    #[test]
    fn d10_only_plain_words_stand_without_backticks() {
        for plain in ["vip", "a.b_c:d/e@f+g-h", "everything"] {
            assert_eq!(Word(plain).to_string(), plain);
        }
        for odd in ["none", "", "vip; queue", "a,b", "a b", "\u{e9}", "`"] {
            assert!(Word(odd).to_string().starts_with('`'), "{odd}");
        }
    }

    #[test]
    fn an_excerpt_is_the_start() {
        let long = "\u{1F600}".repeat(81);
        assert_eq!(excerpt(&long), format!("{}...", "\u{1F600}".repeat(80)));
        assert_eq!(excerpt(&"\u{1F600}".repeat(80)), "\u{1F600}".repeat(80));
    }
}
