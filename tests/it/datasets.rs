//! Real role data with every expected answer, replayed by the modules of the example `replay`; and proof
//! that the replay sees what is wrong.

#[path = "../../examples/replay/account.rs"]
mod account;
#[path = "../../examples/replay/catalog.rs"]
mod catalog;
#[path = "../../examples/replay/judge.rs"]
mod judge;
#[path = "../../examples/replay/set.rs"]
mod set;
#[path = "../../examples/replay/update.rs"]
mod update;

use std::path::{Path, PathBuf};

use once_cell::sync::OnceCell;
use serde_json::json;

use judge::Verdict;
use set::{DataFile, Failure, Set};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

/// A file that several tests look at, read once. `once_cell` because reading can fail, and the standard
/// library has no `get_or_try_init` on stable.
fn cached(cell: &'static OnceCell<DataFile>, name: &str) -> Result<&'static Set, Failure> {
    let file = cell.get_or_try_init(|| set::read(&Path::new(DATA).join(name)))?;
    file.sets.first().ok_or_else(|| "no set in the file".into())
}

/// Accounts, teams, custom roles made from others.
fn mattermost() -> Result<Set, Failure> {
    static FILE: OnceCell<DataFile> = OnceCell::new();
    cached(&FILE, "mattermost_roles.json").cloned()
}

/// Decisions stated by the source.
fn casbin() -> Result<Set, Failure> {
    static FILE: OnceCell<DataFile> = OnceCell::new();
    cached(&FILE, "casbin_examples.json").cloned()
}

fn judged(set: &Set) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::default();
    judge::judge(set, &account::build(set)?, &mut verdict)?;
    Ok(verdict)
}

/// What is said of a set that has something wrong with it.
fn told(set: &Set) -> Result<(usize, String), Failure> {
    let Verdict { mismatches, told, .. } = judged(set)?;
    Ok((mismatches, told.join("\n")))
}

/// What is said of a set that cannot be built.
fn refused(set: &Set) -> String {
    judged(set).err().map(|error| error.to_string()).unwrap_or_default()
}

/// What is said of text that is no data file.
fn unread(text: &str) -> String {
    set::parse(text).err().map(|error| error.to_string()).unwrap_or_default()
}

fn data_files() -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(DATA)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json" || extension == "gz") {
            files.push(path);
        }
    }
    Ok(files)
}

#[test]
fn every_set_is_answered_as_expected() -> Result<(), Failure> {
    let files = data_files()?;
    assert!(!files.is_empty());
    for path in files {
        let file = set::read(&path)?;
        assert!(!file.sets.is_empty(), "{path:?}");
        for set in &file.sets {
            let Verdict { decisions, mismatches, told } = judged(set)?;
            assert_eq!(mismatches, 0, "{}: {told:#?}", file.name);
            assert!(decisions > 0, "{}: `{}`", file.name, set.name);
        }
    }
    Ok(())
}

#[test]
fn a_wrong_bit_is_reported() -> Result<(), Failure> {
    let mut set = mattermost()?;
    set.expected_matrix.get_mut("user-0001").and_then(Vec::pop).unwrap();
    let (mismatches, told) = told(&set)?;
    assert_eq!(mismatches, 1, "{told}");
    assert!(told.contains("user `user-0001`, permission `"), "{told}");
    assert!(told.contains("expected deny, got allow\n  granted by "), "{told}");

    let mut set = mattermost()?;
    let denied = set.permissions.iter().position(|permission| permission.key == "manage_system").unwrap();
    set.expected_matrix.get_mut("user-0001").unwrap().push(denied);
    let (mismatches, told) = self::told(&set)?;
    assert_eq!(mismatches, 1, "{told}");
    assert!(
        told.contains("user `user-0001`, permission `manage_system`: expected allow, got deny"),
        "{told}"
    );
    Ok(())
}

#[test]
fn what_the_matrix_does_not_list_is_expected_to_be_denied() -> Result<(), Failure> {
    let mut set = mattermost()?;
    let row = set.expected_matrix.remove("user-0001").unwrap();
    assert_eq!(judged(&set)?.mismatches, row.len());
    // Someone on no account is asked about too.
    let mut set = mattermost()?;
    set.expected_matrix.insert("stranger".to_owned(), vec![0]);
    let (mismatches, told) = told(&set)?;
    assert_eq!(mismatches, 1, "{told}");
    assert!(told.contains("user `stranger`") && told.contains("unknown user"), "{told}");
    Ok(())
}

#[test]
fn a_permission_dropped_from_a_role_is_reported() -> Result<(), Failure> {
    let mut set = mattermost()?;
    let role = set.roles.iter_mut().find(|role| role.key == "team_user").unwrap();
    role.permissions.retain(|permission| permission != "invite_user");
    let (mismatches, told) = told(&set)?;
    assert!(mismatches > 0);
    assert!(told.contains("permission `invite_user`: expected allow, got deny: not granted"), "{told}");

    // A custom role is made from others; then what it lists is what it must have come to.
    let mut set = mattermost()?;
    let role = set.roles.iter_mut().find(|role| role.key == "custom/003").unwrap();
    role.permissions.retain(|permission| permission != "list_private_teams");
    let (mismatches, told) = self::told(&set)?;
    assert_eq!(mismatches, set.accounts.len(), "{told}");
    assert!(told.contains("role `custom/003`") && told.contains("\"list_private_teams\""), "{told}");
    Ok(())
}

