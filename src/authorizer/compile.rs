//! From account to rows and mask: one row of bits for each role and team, one mask for the features.

use crate::account::{Account, Grantor, TeamData};
use crate::set::{Row, Rows, has};

/// What checks read. Every row is replaced as a whole, never patched.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    /// What each role, limited assignment and team grants without limit, by its number. A limited
    /// assignment grants its role's permissions less those exercised on a kind that is limited (L2); a team
    /// what its roles grant together (D4). Free slots grant nothing. The predefined roles' pages are the
    /// catalog's own.
    rows: Rows,
    /// The teams with limited assignments, ascending.
    limited_teams: Vec<u32>,
    /// The roles that withhold scopes, and their limited assignments and teams, ascending.
    withholding: Vec<Grantor>,
    /// The permissions whose features are all enabled (D5).
    usable: Row,
}

impl Compiled {
    pub(super) fn new(account: &Account) -> Self {
        let mut compiled = Self {
            rows: account.catalog().role_rows().clone(),
            limited_teams: limited_teams(account),
            withholding: withholding(account),
            usable: account.catalog().usable_with(account.enabled()),
        };
        let first = account.first_custom();
        for (slot, role) in account.custom_table().iter() {
            compiled.put(Grantor::role(first + slot), &role.permissions);
        }
        for (slot, _) in account.limit_slab().iter() {
            compiled.put_limit(account, slot);
        }
        let mut union = Vec::new();
        for (slot, _) in account.team_table().iter() {
            compiled.put_team(account, slot, &mut union);
        }
        compiled
    }

    /// The same as `new(next)`, reusing what `previous` and `next` share.
    pub(super) fn refresh(&self, previous: &Account, next: &Account) -> Self {
        // Of an account that waits for an upgrade the catalog says less than it does.
        if !next.catalog().is(previous.catalog()) || previous.needs_upgrade() || next.needs_upgrade() {
            return Self::new(next);
        }
        let mut compiled = self.clone();
        if next.enabled() != previous.enabled() {
            compiled.usable = next.catalog().usable_with(next.enabled());
        }

        let (first, roles, teams) = (next.first_custom(), next.custom_table(), next.team_table());
        // The roles and limited assignments whose row became another one, ascending.
        let (mut stale, mut touched) = (Vec::new(), false);
        roles.changed_since(previous.custom_table(), |slot| {
            touched = true;
            let row = roles.get(slot).map_or(&[][..], |role| &role.permissions);
            if compiled.put(Grantor::role(first + slot), row) {
                stale.push(Grantor::role(first + slot));
            }
        });

        let limits = next.limit_slab();
        let mut affected = Vec::new();
        if !stale.is_empty() {
            let uses = |role: u32| stale.binary_search(&Grantor::role(role)).is_ok();
            affected.extend(limits.iter().filter(|(_, limit)| uses(limit.role)).map(|(slot, _)| slot));
        }
        limits.changed_since(previous.limit_slab(), |slot| affected.push(slot));
        touched |= !affected.is_empty();
        for slot in affected {
            if compiled.put_limit(next, slot) {
                stale.push(Grantor::limit(slot));
            }
        }
        stale.sort_unstable();

        let mut affected = Vec::new();
        if !stale.is_empty() {
            let uses = |role: &Grantor| stale.binary_search(role).is_ok();
            let users = teams.iter().filter(|(_, team)| team.roles.all().iter().any(uses));
            affected.extend(users.map(|(slot, _)| slot));
        }
        teams.changed_since(previous.team_table(), |slot| affected.push(slot));
        if !affected.is_empty() {
            compiled.limited_teams = limited_teams(next);
        }
        if touched || !affected.is_empty() {
            compiled.withholding = withholding(next);
        }
        let mut union = Vec::new();
        for slot in affected {
            compiled.put_team(next, slot, &mut union);
        }
        compiled
    }

    /// What a role, limited assignment or team grants without limit. May end in zero words.
    pub(super) fn row(&self, grantor: Grantor) -> &[u64] {
        self.rows.get(grantor.number())
    }

    /// Whether any of these grants a permission without limit.
    #[inline]
    pub(super) fn any_grants(&self, grantors: &[Grantor], permission: u16) -> bool {
        self.rows.any_has(grantors.iter().map(|grantor| grantor.number()), permission)
    }

    /// Whether a team has limited assignments.
    #[inline]
    pub(super) fn is_limited_team(&self, team: u32) -> bool {
        self.limited_teams.binary_search(&team).is_ok()
    }

    /// Whether what one of these provides depends on the scopes that a role withholds.
    #[inline]
    pub(super) fn any_withholds(&self, grantors: &[Grantor]) -> bool {
        !self.withholding.is_empty()
            && grantors.iter().any(|grantor| self.withholding.binary_search(grantor).is_ok())
    }

    /// Whether every feature that a permission requires is enabled.
    #[inline]
    pub(super) fn usable(&self, permission: u16) -> bool {
        has(&self.usable, permission)
    }

    pub(super) fn usable_row(&self) -> &Row {
        &self.usable
    }

    /// Replaces a row. Whether it became another one.
    fn put(&mut self, grantor: Grantor, row: &[u64]) -> bool {
        self.rows.put(grantor.number(), row)
    }

    fn put_limit(&mut self, account: &Account, slot: u32) -> bool {
        let row = account.limit_slab().get(slot).map(|limit| {
            let granted = account.role_row(limit.role).cloned().unwrap_or_default();
            account.catalog().beyond_kinds(&granted, |kind| limit.resources(kind).is_some())
        });
        self.put(Grantor::limit(slot), &row.unwrap_or_default())
    }

    /// `union` is a buffer that many teams share.
    fn put_team(&mut self, account: &Account, slot: u32, union: &mut Vec<u64>) -> bool {
        union.clear();
        for role in account.team_table().get(slot).map_or(&[][..], |team| team.roles.all()) {
            let row = self.row(*role);
            union.resize(union.len().max(row.len()), 0);
            union.iter_mut().zip(row).for_each(|(word, more)| *word |= more);
        }
        self.put(Grantor::team(slot), union)
    }
}

fn limited_teams(account: &Account) -> Vec<u32> {
    let limited = account.team_table().iter().filter(|(_, team)| team.roles.limits().next().is_some());
    limited.map(|(slot, _)| slot).collect()
}

fn withholding(account: &Account) -> Vec<Grantor> {
    let catalog = account.catalog();
    let custom = account.custom_table().iter().filter(|(_, role)| role.withholds(catalog));
    let roles: Vec<_> = custom.map(|(slot, _)| Grantor::role(account.first_custom() + slot)).collect();
    if roles.is_empty() {
        return roles;
    }
    let withholds = |role: u32| roles.binary_search(&Grantor::role(role)).is_ok();
    let limits = account.limit_slab().iter().filter(|(_, limit)| withholds(limit.role));
    let limits = limits.map(|(slot, _)| Grantor::limit(slot));
    let holds = |team: &TeamData| account.assigned(&team.roles).any(|(role, _)| withholds(role));
    let teams = account.team_table().iter().filter(|(_, team)| holds(team));
    let teams = teams.map(|(slot, _)| Grantor::team(slot));
    roles.iter().copied().chain(limits).chain(teams).collect()
}
