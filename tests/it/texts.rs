//! What the crate says, word by word: these texts end up in logs, on screens and in support cases.

use rolecall::table::{Table, permission, section};
use rolecall::{
    Account, Act, Assignee, Authorizer, Catalog, ContentHash, DenyReason, Fact, FeatureKey, Head, KindKey,
    MintError, PermissionKey, Reach, Refusal, Refused, Repair, RoleId, RoleRef, ScopeKey, TeamId, Undeclared,
    UpgradeReport, UserUpgrade, Violation, Whom,
};

use crate::world::{Wish, build, catalog, user};

/// A head of which every digit is this one.
fn head(revision: u64, digit: char) -> Head {
    format!("{revision}-{}", digit.to_string().repeat(64)).parse().unwrap()
}

fn authorizer(wishes: &[Wish]) -> Authorizer {
    Authorizer::new(build(&catalog(), wishes))
}

#[test]
fn d7_every_reason_has_words_of_its_own() {
    let reasons = [
        (DenyReason::NothingAsked, "nothing was asked for"),
        (DenyReason::ForeignPermission, "permission of another catalog"),
        (DenyReason::ForeignScope, "endpoint or credential of another catalog"),
        (DenyReason::UnknownUser, "unknown user"),
        (DenyReason::Suspended, "user is suspended"),
        (DenyReason::NotGranted, "not granted by any role"),
        (DenyReason::FeatureDisabled, "feature is disabled"),
        (DenyReason::WrongKind, "not exercised on resources of this kind"),
        (DenyReason::ReachesNothing, "limited to no resource"),
        (DenyReason::NotOnThisResource, "not on this resource"),
        (DenyReason::OnlyOnSomeResources, "only on some resources"),
        (DenyReason::AcceptsNoScope, "no scope opens it"),
        (DenyReason::ScopeNotHeld, "no scope of the user is accepted"),
        (DenyReason::ScopeNotInCredential, "no scope of the credential is accepted"),
    ];
    for (reason, text) in reasons {
        assert_eq!(reason.to_string(), text);
    }
}

/// D8: the decision, every grant with its paths, what is missing, and what would help.
#[test]
fn d8_explanations_read_as_a_person_would_say_it() {
    let (night, editor) = (RoleRef::custom("night").unwrap(), RoleRef::predefined("editor").unwrap());
    let (maja, team) = (Assignee::user("maja").unwrap(), Assignee::team("t2").unwrap());
    let auth = authorizer(&[
        Wish::CreateRole("night", "Night"),
        Wish::Grant("night", "gated/ab"),
        Wish::CreateTeam("t2", "Team"),
        Wish::Join("t2", "maja"),
        Wish::Assign(night.clone(), maja.clone()),
        Wish::Assign(night.clone(), team.clone()),
        Wish::Assign(RoleRef::predefined("shared").unwrap(), team),
        Wish::AssignWithin(editor, maja, Reach::only("channel", ["vip", "gold"]).unwrap()),
        Wish::Suspend("maja"),
        Wish::Assign(night, Assignee::user("ivo").unwrap()),
    ]);
    let explained =
        |who: &str, key: &str| auth.subject(who).explain(auth.catalog().permission(key).unwrap()).to_string();
    assert_eq!(
        explained("maja", "gated/ab"),
        "deny: user is suspended\n  granted by predefined role `shared`: through team `t2`\n  \
         granted by custom role `night`: directly, through team `t2`\n  feature `alpha` is disabled\n  \
         feature `beta` is disabled\n  to allow: reinstate the user\n  to allow: enable feature `alpha`\n  \
         to allow: enable feature `beta`"
    );
    assert_eq!(
        explained("maja", "plain/edit"),
        "deny: user is suspended\n  granted by predefined role `editor`: directly (only channel: gold, vip)\n  \
         to allow: reinstate the user\n  and one of:\n    lift the channel limit of predefined role `editor` of user `maja`\n    \
         grant it to custom role `night`, which the user holds"
    );
    assert_eq!(
        explained("ivo", "gated/g"),
        "deny: not granted by any role\n  feature `gamma` is disabled\n  to allow: enable feature `gamma`\n  and: grant it to \
         custom role `night`, which the user holds"
    );
    let vip = auth.catalog().resource("channel", "maja").unwrap();
    let edit = auth.catalog().permission("plain/edit").unwrap();
    assert_eq!(
        auth.subject("maja").explain_on(edit, &vip).to_string(),
        "deny: user is suspended\n  granted by predefined role `editor`: directly (only channel: gold, vip)\n  \
         to allow: reinstate the user\n  and one of:\n    extend predefined role `editor` of user `maja` to channel `maja`\n    \
         grant it to custom role `night`, which the user holds"
    );
    assert_eq!(Repair::Join(TeamId::new("t2").unwrap()).to_string(), "join team `t2`");
    let of_team = Repair::Lift {
        role: RoleRef::predefined("editor").unwrap(),
        assignee: Assignee::team("t2").unwrap(),
        kind: KindKey::new("channel").unwrap(),
    };
    assert_eq!(of_team.to_string(), "lift the channel limit of predefined role `editor` of team `t2`");
}

