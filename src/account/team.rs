//! Teams: groups of users who inherit the roles assigned to the group (D4). They don't nest (U3).

use std::sync::Arc;

use smol_str::SmolStr;

use super::{Account, Grantor, Holdings, Role, User};
use crate::key::{NamedRole, TeamId};
use crate::reach::Reach;
use crate::slots::Entry;

/// A team, as the account keeps it. Who is in it stands with the users.
#[derive(Clone)]
pub(crate) struct TeamData {
    pub(crate) id: TeamId,
    pub(crate) name: SmolStr,
    pub(crate) roles: Holdings,
}

impl Entry for Arc<TeamData> {
    fn text(&self) -> &str {
        self.id.as_str()
    }
}

/// A group of users of one account; its members inherit the roles assigned to it.
#[derive(Clone, Copy)]
pub struct Team<'a> {
    account: &'a Account,
    data: &'a TeamData,
}

impl<'a> Team<'a> {
    pub(super) fn new(account: &'a Account, data: &'a Arc<TeamData>) -> Self {
        Self { account, data }
    }

    pub(crate) fn holds(&self) -> &'a Holdings {
        &self.data.roles
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &'a TeamId {
        &self.data.id
    }

    /// The name. Two teams may have the same one.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.data.name
    }

    /// The roles assigned to the team, in the order of [`Account::roles`].
    pub fn roles(&self) -> impl Iterator<Item = Role<'a>> + use<'a> {
        let roles = self.account.assigned(&self.data.roles).map(|(slot, _)| slot);
        self.account.sorted_roles(roles).into_iter()
    }

    /// Where the assignment of a role to the team counts (L2); `None` if it is not assigned to the team.
    #[must_use]
    pub fn reach(&self, role: impl NamedRole) -> Option<Reach> {
        let role = self.account.role_slot(&role.into_role().ok()?)?;
        self.account.assignment(&self.data.roles, role).map(|held| self.account.reach_of(held))
    }

    /// The members, lazily, in the order of [`Account::users`]. Cost: a pass over all users.
    pub fn members(&self) -> impl Iterator<Item = User<'a>> + use<'a> {
        let (account, team) = (self.account, self.account.teams.find(self.data.id.as_str()));
        account
            .users
            .iter()
            .filter(move |(_, user)| team.is_some_and(|slot| user.holds.contains(Grantor::team(slot))))
            .map(move |(_, user)| User::new(account, user))
    }
}

impl std::fmt::Debug for Team<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Team({:?})", self.id().as_str())
    }
}
