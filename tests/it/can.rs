//! The example `can`, run as a function: what it prints, its exit status, and that the sample account tells
//! the story that the front page tells.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use rolecall::{
    Account, AccountRecord, Authorizer, Decision, DenyReason, PermissionId, Reach, Role, RoleId, RoleRef,
    predefined,
};
use serde_json::{Value, json};

#[path = "../../examples/can/main.rs"]
#[expect(dead_code, reason = "here, nobody calls its `main`")]
mod program;

const SAMPLE: &str = include_str!("../../examples/can/account.json");

/// Every mode that answers with one document.
const MODES: [&[&str]; 8] = [
    &["maja", "campaigns/send"],
    &["petra", "flows/launch"],
    &["--what", "maja"],
    &["--who", "campaigns/send"],
    &["--who", "flows/launch"],
    &["--roles"],
    &["--role", "on-call-launcher"],
    &["--matrix"],
];

struct Ran {
    status: u8,
    output: String,
    errors: String,
}

fn run(arguments: &[&str], width: Option<u16>, input: &str) -> Ran {
    let arguments = ["can"].iter().chain(arguments).map(OsString::from);
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let status = program::run(arguments, width, &mut input.as_bytes(), &mut output, &mut errors);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { status, output: text(output), errors: text(errors) }
}

fn can(arguments: &[&str]) -> Ran {
    run(arguments, Some(80), "")
}

fn json(arguments: &[&str]) -> Value {
    let Ran { output, errors, .. } = can(&[arguments, &["--format", "json"]].concat());
    assert_eq!(errors, "");
    serde_json::from_str(&output).unwrap()
}

fn sample() -> Authorizer {
    let record: AccountRecord = serde_json::from_str(SAMPLE).unwrap();
    Authorizer::new(Account::restore(&record, &predefined::current()).unwrap())
}

fn permission(authorizer: &Authorizer, key: &str) -> PermissionId {
    authorizer.catalog().permission(key).unwrap()
}

/// The members of an array, each reduced to one text.
fn texts(array: &Value, of: impl Fn(&Value) -> &Value) -> Vec<String> {
    array.as_array().unwrap().iter().map(|member| of(member).as_str().unwrap().to_owned()).collect()
}

fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_decision_is_the_first_line_and_the_exit_status() {
    for (user, key, status, first) in [
        ("maja", "campaigns/send", 0, "allow"),
        ("ivo", "campaigns/send", 1, "deny: not granted by any role"),
        ("luka", "flows/launch", 1, "deny: feature is disabled"),
        ("petra", "campaigns/send", 1, "deny: user is suspended"),
        ("nobody", "campaigns/send", 1, "deny: unknown user"),
        ("", "campaigns/send", 1, "deny: unknown user"),
    ] {
        let Ran { status: got, output, errors } = can(&[user, key]);
        assert_eq!((got, output.lines().next(), errors.as_str()), (status, Some(first), ""), "{user} {key}");
    }
}

/// The front page shows this.
#[test]
fn a_right_that_comes_in_three_ways() {
    let Ran { status, output, .. } = can(&["maja", "campaigns/send"]);
    let expected = "\
allow
  user `maja`, permission `campaigns/send` (Send campaigns)
  granted by predefined role `campaign-manager` (Campaign manager)
    directly
    through team `growth` (Growth)
  granted by custom role `on-call-launcher` (On-call launcher)
    through team `on-call` (On call)
";
    assert_eq!((status, output.as_str()), (0, expected));
}

#[test]
fn a_denial_with_common_steps_and_alternatives() {
    let Ran { status, output, .. } = can(&["petra", "flows/launch"]);
    let expected = "\
deny: user is suspended
  user `petra`, permission `flows/launch` (Launch flows)
  requires feature `flow` (Flow), which is disabled
  to allow:
    reinstate the user
    enable feature `flow` (Flow)
  and one of:
    assign predefined role `flow-controller` (Flow controller)
    assign custom role `on-call-launcher` (On-call launcher)
    add the user to team `on-call` (On call)
";
    assert_eq!((status, output.as_str()), (1, expected));
    let nowhere = can(&["ivo", "mobile-identity/verify"]).output;
    assert!(
        nowhere.ends_with("  to allow: create a custom role that grants it, and assign that\n"),
        "{nowhere}"
    );
    let held = can(&["filip", "people/export"]).output;
    let grant = "    grant `people/export` to custom role `seasonal-agent` (Seasonal agent),\n    which the user holds\n";
    assert!(held.contains(grant), "{held}");
}

