//! Accounts that move to another version of their product: loaded across it, compacted around it, and refused by
//! name where the version is not here.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is not there fails the test")]

mod common;
#[path = "../src/bin/writer/product.rs"]
mod product;

use std::sync::Arc;

use common::{id, raw};
use host_sqlite::host::Failure;
use host_sqlite::{Host, HostError, RowFault, Store, StoreError};
use rolecall::table::{permission, role, section};
use rolecall::{
    Account, AccountRecord, Assignee, Attribution, AuditError, Catalog, Decision, EditError, FollowError,
    Head, Reach, RoleId, Upgrade, UpgradeError,
};
use tempfile::TempDir;

const SEND: [&str; 2] = ["campaigns/send-1", "campaigns/send-2"];

fn catalogs() -> [Catalog; 2] {
    let mut versions = product::versions().unwrap().into_iter();
    [versions.next().unwrap(), versions.next().unwrap()]
}

fn store(folder: &TempDir, catalogs: &[Catalog]) -> Store {
    Store::open(folder.path().join("accounts.db"), catalogs).unwrap()
}

fn host(folder: &TempDir, catalogs: &[Catalog]) -> Host {
    Host::open(store(folder, catalogs), &id()).unwrap()
}

/// At revision 1 under the first version: Maja manages, Ivo edits, and the night desk sends.
fn begun() -> (TempDir, Host, [Catalog; 2]) {
    let (folder, catalogs) = (tempfile::tempdir().unwrap(), catalogs());
    store(&folder, &catalogs).create(&Account::new(&catalogs[0], id()).unwrap()).unwrap();
    let host = host(&folder, &catalogs);
    edit(&host, |edit| {
        edit.assign("manager-1", Assignee::user("maja")?)?;
        edit.assign("editor", Assignee::user("ivo")?)?;
        let night = RoleId::new("night")?;
        edit.create_role(&night, "Night desk")?;
        let _scopes = edit.grant(&night, SEND[0])?;
        edit.assign(&night, Assignee::user("eva")?)?;
        Ok(())
    })
    .unwrap();
    (folder, host, catalogs)
}

fn edit(
    host: &Host,
    wishes: impl FnOnce(&mut rolecall::Edit) -> Result<(), Failure>,
) -> Result<Head, HostError> {
    host.edit(Attribution::by("ana"), wishes)
}

fn suspend(host: &Host, user: &str) -> Result<Head, HostError> {
    edit(host, |edit| Ok(edit.suspend(user).map(drop)?))
}

fn upgrade(host: &Host, catalog: &Catalog) -> Result<Head, HostError> {
    host.upgrade(catalog, Attribution::by("vendor").because("the spring release"), |_| Ok(Vec::new()))
}

fn may(host: &Host, user: &str, permission: &str) -> bool {
    let now = host.current().unwrap();
    now.subject(user).check(now.catalog().permission(permission).unwrap()) == Decision::Allow
}

