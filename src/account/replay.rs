//! Changes applied again, in order (P3).

use std::cmp::Ordering;

use super::{Account, Effect};
use crate::change::{CHANGE_FORMAT, CatalogId, Change, Fact, Successions};
use crate::error::ReplayError;

impl Account {
    /// The account after a change, if the change follows from it.
    ///
    /// A change that upgrades needs the catalog that it leads to: see [`replay_with`](Self::replay_with).
    ///
    /// Cost: that of the facts; this account stays as it is, whatever happens.
    ///
    /// # Errors
    ///
    /// - The change is of another account, of an unknown format, or without facts.
    /// - It follows a later revision (a gap), an earlier one (a repeat), or another state of the same revision: then it
    ///   belongs to another past.
    /// - A fact has no effect here, or names something that is not here: the account has diverged (P3).
    /// - It upgrades the account (P6), or the account [needs an upgrade](Self::needs_upgrade) itself (P5).
    pub fn replay(&self, change: &Change) -> Result<Self, ReplayError> {
        self.replay_through(change, |_, index, catalog, _| {
            Err(ReplayError::NeedsCatalog { index, catalog: catalog.clone() })
        })
    }

    /// The same, for a function that moves an account to another catalog.
    pub(crate) fn replay_through(
        &self,
        change: &Change,
        upgrade: impl Fn(&Self, usize, &CatalogId, &[Successions]) -> Result<Self, ReplayError>,
    ) -> Result<Self, ReplayError> {
        if change.format != CHANGE_FORMAT {
            return Err(ReplayError::Format { found: change.format, known: CHANGE_FORMAT });
        }
        if change.account != self.id {
            let (expected, found) = (self.id.clone(), change.account.clone());
            return Err(ReplayError::OtherAccount { expected, found });
        }
        let (head, found) = (self.head().ok_or(ReplayError::Unfinished)?, change.follows);
        match found.revision.cmp(&head.revision) {
            Ordering::Greater => return Err(ReplayError::Gap { head, found }),
            Ordering::Less => return Err(ReplayError::Repeat { head, found }),
            Ordering::Equal if found != head => return Err(ReplayError::OtherPast { head, found }),
            Ordering::Equal => {}
        }
        if change.facts.is_empty() {
            return Err(ReplayError::Empty);
        }
        let mut account = self.clone();
        account.has_room_for_change().map_err(|source| ReplayError::Refused { index: 0, source })?;
        for (index, fact) in change.facts.iter().enumerate() {
            if let Fact::CatalogUpgraded { catalog, rewritten } = fact {
                if change.facts.len() > 1 {
                    return Err(ReplayError::NotAlone { index });
                }
                account = upgrade(&account, index, catalog, rewritten)?;
                continue;
            }
            match account.apply(fact) {
                Ok(Effect::Changed) => {}
                Ok(Effect::Unchanged) => return Err(ReplayError::NoEffect { index }),
                Err(source) => return Err(ReplayError::Refused { index, source }),
            }
        }
        account.seal(change);
        Ok(account)
    }
}
