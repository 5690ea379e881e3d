//! What a role or team may be called, judged when the name is given and never again (R1).
//!
//! A fact and a stored form keep the names that they have: what is refused today may have been taken by an earlier
//! version, and a clash may come from an upgrade. [`Account::problems`] lists the clashes.

use super::Account;
use crate::error::EditError;
use crate::key::{Named, RoleId, RoleRef, TeamId};
use crate::name::{accept, fold};

impl Account {
    /// The name for a role, which need not exist, trimmed: it shows what it is, and is to a reader that of no other role,
    /// custom or predefined. The name that the role has may be given again.
    pub(super) fn role_name(&self, role: &RoleId, name: &str) -> Result<String, EditError> {
        let name = name.trim();
        if self.roles.lookup(role.as_str()).is_some_and(|role| role.name == name) {
            return Ok(name.to_owned());
        }
        accept("role name", name)?;
        let folded = fold(name);
        let custom = self.roles.iter().map(|(_, role)| role);
        let taken = custom.filter(|other| other.id != *role).find(|other| other.folded == folded);
        let by = match taken {
            Some(other) => Some(RoleRef::Custom(other.id.clone())),
            None => {
                let clash = self.catalog.roles().find(|other| fold(other.name()) == folded);
                clash.map(|other| RoleRef::Predefined(other.key().clone()))
            }
        };
        match by {
            Some(by) => Err(EditError::NameTaken { name: name.to_owned(), by }),
            None => Ok(name.to_owned()),
        }
    }

    /// The id and the name for a team, likewise; two teams may share a name.
    pub(super) fn named_team(
        &self,
        team: impl Named<TeamId>,
        name: &str,
    ) -> Result<(TeamId, String), EditError> {
        let (team, name) = (team.into_key()?, name.trim());
        if self.teams.lookup(team.as_str()).is_none_or(|team| team.name != name) {
            accept("team name", name)?;
        }
        Ok((team, name.to_owned()))
    }
}
