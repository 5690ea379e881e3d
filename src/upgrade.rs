//! An account to another version of its product (P6).
//!
//! The upgrade is planned and carried out on the stored form, where everything is named by key and nothing by
//! position: what the account names is rewritten as the successions say, and what comes out is restored under the
//! new catalog. Replaying an upgrade works it out anew from both catalogs, and compares.

use std::collections::BTreeSet;

use crate::account::{Account, AccountRecord, Edited, MAX_REVISION};
use crate::authorizer::Authorizer;
use crate::catalog::{Catalog, Undeclared};
use crate::change::{Attribution, CHANGE_FORMAT, Change, Fact, Head, Successions};
use crate::error::{AccountProblem, ReplayError, UpgradeError};

pub use report::{UpgradeReport, UserUpgrade};

use plan::Plan;

mod kinds;
mod plan;
mod report;
mod waiting;

/// An upgrade that is ready, and has not happened: look at it, then [finish](Self::finish) it or drop it.
#[derive(Clone, Debug)]
#[must_use = "an upgrade does nothing until `finish`"]
pub struct Upgrade {
    before: Account,
    after: Account,
    follows: Head,
    changed: bool,
    attribution: Attribution,
    rewritten: Vec<Successions>,
    problems: Vec<AccountProblem>,
    undeclared: Vec<Undeclared>,
    accepted: BTreeSet<Undeclared>,
}

impl Upgrade {
    /// Says who upgrades, when and why; it travels in the change.
    pub fn attributed(mut self, attribution: Attribution) -> Self {
        self.attribution = attribution;
        self
    }

    /// The account as it will be.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.after
    }

    /// What becomes of keys that the account names, version by version; those that are gone without a word come first.
    #[must_use]
    pub fn rewritten(&self) -> &[Successions] {
        &self.rewritten
    }

    /// What the account names and the new catalog lacks without saying why, so that it is dropped; assignments that reach
    /// nothing of a kind on which their role has come to grant; and what will be among the
    /// [problems](Account::problems) of the upgraded account.
    #[must_use]
    pub fn problems(&self) -> &[AccountProblem] {
        &self.problems
    }

    /// What the new catalog does otherwise than the old one without a succession that says so: keys that are gone,
    /// requirements that fell away, rules that are out of force. See [`Catalog::check_follows`].
    #[must_use]
    pub fn undeclared(&self) -> &[Undeclared] {
        &self.undeclared
    }

    /// Accepts some of what is [undeclared](Self::undeclared). What was not found is ignored, so that one list does for
    /// many accounts.
    pub fn accepting(mut self, accepted: impl IntoIterator<Item = Undeclared>) -> Self {
        self.accepted.extend(accepted);
        self
    }

    /// What users gain and lose, and what is wrong with the outcome, for somebody to read first (P6).
    ///
    /// Cost: a pass over the users, and over the permissions of those for whom something differs.
    #[must_use]
    pub fn report(&self) -> UpgradeReport {
        let after = Authorizer::new(self.after.clone());
        let violations = after.violations();
        let users = report::users(&Authorizer::new(self.before.clone()), &after);
        let (problems, undeclared) = (self.problems.clone(), self.undeclared.clone());
        UpgradeReport { users, undeclared, problems, violations }
    }

    /// The upgraded account, and the change that leads to it: to be stored and published like any other. `None` if
    /// the account was under that very catalog.
    ///
    /// # Errors
    ///
    /// - Something that is [undeclared](Self::undeclared) was not [accepted](Self::accepting): nobody has looked.
    #[must_use = "store the change, then publish the account (P7)"]
    pub fn finish(self) -> Result<Option<Edited>, UpgradeError> {
        let Self { mut after, follows, changed, attribution, rewritten, accepted, .. } = self;
        if !changed {
            return Ok(None);
        }
        let open: Vec<_> = self.undeclared.into_iter().filter(|found| !accepted.contains(found)).collect();
        if !open.is_empty() {
            return Err(UpgradeError::NotAccepted { undeclared: open });
        }
        let change = Change {
            format: CHANGE_FORMAT,
            account: after.id().clone(),
            follows,
            attribution,
            facts: vec![Fact::CatalogUpgraded { catalog: after.catalog().identity(), rewritten }],
        };
        after.seal(&change);
        Ok(Some(Edited::new(after, change)))
    }
}

