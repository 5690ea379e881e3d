//! Sending over channels, where something changed since.

use crate::catalog::table::{Section, permission, section};

pub(super) const MESSAGES: Section<'static> = section("messages", "Messages on every channel")
    .about("Rights that count for all channels at once, and the rules of delivery.")
    .permissions(&[
        permission("messages/send", "Send on every channel")
            .about("Send on any channel, also on ones added later, and with fallback between channels.")
            .on("channel")
            .provides(&["message:send", "messages-api:message:send", "omni-failover:message:send"]),
        permission("messages/read-inbound", "Read incoming messages")
            .about("Read what customers wrote, outside of Conversations.")
            .on("channel")
            .provides(&[
                "inbound-message:read",
                "sms:inbound-message:read",
                "mms:inbound-message:read",
                "whatsapp:inbound-message:read",
                "mobile-app-messaging:inbound-message:read",
            ]),
        permission("messages/full-api", "Use the full Messages and failover APIs")
            .about("Do from programs all that the APIs across channels offer.")
            .on("channel")
            .provides(&["messages-api:manage", "omni-failover:manage"]),
        permission("sending-strategy/manage", "Manage sending strategy")
            .about("Set how the sender of a message is picked.")
            .requires(&["sending-strategy"])
            .provides(&["sending-strategy:manage"]),
        permission("stop-lists/manage", "Manage stop lists")
            .about("See, add, and remove addresses that must not be contacted.")
            .requires(&["stop-list"])
            .provides(&["blocklist:manage"]),
    ]);

pub(super) const RCS_VIBER: Section<'static> = section("rcs-viber", "RCS and Viber")
    .about("Rich business messages in the phone's inbox and in Viber.")
    .permissions(&[
        permission("rcs/send", "Send RCS messages")
            .about("Send rich messages from RCS senders.")
            .requires(&["rcs"])
            .on("channel")
            .provides(&["rcs:message:send", "rbm-maap:message:send"]),
        permission("rcs/full-api", "Use the full RCS API")
            .about("Send and read logs of RCS from programs.")
            .requires(&["rcs"])
            .on("channel")
            .provides(&["rcs:manage", "rbm-maap:manage"]),
        permission("viber/send", "Send Viber messages")
            .about("Send Viber business messages and answer as a Viber bot.")
            .requires(&["viber"])
            .on("channel")
            .provides(&["viber-bm:message:send", "viber-bot:message:send"]),
        permission("viber/full-api", "Use the full Viber API")
            .about("Send, configure, and read logs of Viber from programs.")
            .requires(&["viber"])
            .on("channel")
            .provides(&["viber-bm:manage", "viber-bot:manage"]),
    ]);

pub(super) const CHAT_APPS: Section<'static> = section("chat-apps", "Chat apps")
    .about("Apple, Google, Instagram, Messenger, TikTok, KakaoTalk, LINE, and Zalo.")
    .permissions(&[
        permission("chat-apps/send", "Send in chat apps")
            .about("Send messages in the connected chat apps.")
            .requires(&["chat-apps"])
            .on("channel")
            .provides(&[
                "apple-mfb:message:send",
                "google-bm:message:send",
                "instagram:message:send",
                "messenger:message:send",
                "tiktok:message:send",
                "kakao:message:send",
                "line:message:send",
                "zalo:message:send",
            ]),
        permission("chat-apps/full-api", "Use the full chat app APIs")
            .about("Send, configure, and read logs of chat apps from programs.")
            .requires(&["chat-apps"])
            .on("channel")
            .provides(&[
                "apple-mfb:manage",
                "google-bm:manage",
                "instagram:manage",
                "messenger:manage",
                "tiktok:manage",
                "kakao:manage",
                "line:manage",
                "zalo:manage",
            ]),
        permission("zalo-follower/send", "Message Zalo followers")
            .about("Send messages to those who follow the company on Zalo.")
            .requires(&["zalo-follower"])
            .on("channel")
            .provides(&["zalo-follower:message:send"]),
        permission("zalo-follower/full-api", "Use the full Zalo follower API")
            .about("Send, configure, and read logs of messages to Zalo followers from programs.")
            .requires(&["zalo-follower"])
            .on("channel")
            .provides(&["zalo-follower:manage"]),
    ]);
