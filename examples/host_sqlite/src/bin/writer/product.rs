//! A small product, and how it went on: each version gives a permission and a predefined role another name.

use rolecall::table::{kind, permission, renamed, role, section, since};
use rolecall::{Catalog, CatalogError};

/// How many versions there are.
const VERSIONS: u32 = 12;

/// All of them, oldest to newest.
pub fn versions() -> Result<Vec<Catalog>, CatalogError> {
    (1..=VERSIONS).map(catalog).collect()
}

/// What sending is called in this version.
pub fn send(version: u32) -> String {
    format!("campaigns/send-{version}")
}

/// The predefined role that may send.
pub fn manager(version: u32) -> String {
    format!("manager-{version}")
}

fn catalog(version: u32) -> Result<Catalog, CatalogError> {
    let (send_now, manager_now) = (send(version), manager(version));
    // Even versions let editors look at reports, odd ones don't: predefined roles gain and lose.
    let edits: &[&str] = match version % 2 {
        0 => &["texts/edit", "reports/view"],
        _ => &["texts/edit"],
    };
    let mut builder = Catalog::builder("acme", version)
        .kind(kind("queue", "Queue"))
        .section(section("all", "All").permissions(&[
            permission(&send_now, "Send campaigns"),
            permission("texts/edit", "Edit texts"),
            permission("reports/view", "View reports"),
            permission("chats/view", "View chats").on("queue"),
        ]))
        .role(role(&manager_now, "Manager").grants(&[&send_now, "reports/view"]))
        .role(role("editor", "Editor").grants(edits))
        .role(role("viewer", "Viewer").grants(&["chats/view"]));
    for then in 2..=version {
        let (was, is) = (send(then - 1), send(then));
        let permissions = [renamed(&was, &is)];
        let (was, is) = (manager(then - 1), manager(then));
        let roles = [renamed(&was, &is)];
        builder = builder.successions(since(then).permissions(&permissions).roles(&roles));
    }
    builder.build()
}
