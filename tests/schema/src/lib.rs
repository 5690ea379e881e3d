//! The JSON Schemas of the stored forms, held against what the crate writes and refuses.

#![cfg(test)]

use std::path::PathBuf;
use std::sync::LazyLock;

use jsonschema::Validator;
use rolecall::{Account, AccountRecord, Catalog, CatalogRecord, Change, Credential, CredentialRecord};
use serde::de::DeserializeOwned;
use serde_json::Value;

mod complete;
mod refused;
mod written;

#[allow(dead_code, reason = "the tests of the crate use more of it")]
#[path = "../../it/oracle.rs"]
mod oracle;
#[allow(dead_code, reason = "the tests of the crate use more of it")]
#[path = "../../it/world.rs"]
mod world;

/// The stored forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Catalog,
    Account,
    Change,
    Credential,
}

const FORMS: [Form; 4] = [Form::Catalog, Form::Account, Form::Change, Form::Credential];

/// What every released version has written, and of which form it is.
const GOLDEN: [(&str, Form); 7] = [
    ("catalog-1.json", Form::Catalog),
    ("account-1.json", Form::Account),
    ("account-of-version-1.json", Form::Account),
    ("account-upgraded-1.json", Form::Account),
    ("change-1.json", Form::Change),
    ("upgrade-1.json", Form::Change),
    ("credential-1.json", Form::Credential),
];

/// A file of the repository.
fn file(path: &str) -> String {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn golden(name: &str) -> Value {
    serde_json::from_str(&file(&format!("tests/it/golden/{name}"))).unwrap()
}

fn decode<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_str(&value.to_string()).ok()
}

impl Form {
    fn schema(self) -> Value {
        let name = format!("{self:?}").to_lowercase();
        serde_json::from_str(&file(&format!("src/docs/schema/{name}-1.schema.json"))).unwrap()
    }

    fn validator(self) -> Validator {
        jsonschema::draft202012::new(&self.schema()).unwrap()
    }

    /// Whether serde accepts it.
    fn decodes(self, value: &Value) -> bool {
        match self {
            Self::Catalog => decode::<CatalogRecord>(value).is_some(),
            Self::Account => decode::<AccountRecord>(value).is_some(),
            Self::Change => decode::<Change>(value).is_some(),
            Self::Credential => decode::<CredentialRecord>(value).is_some(),
        }
    }

    /// Whether the crate makes something of it, where the golden files belong.
    fn reads(self, value: &Value) -> bool {
        let catalog = &*CATALOG;
        match self {
            Self::Catalog => decode(value).is_some_and(|record| Catalog::from_record(&record).is_ok()),
            Self::Account => decode(value).is_some_and(|record| Account::restore(&record, catalog).is_ok()),
            Self::Change => decode(value).is_some_and(|change| {
                let catalogs = std::slice::from_ref(catalog);
                STARTS.iter().any(|start| start.replay_with(&change, catalogs).is_ok())
            }),
            Self::Credential => {
                decode(value).is_some_and(|record| Credential::restore(&record, catalog).is_ok())
            }
        }
    }
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(world::catalog);

/// What the golden changes follow from.
static STARTS: LazyLock<[Account; 2]> = LazyLock::new(|| {
    let old = decode(&golden("account-of-version-1.json")).unwrap();
    [Account::new(&CATALOG, "initech").unwrap(), Account::restore(&old, &CATALOG).unwrap()]
});
