//! Every list equals the single questions, in both directions (V2); previews equal outcomes (V3).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall::{Account, Authorizer, Losses, Role, RoleFilter, RoleRef, UserDifference, predefined};

use crate::oracle::{Oracle, role};
use crate::world::{USERS, Wish, accounts, ask, build, catalog, oracle, role_refs, user, wishes};

type Keys = BTreeSet<String>;

fn texts<T: ToString>(items: impl Iterator<Item = T>) -> Keys {
    items.map(|item| item.to_string()).collect()
}

/// What the oracle says a user can use, on everything or on some resources.
fn can(oracle: &Oracle, user: &str) -> Keys {
    oracle.permissions.keys().filter(|p| oracle.usable(user, p).is_some()).cloned().collect()
}

/// What a user can is what the single questions say (V2).
#[track_caller]
pub fn users_agree(auth: &Authorizer, oracle: &Oracle) {
    for name in USERS {
        let subject = auth.subject(name);
        let listed = subject.permissions();
        assert_eq!(texts(listed.keys()), can(oracle, name));
        for permission in auth.catalog().permissions() {
            assert_eq!(listed.contains(permission.id()), subject.is_usable(permission.id()));
            assert_eq!(listed.contains(permission.id()), !subject.reach_of(permission.id()).is_nothing());
        }
        let granted: Keys = oracle.held(name).iter().flat_map(|role| oracle.roles[role].clone()).collect();
        assert_eq!(texts(subject.granted().keys()), granted);
        let features: Keys = can(oracle, name).iter().flat_map(|p| oracle.permissions[p].clone()).collect();
        assert_eq!(texts(subject.features().keys()), features);
        let seats: Keys = can(oracle, name).iter().filter_map(|p| oracle.seats.get(p)).cloned().collect();
        assert_eq!(texts(subject.seats().map(|seat| seat.key())), seats);
    }
}

/// Who can is whom the single questions name (V2, C9).
#[track_caller]
pub fn who_can_agrees(auth: &Authorizer, oracle: &Oracle) {
    for permission in auth.catalog().permissions() {
        let listed = texts(auth.who_can(permission.id()).filter_map(|user| user.id()));
        let single = auth.account().users().filter(|u| auth.subject(u.id()).is_usable(permission.id()));
        assert_eq!(listed, texts(single.map(|user| user.id())));
        let granting: Vec<RoleRef> = auth.roles_granting(permission.id()).map(|role| role.to_ref()).collect();
        let single = auth.account().roles().filter(|role| role.permissions().contains(permission.id()));
        assert_eq!(granting, single.map(|role| role.to_ref()).collect::<Vec<_>>());
    }
    for seat in auth.catalog().seats() {
        let seated = texts(auth.seat_holders(seat.key()).unwrap().filter_map(|user| user.id()));
        let consumes = |user: &&String| {
            can(oracle, user)
                .iter()
                .any(|p| oracle.seats.get(p).is_some_and(|its| its == seat.key().as_str()))
        };
        assert_eq!(seated, oracle.users.keys().filter(consumes).cloned().collect::<Keys>());
    }
}

/// Who holds a role is who lists it, and how (V2, V4).
#[track_caller]
pub fn holders_agree(auth: &Authorizer, oracle: &Oracle) {
    for held in auth.account().roles() {
        let key = role(&held.to_ref());
        let holders: Vec<_> = auth.holders(held.to_ref()).collect();
        let names = texts(holders.iter().filter_map(|holder| holder.user.id()));
        assert_eq!(names.len(), holders.len());
        assert_eq!(
            &names,
            &oracle.users.keys().filter(|u| oracle.held(u).contains(&key)).cloned().collect::<Keys>()
        );
        for holder in &holders {
            let roles = holder.user.roles();
            let listed = roles.iter().find(|r| r.role.to_ref() == held.to_ref()).unwrap();
            assert_eq!(&listed.paths, &holder.paths);
            let user = &oracle.users[holder.user.id().unwrap().as_str()];
            let mut expected = Vec::new();
            expected.extend(user.roles.get(&key).map(|limits| (None, limits.clone())));
            for team in &user.teams {
                expected
                    .extend(oracle.teams[team].get(&key).map(|limits| (Some(team.clone()), limits.clone())));
            }
            let paths = holder.paths.iter();
            let paths: Vec<_> = paths
                .map(|p| (p.team().map(ToString::to_string), crate::oracle::limits(p.reach())))
                .collect();
            assert_eq!(&paths, &expected);
            assert_eq!(listed.is_direct(), user.roles.contains_key(&key));
        }
    }
    for name in USERS {
        let listed: Vec<RoleRef> = auth.subject(name).roles().iter().map(|held| held.role.to_ref()).collect();
        let order: Vec<RoleRef> =
            auth.account().roles().map(|r| r.to_ref()).filter(|r| listed.contains(r)).collect();
        assert_eq!(&listed, &order, "V4");
        assert_eq!(listed.iter().map(role).collect::<Keys>(), oracle.held(name));
    }
}

