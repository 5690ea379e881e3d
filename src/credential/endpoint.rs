//! What an endpoint accepts, and who may call it (S2).

use std::fmt;

use smallvec::SmallVec;

use super::Credential;
use super::scopes::{Openers, ScopeExplanation, Wanted};
use crate::authorizer::{Decision, DenyReason, Subject};
use crate::catalog::UnknownKey;
use crate::catalog::{Catalog, Resource, Scope};
use crate::id::{DenseId, ScopeId};
use crate::key::{Named, ScopeKey};
use crate::set::IdSet;

/// The scopes that an endpoint of a service accepts, any one of them (S2).
///
/// Made once, at start-up, for each endpoint; asking then costs a few instructions and allocates nothing.
///
/// ```
/// use rolecall::{Endpoint, predefined};
///
/// let catalog = predefined::current();
/// // Whoever has `message:send` has `sms:message:send` by inclusion.
/// let send_sms = Endpoint::any_of(&catalog, ["sms:message:send"])?;
/// // Here `message:send` would not do.
/// let domains = Endpoint::exactly(&catalog, ["email:message:send"])?;
///
/// let typo = Endpoint::any_of(&catalog, ["sms:message:sned"]).unwrap_err();
/// assert_eq!(typo.nearest(), Some("sms:message:send"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Endpoint {
    catalog: Catalog,
    accepted: SmallVec<[Accepted; 2]>,
    exactly: bool,
}

#[derive(Clone, Debug)]
struct Accepted {
    scope: u16,
    openers: Openers,
}

impl Endpoint {
    /// An endpoint that accepts any of these scopes, and any that includes one (C3). One that accepts none is
    /// closed to everybody.
    ///
    /// Cost: that of the permissions that open each scope.
    ///
    /// # Errors
    ///
    /// - The catalog has no such scope; the error names the nearest there is.
    pub fn any_of<S: Named<ScopeKey>>(
        catalog: &Catalog,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Self, UnknownKey> {
        Self::new(catalog, scopes, false)
    }

    /// An endpoint that accepts exactly these scopes, any one of them, and none that includes one.
    ///
    /// Cost: that of the permissions that open each scope.
    ///
    /// # Errors
    ///
    /// - The catalog has no such scope; the error names the nearest there is.
    pub fn exactly<S: Named<ScopeKey>>(
        catalog: &Catalog,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Self, UnknownKey> {
        Self::new(catalog, scopes, true)
    }

    fn new<S: Named<ScopeKey>>(
        catalog: &Catalog,
        scopes: impl IntoIterator<Item = S>,
        exactly: bool,
    ) -> Result<Self, UnknownKey> {
        let mut accepted: SmallVec<[Accepted; 2]> = SmallVec::new();
        let mut known = IdSet::<ScopeId>::new();
        for key in scopes {
            let scope = catalog.scope(key)?.index();
            if known.insert(scope) {
                accepted.push(Accepted { scope, openers: Openers::covering(catalog, scope, exactly) });
            }
        }
        Ok(Self { catalog: catalog.clone(), accepted, exactly })
    }

    /// The scopes that it accepts, in the order given.
    pub fn scopes(&self) -> impl Iterator<Item = Scope<'_>> {
        self.accepted.iter().filter_map(|accepted| self.catalog.scope_at(accepted.scope))
    }

    /// Whether scopes that include an accepted one are not accepted.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.exactly
    }

    fn wanted(&self) -> impl Iterator<Item = Wanted<'_>> {
        self.accepted.iter().map(|accepted| Wanted {
            scope: accepted.scope,
            exactly: self.exactly,
            openers: &accepted.openers,
        })
    }

    /// S2 and S3, for a known and active user.
    fn decide(&self, user: &Subject<'_>, credential: Option<&Credential>) -> Decision {
        let mut reason = match self.accepted.is_empty() {
            true => DenyReason::AcceptsNoScope,
            false => DenyReason::ScopeNotHeld,
        };
        for wanted in self.wanted() {
            let in_credential = credential.is_none_or(|its| its.opens(wanted.scope, self.exactly));
            // Of the two, the test of the credential's own scopes is the cheap one.
            match in_credential {
                true if user.has_scope(wanted) => return Decision::Allow,
                false if reason < DenyReason::ScopeNotInCredential && user.has_scope(wanted) => {
                    reason = DenyReason::ScopeNotInCredential;
                }
                _ => {}
            }
        }
        Decision::Deny(reason)
    }

    /// Whether it is open to a user, alone or under a credential of theirs.
    #[inline]
    pub(super) fn check(&self, user: &Subject<'_>, credential: Option<&Credential>) -> Decision {
        let catalog = user.authorizer().catalog();
        if !self.catalog.is(catalog) || credential.is_some_and(|its| !its.is_of(catalog)) {
            return Decision::Deny(DenyReason::ForeignScope);
        }
        match user.data() {
            None => Decision::Deny(DenyReason::UnknownUser),
            Some(data) if data.suspended => Decision::Deny(DenyReason::Suspended),
            Some(_) => self.decide(user, credential),
        }
    }

    /// S4: the same scope opens the endpoint, is in the credential, and comes with a permission on the resource.
    pub(super) fn check_on(
        &self,
        user: &Subject<'_>,
        credential: Option<&Credential>,
        resource: &Resource,
    ) -> Decision {
        let decision = self.check(user, credential);
        if decision.is_denied() {
            return decision;
        }
        let opens = |wanted: &Wanted<'_>| credential.is_none_or(|its| its.opens(wanted.scope, self.exactly));
        if self.wanted().filter(opens).any(|wanted| user.has_scope_on(wanted, resource)) {
            return Decision::Allow;
        }
        let catalog = user.authorizer().catalog();
        let kind = catalog.own_kind(resource);
        let on_kind = |permission| kind.is_some() && catalog.kind_of(permission) == kind;
        match self.wanted().any(|wanted| wanted.openers.iter().any(on_kind)) {
            true => Decision::Deny(DenyReason::NotOnThisResource),
            false => Decision::Deny(DenyReason::WrongKind),
        }
    }

    pub(super) fn explain<'a>(
        &'a self,
        user: &Subject<'a>,
        credential: Option<&Credential>,
    ) -> CallExplanation<'a> {
        let catalog = user.authorizer().catalog();
        let asked = self.accepted.iter().filter(|_| self.catalog.is(catalog)).map(|accepted| accepted.scope);
        let asked: Vec<u16> = asked.collect();
        let explained = user.explain_scopes(&asked).into_iter().zip(&self.accepted);
        let accepted = explained.map(|(mut scope, accepted)| {
            if self.exactly {
                scope.sources.retain(|source| source.scope.index() == accepted.scope);
                scope.gaps.retain(|gap| gap.scope.index() == accepted.scope);
                scope.providers.retain(|permission| permission.scope_refs().contains(&accepted.scope));
            }
            let in_credential = credential.map(|its| its.opens(accepted.scope, self.exactly));
            AcceptedScope { scope, in_credential }
        });
        CallExplanation { accepted: accepted.collect(), decision: self.check(user, credential) }
    }
}

