//! Who is on the account, in which teams and seats, and with which keys.

use crate::catalog::table::{Section, permission, section};

pub(super) const USERS: Section<'static> = section("users", "Users")
    .about("People with a login: their profiles, their access, and their removal.")
    .permissions(&[
        permission("users/view", "View users")
            .about("See who has a login, with roles, teams, and last login, and export the list."),
        permission("users/edit", "Create and edit users")
            .about("Create user profiles, and correct names and contact details in them."),
        permission("users/manage", "Enable and disable users")
            .about("Disable users, who keep their roles but can't do anything, and enable them again."),
        permission("users/unlock", "Unlock users")
            .about("Let users in again after too many failed attempts."),
        permission("users/reset-password", "Reset passwords")
            .about("Have users choose a new password at their next login."),
        permission("users/remove", "Remove users")
            .about("Remove users for good, with their roles and memberships."),
    ]);

pub(super) const TEAMS: Section<'static> =
    section("teams", "Teams").about("Groups of users that share roles.").permissions(&[
        permission("teams/view", "View teams")
            .about("See teams, their members, and their roles.")
            .requires(&["teams"]),
        permission("teams/manage", "Manage teams and their members")
            .about("Create, rename, and delete teams, add users to them, and take them out.")
            .requires(&["teams"]),
    ]);

pub(super) const SEATS: Section<'static> =
    section("seats", "Seats").about("Seats in Conversations, which all its roles need.").permissions(&[
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

pub(super) const API_KEYS: Section<'static> = section("api-keys", "API keys")
    .about("Keys by which programs call the API on behalf of the account.")
    .permissions(&[
        permission("api-keys/view", "View API keys")
            .about("See API keys, their scopes, allowed addresses, and expiry, but not the keys themselves.")
            .requires(&["api-keys"]),
        permission("api-keys/manage", "Manage API keys")
            .about("Create keys, change them, and disable them.")
            .requires(&["api-keys"]),
        permission("api-keys/sdk", "Issue keys for client-side SDKs")
            .about("Create keys that ship inside apps and websites, and open little else.")
            .requires(&["api-keys"])
            .provides(&["2fa:sdk", "mobile-app-messaging:sdk", "web:sdk", "web:tracking:sdk"]),
    ]);
