//! Compares what the library says with what the set expects, and the ways of asking with each other.

use std::collections::BTreeSet;

use rolecall::{
    Account, AccountRecord, Authorizer, Catalog, CatalogRecord, Change, Decision, Explanation, PermissionKey,
    PermissionSet, ScopeKey,
};

use super::account::{Hosted, World};
use super::set::{Failure, Set};
use super::update::judge_update;

/// So many mismatches are told; the others are counted.
const TOLD: usize = 5;

/// Explaining a denial walks every role of the account. So in a set with more pairs than this, ...
const MANY_PAIRS: usize = 1_000_000;

/// ... one denial in so many is explained. A prime, so that no row of the matrix keeps step with it.
const STRIDE: usize = 997;

/// How a set, or a file of sets, came out.
#[derive(Default)]
pub(crate) struct Verdict {
    /// The pairs of the matrix and the decisions that the source states.
    pub(crate) decisions: usize,
    /// Wrong decisions, and whatever else does not agree.
    pub(crate) mismatches: usize,
    /// The first mismatches, in words.
    pub(crate) told: Vec<String>,
}

impl Verdict {
    pub(crate) fn mismatch(&mut self, words: impl FnOnce() -> String) {
        self.mismatches += 1;
        if self.told.len() < TOLD {
            self.told.push(words());
        }
    }

    /// Counts a mismatch unless two things that should be equal are.
    pub(crate) fn agree<T: PartialEq>(&mut self, what: &str, a: &T, b: &T) {
        if a != b {
            self.mismatch(|| format!("{what}: not the same"));
        }
    }
}

/// Judges a set, adding to what was found in others.
pub(crate) fn judge(set: &Set, world: &World, verdict: &mut Verdict) -> Result<(), Failure> {
    let stored = format!("{}: catalog, stored and read again", set.name);
    match reloaded_catalog(&world.catalog) {
        Ok(reloaded) => verdict.agree(&stored, &reloaded, &world.catalog),
        Err(error) => verdict.mismatch(|| format!("{stored}: {error}")),
    }
    for (permission, id) in set.permissions.iter().zip(&world.permissions) {
        let key = world.catalog.permission_by_id(*id).map(|found| found.key().as_str());
        if key != Some(&permission.key) {
            verdict.mismatch(|| format!("{}: permission `{}` resolves to {key:?}", set.name, permission.key));
        }
    }
    for hosted in &world.accounts {
        judge_roles(set, hosted.authorizer.account(), verdict)?;
        let reloaded = judge_storage(set, hosted, verdict);
        judge_matrix(set, world, hosted, &reloaded, verdict);
        judge_stated(set, hosted, verdict)?;
        judge_scopes(set, hosted, verdict);
    }
    judge_update(set, world, verdict)
}

/// Each role grants what the set lists, however it came to it.
fn judge_roles(set: &Set, account: &Account, verdict: &mut Verdict) -> Result<(), Failure> {
    for role in &set.roles {
        let listed: BTreeSet<&str> = role.permissions.iter().map(String::as_str).collect();
        let permissions = account.role(role.named()?).map(|role| role.permissions());
        let granted: BTreeSet<&str> =
            permissions.iter().flat_map(PermissionSet::keys).map(PermissionKey::as_str).collect();
        if listed != granted {
            verdict.mismatch(|| {
                let odd: Vec<_> = listed.symmetric_difference(&granted).take(TOLD).collect();
                format!(
                    "{}: role `{}`: what it lists and what it grants differ in {odd:?}",
                    set.name, role.key
                )
            });
        }
    }
    Ok(())
}

/// The account comes back from its stored form, and from its journal. Returns the former's authorizer.
fn judge_storage(set: &Set, hosted: &Hosted, verdict: &mut Verdict) -> Authorizer {
    let account = hosted.authorizer.account();
    let record = account.record();
    let journal = format!("{}: account `{}`, replayed", set.name, account.id());
    match replayed(account, &hosted.journal) {
        Ok(replayed) => verdict.agree(&journal, &replayed.record(), &record),
        Err(error) => verdict.mismatch(|| format!("{journal}: {error}")),
    }
    let stored = format!("{}: account `{}`, stored and read again", set.name, account.id());
    match reloaded(&record, account.catalog()) {
        Ok(reloaded) => {
            verdict.agree(&stored, &reloaded.record(), &record);
            Authorizer::new(reloaded)
        }
        Err(error) => {
            verdict.mismatch(|| format!("{stored}: {error}"));
            hosted.authorizer.clone()
        }
    }
}

fn reloaded_catalog(catalog: &Catalog) -> Result<Catalog, Failure> {
    let record: CatalogRecord = serde_json::from_str(&serde_json::to_string(&catalog.record())?)?;
    Ok(Catalog::from_record(&record)?)
}

