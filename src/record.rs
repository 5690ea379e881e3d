//! The stored form of an account (P4), and the way back.

use std::collections::HashSet;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::account::{
    Account, CustomData, Grantor, Holdings, Import, LimitData, MAX_LIMITS, MAX_REVISION, MAX_TEAMS,
    MAX_USERS, Role, TeamData, UserData, fold,
};
use crate::catalog::{Catalog, MAX_ROLES};
use crate::error::{RestoreError, RestoreFault};
use crate::id::{DenseId, PermissionId, ScopeId};
use crate::key::{AccountId, FeatureKey, PermissionKey, RoleId, RoleRef, ScopeKey, TeamId, UserId};
use crate::name;
use crate::reach::Reach;
use crate::set::{IdSet, Row};

/// The format of [`AccountRecord`] that this version of the crate writes and reads.
pub const ACCOUNT_FORMAT: u32 = 1;

/// An account as it is stored: to be written as JSON or in any other self-describing format.
///
/// Keys and ids only, in canonical order: features, sections and predefined roles in the order of the catalog,
/// everything of the account by id. Equal accounts give equal records, whatever edits led to them, the
/// revision aside. Every field is required and unknown fields are refused, so nothing that narrows access
/// can go missing unnoticed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRecord {
    /// Always [`ACCOUNT_FORMAT`].
    pub format: u32,
    /// The catalog that the account was stored under.
    pub catalog: CatalogName,
    /// Whose account it is.
    pub account: AccountId,
    /// How many changes led to this state.
    pub revision: u64,
    /// The enabled features.
    pub features: Vec<FeatureKey>,
    /// The custom roles.
    pub roles: Vec<CustomRoleRecord>,
    /// The teams.
    pub teams: Vec<TeamRecord>,
    /// The users.
    pub users: Vec<UserRecord>,
}

/// Which catalog: its name and version.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogName {
    /// The name of the product.
    pub name: String,
    /// The version of the product.
    pub version: u32,
}

impl CatalogName {
    pub(crate) fn must_be(&self, catalog: &Catalog) -> Result<(), RestoreError> {
        if (self.name.as_str(), self.version) == (catalog.name(), catalog.version()) {
            return Ok(());
        }
        let stored = format!("{} {}", crate::error::excerpt(&self.name), self.version);
        let fault = RestoreFault::OtherCatalog { stored, given: catalog.title() };
        Err(RestoreError::new("catalog", fault))
    }
}

/// A custom role as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CustomRoleRecord {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Its description, or no text.
    pub description: String,
    /// The permissions that it grants.
    pub permissions: Vec<PermissionKey>,
    /// The scopes that it withholds.
    pub withheld: Vec<ScopeKey>,
    /// What it imported from.
    pub imports: Vec<ImportRecord>,
}

/// A remembered import as it is stored with the role that imported.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRecord {
    /// The role imported from.
    pub source: RoleRef,
    /// What it granted at the time.
    pub permissions: Vec<PermissionKey>,
}

/// A team as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TeamRecord {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The roles assigned to it.
    pub assignments: Vec<AssignmentRecord>,
}

/// A user as it is stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UserRecord {
    /// Their id.
    pub id: UserId,
    /// Whether everything is denied for now.
    pub suspended: bool,
    /// The roles assigned to them directly.
    pub assignments: Vec<AssignmentRecord>,
    /// The teams that they belong to.
    pub teams: Vec<TeamId>,
}

/// The assignment of a role, as it is stored with whom it is assigned to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentRecord {
    /// The role.
    pub role: RoleRef,
    /// Where the assignment counts.
    pub reach: Reach,
}

