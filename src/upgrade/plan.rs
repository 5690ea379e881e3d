//! What becomes of a stored account under a later catalog: everything by key, and nothing by position.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::kinds::Kinds;
use crate::account::{AccountRecord, AssignmentRecord, CustomRoleRecord, ImportRecord, Names, problems};
use crate::catalog::Catalog;
use crate::change::{Lineage, Needs, Succession, Successions};
use crate::error::{AccountProblem, Holder};
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleKey, RoleRef, ScopeKey};
use crate::reach::Reach;
use crate::set::has;

/// What an upgrade comes to.
pub(super) struct Plan {
    /// The account under the new catalog.
    pub(super) record: AccountRecord,
    /// The successions that touch the account, version by version. Before them each key that the catalog lacks without
    /// saying why, as one without a successor.
    pub(super) rewritten: Vec<Successions>,
    /// What was dropped for want of a successor, and what was closed.
    pub(super) problems: Vec<AccountProblem>,
}

/// From one catalog to another: the successions in between.
struct Way<'c> {
    before: &'c Catalog,
    now: &'c Catalog,
    features: Lineage<'c, FeatureKey>,
    kinds: Lineage<'c, KindKey>,
    scopes: Lineage<'c, ScopeKey>,
    permissions: Lineage<'c, PermissionKey>,
    roles: Lineage<'c, RoleKey>,
    granted: Kinds<'c>,
}

/// The plan for an account that was stored under `before`.
pub(super) fn plan(record: &AccountRecord, before: &Catalog, now: &Catalog) -> Plan {
    let (rewritten, gone) = touched(record, now);
    let since = || now.since(before.version());
    let mut way = Way {
        before,
        now,
        features: Lineage::new(since(), |since| &since.features),
        kinds: Lineage::new(since(), |since| &since.kinds),
        scopes: Lineage::new(since(), |since| &since.scopes),
        permissions: Lineage::new(since(), |since| &since.permissions),
        roles: Lineage::new(since(), |since| &since.roles),
        granted: Kinds::new(before, now),
    };
    let mut problems = problems(record, &gone);
    let mut record = record.clone();
    record.catalog = now.identity();
    let (features, _) = way.features.through(record.features.drain(..).collect());
    record.features = features.into_iter().filter(|key| now.feature_index(key.as_str()).is_some()).collect();
    for role in &mut record.roles {
        way.role(role);
    }
    let mut closed = BTreeMap::new();
    for team in &mut record.teams {
        way.assignments(&mut team.assignments, Holder::Team, &mut closed);
    }
    for user in &mut record.users {
        way.assignments(&mut user.assignments, Holder::User, &mut closed);
    }
    problems.extend(closed.into_iter().map(|((role, kind), (users, teams))| AccountProblem::NewKind {
        role,
        kind,
        users,
        teams,
    }));
    Plan { record: record.with_checksum(), rewritten, problems }
}

/// Assignments that reach nothing of a kind from now on: of how many users and teams, by role and kind.
type Closing = BTreeMap<(RoleKey, KindKey), (usize, usize)>;