/// Counts are the sizes of the lists (V1).
#[track_caller]
pub fn counts_agree(auth: &Authorizer, oracle: &Oracle) {
    let summaries = auth.role_summaries(&RoleFilter::all());
    assert_eq!(summaries.len(), auth.account().roles().count());
    for summary in summaries {
        let key = role(&summary.role.to_ref());
        assert_eq!(summary.users, auth.holders(summary.role.to_ref()).count());
        assert_eq!(
            summary.direct_users,
            oracle.users.values().filter(|u| u.roles.contains_key(&key)).count()
        );
        assert_eq!(summary.teams, oracle.teams.values().filter(|roles| roles.contains_key(&key)).count());
        assert_eq!(summary.permissions, oracle.roles[&key].len());
        assert_eq!(summary.scopes, oracle.provided(&role(&summary.role.to_ref()), |_| true).len());
        let one = auth.role_summary(summary.role.to_ref()).unwrap();
        assert_eq!(
            (one.users, one.direct_users, one.teams),
            (summary.users, summary.direct_users, summary.teams)
        );
        let (mut selected, mut total) = (0, 0);
        for count in summary.role.sections() {
            assert_eq!(count.total, count.section.permissions().count());
            let of =
                count.section.permissions().filter(|p| summary.role.permissions().contains(p.id())).count();
            assert_eq!(count.selected, of);
            (selected, total) = (selected + of, total + count.total);
        }
        assert_eq!((selected, total), (summary.permissions, auth.catalog().permissions().len()));
    }
}

/// What is said to differ is exactly what does (V3).
#[track_caller]
pub fn differences_agree(differences: &[UserDifference], b: &Oracle, a: &Oracle) {
    assert!(differences.is_sorted_by(|a, b| a.user < b.user));
    let listed: BTreeMap<String, (Keys, Keys, Keys)> = differences
        .iter()
        .map(|d| {
            let moved = d.moved.iter().map(|moved| &moved.permission);
            (d.user.to_string(), (texts(d.gained.keys()), texts(d.lost.keys()), texts(moved)))
        })
        .collect();
    let mut expected = BTreeMap::new();
    for name in b.users.keys().chain(a.users.keys()) {
        let (before, after) = (can(b, name), can(a, name));
        let (gained, lost): (Keys, Keys) = (&after - &before, &before - &after);
        let both = before.intersection(&after);
        let moved: Keys = both.filter(|p| a.usable(name, p) != b.usable(name, p)).cloned().collect();
        if !gained.is_empty() || !lost.is_empty() || !moved.is_empty() {
            expected.insert(name.clone(), (gained, lost, moved));
        }
    }
    assert_eq!(listed, expected);
}

/// Whatever somebody is granted, features aside, with the resources if it is limited.
pub fn granted(world: &Oracle, user: &str) -> BTreeMap<String, Option<Keys>> {
    let all = world.permissions.keys().map(|p| (p.clone(), world.granting(user, p)));
    let union = |lists: Vec<Option<&Keys>>| {
        let lists = lists.into_iter().map(Option::<&Keys>::cloned).collect::<Option<Vec<_>>>();
        lists.map(|lists| lists.into_iter().flatten().collect())
    };
    all.filter(|(_, granting)| !granting.is_empty()).map(|(p, lists)| (p, union(lists))).collect()
}

