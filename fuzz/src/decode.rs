//! Checks of everything that is decoded: stored catalogs, accounts, credentials, changes and journals.

use std::collections::BTreeSet;
use std::fmt::Debug;

use rolecall::{
    Account, AccountRecord, Assignee, Authorizer, Catalog, CatalogRecord, Change, Credential,
    CredentialRecord, Endpoint, Incarnation, MintError, Reached, ScopeSet, UserId, origins,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::oracle::{Oracle, Set};
use super::samples;

/// What was decoded, which comes back from its own text as it is.
pub fn decoded<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let value = serde_json::from_slice::<T>(bytes).ok()?;
    assert_eq!(serde_json::from_str::<T>(&text(&value)).unwrap(), value);
    Some(value)
}

pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// A document whose lists are sets: in one order, each entry once.
fn as_sets(value: &impl Serialize) -> Value {
    fn sort(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.iter_mut().for_each(sort);
                items.sort_by_cached_key(Value::to_string);
                items.dedup();
            }
            Value::Object(fields) => fields.values_mut().for_each(sort),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(value).unwrap();
    sort(&mut value);
    value
}

/// A message of a refusal: one line, and not as long as what was refused.
fn refused(error: impl std::error::Error) -> bool {
    assert!(!error.to_string().chars().any(char::is_control), "{error}");
    false
}

/// A catalog: the stored form is canonical, keeps the hash, and loses nothing; its predefined roles grant
/// what it says.
pub fn catalog(bytes: &[u8]) -> bool {
    let Some(record) = decoded::<CatalogRecord>(bytes) else { return false };
    let catalog = match Catalog::from_record(&record) {
        Ok(catalog) => catalog,
        Err(error) => return refused(error),
    };
    let canonical = catalog.record();
    assert_eq!(as_sets(&record), as_sets(&canonical));
    let again = Catalog::from_record(&canonical).unwrap();
    assert_eq!((again.hash(), again.record()), (catalog.hash(), canonical));

    let mut edit = Account::new(&catalog, "a1").unwrap().edit();
    for (n, role) in catalog.roles().enumerate().take(8) {
        edit.assign(role.key(), Assignee::user(format!("u{n}")).unwrap()).unwrap();
    }
    for feature in catalog.features().step_by(2) {
        edit.enable_feature(feature.key()).unwrap();
    }
    edit.finish().is_none_or(|done| holds_together(&Authorizer::new(done.into_account())))
}

/// An account: the stored form is canonical and loses nothing; decisions are those of the rule.
pub fn account(bytes: &[u8]) -> bool {
    let Some(record) = decoded::<AccountRecord>(bytes) else { return false };
    match Account::restore(&record, samples::catalog()) {
        Ok(account) => {
            assert_eq!(as_sets(&record), as_sets(&account.record()));
            match account.needs_upgrade() {
                true => waits(&account),
                false => holds_together(&Authorizer::new(account)),
            }
        }
        Err(error) => refused(error),
    }
}

/// An account under another version: asked, not edited, kept as it is, and upgraded unless it is a newer one.
fn waits(account: &Account) -> bool {
    let record = account.record();
    assert!(account.edit().create_team("t9", "Nine").is_err());
    let auth = Authorizer::new(account.clone());
    for permission in auth.catalog().permissions().take(12) {
        for user in account.users().take(4) {
            let says = auth.subject(user.id()).explain(permission.id());
            assert_eq!(says.decision, auth.subject(user.id()).check(permission.id()));
        }
    }
    let catalogs = [samples::catalog().clone(), samples::old_account().catalog().clone()];
    // Without the catalog that it was stored under it can't be known what its limits limit.
    let account = &Account::restore_with(&record, samples::catalog(), &catalogs).unwrap();
    assert_eq!(account.record(), record);
    let upgrade = match account.upgrade(samples::catalog()) {
        Ok(upgrade) => upgrade,
        Err(error) => {
            refused(error);
            let known = record.catalog.find(&catalogs).is_some();
            assert!(!known || record.head.is_some_and(|head| head.revision == rolecall::MAX_REVISION));
            return true;
        }
    };
    drop(upgrade.report());
    let undeclared = upgrade.undeclared().to_vec();
    let done = upgrade.accepting(undeclared).finish().unwrap().unwrap();
    assert_eq!(account.record(), record);
    let change: Change = serde_json::from_str(&text(done.change())).unwrap();
    let replayed = account.replay_with(&change, std::slice::from_ref(samples::catalog())).unwrap();
    assert_eq!(replayed.record(), done.account().record());
    holds_together(&Authorizer::new(replayed))
}

