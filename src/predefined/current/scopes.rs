//! The published API scopes.
//!
//! Inclusions are data, never derived from names (C3): `whatsapp:conversions`, `flow:control` and the SDK
//! scopes are included by nothing, although a broader name exists.

use crate::catalog::table::{Scope, scope};
use crate::predefined::joined::{joined, rows};

/// The groups, in the order shown.
const GROUPS: &[&[Scope<'static>]] = &[
    EVERY_CHANNEL,
    ACROSS_CHANNELS,
    SMS_MMS,
    EMAIL,
    WHATSAPP,
    RCS,
    RCS_MAAP_VIBER,
    CHAT_APPS,
    MOBILE_WEB,
    VOICE,
    PINS_CHECKS,
    NUMBERS_DELIVERY,
    SHORT_LINKS,
    ACCOUNT,
    BILLING,
    PLATFORM,
    INSIGHTS,
    ENGAGEMENT,
    KNOWLEDGE,
    CHATBOTS,
    AI,
    SDK,
];

pub(super) const SCOPES: &[Scope<'static>] = &joined::<_, { rows(GROUPS) }>(scope(""), GROUPS);

const EVERY_CHANNEL: &[Scope<'static>] =
    &[scope("message:send").about("Send on every channel that has a sending scope of its own.").includes(&[
        "messages-api:message:send",
        "omni-failover:message:send",
        "sms:message:send",
        "mms:message:send",
        "email:message:send",
        "whatsapp:message:send",
        "rcs:message:send",
        "rbm-maap:message:send",
        "viber-bm:message:send",
        "viber-bot:message:send",
        "apple-mfb:message:send",
        "google-bm:message:send",
        "instagram:message:send",
        "messenger:message:send",
        "tiktok:message:send",
        "kakao:message:send",
        "line:message:send",
        "zalo:message:send",
        "voice-message:message:send",
        "ivr:message:send",
    ])];

pub(crate) const ACROSS_CHANNELS: &[Scope<'static>] = &[
    scope("inbound-message:read").about("Read incoming messages of every channel.").includes(&[
        "sms:inbound-message:read",
        "mms:inbound-message:read",
        "whatsapp:inbound-message:read",
        "mobile-app-messaging:inbound-message:read",
    ]),
    scope("messages-api:message:send")
        .about("Send through the Messages API, one endpoint for many channels."),
    scope("messages-api:manage")
        .about("Use the whole Messages API, sending and validation included.")
        .includes(&["messages-api:message:send"]),
    scope("omni-failover:message:send")
        .about("Send messages that fall back to another channel when the first one fails."),
    scope("omni-failover:logs:read").about("Read logs and delivery reports of failover messages."),
    scope("omni-failover:manage")
        .about("Use the whole failover API, its scenarios, sending, and logs included.")
        .includes(&["omni-failover:message:send", "omni-failover:logs:read"]),
];

pub(crate) const SMS_MMS: &[Scope<'static>] =
    &[
        scope("sms:message:send").about("Send SMS, now or at a later time."),
        scope("sms:inbound-message:read").about("Read incoming SMS."),
        scope("sms:logs:read").about("Read logs and delivery reports of SMS."),
        scope("sms:manage")
            .about("Use the whole SMS API: sending, scheduled batches, logs, and incoming messages.")
            .includes(&["sms:message:send", "sms:inbound-message:read", "sms:logs:read"]),
        scope("mms:message:send").about("Send MMS."),
        scope("mms:inbound-message:read").about("Read incoming MMS."),
        scope("mms:logs:read").about("Read logs and delivery reports of MMS."),
        scope("mms:manage")
            .about("Use the whole MMS API: sending, logs, and incoming messages.")
            .includes(&["mms:message:send", "mms:inbound-message:read", "mms:logs:read"]),
    ];

pub(crate) const EMAIL: &[Scope<'static>] = &[
    scope("email:message:send").about("Send email, and follow or change what is scheduled."),
    scope("email:logs:read").about("Read logs and delivery reports of email."),
    scope("email:templates:manage").about("Create, read, change, and delete email templates."),
    scope("email:manage")
        .about("Use the whole email API: sending, domains, addresses, templates, and suppressions.")
        .includes(&["email:message:send", "email:logs:read", "email:templates:manage"]),
];

pub(crate) const WHATSAPP: &[Scope<'static>] = &[
    scope("whatsapp:message:send").about("Send WhatsApp messages of any type."),
    scope("whatsapp:inbound-message:read").about("Read incoming WhatsApp messages and fetch their media."),
    scope("whatsapp:logs:read").about("Read logs and delivery reports of WhatsApp messages."),
    scope("whatsapp:conversions").about("Report to Meta what people did after they saw a WhatsApp ad."),
    scope("whatsapp:manage")
        .about("Use the WhatsApp API: sending, templates, senders, and media; conversions stay apart.")
        .includes(&["whatsapp:message:send", "whatsapp:inbound-message:read", "whatsapp:logs:read"]),
];

const RCS: &[Scope<'static>] = &[
    scope("rcs:message:send").about("Send RCS messages and check which devices can receive them."),
    scope("rcs:logs:read").about("Read logs and delivery reports of RCS messages."),
    scope("rcs:provision").about("Set up RCS senders, test numbers, and templates."),
    scope("rcs:manage").about("Use the whole RCS API: sending, sender setup, and logs.").includes(&[
        "rcs:message:send",
        "rcs:logs:read",
        "rcs:provision",
    ]),
];

pub(crate) const RCS_MAAP_VIBER: &[Scope<'static>] = &[
    scope("rbm-maap:message:send")
        .about("Send RCS business messages through the messaging-as-a-platform interface."),
    scope("rbm-maap:manage")
        .about("Use the whole RCS messaging-as-a-platform interface.")
        .includes(&["rbm-maap:message:send"]),
    scope("viber-bm:message:send").about("Send Viber business messages."),
    scope("viber-bm:logs:read").about("Read logs and delivery reports of Viber business messages."),
    scope("viber-bm:manage")
        .about("Use the whole API of Viber business messages.")
        .includes(&["viber-bm:message:send", "viber-bm:logs:read"]),
    scope("viber-bot:message:send").about("Send messages as a Viber bot."),
    scope("viber-bot:logs:read").about("Read logs of Viber bot messages."),
    scope("viber-bot:manage")
        .about("Use the whole Viber bot API.")
        .includes(&["viber-bot:message:send", "viber-bot:logs:read"]),
];

pub(crate) const CHAT_APPS: &[Scope<'static>] = &[
    scope("apple-mfb:message:send").about("Send through Apple Messages for Business."),
    scope("apple-mfb:logs:read").about("Read logs of Apple Messages for Business."),
    scope("apple-mfb:manage")
        .about("Use the whole API of Apple Messages for Business.")
        .includes(&["apple-mfb:message:send", "apple-mfb:logs:read"]),
    scope("google-bm:message:send").about("Send Google Business Messages."),
    scope("google-bm:logs:read").about("Read logs of Google Business Messages."),
    scope("google-bm:manage")
        .about("Use the whole API of Google Business Messages.")
        .includes(&["google-bm:message:send", "google-bm:logs:read"]),
    scope("instagram:message:send").about("Send Instagram direct messages."),
    scope("instagram:logs:read").about("Read logs of Instagram messages."),
    scope("instagram:manage")
        .about("Use the whole Instagram messaging API.")
        .includes(&["instagram:message:send", "instagram:logs:read"]),
    scope("messenger:message:send").about("Send Messenger messages."),
    scope("messenger:logs:read").about("Read logs of Messenger messages."),
    scope("messenger:manage")
        .about("Use the whole Messenger API.")
        .includes(&["messenger:message:send", "messenger:logs:read"]),
    scope("tiktok:message:send").about("Send TikTok business messages."),
    scope("tiktok:logs:read").about("Read logs of TikTok business messages."),
    scope("tiktok:manage")
        .about("Use the whole API of TikTok business messaging.")
        .includes(&["tiktok:message:send", "tiktok:logs:read"]),
    scope("kakao:message:send").about("Send KakaoTalk messages."),
    scope("kakao:logs:read").about("Read logs of KakaoTalk messages."),
    scope("kakao:manage")
        .about("Use the whole KakaoTalk API.")
        .includes(&["kakao:message:send", "kakao:logs:read"]),
    scope("line:message:send").about("Send LINE messages."),
    scope("line:manage").about("Use the whole LINE API.").includes(&["line:message:send"]),
    scope("zalo:message:send").about("Send Zalo messages."),
    scope("zalo:logs:read").about("Read logs of Zalo messages."),
    scope("zalo:manage").about("Use the whole Zalo API.").includes(&["zalo:message:send", "zalo:logs:read"]),
];

pub(crate) const MOBILE_WEB: &[Scope<'static>] = &[
    scope("mobile-app-messaging:send").about("Send push and in-app messages to mobile applications."),
    scope("mobile-app-messaging:inbound-message:read")
        .about("Read messages that come from mobile applications."),
    scope("mobile-app-messaging:logs:read").about("Read logs and delivery reports of mobile push messages."),
    scope("mobile-app-messaging:manage").about("Use the whole API of mobile app messaging.").includes(&[
        "mobile-app-messaging:send",
        "mobile-app-messaging:inbound-message:read",
        "mobile-app-messaging:logs:read",
    ]),
    scope("web-push:send").about("Send push messages to browsers."),
    scope("web-push:manage").about("Use the whole web push API.").includes(&["web-push:send"]),
    scope("live-chat:manage").about("Use the live chat API, for instance to end the session of a visitor."),
];

pub(crate) const VOICE: &[Scope<'static>] = &[
    scope("calls:traffic:send").about("Place calls and dial participants in."),
    scope("calls:traffic:receive").about("Answer, forward, or reject incoming calls."),
    scope("calls:traffic:record").about("Start and stop the recording of calls."),
    scope("calls:read").about("Read the state of calls, conferences, and dialogs."),
    scope("calls:logs:read").about("Read the history of calls, conferences, and dialogs."),
    scope("calls:bulk:manage").about("Follow, reschedule, pause, and cancel bulk calls."),
    scope("calls:configuration:manage").about("Change call configurations, SIP trunks, and media streams."),
    scope("calls:media:manage").about("Upload and delete audio files for calls."),
    scope("calls:recording:read").about("Find and download recordings of calls."),
    scope("calls:recording:delete").about("Delete recordings of calls."),
    scope("calls:manage")
        .about("Use the whole calls API: traffic, configuration, media, recordings, and logs.")
        .includes(&[
            "calls:traffic:send",
            "calls:traffic:receive",
            "calls:traffic:record",
            "calls:read",
            "calls:logs:read",
            "calls:bulk:manage",
            "calls:configuration:manage",
            "calls:media:manage",
            "calls:recording:read",
            "calls:recording:delete",
        ]),
    scope("markuplanguage:manage").about("Steer calls by scripts in the calls markup language."),
    scope("voice:logs:read").about("Read logs of all voice traffic."),
    scope("voice:recording:read").about("Find and download recordings of voice products."),
    scope("voice:recording:delete").about("Delete recordings of voice products."),
    scope("voice:recording:manage").about("Use every endpoint for recordings of voice products."),
    scope("voice-reports:read").about("Read delivery reports of voice messages."),
    scope("voice-message:message:send").about("Send spoken messages by text to speech or from audio files."),
    scope("voice-message:logs:read").about("Read logs of voice messages."),
    scope("voice-message:manage")
        .about("Use the whole voice message API, scheduled batches included.")
        .includes(&["voice-message:message:send", "voice-message:logs:read"]),
    scope("ivr:configuration:manage").about("Create, change, and delete call scenarios."),
    scope("ivr:message:send").about("Start call scenarios that dial people."),
    scope("ivr:manage")
        .about("Use the whole interactive voice response API.")
        .includes(&["ivr:configuration:manage", "ivr:message:send"]),
    scope("calllink:link:manage").about("Create, read, and delete call links."),
    scope("calllink:configuration:manage").about("Change how pages of call links look and behave."),
    scope("calllink:manage")
        .about("Use the whole call link API.")
        .includes(&["calllink:link:manage", "calllink:configuration:manage"]),
    scope("callrouting:manage").about("Change the routes that incoming calls take, and read how they went."),
    scope("clicktocall:manage").about("Connect two people by phone from a click on a page."),
    scope("numbermasking:manage").about("Configure number masking, which hides the numbers of both callers."),
    scope("webrtc:configuration:manage").about("Change push settings of web and in-app calling."),
    scope("webrtc:identity:manage").about("Issue the tokens that identify callers in a browser or app."),
    scope("webrtc:media:manage").about("Manage the files used in web and in-app calls."),
    scope("webrtc:manage").about("Use the whole API of web and in-app calling.").includes(&[
        "webrtc:configuration:manage",
        "webrtc:identity:manage",
        "webrtc:media:manage",
    ]),
];

pub(crate) const PINS_CHECKS: &[Scope<'static>] = &[
    scope("2fa:pin:send").about("Send, resend, and verify one-time PINs."),
    scope("2fa:pin:manage").about("Manage one-time PINs that were issued, resending included."),
    scope("2fa:manage")
        .about("Use the whole 2FA API: applications, message templates, and PINs.")
        .includes(&["2fa:pin:send", "2fa:pin:manage"]),
    scope("number-lookup:send").about("Ask networks about the state and operator of phone numbers."),
    scope("number-lookup:logs:read").about("Read logs of number lookups."),
    scope("number-lookup:manage")
        .about("Use the whole number lookup API.")
        .includes(&["number-lookup:send", "number-lookup:logs:read"]),
    scope("number-activation-state:read").about("Check whether phone numbers are active."),
    scope("number-risk-score:manage").about("Score phone numbers by their risk of fraud."),
    scope("mobile-identity:manage")
        .about("Check with mobile operators whether personal data matches a phone number."),
    scope("biometrics:manage").about("Verify people by face and document."),
    scope("signals:manage").about("Configure Signals, the protection against artificially inflated traffic."),
];

pub(crate) const NUMBERS_DELIVERY: &[Scope<'static>] = &[
    scope("numbers:manage")
        .about("Use the whole numbers API: purchase, configuration, registration, and release.")
        .includes(&["numbers:recording:manage"]),
    scope("numbers:recording:manage")
        .about("Choose which numbers record their calls and where recordings are kept."),
    scope("resource-request-hub:read").about("Read requests for numbers and senders and how far they got."),
    scope("resource-request-hub:manage")
        .about("File, change, and withdraw requests for numbers and senders.")
        .includes(&["resource-request-hub:read"]),
    scope("sending-strategy:manage")
        .about("Read and change the rules that pick a sender for outgoing traffic."),
    scope("blocklist:manage").about("Read and change the list of addresses that must not be contacted."),
];

const SHORT_LINKS: &[Scope<'static>] =
    &[scope("branded-domains:manage").about("Manage the domains of shortened links.")];

pub(crate) const ACCOUNT: &[Scope<'static>] = &[
    scope("error-codes:read").about("Read what error codes of messages and calls mean."),
    scope("account-management:manage").about("Read balances; manage sub-accounts and API keys."),
    scope("audit-logs:read").about("Read the audit log."),
];

const BILLING: &[Scope<'static>] = &[scope("billing:usage:view").about("Read usage and what it cost.")];

pub(crate) const PLATFORM: &[Scope<'static>] = &[
    scope("application-entity:manage")
        .about("Manage applications and entities, which divide the account's traffic."),
    scope("subscriptions:manage").about("Manage subscriptions to events and where those are delivered."),
    scope("metrics:manage").about("Query traffic metrics, summed up by channel, status, and time."),
];

const INSIGHTS: &[Scope<'static>] = &[scope("insights:read").about("Read the analytics behind dashboards.")];

pub(crate) const ENGAGEMENT: &[Scope<'static>] = &[
    scope("saas:integrations:manage").about("Manage integrations with third-party cloud services."),
    scope("saas:tiktok-ads:manage").about("Manage the integration with TikTok ads."),
    scope("campaign-tags:view").about("Read campaign tags."),
    scope("campaign-tags:manage")
        .about("Create, change, and delete campaign tags.")
        .includes(&["campaign-tags:view"]),
    scope("flow:read").about("Read flows, who takes part in them, and their results."),
    scope("flow:use").about("Add people to flows and take them out."),
    scope("flow:control").about("Launch, stop, and cancel flows."),
    scope("flow:manage")
        .about("Use the Flow API, participants included; launching and stopping stay apart.")
        .includes(&["flow:read", "flow:use"]),
    scope("forms:read").about("Read forms and what people submitted."),
    scope("forms:use").about("Show forms and submit answers to them."),
    scope("forms:manage").about("Use the whole forms API.").includes(&["forms:read", "forms:use"]),
    scope("content-messages:read").about("Read saved message content and how it performs."),
    scope("content-messages:manage")
        .about("Create, change, and delete saved message content.")
        .includes(&["content-messages:read"]),
    scope("catalogs:read").about("Read product catalogs and their items."),
    scope("catalogs:use").about("Read, add, change, and delete items of product catalogs."),
    scope("catalogs:manage")
        .about("Create, fill, change, and delete product catalogs.")
        .includes(&["catalogs:read", "catalogs:use"]),
    scope("people:read").about("Read person and company profiles, tags, and attributes."),
    scope("people:use").about("Record events of customers."),
    scope("people:manage")
        .about("Use the whole People API: create, change, import, and delete profiles, and record events.")
        .includes(&["people:read", "people:use"]),
];

const KNOWLEDGE: &[Scope<'static>] = &[
    scope("conversations:read").about("Read conversations with messages, notes, agents, queues, and tags."),
    scope("conversations:manage")
        .about("Use the whole Conversations API, replies and setup included.")
        .includes(&["conversations:read"]),
    scope("knowledge-base:read")
        .about("Search and read the knowledge base, whatever the state of an article."),
    scope("knowledge-base:manage")
        .about("Use the whole knowledge base API, publishing included.")
        .includes(&["knowledge-base:read"]),
];

pub(crate) const CHATBOTS: &[Scope<'static>] = &[
    scope("answers:testing").about("Run test conversations with chatbots."),
    scope("answers:manage")
        .about("Use the whole Answers API: build, test, and activate chatbots.")
        .includes(&["answers:testing"]),
    scope("onboarding:manage").about("Set up Answers inside the product of a partner."),
];

const AI: &[Scope<'static>] = &[
    scope("ai:read").about("Read which AI tools there are."),
    scope("ai:agents:view").about("Read AI agents and their configuration."),
    scope("ai:agents:query").about("Talk to AI agents."),
    scope("ai:agents:manage").about("Create, change, publish, and delete AI agents."),
    scope("mcp:provision").about("Set up MCP servers through which AI clients use the account."),
];

pub(crate) const SDK: &[Scope<'static>] = &[
    scope("2fa:sdk").about("Let an app request and verify PINs for its own user."),
    scope("web:sdk").about("Let a website record profile and events of its visitor, and submit forms."),
    scope("web:tracking:sdk").about("Let a website report the behavior of its visitors."),
];
