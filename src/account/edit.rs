//! The edit session: checks a wish, expands it to facts, and has each applied.

use super::Account;
use crate::change::{Attribution, CHANGE_FORMAT, Change, Fact};
use crate::error::EditError;
use crate::key::{
    Assignee, FeatureKey, Named, NamedRole, PermissionKey, RoleId, RoleRef, ScopeKey, SectionKey, TeamId,
    UserId,
};
use crate::name;
use crate::reach::Reach;

/// Whether an edit altered anything. Repeating an edit is no error (U6); it alters nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// It did.
    Changed,
    /// It was so already, and no fact is recorded.
    Unchanged,
}

impl Effect {
    pub(super) const fn of(changed: bool) -> Self {
        if changed { Self::Changed } else { Self::Unchanged }
    }
}

/// What unassigning a role did (U4).
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "the role may remain through a team"]
pub enum Unassigned {
    /// The assignee no longer holds the role.
    Gone,
    /// The direct assignment is gone, but the user still holds the role through these teams, by id.
    Remains {
        /// The teams.
        through: Vec<TeamId>,
    },
    /// The role was not assigned, and no fact is recorded.
    Unchanged,
}

/// An edit session: one transaction (P1, P2).
///
/// It works on a clone; nothing happens to the account it was started from. [`finish`](Self::finish) gives
/// the new account with the one [`Change`] that leads to it. Dropping the session undoes everything.
///
/// Every method either makes its wish true or refuses it and leaves the session as it was. Predefined roles
/// are named by text, custom ones by their [`RoleId`] (see [`NamedRole`]).
#[derive(Clone, Debug)]
#[must_use = "an edit session does nothing until `finish`"]
pub struct Edit {
    account: Account,
    base: u64,
    attribution: Attribution,
    facts: Vec<Fact>,
}

/// What a session came to: the new account, and the change that leads to it from the old one.
#[derive(Clone, Debug)]
#[must_use = "store the change, then publish the account (P7)"]
pub struct Edited {
    account: Account,
    change: Change,
}

impl Edited {
    /// What something else than a session came to: an upgrade.
    pub(crate) const fn new(account: Account, change: Change) -> Self {
        Self { account, change }
    }

    /// The account after the change.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The change: what the host stores before it publishes the account (P7).
    #[must_use]
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// The account after the change.
    #[must_use]
    pub fn into_account(self) -> Account {
        self.account
    }

    /// Both.
    #[must_use]
    pub fn into_parts(self) -> (Account, Change) {
        (self.account, self.change)
    }
}

impl Edit {
    pub(super) fn new(account: Account) -> Self {
        let base = account.revision;
        Self { account, base, attribution: Attribution::default(), facts: Vec::new() }
    }

    /// Says who makes this change, when and why; it travels in the change.
    pub fn attributed(mut self, attribution: Attribution) -> Self {
        self.attribution = attribution;
        self
    }

    /// The account as edited so far.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// What happened so far.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Ends the session. `None` if no edit altered anything (P2).
    #[must_use = "store the change, then publish the account (P7)"]
    pub fn finish(self) -> Option<Edited> {
        let Self { mut account, base, attribution, facts } = self;
        if facts.is_empty() {
            return None;
        }
        account.raise_revision();
        let change = Change { format: CHANGE_FORMAT, account: account.id.clone(), base, attribution, facts };
        Some(Edited { account, change })
    }

    /// Enables a feature. The vendor's act, not the customer's.
    ///
    /// # Errors
    ///
    /// - The catalog has no such feature.
    pub fn enable_feature(&mut self, feature: impl Named<FeatureKey>) -> Result<Effect, EditError> {
        self.make(Fact::FeatureEnabled { feature: feature.into_key()? })
    }