/// Every row of the file.
fn rows(folder: &TempDir) -> Vec<String> {
    let db = raw(folder);
    let sql = "SELECT 'snapshot ' || revision || record FROM snapshots
               UNION ALL SELECT 'change ' || revision || change FROM changes
               UNION ALL SELECT 'archive ' || revision || change FROM archive ORDER BY 1";
    let mut query = db.prepare(sql).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn fault(said: StoreError) -> (i64, RowFault) {
    match said {
        StoreError::Row { revision, fault, .. } => (revision, *fault),
        other => panic!("{other}"),
    }
}

#[test]
fn an_account_is_edited_upgraded_and_edited_again_compacted_or_not() {
    for (before, after) in [(false, false), (false, true), (true, false), (true, true)] {
        let (folder, host, catalogs) = begun();
        if before {
            assert_eq!(host.compact().unwrap(), 1);
        }
        assert!(may(&host, "maja", SEND[0]) && !may(&host, "ivo", "reports/view"));
        let mut seen = String::new();
        let looked = |upgrade: &Upgrade| {
            seen = upgrade.report().to_string();
            Ok(Vec::new())
        };
        let by = Attribution::by("vendor").because("the spring release");
        assert_eq!(host.upgrade(&catalogs[1], by, looked).unwrap().revision, 2);
        assert_eq!(seen, "ivo: gains reports/view\n");
        assert_eq!(upgrade(&host, &catalogs[1]).unwrap().revision, 2, "again: nothing to do");
        assert_eq!(suspend(&host, "eva").unwrap().revision, 3);
        if after {
            assert_eq!(host.compact().unwrap(), 3);
        }
        for (user, allowed) in [("maja", true), ("ivo", false), ("eva", false)] {
            assert_eq!(may(&host, user, SEND[1]), allowed, "{user}");
        }
        assert!(may(&host, "ivo", "reports/view"));

        let record = host.current().unwrap().account().record();
        let mut both = store(&folder, &catalogs);
        let restarted = both.load(&id()).unwrap();
        assert_eq!((restarted.record(), restarted.needs_upgrade()), (record.clone(), false));
        assert_eq!(both.verify(&id()).unwrap(), 3);
        assert_eq!(both.journal(&id()).unwrap().changes.len(), 3);

        // The new version is enough if all that is to be loaded was stored under it.
        let mut new = store(&folder, &catalogs[1..]);
        match new.load(&id()) {
            Ok(loaded) => assert_eq!((after, loaded.record()), (true, record)),
            Err(said) => assert!(!after, "{said}"),
        }
    }
}

#[test]
fn an_audit_reads_across_an_upgrade_and_names_who_did_what() {
    let (folder, host, catalogs) = begun();
    upgrade(&host, &catalogs[1]).unwrap();
    host.compact().unwrap();
    let journal = host.journal().unwrap();
    let who = |user, permission| -> Vec<(u64, String)> {
        let origins = journal.origins(user, permission).unwrap();
        let entries = origins.into_iter().flat_map(|origin| origin.entries);
        entries.map(|entry| (entry.revision, entry.attribution.who.unwrap())).collect()
    };
    let both = [(1, "ana".to_owned()), (2, "vendor".to_owned())];
    // Given under another name; and by a role that came to grant it.
    assert_eq!(who("maja", SEND[1]), both);
    assert_eq!(who("ivo", "reports/view"), both);
    assert!(matches!(journal.origins("maja", SEND[0]), Err(AuditError::Unknown(_))));

    // Without the old version nobody can say what was given under it.
    let journal = store(&folder, &catalogs[1..]).journal(&id()).unwrap();
    assert!(matches!(journal.origins("maja", SEND[1]), Err(AuditError::Replay(_))));
}

#[test]
fn an_upgrade_that_nobody_likes_does_not_happen() {
    let (folder, host, catalogs) = begun();
    let (before, stored) = (host.current().unwrap(), rows(&folder));
    let disliked = host.upgrade(&catalogs[1], Attribution::by("vendor"), |upgrade| {
        assert_eq!(upgrade.account().catalog().version(), 2);
        Err(format!("{} users gain or lose", upgrade.report().users.len()).into())
    });
    assert_eq!(disliked.unwrap_err().to_string(), "not edited: 1 users gain or lose");

    // One that could not be read after a restart; and a way back.
    let third = product::versions().unwrap().remove(2);
    let said = upgrade(&host, &third).unwrap_err().to_string();
    assert_eq!(said, "catalog `acme 3` is none of those that the store was opened with");
    assert!(Arc::ptr_eq(&before, &host.current().unwrap()) && rows(&folder) == stored);
    upgrade(&host, &catalogs[1]).unwrap();
    let back = upgrade(&host, &catalogs[0]);
    assert!(
        matches!(back, Err(HostError::Upgrade(UpgradeError::Follow(FollowError::Older { .. })))),
        "{back:?}"
    );
}

#[test]
fn the_new_version_alone_is_enough_once_nothing_of_the_old_one_is_in_the_tail() {
    let (folder, host, catalogs) = begun();
    suspend(&host, "eva").unwrap();
    upgrade(&host, &catalogs[1]).unwrap();
    let stored = rows(&folder);

    // The tail has edits that were made under the old version.
    let mut new = store(&folder, &catalogs[1..]);
    let needs = format!(
        "account `initech`, revision 1: made under catalog `acme 1` with hash {}, which is not here: get it first",
        catalogs[0].hash()
    );
    assert_eq!(new.load(&id()).unwrap_err().to_string(), format!("changes, {needs}"));
    assert!(new.compact(&id()).is_err() && new.verify(&id()).is_err());
    assert_eq!(rows(&folder), stored, "nothing is altered");

    host.compact().unwrap();
    let alone = Host::open(new, &id()).unwrap();
    assert_eq!(alone.current().unwrap().account().record(), host.current().unwrap().account().record());
    assert_eq!(edit(&alone, |edit| Ok(edit.reinstate("eva").map(drop)?)).unwrap().revision, 4);
    assert!(may(&alone, "eva", SEND[1]));
    assert_eq!(alone.compact().unwrap(), 4);
    // What has to be told from the first change on needs the version that it was made under.
    let said = store(&folder, &catalogs[1..]).verify(&id()).unwrap_err().to_string();
    assert_eq!(said, format!("journal, {needs}"));
    assert_eq!(store(&folder, &catalogs).verify(&id()).unwrap(), 4);
}

#[test]
fn a_tail_that_begins_with_the_upgrade_needs_both_versions() {
    let (folder, host, catalogs) = begun();
    host.compact().unwrap();
    upgrade(&host, &catalogs[1]).unwrap();
    suspend(&host, "maja").unwrap();
    // An upgrade is worked out anew from both (P3).
    for known in [&catalogs[..1], &catalogs[1..]] {
        let (revision, said) = fault(store(&folder, known).load(&id()).unwrap_err());
        assert_eq!(revision, 2);
        let lacks = if known[0].version() == 1 { "acme 2" } else { "acme 1" };
        assert!(said.to_string().contains(&format!("catalog `{lacks}` with hash ")), "{said}");
    }
    let mut both = store(&folder, &catalogs);
    assert_eq!(both.load(&id()).unwrap().record(), host.current().unwrap().account().record());
    assert_eq!((both.compact(&id()).unwrap(), both.verify(&id()).unwrap()), (3, 3));
    assert!(!store(&folder, &catalogs[1..]).load(&id()).unwrap().needs_upgrade());
}

#[test]
fn an_account_of_a_version_that_is_not_here_is_asked_and_neither_edited_nor_upgraded() {
    let (folder, host, catalogs) = begun();
    edit(&host, |edit| {
        edit.assign_within("viewer", Assignee::user("lea")?, Reach::only("queue", ["vip"])?)?;
        edit.assign("viewer", Assignee::user("sam")?)?;
        Ok(())
    })
    .unwrap();
    host.compact().unwrap();
    let old = host.current().unwrap().account().record();
    let new = self::host(&folder, &catalogs[1..]);
    let account = new.current().unwrap();
    assert!(account.account().needs_upgrade());
    assert_eq!(account.account().record(), old, "every name is kept");
    // `manager-1` and what it granted have another name now, which only the upgrade applies; `editor` has not.
    assert!(!may(&new, "maja", SEND[1]) && may(&new, "ivo", "texts/edit"));
    // What is limited counts nowhere: what it limits, only the old version can tell.
    let (view, vip) =
        (catalogs[1].permission("chats/view").unwrap(), catalogs[1].resource("queue", "vip").unwrap());
    assert!(!account.subject("lea").can_on(view, &vip) && account.subject("sam").can_on(view, &vip));

    let stored = rows(&folder);
    let Err(HostError::Wish(said)) = suspend(&new, "maja") else { panic!("edited") };
    assert!(matches!(said.downcast_ref(), Some(EditError::NeedsUpgrade { .. })), "{said}");
    let refused = upgrade(&new, &catalogs[1]);
    assert!(matches!(refused, Err(HostError::Upgrade(UpgradeError::NeedsEarlier { .. }))), "{refused:?}");
    assert_eq!(new.compact().unwrap(), 2);
    assert_eq!(rows(&folder), stored);

    // Whoever has both upgrades it, and then the new version is enough.
    let token = upgrade(&host, &catalogs[1]).unwrap();
    host.compact().unwrap();
    let new = self::host(&folder, &catalogs[1..]);
    assert!(new.at_least(token).unwrap().subject("lea").can_on(view, &vip));
    assert!(may(&new, "maja", SEND[1]));
    assert_eq!(suspend(&new, "maja").unwrap().revision, 4);
    let seen = host.catch_up().unwrap();
    assert_eq!(seen.account().record(), new.current().unwrap().account().record());
    assert_eq!(store(&folder, &catalogs).verify(&id()).unwrap(), 4);
}

#[test]
fn a_catalog_that_was_mended_is_kept_beside_the_one_that_accounts_were_stored_under() {
    let (folder, host, [first, _]) = begun();
    host.compact().unwrap();
    // The same version, without chats: nobody has said so in a succession, so somebody must accept it.
    let mended = Catalog::builder("acme", 1)
        .section(section("all", "All").permissions(&[
            permission("campaigns/send-1", "Send campaigns"),
            permission("texts/edit", "Edit texts"),
            permission("reports/view", "View reports"),
        ]))
        .role(role("manager-1", "Manager").grants(&["campaigns/send-1", "reports/view"]))
        .role(role("editor", "Editor").grants(&["texts/edit"]))
        .build()
        .unwrap();
    let both = [first, mended];
    let host = self::host(&folder, &both);
    assert!(!host.current().unwrap().account().needs_upgrade(), "it is under its own");
    let stored = rows(&folder);
    let refused = upgrade(&host, &both[1]);
    assert!(matches!(refused, Err(HostError::Upgrade(UpgradeError::NotAccepted { .. }))), "{refused:?}");
    assert_eq!(rows(&folder), stored);

    let by = Attribution::by("vendor").because("nobody chats");
    let token = host.upgrade(&both[1], by, |upgrade| Ok(upgrade.undeclared().to_vec())).unwrap();
    assert!(host.current().unwrap().catalog().hash() == both[1].hash() && may(&host, "maja", SEND[0]));
    let mut anew = store(&folder, &both);
    assert_eq!((anew.head(&id()).unwrap(), anew.verify(&id()).unwrap()), (Some(token), 2));
}

#[test]
fn a_process_without_the_new_version_answers_as_before_edits_nothing_and_says_why() {
    let (folder, host, catalogs) = begun();
    let old = self::host(&folder, &catalogs[..1]);
    let before = suspend(&host, "eva").unwrap();
    let upgraded = upgrade(&host, &catalogs[1]).unwrap();
    let last = suspend(&host, "maja").unwrap();
    let stored = rows(&folder);

    for refused in [suspend(&old, "ivo").unwrap_err(), old.at_least(upgraded).unwrap_err()] {
        let said = refused.to_string();
        let from = "journal, account `initech`, revision 3: fact 0 upgrades to catalog `acme 2` with hash ";
        assert!(said.starts_with(from) && said.ends_with(", which is not here: get it first"), "{said}");
    }
    // As far as it can read, it has read: what was revoked before the upgrade is revoked.
    assert_eq!(old.current().unwrap().account().revision(), 2);
    assert!(old.at_least(before).is_ok());
    assert!(!may(&old, "eva", SEND[0]) && may(&old, "maja", SEND[0]));
    assert!(old.compact().is_err());
    assert_eq!(rows(&folder), stored);

    // Started anew, it does not get far, until a snapshot is past the upgrade: then it is asked, not edited.
    let (revision, said) = fault(Host::open(store(&folder, &catalogs[..1]), &id()).unwrap_err());
    assert!(matches!((revision, &said), (3, RowFault::Replay(_))), "{said}");
    host.compact().unwrap();
    let anew = self::host(&folder, &catalogs[..1]);
    assert!(anew.at_least(last).unwrap().account().needs_upgrade());
    let said = suspend(&anew, "ivo").unwrap_err().to_string();
    assert_eq!(
        said,
        "not edited: stored under catalog `acme 2`, restored under `acme 1`: upgrade the account first"
    );
    let back = upgrade(&anew, &catalogs[0]);
    assert!(
        matches!(back, Err(HostError::Upgrade(UpgradeError::Follow(FollowError::Older { .. })))),
        "{back:?}"
    );
    // And the next edit of another process is one that it can't follow.
    suspend(&host, "ivo").unwrap();
    let (revision, said) = fault(anew.catch_up().unwrap_err());
    assert!(
        matches!((revision, &said), (5, RowFault::NeedsCatalog { catalog }) if catalog.version == 2),
        "{said}"
    );
    assert_eq!(anew.current().unwrap().account().revision(), 4);
}

#[test]
fn another_catalog_of_the_same_version_is_not_the_one_that_an_upgrade_leads_to() {
    let (folder, host, catalogs) = begun();
    upgrade(&host, &catalogs[1]).unwrap();
    let forged = Catalog::builder("acme", 2).build().unwrap();
    let mut other = store(&folder, &[catalogs[0].clone(), forged]);
    let (revision, said) = fault(other.load(&id()).unwrap_err());
    assert_eq!(revision, 2);
    assert!(said.to_string().contains(&catalogs[1].hash().to_string()), "{said}");
}

#[test]
fn catalogs_are_those_of_one_product_each_once_oldest_first() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = catalogs();
    let other = Catalog::builder("umbrella", 2).build().unwrap();
    let wrong = [
        vec![],
        vec![second.clone(), first.clone()],
        vec![first.clone(), first.clone()],
        vec![first.clone(), other],
    ];
    for given in wrong {
        let refused = Store::open(folder.path().join("accounts.db"), &given).unwrap_err();
        assert!(matches!(refused, StoreError::Catalogs { .. }), "{refused}");
    }
    assert!(!folder.path().join("accounts.db").exists());
}

#[test]
fn an_upgraded_account_of_many_versions_is_loaded_through_all_of_them() {
    let (folder, host, _) = begun();
    drop(host);
    let versions = product::versions().unwrap();
    let host = self::host(&folder, &versions);
    for catalog in &versions[1..] {
        upgrade(&host, catalog).unwrap();
        if catalog.version() % 5 == 0 {
            host.compact().unwrap();
        }
    }
    let last = versions.len();
    assert!(may(&host, "maja", &product::send(12)) && may(&host, "eva", &product::send(12)));
    let mut anew = store(&folder, &versions);
    assert_eq!(anew.verify(&id()).unwrap(), last as u64);
    let record: AccountRecord = anew.load(&id()).unwrap().record();
    assert_eq!(record, host.current().unwrap().account().record());
    assert_eq!(record.users.iter().map(|user| user.assignments.len()).sum::<usize>(), 3);
}
