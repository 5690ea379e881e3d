//! What the crate writes is what the schemas describe.

use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use rolecall::{Account, Authorizer, Catalog, predefined};
use serde::{Serialize, de::DeserializeOwned};

use crate::world::{ask, catalog, wishes};
use crate::{FORMS, Form, GOLDEN, golden};

static VALIDATORS: LazyLock<[Validator; 4]> = LazyLock::new(|| FORMS.map(Form::validator));

#[track_caller]
fn accepts(form: Form, written: &impl Serialize) {
    let value = serde_json::to_value(written).unwrap();
    if let Err(error) = VALIDATORS[form as usize].validate(&value) {
        panic!("{form:?}, at {}: {error}", error.instance_path());
    }
}

#[test]
fn golden_files_are_valid() {
    for (name, form) in GOLDEN {
        accepts(form, &golden(name));
        assert!(form.reads(&golden(name)), "{name}");
    }
}

/// Every golden file is known here.
#[test]
fn no_golden_file_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../it/golden");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".json"));
    names.sort_unstable();
    let mut known = GOLDEN.map(|(name, _)| name);
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn the_predefined_catalog_is_valid() {
    accepts(Form::Catalog, &predefined::current().record());
}

/// A stored form as an earlier version of the product would have written it.
fn aged<T: Serialize + DeserializeOwned>(record: &T) -> T {
    let mut text = serde_json::to_string(record).unwrap();
    for (now, then) in [
        ("\"alpha\"", "\"first\""),
        ("\"queue\"", "\"line\""),
        ("\"all:manage\"", "\"everything\""),
        ("\"gated/a\"", "\"plain/all\""),
        ("\"gated/g\"", "\"gone/for-good\""),
        ("\"editor\"", "\"owner\""),
        ("\"version\":3", "\"version\":1"),
    ] {
        text = text.replace(now, then);
    }
    serde_json::from_str(&text).unwrap()
}

/// The catalog of that version.
static EARLIER: LazyLock<Catalog> = LazyLock::new(|| {
    let mut record = catalog().record();
    record.successions.clear();
    Catalog::from_record(&aged(&record)).unwrap()
});

proptest! {
    #[test]
    fn accounts_changes_and_credentials_are_valid(wishes in prop::collection::vec(wishes(), 1..60)) {
        let catalog = catalog();
        let mut edit = Account::new(&catalog, "initech").unwrap().edit();
        for wish in &wishes {
            ask(&mut edit, wish);
        }
        let Some(done) = edit.finish() else { return Ok(()) };
        accepts(Form::Change, done.change());
        accepts(Form::Account, &done.account().record());
        let auth = Authorizer::new(done.into_account());
        for user in auth.account().users() {
            if let Ok(credential) = auth.subject(user.id()).mint_all() {
                accepts(Form::Credential, &credential.record());
            }
        }
    }

    #[test]
    fn upgrades_are_valid(account in crate::world::accounts()) {
        let (catalog, mut old) = (catalog(), aged(&account.record()));
        old.catalog.hash = EARLIER.hash();
        let old = old.with_checksum();
        accepts(Form::Account, &old);
        prop_assert_eq!(Account::restore(&old, &EARLIER).unwrap().record(), old.clone());
        let before = Account::restore_with(&old, &catalog, std::slice::from_ref(&*EARLIER)).unwrap();
        accepts(Form::Account, &before.record());
        let upgrade = before.upgrade(&catalog).unwrap();
        let undeclared = upgrade.undeclared().to_vec();
        let done = upgrade.accepting(undeclared).finish().unwrap().unwrap();
        accepts(Form::Change, done.change());
        accepts(Form::Account, &done.account().record());
    }
}
