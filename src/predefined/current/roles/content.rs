//! Content roles: the steps of a Broadcast campaign apart from each other, and the content library.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Content";

pub(super) const CAMPAIGN_APPROVAL_MANAGER: Role<'static> =
    role("campaign-approval-manager", "Campaign approval manager")
        .group(GROUP)
        .about("Checks Broadcast campaigns that others prepared, and launches the ones that are right.")
        .grants(&[
            "campaigns/view",
            "campaigns/test",
            "campaigns/approve",
            "campaigns/send",
            "campaigns/stop",
            "content/view",
        ]);

pub(super) const CAMPAIGN_CONTENT_CREATOR: Role<'static> =
    role("campaign-content-creator", "Campaign content creator")
        .group(GROUP)
        .about("Prepares Broadcast campaigns with their content and audience, for somebody else to send.")
        .grants(&[
            "campaigns/view",
            "campaigns/edit",
            "campaigns/audience",
            "campaigns/tags",
            "content/view",
            "content/create",
            "content/edit",
            "content/media",
            "catalogs/view",
            "people/view",
            "people/segments",
        ]);

pub(super) const CONTENT_MANAGER: Role<'static> = role("content-manager", "Content manager")
    .group(GROUP)
    .about("Owns the library of message content: writes it, keeps it up to date, and clears it out.")
    .grants(&[
        "content/view",
        "content/create",
        "content/edit",
        "content/delete",
        "content/media",
        "content/full-api",
        "email/templates",
        "whatsapp/templates",
        "catalogs/view",
        "catalogs/items",
        "catalogs/manage",
    ]);
