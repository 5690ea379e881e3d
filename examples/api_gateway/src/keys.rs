//! API keys. The library knows what a key may do; its secret and its name are the host's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use rolecall::{Catalog, Credential, CredentialRecord};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Failure;

/// Every key of the service, found by its secret without a lock.
///
/// Nothing here follows the rights of owners, and nothing needs to: each request asks what is left of a
/// credential at that moment.
#[derive(Debug, Default)]
pub struct Keys {
    published: ArcSwap<HashMap<Fingerprint, Key>>,
    /// Held by whoever alters the keys.
    writer: Mutex<()>,
}

/// What is kept of a secret. Secrets are random and long, so a plain hash can't be turned back, and
/// looking one up gives nothing away by its timing.
type Fingerprint = [u8; 32];

#[derive(Clone, Debug)]
struct Key {
    name: String,
    credential: Arc<Credential>,
}

/// A key as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    pub name: String,
    pub fingerprint: Fingerprint,
    pub credential: CredentialRecord,
}

impl Keys {
    /// The key with this secret.
    #[must_use]
    pub fn find(&self, secret: &str) -> Option<Arc<Credential>> {
        self.published.load().get(&fingerprint(secret)).map(|key| Arc::clone(&key.credential))
    }

    /// Issues a key. The secret is returned once and not kept.
    pub fn issue(&self, name: &str, credential: Credential) -> Result<String, Failure> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        self.alter(|keys| {
            if keys.values().any(|key| key.name == name) {
                return Err(format!("there is a key `{name}` already").into());
            }
            let key = Key { name: name.to_owned(), credential: Arc::new(credential) };
            keys.insert(fingerprint(&secret), key);
            Ok(())
        })?;
        Ok(secret)
    }

    /// Gives a key other scopes; its secret stays.
    pub fn replace(&self, name: &str, credential: Credential) -> Result<(), Failure> {
        self.alter(|keys| {
            let key = keys.values_mut().find(|key| key.name == name);
            key.ok_or_else(|| format!("no key `{name}`"))?.credential = Arc::new(credential);
            Ok(())
        })
    }

    /// Withdraws a key: its secret opens nothing any more.
    pub fn revoke(&self, name: &str) -> Result<(), Failure> {
        self.alter(|keys| {
            let before = keys.len();
            keys.retain(|_, key| key.name != name);
            if keys.len() == before { Err(format!("no key `{name}`").into()) } else { Ok(()) }
        })
    }

    /// All keys as they are stored, in the order of their names.
    #[must_use]
    pub fn records(&self) -> Vec<KeyRecord> {
        let keys = self.published.load();
        let record = |(fingerprint, key): (&Fingerprint, &Key)| KeyRecord {
            name: key.name.clone(),
            fingerprint: *fingerprint,
            credential: key.credential.record(),
        };
        let mut records: Vec<_> = keys.iter().map(record).collect();
        records.sort_by(|a, b| a.name.cmp(&b.name));
        records
    }

    /// The keys that were stored.
    pub fn restore(records: &[KeyRecord], catalog: &Catalog) -> Result<Self, Failure> {
        let mut keys = HashMap::new();
        for KeyRecord { name, fingerprint, credential } in records {
            let credential =
                Credential::restore(credential, catalog).map_err(|error| format!("key `{name}`: {error}"))?;
            keys.insert(*fingerprint, Key { name: name.clone(), credential: Arc::new(credential) });
        }
        Ok(Self { published: ArcSwap::from_pointee(keys), writer: Mutex::default() })
    }

    /// Alters a copy and publishes it, or, on an error, leaves all as it was. A host with a database writes
    /// to it here, before the copy is published.
    fn alter(
        &self,
        wish: impl FnOnce(&mut HashMap<Fingerprint, Key>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let _only = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut keys = HashMap::clone(&self.published.load());
        wish(&mut keys)?;
        self.published.store(Arc::new(keys));
        Ok(())
    }
}

fn fingerprint(secret: &str) -> Fingerprint {
    Sha256::digest(secret.as_bytes()).into()
}
