//! One state machine over everything that can happen to an account, beside a model written from the specification.
//!
//! A history is drawn at random: edit sessions finished, dropped or judged by the guard, stored round trips, replays,
//! upgrades to random later catalogs, minted credentials, snapshots kept. After each step every read agrees with the
//! model, which is sets of text and asks the library nothing.
//!
//! A long run: `MACHINE_CASES=20000 cargo test --release --test it machine -- --nocapture`. Whatever fails is kept in
//! `tests/it/regressions/machine.txt` and run first ever after; what it comes down to becomes a test of its own here.

use std::cell::RefCell;
use std::fmt;

use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use rolecall::{
    Account, AccountRecord, Assignee, Attribution, Authorizer, Catalog, CatalogRecord, Change, Edited, Fact,
    FollowError, Freshness, Needs, Reach, ReplayError, RoleRef, Successions, UpgradeError, judge, origins,
};

use crate::model::Model;
use crate::naive_guard::{listed, refusing, rule, violations};
use crate::naive_upgrade::{accepted, report_agrees, undeclared, waiting, within};
use crate::oracle::Set;
use crate::review::{differences_agree, granted};
use crate::versions::{Fate, furnish, version_after};
use crate::world::{Outcome, USERS, Wish, agrees, ask, catalog, without_past};
use histories::{End, Publish, Step, histories};
use keys::Key;
use words::said;

mod histories;
mod keys;
mod reads;
mod words;

const UPGRADES: usize = 3;
const KEYS: usize = 4;

#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    cases: usize,
    steps: usize,
    decisions: usize,
    changes: usize,
    admitted: usize,
    refused: usize,
    upgrades: usize,
    replayed: usize,
    minted: usize,
    origins: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, steps, decisions, changes, admitted, refused, upgrades, replayed, minted, origins } =
            self;
        write!(f, "{cases} cases, {steps} steps, {decisions} decisions compared; {changes} changes, ")?;
        write!(f, "{admitted} admitted and {refused} refused by the guard, {upgrades} upgrades, ")?;
        write!(f, "{replayed} changes replayed, {minted} credentials, {origins} origins")
    }
}

/// A snapshot, and all that it said.
struct Kept {
    auth: Authorizer,
    record: AccountRecord,
    answers: Vec<String>,
}

struct Machine {
    /// Every version so far; the last is that of the account.
    catalogs: Vec<Catalog>,
    record: CatalogRecord,
    start: Account,
    /// Stored snapshots: after how many changes, and under which catalog.
    snapshots: Vec<(usize, usize, String)>,
    journal: Vec<Change>,
    auth: Authorizer,
    model: Model,
    kept: Vec<Kept>,
    keys: Vec<Key>,
    figures: Figures,
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&json(value)).unwrap()
}

fn answers(auth: &Authorizer) -> Vec<String> {
    let subjects = || auth.account().users().map(|user| auth.subject(user.id()));
    let each = subjects().flat_map(|subject| {
        let ids = auth.catalog().permissions();
        ids.map(move |p| {
            format!("{:?} {:?} {} {:?}", subject, p, subject.check(p.id()), subject.reach_of(p.id()))
        })
    });
    each.chain(subjects().map(|subject| format!("{:?}", subject.scopes().keys().collect::<Vec<_>>())))
        .collect()
}

/// What says that nothing was rewritten in a version.
fn catalog_without_rows(version: u32) -> [Successions; 1] {
    let (features, kinds, scopes) = (Vec::new(), Vec::new(), Vec::new());
    [Successions { version, features, kinds, scopes, permissions: Vec::new(), roles: Vec::new() }]
}

impl Machine {
    fn new() -> Self {
        let catalog = catalog();
        let start = Account::new(&catalog, "initech").unwrap();
        Self {
            record: catalog.record(),
            model: Model::of(&start),
            auth: Authorizer::new(start.clone()),
            catalogs: vec![catalog],
            start,
            snapshots: Vec::new(),
            journal: Vec::new(),
            kept: Vec::new(),
            keys: Vec::new(),
            figures: Figures { cases: 1, ..Figures::default() },
        }
    }

