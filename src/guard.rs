//! Editing rights is itself a right: may this actor make this change? (G1-G5)
//!
//! One function over the state before, the change, and the state after. What an edit does is the account's to
//! say, by the facts it recorded and the state it led to; here is only what an actor may bring about.

use crate::account::Edited;
use crate::authorizer::Authorizer;
use crate::catalog::Act;
use crate::change::{Change, Fact};
use crate::key::{Assignee, Named, PermissionKey, RoleId, RoleRef, ScopeKey, TeamId, UserId};

pub use refusal::{Conflict, MAX_REFUSALS, Refusal, Refused, Whom};
pub use rules::Violation;

mod bounds;
mod refusal;
mod rules;

/// A change that may become visible: what a host stores and publishes.
///
/// Only [`Authorizer::admit`] makes one, and [`Authorizer::admit_unjudged`], which says so. A host whose one
/// place of publishing takes nothing else cannot forget to judge:
///
/// ```
/// use rolecall::{Account, Admitted, Assignee, Authorizer, Change, Refused, predefined};
///
/// struct Host { published: Authorizer, journal: Vec<Change> }
///
/// impl Host {
///     /// The only place where changes become visible.
///     fn publish(&mut self, admitted: Admitted) {
///         let (change, next) = admitted.into_parts();
///         self.journal.push(change); // stored first
///         self.published = next;
///     }
/// }
///
/// let account = Account::new(&predefined::current(), "initech")?;
/// let mut host = Host { published: Authorizer::new(account), journal: Vec::new() };
///
/// // The vendor sets the account up: nobody is there yet who could.
/// let mut edit = host.published.account().edit();
/// edit.assign("account-admin", Assignee::user("ana")?)?;
/// edit.assign("campaign-manager", Assignee::user("maja")?)?;
/// host.publish(host.published.admit_unjudged(edit.finish().expect("something changed"))?);
///
/// // Maja may not make herself an administrator.
/// let mut edit = host.published.account().edit();
/// edit.assign("account-admin", Assignee::user("maja")?)?;
/// let refused: Refused = host.published.admit(edit.finish().expect("something changed"), "maja").unwrap_err();
/// assert!(refused.to_string().contains("`roles/assign`"), "{refused}");
///
/// // Ana may.
/// let mut edit = host.published.account().edit();
/// edit.assign("account-admin", Assignee::user("maja")?)?;
/// host.publish(host.published.admit(edit.finish().expect("something changed"), "ana")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an admitted change does nothing until it is stored and published"]
pub struct Admitted {
    change: Change,
    authorizer: Authorizer,
}

impl Admitted {
    /// The change, to be stored first.
    #[must_use]
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// The authorizer of the state that it leads to, to be published then.
    #[must_use]
    pub const fn authorizer(&self) -> &Authorizer {
        &self.authorizer
    }

    /// Both.
    #[must_use]
    pub fn into_parts(self) -> (Change, Authorizer) {
        (self.change, self.authorizer)
    }
}

impl Authorizer {
    /// Judges an edit of this account on behalf of an actor, and derives the next authorizer. The change says that the
    /// actor made it, and its head follows from that.
    ///
    /// A user interface asks the same to know whether a wish may be saved, and drops what comes back.
    ///
    /// Cost: that of [`refresh`](Self::refresh) and of [`judge`].
    ///
    /// # Errors
    ///
    /// - Any rule of the guard refuses; every reason is listed.
    /// - The edit was begun on another state of the account.
    /// - It is attributed to somebody else.
    pub fn admit(&self, edited: Edited, actor: impl Named<UserId>) -> Result<Admitted, Refused> {
        let other = |refusal| Refused::new(actor.text(), vec![refusal]);
        self.must_be_followed(edited.change()).map_err(|conflict| other(conflict.into()))?;
        if let Some(refusal) = other_actor(edited.change(), actor.text()) {
            return Err(other(refusal));
        }
        let (account, change) = edited.made_by(actor.text()).into_parts();
        let admitted = Admitted { change, authorizer: self.refresh(account) };
        judged(self, &admitted.change, &admitted.authorizer, actor.text())?;
        Ok(admitted)
    }

