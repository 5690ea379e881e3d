//! Names of hostile shape: refused or handled, never a panic, never confused with one another.

use rolecall::{
    Account, AccountId, Assignee, Authorizer, Catalog, EditError, Effect, KeyFault, NameFault, PermissionKey,
    Reach, RoleId, RoleRef, TeamId, UserId,
};

use crate::world::{Wish, catalog};

/// Texts that have broken other systems: look-alikes, delimiters, reserved words, odd Unicode.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "  ",
        "\u{a0}",
        "a",
        "A",
        " a",
        "a ",
        "a b",
        "admin",
        "\u{430}dmin",
        "e\u{301}",
        "\u{e9}",
        "I",
        "i",
        "\u{130}",
        "\u{131}",
        "ss",
        "\u{df}",
        "SS",
        "K",
        "\u{212a}",
        "a\u{200b}b",
        "\u{202e}abc",
        "\u{feff}a",
        "a\0b",
        "a\nb",
        "a\rb",
        "a\tb",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        ":",
        "/",
        "*",
        "..",
        ",",
        "\"",
        "'",
        "`",
        "\\",
        "predefined:viewer",
        "custom:night",
        "system:",
        "all",
        "*:*",
        "null",
        "true",
        "-1",
        "0",
        "{}",
        "%00",
        "\u{1F600}",
        "\u{10FFFF}",
        "viewer",
        "Viewer",
        "VIEWER",
        "plain/view",
        "550e8400-e29b-41d4-a716-446655440000",
        "550E8400-E29B-41D4-A716-446655440000",
    ]
    .map(str::to_owned)
    .to_vec();
    for length in [1, 22, 23, 24, 99, 100, 101, 255, 256, 257, 511, 512, 513, 65_536] {
        texts.push("x".repeat(length));
        // Multi-byte characters across every limit.
        texts.push(format!("{}\u{e9}", "x".repeat(length - 1)));
        texts.push("\u{1F600}".repeat(length / 4 + 1));
    }
    texts
}

#[test]
fn c1_keys_take_exactly_printable_ascii_that_is_not_blank() {
    for text in texts() {
        let expected = (1..=512).contains(&text.len())
            && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
            && text.bytes().any(|b| b != b' ');
        let key = PermissionKey::new(&text);
        assert_eq!(key.is_ok(), expected, "{text:?}");
        if let Ok(key) = key {
            assert_eq!(key.as_str(), text, "never trimmed, never folded");
        }
    }
    for real in
        ["compute.instances.get", "Microsoft.Compute/virtualMachines/read", "get/pods", "sms:message:send"]
    {
        assert!(PermissionKey::new(real).is_ok());
    }
    assert_eq!(PermissionKey::new("   ").unwrap_err().fault(), &KeyFault::Blank);
}

#[test]
fn u1_ids_take_text_without_control_characters() {
    for text in texts() {
        let expected = (1..=256).contains(&text.len()) && !text.chars().any(char::is_control);
        assert_eq!(UserId::new(&text).is_ok(), expected, "{text:?}");
        assert_eq!(RoleId::new(&text).is_ok(), expected, "{text:?}");
        assert_eq!(TeamId::new(&text).is_ok(), expected, "{text:?}");
        assert_eq!(AccountId::new(&text).is_ok(), expected, "{text:?}");
        let json = serde_json::to_string(&text).unwrap();
        assert_eq!(serde_json::from_str::<UserId>(&json).is_ok(), expected, "{text:?}");
    }
}

#[test]
fn u1_ids_are_compared_byte_by_byte() {
    let ids: Vec<UserId> = texts().iter().filter_map(|text| UserId::new(text).ok()).collect();
    let view = catalog().permission("plain/view").unwrap();
    for id in &ids {
        let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
        edit.assign("viewer", id).unwrap();
        let auth = Authorizer::new(edit.finish().unwrap().into_account());
        for other in &ids {
            assert_eq!(auth.subject(other).can(view), id.as_str() == other.as_str(), "{id:?} {other:?}");
        }
    }
}

#[test]
fn d2_any_text_can_be_asked_about_and_is_denied() {
    let auth = Authorizer::new(Account::new(&catalog(), "initech").unwrap());
    let view = auth.catalog().permission("plain/view").unwrap();
    for text in texts() {
        assert!(!auth.subject(&text).can(view));
        assert!(!auth.subject(&text).explain(view).to_string().is_empty());
        if text != "plain/view" {
            let error = auth.catalog().permission(&text).unwrap_err().to_string();
            assert!(!error.chars().any(char::is_control) && error.len() < 2_000, "{error:?}");
        }
        assert!(auth.account().user(&text).is_none() && auth.account().team(&text).is_none());
    }
}

