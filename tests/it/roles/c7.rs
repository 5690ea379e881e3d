//! What the predefined roles of the current catalog must mean, row by row (C7).

/// One row of the table of meanings.
pub struct Row {
    /// The role's key.
    pub role: &'static str,
    /// Permissions that it grants.
    pub holds: &'static [&'static str],
    /// Permissions that it must not grant.
    pub lacks: &'static [&'static str],
    /// Scopes that the scopes it provides must not cover, inclusion counted.
    pub lacks_scopes: &'static [&'static str],
    /// Whether it may grant a permission of [`SENDING`] and cover a scope of [`SENDING_SCOPES`].
    pub may_send: bool,
    /// Whether somebody who has only this role consumes a Conversations seat (C9).
    pub takes_seat: bool,
}

/// Permissions to send messages or place calls from programs. Campaigns, flows, and conversations are apart.
pub const SENDING: &[&str] = &[
    "messages/send",
    "messages/full-api",
    "sms/send",
    "sms/full-api",
    "mms/send",
    "mms/full-api",
    "email/send",
    "email/full-api",
    "whatsapp/send",
    "whatsapp/full-api",
    "rcs/send",
    "rcs/full-api",
    "viber/send",
    "viber/full-api",
    "chat-apps/send",
    "chat-apps/full-api",
    "zalo-follower/send",
    "zalo-follower/full-api",
    "mobile-push/send",
    "mobile-push/full-api",
    "web-push/send",
    "web-push/full-api",
    "calls/place",
    "calls/bulk",
    "voice/full-api",
    "voice-messages/send",
    "ivr/launch",
    "click-to-call/use",
    "2fa/send-pin",
    "2fa/full-api",
    "number-lookup/query",
    "number-lookup/full-api",
];

/// Scopes that send or dial by themselves. Every scope that covers one of them sends, too.
pub const SENDING_SCOPES: &[&str] = &[
    "2fa:pin:send",
    "2fa:pin:manage",
    "apple-mfb:message:send",
    "calls:bulk:manage",
    "calls:traffic:send",
    "clicktocall:manage",
    "conversations:manage",
    "email:message:send",
    "google-bm:message:send",
    "instagram:message:send",
    "ivr:message:send",
    "kakao:message:send",
    "line:message:send",
    "markuplanguage:manage",
    "message:send",
    "messages-api:message:send",
    "messenger:message:send",
    "mms:message:send",
    "mobile-app-messaging:send",
    "number-lookup:send",
    "omni-failover:message:send",
    "rbm-maap:message:send",
    "rcs:message:send",
    "sms:message:send",
    "tiktok:message:send",
    "viber-bm:message:send",
    "viber-bot:message:send",
    "voice-message:message:send",
    "web-push:send",
    "whatsapp:message:send",
    "zalo-follower:message:send",
    "zalo:message:send",
];

