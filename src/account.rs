//! What one customer configured: a value, edited through one door.
//!
//! An account does not know that an authorizer exists, and answers no question about rights.

use std::fmt;
use std::sync::Arc;

use crate::catalog::{Catalog, FeatureSet, MAX_ROLES};
use crate::change::Head;
use crate::error::{AccountProblem, EditError, KeyError};
use crate::id::FeatureId;
use crate::key::{AccountId, FeatureKey, Named, NamedRole, RoleId, RoleRef, TeamId, UserId};
use crate::reach::Reach;
use crate::set::{IdSet, Row, Rows};
use crate::slots::{Slab, Table};

pub use drift::Drift;
pub use edit::{Edit, Edited, Effect, Granted, Imported, ImportedFrom, Released, Unassigned};
pub use grantor::MAX_LIMITS;

pub use record::{
    ACCOUNT_FORMAT, AccountRecord, AssignmentRecord, CustomRoleRecord, ImportRecord, TeamRecord, UserRecord,
};
pub use role::{CustomRole, Role};
pub use team::Team;
pub use user::User;

pub(crate) use crate::name::fold;
use apply::Scratch;
pub(crate) use apply::withholding;
pub(crate) use grantor::{Grantor, Holdings, LimitData, Resources, Sort};
pub(crate) use restore::{Names, problems};
pub(crate) use role::{CustomData, Import};
pub(crate) use team::TeamData;
pub(crate) use user::UserData;

mod apply;
mod drift;
mod edit;

mod grantor;

mod losses;
mod problems;
mod record;
mod replay;
mod resource;
mod restore;
mod role;
mod team;
mod user;

/// Most teams in an account (B3).
pub const MAX_TEAMS: usize = 1 << 20;

/// Most users in an account (B3).
pub const MAX_USERS: usize = u32::MAX as usize;

/// The greatest revision of an account: the greatest integer that every JSON reader keeps exact.
pub const MAX_REVISION: u64 = (1 << 53) - 1;

/// One customer's configuration: enabled features, custom roles, teams, and who holds what.
///
/// A value: cloning it takes nanoseconds at any size, and no clone ever changes another (P1). All edits go
/// through an [edit session](Self::edit), which works on a clone.
///
/// ```
/// use rolecall::{Account, Assignee, Catalog};
/// use rolecall::table::role;
///
/// let catalog = Catalog::builder("acme", 1).role(role("viewer", "Viewer")).build()?;
/// let before = Account::new(&catalog, "initech")?;
///
/// let mut edit = before.edit();
/// edit.assign("viewer", Assignee::user("maja")?)?;
/// let done = edit.finish().expect("something changed");
///
/// assert_eq!((done.change().follows.revision, done.account().revision()), (0, 1));
/// assert_eq!(Some(done.change().head()), done.account().head());
/// assert_eq!(before.users().count(), 0);
/// assert_eq!(before.replay(done.change())?.record(), done.account().record());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Account {
    catalog: Catalog,
    id: AccountId,
    /// The head of the state, or in a session of the one that it was begun on.
    head: Head,
    /// Whether facts were applied since, which no finished change names yet.
    drafted: bool,
    features: IdSet<FeatureId>,
    roles: Table<Arc<CustomData>>,
    teams: Table<Arc<TeamData>>,
    users: Table<UserData>,
    /// The limited assignments of users and teams (L2). Nobody pays for them who has none.
    limits: Slab<Arc<LimitData>>,
    /// What the session under way has worked out.
    scratch: Scratch,
    /// What the account was restored from, if it waits for an upgrade (P5).
    outdated: Option<Arc<Outdated>>,
}

/// The stored form of an account under another catalog than its own, and what that lacks.
pub(crate) struct Outdated {
    pub(crate) record: AccountRecord,
    pub(crate) problems: Vec<AccountProblem>,
    /// The catalog that it was stored under, if it was given.
    pub(crate) earlier: Option<Catalog>,
}

impl Account {
    /// An account on which nothing is enabled and nobody holds anything, at revision 0.
    ///
    /// # Errors
    ///
    /// - The text is no account id.
    pub fn new(catalog: &Catalog, id: impl Named<AccountId>) -> Result<Self, KeyError> {
        Ok(Self::blank(catalog, id.into_key()?))
    }

