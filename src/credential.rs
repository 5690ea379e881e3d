//! API scopes: what a user has, what an endpoint accepts, and what a credential narrows (S1-S4).
//!
//! Nothing here is kept up to date, as nothing is kept: a credential holds scopes of its own, and every
//! question is answered from them and from what its owner may do at that moment.

use std::fmt;

use crate::authorizer::{Authorizer, Decision, DenyReason, Subject};
use crate::catalog::{Catalog, Resource, ScopeSet};
use crate::error::MintError;
use crate::id::{DenseId, PermissionId, ScopeId};
use crate::key::{AccountId, Incarnation, Named, ScopeKey, UserId};
use crate::set::IdSet;

pub use endpoint::{AcceptedScope, CallExplanation, Endpoint};
pub use record::{CREDENTIAL_FORMAT, CredentialRecord};
pub use scopes::{ScopeExplanation, ScopeGap, ScopeGapReason, ScopeSource};

mod endpoint;
mod openers;
mod record;
mod scopes;

/// An API key, a token: scopes of its own, which narrow what its owner may call (S3).
///
/// What it can do is what its owner's scopes cover and its own cover too. So it follows every change of its
/// owner's rights at once, and there is nothing to invalidate. The secret, the expiry and the addresses it
/// may be used from are the host's.
///
/// ```
/// use rolecall::{Account, Assignee, Authorizer, Endpoint, predefined};
///
/// let catalog = predefined::current();
/// let send_sms = Endpoint::any_of(&catalog, ["sms:message:send"])?;
///
/// let mut edit = Account::new(&catalog, "initech")?.edit();
/// catalog.features().try_for_each(|feature| edit.enable_feature(feature.key()).map(drop))?;
/// edit.assign("campaign-manager", Assignee::user("maja")?)?;
/// let auth = Authorizer::new(edit.finish().expect("something changed").into_account());
///
/// let key = auth.subject("maja").mint(["sms:message:send"])?;
/// assert!(auth.caller(&key).can_call(&send_sms));
///
/// let mut edit = auth.account().edit();
/// edit.suspend("maja")?;
/// let auth = auth.refresh(edit.finish().expect("something changed").into_account());
/// assert!(!auth.caller(&key).can_call(&send_sms));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Credential {
    catalog: Catalog,
    account: AccountId,
    owner: UserId,
    /// Which of those who had the owner's id.
    incarnation: Incarnation,
    /// Held by themselves.
    scopes: IdSet<ScopeId>,
    /// Held as part of a scope that includes them: they do not count where exactly they are wanted.
    included: IdSet<ScopeId>,
    /// All of these, and all that they include.
    covered: IdSet<ScopeId>,
    /// What it was stored with and the catalog lacks, in the order of `scopes` and `included`.
    missing: [Vec<ScopeKey>; 2],
}

impl Credential {
    fn new(
        catalog: &Catalog,
        account: &AccountId,
        (owner, incarnation): (&UserId, Incarnation),
        sets: [IdSet<ScopeId>; 2],
    ) -> Self {
        let [scopes, included] = sets;
        let mut all = scopes.clone();
        all.union_with(included.words());
        let covered = catalog.covered(&all);
        let (account, owner) = (account.clone(), owner.clone());
        Self {
            catalog: catalog.clone(),
            account,
            owner,
            incarnation,
            scopes,
            included,
            covered,
            missing: Default::default(),
        }
    }

    /// The account that it belongs to.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The user on whose behalf it calls.
    #[must_use]
    pub const fn owner(&self) -> &UserId {
        &self.owner
    }