impl Way<'_> {
    fn role(&self, role: &mut CustomRoleRecord) {
        role.imports = self.imports(std::mem::take(&mut role.imports));
        role.scopes = self.selection(role);
        let (permissions, _) = self.permissions.through(role.permissions.drain(..).collect());
        let known = |key: &PermissionKey| self.now.permission_index(key.as_str()).is_some();
        role.permissions = permissions.into_iter().filter(known).collect();
        // What no permission provides any more is forgotten (P6).
        let provided = |key: &PermissionKey| {
            let permission = self.now.permission_index(key.as_str());
            permission.map_or(&[][..], |permission| self.now.scopes_of(permission))
        };
        let provided: BTreeSet<u16> = role.permissions.iter().flat_map(provided).copied().collect();
        let is_provided = |scope: &ScopeKey| {
            self.now.scope_index(scope.as_str()).is_some_and(|scope| provided.contains(&scope))
        };
        role.scopes.retain(is_provided);
    }

    /// The scopes that stay selected in a role (R5, P9). Where a scope has become one with another that the role
    /// provided and did not select, it is selected no longer.
    fn selection(&self, role: &CustomRoleRecord) -> Vec<ScopeKey> {
        let selected: BTreeSet<&ScopeKey> = role.scopes.iter().collect();
        let mut withheld = BTreeSet::new();
        for permission in role.permissions.iter().filter_map(|key| self.before.permission_index(key.as_str()))
        {
            for scope in self.before.scopes_of(permission) {
                let Some(scope) = self.before.scope_at(*scope) else { continue };
                if !selected.contains(scope.key()) {
                    withheld.extend(self.scopes.renamed(scope.key()));
                }
            }
        }
        let still: BTreeSet<ScopeKey> =
            selected.into_iter().filter_map(|key| self.scopes.renamed(key)).collect();
        still.into_iter().filter(|key| !withheld.contains(key)).collect()
    }

    fn assignments(&mut self, held: &mut Vec<AssignmentRecord>, of: Holder, closed: &mut Closing) {
        let as_before = |held: &AssignmentRecord| match &held.role {
            RoleRef::Predefined(key) => {
                held.reach.is_everything() && self.roles.keeps(key) && self.now.role_index(key).is_some()
            }
            RoleRef::Custom(_) => held.reach.is_everything(),
        };
        // Most are.
        if held.iter().all(as_before) {
            return;
        }
        let mut now: BTreeMap<RoleRef, (Reach, BTreeSet<RoleKey>)> = BTreeMap::new();
        for AssignmentRecord { role, reach } in held.drain(..) {
            let from = match &role {
                RoleRef::Predefined(key) => [key.clone()].into(),
                RoleRef::Custom(_) => BTreeSet::new(),
            };
            now.insert(role, (self.reach(&reach), from));
        }
        let mut from = 0;
        loop {
            let keys = now.keys().filter_map(|role| match role {
                RoleRef::Predefined(key) => Some(key),
                RoleRef::Custom(_) => None,
            });
            let Some((rows, next)) = self.roles.touching(keys, from) else { break };
            (now, from) = (succeed(now, &rows), next);
        }
        for (role, (mut reach, from)) in now {
            if let RoleRef::Predefined(key) = &role {
                if self.now.role_index(key).is_none() {
                    continue;
                }
                if !reach.is_everything() {
                    for kind in self.granted.new_kinds(key, &from) {
                        if reach.limit_of(&kind).is_none() {
                            reach.insert(kind.clone(), BTreeSet::new());
                            let (users, teams) = closed.entry((key.clone(), kind)).or_default();
                            match of {
                                Holder::User => *users += 1,
                                Holder::Team => *teams += 1,
                            }
                        }
                    }
                }
            }
            held.push(AssignmentRecord { role, reach });
        }
    }

    /// A reach in kinds renamed. A kind that is gone or retired stays under its last name: what it narrowed stays narrow
    /// (P9).
    fn reach(&self, reach: &Reach) -> Reach {
        let mut renamed = Reach::everything();
        for (kind, resources) in reach.limits() {
            let mut one = Reach::everything();
            one.insert(self.kinds.last(kind), resources.clone());
            renamed = renamed.and(&one);
        }
        renamed
    }

    /// Remembered imports: what took the place of a source is the source, with what was remembered of it (R3). Of
    /// several that took its place each answers for what none of the others grants.
    fn imports(&self, imports: Vec<ImportRecord>) -> Vec<ImportRecord> {
        let mut now: BTreeMap<RoleRef, BTreeSet<PermissionKey>> = BTreeMap::new();
        for ImportRecord { source, permissions } in imports {
            let (permissions, _) = self.permissions.through(permissions.into_iter().collect());
            let known =
                permissions.into_iter().filter(|key| self.now.permission_index(key.as_str()).is_some());
            let permissions: BTreeSet<PermissionKey> = known.collect();
            let RoleRef::Predefined(key) = &source else {
                now.entry(source).or_default().extend(permissions);
                continue;
            };
            let sources: Vec<RoleKey> =
                self.roles.image(key).into_iter().filter(|key| self.now.role_index(key).is_some()).collect();
            let grants = |source: &RoleKey, permission: &PermissionKey| {
                let row = self.now.role_index(source).and_then(|role| self.now.role_row(role));
                let index = self.now.permission_index(permission.as_str());
                row.zip(index).is_some_and(|(row, index)| has(row, index))
            };
            for source in &sources {
                let other =
                    |permission: &PermissionKey| sources.iter().any(|source| grants(source, permission));
                let own = permissions.iter().filter(|key| grants(source, key) || !other(key)).cloned();
                now.entry(RoleRef::Predefined(source.clone())).or_default().extend(own);
            }
        }
        now.into_iter()
            .map(|(source, granted)| ImportRecord { source, permissions: granted.into_iter().collect() })
            .collect()
    }
}