#[test]
fn a_wrong_stated_decision_is_reported() -> Result<(), Failure> {
    let mut set = casbin()?;
    let stated = set.expected.first_mut().unwrap();
    stated.allow = !stated.allow;
    let (mismatches, told) = told(&set)?;
    assert_eq!(mismatches, 1, "{told}");
    assert!(told.contains("user `alice`, permission `data1:read`: expected deny, got allow"), "{told}");
    Ok(())
}

/// What the format allows and the sets under `tests/data` do not have.
#[test]
fn odd_sets_are_understood() -> Result<(), Failure> {
    let long = "an editor whose name goes on ".repeat(10);
    let file = json!({
        "format": 1, "name": "odd",
        "features": [{ "key": "basic", "name": "" }, { "key": "extra [beta]", "name": "Extra" }],
        "scopes": [{ "key": "GET /posts" }],
        "permissions": [
            { "key": "read a post", "feature": "basic", "section": "", "scopes": ["GET /posts"] },
            { "key": "edit#*@", "feature": "extra [beta]", "section": "Beiträge", "name": "Edit" },
        ],
        "roles": [
            { "key": "reader", "name": "Role", "permissions": ["read a post"] },
            { "key": "other reader", "name": "Role", "kind": "predefined", "permissions": ["read a post"] },
            { "key": "c1", "name": "ROLE", "kind": "custom", "permissions": ["edit#*@"] },
            { "key": "c2", "name": "role", "kind": "custom", "permissions": ["edit#*@"],
              "imported_from": ["reader", "c1"], "removed": ["read a post"] },
            { "key": "role", "name": "Role", "kind": "custom", "permissions": [] },
            { "key": "c3", "name": long, "kind": "custom", "permissions": [] },
        ],
        "teams": [{ "key": "t", "name": " ", "roles": ["c2"] }],
        "accounts": [{ "key": "small", "features": ["basic"] }, { "key": "none", "features": [] }],
        "users": [
            { "key": "unlimited", "roles": ["reader"], "teams": ["t"] },
            { "key": "small", "roles": ["reader", "c1"], "teams": ["t"], "account": "small" },
            { "key": "none", "roles": ["other reader"], "teams": [], "account": "none" },
            { "key": "nothing", "roles": [], "teams": [], "account": null },
        ],
        "expected_matrix": { "unlimited": [0, 1], "small": [0], "none": [], "nothing": [] },
        "expected": [{ "user": "stranger", "permission": "edit#*@", "allow": false }],
        "expected_scopes": { "unlimited": [0], "small": [0] },
        "update": {
            "permissions_added": [
                { "key": "like", "feature": "basic", "section": "" },
                { "key": "rate", "feature": "new", "section": "", "scopes": ["POST /rates"] },
            ],
            "permissions_removed": ["read a post"],
            "roles_added": [{ "key": "liker", "name": "Liker", "permissions": ["like", "rate"] }],
            "roles_removed": ["other reader"],
            "roles_changed": [{ "key": "reader", "add": ["like", "rate"] }],
        },
        "permission_keys_after": ["edit#*@", "like", "rate"],
        "expected_matrix_after": { "unlimited": [0, 1], "small": [1], "none": [] },
    });
    let file = set::parse(&file.to_string())?;
    let set = file.sets.first().unwrap();
    let Verdict { decisions, mismatches, told } = judged(set)?;
    // Four users and the stranger, two permissions before and three after, and what is stated. Nobody has the new
    // feature.
    assert_eq!((decisions, mismatches), (5 * 2 + 5 * 3 + 1, 0), "{told:#?}");

    let world = account::build(set)?;
    let account = world.accounts.first().unwrap().authorizer.account();
    let names: Vec<_> = account.custom_roles().map(|role| role.name()).collect();
    assert!(matches!(names[..], ["c1", "c2", _, "role 3"]), "{names:?}");
    Ok(())
}

