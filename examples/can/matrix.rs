//! Which role grants which permission.

use rolecall::Authorizer;
use serde::Serialize;

use super::names::{Name, RoleName, title};
use super::page::{Column, GAP, Listing, Page, Report, pretty};

/// A page with so much room beside the marks has a column for names, too.
const ROOM_FOR_NAMES: usize = 30;

#[derive(Debug, Serialize)]
pub(crate) struct Matrix {
    roles: Vec<RoleName>,
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
struct Section {
    section: Name,
    permissions: Vec<Permission>,
}

#[derive(Debug, Serialize)]
struct Permission {
    permission: Name,
    /// Whether it is granted by each of the roles, in their order.
    granted: Vec<bool>,
}

impl Matrix {
    pub(crate) fn new(authorizer: &Authorizer) -> Self {
        let roles: Vec<_> = authorizer.account().roles().collect();
        let grants: Vec<_> = roles.iter().map(rolecall::Role::permissions).collect();
        let permission = |permission: rolecall::Permission<'_>| Permission {
            permission: permission.into(),
            granted: grants.iter().map(|granted| granted.contains(permission.id())).collect(),
        };
        let section = |section: rolecall::Section<'_>| Section {
            section: section.into(),
            permissions: section.permissions().map(permission).collect(),
        };
        Self {
            sections: authorizer.catalog().sections().map(section).collect(),
            roles: roles.into_iter().map(RoleName::from).collect(),
        }
    }
}

impl Report for Matrix {
    /// The marks come first: they are equally wide in every row, and no name pushes them aside.
    fn print(&self, page: &mut Page) {
        let labels: Vec<String> = (0..self.roles.len()).map(label).collect();
        let cell = labels.last().map_or(1, String::len) + 1;
        let permissions = || self.sections.iter().flat_map(|section| &section.permissions);
        let keys = permissions().map(|permission| permission.permission.key.len()).max().unwrap_or_default();
        let room = page.width().map(|width| usize::from(width).saturating_sub(keys + usize::from(GAP)));
        let at_once = room.map_or(labels.len(), |room| room / cell).clamp(1, labels.len().max(1));
        let named = room.is_none_or(|room| room > at_once * cell + ROOM_FOR_NAMES);

        self.print_legend(&labels, page);
        for (n, labels) in labels.chunks(at_once).enumerate() {
            let marks = |marks: &mut dyn Iterator<Item = &str>| {
                marks.map(|mark| format!("{mark:<cell$}")).collect::<String>().trim_end().to_owned()
            };
            let mut listing = Listing::new(0, &[Column::Fixed, Column::Flowing]);
            for Section { section, permissions } in &self.sections {
                listing.blank();
                listing.row([marks(&mut labels.iter().map(String::as_str)), section.name.clone()]);
                for Permission { permission: Name { key, name }, granted } in permissions {
                    let granted = granted.iter().skip(n * at_once).take(at_once);
                    let granted = marks(&mut granted.map(|granted| if *granted { "x" } else { "." }));
                    let text = if named { format!("{key:<keys$}  {name}") } else { key.clone() };
                    listing.row([granted, text]);
                }
            }
            page.listing(listing);
        }
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}

impl Matrix {
    /// Which label stands for which role, downwards in as many columns as fit.
    fn print_legend(&self, labels: &[String], page: &mut Page) {
        let entry = |(label, role): (&String, &RoleName)| {
            let custom = if role.kind == "custom" { " (custom)" } else { "" };
            format!("{label} {}{custom}", title(&role.name))
        };
        let entries: Vec<String> = labels.iter().zip(&self.roles).map(entry).collect();
        let widest =
            entries.iter().map(|entry| entry.chars().count()).max().unwrap_or_default() + usize::from(GAP);
        let side_by_side = page.width().map_or(1, |width| usize::from(width + GAP) / widest).max(1);
        let rows = entries.len().div_ceil(side_by_side);
        let mut listing = Listing::new(0, &vec![Column::Fixed; side_by_side]);
        for row in 0..rows {
            listing.row(entries.iter().skip(row).step_by(rows).cloned());
        }
        page.listing(listing);
    }
}

/// As spreadsheets do it: A to Z, then AA.
fn label(n: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    match n / 26 {
        0 => letter.to_string(),
        more => format!("{}{letter}", label(more - 1)),
    }
}
