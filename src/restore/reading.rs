//! Piece by piece from a stored form to an account.

use std::collections::BTreeSet;
use std::fmt::Display;

use smallvec::SmallVec;

use crate::account::{
    Account, CustomData, Grantor, Holdings, Import, LimitData, MAX_LIMITS, MAX_REVISION, MAX_TEAMS,
    MAX_USERS, TeamData, UserData, fold,
};
use crate::catalog::{Catalog, MAX_ROLES, Refs};
use crate::error::{AccountProblem, Holder, LostAssignments, RestoreError, RestoreFault};
use crate::id::{DenseId, PermissionId, ScopeId};
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleId, RoleRef, ScopeKey};
use crate::name;
use crate::record::{
    ACCOUNT_FORMAT, AccountRecord, AssignmentRecord, CustomRoleRecord, ImportRecord, TeamRecord, UserRecord,
};
use crate::set::{IdSet, Row};

/// What a name that the catalog lacks amounts to.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Unknown {
    IsAProblem,
    IsAnError,
}

/// An account that is being put together. Nobody sees it before it is complete.
pub(super) struct Restoring {
    pub(super) account: Account,
    unknown: Unknown,
    problems: Vec<AccountProblem>,
    lost: LostAssignments,
}

impl Restoring {
    pub(super) fn new(record: &AccountRecord, catalog: &Catalog, unknown: Unknown) -> Self {
        Self {
            account: Account::blank(catalog, record.account.clone()),
            unknown,
            problems: Vec::new(),
            lost: LostAssignments::default(),
        }
    }

    pub(super) fn read(&mut self, record: &AccountRecord) -> Result<(), RestoreError> {
        let AccountRecord { format, catalog, account: _, revision, features, roles, teams, users } = record;
        if *format != ACCOUNT_FORMAT {
            let fault = RestoreFault::Format { found: *format, known: ACCOUNT_FORMAT };
            return Err(RestoreError::new("format", fault));
        }
        catalog.must_be(self.account.catalog())?;
        if *revision > MAX_REVISION {
            let fault = RestoreFault::OutOfRange { what: "revision", found: *revision, max: MAX_REVISION };
            return Err(RestoreError::new("revision", fault));
        }
        self.account.set_revision(*revision);

        let mut seen = BTreeSet::new();
        each("features", features, |key| key, |key| self.feature(key, &mut seen))?;
        each("roles", roles, |role| &role.id, |role| self.role(role))?;
        // A role may have imported from one that is listed later.
        each("roles", roles, |role| &role.id, |role| self.imports(role))?;
        each("teams", teams, |team| &team.id, |team| self.team(team))?;
        self.account.expect_users(users.len());
        each("users", users, |user| &user.id, |user| self.user(user))
    }

    /// What the catalog lacks, in the order of the stored form; what holders lose of it last.
    pub(super) fn problems(&mut self) -> Vec<AccountProblem> {
        let mut problems = std::mem::take(&mut self.problems);
        problems.extend(std::mem::take(&mut self.lost).into_problems());
        problems
    }

    /// A name that the catalog has; otherwise what is wrong with the account, if that can be borne.
    fn known<T>(
        &mut self,
        found: Result<T, impl Into<RestoreFault>>,
        problem: impl FnOnce() -> AccountProblem,
    ) -> Result<Option<T>, RestoreFault> {
        match (found, self.unknown) {
            (Ok(found), _) => Ok(Some(found)),
            (Err(error), Unknown::IsAnError) => Err(error.into()),
            (Err(_), Unknown::IsAProblem) => {
                self.problems.push(problem());
                Ok(None)
            }
        }
    }