/// Whatever of an update is not as it says is seen.
#[test]
fn wrong_updates_are_seen() -> Result<(), Failure> {
    let mut set = casbin()?;
    set.update =
        Some(set::Update { permissions_removed: vec!["data1:read".to_owned()], ..set::Update::default() });
    let kept = set.permissions.iter().map(|p| p.key.clone()).filter(|key| key != "data1:read");
    set.permission_keys_after = kept.collect();
    let at = |set: &Set, key: &str| set.permission_keys_after.iter().position(|k| k == key);
    for (user, positions) in &set.expected_matrix {
        let keys = positions.iter().filter_map(|n| set.permissions.get(*n)).filter_map(|p| at(&set, &p.key));
        set.expected_matrix_after.insert(user.clone(), keys.collect());
    }
    assert_eq!(told(&set)?, (0, String::new()));

    let mut more = set.clone();
    more.permission_keys_after.push("data9:read".to_owned());
    assert!(told(&more)?.1.contains("permissions after the update"), "{}", told(&more)?.1);
    let mut other = set.clone();
    let user = other.expected_matrix_after.keys().next().cloned().unwrap();
    let all = (0..other.permission_keys_after.len()).collect();
    other.expected_matrix_after.insert(user, all);
    let (mismatches, words) = told(&other)?;
    assert!(
        mismatches > 1 && words.contains("after the update, user") && words.contains("report on user"),
        "{words}"
    );
    Ok(())
}

#[test]
fn a_malformed_file_is_an_error() -> Result<(), Failure> {
    let text = std::fs::read_to_string(Path::new(DATA).join("casbin_examples.json"))?;
    let (half, _) = text.split_at(text.len() / 2);
    assert!(unread(half).contains("EOF"), "{}", unread(half));
    for (from, to, says) in [
        ("\"format\": 1", "\"format\": 2", "format 2 is unknown"),
        ("\"users\"", "\"people\"", "missing field `users`"),
        ("\"allow\": true", "\"allow\": 1", "invalid type: integer `1`"),
        ("\"alice\": [", "\"alice\": [4, ", "user `alice`: no permission at position 4 of 4"),
        ("\"alice\": [", "\"alice\": [-1, ", "invalid value: integer `-1`"),
    ] {
        let text = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&text)?)?;
        let garbled = text.replace(from, to);
        assert_ne!(garbled, text, "{from}");
        assert!(unread(&garbled).contains(says), "{says}: {}", unread(&garbled));
    }
    Ok(())
}

#[test]
fn a_set_that_does_not_hold_together_is_an_error() -> Result<(), Failure> {
    let mut set = casbin()?;
    set.users.first_mut().unwrap().roles.push("no such role".to_owned());
    assert_eq!(refused(&set), "role `no such role` is not listed");

    let mut set = casbin()?;
    set.users.first_mut().unwrap().teams.push("no such team".to_owned());
    assert!(refused(&set).starts_with("no team `no such team`"), "{}", refused(&set));

    let mut set = casbin()?;
    set.users.first_mut().unwrap().account = Some("elsewhere".to_owned());
    assert_eq!(refused(&set), "user `alice` is on account `elsewhere`, which is not listed");

    let mut set = casbin()?;
    set.roles.first_mut().unwrap().permissions.push("data1:raed".to_owned());
    assert!(refused(&set).contains("did you mean `data1:read`?"), "{}", refused(&set));

    let mut set = casbin()?;
    let role = set.roles.first().unwrap().clone();
    set.roles.push(set::Role { kind: set::RoleKind::Custom, ..role });
    assert!(refused(&set).contains("is listed twice"), "{}", refused(&set));
    Ok(())
}

#[test]
fn an_unreadable_file_is_an_error() -> Result<(), Failure> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let unread = |name: &str| set::read(&folder.join(name)).err().map(|error| error.to_string());
    assert!(unread("no such file.json").is_some());
    std::fs::copy(Path::new(DATA).join("casbin_examples.json"), folder.join("plain.json.gz"))?;
    assert_eq!(unread("plain.json.gz").as_deref(), Some("invalid gzip header"));
    let packed = std::fs::read(Path::new(DATA).join("k8s_bootstrap_rbac.json.gz"))?;
    let (half, _) = packed.split_at(packed.len() / 2);
    std::fs::write(folder.join("half.json.gz"), half)?;
    assert!(unread("half.json.gz").is_some());
    Ok(())
}

#[test]
fn scopes_of_users_are_compared() -> Result<(), Failure> {
    let mut value = json!({
        "format": 1, "name": "scopes", "features": [{"key": "f", "name": "F"}],
        "scopes": [{"key": "a:read"}, {"key": "b:read"}],
        "permissions": [
            {"key": "a", "feature": "f", "section": "s", "scopes": ["a:read"]},
            {"key": "b", "feature": "f", "section": "s", "scopes": ["b:read"]},
        ],
        "roles": [{"key": "r", "name": "R", "permissions": ["b"]}],
        "teams": [], "users": [{"key": "u", "roles": ["r"], "teams": []}],
        "expected_matrix": {"u": [1]}, "expected_scopes": {"u": [1]},
    });
    let set = |value: &serde_json::Value| -> Result<Set, Failure> {
        let file = set::parse(&value.to_string())?;
        file.sets.into_iter().next().ok_or_else(|| "no set".into())
    };
    assert_eq!(told(&set(&value)?)?, (0, String::new()));
    value["expected_scopes"] = json!({"u": [0, 1]});
    let (mismatches, words) = told(&set(&value)?)?;
    assert_eq!((mismatches, words.as_str()), (1, "scopes: scopes of user `u` differ in [\"a:read\"]"));
    Ok(())
}