    /// The scopes of its own, whether or not its owner has them. None: it can do nothing.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        let mut all = self.scopes.clone();
        all.union_with(self.included.words());
        ScopeSet::new(&self.catalog, all)
    }

    /// The scopes that it was stored with and that the catalog it was [restored](Self::restore) under lacks: they
    /// count for nothing (P5).
    pub fn missing(&self) -> impl Iterator<Item = &ScopeKey> {
        self.missing.iter().flatten()
    }

    /// A credential of the same owner with some of these scopes, or with parts of them: never more (S3). Of no
    /// scopes at all: one that can do nothing.
    ///
    /// A scope that this one has only as part of a broader one is marked so, and does not count at an
    /// endpoint that wants [exactly](Endpoint::exactly) it: this one could not call that either.
    ///
    /// # Errors
    ///
    /// - The catalog has no such scope.
    /// - This credential does not cover it.
    pub fn mint<S: Named<ScopeKey>>(&self, scopes: impl IntoIterator<Item = S>) -> Result<Self, MintError> {
        let chosen = choose(&self.catalog, scopes)?;
        let sets = mintable(&self.catalog, chosen, &self.scopes, &self.covered)?;
        Ok(Self::new(&self.catalog, &self.account, (&self.owner, self.incarnation), sets))
    }

    /// Whether its own scopes open what accepts this one.
    #[inline]
    fn opens(&self, scope: u16, exactly: bool) -> bool {
        let set = if exactly { &self.scopes } else { &self.covered };
        set.contains(scope)
    }

    fn is_of(&self, catalog: &Catalog) -> bool {
        self.catalog.is(catalog)
    }
}

/// The scopes that some keys name.
fn choose<S: Named<ScopeKey>>(
    catalog: &Catalog,
    scopes: impl IntoIterator<Item = S>,
) -> Result<IdSet<ScopeId>, MintError> {
    scopes.into_iter().map(|key| Ok(catalog.scope(key)?.index())).collect()
}

/// The chosen scopes, those held and those only covered.
fn mintable(
    catalog: &Catalog,
    chosen: IdSet<ScopeId>,
    held: &IdSet<ScopeId>,
    covered: &IdSet<ScopeId>,
) -> Result<[IdSet<ScopeId>; 2], MintError> {
    let mut beyond = chosen.clone();
    beyond.subtract(covered.words());
    if !beyond.is_empty() {
        let scopes = ScopeSet::new(catalog, beyond).keys().cloned().collect();
        return Err(MintError::Beyond { scopes });
    }
    let (mut scopes, mut included) = (chosen.clone(), chosen);
    scopes.intersect_with(held.words());
    included.subtract(held.words());
    Ok([scopes, included])
}

impl Subject<'_> {
    /// A credential with some of the user's scopes, or with parts of them (S3).
    ///
    /// # Errors
    ///
    /// - The catalog has no such scope.
    /// - The user does not have it, nor one that includes it.
    /// - The account does not know the user.
    pub fn mint<S: Named<ScopeKey>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Credential, MintError> {
        let (catalog, account) = (self.authorizer().catalog(), self.authorizer().account());
        let owner = self.owner()?;
        let chosen = choose(catalog, scopes)?;
        let held = self.scope_set();
        let sets = mintable(catalog, chosen, &held, &catalog.covered(&held))?;
        Ok(Credential::new(catalog, account.id(), owner, sets))
    }

    /// A credential with all scopes that the user has at this moment (S3). It does not gain those that the
    /// user gains later.
    ///
    /// # Errors
    ///
    /// - The account does not know the user.
    pub fn mint_all(&self) -> Result<Credential, MintError> {
        let (catalog, account) = (self.authorizer().catalog(), self.authorizer().account());
        let owner = self.owner()?;
        Ok(Credential::new(catalog, account.id(), owner, [self.scope_set(), IdSet::new()]))
    }
}

impl<'a> Subject<'a> {
    /// Who owns what is minted: the user who has the id now, and nobody who has it later (U7).
    fn owner(&self) -> Result<(&'a UserId, Incarnation), MintError> {
        let user = self.data().ok_or(MintError::UnknownUser)?;
        match user.incarnation == Incarnation::PENDING {
            true => Err(MintError::Unfinished),
            false => Ok((&user.id, user.incarnation)),
        }
    }
}

impl Authorizer {
    /// Whoever calls with this credential: its owner, as far as it reaches. Of a credential of another account, or of a
    /// user who was removed, nobody that this account knows; also if somebody else has the owner's id by now (U7).
    #[must_use]
    pub fn caller<'a>(&'a self, credential: &'a Credential) -> Caller<'a> {
        let owner = self.subject(&credential.owner);
        let is_owner = credential.account == *self.account().id()
            && owner.data().is_some_and(|user| user.incarnation == credential.incarnation);
        Caller { owner: if is_owner { owner } else { self.nobody() }, credential }
    }
}

/// A user who acts through a credential, seen by one authorizer: what a gateway asks.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    owner: Subject<'a>,
    credential: &'a Credential,
}

