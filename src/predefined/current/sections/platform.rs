//! What must be in place before anything is sent: numbers, senders, integrations; and checks of numbers.

use crate::catalog::table::{Section, permission, section};

pub(super) const NUMBERS: Section<'static> =
    section("numbers", "Numbers").about("Phone numbers to send from and be called on.").permissions(&[
        permission("numbers/view", "View numbers")
            .about("See the account's numbers and how they are configured.")
            .requires(&["numbers"]),
        permission("numbers/purchase", "Buy numbers")
            .about("Search, buy, and renew numbers, at a price.")
            .requires(&["numbers"]),
        permission("numbers/release", "Release numbers")
            .about("Give numbers back. Others may get them.")
            .requires(&["numbers"]),
        permission("numbers/configure", "Configure numbers")
            .about("Set what happens to messages and calls that come in, and group numbers into pools.")
            .requires(&["numbers"]),
        permission("numbers/registration", "Register brands and documents")
            .about("Register brands and campaigns where a country demands it, and file documents.")
            .requires(&["numbers"]),
        permission("numbers/full-api", "Use the full numbers API")
            .about("Buy, configure, register, and release numbers from programs.")
            .requires(&["numbers"])
            .provides(&["numbers:manage"]),
    ]);

pub(crate) const CHANNELS: Section<'static> = section("channels", "Channel setup")
    .about("Connecting channels and registering senders. Some channels have more in their own sections.")
    .permissions(&[
        permission("channels/view", "View channels")
            .about("See connected channels, their senders, and their status."),
        permission("channels/setup", "Set up channels")
            .about("Connect channels, and register, verify, and remove senders.")
            .on("channel"),
        permission("resource-requests/view", "View resource requests")
            .about("See orders of numbers and senders, and how far they got.")
            .requires(&["resource-requests"])
            .provides(&["resource-request-hub:read"]),
        permission("resource-requests/submit", "Manage resource requests")
            .about("File, change, and withdraw orders of numbers and senders.")
            .requires(&["resource-requests"])
            .provides(&["resource-request-hub:manage"]),
    ]);

pub(super) const INTEGRATIONS: Section<'static> = section("integrations", "Integrations")
    .about("Third-party services, databases, and programs that work with the account.")
    .permissions(&[
        permission("integrations/view", "View integrations")
            .about("See the marketplace and what is connected.")
            .requires(&["exchange"]),
        permission("integrations/install", "Connect and remove services")
            .about("Connect third-party services from the marketplace, and disconnect them.")
            .requires(&["exchange"])
            .on("service"),
        permission("integrations/configure", "Configure services")
            .about("Change settings and credentials of connected services.")
            .requires(&["exchange"])
            .on("service"),
        permission("integrations/full-api", "Use the full integrations API")
            .about("Connect and configure cloud services and ads from programs.")
            .requires(&["exchange"])
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

pub(crate) const PINS: Section<'static> = section("one-time-pins", "One-time PINs (2FA)")
    .about("PINs for the company's customers. Login of users of this account is under security.")
    .permissions(&[
        // No scope: `2fa:manage` is the only one for applications and templates, and it sends.
        permission("2fa/configure", "Configure PIN applications")
            .about("Set up PIN applications, their limits, and message templates.")
            .requires(&["2fa"]),
        permission("2fa/send-pin", "Send and verify PINs")
            .about("Send one-time PINs to customers, and check what they type.")
            .requires(&["2fa"])
            .on("channel")
            .provides(&["2fa:pin:send"]),
        permission("2fa/full-api", "Use the full 2FA API")
            .about("Configure, send, and resend PINs from programs.")
            .requires(&["2fa"])
            .on("channel")
            .provides(&["2fa:manage", "2fa:pin:manage"]),
    ]);

pub(crate) const CHECKS: Section<'static> = section("number-checks", "Number checks and identity")
    .about("What can be learned of phone numbers and the people behind them.")
    .permissions(&[
        permission("number-lookup/query", "Look up numbers")
            .about("Ask networks whether numbers are reachable and who serves them, at a price.")
            .requires(&["number-lookup"])
            .provides(&["number-lookup:send"]),
        permission("number-lookup/activation", "Check number activation")
            .about("Check whether numbers are active.")
            .requires(&["number-lookup"])
            .provides(&["number-activation-state:read"]),
        permission("number-lookup/full-api", "Use the full number lookup API")
            .about("Look up numbers and read the logs of it from programs.")
            .requires(&["number-lookup"])
            .provides(&["number-lookup:manage"]),
        permission("number-risk/score", "Score number risk")
            .about("Score how likely numbers mean fraud.")
            .requires(&["number-risk"])
            .provides(&["number-risk-score:manage"]),
        permission("mobile-identity/verify", "Verify mobile identity")
            .about("Check personal data of customers with their mobile operator.")
            .requires(&["mobile-identity"])
            .provides(&["mobile-identity:manage"]),
        permission("biometrics/verify", "Verify people by biometrics")
            .about("Check faces and documents of customers.")
            .requires(&["biometrics"])
            .provides(&["biometrics:manage"]),
        permission("signals/configure", "Configure fraud protection")
            .about("Set how Signals detects and blocks artificially inflated traffic.")
            .requires(&["signals"])
            .provides(&["signals:manage"]),
    ]);
