//! What may the user do, section by section?

use rolecall::{Authorizer, Grant, Quoted, Reached};
use serde::Serialize;

use super::failure::Failure;
use super::names::{self, Held, Name, Path, title};
use super::page::{Column, Facts, Listing, Page, Report, pretty};

#[derive(Debug, Serialize)]
pub(crate) struct What {
    user: String,
    suspended: bool,
    /// How many permissions the user may use, of how many there are.
    usable: usize,
    total: usize,
    roles: Vec<Held>,
    features: Vec<Name>,
    scopes: Vec<String>,
    seats: Vec<String>,
    /// Those in which some role of the user grants something.
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
struct Section {
    section: Name,
    usable: usize,
    total: usize,
    permissions: Vec<Permission>,
}

/// A permission that some role of the user grants.
#[derive(Debug, Serialize)]
struct Permission {
    permission: Name,
    usable: bool,
    /// The resources that it is limited to, if it is usable on some only.
    only_on: Option<Vec<String>>,
    missing_features: Vec<Name>,
}

impl What {
    pub(crate) fn new(authorizer: &Authorizer, user: &str) -> Result<Self, Failure> {
        let (account, catalog) = (authorizer.account(), authorizer.catalog());
        let unknown = || names::missing("user", user, account, names::nearest_user(account, user));
        let configured = account.user(user).ok_or_else(unknown)?;
        let subject = authorizer.subject(configured.id());
        let (usable, granted) = (subject.permissions(), subject.granted());
        let permission = |permission: rolecall::Permission<'_>| {
            let missing = subject.explain(permission.id()).missing_features;
            Permission {
                permission: permission.into(),
                usable: usable.contains(permission.id()),
                only_on: match subject.reach_of(permission.id()) {
                    Reached::Only(resources) => Some(resources.iter().map(ToString::to_string).collect()),
                    Reached::Everything | Reached::Nothing => None,
                },
                missing_features: missing.iter().map(|key| Name::feature(catalog, key)).collect(),
            }
        };
        let section = |section: rolecall::Section<'_>| Section {
            section: section.into(),
            usable: section.count_in(&usable),
            total: section.len(),
            permissions: section
                .permissions()
                .filter(|permission| granted.contains(permission.id()))
                .map(permission)
                .collect(),
        };
        let roles = subject.roles().into_iter().map(Grant::from);
        Ok(Self {
            user: configured.id().to_string(),
            suspended: configured.is_suspended(),
            usable: usable.len(),
            total: catalog.permissions().len(),
            roles: roles.map(|held| Held::new(account, &held)).collect(),
            features: subject.features().iter().map(Name::from).collect(),
            scopes: subject.scopes().keys().map(ToString::to_string).collect(),
            seats: subject.seats().map(|seat| seat.name().to_owned()).collect(),
            sections: catalog
                .sections()
                .filter(|section| section.count_in(&granted) > 0)
                .map(section)
                .collect(),
        })
    }
}

impl Report for What {
    fn print(&self, page: &mut Page) {
        let Self { user, usable, total, .. } = self;
        let suspended = if self.suspended { ", being suspended" } else { "" };
        page.line(format_args!("{} may use {usable} of {total} permissions{suspended}", title(user)));
        page.blank();
        let mut facts = Facts::default();
        facts.add(
            "Roles",
            self.roles.iter().map(|held| format!("{}: {}", held.role, Path::join(&held.paths, ", "))),
        );
        facts.add_list("Features", self.features.iter().map(|feature| feature.name.as_str()));
        facts.say("Scopes", self.scopes.len());
        facts.add_list("Seats", self.seats.iter().map(String::as_str));
        facts.print(page);
        let mut listing = Listing::new(0, &[Column::Fixed, Column::Fixed, Column::Flowing]);
        for Section { section, usable, total, permissions } in &self.sections {
            listing.heading(format!("{}, {usable} of {total}", section.name));
            for permission in permissions {
                listing.row(permission.cells());
            }
        }
        page.listing(listing);
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}

fn list(resources: &[String]) -> String {
    resources.iter().map(|id| title(id)).collect::<Vec<_>>().join(", ")
}

impl Permission {
    fn cells(&self) -> [String; 3] {
        let Self { permission, usable, only_on, missing_features } = self;
        let mut name = permission.name.clone();
        name.extend(
            missing_features.iter().map(|feature| format!(" ({} is disabled)", Quoted(&feature.key))),
        );
        name.extend(only_on.iter().map(|resources| format!(" (only on {})", list(resources))));
        [if *usable { " " } else { "-" }.to_owned(), permission.key.clone(), name]
    }
}
