//! A host that keeps its accounts in SQLite.
//!
//! - [`host`]: an account in service: edited, stored, published, in this order. The part to copy.
//! - [`store`]: the database: appends changes, loads accounts, compacts, reads the journal.
//! - `catalogs`: the versions of the product that the process knows.
//! - `decode`: where what is stored meets the catalog. Nothing else turns a row into an account.
//! - `schema`: the tables, and how the file is opened.

mod catalogs;
mod decode;
mod error;
pub mod host;
mod schema;
pub mod store;

pub use error::{HostError, RowFault, StoreError, WentBack};
pub use host::Host;
pub use store::{Journal, Store};
