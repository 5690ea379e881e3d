//! Accounts of the earlier catalog, upgraded to the current one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;
use rolecall::{
    Account, Assignee, Authorizer, Credential, Endpoint, Needs, Reach, Reached, Refusal, ReplayError, Role,
    RoleId, Violation, predefined,
};

use super::since;
use crate::naive_upgrade::accepted;
use crate::golden::golden;
use crate::roles::Keys;

/// What upgrading takes from those who hold earlier roles: only what was retired.
const RETIRED: [&str; 4] =
    ["answers/audit-log", "flows/moments-api", "zalo-follower/full-api", "zalo-follower/send"];

/// An account with every feature of its catalog enabled, edited.
fn account(with: impl FnOnce(&mut rolecall::Edit)) -> Account {
    let earlier = predefined::earlier();
    let mut edit = Account::new(&earlier, "initech").unwrap().edit();
    for feature in earlier.features() {
        edit.enable_feature(feature.key()).unwrap();
    }
    with(&mut edit);
    edit.finish().unwrap().into_account()
}

fn upgraded(account: &Account) -> Account {
    accepted(account.upgrade(&predefined::current()).unwrap()).into_account()
}

/// A user for each earlier role, named like it.
fn one_role_each() -> Account {
    account(|edit| {
        for role in predefined::earlier().roles() {
            edit.assign(role.key(), Assignee::user(role.key().as_str()).unwrap()).unwrap();
        }
    })
}

fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Keys {
    items.into_iter().map(|item| item.to_string()).collect()
}

/// What a permission is in the current catalog if it is all that somebody has, read from the rows alone.
fn expected(held: &Keys) -> Keys {
    let since = since();
    let mut keys = held.clone();
    for row in &since.permissions {
        keys.retain(|held| row.from.iter().all(|key| key.as_str() != held));
    }
    for row in &since.permissions {
        let had = row.from.iter().filter(|key| held.contains(key.as_str())).count();
        let enough = if row.needs == Needs::Any { 1 } else { row.from.len() };
        if had >= enough {
            keys.extend(texts(&row.to));
        }
    }
    keys
}

/// Who holds one earlier role: which roles they come to hold, and what they gain and lose.
#[test]
fn golden_p6_upgrade_of_every_earlier_role() {
    let before = Authorizer::new(one_role_each());
    let upgrade = before.account().upgrade(&predefined::current()).unwrap();
    let report = upgrade.report();
    assert_eq!((&report.problems[..], &report.violations[..]), (&[][..], &[][..]));
    let after = Authorizer::new(accepted(upgrade).into_account());

    // What more there is once the vendor enables what is new.
    let mut edit = after.account().edit();
    let mut new = Vec::new();
    for feature in predefined::current().features() {
        if edit.enable_feature(feature.key()).unwrap() == rolecall::Effect::Changed {
            new.push(feature.key().to_string());
        }
    }
    let enabled = after.refresh(edit.finish().unwrap().into_account());

    let mut text = format!("features to be enabled: {}\n", new.join(" "));
    for role in predefined::earlier().roles() {
        let user = role.key().as_str();
        let now = enabled.account().user(user).unwrap();
        let names: Vec<&str> = now.roles().map(|role| role.name()).collect();
        writeln!(text, "\n{}: {}", role.name(), names.join(" and ")).unwrap();
        let mut line = |what: &str, keys: Keys| {
            if !keys.is_empty() {
                writeln!(text, "  {what} {}", keys.into_iter().collect::<Vec<_>>().join(" ")).unwrap();
            }
        };
        if let Some(user) = report.users.iter().find(|row| row.user.as_str() == user) {
            line("gains", texts(&user.gained));
            line("loses", texts(&user.lost));
            assert!(user.moved.is_empty());
        }
        let can = |auth: &Authorizer| texts(auth.subject(user).permissions().keys());
        line("gains with new features", &can(&enabled) - &can(&after));
        let scopes = |auth: &Authorizer| texts(auth.subject(user).scopes().keys());
        line("gains scopes", &scopes(&enabled) - &scopes(&before));
        line("loses scopes", &scopes(&before) - &scopes(&enabled));
        let seats = |auth: &Authorizer| auth.subject(user).seats().count();
        assert_eq!(seats(&before), seats(&enabled), "C9: {user}");
    }
    golden("upgrade.txt", &text);
}