    /// Lets an edit of this account pass without a judgement: for the vendor, migrations and tests.
    ///
    /// # Errors
    ///
    /// - The edit was begun on another state, or on another account.
    pub fn admit_unjudged(&self, edited: Edited) -> Result<Admitted, Conflict> {
        self.must_be_followed(edited.change())?;
        let (account, change) = edited.into_parts();
        Ok(Admitted { change, authorizer: self.refresh(account) })
    }

    /// That a change was made on this very state.
    fn must_be_followed(&self, change: &Change) -> Result<(), Conflict> {
        let account = self.account();
        match account.head() == Some(change.follows) && *account.id() == change.account {
            true => Ok(()),
            false => Err(Conflict { follows: change.follows, head: account.head() }),
        }
    }
}

/// That a change says somebody else than the actor made it (G6).
fn other_actor(change: &Change, actor: &str) -> Option<Refusal> {
    let who = change.attribution.who.as_ref().filter(|who| *who != actor)?;
    Some(Refusal::OtherActor { who: who.clone() })
}

/// May an actor make this change? (G1-G4) The state after it is derived from the change (G5).
///
/// Cost: that of replaying the change; a look at each role, team and user that the facts give something to; a pass over
/// the users where the change may leave too few holders (G3), or alters a role or team while the catalog excludes
/// something (G4).
///
/// # Errors
///
/// - The actor may not make edits of this sort, or nobody may (G1).
/// - It would give somebody more than the actor is granted, who may not escalate (G2).
/// - It would leave too few users able to do what some must be able to (G3).
/// - A user would come to hold more of an excluding set than they may (G4).
/// - It switches a feature or upgrades, which are the vendor's to do.
/// - It says that somebody else made it.
/// - It does not follow `before`, or can't be applied to it.
pub fn judge(before: &Authorizer, change: &Change, actor: impl Named<UserId>) -> Result<(), Refused> {
    let refused = |refusal| Refused::new(actor.text(), vec![refusal]);
    let upgrade = change.facts.iter().find(|fact| matches!(fact, Fact::CatalogUpgraded { .. }));
    if let Some(fact) = upgrade {
        // Rules of two catalogs can't be compared, nor need they be.
        return Err(refused(Refusal::VendorsAct { fact: fact.clone() }));
    }
    before.must_be_followed(change).map_err(|conflict| refused(conflict.into()))?;
    if let Some(refusal) = other_actor(change, actor.text()) {
        return Err(refused(refusal));
    }
    let after = before.account().replay(change).map_err(|error| refused(Refusal::NotApplicable { error }))?;
    judged(before, change, &before.refresh(after), actor.text())
}

/// The judgement, once the state after is derived.
fn judged(before: &Authorizer, change: &Change, after: &Authorizer, actor: &str) -> Result<(), Refused> {
    let mut refusals = Vec::new();
    let who = before.subject(actor);
    let not_permitted = |fact: &Fact, act: Act| {
        let needs = before.catalog().governing(act);
        let may = needs.is_some_and(|permission| who.can(permission.id()));
        let needs = needs.map(|permission| permission.key().clone());
        (!may).then(|| Refusal::NotPermitted { fact: fact.clone(), act, needs })
    };
    for fact in &change.facts {
        refusals.extend(match act_of(fact) {
            None => Some(Refusal::VendorsAct { fact: fact.clone() }),
            Some(act) => not_permitted(fact, act),
        });
        // Removing a suspended user lifts the suspension for whoever has the id next (U7).
        if let Fact::UserRemoved { user } = fact
            && before.subject(user.text()).data().is_some_and(|user| user.suspended)
        {
            refusals.extend(not_permitted(fact, Act::Suspend));
        }
    }
    if !before.catalog().is(after.catalog()) {
        // An upgrade: rules of two catalogs can't be compared, nor need they be.
        return Err(Refused::new(actor, refusals));
    }
    let escalation = before.catalog().escalation();
    if !escalation.is_some_and(|permission| who.can(permission.id())) {
        refusals.extend(bounds::beyond(before, change, after, &who));
    }
    let violations = rules::broken(before, change, after);
    refusals.extend(violations.into_iter().map(Refusal::Violates));
    match refusals.is_empty() {
        true => Ok(()),
        false => Err(Refused::new(actor, refusals)),
    }
}

