//! Text that came from outside, in what the crate says (D10): a line stays one line and imitates no other.

use rolecall::{
    Account, AccountId, AccountProblem, Assignee, Authorizer, Catalog, CatalogProblem, CatalogRecord, Change,
    Credential, CredentialRecord, EditError, Fact, KindKey, NameFault, PermissionKey, Quoted, Reach, Reached,
    Refusal, Refused, Repair, ReplayError, ResourceId, RestoreError, RoleId, RoleRef, TeamId, UserId,
    UserUpgrade, Violation, Whom,
};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::world::{Wish, build, catalog};

/// Texts that break a line, hide, turn it, or look like what stands around them. Each is an id.
const IDS: [&str; 12] = [
    "a`b",
    "` is fine",
    "vip; queue: all",
    "x, y",
    "none",
    "\u{2028}x",
    "x\u{2029}y",
    "\u{202e}x",
    "\u{200b}",
    "\u{3164}",
    "\u{feff}x\\",
    "\u{301}x",
];

/// Texts that are no ids.
const BAD: [&str; 5] = ["a\nFAKE LOG", "a\r\nb", "a\u{1b}[31mred", "", "\0"];

/// Nothing in there breaks the line, hides or turns it; and whatever was between backticks has none of its own.
fn is_clean(text: &str) -> bool {
    let bad = |c: char| c.is_control() || "\u{2028}\u{2029}\u{202e}\u{200b}\u{3164}\u{feff}".contains(c);
    let quotes = text.replace("\\\\", "").replace("\\`", "").matches('`').count();
    !text.chars().any(bad) && quotes.is_multiple_of(2)
}

#[track_caller]
fn one_line(said: impl ToString) {
    let said = said.to_string();
    assert!(is_clean(&said), "{said:?}");
}

/// The lines that the crate makes, each of them clean, and as many as it means to make.
#[track_caller]
fn lines(said: impl ToString, expected: usize) {
    let said = said.to_string();
    assert_eq!(said.lines().count(), expected, "{said}");
    said.lines().for_each(one_line);
}

#[test]
fn d10_quoted_text_is_told_from_what_stands_around_it() {
    let said: Vec<String> = IDS.iter().map(|id| format!("{:#}", UserId::new(id).unwrap())).collect();
    assert_eq!(
        said,
        [
            r"`a\`b`",
            r"`\` is fine`",
            "`vip; queue: all`",
            "`x, y`",
            "`none`",
            r"`\u{2028}x`",
            r"`x\u{2029}y`",
            r"`\u{202e}x`",
            r"`\u{200b}`",
            r"`\u{3164}`",
            r"`\u{feff}x\\`",
            r"`\u{301}x`",
        ]
    );
    for id in IDS {
        assert_eq!(UserId::new(id).unwrap().to_string(), id, "as it is, where the host wants it");
        assert_eq!(
            format!("{:#}", RoleRef::custom(RoleId::new(id).unwrap()).unwrap()),
            Quoted(id).to_string()
        );
    }
    assert_eq!(
        Quoted("\u{5de}\u{5e0}\u{5d4}\u{5dc} \u{1f916} e\u{301}").to_string(),
        "`\u{5de}\u{5e0}\u{5d4}\u{5dc} \u{1f916} e\u{301}`"
    );
}

#[test]
fn d10_a_reach_imitates_no_other() {
    let only = |kind: &str, ids: &[&str]| Reach::only(kind, ids.iter().copied()).unwrap();
    assert_eq!(only("queue", &["vip; channel: all"]).to_string(), "only queue: `vip; channel: all`");
    assert_eq!(only("queue", &["a", "b"]).to_string(), "only queue: a, b");
    assert_eq!(only("queue", &["a, b"]).to_string(), "only queue: `a, b`");
    assert_eq!(only("queue", &["none"]).to_string(), "only queue: `none`");
    assert_eq!(only("queue", &[]).to_string(), "only queue: none");
    assert_eq!(only("a: b; c", &["x"]).to_string(), "only `a: b; c`: x");
    let reaches: std::collections::BTreeSet<String> =
        IDS.iter().map(|id| only("queue", &[id]).to_string()).collect();
    assert_eq!(reaches.len(), IDS.len());
    for id in IDS {
        one_line(only("queue", &[id, "other"]));
        one_line(Reached::Only([ResourceId::new(id).unwrap()].into()));
    }
}