#[test]
fn p6_nobody_loses_but_what_was_retired() {
    let before = one_role_each();
    let report = before.upgrade(&predefined::current()).unwrap().report();
    let lost: Keys = report.users.iter().flat_map(|user| texts(&user.lost)).collect();
    assert_eq!(lost, texts(RETIRED));
    let after = Authorizer::new(upgraded(&before));
    let can = |user: &str, permission: &str| {
        after.subject(user).can(predefined::current().permission(permission).unwrap())
    };
    for permission in ["campaigns/send", "flows/edit-draft", "flows/launch", "flows/stop"] {
        assert!(can("communication-manager", permission), "{permission}");
    }
    assert!(can("answers-manager", "chatbots/edit") && can("answers-manager", "chatbots/activate"));
    assert!(!can("answers-designer", "chatbots/activate"));
    let scopes = |auth: &Authorizer, user: &str| texts(auth.subject(user).scopes().keys());
    let retired = texts(since().scopes.iter().flat_map(|row| &row.from));
    for role in predefined::earlier().roles() {
        let user = role.key().as_str();
        let lost = &scopes(&Authorizer::new(before.clone()), user) - &scopes(&after, user);
        assert!(lost.is_subset(&retired), "{user} loses {lost:?}");
    }
}

/// Custom roles with one earlier permission each, and with those that only together become one. What differs is
/// pinned, too.
#[test]
fn golden_p6_a_custom_role_keeps_exactly_what_its_permissions_became() {
    let mut sets: Vec<Keys> = predefined::earlier().permissions().map(|p| texts([p.key()])).collect();
    sets.extend(since().permissions.iter().filter(|row| row.from.len() > 1).map(|row| texts(&row.from)));
    let list = |keys: &Keys| keys.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    for (set, became) in sets.iter().zip(keeps(&sets)).filter(|(set, became)| set != &became) {
        let became = if became.is_empty() { "nothing".to_owned() } else { list(&became) };
        writeln!(text, "{} -> {became}", list(set)).unwrap();
    }
    golden("became.txt", &text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn p6_any_custom_role_keeps_exactly_what_its_permissions_became(
        picks in prop::collection::vec(prop::collection::btree_set(0_usize..400, 0..60), 1..8),
    ) {
        let earlier: Vec<String> = predefined::earlier().permissions().map(|p| p.key().to_string()).collect();
        let role = |picks: BTreeSet<usize>| picks.into_iter().map(|n| earlier[n % earlier.len()].clone()).collect();
        keeps(&picks.into_iter().map(role).collect::<Vec<Keys>>());
    }
}

/// Checks what becomes of custom roles with these permissions, and returns it.
fn keeps(sets: &[Keys]) -> Vec<Keys> {
    let ids: Vec<RoleId> = (0..sets.len()).map(|n| RoleId::new(format!("role-{n}")).unwrap()).collect();
    let before = account(|edit| {
        for (id, set) in ids.iter().zip(sets) {
            edit.create_role(id, id.as_str()).unwrap();
            edit.assign(id, Assignee::user(id.as_str()).unwrap()).unwrap();
            for key in set {
                edit.grant(id, key.as_str()).unwrap();
            }
        }
    });
    let report = before.upgrade(&predefined::current()).unwrap().report();
    let after = upgraded(&before);
    let mut became = Vec::new();
    for (id, set) in ids.iter().zip(sets) {
        became.push(texts(after.role(id).unwrap().permissions().keys()));
        assert_eq!(became.last(), Some(&expected(set)), "{set:?}");
        // Every feature was enabled, so nothing comes to be usable that the old permissions were not.
        let user = report.users.iter().find(|user| user.user.as_str() == id.as_str());
        assert!(user.is_none_or(|user| user.gained.is_empty()), "{user:?}");
        let gone: Keys = set.iter().filter(|key| vain(key, set)).cloned().collect();
        assert_eq!(user.map(|user| texts(&user.lost)).unwrap_or_default(), gone, "{set:?}");
    }
    became
}

/// Whether nothing takes the place of a permission, among those held.
fn vain(key: &str, held: &Keys) -> bool {
    let since = since();
    since.permissions.iter().filter(|row| row.from.iter().any(|from| from.as_str() == key)).any(|row| {
        let all = row.needs == Needs::All && row.from.iter().any(|from| !held.contains(from.as_str()));
        row.to.is_empty() || all
    })
}

#[test]
fn g4_agent_and_manager_exclude_each_other_before_and_after() {
    let account = account(|edit| {
        edit.assign("account-manager", Assignee::user("ana").unwrap()).unwrap();
        edit.create_team("desk", "Desk").unwrap();
        edit.assign("conversations-agent", Assignee::team("desk").unwrap()).unwrap();
        edit.assign("conversations-manager", Assignee::user("maja").unwrap()).unwrap();
    });
    assert_eq!(Authorizer::new(account.clone()).violations(), []);
    for (account, rule) in
        [(account.clone(), "Agent or manager"), (upgraded(&account), "Agent or supervisor")]
    {
        let auth = Authorizer::new(account);
        assert_eq!(auth.violations(), []);
        let mut edit = auth.account().edit();
        edit.add_member("desk", "maja").unwrap();
        let refused = auth.admit(edit.finish().unwrap(), "ana").unwrap_err();
        let [Refusal::Violates(Violation::TooMany { exclusion, user, .. })] = &refused.refusals[..] else {
            panic!("{refused}");
        };
        assert_eq!((exclusion.as_str(), user.as_str()), (rule, "maja"));
    }

    // What an unguarded account held against the rule, the report says.
    let mut edit = account.edit();
    edit.add_member("desk", "maja").unwrap();
    let both = edit.finish().unwrap().into_account();
    let report = both.upgrade(&predefined::current()).unwrap().report();
    assert_eq!(report.violations.len(), 1);
    assert!(report.violations[0].to_string().starts_with("`Agent or supervisor`: user `maja`"));
}

#[test]
fn g3_the_last_one_able_to_assign_stays_before_and_after() {
    let account = account(|edit| {
        edit.assign("account-manager", Assignee::user("ana").unwrap()).unwrap();
        edit.assign("analyze-manager", Assignee::user("ivo").unwrap()).unwrap();
    });
    for (account, role) in [(account.clone(), "account-manager"), (upgraded(&account), "account-admin")] {
        let auth = Authorizer::new(account);
        assert_eq!(auth.violations(), []);
        let mut edit = auth.account().edit();
        edit.suspend("ana").unwrap();
        let refused = auth.admit(edit.finish().unwrap(), "ana").unwrap_err();
        let violates = |refusal: &Refusal| matches!(refusal, Refusal::Violates(Violation::TooFew { .. }));
        assert!(refused.refusals.iter().all(violates) && refused.refusals.len() == 2, "{refused}");
        let mut edit = auth.account().edit();
        edit.assign(role, Assignee::user("ivo").unwrap()).unwrap();
        edit.suspend("ana").unwrap();
        assert!(auth.admit(edit.finish().unwrap(), "ana").is_ok());
    }
}

#[test]
fn r3_drift_after_an_upgrade_is_what_the_sources_gained() {
    let sources =
        ["conversations-manager", "communication-manager", "analyze-manager", "knowledge-base-user"];
    let account = account(|edit| {
        let role = RoleId::new("all-rounder").unwrap();
        edit.create_role(&role, "All-rounder").unwrap();
        edit.import(&role, sources).unwrap();
    });
    let after = upgraded(&account);
    let Some(Role::Custom(role)) = after.role(RoleId::new("all-rounder").unwrap()) else { panic!("kept") };
    let mut gained = BTreeMap::new();
    for drift in role.drift() {
        assert!(drift.lost.is_empty() && drift.kept.is_empty(), "{drift:?}");
        assert_eq!(drift.gained, drift.lacking);
        gained.insert(drift.source.to_string(), texts(drift.gained.keys()));
    }
    let expected = [
        ("analyze-manager", &["metrics/view"][..]),
        ("campaign-manager", &["messages/full-api", "number-masking/configure", "rcs/full-api"]),
        ("flow-controller", &[]),
        ("knowledge-base-user", &[]),
        ("supervisor-for-conversations", &["conversations/view-queue"]),
    ];
    assert_eq!(gained, expected.map(|(source, keys)| (source.to_owned(), texts(keys))).into());
}

/// R5, S1: what a role withholds under an old name, it withholds under the new one.
#[test]
fn r5_what_was_withheld_stays_withheld() {
    let nurturing = RoleId::new("nurturing").unwrap();
    let account = account(|edit| {
        edit.create_role(&nurturing, "Nurturing").unwrap();
        edit.grant(&nurturing, "flows/participants").unwrap();
        edit.grant(&nurturing, "stop-lists/manage").unwrap();
        edit.withhold(&nurturing, "moments:people:flow:manage").unwrap();
        edit.withhold(&nurturing, "mobile-app-messaging:sdk").unwrap();
        edit.assign(&nurturing, Assignee::user("ivo").unwrap()).unwrap();
    });
    let before = Authorizer::new(account);
    assert_eq!(texts(before.subject("ivo").scopes().keys()), texts(["blocklist:manage", "flow:use"]));
    let after = Authorizer::new(upgraded(before.account()));
    assert_eq!(texts(after.subject("ivo").scopes().keys()), texts(["blocklist:manage"]));
}

/// S3: a key that was made with an old name opens what the new name does; one for what was retired opens nothing.
#[test]
fn s3_keys_survive_as_their_scopes_do() {
    let current = predefined::current();
    let before = Authorizer::new(one_role_each());
    let user = before.subject("communication-manager");
    let keys = [["moments:people:flow:manage"], ["zalo-follower:manage"], ["sms:message:send"]]
        .map(|scopes| Credential::restore(&user.mint(scopes).unwrap().record(), &current).unwrap());
    let [old_name, retired, same] = &keys;
    let after = Authorizer::new(upgraded(before.account()));
    let endpoint = |scope: &str| Endpoint::any_of(&current, [scope]).unwrap();
    assert!(after.caller(old_name).can_call(&endpoint("flow:use")));
    assert!(!after.caller(old_name).can_call(&endpoint("flow:read")));
    assert!(retired.scopes().is_empty());
    assert!(!after.caller(retired).can_call(&endpoint("zalo:message:send")));
    assert!(after.caller(same).can_call(&endpoint("sms:message:send")));
}

/// L2: who was limited stays limited, in every role that took the place of theirs.
#[test]
fn l2_limits_survive() {
    let account = account(|edit| {
        let sms = Reach::only("channel", ["sms"]).unwrap();
        edit.assign_within("communication-manager", Assignee::user("ivo").unwrap(), sms).unwrap();
    });
    let upgrade = account.upgrade(&predefined::current()).unwrap();
    let report = upgrade.report();
    assert!(report.users.iter().all(|user| user.moved.is_empty()));
    let after = Authorizer::new(accepted(upgrade).into_account());
    let ivo = after.subject("ivo");
    let reach = ivo.reach_of(predefined::current().permission("campaigns/send").unwrap());
    let Reached::Only(channels) = reach else { panic!("{reach:?}") };
    assert_eq!(texts(channels), texts(["sms"]));
    for role in ["campaign-manager", "flow-controller"] {
        let reach = after.account().user("ivo").unwrap().reach(role).unwrap();
        assert_eq!(reach, Reach::only("channel", ["sms"]).unwrap());
    }
}

/// Features are upgraded, too: nothing is switched off but what was retired, and nothing on but what was renamed.
#[test]
fn d5_features_stay_as_they_were() {
    let after = upgraded(&one_role_each());
    let since = since();
    let mut expected = texts(predefined::earlier().features().map(|feature| feature.key().clone()));
    for row in &since.features {
        expected.remove(row.from[0].as_str());
        expected.extend(texts(&row.to));
    }
    assert_eq!(texts(after.features().keys()), expected);

    let none = Account::new(&predefined::earlier(), "initech").unwrap();
    assert!(upgraded(&none).features().is_empty());
}

/// P6: a replica without the catalog says so and stops; with it, it gets the same account.
#[test]
fn p6_replaying_needs_the_current_catalog() {
    let before = one_role_each();
    let done = accepted(before.upgrade(&predefined::current()).unwrap());
    let change = serde_json::from_str(&serde_json::to_string(done.change()).unwrap()).unwrap();
    let lacking = before.replay(&change).unwrap_err();
    let ReplayError::NeedsCatalog { catalog, .. } = &lacking else { panic!("{lacking}") };
    assert_eq!((catalog.name.as_str(), catalog.version), ("infobip", 2));
    assert!(before.replay_with(&change, &[predefined::earlier()]).is_err());
    let replayed = before.replay_with(&change, &[predefined::current()]).unwrap();
    assert_eq!(replayed.record(), done.account().record());
    assert!(done.account().upgrade(&predefined::earlier()).is_err(), "accounts don't go back");
}
