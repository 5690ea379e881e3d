//! One resource of a kind, as it is asked about (L3).

use thiserror::Error;

use super::Catalog;
use crate::catalog::UnknownKey;
use crate::error::KeyError;
use crate::id::{DenseId, KindId};
use crate::key::{KindKey, Named, ResourceId};

/// One resource: its kind, resolved, and its id. Made once for a request by [`Catalog::resource`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Resource {
    kind: KindId,
    id: ResourceId,
}

impl Resource {
    /// The id.
    #[must_use]
    pub const fn id(&self) -> &ResourceId {
        &self.id
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> KindId {
        self.kind
    }
}

/// Text that names no resource.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ResourceError {
    /// The catalog has no such kind.
    #[error(transparent)]
    Kind(#[from] UnknownKey),
    /// The text is no resource id.
    #[error(transparent)]
    Id(#[from] KeyError),
}

impl Catalog {
    /// The resource of this kind and id. Whether it exists is the host's to know.
    ///
    /// # Errors
    ///
    /// - The catalog has no such kind; the error names the nearest one.
    /// - The text is no resource id.
    pub fn resource(
        &self,
        kind: impl Named<KindKey>,
        id: impl Named<ResourceId>,
    ) -> Result<Resource, ResourceError> {
        let kind = self.id(self.kind_index(kind.text())?);
        Ok(Resource { kind, id: id.into_key()? })
    }

    /// The index of the kind that a resource is of; `None` if it is one of another catalog.
    #[inline]
    pub(crate) fn own_kind(&self, resource: &Resource) -> Option<u16> {
        self.own(resource.kind).map(|_| resource.kind.index())
    }
}
