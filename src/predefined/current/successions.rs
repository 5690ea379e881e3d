//! What became of the keys of earlier versions.
//!
//! The principles:
//!
//! - Whoever could do something still can, as far as the roles of this version allow. So a role whose work two
//!   roles divide between them now becomes both, and a permission becomes all of its parts.
//! - Nobody gets more by a succession than there was: a part counts on the resources that the whole did, requires
//!   the features that it did, and provides none of the older scopes that it did not. Where two rights became one,
//!   both must have been held, unless the row says why one was enough.
//! - Predefined roles follow the table of roles, whatever the successions say. These matter to custom roles.

use crate::catalog::table::{Since, Succession, merged, renamed, retired, since, split};

pub(super) const SUCCESSIONS: &[Since<'static>] =
    &[since(2).features(FEATURES).scopes(SCOPES).permissions(PERMISSIONS).roles(ROLES)];

const FEATURES: &[Succession<'static>] = &[
    renamed("moments", "flow"), // forms had a feature of their own already
    renamed("person-profile", "people"),
    renamed("stop-list", "blocklist"),
    renamed("marketplace", "exchange"),
    renamed("number-configuration", "numbers"),
    renamed("analyze", "insights"),
    renamed("ai-hub", "ai-agents"),
    retired("zalo-follower"), // messages on Zalo belong to the chat apps
];

const SCOPES: &[Succession<'static>] = &[
    // Another name for the same right: what a custom role withheld under it stays withheld.
    renamed("moments:people:flow:manage", "flow:use"),
    // Flow, Forms and People have scopes of their own, which together would be more.
    retired("moments:manage"),
    retired("zalo-follower:manage"),
    retired("zalo-follower:logs:read"),
    retired("zalo-follower:message:send"),
    retired("mobile-app-messaging:sdk"),
];

const PERMISSIONS: &[Succession<'static>] = &[
    // Account.
    split("users/edit", &["users/edit", "users/invite"]),
    // Resets passwords and second factors, too: more than either of the old ones.
    merged(&["users/unlock", "users/reset-password"], "users/reset-login"),
    split("teams/manage", &["teams/manage", "teams/members"]),
    // To disable a key was a change of it like any other.
    split("api-keys/manage", &["api-keys/manage", "api-keys/revoke"]),
    // Billing and analytics.
    split("payments/manage", &["balance/top-up", "billing/payment-methods"]),
    renamed("costs/view", "billing/costs"),
    // A file for oneself was less than a delivery to other systems; now both are one.
    merged(&["data/download", "data/exchange"], "reports/export"),
    // Campaigns and flows.
    renamed("campaigns/launch", "campaigns/send"),
    split("flows/edit", &["flows/edit-draft", "flows/delete-draft"]),
    split("flows/execute", &["flows/launch", "flows/stop", "flows/control-api"]),
    retired("flows/moments-api"),
    // People.
    split("people/edit", &["people/edit", "people/delete"]),
    renamed("people/upload", "people/import"),
    renamed("people/custom-fields", "people/attributes"),
    renamed("stop-lists/manage", "blocklist/manage"),
    // Channels.
    retired("zalo-follower/send"),
    retired("zalo-follower/full-api"),
    split("channels/setup", &["channels/setup", "rcs/senders"]),
    // A number bought serves both now, so whoever could buy for one of them already buys what this buys.
    merged(&["numbers/buy-sms", "numbers/buy-voice"], "numbers/purchase").of_any(),
    // Integrations.
    renamed("marketplace/view", "integrations/view"),
    split("marketplace/set-up", &["integrations/install", "integrations/configure"]),
    renamed("marketplace/full-api", "integrations/full-api"),
    // Conversations.
    split(
        "conversations/manage-assigned",
        &["conversations/view-assigned", "conversations/transfer", "conversations/annotate"],
    ),
    renamed("conversations/answer-assigned", "conversations/reply-assigned"),
    split(
        "conversations/manage-all",
        &["conversations/view-all", "conversations/reply-any", "conversations/reassign"],
    ),
    split("conversations/monitor", &["conversations/monitor", "conversations/agent-status"]),
    // What an app of the marketplace did, settings do.
    split(
        "conversations/apps",
        &[
            "conversations/automations",
            "conversations/surveys",
            "conversations/bots",
            "conversations/settings",
        ],
    ),
    // Chatbots and knowledge.
    renamed("answers/view-dashboard", "chatbots/view"),
    renamed("answers/view-detailed", "chatbots/view-design"),
    renamed("answers/analytics", "chatbots/analytics"),
    split("answers/create-and-edit", &["chatbots/create", "chatbots/edit", "chatbots/delete"]),
    renamed("answers/test", "chatbots/test"),
    split("answers/activate-and-deactivate", &["chatbots/activate", "chatbots/deactivate"]),
    // The audit log of the account has it, and much more than was to be seen with this.
    retired("answers/audit-log"),
    renamed("answers/embed", "chatbots/embed"),
    renamed("answers/full-api", "chatbots/full-api"),
    split("ai-hub/use", &["ai-agents/view", "ai-agents/query"]),
    renamed("articles/read", "articles/read-published"),
    split("articles/edit", &["articles/create", "articles/edit", "articles/delete"]),
    renamed("articles/configure", "articles/organize"),
];

/// Those of unchanged key are what they are now: Analyze manager, Campaign approval manager, Campaign content creator,
/// and the roles of the Knowledge Base.
const ROLES: &[Succession<'static>] = &[
    renamed("account-manager", "account-admin"),
    // Launching was taken out of the role, and not from those who held it.
    split("communication-manager", &["campaign-manager", "flow-controller"]),
    renamed("finance-data-manager", "finance-manager"),
    renamed("people-manager", "customer-profile-manager"),
    renamed("integrations-manager", "channel-setup-and-integrations"),
    renamed("conversations-account-manager", "conversations-setup"),
    renamed("conversations-agent", "agent-for-conversations"),
    renamed("conversations-analyze-manager", "analytics-for-conversations"),
    renamed("conversations-manager", "supervisor-for-conversations"),
    renamed("answers-designer", "chatbot-designer"),
    // Built chatbots and authorized them. No role does both any more, so whoever held it holds two.
    split("answers-manager", &["chatbot-designer", "chatbot-publisher"]),
    renamed("answers-supervisor", "chatbots-view-only"),
];
