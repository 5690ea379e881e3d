//! Every role with its counts: what the tabs *Default* and *Custom* of a role page show.

use rolecall::{Authorizer, Quoted, RoleFilter, RoleSummary};
use serde::Serialize;

use super::names::{RoleName, title};
use super::page::{Column, Listing, Page, Report, pretty};

/// A page as wide as this has a column for descriptions; on a narrower one they stand below the names.
const WIDE: u16 = 120;

#[derive(Debug, Serialize)]
pub(crate) struct Roles {
    account: String,
    predefined: Vec<Summary>,
    custom: Vec<Summary>,
}

#[derive(Debug, Serialize)]
struct Summary {
    #[serde(flatten)]
    role: RoleName,
    group: Option<String>,
    description: String,
    /// Who holds it, directly or through a team.
    users: usize,
    direct_users: usize,
    teams: usize,
    permissions: usize,
    scopes: usize,
}

impl From<RoleSummary<'_>> for Summary {
    fn from(summary: RoleSummary<'_>) -> Self {
        let RoleSummary { role, direct_users, users, teams, permissions, scopes } = summary;
        Self {
            role: role.into(),
            group: role.group().map(str::to_owned),
            description: role.description().to_owned(),
            users,
            direct_users,
            teams,
            permissions,
            scopes,
        }
    }
}

impl Roles {
    pub(crate) fn new(authorizer: &Authorizer) -> Self {
        let summaries =
            |filter: &RoleFilter| authorizer.role_summaries(filter).into_iter().map(Summary::from).collect();
        Self {
            account: authorizer.account().id().to_string(),
            predefined: summaries(&RoleFilter::predefined()),
            custom: summaries(&RoleFilter::custom()),
        }
    }
}

impl Report for Roles {
    fn print(&self, page: &mut Page) {
        let wide = page.has_room(WIDE);
        let mut columns = vec![Column::Flowing; if wide { 2 } else { 1 }];
        columns.extend([Column::Number; 4]);
        let mut listing = Listing::new(2, &columns);
        let described = wide.then(|| "Description".to_owned());
        let counted = ["Users", "Teams", "Permissions", "Scopes"].map(str::to_owned);
        listing.row(["Role".to_owned()].into_iter().chain(described).chain(counted));
        let mut group = None;
        for summary in &self.predefined {
            if group != Some(&summary.group) {
                listing.heading(summary.group.as_deref().unwrap_or("Predefined"));
                group = Some(&summary.group);
            }
            summary.list(&mut listing, wide);
        }
        if !self.custom.is_empty() {
            listing.heading("Custom");
        }
        self.custom.iter().for_each(|summary| summary.list(&mut listing, wide));
        let (predefined, custom) = (self.predefined.len(), self.custom.len());
        page.line(format_args!(
            "{predefined} predefined and {custom} custom roles of {}",
            Quoted(&self.account)
        ));
        page.blank();
        page.listing(listing);
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}

impl Summary {
    fn list(&self, listing: &mut Listing, wide: bool) {
        let Self { role, description, users, teams, permissions, scopes, .. } = self;
        let described = wide.then(|| description.clone());
        let counted = [users, teams, permissions, scopes].map(ToString::to_string);
        listing.row([title(&role.name)].into_iter().chain(described).chain(counted));
        if !wide {
            listing.note(description);
        }
    }
}
