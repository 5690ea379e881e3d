//! Rows of successions: what became of keys of earlier versions (C5).

use crate::change::Needs;

/// A row of [`since`].
#[derive(Clone, Copy, Debug)]
pub struct Since<'a> {
    pub(crate) version: u32,
    pub(crate) features: &'a [Succession<'a>],
    pub(crate) kinds: &'a [Succession<'a>],
    pub(crate) scopes: &'a [Succession<'a>],
    pub(crate) permissions: &'a [Succession<'a>],
    pub(crate) roles: &'a [Succession<'a>],
}

/// What this version of the product made of keys that the versions before it had.
#[must_use]
pub const fn since<'a>(version: u32) -> Since<'a> {
    Since { version, features: &[], kinds: &[], scopes: &[], permissions: &[], roles: &[] }
}

impl<'a> Since<'a> {
    /// Features renamed or retired.
    #[must_use]
    pub const fn features(mut self, rows: &'a [Succession<'a>]) -> Self {
        self.features = rows;
        self
    }

    /// Kinds of resource renamed or retired.
    #[must_use]
    pub const fn kinds(mut self, rows: &'a [Succession<'a>]) -> Self {
        self.kinds = rows;
        self
    }

    /// Scopes renamed or retired.
    #[must_use]
    pub const fn scopes(mut self, rows: &'a [Succession<'a>]) -> Self {
        self.scopes = rows;
        self
    }

    /// Permissions renamed, retired, split or merged.
    #[must_use]
    pub const fn permissions(mut self, rows: &'a [Succession<'a>]) -> Self {
        self.permissions = rows;
        self
    }

    /// Predefined roles renamed, retired, split or merged.
    #[must_use]
    pub const fn roles(mut self, rows: &'a [Succession<'a>]) -> Self {
        self.roles = rows;
        self
    }
}

/// A row of [`renamed`], [`retired`], [`split`] or [`merged`].
#[derive(Clone, Copy, Debug)]
pub struct Succession<'a> {
    pub(crate) from: Keys<'a>,
    pub(crate) to: Keys<'a>,
    pub(crate) needs: Needs,
}

/// A constant can't make a list of one out of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keys<'a> {
    One(&'a str),
    Several(&'a [&'a str]),
}

impl<'a> Keys<'a> {
    pub(crate) const fn as_slice(&self) -> &[&'a str] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Several(keys) => keys,
        }
    }
}

/// The old key is now the new one.
#[must_use]
pub const fn renamed<'a>(from: &'a str, to: &'a str) -> Succession<'a> {
    Succession { from: Keys::One(from), to: Keys::One(to), needs: Needs::All }
}

/// The old key is gone, and nothing takes its place.
#[must_use]
pub const fn retired(from: &str) -> Succession<'_> {
    Succession { from: Keys::One(from), to: Keys::Several(&[]), needs: Needs::All }
}

/// Whoever held the old key gets all of these. The old key may be one of them.
#[must_use]
pub const fn split<'a>(from: &'a str, to: &'a [&'a str]) -> Succession<'a> {
    Succession { from: Keys::One(from), to: Keys::Several(to), needs: Needs::All }
}

/// Whoever held **all** of the old keys gets the new one, which may be one of them.
#[must_use]
pub const fn merged<'a>(from: &'a [&'a str], to: &'a str) -> Succession<'a> {
    Succession { from: Keys::Several(from), to: Keys::One(to), needs: Needs::All }
}

impl Succession<'_> {
    /// For a merge: whoever held **any** of the old keys gets the new one. It widens rights, so it is said.
    #[must_use]
    pub const fn of_any(mut self) -> Self {
        self.needs = Needs::Any;
        self
    }
}
