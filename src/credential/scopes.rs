//! The scopes of a subject, where they come from, and why one is missing (S1).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use foldhash::fast::RandomState;

use crate::account::{LimitData, Role};
use crate::authorizer::Subject;
use crate::catalog::{Catalog, Feature, Permission, Resource, Scope, ScopeSet};
use crate::id::{DenseId, PermissionId, ScopeId};
use crate::set::{IdSet, has};

/// A scope of a user, and one way in which they come to have it.
#[derive(Clone, Copy, Debug)]
pub struct ScopeSource<'a> {
    /// The scope.
    pub scope: Scope<'a>,
    /// The permission that provides it, which the user can use by an assignment of the role.
    pub permission: Permission<'a>,
    /// The role that grants the permission and provides the scope.
    pub role: Role<'a>,
}

/// Why a user has a scope, or why not.
#[derive(Clone, Debug)]
pub struct ScopeExplanation<'a> {
    /// The scope asked about.
    pub scope: Scope<'a>,
    /// Whether the account knows the user, and has not suspended them. If not, there are no sources.
    pub is_active: bool,
    /// Every way in which the user has the scope, or one that includes it; none if it is missing.
    pub sources: Vec<ScopeSource<'a>>,
    /// Every way in which a role of the user would provide it, but for one thing. Also where there are sources.
    pub gaps: Vec<ScopeGap<'a>>,
    /// The permissions that provide the scope, or one that includes it: which to ask for if no role of the
    /// user grants any.
    pub providers: Vec<Permission<'a>>,
}

/// A scope that a role of the user would provide, but for one thing.
#[derive(Clone, Debug)]
pub struct ScopeGap<'a> {
    /// The scope: the one asked about, or one that includes it.
    pub scope: Scope<'a>,
    /// The permission that provides it.
    pub permission: Permission<'a>,
    /// The role that grants the permission.
    pub role: Role<'a>,
    /// What is in the way.
    pub reason: ScopeGapReason<'a>,
}

/// Why a role that grants a permission does not give its holder the permission's scope.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ScopeGapReason<'a> {
    /// The user is suspended.
    Suspended,
    /// The scope is not selected in the role (R5).
    Withheld,
    /// These features are disabled (D5).
    FeatureDisabled(Vec<Feature<'a>>),
    /// Every assignment of the role is limited to no resource of the permission's kind (L2).
    ReachesNothing,
}

