//! The sections, in the order an administrator sees them.
//!
//! The earlier catalog uses those that the whole crate sees. Whoever changes one of them leaves that catalog a copy
//! of how it was: it was released, and a test pins its hash. The same goes for groups of features and scopes.

pub(crate) mod account;
pub(crate) mod audience;
mod bots;
pub(crate) mod channels;
mod conversations;
pub(crate) mod engagement;
mod insight;
pub(crate) mod platform;
pub(crate) mod security;
pub(crate) mod voice;

use crate::catalog::table::Section;

pub(super) const SECTIONS: &[Section<'static>] = &[
    account::USERS,
    account::ROLES,
    account::TEAMS,
    account::ACCOUNT,
    account::SEATS,
    security::SECURITY,
    security::API_KEYS,
    insight::BILLING,
    insight::ANALYZE,
    engagement::CAMPAIGNS,
    engagement::FLOWS,
    engagement::FORMS,
    audience::CONTENT,
    audience::CATALOGS,
    audience::PEOPLE,
    channels::MESSAGES,
    channels::SMS_MMS,
    channels::EMAIL,
    channels::WHATSAPP,
    channels::RCS_VIBER,
    channels::CHAT_APPS,
    channels::MOBILE_WEB,
    voice::VOICE,
    voice::VOICE_TOOLS,
    platform::NUMBERS,
    platform::CHANNELS,
    platform::INTEGRATIONS,
    platform::PINS,
    platform::CHECKS,
    conversations::INBOX,
    conversations::SETUP,
    conversations::ANALYTICS,
    bots::CHATBOTS,
    bots::AI_AGENTS,
    bots::KNOWLEDGE,
];
