//! Conversations roles. All of them need a seat.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Conversations";

pub(super) const CONVERSATIONS_ACCOUNT_MANAGER: Role<'static> =
    role("conversations-account-manager", "Conversations Account Manager")
        .group(GROUP)
        .about("Sets up Conversations and its apps for those who work in it.")
        .grants(&[
            "users/view",
            "conversations/apps",
            "conversations/queues",
            "conversations/routing",
            "conversations/agents",
            "conversations/working-hours",
            "conversations/tags",
            "conversations/reply-templates",
        ]);

pub(super) const CONVERSATIONS_AGENT: Role<'static> = role("conversations-agent", "Conversations Agent")
    .group(GROUP)
    .about("Takes care of the conversations that were assigned to them.")
    .grants(&["conversations/manage-assigned", "conversations/answer-assigned"]);

pub(super) const CONVERSATIONS_ANALYZE_MANAGER: Role<'static> =
    role("conversations-analyze-manager", "Conversations Analyze Manager")
        .group(GROUP)
        .about("Follows on dashboards and in reports how conversations go, and passes their data on.")
        .grants(&[
            "conversations/dashboards",
            "conversations/reports",
            "conversations/schedule-reports",
            "conversations/data-exchange",
        ]);

// Contains what an agent holds; therefore nobody needs both roles (G4).
pub(super) const CONVERSATIONS_MANAGER: Role<'static> =
    role("conversations-manager", "Conversations Manager")
        .group(GROUP)
        .about("Takes care of conversations whoever they are assigned to, and of those who answer them.")
        .grants(&[
            "conversations/manage-assigned",
            "conversations/answer-assigned",
            "conversations/manage-all",
            "conversations/start",
            "conversations/monitor",
            "conversations/recordings",
            "conversations/dashboards",
        ]);