impl<'a> Subject<'a> {
    /// The API scopes of the user (S1): those that the role of one of their assignments provides by a permission which that
    /// assignment lets them use. Distinct, not reduced by inclusion.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::new(self.authorizer().catalog(), self.scope_set())
    }

    pub(super) fn scope_set(&self) -> IdSet<ScopeId> {
        self.scope_sources().iter().map(|source| source.scope.index()).collect()
    }

    /// Where the user's scopes come from (V2): every scope with every permission that provides it and every
    /// role by which it does; in the order of the user's [roles](Subject::roles), then of the catalog.
    #[must_use]
    pub fn scope_sources(&self) -> Vec<ScopeSource<'a>> {
        let (mut sources, ways) = (Vec::new(), self.ways());
        for held in self.roles() {
            let ways = ways.get(&held.slot()).map_or(&[][..], |ways| ways);
            let usable = held.role.row().members().filter(|permission| self.is_usable_by(ways, *permission));
            for (permission, scope) in provided(&held.role, usable) {
                if held.role.selects(scope.index()) {
                    sources.push(ScopeSource { scope, permission, role: held.role });
                }
            }
        }
        sources
    }

    /// The user's assignments of each role, own and of teams: the limits that they have.
    fn ways(&self) -> BTreeMap<u32, Vec<Option<&'a LimitData>>> {
        let account = self.authorizer().account();
        let user = self.data().into_iter();
        let mut ways: BTreeMap<u32, Vec<_>> = BTreeMap::new();
        for (role, limit) in user.flat_map(|user| account.all_assigned(user)) {
            ways.entry(role).or_default().push(limit);
        }
        ways
    }

    /// Whether one of some assignments of a role makes a permission of it usable (S1): each stands for itself.
    fn is_usable_by(&self, ways: &[Option<&LimitData>], permission: u16) -> bool {
        self.data().is_some_and(|user| !user.suspended)
            && has(self.authorizer().usable_row(), permission)
            && ways.iter().any(|limit| reaches(self.authorizer().catalog(), *limit, permission))
    }

    /// Why the user has a scope, by itself or by one that includes it; or what is in the way. `None` for an id
    /// of another catalog.
    ///
    /// ```
    /// use rolecall::{Account, Assignee, Authorizer, predefined};
    ///
    /// let catalog = predefined::current();
    /// let mut edit = Account::new(&catalog, "initech")?.edit();
    /// edit.assign("knowledge-base-manager", Assignee::user("maja")?)?;
    /// let auth = Authorizer::new(edit.finish().expect("something changed").into_account());
    ///
    /// let manage = catalog.scope("knowledge-base:manage")?;
    /// let why = auth.subject("maja").explain_scope(manage).expect("a scope of this catalog");
    /// assert!(why.sources.is_empty());
    /// assert!(!why.gaps.is_empty(), "her role would provide it, but features are disabled");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain_scope(&self, scope: ScopeId) -> Option<ScopeExplanation<'a>> {
        let scope = self.authorizer().catalog().own(scope)?;
        self.explain_scopes(&[scope]).pop()
    }

    /// The same for several scopes of the catalog, each named once; in one pass over what the user holds.
    pub(super) fn explain_scopes(&self, asked: &[u16]) -> Vec<ScopeExplanation<'a>> {
        let catalog = self.authorizer().catalog();
        let is_active = self.data().is_some_and(|user| !user.suspended);
        let about = |scope: Scope<'a>| {
            let (sources, gaps, providers) = (Vec::new(), Vec::new(), Vec::new());
            ScopeExplanation { scope, is_active, sources, gaps, providers }
        };
        let mut all: Vec<_> = asked.iter().filter_map(|scope| catalog.scope_at(*scope)).map(about).collect();
        let place: HashMap<u16, usize, RandomState> =
            all.iter().enumerate().map(|(at, asked)| (asked.scope.index(), at)).collect();
        let wanted: IdSet<ScopeId> = place.keys().copied().collect();
        // Where the scopes are explained that this one covers.
        let covered_by = |scope: u16| -> Vec<usize> {
            let mut covered = wanted.clone();
            covered.intersect_with(catalog.included_in(scope));
            if wanted.contains(scope) {
                covered.insert(scope);
            }
            covered.iter().filter_map(|scope| place.get(&scope).copied()).collect()
        };
        for source in self.scope_sources() {
            for at in covered_by(source.scope.index()) {
                all.get_mut(at).into_iter().for_each(|explained| explained.sources.push(source));
            }
        }
        let ways = self.ways();
        for held in self.roles() {
            let ways = ways.get(&held.slot()).map_or(&[][..], |ways| ways);
            for (permission, scope) in provided(&held.role, held.role.row().members()) {
                let covered = covered_by(scope.index());
                if covered.is_empty() {
                    continue;
                }
                let reason = match self.is_usable_by(ways, permission.id().index()) {
                    true if !held.role.selects(scope.index()) => ScopeGapReason::Withheld,
                    true => continue,
                    false => self.unusable(&permission),
                };
                let gap = ScopeGap { scope, permission, role: held.role, reason };
                for at in covered {
                    all.get_mut(at).into_iter().for_each(|explained| explained.gaps.push(gap.clone()));
                }
            }
        }
        for permission in catalog.permissions() {
            let covered = permission.scope_refs().iter().flat_map(|scope| covered_by(*scope));
            for at in covered.collect::<BTreeSet<_>>() {
                all.get_mut(at).into_iter().for_each(|explained| explained.providers.push(permission));
            }
        }
        all
    }

    fn unusable(&self, permission: &Permission<'a>) -> ScopeGapReason<'a> {
        if self.data().is_none_or(|user| user.suspended) {
            return ScopeGapReason::Suspended;
        }
        let account = self.authorizer().account();
        let disabled =
            permission.feature_refs().iter().filter(|feature| !account.enabled().contains(**feature));
        let disabled: Vec<_> =
            disabled.filter_map(|feature| account.catalog().feature_at(*feature)).collect();
        match disabled.is_empty() {
            true => ScopeGapReason::ReachesNothing,
            false => ScopeGapReason::FeatureDisabled(disabled),
        }
    }

    /// Whether the user has a scope that covers this one, or exactly this one (S1). Allocates nothing.
    ///
    /// `openers` are the permissions that provide such a scope, in words of 64; see [`Openers`].
    pub(super) fn has_scope(&self, wanted: Wanted<'_>) -> bool {
        let authorizer = self.authorizer();
        let Some(user) = self.data().filter(|user| !user.suspended) else { return false };
        if self.is_narrowed() {
            return self.has_scope_by_role(wanted);
        }
        // No role withholds a scope, and no assignment is limited: any usable permission that opens will do.
        let usable = authorizer.usable_row();
        user.holds.all().iter().any(|grantor| wanted.openers.meet(authorizer.row(*grantor), usable))
    }

    /// Whether the user's scopes can't be told from what their roles grant: a role withholds some, an assignment is
    /// limited, or the account waits for an upgrade, so that the catalog says more than counts.
    fn is_narrowed(&self) -> bool {
        let authorizer = self.authorizer();
        authorizer.account().needs_upgrade()
            || self.data().is_some_and(|user| authorizer.withholds(user) || authorizer.has_limits(user))
    }

    /// The same, assignment by assignment, as S1 has it.
    fn has_scope_by_role(&self, wanted: Wanted<'_>) -> bool {
        let (authorizer, account) = (self.authorizer(), self.authorizer().account());
        let catalog = authorizer.catalog();
        let Some(user) = self.data() else { return false };
        account.all_assigned(user).any(|(slot, limit)| {
            let Some(role) = account.role_view(slot) else { return false };
            let opens =
                |scope: &u16| opens(catalog, *scope, wanted.scope, wanted.exactly) && role.selects(*scope);
            wanted.openers.iter().filter(|permission| has(role.row(), *permission)).any(|permission| {
                has(authorizer.usable_row(), permission)
                    && reaches(catalog, limit, permission)
                    && catalog.scopes_of(permission).iter().any(opens)
            })
        })
    }

    /// Whether one assignment of the user gives a permission, on a resource or without one, and provides a scope of the
    /// permission with it, itself or by inclusion (S4). The user may use the permission there.
    pub(super) fn has_scope_with(&self, permission: u16, on: Option<&Resource>, scope: u16) -> bool {
        // Without limits and selections each role that grants the permission provides its scopes.
        if !self.is_narrowed() {
            return true;
        }
        let (authorizer, account) = (self.authorizer(), self.authorizer().account());
        let catalog = authorizer.catalog();
        let Some(user) = self.data() else { return false };
        account.all_assigned(user).any(|(slot, limit)| {
            let Some(role) = account.role_view(slot).filter(|role| has(role.row(), permission)) else {
                return false;
            };
            let covers = |provider: u16| {
                let provides = |given: &u16| catalog.covers(*given, scope) && role.selects(*given);
                has(authorizer.usable_row(), provider)
                    && reaches(catalog, limit, provider)
                    && catalog.scopes_of(provider).iter().any(provides)
            };
            reaches_on(catalog, limit, permission, on)
                && (role.selects(scope) || role.row().members().any(covers))
        })
    }

    /// Whether one assignment of the user provides a scope that opens what accepts this one, by a permission that is
    /// exercised on the kind of a resource and reaches it (S4).
    pub(super) fn has_scope_on(&self, wanted: Wanted<'_>, resource: &Resource) -> bool {
        let (authorizer, account) = (self.authorizer(), self.authorizer().account());
        let catalog = authorizer.catalog();
        let (Some(user), Some(kind)) = (self.data(), catalog.own_kind(resource)) else { return false };
        account.all_assigned(user).any(|(slot, limit)| {
            let Some(role) = account.role_view(slot) else { return false };
            let opens =
                |scope: &u16| opens(catalog, *scope, wanted.scope, wanted.exactly) && role.selects(*scope);
            wanted.openers.iter().filter(|permission| has(role.row(), *permission)).any(|permission| {
                catalog.kind_of(permission) == Some(kind)
                    && has(authorizer.usable_row(), permission)
                    && reaches_on(catalog, limit, permission, Some(resource))
                    && catalog.scopes_of(permission).iter().any(opens)
            })
        })
    }
}