impl Account {
    /// The stored form. Cost: a pass over everything, and a sort of the users.
    #[must_use]
    pub fn record(&self) -> AccountRecord {
        let assignments = |holds: &Holdings| {
            let mut assigned: Vec<_> = self
                .assigned(holds)
                .filter_map(|(slot, limit)| Some((self.role_view(slot)?, limit)))
                .collect();
            assigned.sort_unstable_by(|(a, _), (b, _)| Role::listed(a, b));
            let record = |(role, limit): (Role<'_>, _)| AssignmentRecord {
                role: role.to_ref(),
                reach: self.reach_within(limit),
            };
            assigned.into_iter().map(record).collect()
        };
        let mut users: Vec<_> = self.users().collect();
        users.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        AccountRecord {
            format: ACCOUNT_FORMAT,
            catalog: CatalogName {
                name: self.catalog().name().to_owned(),
                version: self.catalog().version(),
            },
            account: self.id().clone(),
            revision: self.revision(),
            features: self.features().keys().cloned().collect(),
            roles: self
                .custom_roles()
                .map(|role| CustomRoleRecord {
                    id: role.id().clone(),
                    name: role.name().to_owned(),
                    description: role.description().to_owned(),
                    permissions: role.permissions().keys().cloned().collect(),
                    withheld: role.withheld().keys().cloned().collect(),
                    imports: role
                        .imports()
                        .map(|(source, granted)| ImportRecord {
                            source: source.clone(),
                            permissions: granted.keys().cloned().collect(),
                        })
                        .collect(),
                })
                .collect(),
            teams: self
                .teams()
                .map(|team| TeamRecord {
                    id: team.id().clone(),
                    name: team.name().to_owned(),
                    assignments: assignments(team.holds()),
                })
                .collect(),
            users: users
                .into_iter()
                .map(|user| UserRecord {
                    id: user.id().clone(),
                    suspended: user.is_suspended(),
                    assignments: assignments(user.holds()),
                    teams: user.teams().map(|team| team.id().clone()).collect(),
                })
                .collect(),
        }
    }
}

impl Account {
    /// The account of a stored form.
    ///
    /// Cost: a pass over the record.
    ///
    /// # Errors
    ///
    /// - The format is unknown, or the account was stored under another catalog.
    /// - Something is named that is not defined, or is listed twice.
    /// - A name or description is not acceptable, or a number is out of range.
    pub fn restore(record: &AccountRecord, catalog: &Catalog) -> Result<Self, RestoreError> {
        let AccountRecord { format, catalog: stored, account, revision, features, roles, teams, users } =
            record;
        if *format != ACCOUNT_FORMAT {
            let fault = RestoreFault::Format { found: *format, known: ACCOUNT_FORMAT };
            return Err(RestoreError::new("format", fault));
        }
        stored.must_be(catalog)?;
        if *revision > MAX_REVISION {
            let fault = RestoreFault::OutOfRange { what: "revision", found: *revision, max: MAX_REVISION };
            return Err(RestoreError::new("revision", fault));
        }

        let mut account = Restoring(Account::blank(catalog, account.clone()), HashSet::default());
        account.0.set_revision(*revision);
        for (n, key) in features.iter().enumerate() {
            account
                .feature(key)
                .map_err(|fault| RestoreError::new(format!("features[{n}] `{key}`"), fault))?;
        }
        for (n, role) in roles.iter().enumerate() {
            account
                .role(role)
                .map_err(|fault| RestoreError::new(format!("roles[{n}] `{}`", role.id), fault))?;
        }
        // A role may have imported from one that is listed later.
        for (n, role) in roles.iter().enumerate() {
            account
                .imports(role)
                .map_err(|fault| RestoreError::new(format!("roles[{n}] `{}`", role.id), fault))?;
        }
        for (n, team) in teams.iter().enumerate() {
            account
                .team(team)
                .map_err(|fault| RestoreError::new(format!("teams[{n}] `{}`", team.id), fault))?;
        }
        account.0.expect_users(users.len());
        for (n, user) in users.iter().enumerate() {
            account
                .user(user)
                .map_err(|fault| RestoreError::new(format!("users[{n}] `{}`", user.id), fault))?;
        }
        Ok(account.0)
    }
}

/// An account that is being put together. Nobody sees it before it is complete.
struct Restoring(Account, HashSet<SmolStr, RandomState>);

impl Restoring {
    fn feature(&mut self, key: &FeatureKey) -> Result<(), RestoreFault> {
        let index = self.0.catalog().feature(key)?.index();
        once(self.0.restore_feature(index), "feature", key)
    }

