//! Chatbots, the first AI tools, and knowledge.

use crate::catalog::table::{Section, permission, section};

pub(super) const ANSWERS: Section<'static> = section("answers", "Answers")
    .about("Chatbots: seen, built, and authorized for customers.")
    .permissions(&[
        permission("answers/view-dashboard", "View chatbots")
            .about("See which chatbots there are, on which channels, and whether they are active.")
            .requires(&["answers"]),
        permission("answers/view-detailed", "View chatbots in detail")
            .about("Look into chatbots, at their dialogs, intents, and training, without changing them.")
            .requires(&["answers"]),
        permission("answers/analytics", "View chatbot analytics")
            .about("See sessions, use, and results of chatbots.")
            .requires(&["answers"]),
        permission("answers/create-and-edit", "Create and edit chatbots")
            .about("Create chatbots, change them, and delete those that are not active.")
            .requires(&["answers"]),
        permission("answers/test", "Test chatbots")
            .about("Talk to a chatbot before customers do.")
            .requires(&["answers"])
            .provides(&["answers:testing"]),
        permission("answers/activate-and-deactivate", "Activate and deactivate chatbots")
            .about("Authorize chatbots for customers, and take them away.")
            .requires(&["answers"]),
        permission("answers/audit-log", "View the audit log of Answers")
            .about("See who changed or activated which chatbot. The account has a log of its own.")
            .requires(&["answers"]),
        permission("answers/embed", "Embed Answers")
            .about("Set up Answers inside a partner's product.")
            .requires(&["answers", "embedded-answers"])
            .provides(&["onboarding:manage"]),
        permission("answers/full-api", "Use the full Answers API")
            .about("Build, test, and activate chatbots from programs.")
            .requires(&["answers"])
            .provides(&["answers:manage"]),
    ]);

pub(super) const AI_HUB: Section<'static> = section("ai-hub", "AI Hub")
    .about("Tools driven by language models.")
    .permissions(&[permission("ai-hub/use", "Use AI tools")
        .about("See which AI tools there are, and ask them, from the web interface or from programs.")
        .requires(&["ai-hub"])
        .provides(&["ai:agents:query", "ai:read"])]);

pub(super) const KNOWLEDGE: Section<'static> = section("knowledge-base", "Knowledge Base")
    .about("Articles for colleagues, customers, and bots.")
    .permissions(&[
        permission("articles/read", "Read articles")
            .about("Search and read what has been published.")
            .requires(&["knowledge-base"]),
        permission("articles/view-drafts", "View drafts")
            .about("Read articles that are not published, and earlier versions.")
            .requires(&["knowledge-base"]),
        permission("articles/edit", "Create and edit articles")
            .about("Write articles, change them and their attachments, and delete them.")
            .requires(&["knowledge-base"]),
        permission("articles/publish", "Publish articles")
            .about("Publish articles and take them back.")
            .requires(&["knowledge-base"]),
        permission("articles/configure", "Configure the Knowledge Base")
            .about("Set up the categories, folders, and tags of articles.")
            .requires(&["knowledge-base"]),
    ]);
