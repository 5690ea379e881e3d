//! An account's past is its identity (P2, P3, P8, P10): equal numbers are not equal states.

use rolecall::{
    Account, Admitted, Assignee, Attribution, Authorizer, Catalog, Fact, Freshness, Head, Refusal,
    ReplayError, RestoreFault, RoleId, RoleRef, UserId, predefined,
};

fn user(id: &str) -> Assignee {
    Assignee::user(id).unwrap()
}

/// A company with an administrator, and its published state.
fn company() -> Authorizer {
    let mut edit = Account::new(&predefined::current(), "initech").unwrap().edit();
    edit.assign("account-admin", user("ana")).unwrap();
    edit.assign("account-admin", user("mallory-to-be")).unwrap();
    edit.create_role(&RoleId::new("desk").unwrap(), "Desk").unwrap();
    Authorizer::new(edit.finish().unwrap().into_account())
}

/// The fork of an attacker: an edit of their own, and another one on top that alone looks harmless.
#[test]
fn g5_an_edit_on_a_fork_is_refused_whatever_its_number() {
    let published = company();
    let mut fork = published.account().edit();
    fork.assign("account-admin", user("mallory")).unwrap();
    let fork = fork.finish().unwrap().into_account();
    let mut second = fork.edit();
    second.describe_role(RoleId::new("desk").unwrap(), "Nothing to see").unwrap();
    let second = second.finish().unwrap();

    // Somebody else's change brings what is published to the fork's number.
    let mut other = published.account().edit();
    other.assign("finance-manager", user("ivo")).unwrap();
    let published = published.admit(other.finish().unwrap(), "ana").unwrap().into_parts().1;
    assert_eq!(published.account().revision(), fork.revision());

    let refused = published.admit(second.clone(), "ana").unwrap_err();
    assert!(matches!(refused.refusals[..], [Refusal::OtherState { .. }]), "{refused}");
    let replayed = published.account().replay(second.change());
    assert!(matches!(replayed, Err(ReplayError::OtherPast { .. })), "{replayed:?}");
}

#[test]
fn p3_the_change_of_a_twin_is_another_past() {
    let catalog = predefined::current();
    let start = Account::new(&catalog, "initech").unwrap();
    let twin = |role: &str| {
        let mut edit = start.edit();
        edit.assign(role, user("maja")).unwrap();
        edit.finish().unwrap().into_account()
    };
    let (one, other) = (twin("viewer-for-conversations"), twin("finance-manager"));
    let mut edit = other.edit();
    edit.suspend("maja").unwrap();
    let change = edit.finish().unwrap().change().clone();
    let [ours, theirs] = [&one, &other].map(|account| account.head().unwrap());
    assert_eq!(one.replay(&change).unwrap_err(), ReplayError::OtherPast { head: ours, found: theirs });
    assert_eq!((ours.against(&theirs), ours.against(&ours)), (Freshness::OtherPast, Freshness::Fresh));
    assert_eq!(start.head().unwrap().against(&ours), Freshness::Behind);
    assert_eq!(ours.against(&start.head().unwrap()), Freshness::Ahead);
}

#[test]
fn p10_a_head_follows_from_id_catalog_and_every_change() {
    let (current, earlier) = (predefined::current(), predefined::earlier());
    let head = |catalog: &Catalog, id: &str| Account::new(catalog, id).unwrap().head().unwrap();
    let heads = [head(&current, "initech"), head(&current, "globex"), head(&earlier, "initech")];
    assert!(heads[0] != heads[1] && heads[0] != heads[2]);
    assert_eq!(heads[0], Head::first(&rolecall::AccountId::new("initech").unwrap(), &current.hash()));

    // Every word of a change counts.
    let edited = |why: &str, user_id: &str| {
        let attribution = Attribution::by("ana").because(why);
        let mut edit = Account::new(&current, "initech").unwrap().edit().attributed(attribution);
        edit.assign("finance-manager", user(user_id)).unwrap();
        let done = edit.finish().unwrap();
        assert_eq!(done.account().head(), Some(done.change().head()));
        done.change().head()
    };
    assert_eq!(edited("spring", "maja"), edited("spring", "maja"));
    assert_ne!(edited("spring", "maja").digest, edited("autumn", "maja").digest);
    assert_ne!(edited("spring", "maja").digest, edited("spring", "mája").digest);
}

