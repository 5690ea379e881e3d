//! Heads: which past a state of an account has (P10).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::digest::sha256;
use crate::key::{AccountId, ContentHash, Digest, parse_hex};
use crate::quote::{Quoted, excerpt};

/// The identity of an account's state: how many changes led to it, and which.
///
/// The number alone does not tell two pasts apart: a store that was set back goes on counting. The digest does.
/// It covers the account's id, the catalog that the account was created under, and every change since.
///
/// A head is a token too. As text it is the revision, a hyphen and the digest:
///
/// ```
/// use rolecall::{Account, Head, predefined};
///
/// let account = Account::new(&predefined::current(), "initech")?;
/// let head = account.head().expect("no edit is under way");
/// let token = head.to_string();
/// assert!(token.starts_with("0-"));
/// assert_eq!(token.parse::<Head>()?, head);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many changes led to the state.
    pub revision: u64,
    /// The digest of all of them.
    pub digest: Digest,
}

impl Head {
    /// The head of a new account: it follows from the id, and from what the catalog says.
    #[must_use]
    pub fn first(account: &AccountId, catalog: &ContentHash) -> Self {
        let digest = sha256(|feed| {
            feed.text("rolecall account");
            feed.text(account);
            feed.bytes(catalog.as_bytes());
        });
        Self { revision: 0, digest: Digest::new(digest) }
    }

    /// How this head stands to a token: a head that somebody was given.
    ///
    /// Of two heads with the same number it can tell whether their pasts are the same. Of two with different numbers it
    /// can't, unless a journal between them is at hand.
    #[must_use]
    pub fn against(&self, token: &Self) -> Freshness {
        match self.revision.cmp(&token.revision) {
            std::cmp::Ordering::Less => Freshness::Behind,
            std::cmp::Ordering::Equal if self == token => Freshness::Fresh,
            std::cmp::Ordering::Equal => Freshness::OtherPast,
            std::cmp::Ordering::Greater => Freshness::Ahead,
        }
    }

    /// The revision and the start of the digest, for messages.
    pub(crate) fn short(&self) -> String {
        let digest = self.digest.to_string();
        format!("{}-{}", self.revision, digest.get(..8).unwrap_or_default())
    }
}

/// How a state stands to a token (P8).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Freshness {
    /// It is the very state of the token.
    Fresh,
    /// It has fewer changes: wait for those between.
    Behind,
    /// It has more changes. Whether it comes from the token's state, only the changes between can tell.
    Ahead,
    /// It has as many changes, and others: the token is of another past. Neither answer nor edit.
    OtherPast,
}

/// Text that is no head.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{} is no head: a revision, a hyphen and 64 digits 0-9 and a-f", Quoted(text))]
pub struct HeadError {
    text: String,
}

/// `12-` and the digest in hexadecimal; under `{:#}` the first eight digits of it, for messages.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match f.alternate() {
            true => f.write_str(&self.short()),
            false => write!(f, "{}-{}", self.revision, self.digest),
        }
    }
}

impl FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let read = || {
            let (revision, digest) = text.split_once('-')?;
            // One way of writing each number.
            let plain = revision == "0" || revision.starts_with(|c| matches!(c, '1'..='9'));
            let revision = revision.parse().ok().filter(|_| plain)?;
            Some(Self { revision, digest: Digest::new(parse_hex(digest)?) })
        };
        read().ok_or_else(|| HeadError { text: excerpt(text) })
    }
}
