//! Checks of an account under another catalog than its own: waiting, and upgraded.

use std::collections::BTreeSet;

use rolecall::{
    Account, AccountRecord, Authorizer, Catalog, Change, Endpoint, Fact, FollowError, MAX_REVISION,
    ReplayError, UpgradeError,
};

use super::decode::{holds_together, one_line, text};
use super::samples;

/// An account under a catalog, with the one that it was stored under among `catalogs` or not. Its names may be lacking
/// there, and it may wait for an upgrade: then it is asked, not edited, kept as it is, allows nothing that the upgrade
/// takes, and upgrades to the same in every way.
pub fn moves(record: &AccountRecord, to: &Catalog, catalogs: &[Catalog]) {
    let plain = Account::restore(record, to).unwrap();
    let known = Account::restore_with(record, to, catalogs).unwrap();
    assert_eq!(plain.needs_upgrade(), known.needs_upgrade());
    if !plain.needs_upgrade() {
        assert_eq!(known.record(), plain.record());
        holds_together(&Authorizer::new(plain));
        return;
    }
    for waiting in [&plain, &known] {
        assert_eq!(waiting.record(), *record);
        assert!(waiting.edit().create_team("t9", "Nine").is_err());
        waiting.problems().iter().for_each(one_line);
        explains(&Authorizer::new(waiting.clone()));
    }

    let stored = record.catalog.find(catalogs);
    if let Some(stored) = stored {
        let old = Authorizer::new(Account::restore(record, stored).unwrap());
        no_more(&Authorizer::new(known.clone()), &old);
    }
    let of_plain = plain.upgrade(to);
    if stored.is_none_or(|stored| stored != to) {
        assert!(matches!(of_plain, Err(UpgradeError::NeedsEarlier { .. } | UpgradeError::Follow(_))));
    }
    let upgrade = match known.upgrade(to) {
        Ok(upgrade) => upgrade,
        Err(error) => return not_upgradable(record, to, stored, error),
    };
    let stored = stored.expect("no upgrade without the catalog that says what limits limit");
    assert_eq!(to.check_follows(stored).as_deref(), Ok(upgrade.undeclared()));
    upgrade.report().to_string().lines().for_each(|line| one_line(&line));
    if !upgrade.undeclared().is_empty() {
        let refused = upgrade.clone().finish();
        assert!(matches!(refused, Err(UpgradeError::NotAccepted { .. })), "nobody has looked");
    }
    let undeclared = upgrade.undeclared().to_vec();
    let done = upgrade.accepting(undeclared.clone()).finish().unwrap().unwrap();
    let after = done.account().record();
    assert_eq!(known.record(), *record);
    keeps(record, &after);
    let now = Authorizer::new(done.account().clone());
    no_more(&Authorizer::new(plain), &now);
    no_more(&Authorizer::new(known.clone()), &now);

    // Before it is restored under the new catalog, or after: the same.
    let before = Account::restore(record, stored).unwrap();
    let direct = before.upgrade(to).unwrap().accepting(undeclared).finish().unwrap().unwrap();
    assert_eq!((direct.change(), direct.account().record()), (done.change(), after.clone()));

    let change: Change = serde_json::from_str(&text(done.change())).unwrap();
    for start in [&before, &known] {
        let replayed = start.replay_with(&change, std::slice::from_ref(to)).unwrap();
        assert_eq!(replayed.record(), after);
        assert!(matches!(start.replay(&change), Err(ReplayError::NeedsCatalog { .. })));
        altered(start, &change, to);
    }
    holds_together(&now);
}

/// Why an account was not upgraded is what it looks like.
fn not_upgradable(record: &AccountRecord, to: &Catalog, stored: Option<&Catalog>, error: UpgradeError) {
    one_line(&error);
    let last = record.head.is_some_and(|head| head.revision == MAX_REVISION);
    let newer = record.catalog.version > to.version();
    match error {
        // Nor is there a way back to an older version, whichever catalog was given.
        UpgradeError::NeedsEarlier { .. } => assert!(stored.is_none() || newer),
        UpgradeError::Follow(error @ FollowError::Kinds(_)) => {
            assert_eq!(stored.map(|stored| to.check_follows(stored)), Some(Err(error)));
        }
        UpgradeError::Follow(FollowError::Older { .. }) => assert!(newer),
        UpgradeError::LastRevision { .. } => assert!(last),
        error => panic!("{error}"),
    }
}

