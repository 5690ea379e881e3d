//! Who is on the account and what they may do there.

use crate::catalog::table::{Section, permission, section};

pub(super) const USERS: Section<'static> = section("users", "Users")
    .about("People with a login: their profiles, their access, and their removal.")
    .permissions(&[
        permission("users/view", "View users")
            .about("See who has a login, with roles, teams, and last login, and export the list."),
        permission("users/invite", "Invite users")
            .about("Create user profiles and send invitations. Which roles they get is a right of its own."),
        permission("users/edit", "Edit user details")
            .about("Correct names and contact details in user profiles."),
        permission("users/manage", "Enable and disable users")
            .about("Disable users, who keep their roles but can't do anything, and enable them again."),
        permission("users/reset-login", "Reset logins")
            .about("Unlock users after failed attempts, and reset passwords and second factors."),
        permission("users/access-controls", "Limit how users log in")
            .about("Tie a user to certain IP addresses and ways to authenticate."),
        permission("users/remove", "Remove users")
            .about("Remove users for good, with their roles and memberships."),
    ]);

pub(crate) const ROLES: Section<'static> = section("roles", "Roles")
    .about("What users and teams may do. Only those who govern access need more than viewing.")
    .permissions(&[
        permission("roles/view", "View roles").about("See every role, what it permits, and who holds it."),
        permission("roles/assign", "Assign roles")
            .about("Give roles to users and teams, take them away, and limit them to certain resources."),
        permission("roles/manage", "Manage custom roles")
            .about("Create, edit, duplicate, and delete the account's own roles."),
        // Exempts from the guard against escalation (G2). Kept apart from assigning, so that a custom role
        // can let a department head hand out roles without handing out more than they hold.
        permission("roles/escalate", "Give rights one does not hold")
            .about("Assign and edit roles beyond one's own rights. Adds to assigning and managing roles."),
    ]);

pub(super) const TEAMS: Section<'static> =
    section("teams", "Teams").about("Groups of users that share roles.").permissions(&[
        permission("teams/view", "View teams")
            .about("See teams, their members, and their roles.")
            .requires(&["teams"]),
        permission("teams/manage", "Manage teams")
            .about("Create, rename, and delete teams. Their roles are given with the right to assign roles.")
            .requires(&["teams"]),
        permission("teams/members", "Manage team members")
            .about("Add users to teams and take them out, and with that the roles of the team.")
            .requires(&["teams"]),
    ]);

pub(crate) const ACCOUNT: Section<'static> = section("account", "Account")
    .about("The account itself, its sub-accounts, and what everybody sees of it.")
    .permissions(&[
        permission("accounts/view", "View accounts")
            .about("See the account and its sub-accounts by name and status."),
        permission("accounts/edit", "Edit account details")
            .about("Change company name, address, time zone, and contacts of the account."),
        permission("sub-accounts/manage", "Manage sub-accounts")
            .about("Create, rename, enable, and disable sub-accounts.")
            .requires(&["sub-accounts"]),
        permission("branding/manage", "Customize the web interface")
            .about("Put the company's logo, colors, and address on the web interface.")
            .requires(&["branding"]),
        permission("notifications/manage", "Manage notifications")
            .about("Choose which account events are reported, such as a low balance, and to whom."),
        // One coarse scope covers balances, sub-accounts, and API keys, so none of the permissions for
        // these provides it, and the right to use it says what it opens. No scope exists for users, roles,
        // or teams.
        permission("accounts/full-api", "Use the account management API")
            .about("Read balances, and manage sub-accounts and API keys, from programs.")
            .provides(&["account-management:manage"]),
    ]);

pub(super) const SEATS: Section<'static> = section("seats", "Seats")
    .about("Seats in Conversations, which all its roles except the viewer need.")
    .permissions(&[
        permission("seats/view", "View seats")
            .about("See who has a seat and how assignments changed.")
            .requires(&["conversations"]),
        permission("seats/assign", "Assign seats")
            .about("Give seats to users and take them back.")
            .requires(&["conversations"]),
        permission("seats/limits", "Set seat limits")
            .about("Set how many seats each sub-account may use.")
            .requires(&["conversations", "sub-accounts"]),
    ]);
