//! Keys resolved: text to ids, and to places in the tables (D2).

use super::{Catalog, Kind, PredefinedRole, Seat, Section, UnknownKey, What};
use crate::id::{DenseId, FeatureId, PermissionId, ScopeId};
use crate::key::{FeatureKey, KindKey, Named, PermissionKey, RoleKey, ScopeKey, SeatKey, SectionKey};

impl Catalog {
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

    pub(crate) fn unknown_role(&self, text: impl AsRef<str>) -> UnknownKey {
        UnknownKey::new(What::Role, text.as_ref(), self)
    }

    pub(crate) fn role_index(&self, key: &RoleKey) -> Option<usize> {
        self.0.roles.get_index_of(key)
    }
}
