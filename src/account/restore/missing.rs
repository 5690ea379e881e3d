//! What a stored account names and a catalog lacks.

use std::collections::BTreeSet;

use crate::account::{AccountRecord, AssignmentRecord, CustomRoleRecord, ImportRecord};
use crate::catalog::Catalog;
use crate::change::{Lineage, Succession, Successions};
use crate::error::{AccountProblem, Holder, LostAssignments};
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleKey, RoleRef, ScopeKey};

/// Keys that a stored account names, of each sort.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) features: BTreeSet<FeatureKey>,
    pub(crate) kinds: BTreeSet<KindKey>,
    pub(crate) scopes: BTreeSet<ScopeKey>,
    pub(crate) permissions: BTreeSet<PermissionKey>,
    pub(crate) roles: BTreeSet<RoleKey>,
}

impl Names {
    pub(crate) fn of(record: &AccountRecord) -> Self {
        let mut names = Self { features: record.features.iter().cloned().collect(), ..Self::default() };
        for role in &record.roles {
            names.permissions.extend(role.permissions.iter().cloned());
            names.scopes.extend(role.scopes.iter().cloned());
            for import in &role.imports {
                names.role(&import.source);
                names.permissions.extend(import.permissions.iter().cloned());
            }
        }
        for AssignmentRecord { role, reach } in assignments(record).flat_map(|(held, _)| held) {
            names.role(role);
            for (kind, _) in reach.limits() {
                if !names.kinds.contains(kind) {
                    names.kinds.insert(kind.clone());
                }
            }
        }
        names
    }

    fn role(&mut self, role: &RoleRef) {
        if let RoleRef::Predefined(key) = role
            && !self.roles.contains(key)
        {
            self.roles.insert(key.clone());
        }
    }

    /// Of the names of a record, those that a catalog lacks, or that a succession takes up since the record was stored.
    pub(crate) fn lacking(record: &AccountRecord, catalog: &Catalog, taken_up: bool) -> Self {
        let since: Vec<&Successions> = match taken_up {
            true => catalog.since(record.catalog.version).collect(),
            false => Vec::new(),
        };
        let mut names = Self::of(record);
        lacks(
            &mut names.features,
            &since,
            |s| &s.features,
            |key| catalog.feature_index(key.as_str()).is_some(),
        );
        lacks(&mut names.kinds, &since, |s| &s.kinds, |key| catalog.kind_position(key.as_str()).is_some());
        lacks(&mut names.scopes, &since, |s| &s.scopes, |key| catalog.scope_index(key.as_str()).is_some());
        lacks(
            &mut names.permissions,
            &since,
            |s| &s.permissions,
            |key| catalog.permission_index(key.as_str()).is_some(),
        );
        lacks(&mut names.roles, &since, |s| &s.roles, |key| catalog.role_index(key).is_some());
        names
    }

    /// Whether something is lacking that would grant, or that was imported.
    pub(crate) fn grants_nothing(&self) -> bool {
        !self.features.is_empty()
            || !self.scopes.is_empty()
            || !self.permissions.is_empty()
            || !self.roles.is_empty()
    }
}

fn lacks<'a, K: Ord + Clone + std::hash::Hash + 'a>(
    names: &mut BTreeSet<K>,
    since: &[&'a Successions],
    rows: impl Fn(&'a Successions) -> &'a Vec<Succession<K>>,
    has: impl Fn(&K) -> bool,
) {
    let lineage = Lineage::new(since.iter().copied(), rows);
    names.retain(|key| !has(key) || !lineage.keeps(key));
}

/// The assignments of each user and team of a record.
fn assignments(record: &AccountRecord) -> impl Iterator<Item = (&[AssignmentRecord], Holder)> {
    let of_users = record.users.iter().map(|user| (&*user.assignments, Holder::User));
    let of_teams = record.teams.iter().map(|team| (&*team.assignments, Holder::Team));
    of_users.chain(of_teams)
}

/// What a stored account names of what is lacking, in its order; what holders lose of it last.
pub(crate) fn problems(record: &AccountRecord, lacking: &Names) -> Vec<AccountProblem> {
    let mut problems = Vec::new();
    for feature in record.features.iter().filter(|key| lacking.features.contains(*key)) {
        problems.push(AccountProblem::MissingFeature { feature: feature.clone() });
    }
    for CustomRoleRecord { id, permissions, scopes, .. } in &record.roles {
        for permission in permissions.iter().filter(|key| lacking.permissions.contains(*key)) {
            let (role, permission) = (id.clone(), permission.clone());
            problems.push(AccountProblem::MissingPermission { role, permission });
        }
        for scope in scopes.iter().filter(|key| lacking.scopes.contains(*key)) {
            problems.push(AccountProblem::MissingScope { role: id.clone(), scope: scope.clone() });
        }
    }
    for (id, ImportRecord { source, permissions }) in
        record.roles.iter().flat_map(|role| role.imports.iter().map(|import| (&role.id, import)))
    {
        if let RoleRef::Predefined(key) = source
            && lacking.roles.contains(key)
        {
            problems.push(AccountProblem::MissingSource { role: id.clone(), source_role: key.clone() });
        }
        for permission in permissions.iter().filter(|key| lacking.permissions.contains(*key)) {
            let (role, source_role, permission) = (id.clone(), source.clone(), permission.clone());
            problems.push(AccountProblem::MissingImport { role, source_role, permission });
        }
    }
    if lacking.roles.is_empty() && lacking.kinds.is_empty() {
        return problems;
    }
    let mut lost = LostAssignments::default();
    for (held, of) in assignments(record) {
        let mut kinds = BTreeSet::new();
        for AssignmentRecord { role, reach } in held {
            if let RoleRef::Predefined(key) = role
                && lacking.roles.contains(key)
            {
                lost.role(key, of);
            }
            let limits = reach.limits().map(|(kind, _)| kind);
            kinds.extend(limits.filter(|kind| lacking.kinds.contains(*kind)));
        }
        kinds.into_iter().for_each(|kind| lost.kind(kind, of));
    }
    problems.extend(lost.into_problems());
    problems
}
