//! Where an assignment counts: on everything, or on some resources of some kinds (L2).
//!
//! This module rests on keys alone, like the facts that name it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::KeyError;
use crate::key::{KindKey, Named, ResourceId};
use crate::quote::{Word, Words};

/// The resources on which the assignment of a role counts.
///
/// A kind that it names is limited to the listed resources; an empty list reaches nothing of that kind. A
/// kind that it does not name is not limited, and a permission exercised on no kind never is.
///
/// ```
/// use rolecall::Reach;
///
/// let reach = Reach::only("queue", ["vip", "gold"])?.and_only("channel", ["whatsapp"])?;
/// assert_eq!(reach.to_string(), "only channel: whatsapp; queue: gold, vip");
/// assert!(Reach::everything().covers(&reach) && !reach.covers(&Reach::everything()));
/// # Ok::<(), rolecall::KeyError>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(try_from = "ReachRecord", into = "ReachRecord")]
pub struct Reach(BTreeMap<KindKey, BTreeSet<ResourceId>>);

impl Reach {
    /// No limit.
    #[must_use]
    pub const fn everything() -> Self {
        Self(BTreeMap::new())
    }

    /// Limited to these resources of one kind.
    ///
    /// # Errors
    ///
    /// - A text is no key or id.
    pub fn only<R: Named<ResourceId>>(
        kind: impl Named<KindKey>,
        resources: impl IntoIterator<Item = R>,
    ) -> Result<Self, KeyError> {
        Self::everything().and_only(kind, resources)
    }

    /// Limited to these resources of one more kind. Of a kind named before, only what both lists have
    /// remains.
    ///
    /// # Errors
    ///
    /// - A text is no key or id.
    pub fn and_only<R: Named<ResourceId>>(
        mut self,
        kind: impl Named<KindKey>,
        resources: impl IntoIterator<Item = R>,
    ) -> Result<Self, KeyError> {
        let resources: BTreeSet<ResourceId> =
            resources.into_iter().map(Named::into_key).collect::<Result<_, _>>()?;
        let kept = self.0.entry(kind.into_key()?).or_insert_with(|| resources.clone());
        kept.retain(|id| resources.contains(id));
        Ok(self)
    }

    /// Whether nothing is limited.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// The kinds that are limited, each with the resources reached.
    #[must_use]
    pub fn limits(&self) -> impl ExactSizeIterator<Item = (&KindKey, &BTreeSet<ResourceId>)> {
        self.0.iter()
    }

    /// The resources of a kind that are reached; `None` if the kind is not limited.
    #[must_use]
    pub fn limit_of(&self, kind: impl Named<KindKey>) -> Option<&BTreeSet<ResourceId>> {
        self.0.get(kind.text())
    }

    /// Whether this reach has everything that another has.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().all(|(kind, mine)| other.0.get(kind).is_some_and(|theirs| theirs.is_subset(mine)))
    }

    /// Limits a kind to these resources, whatever it was limited to.
    pub(crate) fn insert(&mut self, kind: KindKey, resources: BTreeSet<ResourceId>) {
        self.0.insert(kind, resources);
    }

    /// What both reach.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for (kind, theirs) in &other.0 {
            match self.0.get_mut(kind) {
                Some(mine) => mine.retain(|resource| theirs.contains(resource)),
                None => self.insert(kind.clone(), theirs.clone()),
            }
        }
        self
    }
}

/// `everything`, or what it is limited to; a resource whose id is no plain word stands in backticks (D10).
impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_everything() {
            return f.write_str("everything");
        }
        f.write_str("only ")?;
        for (n, (kind, resources)) in self.0.iter().enumerate() {
            write!(f, "{}{}: ", if n == 0 { "" } else { "; " }, Word(kind.as_str()))?;
            match resources.is_empty() {
                true => f.write_str("none")?,
                false => Words(resources.iter()).fmt(f)?,
            }
        }
        Ok(())
    }
}

/// The stored form: `"everything"`, or the limited kinds. Always written out, so that a limit cannot get
/// lost by being left out.
#[derive(Deserialize, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
enum ReachRecord {
    Everything,
    Only(Vec<LimitRecord>),
}

#[derive(Deserialize, Serialize)]
#[serde(crate = "crate::quote::serde")]
#[serde(deny_unknown_fields)]
struct LimitRecord {
    kind: KindKey,
    resources: Vec<ResourceId>,
}

impl From<Reach> for ReachRecord {
    fn from(reach: Reach) -> Self {
        if reach.is_everything() {
            return Self::Everything;
        }
        let limits = reach.0.into_iter();
        let limits = limits.map(|(kind, ids)| LimitRecord { kind, resources: ids.into_iter().collect() });
        Self::Only(limits.collect())
    }
}

impl TryFrom<ReachRecord> for Reach {
    type Error = String;

    fn try_from(record: ReachRecord) -> Result<Self, String> {
        let ReachRecord::Only(limits) = record else { return Ok(Self::everything()) };
        if limits.is_empty() {
            return Err("a reach that limits no kind: write `everything`".to_owned());
        }
        let mut reach = BTreeMap::new();
        for LimitRecord { kind, resources } in limits {
            let listed = resources.len();
            let resources: BTreeSet<ResourceId> = resources.into_iter().collect();
            if resources.len() < listed {
                return Err(format!("a resource of kind {kind:#} is listed twice"));
            }
            let text = format!("{kind:#}");
            if reach.insert(kind, resources).is_some() {
                return Err(format!("kind {text} is limited twice"));
            }
        }
        Ok(Self(reach))
    }
}

/// On which resources a user may use a permission (L4): the union over all their assignments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reached {
    /// Every resource, and also where none is asked about.
    Everything,
    /// These resources and no others; never none.
    Only(BTreeSet<ResourceId>),
    /// No resource at all: the permission cannot be used.
    Nothing,
}

impl Reached {
    /// Whether nothing is reached.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// Whether everything is reached.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Whether a resource of the permission's kind is reached.
    #[must_use]
    pub fn contains(&self, resource: impl Named<ResourceId>) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(resources) => resources.contains(resource.text()),
            Self::Nothing => false,
        }
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Nothing => f.write_str("nothing"),
            Self::Only(resources) => {
                write!(f, "only {}", Words(resources.iter()))
            }
        }
    }
}
