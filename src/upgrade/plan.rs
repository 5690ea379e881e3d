//! What becomes of the keys that an account names.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::change::{Needs, Succession, Successions};
use crate::error::{AccountProblem, Holder, LostAssignments};
use crate::key::{FeatureKey, KindKey, PermissionKey, RoleKey, RoleRef, ScopeKey};
use crate::record::{AccountRecord, AssignmentRecord, CustomRoleRecord, ImportRecord};

/// The keys that a stored account names, of each sort.
#[derive(Default)]
struct Names {
    features: BTreeSet<FeatureKey>,
    kinds: BTreeSet<KindKey>,
    scopes: BTreeSet<ScopeKey>,
    permissions: BTreeSet<PermissionKey>,
    roles: BTreeSet<RoleKey>,
}

/// The successions that touch the account, version by version; before them each key that the catalog lacks without
/// saying why, as one without a successor. And the problems that the latter are.
///
/// These keys are the first to go: an assignment that counts nowhere must not lend its reach to another.
pub(super) fn plan(record: &AccountRecord, catalog: &Catalog) -> (Vec<Successions>, Vec<AccountProblem>) {
    let mut names = Names::of(record);
    let since = catalog.successions().filter(|since| since.version > record.catalog.version);
    let declared: Vec<_> =
        since.map(|since| names.take_up(since)).filter(|since| !since.is_empty()).collect();
    // A key that an account names and no succession touches is left over; so is what successions lead to.
    names.features.retain(|key| catalog.feature(key).is_err());
    names.kinds.retain(|key| catalog.kind(key).is_err());
    names.scopes.retain(|key| catalog.scope(key).is_err());
    names.permissions.retain(|key| catalog.permission(key).is_err());
    names.roles.retain(|key| catalog.role(key).is_err());
    let problems = problems(record, &names);
    let gone = Successions {
        version: record.catalog.version,
        features: gone(names.features),
        kinds: gone(names.kinds),
        scopes: gone(names.scopes),
        permissions: gone(names.permissions),
        roles: gone(names.roles),
    };
    let gone = Some(gone).filter(|gone| !gone.is_empty());
    (gone.into_iter().chain(declared).collect(), problems)
}

/// What a stored account names of what is gone, in its order; what holders lose of it last.
fn problems(record: &AccountRecord, gone: &Names) -> Vec<AccountProblem> {
    let mut problems = Vec::new();
    for feature in record.features.iter().filter(|key| gone.features.contains(*key)) {
        problems.push(AccountProblem::MissingFeature { feature: feature.clone() });
    }
    for CustomRoleRecord { id, permissions, withheld, .. } in &record.roles {
        for permission in permissions.iter().filter(|key| gone.permissions.contains(*key)) {
            let (role, permission) = (id.clone(), permission.clone());
            problems.push(AccountProblem::MissingPermission { role, permission });
        }
        for scope in withheld.iter().filter(|key| gone.scopes.contains(*key)) {
            problems.push(AccountProblem::MissingScope { role: id.clone(), scope: scope.clone() });
        }
    }
    for (id, ImportRecord { source, permissions }) in
        record.roles.iter().flat_map(|role| role.imports.iter().map(|import| (&role.id, import)))
    {
        if let RoleRef::Predefined(key) = source
            && gone.roles.contains(key)
        {
            problems.push(AccountProblem::MissingSource { role: id.clone(), source_role: key.clone() });
        }
        for permission in permissions.iter().filter(|key| gone.permissions.contains(*key)) {
            let (role, source_role, permission) = (id.clone(), source.clone(), permission.clone());
            problems.push(AccountProblem::MissingImport { role, source_role, permission });
        }
    }
    if gone.roles.is_empty() && gone.kinds.is_empty() {
        return problems;
    }
    let mut lost = LostAssignments::default();
    let of_users = record.users.iter().flat_map(|user| &user.assignments).map(|held| (held, Holder::User));
    let of_teams = record.teams.iter().flat_map(|team| &team.assignments).map(|held| (held, Holder::Team));
    for (AssignmentRecord { role, reach }, of) in of_users.chain(of_teams) {
        match role {
            RoleRef::Predefined(key) if gone.roles.contains(key) => lost.role(key, of),
            _ => {
                let limits = reach.limits().map(|(kind, _)| kind).filter(|kind| gone.kinds.contains(*kind));
                limits.for_each(|kind| lost.kind(kind, of));
            }
        }
    }
    problems.extend(lost.into_problems());
    problems
}

fn gone<K>(names: BTreeSet<K>) -> Vec<Succession<K>> {
    let gone = |key| Succession { from: vec![key], to: Vec::new(), needs: Needs::All };
    names.into_iter().map(gone).collect()
}

impl Names {
    fn of(record: &AccountRecord) -> Self {
        let mut names = Self { features: record.features.iter().cloned().collect(), ..Self::default() };
        for role in &record.roles {
            names.permissions.extend(role.permissions.iter().cloned());
            names.scopes.extend(role.withheld.iter().cloned());
            for import in &role.imports {
                names.role(&import.source);
                names.permissions.extend(import.permissions.iter().cloned());
            }
        }
        for AssignmentRecord { role, reach } in record
            .teams
            .iter()
            .flat_map(|team| &team.assignments)
            .chain(record.users.iter().flat_map(|user| &user.assignments))
        {
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

    /// What of the successions of a version touches these names, which become what they give.
    fn take_up(&mut self, since: &Successions) -> Successions {
        Successions {
            version: since.version,
            features: take_up(&mut self.features, &since.features),
            kinds: take_up(&mut self.kinds, &since.kinds),
            scopes: take_up(&mut self.scopes, &since.scopes),
            permissions: take_up(&mut self.permissions, &since.permissions),
            roles: take_up(&mut self.roles, &since.roles),
        }
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