#[test]
fn r1_names_are_trimmed_counted_in_characters_and_show_what_they_are() {
    let hidden = |c: char| c.is_control() || "\u{200b}\u{202e}\u{feff}\u{2028}\u{10ffff}".contains(c);
    for text in texts() {
        let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
        let role = RoleId::new("r").unwrap();
        let trimmed = text.trim();
        let acceptable = (1..=100).contains(&trimmed.chars().count()) && !trimmed.chars().any(hidden);
        let taken = ["viewer", "editor", "shared", "nothing"].contains(&trimmed.to_lowercase().as_str());
        let made = edit.create_role(&role, &text);
        assert_eq!(made.is_ok(), acceptable && !taken, "{text:?}: {made:?}");
        if made.is_ok() {
            assert_eq!(edit.account().role(&role).unwrap().name(), trimmed);
            assert_eq!(edit.create_role(&role, &text), Ok(Effect::Unchanged), "U6");
        } else {
            assert!(edit.facts().is_empty());
        }
        assert_eq!(edit.create_team("t", &text).is_ok(), acceptable);
    }
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    let role = RoleId::new("r").unwrap();
    edit.create_role(&role, "R").unwrap();
    assert!(edit.describe_role(&role, &"\u{1F600}".repeat(1_000)).is_ok());
    let error = edit.describe_role(&role, &"x".repeat(1_001)).unwrap_err();
    let rolecall::EditError::Name(error) = error else { panic!("{error}") };
    assert_eq!(error.fault(), &NameFault::TooLong { len: 1_001, max: 1_000 });
}

#[test]
fn u2_equal_text_in_two_places_means_nothing() {
    // The text `shared` is a permission, a predefined role, a custom role, a team and a user at once.
    let mut edit = Account::new(&catalog(), "shared").unwrap().edit();
    let custom = RoleId::new("shared").unwrap();
    edit.create_role(&custom, "Mine").unwrap();
    edit.create_team("shared", "shared").unwrap();
    edit.assign(&custom, Assignee::team("shared").unwrap()).unwrap();
    edit.assign(&custom, Assignee::user("shared").unwrap()).unwrap();
    let account = edit.finish().unwrap().into_account();
    let auth = Authorizer::new(account);
    let shared = auth.catalog().permission("shared").unwrap();
    // The predefined role of this text grants it, the custom one does not.
    assert!(!auth.subject("shared").can(shared));
    assert!(auth.account().user("shared").unwrap().teams().next().is_none());

    let mut edit = auth.account().edit();
    edit.assign("shared", Assignee::user("shared").unwrap()).unwrap();
    let auth = auth.refresh(edit.finish().unwrap().into_account());
    assert!(auth.subject("shared").can(shared));
    let held: Vec<RoleRef> =
        auth.account().user("shared").unwrap().roles().map(|role| role.to_ref()).collect();
    assert_eq!(held, [RoleRef::predefined("shared").unwrap(), RoleRef::custom("shared").unwrap()]);

    // Deleting the custom role leaves the predefined one assigned.
    let mut edit = auth.account().edit();
    edit.delete_role(&custom).unwrap();
    assert!(auth.refresh(edit.finish().unwrap().into_account()).subject("shared").can(shared));
}

#[test]
fn a_user_may_hold_very_many_roles_and_teams() {
    let catalog = Catalog::from_record(&catalog().record()).unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for n in 0..1_000 {
        let (role, team) = (RoleId::new(format!("r{n}")).unwrap(), TeamId::new(format!("t{n}")).unwrap());
        edit.create_role(&role, &format!("Role {n}")).unwrap();
        edit.create_team(&team, "Same name").unwrap();
        edit.assign(&role, &team).unwrap();
        edit.assign(&role, Assignee::user("maja").unwrap()).unwrap();
        edit.add_member(&team, "maja").unwrap();
    }
    edit.grant(RoleId::new("r999").unwrap(), "plain/edit").unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());
    let id = catalog.permission("plain/edit").unwrap();
    assert!(auth.subject("maja").can(id));
    assert_eq!(auth.subject("maja").explain(id).grants[0].paths.len(), 2);
}

