//! A server of the test's own, and processes that can be asked, killed and started again.

pub mod process;
pub mod server;

pub use process::Process;
pub use server::Server;
