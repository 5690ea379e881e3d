//! Bytes as edits: whatever sessions a host could begin, drop and finish.

use rolecall::{
    Account, Assignee, Authorizer, Change, Edit, EditError, Edited, Effect, Freshness, Reach, Refusal,
    RoleId, RoleRef,
};

use super::decode::{holds_together, one_line, text, without_past};
use super::samples;

const ROLES: [&str; 4] = ["night", "viewer", "r2", "none"];
const TEAMS: [&str; 3] = ["t1", "t2", "none"];
const USERS: [&str; 4] = ["maja", "ivo", "u3", "none"];
const FEATURES: [&str; 3] = ["f", "g", "none"];
const PERMISSIONS: [&str; 5] = ["s/a", "s/b", "t/c", "t/d", "none"];
const SECTIONS: [&str; 3] = ["s", "t", "none"];
const SCOPES: [&str; 5] = ["all", "read", "send", "sms", "none"];
const KINDS: [&str; 3] = ["queue", "channel", "none"];
const RESOURCES: [&str; 3] = ["a", "b", "c"];
const NAMES: [&str; 6] = ["Night", "night", "Viewer", " Day ", "", "\u{c9}t\u{e9}"];

/// Choices, taken from bytes one by one; none once they are used up.
struct Choices<'b>(std::slice::Iter<'b, u8>);

impl Choices<'_> {
    fn next(&mut self) -> Option<usize> {
        self.0.next().copied().map(usize::from)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.next()? % of.len()).copied()
    }

    fn role(&mut self) -> Option<RoleRef> {
        let (id, custom) = (self.one(&ROLES)?, self.next()? % 2 == 0);
        if custom {
            RoleRef::custom(id).ok()
        } else {
            RoleRef::predefined(["viewer", "editor", "none"][id.len() % 3]).ok()
        }
    }

    fn assignee(&mut self) -> Option<Assignee> {
        if self.next()? % 3 == 0 {
            Assignee::team(self.one(&TEAMS)?).ok()
        } else {
            Assignee::user(self.one(&USERS)?).ok()
        }
    }

    fn resources(&mut self) -> Option<Vec<&'static str>> {
        let bits = self.next()?;
        Some(
            RESOURCES.into_iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, id)| id).collect(),
        )
    }

    fn reach(&mut self) -> Option<Reach> {
        let mut reach = Reach::everything();
        for kind in &KINDS[..self.next()? % 3] {
            reach = reach.and_only(*kind, self.resources()?).ok()?;
        }
        Some(reach)
    }
}

/// Sessions on a fixed account: replaying a change gives the edited account, refreshing what is new, a
/// session that is dropped or that altered nothing leaves nothing. Whether anything changed.
pub fn edits(bytes: &[u8]) -> bool {
    let mut choices = Choices(bytes.iter());
    let mut account = samples::account().clone();
    let mut auth = Authorizer::new(account.clone());
    let mut journal: Vec<Change> = Vec::new();
    // An edit that was begun before the last change.
    let mut late: Option<Edited> = None;
    while let Some(ending) = choices.next() {
        let (before, mut edit) = (account.record(), account.edit());
        for _ in 0..=ending % 16 {
            let (facts, now) = (edit.facts().len(), edit.account().clone());
            let Some(done) = step(&mut edit, &mut choices) else { break };
            if done != Ok(Effect::Changed) {
                assert_eq!(edit.facts().len(), facts, "{done:?}");
                assert_eq!(edit.account().record(), now.record(), "{done:?}");
            } else {
                assert!(edit.facts().len() > facts);
            }
        }
        let facts = edit.facts().to_vec();
        if ending >= 240 {
            drop(edit);
        } else if let Some(done) = edit.finish() {
            assert_eq!(done.change().facts, facts);
            assert_eq!(done.account().head(), Some(done.change().head()));
            if let Some(late) = late.replace(done.clone()) {
                stale(&auth, late);
            }
            let (change, next) = admitted(&auth, done, USERS[ending % USERS.len()]);
            let stored: Change = serde_json::from_str(&text(&change)).unwrap();
            assert_eq!(account.replay(&stored).unwrap().record(), next.account().record());
            assert_eq!(account.record(), before);
            (account, auth) = (next.account().clone(), next);
            journal.push(stored);
            continue;
        } else {
            assert!(facts.is_empty());
        }
        assert_eq!(account.record(), before);
    }
    holds_together(&auth);
    let replayed =
        journal.iter().try_fold(samples::account().clone(), |account, change| account.replay(change));
    assert_eq!(replayed.unwrap().record(), account.record());
    assert_eq!(Authorizer::new(account.clone()).compare(&auth), []);
    undone(&account, &auth);
    let heads = journal.iter().map(Change::head).chain(samples::account().head());
    for head in heads {
        let freshness = account.head().unwrap().against(&head);
        let fresh = if Some(head) == account.head() { Freshness::Fresh } else { Freshness::Ahead };
        assert_eq!(freshness, fresh);
    }
    !journal.is_empty()
}