impl<'a> Subject<'a> {
    /// May the user call this endpoint, with no credential that narrows them? (S2) Where the call concerns a resource, ask
    /// [on it](Self::check_call_on): a scope alone knows no resources (L6).
    ///
    /// Cost: for each accepted scope, a few instructions for each role and team of the user; more where one of
    /// them withholds scopes or is limited. No allocation.
    #[inline]
    pub fn check_call(&self, endpoint: &Endpoint) -> Decision {
        endpoint.check(self, None)
    }

    /// Whether [`check_call`](Self::check_call) allows.
    #[must_use]
    #[inline]
    pub fn can_call(&self, endpoint: &Endpoint) -> bool {
        self.check_call(endpoint).is_allowed()
    }

    /// May the user call this endpoint on that resource? (S4)
    ///
    /// Allowed when the user may call it, and one of the scopes that open it comes from an assignment that reaches the
    /// resource, by a permission that is exercised on the resource's kind. So a scope that the user has for one channel
    /// does not open a call on another.
    ///
    /// ```
    /// use rolecall::{Account, Assignee, Authorizer, Endpoint, Reach, predefined};
    ///
    /// let catalog = predefined::current();
    /// let send = Endpoint::any_of(&catalog, ["message:send"])?;
    /// let mut edit = Account::new(&catalog, "initech")?.edit();
    /// catalog.features().try_for_each(|feature| edit.enable_feature(feature.key()).map(drop))?;
    /// edit.assign_within("campaign-manager", Assignee::user("maja")?, Reach::only("channel", ["sms"])?)?;
    /// let auth = Authorizer::new(edit.finish().expect("something changed").into_account());
    ///
    /// let maja = auth.subject("maja");
    /// let [sms, email] = [catalog.resource("channel", "sms")?, catalog.resource("channel", "email")?];
    /// assert!(maja.check_call_on(&send, &sms).is_allowed());
    /// assert_eq!(maja.check_call_on(&send, &email).to_string(), "deny: not on this resource");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Cost: for each accepted scope, a look at each role and team of the user. No allocation.
    pub fn check_call_on(&self, endpoint: &Endpoint, resource: &Resource) -> Decision {
        endpoint.check_on(self, None, resource)
    }

    /// The decision of [`check_call`](Self::check_call), with where each accepted scope comes from or what is
    /// in its way.
    #[must_use]
    pub fn explain_call(&self, endpoint: &'a Endpoint) -> CallExplanation<'a> {
        endpoint.explain(self, None)
    }
}

/// A decision on a call, with everything it follows from. Displayed in words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallExplanation<'a> {
    /// The decision that a check gives.
    pub decision: Decision,
    /// Every scope that the endpoint accepts, in its order. None if it is an endpoint of another catalog.
    pub accepted: Vec<AcceptedScope<'a>>,
}

/// A scope that an endpoint accepts, and how the caller stands to it.
#[derive(Clone, Debug)]
pub struct AcceptedScope<'a> {
    /// Whether and why the user has it.
    pub scope: ScopeExplanation<'a>,
    /// Whether the credential's own scopes have it; `None` if the user calls without one.
    pub in_credential: Option<bool>,
}

/// The decision, then a line for each accepted scope; of an unknown user there is nothing to say about scopes.
impl fmt::Display for CallExplanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.decision)?;
        if self.decision == Decision::Deny(DenyReason::UnknownUser) {
            return Ok(());
        }
        for AcceptedScope { scope, in_credential } in &self.accepted {
            write!(f, "\n  {:#}: {scope}", scope.scope.key())?;
            if *in_credential == Some(false) {
                f.write_str("; not in the credential")?;
            }
        }
        Ok(())
    }
}

/// What it takes: `one of the scopes ...`, `exactly ...`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scopes: Vec<_> = self.scopes().map(|scope| format!("{:#}", scope.key())).collect();
        let which = match (scopes.len(), self.exactly) {
            (0, _) => return f.write_str("nothing: it accepts no scope"),
            (1, false) => "the scope",
            (1, true) => "exactly the scope",
            (_, false) => "one of the scopes",
            (_, true) => "exactly one of the scopes",
        };
        write!(f, "{which} {}", scopes.join(", "))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scopes: Vec<_> = self.scopes().map(|scope| scope.key().as_str()).collect();
        f.debug_struct("Endpoint").field("scopes", &scopes).field("exactly", &self.exactly).finish()
    }
}
