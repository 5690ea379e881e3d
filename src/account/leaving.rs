//! What leaving teams would cost a user (U4): what nothing else gives them.

use super::{Account, Grantor, UserData};
use crate::catalog::PermissionSet;
use crate::error::{Inherited, Leaving, Losses};
use crate::id::PermissionId;
use crate::key::{RoleRef, UserId};
use crate::set::IdSet;

impl Account {
    /// The teams through which a user holds a role, by id.
    pub(super) fn teams_giving(&self, user: &UserData, role: Grantor) -> Vec<Grantor> {
        let (_, teams) = user.holds.split();
        let gives = |team: &&Grantor| self.teams.get(team.slot()).is_some_and(|t| t.roles.contains(role));
        let mut giving: Vec<Grantor> = teams.iter().filter(gives).copied().collect();
        giving.sort_unstable_by_key(|team| self.teams.get(team.slot()).map(|team| &team.id));
        giving
    }

    /// The refusal to unassign a role that these teams give.
    pub(super) fn inherited(&self, user: &UserData, role: &RoleRef, giving: &[Grantor]) -> Inherited {
        let leaving = giving.iter().filter_map(|team| {
            let losses = self.losses(user, std::slice::from_ref(team));
            Some(Leaving { team: self.teams.get(team.slot())?.id.clone(), losses })
        });
        Inherited {
            user: UserId::clone(&user.id),
            role: role.clone(),
            leaving: leaving.collect(),
            together: self.losses(user, giving),
        }
    }

    /// What the user would lose by leaving all of these teams.
    fn losses(&self, user: &UserData, leaving: &[Grantor]) -> Losses {
        let (direct, teams) = user.holds.split();
        let staying = teams.iter().filter(|team| !leaving.contains(team));
        let mut kept: Vec<u32> = self.roles_through(staying).collect();
        kept.extend(direct.iter().map(|role| role.slot()));
        let mut lost: Vec<u32> =
            self.roles_through(leaving.iter()).filter(|role| !kept.contains(role)).collect();
        lost.sort_unstable();
        lost.dedup();

        let mut permissions = self.granted_by(&lost);
        permissions.subtract(self.granted_by(&kept).words());
        Losses {
            roles: self.sorted_roles(lost.into_iter()).iter().map(super::Role::to_ref).collect(),
            permissions: PermissionSet::new(&self.catalog, permissions).keys().cloned().collect(),
        }
    }

    fn roles_through<'a>(&self, teams: impl Iterator<Item = &'a Grantor>) -> impl Iterator<Item = u32> {
        teams
            .filter_map(|team| self.teams.get(team.slot()))
            .flat_map(|team| team.roles.all())
            .map(|role| role.slot())
    }

    fn granted_by(&self, roles: &[u32]) -> IdSet<PermissionId> {
        let mut granted = IdSet::new();
        for row in roles.iter().filter_map(|role| self.role_row(*role)) {
            granted.union_with(row);
        }
        granted
    }
}
