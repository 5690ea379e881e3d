//! Names of roles and teams (R1): compared as people read them, judged when they are given and never again.

use rolecall::{
    Account, AccountProblem, AccountRecord, EditError, Effect, NameFault, RoleId, RoleKey, RoleRef,
};
use serde_json::json;

use crate::world::catalog;

fn role(id: &str) -> RoleId {
    RoleId::new(id).unwrap()
}

fn empty() -> Account {
    Account::new(&catalog(), "initech").unwrap()
}

/// Whether two names can be those of two roles.
fn differ(first: &str, second: &str) -> bool {
    let mut edit = empty().edit();
    edit.create_role(&role("first"), first).unwrap_or_else(|error| panic!("{error}"));
    match edit.create_role(&role("second"), second) {
        Ok(effect) => effect == Effect::Changed,
        Err(EditError::NameTaken { by, .. }) => {
            assert_eq!(by, RoleRef::Custom(role("first")));
            false
        }
        Err(error) => panic!("{second:?}: {error}"),
    }
}

fn fault(name: &str) -> Option<NameFault> {
    match empty().edit().create_role(&role("r"), name) {
        Ok(_) => None,
        Err(EditError::Name(error)) => Some(error.fault().clone()),
        Err(error) => panic!("{name:?}: {error}"),
    }
}

#[test]
fn r1_compatibility_forms_case_and_spaces_make_no_difference() {
    let same = [
        ("Night shift", "NIGHT SHIFT"),
        ("Night shift", "Night  shift"),
        ("Night shift", "Night\u{a0}shift"),
        ("Night shift", "Night\u{3000}\u{2009}shift"),
        ("Caf\u{e9}", "Cafe\u{301}"),
        ("CAF\u{c9}", "cafe\u{301}"),
        ("\u{ff21}dmin", "Admin"),
        ("Of\u{fb01}ce", "Office"),
        ("Team \u{2460}", "Team 1"),
        ("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c3}"),
        ("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c2}"),
        ("Stra\u{df}e", "STRASSE"),
        ("\u{212a}elvin", "kelvin"),
        ("\u{1f469}\u{200d}\u{1f4bb}", "\u{1f469}\u{1f4bb}"),
        ("\u{2764}\u{fe0f}", "\u{2764}"),
    ];
    for (first, second) in same {
        assert!(!differ(first, second), "{first:?} {second:?}");
        assert!(!differ(second, first), "{second:?} {first:?}");
    }
    let other = [
        ("Night shift", "Nightshift"),
        ("Cafe", "Caf\u{e9}"),
        ("\u{131}rmak", "irmak"),
        ("1", "2"),
        // Look-alikes of other scripts are out of scope.
        ("Admin", "\u{410}dmin"),
    ];
    for (first, second) in other {
        assert!(differ(first, second), "{first:?} {second:?}");
    }
    let predefined = empty().edit().create_role(&role("r"), "\u{ff36}IEWER").unwrap_err();
    let by = RoleRef::Predefined(RoleKey::new("viewer").unwrap());
    assert_eq!(predefined, EditError::NameTaken { name: "\u{ff36}IEWER".to_owned(), by });
}

