//! The predefined roles, by group.
//!
//! Roles add up, so each grants what its own work needs and no more: a screen that it can't open without
//! seeing, say, the list of users comes with that right to view.
//!
//! Granted by no predefined role, for custom roles only:
//!
//! - `flows/full-api`, `conversations/full-api`, `chatbots/full-api`, `ai-agents/full-api`: each opens both
//!   sides of a line that the predefined roles draw (drafts and running flows, setup and replying,
//!   designing and activating).
//! - `mobile-identity/verify`, `biometrics/verify`: they check personal data against third parties, so
//!   somebody should hold them by decision, not by way of another job.

mod answers;
mod content;
mod conversations;
mod general;
mod knowledge_base;

use crate::catalog::table::Role;

pub(super) const ROLES: &[Role<'static>] = &[
    general::ACCOUNT_ADMIN,
    general::ANALYZE_MANAGER,
    general::CAMPAIGN_MANAGER,
    general::FLOW_CONTROLLER,
    general::FINANCE_MANAGER,
    general::CUSTOMER_PROFILE_MANAGER,
    general::CHANNEL_SETUP_AND_INTEGRATIONS,
    conversations::CONVERSATIONS_SETUP,
    conversations::AGENT_FOR_CONVERSATIONS,
    conversations::ANALYTICS_FOR_CONVERSATIONS,
    conversations::SUPERVISOR_FOR_CONVERSATIONS,
    conversations::VIEWER_FOR_CONVERSATIONS,
    answers::CHATBOT_DESIGNER,
    answers::CHATBOT_PUBLISHER,
    answers::CHATBOTS_VIEW_ONLY,
    knowledge_base::KNOWLEDGE_BASE_MANAGER,
    knowledge_base::KNOWLEDGE_BASE_USER,
    content::CAMPAIGN_APPROVAL_MANAGER,
    content::CAMPAIGN_CONTENT_CREATOR,
    content::CONTENT_MANAGER,
];
