//! Roles as an administrator lists them, with their counts (V1).

use crate::account::{Account, Role};
use crate::authorizer::Authorizer;
use crate::catalog::Section;
use crate::key::NamedRole;

/// One line of the list of roles.
#[derive(Clone, Debug)]
pub struct RoleSummary<'a> {
    /// The role: its name, description and group.
    pub role: Role<'a>,
    /// The users to whom it is assigned directly.
    pub direct_users: usize,
    /// The users who hold it, directly or through a team, each counted once.
    pub users: usize,
    /// The teams to which it is assigned.
    pub teams: usize,
    /// The permissions that it grants.
    pub permissions: usize,
    /// The scopes that it provides: distinct, not reduced by inclusion.
    pub scopes: usize,
}

/// Which roles to list.
#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    kind: Option<&'static str>,
    text: String,
}

impl RoleFilter {
    /// All roles.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// The predefined ones.
    #[must_use]
    pub fn predefined() -> Self {
        Self { kind: Some("predefined"), text: String::new() }
    }

    /// The custom ones.
    #[must_use]
    pub fn custom() -> Self {
        Self { kind: Some("custom"), text: String::new() }
    }

    /// Of those, the ones whose name or description contains this text, upper and lower case not told apart.
    #[must_use]
    pub fn matching(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// Whether a role is wanted.
    #[must_use]
    pub fn wants(&self, role: &Role<'_>) -> bool {
        self.kind.is_none_or(|kind| kind == role.to_ref().kind()) && role.matches(&self.text)
    }
}

impl Authorizer {
    /// The roles with their counts, in the order of [`Account::roles`] (V1).
    ///
    /// Cost: one pass over all users for all roles together; nothing is kept for the next time.
    #[must_use]
    pub fn role_summaries(&self, filter: &RoleFilter) -> Vec<RoleSummary<'_>> {
        let counts = count_holders(self.account());
        let wanted = self.account().roles().filter(|role| filter.wants(role));
        wanted.map(|role| summary(self.account(), &counts, role)).collect()
    }

    /// One role with its counts (V1), if there is such a role.
    ///
    /// Cost: one pass over all users.
    #[must_use]
    pub fn role_summary(&self, role: impl NamedRole) -> Option<RoleSummary<'_>> {
        let role = self.account().role(role)?;
        Some(summary(self.account(), &count_holders(self.account()), role))
    }
}

impl<'a> Role<'a> {
    /// The sections of the catalog, each with how many of its permissions the role grants (V1).
    pub fn sections(&self) -> impl Iterator<Item = SectionCount<'a>> + use<'a> {
        let permissions = self.permissions();
        let sections: Vec<Section<'a>> = self.catalog().sections().collect();
        sections.into_iter().map(move |section| {
            let selected = section.count_in(&permissions);
            SectionCount { section, selected, total: section.len() }
        })
    }

    /// How the role's permissions differ from those of another, of this account or of any other (V3).
    #[must_use]
    pub fn compare(&self, other: &Role<'_>) -> super::RoleDifference {
        let (here, there) = (self.permissions(), other.permissions());
        super::RoleDifference { gained: there.minus(&here), lost: here.minus(&there) }
    }
}

/// A section as the editor of a role shows it: *3 of 7 selected*.
#[derive(Clone, Copy, Debug)]
pub struct SectionCount<'a> {
    /// The section: its name and description, and its permissions.
    pub section: Section<'a>,
    /// How many of its permissions the role grants.
    pub selected: usize,
    /// How many permissions it has.
    pub total: usize,
}

/// Who holds a role, by role slot.
#[derive(Clone, Copy, Default)]
struct Holders {
    direct: usize,
    all: usize,
    teams: usize,
    /// The last user counted, so that nobody is counted twice.
    seen: Option<u32>,
}

fn summary<'a>(account: &'a Account, counts: &[Holders], role: Role<'a>) -> RoleSummary<'a> {
    let slot = account.role_slot(&role.to_ref());
    let held = slot.and_then(|slot| counts.get(slot as usize)).copied().unwrap_or_default();
    RoleSummary {
        role,
        direct_users: held.direct,
        users: held.all,
        teams: held.teams,
        permissions: role.permissions().len(),
        scopes: role.scopes().len(),
    }
}

fn count_holders(account: &Account) -> Vec<Holders> {
    let slots = account.role_slots().max().map_or(0, |last| last as usize + 1);
    let mut counts = vec![Holders::default(); slots];
    // Side by side, as the pass over all users comes back to the roles of each team often.
    let (mut team_roles, mut starts) = (Vec::new(), Vec::new());
    for (slot, team) in account.team_table().iter() {
        starts.resize(slot as usize + 1, team_roles.len());
        team_roles.extend(account.assigned(&team.roles).map(|(role, _)| role as usize));
    }
    starts.push(team_roles.len());
    for role in &team_roles {
        if let Some(count) = counts.get_mut(*role) {
            count.teams += 1;
        }
    }
    for (slot, user) in account.user_table().iter() {
        for (role, _) in account.assigned(&user.holds) {
            if let Some(count) = counts.get_mut(role as usize) {
                (count.direct, count.all, count.seen) = (count.direct + 1, count.all + 1, Some(slot));
            }
        }
        for team in user.holds.teams() {
            let ends = (starts.get(team as usize), starts.get(team as usize + 1));
            let (Some(start), Some(end)) = ends else { continue };
            for role in team_roles.get(*start..*end).unwrap_or_default() {
                match counts.get_mut(*role) {
                    Some(count) if count.seen != Some(slot) => {
                        (count.all, count.seen) = (count.all + 1, Some(slot));
                    }
                    _ => {}
                }
            }
        }
    }
    counts
}
