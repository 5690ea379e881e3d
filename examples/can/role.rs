//! One role: who holds it, and what is selected in each section.

use std::fmt;

use rolecall::{Authorizer, Quoted, Role};
use serde::Serialize;

use super::failure::Failure;
use super::names::{self, Name, Path, RoleName, TeamName, title};
use super::page::{Column, Facts, Listing, Page, Report, pretty};

#[derive(Debug, Serialize)]
pub(crate) struct Contents {
    role: RoleName,
    group: Option<String>,
    description: String,
    /// Who holds it, by id.
    users: Vec<Holder>,
    teams: Vec<TeamName>,
    selected: usize,
    total: usize,
    scopes: Vec<String>,
    withheld: Vec<String>,
    imports: Vec<Import>,
    /// All sections with all permissions.
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
struct Holder {
    user: String,
    paths: Vec<Path>,
}

#[derive(Debug, Serialize)]
struct Import {
    role: RoleName,
    /// How many permissions it granted at the time.
    granted: usize,
    /// Those of them that this role does not grant now.
    removed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Section {
    section: Name,
    description: String,
    selected: usize,
    total: usize,
    permissions: Vec<Permission>,
}

#[derive(Debug, Serialize)]
struct Permission {
    permission: Name,
    selected: bool,
    scopes: Vec<Scope>,
}

#[derive(Debug, Serialize)]
struct Scope {
    scope: String,
    /// Whether the role provides it: not if it is not selected.
    provided: bool,
}

impl Contents {
    pub(crate) fn new(authorizer: &Authorizer, text: &str) -> Result<Self, Failure> {
        let account = authorizer.account();
        let role = names::role(authorizer, text)?;
        let (permissions, scopes) = (role.permissions(), role.scopes());
        let mut users: Vec<Holder> = authorizer
            .holders(role.to_ref())
            .filter_map(|holder| {
                Some(Holder {
                    user: holder.user.id()?.to_string(),
                    paths: Path::list(account, &holder.paths),
                })
            })
            .collect();
        users.sort_unstable_by(|a, b| a.user.cmp(&b.user));
        let teams = account.teams().filter(|team| team.reach(role.to_ref()).is_some());
        let (mut withheld, mut imports) = (Vec::new(), Vec::new());
        if let Role::Custom(custom) = role {
            withheld.extend(custom.withheld().keys().map(ToString::to_string));
            imports.extend(custom.imports().map(|(source, granted)| Import {
                role: RoleName::of(account, source),
                granted: granted.len(),
                removed: granted.minus(&permissions).keys().map(ToString::to_string).collect(),
            }));
        }
        let scope = |scope: rolecall::Scope<'_>| Scope {
            scope: scope.key().to_string(),
            provided: scopes.contains(scope.id()),
        };
        let permission = |permission: rolecall::Permission<'_>| Permission {
            permission: permission.into(),
            selected: permissions.contains(permission.id()),
            scopes: permission.scopes().iter().map(scope).collect(),
        };
        Ok(Self {
            role: role.into(),
            group: role.group().map(str::to_owned),
            description: role.description().to_owned(),
            users,
            teams: teams.map(|team| TeamName::of(account, team.id())).collect(),
            selected: permissions.len(),
            total: account.catalog().permissions().len(),
            scopes: scopes.keys().map(ToString::to_string).collect(),
            withheld,
            imports,
            sections: role
                .sections()
                .map(|count| Section {
                    section: count.section.into(),
                    description: count.section.description().to_owned(),
                    selected: count.selected,
                    total: count.total,
                    permissions: count.section.permissions().map(permission).collect(),
                })
                .collect(),
        })
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        let group = self.group.as_ref().map_or_else(String::new, |group| format!(", group {group}"));
        facts.say("Role", format_args!("{} {}{group}", self.role.kind, Quoted(&self.role.id)));
        facts.add("Teams", self.teams.iter().map(ToString::to_string));
        facts.add(
            "Users",
            self.users
                .iter()
                .map(|holder| format!("{}: {}", title(&holder.user), Path::join(&holder.paths, ", "))),
        );
        if !self.imports.is_empty() {
            facts.add("Imported", self.imports.iter().map(ToString::to_string));
        }
        facts.say("Scopes", self.scopes.len());
        if !self.withheld.is_empty() {
            facts.add_list("Withheld", self.withheld.iter().map(String::as_str));
        }
        facts
    }
}

/// Sections of which nothing is selected are only counted: the role is what it has.
impl Report for Contents {
    fn print(&self, page: &mut Page) {
        let Self { role, description, selected, total, .. } = self;
        page.line(format_args!("{}: {selected} of {total} permissions, marked x", title(&role.name)));
        if !description.is_empty() {
            page.paragraph(2, description);
        }
        page.blank();
        self.facts().print(page);
        let mut listing = Listing::new(0, &[Column::Fixed, Column::Fixed, Column::Flowing]);
        for section in self.sections.iter().filter(|section| section.selected > 0) {
            listing.heading(format!("{}, {} of {}", section.section.name, section.selected, section.total));
            listing.note(&section.description);
            section.permissions.iter().for_each(|permission| listing.row(permission.cells()));
        }
        page.listing(listing);
        let empty = self.sections.iter().filter(|section| section.selected == 0);
        let empty: Vec<String> =
            empty.map(|section| format!("{} ({})", section.section.name, section.total)).collect();
        if !empty.is_empty() {
            page.blank();
            page.paragraph(0, format_args!("Nothing of: {}", empty.join(", ")));
        }
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}

impl Permission {
    fn cells(&self) -> [String; 3] {
        let Self { permission, selected, scopes } = self;
        let mut name = permission.name.clone();
        if *selected && !scopes.is_empty() {
            let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            name = format!("{name}\nprovides {}", scopes.join(", "));
        }
        [if *selected { "x" } else { "." }.to_owned(), permission.key.clone(), name]
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let withheld = if self.provided { "" } else { " (withheld)" };
        write!(f, "{}{withheld}", self.scope)
    }
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.granted == 1 { "" } else { "s" };
        write!(f, "{} permission{s} of {}", self.granted, self.role)?;
        match self.removed.as_slice() {
            [] => Ok(()),
            removed => write!(f, ", less {}", removed.join(", ")),
        }
    }
}