impl Account {
    /// Prepares the move to another version of the product (P6).
    ///
    /// - Predefined roles follow: whoever holds one has what it grants in the new version, more or less.
    /// - Custom roles keep exactly those of their permissions that survive, and of their selected scopes those that a
    ///   permission of theirs still provides.
    /// - What the new catalog declares to have been renamed, split or merged is, wherever the account names it
    ///   (C5): with the reach of the assignment that it was. Where several assignments become one, it reaches only
    ///   what each did; one that stood before stays as it is. A role is held in this sense by a user or a team, not by a
    ///   user partly through a team.
    /// - What grants and was retired, or is gone without a word, is dropped. Limits stay, also those in kinds that are
    ///   gone; and where a role has come to grant on a kind on which it granted nothing, its limited assignments reach
    ///   nothing of that kind (P9).
    ///
    /// What is gone without a word, and rules that fall out of force, must be [accepted](Upgrade::accepting) by name.
    /// From one catalog to another of the same version, as a vendor mends one, no successions apply.
    ///
    /// ```
    /// use rolecall::{Account, Assignee, Authorizer, Catalog};
    /// use rolecall::table::{permission, renamed, role, section, since, split};
    ///
    /// let first = Catalog::builder("acme", 1)
    ///     .section(section("flows", "Flows").permissions(&[permission("flows/run", "Run flows")]))
    ///     .role(role("communicator", "Communicator").grants(&["flows/run"]))
    ///     .build()?;
    /// let second = Catalog::builder("acme", 2)
    ///     .section(section("flows", "Flows").permissions(&[
    ///         permission("flows/launch", "Launch flows"),
    ///         permission("flows/stop", "Stop flows"),
    ///     ]))
    ///     .role(role("flow-controller", "Flow controller").grants(&["flows/launch"]))
    ///     .successions(since(2)
    ///         .permissions(&[split("flows/run", &["flows/launch", "flows/stop"])])
    ///         .roles(&[renamed("communicator", "flow-controller")]))
    ///     .build()?;
    ///
    /// let mut edit = Account::new(&first, "initech")?.edit();
    /// edit.assign("communicator", Assignee::user("maja")?)?;
    /// let account = edit.finish().expect("something changed").into_account();
    ///
    /// let upgrade = account.upgrade(&second)?;
    /// let maja = &upgrade.report().users[0];
    /// assert_eq!(maja.to_string(), "maja: loses flows/stop"); // what the role does not grant any more
    ///
    /// let done = upgrade.finish()?.expect("another catalog");
    /// assert!(Authorizer::new(done.account().clone()).subject("maja").can(second.permission("flows/launch")?));
    /// assert_eq!(account.replay_with(done.change(), &[second])?.record(), done.account().record());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Cost: that of writing the account to its stored form and restoring it, and a pass over both catalogs.
    ///
    /// # Errors
    ///
    /// - The catalog is of another product, or of an older version than the account was stored under.
    /// - A permission is exercised on another kind than before.
    /// - The account waits for an upgrade, and was [restored](Self::restore_with) without the catalog that it was stored
    ///   under.
    /// - The account is in the middle of an edit session.
    /// - The outcome would have more roles or limited assignments than an account can hold.
    /// - The account has had as many changes as there can be.
    pub fn upgrade(&self, catalog: &Catalog) -> Result<Upgrade, UpgradeError> {
        let follows = self.head().ok_or(UpgradeError::Unfinished)?;
        let stored = self.outdated().map(|outdated| outdated.record.catalog.clone());
        let stored = stored.unwrap_or_else(|| self.catalog().identity());
        catalog.must_follow(&stored)?;
        let before = self.as_stored()?;
        let undeclared = catalog.check_follows(before.catalog())?;
        let mut upgrade = Upgrade {
            after: before.clone(),
            before,
            follows,
            changed: self.needs_upgrade() || !self.catalog().is(catalog),
            attribution: Attribution::default(),
            rewritten: Vec::new(),
            problems: self.problems(),
            undeclared,
            accepted: BTreeSet::new(),
        };
        if upgrade.changed {
            let (after, plan) = carry_out(&self.record(), upgrade.before.catalog(), catalog)?;
            upgrade.problems = plan.problems.into_iter().chain(after.clashes()).collect();
            (upgrade.after, upgrade.rewritten) = (after, plan.rewritten);
        }
        Ok(upgrade)
    }

    /// The account under the catalog that it was stored under.
    fn as_stored(&self) -> Result<Self, UpgradeError> {
        let Some(outdated) = self.outdated() else { return Ok(self.clone()) };
        let earlier = outdated.earlier.as_ref();
        let earlier =
            earlier.ok_or_else(|| UpgradeError::NeedsEarlier { stored: outdated.record.catalog.clone() })?;
        Ok(Self::restore_whole(&outdated.record, earlier)?)
    }

    /// The account after a change, if the change follows from it; also if it upgrades to one of these catalogs.
    ///
    /// A replica that lacks the catalog says so and stops: it must not go on with another (P6). What an upgrade rewrote is
    /// worked out anew from both catalogs, and must be what was recorded (P3).
    ///
    /// Cost: that of the facts; for one that upgrades, that of storing and restoring the account.
    ///
    /// # Errors
    ///
    /// - As for [`replay`](Self::replay), but for an upgrade:
    /// - None of the catalogs is the very one that it leads to, by name, version and hash.
    /// - What it records is not what the catalogs say: the change was altered, or the account has diverged.
    pub fn replay_with(&self, change: &Change, catalogs: &[Catalog]) -> Result<Self, ReplayError> {
        self.replay_through(change, |account, index, wanted, rewritten| {
            let Some(catalog) = wanted.find(catalogs) else {
                return Err(ReplayError::NeedsCatalog { index, catalog: wanted.clone() });
            };
            if !account.needs_upgrade() && account.catalog().is(catalog) {
                return Err(ReplayError::NoEffect { index });
            }
            let upgraded = account.as_stored().and_then(|before| {
                catalog.check_follows(before.catalog())?;
                carry_out(&account.record(), before.catalog(), catalog)
            });
            let (after, plan) = upgraded.map_err(|source| ReplayError::NotUpgradable { index, source })?;
            match plan.rewritten == *rewritten {
                true => Ok(after),
                false => Err(ReplayError::OtherUpgrade { index }),
            }
        })
    }
}

/// The account that a stored form becomes. Its head is that of the stored form.
fn carry_out(
    record: &AccountRecord,
    before: &Catalog,
    catalog: &Catalog,
) -> Result<(Account, Plan), UpgradeError> {
    let last = record.head.filter(|head| head.revision >= MAX_REVISION);
    if let Some(head) = last {
        return Err(UpgradeError::LastRevision { revision: head.revision });
    }
    let plan = plan::plan(record, before, catalog);
    Ok((Account::restore_whole(&plan.record, catalog)?, plan))
}
