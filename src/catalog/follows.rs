//! Whether a version of a product follows an earlier one, and what it leaves unsaid (C5).

use std::collections::BTreeSet;
use std::fmt;
use std::hash::Hash;

use thiserror::Error;

use super::{Act, Catalog, Exclusion};
use crate::change::{CatalogId, Lineage};
use crate::id::ScopeId;
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleKey, ScopeKey};
use crate::quote::Quoted;
use crate::set::{IdSet, Row};

/// Something that a catalog does otherwise than an earlier version, and that no succession declares.
///
/// An upgrade needs each of them accepted by name. In words it says what was, and what to do if that was not meant.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Undeclared {
    /// A feature is gone.
    Feature(FeatureKey),
    /// A kind of resource is gone.
    ResourceKind(KindKey),
    /// A scope is gone.
    Scope(ScopeKey),
    /// A permission is gone.
    Permission(PermissionKey),
    /// A predefined role is gone.
    Role(RoleKey),
    /// A permission requires a feature no longer, itself or as what took its place.
    Requirement {
        /// The permission of the new version.
        permission: PermissionKey,
        /// The feature, as it is called now or was called last.
        feature: FeatureKey,
    },
    /// A scope includes another one that it did not include, or does so no longer. Both were there before.
    Inclusion {
        /// The scope, as it is called now.
        scope: ScopeKey,
        /// The other one.
        other: ScopeKey,
        /// Whether it is included now.
        included: bool,
    },
    /// A sort of edit is governed by another permission, or by none.
    Governed {
        /// The sort of edit.
        act: Act,
        /// The permission that governed it, as it is called now or was called last.
        permission: PermissionKey,
    },
    /// Another permission exempts from the bound on giving, or none.
    Escalation {
        /// The permission that did, as it is called now or was called last.
        permission: PermissionKey,
    },
    /// Fewer users must be able to use a permission.
    Minimum {
        /// The permission, as it is called now or was called last.
        permission: PermissionKey,
        /// How many had to be.
        users: u32,
    },
    /// An exclusion is gone, allows more, leaves something out, or depends on another feature.
    Exclusion {
        /// Its name.
        name: String,
    },
}

impl fmt::Display for Undeclared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feature(key) => write!(f, "feature {key:#} is gone, and no succession says so"),
            Self::ResourceKind(key) => write!(f, "resource kind {key:#} is gone, and no succession says so"),
            Self::Scope(key) => write!(f, "scope {key:#} is gone, and no succession says so"),
            Self::Permission(key) => write!(f, "permission {key:#} is gone, and no succession says so"),
            Self::Role(key) => write!(f, "predefined role {key:#} is gone, and no succession says so"),
            Self::Requirement { permission, feature } => {
                write!(f, "permission {permission:#} no longer requires feature {feature:#}")
            }
            Self::Inclusion { scope, other, included: true } => {
                write!(f, "scope {scope:#} now includes {other:#}")
            }
            Self::Inclusion { scope, other, included: false } => {
                write!(f, "scope {scope:#} no longer includes {other:#}")
            }
            Self::Governed { act, permission } => {
                write!(f, "permission {permission:#} no longer governs who may {act}")
            }
            Self::Escalation { permission } => {
                write!(f, "permission {permission:#} no longer allows giving what the actor is not granted")
            }
            Self::Minimum { permission, users } => {
                write!(f, "{permission:#} need no longer be usable by at least {users}")
            }
            Self::Exclusion { name } => {
                write!(f, "exclusion {} is gone or excludes less", Quoted(name))
            }
        }
    }
}

/// Why a catalog cannot follow another one.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FollowError {
    /// It is of another product.
    #[error("catalog {} is of another product than {}", Quoted(given), Quoted(earlier))]
    OtherProduct {
        /// Name and version of the earlier catalog.
        earlier: String,
        /// Name and version of the catalog that should follow.
        given: String,
    },
    /// It is of an older version.
    #[error("catalog {} is older than {}", Quoted(given), Quoted(earlier))]
    Older {
        /// Name and version of the earlier catalog.
        earlier: String,
        /// Name and version of the catalog that should follow.
        given: String,
    },
    /// Permissions are exercised on another kind than before. Limits would no longer hold.
    #[error("{}: retire the key and add another", Changes(.0))]
    Kinds(Vec<KindChange>),
}

/// A permission that is exercised on another kind than before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KindChange {
    /// The permission of the earlier version.
    pub before: PermissionKey,
    /// The kind that it was exercised on, as it is called now or was called last.
    pub kind_before: Option<KindKey>,
    /// The permission that it is or became.
    pub after: PermissionKey,
    /// The kind that this one is exercised on.
    pub kind_after: Option<KindKey>,
}

struct Changes<'a>(&'a [KindChange]);

impl fmt::Display for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |kind: &Option<KindKey>| match kind {
            Some(kind) => format!("{kind:#}"),
            None => "no kind".to_owned(),
        };
        for (n, change) in self.0.iter().enumerate() {
            let KindChange { before, kind_before, after, kind_after } = change;
            let (was, is) = (kind(kind_before), kind(kind_after));
            write!(f, "{}permission {before:#}", if n == 0 { "" } else { "; " })?;
            if before != after {
                write!(f, " became {after:#}, and")?;
            }
            write!(f, " is exercised on {is}, before on {was}")?;
        }
        Ok(())
    }
}