#[test]
fn r1_what_does_not_show_what_it_is_is_refused_with_its_number_and_the_remedy() {
    let refused = [
        (
            "a\u{200b}b",
            NameFault::Invisible { found: '\u{200b}' },
            "contains the invisible character U+200B: remove it",
        ),
        (
            "\u{feff}a",
            NameFault::Invisible { found: '\u{feff}' },
            "contains the invisible character U+FEFF: remove it",
        ),
        (
            "\u{3164}",
            NameFault::Invisible { found: '\u{3164}' },
            "contains the invisible character U+3164: remove it",
        ),
        (
            "a\u{ad}b",
            NameFault::Invisible { found: '\u{ad}' },
            "contains the invisible character U+00AD: remove it",
        ),
        (
            "\u{2800}",
            NameFault::Invisible { found: '\u{2800}' },
            "contains the invisible character U+2800: remove it",
        ),
        (
            "a\u{e0041}",
            NameFault::Invisible { found: '\u{e0041}' },
            "contains the invisible character U+E0041: remove it",
        ),
        (
            "\u{202e}nimda",
            NameFault::Direction { found: '\u{202e}' },
            "contains U+202E, which is invisible and changes the direction of text: remove it",
        ),
        (
            "a\u{200f}b",
            NameFault::Direction { found: '\u{200f}' },
            "contains U+200F, which is invisible and changes the direction of text: remove it",
        ),
        (
            "a\u{2028}b",
            NameFault::Separator { found: '\u{2028}' },
            "contains the line separator U+2028: remove it",
        ),
        (
            "a\u{378}b",
            NameFault::Unassigned { found: '\u{378}' },
            "contains U+0378, which is no character that everyone knows: use another",
        ),
        (
            "a\u{e000}",
            NameFault::Unassigned { found: '\u{e000}' },
            "contains U+E000, which is no character that everyone knows: use another",
        ),
        ("a\nb", NameFault::Control { found: '\n' }, "contains the control character '\\n': remove it"),
    ];
    for (name, expected, says) in refused {
        let mut edit = empty().edit();
        edit.create_role(&role("r"), "R").unwrap();
        edit.create_team("t", "T").unwrap();
        let given = [
            edit.clone().create_role(&role("other"), name),
            edit.clone().rename_role(role("r"), name),
            edit.clone().duplicate_role("viewer", &role("other"), name),
            edit.clone().create_team("other", name),
            edit.clone().rename_team("t", name),
        ];
        for given in given {
            let Err(EditError::Name(error)) = given else { panic!("{name:?}: {given:?}") };
            assert_eq!(error.fault(), &expected, "{name:?}");
            assert!(error.to_string().ends_with(says), "{error}");
        }
    }
}

#[test]
fn r1_names_in_every_script_and_emoji_are_taken() {
    let taken = [
        "Voditelj smjene \u{10d}\u{107}\u{17e}",
        "\u{645}\u{62f}\u{64a}\u{631} \u{627}\u{644}\u{62d}\u{633}\u{627}\u{628}",
        "\u{5de}\u{5e0}\u{5d4}\u{5dc} (2)",
        "\u{65e5}\u{672c}\u{8a9e}",
        "\u{ad00}\u{b9ac}\u{c790}",
        "\u{92a}\u{94d}\u{930}\u{92c}\u{902}\u{927}\u{915}",
        "e\u{301}",
        "\u{1f916} bots",
        "\u{1f1ed}\u{1f1f7}",
        "\u{1f44d}\u{1f3fd}",
        // Selectors and joiners where an emoji consists of several characters.
        "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
        "\u{1f469}\u{1f3fd}\u{200d}\u{2695}\u{fe0f}",
        "\u{1f441}\u{fe0f}\u{200d}\u{1f5e8}\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "\u{2139}\u{fe0f}",
        // And joiners where the script is spelt with them: Persian, Hindi.
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        "\u{915}\u{94d}\u{200d}\u{937}",
    ];
    for name in taken {
        assert_eq!(fault(name), None, "{name:?}");
        assert!(empty().edit().create_team("t", name).is_ok(), "{name:?}");
    }
    // The same characters where they show nothing.
    let refused = [
        "a\u{200d}b",
        "a\u{200c}",
        "1\u{fe0f}",
        "a\u{fe0f}",
        "\u{1f469}\u{200d}",
        "\u{200d}\u{1f4bb}",
        "\u{645}\u{200c}",
    ];
    for name in refused {
        assert!(matches!(fault(name), Some(NameFault::Invisible { .. })), "{name:?}");
    }
}