    fn feature<'r>(
        &mut self,
        key: &'r FeatureKey,
        seen: &mut BTreeSet<&'r FeatureKey>,
    ) -> Result<(), RestoreFault> {
        once(seen.insert(key), "feature", key)?;
        let found = self.account.catalog().feature(key);
        let missing = || AccountProblem::MissingFeature { feature: key.clone() };
        if let Some(feature) = self.known(found, missing)? {
            self.account.restore_feature(feature.index());
        }
        Ok(())
    }

    fn role(&mut self, record: &CustomRoleRecord) -> Result<(), RestoreFault> {
        let CustomRoleRecord { id, name, description, permissions, withheld, imports: _ } = record;
        let missing = |permission: &PermissionKey| AccountProblem::MissingPermission {
            role: id.clone(),
            permission: permission.clone(),
        };
        let data = CustomData {
            id: id.clone(),
            name: name::name("role name", name)?,
            folded: fold(name),
            description: name::description("role description", description)?.into(),
            permissions: self.permissions(permissions, missing)?,
            withheld: self.withheld(id, withheld)?,
            imports: Vec::new(),
        };
        once(self.account.role(id).is_none(), "role", id)?;
        self.account.restore_role(data).ok_or(too_many("roles", MAX_ROLES))
    }

    fn permissions(
        &mut self,
        keys: &[PermissionKey],
        missing: impl Fn(&PermissionKey) -> AccountProblem,
    ) -> Result<Row, RestoreFault> {
        let (mut granted, mut lacking) = (IdSet::<PermissionId>::new(), BTreeSet::new());
        for key in keys {
            let found = self.account.catalog().permission(key);
            let new = match self.known(found, || missing(key))? {
                Some(permission) => granted.insert(permission.index()),
                None => lacking.insert(key),
            };
            once(new, "permission", key)?;
        }
        Ok(Row::from(&granted))
    }

    fn withheld(&mut self, role: &RoleId, keys: &[ScopeKey]) -> Result<Refs, RestoreFault> {
        let (mut scopes, mut lacking) = (IdSet::<ScopeId>::new(), BTreeSet::new());
        for key in keys {
            let found = self.account.catalog().scope(key);
            let missing = || AccountProblem::MissingScope { role: role.clone(), scope: key.clone() };
            let new = match self.known(found, missing)? {
                Some(scope) => scopes.insert(scope.index()),
                None => lacking.insert(key),
            };
            once(new, "scope", key)?;
        }
        // What is withheld may be there under another name: then nothing may be provided.
        Ok(match lacking.is_empty() {
            true => scopes.iter().collect(),
            false => self.account.catalog().scopes().map(|scope| scope.index()).collect(),
        })
    }

    fn imports(&mut self, record: &CustomRoleRecord) -> Result<(), RestoreFault> {
        let mut lacking = BTreeSet::new();
        for ImportRecord { source, permissions } in &record.imports {
            if matches!(source, RoleRef::Custom(source) if *source == record.id) {
                return Err(RestoreFault::SelfImport);
            }
            let role = record.id.clone();
            let known = match (self.account.role_slot(source), source) {
                (None, RoleRef::Predefined(key)) => {
                    let missing =
                        || AccountProblem::MissingSource { role: role.clone(), source_role: key.clone() };
                    self.known(Err::<u32, _>(self.account.catalog().unknown_role(key)), missing)?
                }
                _ => Some(self.role_slot(source)?),
            };
            let missing = |permission: &PermissionKey| AccountProblem::MissingImport {
                role: role.clone(),
                source_role: source.clone(),
                permission: permission.clone(),
            };
            let import = Import { source: source.clone(), granted: self.permissions(permissions, missing)? };
            let new = match known {
                Some(_) => self.account.restore_import(&record.id, import),
                None => lacking.insert(source),
            };
            once(new, "import", source)?;
        }
        Ok(())
    }

    fn role_slot(&self, role: &RoleRef) -> Result<u32, RestoreFault> {
        self.account.role_slot(role).ok_or_else(|| match role {
            RoleRef::Predefined(key) => self.account.catalog().unknown_role(key).into(),
            RoleRef::Custom(id) => RestoreFault::Undefined { what: "custom role", id: id.to_string() },
        })
    }

    fn team(&mut self, record: &TeamRecord) -> Result<(), RestoreFault> {
        let TeamRecord { id, name, assignments } = record;
        let name = name::name("team name", name)?;
        let mut roles = Holdings::default();
        self.assignments(&mut roles, assignments, Holder::Team)?;
        once(self.account.team(id).is_none(), "team", id)?;
        let data = TeamData { id: id.clone(), name, roles };
        self.account.restore_team(data).ok_or(too_many("teams", MAX_TEAMS))
    }

    fn user(&mut self, record: &UserRecord) -> Result<(), RestoreFault> {
        let UserRecord { id, suspended, assignments, teams } = record;
        let mut holds = Holdings::default();
        self.assignments(&mut holds, assignments, Holder::User)?;
        for team in teams {
            let slot = self.account.team_table().find(team.as_str());
            let undefined = || RestoreFault::Undefined { what: "team", id: team.to_string() };
            once(holds.insert(Grantor::team(slot.ok_or_else(undefined)?)), "team", team)?;
        }
        once(self.account.user(id).is_none(), "user", id)?;
        let data = UserData { id: id.clone(), suspended: *suspended, holds };
        self.account.restore_user(data).ok_or(too_many("users", MAX_USERS))
    }

    fn assignments(
        &mut self,
        to: &mut Holdings,
        records: &[AssignmentRecord],
        of: Holder,
    ) -> Result<(), RestoreFault> {
        let (borne, mut lost) = (self.unknown == Unknown::IsAProblem, BTreeSet::new());
        let mut seen = Slots::default();
        for AssignmentRecord { role, reach } in records {
            once(!lost.contains(role), "role", role)?;
            let slot = match (self.account.role_slot(role), role) {
                (None, RoleRef::Predefined(key)) if borne => {
                    self.lost.role(key, of);
                    lost.insert(role);
                    continue;
                }
                _ => self.role_slot(role)?,
            };
            once(seen.insert(slot), "role", role)?;
            if borne && !reach.is_everything() {
                let catalog = self.account.catalog().clone();
                let lacks = |kind: &&KindKey| catalog.kind_index(kind.as_str()).is_err();
                let mut lacking = reach.limits().map(|(kind, _)| kind).filter(lacks).peekable();
                if lacking.peek().is_some() {
                    lacking.for_each(|kind| self.lost.kind(kind, of));
                    lost.insert(role);
                    continue;
                }
            }
            let limit = LimitData::new(self.account.catalog(), slot, reach)?;
            let held = self.account.new_assignment(slot, limit);
            to.insert(held.map_err(|_| too_many("limited assignments", MAX_LIMITS))?);
        }
        Ok(())
    }
}

