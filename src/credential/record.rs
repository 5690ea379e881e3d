//! The stored form of a credential: keys only.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::catalog::Catalog;
use crate::change::{CatalogId, Lineage};
use crate::error::{RestoreError, RestoreFault};
use crate::id::ScopeId;
use crate::key::{AccountId, Incarnation, ScopeKey, UserId};
use crate::set::IdSet;

/// The format of [`CredentialRecord`] that this version of the crate writes and reads.
pub const CREDENTIAL_FORMAT: u32 = 2;

/// A credential as it is stored. Every field is required and unknown fields are refused.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
pub struct CredentialRecord {
    /// Always [`CREDENTIAL_FORMAT`].
    pub format: u32,
    /// The catalog that it was stored under.
    pub catalog: CatalogId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The user on whose behalf it calls.
    pub owner: UserId,
    /// Which of those who had the owner's id.
    pub incarnation: Incarnation,
    /// The scopes that it holds by themselves, in the order of the catalog; those that the catalog lacks last.
    pub scopes: Vec<ScopeKey>,
    /// The scopes that it was given as part of one that includes them, in the order of the catalog: they do not
    /// count where an endpoint wants exactly them.
    pub included: Vec<ScopeKey>,
}

impl Credential {
    /// The stored form.
    #[must_use]
    pub fn record(&self) -> CredentialRecord {
        let keys = |scopes: &IdSet<ScopeId>, missing: &Vec<ScopeKey>| {
            let views = scopes.iter().filter_map(|scope| self.catalog.scope_at(scope));
            views.map(|scope| scope.key().clone()).chain(missing.iter().cloned()).collect()
        };
        let [scopes, included] = &self.missing;
        CredentialRecord {
            format: CREDENTIAL_FORMAT,
            catalog: self.catalog.identity(),
            account: self.account.clone(),
            owner: self.owner.clone(),
            incarnation: self.incarnation,
            scopes: keys(&self.scopes, scopes),
            included: keys(&self.included, included),
        }
    }

    /// The credential that was stored, whether or not its owner still exists.
    ///
    /// Under a later version of the catalog its scopes are what they were renamed to (C5). One that the catalog lacks
    /// counts for nothing and is [kept](Self::missing) (P5).
    ///
    /// # Errors
    ///
    /// - The format is unknown, or the credential was stored under the catalog of another product.
    /// - A scope is listed twice.
    pub fn restore(record: &CredentialRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        let CredentialRecord { format, catalog: stored, account, owner, incarnation, scopes, included } =
            record;
        if *format != CREDENTIAL_FORMAT {
            let fault = RestoreFault::Format { found: *format, known: CREDENTIAL_FORMAT };
            return Err(RestoreError::new("format", fault));
        }
        stored.must_be(catalog)?;
        let successions = Lineage::new(catalog.since(stored.version), |since| &since.scopes);
        let (mut sets, mut missing) = ([IdSet::new(), IdSet::new()], [Vec::new(), Vec::new()]);
        let mut all = BTreeSet::new();
        for (n, (list, keys)) in [("scopes", scopes), ("included", included)].into_iter().enumerate() {
            for (at, key) in keys.iter().enumerate() {
                if !all.insert(key) {
                    let fault = RestoreFault::Duplicate { what: "scope", id: key.to_string() };
                    return Err(RestoreError::new(format!("{list}[{at}] {key:#}"), fault));
                }
                // One that was retired is gone for good.
                let Some(now) = successions.renamed(key) else { continue };
                match (catalog.scope_index(now.as_str()), sets.get_mut(n), missing.get_mut(n)) {
                    (Some(scope), Some(set), _) => _ = set.insert(scope),
                    (None, _, Some(missing)) => missing.push(key.clone()),
                    _ => {}
                }
            }
        }
        // Two scopes may have become one: then it is held as the better of them.
        let [scopes, mut included] = sets;
        included.subtract(scopes.words());
        Ok(Self { missing, ..Self::new(catalog, account, (owner, *incarnation), [scopes, included]) })
    }
}
