//! The current catalog: 20 predefined roles in five groups.
//!
//! How to read it, and how to extend it:
//!
//! - A permission is one right that a screen or an endpoint asks for. Its scopes never reach further than
//!   the right itself. Where the API has nothing narrow enough, the permission provides no scope, and a
//!   `full-api` permission next to it provides the broad one, so that this is a choice of its own.
//! - A permission is exercised on a kind of resource only where limiting it to some of them makes sense.
//!   Full API access to a channel is limited by channel, too: otherwise it would be the way around.
//! - The seat is on every permission of Conversations but one: monitoring assigned queues.

pub(super) mod features;
mod roles;
pub(super) mod scopes;
pub(super) mod sections;
mod successions;

use crate::catalog::Act;
use crate::catalog::table::{Guard, Kind, Seat, Table, exclusion, guard, kind, seat};

pub(super) const CURRENT: Table<'static> = Table::new("infobip", 2)
    .features(features::FEATURES)
    .kinds(KINDS)
    .seats(SEATS)
    .scopes(scopes::SCOPES)
    .sections(sections::SECTIONS)
    .roles(roles::ROLES)
    .guard(GUARD)
    .successions(successions::SUCCESSIONS);

/// Whoever assigns roles can give back the rest, so somebody must always be able to. Escalating is kept too, as the
/// last one able to assign could otherwise be bound to own rights.
const GUARD: Guard<'static> = guard()
    .governs(&[
        (Act::Assign, "roles/assign"),
        (Act::EditRoles, "roles/manage"),
        (Act::EditTeams, "teams/manage"),
        (Act::EditMembers, "teams/members"),
        (Act::Suspend, "users/manage"),
        (Act::Remove, "users/remove"),
    ])
    .escalation("roles/escalate")
    .minimums(&[("roles/assign", 1), ("roles/escalate", 1)])
    .exclusions(&[
        exclusion("Agent or supervisor")
            .about("Whoever supervises conversations is not one of the agents supervised.")
            .roles(&["agent-for-conversations", "supervisor-for-conversations"]),
        exclusion("Making or approving a campaign")
            .about("Whoever makes a campaign does not approve it.")
            .when("campaign-four-eyes")
            .permissions(&["campaigns/edit", "campaigns/approve"]),
    ]);

const KINDS: &[Kind<'static>] = &[
    kind("service", "Service").about("An application, or a third-party service connected to the account."),
    kind("channel", "Channel").about("A way to reach people, such as SMS or WhatsApp, or one sender on it."),
    kind("template", "Template").about("Saved message content: a template, or a ready-made reply."),
    kind("queue", "Queue").about("Where conversations wait for agents."),
];

const SEATS: &[Seat<'static>] =
    &[seat("conversations", "Conversations seat").about("Taken by everybody who can do more than monitor.")];

/// Scopes that were published at some time and that no permission provides, each with the reason.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("zalo-follower:manage", "No longer published; the Zalo scopes remain."),
    ("zalo-follower:logs:read", "No longer published; the Zalo scopes remain."),
    ("zalo-follower:message:send", "No longer published; the Zalo scopes remain."),
    ("moments:manage", "An old name: Flow, Forms, and People have scopes of their own."),
    ("moments:people:flow:manage", "An old name: Flow and People have scopes of their own."),
    ("mobile-app-messaging:sdk", "No longer published, and nothing took its place."),
];
