//! What a role or team may be called, judged when the name is given and never again (R1).
//!
//! A fact and a stored form keep the names that they have: what is refused today may have been taken by an earlier
//! version, and a clash may come from an upgrade. [`Account::problems`] lists the clashes.

use super::Account;
use crate::error::EditError;
use crate::key::{RoleId, RoleRef, TeamId};
use crate::name::{accept, fold};

impl Account {
    /// That a role may be given this name, trimmed: it shows what it is, and is no reader's name for another role,
    /// custom or predefined. The role need not exist; the name that it has may be given again.
    pub(super) fn may_name_role(&self, role: &RoleId, name: &str) -> Result<(), EditError> {
        if self.roles.lookup(role.as_str()).is_some_and(|role| role.name == name) {
            return Ok(());
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
            None => Ok(()),
        }
    }

    /// That a team may be given this name, trimmed. Two teams may share one.
    pub(super) fn may_name_team(&self, team: &TeamId, name: &str) -> Result<(), EditError> {
        match self.teams.lookup(team.as_str()).is_some_and(|team| team.name == name) {
            true => Ok(()),
            false => Ok(accept("team name", name)?),
        }
    }
}