    fn run(history: &[Step]) -> Figures {
        let mut machine = Self::new();
        for step in history {
            match step {
                Step::Edit(wishes, end, publish) => machine.edit(wishes, *end, *publish),
                Step::Store(publish) => machine.store(*publish),
                Step::Replay(from) => machine.replay(usize::from(*from)),
                Step::Upgrade(fates, seeds, waits, publish) if machine.catalogs.len() <= UPGRADES => {
                    machine.upgrade(fates, seeds, *waits, *publish);
                }
                Step::Upgrade(.., publish) => machine.store(*publish),
                Step::Mint(user, scopes, from) => machine.mint(user, *scopes, *from),
                Step::Keep => machine.keep(),
                Step::Origins(user, permission) => machine.origins(user, usize::from(*permission)),
            }
            machine.figures.steps += 1;
            machine.figures.decisions +=
                reads::all_agree(&machine.auth, &machine.model, &machine.record, &machine.keys);
        }
        machine.replay(history.len());
        for kept in &machine.kept {
            assert_eq!(kept.auth.account().record(), kept.record, "P1: an old snapshot stays");
            assert_eq!(answers(&kept.auth), kept.answers, "P1: an old snapshot stays");
            let (token, now) = (kept.record.head.unwrap(), machine.auth.account().head().unwrap());
            let ahead = machine.journal.len() as u64 > token.revision;
            assert_eq!(now.against(&token), if ahead { Freshness::Ahead } else { Freshness::Fresh }, "P8");
        }
        machine.figures
    }

    fn edit(&mut self, wishes: &[(Wish, u8)], end: End, publish: Publish) {
        let before = self.auth.account().record();
        let actor = match end {
            End::JudgedFor(of) => self.actor(of),
            _ => "vendor",
        };
        let by = match end {
            End::JudgedFor(of) if of % 3 == 0 => Attribution::default(),
            _ => Attribution::by(actor),
        };
        let mut model = self.model.clone();
        let mut edit = self.auth.account().edit().attributed(by.clone());
        for (wish, moved) in wishes {
            let (wish, facts) = (said(wish, &self.record, *moved), edit.facts().len());
            let expected = model.wish(&wish);
            let outcome = ask(&mut edit, &wish);
            assert_eq!(outcome, expected, "{wish:?}");
            let recorded = edit.facts().len() > facts;
            assert_eq!(recorded, matches!(outcome, Outcome::Changed | Outcome::Remains(_)), "U6: {wish:?}");
        }
        differences_agree(&self.auth.preview(&edit), &self.model.world, &model.world);
        let done = match end {
            End::Dropped => None,
            _ => edit.finish(),
        };
        let Some(done) = done else {
            assert!(matches!(end, End::Dropped) || model == self.model);
            assert_eq!(self.auth.account().record(), before, "P1");
            return;
        };
        assert_eq!((Some(done.change().follows), &done.change().attribution), (before.head, &by));
        assert_eq!(done.account().head(), Some(done.change().head()), "P10");
        if let End::JudgedFor(_) = end {
            let (now, then) = (&self.model.world, &model.world);
            let expected = refusing(now, done.change(), then, actor, &self.record.guard);
            let judged = self.auth.admit(done.clone(), actor);
            let after = Authorizer::new(done.account().clone());
            let alone = judge(&self.auth, done.change(), actor);
            let refusals = judged.as_ref().err().map_or(&[][..], |refused| &refused.refusals);
            let rules: Set = refusals.iter().map(|refusal| rule(refusal).to_owned()).collect();
            assert_eq!(rules, expected, "{actor}: {:?}", done.change().facts);
            assert_eq!(alone.err(), judged.as_ref().err().cloned());
            let Ok(admitted) = judged else {
                self.figures.refused += 1;
                assert_eq!(self.auth.account().record(), before, "a refused change leaves all as it was");
                return;
            };
            self.figures.admitted += 1;
            // G6, P2: the change says who, and its head is fixed with that.
            let mut expected = done.change().clone();
            expected.attribution.who = Some(actor.to_owned());
            let (change, auth) = admitted.into_parts();
            assert_eq!(change, expected);
            assert_eq!(without_past(auth.account().record()), without_past(done.account().record()));
            assert_eq!(answers(&auth), answers(&after));
            return self.publish((auth.account().clone(), change), model, publish);
        }
        self.publish(done.into_parts(), model, publish);
    }

