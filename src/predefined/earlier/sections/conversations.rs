//! Conversations, the contact center.
//!
//! Every permission consumes a seat: watching without one came later. Nothing here is exercised on a queue, which
//! roles could not be limited to.

use crate::catalog::table::{Section, permission, section};

pub(super) const INBOX: Section<'static> = section("conversations", "Conversations")
    .about("Reading and answering what customers write. Agents need their own, managers all of them.")
    .permissions(&[
        permission("conversations/manage-assigned", "Manage own conversations")
            .about("Read, annotate, and hand over conversations assigned to oneself.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/answer-assigned", "Answer own conversations")
            .about("Write to the customer in conversations assigned to oneself.")
            .requires(&["conversations"])
            .on("channel")
            .seat("conversations"),
        permission("conversations/manage-all", "Manage all conversations")
            .about("Read, answer, and reassign conversations, whoever they are assigned to.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/start", "Start conversations")
            .about("Write to a customer first.")
            .requires(&["conversations"])
            .on("channel")
            .seat("conversations"),
        permission("conversations/monitor", "Monitor agents")
            .about("See live what agents do, listen in on their calls, and set who is available.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/recordings", "Play conversation recordings")
            .about("Play recorded calls and meetings of conversations.")
            .requires(&["conversations", "call-recording"])
            .on("queue")
            .seat("conversations"),
    ]);

pub(super) const SETUP: Section<'static> = section("conversations-setup", "Conversations setup")
    .about("Queues, routes, and the apps that agents work with.")
    .permissions(&[
        // Most of what is a setting of Conversations now was configured in an app of the marketplace.
        permission("conversations/apps", "Configure Conversations apps")
            .about("Set up and configure the apps for Conversations that the marketplace has.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/queues", "Manage queues")
            .about("Create, change, and delete queues.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/routing", "Manage routes")
            .about("Set which queue a conversation goes to, and which agent gets it.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/agents", "Manage agent settings")
            .about("Set which queues agents serve, their skills, and how much they take on.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/working-hours", "Manage working hours")
            .about("Set opening hours, holidays, and service-level targets.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/tags", "Manage conversation tags")
            .about("Create, change, and delete the tags that agents may use.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/reply-templates", "Manage reply templates")
            .about("Write, change, and delete ready-made replies.")
            .requires(&["conversations"])
            .on("template")
            .seat("conversations"),
        permission("conversations/full-api", "Use the full Conversations API")
            .about("Read, reply, and set up Conversations from programs.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations")
            .provides(&["conversations:manage"]),
    ]);

pub(super) const ANALYTICS: Section<'static> = section("conversations-analytics", "Conversations analytics")
    .about("How well conversations go, and their data for other systems.")
    .permissions(&[
        permission("conversations/dashboards", "View Conversations dashboards")
            .about("Follow load, response times, satisfaction, and agents.")
            .requires(&["conversations", "dashboards"])
            .seat("conversations"),
        permission("conversations/reports", "Manage Conversations reports")
            .about("Create, open, and delete reports about Conversations.")
            .requires(&["conversations", "reports"])
            .seat("conversations"),
        permission("conversations/schedule-reports", "Schedule Conversations reports")
            .about("Have these reports made regularly and mailed to a list of people.")
            .requires(&["conversations", "reports", "recurring-reports"])
            .seat("conversations"),
        permission("conversations/data-exchange", "Exchange Conversations data")
            .about("Deliver data of conversations to other systems and storage.")
            .requires(&["conversations", "data-export"])
            .seat("conversations"),
    ]);
