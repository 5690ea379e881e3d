//! One company's account, from its first edit to an audit: what is stored when, and what survives a restart.
//!
//! `cargo run` works in a temporary folder, `cargo run -- FILE` keeps the file.

use std::path::{Path, PathBuf};

use host_sqlite::host::Failure;
use host_sqlite::{Host, HostError, Store};
use rolecall::{Account, AccountId, Assignee, Attribution, Head, RoleId, predefined};

fn main() -> Result<(), Failure> {
    match std::env::args().nth(1) {
        Some(file) => show(Path::new(&file)),
        None => {
            let folder = Folder(std::env::temp_dir().join(format!("host_sqlite-{}", std::process::id())));
            std::fs::create_dir_all(&folder.0)?;
            show(&folder.0.join("accounts.db"))
        }
    }
}

/// Removed at the end, whatever happens.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(failed) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{}: {failed}", self.0.display());
        }
    }
}

fn show(file: &Path) -> Result<(), Failure> {
    let catalogs = [predefined::current()];
    let [catalog] = &catalogs;
    let send = catalog.permission("campaigns/send")?;
    let initech = AccountId::new("initech")?;

    let mut store = Store::open(file, &catalogs)?;
    if store.head(&initech)?.is_none() {
        store.create(&Account::new(catalog, &initech)?)?;
    }
    let host = Host::open(store, &initech)?;
    println!("{} holds `initech` at revision {}", file.display(), host.current()?.account().revision());

    // The vendor's act: nobody on the account could give the first administrator a role.
    host.edit(Attribution::by("vendor").because("the contract"), |edit| {
        edit.enable_feature("broadcast")?;
        edit.enable_feature("teams")?;
        edit.assign("account-admin", Assignee::user("ana")?)?;
        Ok(())
    })?;
    // An administrator's: guarded, and three facts that are stored as one.
    host.edit_as("ana", |edit| {
        edit.create_team("growth", "Growth")?;
        edit.assign("campaign-manager", Assignee::team("growth")?)?;
        edit.add_member("growth", "maja")?;
        Ok(())
    })?;
    println!("maja may send: {}", host.current()?.subject("maja").can(send));

    // What Maja may not do is not stored, so nobody can see it.
    match host.edit_as("maja", |edit| Ok(edit.add_member("growth", "ivo").map(drop)?)) {
        Err(refused) => println!("refused: {refused}"),
        Ok(head) => println!("unexpected: {head}"),
    }

    // Two processes, one file. Each edits what is stored, not what it remembers.
    let other = Host::open(Store::open(file, &catalogs)?, &initech)?;
    let seen = other.edit_as("ana", |edit| {
        edit.create_role(&RoleId::new("night")?, "Night shift")?;
        edit.suspend("maja")?;
        Ok(())
    })?;
    println!(
        "another process stored revision {}; this one is at {}",
        seen.revision,
        host.current()?.account().revision()
    );
    let fresh = host.at_least(seen)?;
    println!("asked with the token {seen} it reads the rest: {}", fresh.subject("maja").check(send));
    // Tokens of states that this store does not have: not yet, or not any more because it was set back.
    let later = Head { revision: seen.revision + 1, ..seen };
    let other = Head { revision: seen.revision - 1, ..seen };
    for token in [later, other] {
        match host.at_least(token) {
            Err(refused @ (HostError::Stale { .. } | HostError::OtherPast { .. })) => {
                println!("refused: {refused}")
            }
            other => println!("unexpected: {other:?}"),
        }
    }

    // A restart reads a snapshot instead of the past; an audit still reads the past.
    let compacted = host.compact()?;
    drop((host, other));
    let mut store = Store::open(file, &catalogs)?;
    println!("after a restart: revision {}, snapshot of {compacted}", store.load(&initech)?.revision());
    println!("the journal leads to the same account at revision {}", store.verify(&initech)?);
    for origin in store.journal(&initech)?.origins("maja", "campaigns/send")? {
        println!("maja has campaigns/send from {:#}:", origin.role);
        for entry in origin.entries {
            let who = entry.attribution.who.unwrap_or_default();
            println!("  revision {} by {who}: {}", entry.revision, serde_json::to_string(&entry.fact)?);
        }
    }
    Ok(())
}
