//! Faults found by attacking the crate from the words of the specification.

use std::time::{Duration, Instant};

use rolecall::table::{permission, role, scope, section};
use rolecall::{
    Account, Assignee, Authorizer, Catalog, Credential, Effect, Endpoint, Fact, Needs, PermissionRecord,
    PredefinedRoleRecord, Reach, RoleId, ScopeRecord, SectionRecord, SuccessionRecord, SuccessionsRecord,
};

/// So many that a cost which grows with their square takes minutes, and one that follows them a second or two.
const MANY: usize = 8_000;

/// L7, U6, R6: a role deleted in a session is held by nobody, so its limits name no resource any more, neither for the
/// list nor for the edit.
#[test]
fn l7_a_limit_of_a_role_deleted_in_the_session_names_nothing() {
    let permissions = [permission("p", "P").on("queue")];
    let catalog = Catalog::builder("acme", 1)
        .kind(rolecall::table::kind("queue", "Queue"))
        .section(section("s", "S").permissions(&permissions))
        .role(role("r", "R").grants(&["p"]))
        .build()
        .unwrap();
    let custom = RoleId::new("c").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&custom, "Custom").unwrap();
    let only = || Reach::only("queue", ["vip"]).unwrap();
    edit.assign_within(&custom, Assignee::user("maja").unwrap(), only()).unwrap();
    let account = edit.finish().unwrap().into_account();

    let mut edit = account.edit();
    edit.delete_role(&custom).unwrap();
    assert_eq!(edit.account().assignments_naming("queue", "vip").unwrap(), []);
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), Effect::Unchanged);
    assert_eq!(edit.facts(), [Fact::RoleDeleted { role: custom.clone() }]);
    // A later role of the same id in the same session has its own limits.
    edit.create_role(&custom, "Custom").unwrap();
    edit.assign_within(&custom, Assignee::user("maja").unwrap(), only()).unwrap();
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), Effect::Changed);
    let done = edit.finish().unwrap();
    assert_eq!(account.replay(done.change()).unwrap().record(), done.account().record());
    let reach = done.account().user("maja").unwrap().reach(&custom).unwrap();
    assert_eq!(reach.to_string(), "only queue: none");
}

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
        let user = Assignee::user(&format!("u{n}")).unwrap();
        edit.assign(format!("r/a{n}").as_str(), user.clone()).unwrap();
        edit.assign(&custom, user).unwrap();
    }
    let account = edit.finish().unwrap().into_account();
    let key = Authorizer::new(account.clone()).subject("u0").mint_all().unwrap().record();
    for successions in [once, each] {
        let next = version(last, 'b', successions);
        let started = Instant::now();
        assert_eq!(next.check_follows(&first).unwrap(), []);
        let upgrade = account.upgrade(&next).unwrap();
        assert_eq!(upgrade.report().users, [], "renamed is neither gained nor lost");
        let done = upgrade.finish().unwrap().unwrap();
        let replayed = account.replay_with(done.change(), &[next.clone()]).unwrap();
        assert_eq!(replayed.record(), done.account().record());
        assert_eq!(Account::restore(&account.record(), &next).unwrap().problems().len(), 3 * MANY);
        let key = Credential::restore(&key, &next).unwrap();
        assert_eq!(key.scopes().keys().map(|key| key.as_str()).collect::<Vec<_>>(), ["s/b0"]);
        let took = started.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}");
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
    edit.withhold(&RoleId::new("s1").unwrap(), "s1").unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let started = Instant::now();
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
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}
