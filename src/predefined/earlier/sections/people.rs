//! The customer data platform.

use crate::catalog::table::{Section, permission, section};

pub(super) const PEOPLE: Section<'static> = section("people", "People")
    .about("The customer data platform: whom the company knows and what about them.")
    .permissions(&[
        permission("people/view", "View profiles")
            .about("See customer profiles, segments, and lists.")
            .requires(&["person-profile"])
            .provides(&["people:read"]),
        permission("people/edit", "Edit profiles")
            .about("Add customers, change their profiles, and delete them.")
            .requires(&["person-profile"]),
        permission("people/upload", "Upload profiles")
            .about("Load profiles from files, and merge duplicates.")
            .requires(&["person-profile"]),
        permission("people/export", "Export profiles")
            .about("Download profiles, which leave the platform that way.")
            .requires(&["person-profile"]),
        permission("people/segments", "Manage segments")
            .about("Define, change, and delete groups of customers by rule.")
            .requires(&["person-profile"]),
        permission("people/tags", "Manage profile tags")
            .about("Create and delete tags, and put them on profiles.")
            .requires(&["person-profile"]),
        permission("people/custom-fields", "Manage custom fields")
            .about("Define additional fields of profiles, and which events there are.")
            .requires(&["person-profile"]),
        permission("people/events", "Record events")
            .about("Record what customers do, on websites or in other systems.")
            .requires(&["person-profile", "people-events"])
            .provides(&["people:use"]),
        permission("people/full-api", "Use the full People API")
            .about("Do with profiles from programs all that the API offers.")
            .requires(&["person-profile"])
            .provides(&["people:manage"]),
    ]);
