//! What follows: the authorizer answers, and never fails, waits or remembers.
//!
//! It is derived from one account, owns it, and cannot alter it. There is no cache of answers here, so no
//! answer can be stale; every structure is derived from whole parts.

use std::fmt;

use crate::account::{Account, Grantor, UserData};
use crate::catalog::Catalog;
use crate::id::PermissionId;
use crate::key::{Named, UserId};

pub use bound::BoundSubject;
pub use decision::{Decision, DenyReason};
pub use explain::{Explanation, Grant, Repair, Repairs};
pub use held::{GrantPath, HeldRole};

use compile::Compiled;
use decision::Held;

mod bound;
mod compile;
mod decision;
mod explain;
mod held;
mod limited;

/// Answers *may this user do that?* for one account as it is at one revision.
///
/// A host builds one with [`new`](Self::new), shares it with its readers, and after each edit publishes
/// what [`refresh`](Self::refresh) gives. An authorizer owns its account, so the two cannot be published
/// apart (P7).
///
/// ```
/// use rolecall::{Account, Assignee, Authorizer, Catalog, Decision, DenyReason};
/// use rolecall::table::{feature, permission, role, section};
///
/// let catalog = Catalog::builder("acme", 1)
///     .feature(feature("broadcast", "Broadcast"))
///     .section(section("campaigns", "Campaigns").permissions(&[
///         permission("campaigns/send", "Send campaigns").requires(&["broadcast"]),
///     ]))
///     .role(role("campaign-manager", "Campaign manager").grants(&["campaigns/send"]))
///     .build()?;
/// let send = catalog.permission("campaigns/send")?;
///
/// let mut edit = Account::new(&catalog, "initech")?.edit();
/// edit.assign("campaign-manager", Assignee::user("maja")?)?;
/// let auth = Authorizer::new(edit.finish().expect("something changed").into_account());
/// assert_eq!(auth.subject("maja").check(send), Decision::Deny(DenyReason::FeatureDisabled));
///
/// let mut edit = auth.account().edit();
/// edit.enable_feature("broadcast")?;
/// let auth = auth.refresh(edit.finish().expect("something changed").into_account());
/// assert_eq!(auth.subject("maja").check(send), Decision::Allow);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Authorizer {
    account: Account,
    compiled: Compiled,
}

impl Authorizer {
    /// Derives everything from an account.
    ///
    /// Cost: a pass over the catalog's permissions, the roles, the teams and the limited assignments; other
    /// users cost nothing.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self { compiled: Compiled::new(&account), account }
    }

    /// The authorizer of the next state of the account, taking over each part that did not change.
    ///
    /// Equal to `Authorizer::new(next)`, whatever `next` is. Cost: that of what changed; an edit of users
    /// alone costs nothing to derive.
    #[must_use = "the next authorizer is returned: publish it"]
    pub fn refresh(&self, next: Account) -> Self {
        Self { compiled: self.compiled.refresh(&self.account, &next), account: next }
    }

    /// The account that the answers follow from.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The catalog of the account.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.account.catalog()
    }

    /// The user whose rights are asked about. One that the account does not know is denied everything (D2).
    ///
    /// Cost: one hash of the id and two or three cache misses at any size; no allocation.
    #[must_use]
    pub fn subject<U: Named<UserId>>(&self, user: U) -> Subject<'_> {
        self.subject_of(self.account.user_table().lookup(user.text()))
    }

    /// Every user of the account as a subject, in the order of [`Account::users`].
    pub fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        self.account.user_table().iter().map(|(_, user)| self.subject_of(Some(user)))
    }

    /// A subject that no account knows.
    pub(crate) const fn nobody(&self) -> Subject<'_> {
        self.subject_of(None)
    }

    const fn subject_of<'a>(&'a self, user: Option<&'a UserData>) -> Subject<'a> {
        Subject { authorizer: self, user }
    }
}

/// One user, seen by one authorizer: what requests ask.
///
/// A borrowed view that allocates nothing. Where many questions are asked about one user,
/// [`bind`](Self::bind) it.
///
/// | suspended | some role grants | all features enabled | decision |
/// |---|---|---|---|
/// | yes | | | `Deny(Suspended)` |
/// | no | no | | `Deny(NotGranted)` |
/// | no | yes, limited or not | no | `Deny(FeatureDisabled)` |
/// | no | yes, without limit | yes | `Allow` |
/// | no | on some resources only | yes | `Deny(OnlyOnSomeResources)` |
/// | no | limited to none | yes | `Deny(ReachesNothing)` |
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    authorizer: &'a Authorizer,
    user: Option<&'a UserData>,
}