impl Catalog {
    /// What this version does otherwise than an earlier one without a succession that says so: the vendor's test in
    /// continuous integration, and what every upgrade looks at. Nothing, if all is said.
    ///
    /// Listed are keys that are gone, requirements of features that fell away, inclusions of scopes that changed, and
    /// rules of the guard that are gone, weaker, out of force or moved to another permission.
    ///
    /// ```
    /// use rolecall::{Catalog, Undeclared};
    /// use rolecall::table::{permission, section};
    ///
    /// let version = |number, key| {
    ///     let permissions = [permission(key, "Send")];
    ///     Catalog::builder("acme", number).section(section("mail", "Mail").permissions(&permissions)).build()
    /// };
    /// let (first, second) = (version(1, "mail/send")?, version(2, "mails/send")?);
    /// let unsaid = second.check_follows(&first)?;
    /// assert_eq!(unsaid[0].to_string(), "permission `mail/send` is gone, and no succession says so");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Cost: a pass over both catalogs, and over the closed inclusions of their scopes.
    ///
    /// # Errors
    ///
    /// - A permission, or what took its place, is exercised on another kind than before.
    /// - The catalog is of another product or of an older version.
    pub fn check_follows(&self, earlier: &Self) -> Result<Vec<Undeclared>, FollowError> {
        self.must_follow(&earlier.identity())?;
        let follows = Follows::new(self, earlier);
        let kinds = follows.kinds();
        if !kinds.is_empty() {
            return Err(FollowError::Kinds(kinds));
        }
        let mut found = follows.gone();
        follows.requirements(&mut found);
        follows.inclusions(&mut found);
        follows.guard(&mut found);
        Ok(found)
    }
}

impl Catalog {
    /// That this is a catalog of the same product, and of no older version.
    pub(crate) fn must_follow(&self, earlier: &CatalogId) -> Result<(), FollowError> {
        let titles = || (earlier.title(), self.title());
        if self.name() != earlier.name {
            let (earlier, given) = titles();
            return Err(FollowError::OtherProduct { earlier, given });
        }
        if self.version() < earlier.version {
            let (earlier, given) = titles();
            return Err(FollowError::Older { earlier, given });
        }
        Ok(())
    }
}

/// Two catalogs, and what became of the keys of the earlier one.
struct Follows<'c> {
    now: &'c Catalog,
    before: &'c Catalog,
    features: Lineage<'c, FeatureKey>,
    kinds: Lineage<'c, KindKey>,
    scopes: Lineage<'c, ScopeKey>,
    permissions: Lineage<'c, PermissionKey>,
    roles: Lineage<'c, RoleKey>,
}

impl<'c> Follows<'c> {
    fn new(now: &'c Catalog, before: &'c Catalog) -> Self {
        let since = || now.since(before.version());
        Self {
            now,
            before,
            features: Lineage::new(since(), |since| &since.features),
            kinds: Lineage::new(since(), |since| &since.kinds),
            scopes: Lineage::new(since(), |since| &since.scopes),
            permissions: Lineage::new(since(), |since| &since.permissions),
            roles: Lineage::new(since(), |since| &since.roles),
        }
    }

    /// What a feature or scope is called now, or was called last.
    fn last<K: Clone + Eq + Hash + Ord>(lineage: &Lineage<'c, K>, key: &K) -> K {
        lineage.renamed(key).unwrap_or_else(|| key.clone())
    }

    fn kinds(&self) -> Vec<KindChange> {
        let mut changes = Vec::new();
        for permission in self.before.permissions() {
            let kind_before = permission.kind().map(|kind| Self::last(&self.kinds, kind.key()));
            for after in self.permissions.image(permission.key()) {
                let Some(index) = self.now.permission_index(after.as_str()) else { continue };
                let kind_after = self.now.kind_of(index).and_then(|kind| self.now.kind_at(kind));
                let kind_after = kind_after.map(|kind| kind.key().clone());
                if kind_before != kind_after {
                    let (before, kind_before) = (permission.key().clone(), kind_before.clone());
                    changes.push(KindChange { before, kind_before, after, kind_after });
                }
            }
        }
        changes
    }

    fn gone(&self) -> Vec<Undeclared> {
        let (now, before) = (self.now, self.before);
        let features = before.features().map(|feature| feature.key());
        let features =
            features.filter(|key| self.features.keeps(key) && now.feature_index(key.as_str()).is_none());
        let kinds = before.kinds().map(|kind| kind.key());
        let kinds = kinds.filter(|key| self.kinds.keeps(key) && now.kind_position(key.as_str()).is_none());
        let scopes = before.scopes().map(|scope| scope.key());
        let scopes = scopes.filter(|key| self.scopes.keeps(key) && now.scope_index(key.as_str()).is_none());
        let permissions = before.permissions().map(|permission| permission.key());
        let permissions = permissions
            .filter(|key| self.permissions.keeps(key) && now.permission_index(key.as_str()).is_none());
        let roles = before.roles().map(|role| role.key());
        let roles = roles.filter(|key| self.roles.keeps(key) && now.role_index(key).is_none());
        let features = features.cloned().map(Undeclared::Feature);
        let kinds = kinds.cloned().map(Undeclared::ResourceKind);
        let scopes = scopes.cloned().map(Undeclared::Scope);
        let permissions = permissions.cloned().map(Undeclared::Permission);
        features
            .chain(kinds)
            .chain(scopes)
            .chain(permissions)
            .chain(roles.cloned().map(Undeclared::Role))
            .collect()
    }

