//! Things as answers name them: by key or id and by name. And finding what a text names.

use std::fmt;

use rolecall::{
    Account, Authorizer, Catalog, Feature, FeatureKey, Grant, GrantPath, Permission, Quoted, Reach, Resource,
    Role, RoleId, RoleRef, Section, TeamId,
};
use serde::Serialize;

use super::failure::Failure;

/// A name that somebody chose: as it is if it is words, else quoted, so that it looks like nothing but a name.
pub(crate) fn title(name: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || " -_.&'+/@".contains(c);
    if name.chars().all(word) { name.to_owned() } else { Quoted(name).to_string() }
}

/// A resource as it was asked about, `kind:id`.
pub(crate) fn place(text: &str) -> String {
    let (kind, id) = text.split_once(':').unwrap_or(("", text));
    format!("{}:{}", title(kind), title(id))
}

/// A thing of the catalog.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Name {
    pub(crate) key: String,
    pub(crate) name: String,
}

impl Name {
    fn new(key: impl ToString, name: &str) -> Self {
        Self { key: key.to_string(), name: name.to_owned() }
    }

    pub(crate) fn feature(catalog: &Catalog, key: &FeatureKey) -> Self {
        let feature = catalog.feature(key).ok().and_then(|id| catalog.feature_by_id(id));
        feature.map_or_else(|| Self::new(key, ""), Self::from)
    }
}

impl From<Permission<'_>> for Name {
    fn from(permission: Permission<'_>) -> Self {
        Self::new(permission.key(), permission.name())
    }
}

impl From<Feature<'_>> for Name {
    fn from(feature: Feature<'_>) -> Self {
        Self::new(feature.key(), feature.name())
    }
}

impl From<Section<'_>> for Name {
    fn from(section: Section<'_>) -> Self {
        Self::new(section.key(), section.name())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", Quoted(&self.key), title(&self.name))
    }
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct RoleName {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl RoleName {
    fn new(role: &RoleRef, name: &str) -> Self {
        Self { kind: role.kind(), id: role.to_string(), name: name.to_owned() }
    }

    pub(crate) fn of(account: &Account, role: &RoleRef) -> Self {
        Self::new(role, account.role(role).map_or("", |role| role.name()))
    }
}

impl From<Role<'_>> for RoleName {
    fn from(role: Role<'_>) -> Self {
        Self::new(&role.to_ref(), role.name())
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} role {} ({})", self.kind, Quoted(&self.id), title(&self.name))
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TeamName {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl TeamName {
    pub(crate) fn of(account: &Account, team: &TeamId) -> Self {
        let name = account.team(team).map_or("", |team| team.name());
        Self { id: team.to_string(), name: name.to_owned() }
    }
}

impl fmt::Display for TeamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "team {} ({})", Quoted(&self.id), title(&self.name))
    }
}

/// One way in which a user holds a role.
#[derive(Debug, Serialize)]
pub(crate) struct Path {
    /// None where the role is assigned to the user directly.
    pub(crate) team: Option<TeamName>,
    pub(crate) reach: Reach,
}

impl Path {
    pub(crate) fn list(account: &Account, paths: &[GrantPath]) -> Vec<Self> {
        let team = |path: &GrantPath| path.team().map(|team| TeamName::of(account, team));
        paths.iter().map(|path| Self { team: team(path), reach: path.reach().clone() }).collect()
    }

    pub(crate) fn join(paths: &[Self], separator: &str) -> String {
        paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.team {
            None => f.write_str("directly")?,
            Some(team) => write!(f, "through {team}")?,
        }
        if self.reach.is_everything() { Ok(()) } else { write!(f, " ({})", self.reach) }
    }
}

/// A role that a user holds, and how.
#[derive(Debug, Serialize)]
pub(crate) struct Held {
    pub(crate) role: RoleName,
    pub(crate) paths: Vec<Path>,
}

impl Held {
    pub(crate) fn new(account: &Account, grant: &Grant) -> Self {
        let role = RoleName::new(&grant.role, &grant.name);
        Self { role, paths: Path::list(account, &grant.paths) }
    }
}

/// The permission of this key, with its definition.
pub(crate) fn permission<'a>(account: &'a Account, text: &str) -> Result<Permission<'a>, Failure> {
    let id = account.catalog().permission(text)?;
    account.catalog().permission_by_id(id).ok_or_else(|| missing("permission", text, account, None))
}

/// The resource that a text names, as `kind:id`.
pub(crate) fn resource(account: &Account, text: &str) -> Result<Resource, Failure> {
    let (kind, id) = text.split_once(':').ok_or_else(|| Failure::NoResource(text.to_owned()))?;
    Ok(account.catalog().resource(kind, id)?)
}

/// The role that a text names: a key or id, or else a name, ignoring case.
pub(crate) fn role<'a>(authorizer: &'a Authorizer, text: &str) -> Result<Role<'a>, Failure> {
    let account = authorizer.account();
    let custom = RoleId::new(text).ok().and_then(|id| account.role(id));
    let mut found: Vec<Role<'a>> = account.role(text).into_iter().chain(custom).collect();
    if found.is_empty() {
        let wanted = text.to_lowercase();
        found = account.roles().filter(|role| role.name().to_lowercase() == wanted).collect();
    }
    match found.as_slice() {
        [role] => Ok(*role),
        [] => {
            let known: Vec<RoleName> = account.roles().map(RoleName::from).collect();
            let names = known.iter().flat_map(|role| [role.id.as_str(), role.name.as_str()]);
            Err(missing("role", text, account, nearest(text, names)))
        }
        several => Err(Failure::Ambiguous {
            text: text.to_owned(),
            several: several.iter().copied().map(RoleName::from).collect(),
        }),
    }
}

pub(crate) fn missing(what: &'static str, text: &str, account: &Account, nearest: Option<String>) -> Failure {
    Failure::Missing { what, text: text.to_owned(), account: account.id().to_string(), nearest }
}

pub(crate) fn nearest_user(account: &Account, text: &str) -> Option<String> {
    nearest(text, account.users().map(|user| user.id().as_str()))
}

/// The first of the nearest, if at most a third of the text differs; as the library does it for keys.
fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    const LONGEST: usize = 128;
    let within = text.chars().count().div_ceil(3);
    let near = known
        .filter(|known| text.len().max(known.len()) <= LONGEST)
        .map(|known| (strsim::osa_distance(text, known), known))
        .filter(|(distance, _)| *distance <= within);
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known.to_owned())
}
