//! Text that names nothing in a catalog.

use std::fmt;

use super::{Catalog, nearest};
use crate::quote::{Quoted, excerpt};
use crate::work::steps;

/// Text that names nothing in the catalog. It tells the nearest key that exists (D2).
///
/// The key is looked for when somebody asks: making one of these costs no more than its text.
#[derive(Clone, Eq)]
pub struct UnknownKey {
    what: What,
    /// The text, or the start of one that is longer than any that a key is near to.
    text: String,
    catalog: Catalog,
}

/// Of what sort the key was to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum What {
    Feature,
    Kind,
    Seat,
    Scope,
    Section,
    Permission,
    Role,
}

impl What {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Kind => "resource kind",
            Self::Seat => "seat",
            Self::Scope => "scope",
            Self::Section => "section",
            Self::Permission => "permission",
            Self::Role => "predefined role",
        }
    }
}

impl UnknownKey {
    #[cold]
    pub(super) fn new(what: What, text: &str, catalog: &Catalog) -> Self {
        steps(1);
        let text = if text.len() > nearest::LONGEST { excerpt(text) } else { text.to_owned() };
        Self { what, text, catalog: catalog.clone() }
    }

    /// The existing key that looks most like the text, if one is near.
    ///
    /// Cost: a pass over the keys of the catalog.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        fn keys<K: AsRef<str>, V>(map: &super::Map<K, V>) -> impl Iterator<Item = &str> {
            map.keys().map(AsRef::as_ref)
        }
        let (text, catalog) = (self.text.as_str(), &*self.catalog.0);
        match self.what {
            What::Feature => nearest::nearest(text, keys(&catalog.features)),
            What::Kind => nearest::nearest(text, keys(&catalog.kinds)),
            What::Seat => nearest::nearest(text, keys(&catalog.seats)),
            What::Scope => nearest::nearest(text, keys(&catalog.scopes)),
            What::Section => nearest::nearest(text, keys(&catalog.sections)),
            What::Permission => nearest::nearest(text, keys(&catalog.permissions)),
            What::Role => nearest::nearest(text, keys(&catalog.roles)),
        }
    }
}

impl std::error::Error for UnknownKey {}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, title) = (excerpt(&self.text), self.catalog.title());
        write!(f, "no {} {} in catalog {}", self.what.words(), Quoted(&text), Quoted(&title))?;
        match self.nearest() {
            Some(nearest) => write!(f, "; did you mean {}?", Quoted(nearest)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownKey")
            .field("what", &self.what.words())
            .field("text", &self.text)
            .field("catalog", &self.catalog.title())
            .finish_non_exhaustive()
    }
}

impl PartialEq for UnknownKey {
    fn eq(&self, other: &Self) -> bool {
        self.what == other.what && self.text == other.text && self.catalog == other.catalog
    }
}
