//! The API scopes that were published at the time.

use crate::catalog::table::{Scope, scope};
use crate::predefined::current::scopes as now;
use crate::predefined::joined::{joined, rows};

/// The groups, in the order shown.
const GROUPS: &[&[Scope<'static>]] = &[
    EVERY_CHANNEL,
    now::ACROSS_CHANNELS,
    now::SMS_MMS,
    now::EMAIL,
    now::WHATSAPP,
    RCS,
    now::RCS_MAAP_VIBER,
    now::CHAT_APPS,
    ZALO_FOLLOWER,
    now::MOBILE_WEB,
    now::VOICE,
    now::PINS_CHECKS,
    now::NUMBERS_DELIVERY,
    now::ACCOUNT,
    now::PLATFORM,
    now::ENGAGEMENT,
    MOMENTS,
    CONVERSATIONS,
    now::CHATBOTS,
    AI,
    now::SDK,
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
        "zalo-follower:message:send",
        "voice-message:message:send",
        "ivr:message:send",
    ])];

const RCS: &[Scope<'static>] = &[
    scope("rcs:message:send").about("Send RCS messages and check which devices can receive them."),
    scope("rcs:logs:read").about("Read logs and delivery reports of RCS messages."),
    scope("rcs:manage")
        .about("Use the whole RCS API: sending and logs.")
        .includes(&["rcs:message:send", "rcs:logs:read"]),
];

const ZALO_FOLLOWER: &[Scope<'static>] = &[
    scope("zalo-follower:message:send").about("Send messages to followers on Zalo."),
    scope("zalo-follower:logs:read").about("Read logs of messages to followers on Zalo."),
    scope("zalo-follower:manage")
        .about("Use the whole API of messages to followers on Zalo.")
        .includes(&["zalo-follower:message:send", "zalo-follower:logs:read"]),
];

const MOMENTS: &[Scope<'static>] = &[
    scope("moments:people:flow:manage").about("Add people to flows and take them out, under an old name."),
    scope("moments:manage")
        .about("Use the API of Moments as it was before flows, forms, and profiles had their own.")
        .includes(&["moments:people:flow:manage"]),
];

const CONVERSATIONS: &[Scope<'static>] =
    &[scope("conversations:manage").about("Use the whole Conversations API, replies and setup included.")];

const AI: &[Scope<'static>] = &[
    scope("ai:read").about("Read which AI tools there are."),
    scope("ai:agents:query").about("Ask AI tools."),
];

const SDK: &[Scope<'static>] =
    &[scope("mobile-app-messaging:sdk").about("Let a mobile application register its user for push.")];