/// An edit that a user may make, or that the vendor makes: who made it is part of the past.
fn admitted(auth: &Authorizer, done: Edited, actor: &str) -> (Change, Authorizer) {
    match auth.admit(done.clone(), actor) {
        Ok(admitted) => {
            let (change, next) = admitted.into_parts();
            assert_eq!(change.attribution.who.as_deref(), Some(actor));
            assert_eq!(
                (change.head() == done.change().head(), next.account().head()),
                (false, Some(change.head()))
            );
            assert_eq!(without_past(next.account().record()), without_past(done.account().record()));
            (change, next)
        }
        Err(refused) => {
            refused.to_string().lines().for_each(|line| one_line(&line));
            auth.admit_unjudged(done).unwrap().into_parts()
        }
    }
}

/// An edit of an earlier state is a conflict, whoever makes it.
fn stale(auth: &Authorizer, late: Edited) {
    if Some(late.change().follows) != auth.account().head() {
        let refused = auth.admit(late, "maja").unwrap_err();
        assert!(matches!(refused.refusals[..], [Refusal::OtherState { .. }]), "{refused}");
    }
}

/// What a session has taken from everybody and given back is as it was.
fn undone(account: &Account, auth: &Authorizer) {
    let mut edit = account.edit();
    for feature in account.features().keys() {
        edit.disable_feature(feature).unwrap();
    }
    let off = auth.refresh(edit.account().clone());
    for feature in account.features().keys() {
        edit.enable_feature(feature).unwrap();
    }
    assert_eq!(without_past(edit.account().record()), without_past(account.record()));
    assert_eq!(off.refresh(edit.account().clone()).compare(auth), []);
}

/// One edit; `None` if the bytes are used up.
fn step(edit: &mut Edit, from: &mut Choices<'_>) -> Option<Result<Effect, EditError>> {
    let op = from.next()?;
    let custom = RoleId::new(from.one(&ROLES)?).ok()?;
    Some(match op % 31 {
        0 => edit.enable_feature(from.one(&FEATURES)?),
        1 => edit.disable_feature(from.one(&FEATURES)?),
        2 => edit.create_role(&custom, from.one(&NAMES)?),
        3 => edit.rename_role(custom, from.one(&NAMES)?),
        4 => edit.describe_role(custom, from.one(&NAMES)?),
        5 => edit.delete_role(custom),
        6 => edit.grant(custom, from.one(&PERMISSIONS)?).map(|granted| granted.effect),
        7 => edit.revoke(custom, from.one(&PERMISSIONS)?),
        8 => edit.select_section(custom, from.one(&SECTIONS)?).map(|granted| granted.effect),
        9 => edit.clear_section(custom, from.one(&SECTIONS)?),
        10 => edit.import(custom, [from.role()?, from.role()?]).map(|imported| imported.effect),
        11 => edit.catch_up(custom, from.role()?, [from.one(&PERMISSIONS)?]),
        12 => edit.duplicate_role(from.role()?, &custom, from.one(&NAMES)?),
        13 => edit.withhold(custom, from.one(&SCOPES)?),
        14 => edit.release(custom, from.one(&SCOPES)?).map(|released| released.effect),
        15 => edit.create_team(from.one(&TEAMS)?, from.one(&NAMES)?),
        16 => edit.rename_team(from.one(&TEAMS)?, from.one(&NAMES)?),
        17 => edit.delete_team(from.one(&TEAMS)?),
        18 => edit.add_member(from.one(&TEAMS)?, from.one(&USERS)?),
        19 => edit.remove_member(from.one(&TEAMS)?, from.one(&USERS)?),
        20 => edit.assign(from.role()?, from.assignee()?),
        21 => edit.assign_within(from.role()?, from.assignee()?, from.reach()?),
        22 => edit.limit(from.role()?, from.assignee()?, from.one(&KINDS)?, from.resources()?),
        23 => edit.extend(from.role()?, from.assignee()?, from.one(&KINDS)?, from.resources()?),
        24 => edit.lift(from.role()?, from.assignee()?, from.one(&KINDS)?),
        25 => {
            let recorded = edit.facts().len();
            let done = edit.unassign(from.role()?, from.assignee()?);
            done.map(|_| if edit.facts().len() > recorded { Effect::Changed } else { Effect::Unchanged })
        }
        26 => edit.suspend(from.one(&USERS)?),
        27 => edit.reinstate(from.one(&USERS)?),
        28 => edit.forget_resource(from.one(&KINDS)?, from.one(&RESOURCES)?),
        29 => {
            let granted = edit.grant_without(custom, from.one(&PERMISSIONS)?, [from.one(&SCOPES)?]);
            granted.map(|granted| granted.effect)
        }
        _ => edit.remove_user(from.one(&USERS)?),
    })
}
