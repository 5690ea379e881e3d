//! Piece by piece from a stored form to an account.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Display;

use foldhash::fast::RandomState;
use smallvec::SmallVec;

use crate::account::{
    ACCOUNT_FORMAT, Account, AccountRecord, AssignmentRecord, CustomData, CustomRoleRecord, Grantor,
    Holdings, Import, ImportRecord, LimitData, MAX_LIMITS, MAX_REVISION, MAX_TEAMS, MAX_USERS, TeamData,
    TeamRecord, UserData, UserRecord, fold,
};
use crate::catalog::{Catalog, MAX_ROLES};
use crate::change::Lineage;
use crate::error::{AccountProblem, Closed, Holder, RestoreError, RestoreFault};
use crate::id::{PermissionId, ScopeId};
use crate::key::{FeatureKey, PermissionKey, RoleKey, RoleRef, ScopeKey};
use crate::name;
use crate::set::{IdSet, Row};

/// An account that is being put together. Nobody sees it before it is complete.
pub(super) struct Restoring<'r> {
    pub(super) account: Account,
    /// Selected scopes that no permission of their role provides.
    pub(super) unprovided: Vec<AccountProblem>,
    /// Limited assignments that count nowhere.
    pub(super) closed: Closed,
    strange: Option<Strange<'r>>,
}

/// Under a catalog that the account was not stored under: what is taken up by a succession since, and so stands for
/// nothing.
struct Strange<'r> {
    features: Lineage<'r, FeatureKey>,
    permissions: Lineage<'r, PermissionKey>,
    roles: Lineage<'r, RoleKey>,
    /// Scopes that are taken up, and those that take the place of another one.
    scopes: HashSet<&'r ScopeKey, RandomState>,
}

impl<'r> Strange<'r> {
    fn new(record: &AccountRecord, catalog: &'r Catalog) -> Self {
        let since = || catalog.since(record.catalog.version);
        let scopes = since().flat_map(|since| &since.scopes).flat_map(|row| row.from.iter().chain(&row.to));
        Self {
            features: Lineage::new(since(), |since| &since.features),
            permissions: Lineage::new(since(), |since| &since.permissions),
            roles: Lineage::new(since(), |since| &since.roles),
            scopes: scopes.collect(),
        }
    }
}

impl<'r> Restoring<'r> {
    /// Reads a record. `strange` says that it was stored under another catalog.
    pub(super) fn of(
        record: &AccountRecord,
        catalog: &'r Catalog,
        strange: bool,
    ) -> Result<Self, RestoreError> {
        let mut restoring = Self {
            account: Account::blank(catalog, record.account.clone()),
            unprovided: Vec::new(),
            closed: Closed::default(),
            strange: strange.then(|| Strange::new(record, catalog)),
        };
        restoring.read(record)?;
        Ok(restoring)
    }

    fn read(&mut self, record: &AccountRecord) -> Result<(), RestoreError> {
        let AccountRecord { format, catalog, account: _, head, features, roles, teams, users, checksum } =
            record;
        if *format != ACCOUNT_FORMAT {
            let fault = RestoreFault::Format { found: *format, known: ACCOUNT_FORMAT };
            return Err(RestoreError::new("format", fault));
        }
        catalog.must_be(self.account.catalog())?;
        let content = record.checksum_of_content();
        if *checksum != content {
            return Err(RestoreError::new("checksum", RestoreFault::Checksum { found: *checksum, content }));
        }
        let head = head.ok_or_else(|| RestoreError::new("head", RestoreFault::NoHead))?;
        if head.revision > MAX_REVISION {
            let fault =
                RestoreFault::OutOfRange { what: "revision", found: head.revision, max: MAX_REVISION };
            return Err(RestoreError::new("head", fault));
        }
        self.account.set_head(head);

        let mut seen = BTreeSet::new();
        each("features", features, |key| key, |key| self.feature(key, &mut seen))?;
        each("roles", roles, |role| &role.id, |role| self.role(role))?;
        // A role may have imported from one that is listed later.
        each("roles", roles, |role| &role.id, |role| self.imports(role))?;
        each("teams", teams, |team| &team.id, |team| self.team(team))?;
        self.account.expect_users(users.len());
        each("users", users, |user| &user.id, |user| self.user(user))
    }