impl<'a> Subject<'a> {
    /// May the user do this? (D1, D7)
    ///
    /// Asked without a resource, a permission exercised on a kind is allowed only through an assignment that
    /// is not limited in that kind; see [`check_on`](Self::check_on) (L3).
    ///
    /// Cost: one bit test for each role and team of the user; no allocation, no loop over anything else.
    #[inline]
    pub fn check(&self, permission: PermissionId) -> Decision {
        let Some(index) = self.authorizer.catalog().own(permission) else {
            return Decision::Deny(DenyReason::ForeignPermission);
        };
        let Some(user) = self.user else { return Decision::Deny(DenyReason::UnknownUser) };
        let held = match self.authorizer.grants_everywhere(user, index) {
            true => Held::Here,
            false => self.authorizer.held_within(user, index, None),
        };
        decision::decide(user.suspended, held, self.authorizer.compiled.usable(index))
    }

    /// Whether [`check`](Self::check) allows.
    #[must_use]
    #[inline]
    pub fn can(&self, permission: PermissionId) -> bool {
        // The first row of the table that allows: limits can't, as no resource is named.
        self.authorizer.catalog().own(permission).is_some_and(|index| {
            let compiled = &self.authorizer.compiled;
            self.user.is_some_and(|user| {
                !user.suspended && compiled.usable(index) && compiled.any_grants(user.holds.all(), index)
            })
        })
    }

    /// May the user do at least one of these? (D9)
    ///
    /// If not, the decision is the greatest of the single ones: the denial that came nearest. Any of
    /// nothing is denied.
    pub fn check_any(&self, permissions: impl IntoIterator<Item = PermissionId>) -> Decision {
        decision::any(permissions.into_iter().map(|permission| self.check(permission)))
    }

    /// May the user do all of these? (D9)
    ///
    /// If not, the decision is the least of the single ones: the first reason in the order of D7. All of
    /// nothing is allowed.
    pub fn check_all(&self, permissions: impl IntoIterator<Item = PermissionId>) -> Decision {
        decision::all(permissions.into_iter().map(|permission| self.check(permission)))
    }

    /// The decision on each of these, in order (D9).
    pub fn check_each<'p, I>(
        &self,
        permissions: I,
    ) -> impl Iterator<Item = (PermissionId, Decision)> + use<'a, 'p, I>
    where
        I: IntoIterator<Item = PermissionId> + 'p,
    {
        let subject = *self;
        permissions.into_iter().map(move |permission| (permission, subject.check(permission)))
    }

    /// Those of these that the user may do, in order (D9).
    pub fn filter<'p, I>(&self, permissions: I) -> impl Iterator<Item = PermissionId> + use<'a, 'p, I>
    where
        I: IntoIterator<Item = PermissionId> + 'p,
    {
        let subject = *self;
        permissions.into_iter().filter(move |permission| subject.can(*permission))
    }

    /// The id of the user; `None` for one that the account does not know.
    #[must_use]
    pub fn id(&self) -> Option<&'a UserId> {
        self.user.map(|user| &user.id)
    }

    pub(crate) const fn data(&self) -> Option<&'a UserData> {
        self.user
    }

    /// The authorizer that answers.
    #[must_use]
    pub const fn authorizer(&self) -> &'a Authorizer {
        self.authorizer
    }
}

impl fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorizer").field("account", &self.account).finish_non_exhaustive()
    }
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({:?})", self.id().map(UserId::as_str))
    }
}

impl Authorizer {
    /// Whether a role, limited assignment or team grants a permission without limit.
    #[inline]
    pub(crate) fn grants(&self, grantor: Grantor, permission: u16) -> bool {
        self.compiled.any_grants(&[grantor], permission)
    }

    /// What a role, limited assignment or team grants without limit. May end in zero words.
    pub(crate) fn row(&self, grantor: Grantor) -> &[u64] {
        self.compiled.row(grantor)
    }

    /// Whether what a user's roles provide depends on the scopes that one of them withholds.
    #[inline]
    pub(crate) fn withholds(&self, user: &UserData) -> bool {
        self.compiled.any_withholds(user.holds.all())
    }

    /// The permissions whose features are all enabled.
    pub(crate) fn usable_row(&self) -> &[u64] {
        self.compiled.usable_row()
    }
}