#[test]
fn l1_a_reach_says_where() {
    let only = |kind: &str, resources: &[&str]| Reach::only(kind, resources.iter().copied()).unwrap();
    assert_eq!(Reach::everything().to_string(), "everything");
    assert_eq!(only("queue", &["vip", "gold"]).to_string(), "only queue: gold, vip");
    let none = only("queue", &["vip"]).and_only("channel", [""; 0]).unwrap();
    assert_eq!(none.to_string(), "only channel: none; queue: vip");
}

#[test]
fn g1_g4_every_refusal_says_who_may_not_do_what() {
    let permission = |key: &str| PermissionKey::new(key).unwrap();
    let fact = || Fact::UserSuspended { user: user("maja") };
    let beyond = |whom: Whom| Refusal::Beyond {
        whom,
        fact: fact(),
        permissions: vec![permission("gated/a"), permission("gated/b")],
        scopes: vec![catalog().scopes().next().unwrap().key().clone()],
        more: 0,
    };
    let cases = [
        (
            Refusal::NotPermitted { fact: fact(), act: Act::Suspend, needs: Some(permission("plain/view")) },
            "to suspend or reinstate users takes permission `plain/view`",
        ),
        (
            Refusal::NotPermitted { fact: fact(), act: Act::Remove, needs: None },
            "the catalog lets no actor remove users",
        ),
        (Refusal::VendorsAct { fact: fact() }, "switching features and upgrading are the vendor's to do"),
        (
            beyond(Whom::User(user("maja"))),
            "user `maja` would gain what the actor is not granted: `gated/a`, `gated/b`, `all:manage`",
        ),
        (
            beyond(Whom::Role(RoleId::new("night").unwrap())),
            "whoever holds custom role `night` would gain what the actor is not granted: `gated/a`, `gated/b`, \
             `all:manage`",
        ),
        (
            beyond(Whom::Team(TeamId::new("t2").unwrap())),
            "whoever is in team `t2` would gain what the actor is not granted: `gated/a`, `gated/b`, `all:manage`",
        ),
        (
            Refusal::Violates(Violation::TooFew {
                permission: permission("plain/view"),
                least: 3,
                holders: vec![user("ivo"), user("maja")],
            }),
            "at least 3 must be able to use `plain/view`, but only `ivo`, `maja` can",
        ),
        (
            Refusal::Violates(Violation::TooFew {
                permission: permission("plain/view"),
                least: 1,
                holders: Vec::new(),
            }),
            "at least 1 must be able to use `plain/view`, but only nobody can",
        ),
        (
            Refusal::OtherState { follows: head(3, 'a'), head: Some(head(5, 'b')) },
            "it follows 3-aaaaaaaa and was judged on 5-bbbbbbbb: make the edit again on the current state",
        ),
        (
            Refusal::OtherState { follows: head(3, 'a'), head: None },
            "it follows 3-aaaaaaaa and was judged on an unfinished edit: make the edit again on the current state",
        ),
        (
            Refusal::OtherActor { who: "maja".to_owned() },
            "the change says that `maja` made it: leave that out, or say on whose behalf it is made",
        ),
    ];
    for (refusal, text) in &cases {
        assert_eq!(refusal.to_string(), *text);
    }
    let [(first, _), (second, _), ..] = cases;
    assert_eq!(
        Refused { actor: "ivo".to_owned(), refusals: vec![first, second], more: 0 }.to_string(),
        "`ivo` may not make this change: to suspend or reinstate users takes permission `plain/view`; the catalog \
         lets no actor remove users"
    );
    let acts = [Act::Assign, Act::EditRoles, Act::EditTeams, Act::EditMembers, Act::Suspend, Act::Remove];
    let acts = acts.map(|act| act.to_string());
    assert_eq!(
        acts,
        [
            "assign roles",
            "edit custom roles",
            "edit teams",
            "edit the members of teams",
            "suspend or reinstate users",
            "remove users"
        ]
    );
}

