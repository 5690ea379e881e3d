//! What leaving teams, or the end of a role, would cost a user (U4, R6): what nothing else gives them.

use std::collections::BTreeSet;

use super::{Account, LimitData, UserData};
use crate::catalog::PermissionSet;
use crate::error::{Inherited, Leaving, Losses};
use crate::id::PermissionId;
use crate::key::{PermissionKey, RoleRef};
use crate::reach::Reached;
use crate::set::{IdSet, has};

/// Some assignments: the role slot of each, and its limit.
type Assignments<'a> = Vec<(u32, Option<&'a LimitData>)>;

impl Account {
    /// The slots of the teams through which a user holds a role, by id of the team.
    pub(super) fn teams_giving(&self, user: &UserData, role: u32) -> Vec<u32> {
        let gives = |team: &u32| {
            let team = self.teams.get(*team);
            team.is_some_and(|team| self.assignment(&team.roles, role).is_some())
        };
        let mut giving: Vec<u32> = user.holds.teams().filter(gives).collect();
        giving.sort_unstable_by_key(|team| self.teams.get(*team).map(|team| &team.id));
        giving
    }

    /// The refusal to unassign a role that these teams give.
    pub(super) fn inherited(&self, user: &UserData, role: &RoleRef, giving: &[u32]) -> Inherited {
        let leaving = giving.iter().filter_map(|team| {
            let losses = self.losses(user, std::slice::from_ref(team));
            Some(Leaving { team: self.teams.get(*team)?.id.clone(), losses })
        });
        Inherited {
            user: user.id.clone(),
            role: role.clone(),
            leaving: leaving.collect(),
            together: self.losses(user, giving),
        }
    }

    /// What the user would lose by leaving all of these teams.
    fn losses(&self, user: &UserData, leaving: &[u32]) -> Losses {
        let given = |leaves: bool| -> Assignments<'_> {
            let teams = user.holds.teams().filter(|team| leaving.contains(team) == leaves);
            let teams = teams.filter_map(|team| self.teams.get(team));
            teams.flat_map(|team| self.assigned(&team.roles)).collect()
        };
        let mut kept = given(false);
        kept.extend(self.assigned(&user.holds));
        self.difference(&given(true), &kept)
    }

    /// What the end of a role would cost a user; `None` if they do not hold it.
    pub(crate) fn losses_of_role(&self, user: &UserData, role: u32) -> Option<Losses> {
        let teams = user.holds.teams().filter_map(|team| self.teams.get(team));
        let through = teams.flat_map(|team| self.assigned(&team.roles));
        let all = self.assigned(&user.holds).chain(through);
        let (lost, kept): (Assignments<'_>, Assignments<'_>) = all.partition(|(held, _)| *held == role);
        (!lost.is_empty()).then(|| self.difference(&lost, &kept))
    }

    /// What is lost with some assignments while others are kept.
    fn difference(&self, lost: &Assignments<'_>, kept: &Assignments<'_>) -> Losses {
        let gone = |role: &u32| !kept.iter().any(|(kept, _)| kept == role);
        let roles: BTreeSet<u32> = lost.iter().map(|(role, _)| *role).filter(gone).collect();

        let (before, after) = (self.granted_by(lost.iter().chain(kept)), self.granted_by(kept.iter()));
        let mut permissions = before.clone();
        permissions.subtract(after.words());
        let narrower = |index: &u16| {
            let before = self.reached_by(lost.iter().chain(kept), *index);
            before != self.reached_by(kept.iter(), *index)
        };
        let narrowed = after.iter().filter(narrower).collect();
        Losses {
            roles: self.sorted_roles(roles.into_iter()).iter().map(super::Role::to_ref).collect(),
            permissions: self.keys_of(permissions),
            narrowed: self.keys_of(narrowed),
        }
    }

    fn keys_of(&self, permissions: IdSet<PermissionId>) -> Vec<PermissionKey> {
        PermissionSet::new(&self.catalog, permissions).keys().cloned().collect()
    }

    fn granted_by<'a>(
        &self,
        assignments: impl Iterator<Item = &'a (u32, Option<&'a LimitData>)>,
    ) -> IdSet<PermissionId> {
        let mut granted = IdSet::new();
        for row in assignments.filter_map(|(role, _)| self.role_row(*role)) {
            granted.union_with(row);
        }
        granted
    }

    /// Where some assignments together grant a permission, features aside.
    fn reached_by<'a>(
        &self,
        assignments: impl Iterator<Item = &'a (u32, Option<&'a LimitData>)>,
        permission: u16,
    ) -> Reached {
        let kind = self.catalog.kind_of(permission);
        let mut reached = BTreeSet::new();
        for (role, limit) in assignments {
            if !self.role_row(*role).is_some_and(|row| has(row, permission)) {
                continue;
            }
            match limit.zip(kind).and_then(|(limit, kind)| limit.resources(kind)) {
                None => return Reached::Everything,
                Some(resources) => reached.extend(resources.iter().cloned()),
            }
        }
        if reached.is_empty() { Reached::Nothing } else { Reached::Only(reached) }
    }
}