/// The roles assigned to one user or team: mostly few, in a damaged or hostile form many.
#[derive(Default)]
struct Slots {
    few: SmallVec<[u32; 8]>,
    many: BTreeSet<u32>,
}

impl Slots {
    /// Whether the slot is new.
    fn insert(&mut self, slot: u32) -> bool {
        if self.few.contains(&slot) || self.many.contains(&slot) {
            return false;
        }
        match self.few.len() < self.few.inline_size() {
            true => self.few.push(slot),
            false => _ = self.many.insert(slot),
        }
        true
    }
}

/// Reads each entry of a list; an error says which.
fn each<'r, T, I: Display + 'r>(
    list: &str,
    entries: &'r [T],
    id: impl Fn(&'r T) -> &'r I,
    mut read: impl FnMut(&'r T) -> Result<(), RestoreFault>,
) -> Result<(), RestoreError> {
    for (n, entry) in entries.iter().enumerate() {
        read(entry).map_err(|fault| RestoreError::new(format!("{list}[{n}] {:#}", id(entry)), fault))?;
    }
    Ok(())
}

/// An entry that was there before is listed twice.
fn once(new: bool, what: &'static str, id: &impl ToString) -> Result<(), RestoreFault> {
    if new { Ok(()) } else { Err(RestoreFault::Duplicate { what, id: id.to_string() }) }
}

fn too_many(what: &'static str, limit: usize) -> RestoreFault {
    RestoreFault::TooMany { what, limit }
}
