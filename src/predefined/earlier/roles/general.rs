//! General roles: everything outside Conversations, Answers, and the Knowledge Base.

use crate::catalog::table::{Role, role};

const GROUP: &str = "General";

pub(super) const ACCOUNT_MANAGER: Role<'static> = role("account-manager", "Account Manager")
    .group(GROUP)
    .about("Decides who gets in and how: users, teams, roles, login security, keys, and audit log.")
    .grants(&[
        "users/view",
        "users/edit",
        "users/manage",
        "users/unlock",
        "users/reset-password",
        "users/remove",
        "roles/view",
        "roles/assign",
        "roles/manage",
        "roles/escalate",
        "teams/view",
        "teams/manage",
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
        "campaigns/settings",
    ]);

// Sees accounts and users, because reports are filtered by them, and edits neither.
pub(super) const ANALYZE_MANAGER: Role<'static> = role("analyze-manager", "Analyze Manager")
    .group(GROUP)
    .about("Measures how messaging does, schedules reports, traces failures, and passes data on.")
    .grants(&[
        "accounts/view",
        "users/view",
        "dashboards/view",
        "dashboards/manage",
        "reports/view",
        "reports/create",
        "reports/schedule",
        "data/download",
        "data/exchange",
        "metrics/query",
        "logs/view",
    ]);

pub(super) const CAMPAIGN_APPROVAL_MANAGER: Role<'static> =
    role("campaign-approval-manager", "Campaign Approval Manager")
        .group(GROUP)
        .about("Checks the Broadcast campaigns that others prepared, and sends them out.")
        .grants(&[
            "campaigns/view",
            "campaigns/test",
            "campaigns/approve",
            "campaigns/launch",
            "campaigns/stop",
            "content/view",
        ]);

pub(super) const CAMPAIGN_CONTENT_CREATOR: Role<'static> =
    role("campaign-content-creator", "Campaign Content Creator")
        .group(GROUP)
        .about("Writes what Broadcast campaigns say and picks whom they go to. Sends nothing.")
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

// Designs flows and executes them: both sides of the line that was drawn later.
pub(super) const COMMUNICATION_MANAGER: Role<'static> =
    role("communication-manager", "Communication Manager")
        .group(GROUP)
        .about("Designs flows and runs them, and makes and sends Broadcast campaigns, on every channel.")
        .grants(&[
            "campaigns/view",
            "campaigns/edit",
            "campaigns/audience",
            "campaigns/delete",
            "campaigns/tags",
            "campaigns/test",
            "campaigns/launch",
            "campaigns/stop",
            "flows/view",
            "flows/edit",
            "flows/execute",
            "flows/participants",
            "flows/moments-api",
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
            "sending-strategy/manage",
            "stop-lists/manage",
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

pub(super) const FINANCE_DATA_MANAGER: Role<'static> = role("finance-data-manager", "Finance Data Manager")
    .group(GROUP)
    .about("Follows what communication costs, and pays for it.")
    .grants(&["accounts/view", "balance/view", "payments/manage", "costs/view"]);

pub(super) const PEOPLE_MANAGER: Role<'static> = role("people-manager", "People Manager")
    .group(GROUP)
    .about("Keeps customer data: uploads it, corrects it, sorts it, and heeds who wants no messages.")
    .grants(&[
        "people/view",
        "people/edit",
        "people/upload",
        "people/export",
        "people/segments",
        "people/tags",
        "people/custom-fields",
        "people/events",
        "people/full-api",
        "stop-lists/manage",
    ]);

pub(super) const INTEGRATIONS_MANAGER: Role<'static> = role("integrations-manager", "Integrations Manager")
    .group(GROUP)
    .about("Prepares channels for use: numbers, domains, mobile applications, third-party services.")
    .grants(&[
        "channels/view",
        "channels/setup",
        "resource-requests/view",
        "resource-requests/submit",
        "numbers/view",
        "numbers/buy-sms",
        "numbers/buy-voice",
        "numbers/release",
        "numbers/configure",
        "numbers/registration",
        "numbers/full-api",
        "email/domains",
        "email/suppressions",
        "mobile-push/setup",
        "live-chat/setup",
        "sending-strategy/manage",
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
        "marketplace/view",
        "marketplace/set-up",
        "marketplace/full-api",
        "databases/connect",
        "webhooks/manage",
        "applications/manage",
        "answers/embed",
        "accounts/view",
        "accounts/full-api",
        "api-keys/view",
        "api-keys/manage",
        "api-keys/sdk",
    ]);
