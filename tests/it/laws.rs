//! Laws, each named for what it says, on random accounts.

use proptest::prelude::*;
use rolecall::{
    Account, Assignee, Authorizer, Catalog, Decision, DenyReason, EditError, PermissionId, Reach, Repair,
    RoleId, RoleRef,
};

use crate::review::losses_agree;
use crate::world::{without_past, 
    FEATURES, KINDS, Outcome, PREDEFINED, RESOURCES, SMALL, USERS, accounts, agrees_with_oracle, ask,
    assignees, build, catalog, oracle, reaches, resources, role_refs, user, wishes,
};

fn everyone(auth: &Authorizer) -> Vec<(String, PermissionId, Decision)> {
    let users = USERS.into_iter().chain(["nobody"]);
    let ask = |user: &str| {
        let each =
            auth.catalog().permissions().map(|p| (user.to_owned(), p.id(), auth.subject(user).check(p.id())));
        each.collect::<Vec<_>>()
    };
    users.flat_map(ask).collect()
}

fn edited(account: &Account, edits: impl FnOnce(&mut rolecall::Edit)) -> Account {
    let mut edit = account.edit();
    edits(&mut edit);
    edit.finish().map_or_else(|| account.clone(), rolecall::Edited::into_account)
}

fn authorizer(account: &Account) -> Authorizer {
    Authorizer::new(account.clone())
}

/// Every decision of `after` is at least that of `before`.
fn only_gains(before: &Account, after: &Account) -> bool {
    everyone(&authorizer(before)).iter().zip(everyone(&authorizer(after))).all(|(b, a)| b.2 <= a.2)
}

/// The account with the user in two more teams; both give a role that nobody holds directly, one only in part.
fn with_team_roles(account: &Account, name: &str) -> Account {
    edited(account, |edit| {
        for id in USERS {
            drop(edit.unassign("editor", user(id)));
        }
        let some = Reach::only("channel", ["vip"]).unwrap();
        for (id, reach) in [("more", Reach::everything()), ("less", some)] {
            let team = rolecall::TeamId::new(id).unwrap();
            edit.create_team(&team, "Team").unwrap();
            edit.add_member(&team, name).unwrap();
            edit.assign_within("editor", &team, reach).unwrap();
        }
    })
}