/// One documented byte form: these digests are for ever.
#[test]
fn p10_the_byte_form_is_pinned() {
    let start = Account::new(&Catalog::builder("acme", 1).build().unwrap(), "initech").unwrap();
    let mut edit = start.edit().attributed(Attribution::by("ana"));
    edit.create_team("growth", "Growth").unwrap();
    let change = edit.finish().unwrap().change().clone();
    // Written by hand from the chapter on stored forms.
    let number = |n: u64| n.to_be_bytes().to_vec();
    let text = |text: &str| [number(text.len() as u64), text.as_bytes().to_vec()].concat();
    let mut bytes = start.head().unwrap().digest.as_bytes().to_vec();
    for part in [text("rolecall change"), number(2), text("initech"), number(0)] {
        bytes.extend(part);
    }
    for part in [number(1), text("ana"), number(0), number(0), number(0)] {
        bytes.extend(part);
    }
    for part in [number(1), number(11), text("growth"), text("Growth")] {
        bytes.extend(part);
    }
    use sha2::Digest as _;
    assert_eq!(change.head().digest.as_bytes().as_slice(), sha2::Sha256::digest(&bytes).as_slice());
}

#[test]
fn p2_an_edit_under_way_has_no_head() {
    let published = company();
    let mut edit = published.account().edit();
    assert_eq!(edit.account().head(), published.account().head());
    edit.assign("finance-manager", user("ivo")).unwrap();
    assert_eq!(edit.account().head(), None);
    // Neither stored, nor edited, nor replayed on.
    let record = edit.account().record();
    let refused = Account::restore(&record, published.catalog()).unwrap_err();
    assert_eq!(refused.fault(), &RestoreFault::NoHead);
    assert!(edit.account().edit().suspend("ivo").is_err());
    assert!(edit.account().upgrade(published.catalog()).is_err());
    let done = edit.clone().finish().unwrap();
    assert_eq!(edit.account().replay(done.change()).unwrap_err(), ReplayError::Unfinished);
    assert!(Authorizer::new(edit.account().clone()).subject("ivo").mint_all().is_err());
}

#[test]
fn g6_the_admitted_change_says_who_made_it() {
    let published = company();
    let wish = |attribution: Attribution| {
        let mut edit = published.account().edit().attributed(attribution);
        edit.assign("finance-manager", user("ivo")).unwrap();
        edit.finish().unwrap()
    };
    let admitted: Admitted = published.admit(wish(Attribution::default()), "ana").unwrap();
    assert_eq!(admitted.change().attribution.who.as_deref(), Some("ana"));
    let account = admitted.authorizer().account();
    assert_eq!(account.head(), Some(admitted.change().head()));
    assert_eq!(published.account().replay(admitted.change()).unwrap().record(), account.record());
    assert_ne!(wish(Attribution::default()).change().head(), admitted.change().head());

    let on_behalf = published.admit(wish(Attribution::by("ana").on_behalf_of("ceo")), "ana").unwrap();
    assert_eq!(on_behalf.change().attribution.on_behalf_of.as_deref(), Some("ceo"));
    let refused = published.admit(wish(Attribution::by("ceo")), "ana").unwrap_err();
    assert!(matches!(&refused.refusals[..], [Refusal::OtherActor { who }] if who == "ceo"), "{refused}");
}

/// A journal cut off at a snapshot goes on from it; one that is missing a part, or has a forged one, does not.
#[test]
fn p10_a_history_is_cut_at_a_snapshot_and_nowhere_else() {
    let catalog = predefined::current();
    let (mut account, mut journal) = (Account::new(&catalog, "initech").unwrap(), Vec::new());
    let mut snapshot = account.record();
    for day in 0..6 {
        let mut edit = account.edit();
        edit.assign("finance-manager", user(&format!("u{day}"))).unwrap();
        let done = edit.finish().unwrap();
        journal.push(done.change().clone());
        account = done.into_account();
        if day == 2 {
            snapshot = account.record();
        }
    }
    let from = |record, tail: &[rolecall::Change]| {
        let start = Account::restore(record, &catalog).unwrap();
        tail.iter().try_fold(start, |account, change| account.replay(change))
    };
    assert_eq!(from(&snapshot, &journal[3..]).unwrap().record(), account.record());
    assert!(matches!(from(&snapshot, &journal[4..]), Err(ReplayError::Gap { .. })));
    let mut forged = journal[3..].to_vec();
    forged[0].attribution.who = Some("somebody else".to_owned());
    assert!(matches!(from(&snapshot, &forged), Err(ReplayError::OtherPast { .. })));
    let origins = rolecall::origins(
        &Account::restore(&snapshot, &catalog).unwrap(),
        &journal[3..],
        &[],
        "u4",
        "billing/costs",
    );
    assert_eq!(origins.unwrap().len(), 1);
}

