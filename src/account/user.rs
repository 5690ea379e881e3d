//! Users: an id and what it holds (U1). Names, addresses and passwords are the host's.

use super::{Account, Holdings, Role, Team};
use crate::key::{Incarnation, NamedRole, UserId};
use crate::reach::Reach;
use crate::slots::Entry;

/// A user, as the account keeps them: one cache line for most, which is all that a check waits for.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct UserData {
    pub(crate) id: UserId,
    pub(crate) incarnation: Incarnation,
    pub(crate) suspended: bool,
    pub(crate) holds: Holdings,
}

const _: () = assert!(size_of::<UserData>() == 64);

impl Entry for UserData {
    fn text(&self) -> &str {
        self.id.as_str()
    }
}

/// A user of one account, as configured. What they may do is the authorizer's to say.
#[derive(Clone, Copy)]
pub struct User<'a> {
    account: &'a Account,
    data: &'a UserData,
}

impl<'a> User<'a> {
    pub(super) const fn new(account: &'a Account, data: &'a UserData) -> Self {
        Self { account, data }
    }

    pub(crate) fn holds(&self) -> &'a Holdings {
        &self.data.holds
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &'a UserId {
        &self.data.id
    }

    /// Which of those who had this id: a user who is removed and created again is somebody new (U7).
    #[must_use]
    pub fn incarnation(&self) -> Incarnation {
        self.data.incarnation
    }

    /// Whether the user is suspended: denied everything for now (U5).
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.data.suspended
    }

    /// The roles assigned to the user directly, in the order of [`Account::roles`].
    pub fn roles(&self) -> impl Iterator<Item = Role<'a>> + use<'a> {
        let roles = self.account.assigned(&self.data.holds).map(|(slot, _)| slot);
        self.account.sorted_roles(roles).into_iter()
    }

    /// Where the assignment of a role to the user counts (L2); `None` if it is not assigned to the user.
    #[must_use]
    pub fn reach(&self, role: impl NamedRole) -> Option<Reach> {
        let role = self.account.role_slot(&role.into_role().ok()?)?;
        self.account.assignment(&self.data.holds, role).map(|held| self.account.reach_of(held))
    }

    /// The teams that the user belongs to, by id.
    pub fn teams(&self) -> impl Iterator<Item = Team<'a>> + use<'a> {
        let mut teams: Vec<_> = self
            .data
            .holds
            .teams()
            .filter_map(|team| self.account.teams.get(team))
            .map(|data| Team::new(self.account, data))
            .collect();
        teams.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        teams.into_iter()
    }
}

impl std::fmt::Debug for User<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({:?})", self.id().as_str())
    }
}
