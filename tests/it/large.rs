//! Right answers at a size where a cost that grows with its square would be felt. What grows how is counted in the
//! crate's own tests (B4).

use rolecall::table::{permission, scope, section};
use rolecall::{
    Account, Assignee, Authorizer, Catalog, Credential, Endpoint, Needs, PermissionRecord,
    PredefinedRoleRecord, RoleId, ScopeRecord, SectionRecord, SuccessionRecord, SuccessionsRecord,
};

const MANY: usize = 2_000;

/// B4: what an upgrade costs follows what the account names, not that times the number of successions or versions.
#[test]
fn b4_many_roles_and_many_successions_in_many_versions() {
    let version = |number: u32, prefix: char, since: Vec<SuccessionsRecord>| {
        let keys = |sort: char| (0..MANY).map(move |n| format!("{sort}/{prefix}{n}"));
        let mut record = Catalog::builder("acme", number).build().unwrap().record();
        let named = |key: &str| (key.to_owned(), key.to_owned(), String::new());
        let (key, name, description) = named("all");
        record.sections = vec![SectionRecord { key, name, description }];
        record.scopes = keys('s')
            .map(|key| ScopeRecord { key, description: String::new(), includes: Vec::new() })
            .collect();
        record.permissions = keys('p')
            .zip(keys('s'))
            .map(|(key, scope)| PermissionRecord {
                name: key.clone(),
                key,
                description: String::new(),
                section: "all".into(),
                features: Vec::new(),
                scopes: vec![scope],
                kind: None,
                seat: None,
            })
            .collect();
        record.roles = keys('r')
            .zip(keys('p'))
            .map(|(key, permission)| PredefinedRoleRecord {
                name: key.clone(),
                key,
                description: String::new(),
                group: None,
                permissions: vec![permission],
            })
            .collect();
        record.successions = since;
        Catalog::from_record(&record).unwrap()
    };
    let rows = |sort: char, range: std::ops::Range<usize>| -> Vec<SuccessionRecord> {
        let row = |n| SuccessionRecord {
            from: vec![format!("{sort}/a{n}")],
            to: vec![format!("{sort}/b{n}")],
            needs: Needs::All,
        };
        range.map(row).collect()
    };
    let since = |version: u32, range: std::ops::Range<usize>| SuccessionsRecord {
        version,
        features: Vec::new(),
        kinds: Vec::new(),
        scopes: rows('s', range.clone()),
        permissions: rows('p', range.clone()),
        roles: rows('r', range),
    };
    let first = version(1, 'a', Vec::new());
    let last = MANY as u32 + 1;
    // All at once, and one in each version.
    let once = vec![since(last, 0..MANY)];
    let each = (0..MANY).map(|n| since(n as u32 + 2, n..n + 1)).collect();

    let mut edit = Account::new(&first, "initech").unwrap().edit();
    for n in 0..MANY {
        let custom = RoleId::new(format!("c{n}")).unwrap();
        edit.create_role(&custom, &format!("Custom {n}")).unwrap();
        let _ = edit.grant(&custom, format!("p/a{n}").as_str()).unwrap();
        let user = Assignee::user(format!("u{n}")).unwrap();
        edit.assign(format!("r/a{n}").as_str(), user.clone()).unwrap();
        edit.assign(&custom, user).unwrap();
    }
    let account = edit.finish().unwrap().into_account();
    let key = Authorizer::new(account.clone()).subject("u0").mint_all().unwrap().record();
    for successions in [once, each] {
        let next = version(last, 'b', successions);
        assert_eq!(next.check_follows(&first).unwrap(), []);
        let upgrade = account.upgrade(&next).unwrap();
        assert_eq!(upgrade.report().users, [], "renamed is neither gained nor lost");
        let done = upgrade.finish().unwrap().unwrap();
        let replayed = account.replay_with(done.change(), std::slice::from_ref(&next)).unwrap();
        assert_eq!(replayed.record(), done.account().record());
        assert_eq!(Account::restore(&account.record(), &next).unwrap().problems().len(), 3 * MANY);
        let key = Credential::restore(&key, &next).unwrap();
        assert_eq!(key.scopes().keys().map(rolecall::ScopeKey::as_str).collect::<Vec<_>>(), ["s/b0"]);
    }
}

/// B4: explaining a call looks at what the user holds once, not once for each scope that the endpoint accepts.
#[test]
fn b4_an_endpoint_of_many_scopes_is_explained_in_one_pass() {
    let keys: Vec<String> = (0..MANY).map(|n| format!("s{n}")).collect();
    let provided: Vec<[&str; 1]> = keys.iter().map(|key| [key.as_str()]).collect();
    let permissions: Vec<_> =
        provided.iter().map(|scopes| permission(scopes[0], scopes[0]).provides(scopes)).collect();
    let builder = keys.iter().fold(Catalog::builder("acme", 1), |all, key| all.scope(scope(key)));
    let catalog = builder.section(section("all", "All").permissions(&permissions)).build().unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for key in &keys {
        let custom = RoleId::new(key).unwrap();
        edit.create_role(&custom, key).unwrap();
        let _ = edit.grant(&custom, key.as_str()).unwrap();
        edit.assign(&custom, Assignee::user("maja").unwrap()).unwrap();
    }
    edit.withhold(RoleId::new("s1").unwrap(), "s1").unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let endpoint = Endpoint::any_of(&catalog, keys.iter().chain(&keys).map(String::as_str)).unwrap();
    assert_eq!(endpoint.scopes().count(), MANY);
    let explained = auth.subject("maja").explain_call(&endpoint);
    assert!(explained.decision.is_allowed());
    for (n, accepted) in explained.accepted.iter().enumerate() {
        assert_eq!(accepted.scope.scope.key().as_str(), keys[n]);
        assert_eq!(accepted.scope.providers.len(), 1);
        let [sources, gaps] = [accepted.scope.sources.len(), accepted.scope.gaps.len()];
        assert_eq!([sources, gaps], if n == 1 { [0, 1] } else { [1, 0] });
    }
}
