//! Sending over channels, one section per group of channels.
//!
//! An endpoint that sends on one channel asks for any of two rights: to send on every channel, or on its
//! own. Full API access stands apart from both: a `:manage` scope opens setup *and* sending, so whoever
//! sets up channels must not get one.

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
        permission("blocklist/manage", "Manage blocklist")
            .about("See, add, and remove addresses that must not be contacted.")
            .requires(&["blocklist"])
            .provides(&["blocklist:manage"]),
        permission("short-links/domains", "Manage short link domains")
            .about("Add and remove domains for shortened links.")
            .requires(&["short-links"])
            .provides(&["branded-domains:manage"]),
    ]);

pub(crate) const SMS_MMS: Section<'static> =
    section("sms-mms", "SMS and MMS").about("Text and picture messages.").permissions(&[
        permission("sms/send", "Send SMS")
            .about("Send SMS, at once or scheduled.")
            .requires(&["sms"])
            .on("channel")
            .provides(&["sms:message:send"]),
        permission("sms/full-api", "Use the full SMS API")
            .about("Send, reschedule, configure, and read logs of SMS from programs.")
            .requires(&["sms"])
            .on("channel")
            .provides(&["sms:manage"]),
        permission("mms/send", "Send MMS")
            .about("Send picture messages.")
            .requires(&["mms"])
            .on("channel")
            .provides(&["mms:message:send"]),
        permission("mms/full-api", "Use the full MMS API")
            .about("Send, configure, and read logs of MMS from programs.")
            .requires(&["mms"])
            .on("channel")
            .provides(&["mms:manage"]),
    ]);

pub(crate) const EMAIL: Section<'static> = section("email", "Email")
    .about("Email from the account's own domains. Templates are listed with content.")
    .permissions(&[
        permission("email/send", "Send email")
            .about("Send email, at once or scheduled.")
            .requires(&["email"])
            .on("channel")
            .provides(&["email:message:send"]),
        // No scope for setup: only `email:manage` opens the API for it, and that sends.
        permission("email/domains", "Manage email domains")
            .about("Add, verify, and remove sending domains and dedicated addresses.")
            .requires(&["email"]),
        permission("email/suppressions", "Manage email suppressions")
            .about("See and change which addresses get no email after bounces and complaints.")
            .requires(&["email"]),
        permission("email/full-api", "Use the full email API")
            .about("Send, validate, configure, and read logs of email from programs.")
            .requires(&["email"])
            .on("channel")
            .provides(&["email:manage"]),
    ]);

pub(crate) const WHATSAPP: Section<'static> = section("whatsapp", "WhatsApp")
    .about("WhatsApp messages. Templates are listed with content, senders with channel setup.")
    .permissions(&[
        permission("whatsapp/send", "Send WhatsApp messages")
            .about("Send messages and templates from WhatsApp senders.")
            .requires(&["whatsapp"])
            .on("channel")
            .provides(&["whatsapp:message:send"]),
        permission("whatsapp/conversions", "Report WhatsApp conversions")
            .about("Tell Meta what people did after a WhatsApp ad.")
            .requires(&["whatsapp"])
            .on("channel")
            .provides(&["whatsapp:conversions"]),
        permission("whatsapp/full-api", "Use the full WhatsApp API")
            .about("Send, and manage templates, senders, and media, from programs.")
            .requires(&["whatsapp"])
            .on("channel")
            .provides(&["whatsapp:manage"]),
    ]);

pub(super) const RCS_VIBER: Section<'static> = section("rcs-viber", "RCS and Viber")
    .about("Rich business messages in the phone's inbox and in Viber.")
    .permissions(&[
        permission("rcs/send", "Send RCS messages")
            .about("Send rich messages from RCS senders.")
            .requires(&["rcs"])
            .on("channel")
            .provides(&["rcs:message:send", "rbm-maap:message:send"]),
        permission("rcs/senders", "Set up RCS senders")
            .about("Register RCS senders, test numbers, and templates.")
            .requires(&["rcs"])
            .on("channel")
            .provides(&["rcs:provision"]),
        permission("rcs/full-api", "Use the full RCS API")
            .about("Send, set up senders, and read logs of RCS from programs.")
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
    .about(
        "Apple, Google, Instagram, Messenger, TikTok, KakaoTalk, LINE, and Zalo. Limit by channel to \
            pick.",
    )
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
    ]);

pub(crate) const MOBILE_WEB: Section<'static> = section("mobile-web", "Mobile apps, web push, and live chat")
    .about("Messages in the company's own apps and web pages.")
    .permissions(&[
        permission("mobile-push/send", "Send mobile push")
            .about("Send push and in-app messages.")
            .requires(&["mobile-app-messaging"])
            .on("channel")
            .provides(&["mobile-app-messaging:send"]),
        permission("mobile-push/setup", "Set up mobile applications")
            .about("Register mobile applications and their push certificates.")
            .requires(&["mobile-app-messaging"]),
        permission("mobile-push/full-api", "Use the full mobile messaging API")
            .about("Send, register, and read logs of mobile push from programs.")
            .requires(&["mobile-app-messaging"])
            .on("channel")
            .provides(&["mobile-app-messaging:manage"]),
        permission("web-push/send", "Send web push")
            .about("Send push messages to browsers.")
            .requires(&["web-push"])
            .on("channel")
            .provides(&["web-push:send"]),
        permission("web-push/full-api", "Use the full web push API")
            .about("Send and configure web push from programs.")
            .requires(&["web-push"])
            .on("channel")
            .provides(&["web-push:manage"]),
        permission("live-chat/setup", "Set up live chat")
            .about("Create and style chat windows for web pages and apps, and end sessions of visitors.")
            .requires(&["live-chat"])
            .provides(&["live-chat:manage"]),
    ]);
