//! What was spent and what came of it.

use crate::catalog::table::{Section, permission, section};

pub(super) const FINANCE: Section<'static> =
    section("finance", "Finance").about("Balance, payments, and costs.").permissions(&[
        permission("balance/view", "View balance")
            .about("See the balance of the account and its sub-accounts."),
        permission("payments/manage", "Manage payments")
            .about("Top up the balance, and set the means of payment."),
        permission("costs/view", "View communication costs")
            .about("See prices, what was used of everything, and what it cost."),
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
        permission("data/download", "Download traffic data")
            .about("Download files of raw traffic data.")
            .requires(&["data-export"]),
        permission("data/exchange", "Exchange traffic data")
            .about("Have raw traffic data delivered to other systems and storage.")
            .requires(&["data-export"]),
        permission("metrics/query", "Query metrics from programs")
            .about("Query traffic, summed up by channel, status, and time, through the API.")
            .requires(&["analyze"])
            .provides(&["metrics:manage"]),
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
                "zalo-follower:logs:read",
                "mobile-app-messaging:logs:read",
                "calls:logs:read",
                "voice:logs:read",
                "voice-message:logs:read",
                "number-lookup:logs:read",
                "voice-reports:read",
                "error-codes:read",
            ]),
    ]);