#[test]
fn d10_every_refusal_of_an_edit_stays_on_its_line() {
    for text in IDS {
        let (role, team, user) =
            (RoleId::new(text).unwrap(), TeamId::new(text).unwrap(), UserId::new(text).unwrap());
        let account = build(&catalog(), &[]);
        let mut edit = account.edit();
        one_line(edit.clone().grant(&role, "plain/view").unwrap_err());
        one_line(edit.clone().add_member(&team, &user).unwrap_err());
        one_line(edit.clone().suspend(&user).unwrap_err());
        one_line(edit.clone().enable_feature(text).unwrap_err());
        one_line(edit.clone().assign(text, &user).unwrap_err());
        edit.create_role(&role, "Role").unwrap();
        edit.create_team(&team, "Team").unwrap();
        edit.add_member(&team, &user).unwrap();
        edit.assign(&role, &team).unwrap();
        one_line(edit.clone().create_role(&RoleId::new("other").unwrap(), "ROLE").unwrap_err());
        one_line(edit.clone().create_role(&role, "Other").unwrap_err());
        one_line(edit.clone().create_team(&team, "Other").unwrap_err());
        one_line(edit.clone().unassign(&role, &user).unwrap_err());
        one_line(edit.clone().limit(&role, &user, "queue", ["vip"]).unwrap_err());
        one_line(edit.clone().import(&role, [&role]).unwrap_err());
        one_line(edit.clone().catch_up(&role, "viewer", ["plain/view"]).unwrap_err());
        one_line(edit.clone().grant(text, "plain/view").unwrap_err());
        let errors = [
            EditError::OtherReach {
                role: RoleRef::Custom(role.clone()),
                assignee: Assignee::Team(team.clone()),
                kind: KindKey::new("a`b; c").unwrap(),
            },
            EditError::NeedsUpgrade { stored: format!("{text} 1"), catalog: format!("{text} 2") },
            EditError::NeedsUpgrade { stored: text.to_owned(), catalog: text.to_owned() },
            EditError::Repeated { permission: PermissionKey::new("a` b").unwrap() },
        ];
        errors.iter().for_each(one_line);
    }
    for text in BAD {
        let mut edit = build(&catalog(), &[]).edit();
        one_line(edit.enable_feature(text).unwrap_err());
        one_line(edit.create_role(&RoleId::new("r").unwrap(), &format!("{text}x\ty")).unwrap_err());
        one_line(edit.add_member(text, "maja").unwrap_err());
        one_line(UserId::new(text).unwrap_err());
        one_line(catalog().permission(text).unwrap_err());
        one_line(catalog().resource("queue", text).unwrap_err());
    }
}

