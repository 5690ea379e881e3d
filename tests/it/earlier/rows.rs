//! What the predefined roles of the earlier catalog must mean, row by row.

use crate::roles::c7::Row;

/// The rows, in the order of the catalog.
// Packed by hand, so that a role fits the eye.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    Row {
        role: "account-manager",
        holds: &[
            "users/view", "users/edit", "users/manage", "users/remove", "roles/view", "roles/manage",
            "roles/assign", "roles/escalate", "teams/view", "teams/manage", "seats/assign",
            "security/two-factor", "security/password-policy", "api-keys/view", "api-keys/manage",
            "audit-log/view",
        ],
        lacks: &[
            "campaigns/edit", "campaigns/launch", "campaigns/stop", "flows/execute", "payments/manage",
            "numbers/buy-sms", "numbers/buy-voice", "conversations/manage-assigned",
            "conversations/manage-all", "answers/activate-and-deactivate",
        ],
        lacks_scopes: &["flow:control", "flow:use", "moments:manage", "numbers:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "analyze-manager",
        holds: &[
            "accounts/view", "users/view", "dashboards/view", "reports/view", "reports/schedule",
            "logs/view", "data/download", "data/exchange",
        ],
        lacks: &[
            "accounts/edit", "accounts/full-api", "sub-accounts/manage", "users/edit", "users/manage",
            "users/unlock", "users/reset-password", "users/remove", "roles/assign", "teams/manage",
        ],
        lacks_scopes: &["account-management:manage", "inbound-message:read", "people:read"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "campaign-approval-manager",
        holds: &["campaigns/view", "campaigns/approve", "campaigns/launch"],
        lacks: &[
            "campaigns/edit", "campaigns/audience", "content/create", "content/edit", "content/media",
            "messages/send", "flows/execute",
        ],
        lacks_scopes: &["content-messages:manage", "email:templates:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "campaign-content-creator",
        holds: &["campaigns/edit", "campaigns/audience", "content/create", "content/edit"],
        lacks: &[
            "campaigns/test", "campaigns/approve", "campaigns/launch", "campaigns/stop", "flows/edit",
            "flows/execute", "messages/send",
        ],
        lacks_scopes: &["flow:control", "flow:use"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "communication-manager",
        holds: &[
            "campaigns/edit", "campaigns/audience", "campaigns/launch", "flows/view", "flows/edit",
            "flows/execute", "forms/edit", "messages/send", "sms/send", "zalo-follower/send",
        ],
        lacks: &["campaigns/approve", "campaigns/settings", "users/view", "payments/manage", "people/edit"],
        lacks_scopes: &["account-management:manage", "conversations:manage", "people:manage"],
        may_send: true,
        takes_seat: false,
    },
    Row {
        role: "finance-data-manager",
        holds: &["balance/view", "payments/manage", "costs/view"],
        lacks: &["users/view", "users/edit", "roles/assign", "accounts/full-api", "campaigns/launch"],
        lacks_scopes: &["account-management:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "people-manager",
        holds: &[
            "people/view", "people/edit", "people/upload", "people/segments", "people/tags",
            "people/custom-fields", "stop-lists/manage",
        ],
        lacks: &["campaigns/edit", "campaigns/launch", "flows/execute", "flows/participants"],
        lacks_scopes: &["flow:control", "flow:use", "moments:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "integrations-manager",
        holds: &[
            "marketplace/view", "marketplace/set-up", "mobile-push/setup", "numbers/buy-sms",
            "numbers/buy-voice", "numbers/release", "email/domains", "channels/setup",
        ],
        lacks: &[
            "campaigns/edit", "campaigns/launch", "flows/execute", "users/view", "users/edit",
            "roles/assign", "teams/manage", "payments/manage", "conversations/apps",
        ],
        lacks_scopes: &["flow:control", "flow:use", "people:read", "conversations:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "conversations-account-manager",
        holds: &["conversations/apps", "conversations/queues", "conversations/routing"],
        lacks: &[
            "conversations/manage-assigned", "conversations/manage-all", "conversations/start",
            "conversations/full-api", "marketplace/set-up", "users/edit",
        ],
        lacks_scopes: &["conversations:manage", "saas:integrations:manage"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "conversations-agent",
        holds: &["conversations/manage-assigned"],
        lacks: &[
            "conversations/manage-all", "conversations/monitor", "conversations/recordings",
            "conversations/data-exchange", "conversations/full-api",
        ],
        lacks_scopes: &["conversations:manage"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "conversations-analyze-manager",
        holds: &[
            "conversations/dashboards", "conversations/reports", "conversations/schedule-reports",
            "conversations/data-exchange",
        ],
        lacks: &[
            "conversations/manage-assigned", "conversations/manage-all", "conversations/start",
            "conversations/apps", "conversations/queues", "conversations/routing",
        ],
        lacks_scopes: &["conversations:manage"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "conversations-manager",
        holds: &["conversations/manage-all", "conversations/manage-assigned", "conversations/monitor"],
        lacks: &[
            "conversations/apps", "conversations/queues", "conversations/routing", "conversations/agents",
            "conversations/full-api",
        ],
        lacks_scopes: &["conversations:manage"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "answers-designer",
        holds: &[
            "answers/create-and-edit", "answers/view-dashboard", "answers/view-detailed",
            "answers/analytics",
        ],
        lacks: &["answers/activate-and-deactivate", "answers/audit-log", "answers/full-api"],
        lacks_scopes: &["answers:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "answers-manager",
        holds: &[
            "answers/view-dashboard", "answers/view-detailed", "answers/analytics",
            "answers/create-and-edit", "answers/test", "answers/activate-and-deactivate",
            "answers/audit-log",
        ],
        lacks: &["users/view", "roles/assign", "audit-log/view", "campaigns/launch"],
        lacks_scopes: &["audit-logs:read"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "answers-supervisor",
        holds: &["answers/view-dashboard", "answers/analytics"],
        lacks: &[
            "answers/create-and-edit", "answers/test", "answers/activate-and-deactivate", "answers/embed",
            "answers/full-api", "ai-hub/use",
        ],
        lacks_scopes: &["answers:manage", "answers:testing", "ai:agents:query"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "knowledge-base-manager",
        holds: &["articles/read", "articles/edit", "articles/publish", "articles/configure"],
        lacks: &["users/view", "conversations/manage-assigned"],
        lacks_scopes: &[],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "knowledge-base-user",
        holds: &["articles/read"],
        lacks: &["articles/view-drafts", "articles/edit", "articles/publish", "articles/configure"],
        lacks_scopes: &[],
        may_send: false,
        takes_seat: false,
    },
];
