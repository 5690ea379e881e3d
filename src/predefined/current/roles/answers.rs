//! Answers roles.
//!
//! AI agents came later than these roles: who designs, publishes, or watches chatbots does so for AI
//! agents, too. Otherwise only custom roles could use them.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Answers";

pub(super) const CHATBOT_DESIGNER: Role<'static> = role("chatbot-designer", "Chatbot designer")
    .group(GROUP)
    .about("Builds chatbots and AI agents and follows how they do. Activating them is left to others.")
    .grants(&[
        "chatbots/view",
        "chatbots/view-design",
        "chatbots/analytics",
        "chatbots/create",
        "chatbots/edit",
        "chatbots/delete",
        "chatbots/test",
        "ai-agents/view",
        "ai-agents/query",
        "ai-agents/build",
    ]);

pub(super) const CHATBOT_PUBLISHER: Role<'static> = role("chatbot-publisher", "Chatbot publisher")
    .group(GROUP)
    .about("Tries out chatbots and AI agents, and decides when customers get to talk to them.")
    .grants(&[
        "chatbots/view",
        "chatbots/view-design",
        "chatbots/analytics",
        "chatbots/test",
        "chatbots/activate",
        "chatbots/deactivate",
        "ai-agents/view",
        "ai-agents/query",
        "ai-agents/publish",
    ]);

pub(super) const CHATBOTS_VIEW_ONLY: Role<'static> = role("chatbots-view-only", "Chatbots (view only)")
    .group(GROUP)
    .about("Sees chatbots, AI agents, and their results, and changes nothing.")
    .grants(&["chatbots/view", "chatbots/view-design", "chatbots/analytics", "ai-agents/view"]);