/// C1, C2: what a catalog lacks is named, with what may have been meant; of many problems the first are shown.
#[test]
fn c1_c2_errors_name_the_input_and_the_remedy() {
    let catalog = catalog();
    let refused = catalog.section("plian").unwrap_err();
    assert_eq!(refused.to_string(), "no section `plian` in catalog `small 3`; did you mean `plain`?");
    assert_eq!(refused.nearest(), Some("plain"));
    assert_eq!(
        catalog.seat("dsek").unwrap_err().to_string(),
        "no seat `dsek` in catalog `small 3`; did you mean `desk`?"
    );
    assert_eq!(catalog.kind("queueue").unwrap_err().nearest(), Some("queue"));
    assert_eq!(catalog.scope("nothing like it").unwrap_err().nearest(), None);

    let keys: Vec<String> = (10..32).map(|n| format!("p{n}")).collect();
    let rows: Vec<_> = keys.iter().map(|key| permission(key, "")).collect();
    let refused =
        Catalog::from_table(&Table::new("broken", 1).sections(&[section("s", "S").permissions(&rows)]));
    let refused = refused.unwrap_err();
    assert_eq!(refused.problems().len(), 22);
    let said = refused.to_string();
    assert!(said.starts_with("catalog `broken` has 22 problems: permission `p10`: "), "{said}");
    assert!(said.contains("; permission `p11`: "), "{said}");
    assert!(said.ends_with("; and 2 more") && said.contains("`p29`") && !said.contains("`p30`"), "{said}");
}

/// U4: the refusal to unassign a role that teams give names them.
#[test]
fn u4_an_inherited_role_names_the_teams() {
    let viewer = RoleRef::predefined("viewer").unwrap();
    let teams = ["t2", "shared"].into_iter().flat_map(|team| {
        [
            Wish::CreateTeam(team, "Team"),
            Wish::Join(team, "maja"),
            Wish::Assign(RoleRef::predefined("viewer").unwrap(), Assignee::team(team).unwrap()),
        ]
    });
    let account = build(&catalog(), &teams.collect::<Vec<_>>());
    let refused = account.edit().unassign(&viewer, user("maja")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "user `maja` holds role `viewer` only through teams `shared`, `t2`: remove the user from those teams instead \
         (U4)"
    );
}