/// The rows, in the order of the catalog.
// Packed by hand, so that a role fits the eye.
#[rustfmt::skip]
pub const C7: &[Row] = &[
    Row {
        role: "account-admin",
        holds: &[
            "users/view", "users/invite", "users/edit", "users/manage", "users/remove", "roles/view",
            "roles/manage", "roles/assign", "roles/escalate", "teams/view", "teams/manage",
            "teams/members", "seats/view", "seats/assign", "security/two-factor",
            "security/password-policy", "api-keys/view", "api-keys/manage", "api-keys/revoke",
            "audit-log/view",
        ],
        lacks: &[
            "campaigns/edit", "campaigns/test", "campaigns/send", "campaigns/stop", "flows/launch",
            "flows/stop", "flows/control-api", "flows/participants", "flows/full-api",
            "chatbots/activate", "balance/top-up", "billing/payment-methods", "numbers/purchase",
            "conversations/reply-assigned", "conversations/reply-any", "conversations/start",
            "conversations/full-api",
        ],
        lacks_scopes: &["flow:control", "flow:use", "answers:manage", "numbers:manage", "2fa:sdk"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "analyze-manager",
        holds: &[
            "accounts/view", "users/view", "reports/view", "reports/create", "reports/schedule",
            "dashboards/view", "dashboards/manage", "metrics/view", "logs/view",
        ],
        lacks: &[
            "accounts/edit", "accounts/full-api", "sub-accounts/manage", "branding/manage",
            "notifications/manage", "users/invite", "users/edit", "users/manage", "users/reset-login",
            "users/access-controls", "users/remove", "roles/assign", "roles/manage", "roles/escalate",
            "teams/manage", "teams/members", "seats/assign", "campaigns/send",
        ],
        lacks_scopes: &["account-management:manage", "inbound-message:read", "people:read"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "campaign-manager",
        holds: &[
            "campaigns/view", "campaigns/edit", "campaigns/audience", "campaigns/send", "messages/send",
            "sms/send", "flows/view", "flows/edit-draft",
        ],
        lacks: &[
            "flows/launch", "flows/stop", "flows/control-api", "flows/participants", "flows/full-api",
            "campaigns/approve", "campaigns/settings", "users/view", "balance/top-up",
            "numbers/purchase",
        ],
        lacks_scopes: &["flow:control", "flow:use", "account-management:manage", "conversations:manage"],
        may_send: true,
        takes_seat: false,
    },
    Row {
        role: "flow-controller",
        holds: &["flows/view", "flows/launch", "flows/stop", "flows/control-api"],
        lacks: &["flows/edit-draft", "flows/delete-draft", "flows/full-api", "campaigns/send"],
        lacks_scopes: &["flow:manage", "forms:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "finance-manager",
        holds: &["balance/view", "balance/top-up", "billing/costs", "billing/analytics"],
        lacks: &[
            "users/view", "users/invite", "users/edit", "users/manage", "users/remove", "roles/assign",
            "accounts/full-api", "campaigns/send",
        ],
        lacks_scopes: &["account-management:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "customer-profile-manager",
        holds: &[
            "people/view", "people/edit", "people/delete", "people/segments", "people/tags",
            "people/attributes", "people/full-api",
        ],
        lacks: &[
            "campaigns/edit", "campaigns/send", "campaigns/test", "flows/launch", "flows/participants",
        ],
        lacks_scopes: &["flow:control", "flow:use", "forms:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "channel-setup-and-integrations",
        holds: &[
            "numbers/purchase", "numbers/configure", "email/domains", "databases/connect",
            "channels/setup", "rcs/senders", "integrations/install", "integrations/configure",
            "api-keys/manage",
        ],
        lacks: &[
            "campaigns/edit", "campaigns/test", "campaigns/send", "flows/launch", "users/view",
            "users/invite", "users/edit", "users/manage", "users/reset-login", "users/remove",
            "roles/assign", "teams/members", "balance/top-up",
        ],
        lacks_scopes: &["flow:control", "flow:use", "people:read", "conversations:read"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "conversations-setup",
        holds: &[
            "conversations/queues", "conversations/routing", "conversations/automations",
            "conversations/settings",
        ],
        lacks: &[
            "conversations/reply-assigned", "conversations/reply-any", "conversations/start",
            "conversations/view-all", "conversations/full-api",
        ],
        lacks_scopes: &["conversations:read"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "agent-for-conversations",
        holds: &["conversations/view-assigned", "conversations/reply-assigned"],
        lacks: &[
            "conversations/view-queue", "conversations/view-all", "conversations/reply-any",
            "conversations/reassign", "conversations/monitor", "conversations/recordings",
            "conversations/data-exchange", "conversations/full-api",
        ],
        lacks_scopes: &["conversations:read"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "analytics-for-conversations",
        holds: &[
            "conversations/dashboards", "conversations/reports", "conversations/schedule-reports",
            "conversations/data-exchange",
        ],
        lacks: &[
            "conversations/reply-assigned", "conversations/reply-any", "conversations/start",
            "conversations/reassign", "conversations/queues", "conversations/routing",
            "conversations/automations", "conversations/agents", "conversations/settings",
            "conversations/full-api",
        ],
        lacks_scopes: &["conversations:manage"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "supervisor-for-conversations",
        holds: &[
            "conversations/view-all", "conversations/reply-any", "conversations/reassign",
            "conversations/view-assigned", "conversations/reply-assigned",
        ],
        lacks: &[
            "conversations/queues", "conversations/routing", "conversations/automations",
            "conversations/agents", "conversations/settings", "conversations/full-api",
        ],
        lacks_scopes: &["conversations:manage"],
        may_send: false,
        takes_seat: true,
    },
    Row {
        role: "viewer-for-conversations",
        holds: &["conversations/view-queue"],
        lacks: &[
            "conversations/view-assigned", "conversations/view-all", "conversations/reply-assigned",
            "conversations/reply-any", "conversations/start", "conversations/transfer",
            "conversations/annotate", "conversations/reassign", "conversations/full-api",
        ],
        lacks_scopes: &["conversations:read"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "chatbot-designer",
        holds: &["chatbots/view", "chatbots/create", "chatbots/edit", "chatbots/analytics"],
        lacks: &["chatbots/activate", "chatbots/deactivate", "chatbots/full-api", "ai-agents/publish"],
        lacks_scopes: &["answers:manage", "ai:agents:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "chatbot-publisher",
        holds: &["chatbots/view", "chatbots/activate", "chatbots/deactivate"],
        lacks: &[],
        lacks_scopes: &[],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "chatbots-view-only",
        holds: &["chatbots/view", "chatbots/analytics"],
        lacks: &[
            "chatbots/create", "chatbots/edit", "chatbots/delete", "chatbots/test", "chatbots/activate",
            "chatbots/deactivate", "chatbots/embed", "chatbots/full-api", "ai-agents/query",
            "ai-agents/build", "ai-agents/publish", "ai-agents/full-api",
        ],
        lacks_scopes: &["answers:manage", "answers:testing", "ai:agents:manage", "ai:agents:query"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "knowledge-base-manager",
        holds: &["articles/read-published", "articles/create", "articles/edit", "articles/publish"],
        lacks: &[],
        lacks_scopes: &[],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "knowledge-base-user",
        holds: &["articles/read-published"],
        lacks: &[
            "articles/view-drafts", "articles/create", "articles/edit", "articles/publish",
            "articles/delete", "articles/import", "articles/organize", "articles/full-api",
        ],
        lacks_scopes: &["knowledge-base:read", "knowledge-base:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "campaign-approval-manager",
        holds: &["campaigns/view", "campaigns/approve", "campaigns/send"],
        lacks: &[
            "campaigns/edit", "campaigns/audience", "campaigns/delete", "content/create", "content/edit",
            "content/delete", "content/media", "content/full-api", "email/templates",
            "whatsapp/templates", "messages/send",
        ],
        lacks_scopes: &["content-messages:manage", "email:templates:manage"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "campaign-content-creator",
        holds: &["campaigns/edit", "campaigns/audience", "content/create", "content/edit"],
        lacks: &[
            "campaigns/test", "campaigns/approve", "campaigns/send", "campaigns/stop", "flows/launch",
            "flows/participants", "messages/send",
        ],
        lacks_scopes: &["flow:control", "flow:use"],
        may_send: false,
        takes_seat: false,
    },
    Row {
        role: "content-manager",
        holds: &["content/view", "content/create", "content/edit", "content/delete"],
        lacks: &["campaigns/test", "campaigns/send", "flows/launch", "messages/send"],
        lacks_scopes: &["flow:control", "flow:use"],
        may_send: false,
        takes_seat: false,
    },
];
