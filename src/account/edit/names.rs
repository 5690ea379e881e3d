//! What a role or team may be called, judged when the name is given and never again (R1).
//!
//! A fact and a stored form keep the names that they have: what is refused today may have been taken by an earlier
//! version, and a clash may come from an upgrade. [`Account::problems`] lists the clashes.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use smol_str::SmolStr;

use super::Edit;
use crate::account::Account;
use crate::change::Fact;
use crate::error::EditError;
use crate::key::{Named, RoleId, RoleKey, RoleRef, TeamId};
use crate::name::{accept, fold};

/// Who has which name, as names are compared. Custom roles that clash already, by an upgrade or a replay, are all here.
#[derive(Clone, Debug)]
pub(super) struct Names {
    custom: HashMap<SmolStr, Vec<RoleId>, RandomState>,
    predefined: HashMap<SmolStr, RoleKey, RandomState>,
}

impl Names {
    fn of(account: &Account) -> Self {
        let predefined = account.catalog().roles().map(|role| (fold(role.name()), role.key().clone()));
        let mut names = Self { custom: HashMap::default(), predefined: predefined.collect() };
        for (_, role) in account.custom_table().iter() {
            names.renamed(&role.id, None, Some(&role.folded));
        }
        names
    }

    /// That a custom role has another name, or had none, or has none any more.
    pub(super) fn renamed(&mut self, role: &RoleId, before: Option<&str>, now: Option<&str>) {
        if let Some(named) = before.and_then(|before| self.custom.get_mut(before)) {
            named.retain(|named| named != role);
        }
        if let Some(now) = now {
            self.custom.entry(SmolStr::new(now)).or_default().push(role.clone());
        }
    }

    /// Another role that has the name.
    fn taken_by(&self, folded: &str, except: &RoleId) -> Option<RoleRef> {
        let custom = self.custom.get(folded).into_iter().flatten().find(|role| *role != except);
        let predefined = || self.predefined.get(folded).cloned().map(RoleRef::Predefined);
        custom.cloned().map(RoleRef::Custom).or_else(predefined)
    }
}

impl Account {
    /// The name of a custom role, as names are compared.
    pub(super) fn folded(&self, role: &RoleId) -> Option<SmolStr> {
        self.custom_table().lookup(role.as_str()).map(|role| role.folded.clone())
    }
}

impl Edit {
    /// That a role may have a name: an acceptable one that no other role has.
    ///
    /// Cost: a pass over the roles for the first name of a session.
    pub(super) fn judge_name(&mut self, role: &RoleId, name: &str) -> Result<(), EditError> {
        accept("role name", name)?;
        let names = self.names.get_or_insert_with(|| Names::of(&self.account));
        match names.taken_by(&fold(name), role) {
            Some(by) => Err(EditError::NameTaken { name: name.to_owned(), by }),
            None => Ok(()),
        }
    }

    /// The id and the name for a team, likewise; two teams may share a name.
    pub(super) fn named_team(
        &self,
        team: impl Named<TeamId>,
        name: &str,
    ) -> Result<(TeamId, String), EditError> {
        let (team, name) = (team.into_key()?, name.trim());
        if self.account.team_table().lookup(team.as_str()).is_none_or(|team| team.name != name) {
            accept("team name", name)?;
        }
        Ok((team, name.to_owned()))
    }

    /// The custom role whose name a fact may alter, with the name that it has.
    pub(super) fn named(&self, fact: &Fact) -> Option<(RoleId, Option<SmolStr>)> {
        let (Fact::RoleCreated { role, .. } | Fact::RoleRenamed { role, .. } | Fact::RoleDeleted { role }) =
            fact
        else {
            return None;
        };
        self.names.is_some().then(|| (role.clone(), self.account.folded(role)))
    }
}
