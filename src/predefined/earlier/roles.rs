//! The predefined roles, by group.
//!
//! Granted by no predefined role, for custom roles only:
//!
//! - `flows/full-api`, `conversations/full-api`, `answers/full-api`, `mobile-identity/verify`, `biometrics/verify`:
//!   as in the current catalog.
//! - `content/delete`, `content/full-api`, `catalogs/items`, `catalogs/manage`: what the Content manager came for.
//! - `messages/full-api`, `rcs/full-api`: the Campaign manager has them, the Communication Manager had not.

mod answers;
mod conversations;
mod general;
mod knowledge_base;

use crate::catalog::table::Role;

pub(super) const ROLES: &[Role<'static>] = &[
    general::ACCOUNT_MANAGER,
    general::ANALYZE_MANAGER,
    general::CAMPAIGN_APPROVAL_MANAGER,
    general::CAMPAIGN_CONTENT_CREATOR,
    general::COMMUNICATION_MANAGER,
    general::FINANCE_DATA_MANAGER,
    general::PEOPLE_MANAGER,
    general::INTEGRATIONS_MANAGER,
    conversations::CONVERSATIONS_ACCOUNT_MANAGER,
    conversations::CONVERSATIONS_AGENT,
    conversations::CONVERSATIONS_ANALYZE_MANAGER,
    conversations::CONVERSATIONS_MANAGER,
    answers::ANSWERS_DESIGNER,
    answers::ANSWERS_MANAGER,
    answers::ANSWERS_SUPERVISOR,
    knowledge_base::KNOWLEDGE_BASE_MANAGER,
    knowledge_base::KNOWLEDGE_BASE_USER,
];
