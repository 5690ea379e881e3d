//! Nobody gives more than they are granted (G2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Gift, MAX_REFUSALS, Refusal, Whom, gift_of};
use crate::account::{Grantor, LimitData, Role};
use crate::authorizer::{Authorizer, Subject};
use crate::catalog::{PermissionSet, ScopeSet};
use crate::change::{Change, Fact};
use crate::id::{PermissionId, ScopeId};
use crate::key::{Assignee, Named, ResourceId, RoleId, RoleRef, TeamId, UserId};
use crate::set::IdSet;

/// What somebody is granted, whether or not features are enabled.
#[derive(Default)]
struct Granted {
    everywhere: IdSet<PermissionId>,
    /// Beside that, permissions granted on some resources only.
    some: BTreeMap<u16, BTreeSet<ResourceId>>,
    /// By themselves, not by inclusion: an endpoint may want exactly them.
    scopes: IdSet<ScopeId>,
}

/// What one fact gives, at the most.
#[derive(Default)]
struct Given {
    permissions: IdSet<PermissionId>,
    scopes: IdSet<ScopeId>,
}

/// Every gain that goes beyond what the actor is granted before the change: for whom, and by which facts.
pub(super) fn beyond(
    before: &Authorizer,
    change: &Change,
    after: &Authorizer,
    actor: &Subject<'_>,
) -> Vec<Refusal> {
    let bound = Granted::of_subject(actor);
    // Whoever is given something, with the facts that give it. Others gain by a role or a team of theirs, which
    // is among these with all that it gains.
    let mut gifts: BTreeMap<Whom, Vec<(&Fact, Given)>> = BTreeMap::new();
    for fact in &change.facts {
        if let Some((whom, given)) = given(after, fact) {
            gifts.entry(whom).or_default().push((fact, given));
        }
    }
    let catalog = after.catalog();
    let mut refusals = Vec::new();
    for (whom, facts) in gifts {
        let mut excess = Granted::of(after, &whom).beyond(&Granted::of(before, &whom), &bound);
        // Each excess once, with the fact that gives it first: what many facts give is not said for each of them.
        for (fact, mut given) in facts {
            given.permissions.intersect_with(excess.permissions.words());
            given.scopes.intersect_with(excess.scopes.words());
            excess.permissions.subtract(given.permissions.words());
            excess.scopes.subtract(given.scopes.words());
            let all = given.permissions.len() + given.scopes.len();
            if all > 0 {
                let (permissions, scopes) =
                    (PermissionSet::new(catalog, given.permissions), ScopeSet::new(catalog, given.scopes));
                let permissions: Vec<_> = permissions.keys().take(MAX_REFUSALS).cloned().collect();
                let scopes: Vec<_> = scopes.keys().take(MAX_REFUSALS).cloned().collect();
                let more = all - permissions.len() - scopes.len();
                refusals.push(Refusal::Beyond {
                    whom: whom.clone(),
                    fact: fact.clone(),
                    permissions,
                    scopes,
                    more,
                });
            }
        }
    }
    refusals
}

/// Whom a fact gives something to, and what, at the most, as things stand after the change.
fn given(after: &Authorizer, fact: &Fact) -> Option<(Whom, Given)> {
    let (account, catalog) = (after.account(), after.catalog());
    match gift_of(fact) {
        Gift::Nothing => None,
        Gift::Permission(role, permission) => {
            let mut given = Given::default();
            let provided = catalog.permission(permission).ok().and_then(|id| catalog.permission_by_id(id))?;
            given.permissions.insert(catalog.own(provided.id())?);
            given.scopes = provided.scope_refs().iter().copied().collect();
            Some((Whom::Role(role.clone()), given))
        }
        Gift::Scope(role, scope) => {
            let scopes = [catalog.own(catalog.scope(scope).ok()?)?].into_iter().collect();
            Some((Whom::Role(role.clone()), Given { scopes, ..Given::default() }))
        }
        Gift::Role(role, assignee) => {
            let whom = match assignee {
                Assignee::User(user) => Whom::User(user.clone()),
                Assignee::Team(team) => Whom::Team(team.clone()),
            };
            let given = account.role(role).map(|role| Given::by(&role)).unwrap_or_default();
            Some((whom, given))
        }
        Gift::Team(team, user) => {
            let granted = Granted::of(after, &Whom::Team(team.clone()));
            Some((Whom::User(user.clone()), granted.into()))
        }
        Gift::Everything(user) => {
            let whom = Whom::User(user.clone());
            Some((whom.clone(), Granted::of(after, &whom).into()))
        }
    }
}