    /// Disables a feature: hides what requires it and erases nothing (D5).
    ///
    /// # Errors
    ///
    /// - The catalog has no such feature.
    pub fn disable_feature(&mut self, feature: impl Named<FeatureKey>) -> Result<Effect, EditError> {
        self.make(Fact::FeatureDisabled { feature: feature.into_key()? })
    }

    /// Creates a custom role, without permissions or members (R1).
    ///
    /// The name is trimmed; names are compared as people read them. Creating the same role again, by id and name,
    /// alters nothing. The id is the host's, so it comes as a [`RoleId`], as it does wherever a custom role is
    /// named: bare text names predefined roles.
    ///
    /// # Errors
    ///
    /// - The id belongs to a role of another name.
    /// - The name is blank, longer than 100 characters, has a control, invisible, direction-changing or unassigned
    ///   character, or is, as people read it, the name of a custom or predefined role.
    pub fn create_role(&mut self, role: &RoleId, name: &str) -> Result<Effect, EditError> {
        self.make(Fact::RoleCreated { role: role.clone(), name: self.account.role_name(role, name)? })
    }

    /// Renames a custom role (R1, R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The name is not acceptable, as in [`create_role`](Self::create_role).
    pub fn rename_role(&mut self, role: impl NamedRole, name: &str) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        let name = self.account.role_name(&role, name)?;
        self.make(Fact::RoleRenamed { role, name })
    }

    /// Describes a custom role (R1, R2). No text takes the description away.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The description is longer than 1,000 characters, or has a control character but line breaks, which become `\n`.
    pub fn describe_role(&mut self, role: impl NamedRole, description: &str) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        self.make(Fact::RoleDescribed { role, description: name::lines(description) })
    }

    /// Deletes a custom role. Everyone loses it; a later role of the same id starts with no members (R6).
    ///
    /// Cost: a pass over all users.
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    pub fn delete_role(&mut self, role: impl NamedRole) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        self.make(Fact::RoleDeleted { role })
    }

    /// Grants a permission to a custom role (R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such permission; the error names the nearest one.
    pub fn grant(
        &mut self,
        role: impl NamedRole,
        permission: impl Named<PermissionKey>,
    ) -> Result<Effect, EditError> {
        let (role, permission) = (self.editable(role)?, permission.into_key()?);
        self.make(Fact::PermissionGranted { role, permission })
    }

    /// Revokes a permission from a custom role (R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such permission; the error names the nearest one.
    pub fn revoke(
        &mut self,
        role: impl NamedRole,
        permission: impl Named<PermissionKey>,
    ) -> Result<Effect, EditError> {
        let (role, permission) = (self.editable(role)?, permission.into_key()?);
        self.make(Fact::PermissionRevoked { role, permission })
    }

    /// Grants every permission of a section to a custom role (R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such section; the error names the nearest one.
    pub fn select_section(
        &mut self,
        role: impl NamedRole,
        section: impl Named<SectionKey>,
    ) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        let fact = |permission| Fact::PermissionGranted { role: role.clone(), permission };
        self.make_all(self.section(section)?.into_iter().map(fact))
    }

    /// Revokes every permission of a section from a custom role (R2).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such section; the error names the nearest one.
    pub fn clear_section(
        &mut self,
        role: impl NamedRole,
        section: impl Named<SectionKey>,
    ) -> Result<Effect, EditError> {
        let role = self.editable(role)?;
        let fact = |permission| Fact::PermissionRevoked { role: role.clone(), permission };
        self.make_all(self.section(section)?.into_iter().map(fact))
    }

    /// Makes a custom role withhold a scope: it provides neither that scope nor one that includes it, whatever
    /// its permissions say. Another role of the same user may still provide it (R5).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such scope; the error names the nearest one.
    pub fn withhold(
        &mut self,
        role: impl NamedRole,
        scope: impl Named<ScopeKey>,
    ) -> Result<Effect, EditError> {
        let (role, scope) = (self.editable(role)?, scope.into_key()?);
        self.make(Fact::ScopeWithheld { role, scope })
    }

    /// Makes a custom role provide a withheld scope again, as far as its permissions do (R5).
    ///
    /// # Errors
    ///
    /// - There is no such role, or it is predefined (R7).
    /// - The catalog has no such scope; the error names the nearest one.
    pub fn restore(
        &mut self,
        role: impl NamedRole,
        scope: impl Named<ScopeKey>,
    ) -> Result<Effect, EditError> {
        let (role, scope) = (self.editable(role)?, scope.into_key()?);
        self.make(Fact::ScopeRestored { role, scope })
    }

    /// Creates a team, without roles or members. Two teams may have the same name.
    ///
    /// The name is trimmed. Creating the same team again, by id and name, alters nothing.
    ///
    /// # Errors
    ///
    /// - The id belongs to a team of another name.
    /// - The name is blank, longer than 100 characters, or has a control character.
    pub fn create_team(&mut self, team: impl Named<TeamId>, name: &str) -> Result<Effect, EditError> {
        let (team, name) = self.account.named_team(team, name)?;
        self.make(Fact::TeamCreated { team, name })
    }

    /// Renames a team.
    ///
    /// # Errors
    ///
    /// - There is no such team.
    /// - The name is not acceptable, as in [`create_team`](Self::create_team).
    pub fn rename_team(&mut self, team: impl Named<TeamId>, name: &str) -> Result<Effect, EditError> {
        let (team, name) = self.account.named_team(team, name)?;
        self.make(Fact::TeamRenamed { team, name })
    }

    /// Deletes a team. Its members leave it and lose what only it gave them.
    ///
    /// Cost: a pass over all users.
    ///
    /// # Errors
    ///
    /// - There is no such team.
    pub fn delete_team(&mut self, team: impl Named<TeamId>) -> Result<Effect, EditError> {
        self.make(Fact::TeamDeleted { team: team.into_key()? })
    }

    /// Adds a user to a team, creating the user if need be (U1).
    ///
    /// # Errors
    ///
    /// - There is no such team.
    pub fn add_member(
        &mut self,
        team: impl Named<TeamId>,
        user: impl Named<UserId>,
    ) -> Result<Effect, EditError> {
        self.make(Fact::MemberAdded { team: team.into_key()?, user: user.into_key()? })
    }

    /// Removes a user from a team. The user stays on the account.
    ///
    /// # Errors
    ///
    /// - There is no such team or no such user.
    pub fn remove_member(
        &mut self,
        team: impl Named<TeamId>,
        user: impl Named<UserId>,
    ) -> Result<Effect, EditError> {
        self.make(Fact::MemberRemoved { team: team.into_key()?, user: user.into_key()? })
    }

    /// Assigns a role to a user or team, on everything, creating the user if need be (U1, D4).
    ///
    /// An assignment that is there already stays as it is, also if it is limited (L2).
    ///
    /// # Errors
    ///
    /// - There is no such role or no such team.
    pub fn assign(&mut self, role: impl NamedRole, to: impl Into<Assignee>) -> Result<Effect, EditError> {
        self.assign_within(role, to, Reach::everything())
    }

    /// Takes a role from a user or team to which it is assigned.
    ///
    /// # Errors
    ///
    /// - There is no such role, team or user.
    /// - The user holds the role only through teams: the error lists them and what leaving each would cost
    ///   (U4).
    pub fn unassign(
        &mut self,
        role: impl NamedRole,
        from: impl Into<Assignee>,
    ) -> Result<Unassigned, EditError> {
        let (role, assignee) = (role.into_role()?, from.into());
        let giving = self.giving(&role, &assignee);
        let fact = Fact::RoleUnassigned { role: role.clone(), assignee: assignee.clone() };
        match (self.make(fact)?, giving.is_empty()) {
            (Effect::Changed, true) => Ok(Unassigned::Gone),
            (Effect::Unchanged, true) => Ok(Unassigned::Unchanged),
            (Effect::Changed, false) => {
                let teams = giving.iter().filter_map(|team| self.account.teams.get(*team));
                Ok(Unassigned::Remains { through: teams.map(|team| team.id.clone()).collect() })
            }
            (Effect::Unchanged, false) => match &assignee {
                Assignee::User(user) => match self.account.users.lookup(user.as_str()) {
                    Some(user) => {
                        let inherited = self.account.inherited(user, &role, &giving);
                        Err(EditError::Inherited(Box::new(inherited)))
                    }
                    None => Ok(Unassigned::Unchanged),
                },
                Assignee::Team(_) => Ok(Unassigned::Unchanged),
            },
        }
    }

    /// Suspends a user: everything is denied, every assignment is kept (U5).
    ///
    /// # Errors
    ///
    /// - There is no such user.
    pub fn suspend(&mut self, user: impl Named<UserId>) -> Result<Effect, EditError> {
        self.make(Fact::UserSuspended { user: user.into_key()? })
    }

    /// Reinstates a suspended user (U5).
    ///
    /// # Errors
    ///
    /// - There is no such user.
    pub fn reinstate(&mut self, user: impl Named<UserId>) -> Result<Effect, EditError> {
        self.make(Fact::UserReinstated { user: user.into_key()? })
    }

    /// Removes a user with every assignment and membership (U5).
    ///
    /// # Errors
    ///
    /// - There is no such user.
    pub fn remove_user(&mut self, user: impl Named<UserId>) -> Result<Effect, EditError> {
        self.make(Fact::UserRemoved { user: user.into_key()? })
    }

    /// Applies a fact and records it if it altered anything.
    pub(super) fn make(&mut self, fact: Fact) -> Result<Effect, EditError> {
        self.account.has_room_for_change()?;
        let effect = self.account.apply(&fact)?;
        if effect == Effect::Changed {
            self.facts.push(fact);
        }
        Ok(effect)
    }

    /// Applies several facts, or none: whatever one of them is refused for.
    pub(super) fn make_all(&mut self, facts: impl Iterator<Item = Fact>) -> Result<Effect, EditError> {
        let (account, recorded) = (self.account.clone(), self.facts.len());
        let mut changed = false;
        for fact in facts {
            match self.make(fact) {
                Ok(effect) => changed |= effect == Effect::Changed,
                Err(refused) => {
                    self.account = account;
                    self.facts.truncate(recorded);
                    return Err(refused);
                }
            }
        }
        Ok(Effect::of(changed))
    }

    /// The custom role that is meant, which must exist; a predefined one is refused (R7).
    pub(super) fn editable(&self, role: impl NamedRole) -> Result<RoleId, EditError> {
        match role.into_role()? {
            RoleRef::Custom(role) => self.account.custom_slot(&role).map(|_| role),
            RoleRef::Predefined(role) => Err(match self.account.roles.lookup(role.as_str()) {
                _ if self.account.catalog.role_index(&role).is_some() => EditError::PredefinedRole { role },
                Some(custom) => EditError::CustomRoleAsText { role: custom.id.clone() },
                None => self.account.catalog.unknown_role(&role).into(),
            }),
        }
    }

    fn section(&self, section: impl Named<SectionKey>) -> Result<Vec<PermissionKey>, EditError> {
        let section = self.account.catalog.section(section)?;
        Ok(section.permissions().map(|permission| permission.key().clone()).collect())
    }

    /// The teams that give a user a role, whatever is assigned directly.
    fn giving(&self, role: &RoleRef, assignee: &Assignee) -> Vec<u32> {
        let Assignee::User(user) = assignee else { return Vec::new() };
        let user = self.account.users.lookup(user.as_str());
        let role = self.account.role_slot(role);
        user.zip(role).map_or_else(Vec::new, |(user, role)| self.account.teams_giving(user, role))
    }
}
