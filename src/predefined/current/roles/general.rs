//! General roles: everything outside Conversations, Answers, and the Knowledge Base.

use crate::catalog::table::{Role, role};

const GROUP: &str = "General";

pub(super) const ACCOUNT_ADMIN: Role<'static> = role("account-admin", "Account admin")
    .group(GROUP)
    .about("Governs the account: users, roles, teams, seats, login security, keys, and audit log.")
    .grants(&[
        "users/view",
        "users/invite",
        "users/edit",
        "users/manage",
        "users/reset-login",
        "users/access-controls",
        "users/remove",
        "roles/view",
        "roles/assign",
        "roles/manage",
        "roles/escalate",
        "teams/view",
        "teams/manage",
        "teams/members",
        "accounts/view",
        "accounts/edit",
        "sub-accounts/manage",
        "branding/manage",
        "notifications/manage",
        "accounts/full-api",
        "seats/view",
        "seats/assign",
        "seats/limits",
        "security/view",
        "security/two-factor",
        "security/password-policy",
        "security/sso",
        "audit-log/view",
        "api-keys/view",
        "api-keys/manage",
        "api-keys/revoke",
        // Whether campaigns need approval is for neither the maker nor the checker to decide.
        "campaigns/settings",
    ]);

pub(super) const ANALYZE_MANAGER: Role<'static> = role("analyze-manager", "Analyze manager")
    .group(GROUP)
    .about("Follows traffic on all channels, builds reports, and traces failed deliveries.")
    .grants(&[
        "accounts/view",
        "users/view",
        "dashboards/view",
        "dashboards/manage",
        "reports/view",
        "reports/create",
        "reports/schedule",
        "reports/export",
        "metrics/view",
        "metrics/query",
        "logs/view",
    ]);

// Holds the full API of every channel, as its counterpart in the real product does.
pub(super) const CAMPAIGN_MANAGER: Role<'static> = role("campaign-manager", "Campaign manager")
    .group(GROUP)
    .about("Prepares and sends campaigns and messages on every channel, and designs flows as drafts.")
    .grants(&[
        "campaigns/view",
        "campaigns/edit",
        "campaigns/audience",
        "campaigns/delete",
        "campaigns/tags",
        "campaigns/test",
        "campaigns/send",
        "campaigns/stop",
        "flows/view",
        "flows/edit-draft",
        "flows/delete-draft",
        "forms/view",
        "forms/edit",
        "forms/publish",
        "forms/responses",
        "forms/submit",
        "forms/full-api",
        "content/view",
        "content/create",
        "content/edit",
        "content/media",
        "email/templates",
        "whatsapp/templates",
        "catalogs/view",
        "people/view",
        "people/segments",
        "messages/send",
        "messages/read-inbound",
        "messages/full-api",
        "sending-strategy/manage",
        "blocklist/manage",
        "sms/send",
        "sms/full-api",
        "mms/send",
        "mms/full-api",
        "email/send",
        "email/suppressions",
        "email/full-api",
        "whatsapp/send",
        "whatsapp/conversions",
        "whatsapp/full-api",
        "rcs/send",
        "rcs/full-api",
        "viber/send",
        "viber/full-api",
        "chat-apps/send",
        "chat-apps/full-api",
        "mobile-push/send",
        "mobile-push/full-api",
        "web-push/send",
        "web-push/full-api",
        "calls/place",
        "calls/receive",
        "calls/record",
        "calls/view",
        "calls/bulk",
        "recordings/listen",
        "recordings/delete",
        "voice/full-api",
        "voice-messages/send",
        "ivr/configure",
        "ivr/launch",
        "call-links/create",
        "click-to-call/use",
        "number-masking/configure",
        "2fa/send-pin",
        "2fa/full-api",
        "number-lookup/query",
        "number-lookup/activation",
        "number-lookup/full-api",
        "number-risk/score",
        "numbers/view",
        "channels/view",
        "logs/view",
    ]);

pub(super) const FLOW_CONTROLLER: Role<'static> = role("flow-controller", "Flow controller")
    .group(GROUP)
    .about("Decides when flows that others designed run: launches and stops them.")
    .grants(&["flows/view", "flows/launch", "flows/stop", "flows/control-api", "flows/participants"]);

pub(super) const FINANCE_MANAGER: Role<'static> = role("finance-manager", "Finance manager")
    .group(GROUP)
    .about("Keeps the account funded, and watches what messaging costs.")
    .grants(&[
        "accounts/view",
        "balance/view",
        "balance/top-up",
        "billing/payment-methods",
        "billing/costs",
        "billing/analytics",
    ]);

pub(super) const CUSTOMER_PROFILE_MANAGER: Role<'static> =
    role("customer-profile-manager", "Customer profile manager")
        .group(GROUP)
        .about("Looks after customer data: profiles, segments, tags, attributes, and the blocklist.")
        .grants(&[
            "people/view",
            "people/edit",
            "people/delete",
            "people/import",
            "people/export",
            "people/companies",
            "people/segments",
            "people/tags",
            "people/attributes",
            "people/events",
            "people/full-api",
            "blocklist/manage",
        ]);

// API keys belong to integrations, and only the account management API makes them from programs. That
// scope also reads balances and edits sub-accounts, but no user, role, or team, and it sends nothing.
pub(super) const CHANNEL_SETUP_AND_INTEGRATIONS: Role<'static> =
    role("channel-setup-and-integrations", "Channel setup and integrations")
        .group(GROUP)
        .about("Puts in place what sending needs: numbers, domains, senders, databases, integrations.")
        .grants(&[
            "channels/view",
            "channels/setup",
            "resource-requests/view",
            "resource-requests/submit",
            "numbers/view",
            "numbers/purchase",
            "numbers/release",
            "numbers/configure",
            "numbers/registration",
            "numbers/full-api",
            "email/domains",
            "email/suppressions",
            "rcs/senders",
            "mobile-push/setup",
            "live-chat/setup",
            "sending-strategy/manage",
            "short-links/domains",
            "calls/configure",
            "recordings/storage",
            "ivr/configure",
            "call-links/configure",
            "call-routing/configure",
            "number-masking/configure",
            "webrtc/configure",
            "webrtc/identities",
            "webrtc/full-api",
            "2fa/configure",
            "signals/configure",
            "integrations/view",
            "integrations/install",
            "integrations/configure",
            "integrations/full-api",
            "databases/connect",
            "webhooks/manage",
            "applications/manage",
            "chatbots/embed",
            "mcp/provision",
            "accounts/view",
            "accounts/full-api",
            "api-keys/view",
            "api-keys/manage",
            "api-keys/revoke",
            "api-keys/sdk",
        ]);