/// One flipped bit in an id is an error, and not another user.
#[test]
fn p4_a_flipped_bit_is_never_another_account() {
    let catalog = predefined::current();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for id in ["user-1", "user-2"] {
        edit.assign("finance-manager", user(id)).unwrap();
    }
    edit.suspend("user-1").unwrap();
    let record = edit.finish().unwrap().into_account().record();
    let text = serde_json::to_vec(&record).unwrap();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut flipped = text.clone();
            flipped[at] ^= 1 << bit;
            let Ok(read) = serde_json::from_slice::<rolecall::AccountRecord>(&flipped) else { continue };
            assert!(read == record || Account::restore(&read, &catalog).is_err(), "bit {bit} of byte {at}");
        }
    }
}

/// What an upgrade rewrote is worked out anew, so a stored one can't smuggle in a role.
#[test]
fn p3_an_upgrade_that_was_altered_is_refused() {
    let (earlier, current) = (predefined::earlier(), predefined::current());
    let mut edit = Account::new(&earlier, "initech").unwrap().edit();
    edit.assign("finance-data-manager", user("maja")).unwrap();
    let account = edit.finish().unwrap().into_account();
    let done = account.upgrade(&current).unwrap().finish().unwrap().unwrap();
    let catalogs = [current];
    assert_eq!(account.replay_with(done.change(), &catalogs).unwrap().record(), done.account().record());

    let mut altered = done.change().clone();
    let [Fact::CatalogUpgraded { rewritten, .. }] = &mut altered.facts[..] else { panic!("{altered:?}") };
    let row = rewritten.iter_mut().flat_map(|since| &mut since.roles).next().unwrap();
    row.to = vec![rolecall::RoleKey::new("account-admin").unwrap()];
    let refused = account.replay_with(&altered, &catalogs).unwrap_err();
    assert_eq!(refused, ReplayError::OtherUpgrade { index: 0 });
    let mut emptied = done.change().clone();
    if let [Fact::CatalogUpgraded { rewritten, .. }] = &mut emptied.facts[..] {
        rewritten.clear();
    }
    assert_eq!(account.replay_with(&emptied, &catalogs).unwrap_err(), ReplayError::OtherUpgrade { index: 0 });
}

/// Deleting waits for the end of the session; nothing of it shows in between.
#[test]
fn r6_what_is_deleted_and_made_anew_in_one_session_starts_with_nobody() {
    let catalog = predefined::current();
    let role = RoleId::new("desk").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&role, "Desk").unwrap();
    let _ = edit.grant(&role, "campaigns/send").unwrap();
    edit.create_team("night", "Night").unwrap();
    edit.assign(&role, user("maja")).unwrap();
    edit.assign_within(
        &role,
        Assignee::team("night").unwrap(),
        rolecall::Reach::only("channel", ["sms"]).unwrap(),
    )
    .unwrap();
    edit.add_member("night", "ivo").unwrap();
    let importing = RoleId::new("copy").unwrap();
    edit.create_role(&importing, "Copy").unwrap();
    edit.import(&importing, [RoleRef::Custom(role.clone())]).unwrap();
    let account = edit.finish().unwrap().into_account();

    let mut edit = account.edit();
    edit.delete_role(&role).unwrap();
    edit.delete_team("night").unwrap();
    let seen = |account: &Account| {
        let roles = account.user("maja").unwrap().roles().count();
        let (teams, imports) = (account.user("ivo").unwrap().teams().count(), {
            let Some(rolecall::Role::Custom(copy)) = account.role(&importing) else { panic!() };
            copy.imports().count()
        });
        (roles, teams, imports)
    };
    assert_eq!(seen(edit.account()), (0, 0, 0));
    edit.create_role(&role, "Desk").unwrap();
    let _ = edit.grant(&role, "campaigns/send").unwrap();
    edit.create_team("night", "Night").unwrap();
    assert_eq!(seen(edit.account()), (0, 0, 0));
    let done = edit.finish().unwrap();
    assert_eq!(seen(done.account()), (0, 0, 0));
    assert_eq!(account.replay(done.change()).unwrap().record(), done.account().record());
    let auth = Authorizer::new(done.into_account());
    assert_eq!(auth.holders(RoleRef::Custom(role)).count(), 0);
    assert!(auth.account().user(UserId::new("maja").unwrap()).is_some());
}
