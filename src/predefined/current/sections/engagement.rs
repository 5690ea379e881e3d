//! Broadcast, Flow, and Forms: what reaches many people.

use crate::catalog::table::{Section, permission, section};

pub(super) const CAMPAIGNS: Section<'static> = section("campaigns", "Broadcast campaigns")
    .about("From the first draft to the results, with the steps that different people may take.")
    .permissions(&[
        permission("campaigns/view", "View campaigns")
            .about("See campaigns, their content, audience, tags, status, and results.")
            .requires(&["broadcast"])
            .provides(&["campaign-tags:view"]),
        permission("campaigns/edit", "Create and edit campaigns")
            .about("Create, copy, and change campaigns that were not sent yet. Does not send them.")
            .requires(&["broadcast"]),
        permission("campaigns/audience", "Choose campaign audiences")
            .about("Upload recipients of a campaign, or pick segments of People.")
            .requires(&["broadcast"]),
        permission("campaigns/delete", "Delete campaigns")
            .about("Delete drafts and finished campaigns.")
            .requires(&["broadcast"]),
        permission("campaigns/tags", "Manage campaign tags")
            .about("Create, change, and delete the tags that group campaigns.")
            .requires(&["broadcast"])
            .provides(&["campaign-tags:manage"]),
        permission("campaigns/test", "Send test messages")
            .about("Send a draft to registered test recipients.")
            .requires(&["broadcast"])
            .on("channel"),
        // Making and approving are two rights so that an account can forbid one person to have both (G4).
        permission("campaigns/approve", "Approve campaigns")
            .about("Check campaigns that others prepared, and sign them off or return them.")
            .requires(&["broadcast"]),
        // No scope: a campaign goes out with the content and audience prepared for it, which no sending
        // scope says.
        permission("campaigns/send", "Send campaigns")
            .about("Launch, schedule, and resume prepared campaigns.")
            .requires(&["broadcast"])
            .on("channel"),
        permission("campaigns/stop", "Stop campaigns")
            .about("Pause and cancel campaigns that are scheduled or being sent.")
            .requires(&["broadcast"]),
        permission("campaigns/settings", "Manage Broadcast settings")
            .about("Require approval, and set sending hours and limits per recipient.")
            .requires(&["broadcast"]),
    ]);

pub(super) const FLOWS: Section<'static> = section("flows", "Flows")
    .about("Journeys that send messages when customers do something. Launching is apart from designing.")
    .permissions(&[
        permission("flows/view", "View flows")
            .about("See flows, their versions, participants, and results.")
            .requires(&["flow"])
            .provides(&["flow:read"]),
        permission("flows/edit-draft", "Create and design draft flows")
            .about("Create flows and change their drafts. A running flow stays as it is.")
            .requires(&["flow"]),
        permission("flows/delete-draft", "Delete draft flows")
            .about("Delete flows that are not running.")
            .requires(&["flow"]),
        permission("flows/launch", "Launch flows")
            .about("Make a finished draft start to run.")
            .requires(&["flow"]),
        permission("flows/stop", "Stop flows")
            .about("Pause, stop, and cancel running flows.")
            .requires(&["flow"]),
        // `flow:control` launches as well as stops, so neither of the two rights above provides it.
        permission("flows/control-api", "Launch and stop flows from programs")
            .about("Launch, stop, and cancel flows through the API.")
            .requires(&["flow"])
            .provides(&["flow:control"]),
        permission("flows/participants", "Manage participants of running flows")
            .about("Add people to running flows and take them out.")
            .requires(&["flow"])
            .provides(&["flow:use"]),
        // `flow:manage` does not cover `flow:control` (C3), but it reaches into running flows as well as
        // drafts.
        permission("flows/full-api", "Use the full Flow API")
            .about("Use the API for flows and their participants, except launching and stopping.")
            .requires(&["flow"])
            .provides(&["flow:manage"]),
    ]);

pub(crate) const FORMS: Section<'static> =
    section("forms", "Forms").about("Questionnaires and sign-up forms for customers.").permissions(&[
        permission("forms/view", "View forms")
            .about("See forms and how they perform, without what people answered.")
            .requires(&["forms"]),
        permission("forms/edit", "Create and edit forms")
            .about("Create, change, and delete forms that are not published.")
            .requires(&["forms"]),
        permission("forms/publish", "Publish forms")
            .about("Put forms online and take them off again.")
            .requires(&["forms"]),
        permission("forms/responses", "View form responses")
            .about("See and export what people submitted.")
            .requires(&["forms"])
            .provides(&["forms:read"]),
        permission("forms/submit", "Submit forms from programs")
            .about("Show forms and submit answers through the API.")
            .requires(&["forms"])
            .provides(&["forms:use"]),
        permission("forms/full-api", "Use the full forms API")
            .about("Do with forms from programs all that the API offers.")
            .requires(&["forms"])
            .provides(&["forms:manage"]),
    ]);
