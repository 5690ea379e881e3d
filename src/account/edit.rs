//! The edit session: checks a wish, expands it to facts, and has each applied.

use super::Account;
use crate::change::{Attribution, CHANGE_FORMAT, Change, Fact, Head};
use crate::error::EditError;
use crate::key::{
    Assignee, FeatureKey, KindKey, Named, NamedRole, ResourceId, RoleId, RoleRef, TeamId, UserId,
};
use crate::reach::Reach;

pub use import::{Imported, ImportedFrom};
pub use role::{Granted, Released};

use names::Names;

mod import;
mod names;
mod reach;
mod role;
mod selecting;

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
    /// The head that the session was begun on; none if it was begun in the middle of another one.
    follows: Option<Head>,
    attribution: Attribution,
    facts: Vec<Fact>,
    /// Who has which role name, once a name was given.
    names: Option<Names>,
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

    /// Says who made the change. It leads to another head then.
    pub(crate) fn made_by(mut self, who: &str) -> Self {
        if self.change.attribution.who.as_deref() != Some(who) {
            self.change.attribution.who = Some(who.to_owned());
            self.account.seal_again(&self.change);
        }
        self
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
        let follows = account.head();
        Self { account, follows, attribution: Attribution::default(), facts: Vec::new(), names: None }
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
    ///
    /// Cost: a SHA-256 over the facts; a pass over the users if a role or team was deleted.
    #[must_use = "store the change, then publish the account (P7)"]
    pub fn finish(self) -> Option<Edited> {
        let Self { mut account, follows, attribution, facts, names: _ } = self;
        let follows = follows.filter(|_| !facts.is_empty())?;
        let change =
            Change { format: CHANGE_FORMAT, account: account.id.clone(), follows, attribution, facts };
        account.seal(&change);
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

    /// Creates a team, without roles or members. Two teams may have the same name.
    ///
    /// The name is trimmed. Creating the same team again, by id and name, alters nothing.
    ///
    /// # Errors
    ///
    /// - The id belongs to a team of another name.
    /// - The name is blank, longer than 100 characters, or has a control character.
    pub fn create_team(&mut self, team: impl Named<TeamId>, name: &str) -> Result<Effect, EditError> {
        let (team, name) = self.named_team(team, name)?;
        self.make(Fact::TeamCreated { team, name })
    }

    /// Renames a team.
    ///
    /// # Errors
    ///
    /// - There is no such team.
    /// - The name is not acceptable, as in [`create_team`](Self::create_team).
    pub fn rename_team(&mut self, team: impl Named<TeamId>, name: &str) -> Result<Effect, EditError> {
        let (team, name) = self.named_team(team, name)?;
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

    /// Says that a resource is gone: no limit names it any more, so that a later resource of the same id starts with
    /// nobody (L7). [`Account::assignments_naming`] lists the limits that do.
    ///
    /// Cost: a pass over the limited assignments for the first resource of a session, then that of those that name it.
    ///
    /// # Errors
    ///
    /// - The catalog has no such kind; the error names the nearest one.
    /// - The text is no resource id.
    pub fn forget_resource(
        &mut self,
        kind: impl Named<KindKey>,
        resource: impl Named<ResourceId>,
    ) -> Result<Effect, EditError> {
        let kind = self.account.catalog.kind(kind)?.key().clone();
        self.make(Fact::ResourceGone { kind, resource: resource.into_key()? })
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
    fn make(&mut self, fact: Fact) -> Result<Effect, EditError> {
        if self.follows.is_none() {
            return Err(EditError::Unfinished);
        }
        self.account.has_room_for_change()?;
        let before = self.named(&fact);
        let effect = self.account.apply(&fact)?;
        if effect == Effect::Changed {
            if let (Some((role, before)), Some(names)) = (before, &mut self.names) {
                names.renamed(&role, before.as_deref(), self.account.folded(&role).as_deref());
            }
            self.facts.push(fact);
        }
        Ok(effect)
    }

    /// Applies several facts, or none: whatever one of them is refused for.
    fn make_all(&mut self, facts: impl Iterator<Item = Fact>) -> Result<Effect, EditError> {
        let (account, recorded) = (self.account.clone(), self.facts.len());
        let mut changed = false;
        for fact in facts {
            match self.make(fact) {
                Ok(effect) => changed |= effect == Effect::Changed,
                Err(refused) => {
                    (self.account, self.names) = (account, None);
                    self.facts.truncate(recorded);
                    return Err(refused);
                }
            }
        }
        Ok(Effect::of(changed))
    }

    /// The custom role that is meant, which must exist; a predefined one is refused (R7).
    fn editable(&self, role: impl NamedRole) -> Result<RoleId, EditError> {
        match role.into_role()? {
            RoleRef::Custom(role) => self.account.custom_slot(&role).map(|_| role),
            RoleRef::Predefined(role) => Err(match self.account.roles.lookup(role.as_str()) {
                _ if self.account.catalog.role_index(&role).is_some() => EditError::PredefinedRole { role },
                Some(custom) => EditError::CustomRoleAsText { role: custom.id.clone() },
                None => self.account.catalog.unknown_role(&role).into(),
            }),
        }
    }

    /// The teams that give a user a role, whatever is assigned directly.
    fn giving(&self, role: &RoleRef, assignee: &Assignee) -> Vec<u32> {
        let Assignee::User(user) = assignee else { return Vec::new() };
        let user = self.account.users.lookup(user.as_str());
        let role = self.account.role_slot(role);
        user.zip(role).map_or_else(Vec::new, |(user, role)| self.account.teams_giving(user, role))
    }
}
