//! What is wrong with an account that works all the same: names without meaning, names with two (P5, R1).

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Account, Outdated, fold};
use crate::error::{AccountProblem, EditError};

impl Account {
    /// Whether the account was restored under another version of its catalog, or one that lacks something it
    /// names. Then it can be asked, and is edited only once it is [upgraded](Self::upgrade) (P5).
    #[must_use]
    pub const fn needs_upgrade(&self) -> bool {
        self.outdated.is_some()
    }

    /// What the account names and its catalog lacks, and custom roles with the name of a predefined one (P5, R1).
    ///
    /// Cost: a pass over the roles.
    #[must_use]
    pub fn problems(&self) -> Vec<AccountProblem> {
        let missing = self.outdated.iter().flat_map(|outdated| outdated.problems.iter().cloned());
        let predefined: HashMap<_, _, RandomState> =
            self.catalog.roles().map(|role| (fold(role.name()), role.key())).collect();
        let clash = self.custom_roles().filter_map(|role| {
            let by = predefined.get(&role.data().folded)?;
            let (role, name) = (role.id().clone(), role.name().to_owned());
            Some(AccountProblem::NameClash { role, name, by: (*by).clone() })
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