#[test]
fn d10_every_answer_stays_on_its_lines() {
    for text in IDS {
        let (role, team) = (RoleId::new(text).unwrap(), TeamId::new(text).unwrap());
        let user = Assignee::user(text).unwrap();
        let mut edit = build(&catalog(), &[Wish::Enable("alpha")]).edit();
        edit.create_role(&role, "Role").unwrap();
        edit.grant(&role, "plain/edit").unwrap();
        edit.create_team(&team, "Team").unwrap();
        edit.add_member(&team, text).unwrap();
        edit.assign_within(&role, &team, Reach::only("channel", [text]).unwrap()).unwrap();
        edit.assign("shared", user.clone()).unwrap();
        let auth = Authorizer::new(edit.finish().unwrap().into_account());
        let id = |key: &str| auth.catalog().permission(key).unwrap();
        let on = auth.catalog().resource("channel", text).unwrap();
        let elsewhere = auth.catalog().resource("channel", format!("{text}2")).unwrap();
        let subject = auth.subject(text);
        lines(subject.explain_on(id("plain/edit"), &on), 2);
        let refused = subject.explain_on(id("plain/edit"), &elsewhere);
        assert_eq!(refused.to_string().lines().count(), refused.to_string().matches('\n').count() + 1);
        refused.to_string().lines().for_each(one_line);
        subject.explain(id("gated/ab")).to_string().lines().for_each(one_line);
        one_line(&user);
        for held in subject.roles() {
            held.paths.iter().for_each(one_line);
        }
        let endpoint = rolecall::Endpoint::any_of(auth.catalog(), ["all:read"]).unwrap();
        subject.explain_call(&endpoint).to_string().lines().for_each(one_line);
        let (kind, resource) = (KindKey::new("a; b").unwrap(), ResourceId::new(text).unwrap());
        let reference = RoleRef::Custom(role.clone());
        for repair in [
            Repair::Assign(reference.clone()),
            Repair::Join(team.clone()),
            Repair::Grant(role.clone()),
            Repair::Lift { role: reference.clone(), assignee: user.clone(), kind: kind.clone() },
            Repair::Extend { role: reference.clone(), assignee: user.clone(), kind, resource },
        ] {
            one_line(repair);
        }
        let someone = UserId::new(text).unwrap();
        let permission = PermissionKey::new("a`b").unwrap();
        let violations = [
            Violation::TooFew { permission: permission.clone(), least: 2, holders: vec![someone.clone()] },
            Violation::TooMany {
                exclusion: text.to_owned(),
                user: someone.clone(),
                most: 1,
                roles: vec![reference],
                permissions: vec![permission.clone()],
            },
        ];
        violations.iter().for_each(one_line);
        let beyond = |whom| Refusal::Beyond {
            whom,
            fact: Fact::UserSuspended { user: someone.clone() },
            permissions: vec![permission.clone()],
            scopes: Vec::new(),
            more: 0,
        };
        let refusals = vec![
            beyond(Whom::User(someone.clone())),
            beyond(Whom::Role(role.clone())),
            beyond(Whom::Team(team.clone())),
        ];
        one_line(Refused { actor: text.to_owned(), refusals, more: 0 });
        one_line(UserUpgrade {
            user: someone,
            gained: vec![permission.clone()],
            lost: vec![permission.clone()],
            moved: Vec::new(),
            scopes_gained: Vec::new(),
            scopes_lost: Vec::new(),
        });
        one_line(AccountProblem::MissingPermission { role, permission });
    }
}

#[test]
fn d10_what_is_wrong_with_stored_forms_stays_on_its_line() {
    for text in IDS {
        let account = build(&catalog(), &[]);
        let mut record = account.record();
        let user = json!({"id": text, "incarnation": "00112233445566ff", "suspended": false, "assignments": [], "teams": []});
        record.users =
            vec![serde_json::from_value(user.clone()).unwrap(), serde_json::from_value(user).unwrap()];
        one_line(Account::restore(&record, &catalog()).unwrap_err());
        let mut record = account.record();
        record.catalog.name = text.to_owned();
        one_line(Account::restore(&record, &catalog()).unwrap_err());
        let change = |account: &str, fact: serde_json::Value| -> Change {
            serde_json::from_value(json!({
                "format": 1, "account": account, "base": 0, "facts": [fact],
                "attribution": {"who": null, "on_behalf_of": null, "when": null, "why": null},
            }))
            .unwrap()
        };
        one_line(account.replay(&change(text, json!({"user-suspended": {"user": "maja"}}))).unwrap_err());
        let id = account.id().as_str();
        one_line(account.replay(&change(id, json!({"user-suspended": {"user": text}}))).unwrap_err());
        let hash = catalog().hash();
        let upgraded = json!({"catalog-upgraded": {
            "catalog": {"name": text, "version": 9, "hash": hash}, "rewritten": []
        }});
        let refused = account.replay(&change(id, upgraded)).unwrap_err();
        assert!(matches!(refused, ReplayError::NeedsCatalog { .. }), "{refused}");
        one_line(refused);
        let mut record: CredentialRecord =
            serde_json::from_value(serde_json::to_value(credential().record()).unwrap()).unwrap();
        record.catalog.name = text.to_owned();
        let refused: RestoreError = Credential::restore(&record, &catalog()).unwrap_err();
        one_line(refused);
        assert!(AccountId::new(text).is_ok());
    }
    for text in IDS.iter().chain(&BAD) {
        let mut record: CatalogRecord = catalog().record();
        record.name = (*text).to_owned();
        record.features[0].name = format!("{text}\t");
        record.roles[0].key = (*text).to_owned();
        record.roles[1].permissions = vec![(*text).to_owned()];
        record.scopes[0].includes = vec![(*text).to_owned()];
        let refused = Catalog::from_record(&record).unwrap_err();
        assert!(refused.problems().len() > 1);
        one_line(&refused);
        one_line(CatalogProblem::ScopeCycle { scopes: vec![(*text).to_owned(), "b".to_owned()] });
    }
}