#[test]
fn a_typo_names_the_nearest() {
    for (arguments, status, hint) in [
        (&["maja", "campaigns/sned"][..], 2, "error: no permission `campaigns/sned`"),
        (&["--who", "campaigns/sned"], 2, "; did you mean `campaigns/send`?"),
        (&["--what", "mjaa"], 2, "error: no user `mjaa` in account `adria-ferries`; did you mean `maja`?"),
        (&["--role", "Finence manager"], 2, "error: no role `Finence manager` in account"),
        (&["--role", "finance-manger"], 2, "; did you mean `finance-manager`?"),
        (&["--role", "seasonl-agent"], 2, "; did you mean `seasonal-agent`?"),
        (
            &["--role", "nothing of the sort"],
            2,
            "error: no role `nothing of the sort` in account `adria-ferries`\n",
        ),
    ] {
        let Ran { status: got, output, errors } = can(arguments);
        assert_eq!((got, output.as_str()), (status, ""), "{arguments:?}");
        assert!(errors.contains(hint), "{errors}");
    }
    let unknown = can(&["mjaa", "campaigns/send"]);
    assert_eq!(unknown.status, 1, "a decision on an unknown user is a denial");
    assert!(unknown.output.contains("\n  did you mean user `maja`?\n"), "{}", unknown.output);
    assert_eq!(json(&["mjaa", "campaigns/send"])["nearest_user"], "maja");
    assert_eq!(json(&["maja", "campaigns/send"])["nearest_user"], Value::Null);
}

#[test]
fn exactly_one_question() {
    for wrong in [
        &[][..],
        &["maja"],
        &["--format", "json"],
        &["--roles", "--matrix"],
        &["maja", "campaigns/send", "--roles"],
        &["--what", "maja", "campaigns/send"],
        &["--roles", "--format", "yaml"],
        &["--nothing"],
    ] {
        let Ran { status, output, errors } = can(wrong);
        assert_eq!((status, output.as_str()), (2, ""), "{wrong:?}");
        assert!(errors.starts_with("error: "), "{wrong:?}: {errors}");
    }
    let help = can(&["--help"]);
    assert_eq!((help.status, help.errors.as_str()), (0, ""));
    assert!(help.output.contains("can --batch <FILE|->"), "{}", help.output);
}

#[test]
fn a_role_is_named_by_key_id_or_name() {
    for (text, kind, id) in [
        ("campaign-content-creator", "predefined", "campaign-content-creator"),
        ("campaign CONTENT creator", "predefined", "campaign-content-creator"),
        ("departure-desk", "custom", "departure-desk"),
        ("Departure Desk", "custom", "departure-desk"),
    ] {
        let role = &json(&["--role", text])["role"];
        assert_eq!((role["kind"].as_str(), role["id"].as_str()), (Some(kind), Some(id)), "{text}");
    }

    let mut edit = sample().account().edit();
    edit.create_role(&RoleId::new("finance-manager").unwrap(), "Harbour finances").unwrap();
    let account = edit.finish().unwrap().into_account();
    let account = file("can-ambiguous.json", &serde_json::to_string(&account.record()).unwrap());
    let Ran { status, errors, .. } = can(&["--role", "finance-manager", "--account", &account]);
    let both = "error: `finance-manager` names more than one role: predefined role `finance-manager` \
                (Finance manager) and custom role `finance-manager` (Harbour finances)\n";
    assert_eq!((status, errors.as_str()), (2, both));
    for name in ["Harbour finances", "Finance manager"] {
        assert_eq!(can(&["--role", name, "--account", &account]).status, 0, "the name tells them apart");
    }
}

