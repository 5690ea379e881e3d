//! The vendor's update of a set: the next version of the catalog, every account upgraded to it, and what its users may
//! do then.

use std::collections::BTreeSet;

use rolecall::{
    Account, Authorizer, Catalog, Edited, Needs, PermissionKey, PermissionSet, SuccessionRecord,
    SuccessionsRecord, Upgrade,
};

use super::account::{Hosted, World};
use super::catalog::version;
use super::judge::Verdict;
use super::set::{Failure, Feature, RoleKind, Scope, Set, Update};

/// Upgrades every account of a set that has an update, and judges what comes out.
pub(crate) fn judge_update(set: &Set, world: &World, verdict: &mut Verdict) -> Result<(), Failure> {
    let Some(update) = &set.update else { return Ok(()) };
    let after = updated(set, update);
    let next = version(&after, 2, vec![retirements(update)])?;
    let listed: BTreeSet<&str> = set.permission_keys_after.iter().map(String::as_str).collect();
    let there: BTreeSet<&str> = next.permissions().map(|permission| permission.key().as_str()).collect();
    verdict.agree(&format!("{}: permissions after the update", set.name), &there, &listed);
    for hosted in &world.accounts {
        let upgraded = upgrade(&after, hosted, &next, verdict)?;
        judge_report(&after, hosted, &next, verdict)?;
        judge_after(&after, &upgraded, hosted, verdict)?;
    }
    Ok(())
}

/// The set as the update leaves it. Custom roles lose only what left the catalog; users and teams stay as they are,
/// but for roles that are gone.
fn updated(set: &Set, update: &Update) -> Set {
    let mut after = set.clone();
    let gone: BTreeSet<&String> = update.permissions_removed.iter().collect();
    after.permissions.retain(|permission| !gone.contains(&permission.key));
    after.permissions.extend(update.permissions_added.iter().cloned());
    // New permissions may come with new features, which no account has enabled yet, and with new scopes.
    for permission in &update.permissions_added {
        if !after.features.iter().any(|feature| feature.key == permission.feature) {
            after.features.push(Feature { key: permission.feature.clone(), name: String::new() });
        }
        for key in &permission.scopes {
            if !after.scopes.iter().any(|scope| scope.key == *key) {
                after.scopes.push(Scope { key: key.clone() });
            }
        }
    }
    let gone_role = |key: &String| update.roles_removed.contains(key);
    after.roles.retain(|role| role.kind == RoleKind::Custom || !gone_role(&role.key));
    after.roles.extend(update.roles_added.iter().cloned());
    for change in &update.roles_changed {
        let predefined = after.roles.iter_mut().filter(|role| role.kind == RoleKind::Predefined);
        for role in predefined.filter(|role| role.key == change.key) {
            role.permissions.retain(|permission| !change.remove.contains(permission));
            role.permissions.extend(change.add.iter().cloned());
        }
    }
    for role in &mut after.roles {
        role.permissions.retain(|permission| !gone.contains(permission));
    }
    after
}

/// What leaves the catalog without a successor, as the vendor declares it (C5).
fn retirements(update: &Update) -> SuccessionsRecord {
    let retired = |keys: &[String]| -> Vec<SuccessionRecord> {
        let row =
            |key: &String| SuccessionRecord { from: vec![key.clone()], to: Vec::new(), needs: Needs::All };
        keys.iter().map(row).collect()
    };
    SuccessionsRecord {
        version: 2,
        features: Vec::new(),
        kinds: Vec::new(),
        scopes: Vec::new(),
        permissions: retired(&update.permissions_removed),
        roles: retired(&update.roles_removed),
    }
}