/// The assignments of one holder after those successions of one version that touch them, each with the roles that it came from.
///
/// Where several become one it reaches what all of them did (C5). One that stood before stays as it is.
fn succeed(
    held: BTreeMap<RoleRef, (Reach, BTreeSet<RoleKey>)>,
    rows: &[&Succession<RoleKey>],
) -> BTreeMap<RoleRef, (Reach, BTreeSet<RoleKey>)> {
    let mut taken_up: HashMap<&RoleKey, (Reach, BTreeSet<RoleKey>), RandomState> = HashMap::default();
    let mut standing = held;
    for key in rows.iter().flat_map(|row| &row.from) {
        if let Some(assignment) = standing.remove(&RoleRef::Predefined(key.clone())) {
            taken_up.insert(key, assignment);
        }
    }
    let mut new: BTreeMap<RoleRef, (Reach, BTreeSet<RoleKey>)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.gives(|key| taken_up.contains_key(key))) {
        let (mut reach, mut from) = (Reach::everything(), BTreeSet::new());
        for (one, origins) in row.from.iter().filter_map(|key| taken_up.get(key)) {
            reach = reach.and(one);
            from.extend(origins.iter().cloned());
        }
        for key in &row.to {
            let role = RoleRef::Predefined(key.clone());
            if !standing.contains_key(&role) {
                let (known, origins) = new.entry(role).or_default();
                *known = std::mem::take(known).and(&reach);
                origins.extend(from.iter().cloned());
            }
        }
    }
    standing.extend(new);
    standing
}

/// The successions that touch a stored account, and the names that the catalog lacks without saying why.
fn touched(record: &AccountRecord, catalog: &Catalog) -> (Vec<Successions>, Names) {
    let mut names = Names::of(record);
    let since = catalog.since(record.catalog.version);
    let declared: Vec<_> =
        since.map(|since| take_up_all(&mut names, since)).filter(|since| !since.is_empty()).collect();
    // A key that an account names and no succession touches is left over; so is what successions lead to.
    names.features.retain(|key| catalog.feature_index(key.as_str()).is_none());
    names.kinds.retain(|key| catalog.kind_position(key.as_str()).is_none());
    names.scopes.retain(|key| catalog.scope_index(key.as_str()).is_none());
    names.permissions.retain(|key| catalog.permission_index(key.as_str()).is_none());
    names.roles.retain(|key| catalog.role_index(key).is_none());
    let gone = Successions {
        version: record.catalog.version,
        features: gone(&names.features),
        kinds: Vec::new(),
        scopes: gone(&names.scopes),
        permissions: gone(&names.permissions),
        roles: gone(&names.roles),
    };
    let gone = Some(gone).filter(|gone| !gone.is_empty());
    (gone.into_iter().chain(declared).collect(), names)
}

fn gone<K: Clone>(names: &BTreeSet<K>) -> Vec<Succession<K>> {
    let gone = |key: &K| Succession { from: vec![key.clone()], to: Vec::new(), needs: Needs::All };
    names.iter().map(gone).collect()
}

/// What of the successions of a version touches these names, which become what they give.
fn take_up_all(names: &mut Names, since: &Successions) -> Successions {
    Successions {
        version: since.version,
        features: take_up(&mut names.features, &since.features),
        kinds: take_up(&mut names.kinds, &since.kinds),
        scopes: take_up(&mut names.scopes, &since.scopes),
        permissions: take_up(&mut names.permissions, &since.permissions),
        roles: take_up(&mut names.roles, &since.roles),
    }
}

fn take_up<K: Ord + Clone>(names: &mut BTreeSet<K>, rows: &[Succession<K>]) -> Vec<Succession<K>> {
    let touching: Vec<_> = rows.iter().filter(|row| row.from.iter().any(|key| names.contains(key))).collect();
    for key in touching.iter().flat_map(|row| &row.from) {
        names.remove(key);
    }
    names.extend(touching.iter().flat_map(|row| &row.to).cloned());
    touching.into_iter().cloned().collect()
}
