//! What is said and to whom: content, catalogs, and People.

use crate::catalog::table::{Section, permission, section};

pub(crate) const CONTENT: Section<'static> = section("content", "Content")
    .about("Saved message content, templates, and the media in them. Nothing here sends.")
    .permissions(&[
        permission("content/view", "View content")
            .about("See saved message content and how it performs.")
            .requires(&["content"])
            .provides(&["content-messages:read"]),
        permission("content/create", "Create content")
            .about("Write new message content, or copy what is there.")
            .requires(&["content"]),
        permission("content/edit", "Edit content")
            .about("Change saved message content.")
            .requires(&["content"])
            .on("template"),
        permission("content/delete", "Delete content")
            .about("Delete saved message content.")
            .requires(&["content"])
            .on("template"),
        permission("content/media", "Manage media files")
            .about("Upload, rename, and delete images, videos, and documents.")
            .requires(&["content"]),
        permission("content/full-api", "Use the full content API")
            .about("Create, change, and delete content from programs.")
            .requires(&["content"])
            .on("template")
            .provides(&["content-messages:manage"]),
        permission("email/templates", "Manage email templates")
            .about("Create, edit, and delete email templates.")
            .requires(&["email"])
            .on("template")
            .provides(&["email:templates:manage"]),
        // No scope: the API for them is part of `whatsapp:manage`, which sends.
        permission("whatsapp/templates", "Manage WhatsApp templates")
            .about("Write WhatsApp templates and in-chat forms, submit them to Meta, and delete them.")
            .requires(&["whatsapp"])
            .on("template"),
    ]);

pub(crate) const CATALOGS: Section<'static> =
    section("catalogs", "Catalogs").about("Products to show in messages.").permissions(&[
        permission("catalogs/view", "View catalogs")
            .about("See catalogs and their items.")
            .requires(&["catalogs"])
            .provides(&["catalogs:read"]),
        permission("catalogs/items", "Manage catalog items")
            .about("Add, change, and delete items of the catalogs that are there.")
            .requires(&["catalogs"])
            .provides(&["catalogs:use"]),
        permission("catalogs/manage", "Manage catalogs")
            .about("Create, configure, and delete catalogs.")
            .requires(&["catalogs"])
            .provides(&["catalogs:manage"]),
    ]);

pub(super) const PEOPLE: Section<'static> = section("people", "People")
    .about("The customer data platform: whom the company knows and what about them.")
    .permissions(&[
        permission("people/view", "View profiles")
            .about("See customer profiles, segments, and lists.")
            .requires(&["people"])
            .provides(&["people:read"]),
        permission("people/edit", "Create and edit profiles")
            .about("Add customers and change their profiles.")
            .requires(&["people"]),
        permission("people/delete", "Delete profiles")
            .about("Delete customers and all that is known of them.")
            .requires(&["people"]),
        permission("people/import", "Import profiles")
            .about("Load profiles from files and connected sources, and merge duplicates.")
            .requires(&["people"]),
        permission("people/export", "Export profiles")
            .about("Download profiles, which leave the platform that way.")
            .requires(&["people"]),
        permission("people/companies", "Manage company profiles")
            .about("Create, change, and delete companies, and link customers to them.")
            .requires(&["people"]),
        permission("people/segments", "Manage segments")
            .about("Define, change, and delete groups of customers by rule.")
            .requires(&["people"]),
        permission("people/tags", "Manage profile tags")
            .about("Create and delete tags, and put them on profiles.")
            .requires(&["people"]),
        permission("people/attributes", "Manage custom attributes")
            .about("Define additional fields of profiles, and which events there are.")
            .requires(&["people"]),
        permission("people/events", "Record events")
            .about("Record what customers do, on websites or in other systems.")
            .requires(&["people", "people-events"])
            .provides(&["people:use"]),
        permission("people/full-api", "Use the full People API")
            .about("Do with profiles from programs all that the API offers.")
            .requires(&["people"])
            .provides(&["people:manage"]),
    ]);
