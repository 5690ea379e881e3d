//! What one user can do, and which users can do one thing (V2).

use crate::account::{Grantor, Role};
use crate::authorizer::{Authorizer, GrantPath, Subject};
use crate::catalog::UnknownKey;
use crate::catalog::{FeatureSet, PermissionSet, Resource, Seat};
use crate::id::PermissionId;
use crate::key::{Named, NamedRole, SeatKey};

impl<'a> Subject<'a> {
    /// What the user can use (V2): exactly the permissions that are [usable](Subject::is_usable). Where an
    /// assignment is limited, [`reach_of`](Subject::reach_of) says on which resources.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        PermissionSet::new(self.authorizer().catalog(), self.usable_set())
    }

    /// What some role held by the user grants, whether features are enabled or the user suspended.
    #[must_use]
    pub fn granted(&self) -> PermissionSet {
        PermissionSet::new(self.authorizer().catalog(), self.granted_set())
    }

    /// The features available to the user: those that something the user can use requires (V2).
    #[must_use]
    pub fn features(&self) -> FeatureSet {
        let permissions = self.permissions();
        let required = permissions.iter().flat_map(|permission| permission.feature_refs().iter().copied());
        FeatureSet::new(self.authorizer().catalog(), required.collect())
    }

    /// The seats that the user consumes, by being able to use something that takes one (C9).
    pub fn seats(&self) -> impl Iterator<Item = Seat<'a>> + use<'a> {
        let usable = self.usable_set();
        let takes = move |seat: &Seat<'a>| usable.iter().any(|index| seat.is_taken_by(index));
        self.authorizer().catalog().seats().filter(takes)
    }
}

/// A user who holds a role, and how.
#[derive(Clone, Debug)]
pub struct Holder<'a> {
    /// The user.
    pub user: Subject<'a>,
    /// Every way in which the user holds the role: directly first, then through teams by id.
    pub paths: Vec<GrantPath>,
}

impl Authorizer {
    /// The users who can use a permission, at least on some resources, lazily, in the order of [`Account::users`](crate::Account::users) (V2).
    /// An id of another catalog: nobody.
    ///
    /// Cost: one check for each user of the account.
    pub fn who_can(&self, permission: PermissionId) -> impl Iterator<Item = Subject<'_>> {
        self.subjects().filter(move |subject| subject.is_usable(permission))
    }

    /// The users who hold a role, directly or through teams, each with how; lazily, in the order of
    /// [`Account::users`](crate::Account::users) (V2). An unknown role: nobody.
    ///
    /// Cost: a look at each user of the account.
    pub fn holders(&self, role: impl NamedRole) -> impl Iterator<Item = Holder<'_>> {
        let account = self.account();
        let role = role.into_role().ok().and_then(|role| account.role_slot(&role));
        let mut teams: Vec<(u32, GrantPath)> = Vec::new();
        for (slot, team) in account.team_table().iter() {
            if let Some(held) = role.and_then(|role| account.assignment(&team.roles, role)) {
                let reach = account.reach_of(held);
                teams.push((slot, GrantPath::Team { team: team.id.clone(), reach }));
            }
        }
        self.subjects().filter_map(move |user| {
            let (data, role) = (user.data()?, role?);
            let direct = account.assignment(&data.holds, role);
            let direct = direct.map(|held| GrantPath::Direct { reach: account.reach_of(held) });
            let given = data.holds.teams().filter_map(|team| {
                let at = teams.binary_search_by_key(&team, |(slot, _)| *slot).ok()?;
                teams.get(at).map(|(_, path)| path.clone())
            });
            let mut paths: Vec<GrantPath> = direct.into_iter().chain(given).collect();
            paths.sort_unstable();
            (!paths.is_empty()).then_some(Holder { user, paths })
        })
    }

    /// The users who may do something on a resource, lazily, in the order of
    /// [`Account::users`](crate::Account::users) (L4).
    ///
    /// Cost: one check for each user of the account.
    pub fn who_can_on<'a>(
        &'a self,
        permission: PermissionId,
        resource: &'a Resource,
    ) -> impl Iterator<Item = Subject<'a>> {
        self.subjects().filter(move |subject| subject.can_on(permission, resource))
    }

    /// The users who consume a seat (C9), lazily, in the order of [`Account::users`](crate::Account::users). The
    /// seats used are their number.
    ///
    /// # Errors
    ///
    /// - The catalog has no such seat.
    pub fn seat_holders(
        &self,
        seat: impl Named<SeatKey>,
    ) -> Result<impl Iterator<Item = Subject<'_>>, UnknownKey> {
        let taking: Vec<PermissionId> = self.catalog().seat(seat)?.permissions().ids().collect();
        Ok(self.subjects().filter(move |user| taking.iter().any(|permission| user.is_usable(*permission))))
    }

    /// The roles that grant a permission, in the order of [`Account::roles`](crate::Account::roles) (V2). An id of
    /// another catalog: none.
    ///
    /// Cost: one bit test for each role.
    pub fn roles_granting(&self, permission: PermissionId) -> impl Iterator<Item = Role<'_>> {
        let index = self.catalog().own(permission);
        let grants = |slot: &u32| index.is_some_and(|index| self.grants(Grantor::role(*slot), index));
        self.account().sorted_roles(self.account().role_slots().filter(grants)).into_iter()
    }
}