/// What a user loses from one world to another, features aside, is what was announced: roles, permissions, reach.
#[track_caller]
pub fn losses_agree(losses: &Losses, before: &Oracle, after: &Oracle, user: &str) {
    let (had, has) = (granted(before, user), granted(after, user));
    let roles = losses.roles.iter().map(role).collect::<Keys>();
    assert_eq!(roles, &before.held(user) - &after.held(user), "{user}");
    let gone = had.keys().filter(|p| !has.contains_key(*p));
    assert_eq!(texts(losses.permissions.iter()), texts(gone), "{user}");
    let narrowed = had.iter().filter(|(p, reach)| has.get(*p).is_some_and(|now| now != *reach));
    assert_eq!(texts(losses.narrowed.iter()), texts(narrowed.map(|(p, _)| p)), "{user}");
}

/// Deleting a role does what was announced, role by role (R6).
#[track_caller]
pub fn deletions_agree(auth: &Authorizer) {
    let account = auth.account();
    for held in account.custom_roles() {
        let announced = auth.announce_deletion(held.id()).unwrap();
        let key = format!("custom {}", held.id());
        let mut edit = account.edit();
        edit.delete_role(held.id()).unwrap();
        let after = auth.refresh(edit.finish().unwrap().into_account());
        let (had, has) = (oracle(account), oracle(after.account()));
        for (user, losses) in &announced.users {
            assert_eq!(&losses.roles, &[RoleRef::Custom(held.id().clone())]);
            losses_agree(losses, &had, &has, user.as_str());
        }
        // Nobody else loses anything.
        for difference in auth.compare(&after) {
            assert!(difference.gained.is_empty());
            assert!(announced.users.iter().any(|(user, _)| *user == difference.user));
        }
        let before = oracle(account);
        let holding =
            before.users.keys().filter(|u| before.held(u).contains(&key)).cloned().collect::<Keys>();
        assert_eq!(texts(announced.users.iter().map(|(user, _)| user)), holding);
        let teams = before.teams.iter().filter(|(_, roles)| roles.contains_key(&key)).map(|(team, _)| team);
        assert_eq!(texts(announced.teams.iter()), texts(teams));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn v2_what_a_user_can_is_what_the_single_questions_say(account in accounts()) {
        users_agree(&Authorizer::new(account.clone()), &oracle(&account));
    }

    #[test]
    fn v2_who_can_is_who_the_single_questions_name(account in accounts()) {
        who_can_agrees(&Authorizer::new(account.clone()), &oracle(&account));
    }

    #[test]
    fn v2_who_holds_a_role_is_who_lists_it_and_how(account in accounts()) {
        holders_agree(&Authorizer::new(account.clone()), &oracle(&account));
    }

    #[test]
    fn v1_counts_are_the_sizes_of_the_lists(account in accounts()) {
        counts_agree(&Authorizer::new(account.clone()), &oracle(&account));
    }

    #[test]
    fn v3_comparing_lists_exactly_what_differs(before in accounts(), after in accounts()) {
        let (b, a) = (oracle(&before), oracle(&after));
        differences_agree(&Authorizer::new(before).compare(&Authorizer::new(after)), &b, &a);
    }

    #[test]
    fn v3_a_preview_is_the_outcome(account in accounts(), wishes in prop::collection::vec(wishes(), 0..10)) {
        let auth = Authorizer::new(account.clone());
        let mut edit = account.edit();
        for wish in &wishes { ask(&mut edit, wish); }
        let preview = auth.preview(&edit);
        let outcome = match edit.finish() {
            Some(done) => auth.compare(&Authorizer::new(done.into_account())),
            None => Vec::new(),
        };
        prop_assert_eq!(preview, outcome);
    }

    #[test]
    fn r6_deleting_does_what_was_announced(account in accounts()) {
        deletions_agree(&Authorizer::new(account));
    }

    #[test]
    fn r3_an_import_adds_what_the_sources_grant_now_and_nothing_else(
        account in accounts(), sources in prop::collection::vec(role_refs(), 1..4)
    ) {
        let Some(target) = account.custom_roles().next().map(|role| role.id().clone()) else { return Ok(()) };
        let before = account.role(&target).unwrap().permissions();
        let mut edit = account.edit();
        let Ok(imported) = edit.import(&target, &sources) else { return Ok(()) };
        let after = edit.account().role(&target).unwrap().permissions();
        let mut expected = texts(before.keys());
        for (source, from) in sources.iter().zip(&imported.sources) {
            let granted = account.role(source).unwrap().permissions();
            expected.extend(texts(granted.keys()));
            prop_assert_eq!(&from.source, source);
            prop_assert_eq!(&from.added, &granted.minus(&before).and(&imported.added));
        }
        prop_assert_eq!(texts(after.keys()), expected);
        prop_assert_eq!(&imported.added, &after.minus(&before));
        // Idempotent; and right after it nothing has drifted.
        prop_assert_eq!(edit.import(&target, &sources).unwrap().effect, rolecall::Effect::Unchanged);
        let account = edit.account().clone();
        let Some(Role::Custom(role)) = account.role(&target) else { panic!("it is custom") };
        let fresh = role.drift().into_iter().filter(|drift| sources.contains(&drift.source));
        prop_assert!(fresh.into_iter().all(|drift| drift.is_empty()));
    }

    #[test]
    fn r3_drift_is_what_changed_since_and_catching_up_ends_it(
        account in accounts(), more in prop::collection::vec(wishes(), 0..30)
    ) {
        let mut edit = account.edit();
        for wish in &more { ask(&mut edit, wish); }
        let account = edit.finish().map_or(account, rolecall::Edited::into_account);
        for role in account.custom_roles() {
            for drift in role.drift() {
                let (_, then) = role.imports().find(|(source, _)| **source == drift.source).unwrap();
                let (now, has) = (account.role(&drift.source).unwrap().permissions(), role.permissions());
                prop_assert_eq!(&drift.gained, &now.minus(&then));
                prop_assert_eq!(&drift.lost, &then.minus(&now));
                prop_assert_eq!(&drift.lacking, &drift.gained.minus(&has));
                prop_assert_eq!(&drift.kept, &drift.lost.and(&has));
                // All of it at once: nothing is left of the drift from this source.
                let mut edit = account.edit();
                let all = drift.gained.keys().chain(drift.lost.keys());
                edit.catch_up(role.id(), &drift.source, all).unwrap();
                let after = edit.account().clone();
                let Some(Role::Custom(role)) = after.role(role.id()) else { panic!("it is custom") };
                let left = role.drift().into_iter().find(|left| left.source == drift.source).unwrap();
                prop_assert!(left.is_empty());
                prop_assert!(drift.gained.is_subset(&role.permissions()));
                prop_assert!(role.permissions().and(&drift.lost).is_empty());
            }
        }
    }

    #[test]
    fn r4_a_duplicate_is_equal_and_has_no_members(account in accounts(), source in role_refs()) {
        let copy = rolecall::RoleId::new("copy").unwrap();
        let mut edit = account.edit();
        let made = edit.duplicate_role(&source, &copy, "A copy");
        prop_assert_eq!(made.is_ok(), account.role(&source).is_some());
        if made.is_err() { return Ok(()) }
        let after = edit.account().clone();
        let (old, Some(Role::Custom(new))) = (after.role(&source).unwrap(), after.role(&copy)) else { panic!("it is custom") };
        prop_assert_eq!((old.permissions(), old.scopes()), (new.permissions(), new.scopes()));
        if let Role::Custom(old) = old {
            prop_assert_eq!((old.withheld(), old.drift()), (new.withheld(), new.drift()));
            prop_assert_eq!(old.imports().collect::<Vec<_>>(), new.imports().collect::<Vec<_>>());
        }
        let auth = Authorizer::new(after.clone());
        prop_assert_eq!(auth.holders(&copy).count(), 0);
        prop_assert_eq!(auth.compare(&Authorizer::new(account)), []);
        prop_assert_eq!(edit.duplicate_role(&source, &copy, "A copy"), Ok(rolecall::Effect::Unchanged), "U6");
        prop_assert!(edit.duplicate_role(&source, &copy, "Another name").is_err());
    }
}

#[test]
fn r3_a_deleted_source_is_forgotten() {
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let [source, role] = ["source", "role"].map(|id| rolecall::RoleId::new(id).unwrap());
    edit.create_role(&source, "Source").unwrap();
    edit.grant(&source, "plain/view").unwrap();
    edit.create_role(&role, "Role").unwrap();
    edit.import(&role, [&source]).unwrap();
    edit.delete_role(&source).unwrap();
    edit.create_role(&source, "Source").unwrap();
    edit.grant(&source, "plain/edit").unwrap();
    let Some(Role::Custom(role)) = edit.account().role(&role) else { panic!("it is custom") };
    assert!(role.drift().is_empty());
    assert_eq!(texts(role.permissions().keys()), Keys::from(["plain/view".to_owned()]));
}

#[test]
fn r3_a_role_does_not_import_from_itself_nor_catch_up_with_strangers() {
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let role = rolecall::RoleId::new("role").unwrap();
    edit.create_role(&role, "Role").unwrap();
    let says = |refused: Result<rolecall::Imported, rolecall::EditError>| refused.unwrap_err().to_string();
    assert_eq!(
        says(edit.import(&role, [&role])),
        "custom role `role` cannot import from itself: name another role"
    );
    assert!(says(edit.import(&role, ["viewer", "veiwer"])).contains("did you mean `viewer`"));
    assert!(edit.account().role(&role).unwrap().permissions().is_empty(), "nothing of a refused import");
    assert!(says(edit.import("editor", ["viewer"])).contains("R7"));
    let refused = edit.catch_up(&role, "viewer", ["plain/view"]).unwrap_err().to_string();
    assert!(refused.contains("remembers no import from predefined role `viewer`"), "{refused}");
    edit.import(&role, ["viewer"]).unwrap();
    let refused = edit.catch_up(&role, "viewer", ["plain/view"]).unwrap_err().to_string();
    assert!(refused.contains("`plain/view` is no drift"), "{refused}");
}

#[test]
fn v1_roles_are_filtered_by_kind_and_searched_ignoring_case() {
    let mut edit = Account::new(&predefined::current(), "initech").unwrap().edit();
    let night = rolecall::RoleId::new("night").unwrap();
    edit.create_role(&night, "Nachtschicht \u{dc}ber").unwrap();
    edit.describe_role(&night, "Answers CONVERSATIONS after hours").unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let names = |filter: RoleFilter| {
        auth.role_summaries(&filter).iter().map(|summary| summary.role.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(RoleFilter::predefined()).len(), 20);
    assert_eq!(names(RoleFilter::custom()), ["Nachtschicht \u{dc}ber"]);
    assert_eq!(names(RoleFilter::all().matching("\u{fc}BER")), ["Nachtschicht \u{dc}ber"]);
    assert_eq!(names(RoleFilter::custom().matching("conversations")).len(), 1);
    assert_eq!(
        names(RoleFilter::predefined().matching("chatbot")),
        ["Chatbot designer", "Chatbot publisher", "Chatbots (view only)"]
    );
    assert!(names(RoleFilter::all().matching("nothing like it")).is_empty());
}

#[test]
fn v3_two_roles_and_two_catalogs_are_compared_by_key() {
    let current = predefined::current();
    let mut record = current.record();
    record.version += 1;
    record.successions.clear(); // they name what is taken away below
    record.roles.retain(|role| role.key != "flow-controller");
    let campaigns = record.roles.iter_mut().find(|role| role.key == "campaign-manager").unwrap();
    campaigns.permissions.retain(|permission| permission != "campaigns/send");
    campaigns.permissions.push("flows/launch".to_owned());
    let sends = record.permissions.iter_mut().find(|p| p.key == "sms/send").unwrap();
    sends.features.push("flow".to_owned());
    // One role that only gains, and one that only loses.
    let [gaining, losing] = ["finance-manager", "agent-for-conversations"];
    let of = |record: &rolecall::CatalogRecord, key: &str| {
        record.roles.iter().position(|role| role.key == key).unwrap()
    };
    let (gains, loses) = (of(&record, gaining), of(&record, losing));
    let more = record
        .permissions
        .iter()
        .find(|p| !record.roles[gains].permissions.contains(&p.key))
        .unwrap()
        .key
        .clone();
    record.roles[gains].permissions.push(more.clone());
    let less = record.roles[loses].permissions.remove(0);
    let later = rolecall::Catalog::from_record(&record).unwrap();

    let difference = current.compare(&later);
    assert_eq!(texts(difference.roles_removed.iter()), Keys::from(["flow-controller".to_owned()]));
    assert_eq!(texts(difference.permissions_changed.iter()), Keys::from(["sms/send".to_owned()]));
    let changed =
        |role: &str| &difference.roles_changed.iter().find(|(key, _)| key.as_str() == role).unwrap().1;
    assert_eq!(difference.roles_changed.len(), 3);
    let (gains, loses) = (changed(gaining), changed(losing));
    assert_eq!((texts(gains.gained.keys()), gains.lost.len()), (Keys::from([more]), 0));
    assert_eq!((texts(loses.lost.keys()), loses.gained.len()), (Keys::from([less]), 0));
    let by = changed("campaign-manager");
    assert_eq!(texts(by.gained.keys()), Keys::from(["flows/launch".to_owned()]));
    assert_eq!(texts(by.lost.keys()), Keys::from(["campaigns/send".to_owned()]));
    assert_eq!(current.compare(&current), rolecall::CatalogDifference::default());

    // The same people under two catalogs: what differs is named by key.
    let account = |catalog: &rolecall::Catalog| {
        let mut edit = Account::new(catalog, "initech").unwrap().edit();
        catalog.features().for_each(|feature| {
            edit.enable_feature(feature.key()).unwrap();
        });
        edit.assign("campaign-manager", user("maja")).unwrap();
        Authorizer::new(edit.finish().unwrap().into_account())
    };
    let differences = account(&current).compare(&account(&later));
    assert_eq!(texts(differences[0].gained.keys()), Keys::from(["flows/launch".to_owned()]));
    assert_eq!(texts(differences[0].lost.keys()), Keys::from(["campaigns/send".to_owned()]));
}

#[test]
fn v2_members_of_a_team_and_providers_of_a_scope_are_listed() {
    let account = build(
        &catalog(),
        &[
            Wish::CreateTeam("t2", "Team"),
            Wish::CreateTeam("maja", "Other"),
            Wish::Join("t2", "maja"),
            Wish::Join("maja", "ivo"),
            Wish::Join("t2", "u4"),
        ],
    );
    let members = |team: &str| texts(account.team(team).unwrap().members().map(|user| user.id().clone()));
    assert_eq!(members("t2"), Keys::from(["maja".to_owned(), "u4".to_owned()]));
    assert_eq!(members("maja"), Keys::from(["ivo".to_owned()]));
    assert!(
        account.team("t2").unwrap().reach("").is_none() && account.user("maja").unwrap().reach("").is_none()
    );

    let provided_by = |scope: &str| {
        let found = catalog().scopes().find(|known| known.key().as_str() == scope).unwrap().provided_by();
        texts(found.keys())
    };
    assert_eq!(provided_by("all:read"), Keys::from(["plain/edit".to_owned()]));
    assert_eq!(provided_by("sms:send"), Keys::from(["gated/a".to_owned()]), "not what provides a wider one");
    assert_eq!(provided_by("all:manage"), Keys::new());
    let empty = |section: &str| catalog().section(section).unwrap().is_empty();
    assert!(empty("empty") && !empty("plain"));
}

/// Two roles of one account, and one role before and after an edit.
#[test]
fn v3_two_roles_of_an_account_are_compared() {
    let night = RoleRef::custom("night").unwrap();
    let wishes = [
        Wish::CreateRole("night", "Night"),
        Wish::Grant("night", "plain/view"),
        Wish::Grant("night", "shared"),
    ];
    let (before, after) = (build(&catalog(), &wishes[..2]), build(&catalog(), &wishes));
    let difference = |from: &RoleRef, to: &RoleRef| {
        let by = before.role(from).unwrap().compare(&after.role(to).unwrap());
        (texts(by.gained.keys()), texts(by.lost.keys()))
    };
    let keys = |keys: &[&str]| keys.iter().map(ToString::to_string).collect::<Keys>();
    assert_eq!(difference(&night, &night), (keys(&["shared"]), keys(&[])));
    let editor = RoleRef::predefined("editor").unwrap();
    assert_eq!(difference(&editor, &night), (keys(&["shared"]), keys(&["gated/a", "plain/edit"])));
    assert_eq!(difference(&editor, &editor), (keys(&[]), keys(&[])));
}

/// V3, L4: what two states share is not looked at, but what moved is found: by another limit, by one more, by a role
/// that grants more, and by one that no limit stands in the way of.
#[test]
fn v3_reach_that_moves_without_a_permission_is_found() {
    let [night, day] = ["night", "r3"].map(|id| RoleRef::custom(id).unwrap());
    let maja = || rolecall::Assignee::User(user("maja"));
    let within = |role: &RoleRef, of: &str| {
        Wish::AssignWithin(role.clone(), maja(), rolecall::Reach::only("queue", [of]).unwrap())
    };
    let start = build(
        &catalog(),
        &[
            Wish::Enable("beta"),
            Wish::CreateRole("night", "Night"),
            Wish::CreateRole("r3", "Day"),
            Wish::CreateRole("shared", "Third"),
            Wish::Grant("night", "gated/b"),
            Wish::Grant("shared", "gated/b"),
            within(&night, "vip"),
            within(&day, "gold"),
            Wish::Assign(RoleRef::predefined("viewer").unwrap(), maja()),
            Wish::Assign(RoleRef::predefined("viewer").unwrap(), rolecall::Assignee::User(user("ivo"))),
        ],
    );
    let auth = Authorizer::new(start);
    let third = RoleRef::custom("shared").unwrap();
    let everything = rolecall::Reached::Everything;
    let only = |ids: &[&str]| {
        rolecall::Reached::Only(ids.iter().map(|id| rolecall::ResourceId::new(id).unwrap()).collect())
    };
    let cases = [
        (Wish::Extend(night.clone(), maja(), "queue", vec!["maja"]), only(&["maja", "vip"])),
        (within(&third, "maja"), only(&["maja", "vip"])),
        (Wish::Grant("r3", "gated/b"), only(&["gold", "vip"])),
        (Wish::Assign(third, maja()), everything.clone()),
        (Wish::Lift(night, maja(), "queue"), everything),
    ];
    for (wish, reached) in cases {
        let mut edit = auth.account().edit();
        ask(&mut edit, &wish);
        for (differences, before, after) in [
            (auth.preview(&edit), only(&["vip"]), reached.clone()),
            (auth.refresh(edit.account().clone()).compare(&auth), reached, only(&["vip"])),
        ] {
            let [one] = &differences[..] else { panic!("{wish:?}: {differences:?}") };
            assert!(one.gained.is_empty() && one.lost.is_empty(), "{wish:?}");
            let [moved] = &one.moved[..] else { panic!("{wish:?}: {:?}", one.moved) };
            assert_eq!(
                (moved.permission.as_str(), &moved.before, &moved.after),
                ("gated/b", &before, &after)
            );
        }
    }
    // Every assignment stays as it is, what is granted everywhere too, and each limited role grants something else.
    let mut edit = auth.account().edit();
    ask(&mut edit, &Wish::Grant("r3", "gated/b"));
    let auth = auth.refresh(edit.finish().unwrap().into_account());
    let mut edit = auth.account().edit();
    ask(&mut edit, &Wish::Revoke("night", "gated/b"));
    ask(&mut edit, &Wish::Grant("r3", "plain/view"));
    let differences = auth.preview(&edit);
    assert_eq!(differences.len(), 1);
    assert!(differences[0].gained.is_empty() && differences[0].lost.is_empty());
    let [moved] = &differences[0].moved[..] else { panic!("{differences:?}") };
    assert_eq!((&moved.before, &moved.after), (&only(&["gold", "vip"]), &only(&["gold"])));
}
