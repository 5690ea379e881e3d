//! Teams, as an administrator uses them: create one, assign roles to it, add members, see who inherits what,
//! and remove a role that a user only inherits.

use rolecall::{Account, Assignee, Authorizer, EditError, RoleRef, TeamId, predefined};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = predefined::current();
    let send = catalog.permission("campaigns/send")?;
    let mut edit = Account::new(&catalog, "initech")?.edit();
    for feature in catalog.features() {
        edit.enable_feature(feature.key())?;
    }

    // A new team with roles; every member inherits them, at once and later.
    edit.create_team("marketing", "Marketing")?;
    edit.assign("campaign-manager", Assignee::team("marketing")?)?;
    edit.assign("analyze-manager", Assignee::team("marketing")?)?;
    edit.add_member("marketing", "maja")?;
    edit.add_member("marketing", "ivo")?;
    // Members can hold roles of their own besides.
    edit.assign("campaign-manager", Assignee::user("ivo")?)?;
    edit.assign("finance-manager", Assignee::user("ivo")?)?;
    let mut auth = Authorizer::new(edit.finish().ok_or("nothing to save")?.into_account());

    // The team's page.
    for team in auth.account().teams() {
        let roles: Vec<&str> = team.roles().map(|role| role.name()).collect();
        let members: Vec<&str> = team.members().map(|user| user.id().as_str()).collect();
        println!("{}: {} | {}", team.name(), roles.join(", "), members.join(", "));
    }

    // A user's card: each role with where it comes from.
    for user in ["maja", "ivo"] {
        println!("{user} may send campaigns: {}", auth.subject(user).can(send));
        for held in auth.subject(user).roles() {
            let teams: Vec<&str> = held.teams().map(TeamId::as_str).collect();
            println!("  {}: direct {}, through [{}]", held.role.name(), held.is_direct(), teams.join(", "));
        }
    }

    // Held both ways: the direct assignment goes, the inherited role stays, and the answer says so.
    let mut edit = auth.account().edit();
    println!("{:?}", edit.unassign("campaign-manager", Assignee::user("ivo")?)?);

    // Only inherited: refused, with the teams that give it and what leaving them costs.
    match edit.unassign("campaign-manager", Assignee::user("maja")?) {
        Err(EditError::Inherited(inherited)) => {
            println!("{inherited}");
            for leaving in &inherited.leaving {
                let roles: Vec<&str> = leaving.losses.roles.iter().map(RoleRef::as_str).collect();
                let lost = leaving.losses.permissions.len();
                println!("  leaving {} costs {} and {lost} permissions", leaving.team, roles.join(", "));
            }
            // The host asks its user, who agrees.
            for leaving in &inherited.leaving {
                edit.remove_member(&leaving.team, &inherited.user)?;
            }
        }
        other => return Err(format!("expected a refusal, got {other:?}").into()),
    }
    auth = auth.refresh(edit.finish().ok_or("nothing to save")?.into_account());
    println!("maja: {}", auth.subject("maja").explain(send).decision);
    println!("ivo: {}", auth.subject("ivo").explain(send).decision);
    Ok(())
}
