//! Checks of changes and journals.

use std::cmp::Ordering;

use rolecall::{Account, Attribution, Authorizer, Catalog, Change, Fact, Head, ReplayError, origins};

use super::decode::{decoded, holds_together, refused, without_past};
use super::samples;

/// A change on fixed accounts, as it is, and following them: refused, or a whole change that alters what it says and
/// nothing twice.
pub fn change(bytes: &[u8]) -> bool {
    let Some(change) = decoded::<Change>(bytes) else { return false };
    let token = change.head().to_string();
    assert_eq!(token.parse::<Head>().unwrap(), change.head());
    let mut accepted = false;
    for start in [samples::account(), samples::old_account()] {
        let mended = following(start, &change);
        accepted |= mended != change && replayed(start, &mended).is_some();
        accepted |= replayed(start, &change).is_some();
    }
    accepted
}

fn following(start: &Account, change: &Change) -> Change {
    Change { follows: start.head().unwrap(), ..change.clone() }
}

/// Changes, one a line: those that follow each other as they are, and those that do once the heads are right.
pub fn journal(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').map_while(decoded::<Change>);
    let changes: Vec<Change> = lines.take(8).collect();
    let Some(first) = changes.first() else { return false };
    let old = samples::old_account();
    let start = if Some(first.follows) == old.head() { old } else { samples::account() };

    let mut account = start.clone();
    let as_they_are = changes.iter().map_while(|change| {
        account = replayed(&account, change)?;
        Some(change.clone())
    });
    let as_they_are: Vec<Change> = as_they_are.collect();
    told(start, &as_they_are);
    if as_they_are.len() == changes.len() {
        return true;
    }
    let mut account = start.clone();
    let mended = changes.iter().filter_map(|change| {
        let change = following(&account, change);
        account = replayed(&account, &change)?;
        Some(change)
    });
    let mended: Vec<Change> = mended.collect();
    told(start, &mended);
    !as_they_are.is_empty() || !mended.is_empty()
}

fn catalogs() -> &'static [Catalog] {
    samples::catalogs()
}

/// What a journal says of an account that it led to.
fn told(start: &Account, journal: &[Change]) {
    let apply = |account: Account, change: &Change| account.replay_with(change, catalogs()).unwrap();
    let end = journal.iter().fold(start.clone(), apply);
    let auth = Authorizer::new(end.clone());
    for user in end.users().take(4) {
        for permission in auth.catalog().permissions() {
            let ways = origins(start, journal, catalogs(), user.id(), permission.key()).unwrap();
            let grants = auth.subject(user.id()).explain(permission.id()).grants;
            assert_eq!(ways.len(), grants.iter().map(|grant| grant.paths.len()).sum::<usize>());
        }
    }

    // Cut off at a snapshot, it goes on from there.
    let (before, after) = journal.split_at(journal.len() / 2);
    let snapshot = before.iter().fold(start.clone(), apply);
    let snapshot = Account::restore(&snapshot.record(), snapshot.catalog()).unwrap();
    assert_eq!(after.iter().fold(snapshot, apply).record(), end.record());

    // What follows one past does not follow another: the same facts, made by somebody else.
    let [first, second, ..] = journal else { return };
    let who = format!("not {}", first.attribution.who.as_deref().unwrap_or_default());
    let other = Change { attribution: Attribution::by(who), ..first.clone() };
    let other = start.replay_with(&other, catalogs()).unwrap();
    assert!(matches!(other.replay_with(second, catalogs()), Err(ReplayError::OtherPast { .. })));
    assert!(matches!(start.replay_with(second, catalogs()), Err(ReplayError::Gap { .. })));
}

/// The account after a change, if it follows; whatever is wrong with it is named.
fn replayed(start: &Account, change: &Change) -> Option<Account> {
    let before = start.record();
    let done = start.replay_with(change, catalogs());
    assert_eq!(start.record(), before, "an account is a value");
    let (head, follows) = (start.head().unwrap(), change.follows);
    if change.format == rolecall::CHANGE_FORMAT && change.account == *start.id() {
        let place = match follows.revision.cmp(&head.revision) {
            Ordering::Greater => matches!(done, Err(ReplayError::Gap { .. })),
            Ordering::Less => matches!(done, Err(ReplayError::Repeat { .. })),
            Ordering::Equal => matches!(done, Err(ReplayError::OtherPast { .. })) == (follows != head),
        };
        assert!(place, "{head} {follows}");
    }
    let after = match done {
        Ok(after) => after,
        Err(error) => {
            refused(error);
            return None;
        }
    };
    assert_eq!((after.revision(), after.id()), (change.revision(), &change.account));
    assert_eq!((Some(follows), Some(change.head())), (start.head(), after.head()));
    let repeat = after.replay_with(change, catalogs());
    assert!(matches!(repeat, Err(ReplayError::Repeat { .. })));
    marks(start, change, &after);

    if change.facts.iter().any(|fact| matches!(fact, Fact::CatalogUpgraded { .. })) {
        assert!(matches!(start.replay(change), Err(ReplayError::NeedsCatalog { .. })));
        holds_together(&Authorizer::new(after.clone()));
        return Some(after);
    }
    assert_eq!(start.replay(change).unwrap().record(), after.record());
    // Fact by fact, it leads to the same.
    let mut stepwise = start.clone();
    for fact in &change.facts {
        let one = Change { facts: vec![fact.clone()], ..following(&stepwise, change) };
        stepwise = stepwise.replay(&one).unwrap();
    }
    assert_eq!(without_past(after.record()), without_past(stepwise.record()));

    let refreshed = Authorizer::new(start.clone()).refresh(after.clone());
    holds_together(&refreshed);
    assert_eq!(Authorizer::new(after.clone()).compare(&refreshed), []);
    Some(after)
}

/// Whoever was there before keeps their mark; whoever was not has that of the change (U7).
fn marks(start: &Account, change: &Change, after: &Account) {
    let new = change.head().digest.to_string();
    for user in after.users() {
        let removed = change.facts.iter().any(|fact| match fact {
            Fact::UserRemoved { user: removed } => removed == user.id(),
            _ => false,
        });
        let mark = user.incarnation();
        match start.user(user.id()).filter(|_| !removed) {
            Some(before) => assert_eq!(mark, before.incarnation()),
            None => assert!(new.starts_with(&mark.to_string())),
        }
    }
}
