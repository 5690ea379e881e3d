//! What was spent and what came of it.

use crate::catalog::table::{Section, permission, section};

// No scope: balances are read with `account-management:manage`, which opens far more.
pub(super) const BILLING: Section<'static> =
    section("billing", "Billing").about("Balance, payments, and costs.").permissions(&[
        permission("balance/view", "View balance")
            .about("See the balance of the account and its sub-accounts."),
        permission("balance/top-up", "Top up balance").about("Add money to the balance."),
        permission("billing/payment-methods", "Manage payment methods")
            .about("Add and remove cards and other means of payment, and set automatic top-up."),
        permission("billing/costs", "View costs and invoices")
            .about("See prices, usage, what it cost, and invoices.")
            .provides(&["billing:usage:view"]),
        permission("billing/analytics", "View financial analytics")
            .about("Follow spending by channel, account, and time."),
    ]);

pub(super) const ANALYZE: Section<'static> = section("analyze", "Analyze")
    .about("Dashboards, reports, metrics, and logs of all traffic. Conversations has its own.")
    .permissions(&[
        permission("dashboards/view", "View dashboards")
            .about("Open dashboards that were made for the account.")
            .requires(&["dashboards"]),
        permission("dashboards/manage", "Manage dashboards")
            .about("Create, arrange, share, and delete dashboards.")
            .requires(&["dashboards"]),
        permission("reports/view", "View reports")
            .about("Open reports, filtered by account, user, channel, and time.")
            .requires(&["reports"]),
        permission("reports/create", "Create reports")
            .about("Define, change, and delete reports.")
            .requires(&["reports"]),
        permission("reports/schedule", "Schedule reports")
            .about("Have reports made regularly and mailed to a list of people.")
            .requires(&["reports", "recurring-reports"]),
        permission("reports/export", "Export traffic data")
            .about("Download raw traffic data, or send it to other systems and storage.")
            .requires(&["data-export"]),
        permission("metrics/view", "View channel metrics")
            .about("See volume, delivery, and engagement by channel.")
            .requires(&["insights"])
            .provides(&["insights:read"]),
        permission("metrics/query", "Query metrics from programs")
            .about("Query traffic, summed up by channel, status, and time, through the API.")
            .requires(&["insights"])
            .provides(&["metrics:manage"]),
        // One right for every channel, as the screen is one. It can be limited by channel; scopes follow
        // no limit (L6), but a custom role can withhold some.
        permission("logs/view", "View logs")
            .about("Find messages and calls, their delivery, and why they failed.")
            .requires(&["logs"])
            .on("channel")
            .provides(&[
                "omni-failover:logs:read",
                "sms:logs:read",
                "mms:logs:read",
                "email:logs:read",
                "whatsapp:logs:read",
                "rcs:logs:read",
                "viber-bm:logs:read",
                "viber-bot:logs:read",
                "apple-mfb:logs:read",
                "google-bm:logs:read",
                "instagram:logs:read",
                "messenger:logs:read",
                "tiktok:logs:read",
                "kakao:logs:read",
                "zalo:logs:read",
                "mobile-app-messaging:logs:read",
                "calls:logs:read",
                "voice:logs:read",
                "voice-message:logs:read",
                "number-lookup:logs:read",
                "voice-reports:read",
                "error-codes:read",
            ]),
    ]);