#[test]
fn batch_answers_in_order_and_equals_asking_singly() {
    let authorizer = sample();
    let mut users: Vec<&str> = authorizer.account().users().map(|user| user.id().as_str()).collect();
    users.push("nobody");
    let (mut lines, mut expected) = (String::new(), String::new());
    for permission in authorizer.catalog().permissions() {
        for user in &users {
            lines += &format!("{user}\t{}\n", permission.key());
            expected += if authorizer.subject(*user).can(permission.id()) { "allow\n" } else { "deny\n" };
        }
    }
    let Ran { status, output, errors } = run(&["--batch", "-"], None, &lines);
    assert_eq!((status, errors.as_str()), (0, ""));
    assert!(output == expected, "batch differs from single checks");
    assert!(expected.contains("allow\ndeny\n") && expected.contains("deny\nallow\n"));

    let from_file = can(&["--batch", &file("can-questions.tsv", lines.trim_end())]);
    assert!(from_file.output == expected, "the last line may lack its end");
    assert_eq!(run(&["--batch", "-"], None, "maja\tcampaigns/send\r\n").output, "allow\n");
    assert_eq!(run(&["--batch", "-"], None, "").output, "");
}

#[test]
fn batch_stops_at_the_first_wrong_line() {
    for (wrong, what) in [
        ("maja campaigns/send", "expected a user, a tab, and a permission"),
        ("", "expected a user, a tab, and a permission"),
        ("maja\tcampaigns/send\tnow", "expected a user, a tab, and a permission"),
        ("maja\t", "expected a user, a tab, and a permission"),
        (
            "maja\tcampaigns/sned",
            "no permission `campaigns/sned` in catalog `infobip 2`; did you mean `campaigns/send`?",
        ),
    ] {
        let lines = format!("maja\tcampaigns/send\nivo\tcampaigns/send\n{wrong}\nmaja\tlogs/view\n");
        let from_input = run(&["--batch", "-"], None, &lines);
        assert_eq!((from_input.status, from_input.output.as_str()), (2, "allow\ndeny\n"), "{wrong}");
        assert_eq!(from_input.errors, format!("error: standard input:3: {what}\n"));
        let path = file("can-wrong.tsv", &lines);
        assert_eq!(can(&["--batch", &path]).errors, format!("error: {path}:3: {what}\n"));
    }
    let mut output = Vec::new();
    let bytes = &b"maja\tcampaigns/send\nma\xffja\tcampaigns/send\n"[..];
    let arguments = ["can", "--batch", "-"].map(OsString::from);
    let status = program::run(arguments, None, &mut { bytes }, &mut output, &mut std::io::sink());
    assert_eq!((status, output.as_slice()), (2, &b"allow\n"[..]));
}

#[test]
fn every_mode_prints_json() {
    for mode in MODES {
        assert!(json(mode).is_object(), "{mode:?}");
    }
    let lines = "maja\tcampaigns/send\nivo\tcampaigns/send\n";
    let Ran { output, .. } = run(&["--batch", "-", "--format", "json"], None, lines);
    let answers: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = [
        json!({"user": "maja", "permission": "campaigns/send", "decision": "allow", "reason": null}),
        json!({"user": "ivo", "permission": "campaigns/send", "decision": "deny",
            "reason": "not granted by any role"}),
    ];
    assert_eq!(answers, expected);
}

#[test]
fn the_json_of_a_decision() {
    let role = json!({"kind": "custom", "id": "on-call-launcher", "name": "On-call launcher"});
    let team = json!({"id": "on-call", "name": "On call"});
    let flow = json!({"key": "flow", "name": "Flow"});
    let expected = json!({
        "decision": "deny",
        "reason": "feature is disabled",
        "user": "marko",
        "nearest_user": null,
        "permission": {"key": "flows/launch", "name": "Launch flows"},
        "on": null,
        "grants": [{"role": role, "paths": [{"team": team, "reach": "everything"}]}],
        "missing_features": [flow],
        "repairs": {"steps": [{"action": "enable-feature", "feature": flow}], "one_of": []},
    });
    assert_eq!(json(&["marko", "flows/launch"]), expected);
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    for width in [60, 80, 100, 140, 200] {
        for mode in MODES {
            for line in run(mode, Some(width), "").output.lines() {
                assert!(line.chars().count() <= width.into(), "{mode:?} at {width}: {line}");
            }
        }
    }
}