/// Every refusal to unassign a role that the user holds through teams only announces what leaving them costs, each
/// and together (U4). How many there were.
fn leavings_agree(account: &Account, name: &str) -> usize {
    let before = oracle(account);
    let mut refused = 0;
    for role in account.roles().map(|role| role.to_ref()) {
        let Err(EditError::Inherited(announced)) = account.edit().unassign(&role, user(name)) else {
            continue;
        };
        for leaving in &announced.leaving {
            let after = edited(account, |edit| {
                edit.remove_member(&leaving.team, name).unwrap();
            });
            losses_agree(&leaving.losses, &before, &oracle(&after), name);
        }
        let after = edited(account, |edit| {
            for leaving in &announced.leaving {
                edit.remove_member(&leaving.team, name).unwrap();
            }
        });
        let after = oracle(&after);
        losses_agree(&announced.together, &before, &after, name);
        assert!(announced.together.roles.contains(&role));
        assert!(!after.held(name).contains(&crate::oracle::role(&role)));
        refused += 1;
    }
    refused
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn d1_authorizer_is_the_oracle(account in accounts()) {
        agrees_with_oracle(&Authorizer::new(account));
    }

    /// P1, U6, P3: whatever is refused, by a session or as a change, leaves every byte as it was.
    #[test]
    fn p1_a_refused_edit_or_change_alters_nothing(account in accounts(), wishes in prop::collection::vec(wishes(), 1..20)) {
        let before = account.record();
        let mut edit = account.edit();
        for wish in &wishes {
            let (stored, facts) = (edit.account().record(), edit.facts().len());
            let outcome = ask(&mut edit, wish);
            let altered = matches!(outcome, Outcome::Changed | Outcome::Remains(_));
            prop_assert_eq!(edit.facts().len() > facts, altered, "{:?}: {:?}", wish, outcome);
            prop_assert!(altered || edit.account().record() == stored, "{:?}: {:?}", wish, outcome);
        }
        prop_assert_eq!(&account.record(), &before);
        // The same as a change, with a fact at its end that can't be.
        if let Some(done) = edit.finish() {
            let mut change = done.change().clone();
            change.facts.push(change.facts[0].clone());
            change.facts.push(rolecall::Fact::UserReinstated { user: user("nobody") });
            prop_assert!(account.replay(&change).is_err());
            prop_assert_eq!(&account.record(), &before);
        }
    }

    /// R7: whatever is asked of a session, predefined roles grant what the catalog says, and are all there.
    #[test]
    fn r7_no_edit_alters_a_predefined_role(
        account in accounts(),
        wishes in prop::collection::vec(wishes(), 1..40),
        role in prop::sample::select(&PREDEFINED),
    ) {
        let after = edited(&account, |edit| wishes.iter().for_each(|wish| drop(ask(edit, wish))));
        let predefined = |account: &Account| -> Vec<(String, String, Vec<String>)> {
            let roles = account.roles().filter(|role| matches!(role, rolecall::Role::Predefined(_)));
            roles
                .map(|role| {
                    let granted = role.permissions().keys().map(ToString::to_string).collect();
                    (role.to_ref().to_string(), role.name().to_owned(), granted)
                })
                .collect()
        };
        let of_catalog = Account::new(after.catalog(), "other").unwrap();
        prop_assert_eq!(predefined(&after), predefined(&of_catalog));
        let mut edit = after.edit();
        let refused = |asked: Result<rolecall::Effect, EditError>| {
            matches!(asked, Err(EditError::PredefinedRole { .. } | EditError::CustomRoleAsText { .. }))
        };
        prop_assert!(refused(edit.rename_role(role, "Other")));
        prop_assert!(refused(edit.describe_role(role, "Other")));
        prop_assert!(refused(edit.delete_role(role)));
        prop_assert!(refused(edit.grant(role, "plain/view").map(|granted| granted.effect)));
        prop_assert!(refused(edit.revoke(role, "plain/view")));
        prop_assert!(refused(edit.withhold(role, "all:read")));
        prop_assert!(edit.finish().is_none());
    }

    #[test]
    fn d2_an_unknown_user_is_denied_everything(account in accounts()) {
        let auth = Authorizer::new(account);
        for permission in auth.catalog().permissions() {
            prop_assert_eq!(auth.subject("nobody").check(permission.id()), Decision::Deny(DenyReason::UnknownUser));
        }
    }

    #[test]
    fn d2_an_id_of_another_catalog_is_denied(account in accounts()) {
        let mut record = catalog().record();
        record.version += 1;
        let other = Catalog::from_record(&record).unwrap();
        let auth = Authorizer::new(account);
        for foreign in other.permissions().map(|p| p.id()) {
            for user in USERS {
                let denied = Decision::Deny(DenyReason::ForeignPermission);
                prop_assert_eq!(auth.subject(user).check(foreign), denied);
                prop_assert_eq!(auth.bind(user).check(foreign), denied);
                prop_assert!(!auth.bind(user).can(foreign));
                let vip = auth.catalog().resource("queue", "vip").unwrap();
                prop_assert_eq!(auth.subject(user).check_on(foreign, &vip), denied);
                prop_assert_eq!(auth.bind(user).check_on(foreign, &vip), denied);
                prop_assert!(auth.subject(user).reach_of(foreign).is_nothing());
                let explanation = auth.subject(user).explain(foreign);
                prop_assert_eq!((explanation.decision, explanation.permission), (denied, None));
                prop_assert!(explanation.repairs.steps.is_empty() && explanation.repairs.one_of.is_empty());
            }
        }
    }

    #[test]
    fn d3_giving_only_adds_and_taking_only_removes(
        account in accounts(), role in role_refs(), to in assignees(), permission in 0usize..7
    ) {
        let more = edited(&account, |edit| { edit.assign(&role, to.clone()).ok(); });
        // Assigning may create the user, which turns *unknown* into a later reason: also a gain.
        prop_assert!(only_gains(&account, &more));
        if let RoleRef::Custom(_) = role {
            let key = catalog().permissions().nth(permission).unwrap().key().clone();
            let granted = edited(&account, |edit| { edit.grant(&role, &key).ok(); });
            prop_assert!(only_gains(&account, &granted));
            let deleted = edited(&account, |edit| { edit.delete_role(&role).ok(); });
            prop_assert!(only_gains(&deleted, &account));
        }
        for feature in FEATURES {
            let on = edited(&account, |edit| { edit.enable_feature(feature).unwrap(); });
            let off = edited(&account, |edit| { edit.disable_feature(feature).unwrap(); });
            prop_assert!(only_gains(&off, &account) && only_gains(&account, &on));
        }
    }

    #[test]
    fn d3_order_and_repetition_of_edits_change_nothing(
        wishes in prop::collection::vec(wishes(), 0..40), seed in any::<u64>()
    ) {
        // Only wishes that give, so that any order is possible once roles and teams are there.
        let first = |w: &crate::world::Wish| matches!(w, crate::world::Wish::CreateTeam(..) | crate::world::Wish::CreateRole(..));
        let gives = |w: &crate::world::Wish| {
            use crate::world::Wish::{Assign, Enable, Extend, Grant, Join, Lift, Select};
            matches!(w, Enable(_) | Grant(..) | Select(..) | Join(..) | Assign(..) | Extend(..) | Lift(..))
        };
        let base: Vec<_> = wishes.iter().filter(|w| first(w)).cloned().collect();
        let more: Vec<_> = wishes.iter().filter(|w| gives(w)).cloned().collect();
        let mut shuffled = more.clone();
        let mut state = seed;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
        }
        shuffled.extend(more.clone());
        let a = without_past(build(&catalog(), &[base.clone(), more].concat()).record());
        let b = without_past(build(&catalog(), &[base, shuffled].concat()).record());
        prop_assert_eq!(serde_json::to_string(&a).unwrap(), serde_json::to_string(&b).unwrap());
    }

    #[test]
    fn d4_l5_a_role_of_a_team_is_a_role_of_each_member(
        account in accounts(), source in role_refs(), reach in reaches(), members in prop::sample::subsequence(USERS.to_vec(), 0..5)
    ) {
        // A role and a team that nobody had before, so that no assignment is there already.
        let (fresh, team) = (RoleId::new("fresh").unwrap(), "fresh");
        if account.role(&source).is_none() { return Ok(()) }
        let base = edited(&account, |edit| { edit.duplicate_role(&source, &fresh, "Fresh").unwrap(); });
        let through = edited(&base, |edit| {
            edit.create_team(team, "Fresh").unwrap();
            edit.assign_within(&fresh, Assignee::team(team).unwrap(), reach.clone()).unwrap();
            for member in &members { edit.add_member(team, *member).unwrap(); }
        });
        let each = edited(&base, |edit| for member in &members {
            edit.assign_within(&fresh, user(member), reach.clone()).unwrap();
        });
        prop_assert_eq!(everyone(&authorizer(&through)), everyone(&authorizer(&each)));
        prop_assert_eq!(authorizer(&through).compare(&authorizer(&each)), []);
    }

    #[test]
    fn l2_limiting_only_narrows_and_extending_and_lifting_only_widen(
        account in accounts(), role in role_refs(), of in assignees(), kind in 0usize..2, ids in resources()
    ) {
        let kind = KINDS[kind];
        let less = edited(&account, |edit| { edit.limit(&role, of.clone(), kind, ids.clone()).ok(); });
        let more = edited(&account, |edit| { edit.extend(&role, of.clone(), kind, ids).ok(); });
        let most = edited(&account, |edit| { edit.lift(&role, of.clone(), kind).ok(); });
        prop_assert!(only_gains(&less, &account) && only_gains(&account, &more) && only_gains(&more, &most));
        for difference in authorizer(&account).compare(&authorizer(&less)) {
            prop_assert!(difference.gained.is_empty());
        }
    }

    #[test]
    fn l4_who_can_on_is_who_the_single_questions_name(account in accounts()) {
        let auth = authorizer(&account);
        for permission in auth.catalog().permissions() {
            for (kind, id) in KINDS.into_iter().flat_map(|kind| RESOURCES.map(|id| (kind, id))) {
                let resource = auth.catalog().resource(kind, id).unwrap();
                let listed: Vec<_> = auth.who_can_on(permission.id(), &resource).map(|user| user.id().unwrap().clone()).collect();
                let single = account.users().filter(|user| auth.subject(user.id()).can_on(permission.id(), &resource));
                prop_assert_eq!(listed, single.map(|user| user.id().clone()).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn d5_disabling_and_enabling_again_restores_everything(account in accounts()) {
        for feature in FEATURES {
            if account.is_enabled(feature) {
                let off = edited(&account, |edit| { edit.disable_feature(feature).unwrap(); });
                let on = edited(&off, |edit| { edit.enable_feature(feature).unwrap(); });
                prop_assert_eq!(without_past(account.record()), without_past(on.record()));
            }
        }
    }

    #[test]
    fn d6_other_users_edits_change_no_answer(account in accounts(), wishes in prop::collection::vec(wishes(), 0..10)) {
        use crate::world::Wish::{Join, Leave, Remove, Suspend};
        let others: Vec<_> = wishes
            .into_iter()
            .filter(|w| matches!(w, Join(_, u) | Leave(_, u) | Suspend(u) | Remove(u) if *u != "maja"))
            .collect();
        let after = edited(&account, |edit| others.iter().for_each(|w| { ask(edit, w); }));
        let maja = |account: &Account| {
            let auth = authorizer(account);
            auth.catalog().permissions().map(|p| auth.subject("maja").explain(p.id())).collect::<Vec<_>>()
        };
        prop_assert_eq!(maja(&account), maja(&after));
    }

    #[test]
    fn d8_every_grant_is_a_source_and_no_other_is(account in accounts()) {
        let (oracle, auth) = (oracle(&account), authorizer(&account));
        for (name, id, decision) in everyone(&auth) {
            let explanation = auth.subject(&name).explain(id);
            prop_assert_eq!(explanation.decision, decision);
            let definition = auth.catalog().permission_by_id(id).unwrap();
            let permission = definition.key().to_string();
            let mut listed = Vec::new();
            for grant in &explanation.grants {
                prop_assert!(!grant.paths.is_empty());
                for path in &grant.paths {
                    let team = path.team().map(ToString::to_string);
                    listed.push((crate::oracle::role(&grant.role), team, crate::oracle::limits(path.reach())));
                }
            }
            let mut expected = Vec::new();
            if let Some(user) = oracle.users.get(&name) {
                for (role, _) in oracle.roles.iter().filter(|(_, grants)| grants.contains(&permission)) {
                    expected.extend(user.roles.get(role).map(|limits| (role.clone(), None, limits.clone())));
                    for team in &user.teams {
                        let assigned = oracle.teams[team].get(role);
                        expected.extend(assigned.map(|limits| (role.clone(), Some(team.clone()), limits.clone())));
                    }
                }
            }
            listed.sort();
            expected.sort();
            prop_assert_eq!(&listed, &expected, "{} {}", name, permission);
            // The decision follows from the explanation alone.
            let kind = definition.kind().map(|kind| kind.key().to_string());
            let counts = listed.iter().any(|(_, _, limits)| kind.as_ref().is_none_or(|kind| !limits.contains_key(kind)));
            let follows = !explanation.suspended && counts && explanation.missing_features.is_empty();
            prop_assert_eq!(decision.is_allowed(), follows);
        }
    }

    #[test]
    fn d8_repairs_allow_and_none_is_superfluous(account in accounts(), on in prop::option::of((0usize..2, 0usize..3))) {
        let auth = authorizer(&account);
        let on = on.map(|(kind, id)| auth.catalog().resource(KINDS[kind], RESOURCES[id]).unwrap());
        let decide = |auth: &Authorizer, name: &str, id| match &on {
            Some(resource) => auth.subject(name).check_on(id, resource),
            None => auth.subject(name).check(id),
        };
        for (name, id, _) in everyone(&auth) {
            let decision = decide(&auth, &name, id);
            let permission = auth.catalog().permission_by_id(id).unwrap();
            let explanation = match &on {
                Some(resource) => auth.subject(&name).explain_on(id, resource),
                None => auth.subject(&name).explain(id),
            };
            prop_assert_eq!(explanation.decision, decision);
            let (steps, one_of) = (explanation.repairs.steps, explanation.repairs.one_of);
            let of_its_kind = match &on {
                Some(resource) => permission.kind().is_some_and(|kind| auth.catalog().resource(kind.key(), resource.id()).as_ref() == Ok(resource)),
                None => true,
            };
            if decision.is_allowed() || !of_its_kind {
                prop_assert!(steps.is_empty() && one_of.is_empty());
                continue;
            }
            let make = |repairs: &[&Repair]| {
                let after = edited(&account, |edit| {
                    for repair in repairs {
                        let made = match repair {
                            Repair::Reinstate => edit.reinstate(&name),
                            Repair::EnableFeature(feature) => edit.enable_feature(feature),
                            Repair::Assign(role) => edit.assign(role, user(&name)),
                            Repair::Join(team) => edit.add_member(team, &name),
                            Repair::Grant(role) => edit.grant(role, permission.key()).map(|granted| granted.effect),
                            Repair::Extend { role, assignee, kind, resource } => {
                                edit.extend(role, assignee.clone(), kind, [resource])
                            }
                            Repair::Lift { role, assignee, kind } => edit.lift(role, assignee.clone(), kind),
                            other => panic!("unknown repair {other}"),
                        };
                        made.unwrap();
                    }
                });
                decide(&authorizer(&after), &name, id).is_allowed()
            };
            let common: Vec<&Repair> = steps.iter().collect();
            // Nothing is proposed where nothing helps: not even everything that could be missing, and any role.
            if steps.is_empty() && one_of.is_empty() {
                let all: Vec<Repair> = explanation.suspended.then_some(Repair::Reinstate).into_iter()
                    .chain(explanation.missing_features.iter().cloned().map(Repair::EnableFeature)).collect();
                for role in account.roles() {
                    let assign = Repair::Assign(role.to_ref());
                    prop_assert!(!make(&all.iter().chain([&assign]).collect::<Vec<_>>()));
                }
                continue;
            }
            let alternatives: Vec<Option<&Repair>> =
                if one_of.is_empty() { vec![None] } else { one_of.iter().map(Some).collect() };
            for alternative in alternatives {
                let all: Vec<&Repair> = common.iter().copied().chain(alternative).collect();
                prop_assert!(make(&all), "{} {:?} {:?}", name, permission, all);
                for left_out in 0..all.len() {
                    let mut fewer = all.clone();
                    fewer.remove(left_out);
                    prop_assert!(!make(&fewer), "{:?} is superfluous", all[left_out]);
                }
            }
            // Complete: whatever single assignment or membership helps is listed.
            if !one_of.is_empty() {
                for repair in account.roles().map(|role| Repair::Assign(role.to_ref())).chain(account.teams().map(|team| Repair::Join(team.id().clone()))) {
                    let helps = make(&[&common[..], &[&repair]].concat());
                    prop_assert_eq!(helps, one_of.contains(&repair), "{:?}", repair);
                }
            }
        }
    }

    #[test]
    fn d9_any_all_each_and_filter_equal_the_single_questions(account in accounts(), picks in prop::collection::vec(0usize..7, 0..5)) {
        let auth = authorizer(&account);
        let ids: Vec<_> = auth.catalog().permissions().map(|p| p.id()).collect();
        let asked: Vec<_> = picks.iter().map(|i| ids[*i]).collect();
        for name in USERS {
            let (subject, bound) = (auth.subject(name), auth.bind(name));
            let single: Vec<_> = asked.iter().map(|id| subject.check(*id)).collect();
            let any = single.iter().any(|d| d.is_allowed());
            let all = single.iter().all(|d| d.is_allowed());
            prop_assert_eq!(subject.check_any(asked.clone()).is_allowed(), any);
            prop_assert_eq!(subject.check_all(asked.clone()).is_allowed(), all);
            prop_assert_eq!(bound.check_any(asked.clone()), subject.check_any(asked.clone()));
            prop_assert_eq!(bound.check_all(asked.clone()), subject.check_all(asked.clone()));
            let each: Vec<_> = subject.check_each(asked.clone()).collect();
            prop_assert_eq!(each, asked.iter().copied().zip(single.clone()).collect::<Vec<_>>());
            let kept: Vec<_> = subject.filter(asked.clone()).collect();
            let expected: Vec<_> = asked.iter().copied().filter(|id| subject.can(*id)).collect();
            prop_assert_eq!(kept, expected);
            // The reason does not depend on the order of asking either (D3).
            let mut reversed = asked.clone();
            reversed.reverse();
            prop_assert_eq!(subject.check_any(reversed.clone()), subject.check_any(asked.clone()));
            prop_assert_eq!(subject.check_all(reversed), subject.check_all(asked.clone()));
        }
    }

    #[test]
    fn u4_leaving_costs_exactly_what_was_announced(account in accounts()) {
        for name in USERS {
            let account = with_team_roles(&account, name);
            let announced = leavings_agree(&account, name);
            prop_assert!(announced > 0, "some role is held through a team only");
        }
    }

    #[test]
    fn r6_a_deleted_role_leaves_nothing_behind(account in accounts(), again in any::<bool>()) {
        let Some(role) = account.custom_roles().next().map(|role| (role.id().clone(), role.name().to_owned()))
        else { return Ok(()) };
        let gone = edited(&account, |edit| { edit.delete_role(&role.0).unwrap(); });
        let mention = format!("\"custom\":\"{}\"", role.0);
        prop_assert!(!serde_json::to_string(&gone.record()).unwrap().contains(&mention));
        let other = if again { role.1 } else { "Another".to_owned() };
        let reborn = edited(&gone, |edit| { edit.create_role(&role.0, &other).unwrap(); });
        let reborn_role = reborn.role(&role.0).unwrap();
        prop_assert!(reborn_role.permissions().is_empty());
        prop_assert_eq!(everyone(&authorizer(&gone)), everyone(&authorizer(&reborn)));
        let held = format!("custom {}", role.0);
        prop_assert!(oracle(&reborn).users.values().all(|user| !user.roles.contains_key(&held)));
    }
}

#[test]
fn d9_any_of_nothing_is_denied_and_all_of_nothing_is_allowed() {
    let auth = Authorizer::new(Account::new(&catalog(), "initech").unwrap());
    assert_eq!(auth.subject("maja").check_any([]), Decision::Deny(DenyReason::NothingAsked));
    assert_eq!(auth.subject("maja").check_all([]), Decision::Allow);
    assert_eq!(auth.bind("maja").check_any([]), Decision::Deny(DenyReason::NothingAsked));
    assert_eq!(auth.bind("maja").check_all([]), Decision::Allow);
}

#[test]
fn d7_reasons_come_in_order() {
    let order = [
        DenyReason::NothingAsked,
        DenyReason::ForeignPermission,
        DenyReason::UnknownUser,
        DenyReason::Suspended,
        DenyReason::NotGranted,
        DenyReason::FeatureDisabled,
        DenyReason::WrongKind,
        DenyReason::ReachesNothing,
        DenyReason::NotOnThisResource,
        DenyReason::OnlyOnSomeResources,
    ];
    assert!(order.is_sorted());
    assert!(order.iter().all(|reason| Decision::Deny(*reason) < Decision::Allow));
}

#[test]
fn c4_ids_of_equal_catalogs_are_equal_and_of_others_are_not() {
    let ids = |catalog: &Catalog| catalog.permissions().map(|p| p.id()).collect::<Vec<_>>();
    let again = Catalog::from_table(&SMALL).unwrap();
    assert_eq!(ids(&catalog()), ids(&again));
    let mut record = again.record();
    record.permissions[0].name.push('!');
    let other = Catalog::from_record(&record).unwrap();
    assert!(ids(&other).iter().all(|id| !ids(&again).contains(id)));
}
