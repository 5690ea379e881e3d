//! From a set to its accounts, each edited session by session as a host does it.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{
    Account, Assignee, Attribution, Authorizer, Catalog, Change, Edit, EditError, KeyError, MAX_NAME_CHARS,
    PermissionId, RoleId, RoleRef,
};

use super::catalog::{catalog, named};
use super::set::{self, Failure, RoleKind, Set};

/// Everything that a set describes, built.
pub(crate) struct World {
    pub(crate) catalog: Catalog,
    /// What is asked about, in the order of the set.
    pub(crate) permissions: Vec<PermissionId>,
    pub(crate) accounts: Vec<Hosted>,
}

/// What a host keeps of one account: the changes that it stored, and what it published.
pub(crate) struct Hosted {
    pub(crate) journal: Vec<Change>,
    pub(crate) authorizer: Authorizer,
    /// The users who are asked about here, known to the account or not.
    pub(crate) asked: BTreeSet<String>,
}

/// Builds the catalog and the accounts of a set.
pub(crate) fn build(set: &Set) -> Result<World, Failure> {
    homeless(set)?;
    let catalog = catalog(set)?;
    let permissions = set
        .permissions
        .iter()
        .map(|permission| catalog.permission(&permission.key))
        .collect::<Result<_, _>>()?;
    let roles = Roles::of(set)?;

    let mut accounts = Vec::new();
    for account in &set.accounts {
        let users = set.users.iter().filter(|user| user.account.as_deref() == Some(&account.key)).collect();
        accounts.push(roles.host(&catalog, &account.key, &account.features, users)?);
    }
    let unlimited: Vec<_> = set.users.iter().filter(|user| user.account.is_none()).collect();
    if set.accounts.is_empty() || !unlimited.is_empty() {
        let features: Vec<String> = set.features.iter().map(|feature| feature.key.clone()).collect();
        accounts.push(roles.host(&catalog, "every feature", &features, unlimited)?);
    }

    // Whoever is on no account is asked about too, somewhere: and denied.
    let on_an_account: BTreeSet<&str> = set.users.iter().map(|user| user.key.as_str()).collect();
    let asked = set.expected_matrix.keys().chain(set.expected.iter().map(|stated| &stated.user));
    let strangers = asked.filter(|user| !on_an_account.contains(user.as_str())).cloned();
    if let Some(account) = accounts.first_mut() {
        account.asked.extend(strangers);
    }
    Ok(World { catalog, permissions, accounts })
}

/// A user on an account that the set does not have would silently go unasked.
fn homeless(set: &Set) -> Result<(), Failure> {
    let accounts: BTreeSet<&str> = set.accounts.iter().map(|account| account.key.as_str()).collect();
    for user in &set.users {
        if let Some(account) = user.account.as_deref().filter(|account| !accounts.contains(account)) {
            return Err(format!("user `{}` is on account `{account}`, which is not listed", user.key).into());
        }
    }
    Ok(())
}

impl Hosted {
    /// One edit session. The change is stored first and the account published then.
    fn edit<W>(&mut self, why: &str, wishes: W) -> Result<(), Failure>
    where
        W: FnOnce(&mut Edit) -> Result<(), Failure>,
    {
        let attribution = Attribution::by("replay").because(why);
        let mut edit = self.authorizer.account().edit().attributed(attribution);
        wishes(&mut edit)?;
        if let Some(done) = edit.finish() {
            let (account, change) = done.into_parts();
            self.journal.push(change);
            self.authorizer = self.authorizer.refresh(account);
        }
        Ok(())
    }
}

/// The roles of a set by key, and what stands with them.
struct Roles<'a> {
    set: &'a Set,
    by_key: BTreeMap<&'a str, (&'a set::Role, RoleRef)>,
}

impl<'a> Roles<'a> {
    fn of(set: &'a Set) -> Result<Self, Failure> {
        let mut by_key = BTreeMap::new();
        for role in &set.roles {
            if by_key.insert(role.key.as_str(), (role, role.named()?)).is_some() {
                return Err(format!("role `{}` is listed twice", role.key).into());
            }
        }
        Ok(Self { set, by_key })
    }

