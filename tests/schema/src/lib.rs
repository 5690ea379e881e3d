//! The JSON Schemas of the stored forms, held against what the crate writes and refuses.

#![cfg(test)]

use std::path::PathBuf;
use std::sync::LazyLock;

use jsonschema::Validator;
use rolecall::{
    ACCOUNT_FORMAT, Account, AccountRecord, CATALOG_FORMAT, CHANGE_FORMAT, CREDENTIAL_FORMAT, Catalog,
    CatalogRecord, Change, Credential, CredentialRecord,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

mod complete;
mod earlier;
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
    ("account-2.json", Form::Account),
    ("account-of-version-1.json", Form::Account),
    ("account-upgraded-2.json", Form::Account),
    ("change-2.json", Form::Change),
    ("upgrade-2.json", Form::Change),
    ("credential-2.json", Form::Credential),
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
    /// The format that is written and read.
    const fn format(self) -> u32 {
        match self {
            Self::Catalog => CATALOG_FORMAT,
            Self::Account => ACCOUNT_FORMAT,
            Self::Change => CHANGE_FORMAT,
            Self::Credential => CREDENTIAL_FORMAT,
        }
    }

    fn schema(self) -> Value {
        let (name, format) = (format!("{self:?}").to_lowercase(), self.format());
        serde_json::from_str(&file(&format!("src/docs/schema/{name}-{format}.schema.json"))).unwrap()
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

/// The document with the checksum of what it says, if it is an account: what a tool that mends records does.
fn mended(form: Form, value: Value) -> Value {
    let record = (form == Form::Account).then(|| decode::<AccountRecord>(&value)).flatten();
    let checksum = record.map(|record| record.checksum_of_content());
    let Some(checksum) = checksum else { return value };
    let mut value = value;
    // Of the two spellings of an object, the crate writes this one.
    if let Some(field) = value.get_mut("checksum") {
        *field = checksum.into();
    }
    value
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(world::catalog);

/// What the golden changes follow from.
static STARTS: LazyLock<[Account; 2]> = LazyLock::new(|| {
    let (old, earlier) = (decode(&golden("account-of-version-1.json")).unwrap(), earlier::catalog());
    let old = Account::restore_with(&old, &CATALOG, &[earlier]).unwrap();
    [Account::new(&CATALOG, "initech").unwrap(), old]
});
