//! Broadcast and flows: what reaches many people.

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
        permission("campaigns/audience", "Define campaign audiences")
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
        permission("campaigns/approve", "Approve campaigns")
            .about("Check campaigns that others prepared, and sign them off or return them.")
            .requires(&["broadcast"]),
        permission("campaigns/launch", "Launch campaigns")
            .about("Send prepared campaigns, at once or at a later time.")
            .requires(&["broadcast"])
            .on("channel"),
        permission("campaigns/stop", "Stop campaigns")
            .about("Pause and cancel campaigns that are scheduled or being sent.")
            .requires(&["broadcast"]),
        permission("campaigns/settings", "Manage Broadcast settings")
            .about("Set sending hours, limits per recipient, and whether campaigns are checked first.")
            .requires(&["broadcast"]),
    ]);

pub(super) const FLOWS: Section<'static> = section("flows", "Flows")
    .about("Journeys that send messages when customers do something.")
    .permissions(&[
        permission("flows/view", "View flows")
            .about("See flows, their versions, participants, and results.")
            .requires(&["moments"])
            .provides(&["flow:read"]),
        permission("flows/edit", "Create and design flows")
            .about("Create flows, change their design, and delete those that do not run.")
            .requires(&["moments"]),
        permission("flows/execute", "Execute flows")
            .about("Launch flows, and pause, stop, and cancel them; from programs, too.")
            .requires(&["moments"])
            .provides(&["flow:control"]),
        permission("flows/participants", "Manage participants of running flows")
            .about("Add people to running flows and take them out.")
            .requires(&["moments"])
            .provides(&["flow:use", "moments:people:flow:manage"]),
        permission("flows/full-api", "Use the full Flow API")
            .about("Use the API for flows and their participants, except launching and stopping.")
            .requires(&["moments"])
            .provides(&["flow:manage"]),
        permission("flows/moments-api", "Use the Moments API")
            .about("Use the API of Moments as it was before it was divided, for programs not moved yet.")
            .requires(&["moments"])
            .provides(&["moments:manage"]),
    ]);
