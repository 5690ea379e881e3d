//! Chatbots, AI agents, and the knowledge they draw on.

use crate::catalog::table::{Section, permission, section};

pub(super) const CHATBOTS: Section<'static> = section("chatbots", "Chatbots")
    .about("Chatbots in Answers. Activating is apart from designing.")
    .permissions(&[
        permission("chatbots/view", "View chatbots")
            .about("See which chatbots there are, on which channels, and whether they are active.")
            .requires(&["answers"]),
        permission("chatbots/view-design", "View chatbot design")
            .about("Look into chatbots, at their dialogs, intents, and training, without changing them.")
            .requires(&["answers"]),
        permission("chatbots/analytics", "View chatbot analytics")
            .about("See sessions, use, and results of chatbots.")
            .requires(&["answers"]),
        permission("chatbots/create", "Create chatbots")
            .about("Create chatbots, new or as copies.")
            .requires(&["answers"]),
        permission("chatbots/edit", "Edit chatbots")
            .about("Change dialogs, intents, and training. What is active stays until activated anew.")
            .requires(&["answers"]),
        permission("chatbots/delete", "Delete chatbots")
            .about("Delete chatbots that are not active.")
            .requires(&["answers"]),
        permission("chatbots/test", "Test chatbots")
            .about("Talk to a chatbot before customers do.")
            .requires(&["answers"])
            .provides(&["answers:testing"]),
        permission("chatbots/activate", "Activate chatbots")
            .about("Make a chatbot, or its newest version, available to customers.")
            .requires(&["answers"]),
        permission("chatbots/deactivate", "Deactivate chatbots")
            .about("Take a chatbot away from customers.")
            .requires(&["answers"]),
        permission("chatbots/embed", "Embed Answers")
            .about("Set up Answers inside a partner's product.")
            .requires(&["answers", "embedded-answers"])
            .provides(&["onboarding:manage"]),
        permission("chatbots/full-api", "Use the full Answers API")
            .about("Build, test, and activate chatbots from programs.")
            .requires(&["answers"])
            .provides(&["answers:manage"]),
    ]);

pub(super) const AI_AGENTS: Section<'static> = section("ai-agents", "AI agents")
    .about("Assistants driven by language models, and access for AI clients.")
    .permissions(&[
        permission("ai-agents/view", "View AI agents")
            .about("See AI agents and AI tools, and how they are configured.")
            .requires(&["ai-agents"])
            .provides(&["ai:agents:view", "ai:read"]),
        permission("ai-agents/query", "Talk to AI agents")
            .about("Ask AI agents, from the web interface or from programs.")
            .requires(&["ai-agents"])
            .provides(&["ai:agents:query"]),
        permission("ai-agents/build", "Build AI agents")
            .about("Create AI agents, and change drafts of their instructions, tools, and knowledge.")
            .requires(&["ai-agents"]),
        permission("ai-agents/publish", "Publish AI agents")
            .about("Make AI agents available to customers, and take them away.")
            .requires(&["ai-agents"]),
        permission("ai-agents/full-api", "Use the full AI agents API")
            .about("Create, change, publish, and delete AI agents from programs.")
            .requires(&["ai-agents"])
            .provides(&["ai:agents:manage"]),
        permission("mcp/provision", "Provision MCP servers")
            .about("Set up the servers through which AI clients use the account.")
            .requires(&["mcp"])
            .provides(&["mcp:provision"]),
    ]);

pub(super) const KNOWLEDGE: Section<'static> = section("knowledge-base", "Knowledge Base")
    .about("Articles for colleagues, customers, and bots.")
    .permissions(&[
        // No scope: `knowledge-base:read` does not stop at drafts.
        permission("articles/read-published", "Read published articles")
            .about("Search and read what has been published.")
            .requires(&["knowledge-base"]),
        permission("articles/view-drafts", "View drafts")
            .about("Read articles that are not published, and earlier versions.")
            .requires(&["knowledge-base"])
            .provides(&["knowledge-base:read"]),
        permission("articles/create", "Create articles")
            .about("Write new articles.")
            .requires(&["knowledge-base"]),
        permission("articles/edit", "Edit articles")
            .about("Change articles, their attachments, and translations.")
            .requires(&["knowledge-base"]),
        permission("articles/publish", "Publish articles")
            .about("Publish articles and take them back.")
            .requires(&["knowledge-base"]),
        permission("articles/delete", "Delete articles")
            .about("Delete articles with all their versions.")
            .requires(&["knowledge-base"]),
        permission("articles/import", "Import articles")
            .about("Bring in articles from files, Confluence, or SharePoint.")
            .requires(&["knowledge-base"]),
        permission("articles/organize", "Organize articles")
            .about("Manage categories, folders, and tags.")
            .requires(&["knowledge-base"]),
        permission("articles/full-api", "Use the full knowledge base API")
            .about("Write, organize, and publish articles from programs.")
            .requires(&["knowledge-base"])
            .provides(&["knowledge-base:manage"]),
    ]);