/// What is shown of views while debugging names what they are views of.
#[test]
fn u1_views_are_shown_by_id() {
    let auth = authorizer(&[
        Wish::CreateRole("night", "Night"),
        Wish::CreateTeam("t2", "Team"),
        Wish::Join("t2", "maja"),
    ]);
    let account: &Account = auth.account();
    let role = |role: RoleRef| format!("{:?}", account.role(role).unwrap());
    assert_eq!(role(RoleRef::custom("night").unwrap()), "CustomRole(\"night\")");
    assert_eq!(role(RoleRef::predefined("viewer").unwrap()), "PredefinedRole(\"viewer\")");
    assert_eq!(
        format!("{:?} {:?}", account.team("t2").unwrap(), account.user("maja").unwrap()),
        "Team(\"t2\") User(\"maja\")"
    );
    assert_eq!(
        format!("{:?} {:?}", auth.subject("maja"), auth.subject("nobody")),
        "Subject(Some(\"maja\")) Subject(None)"
    );
    let group = |role: RoleRef| account.role(role).unwrap().group().map(ToOwned::to_owned);
    assert_eq!(group(RoleRef::predefined("viewer").unwrap()).as_deref(), Some("General"));
    assert_eq!(group(RoleRef::predefined("editor").unwrap()), None);
    assert_eq!(group(RoleRef::custom("night").unwrap()), None);
    let view = auth.catalog().permission("plain/view").unwrap();
    assert_eq!(format!("{view:?}"), "PermissionId(0)");
    assert_eq!(format!("{:?}", auth.catalog().role("viewer").unwrap()), "PredefinedRole(\"viewer\")");
}

/// P4: a hash is written in one way, and text that is none says so; so does a key that is no text.
#[test]
fn p4_a_hash_and_a_key_are_read_in_one_way() {
    let hash = catalog().hash();
    let text = hash.to_string();
    assert_eq!(format!("{hash:?}"), format!("ContentHash({text})"));
    assert_eq!(hash.as_bytes()[0], u8::from_str_radix(&text[..2], 16).unwrap());
    let read = |text: &str| serde_json::from_value::<ContentHash>(text.into());
    assert_eq!(read(&text).unwrap(), hash);
    let g = text.replacen(&text[..1], "g", 1);
    let last = format!("{}g", &text[..63]);
    for wrong in ["", &text[1..], &format!("{text}0"), &"A".repeat(64), &g, &last, &"\u{e9}".repeat(32)] {
        let refused = read(wrong).unwrap_err().to_string();
        assert_eq!(refused, format!("`{wrong}` is no content hash: 64 digits 0-9 and a-f"));
    }
    let refused = serde_json::from_str::<RoleId>("5").unwrap_err().to_string();
    assert!(refused.contains("expected a role id"), "{refused}");
}

/// Lists of what stands in the way are separated by commas, or have a line each.
#[test]
fn lists_in_messages_are_complete() {
    let scopes = catalog().scopes().take(2).map(|scope| scope.key().clone()).collect();
    assert_eq!(
        MintError::Beyond { scopes }.to_string(),
        "beyond what it is minted from: `all:manage`, `all:read`"
    );
    let violation = Violation::TooFew {
        permission: PermissionKey::new("plain/view").unwrap(),
        least: 1,
        holders: Vec::new(),
    };
    let gains = UserUpgrade {
        user: user("maja"),
        gained: vec![PermissionKey::new("gated/a").unwrap()],
        lost: Vec::new(),
        moved: Vec::new(),
        scopes_gained: vec![ScopeKey::new("sms:send").unwrap()],
        scopes_lost: ["all:read", "all:send"].map(|key| ScopeKey::new(key).unwrap()).to_vec(),
    };
    let undeclared = vec![Undeclared::Feature(FeatureKey::new("alpha").unwrap())];
    let report =
        UpgradeReport { users: vec![gains], undeclared, problems: Vec::new(), violations: vec![violation] };
    assert_eq!(
        report.to_string(),
        "maja: gains gated/a; gains scopes sms:send; loses scopes all:read, all:send\n\
         undeclared: feature `alpha` is gone, and no succession says so\nrule: at least 1 must be able to use `plain/view`, but only nobody can\n"
    );
}