impl Given {
    fn by(role: &Role<'_>) -> Self {
        Self { permissions: role.row().to_set(), scopes: role.scopes().set().clone() }
    }
}

impl From<Granted> for Given {
    fn from(granted: Granted) -> Self {
        let some: IdSet<PermissionId> = granted.some.into_keys().collect();
        let mut permissions = granted.everywhere;
        permissions.union_with(some.words());
        Self { permissions, scopes: granted.scopes }
    }
}

impl Granted {
    /// Of somebody that one of the two states may not have: then nothing.
    fn of(authorizer: &Authorizer, whom: &Whom) -> Self {
        match whom {
            Whom::Role(role) => Self::of_role(authorizer, role),
            Whom::Team(team) => Self::of_team(authorizer, team),
            Whom::User(user) => Self::of_user(authorizer, user),
        }
    }

    /// What a role gives, whoever holds it: so everywhere.
    fn of_role(authorizer: &Authorizer, role: &RoleId) -> Self {
        let role = authorizer.account().role(RoleRef::Custom(role.clone()));
        let given = role.map(|role| Given::by(&role)).unwrap_or_default();
        Self { everywhere: given.permissions, scopes: given.scopes, some: BTreeMap::new() }
    }

    fn of_team(authorizer: &Authorizer, team: &TeamId) -> Self {
        let account = authorizer.account();
        let mut granted = Self::default();
        if let Some(team) = account.team_table().lookup(team.as_str()) {
            granted.add(
                authorizer,
                team.roles.all(),
                team.roles.limits().filter_map(|l| account.limit_slab().get(l)),
            );
            account.assigned(&team.roles).for_each(|(role, _)| granted.add_scopes(authorizer, role));
        }
        granted
    }

    fn of_user(authorizer: &Authorizer, user: &UserId) -> Self {
        Self::of_subject(&authorizer.subject(user.text()))
    }

    /// Nothing for a suspended user: reinstating gives it all back.
    fn of_subject(subject: &Subject<'_>) -> Self {
        let (authorizer, account) = (subject.authorizer(), subject.authorizer().account());
        let mut granted = Self::default();
        if let Some(user) = subject.data().filter(|user| !user.suspended) {
            granted.add(authorizer, user.holds.all(), authorizer.limits_of(user));
            account.all_assigned(user).for_each(|(role, _)| granted.add_scopes(authorizer, role));
        }
        granted
    }

    fn add<'a>(
        &mut self,
        authorizer: &Authorizer,
        grantors: &[Grantor],
        limits: impl Iterator<Item = &'a Arc<LimitData>>,
    ) {
        for grantor in grantors {
            self.everywhere.union_with(authorizer.row(*grantor));
        }
        for limit in limits {
            let row = authorizer.account().role_row(limit.role);
            for permission in row.into_iter().flat_map(|row| row.members()) {
                let kind = authorizer.catalog().kind_of(permission);
                if let Some(resources) = kind.and_then(|kind| limit.resources(kind)) {
                    self.some.entry(permission).or_default().extend(resources.iter().cloned());
                }
            }
        }
    }

    fn add_scopes(&mut self, authorizer: &Authorizer, role: u32) {
        if let Some(role) = authorizer.account().role_view(role) {
            self.scopes.union_with(Given::by(&role).scopes.words());
        }
    }

    /// What this has more than `before` that is not within `bound`.
    fn beyond(&self, before: &Self, bound: &Self) -> Given {
        let mut permissions = self.everywhere.clone();
        permissions.subtract(before.everywhere.words());
        permissions.subtract(bound.everywhere.words());
        for (permission, resources) in &self.some {
            let reaches = |granted: &Self, resource: &ResourceId| {
                granted.everywhere.contains(*permission)
                    || granted.some.get(permission).is_some_and(|known| known.contains(resource))
            };
            if resources.iter().any(|resource| !reaches(before, resource) && !reaches(bound, resource)) {
                permissions.insert(*permission);
            }
        }
        let mut scopes = self.scopes.clone();
        scopes.subtract(before.scopes.words());
        scopes.subtract(bound.scopes.words());
        Given { permissions, scopes }
    }
}