/// V1: the counts of the list equal the single questions.
#[test]
fn roles_equal_the_single_questions() {
    let authorizer = sample();
    let account = authorizer.account();
    let report = json(&["--roles"]);
    let listed: Vec<&Value> =
        ["predefined", "custom"].iter().flat_map(|kind| report[kind].as_array().unwrap()).collect();
    assert_eq!(listed.len(), account.roles().count());
    for (role, listed) in account.roles().zip(listed) {
        let same = |other: &Role<'_>| other.to_ref() == role.to_ref();
        let users = authorizer.subjects().filter(|user| user.roles().iter().any(|held| same(&held.role)));
        let direct = account.users().filter(|user| user.roles().any(|role| same(&role)));
        let teams = account.teams().filter(|team| team.roles().any(|role| same(&role)));
        let expected = json!({
            "kind": role.to_ref().kind(),
            "id": role.to_ref().to_string(),
            "name": role.name(),
            "group": role.group(),
            "description": role.description(),
            "users": users.count(),
            "direct_users": direct.count(),
            "teams": teams.count(),
            "permissions": role.permissions().iter().count(),
            "scopes": role.scopes().iter().count(),
        });
        assert_eq!(*listed, expected);
    }
}

/// V2: every list equals checking, in both directions.
#[test]
fn what_and_who_equal_checking() {
    let authorizer = sample();
    let users: Vec<&str> = authorizer.account().users().map(|user| user.id().as_str()).collect();
    let mut may = BTreeSet::new();
    for user in &users {
        let report = json(&["--what", user]);
        let permissions = report["sections"].as_array().unwrap().iter();
        let permissions = permissions.flat_map(|section| section["permissions"].as_array().unwrap());
        for permission in permissions.filter(|permission| permission["usable"] == true) {
            may.insert((*user, permission["permission"]["key"].as_str().unwrap().to_owned()));
        }
    }
    let mut asked = BTreeSet::new();
    for permission in authorizer.catalog().permissions() {
        let who = json(&["--who", permission.key().as_str()]);
        let who = texts(&who["users"], |user| &user["user"]);
        for user in &users {
            let key = permission.key().to_string();
            let can = authorizer.subject(*user).is_usable(permission.id());
            assert_eq!(can, who.iter().any(|listed| listed == user), "--who {key}: {user}");
            asked.extend(can.then_some((*user, key)));
        }
    }
    assert_eq!(may, asked);
}

#[test]
fn role_and_matrix_equal_what_roles_grant() {
    let authorizer = sample();
    let matrix = json(&["--matrix"]);
    let rows: Vec<&Value> = matrix["sections"].as_array().unwrap().iter().collect();
    let rows: Vec<&Value> = rows.iter().flat_map(|rows| rows["permissions"].as_array().unwrap()).collect();
    for (column, role) in authorizer.account().roles().enumerate() {
        let report = json(&["--role", role.name()]);
        let sections = report["sections"].as_array().unwrap();
        let cells = sections.iter().flat_map(|section| section["permissions"].as_array().unwrap());
        let selected = cells.map(|cell| cell["selected"].as_bool().unwrap());
        let permissions = authorizer.catalog().sections().flat_map(|section| section.permissions());
        for ((permission, selected), row) in permissions.zip(selected).zip(&rows) {
            let granted = role.permissions().contains(permission.id());
            assert_eq!(row["permission"]["key"], permission.key().as_str());
            assert_eq!((selected, &row["granted"][column]), (granted, &json!(granted)));
        }
        let counts = sections.iter().map(|section| section["selected"].as_u64().unwrap());
        assert_eq!(counts.sum::<u64>(), u64::try_from(role.permissions().len()).unwrap());
        let users = authorizer.holders(role.to_ref()).count();
        assert_eq!(report["users"].as_array().unwrap().len(), users);
    }
}

/// What a Campaign content creator may not do can be read off.
#[test]
fn a_role_shows_what_it_has_and_lacks() {
    let text = can(&["--role", "Campaign content creator"]).output;
    for line in [
        "Campaign content creator: 11 of 223 permissions, marked x",
        "Broadcast campaigns, 4 of 10",
        "x  campaigns/edit      Create and edit campaigns",
        ".  campaigns/send      Send campaigns",
        ".  campaigns/approve   Approve campaigns",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
    }
}

#[test]
fn a_matrix_too_wide_for_the_terminal_comes_in_parts() {
    let text = run(&["--matrix"], Some(60), "").output;
    assert_eq!(text.lines().filter(|line| line.ends_with("  campaigns/send")).count(), 2, "{text}");
}

