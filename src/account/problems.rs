//! What is wrong with an account that works all the same: names without meaning, names with two (P5, R1).

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::{Account, Outdated, fold};
use crate::error::{AccountProblem, EditError, Holder, LostAssignments};
use crate::key::RoleRef;

impl Account {
    /// Whether the account was restored under another catalog than it was stored under, or names something that grants
    /// and that its catalog lacks. Then it can be asked, and is edited only once it is [upgraded](Self::upgrade) (P5).
    #[must_use]
    pub const fn needs_upgrade(&self) -> bool {
        self.outdated.is_some()
    }

    /// What the account names and its catalog lacks, limits in kinds that are gone, and custom roles with the name of
    /// another role (P5, R1).
    ///
    /// Cost: a pass over the roles and the limited assignments; over the users if a limit is in a kind that is gone.
    #[must_use]
    pub fn problems(&self) -> Vec<AccountProblem> {
        let mut problems = match &self.outdated {
            Some(outdated) => outdated.problems.clone(),
            None => self.gone_kinds(),
        };
        problems.extend(self.clashes());
        problems
    }

    /// Custom roles with the name of another role (R1).
    pub(crate) fn clashes(&self) -> Vec<AccountProblem> {
        let mut known: HashMap<_, RoleRef, RandomState> = self
            .catalog
            .roles()
            .map(|role| (fold(role.name()), RoleRef::Predefined(role.key().clone())))
            .collect();
        let mut clashes = Vec::new();
        for role in self.custom_roles() {
            match known.get(&role.data().folded) {
                Some(by) => {
                    let (role, name, by) = (role.id().clone(), role.name().to_owned(), by.clone());
                    clashes.push(AccountProblem::NameClash { role, name, by });
                }
                None => {
                    known.insert(role.data().folded.clone(), RoleRef::Custom(role.id().clone()));
                }
            }
        }
        clashes
    }

    /// Limits in kinds that are gone, which an upgrade kept (P9).
    fn gone_kinds(&self) -> Vec<AccountProblem> {
        let mut lost = LostAssignments::default();
        if self.limits.iter().all(|(_, limit)| limit.gone.is_empty()) {
            return Vec::new();
        }
        let of_users = self.users.iter().map(|(_, user)| (&user.holds, Holder::User));
        let of_teams = self.teams.iter().map(|(_, team)| (&team.roles, Holder::Team));
        for (holdings, of) in of_users.chain(of_teams) {
            let limits = holdings.limits().filter_map(|slot| self.limits.get(slot));
            let kinds: BTreeSet<_> = limits.flat_map(|limit| limit.gone.keys()).collect();
            kinds.into_iter().for_each(|kind| lost.kind(kind, of));
        }
        lost.into_problems().collect()
    }

    pub(crate) fn outdated(&self) -> Option<&Outdated> {
        self.outdated.as_deref()
    }

    /// That the account may be altered.
    pub(super) fn must_be_current(&self) -> Result<(), EditError> {
        match &self.outdated {
            None => Ok(()),
            Some(outdated) => {
                let stored = outdated.record.catalog.title();
                Err(EditError::NeedsUpgrade { stored, catalog: self.catalog.title() })
            }
        }
    }
}
