//! What users gain and lose by an upgrade.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use foldhash::fast::RandomState;

use crate::authorizer::{Authorizer, Subject};
use crate::catalog::{Catalog, PermissionSet, ScopeSet, Undeclared};
use crate::change::{Lineage, Needs, Succession};
use crate::error::AccountProblem;
use crate::guard::Violation;
use crate::id::{DenseId, PermissionId, ScopeId};
use crate::key::{PermissionKey, ScopeKey, UserId};
use crate::quote::{Word, Words};
use crate::reach::Reached;
use crate::review::ReachDifference;
use crate::set::IdSet;

/// What an upgrade does, for somebody to read before it is done (P6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UpgradeReport {
    /// The users for whom something differs, by id.
    pub users: Vec<UserUpgrade>,
    /// What the new catalog does otherwise without saying so, rules that fall out of force included. An upgrade is finished
    /// once all of it is accepted.
    pub undeclared: Vec<Undeclared>,
    /// What the account names and the new catalog lacks without saying why, assignments that reach nothing of a new kind,
    /// and names that clash.
    pub problems: Vec<AccountProblem>,
    /// Which rules of the new catalog the upgraded account breaks (G3, G4).
    pub violations: Vec<Violation>,
}

/// What one user gains and loses by an upgrade: what they can use, under the names that it has afterwards.
///
/// A permission that was renamed is neither gained nor lost. One that was split and is kept in part: the other parts
/// are lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserUpgrade {
    /// The user.
    pub user: UserId,
    /// What they come to be able to use, in the order of the new catalog.
    pub gained: Vec<PermissionKey>,
    /// What they cease to be able to use: in the order of the new catalog, then what that lacks, by its last key.
    pub lost: Vec<PermissionKey>,
    /// What they can use before and after, but on other resources, in the order of the new catalog (L4).
    pub moved: Vec<ReachDifference>,
    /// The scopes that they come to have, themselves or by inclusion, in the order of the new catalog.
    pub scopes_gained: Vec<ScopeKey>,
    /// The scopes that they cease to have: in the order of the new catalog, then what that lacks, by its last key.
    pub scopes_lost: Vec<ScopeKey>,
}

/// The users for whom something differs, by id.
pub(super) fn users(before: &Authorizer, after: &Authorizer) -> Vec<UserUpgrade> {
    let (here, there) = (before.account().catalog(), after.account().catalog());
    let mut map = Mapping::new(here, there);
    let mut scopes = Scopes::new(here, there);
    let mut differences = Vec::new();
    // An upgrade neither adds nor removes users.
    for user in before.subjects() {
        let Some(id) = user.id() else { continue };
        let now = after.subject(id);
        let (could, can) = (map.through(&user.usable_set()), now.usable_set());
        let (mut gained, mut lost) = (can.clone(), could.kept.clone());
        gained.subtract(could.kept.words());
        lost.subtract(can.words());
        let mut both = can;
        both.intersect_with(could.kept.words());
        let moved = map.moved(&user, &now, &both);
        let keys = |set| PermissionSet::new(there, set).keys().cloned().collect::<Vec<_>>();
        let (gained, mut lost) = (keys(gained), keys(lost));
        lost.extend(could.lost.iter().cloned());
        let (scopes_gained, scopes_lost) = scopes.compared(&user, &now);
        let difference = UserUpgrade { user: id.clone(), gained, lost, moved, scopes_gained, scopes_lost };
        if !difference.is_empty() {
            differences.push(difference);
        }
    }
    differences.sort_unstable_by(|a, b| a.user.cmp(&b.user));
    differences
}

/// What some permissions of the old catalog are in the new one.
#[derive(Clone, Default)]
struct Mapped {
    kept: IdSet<PermissionId>,
    /// What has no place in the new catalog.
    lost: BTreeSet<PermissionKey>,
}

/// From the permissions of one catalog to those of a later one.
struct Mapping<'c> {
    here: &'c Catalog,
    there: &'c Catalog,
    successions: Lineage<'c, PermissionKey>,
    /// The place of each permission that is there as it was.
    same: HashMap<u16, u16, RandomState>,
    /// The others, whose place depends on what else is held.
    known: HashMap<Vec<u16>, Mapped, RandomState>,
}