/// A credential: the stored form is canonical; what it may call, and what can be minted from it, is what the
/// rule says.
pub fn credential(bytes: &[u8]) -> bool {
    let Some(record) = decoded::<CredentialRecord>(bytes) else { return false };
    let credential = match Credential::restore(&record, samples::catalog()) {
        Ok(credential) => credential,
        Err(error) => return refused(error),
    };
    let canonical = credential.record();
    if record.catalog == canonical.catalog {
        assert_eq!(as_sets(&record), as_sets(&canonical));
    }
    let again = Credential::restore(&canonical, samples::catalog()).unwrap();
    assert_eq!(again.record(), canonical);

    let auth = Authorizer::new(samples::account().clone());
    let oracle = Oracle::read(&auth.catalog().record(), &auth.account().record());
    // What the catalog lacks counts for nothing.
    let keys = |scopes: &[rolecall::ScopeKey]| -> Set {
        scopes.iter().filter(|key| auth.catalog().scope(*key).is_ok()).map(ToString::to_string).collect()
    };
    let (own, included) = (keys(&canonical.scopes), keys(&canonical.included));
    let all = oracle.covered(&(&own | &included));
    for scope in auth.catalog().scopes() {
        let key = scope.key().as_str();
        for (exactly, endpoint) in [
            (false, Endpoint::any_of(auth.catalog(), [key])),
            (true, Endpoint::exactly(auth.catalog(), [key])),
        ] {
            let says = auth.caller(&credential).check_call(&endpoint.unwrap()).to_string();
            let of = auth.account().user(credential.owner()).filter(|_| credential.account() == auth.account().id());
            let of = of.filter(|user| user.incarnation() == record.incarnation);
            let owner = of.map_or("", |user| user.id().as_str());
            assert_eq!(says, oracle.call(owner, Some((&own, &included)), &[key], exactly), "{key}");
        }
        match credential.mint([key]) {
            Ok(minted) => {
                assert!(all.contains(key) && texts(&minted.scopes()) == Set::from([key.to_owned()]));
            }
            Err(error) => assert!(!all.contains(key) && matches!(error, MintError::Beyond { .. }), "{error}"),
        }
    }
    true
}

/// A change on a fixed account: refused, or a whole change that alters what it says and nothing twice.
pub fn change(bytes: &[u8]) -> bool {
    let Some(change) = decoded::<Change>(bytes) else { return false };
    upgraded(&change).is_some() || replayed(samples::account(), &change).is_some()
}

/// The account of the version before after a change that upgrades, if it is one of it.
fn upgraded(change: &Change) -> Option<Account> {
    let (old, catalogs) = (samples::old_account(), std::slice::from_ref(samples::catalog()));
    match old.replay_with(change, catalogs) {
        Ok(after) if after.catalog() == samples::catalog() => {
            assert!(old.replay(change).is_err(), "it needs the catalog");
            assert!(after.replay_with(change, catalogs).is_err(), "a repeat is refused");
            assert_eq!(after.revision(), change.revision());
            holds_together(&Authorizer::new(after.clone()));
            Some(after)
        }
        Ok(_) => None,
        Err(error) => {
            refused(error);
            None
        }
    }
}

/// Changes, one a line: as many as follow each other.
pub fn journal(bytes: &[u8]) -> bool {
    let (mut account, mut accepted) = (samples::account().clone(), Vec::new());
    let first = bytes.split(|byte| *byte == b'\n').next().and_then(decoded::<Change>);
    let mut start = samples::account();
    if let Some((change, after)) = first.and_then(|change| Some((change.clone(), upgraded(&change)?))) {
        (start, account, accepted) = (samples::old_account(), after, vec![change]);
    }
    let rest = bytes.split(|byte| *byte == b'\n').skip(accepted.len());
    for line in rest {
        let Some(change) = decoded::<Change>(line) else { break };
        let Some(after) = replayed(&account, &change) else { break };
        account = after;
        accepted.push(change);
    }
    let auth = Authorizer::new(account);
    for user in auth.account().users().take(4) {
        for permission in auth.catalog().permissions() {
            let ways = origins(
                start,
                &accepted,
                std::slice::from_ref(samples::catalog()),
                user.id(),
                permission.key(),
            )
            .unwrap();
            let grants = auth.subject(user.id()).explain(permission.id()).grants;
            assert_eq!(ways.len(), grants.iter().map(|grant| grant.paths.len()).sum::<usize>());
        }
    }
    !accepted.is_empty()
}