#[test]
fn files_of_ones_own() {
    let catalog = include_str!("golden/catalog-1.json");
    let (catalog, account) =
        (file("can-catalog.json", catalog), file("can-account.json", include_str!("golden/account-2.json")));
    let Ran { status, output, .. } = can(&["--catalog", &catalog, "--account", &account, "--roles"]);
    assert_eq!(status, 0);
    assert!(output.contains("roles of `initech`"), "{output}");

    let broken = file("can-broken.json", "{");
    for (arguments, error) in [
        (&["--roles", "--account", "no/such/file"][..], "error: no/such/file: "),
        (&["--roles", "--account", &broken], "can-broken.json: EOF while parsing"),
        (
            &["--roles", "--catalog", &catalog],
            "error: the sample account (--account names another): catalog: ",
        ),
        (&["--batch", "no/such/file"], "error: no/such/file: "),
    ] {
        let Ran { status, errors, .. } = can(arguments);
        assert_eq!(status, 2);
        assert!(errors.contains(error), "{errors}");
    }
}

#[test]
fn limited_assignments_say_so() {
    let mut edit = sample().account().edit();
    let vip = Reach::only("queue", ["vip", "gold"]).unwrap();
    let user = rolecall::Assignee::user("vera").unwrap();
    edit.assign_within("viewer-for-conversations", user, vip).unwrap();
    let account = edit.finish().unwrap().into_account();
    let account = file("can-limited.json", &serde_json::to_string(&account.record()).unwrap());
    let ask = |arguments: &[&str]| can(&[arguments, &["--account", &account]].concat());
    let Ran { status, output, .. } = ask(&["vera", "conversations/view-queue"]);
    assert_eq!(status, 1, "asked without a queue");
    let lift = "lift the queue limit of predefined role `viewer-for-conversations`";
    for text in ["deny: only on some resources\n", "    directly (only queue: gold, vip)\n", lift] {
        assert!(output.contains(text), "{output}");
    }
    assert!(ask(&["--what", "vera"]).output.contains("Monitor assigned queues (only on gold, vip)"));
    let who = ask(&["--who", "conversations/view-queue"]).output;
    assert!(who.contains("directly (only queue: gold, vip)"), "{who}");
}

#[test]
fn a_reader_who_goes_away_gets_no_message() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let arguments = ["can", "maja", "campaigns/send"].map(OsString::from);
    let mut errors = Vec::new();
    let status = program::run(arguments, None, &mut std::io::empty(), Gone, &mut errors);
    assert_eq!((status, errors.as_slice()), (2, &b""[..]), "an answer that did not arrive is none");
}

#[test]
fn the_sample_is_stored_canonically() {
    let text = serde_json::to_string_pretty(&sample().account().record()).unwrap() + "\n";
    assert_eq!(text, SAMPLE);
}