/// An upgrade that says something else than it does is refused, and so is one of another past.
fn altered(start: &Account, change: &Change, to: &Catalog) {
    let catalogs = std::slice::from_ref(to);
    let mut other = change.clone();
    if let [Fact::CatalogUpgraded { rewritten, .. }] = other.facts.as_mut_slice() {
        match rewritten.pop() {
            Some(_) => {}
            None => rewritten.extend(samples::catalog().successions().cloned()),
        }
    }
    if other != *change {
        assert!(matches!(start.replay_with(&other, catalogs), Err(ReplayError::OtherUpgrade { .. })));
    }
    let digest = serde_json::from_str(&format!("\"{}\"", "0".repeat(64))).unwrap();
    let mut other = change.clone();
    other.follows.digest = digest;
    if other != *change {
        assert!(matches!(start.replay_with(&other, catalogs), Err(ReplayError::OtherPast { .. })));
    }
}

/// What is nobody's to take in an upgrade: who there is, who they are, who is suspended. One change more.
fn keeps(before: &AccountRecord, after: &AccountRecord) {
    let ids = |record: &AccountRecord| {
        let users = record.users.iter().map(|user| (user.id.clone(), user.incarnation, user.suspended));
        let roles = record.roles.iter().map(|role| (role.id.clone(), role.name.clone()));
        let teams = record.teams.iter().map(|team| (team.id.clone(), team.name.clone()));
        (users.collect::<BTreeSet<_>>(), roles.collect::<BTreeSet<_>>(), teams.collect::<BTreeSet<_>>())
    };
    assert_eq!(ids(before), ids(after));
    let revision = |record: &AccountRecord| record.head.unwrap().revision;
    assert_eq!(revision(before) + 1, revision(after));
}

/// What is explained is what is decided.
fn explains(auth: &Authorizer) {
    for permission in auth.catalog().permissions().take(12) {
        for user in auth.account().users().take(4) {
            let subject = auth.subject(user.id());
            let says = subject.explain(permission.id());
            one_line(&says.decision);
            assert_eq!(says.decision, subject.check(permission.id()));
            assert_eq!(auth.bind(user.id()).check(permission.id()), says.decision);
        }
    }
}

/// Whatever one allows, the other does, too: permissions, with and without resources, and calls.
fn no_more(less: &Authorizer, more: &Authorizer) {
    let record = less.account().record();
    let elsewhere = less.catalog().kinds().map(|kind| (kind.key().to_string(), "elsewhere".to_owned()));
    let mut resources: BTreeSet<(String, String)> = elsewhere.take(3).collect();
    resources.extend(limited(&record).into_iter().take(6));
    resources.extend(limited(&more.account().record()).into_iter().take(6));
    for user in record.users.iter().take(4).map(|user| &user.id) {
        let (this, other) = (less.subject(user), more.subject(user));
        for permission in less.catalog().permissions() {
            let key = permission.key().as_str();
            let there = more.catalog().permission(key).ok();
            let allowed = there.is_some_and(|there| other.can(there));
            assert!(allowed || !this.can(permission.id()), "{user} {key}");
            for (kind, id) in &resources {
                let Ok(resource) = less.catalog().resource(kind, id) else { continue };
                if !this.can_on(permission.id(), &resource) {
                    continue;
                }
                let on = more.catalog().resource(kind, id).unwrap();
                assert!(other.can_on(there.unwrap(), &on), "{user} {key} {kind} {id}");
            }
        }
        for scope in less.catalog().scopes() {
            let key = scope.key().as_str();
            if this.can_call(&Endpoint::any_of(less.catalog(), [key]).unwrap()) {
                let there = Endpoint::any_of(more.catalog(), [key]).expect("it is known there");
                assert!(other.can_call(&there), "{user} calls {key}");
            }
        }
    }
}

/// Kinds and ids that assignments are limited to.
fn limited(record: &AccountRecord) -> BTreeSet<(String, String)> {
    let teams = record.teams.iter().map(|team| &team.assignments);
    let held = record.users.iter().map(|user| &user.assignments).chain(teams).flatten();
    let limits = held.flat_map(|held| held.reach.limits());
    limits.flat_map(|(kind, ids)| ids.iter().map(|id| (kind.to_string(), id.to_string()))).collect()
}
