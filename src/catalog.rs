//! What exists: features, sections of permissions, scopes, predefined roles, resource kinds, seats.
//!
//! A catalog is built once, judged as a whole (C2), and immutable. It knows nothing of accounts.

use std::fmt;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::change::Successions;
use crate::id::{DenseId, FeatureId, PermissionId, ScopeId, Stamp};
use crate::key::{
    ContentHash, FeatureKey, KindKey, Named, PermissionKey, RoleKey, ScopeKey, SeatKey, SectionKey,
};
use crate::set::{IdSet, Row, Rows, has};

pub use builder::CatalogBuilder;
pub use definition::{Feature, Kind, Permission, PredefinedRole, Scope, Seat, Section};
pub use follows::{FollowError, KindChange, Undeclared};
pub use guard::Exclusion;
pub(crate) use guard::GuardData;
pub(crate) use narrowed::Narrowed;
pub use record::{
    Act, CATALOG_FORMAT, CatalogRecord, ExclusionRecord, FeatureRecord, GovernedRecord, GuardRecord,
    KindRecord, MinimumRecord, PermissionRecord, PredefinedRoleRecord, ScopeRecord, SeatRecord,
    SectionRecord, SuccessionRecord, SuccessionsRecord,
};
pub use resource::{Resource, ResourceError};
pub use sets::{FeatureSet, PermissionSet, ScopeSet};
pub use unknown::UnknownKey;

use unknown::What;

mod builder;
mod definition;
mod follows;
mod guard;
mod hash;
mod judge;
mod narrowed;
mod nearest;
mod record;
mod resource;
mod scope;
mod sets;
mod succession;
pub mod table;
mod unknown;

/// Most permissions in a catalog (B3).
pub const MAX_PERMISSIONS: usize = 1 << 16;

/// Most scopes in a catalog (B3).
pub const MAX_SCOPES: usize = 1 << 16;

/// Most features in a catalog (B3).
pub const MAX_FEATURES: usize = 1 << 12;

/// Most roles, predefined and custom together, that an account can have (B3).
pub const MAX_ROLES: usize = 1 << 20;

/// Definitions by key, in declared order.
type Map<K, V> = IndexMap<K, V, RandomState>;

/// One product version: everything its accounts can be made of.
///
/// Built once with [`Catalog::builder`], from a constant [`Table`](table::Table) or from its stored form
/// ([`CatalogRecord`]), then shared: a clone is one reference count.
///
/// Text keys are resolved once, at start-up; checks take the dense ids that come back:
///
/// ```
/// use rolecall::Catalog;
/// use rolecall::table::{permission, section};
///
/// let catalog = Catalog::builder("acme", 1)
///     .section(section("campaigns", "Campaigns").permissions(&[permission("campaigns/send", "Send")]))
///     .build()?;
///
/// let send = catalog.permission("campaigns/send")?;
/// assert_eq!(catalog.permission_by_id(send).unwrap().name(), "Send");
///
/// let typo = catalog.permission("campaigns/sned").unwrap_err();
/// assert_eq!(typo.nearest(), Some("campaigns/send"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Catalog(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    name: SmolStr,
    version: u32,
    hash: ContentHash,
    stamp: Stamp,
    features: Map<FeatureKey, definition::FeatureData>,
    kinds: Map<KindKey, definition::KindData>,
    seats: Map<SeatKey, definition::SeatData>,
    scopes: Map<ScopeKey, definition::ScopeData>,
    sections: Map<SectionKey, definition::SectionData>,
    permissions: Map<PermissionKey, definition::PermissionData>,
    roles: Map<RoleKey, definition::RoleData>,
    /// The kind of each permission, by index; `NO_KIND` for none. Dense, because checks look here.
    kind_of: Vec<u16>,
    /// What each role grants, by index, once more: in the form that checks read.
    role_rows: Rows,
    guard: GuardData,
    successions: Vec<Successions>,
    /// This catalog as it was first seen through an earlier one.
    narrowed: OnceLock<narrowed::Narrowed>,
}

/// No kind: a catalog has fewer than that.
const NO_KIND: u16 = u16::MAX;

impl Catalog {
    /// Starts a catalog of this name and version.
    pub fn builder(name: impl Into<String>, version: u32) -> CatalogBuilder {
        CatalogBuilder::new(name.into(), version)
    }

    /// Builds the catalog that a constant table writes down.
    ///
    /// # Errors
    ///
    /// - The table does not hold together: every problem is listed (C2).
    pub fn from_table(table: &table::Table<'_>) -> Result<Self, crate::CatalogError> {
        CatalogBuilder::from_table(table).build()
    }

    /// Builds the catalog of a stored form.
    ///
    /// # Errors
    ///
    /// - The stored form does not hold together, or its format is unknown: every problem is listed (C2).
    pub fn from_record(record: &CatalogRecord) -> Result<Self, crate::CatalogError> {
        judge::judge(record)
    }

    /// The stored form: equal catalogs give equal records, and a record gives the same catalog back.
    #[must_use]
    pub fn record(&self) -> CatalogRecord {
        record::write(self)
    }