    pub(crate) fn blank(catalog: &Catalog, id: AccountId) -> Self {
        Self {
            catalog: catalog.clone(),
            head: Head::first(&id, &catalog.hash()),
            id,
            drafted: false,
            features: IdSet::new(),
            roles: Table::new(),
            teams: Table::new(),
            users: Table::new(),
            limits: Slab::new(),
            scratch: Scratch::default(),
            outdated: None,
        }
    }

    /// Starts an edit session on a clone of this account.
    pub fn edit(&self) -> Edit {
        Edit::new(self.clone())
    }

    /// What the account can be made of.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Whose account it is.
    #[must_use]
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// The head of this state: which changes led to it (P10). It is a token of freshness that the host compares (P8).
    ///
    /// `None` in the middle of an edit session: what is edited has no head before it is finished.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        (!self.drafted).then_some(self.head)
    }

    /// How many changes led to this state; in an edit session, to the state that it was begun on.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.head.revision
    }

    /// The enabled features.
    #[must_use]
    pub fn features(&self) -> FeatureSet {
        FeatureSet::new(&self.catalog, self.features.clone())
    }

    /// Whether a feature is enabled. One that the catalog lacks is not.
    #[must_use]
    pub fn is_enabled(&self, feature: impl Named<FeatureKey>) -> bool {
        self.catalog.feature_index(feature.text()).is_some_and(|index| self.features.contains(index))
    }

    /// The role of this key or id, if there is one.
    #[must_use]
    pub fn role(&self, role: impl NamedRole) -> Option<Role<'_>> {
        self.role_view(self.role_slot(&role.into_role().ok()?)?)
    }

    /// Every role: the predefined ones in the order of the catalog, then the custom ones by id (V4).
    pub fn roles(&self) -> impl Iterator<Item = Role<'_>> {
        self.catalog.roles().map(Role::Predefined).chain(self.custom_roles().map(Role::Custom))
    }

    /// The custom roles, by id (V4). Cost: a sort of them.
    pub fn custom_roles(&self) -> impl Iterator<Item = CustomRole<'_>> {
        let mut roles: Vec<_> = self.roles.iter().map(|(_, data)| CustomRole::new(self, data)).collect();
        roles.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        roles.into_iter()
    }

    /// The team of this id, if there is one.
    #[must_use]
    pub fn team(&self, team: impl Named<TeamId>) -> Option<Team<'_>> {
        self.teams.lookup(team.text()).map(|data| Team::new(self, data))
    }

    /// The teams, by id (V4). Cost: a sort of them.
    pub fn teams(&self) -> impl Iterator<Item = Team<'_>> {
        let mut teams: Vec<_> = self.teams.iter().map(|(_, data)| Team::new(self, data)).collect();
        teams.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        teams.into_iter()
    }

    /// The user of this id, if there is one.
    #[must_use]
    pub fn user(&self, user: impl Named<UserId>) -> Option<User<'_>> {
        self.users.lookup(user.text()).map(|data| User::new(self, data))
    }

    /// The users, lazily, in the order in which they came to the account; one who comes after another was
    /// removed may take their place in that order. A restored account begins in the order of ids (V4).
    pub fn users(&self) -> impl Iterator<Item = User<'_>> {
        self.users.iter().map(|(_, data)| User::new(self, data))
    }

    pub(crate) fn enabled(&self) -> &IdSet<FeatureId> {
        &self.features
    }

    pub(crate) fn custom_table(&self) -> &Table<Arc<CustomData>> {
        &self.roles
    }

    pub(crate) fn team_table(&self) -> &Table<Arc<TeamData>> {
        &self.teams
    }

    pub(crate) fn user_table(&self) -> &Table<UserData> {
        &self.users
    }

    pub(crate) fn limit_slab(&self) -> &Slab<Arc<LimitData>> {
        &self.limits
    }

    /// The roles assigned to a user or team: the slot of each, and its limit if it has one.
    pub(crate) fn assigned<'a>(
        &'a self,
        holds: &'a Holdings,
    ) -> impl Iterator<Item = (u32, Option<&'a LimitData>)> {
        let limited = holds.limits().filter_map(|slot| self.limits.get(slot));
        holds.roles().map(|slot| (slot, None)).chain(limited.map(|limit| (limit.role, Some(&**limit))))
    }

    /// The roles that a user holds, directly or through teams (D1, D4): as [`assigned`](Self::assigned), as often
    /// as there are ways.
    pub(crate) fn all_assigned<'a>(
        &'a self,
        user: &'a UserData,
    ) -> impl Iterator<Item = (u32, Option<&'a LimitData>)> {
        let teams = user.holds.teams().filter_map(|team| self.teams.get(team));
        self.assigned(&user.holds).chain(teams.flat_map(|team| self.assigned(&team.roles)))
    }

    /// What of a user's or team's holdings is the assignment of a role, limited or not.
    pub(crate) fn assignment(&self, holds: &Holdings, role: u32) -> Option<Grantor> {
        let of_role = |slot: &u32| self.limits.get(*slot).is_some_and(|limit| limit.role == role);
        match holds.contains(Grantor::role(role)) {
            true => Some(Grantor::role(role)),
            false => holds.limits().find(of_role).map(Grantor::limit),
        }
    }

    /// Where an assignment counts.
    pub(crate) fn reach_of(&self, assignment: Grantor) -> Reach {
        self.reach_within(self.limit_within(assignment))
    }

    /// The limit of an assignment, if it has one.
    pub(crate) fn limit_within(&self, assignment: Grantor) -> Option<&LimitData> {
        match assignment.sort() {
            Sort::Limit(slot) => self.limits.get(slot).map(|limit| &**limit),
            Sort::Role(_) | Sort::Team(_) => None,
        }
    }

    /// Where an assignment with this limit, if it has one, counts.
    pub(crate) fn reach_within(&self, limit: Option<&LimitData>) -> Reach {
        limit.map(|limit| limit.reach(&self.catalog)).unwrap_or_default()
    }

    /// The role slot of the first custom role. Those before it are the predefined roles', not all used.
    pub(crate) fn first_custom(&self) -> u32 {
        Rows::next_page(self.catalog.role_count())
    }

    /// The slot of a role among all roles.
    pub(crate) fn role_slot(&self, role: &RoleRef) -> Option<u32> {
        match role {
            RoleRef::Predefined(key) => u32::try_from(self.catalog.role_index(key)?).ok(),
            RoleRef::Custom(id) => Some(self.first_custom() + self.roles.find(id.as_str())?),
        }
    }

    /// The slots of all roles.
    pub(crate) fn role_slots(&self) -> impl Iterator<Item = u32> {
        let (predefined, first) = (0..self.catalog.role_count(), self.first_custom());
        predefined.chain(self.roles.iter().map(move |(slot, _)| first + slot))
    }

    pub(crate) fn role_view(&self, slot: u32) -> Option<Role<'_>> {
        match slot.checked_sub(self.first_custom()) {
            None => self.catalog.role_at(slot as usize).map(Role::Predefined),
            Some(slot) => self.roles.get(slot).map(|data| Role::Custom(CustomRole::new(self, data))),
        }
    }

    pub(crate) fn role_row(&self, slot: u32) -> Option<&Row> {
        match slot.checked_sub(self.first_custom()) {
            None => self.catalog.role_row(slot as usize),
            Some(slot) => self.roles.get(slot).map(|data| &data.permissions),
        }
    }

    /// The roles of a user or team, in the order of [`Account::roles`].
    pub(crate) fn sorted_roles(&self, slots: impl Iterator<Item = u32>) -> Vec<Role<'_>> {
        let mut roles: Vec<_> = slots.filter_map(|slot| self.role_view(slot)).collect();
        roles.sort_unstable_by(Role::listed);
        roles
    }

    pub(crate) fn custom_slot(&self, role: &RoleId) -> Result<u32, EditError> {
        let unknown = || EditError::UnknownRole { role: role.clone() };
        self.roles.find(role.as_str()).ok_or_else(unknown)
    }

    fn has_room_for_role(&self) -> Result<(), EditError> {
        if self.catalog.role_count() as usize + self.roles.len() < MAX_ROLES {
            return Ok(());
        }
        Err(EditError::TooMany { what: "roles", limit: MAX_ROLES as u64 })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("revision", &self.head.revision)
            .field("catalog", &self.catalog.title())
            .field("custom_roles", &self.roles.len())
            .field("teams", &self.teams.len())
            .field("users", &self.users.len())
            .finish_non_exhaustive()
    }
}
