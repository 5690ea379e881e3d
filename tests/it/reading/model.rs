//! The words of the specification as plain data. Every name is text; every map and set is ordered.

use std::collections::{BTreeMap, BTreeSet};

/// A set of names.
pub type Keys = BTreeSet<String>;

/// §1 *catalog*, as far as decisions depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    pub name: String,
    pub version: u32,
    pub features: Keys,
    /// Kind to its declared resources, each with the features that it requires (C10). Mostly empty.
    pub kinds: BTreeMap<String, BTreeMap<String, Keys>>,
    pub scopes: BTreeMap<String, Scope>,
    pub permissions: BTreeMap<String, Permission>,
    /// Predefined role to the permissions that it grants.
    pub roles: BTreeMap<String, Keys>,
    /// What became of keys of earlier versions, one step a version, in the order of versions.
    pub successions: Vec<Step>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// C3: what it includes directly.
    pub includes: Keys,
    /// C10.
    pub features: Keys,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permission {
    pub features: Keys,
    pub scopes: Keys,
    /// L1: the kind that it is exercised on.
    pub kind: Option<String>,
    /// C11: not for custom roles.
    pub reserved: bool,
}

/// C5: what the version `version` did to keys of the versions before it. Applies to an account of an earlier version,
/// so to none of `version` itself, also if its content is another (P5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub version: u32,
    pub features: Vec<Succession>,
    pub kinds: Vec<Succession>,
    pub scopes: Vec<Succession>,
    pub permissions: Vec<Succession>,
    pub roles: Vec<Succession>,
}

/// One to one is a rename, one to none retires, one to several splits, several to one merges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub needs: Needs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    All,
    Any,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Predefined(String),
    Custom(String),
}

/// L2: kind to the resources that are reached. No entry: not limited in that kind. No entry at all: everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reach {
    pub limits: BTreeMap<String, Keys>,
}

/// R5: the scopes are the positive selection, within what the permissions provide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomRole {
    pub permissions: Keys,
    pub scopes: Keys,
}

/// One for each role: L2 knows one reach per role and assignee.
pub type Assignments = Vec<(Role, Reach)>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The enabled features.
    pub features: Keys,
    pub custom: BTreeMap<String, CustomRole>,
    pub teams: BTreeMap<String, Assignments>,
    pub users: BTreeMap<String, User>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// U7: of the change that created the user; any text that differs from change to change.
    pub mark: String,
    pub suspended: bool,
    pub assignments: Assignments,
    pub teams: Keys,
}

/// On what a permission is granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    Everything,
    /// A kind, and a resource of it.
    On(String, String),
}

/// How far one assignment reaches for one permission. `Only` of nothing is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    Everything,
    Only(Keys),
}

/// What one user has, by the notion of *granted*: features and suspension are ignored. This is what P9 compares.
///
/// A permission that is granted everywhere has no other entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    pub granted: BTreeSet<(String, Where)>,
    /// Closed by inclusion.
    pub scopes: Keys,
    /// G2, S4: a permission, where, and a scope that it provides, given by one and the same assignment (the scope by
    /// itself or by inclusion). May be left empty by who cannot observe it.
    pub linked: BTreeSet<(String, Where, String)>,
}

impl Extent {
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Extent::Only(on) if on.is_empty())
    }

    pub fn meet(self, other: Extent) -> Extent {
        match (self, other) {
            (Extent::Everything, it) | (it, Extent::Everything) => it,
            (Extent::Only(a), Extent::Only(b)) => Extent::Only(a.intersection(&b).cloned().collect()),
        }
    }

    /// As places, for a permission exercised on `kind`.
    pub fn places(&self, kind: Option<&str>) -> Vec<Where> {
        match self {
            Extent::Everything => vec![Where::Everything],
            Extent::Only(on) => {
                let kind = kind.unwrap_or_default();
                on.iter().map(|resource| Where::On(kind.into(), resource.clone())).collect()
            }
        }
    }
}

impl Reach {
    pub fn everything() -> Reach {
        Reach::default()
    }

    /// Is it limited in any kind at all?
    pub fn is_limited(&self) -> bool {
        !self.limits.is_empty()
    }

    /// The same reach, limited in `kind` to `resources`.
    pub fn limited(mut self, kind: &str, resources: &[&str]) -> Reach {
        self.limits.insert(kind.into(), keys(resources));
        self
    }
}

impl Catalog {
    pub fn new(version: u32) -> Catalog {
        Catalog { name: "product".into(), version, ..Catalog::default() }
    }

    /// A permission, with the scopes that it provides and the kind that it is exercised on, which are made too.
    pub fn permission(mut self, key: &str, scopes: &[&str], kind: Option<&str>) -> Catalog {
        for scope in scopes {
            self.scopes.entry((*scope).into()).or_default();
        }
        if let Some(kind) = kind {
            self.kinds.entry(kind.into()).or_default();
        }
        let made = Permission { scopes: keys(scopes), kind: kind.map(Into::into), ..Permission::default() };
        self.permissions.insert(key.into(), made);
        self
    }

    pub fn scope(mut self, key: &str, includes: &[&str]) -> Catalog {
        for scope in includes {
            self.scopes.entry((*scope).into()).or_default();
        }
        self.scopes.entry(key.into()).or_default().includes.extend(keys(includes));
        self
    }

    pub fn role(mut self, key: &str, permissions: &[&str]) -> Catalog {
        self.roles.insert(key.into(), keys(permissions));
        self
    }

    /// The step that led to this version; made when first asked for.
    pub fn step(&mut self) -> &mut Step {
        let version = self.version;
        if self.successions.last().is_none_or(|step| step.version != version) {
            self.successions.push(Step { version, ..Step::default() });
        }
        self.successions.last_mut().expect("just made")
    }
}

impl Account {
    pub fn custom(mut self, id: &str, permissions: &[&str], scopes: &[&str]) -> Account {
        self.custom.insert(id.into(), CustomRole::new(permissions, scopes));
        self
    }

    /// Assigns a role directly; makes the user.
    pub fn assign(mut self, user: &str, role: Role, reach: Reach) -> Account {
        self.users.entry(user.into()).or_default().assignments.push((role, reach));
        self
    }

    pub fn team(mut self, team: &str, role: Role, reach: Reach, members: &[&str]) -> Account {
        self.teams.entry(team.into()).or_default().push((role, reach));
        for user in members {
            self.users.entry((*user).into()).or_default().teams.insert(team.into());
        }
        self
    }
}

impl CustomRole {
    pub fn new(permissions: &[&str], scopes: &[&str]) -> CustomRole {
        CustomRole { permissions: keys(permissions), scopes: keys(scopes) }
    }
}

impl Role {
    pub fn predefined(key: &str) -> Role {
        Role::Predefined(key.into())
    }

    pub fn custom(id: &str) -> Role {
        Role::Custom(id.into())
    }
}

impl Where {
    pub fn on(kind: &str, resource: &str) -> Where {
        Where::On(kind.into(), resource.into())
    }
}

pub fn keys(names: &[&str]) -> Keys {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub fn succession(from: &[&str], to: &[&str], needs: Needs) -> Succession {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Succession { from: owned(from), to: owned(to), needs }
}
