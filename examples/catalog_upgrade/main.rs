//! An account moves from the earlier version of a product to the current one: first look, then do, then tell the
//! replicas.
//!
//! ```text
//! cargo run --release --example catalog_upgrade
//! ```

use std::error::Error;

use rolecall::{Account, Attribution, Authorizer, Change, PermissionKey, Role, RoleId, predefined};

mod company;
mod page;

fn main() -> Result<(), Box<dyn Error>> {
    let (earlier, current) = (predefined::earlier(), predefined::current());
    let before = company::account(&earlier)?;
    let (from, to) = (earlier.version(), current.version());
    println!("account {}, from version {from} of {} to version {to}", before.id(), earlier.name());

    // First look. Nothing has happened until `finish`, and whoever drops the upgrade has changed nothing.
    let upgrade =
        before.upgrade(&current)?.attributed(Attribution::by("vendor").because("release of version 2"));
    page::heading("What becomes of what the account names");
    page::rewritten(upgrade.rewritten());
    page::heading("What users gain and lose");
    let report = upgrade.report();
    page::differences(&report.users, &earlier, &current);
    page::heading("What somebody has to look at");
    page::matters(&report);

    // Then do: the upgrade is a change like any other. The host stores it, and publishes the account.
    let done = upgrade.finish()?.ok_or("it was the current catalog already")?;
    let stored = serde_json::to_string(done.change())?;
    page::heading("Done");
    println!("stored as revision {}: {} bytes of JSON", done.change().revision(), stored.len());
    let after = Authorizer::new(done.into_account());
    roles_now(after.account());

    // A replica reads the change. It needs the very catalog: without it, it stops rather than guess.
    page::heading("On a replica");
    let change: Change = serde_json::from_str(&stored)?;
    let replica = Account::restore(&before.record(), &earlier)?;
    match replica.replay(&change) {
        Ok(_) => return Err("a replica can't upgrade without the catalog".into()),
        Err(lacking) => println!("at first: {lacking}"),
    }
    let replica = replica.replay_with(&change, &[earlier, current])?;
    println!("with the catalog: equal to the account is {}", replica.record() == after.account().record());

    page::heading("What custom roles missed");
    missed(after.account());
    println!();
    catch_up(&after)
}

/// Who holds what, and where it counts.
fn roles_now(account: &Account) {
    for team in account.teams() {
        for role in team.roles() {
            let reach = team.reach(role.to_ref()).unwrap_or_default();
            println!("  team {} holds {} ({reach})", team.name(), role.name());
        }
    }
    for user in account.users() {
        for role in user.roles() {
            println!("  {} holds {}", user.id(), title(&role));
        }
    }
    for role in account.custom_roles() {
        for scope in role.withheld().keys() {
            println!("  {} withholds {scope}", title(&Role::Custom(role)));
        }
    }
}

/// A custom role may have come to share its name with a predefined one.
fn title(role: &Role<'_>) -> String {
    match role {
        Role::Custom(role) => format!("{} (custom)", role.name()),
        Role::Predefined(role) => role.name().to_owned(),
    }
}

/// Predefined roles follow the catalog, custom ones do not: what their sources came to grant is listed.
fn missed(account: &Account) {
    for role in account.custom_roles() {
        for drift in role.drift().iter().filter(|drift| !drift.is_empty()) {
            let lacking: Vec<&str> = drift.lacking.keys().map(PermissionKey::as_str).collect();
            println!("{} imported from {}, which now grants, too:", role.name(), drift.source);
            lacking.iter().for_each(|key| println!("  {key}"));
        }
    }
}

/// An administrator takes one of them over.
fn catch_up(auth: &Authorizer) -> Result<(), Box<dyn Error>> {
    let nurturing = RoleId::new("nurturing")?;
    let mut edit = auth.account().edit().attributed(Attribution::by("ana"));
    edit.catch_up(&nurturing, "campaign-manager", ["rcs/full-api"])?;
    let done = edit.finish().ok_or("nothing to catch up with")?;
    let Some(Role::Custom(role)) = done.account().role(&nurturing) else { return Err("it was there".into()) };
    let lacking: usize = role.drift().iter().map(|drift| drift.lacking.len()).sum();
    println!("{} takes over rcs/full-api; {lacking} are left to decide on", role.name());
    Ok(())
}
