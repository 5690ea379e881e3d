//! Knowledge Base roles.
//!
//! The product hands these to holders of Conversations roles by itself; here a host assigns them.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Knowledge Base";

pub(super) const KNOWLEDGE_BASE_MANAGER: Role<'static> =
    role("knowledge-base-manager", "Knowledge base manager")
        .group(GROUP)
        .about("Writes, organizes, and publishes articles.")
        .grants(&[
            "articles/read-published",
            "articles/view-drafts",
            "articles/create",
            "articles/edit",
            "articles/publish",
            "articles/delete",
            "articles/import",
            "articles/organize",
            "articles/full-api",
        ]);

pub(super) const KNOWLEDGE_BASE_USER: Role<'static> = role("knowledge-base-user", "Knowledge base user")
    .group(GROUP)
    .about("Reads what has been published.")
    .grants(&["articles/read-published"]);
