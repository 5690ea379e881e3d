//! The other way an account comes to be: piece by piece from a stored form, before anybody sees it.
//!
//! The pieces are checked by whoever reads the stored form; here they are only put in their place.

use std::sync::Arc;

use crate::account::{Account, CustomData, Import, MAX_TEAMS, Outdated, TeamData, UserData};
use crate::change::Head;
use crate::key::RoleId;
use crate::slots::Table;

impl Account {
    pub(crate) fn set_head(&mut self, head: Head) {
        self.head = head;
    }

    /// That the account is to be asked only, until it is upgraded (P5).
    pub(crate) fn wait(&mut self, outdated: Arc<Outdated>) {
        self.outdated = Some(outdated);
    }

    /// Whether the feature was not enabled yet.
    pub(crate) fn restore_feature(&mut self, index: u16) -> bool {
        self.features.insert(index)
    }

    /// A role whose id is not there yet. `None` if there are too many.
    pub(crate) fn restore_role(&mut self, role: CustomData) -> Option<()> {
        self.has_room_for_role().ok()?;
        self.roles.insert(Arc::new(role)).map(|_| ())
    }

    /// Whether the role did not remember this source yet.
    pub(crate) fn restore_import(&mut self, role: &RoleId, import: Import) -> bool {
        self.custom_slot(role).is_ok_and(|slot| match self.import_place(slot, &import.source) {
            Ok(_) => false,
            Err(at) => self.roles.get_mut(slot).is_some_and(|role| {
                let imports = &mut Arc::make_mut(role).imports;
                imports.insert(at.min(imports.len()), import);
                true
            }),
        })
    }

    /// A team whose id is not there yet. `None` if there are too many.
    pub(crate) fn restore_team(&mut self, team: TeamData) -> Option<()> {
        if self.teams.len() >= MAX_TEAMS {
            return None;
        }
        self.teams.insert(Arc::new(team)).map(|_| ())
    }

    /// That so many users follow.
    pub(crate) fn expect_users(&mut self, users: usize) {
        self.users = Table::with_room(users);
    }

    /// A user whose id is not there yet. `None` if there are too many.
    pub(crate) fn restore_user(&mut self, user: UserData) -> Option<()> {
        self.users.insert(user).map(|_| ())
    }
}