    fn role(&mut self, record: &CustomRoleRecord) -> Result<(), RestoreFault> {
        let CustomRoleRecord { id, name, description, permissions, withheld, imports: _ } = record;
        name::trimmed("role name", name)?;
        name::trimmed("role description", description)?;
        let mut scopes = IdSet::<ScopeId>::new();
        for key in withheld {
            once(scopes.insert(self.0.catalog().scope(key)?.index()), "scope", key)?;
        }
        let data = CustomData {
            id: id.clone(),
            name: name::name("role name", name)?,
            folded: fold(name),
            description: name::description("role description", description)?.into(),
            permissions: self.permissions(permissions)?,
            withheld: scopes.iter().collect(),
            imports: Vec::new(),
        };
        once(self.0.role(id).is_none(), "role", id)?;
        // R1. A clash with a predefined name may come from an upgrade, one between custom names cannot.
        once(self.1.insert(data.folded.clone()), "role name", name)?;
        self.0.restore_role(data).ok_or(too_many("roles", MAX_ROLES))
    }

    fn permissions(&self, keys: &[PermissionKey]) -> Result<Row, RestoreFault> {
        let mut granted = IdSet::<PermissionId>::new();
        for key in keys {
            once(granted.insert(self.0.catalog().permission(key)?.index()), "permission", key)?;
        }
        Ok(Row::from(&granted))
    }

    fn imports(&mut self, record: &CustomRoleRecord) -> Result<(), RestoreFault> {
        for ImportRecord { source, permissions } in &record.imports {
            self.role_slot(source)?;
            if matches!(source, RoleRef::Custom(source) if *source == record.id) {
                return Err(RestoreFault::SelfImport);
            }
            let import = Import { source: source.clone(), granted: self.permissions(permissions)? };
            once(self.0.restore_import(&record.id, import), "import", source)?;
        }
        Ok(())
    }

    fn role_slot(&self, role: &RoleRef) -> Result<u32, RestoreFault> {
        self.0.role_slot(role).ok_or_else(|| match role {
            RoleRef::Predefined(key) => self.0.catalog().unknown_role(key).into(),
            RoleRef::Custom(id) => RestoreFault::Undefined { what: "custom role", id: id.to_string() },
        })
    }

    fn team(&mut self, record: &TeamRecord) -> Result<(), RestoreFault> {
        let TeamRecord { id, name, assignments } = record;
        name::trimmed("team name", name)?;
        let name = name::name("team name", name)?;
        let mut roles = Holdings::default();
        self.assignments(&mut roles, assignments)?;
        once(self.0.team(id).is_none(), "team", id)?;
        let data = TeamData { id: id.clone(), name, roles };
        self.0.restore_team(data).ok_or(too_many("teams", MAX_TEAMS))
    }

    fn user(&mut self, record: &UserRecord) -> Result<(), RestoreFault> {
        let UserRecord { id, suspended, assignments, teams } = record;
        let mut holds = Holdings::default();
        self.assignments(&mut holds, assignments)?;
        for team in teams {
            let slot = self.0.team_table().find(team.as_str());
            let undefined = || RestoreFault::Undefined { what: "team", id: team.to_string() };
            once(holds.insert(Grantor::team(slot.ok_or_else(undefined)?)), "team", team)?;
        }
        once(self.0.user(id).is_none(), "user", id)?;
        let data = UserData { id: id.clone(), suspended: *suspended, holds };
        self.0.restore_user(data).ok_or(too_many("users", MAX_USERS))
    }

    fn assignments(&mut self, to: &mut Holdings, records: &[AssignmentRecord]) -> Result<(), RestoreFault> {
        for AssignmentRecord { role, reach } in records {
            let slot = self.role_slot(role)?;
            once(self.0.assignment(to, slot).is_none(), "role", role)?;
            let limit = LimitData::new(self.0.catalog(), slot, reach)?;
            let held = self.0.new_assignment(slot, limit);
            to.insert(held.map_err(|_| too_many("limited assignments", MAX_LIMITS))?);
        }
        Ok(())
    }
}

/// An entry that was there before is listed twice.
fn once(new: bool, what: &'static str, id: &impl ToString) -> Result<(), RestoreFault> {
    if new { Ok(()) } else { Err(RestoreFault::Duplicate { what, id: id.to_string() }) }
}

fn too_many(what: &'static str, limit: usize) -> RestoreFault {
    RestoreFault::TooMany { what, limit }
}
