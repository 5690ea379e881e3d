//! The stored form of a credential: keys only.

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::catalog::Catalog;
use crate::error::{RestoreError, RestoreFault};
use crate::id::{DenseId, ScopeId};
use crate::key::{AccountId, ScopeKey, UserId};
use crate::record::CatalogName;
use crate::set::IdSet;

/// The format of [`CredentialRecord`] that this version of the crate writes and reads.
pub const CREDENTIAL_FORMAT: u32 = 1;

/// A credential as it is stored. Every field is required and unknown fields are refused.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialRecord {
    /// Always [`CREDENTIAL_FORMAT`].
    pub format: u32,
    /// The catalog that it was stored under.
    pub catalog: CatalogName,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The user on whose behalf it calls.
    pub owner: UserId,
    /// The scopes that it holds by themselves, in the order of the catalog.
    pub scopes: Vec<ScopeKey>,
    /// The scopes that it was given as part of one that includes them, in the order of the catalog: they do not
    /// count where an endpoint wants exactly them.
    pub included: Vec<ScopeKey>,
}

impl Credential {
    /// The stored form.
    #[must_use]
    pub fn record(&self) -> CredentialRecord {
        let keys = |scopes: &IdSet<ScopeId>| {
            let views = scopes.iter().filter_map(|scope| self.catalog.scope_at(scope));
            views.map(|scope| scope.key().clone()).collect()
        };
        CredentialRecord {
            format: CREDENTIAL_FORMAT,
            catalog: CatalogName { name: self.catalog.name().to_owned(), version: self.catalog.version() },
            account: self.account.clone(),
            owner: self.owner.clone(),
            scopes: keys(&self.scopes),
            included: keys(&self.included),
        }
    }

    /// The credential that was stored, whether or not its owner still exists.
    ///
    /// # Errors
    ///
    /// - The format is unknown, or the credential was stored under another catalog.
    /// - The catalog has no such scope, or a scope is listed twice.
    pub fn restore(record: &CredentialRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        let CredentialRecord { format, catalog: stored, account, owner, scopes, included } = record;
        if *format != CREDENTIAL_FORMAT {
            let fault = RestoreFault::Format { found: *format, known: CREDENTIAL_FORMAT };
            return Err(RestoreError::new("format", fault));
        }
        stored.must_be(catalog)?;
        let (mut sets, mut all) = ([IdSet::new(), IdSet::new()], IdSet::<ScopeId>::new());
        for ((list, keys), set) in [("scopes", scopes), ("included", included)].into_iter().zip(&mut sets) {
            for (n, key) in keys.iter().enumerate() {
                let at = || format!("{list}[{n}] `{key}`");
                let scope = catalog.scope(key).map_err(|fault| RestoreError::new(at(), fault))?.index();
                if !all.insert(scope) {
                    let fault = RestoreFault::Duplicate { what: "scope", id: key.to_string() };
                    return Err(RestoreError::new(at(), fault));
                }
                set.insert(scope);
            }
        }
        Ok(Self::new(catalog, account, owner, sets))
    }
}