impl<'a> Caller<'a> {
    /// May this credential call this endpoint? (S2, S3) Where the call concerns a resource, ask
    /// [on it](Self::check_call_on): a scope alone knows no resources (L6).
    ///
    /// Cost: a bit test for each accepted scope, then that of [`Subject::check_call`]. No allocation.
    #[inline]
    pub fn check_call(&self, endpoint: &Endpoint) -> Decision {
        endpoint.check(&self.owner, Some(self.credential))
    }

    /// Whether [`check_call`](Self::check_call) allows.
    #[must_use]
    #[inline]
    pub fn can_call(&self, endpoint: &Endpoint) -> bool {
        self.check_call(endpoint).is_allowed()
    }

    /// May this credential call this endpoint on that resource? (S4) See [`Subject::check_call_on`].
    pub fn check_call_on(&self, endpoint: &Endpoint, resource: &Resource) -> Decision {
        endpoint.check_on(&self.owner, Some(self.credential), resource)
    }

    /// The decision of [`check_call`](Self::check_call), with where each accepted scope comes from or what is
    /// in its way.
    #[must_use]
    pub fn explain_call(&self, endpoint: &'a Endpoint) -> CallExplanation<'a> {
        endpoint.explain(&self.owner, Some(self.credential))
    }

    /// May the owner do this through the credential? (S4) Allowed when the owner may, by an assignment that provides one of
    /// the scopes that the permission provides, or one that includes it, and the credential covers that scope.
    pub fn check(&self, permission: PermissionId) -> Decision {
        self.narrow(permission, None, self.owner.check(permission))
    }

    /// Whether [`check`](Self::check) allows.
    #[must_use]
    pub fn can(&self, permission: PermissionId) -> bool {
        self.check(permission).is_allowed()
    }

    /// May the owner do this on that resource through the credential? (S4, L3)
    pub fn check_on(&self, permission: PermissionId, resource: &Resource) -> Decision {
        self.narrow(permission, Some(resource), self.owner.check_on(permission, resource))
    }

    /// Whether [`check_on`](Self::check_on) allows.
    #[must_use]
    pub fn can_on(&self, permission: PermissionId, resource: &Resource) -> bool {
        self.check_on(permission, resource).is_allowed()
    }

    /// Every scope that the caller has in effect: covered by what the owner has and by the credential (S3).
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        let catalog = self.owner.authorizer().catalog();
        let mut both = IdSet::new();
        if self.credential.is_of(catalog) {
            both = catalog.covered(&self.owner.scope_set());
            both.intersect_with(self.credential.covered.words());
        }
        ScopeSet::new(catalog, both)
    }

    /// The owner, not narrowed.
    #[must_use]
    pub const fn owner(&self) -> Subject<'a> {
        self.owner
    }

    /// The credential.
    #[must_use]
    pub const fn credential(&self) -> &'a Credential {
        self.credential
    }

    /// S4, once the owner's own decision is known.
    fn narrow(&self, permission: PermissionId, on: Option<&Resource>, owner: Decision) -> Decision {
        let catalog = self.owner.authorizer().catalog();
        if !self.credential.is_of(catalog) {
            return Decision::Deny(DenyReason::ForeignScope);
        }
        let Some(index) = catalog.own(permission).filter(|_| owner.is_allowed()) else {
            return owner;
        };
        let provided = catalog.scopes_of(index);
        let held = |scope: u16| self.owner.has_scope_with(index, on, scope);
        let mut reason = match provided.is_empty() {
            true => DenyReason::AcceptsNoScope,
            false => DenyReason::ScopeNotHeld,
        };
        for scope in provided.iter().copied() {
            match self.credential.opens(scope, false) {
                true if held(scope) => return Decision::Allow,
                false if reason < DenyReason::ScopeNotInCredential && held(scope) => {
                    reason = DenyReason::ScopeNotInCredential;
                }
                _ => {}
            }
        }
        Decision::Deny(reason)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("account", &self.account)
            .field("owner", &self.owner)
            .field("scopes", &self.scopes())
            .finish_non_exhaustive()
    }
}

/// Equal owners and equal scopes, by the same catalog.
impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        self.is_of(&other.catalog)
            && (&self.account, &self.owner) == (&other.account, &other.owner)
            && self.incarnation == other.incarnation
            && (&self.scopes, &self.included) == (&other.scopes, &other.included)
    }
}

impl Eq for Credential {}
