//! Edits of where an assignment counts (L2).

use std::collections::BTreeSet;

use super::{Edit, Effect};
use crate::change::Fact;
use crate::error::{EditError, KeyError};
use crate::key::{Assignee, KindKey, Named, NamedRole, ResourceId};
use crate::reach::Reach;

impl Edit {
    /// Assigns a role to a user or team on some resources only, creating the user if need be (U1, L2).
    ///
    /// An assignment that is there already stays as it is, whatever its reach: assigning anew never narrows
    /// or widens; [`limit`](Self::limit), [`extend`](Self::extend) and [`lift`](Self::lift) do.
    ///
    /// ```
    /// use rolecall::{Account, Assignee, Authorizer, Reach, predefined};
    ///
    /// let catalog = predefined::current();
    /// let view = catalog.permission("conversations/view-queue")?;
    /// let mut edit = Account::new(&catalog, "initech")?.edit();
    /// edit.enable_feature("conversations")?;
    /// edit.assign_within("viewer-for-conversations", Assignee::user("ivo")?, Reach::only("queue", ["vip"])?)?;
    /// let auth = Authorizer::new(edit.finish().expect("something changed").into_account());
    ///
    /// assert!(auth.subject("ivo").can_on(view, &catalog.resource("queue", "vip")?));
    /// assert!(!auth.subject("ivo").can_on(view, &catalog.resource("queue", "gold")?));
    /// assert_eq!(auth.subject("ivo").check(view).to_string(), "deny: only on some resources");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - There is no such role or no such team.
    /// - The reach names a kind that the catalog does not have.
    pub fn assign_within(
        &mut self,
        role: impl NamedRole,
        to: impl Into<Assignee>,
        reach: Reach,
    ) -> Result<Effect, EditError> {
        self.make(Fact::RoleAssigned { role: role.into_role()?, assignee: to.into(), reach })
    }

    /// Limits an assignment to some resources of a kind. Of a kind that is limited already, only what both
    /// lists have remains: limiting never widens (L2).
    ///
    /// # Errors
    ///
    /// - There is no such role, team, user or kind.
    /// - The role is not assigned to that user or team itself.
    pub fn limit<R: Named<ResourceId>>(
        &mut self,
        role: impl NamedRole,
        assignee: impl Into<Assignee>,
        kind: impl Named<KindKey>,
        resources: impl IntoIterator<Item = R>,
    ) -> Result<Effect, EditError> {
        let (role, assignee, kind) = (role.into_role()?, assignee.into(), kind.into_key()?);
        let mut resources = ids(resources)?;
        if let Some(known) = self.account.limit_of(&role, &assignee, &kind)? {
            resources.retain(|id| known.contains(id));
        }
        self.make(Fact::AssignmentLimited { role, assignee, kind, resources })
    }

    /// Adds resources to those of a kind to which an assignment is limited: extending never narrows (L2). Where
    /// the kind is not limited, there is nothing to add.
    ///
    /// # Errors
    ///
    /// - There is no such role, team, user or kind.
    /// - The role is not assigned to that user or team itself.
    pub fn extend<R: Named<ResourceId>>(
        &mut self,
        role: impl NamedRole,
        assignee: impl Into<Assignee>,
        kind: impl Named<KindKey>,
        resources: impl IntoIterator<Item = R>,
    ) -> Result<Effect, EditError> {
        let (role, assignee, kind) = (role.into_role()?, assignee.into(), kind.into_key()?);
        let mut resources = ids(resources)?;
        let known = self.account.limit_of(&role, &assignee, &kind)?;
        let Some(known) = known else { return Ok(Effect::Unchanged) };
        resources.retain(|id| !known.contains(id));
        self.make(Fact::AssignmentExtended { role, assignee, kind, resources })
    }

    /// Limits an assignment in a kind no longer (L2). Other kinds stay limited.
    ///
    /// # Errors
    ///
    /// - There is no such role, team, user or kind.
    /// - The role is not assigned to that user or team itself.
    pub fn lift(
        &mut self,
        role: impl NamedRole,
        assignee: impl Into<Assignee>,
        kind: impl Named<KindKey>,
    ) -> Result<Effect, EditError> {
        let (role, assignee, kind) = (role.into_role()?, assignee.into(), kind.into_key()?);
        match self.account.limit_of(&role, &assignee, &kind)? {
            Some(_) => self.make(Fact::LimitLifted { role, assignee, kind }),
            None => Ok(Effect::Unchanged),
        }
    }
}

fn ids<R: Named<ResourceId>>(
    resources: impl IntoIterator<Item = R>,
) -> Result<BTreeSet<ResourceId>, KeyError> {
    resources.into_iter().map(Named::into_key).collect()
}