    fn get(&self, key: &str) -> Result<&(&'a set::Role, RoleRef), Failure> {
        self.by_key.get(key).ok_or_else(|| format!("role `{key}` is not listed").into())
    }

    fn host(
        &self,
        catalog: &Catalog,
        id: &str,
        features: &[String],
        users: Vec<&set::User>,
    ) -> Result<Hosted, Failure> {
        let mut hosted = Hosted {
            journal: Vec::new(),
            authorizer: Authorizer::new(Account::new(catalog, id)?),
            asked: users.iter().map(|user| user.key.clone()).collect(),
        };
        hosted.edit("features", |edit| {
            for feature in features {
                edit.enable_feature(feature)?;
            }
            Ok(())
        })?;
        hosted.edit("custom roles", |edit| {
            let custom = self.set.roles.iter().filter(|role| role.kind == RoleKind::Custom);
            for role in custom {
                self.create(edit, role)?;
            }
            Ok(())
        })?;
        hosted.edit("teams", |edit| {
            let joined: BTreeSet<&String> = users.iter().flat_map(|user| &user.teams).collect();
            for team in self.set.teams.iter().filter(|team| joined.contains(&team.key)) {
                edit.create_team(&team.key, &short(&named(&team.name, &team.key)))?;
                for role in &team.roles {
                    edit.assign(&self.get(role)?.1, Assignee::team(&team.key)?)?;
                }
            }
            Ok(())
        })?;
        hosted.edit("users", |edit| {
            for user in users {
                for role in &user.roles {
                    edit.assign(&self.get(role)?.1, Assignee::user(&user.key)?)?;
                }
                for team in &user.teams {
                    edit.add_member(team, &user.key)?;
                }
            }
            Ok(())
        })?;
        Ok(hosted)
    }

    /// Creates a custom role with its permissions, the way it came to them if the set says so.
    fn create(&self, edit: &mut Edit, role: &set::Role) -> Result<(), Failure> {
        let id = RoleId::new(&role.key)?;
        create_named(edit, &id, &role.name)?;
        let Some(sources) = &role.imported_from else {
            return grant(edit, &id, &role.permissions);
        };
        for source in sources {
            let source = self.get(source)?.0;
            // A custom source that comes later in the set is not there yet.
            match edit.account().role(source.named()?).is_some() {
                true => drop(edit.import(&id, [source.named()?])?),
                false => grant(edit, &id, &source.permissions)?,
            }
        }
        for permission in &role.removed {
            edit.revoke(&id, permission)?;
        }
        grant(edit, &id, &role.added)
    }
}

impl set::Role {
    /// How the library names the role.
    pub(crate) fn named(&self) -> Result<RoleRef, KeyError> {
        match self.kind {
            RoleKind::Predefined => RoleRef::predefined(&self.key),
            RoleKind::Custom => RoleRef::custom(&self.key),
        }
    }
}

fn grant(edit: &mut Edit, role: &RoleId, permissions: &[String]) -> Result<(), Failure> {
    for permission in permissions {
        edit.grant(role, permission)?;
    }
    Ok(())
}

/// Creates a role under its name or, where another role has that, under its key or else with a number.
fn create_named(edit: &mut Edit, role: &RoleId, name: &str) -> Result<(), EditError> {
    let mut name = short(&named(name, role.as_str()));
    let mut tried = 1;
    while let Err(refused) = edit.create_role(role, &name) {
        let EditError::NameTaken { .. } = refused else { return Err(refused) };
        tried += 1;
        let key = short(role.as_str());
        name = if tried == 2 { key } else { format!("{key} {tried}") };
    }
    Ok(())
}

/// A name that fits, with room for a number.
fn short(name: &str) -> String {
    name.chars().take(MAX_NAME_CHARS - 10).collect()
}