/// The sort of edit that a fact is (G1); `None` for the vendor's acts. Every kind of fact has its place here.
const fn act_of(fact: &Fact) -> Option<Act> {
    Some(match fact {
        Fact::FeatureEnabled { .. } | Fact::FeatureDisabled { .. } | Fact::CatalogUpgraded { .. } => {
            return None;
        }
        Fact::RoleCreated { .. }
        | Fact::RoleRenamed { .. }
        | Fact::RoleDescribed { .. }
        | Fact::RoleDeleted { .. }
        | Fact::PermissionGranted { .. }
        | Fact::PermissionRevoked { .. }
        | Fact::ScopeWithheld { .. }
        | Fact::ScopeReleased { .. }
        | Fact::ImportRemembered { .. } => Act::EditRoles,
        Fact::TeamCreated { .. } | Fact::TeamRenamed { .. } | Fact::TeamDeleted { .. } => Act::EditTeams,
        Fact::MemberAdded { .. } | Fact::MemberRemoved { .. } => Act::EditMembers,
        Fact::RoleAssigned { .. }
        | Fact::AssignmentLimited { .. }
        | Fact::AssignmentExtended { .. }
        | Fact::LimitLifted { .. }
        | Fact::ResourceGone { .. }
        | Fact::RoleUnassigned { .. } => Act::Assign,
        Fact::UserSuspended { .. } | Fact::UserReinstated { .. } => Act::Suspend,
        Fact::UserRemoved { .. } => Act::Remove,
    })
}

/// Whom a fact may give something to, and what it gives: the way of G2 that it is.
enum Gift<'a> {
    /// Nothing to anybody: it takes away, or alters no right.
    Nothing,
    /// A permission to a custom role, hence to whoever holds it or will.
    Permission(&'a RoleId, &'a PermissionKey),
    /// A scope, withheld until now, to a custom role.
    Scope(&'a RoleId, &'a ScopeKey),
    /// A role to a user or team, or more reach to an assignment of it.
    Role(&'a RoleRef, &'a Assignee),
    /// All that a team has to a user.
    Team(&'a TeamId, &'a UserId),
    /// All that a user holds back to them.
    Everything(&'a UserId),
}

/// Every kind of fact has its place here: a new one does not compile until it is decided what it gives.
const fn gift_of(fact: &Fact) -> Gift<'_> {
    match fact {
        Fact::PermissionGranted { role, permission, .. } => Gift::Permission(role, permission),
        Fact::ScopeReleased { role, scope } => Gift::Scope(role, scope),
        Fact::RoleAssigned { role, assignee, .. }
        | Fact::AssignmentExtended { role, assignee, .. }
        | Fact::LimitLifted { role, assignee, .. } => Gift::Role(role, assignee),
        Fact::MemberAdded { team, user } => Gift::Team(team, user),
        Fact::UserReinstated { user } => Gift::Everything(user),
        // What an import adds are facts of their own, and so are the contents of a new role or team.
        Fact::FeatureEnabled { .. }
        | Fact::FeatureDisabled { .. }
        | Fact::RoleCreated { .. }
        | Fact::RoleRenamed { .. }
        | Fact::RoleDescribed { .. }
        | Fact::RoleDeleted { .. }
        | Fact::PermissionRevoked { .. }
        | Fact::ScopeWithheld { .. }
        | Fact::ImportRemembered { .. }
        | Fact::TeamCreated { .. }
        | Fact::TeamRenamed { .. }
        | Fact::TeamDeleted { .. }
        | Fact::MemberRemoved { .. }
        | Fact::AssignmentLimited { .. }
        | Fact::ResourceGone { .. }
        | Fact::RoleUnassigned { .. }
        | Fact::UserSuspended { .. }
        | Fact::UserRemoved { .. }
        | Fact::CatalogUpgraded { .. } => Gift::Nothing,
    }
}
