//! The example of the front page, as a program: catalog, account, authorizer, explained decision.

use rolecall::table::{feature, permission, role, section};
use rolecall::{Account, Assignee, Attribution, Authorizer, Catalog, RoleId};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The vendor describes the product, once.
    let catalog = Catalog::builder("acme", 1)
        .feature(feature("broadcast", "Broadcast"))
        .section(section("campaigns", "Campaigns").permissions(&[
            permission("campaigns/edit", "Edit campaigns").requires(&["broadcast"]),
            permission("campaigns/send", "Send campaigns").requires(&["broadcast"]),
        ]))
        .section(section("reports", "Reports").permissions(&[permission("reports/view", "View reports")]))
        .role(role("campaign-manager", "Campaign manager").grants(&["campaigns/edit", "campaigns/send"]))
        .role(role("analyst", "Analyst").grants(&["reports/view"]))
        .build()?;
    let send = catalog.permission("campaigns/send")?; // once, at start-up; a typo names the nearest key

    // A customer configures an account: one session, one change, one revision.
    let mut edit = Account::new(&catalog, "initech")?.edit().attributed(Attribution::by("ana"));
    edit.enable_feature("broadcast")?;
    edit.assign("campaign-manager", Assignee::user("maja")?)?;
    let editors = RoleId::new("editors")?;
    edit.create_role(&editors, "Editors")?;
    edit.grant(&editors, "campaigns/edit")?;
    edit.create_team("night-shift", "Night shift")?;
    edit.assign(&editors, Assignee::team("night-shift")?)?;
    edit.add_member("night-shift", "ivo")?;

    let done = edit.finish().ok_or("nothing changed")?;
    let stored = done.change().clone(); // the host stores the change first ...
    let auth = Authorizer::new(done.into_account()); // ... and publishes the account then

    // The service asks.
    assert!(auth.subject("maja").can(send));
    assert!(!auth.subject("ivo").can(send));
    println!("maja: {}", auth.subject("maja").explain(send));
    println!("ivo: {}", auth.subject("ivo").explain(send));

    // What was stored leads to the same account again.
    let replayed = Account::new(&catalog, "initech")?.replay(&stored)?;
    assert_eq!(replayed.record(), auth.account().record());
    Ok(())
}
