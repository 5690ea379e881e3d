//! Who may do it, and through which roles and teams?

use rolecall::Authorizer;
use serde::Serialize;

use super::failure::Failure;
use super::names::{self, Held, Name, Path, RoleName, title};
use super::page::{Column, Facts, Listing, Page, Report, pretty};

#[derive(Debug, Serialize)]
pub(crate) struct Who {
    permission: Name,
    description: String,
    section: Name,
    features: Vec<Feature>,
    scopes: Vec<String>,
    /// The roles that grant it.
    roles: Vec<RoleName>,
    /// How many users there are.
    total: usize,
    /// Those who may, by id; some perhaps on some resources only, as their paths say.
    users: Vec<User>,
    /// Those who may not, although a role of theirs grants it, by id.
    held_back: Vec<HeldBack>,
}

#[derive(Debug, Serialize)]
struct Feature {
    #[serde(flatten)]
    feature: Name,
    enabled: bool,
}

#[derive(Debug, Serialize)]
struct User {
    user: String,
    grants: Vec<Held>,
}

#[derive(Debug, Serialize)]
struct HeldBack {
    user: String,
    reason: String,
}

impl Who {
    pub(crate) fn new(authorizer: &Authorizer, permission: &str) -> Result<Self, Failure> {
        let account = authorizer.account();
        let permission = names::permission(account, permission)?;
        let id = permission.id();
        let mut users: Vec<User> = authorizer
            .who_can(id)
            .filter_map(|subject| {
                let grants = subject.explain(id).grants;
                let grants = grants.iter().map(|grant| Held::new(account, grant)).collect();
                Some(User { user: subject.id()?.to_string(), grants })
            })
            .collect();
        users.sort_unstable_by(|a, b| a.user.cmp(&b.user));
        let mut held_back: Vec<HeldBack> = authorizer
            .subjects()
            .filter(|subject| subject.granted().contains(id) && !subject.is_usable(id))
            .filter_map(|subject| {
                let reason = subject.check(id).reason()?.to_string();
                Some(HeldBack { user: subject.id()?.to_string(), reason })
            })
            .collect();
        held_back.sort_unstable_by(|a, b| a.user.cmp(&b.user));
        let enabled = account.features();
        let feature = |feature: rolecall::Feature<'_>| Feature {
            enabled: enabled.contains(feature.id()),
            feature: feature.into(),
        };
        Ok(Self {
            permission: permission.into(),
            description: permission.description().to_owned(),
            section: permission.section().into(),
            features: permission.features().iter().map(feature).collect(),
            scopes: permission.scopes().keys().map(ToString::to_string).collect(),
            roles: authorizer.roles_granting(id).map(RoleName::from).collect(),
            total: account.users().count(),
            users,
            held_back,
        })
    }
}

impl Report for Who {
    fn print(&self, page: &mut Page) {
        page.line(format_args!(
            "{} of {} users may use {}",
            self.users.len(),
            self.total,
            self.permission.key
        ));
        page.paragraph(2, format_args!("{}: {}", self.permission.name, self.description));
        page.blank();
        let mut facts = Facts::default();
        facts.say("Section", &self.section.name);
        facts.add("Features", self.features.iter().map(ToString::to_string));
        facts.add_list("Scopes", self.scopes.iter().map(String::as_str));
        facts.add("Roles", self.roles.iter().map(ToString::to_string));
        facts.print(page);
        if !self.users.is_empty() {
            page.blank();
        }
        let mut listing = Listing::new(0, &[Column::Fixed, Column::Flowing, Column::Flowing]);
        for User { user, grants } in &self.users {
            let mut user = title(user);
            for Held { role, paths } in grants {
                listing.row([std::mem::take(&mut user), title(&role.name), Path::join(paths, "\n")]);
            }
        }
        page.listing(listing);
        if !self.held_back.is_empty() {
            page.blank();
            page.line("granted by a role, but denied:");
            let mut listing = Listing::new(2, &[Column::Fixed, Column::Flowing]);
            for HeldBack { user, reason } in &self.held_back {
                listing.row([title(user), reason.clone()]);
            }
            page.listing(listing);
        }
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}

impl std::fmt::Display for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = if self.enabled { "enabled" } else { "disabled" };
        write!(f, "{}, {state}", self.feature)
    }
}