    fn requirements(&self, found: &mut Vec<Undeclared>) {
        let mut seen = BTreeSet::new();
        for permission in self.before.permissions() {
            for feature in permission.features().keys() {
                let feature = Self::last(&self.features, feature);
                for after in self.permissions.image(permission.key()) {
                    let Some(now) = self.now.permission_index(after.as_str()) else { continue };
                    let now = self.now.permission_at(now);
                    let requires = now.is_some_and(|now| now.features().keys().any(|key| *key == feature));
                    let fell_away = Undeclared::Requirement { permission: after, feature: feature.clone() };
                    if !requires && seen.insert(fell_away.clone()) {
                        found.push(fell_away);
                    }
                }
            }
        }
    }

    fn inclusions(&self, found: &mut Vec<Undeclared>) {
        // Where the scopes that were there before are now.
        let position = |key: &ScopeKey| self.now.scope_index(self.scopes.renamed(key)?.as_str());
        let now: Vec<Option<u16>> = self.before.scopes().map(|scope| position(scope.key())).collect();
        let kept: IdSet<ScopeId> = now.iter().flatten().copied().collect();
        let mut seen = BTreeSet::new();
        for (then, scope) in (0u16..).zip(&now).filter_map(|(then, now)| Some((then, (*now)?))) {
            let covered = Row::members_of(self.before.included_in(then));
            let did: IdSet<ScopeId> =
                covered.filter_map(|other| now.get(usize::from(other)).copied().flatten()).collect();
            let mut does = kept.clone();
            does.intersect_with(self.now.included_in(scope));
            let key = |scope: u16| self.now.scope_at(scope).map(|scope| scope.key().clone());
            let changed = did
                .iter()
                .chain(does.iter())
                .filter(|other| *other != scope && did.contains(*other) != does.contains(*other));
            for other in changed {
                let (Some(scope), Some(name)) = (key(scope), key(other)) else { continue };
                let change = Undeclared::Inclusion { scope, other: name, included: does.contains(other) };
                if seen.insert(change.clone()) {
                    found.push(change);
                }
            }
        }
    }

    fn guard(&self, found: &mut Vec<Undeclared>) {
        // What took the place of a permission, or its last key if nothing did.
        let image = |key: &PermissionKey| Some(self.permissions.image(key)).filter(|image| !image.is_empty());
        let image = |key: &PermissionKey| image(key).unwrap_or_else(|| [key.clone()].into());
        let last =
            |image: &BTreeSet<PermissionKey>, key: &PermissionKey| image.first().unwrap_or(key).clone();
        for (act, permission) in self.before.governed() {
            let now = image(permission.key());
            if self.now.governing(act).is_none_or(|governs| !now.contains(governs.key())) {
                found.push(Undeclared::Governed { act, permission: last(&now, permission.key()) });
            }
        }
        if let Some(permission) = self.before.escalation() {
            let now = image(permission.key());
            if self.now.escalation().is_none_or(|exempts| !now.contains(exempts.key())) {
                found.push(Undeclared::Escalation { permission: last(&now, permission.key()) });
            }
        }
        for (permission, users) in self.before.minimums() {
            for permission in image(permission.key()) {
                let holds =
                    |(now, least): (super::Permission<'_>, u32)| *now.key() == permission && least >= users;
                if !self.now.minimums().any(holds) {
                    found.push(Undeclared::Minimum { permission, users });
                }
            }
        }
        for before in self.before.exclusions() {
            // It may have another name.
            if !self.now.exclusions().any(|now| self.excludes_as(&before, &now)) {
                found.push(Undeclared::Exclusion { name: before.name().to_owned() });
            }
        }
    }

    /// Whether an exclusion holds for everything that an earlier one held for.
    fn excludes_as(&self, before: &Exclusion<'_>, now: &Exclusion<'_>) -> bool {
        let feature = before.feature().map(|feature| Self::last(&self.features, feature.key()));
        let in_force = now.feature().is_none_or(|now| Some(now.key()) == feature.as_ref());
        let roles: BTreeSet<_> = now.roles().map(|role| role.key().clone()).collect();
        let permissions: BTreeSet<_> = now.permissions().map(|permission| permission.key().clone()).collect();
        let every_role = before.roles().all(|role| self.roles.image(role.key()).is_subset(&roles));
        let mut of_before = before.permissions();
        let every_permission =
            of_before.all(|permission| self.permissions.image(permission.key()).is_subset(&permissions));
        in_force && now.most() <= before.most() && every_role && every_permission
    }
}
