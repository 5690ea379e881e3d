//! The surface: what hosts rely on beyond signatures.

use rolecall::*;

const fn shared<T: Send + Sync + 'static>() {}

/// Everything that a host keeps or sends between threads can be.
const _: () = {
    shared::<Catalog>();
    shared::<Account>();
    shared::<Authorizer>();
    shared::<Edit>();
    shared::<Edited>();
    shared::<BoundSubject>();
    shared::<PermissionId>();
    shared::<PermissionSet>();
    shared::<Change>();
    shared::<Explanation>();
    shared::<EditError>();
    shared::<CatalogError>();
    shared::<ReplayError>();
    shared::<RestoreError>();
    shared::<Decision>();
};

/// Sizes that make things cheap to pass around.
const _: () = {
    assert!(size_of::<Decision>() == 1);
    assert!(size_of::<PermissionId>() == 8);
    assert!(size_of::<Option<Decision>>() == 1);
    assert!(size_of::<Subject<'_>>() == 16);
    assert!(size_of::<UserId>() == 24);
    assert!(size_of::<EditError>() <= 128);
};

#[test]
fn b1_a_clone_shares_everything_and_changes_nothing() {
    let catalog = crate::world::catalog();
    let account = Account::new(&catalog, "initech").unwrap();
    let mut edit = account.edit();
    edit.assign("viewer", Assignee::user("maja").unwrap()).unwrap();
    drop(edit);
    assert_eq!(
        account.record(),
        Account::new(&catalog, "initech").unwrap().record(),
        "P1: dropped, so undone"
    );
    assert!(account.edit().finish().is_none(), "P2: nothing altered, nothing yielded");
}

/// Messages: lower case, no full stop, one line, the input in backticks, the remedy at the end.
#[test]
fn messages_are_of_one_style() {
    let catalog = crate::world::catalog();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    let nobody = RoleId::new("nobody").unwrap();
    let errors: Vec<String> = vec![
        edit.assign("veiwer", Assignee::user("maja").unwrap()).unwrap_err().to_string(),
        edit.grant(&nobody, "plain/view").unwrap_err().to_string(),
        edit.grant("viewer", "plain/view").unwrap_err().to_string(),
        edit.add_member("desk", "maja").unwrap_err().to_string(),
        edit.suspend("maja").unwrap_err().to_string(),
        edit.create_team("", "x").unwrap_err().to_string(),
        edit.create_team("x", "").unwrap_err().to_string(),
        catalog.permission("plain/veiw").unwrap_err().to_string(),
    ];
    assert_eq!(
        errors,
        [
            "no predefined role `veiwer` in catalog `small 3`; did you mean `viewer`?",
            "no custom role `nobody` on this account: create it first",
            "predefined role `viewer` changes only with the catalog (R7): duplicate it and edit the copy",
            "no team `desk` on this account: create it first",
            "no user `maja` on this account: assign a role to the user or add the user to a team first",
            "team id `` is empty",
            "team name `` is blank: a name is required",
            "no permission `plain/veiw` in catalog `small 3`; did you mean `plain/view`?",
        ]
    );
}

#[test]
fn debug_output_is_short() {
    let account = crate::world::build(&crate::world::catalog(), &[]);
    assert!(format!("{account:?}").len() < 200);
    assert!(format!("{:?}", account.catalog()).len() < 200);
    assert_eq!(format!("{:?}", account.features()), "{}");
    assert_eq!(format!("{:?}", UserId::new("maja").unwrap()), "UserId(\"maja\")");
}

/// The front page shows the example as it is, and the first command's output as it is printed.
#[test]
fn the_front_page_is_what_runs() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(
        include_str!("../../examples/quickstart.rs").ends_with(example),
        "quickstart is the example of the README"
    );
}

/// The chapter on bug classes names tests, module by module. Each exists under that name.
#[test]
fn the_tests_that_the_bug_classes_name_exist() {
    let chapter = include_str!("../../src/docs/known_bug_classes.md");
    let quoted = chapter.split('`').skip(1).step_by(2);
    let named: std::collections::BTreeSet<&str> = quoted.filter(|name| name.contains("::")).collect();
    assert!(named.len() > 60, "{}", named.len());
    for name in named {
        let (module, test) = name.rsplit_once("::").unwrap();
        let path = format!("{}/tests/it/{}.rs", env!("CARGO_MANIFEST_DIR"), module.replace("::", "/"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {path}: {error}"));
        assert!(text.contains(&format!("fn {test}(")), "{name} is not in {path}");
    }
}
