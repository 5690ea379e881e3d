//! Knowledge Base roles.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Knowledge Base";

pub(super) const KNOWLEDGE_BASE_MANAGER: Role<'static> =
    role("knowledge-base-manager", "Knowledge Base Manager")
        .group(GROUP)
        .about("Writes, arranges, and publishes what others look up.")
        .grants(&[
            "articles/read",
            "articles/view-drafts",
            "articles/edit",
            "articles/publish",
            "articles/configure",
        ]);

pub(super) const KNOWLEDGE_BASE_USER: Role<'static> = role("knowledge-base-user", "Knowledge Base User")
    .group(GROUP)
    .about("Looks up what has been published.")
    .grants(&["articles/read"]);
