//! Catalog and account, from files or from what comes with the program.

use std::fs;
use std::path::Path;

use rolecall::{Account, AccountRecord, Authorizer, Catalog, CatalogRecord, predefined};
use serde::de::DeserializeOwned;

use super::arguments::Options;
use super::failure::Failure;

/// A company with fifteen users, four teams and three custom roles; Flow is not enabled.
pub(crate) const SAMPLE: &str = include_str!("account.json");

pub(crate) fn authorizer(options: &Options) -> Result<Authorizer, Failure> {
    let catalog = match &options.catalog {
        None => predefined::current(),
        Some(path) => {
            let file = path.display().to_string();
            let record: CatalogRecord = decode(&file, &read(path)?)?;
            Catalog::from_record(&record).map_err(|error| Failure::file(&file, error))?
        }
    };
    let (file, text) = match &options.account {
        None => ("the sample account (--account names another)".to_owned(), SAMPLE.to_owned()),
        Some(path) => (path.display().to_string(), read(path)?),
    };
    let record: AccountRecord = decode(&file, &text)?;
    // The shipped catalogs are at hand, should the account have been stored under one of them.
    let shipped = [predefined::earlier(), predefined::current()];
    let account = Account::restore_with(&record, &catalog, &shipped);
    let account = account.map_err(|error| Failure::file(&file, error))?;
    Ok(Authorizer::new(account))
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::file(&path.display().to_string(), error))
}

fn decode<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::file(file, error))
}
