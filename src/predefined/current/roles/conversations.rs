//! Conversations roles. All but the viewer need a seat.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Conversations";

pub(super) const CONVERSATIONS_SETUP: Role<'static> = role("conversations-setup", "Conversations setup")
    .group(GROUP)
    .about("Arranges Conversations for those who work in it: queues, routes, automations, and settings.")
    .grants(&[
        "users/view",
        "conversations/queues",
        "conversations/routing",
        "conversations/automations",
        "conversations/agents",
        "conversations/working-hours",
        "conversations/tags",
        "conversations/reply-templates",
        "conversations/surveys",
        "conversations/bots",
        "conversations/settings",
    ]);

pub(super) const AGENT_FOR_CONVERSATIONS: Role<'static> =
    role("agent-for-conversations", "Agent for Conversations")
        .group(GROUP)
        .about("Answers the conversations that were assigned to them, and only those.")
        .grants(&[
            "conversations/view-assigned",
            "conversations/reply-assigned",
            "conversations/transfer",
            "conversations/annotate",
        ]);

pub(super) const ANALYTICS_FOR_CONVERSATIONS: Role<'static> =
    role("analytics-for-conversations", "Analytics for Conversations")
        .group(GROUP)
        .about("Measures how conversations go, schedules reports, and passes the data on to other systems.")
        .grants(&[
            "conversations/dashboards",
            "conversations/reports",
            "conversations/schedule-reports",
            "conversations/data-exchange",
        ]);

// Contains what an agent holds; therefore nobody needs both roles (G4).
pub(super) const SUPERVISOR_FOR_CONVERSATIONS: Role<'static> =
    role("supervisor-for-conversations", "Supervisor for Conversations")
        .group(GROUP)
        .about("Directs the agents and every conversation, whoever it is assigned to.")
        .grants(&[
            "conversations/view-queue",
            "conversations/view-assigned",
            "conversations/reply-assigned",
            "conversations/transfer",
            "conversations/annotate",
            "conversations/view-all",
            "conversations/reply-any",
            "conversations/start",
            "conversations/reassign",
            "conversations/monitor",
            "conversations/agent-status",
            "conversations/recordings",
            "conversations/dashboards",
        ]);

pub(super) const VIEWER_FOR_CONVERSATIONS: Role<'static> =
    role("viewer-for-conversations", "Viewer for Conversations")
        .group(GROUP)
        .about("Watches the queues assigned to them. Needs no seat and can't reply.")
        .grants(&["conversations/view-queue"]);
