//! What must be in place before anything is sent: numbers, and what the marketplace has.

use crate::catalog::table::{Section, permission, section};

pub(super) const NUMBERS: Section<'static> =
    section("numbers", "Numbers").about("Phone numbers to send from and be called on.").permissions(&[
        permission("numbers/view", "View numbers")
            .about("See the account's numbers and how they are configured.")
            .requires(&["number-configuration"]),
        permission("numbers/buy-sms", "Buy numbers for SMS")
            .about("Search, buy, and renew numbers for text messages, at a price.")
            .requires(&["number-configuration"]),
        permission("numbers/buy-voice", "Buy numbers for voice")
            .about("Search, buy, and renew numbers for calls, at a price.")
            .requires(&["number-configuration"]),
        permission("numbers/release", "Release numbers")
            .about("Give numbers back. Others may get them.")
            .requires(&["number-configuration"]),
        permission("numbers/configure", "Configure numbers")
            .about("Set what happens to messages and calls that come in, and group numbers into pools.")
            .requires(&["number-configuration"]),
        permission("numbers/registration", "Register brands and documents")
            .about("Register brands and campaigns where a country demands it, and file documents.")
            .requires(&["number-configuration"]),
        permission("numbers/full-api", "Use the full numbers API")
            .about("Buy, configure, register, and release numbers from programs.")
            .requires(&["number-configuration"])
            .provides(&["numbers:manage"]),
    ]);

pub(super) const INTEGRATIONS: Section<'static> = section("marketplace", "Marketplace and integrations")
    .about("Third-party services, databases, and programs that work with the account.")
    .permissions(&[
        permission("marketplace/view", "View the marketplace")
            .about("See what the marketplace offers and what is set up.")
            .requires(&["marketplace"]),
        permission("marketplace/set-up", "Set up products of the marketplace")
            .about("Connect third-party services, configure them, and disconnect them.")
            .requires(&["marketplace"])
            .on("service"),
        permission("marketplace/full-api", "Use the full integrations API")
            .about("Connect and configure cloud services and ads from programs.")
            .requires(&["marketplace"])
            .on("service")
            .provides(&["saas:integrations:manage", "saas:tiktok-ads:manage"]),
        permission("databases/connect", "Connect databases")
            .about("Connect, change, and disconnect databases and file storage.")
            .requires(&["data-sources"]),
        permission("webhooks/manage", "Manage event subscriptions")
            .about("Set which events are delivered to the company's systems, and where.")
            .provides(&["subscriptions:manage"]),
        permission("applications/manage", "Manage applications and entities")
            .about("Create and change applications and entities, which divide the traffic.")
            .requires(&["applications"])
            .on("service")
            .provides(&["application-entity:manage"]),
    ]);
