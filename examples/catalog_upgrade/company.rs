//! A small company, as it was set up under the earlier catalog.

use std::error::Error;

use rolecall::{Account, Assignee, Catalog, Reach, RoleId};

pub(crate) fn account(catalog: &Catalog) -> Result<Account, Box<dyn Error>> {
    let mut edit = Account::new(catalog, "initech")?.edit();
    for feature in catalog.features() {
        edit.enable_feature(feature.key())?;
    }

    // Predefined roles: to users, and to teams; one of them limited to two channels.
    edit.assign("account-manager", Assignee::user("ana")?)?;
    edit.assign("answers-manager", Assignee::user("filip")?)?;
    edit.assign("communication-manager", Assignee::user("maja")?)?;
    edit.create_team("growth", "Growth")?;
    let two = Reach::only("channel", ["sms", "whatsapp"])?;
    edit.assign_within("communication-manager", Assignee::team("growth")?, two)?;
    edit.add_member("growth", "ivo")?;
    edit.create_team("desk", "Front desk")?;
    edit.assign("conversations-agent", Assignee::team("desk")?)?;
    edit.add_member("desk", "luka")?;

    // Petra answers and manages, which the rules forbid; whoever migrated the data did not ask them.
    edit.assign("conversations-manager", Assignee::user("petra")?)?;
    edit.add_member("desk", "petra")?;

    // A copy of a predefined role that may not steer flows from programs.
    let nurturing = RoleId::new("nurturing")?;
    edit.create_role(&nurturing, "Nurturing")?;
    edit.import(&nurturing, ["communication-manager"])?;
    edit.revoke(&nurturing, "campaigns/launch")?;
    edit.withhold(&nurturing, "flow:control")?;
    edit.withhold(&nurturing, "moments:people:flow:manage")?;
    edit.assign(&nurturing, Assignee::user("eva")?)?;

    // A role of the company's own for what the product had none for, by a name that the product came to use.
    let launcher = RoleId::new("launcher")?;
    edit.create_role(&launcher, "Flow controller")?;
    edit.grant(&launcher, "flows/view")?;
    edit.grant(&launcher, "flows/execute")?;
    edit.assign(&launcher, Assignee::user("nika")?)?;

    // Unlocks users, and does not touch passwords.
    let help = RoleId::new("help-desk")?;
    edit.create_role(&help, "Help desk")?;
    edit.grant(&help, "users/view")?;
    edit.grant(&help, "users/unlock")?;
    edit.assign(&help, Assignee::user("tin")?)?;

    Ok(edit.finish().ok_or("a company was set up")?.into_account())
}