    /// The name of the product.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The version of the product.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// SHA-256 of everything the catalog says. Two catalogs with the same hash have the same ids.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        self.0.hash
    }

    /// The permission of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such permission; the error names the nearest key there is (D2).
    pub fn permission(&self, key: impl Named<PermissionKey>) -> Result<PermissionId, UnknownKey> {
        let index = self.find(&self.0.permissions, What::Permission, key.text())?;
        Ok(PermissionId::new(self.0.stamp, index))
    }

    /// The feature of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such feature; the error names the nearest key there is.
    pub fn feature(&self, key: impl Named<FeatureKey>) -> Result<FeatureId, UnknownKey> {
        let index = self.find(&self.0.features, What::Feature, key.text())?;
        Ok(FeatureId::new(self.0.stamp, index))
    }

    /// The scope of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such scope; the error names the nearest key there is.
    pub fn scope(&self, key: impl Named<ScopeKey>) -> Result<ScopeId, UnknownKey> {
        let index = self.find(&self.0.scopes, What::Scope, key.text())?;
        Ok(ScopeId::new(self.0.stamp, index))
    }

    /// The section of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such section; the error names the nearest key there is.
    pub fn section(&self, key: impl Named<SectionKey>) -> Result<Section<'_>, UnknownKey> {
        let index = self.find(&self.0.sections, What::Section, key.text())?;
        self.section_at(index.into()).ok_or_else(|| UnknownKey::new(What::Section, key.text(), self))
    }

    /// The seat of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such seat; the error names the nearest key there is.
    pub fn seat(&self, key: impl Named<SeatKey>) -> Result<Seat<'_>, UnknownKey> {
        match self.0.seats.get_index_of(key.text()).and_then(|index| self.seat_at(index)) {
            Some(seat) => Ok(seat),
            None => Err(UnknownKey::new(What::Seat, key.text(), self)),
        }
    }

    /// The predefined role of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such role; the error names the nearest key there is.
    pub fn role(&self, key: impl Named<RoleKey>) -> Result<PredefinedRole<'_>, UnknownKey> {
        match self.0.roles.get_index_of(key.text()).and_then(|index| self.role_at(index)) {
            Some(role) => Ok(role),
            None => Err(self.unknown_role(key.text())),
        }
    }

    /// The kind of resource of this key.
    ///
    /// # Errors
    ///
    /// - The catalog has no such kind; the error names the nearest key there is.
    pub fn kind(&self, key: impl Named<KindKey>) -> Result<Kind<'_>, UnknownKey> {
        let index = self.kind_index(key.text())?;
        self.kind_at(index).ok_or_else(|| UnknownKey::new(What::Kind, key.text(), self))
    }

    pub(crate) fn feature_index(&self, text: &str) -> Option<u16> {
        self.0.features.get_index_of(text).and_then(|index| u16::try_from(index).ok())
    }

    pub(crate) fn kind_index(&self, text: &str) -> Result<u16, UnknownKey> {
        self.find(&self.0.kinds, What::Kind, text)
    }

    pub(crate) fn permission_index(&self, text: &str) -> Option<u16> {
        self.0.permissions.get_index_of(text).and_then(|index| u16::try_from(index).ok())
    }

    pub(crate) fn scope_index(&self, text: &str) -> Option<u16> {
        self.0.scopes.get_index_of(text).and_then(|index| u16::try_from(index).ok())
    }

    pub(crate) fn kind_position(&self, text: &str) -> Option<u16> {
        self.0.kinds.get_index_of(text).and_then(|index| u16::try_from(index).ok())
    }

    /// The kind that a permission is exercised on.
    #[inline]
    pub(crate) fn kind_of(&self, permission: u16) -> Option<u16> {
        self.0.kind_of.get(usize::from(permission)).copied().filter(|kind| *kind != NO_KIND)
    }

    /// What a role grants without limit where these kinds are limited (L2).
    pub(crate) fn beyond_kinds(&self, granted: &Row, limited: impl Fn(u16) -> bool) -> Row {
        let free = |index: &u16| self.kind_of(*index).is_none_or(|kind| !limited(kind));
        Row::from(&granted.members().filter(free).collect::<IdSet<PermissionId>>())
    }

    /// The permission that an id stands for; `None` for an id of another catalog.
    #[must_use]
    pub fn permission_by_id(&self, id: PermissionId) -> Option<Permission<'_>> {
        self.own(id).and_then(|index| self.permission_at(index))
    }

    /// The feature that an id stands for; `None` for an id of another catalog.
    #[must_use]
    pub fn feature_by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        self.own(id).and_then(|index| self.feature_at(index))
    }

    /// The scope that an id stands for; `None` for an id of another catalog.
    #[must_use]
    pub fn scope_by_id(&self, id: ScopeId) -> Option<Scope<'_>> {
        self.own(id).and_then(|index| self.scope_at(index))
    }

    /// The index of an id that this catalog gave (C4).
    #[inline]
    pub(crate) fn own<I: DenseId>(&self, id: I) -> Option<u16> {
        (id.stamp() == self.0.stamp).then_some(id.index())
    }

    pub(crate) fn id<I: DenseId>(&self, index: u16) -> I {
        I::new(self.0.stamp, index)
    }

    /// Whether two handles are the same catalog: the same content.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.hash == other.0.hash
    }

    /// Name and version, as messages say them.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.0.name, self.0.version)
    }

    /// The permissions whose required features are all among the enabled ones (D1, D5).
    pub(crate) fn usable_with(&self, enabled: &IdSet<FeatureId>) -> Row {
        let usable = self
            .0
            .permissions
            .values()
            .zip(0..=u16::MAX)
            .filter(|(p, _)| p.features.iter().all(|feature| enabled.contains(*feature)));
        Row::from(&usable.map(|(_, index)| index).collect::<IdSet<PermissionId>>())
    }

    /// The scopes that some permissions provide.
    pub(crate) fn provided(&self, permissions: &Row) -> IdSet<ScopeId> {
        permissions.members().flat_map(|permission| self.scopes_of(permission)).copied().collect()
    }

    /// The scopes that a permission provides.
    pub(crate) fn scopes_of(&self, permission: u16) -> &[u16] {
        self.0.permissions.get_index(permission.into()).map_or(&[][..], |(_, permission)| &permission.scopes)
    }

    /// Whether one of some permissions provides a scope.
    pub(crate) fn provides(&self, permissions: &[u64], scope: u16) -> bool {
        self.providers_of(scope).iter().any(|permission| has(permissions, *permission))
    }

    /// The permissions that provide this very scope.
    pub(crate) fn providers_of(&self, scope: u16) -> &[u16] {
        self.0.scopes.get_index(scope.into()).map_or(&[][..], |(_, scope)| &scope.providers)
    }

    /// Some scopes, and all that they include.
    pub(crate) fn covered(&self, scopes: &IdSet<ScopeId>) -> IdSet<ScopeId> {
        let mut covered = scopes.clone();
        for scope in scopes.iter() {
            if let Some((_, data)) = self.0.scopes.get_index(scope.into()) {
                covered.union_with(data.covers.words());
            }
        }
        covered
    }

    /// A scope and all that include it, directly or through others, ascending. Cost: that of what is found.
    pub(crate) fn covering(&self, scope: u16) -> IdSet<ScopeId> {
        let (mut found, mut next): (IdSet<ScopeId>, Vec<u16>) = ([scope].into_iter().collect(), vec![scope]);
        while let Some(scope) = next.pop() {
            let wider = self.0.scopes.get_index(scope.into()).map_or(&[][..], |(_, data)| &data.wider);
            next.extend(wider.iter().copied().filter(|wider| found.insert(*wider)));
        }
        found
    }

    /// A scope and all that it includes; nothing if it includes nothing.
    pub(crate) fn included_in(&self, scope: u16) -> &[u64] {
        self.0.scopes.get_index(scope.into()).map_or(&[][..], |(_, data)| data.covers.words())
    }

    /// Whether a scope is another one or includes it, directly or through others (C3).
    pub(crate) fn covers(&self, scope: u16, other: u16) -> bool {
        let included = |data: &definition::ScopeData| data.covers.contains(other);
        scope == other || self.0.scopes.get_index(scope.into()).is_some_and(|(_, data)| included(data))
    }

    pub(crate) fn permission_count(&self) -> usize {
        self.0.permissions.len()
    }

    pub(crate) fn guard_data(&self) -> &GuardData {
        &self.0.guard
    }

    /// What each predefined role grants, by its position.
    pub(crate) fn role_rows(&self) -> &Rows {
        &self.0.role_rows
    }

    #[expect(clippy::cast_possible_truncation, reason = "a catalog has at most 2^20 roles (B3)")]
    pub(crate) fn role_count(&self) -> u32 {
        self.0.roles.len() as u32
    }

    pub(crate) fn role_row(&self, index: usize) -> Option<&Row> {
        self.0.roles.get_index(index).map(|(_, role)| &role.permissions)
    }

    /// That there is no predefined role of this key.
    pub(crate) fn unknown_role(&self, text: impl AsRef<str>) -> UnknownKey {
        UnknownKey::new(What::Role, text.as_ref(), self)
    }

    pub(crate) fn role_index(&self, key: &RoleKey) -> Option<usize> {
        self.0.roles.get_index_of(key)
    }

    fn find<K, V>(&self, map: &Map<K, V>, what: What, text: &str) -> Result<u16, UnknownKey>
    where
        K: AsRef<str> + std::borrow::Borrow<str> + std::hash::Hash + Eq,
    {
        map.get_index_of(text)
            .and_then(|index| u16::try_from(index).ok())
            .ok_or_else(|| UnknownKey::new(what, text, self))
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { name, version, permissions, roles, .. } = &*self.0;
        f.debug_struct("Catalog")
            .field("name", name)
            .field("version", version)
            .field("permissions", &permissions.len())
            .field("roles", &roles.len())
            .finish_non_exhaustive()
    }
}

/// Equal content, whichever way it was built.
impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Eq for Catalog {}
