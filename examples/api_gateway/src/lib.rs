//! An HTTP service that asks rolecall who may call it.
//!
//! - [`gateway`]: routes, none of which can be added without saying what it accepts. The part to copy.
//! - [`company`]: the account, edited in one place and published from there.
//! - [`keys`]: API keys, found by their secrets; their scopes are credentials.
//! - [`api`]: the endpoints of this service.
//! - [`sample`]: a company to try it with.

use std::error::Error;

pub mod api;
pub mod company;
pub mod gateway;
pub mod keys;
pub mod sample;

use company::Company;
use keys::Keys;

/// What the administrators of this host see when something is refused or fails.
pub type Failure = Box<dyn Error + Send + Sync>;

/// All that the service keeps.
#[derive(Debug)]
pub struct Service {
    pub company: Company,
    pub keys: Keys,
}
