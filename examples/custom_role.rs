//! A custom role, as an administrator makes one: create, import, adjust, select users, save; then duplicate,
//! and delete after having seen what that costs.

use rolecall::{Account, Assignee, Attribution, Authorizer, Effect, Role, RoleFilter, RoleId, predefined};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = predefined::current();
    let mut edit = Account::new(&catalog, "initech")?.edit();
    for feature in catalog.features() {
        edit.enable_feature(feature.key())?;
    }
    let mut auth = Authorizer::new(edit.finish().ok_or("no feature to enable")?.into_account());

    // Create role: a name, and a description if there is more to say.
    let night = RoleId::new("night")?;
    let mut edit = auth.account().edit().attributed(Attribution::by("ana").because("cover the nights"));
    edit.create_role(&night, "Night shift")?;
    edit.describe_role(&night, "Answers after hours, and looks things up")?;

    // Import permissions: adds, and removes nothing.
    let imported = edit.import(&night, ["agent-for-conversations", "knowledge-base-user"])?;
    for from in &imported.sources {
        println!("imported {} permissions from {}", from.added.len(), from.source);
    }

    // Adjust: single permissions, or a whole section.
    edit.revoke(&night, "conversations/transfer")?;
    edit.select_section(&night, "conversations-analytics")?;
    edit.withhold(&night, "conversations:read")?;

    // Select users, and save everything at once: one change.
    for user in ["maja", "ivo"] {
        edit.assign(&night, Assignee::user(user)?)?;
    }
    println!("saving will affect {} users", auth.preview(&edit).len());
    let done = edit.finish().ok_or("nothing to save")?;
    println!("saved as revision {} with {} facts", done.change().revision(), done.change().facts.len());
    auth = auth.refresh(done.into_account());

    // The Custom tab, and the role's Permissions tab.
    for role in auth.role_summaries(&RoleFilter::custom().matching("night")) {
        println!(
            "{}: {} users, {} permissions, {} scopes",
            role.role.name(),
            role.users,
            role.permissions,
            role.scopes
        );
    }
    let role = auth.account().role(&night).ok_or("it was saved")?;
    for count in role.sections().filter(|count| count.selected > 0) {
        println!("  {}: {} of {} selected", count.section.name(), count.selected, count.total);
    }

    // Duplicate it; what the copied role imported from is remembered with it, nobody holds it yet.
    let mut edit = auth.account().edit();
    edit.duplicate_role(&night, &RoleId::new("weekend")?, "Weekend shift")?;
    let taken = edit.duplicate_role(&night, &RoleId::new("other")?, "night SHIFT");
    println!("a second one of that name: {}", taken.err().ok_or("names are unique")?);
    auth = auth.refresh(edit.finish().ok_or("nothing to save")?.into_account());

    // Predefined roles move on with the catalog; what a custom role missed since its import can be listed.
    if let Some(Role::Custom(role)) = auth.account().role(&night) {
        for drift in role.drift() {
            println!("{}: gained {}, lost {} since", drift.source, drift.gained.len(), drift.lost.len());
        }
    }

    // Delete: everybody loses it, and what nothing else gives them. First see, then do.
    let announced = auth.announce_deletion(&night)?;
    println!("deleting takes the role from {} users", announced.users.len());
    for (user, losses) in &announced.users {
        println!("  {user} would lose {} permissions", losses.permissions.len());
    }
    let mut edit = auth.account().edit();
    assert_eq!(edit.delete_role(&night)?, Effect::Changed);
    let after = auth.refresh(edit.finish().ok_or("nothing to save")?.into_account());
    println!("{} users can do less now", auth.compare(&after).len());
    Ok(())
}