/// Whether an assignment with this limit reaches something of the kind of a permission.
fn reaches(catalog: &Catalog, limit: Option<&LimitData>, permission: u16) -> bool {
    let within = limit.zip(catalog.kind_of(permission)).and_then(|(limit, kind)| limit.resources(kind));
    within.is_none_or(|resources| !resources.is_empty())
}

/// Whether an assignment with this limit gives a permission on a resource of its kind, or without one.
fn reaches_on(catalog: &Catalog, limit: Option<&LimitData>, permission: u16, on: Option<&Resource>) -> bool {
    let within = limit.zip(catalog.kind_of(permission)).and_then(|(limit, kind)| limit.resources(kind));
    within.is_none_or(|resources| on.is_some_and(|resource| resources.contains(resource.id())))
}

/// The scopes that some permissions of a role provide, withheld or not, each with its permission.
fn provided<'a>(
    role: &Role<'a>,
    permissions: impl Iterator<Item = u16>,
) -> impl Iterator<Item = (Permission<'a>, Scope<'a>)> {
    let catalog = role.catalog();
    permissions.filter_map(|index| catalog.permission_at(index)).flat_map(|permission| {
        let scopes = permission.scope_refs().iter().filter_map(|scope| catalog.scope_at(*scope));
        scopes.map(move |scope| (permission, scope))
    })
}