/// U1, C1, P1: text that is no id and no key is refused by every edit that takes text, and by all else that does.
#[test]
fn u1_text_that_is_no_id_is_refused_wherever_it_is_given() {
    let account = crate::world::build(
        &catalog(),
        &[
            Wish::CreateRole("night", "Night"),
            Wish::Import("night", vec![RoleRef::predefined("viewer").unwrap()]),
            Wish::CreateTeam("t2", "Team"),
            Wish::Join("t2", "maja"),
            Wish::Assign(RoleRef::predefined("viewer").unwrap(), Assignee::user("maja").unwrap()),
        ],
    );
    let (night, maja) = (RoleId::new("night").unwrap(), crate::world::user("maja"));
    type Asked = fn(&mut rolecall::Edit, &RoleId, &UserId, &str) -> Result<(), EditError>;
    let asked: [(&str, Asked); 38] = [
        ("feature", |edit, _, _, bad| edit.enable_feature(bad).map(drop)),
        ("feature", |edit, _, _, bad| edit.disable_feature(bad).map(drop)),
        ("role", |edit, _, _, bad| edit.rename_role(bad, "Day").map(drop)),
        ("role", |edit, _, _, bad| edit.describe_role(bad, "").map(drop)),
        ("role", |edit, _, _, bad| edit.delete_role(bad).map(drop)),
        ("role", |edit, _, _, bad| edit.duplicate_role(bad, &RoleId::new("copy")?, "Copy").map(drop)),
        ("role", |edit, _, _, bad| edit.grant(bad, "plain/view").map(drop)),
        ("permission", |edit, night, _, bad| edit.grant(night, bad).map(drop)),
        ("permission", |edit, night, _, bad| edit.revoke(night, bad).map(drop)),
        ("section", |edit, night, _, bad| edit.select_section(night, bad).map(drop)),
        ("section", |edit, night, _, bad| edit.clear_section(night, bad).map(drop)),
        ("scope", |edit, night, _, bad| edit.withhold(night, bad).map(drop)),
        ("scope", |edit, night, _, bad| edit.release(night, bad).map(drop)),
        ("permission", |edit, night, _, bad| edit.grant_without(night, bad, ["all:read"]).map(drop)),
        ("scope", |edit, night, _, bad| edit.grant_without(night, "plain/edit", [bad]).map(drop)),
        ("kind", |edit, _, _, bad| edit.forget_resource(bad, "vip").map(drop)),
        ("resource", |edit, _, _, bad| edit.forget_resource("queue", bad).map(drop)),
        ("role", |edit, _, _, bad| edit.import(bad, ["viewer"]).map(drop)),
        ("role", |edit, night, _, bad| edit.import(night, [bad]).map(drop)),
        ("role", |edit, _, _, bad| edit.catch_up(bad, "viewer", ["plain/view"]).map(drop)),
        ("role", |edit, night, _, bad| edit.catch_up(night, bad, ["plain/view"]).map(drop)),
        ("permission", |edit, night, _, bad| edit.catch_up(night, "viewer", [bad]).map(drop)),
        ("team", |edit, _, _, bad| edit.create_team(bad, "Team").map(drop)),
        ("team", |edit, _, _, bad| edit.rename_team(bad, "Team").map(drop)),
        ("team", |edit, _, _, bad| edit.delete_team(bad).map(drop)),
        ("team", |edit, _, maja, bad| edit.add_member(bad, maja).map(drop)),
        ("user", |edit, _, _, bad| edit.add_member("t2", bad).map(drop)),
        ("team", |edit, _, maja, bad| edit.remove_member(bad, maja).map(drop)),
        ("user", |edit, _, _, bad| edit.remove_member("t2", bad).map(drop)),
        ("role", |edit, _, maja, bad| edit.assign(bad, maja).map(drop)),
        ("role", |edit, _, maja, bad| edit.unassign(bad, maja).map(drop)),
        ("role", |edit, _, maja, bad| edit.limit(bad, maja, "queue", ["vip"]).map(drop)),
        ("kind", |edit, _, maja, bad| edit.limit("viewer", maja, bad, ["vip"]).map(drop)),
        ("resource", |edit, _, maja, bad| edit.limit("viewer", maja, "queue", [bad]).map(drop)),
        ("resource", |edit, _, maja, bad| edit.extend("viewer", maja, "queue", [bad]).map(drop)),
        ("kind", |edit, _, maja, bad| edit.lift("viewer", maja, bad).map(drop)),
        ("user", |edit, _, _, bad| edit.suspend(bad).and(edit.reinstate(bad)).map(drop)),
        ("user", |edit, _, _, bad| edit.remove_user(bad).map(drop)),
    ];
    for (n, (what, ask)) in asked.iter().enumerate() {
        for bad in ["", "a\nb", &"x".repeat(513)] {
            let mut edit = account.edit();
            let refused = ask(&mut edit, &night, &maja, bad).unwrap_err().to_string();
            assert!(refused.contains(what), "{n} {bad:?}: {refused}");
            assert_eq!(edit.account().record(), account.record(), "{n} {bad:?}");
            assert!(edit.finish().is_none(), "{n} {bad:?}");
        }
    }
    assert!(account.edit().reinstate("").is_err());
    assert!(account.edit().extend("", &maja, "queue", ["vip"]).is_err());
    assert!(account.edit().extend("viewer", &maja, "", ["vip"]).is_err());
    assert!(account.edit().lift("", &maja, "queue").is_err());
    assert!(account.edit().assign_within("", &maja, Reach::everything()).is_err());
    assert!(Reach::only("", ["vip"]).is_err() && Reach::only("queue", [""]).is_err());
    assert!(Account::new(&catalog(), "").is_err());
    let auth = Authorizer::new(account.clone());
    for bad in ["", "unheard of"] {
        assert!(auth.role_summary(bad).is_none() && auth.holders(bad).next().is_none());
        assert!(auth.seat_holders(bad).is_err() && auth.announce_deletion(bad).is_err());
        assert!(account.team("t2").unwrap().reach(bad).is_none());
        assert!(account.user("maja").unwrap().reach(bad).is_none() && account.role(bad).is_none());
    }
    assert!(auth.announce_deletion(RoleId::new("unheard of").unwrap()).is_err());
    let said = account.edit().rename_role("night", "Day").unwrap_err().to_string();
    assert_eq!(said, "no predefined role `night`, but a custom role has this id: name it by its `RoleId`");
    assert!(catalog().resource("queue", "").is_err() && catalog().resource("", "vip").is_err());
}