fn credential() -> Credential {
    let auth = Authorizer::new(build(
        &catalog(),
        &[Wish::Assign(RoleRef::predefined("viewer").unwrap(), Assignee::user("maja").unwrap())],
    ));
    auth.subject("maja").mint([""; 0]).unwrap()
}

/// P4: the words of serde about a name that it doesn't know are quoted, in a struct, an enum, and a variant.
#[test]
fn p4_unknown_fields_and_variants_are_quoted() {
    #[track_caller]
    fn refused<T: DeserializeOwned>(json: &serde_json::Value, says: &str) {
        let by_text = serde_json::from_str::<T>(&json.to_string()).map(drop).unwrap_err().to_string();
        let by_value = serde_json::from_value::<T>(json.clone()).map(drop).unwrap_err().to_string();
        for said in [by_text, by_value] {
            one_line(&said);
            assert!(said.starts_with(says), "{said}");
        }
    }
    let bad = "a\nFAKE LOG\u{2028}`";
    let quoted = r"`a\nFAKE LOG\u{2028}\``";
    let variant = format!("unknown variant {quoted}, expected");
    let field = format!("unknown field {quoted}, expected");
    refused::<Assignee>(&json!({ bad: "x" }), &format!("{variant} one of `user`, `team`"));
    refused::<RoleRef>(&json!({ bad: "x" }), &variant);
    refused::<Fact>(&json!({ bad: {} }), &variant);
    refused::<Fact>(&json!({"user-suspended": {"user": "maja", bad: 1}}), &format!("{field} `user`"));
    refused::<rolecall::Act>(&json!(bad), &variant);
    refused::<rolecall::Needs>(&json!(bad), &variant);
    refused::<Reach>(&json!(bad), &variant);
    refused::<Reach>(&json!({"only": [{"kind": "a", bad: []}]}), &field);
    refused::<Change>(&json!({ bad: 1 }), &field);
    refused::<rolecall::Attribution>(&json!({ bad: 1 }), &field);
    refused::<rolecall::CatalogId>(&json!({ bad: 1 }), &field);
    refused::<rolecall::Succession<PermissionKey>>(&json!({ bad: 1 }), &field);
    refused::<rolecall::Successions>(&json!({ bad: 1 }), &field);
    refused::<CatalogRecord>(&json!({ bad: 1 }), &field);
    refused::<rolecall::AccountRecord>(&json!({ bad: 1 }), &field);
    refused::<CredentialRecord>(&json!({ bad: 1 }), &field);
    refused::<UserId>(&json!("a\nb"), r"user id `a\nb` contains '\n'");
    refused::<rolecall::ContentHash>(&json!("a\nb`"), r"`a\nb\`` is no content hash");
    // A name that fills the log is cut.
    let long = "x".repeat(1 << 20);
    let said = serde_json::from_value::<RoleRef>(json!({ long.as_str(): "x" })).unwrap_err().to_string();
    assert!(said.len() < 200, "{}", said.len());
}

/// Whatever derives `Deserialize` takes the words for it from the one place.
#[test]
fn p4_every_derived_decoder_quotes() {
    fn walk(folder: &std::path::Path, found: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut lines = text.lines().peekable();
            while let Some(line) = lines.next() {
                if line.trim_start().starts_with("#[derive(") && line.contains("Deserialize") {
                    *found += 1;
                    let next = lines.peek().is_some_and(|next| next.contains("crate::quote::serde"));
                    assert!(next, "{}: {line}", path.display());
                }
            }
        }
    }
    let mut found = 0;
    walk(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert!(found > 20, "{found}");
}

#[test]
fn r1_faults_of_names_stay_on_their_line() {
    for found in ['\u{2028}', '\u{202e}', '\u{200b}', '\n', '\u{378}'] {
        for fault in [
            NameFault::Control { found },
            NameFault::Separator { found },
            NameFault::Direction { found },
            NameFault::Invisible { found },
            NameFault::Unassigned { found },
        ] {
            one_line(fault);
        }
    }
}
