//! Conversations, the contact center.
//!
//! Every permission consumes a seat except viewing assigned queues (C9), which is all that the viewer
//! holds. No other section carries this seat, so no other role consumes one.

use crate::catalog::table::{Section, permission, section};

pub(super) const INBOX: Section<'static> = section("conversations", "Conversations")
    .about("Reading and answering what customers write. Agents need their own, supervisors all of them.")
    .permissions(&[
        // Which queues somebody is assigned to is the reach of the role, or a list the host keeps. No
        // scope: `conversations:read` opens every conversation.
        permission("conversations/view-queue", "Monitor assigned queues")
            .about("Read along in the queues one is assigned to. Changes nothing and takes no seat.")
            .requires(&["conversations"])
            .on("queue"),
        permission("conversations/view-assigned", "View own conversations")
            .about("Read the conversations assigned to oneself.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/reply-assigned", "Reply in own conversations")
            .about("Answer conversations assigned to oneself, set their status, and close them.")
            .requires(&["conversations"])
            .on("channel")
            .seat("conversations"),
        permission("conversations/transfer", "Transfer own conversations")
            .about("Hand one's own conversations to another agent or queue.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/annotate", "Add notes and tags")
            .about("Add internal notes and tags to conversations that one may answer.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/view-all", "View all conversations")
            .about("Read any conversation, whoever it is assigned to.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations")
            .provides(&["conversations:read"]),
        // On a queue, as all that a supervisor does, so that a limit to queues leaves no way around it.
        permission("conversations/reply-any", "Reply in any conversation")
            .about("Answer and close conversations, whoever they are assigned to.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/start", "Start conversations")
            .about("Write to a customer first.")
            .requires(&["conversations"])
            .on("channel")
            .seat("conversations"),
        permission("conversations/reassign", "Reassign any conversation")
            .about("Assign any conversation to another agent or queue, and change its priority.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/monitor", "Monitor agents")
            .about("See live what agents do, and listen in on their calls.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/agent-status", "Change agents' availability")
            .about("Set agents available, away, or offline.")
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
    .about("Queues, routes, and other settings that agents work with.")
    .permissions(&[
        permission("conversations/queues", "Manage queues")
            .about("Create, change, and delete queues.")
            .requires(&["conversations"])
            .on("queue")
            .seat("conversations"),
        permission("conversations/routing", "Manage routes")
            .about("Set which queue a conversation goes to, and which agent gets it.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/automations", "Manage automations")
            .about("Define what happens by itself, such as greetings, reminders, and closing.")
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
        permission("conversations/surveys", "Manage surveys")
            .about("Set when and how customers are asked about their satisfaction.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/bots", "Connect bots")
            .about("Set which bots take conversations, and when they hand over to agents.")
            .requires(&["conversations"])
            .seat("conversations"),
        permission("conversations/settings", "Manage general settings")
            .about("Change what applies to all conversations, such as channels, capacity, and privacy.")
            .requires(&["conversations"])
            .seat("conversations"),
        // `conversations:manage` joins setup and replying, which the roles keep apart, so no role provides
        // it.
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
            .about("Deliver data of conversations to other systems, by export or through the API.")
            .requires(&["conversations", "data-export"])
            .seat("conversations")
            .provides(&["conversations:read"]),
    ]);