    fn feature<'k>(
        &mut self,
        key: &'k FeatureKey,
        seen: &mut BTreeSet<&'k FeatureKey>,
    ) -> Result<(), RestoreFault> {
        once(seen.insert(key), "feature", key)?;
        let known = self.strange.as_ref().is_none_or(|strange| strange.features.keeps(key));
        if let Some(feature) = self.account.catalog().feature_index(key.as_str()).filter(|_| known) {
            self.account.restore_feature(feature);
        }
        Ok(())
    }

    fn role(&mut self, record: &CustomRoleRecord) -> Result<(), RestoreFault> {
        let CustomRoleRecord { id, name, description, permissions, scopes, imports: _ } = record;
        let mut data = CustomData::new(id.clone(), name::name("role name", name)?, fold(name));
        data.description = name::description("role description", description)?.into();
        data.permissions = self.permissions(permissions)?;
        data.scopes = self.scopes(&data, scopes)?;
        once(self.account.role(id).is_none(), "role", id)?;
        self.account.restore_role(data).ok_or(too_many("roles", MAX_ROLES))
    }

    /// The permissions that some keys stand for.
    fn permissions(&self, keys: &[PermissionKey]) -> Result<Row, RestoreFault> {
        let (mut granted, mut lacking) = (IdSet::<PermissionId>::new(), BTreeSet::new());
        for key in keys {
            let known = self.strange.as_ref().is_none_or(|strange| strange.permissions.keeps(key));
            let index = self.account.catalog().permission_index(key.as_str()).filter(|_| known);
            let new = match index {
                Some(permission) => granted.insert(permission),
                None => lacking.insert(key),
            };
            once(new, "permission", key)?;
        }
        Ok(Row::from(&granted))
    }

    /// The scopes selected in a role. One that its permissions do not provide counts for nothing.
    fn scopes(&mut self, role: &CustomData, keys: &[ScopeKey]) -> Result<Row, RestoreFault> {
        let (mut scopes, mut others) = (IdSet::<ScopeId>::new(), BTreeSet::new());
        for key in keys {
            let known = self.strange.as_ref().is_none_or(|strange| !strange.scopes.contains(key));
            let catalog = self.account.catalog();
            let index = catalog.scope_index(key.as_str()).filter(|_| known);
            let provided = index.filter(|scope| catalog.provides(&role.permissions, *scope));
            let new = match provided {
                Some(scope) => scopes.insert(scope),
                None => others.insert(key),
            };
            once(new, "scope", key)?;
            if index.is_some() && provided.is_none() {
                let (role, scope) = (role.id.clone(), key.clone());
                self.unprovided.push(AccountProblem::UnprovidedScope { role, scope });
            }
        }
        Ok(Row::from(&scopes))
    }

    fn imports(&mut self, record: &CustomRoleRecord) -> Result<(), RestoreFault> {
        let mut lacking = BTreeSet::new();
        for ImportRecord { source, permissions } in &record.imports {
            if matches!(source, RoleRef::Custom(source) if *source == record.id) {
                return Err(RestoreFault::SelfImport);
            }
            let granted = self.permissions(permissions)?;
            let new = match self.role_slot(source)? {
                Some(slot) => {
                    let import = Import { source: source.clone(), slot, granted };
                    self.account.restore_import(&record.id, import)
                }
                None => lacking.insert(source),
            };
            once(new, "import", source)?;
        }
        Ok(())
    }

    /// The slot of a role; `None` if it is a predefined one that stands for nothing.
    fn role_slot(&self, role: &RoleRef) -> Result<Option<u32>, RestoreFault> {
        match role {
            RoleRef::Predefined(key) => {
                let known = self.strange.as_ref().is_none_or(|strange| strange.roles.keeps(key));
                Ok(self.account.role_slot(role).filter(|_| known))
            }
            RoleRef::Custom(id) => match self.account.role_slot(role) {
                Some(slot) => Ok(Some(slot)),
                None => Err(RestoreFault::Undefined { what: "custom role", id: id.to_string() }),
            },
        }
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
        let UserRecord { id, incarnation, suspended, assignments, teams } = record;
        let mut holds = Holdings::default();
        self.assignments(&mut holds, assignments, Holder::User)?;
        for team in teams {
            let slot = self.account.team_table().find(team.as_str());
            let undefined = || RestoreFault::Undefined { what: "team", id: team.to_string() };
            once(holds.insert(Grantor::team(slot.ok_or_else(undefined)?)), "team", team)?;
        }
        once(self.account.user(id).is_none(), "user", id)?;
        let data = UserData { id: id.clone(), incarnation: *incarnation, suspended: *suspended, holds };
        self.account.restore_user(data).ok_or(too_many("users", MAX_USERS))
    }

    fn assignments(
        &mut self,
        to: &mut Holdings,
        records: &[AssignmentRecord],
        of: Holder,
    ) -> Result<(), RestoreFault> {
        let (mut seen, mut lacking, mut closed) = (Slots::default(), BTreeSet::new(), false);
        for AssignmentRecord { role, reach } in records {
            let Some(slot) = self.role_slot(role)? else {
                once(lacking.insert(role), "role", role)?;
                continue;
            };
            once(seen.insert(slot), "role", role)?;
            if self.strange.is_some() && !reach.is_everything() {
                closed = true;
                continue;
            }
            let limit = LimitData::with_gone(self.account.catalog(), slot, reach);
            let held = self.account.new_assignment(slot, limit);
            to.insert(held.map_err(|_| too_many("limited assignments", MAX_LIMITS))?);
        }
        if closed {
            self.closed.holder(of);
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
