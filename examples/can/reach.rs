//! On which resources may the user do it?

use rolecall::{Authorizer, Reached};
use serde::Serialize;

use super::failure::Failure;
use super::names::{self, Name};
use super::page::{Page, Report, pretty};

#[derive(Debug, Serialize)]
pub(crate) struct Where {
    user: String,
    permission: Name,
    /// The kind of resource that the permission is exercised on, if any.
    kind: Option<String>,
    /// `everything`, `only`, or `nothing`.
    reach: &'static str,
    /// With `only`, the ids.
    resources: Vec<String>,
}

impl Where {
    pub(crate) fn new(authorizer: &Authorizer, user: &str, permission: &str) -> Result<Self, Failure> {
        let permission = names::permission(authorizer.account(), permission)?;
        let (reach, resources) = match authorizer.subject(user).reach_of(permission.id()) {
            Reached::Everything => ("everything", Vec::new()),
            Reached::Nothing => ("nothing", Vec::new()),
            Reached::Only(ids) => ("only", ids.iter().map(ToString::to_string).collect()),
        };
        let kind = permission.kind().map(|kind| kind.key().to_string());
        Ok(Self { user: user.to_owned(), permission: permission.into(), kind, reach, resources })
    }
}

impl Report for Where {
    /// The first line is one word; with `only`, a line for each resource follows, fit for another program.
    fn print(&self, page: &mut Page) {
        page.line(self.reach);
        let kind = self.kind.as_deref().unwrap_or_default();
        self.resources.iter().for_each(|id| page.line(format_args!("{kind}:{id}")));
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}