impl<'c> Mapping<'c> {
    fn new(here: &'c Catalog, there: &'c Catalog) -> Self {
        let successions = Lineage::new(there.since(here.version()), |since| &since.permissions);
        let unchanged = here.permissions().filter(|permission| successions.keeps(permission.key()));
        let same = unchanged.filter_map(|permission| {
            Some((permission.id().index(), there.permission_index(permission.key().as_str())?))
        });
        Self { same: same.collect(), here, there, successions, known: HashMap::default() }
    }

    fn through(&mut self, held: &IdSet<PermissionId>) -> Mapped {
        let (same, others): (Vec<u16>, Vec<u16>) =
            held.iter().partition(|index| self.same.contains_key(index));
        let mut mapped = match self.known.get(&others) {
            Some(mapped) => mapped.clone(),
            None => {
                let mapped = self.by_key(others.iter().copied().collect());
                self.known.insert(others, mapped.clone());
                mapped
            }
        };
        same.iter().filter_map(|index| self.same.get(index)).for_each(|index| {
            mapped.kept.insert(*index);
        });
        mapped
    }

    fn by_key(&self, held: IdSet<PermissionId>) -> Mapped {
        let keys = PermissionSet::new(self.here, held).keys().cloned().collect();
        let (kept, lost) = self.successions.through(keys);
        let mut mapped = Mapped { kept: IdSet::new(), lost };
        for key in kept {
            match self.there.permission_index(key.as_str()) {
                Some(permission) => _ = mapped.kept.insert(permission),
                None => _ = mapped.lost.insert(key),
            }
        }
        mapped
    }

    /// Of what a user can use before and after, what reaches something else.
    fn moved(
        &mut self,
        before: &Subject<'_>,
        after: &Subject<'_>,
        both: &IdSet<PermissionId>,
    ) -> Vec<ReachDifference> {
        let limited = |of: &Subject<'_>| of.data().is_some_and(|user| of.authorizer().has_limits(user));
        if !limited(before) && !limited(after) {
            return Vec::new();
        }
        // Where each could be used before, by the key that it has now.
        let here = before.usable_set();
        let here = here.iter().filter_map(|index| self.here.permission_at(index));
        let reached = here.map(|permission| (permission.key().clone(), before.reach_of(permission.id())));
        let (mut reached, mut from): (BTreeMap<_, _>, _) = (reached.collect(), 0);
        while let Some((rows, next)) = self.successions.touching(reached.keys(), from) {
            (reached, from) = (reached_through(reached, &rows), next);
        }
        let mut moved = Vec::new();
        for index in both.iter() {
            let Some(permission) = self.there.permission_at(index) else { continue };
            let Some(before) = reached.remove(permission.key()) else { continue };
            let after = after.reach_of(permission.id());
            if before != after {
                moved.push(ReachDifference { permission: permission.key().clone(), before, after });
            }
        }
        moved
    }
}

/// Where permissions could be used, after the successions of one version: what needed all of several, where all could be
/// used.
fn reached_through(
    held: BTreeMap<PermissionKey, Reached>,
    rows: &[&Succession<PermissionKey>],
) -> BTreeMap<PermissionKey, Reached> {
    let mut new: BTreeMap<PermissionKey, Reached> = BTreeMap::new();
    let mut taken_up = BTreeSet::new();
    for row in rows {
        taken_up.extend(row.from.iter());
        if !row.gives(|key| held.contains_key(key)) {
            continue;
        }
        let mut reaches = row.from.iter().filter_map(|key| held.get(key)).cloned();
        let Some(first) = reaches.next() else { continue };
        let reach = reaches.fold(first, |all, reach| match row.needs {
            Needs::All => both(all, &reach),
            Needs::Any => either(all, reach),
        });
        for key in &row.to {
            let known = new.remove(key).unwrap_or(Reached::Nothing);
            new.insert(key.clone(), either(known, reach.clone()));
        }
    }
    for (key, reach) in held.iter().filter(|(key, _)| !taken_up.contains(key)) {
        let known = new.remove(key).unwrap_or(Reached::Nothing);
        new.insert(key.clone(), either(known, reach.clone()));
    }
    new
}

/// From the scopes of one catalog to those of a later one.
struct Scopes<'c> {
    here: &'c Catalog,
    there: &'c Catalog,
    /// What each scope is in the later catalog; the last key of one that is gone.
    now: Vec<Result<u16, ScopeKey>>,
    /// What was compared already: most users have the scopes of many others.
    known: HashMap<(Vec<u64>, Vec<u64>), Compared, RandomState>,
}

/// The scopes gained and lost.
type Compared = (Vec<ScopeKey>, Vec<ScopeKey>);