/// The account of a record whose roles have these names, by ids `a`, `b` and so on.
fn stored(names: &[&str]) -> Account {
    let mut record: AccountRecord = empty().record();
    let ids = ["a", "b", "c"];
    for (id, name) in ids.iter().zip(names) {
        let row = json!({"id": id, "name": name, "description": "", "permissions": [], "withheld": [], "imports": []});
        record.roles.push(serde_json::from_value(row).unwrap());
    }
    Account::restore(&record, &catalog()).unwrap()
}

#[test]
fn r1_restoring_refuses_no_name_and_lists_what_clashes() {
    let account = stored(&["Night\u{200b}", "NIGHT", "Viewer\u{2028}s"]);
    let clash = |role_id: &str, name: &str, by: RoleRef| AccountProblem::NameClash {
        role: role(role_id),
        name: name.to_owned(),
        by,
    };
    assert_eq!(account.problems(), [clash("b", "NIGHT", RoleRef::Custom(role("a")))]);
    assert!(!account.needs_upgrade());
    let account = stored(&["\u{202e}VIEWER", "Other"]);
    let viewer = RoleRef::predefined("viewer").unwrap();
    assert_eq!(account.problems(), [clash("a", "\u{202e}VIEWER", viewer)]);
    assert_eq!(
        account.problems()[0].to_string(),
        "custom role `a` and predefined role `viewer` are both named `\\u{202e}VIEWER`"
    );
    // What is stored stays; what is given is judged, against it too.
    let mut edit = account.edit();
    assert_eq!(edit.rename_role(role("a"), "\u{202e}VIEWER"), Ok(Effect::Unchanged));
    assert!(edit.rename_role(role("a"), "\u{202e}VIEWERS").is_err());
    assert!(edit.rename_role(role("b"), "viewer").is_err());
    assert_eq!(edit.rename_role(role("a"), "Watcher"), Ok(Effect::Changed));
    assert!(edit.account().problems().is_empty());
    let mut edit = stored(&["Night\u{200b}"]).edit();
    assert!(matches!(edit.create_role(&role("b"), "night"), Err(EditError::NameTaken { .. })));
}

#[test]
fn r1_replaying_refuses_no_name() {
    let mut edit = empty().edit();
    edit.create_role(&role("a"), "Night").unwrap();
    let (account, change) = edit.finish().unwrap().into_parts();
    for name in ["NIGHT", "Viewer", "Night\u{200b}", "\u{202e}x", "\u{378}"] {
        for fact in [
            json!({"role-created": {"role": "b", "name": name}}),
            json!({"role-renamed": {"role": "a", "name": name}}),
            json!({"team-created": {"team": "t", "name": name}}),
        ] {
            let mut next = change.clone();
            next.follows = account.head().unwrap();
            next.facts = vec![serde_json::from_value(fact).unwrap()];
            assert!(account.replay(&next).is_ok(), "{name:?}");
        }
    }
}

#[test]
fn r1_descriptions_have_line_breaks_of_one_sort_and_no_other_control_character() {
    let mut edit = empty().edit();
    edit.create_role(&role("r"), "R").unwrap();
    edit.describe_role(role("r"), " One.\r\nTwo.\rThree.\n\nFour. \r\n").unwrap();
    assert_eq!(edit.account().role(role("r")).unwrap().description(), "One.\nTwo.\nThree.\n\nFour.");
    assert_eq!(edit.describe_role(role("r"), "One.\nTwo.\nThree.\r\n\r\nFour."), Ok(Effect::Unchanged));
    for bad in ["a\tb", "a\0b", "a\u{1b}[31mb", "a\u{85}b"] {
        assert!(matches!(edit.describe_role(role("r"), bad), Err(EditError::Name(_))), "{bad:?}");
    }
    let account = edit.finish().unwrap().into_account();
    let mut record = account.record();
    assert_eq!(Account::restore(&record, &catalog()).unwrap().record(), record);
    record.roles[0].description = "a\r\nb".to_owned();
    assert!(Account::restore(&record, &catalog()).is_err(), "stored as it was accepted");
}
