//! The features that the vendor switches per account.

use crate::catalog::table::{Feature, feature};
use crate::predefined::joined::{joined, rows};

/// The groups, in the order shown.
const GROUPS: &[&[Feature<'static>]] =
    &[ACCOUNT, ANALYZE, INSIGHTS, ENGAGEMENT, CHANNELS, DELIVERY, CHECKS, PLATFORM];

pub(super) const FEATURES: &[Feature<'static>] = &joined::<_, { rows(GROUPS) }>(feature("", ""), GROUPS);

pub(crate) const ACCOUNT: &[Feature<'static>] = &[
    feature("teams", "Teams").about("Groups of users that share roles."),
    feature("sub-accounts", "Sub-accounts")
        .about("Accounts of branches or customers under the main account."),
    feature("branding", "Branding").about("The web interface in the account's own colors and logo."),
    feature("sso", "Single sign-on").about("Login through the company's identity provider."),
    feature("audit-log", "Audit log").about("A record of who changed what, and of logins."),
    feature("api-keys", "API keys").about("Keys by which programs call the API."),
];

pub(crate) const ANALYZE: &[Feature<'static>] = &[
    feature("dashboards", "Dashboards").about("Charts of traffic and results at a glance."),
    feature("reports", "Reports").about("Tables of traffic by channel, account, user, and time."),
    feature("recurring-reports", "Recurring reports").about("Reports made and mailed on a schedule."),
    feature("data-export", "Data export").about("Files of raw traffic data for other systems."),
    feature("logs", "Logs").about("The history of every message and call."),
];

const INSIGHTS: &[Feature<'static>] =
    &[feature("insights", "Insights").about("Analytics of channels and engagement.")];

const ENGAGEMENT: &[Feature<'static>] = &[
    feature("broadcast", "Broadcast").about("Campaigns to many recipients at once."),
    feature("campaign-four-eyes", "Separate campaign approval")
        .about("A rule that an account switches on: who makes campaigns does not approve them."),
    feature("flow", "Flow").about("Journeys that react to what customers do."),
    feature("forms", "Forms").about("Questionnaires and sign-up forms for customers."),
    feature("content", "Content").about("A shared library of message content and media."),
    feature("catalogs", "Catalogs").about("Products to show in messages."),
    feature("people", "People").about("The customer data platform: profiles, segments, and tags."),
    feature("people-events", "People events").about("What customers did, kept with their profiles."),
    feature("conversations", "Conversations").about("A contact center for every channel."),
    feature("answers", "Answers").about("Chatbots, by keyword, intent, or menu."),
    feature("embedded-answers", "Embedded Answers").about("Answers built into a partner's product."),
    feature("ai-agents", "AI agents").about("Assistants driven by language models."),
    feature("mcp", "MCP servers").about("Access to the account for AI clients."),
    feature("knowledge-base", "Knowledge Base").about("Articles for colleagues, customers, and bots."),
];

pub(crate) const CHANNELS: &[Feature<'static>] = &[
    feature("sms", "SMS").about("Text messages."),
    feature("mms", "MMS").about("Picture messages."),
    feature("email", "Email").about("Email from the account's own domains."),
    feature("whatsapp", "WhatsApp").about("The WhatsApp business platform."),
    feature("rcs", "RCS").about("Rich messages in the phone's own inbox."),
    feature("viber", "Viber").about("Viber business messages and bots."),
    feature("chat-apps", "Chat apps").about("Apple, Google, Meta, TikTok, KakaoTalk, LINE, and Zalo."),
    feature("mobile-app-messaging", "Mobile app messaging")
        .about("Push and in-app messages for the company's apps."),
    feature("web-push", "Web push").about("Push messages in the browser."),
    feature("live-chat", "Live chat").about("Chat windows on web pages and in apps."),
    feature("voice", "Voice").about("Calls, voice messages, and call scenarios."),
    feature("call-recording", "Call recording").about("Recording and storing of calls."),
    feature("webrtc", "WebRTC").about("Calls from browsers and apps."),
];

const DELIVERY: &[Feature<'static>] = &[
    feature("numbers", "Numbers").about("Phone numbers to send from and be called on."),
    feature("resource-requests", "Resource requests")
        .about("Orders of numbers and senders that need paperwork."),
    feature("sending-strategy", "Sending strategy").about("Rules that pick the sender of a message."),
    feature("blocklist", "Blocklist").about("Addresses that are never contacted."),
    feature("short-links", "Short links").about("Shortened links on the company's own domains."),
];

pub(crate) const CHECKS: &[Feature<'static>] = &[
    feature("2fa", "2FA").about("One-time PINs for the company's customers."),
    feature("number-lookup", "Number lookup").about("State and operator of phone numbers."),
    feature("number-risk", "Number risk score").about("The likelihood that a phone number means fraud."),
    feature("mobile-identity", "Mobile Identity").about("Identity checks by the mobile operator."),
    feature("biometrics", "Biometrics").about("Identity checks by face and document."),
    feature("signals", "Signals").about("Protection against artificially inflated traffic."),
];

const PLATFORM: &[Feature<'static>] = &[
    feature("exchange", "Exchange").about("The marketplace of integrations."),
    feature("data-sources", "Data sources").about("Connections to databases and file storage."),
    feature("applications", "Applications and entities")
        .about("Traffic divided by application and by customer (CPaaS X)."),
];
