//! An account whose every edit makes two facts true that belong together, so that half of an edit would show.

use rolecall::{Account, Assignee, Authorizer, Edit, PermissionId, RoleId, TeamId, predefined};

use crate::Failure;

/// The duty passes between Ana, who holds its role herself, and the team of Ivo; Maja's role may either send or
/// launch. Both change in each edit.
#[derive(Clone, Debug)]
pub struct World {
    duty: RoleId,
    post: RoleId,
    team: TeamId,
    view: PermissionId,
    send: PermissionId,
    launch: PermissionId,
}

impl World {
    /// The account before the first edit, and what to know about it. So many others work there, too.
    pub fn new(others: usize) -> Result<(Self, Account), Failure> {
        let catalog = predefined::current();
        let world = Self {
            duty: RoleId::new("duty")?,
            post: RoleId::new("post")?,
            team: TeamId::new("night")?,
            view: catalog.permission("reports/view")?,
            send: catalog.permission("campaigns/send")?,
            launch: catalog.permission("flows/launch")?,
        };
        let mut edit = Account::new(&catalog, "initech")?.edit();
        for feature in catalog.features() {
            edit.enable_feature(feature.key())?;
        }
        for other in 0..others {
            edit.assign("content-manager", Assignee::user(format!("user-{other}"))?)?;
        }
        edit.create_role(&world.duty, "Duty")?;
        let _scopes = edit.grant(&world.duty, "reports/view")?;
        edit.create_role(&world.post, "Post")?;
        edit.create_team(&world.team, "Night shift")?;
        edit.add_member(&world.team, "ivo")?;
        edit.assign(&world.post, Assignee::user("maja")?)?;
        // What holds at odd revisions; this edit leads to the first.
        edit.assign(&world.duty, Assignee::user("ana")?)?;
        let _scopes = edit.grant(&world.post, "campaigns/send")?;
        let account = edit.finish().ok_or("nothing to begin with")?.into_account();
        Ok((world, account))
    }

    /// One edit: four facts, two that must never be seen without their counterpart.
    pub fn pass(&self, edit: &mut Edit) -> Result<(), Failure> {
        let (ana, team) = (Assignee::user("ana")?, Assignee::from(&self.team));
        let is_odd = edit.account().revision() % 2 == 1;
        let (from, to) = if is_odd { (ana, team) } else { (team, ana) };
        let (less, more) = ("campaigns/send", "flows/launch");
        let (less, more) = if is_odd { (less, more) } else { (more, less) };
        let _gone = edit.unassign(&self.duty, from)?;
        edit.revoke(&self.post, less)?;
        edit.assign(&self.duty, to)?;
        let _scopes = edit.grant(&self.post, more)?;
        Ok(())
    }

    /// Who may do what, asked one by one, each time of what `load` gives. Whole edits give one of two
    /// answers: `[true, false, true, false]` at odd revisions, the opposite at even ones.
    pub fn ask<A: AsRef<Authorizer>>(&self, mut load: impl FnMut() -> A) -> [bool; 4] {
        let [ana, ivo, maja] = ["ana", "ivo", "maja"];
        [(ana, self.view), (ivo, self.view), (maja, self.send), (maja, self.launch)]
            .map(|(user, permission)| load().as_ref().subject(user).can(permission))
    }
}

/// What a whole edit leaves.
#[must_use]
pub fn answers_at(revision: u64) -> [bool; 4] {
    let is_odd = revision % 2 == 1;
    [is_odd, !is_odd, is_odd, !is_odd]
}
