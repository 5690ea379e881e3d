//! Checks of what is decoded: stored catalogs, accounts and credentials.

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};

use rolecall::{
    Account, AccountRecord, Assignee, Authorizer, Catalog, CatalogRecord, Credential, CredentialRecord,
    Endpoint, Incarnation, MintError, Reached, RestoreFault, RoleId, ScopeKey, ScopeSet, UserId,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::moves::moves;
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

/// What is said stays one line.
pub fn one_line(says: &impl Display) {
    let says = says.to_string();
    assert!(!says.chars().any(char::is_control), "{says:?}");
}

/// A refusal, in one line. False.
pub fn refused(error: impl std::error::Error) -> bool {
    one_line(&error);
    false
}

/// A catalog: the stored form is canonical, keeps the hash, and loses nothing; its predefined roles grant
/// what it says. Accounts go from other versions to it and from it to another version, as far as they follow each other.
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
    assert_eq!(catalog.check_follows(&again), Ok(vec![]), "it follows itself");

    let account = configured(&catalog);
    holds_together(&Authorizer::new(account.clone()));
    let mut catalogs = samples::catalogs().to_vec();
    let others = if catalog.name() == samples::catalog().name() { samples::catalogs() } else { &[] };
    catalogs.push(catalog.clone());
    for other in others {
        match catalog.check_follows(other) {
            Ok(undeclared) => undeclared.iter().for_each(one_line),
            Err(error) => one_line(&error),
        }
        moves(&account.record(), other, &catalogs);
    }
    for account in [samples::account(), samples::old_account()] {
        if !others.is_empty() {
            moves(&account.record(), &catalog, &catalogs);
        }
    }
    true
}

/// An account on which roles are held: predefined ones, and a custom one that withholds something.
fn configured(catalog: &Catalog) -> Account {
    let account = Account::new(catalog, "a1").unwrap();
    let mut edit = account.edit();
    for (n, role) in catalog.roles().enumerate().take(8) {
        edit.assign(role.key(), Assignee::user(format!("u{n}")).unwrap()).unwrap();
    }
    let custom = RoleId::new("custom").unwrap();
    let sources: Vec<_> = catalog.roles().map(|role| role.key().clone()).take(2).collect();
    if !sources.is_empty() && edit.create_role(&custom, "Custom").is_ok() {
        edit.import(&custom, sources).unwrap();
        let first =
            edit.account().custom_roles().next().and_then(|role| role.scopes().keys().next().cloned());
        if let Some(scope) = first {
            edit.withhold(&custom, scope).unwrap();
        }
        edit.assign(&custom, Assignee::user("u1").unwrap()).unwrap();
    }
    for feature in catalog.features().step_by(2) {
        edit.enable_feature(feature.key()).unwrap();
    }
    edit.finish().map_or(account, rolecall::Edited::into_account)
}

/// An account: the stored form is canonical and loses nothing; decisions are those of the rule. As it is, where a wrong
/// checksum is refused whatever else there is, and with the right one.
pub fn account(bytes: &[u8]) -> bool {
    let Some(record) = decoded::<AccountRecord>(bytes) else { return false };
    let mended = record.clone().with_checksum();
    assert_eq!(mended.checksum, mended.checksum_of_content());
    if mended != record
        && let Ok(account) = Account::restore(&record, samples::catalog())
    {
        panic!("restored with a wrong checksum: {account:?}");
    }
    restored(&mended)
}

/// An account with the right checksum: restored under every catalog of the product, or under none.
fn restored(record: &AccountRecord) -> bool {
    let catalogs = samples::catalogs();
    let read: Vec<_> = catalogs.iter().map(|catalog| Account::restore(record, catalog)).collect();
    let Ok(accounts) = read.iter().cloned().collect::<Result<Vec<_>, _>>() else {
        for error in read.into_iter().map(Result::unwrap_err) {
            assert!(!matches!(error.fault(), RestoreFault::Checksum { .. }));
            refused(error);
        }
        return false;
    };
    for (account, catalog) in accounts.iter().zip(catalogs) {
        // The checksum is that of one order.
        let kept = AccountRecord { checksum: record.checksum, ..account.record() };
        assert_eq!(as_sets(record), as_sets(&kept));
        assert_eq!((account.head(), account.id()), (record.head, &record.account));
        if account.needs_upgrade() || account.catalog().identity() == record.catalog {
            moves(&account.record(), catalog, catalogs);
        }
    }
    true
}

/// A credential: the stored form is canonical; what it may call, and what can be minted from it, is what the
/// rule says. As it is, and with the mark of the user whom it names.
pub fn credential(bytes: &[u8]) -> bool {
    let Some(record) = decoded::<CredentialRecord>(bytes) else { return false };
    for catalog in samples::catalogs() {
        match Credential::restore(&record, catalog) {
            Ok(credential) => {
                let canonical = credential.record();
                if record.catalog == canonical.catalog {
                    assert_eq!(as_sets(&record), as_sets(&canonical));
                }
                assert_eq!(canonical.incarnation, record.incarnation);
                assert_eq!(Credential::restore(&canonical, catalog).unwrap().record(), canonical);
            }
            Err(error) => _ = refused(error),
        }
    }
    let Ok(credential) = Credential::restore(&record, samples::catalog()) else { return false };
    called(&credential);
    if let Some(owner) = samples::account().user(credential.owner()) {
        let mended = CredentialRecord { incarnation: owner.incarnation(), ..record };
        let credential = Credential::restore(&mended, samples::catalog()).unwrap();
        called(&credential);
        // Whoever has the id afterwards is somebody else.
        let auth = Authorizer::new(samples::returned().clone());
        assert_ne!(
            auth.account().user(credential.owner()).map(|user| user.incarnation()),
            Some(mended.incarnation)
        );
        for scope in auth.catalog().scopes() {
            let endpoint = Endpoint::any_of(auth.catalog(), [scope.key()]).unwrap();
            assert_eq!(auth.caller(&credential).check_call(&endpoint).to_string(), "deny: unknown user");
        }
    }
    true
}

fn called(credential: &Credential) {
    let canonical = credential.record();
    let auth = Authorizer::new(samples::account().clone());
    let oracle = Oracle::read(&auth.catalog().record(), &auth.account().record());
    // What the catalog lacks counts for nothing.
    let keys = |scopes: &[ScopeKey]| -> Set {
        scopes.iter().filter(|key| auth.catalog().scope(*key).is_ok()).map(ToString::to_string).collect()
    };
    let (own, included) = (keys(&canonical.scopes), keys(&canonical.included));
    let all = oracle.covered(&(&own | &included));
    let of = auth.account().user(credential.owner()).filter(|_| credential.account() == auth.account().id());
    let of = of.filter(|user| user.incarnation() == canonical.incarnation);
    let owner = of.map_or("", |user| user.id().as_str());
    for scope in auth.catalog().scopes() {
        let key = scope.key().as_str();
        for (exactly, endpoint) in [
            (false, Endpoint::any_of(auth.catalog(), [key])),
            (true, Endpoint::exactly(auth.catalog(), [key])),
        ] {
            let says = auth.caller(credential).check_call(&endpoint.unwrap()).to_string();
            assert_eq!(says, oracle.call(owner, Some((&own, &included)), &[key], exactly), "{key}");
        }
        match credential.mint([key]) {
            Ok(minted) => {
                assert!(all.contains(key) && texts(&minted.scopes()) == Set::from([key.to_owned()]));
                assert_eq!(minted.record().incarnation, canonical.incarnation);
            }
            Err(error) => assert!(!all.contains(key) && matches!(error, MintError::Beyond { .. }), "{error}"),
        }
    }
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
