//! The guard: against a naive reading of G1-G4 over everybody, over random histories, and path by path.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rolecall::{
    Account, Act, Admitted, Assignee, Attribution, Authorizer, Catalog, Change, Conflict, Edit, Reach,
    Refusal, Refused, RoleId, RoleRef, Violation, judge, origins, predefined,
};

use crate::naive_guard::{Rights, listed, refusing, rule, violations, whom_key};
use crate::oracle::Set;
use crate::world::{USERS, Wish, accounts, ask, catalog, oracle, wishes, without_past};

fn admit(
    auth: &Authorizer,
    wishes: &[Wish],
    actor: &str,
) -> Option<(Change, Authorizer, Result<Admitted, Refused>)> {
    let mut edit = auth.account().edit();
    wishes.iter().for_each(|wish| drop(ask(&mut edit, wish)));
    let edited = edit.finish()?;
    let after = auth.refresh(edited.account().clone());
    Some((edited.change().clone(), after, auth.admit(edited, actor)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn g1_g4_the_guard_refuses_what_a_naive_reading_over_everybody_refuses(
        account in accounts(),
        wishes in prop::collection::vec(wishes(), 1..6),
    ) {
        let auth = Authorizer::new(account);
        for actor in USERS.into_iter().take(3).chain(["nobody"]) {
            let Some((change, after, admitted)) = admit(&auth, &wishes, actor) else { continue };
            let (o_before, o_after) = (oracle(auth.account()), oracle(after.account()));
            let expected = refusing(&o_before, &change, &o_after, actor, &catalog().record().guard);
            let refusals = admitted.as_ref().err().map_or(&[][..], |refused| &refused.refusals);
            let found: Set = refusals.iter().map(|refusal| rule(refusal).to_owned()).collect();
            prop_assert_eq!(&found, &expected, "{} {:?}: {:?}", actor, change.facts, refusals);
            prop_assert_eq!(judge(&auth, &change, actor).err(), admitted.as_ref().err().cloned());
            if let Ok(admitted) = &admitted {
                // G6: the change says who made it, and its head follows from that.
                let mut expected = change.clone();
                expected.attribution.who = Some(actor.to_owned());
                prop_assert_eq!(admitted.change(), &expected);
                let admitted = admitted.authorizer().account();
                prop_assert_eq!(admitted.head(), Some(expected.head()));
                prop_assert_eq!(without_past(admitted.record()), without_past(after.account().record()));
            }
            // G2: what is listed for somebody is missing for them, by a fact of the change; and all that is missing
            // is listed: for them, or for the role or team that they gain it by.
            let (had, bound) = (Rights::of_all(&o_before), Rights::of_user(&o_before, actor));
            let missing = |whom: &String, now: &Rights| {
                now.beyond(&[had.get(whom).unwrap_or(&Rights::default()), &bound])
            };
            let (now, mut listed) = (Rights::of_all(&o_after), Set::new());
            for refusal in refusals {
                let Refusal::Beyond { whom, fact, permissions, scopes, more: 0 } = refusal else { continue };
                let keys = permissions.iter().map(ToString::to_string).chain(scopes.iter().map(ToString::to_string));
                let (whom, keys) = (whom_key(whom), keys.collect::<Set>());
                prop_assert!(change.facts.contains(fact) && !keys.is_empty());
                prop_assert!(keys.is_subset(&missing(&whom, &now[&whom])), "{:?}", refusal);
                listed.extend(keys);
            }
            if expected.contains("G2") {
                let all: Set = now.iter().flat_map(|(whom, rights)| missing(whom, rights)).collect();
                prop_assert_eq!(listed, all);
            }
        }
    }

    /// However many collude, and however long: nobody comes to a right that nobody had.
    #[test]
    fn g2_colluding_actors_never_reach_what_none_of_them_held(
        account in accounts(),
        steps in prop::collection::vec((prop::sample::select(&USERS[..]), prop::collection::vec(wishes(), 1..3)), 1..40),
    ) {
        let start = oracle(&account);
        prop_assume!(USERS.iter().all(|user| start.granting(user, "gated/ab").is_empty()));
        let mut auth = Authorizer::new(account);
        let had: Vec<Rights> = start.users.keys().map(|user| Rights::of_user(&start, user)).collect();
        for (actor, wishes) in steps {
            let Some((_, _, Ok(admitted))) = admit(&auth, &wishes, actor) else { continue };
            let (before, after) = (oracle(auth.account()), oracle(admitted.authorizer().account()));
            auth = admitted.into_parts().1;
            for user in after.users.keys() {
                let rights = Rights::of_user(&after, user);
                prop_assert_eq!(rights.beyond(&had.iter().collect::<Vec<_>>()), Set::new(), "{} by {}", user, actor);
                let gained_from = [&Rights::of_user(&before, user), &Rights::of_user(&before, actor)];
                prop_assert_eq!(rights.beyond(&gained_from), Set::new(), "{} by {}", user, actor);
            }
        }
    }

    /// G3, G4: what unguarded edits break is listed; guarded ones never add to the list.
    #[test]
    fn g3_g4_violations_are_listed_and_never_grow_under_the_guard(
        account in accounts(),
        steps in prop::collection::vec((prop::sample::select(&USERS[..]), prop::collection::vec(wishes(), 1..3)), 1..30),
    ) {
        let mut auth = Authorizer::new(account);
        for (actor, wishes) in steps {
            let violated = auth.violations();
            prop_assert_eq!(listed(&violated), violations(&oracle(auth.account()), &catalog().record().guard));
            let Some((_, _, Ok(admitted))) = admit(&auth, &wishes, actor) else { continue };
            auth = admitted.into_parts().1;
            let more = auth.violations();
            prop_assert!(more.len() <= violated.len(), "{:?} after {:?}", more, violated);
        }
    }
}

/// Ana administers; Tea may assign, edit roles and teams, and members, but not escalate; Maja runs campaigns.
fn company() -> Authorizer {
    let catalog = predefined::current();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for feature in catalog.features().filter(|feature| feature.key().as_str() != "campaign-four-eyes") {
        edit.enable_feature(feature.key()).unwrap();
    }
    edit.assign("account-admin", user("ana")).unwrap();
    edit.assign("campaign-manager", user("maja")).unwrap();
    let keeper = RoleId::new("keeper").unwrap();
    edit.create_role(&keeper, "Keeper").unwrap();
    for key in
        ["roles/assign", "roles/manage", "teams/manage", "teams/members", "users/manage", "reports/view"]
    {
        edit.grant(&keeper, key).unwrap();
    }
    edit.assign(&keeper, user("tea")).unwrap();
    edit.create_team("growth", "Growth").unwrap();
    edit.assign("campaign-manager", Assignee::team("growth").unwrap()).unwrap();
    edit.assign_within("agent-for-conversations", user("ivo"), Reach::only("channel", ["sms"]).unwrap())
        .unwrap();
    edit.suspend("maja").unwrap();
    Authorizer::new(edit.finish().unwrap().into_account())
}

/// That it was done is enough.
fn done<T>(_: T) {}

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

/// What the actor is told; nothing if they may.
fn asked(auth: &Authorizer, actor: &str, edits: impl FnOnce(&mut Edit)) -> String {
    let mut edit = auth.account().edit();
    edits(&mut edit);
    let judged = auth.admit(edit.finish().expect("something changed"), actor);
    judged.err().map_or_else(String::new, |refused| refused.to_string())
}

/// Tea is refused, as somebody would gain what she is not granted; Ana, who may escalate, is not.
#[track_caller]
fn beyond_tea(edits: impl Fn(&mut Edit), whom: &str, missing: &str) {
    let auth = company();
    let told = asked(&auth, "tea", &edits);
    assert!(told.contains(&format!("{whom} would gain what the actor is not granted: ")), "{told}");
    assert!(told.contains(&format!("`{missing}`")), "{told}");
    assert_eq!(asked(&auth, "ana", &edits), "");
}

fn night(edit: &mut Edit) -> RoleId {
    let night = RoleId::new("night").unwrap();
    edit.create_role(&night, "Night").unwrap();
    night
}

#[test]
fn g2_granting_a_permission_to_a_role_that_nobody_holds() {
    let grant = |edit: &mut Edit| {
        let night = night(edit);
        edit.grant(&night, "campaigns/send").unwrap();
    };
    beyond_tea(grant, "whoever holds custom role `night`", "campaigns/send");
}

#[test]
fn g2_importing() {
    let import = |edit: &mut Edit| {
        let night = night(edit);
        edit.import(&night, [RoleRef::predefined("campaign-manager").unwrap()]).unwrap();
    };
    beyond_tea(import, "whoever holds custom role `night`", "campaigns/send");
}

#[test]
fn g2_duplicating() {
    let night = RoleId::new("night").unwrap();
    let duplicate = |edit: &mut Edit| done(edit.duplicate_role("campaign-manager", &night, "Night").unwrap());
    beyond_tea(duplicate, "whoever holds custom role `night`", "campaigns/send");
}

#[test]
fn g2_assigning() {
    let assign = |edit: &mut Edit| done(edit.assign("campaign-manager", user("tea")).unwrap());
    beyond_tea(assign, "user `tea`", "campaigns/send");
    let assign = |edit: &mut Edit| {
        edit.create_team("empty", "Empty").unwrap();
        edit.assign("campaign-manager", Assignee::team("empty").unwrap()).unwrap();
    };
    beyond_tea(assign, "whoever is in team `empty`", "campaigns/send");
}

#[test]
fn g2_adding_a_member_to_a_team_that_has_roles() {
    beyond_tea(|edit| done(edit.add_member("growth", "tea").unwrap()), "user `tea`", "campaigns/send");
}

#[test]
fn g2_widening_and_lifting_a_reach() {
    let reply = "conversations/reply-assigned";
    let extend = |edit: &mut Edit| {
        done(edit.extend("agent-for-conversations", user("ivo"), "channel", ["whatsapp"]).unwrap());
    };
    beyond_tea(extend, "user `ivo`", reply);
    let lift = |edit: &mut Edit| done(edit.lift("agent-for-conversations", user("ivo"), "channel").unwrap());
    beyond_tea(lift, "user `ivo`", reply);
}

#[test]
fn g2_reinstating() {
    beyond_tea(|edit| done(edit.reinstate("maja").unwrap()), "user `maja`", "campaigns/send");
}

#[test]
fn g2_releasing_a_withheld_scope() {
    let base = company();
    let mut edit = base.account().edit();
    let night = RoleId::new("night").unwrap();
    edit.duplicate_role("campaign-manager", &night, "Night").unwrap();
    edit.withhold(&night, "sms:message:send").unwrap();
    let auth = base.admit_unjudged(edit.finish().unwrap()).unwrap().into_parts().1;
    let release = |edit: &mut Edit| done(edit.release(&night, "sms:message:send").unwrap());
    let told = asked(&auth, "tea", release);
    assert!(told.contains("whoever holds custom role `night` would gain"), "{told}");
    assert!(told.contains("`sms:message:send`"), "{told}");
    assert_eq!(asked(&auth, "ana", release), "");
}

/// What she is granted she may give, and taking away is bounded by G1 alone.
#[test]
fn g2_giving_what_one_has_and_taking_away_are_allowed() {
    let auth = company();
    let give = |edit: &mut Edit| {
        let night = night(edit);
        edit.grant(&night, "reports/view").unwrap();
        edit.assign(&night, user("ivo")).unwrap();
        edit.assign(RoleId::new("keeper").unwrap(), user("ivo")).unwrap();
    };
    assert_eq!(asked(&auth, "tea", give), "");
    let take = |edit: &mut Edit| {
        done(edit.unassign("campaign-manager", Assignee::team("growth").unwrap()).unwrap());
        edit.delete_team("growth").unwrap();
    };
    assert_eq!(asked(&auth, "tea", take), "");
}

#[test]
fn g1_each_sort_of_edit_takes_its_permission() {
    let auth = company();
    let told = asked(&auth, "ivo", |edit| done(edit.assign("analyze-manager", user("ivo")).unwrap()));
    assert!(
        told.starts_with("`ivo` may not make this change: to assign roles takes permission `roles/assign`"),
        "{told}"
    );
    assert!(
        asked(&auth, "nobody", |edit| done(edit.delete_team("growth").unwrap())).contains("`teams/manage`")
    );
    assert!(asked(&auth, "tea", |edit| done(edit.remove_user("maja").unwrap())).contains("`users/remove`"));
    assert_eq!(asked(&auth, "ana", |edit| done(edit.remove_user("maja").unwrap())), "");
    let vendor = asked(&auth, "ana", |edit| done(edit.disable_feature("broadcast").unwrap()));
    assert!(vendor.ends_with("switching features and upgrading are the vendor's to do"), "{vendor}");
    // Whoever is suspended may nothing.
    assert!(asked(&auth, "maja", |edit| done(edit.reinstate("maja").unwrap())).contains("`users/manage`"));
    for act in [Act::Assign, Act::EditRoles, Act::EditTeams, Act::EditMembers, Act::Suspend, Act::Remove] {
        assert!(auth.catalog().governing(act).is_some(), "{act}");
    }
}

#[test]
fn g3_somebody_must_be_left_who_can_assign_and_escalate() {
    let auth = company();
    let last = "at least 1 must be able to use `roles/escalate`, but only nobody can";
    for edits in [
        (|edit| done(edit.suspend("ana").unwrap())) as fn(&mut Edit),
        |edit| done(edit.remove_user("ana").unwrap()),
        |edit| done(edit.unassign("account-admin", user("ana")).unwrap()),
    ] {
        let told = asked(&auth, "ana", edits);
        assert!(told.contains(last), "{told}");
    }
    let handed_over = |edit: &mut Edit| {
        edit.assign("account-admin", user("ivo")).unwrap();
        done(edit.unassign("account-admin", user("ana")).unwrap());
    };
    assert_eq!(asked(&auth, "ana", handed_over), "");
}

#[test]
fn g4_duties_that_one_user_must_not_hold_together() {
    let auth = company();
    let both = |edit: &mut Edit| done(edit.assign("supervisor-for-conversations", user("ivo")).unwrap());
    let told = asked(&auth, "ana", both);
    assert!(
        told.contains("`Agent or supervisor`: user `ivo` may hold 1 of role `agent-for-conversations`"),
        "{told}"
    );
    let through_a_team = |edit: &mut Edit| {
        edit.create_team("leads", "Leads").unwrap();
        edit.assign("supervisor-for-conversations", Assignee::team("leads").unwrap()).unwrap();
        edit.add_member("leads", "ivo").unwrap();
    };
    assert!(asked(&auth, "ana", through_a_team).contains("`Agent or supervisor`: user `ivo`"));

    // Making and approving campaigns: once the account has switched the rule on.
    let approve = |edit: &mut Edit| done(edit.assign("campaign-approval-manager", user("ida")).unwrap());
    let make = |edit: &mut Edit| done(edit.assign("campaign-content-creator", user("ida")).unwrap());
    let with = |auth: &Authorizer, edits: &dyn Fn(&mut Edit)| {
        let mut edit = auth.account().edit();
        edits(&mut edit);
        auth.admit_unjudged(edit.finish().unwrap()).unwrap().into_parts().1
    };
    let approving = with(&auth, &approve);
    assert_eq!(asked(&approving, "ana", make), "");
    let on = with(&approving, &|edit| done(edit.enable_feature("campaign-four-eyes").unwrap()));
    let told = asked(&on, "ana", make);
    assert!(
        told.contains(
            "`Making or approving a campaign`: user `ida` may hold 1 of permission `campaigns/edit`"
        ),
        "{told}"
    );
    // An unguarded edit is not refused; what it broke is listed.
    let violations = with(&on, &make).violations();
    assert!(
        matches!(&violations[..], [Violation::TooMany { user, .. }] if user.as_str() == "ida"),
        "{violations:?}"
    );
}

#[test]
fn g2_the_guard_judges_only_what_follows_from_the_state_it_knows() {
    let auth = company();
    let mut edit = auth.account().edit();
    edit.create_team("late", "Late").unwrap();
    let late = edit.finish().unwrap();
    let mut edit = auth.account().edit();
    edit.create_team("first", "First").unwrap();
    let now = auth.admit(edit.finish().unwrap(), "ana").unwrap().into_parts().1;
    let refused = now.admit(late.clone(), "ana").unwrap_err();
    let (follows, head) = (late.change().follows, now.account().head());
    assert_eq!((follows.revision, head.unwrap().revision), (1, 2));
    assert_eq!(refused.refusals, [Refusal::OtherState { follows, head }]);
    assert_eq!(judge(&now, late.change(), "ana").unwrap_err(), refused);
    assert!(judge(&auth, late.change(), "ana").is_ok(), "on the state that it follows");
    // G9: unjudged, no less: nobody's change is lost.
    assert_eq!(now.admit_unjudged(late.clone()).unwrap_err(), Conflict { follows, head });
    assert!(auth.admit_unjudged(late.clone()).is_ok());
    // G5: the state after is derived, so a change that was altered leads nowhere. G6: nor may another have made it.
    let mut altered = late.change().clone();
    altered.facts.push(altered.facts[0].clone());
    let refused = judge(&auth, &altered, "ana").unwrap_err();
    assert!(matches!(refused.refusals[..], [Refusal::NotApplicable { .. }]), "{refused}");
    let mut said = late.change().clone();
    said.attribution.who = Some("ceo".to_owned());
    let refused = judge(&auth, &said, "ana").unwrap_err();
    assert_eq!(refused.refusals, [Refusal::OtherActor { who: "ceo".to_owned() }]);
}

/// One more change, of this actor.
fn edited_by(account: &mut Account, journal: &mut Vec<Change>, who: &str, edits: &dyn Fn(&mut Edit)) {
    let mut edit = account.edit().attributed(Attribution::by(who));
    edits(&mut edit);
    let done = edit.finish().unwrap();
    journal.push(done.change().clone());
    *account = done.into_account();
}

/// Who gave it: exactly the edits that a permission rests on, with who made them.
#[test]
fn g2_a_journal_tells_how_a_user_came_to_have_a_permission() {
    let start = Account::new(&predefined::current(), "initech").unwrap();
    let (mut account, mut journal) = (start.clone(), Vec::new());
    let mut by = |who: &str, edits: &dyn Fn(&mut Edit)| edited_by(&mut account, &mut journal, who, edits);
    let night = RoleId::new("night").unwrap();
    by("ana", &|edit| {
        edit.create_role(&night, "Night").unwrap();
        edit.create_team("growth", "Growth").unwrap();
    });
    by("bo", &|edit| done(edit.grant(&night, "campaigns/send").unwrap()));
    by("cy", &|edit| done(edit.revoke(&night, "campaigns/send").unwrap()));
    by("di", &|edit| done(edit.grant(&night, "campaigns/send").unwrap()));
    by("ed", &|edit| done(edit.assign(&night, Assignee::team("growth").unwrap()).unwrap()));
    by("flo", &|edit| done(edit.add_member("growth", "maja").unwrap()));
    by("gus", &|edit| done(edit.assign(&night, user("maja")).unwrap()));
    by("hal", &|edit| done(edit.assign("campaign-manager", user("ivo")).unwrap()));

    let found = origins(&start, &journal, &[], "maja", "campaigns/send").unwrap();
    let who: Vec<(bool, Vec<&str>)> = found
        .iter()
        .map(|origin| {
            let who = origin.entries.iter().map(|entry| entry.attribution.who.as_deref().unwrap());
            (origin.path.team().is_some(), who.collect())
        })
        .collect();
    assert_eq!(who, [(false, vec!["di", "gus"]), (true, vec!["di", "ed", "flo"])]);
    assert_eq!(found[0].entries[0].revision, 4);
    assert!(origins(&start, &journal, &[], "maja", "flows/launch").unwrap().is_empty());
    assert!(origins(&start, &journal[1..], &[], "maja", "campaigns/send").is_err());
    assert!(
        origins(&start, &journal, &[], "maja", "campaigns/sned")
            .unwrap_err()
            .to_string()
            .contains("campaigns/send")
    );
    let everybody: BTreeSet<_> = journal.iter().map(|change| change.attribution.who.clone()).collect();
    assert_eq!(everybody.len(), 8);
}

/// The reach counts as last altered; what was given to other roles, users or of other permissions does not.
#[test]
fn g2_a_journal_tells_who_altered_the_reach_and_nothing_of_others() {
    let start = Account::new(&predefined::current(), "initech").unwrap();
    let (mut account, mut journal) = (start.clone(), Vec::new());
    let mut by = |who: &str, edits: &dyn Fn(&mut Edit)| edited_by(&mut account, &mut journal, who, edits);
    let [night, day, other] = ["night", "day", "other"].map(|id| RoleId::new(id).unwrap());
    let reply = "conversations/reply-assigned";
    let only = |channels: &[&str]| Reach::only("channel", channels.iter().copied()).unwrap();
    by("ana", &|edit| {
        for role in [&night, &day, &other] {
            edit.create_role(role, role.as_str()).unwrap();
        }
        edit.assign(&day, user("maja")).unwrap();
    });
    by("bo", &|edit| done(edit.grant(&night, reply).unwrap()));
    by("another permission", &|edit| done(edit.grant(&night, "reports/view").unwrap()));
    by("another role", &|edit| done(edit.grant(&other, reply).unwrap()));
    by("cy", &|edit| {
        done(edit.assign_within(&night, user("maja"), only(&["sms", "email"])).unwrap());
    });
    by("di", &|edit| done(edit.limit(&night, user("maja"), "channel", ["sms"]).unwrap()));
    by("ed", &|edit| done(edit.extend(&night, user("maja"), "channel", ["whatsapp"]).unwrap()));
    by("another user", &|edit| done(edit.assign_within(&night, user("ivo"), only(&["sms"])).unwrap()));
    by("another user", &|edit| done(edit.extend(&night, user("ivo"), "channel", ["email"]).unwrap()));
    by("another role", &|edit| done(edit.limit(&day, user("maja"), "channel", ["sms"]).unwrap()));
    by("flo", &|edit| done(edit.lift(&night, user("maja"), "channel").unwrap()));
    let who = |user: &str| -> Vec<Vec<String>> {
        let found = origins(&start, &journal, &[], user, reply).unwrap();
        let who = |origin: &rolecall::Origin| {
            origin.entries.iter().map(|entry| entry.attribution.who.clone().unwrap()).collect()
        };
        found.iter().map(who).collect()
    };
    assert_eq!(who("maja"), [["bo", "cy", "di", "ed", "flo"]]);
    assert_eq!(who("ivo"), [["bo", "another user", "another user"]]);
}

/// Everything that a screen shows of a rule.
#[test]
fn g4_an_exclusion_tells_what_it_excludes_and_when() {
    let catalog = predefined::current();
    let campaigns = catalog.exclusions().nth(1).unwrap();
    assert_eq!(campaigns.name(), "Making or approving a campaign");
    assert_eq!(campaigns.description(), "Whoever makes a campaign does not approve it.");
    assert_eq!(campaigns.feature().unwrap().key().as_str(), "campaign-four-eyes");
    assert_eq!((campaigns.most(), campaigns.roles().count()), (1, 0));
    let permissions: Vec<_> = campaigns.permissions().map(|p| p.key().to_string()).collect();
    assert_eq!(permissions, ["campaigns/edit", "campaigns/approve"]);
    let agents = catalog.exclusions().next().unwrap();
    let roles: Vec<_> = agents.roles().map(|role| role.key().to_string()).collect();
    assert_eq!(roles, ["agent-for-conversations", "supervisor-for-conversations"]);
    assert_eq!(format!("{agents:?}"), r#"Exclusion("Agent or supervisor")"#);
}

/// The same revisions are not enough: the account and the catalog must be those of the change, too.
#[test]
fn g2_the_guard_refuses_a_change_of_another_account_or_catalog() {
    let team = |catalog: &Catalog, id: &str| {
        let before = Authorizer::new(Account::new(catalog, id).unwrap());
        let mut edit = before.account().edit();
        edit.create_team("desk", "Desk").unwrap();
        let change = edit.finish().unwrap().change().clone();
        (before, change)
    };
    let (before, change) = team(&predefined::current(), "initech");
    let (elsewhere, strange) = team(&predefined::current(), "umbrella");
    let (foreign, _) = team(&catalog(), "initech");
    let other = |before: &Authorizer, change: &Change| {
        [Refusal::OtherState { follows: change.follows, head: before.account().head() }]
    };
    for (before, change) in [(&elsewhere, &change), (&before, &strange), (&foreign, &change)] {
        assert_eq!(judge(before, change, "ana").unwrap_err().refusals, other(before, change));
    }
    let refused = judge(&before, &change, "ana").unwrap_err();
    assert_ne!(refused.refusals, other(&before, &change));
}

/// Limited oneself, one may give what is limited no less.
#[test]
fn g2_one_may_give_as_far_as_one_reaches() {
    let base = company();
    let mut edit = base.account().edit();
    let night = night(&mut edit);
    let only = |channels: &[&str]| Reach::only("channel", channels.iter().copied()).unwrap();
    edit.grant(&night, "conversations/reply-assigned").unwrap();
    edit.assign_within(&night, user("tea"), only(&["sms", "email"])).unwrap();
    let auth = base.admit_unjudged(edit.finish().unwrap()).unwrap().into_parts().1;
    let give = |channels: &[&str]| {
        asked(&auth, "tea", |edit| done(edit.assign_within(&night, user("ida"), only(channels)).unwrap()))
    };
    assert_eq!(give(&["sms"]), "");
    assert_eq!(give(&["sms", "email"]), "");
    let told = give(&["sms", "whatsapp"]);
    assert!(told.contains("user `ida` would gain what the actor is not granted: "), "{told}");
    assert!(told.contains("`conversations/reply-assigned`"), "{told}");
}
