//! What differs: between two states of an account, two roles, two catalogs (V3).

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::account::Edit;
use crate::authorizer::{Authorizer, Subject};
use crate::catalog::{Catalog, Permission, PermissionSet, PredefinedRole};
use crate::error::{EditError, Losses};
use crate::key::{FeatureKey, NamedRole, PermissionKey, RoleKey, ScopeKey, TeamId, UserId};
use crate::reach::Reached;

/// What one user can do after, and could not before; and the other way round.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserDifference {
    /// The user.
    pub user: UserId,
    /// What they have come to be able to use.
    pub gained: PermissionSet,
    /// What they have ceased to be able to use.
    pub lost: PermissionSet,
    /// What they can use before and after, but on other resources, in the order of the catalog (L4).
    pub moved: Vec<ReachDifference>,
}

/// A permission that a user can use on other resources than before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReachDifference {
    /// The permission.
    pub permission: PermissionKey,
    /// Where they could use it before.
    pub before: Reached,
    /// Where they can use it after.
    pub after: Reached,
}

/// How the permissions of one role differ from those of another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RoleDifference {
    /// What the other role grants and this one does not.
    pub gained: PermissionSet,
    /// What this role grants and the other one does not.
    pub lost: PermissionSet,
}

/// What the deletion of a role will do (R6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deletion {
    /// The users who hold the role now, directly or through a team, by id, each with what they lose: the role,
    /// and the permissions that nothing else gives them. Suspended users and disabled features count, as
    /// in [`Losses`]; what users can do less at this moment is in the [preview](Authorizer::preview).
    pub users: Vec<(UserId, Losses)>,
    /// The teams that it is assigned to, by id. They all lose it.
    pub teams: Vec<TeamId>,
}

impl Authorizer {
    /// What users can do according to another state of the account and not according to this one, and the
    /// other way round (V3). Only those for whom something differs, by id. Scopes follow from permissions and
    /// from what roles withhold; they are not compared here.
    ///
    /// The two may be under different catalogs; permissions are compared by key then.
    ///
    /// Cost: a pass over the users of both; for those whose limits differ, one look at each permission.
    #[must_use]
    pub fn compare(&self, after: &Self) -> Vec<UserDifference> {
        let here = self.subjects().filter_map(|user| user.id());
        let only_there = after.subjects().filter_map(|user| user.id());
        let new = only_there.filter(|user| self.account().user(*user).is_none());
        let mut differences: Vec<UserDifference> = here
            .chain(new)
            .filter_map(|user| {
                let (before, after) = (self.subject(user), after.subject(user));
                let (could, can) = (before.permissions(), after.permissions());
                let (gained, lost) = (can.minus(&could), could.minus(&can));
                let moved = moved(&before, &after, &could.and(&can));
                let differs = !gained.is_empty() || !lost.is_empty() || !moved.is_empty();
                differs.then(|| UserDifference { user: user.clone(), gained, lost, moved })
            })
            .collect();
        differences.sort_unstable_by(|a, b| a.user.cmp(&b.user));
        differences
    }

    /// What a session has done so far to what users can do: the edit, compared (V3). Exactly what finishing
    /// and publishing it will do.
    ///
    /// Cost: a pass over all users.
    #[must_use]
    pub fn preview(&self, edit: &Edit) -> Vec<UserDifference> {
        self.compare(&self.refresh(edit.account().clone()))
    }

    /// What deleting a custom role would do, before it is done (R6).
    ///
    /// Cost: a pass over all users.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    pub fn announce_deletion(&self, role: impl NamedRole) -> Result<Deletion, EditError> {
        let role = role.into_role()?;
        let mut edit = self.account().edit();
        edit.delete_role(&role)?;
        let account = self.account();
        let slot = account.known_role(&role)?;
        let users = account.user_table().iter();
        let losing =
            users.filter_map(|(_, user)| Some((user.id.clone(), account.losses_of_role(user, slot)?)));
        let mut users: Vec<(UserId, Losses)> = losing.collect();
        users.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let holding = account.teams().filter(|team| team.reach(&role).is_some());
        Ok(Deletion { users, teams: holding.map(|team| team.id().clone()).collect() })
    }
}