/// Whether a scope that is provided opens what accepts another one.
fn opens(catalog: &Catalog, provided: u16, accepted: u16, exactly: bool) -> bool {
    match exactly {
        true => provided == accepted,
        false => catalog.covers(provided, accepted),
    }
}

/// A scope that is accepted, and the permissions that may give it.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) scope: u16,
    /// Whether scopes that include it are not accepted.
    pub(super) exactly: bool,
    pub(super) openers: &'a Openers,
}

/// A set of permissions, of which there are few: the words that are not zero.
#[derive(Clone, Debug)]
pub(super) struct Openers(Box<[(u16, u64)]>);

impl Openers {
    /// The permissions that provide a scope which covers this one, or exactly this one.
    pub(super) fn covering(catalog: &Catalog, scope: u16, exactly: bool) -> Self {
        let provided = if exactly { [scope].into_iter().collect() } else { catalog.covering(scope) };
        let permissions: IdSet<PermissionId> =
            provided.iter().flat_map(|scope| catalog.providers_of(scope)).copied().collect();
        Self::new(permissions.iter())
    }

    /// Of permissions in ascending order.
    fn new(permissions: impl Iterator<Item = u16>) -> Self {
        let mut words: Vec<(u16, u64)> = Vec::new();
        for permission in permissions {
            let (at, bit) = (permission >> 6, 1 << (permission & 63));
            match words.last_mut().filter(|(last, _)| *last == at) {
                Some((_, word)) => *word |= bit,
                None => words.push((at, bit)),
            }
        }
        Self(words.into())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().flat_map(|(at, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 != 0);
            bits.map(move |bit| at << 6 | bit)
        })
    }

    #[inline]
    fn meet(&self, granted: &[u64], usable: &[u64]) -> bool {
        self.0.iter().any(|(at, word)| {
            let at = usize::from(*at);
            granted.get(at).zip(usable.get(at)).is_some_and(|(granted, usable)| word & granted & usable != 0)
        })
    }
}

/// Where it comes from, or what is in its way, in one line.
impl fmt::Display for ScopeExplanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = self.sources.first() {
            write!(f, "from {}", Way(&source.scope, &source.permission, &source.role))?;
            return match self.sources.len() - 1 {
                0 => Ok(()),
                more => write!(f, " and {more} more"),
            };
        }
        let Some(gap) = self.gaps.first() else {
            f.write_str("missing: no role of the user grants a permission that provides it")?;
            return list(f, " (", self.providers.iter().map(Permission::key), ")");
        };
        let way = Way(&gap.scope, &gap.permission, &gap.role);
        match &gap.reason {
            ScopeGapReason::Suspended => write!(f, "missing: the user is suspended, who has it from {way}"),
            ScopeGapReason::Withheld => write!(f, "missing: withheld from {way}"),
            ScopeGapReason::ReachesNothing => write!(f, "missing: limited to no resource in {way}"),
            ScopeGapReason::FeatureDisabled(features) => {
                write!(f, "missing: {way}, but disabled")?;
                list(f, ": ", features.iter().map(Feature::key), "")
            }
        }
    }
}

/// How a user comes to have a scope.
struct Way<'s, 'a>(&'s Scope<'a>, &'s Permission<'a>, &'s Role<'a>);

impl fmt::Display for Way<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(scope, permission, role) = self;
        let role = role.to_ref();
        write!(f, "{:#} of permission {:#} in {} role {role:#}", scope.key(), permission.key(), role.kind())
    }
}

/// Keys with something before and after; nothing if there are none.
fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    before: &str,
    keys: impl Iterator<Item = T>,
    after: &str,
) -> fmt::Result {
    let keys: Vec<_> = keys.map(|key| format!("{key:#}")).collect();
    match keys.is_empty() {
        true => Ok(()),
        false => write!(f, "{before}{}{after}", keys.join(", ")),
    }
}
