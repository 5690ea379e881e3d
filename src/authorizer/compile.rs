//! From account to rows and mask: one row of bits for each role and team, one mask for the features.

use crate::account::{Account, Grantor, Sort};
use crate::id::PermissionId;
use crate::set::{IdSet, Row, has};
use crate::slots::Pages;

/// What checks read. Every row is replaced as a whole, never patched.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    /// What each role grants, by role slot. Free slots grant nothing.
    roles: Pages<Row>,
    /// What each limited assignment grants without limit, by its slot: its role's permissions less those
    /// exercised on a kind that is limited (L2).
    limits: Pages<Row>,
    /// What each team's roles grant together without limit, by team slot (D4).
    teams: Pages<Row>,
    /// The teams with limited assignments, ascending.
    limited_teams: Vec<u32>,
    /// The permissions whose features are all enabled (D5).
    usable: Row,
}

impl Compiled {
    pub(super) fn new(account: &Account) -> Self {
        let mut roles = Pages::new();
        account.catalog().role_rows().cloned().for_each(|row| roles.push(row));
        let mut compiled = Self {
            roles,
            limits: Pages::new(),
            teams: Pages::new(),
            limited_teams: limited_teams(account),
            usable: account.catalog().usable_with(account.enabled()),
        };
        let first = account.first_custom();
        for (slot, role) in account.custom_table().iter() {
            put(&mut compiled.roles, first + slot, role.permissions.clone());
        }
        for (slot, _) in account.limit_slab().iter() {
            let row = compiled.limit_row(account, slot);
            put(&mut compiled.limits, slot, row);
        }
        for (slot, _) in account.team_table().iter() {
            let row = compiled.team_row(account, slot);
            put(&mut compiled.teams, slot, row);
        }
        compiled
    }

    /// The same as `new(next)`, reusing what `previous` and `next` share.
    pub(super) fn refresh(&self, previous: &Account, next: &Account) -> Self {
        if !next.catalog().is(previous.catalog()) {
            return Self::new(next);
        }
        let mut compiled = self.clone();
        if next.enabled() != previous.enabled() {
            compiled.usable = next.catalog().usable_with(next.enabled());
        }

        let (first, roles, teams) = (next.first_custom(), next.custom_table(), next.team_table());
        let mut changed = Vec::new();
        roles.changed_since(previous.custom_table(), |slot| {
            let row = roles.get(slot).map_or_else(Row::default, |role| role.permissions.clone());
            let known = compiled.roles.get(first + slot);
            if known.map_or_else(|| !row.is_empty(), |known| *known != row) {
                changed.push((first + slot, row));
            }
        });
        let mut stale = Vec::new();
        for (slot, row) in changed {
            put(&mut compiled.roles, slot, row);
            stale.push(Grantor::role(slot));
        }
        stale.sort_unstable();

        let limits = next.limit_slab();
        let mut affected = Vec::new();
        if !stale.is_empty() {
            let uses = |role: u32| stale.binary_search(&Grantor::role(role)).is_ok();
            affected.extend(limits.iter().filter(|(_, limit)| uses(limit.role)).map(|(slot, _)| slot));
        }
        limits.changed_since(previous.limit_slab(), |slot| affected.push(slot));
        for slot in affected {
            let row = compiled.limit_row(next, slot);
            if compiled.limits.get(slot).map_or_else(|| !row.is_empty(), |known| *known != row) {
                put(&mut compiled.limits, slot, row);
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
        for slot in affected {
            let row = compiled.team_row(next, slot);
            if compiled.teams.get(slot).map_or_else(|| !row.is_empty(), |known| *known != row) {
                put(&mut compiled.teams, slot, row);
            }
        }
        compiled
    }

    /// What a role, limited assignment or team grants without limit.
    #[inline]
    pub(super) fn row(&self, grantor: Grantor) -> Option<&Row> {
        match grantor.sort() {
            Sort::Role(slot) => self.roles.get(slot),
            Sort::Limit(slot) => self.limits.get(slot),
            Sort::Team(slot) => self.teams.get(slot),
        }
    }

    /// Whether a team has limited assignments.
    #[inline]
    pub(super) fn is_limited_team(&self, team: u32) -> bool {
        self.limited_teams.binary_search(&team).is_ok()
    }

    /// Whether every feature that a permission requires is enabled.
    #[inline]
    pub(super) fn usable(&self, permission: u16) -> bool {
        has(&self.usable, permission)
    }

    pub(super) fn usable_row(&self) -> &Row {
        &self.usable
    }

    fn limit_row(&self, account: &Account, slot: u32) -> Row {
        let Some(limit) = account.limit_slab().get(slot) else { return Row::default() };
        let granted = self.roles.get(limit.role).cloned().unwrap_or_default();
        account.catalog().beyond_kinds(&granted, |kind| limit.resources(kind).is_some())
    }

    fn team_row(&self, account: &Account, team: u32) -> Row {
        let roles = account.team_table().get(team).map_or(&[][..], |team| team.roles.all());
        let mut rows = roles.iter().filter_map(|role| self.row(*role));
        match (rows.next(), rows.next()) {
            (None, _) => Row::default(),
            // One role: its row, shared.
            (Some(only), None) => only.clone(),
            (Some(first), Some(second)) => {
                let mut union: IdSet<PermissionId> = first.to_set();
                union.union_with(second);
                rows.for_each(|row| {
                    union.union_with(row);
                });
                Row::from(&union)
            }
        }
    }
}

fn limited_teams(account: &Account) -> Vec<u32> {
    let limited = account.team_table().iter().filter(|(_, team)| team.roles.limits().next().is_some());
    limited.map(|(slot, _)| slot).collect()
}

/// Sets a row, however far behind the end its slot is.
fn put(rows: &mut Pages<Row>, slot: u32, row: Row) {
    while rows.len() < slot {
        rows.push(Row::default());
    }
    match rows.get_mut(slot) {
        Some(place) => *place = row,
        None => rows.push(row),
    }
}