    /// Somebody, first of all those who may do most sorts of edit.
    fn actor(&self, of: u8) -> &'static str {
        let may = |user: &str| {
            let governed = self.record.guard.governed.iter();
            governed.filter(|row| self.model.world.decide(user, &row.permission, None) == "allow").count()
        };
        let mut actors = USERS;
        actors.sort_by_key(|user| std::cmp::Reverse(may(user)));
        match of % 8 {
            0..=3 => actors[0],
            4 | 5 => actors[1],
            6 => actors[usize::from(of / 8) % actors.len()],
            _ => "nobody",
        }
    }

    /// Stores a change, then publishes what it leads to.
    fn publish(&mut self, (after, change): (Account, Change), model: Model, publish: Publish) {
        let (account, stored): (_, Change) = (self.auth.account(), through_json(&change));
        assert_eq!(stored, change);
        let follows = (account.revision() + 1, account.head());
        assert_eq!((change.revision(), Some(change.follows)), follows, "P8: the token grows");
        assert_eq!(after.head(), Some(change.head()), "P10");
        let replayed = account.replay_with(&stored, &self.catalogs).unwrap();
        assert_eq!(json(&replayed.record()), json(&after.record()), "P3");
        // U7: who came with this change bears its mark, and everybody else the one that they had.
        let born = change.head().digest.to_string()[..16].to_owned();
        for (user, life) in &model.lives {
            let known = account.user(user).filter(|_| self.model.lives.get(user) == Some(life));
            let mark = known.map_or_else(|| born.clone(), |user| user.incarnation().to_string());
            assert_eq!(after.user(user).unwrap().incarnation().to_string(), mark, "U7: {user}");
        }
        self.journal.push(change);
        self.figures.changes += 1;
        self.model = model;
        self.become_of(after, publish);
    }

    fn become_of(&mut self, account: Account, publish: Publish) {
        let next = match publish {
            Publish::New => Authorizer::new(account),
            Publish::Refreshed => self.auth.refresh(account),
            Publish::RefreshedFromOld => {
                self.kept.last().map_or(&self.auth, |kept| &kept.auth).refresh(account)
            }
        };
        assert_eq!(answers(&next), answers(&Authorizer::new(next.account().clone())));
        self.auth = next;
    }

    fn store(&mut self, publish: Publish) {
        let record: AccountRecord = through_json(&self.auth.account().record());
        let catalog = Catalog::from_record(&through_json(&self.record)).unwrap();
        assert_eq!(catalog.hash(), self.auth.catalog().hash());
        let restored = Account::restore(&record, &catalog).unwrap();
        assert_eq!(json(&restored.record()), json(&self.auth.account().record()), "P4");
        assert_eq!(restored.head(), self.auth.account().head());
        self.become_of(restored, publish);
        self.keep();
    }

    fn keep(&mut self) {
        let record = self.auth.account().record();
        self.snapshots.push((self.journal.len(), self.catalogs.len() - 1, json(&record)));
        self.kept.push(Kept { auth: self.auth.clone(), answers: answers(&self.auth), record });
    }

    fn replayed(&mut self, from: &Account, changes: std::ops::Range<usize>) -> Account {
        self.figures.replayed += changes.len();
        let mut changes = self.journal[changes].iter();
        changes.try_fold(from.clone(), |account, change| account.replay_with(change, &self.catalogs)).unwrap()
    }

    fn replay(&mut self, from: usize) {
        let (all, expected) = (self.journal.len(), json(&self.auth.account().record()));
        let start = self.start.clone();
        assert_eq!(json(&self.replayed(&start, 0..all).record()), expected, "P3: from the start");
        if !self.snapshots.is_empty() {
            let (after, catalog, stored) = self.snapshots[from % self.snapshots.len()].clone();
            let snapshot = Account::restore(&serde_json::from_str(&stored).unwrap(), &self.catalogs[catalog]);
            let replayed = self.replayed(&snapshot.unwrap(), after..all);
            assert_eq!(json(&replayed.record()), expected, "P3: from a snapshot");
        }
        if all == 0 {
            return;
        }
        // One change again, one too early, one of another account, one with a fact twice.
        let at = from % all;
        let before = self.replayed(&start, 0..at);
        let change = &self.journal[at];
        let refused =
            |account: &Account, change: &Change| account.replay_with(change, &self.catalogs).unwrap_err();
        assert!(matches!(refused(self.auth.account(), change), ReplayError::Repeat { .. }));
        if let Some(next) = self.journal.get(at + 1) {
            assert!(matches!(refused(&before, next), ReplayError::Gap { .. }));
        }
        // P3: the right number with another digest, on either side.
        let mut other = change.follows;
        other.digest = self.start.head().filter(|start| start.digest != other.digest).map_or_else(
            || Account::new(&self.catalogs[0], "umbrella").unwrap().head().unwrap().digest,
            |start| start.digest,
        );
        let forged = Change { follows: other, ..change.clone() };
        assert!(matches!(refused(&before, &forged), ReplayError::OtherPast { .. }));
        let mut rewritten = change.clone();
        rewritten.attribution.why = Some("otherwise".to_owned());
        let twin = before.replay_with(&rewritten, &self.catalogs).unwrap();
        let after = before.replay_with(change, &self.catalogs).unwrap();
        let tokens = (twin.head().unwrap(), after.head().unwrap());
        assert_eq!(tokens.0.against(&tokens.1), Freshness::OtherPast, "P8");
        assert_eq!(without_past(twin.record()), without_past(after.record()));
        if let Some(next) = self.journal.get(at + 1) {
            assert!(matches!(refused(&twin, next), ReplayError::OtherPast { .. }));
        }
        let elsewhere = Account::new(&self.catalogs[0], "umbrella").unwrap();
        let of_another = Change { account: elsewhere.id().clone(), ..change.clone() };
        assert!(matches!(refused(&before, &of_another), ReplayError::OtherAccount { .. }));
        let mut twice = change.clone();
        twice.facts.extend(change.facts.last().cloned());
        let error = refused(&before, &twice);
        let strict = matches!(
            error,
            ReplayError::NoEffect { .. } | ReplayError::Refused { .. } | ReplayError::NotAlone { .. }
        );
        assert!(strict, "{error}");
        if let [Fact::CatalogUpgraded { catalog, rewritten }] = &change.facts[..] {
            assert!(matches!(before.replay(change), Err(ReplayError::NeedsCatalog { .. })));
            // What it rewrote is worked out anew.
            let rewritten = [rewritten.as_slice(), &catalog_without_rows(catalog.version)].concat();
            let fact = Fact::CatalogUpgraded { catalog: catalog.clone(), rewritten };
            let forged = Change { facts: vec![fact], ..change.clone() };
            assert!(matches!(refused(&before, &forged), ReplayError::OtherUpgrade { index: 0 }));
        }
    }

    fn upgrade(&mut self, fates: &[Fate], seeds: &[u32], waits: bool, publish: Publish) {
        // What vanishes without a word may not be what an earlier succession leads to.
        let mut history = self.record.clone();
        if fates.iter().any(|fate| matches!(fate, Fate::Vanishes)) {
            history.successions.clear();
        }
        let mut record = version_after(&history, fates, seeds);
        furnish(&mut record, seeds);
        let (next, earlier) = (Catalog::from_record(&record).unwrap(), self.auth.catalog().clone());
        let account = self.auth.account().clone();

        // P5: meanwhile it can be asked, and not edited.
        let stored: AccountRecord = through_json(&account.record());
        let restored = Account::restore(&stored, &next).unwrap();
        assert!(restored.needs_upgrade());
        assert_eq!(restored.record(), stored, "P5: every name is kept");
        let mut edit = restored.edit();
        assert!(edit.create_team("new", "New").is_err() && edit.suspend("maja").is_err());
        assert!(edit.finish().is_none());
        let meanwhile = self.auth.refresh(restored.clone());
        self.figures.decisions += agrees(&meanwhile, &waiting(&record, &stored));

        let mut model = self.model.clone();
        model.upgrade(&record);
        let by = Attribution::by("vendor");
        let upgrade = account.upgrade(&next).unwrap().attributed(by.clone());
        let report = upgrade.report();
        let said: Set = upgrade.undeclared().iter().map(ToString::to_string).collect();
        assert_eq!(said, undeclared(&self.record, &record), "C5");
        let done = accepted(upgrade);
        // Without the catalog that it was stored under nobody knows what its limits limit.
        assert!(matches!(restored.upgrade(&next), Err(UpgradeError::NeedsEarlier { .. })));
        let known = Account::restore_with(&stored, &next, &self.catalogs).unwrap();
        assert_eq!(known.record(), stored, "P5: every name is kept");
        assert!(known.edit().create_team("new", "New").is_err());
        let other = accepted(known.upgrade(&next).unwrap().attributed(by));
        assert_eq!(done.change(), other.change());
        assert_eq!(json(&done.account().record()), json(&other.account().record()));
        let done = if waits { other } else { done };
        let since = record.successions.last().unwrap();
        report_agrees(&report, &self.model.world, &model.world, since);
        assert_eq!(listed(&report.violations), violations(&model.world, &record.guard));
        let after = Authorizer::new(done.account().clone());
        differences_agree(&self.auth.compare(&after), &self.model.world, &model.world);
        // P5: and what was allowed meanwhile is allowed by the upgraded account, and was before.
        let knowing = Authorizer::new(known);
        for user in USERS {
            within(&meanwhile, user, &[&model.world]);
            within(&knowing, user, &[&self.model.world, &model.world]);
        }
        let older = done.account().upgrade(&earlier);
        assert!(matches!(older, Err(UpgradeError::Follow(FollowError::Older { .. }))));
        // An upgrade is the vendor's act, whoever it says made it; and nobody is made to have made it (G6).
        let rules = |edited: Edited| -> Vec<&str> {
            self.auth.admit(edited, "maja").unwrap_err().refusals.iter().map(rule).collect()
        };
        assert_eq!(rules(done.clone()), ["actor"]);
        assert_eq!(rules(accepted(account.upgrade(&next).unwrap())), ["vendor"]);

        self.keys.iter_mut().for_each(|key| key.upgrade(&next, &record));
        self.catalogs.push(next);
        self.record = record;
        self.figures.upgrades += 1;
        self.publish(done.into_parts(), model, publish);
    }

    fn mint(&mut self, user: &str, scopes: u8, from: Option<u8>) {
        let chosen = self.record.scopes.iter().enumerate().filter(|(n, _)| scopes >> (n % 8) & 1 == 1);
        let mut wanted: Set = chosen.map(|(_, scope)| scope.key.clone()).collect();
        if scopes > 99 {
            let world = &self.model.world;
            wanted.retain(|scope| world.covered(&world.scopes(user)).contains(scope));
        }
        let from =
            from.filter(|_| !self.keys.is_empty()).map(|n| &self.keys[usize::from(n) % self.keys.len()]);
        let Some(key) = Key::mint(&self.auth, &self.model, user, from, &wanted) else { return };
        self.figures.minted += 1;
        if self.keys.len() == KEYS {
            self.keys.remove(usize::from(scopes) % KEYS);
        }
        self.keys.push(key);
    }

    fn origins(&mut self, user: &str, permission: usize) {
        // Mostly one that the user is granted.
        let all: Vec<String> = match granted(&self.model.world, user) {
            held if !permission.is_multiple_of(4) && !held.is_empty() => held.into_keys().collect(),
            _ => self.record.permissions.iter().map(|row| row.key.clone()).collect(),
        };
        let Some(key) = all.get(permission / 4 % all.len().max(1)).map(String::as_str) else { return };
        let found = origins(&self.start, &self.journal, &self.catalogs, user, key).unwrap();
        let explained = self.auth.subject(user).explain(self.auth.catalog().permission(key).unwrap());
        let ways =
            explained.grants.iter().flat_map(|grant| grant.paths.iter().map(|path| (&grant.role, path)));
        let named = found.iter().map(|origin| (&origin.role, &origin.path));
        assert_eq!(named.collect::<Vec<_>>(), ways.collect::<Vec<_>>());
        assert_eq!(found.len(), self.model.world.granting(user, key).len());
        for origin in &found {
            self.figures.origins += 1;
            assert!(origin.entries.is_sorted_by_key(|entry| entry.revision));
            let any = |is: fn(&Fact) -> bool| origin.entries.iter().any(|entry| is(&entry.fact));
            assert!(any(|fact| matches!(fact, Fact::RoleAssigned { .. })), "{origin:?}");
            let joined = any(|fact| matches!(fact, Fact::MemberAdded { .. }));
            assert_eq!(joined, origin.path.team().is_some(), "{origin:?}");
            for entry in &origin.entries {
                let change = &self.journal[entry.revision as usize - 1];
                assert!(change.facts.contains(&entry.fact));
                assert_eq!(change.attribution, entry.attribution);
            }
        }
    }
}

