//! What is wrong with an account that works all the same: names without meaning, names with two (P5, R1).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;

use super::{Account, Outdated, fold};
use crate::error::{AccountProblem, EditError};
use crate::key::RoleRef;

impl Account {
    /// Whether the account was restored under another version of its catalog, or one that lacks something it
    /// names. Then it can be asked, and is edited only once it is [upgraded](Self::upgrade) (P5).
    #[must_use]
    pub const fn needs_upgrade(&self) -> bool {
        self.outdated.is_some()
    }

    /// What the account names and its catalog lacks, and custom roles with the name of another role (P5, R1).
    ///
    /// Cost: a pass over the roles.
    #[must_use]
    pub fn problems(&self) -> Vec<AccountProblem> {
        let missing = self.outdated.iter().flat_map(|outdated| outdated.problems.iter().cloned());
        let mut named: HashMap<_, _, RandomState> = HashMap::default();
        for role in self.catalog.roles() {
            named.entry(fold(role.name())).or_insert_with(|| RoleRef::Predefined(role.key().clone()));
        }
        let clash = self.custom_roles().filter_map(|role| match named.entry(role.data().folded.clone()) {
            Entry::Occupied(first) => {
                let (role, name) = (role.id().clone(), role.name().to_owned());
                Some(AccountProblem::NameClash { role, name, by: first.get().clone() })
            }
            Entry::Vacant(free) => {
                free.insert(RoleRef::Custom(role.id().clone()));
                None
            }
        });
        missing.chain(clash).collect()
    }

    pub(crate) fn outdated(&self) -> Option<&Outdated> {
        self.outdated.as_deref()
    }

    /// That the account may be altered.
    pub(super) fn must_be_current(&self) -> Result<(), EditError> {
        match &self.outdated {
            None => Ok(()),
            Some(outdated) => {
                let stored = format!("{} {}", outdated.record.catalog.name, outdated.record.catalog.version);
                Err(EditError::NeedsUpgrade { stored, catalog: self.catalog.title() })
            }
        }
    }
}