impl<'c> Scopes<'c> {
    fn new(here: &'c Catalog, there: &'c Catalog) -> Self {
        let successions = Lineage::new(there.since(here.version()), |since| &since.scopes);
        let now = here.scopes().map(|scope| {
            let now = successions.renamed(scope.key());
            let index = now.as_ref().and_then(|key| there.scope_index(key.as_str()));
            index.ok_or_else(|| now.unwrap_or_else(|| scope.key().clone()))
        });
        Self { here, there, now: now.collect(), known: HashMap::default() }
    }

    fn compared(&mut self, before: &Subject<'_>, after: &Subject<'_>) -> Compared {
        let had = self.here.covered(before.scopes().set());
        let has = self.there.covered(after.scopes().set());
        let asked = (had.words().to_vec(), has.words().to_vec());
        if let Some(known) = self.known.get(&asked) {
            return known.clone();
        }
        let (mut kept, mut gone) = (IdSet::<ScopeId>::new(), BTreeSet::new());
        for now in had.iter().filter_map(|scope| self.now.get(usize::from(scope))) {
            match now {
                Ok(now) => _ = kept.insert(*now),
                Err(last) => _ = gone.insert(last.clone()),
            }
        }
        let (mut gained, mut lost) = (has.clone(), kept.clone());
        gained.subtract(kept.words());
        lost.subtract(has.words());
        let keys = |set| ScopeSet::new(self.there, set).keys().cloned().collect::<Vec<_>>();
        let compared = (keys(gained), keys(lost).into_iter().chain(gone).collect());
        self.known.insert(asked, Compared::clone(&compared));
        compared
    }
}

/// What one and the other reach.
fn both(one: Reached, other: &Reached) -> Reached {
    match (one, other) {
        (Reached::Everything, other) => other.clone(),
        (one, Reached::Everything) => one,
        (Reached::Only(mut one), Reached::Only(other)) => {
            one.retain(|resource| other.contains(resource));
            if one.is_empty() { Reached::Nothing } else { Reached::Only(one) }
        }
        _ => Reached::Nothing,
    }
}

/// What one or the other reaches.
fn either(one: Reached, other: Reached) -> Reached {
    match (one, other) {
        (Reached::Everything, _) | (_, Reached::Everything) => Reached::Everything,
        (Reached::Nothing, reached) | (reached, Reached::Nothing) => reached,
        (Reached::Only(mut one), Reached::Only(other)) => {
            one.extend(other);
            Reached::Only(one)
        }
    }
}

impl UserUpgrade {
    fn is_empty(&self) -> bool {
        let Self { user: _, gained, lost, moved, scopes_gained, scopes_lost } = self;
        [gained, lost].iter().all(|keys| keys.is_empty())
            && moved.is_empty()
            && [scopes_gained, scopes_lost].iter().all(|keys| keys.is_empty())
    }
}

/// One line: `maja: gains flows/stop; loses flows/edit`.
impl fmt::Display for UserUpgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |keys: &[PermissionKey]| Words(keys.iter()).to_string();
        let scopes = |keys: &[ScopeKey]| Words(keys.iter()).to_string();
        write!(f, "{}:", Word(self.user.as_str()))?;
        let mut parts = Vec::new();
        if !self.gained.is_empty() {
            parts.push(format!(" gains {}", list(&self.gained)));
        }
        if !self.lost.is_empty() {
            parts.push(format!(" loses {}", list(&self.lost)));
        }
        for ReachDifference { permission, before, after } in &self.moved {
            let permission = Word(permission.as_str());
            parts.push(format!(" reaches with {permission} {after}, before {before}"));
        }
        if !self.scopes_gained.is_empty() {
            parts.push(format!(" gains scopes {}", scopes(&self.scopes_gained)));
        }
        if !self.scopes_lost.is_empty() {
            parts.push(format!(" loses scopes {}", scopes(&self.scopes_lost)));
        }
        f.write_str(&parts.join(";"))
    }
}

/// A line for each user, undeclared difference, problem and broken rule.
impl fmt::Display for UpgradeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.users.iter().try_for_each(|user| writeln!(f, "{user}"))?;
        self.undeclared.iter().try_for_each(|found| writeln!(f, "undeclared: {found}"))?;
        self.problems.iter().try_for_each(|problem| writeln!(f, "problem: {problem}"))?;
        self.violations.iter().try_for_each(|violation| writeln!(f, "rule: {violation}"))
    }
}
