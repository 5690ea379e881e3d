//! The sections, in the order an administrator sees them.

mod account;
mod bots;
mod channels;
mod conversations;
mod engagement;
mod insight;
mod people;
mod platform;

use crate::catalog::table::Section;
use crate::predefined::current::sections as now;

pub(super) const SECTIONS: &[Section<'static>] = &[
    account::USERS,
    now::account::ROLES,
    account::TEAMS,
    now::account::ACCOUNT,
    account::SEATS,
    now::security::SECURITY,
    account::API_KEYS,
    insight::FINANCE,
    insight::ANALYZE,
    engagement::CAMPAIGNS,
    engagement::FLOWS,
    now::engagement::FORMS,
    now::audience::CONTENT,
    now::audience::CATALOGS,
    people::PEOPLE,
    channels::MESSAGES,
    now::channels::SMS_MMS,
    now::channels::EMAIL,
    now::channels::WHATSAPP,
    channels::RCS_VIBER,
    channels::CHAT_APPS,
    now::channels::MOBILE_WEB,
    now::voice::VOICE,
    now::voice::VOICE_TOOLS,
    platform::NUMBERS,
    now::platform::CHANNELS,
    platform::INTEGRATIONS,
    now::platform::PINS,
    now::platform::CHECKS,
    conversations::INBOX,
    conversations::SETUP,
    conversations::ANALYTICS,
    bots::ANSWERS,
    bots::AI_HUB,
    bots::KNOWLEDGE,
];