/// Of what a user can use before and after, what reaches something else.
fn moved(before: &Subject<'_>, after: &Subject<'_>, both: &PermissionSet) -> Vec<ReachDifference> {
    if before.reaches_as(after) {
        return Vec::new();
    }
    let mut moved = Vec::new();
    for permission in both.iter() {
        // The two may be under different catalogs.
        let Ok(there) = after.authorizer().catalog().permission(permission.key()) else { continue };
        let (before, after) = (before.reach_of(permission.id()), after.reach_of(there));
        if before != after {
            moved.push(ReachDifference { permission: permission.key().clone(), before, after });
        }
    }
    moved
}

/// How one catalog differs from another, by key. Names, descriptions, sections and inclusions between scopes
/// are not compared.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct CatalogDifference {
    /// Features that only the other catalog has.
    pub features_added: Vec<FeatureKey>,
    /// Features that only this catalog has.
    pub features_removed: Vec<FeatureKey>,
    /// Scopes that only the other catalog has.
    pub scopes_added: Vec<ScopeKey>,
    /// Scopes that only this catalog has.
    pub scopes_removed: Vec<ScopeKey>,
    /// Permissions that only the other catalog has.
    pub permissions_added: Vec<PermissionKey>,
    /// Permissions that only this catalog has.
    pub permissions_removed: Vec<PermissionKey>,
    /// Permissions of both whose features, scopes, kind or seat differ.
    pub permissions_changed: Vec<PermissionKey>,
    /// Predefined roles that only the other catalog has.
    pub roles_added: Vec<RoleKey>,
    /// Predefined roles that only this catalog has.
    pub roles_removed: Vec<RoleKey>,
    /// Predefined roles of both that grant something else.
    pub roles_changed: Vec<(RoleKey, RoleDifference)>,
}

impl Catalog {
    /// How another catalog differs from this one (V3), each list in declared order.
    ///
    /// Cost: a pass over both.
    #[must_use]
    pub fn compare(&self, other: &Self) -> CatalogDifference {
        macro_rules! only {
            ($list:ident, $here:expr, $there:expr) => {{
                let there: HashSet<_, RandomState> = $there.$list().map(|row| row.key()).collect();
                let missing = $here.$list().map(|row| row.key()).filter(|key| !there.contains(key));
                missing.cloned().collect()
            }};
        }
        let permissions: HashMap<&PermissionKey, Permission<'_>, RandomState> =
            other.permissions().map(|permission| (permission.key(), permission)).collect();
        let roles: HashMap<&RoleKey, PredefinedRole<'_>, RandomState> =
            other.roles().map(|role| (role.key(), role)).collect();
        let changed = |permission: &Permission<'_>| {
            let there = permissions.get(permission.key());
            there.is_some_and(|there| demands(permission) != demands(there))
        };
        let differs = |role: PredefinedRole<'_>| {
            let (here, there) = (role.permissions(), roles.get(role.key())?.permissions());
            let difference = RoleDifference { gained: there.minus(&here), lost: here.minus(&there) };
            let any = !difference.gained.is_empty() || !difference.lost.is_empty();
            any.then(|| (role.key().clone(), difference))
        };
        CatalogDifference {
            features_added: only!(features, other, self),
            features_removed: only!(features, self, other),
            scopes_added: only!(scopes, other, self),
            scopes_removed: only!(scopes, self, other),
            permissions_added: only!(permissions, other, self),
            permissions_removed: only!(permissions, self, other),
            permissions_changed: self.permissions().filter(changed).map(|p| p.key().clone()).collect(),
            roles_added: only!(roles, other, self),
            roles_removed: only!(roles, self, other),
            roles_changed: self.roles().filter_map(differs).collect(),
        }
    }
}

/// What a permission requires, provides, is exercised on and consumes, as text.
fn demands(permission: &Permission<'_>) -> (Vec<String>, Vec<String>, Option<String>, Option<String>) {
    let mut features: Vec<String> = permission.features().keys().map(ToString::to_string).collect();
    let mut scopes: Vec<String> = permission.scopes().keys().map(ToString::to_string).collect();
    features.sort_unstable();
    scopes.sort_unstable();
    let kind = permission.kind().map(|kind| kind.key().to_string());
    (features, scopes, kind, permission.seat().map(|seat| seat.key().to_string()))
}
