//! The earlier catalog: 17 predefined roles in four groups.
//!
//! What the [current](super::current) catalog has in the very same words is taken from there, named `now`; what
//! reads differently is written out here. So this is also the list of what changed, and
//! `current/successions.rs` says what became of it. Read [`super::current`] first: the same principles apply.
//!
//! What this generation did not have yet, besides what is named otherwise:
//!
//! - The roles that draw finer lines: Flow controller, Content manager, Viewer for Conversations. Whoever designed
//!   flows also launched them.
//! - Queues as resources that a role can be limited to: services, channels, and templates were.
//! - AI agents and MCP servers, insights, domains of short links, company profiles, and the rule that who makes
//!   campaigns does not approve them.

mod features;
mod roles;
mod scopes;
mod sections;

use crate::catalog::Act;
use crate::catalog::table::{Guard, Kind, Seat, Table, exclusion, guard, kind, seat};

pub(super) const EARLIER: Table<'static> = Table::new("infobip", 1)
    .features(features::FEATURES)
    .kinds(KINDS)
    .seats(SEATS)
    .scopes(scopes::SCOPES)
    .sections(sections::SECTIONS)
    .roles(roles::ROLES)
    .guard(GUARD);

/// As it is now, but that one right covers teams and their members.
const GUARD: Guard<'static> = guard()
    .governs(&[
        (Act::Assign, "roles/assign"),
        (Act::EditRoles, "roles/manage"),
        (Act::EditTeams, "teams/manage"),
        (Act::EditMembers, "teams/manage"),
        (Act::Suspend, "users/manage"),
        (Act::Remove, "users/remove"),
    ])
    .escalation("roles/escalate")
    .minimums(&[("roles/assign", 1), ("roles/escalate", 1)])
    .exclusions(&[exclusion("Agent or manager")
        .about("Whoever manages conversations is not one of the agents managed.")
        .roles(&["conversations-agent", "conversations-manager"])]);

const KINDS: &[Kind<'static>] = &[
    kind("service", "Service").about("An application, or a third-party service connected to the account."),
    kind("channel", "Channel").about("A way to reach people, such as SMS or WhatsApp, or one sender on it."),
    kind("template", "Template").about("Saved message content: a template, or a ready-made reply."),
    kind("queue", "Queue").about("Where conversations wait for agents."),
];

const SEATS: &[Seat<'static>] =
    &[seat("conversations", "Conversations seat").about("Taken by everybody who works in Conversations.")];

/// Scopes that were not published yet, each with what came in that way later.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("ai:agents:manage", "AI agents came later; AI tools and talking to them were there."),
    ("ai:agents:view", "AI agents came later; AI tools and talking to them were there."),
    ("billing:usage:view", "Later; before, costs were seen in the web interface only."),
    ("branded-domains:manage", "Later; before, links were shortened on the vendor's domain."),
    ("conversations:read", "Later; before, the Conversations API had one scope for everything."),
    ("insights:read", "Later; before, metrics were queried through the metrics API only."),
    ("knowledge-base:manage", "Later; before, articles had no API."),
    ("knowledge-base:read", "Later; before, articles had no API."),
    ("mcp:provision", "MCP servers came later."),
    ("rcs:provision", "Later; before, RCS senders were registered like those of every channel."),
];