fn reloaded(record: &AccountRecord, catalog: &Catalog) -> Result<Account, Failure> {
    let record: AccountRecord = serde_json::from_str(&serde_json::to_string(record)?)?;
    Ok(Account::restore(&record, catalog)?)
}

fn replayed(account: &Account, journal: &[Change]) -> Result<Account, Failure> {
    let journal: Vec<Change> = serde_json::from_str(&serde_json::to_string(journal)?)?;
    let mut replayed = Account::new(account.catalog(), account.id())?;
    for change in &journal {
        replayed = replayed.replay(change)?;
    }
    Ok(replayed)
}

/// Every pair, asked in every way.
fn judge_matrix(set: &Set, world: &World, hosted: &Hosted, reloaded: &Authorizer, verdict: &mut Verdict) {
    let pairs =
        world.permissions.len() * world.accounts.iter().map(|hosted| hosted.asked.len()).sum::<usize>();
    let stride = if pairs > MANY_PAIRS { STRIDE } else { 1 };
    for user in &hosted.asked {
        let subject = hosted.authorizer.subject(user);
        let bound = subject.bind();
        let later = reloaded.subject(user);
        let allowed: BTreeSet<usize> = set.expected_matrix.get(user).into_iter().flatten().copied().collect();
        for (position, (permission, id)) in set.permissions.iter().zip(&world.permissions).enumerate() {
            let asked = (user.as_str(), permission.key.as_str());
            let decision = subject.check(*id);
            verdict.decisions += 1;
            if decision.is_allowed() != allowed.contains(&position) {
                verdict.mismatch(|| {
                    wrong(set, asked, allowed.contains(&position), &subject.explain(*id).to_string())
                });
            }
            if bound.check(*id) != decision {
                verdict.mismatch(|| differ(set, asked, decision, "bound", bound.check(*id)));
            }
            if later.check(*id) != decision {
                verdict.mismatch(|| differ(set, asked, decision, "restored", later.check(*id)));
            }
            if decision.is_allowed() || verdict.decisions.is_multiple_of(stride) {
                let explanation = subject.explain(*id);
                if explanation.decision != decision || follows(&explanation) != decision.is_allowed() {
                    verdict.mismatch(|| differ(set, asked, decision, "explained", explanation.decision));
                }
            }
        }
    }
}

/// The decisions that the source states, asked by text alone.
fn judge_stated(set: &Set, hosted: &Hosted, verdict: &mut Verdict) -> Result<(), Failure> {
    let authorizer = &hosted.authorizer;
    for stated in set.expected.iter().filter(|stated| hosted.asked.contains(&stated.user)) {
        let permission = authorizer.catalog().permission(&stated.permission)?;
        let subject = authorizer.subject(&stated.user);
        verdict.decisions += 1;
        if subject.can(permission) != stated.allow {
            let asked = (stated.user.as_str(), stated.permission.as_str());
            let got = subject.explain(permission).to_string();
            verdict.mismatch(|| wrong(set, asked, stated.allow, &got));
        }
    }
    Ok(())
}

/// The scopes of every user, where the set says them.
fn judge_scopes(set: &Set, hosted: &Hosted, verdict: &mut Verdict) {
    let Some(expected) = &set.expected_scopes else { return };
    for user in &hosted.asked {
        let listed = expected.get(user).into_iter().flatten();
        let listed: Option<BTreeSet<&str>> =
            listed.map(|position| set.scopes.get(*position).map(|scope| scope.key.as_str())).collect();
        let scopes = hosted.authorizer.subject(user).scopes();
        let has: BTreeSet<&str> = scopes.keys().map(ScopeKey::as_str).collect();
        if listed.as_ref() != Some(&has) {
            let odd: Vec<&str> =
                listed.unwrap_or_default().symmetric_difference(&has).take(TOLD).copied().collect();
            verdict.mismatch(|| format!("{}: scopes of user `{user}` differ in {odd:?}", set.name));
        }
    }
}

/// Whether what an explanation lists leads to `Allow`: a role that grants, no feature missing.
fn follows(explanation: &Explanation) -> bool {
    !explanation.suspended && !explanation.grants.is_empty() && explanation.missing_features.is_empty()
}

fn wrong(set: &Set, (user, permission): (&str, &str), allow: bool, got: &str) -> String {
    let expected = if allow { "allow" } else { "deny" };
    format!("{}: user `{user}`, permission `{permission}`: expected {expected}, got {got}", set.name)
}

fn differ(set: &Set, asked: (&str, &str), checked: Decision, way: &str, other: Decision) -> String {
    let (user, permission) = asked;
    format!("{}: user `{user}`, permission `{permission}`: checked {checked}, {way} {other}", set.name)
}