/// A role that has come to bear the name of a predefined one may be named what it is named: nothing happens.
#[test]
fn u6_a_name_shared_with_a_predefined_role_is_no_news_to_the_role() {
    let edit = |wish| Step::Edit(vec![(wish, 0)], End::Finished, Publish::New);
    let mut seeds = vec![0; 24];
    // The second predefined role is named so.
    seeds[1] = 1 << 3;
    Machine::run(&[
        edit(Wish::CreateRole("night", "Night")),
        Step::Upgrade(vec![Fate::Stays; 16], seeds, false, Publish::New),
        edit(Wish::RenameRole("night", "Night")),
        edit(Wish::RenameRole("night", "night")),
    ]);
}

/// An assignment limited in a kind that is gone without a word lends its reach to nothing, also if of those that become
/// one none is left to show that the kind is gone.
#[test]
fn p6_assignments_limited_in_kinds_that_are_gone_do_not_become_one_without_limit() {
    let within = |role: &str, kind: &str| {
        let reach = Reach::only(kind, ["vip"]).unwrap();
        (Wish::AssignWithin(RoleRef::predefined(role).unwrap(), Assignee::user("u4").unwrap(), reach), 0)
    };
    let mut fates = vec![Fate::Stays; 16];
    // Viewer and editor become one, and neither kind is left.
    fates[9] = Fate::MergedWithNext(Needs::Any);
    fates[4..6].fill(Fate::Vanishes);
    Machine::run(&[
        Step::Edit(vec![within("viewer", "channel"), within("editor", "queue")], End::Finished, Publish::New),
        Step::Upgrade(fates, vec![0; 24], false, Publish::New),
    ]);
}

/// P1-P8, U1-U6, R1-R7, L1-L6, G1-G5, S1-S4, V1-V4, C5: whatever happens, in whatever order.
#[test]
fn any_history_is_as_the_specification_says() {
    let cases = std::env::var("MACHINE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/it/regressions/machine.txt",
        ))),
        max_shrink_iters: 4000,
        ..ProptestConfig::default()
    });
    let total = RefCell::new(Figures::default());
    let ran = runner.run(&histories(), |history| {
        let figures = Machine::run(&history);
        let mut total = total.borrow_mut();
        total.cases += figures.cases;
        total.steps += figures.steps;
        total.decisions += figures.decisions;
        total.changes += figures.changes;
        total.admitted += figures.admitted;
        total.refused += figures.refused;
        total.upgrades += figures.upgrades;
        total.replayed += figures.replayed;
        total.minted += figures.minted;
        total.origins += figures.origins;
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
    let total = total.into_inner();
    println!("{total}");
    // A machine that never comes to something says nothing about it.
    let seldom = [total.changes, total.admitted, total.refused, total.upgrades, total.minted, total.origins];
    assert!(cases < 100 || seldom.into_iter().all(|times| times >= cases as usize / 10), "{total}");
}
