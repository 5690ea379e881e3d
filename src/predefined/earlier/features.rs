//! The features that the vendor switches per account.

use crate::catalog::table::{Feature, feature};
use crate::predefined::current::features as now;
use crate::predefined::joined::{joined, rows};

/// The groups, in the order shown.
const GROUPS: &[&[Feature<'static>]] = &[
    now::ACCOUNT,
    now::ANALYZE,
    METRICS,
    ENGAGEMENT,
    now::CHANNELS,
    CHANNELS,
    DELIVERY,
    now::CHECKS,
    PLATFORM,
];

pub(super) const FEATURES: &[Feature<'static>] = &joined::<_, { rows(GROUPS) }>(feature("", ""), GROUPS);

const METRICS: &[Feature<'static>] =
    &[feature("analyze", "Analyze").about("Metrics of traffic, for programs to query.")];

const ENGAGEMENT: &[Feature<'static>] = &[
    feature("broadcast", "Broadcast").about("Campaigns to many recipients at once."),
    feature("moments", "Moments").about("Flows that react to what customers do."),
    feature("forms", "Forms").about("Questionnaires and sign-up forms for customers."),
    feature("content", "Content").about("A shared library of message content and media."),
    feature("catalogs", "Catalogs").about("Products to show in messages."),
    feature("person-profile", "Person profile").about("Profiles of customers, with segments and tags."),
    feature("people-events", "People events").about("What customers did, kept with their profiles."),
    feature("conversations", "Conversations").about("A contact center for every channel."),
    feature("answers", "Answers").about("Chatbots, by keyword, intent, or menu."),
    feature("embedded-answers", "Embedded Answers").about("Answers built into a partner's product."),
    feature("ai-hub", "AI Hub").about("Tools driven by language models."),
    feature("knowledge-base", "Knowledge Base").about("Articles for colleagues, customers, and bots."),
];

const CHANNELS: &[Feature<'static>] =
    &[feature("zalo-follower", "Zalo followers").about("Messages to those who follow the company on Zalo.")];

const DELIVERY: &[Feature<'static>] = &[
    feature("number-configuration", "Number configuration")
        .about("Numbers bought and configured on the web interface."),
    feature("resource-requests", "Resource requests")
        .about("Orders of numbers and senders that need paperwork."),
    feature("sending-strategy", "Sending strategy").about("Rules that pick the sender of a message."),
    feature("stop-list", "Stop lists").about("Addresses that are never contacted."),
];

const PLATFORM: &[Feature<'static>] = &[
    feature("marketplace", "Marketplace").about("Third-party services and apps to set up for the account."),
    feature("data-sources", "Data sources").about("Connections to databases and file storage."),
    feature("applications", "Applications and entities")
        .about("Traffic divided by application and by customer (CPaaS X)."),
];
