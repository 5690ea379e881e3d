//! An account to another version of its product (P6).
//!
//! The upgrade is planned and carried out on the stored form, where everything is named by key and nothing by
//! position: what the account names is rewritten as the successions say, and what comes out is restored under the
//! new catalog. Upgrading and replaying an upgrade share the second half; the first is recorded in the change.

use crate::account::{Account, Edited, MAX_REVISION};
use crate::authorizer::Authorizer;
use crate::catalog::Catalog;
use crate::change::{Attribution, CHANGE_FORMAT, Change, Fact, Successions};
use crate::error::{AccountProblem, ReplayError, UpgradeError};
use crate::record::{AccountRecord, CatalogName};

pub use report::{UpgradeReport, UserUpgrade};

mod plan;
mod report;
mod rewrite;

/// An upgrade that is ready, and has not happened: look at it, then [finish](Self::finish) it or drop it.
#[derive(Clone, Debug)]
#[must_use = "an upgrade does nothing until `finish`"]
pub struct Upgrade {
    before: Account,
    after: Account,
    changed: bool,
    attribution: Attribution,
    rewritten: Vec<Successions>,
    problems: Vec<AccountProblem>,
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

    /// What the account names and the new catalog lacks without saying why, so that it is dropped; and what will be
    /// among the [problems](Account::problems) of the upgraded account.
    #[must_use]
    pub fn problems(&self) -> &[AccountProblem] {
        &self.problems
    }

    /// What users gain and lose, and what is wrong with the outcome, for somebody to read first (P6).
    ///
    /// Compared with the account that the upgrade started from: one restored under the new catalog already has lost
    /// what that lacks, so restore it under its own to see all.
    ///
    /// Cost: a pass over the users, and over the permissions of those for whom something differs.
    #[must_use]
    pub fn report(&self) -> UpgradeReport {
        let after = Authorizer::new(self.after.clone());
        let violations = after.violations();
        let users = report::users(&Authorizer::new(self.before.clone()), &after);
        UpgradeReport { users, problems: self.problems.clone(), violations }
    }

    /// The upgraded account, and the change that leads to it: to be stored and published like any other. `None` if
    /// the account was under that very catalog.
    #[must_use = "store the change, then publish the account (P7)"]
    pub fn finish(self) -> Option<Edited> {
        let Self { before, mut after, changed, attribution, rewritten, .. } = self;
        if !changed {
            return None;
        }
        let change = Change {
            format: CHANGE_FORMAT,
            account: before.id().clone(),
            base: before.revision(),
            attribution,
            facts: vec![Fact::CatalogUpgraded { catalog: after.catalog().identity(), rewritten }],
        };
        after.raise_revision();
        Some(Edited::new(after, change))
    }
}

impl Account {
    /// Prepares the move to another version of the product (P6).
    ///
    /// - Predefined roles follow: whoever holds one has what it grants in the new version, more or less.
    /// - Custom roles keep exactly those of their permissions that survive, and the scopes that they withhold.
    /// - What the new catalog declares to have been renamed, split or merged is, wherever the account names it
    ///   (C5): with the reach of the assignment that it was. Where several assignments become one, it reaches
    ///   whatever one of them did; where **all** of several roles were needed, only what each did. A role is held in
    ///   this sense by a user or a team, not by a user partly through a team.
    /// - What was retired, or is gone without a word, is dropped, and so is an assignment limited in a kind that
    ///   is gone: it counts for nothing else.
    ///
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
    /// let done = upgrade.finish().expect("another catalog");
    /// assert!(Authorizer::new(done.account().clone()).subject("maja").can(second.permission("flows/launch")?));
    /// assert_eq!(account.replay_with(done.change(), &[second])?.record(), done.account().record());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Cost: that of writing the account to its stored form and restoring it.
    ///
    /// # Errors
    ///
    /// - The catalog is of another product, or of an older version than the account was stored under.
    /// - The outcome would have more roles or limited assignments than an account can hold.
    /// - The account has had as many changes as there can be.
    pub fn upgrade(&self, catalog: &Catalog) -> Result<Upgrade, UpgradeError> {
        let record = self.record();
        allowed(&record, catalog)?;
        let mut upgrade = Upgrade {
            before: self.clone(),
            after: self.clone(),
            changed: self.needs_upgrade() || !self.catalog().is(catalog),
            attribution: Attribution::default(),
            rewritten: Vec::new(),
            problems: self.problems(),
        };
        if upgrade.changed {
            let (rewritten, lost) = plan::plan(&record, catalog);
            upgrade.after = carry_out(record, &rewritten, catalog)?;
            upgrade.problems = lost.into_iter().chain(upgrade.after.problems()).collect();
            upgrade.rewritten = rewritten;
        }
        Ok(upgrade)
    }

    /// The account after a change, if the change follows from it; also if it upgrades to one of these catalogs.
    ///
    /// A replica that lacks the catalog says so and stops: it must not go on with another (P6).
    ///
    /// Cost: that of the facts; for one that upgrades, that of storing and restoring the account.
    ///
    /// # Errors
    ///
    /// - As for [`replay`](Self::replay), but for an upgrade:
    /// - None of the catalogs is the very one that it leads to, by name, version and hash.
    /// - It does not lead to an account of that catalog: the account has diverged.
    pub fn replay_with(&self, change: &Change, catalogs: &[Catalog]) -> Result<Self, ReplayError> {
        self.replay_through(change, |account, index, wanted, rewritten| {
            let Some(catalog) = catalogs.iter().find(|catalog| catalog.identity() == *wanted) else {
                return Err(ReplayError::NeedsCatalog { index, catalog: wanted.clone() });
            };
            if !account.needs_upgrade() && account.catalog().is(catalog) {
                return Err(ReplayError::NoEffect { index });
            }
            let record = account.record();
            let upgraded = allowed(&record, catalog).and_then(|()| carry_out(record, rewritten, catalog));
            upgraded.map_err(|source| ReplayError::NotUpgradable { index, source })
        })
    }
}

fn allowed(record: &AccountRecord, catalog: &Catalog) -> Result<(), UpgradeError> {
    let titles = || {
        let CatalogName { name, version } = &record.catalog;
        (format!("{} {version}", crate::error::excerpt(name)), catalog.title())
    };
    if record.catalog.name != catalog.name() {
        let (stored, given) = titles();
        return Err(UpgradeError::OtherProduct { stored, given });
    }
    if record.catalog.version > catalog.version() {
        let (stored, given) = titles();
        return Err(UpgradeError::Older { stored, given });
    }
    match record.revision < MAX_REVISION {
        true => Ok(()),
        false => Err(UpgradeError::LastRevision { revision: record.revision }),
    }
}

/// The account that a stored form becomes. Its revision is that of the stored form.
fn carry_out(
    record: AccountRecord,
    rewritten: &[Successions],
    catalog: &Catalog,
) -> Result<Account, UpgradeError> {
    Ok(Account::restore_whole(&rewrite::rewrite(record, rewritten, catalog), catalog)?)
}