fn replayed(start: &Account, change: &Change) -> Option<Account> {
    let before = start.record();
    let done = start.replay(change);
    assert_eq!(start.record(), before, "an account is a value");
    let after = match done {
        Ok(after) => after,
        Err(error) => {
            refused(error);
            return None;
        }
    };
    assert_eq!((after.revision(), after.id()), (change.revision(), &change.account));
    assert_eq!((Some(change.follows), Some(change.head())), (start.head(), after.head()));
    assert!(after.replay(change).is_err(), "a repeat is refused");

    // Fact by fact, it leads to the same.
    let mut stepwise = start.clone();
    for fact in &change.facts {
        let follows = stepwise.head().unwrap();
        let one = Change { follows, facts: vec![fact.clone()], ..change.clone() };
        stepwise = stepwise.replay(&one).unwrap();
    }
    assert_eq!(without_past(after.record()), without_past(stepwise.record()));

    let refreshed = Authorizer::new(start.clone()).refresh(after.clone());
    holds_together(&refreshed);
    assert_eq!(Authorizer::new(after.clone()).compare(&refreshed), []);
    Some(after)
}

fn texts(scopes: &ScopeSet) -> Set {
    scopes.keys().map(ToString::to_string).collect()
}

/// What is the same by another past: without the head, the marks of users and the checksum (P4).
pub fn without_past(mut record: AccountRecord) -> AccountRecord {
    let blank: Incarnation = serde_json::from_str("\"0000000000000000\"").unwrap();
    (record.head, record.checksum) = (None, 0);
    record.users.iter_mut().for_each(|user| user.incarnation = blank);
    record
}

/// An account comes back from its stored form as it was, and every answer is that of the rule. True.
pub fn holds_together(auth: &Authorizer) -> bool {
    let record = auth.account().record();
    let stored: AccountRecord = serde_json::from_str(&text(&record)).unwrap();
    assert_eq!(Account::restore(&stored, auth.catalog()).unwrap().record(), record);

    let oracle = Oracle::read(&auth.catalog().record(), &record);
    let users: Vec<String> = oracle.users.keys().take(4).cloned().chain(["nobody".to_owned()]).collect();
    let listed: Vec<_> =
        auth.catalog().kinds().map(|kind| (kind.key(), named(&oracle, kind.key()))).collect();
    for permission in auth.catalog().permissions().take(12) {
        let (id, key) = (permission.id(), permission.key().as_str());
        let can: BTreeSet<&str> = auth.who_can(id).filter_map(|user| user.id()).map(UserId::as_str).collect();
        for user in &users {
            let subject = auth.subject(user);
            assert_eq!(subject.check(id).to_string(), oracle.decide(user, key, None), "{user} {key}");
            assert_eq!(auth.bind(user).check(id), subject.check(id));
            assert_eq!(subject.explain(id).decision, subject.check(id));
            let usable = oracle.usable(user, key);
            assert_eq!(can.contains(user.as_str()), usable.is_some(), "{user} {key}");
            let reached = match subject.reach_of(id) {
                Reached::Nothing => None,
                Reached::Everything => Some(None),
                Reached::Only(ids) => Some(Some(ids.iter().map(ToString::to_string).collect())),
            };
            assert_eq!(reached, usable, "{user} {key}");
            for (kind, ids) in &listed {
                for of in ids {
                    let resource = auth.catalog().resource(*kind, of).unwrap();
                    let expected = oracle.decide(user, key, Some((kind.as_str(), of)));
                    assert_eq!(subject.check_on(id, &resource).to_string(), expected, "{user} {key} {of}");
                }
            }
        }
    }
    for user in &users {
        assert_eq!(texts(&auth.subject(user).scopes()), oracle.scopes(user), "{user}");
    }
    true
}

/// Some resources of a kind that assignments are limited to, and one that none is.
fn named(oracle: &Oracle, kind: &rolecall::KindKey) -> Vec<String> {
    let assigned = oracle.users.values().map(|user| &user.roles).chain(oracle.teams.values());
    let limits = assigned.flat_map(|roles| roles.values()).filter_map(|limits| limits.get(kind.as_str()));
    let ids: BTreeSet<String> = limits.flatten().take(3).cloned().collect();
    ids.into_iter().chain(["elsewhere".to_owned()]).collect()
}
