//! Which assignments name a resource (L7).

use super::{Account, Holdings, Role};
use crate::catalog::UnknownKey;
use crate::key::{Assignee, KindKey, Named, ResourceId, RoleRef};

impl Account {
    /// The assignments whose limit names a resource, each as the role and whom it is assigned to: the teams by id, then
    /// the users by id (L7). [`Edit::forget_resource`](crate::Edit::forget_resource) takes it out of all of them.
    ///
    /// Cost: a pass over the limited assignments; over the teams and users if one of those names it.
    ///
    /// # Errors
    ///
    /// - The catalog has no such kind; the error names the nearest one.
    pub fn assignments_naming(
        &self,
        kind: impl Named<KindKey>,
        resource: impl Named<ResourceId>,
    ) -> Result<Vec<(RoleRef, Assignee)>, UnknownKey> {
        let kind = self.catalog.kind_index(kind.text())?;
        let names = |slot: u32| {
            let limit = self.limits.get(slot).and_then(|limit| limit.resources(kind));
            limit.is_some_and(|resources| resources.contains(resource.text()))
        };
        if !self.limits.iter().any(|(slot, _)| names(slot)) {
            return Ok(Vec::new());
        }
        let roles = |holdings: &Holdings| -> Vec<Role<'_>> {
            let limits = holdings.limits().filter(|slot| names(*slot));
            self.sorted_roles(limits.filter_map(|slot| Some(self.limits.get(slot)?.role)))
        };
        let mut found = Vec::new();
        for team in self.teams() {
            let of = Assignee::Team(team.id().clone());
            found.extend(roles(team.holds()).into_iter().map(|role| (role.to_ref(), of.clone())));
        }
        let limited = self.users().filter(|user| user.holds().limits().any(names));
        let mut users: Vec<_> = limited.collect();
        users.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        for user in users {
            let of = Assignee::User(user.id().clone());
            found.extend(roles(user.holds()).into_iter().map(|role| (role.to_ref(), of.clone())));
        }
        Ok(found)
    }
}