/// The story of the sample: who is who.
#[test]
fn the_sample_shows_what_it_should() {
    let authorizer = sample();
    let account = authorizer.account();
    assert_eq!(
        (account.users().count(), account.teams().count(), account.custom_roles().count()),
        (15, 4, 3),
        "a company of some size"
    );
    let decision = |user: &str, key: &str| authorizer.subject(user).check(permission(&authorizer, key));

    let disabled: Vec<&str> = account
        .catalog()
        .features()
        .map(|f| f.key().as_str())
        .filter(|key| !account.is_enabled(*key))
        .collect();
    assert_eq!(disabled, ["campaign-four-eyes", "flow", "biometrics"]);
    assert_eq!(decision("luka", "flows/launch"), Decision::Deny(DenyReason::FeatureDisabled));

    let suspended: Vec<&str> =
        account.users().filter(rolecall::User::is_suspended).map(|user| user.id().as_str()).collect();
    assert_eq!(suspended, ["petra"]);
    assert_eq!(decision("petra", "campaigns/send"), Decision::Deny(DenyReason::Suspended));

    let maja = authorizer.subject("maja").explain(permission(&authorizer, "campaigns/send"));
    let paths: Vec<_> = maja.grants.iter().flat_map(|grant| &grant.paths).collect();
    let teams: Vec<_> = paths.iter().filter_map(|path| path.team()).map(rolecall::TeamId::as_str).collect();
    assert_eq!((paths.len(), teams), (3, vec!["growth", "on-call"]), "directly and through two teams");

    let filip = authorizer.subject("filip").roles();
    let held: Vec<RoleRef> = filip.iter().map(|held| held.role.to_ref()).collect();
    assert_eq!(held, [RoleRef::custom("seasonal-agent").unwrap()], "custom roles only");

    let [desk, launcher, _] = account.custom_roles().collect::<Vec<_>>()[..] else { panic!("three") };
    let scopes: Vec<_> = desk.scopes().keys().map(ToString::to_string).collect();
    assert!(scopes.contains(&"sms:message:send".to_owned()), "{scopes:?}");
    assert_eq!(desk.withheld().len(), 2, "{:?}", desk.withheld());
    assert_eq!(decision("iva", "whatsapp/send"), Decision::Allow, "a withheld scope withholds no permission");
    assert!(!scopes.contains(&"whatsapp:message:send".to_owned()), "{scopes:?}");

    let imported: Vec<_> = launcher.imports().map(|(source, _)| source.to_string()).collect();
    assert_eq!(imported, ["flow-controller", "campaign-approval-manager"]);
    let approve = permission(&authorizer, "campaigns/approve");
    let logs = permission(&authorizer, "logs/view");
    assert!(!launcher.permissions().contains(approve), "less than imported");
    assert!(launcher.permissions().contains(logs), "and more");

    let both = |user: &rolecall::User<'_>| {
        let keys = ["agent-for-conversations", "supervisor-for-conversations"];
        let held = authorizer.subject(user.id()).roles();
        keys.iter().all(|key| held.iter().any(|held| held.role.to_ref().as_str() == *key))
    };
    assert!(!account.users().any(|user| both(&user)), "agent and supervisor exclude each other (G4)");
}

/// L3, L4: on a resource, and on which.
#[test]
fn on_a_resource_and_where() {
    let asked = |arguments: &[&str]| {
        let Ran { status, output, errors } = can(arguments);
        (status, output.lines().next().unwrap_or(errors.trim()).to_owned())
    };
    let reply = "conversations/reply-assigned";
    let allow = (0, "allow".to_owned());
    assert_eq!(asked(&["filip", reply, "--on", "channel:whatsapp"]), allow);
    assert_eq!(asked(&["filip", reply, "--on", "channel:sms"]), (1, "deny: not on this resource".to_owned()));
    assert_eq!(asked(&["filip", reply]), (1, "deny: only on some resources".to_owned()));
    assert_eq!(asked(&["karlo", "content/edit", "--on", "template:ferry-news"]), allow);
    let wrong = "deny: not exercised on resources of this kind".to_owned();
    assert_eq!(asked(&["filip", reply, "--on", "queue:vip"]), (1, wrong));
    let typo = "error: no resource kind `chanel` in catalog `infobip 2`; did you mean `channel`?".to_owned();
    assert_eq!(asked(&["filip", reply, "--on", "chanel:sms"]), (2, typo));
    let bare = "error: `sms` names no resource: write its kind and id, as in `channel:whatsapp`".to_owned();
    assert_eq!(asked(&["filip", reply, "--on", "sms"]), (2, bare));
    let widen = can(&["filip", reply, "--on", "channel:sms"]).output;
    let step = "extend custom role `seasonal-agent` (Seasonal agent) of user `filip` to\n    channel `sms`\n";
    assert!(widen.replace("\n      ", "\n    ").contains(step), "{widen}");

    let listed = |user: &str, key: &str| can(&["--where", user, key]).output;
    assert_eq!(listed("sara", "conversations/view-queue"), "only\nqueue:bookings\nqueue:vip\n");
    assert_eq!(listed("lea", "conversations/view-queue"), "everything\n");
    assert_eq!(listed("maja", "conversations/view-queue"), "nothing\n");
    let answer = json(&["--where", "karlo", "content/edit"]);
    assert_eq!((&answer["reach"], &answer["kind"]), (&json!("only"), &json!("template")));
    assert_eq!(answer["resources"], json!(["ferry-news", "summer-offer"]));
    assert_eq!(can(&["--where", "sara"]).status, 2);
}

#[test]
fn the_front_page_shows_what_is_printed() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("$ cargo run --release --example can -- maja campaigns/send\n").nth(1).unwrap();
    let printed = can(&["maja", "campaigns/send"]).output;
    assert!(shown.starts_with(&printed), "{printed}");
}