/// The upgraded account: also replayed from its change, and restored under the new version first. All the same.
fn upgrade(set: &Set, hosted: &Hosted, next: &Catalog, verdict: &mut Verdict) -> Result<Account, Failure> {
    let before = hosted.authorizer.account();
    let done = finished(before.upgrade(next)?)?;
    let record = done.account().record();
    let account = format!("{}: account `{}`", set.name, before.id());
    let change = serde_json::from_str(&serde_json::to_string(done.change())?)?;
    let replayed = before.replay_with(&change, std::slice::from_ref(next))?;
    verdict.agree(&format!("{account}, its upgrade replayed"), &replayed.record(), &record);
    let waiting = Account::restore_with(&before.record(), next, std::slice::from_ref(before.catalog()))?;
    let waiting = finished(waiting.upgrade(next)?)?;
    verdict.agree(&format!("{account}, upgraded later"), &waiting.account().record(), &record);
    let reloaded = Account::restore(&serde_json::from_str(&serde_json::to_string(&record)?)?, next)?;
    verdict.agree(&format!("{account}, upgraded and stored"), &reloaded.record(), &record);
    Ok(reloaded)
}

/// What the set changes without a succession, scopes above all, is meant.
fn finished(upgrade: Upgrade) -> Result<Edited, Failure> {
    let undeclared = upgrade.undeclared().to_vec();
    Ok(upgrade.accepting(undeclared).finish()?.ok_or("the update changes nothing")?)
}

/// What the report says that users gain and lose is what the two matrices differ in.
fn judge_report(set: &Set, hosted: &Hosted, next: &Catalog, verdict: &mut Verdict) -> Result<(), Failure> {
    let report = hosted.authorizer.account().upgrade(next)?.report();
    let keys =
        |keys: &[PermissionKey]| -> BTreeSet<String> { keys.iter().map(ToString::to_string).collect() };
    // The matrix before speaks of the permissions before, in the order of the set.
    let before: Vec<&str> =
        hosted.authorizer.catalog().permissions().map(|permission| permission.key().as_str()).collect();
    for user in &hosted.asked {
        let positions = set.expected_matrix.get(user).into_iter().flatten();
        let could: BTreeSet<&str> = positions.filter_map(|at| before.get(*at).copied()).collect();
        let can = allowed_after(set, user);
        let found = report.users.iter().find(|found| found.user.as_str() == user);
        let (gained, lost) = found.map(|found| (keys(&found.gained), keys(&found.lost))).unwrap_or_default();
        let expected = (texts(can.difference(&could)), texts(could.difference(&can)));
        verdict.agree(&format!("{}: report on user `{user}`", set.name), &(gained, lost), &expected);
    }
    Ok(())
}

fn judge_after(set: &Set, account: &Account, hosted: &Hosted, verdict: &mut Verdict) -> Result<(), Failure> {
    for role in &set.roles {
        let listed: BTreeSet<&str> = role.permissions.iter().map(String::as_str).collect();
        let granted = account.role(role.named()?).map(|role| role.permissions());
        let granted: BTreeSet<&str> =
            granted.iter().flat_map(PermissionSet::keys).map(PermissionKey::as_str).collect();
        verdict.agree(&format!("{}: role `{}` after the update", set.name, role.key), &granted, &listed);
    }
    let authorizer = Authorizer::new(account.clone());
    for user in &hosted.asked {
        let (subject, allowed) = (authorizer.subject(user), allowed_after(set, user));
        for permission in authorizer.catalog().permissions() {
            let (key, decision) = (permission.key().as_str(), subject.check(permission.id()));
            verdict.decisions += 1;
            if decision.is_allowed() != allowed.contains(key) {
                let expected = if allowed.contains(key) { "allow" } else { "deny" };
                verdict.mismatch(|| {
                    format!(
                        "{}: after the update, user `{user}`, permission `{key}`: expected {expected}, got {decision}",
                        set.name
                    )
                });
            }
        }
    }
    Ok(())
}

fn allowed_after<'s>(set: &'s Set, user: &str) -> BTreeSet<&'s str> {
    let positions = set.expected_matrix_after.get(user).into_iter().flatten();
    positions.filter_map(|at| set.permission_keys_after.get(*at)).map(String::as_str).collect()
}

fn texts<'s>(keys: impl Iterator<Item = &'s &'s str>) -> BTreeSet<String> {
    keys.map(|key| (*key).to_owned()).collect()
}
