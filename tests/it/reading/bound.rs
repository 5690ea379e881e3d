//! P5, P6, P9, C5: the most that a user may be granted after an upgrade, or after restoring under another catalog.
//!
//! A bound, not a second upgrade: it says of each (permission, where) and each scope whether anything *declared* can
//! explain it. One line for each explanation: an assignment that stood before, or a predefined role that it became.

use std::collections::BTreeSet;

use super::carry::{self, Held, Ways};
use super::decide;
use super::model::{
    Account, Assignments, Catalog, CustomRole, Extent, Keys, Observed, Permission, Reach, Role, Step, Where,
};
use super::scopes;

/// What one assignment explains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub granted: BTreeSet<(String, Where)>,
    /// Closed by inclusion.
    pub scopes: Keys,
}

/// What one user may have at most. `within` narrows it further: what another catalog allows (P5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    pub lines: Vec<Line>,
    pub within: Option<Observed>,
}

impl Bound {
    /// May the user be granted this permission there?
    pub fn may_use(&self, permission: &str, place: &Where) -> bool {
        self.within.as_ref().is_none_or(|it| contains(&it.granted, permission, place))
            && self.lines.iter().any(|line| contains(&line.granted, permission, place))
    }

    /// May the user have this scope, features aside?
    pub fn may_have(&self, scope: &str) -> bool {
        self.within.as_ref().is_none_or(|it| it.scopes.contains(scope))
            && self.lines.iter().any(|line| line.scopes.contains(scope))
    }

    /// May one assignment of the user give both (G2, S4)?
    pub fn may_link(&self, permission: &str, place: &Where, scope: &str) -> bool {
        let links = |(known, at, with): &(String, Where, String)| {
            known == permission && with == scope && (at == place || *at == Where::Everything)
        };
        self.within.as_ref().is_none_or(|it| it.linked.iter().any(links))
            && self
                .lines
                .iter()
                .any(|line| contains(&line.granted, permission, place) && line.scopes.contains(scope))
    }
}

/// Is the permission granted there? Everything contains every place.
pub fn contains(granted: &BTreeSet<(String, Where)>, permission: &str, place: &Where) -> bool {
    granted.contains(&(permission.to_owned(), place.clone()))
        || granted.contains(&(permission.to_owned(), Where::Everything))
}

/// P6, P9: the most that `user` may have once the account, valid under `old`, was upgraded to `new`.
///
/// Names of the account that `old` lacks explain nothing, as they granted nothing; limits that name such kinds stay.
pub fn declared(old: &Catalog, new: &Catalog, account: &Account, user: &str) -> Bound {
    let way = Passage { old, new, account, steps: carry::steps(old, new) };
    let lines = assignees(account, user).into_iter().flat_map(|held| way.lines(held)).collect();
    Bound { lines, within: None }
}

/// P5: the most after restoring under `new` with `old` at hand, not upgraded: what `old` allows *and* the upgrade.
///
/// Judgement (P5): "allows" is compared question by question, by the keys of the question: on a resource of a renamed
/// kind the old catalog allows nothing.
pub fn restored_with_old(old: &Catalog, new: &Catalog, account: &Account, user: &str) -> Bound {
    let mut bound = declared(old, new, account, user);
    without_taken(&mut bound, &carry::steps(old, new));
    bound.within = Some(decide::observe(old, account, user));
    bound
}

/// P5: the most after restoring under `new` without `old`, not upgraded: limited assignments count nowhere, names that
/// a succession takes up grant nothing.
///
/// Judgement (P5): a predefined role that goes on under its key, assigned without a limit, grants what `new` says, as
/// after an upgrade; with `old` at hand only what both say.
pub fn restored_without_old(old: &Catalog, new: &Catalog, account: &Account, user: &str) -> Bound {
    let steps = carry::steps(old, new);
    let taken = carry::taken(&steps, |step| &step.roles);
    let way = Passage { old, new, account, steps: Vec::new() };
    let counts = |(role, reach): &&(Role, Reach)| {
        !reach.is_limited() && !matches!(role, Role::Predefined(key) if taken.contains(key))
    };
    let lines = assignees(account, user).into_iter().flat_map(|held| {
        let counting: Assignments = held.iter().filter(counts).cloned().collect();
        way.lines(&counting)
    });
    let mut bound = Bound { lines: lines.collect(), within: None };
    without_taken(&mut bound, &steps);
    bound
}

/// P6, P9, R5: the most that a custom role may hold after an upgrade: its surviving permissions, and the scopes
/// selected before, as far as its permissions still provide them.
///
/// Judgement (P9, C5): a scope renamed to one that the role provided already and did not select stays unselected: what
/// an account says to narrow narrows at least as much, and only a declared *inclusion* is said to win over that.
pub fn carried_role(old: &Catalog, new: &Catalog, role: &CustomRole) -> CustomRole {
    let steps = carry::steps(old, new);
    let before = known(old, &role.permissions);
    let permissions: Keys =
        known(new, carry::carried(&steps, |step| &step.permissions, &before).keys()).into_iter().collect();
    let selection = carried_selection(old, &steps, role);
    let scopes = selection.intersection(&scopes::provided(new, &permissions)).cloned().collect();
    CustomRole { permissions, scopes }
}

/// The features that may be enabled after an upgrade: a merge needs all, as for everything else.
pub fn declared_features(old: &Catalog, new: &Catalog, account: &Account) -> Keys {
    let enabled = account.features.intersection(&old.features).cloned().collect();
    let after = carry::carried(&carry::steps(old, new), |step| &step.features, &enabled);
    after.into_keys().filter(|key| new.features.contains(key)).collect()
}

/// An account on its way from one catalog to another.
struct Passage<'a> {
    old: &'a Catalog,
    new: &'a Catalog,
    account: &'a Account,
    steps: Vec<&'a Step>,
}

impl Passage<'_> {
    fn lines(&self, held: &Assignments) -> Vec<Line> {
        let stood = held.iter().map(|assignment| self.stood(assignment));
        let became = carry::carried_roles(self.old, &self.steps, held).into_iter().map(|it| self.became(&it));
        stood.chain(became).collect()
    }

    /// Nobody loses by a bound: what an assignment gave before, by the names of now.
    fn stood(&self, assignment: &(Role, Reach)) -> Line {
        let (role, reach) = assignment;
        let mut line = Line::default();
        let before = decide::permissions_of(self.old, self.account, role);
        let ways: Ways = carry::carried(&self.steps, |step| &step.permissions, &before);
        for (permission, ways) in ways {
            let Some(now) = self.new.permissions.get(&permission) else { continue };
            for way in ways {
                let all = way.iter().map(|it| self.as_before(it, now, reach));
                self.enter(&mut line, &permission, &all.fold(Extent::Everything, Extent::meet));
            }
        }
        let had = scopes::closed(self.old, &scopes::provided_by(self.old, self.account, assignment));
        let mut scopes: Keys = had.intersection(&known_scopes(self.new)).cloned().collect();
        if let Role::Custom(id) = role
            && let Some(custom) = self.account.custom.get(id)
        {
            let selection = carried_selection(self.old, &self.steps, custom);
            let provided = scopes::provided(self.new, line.granted.iter().map(|(permission, _)| permission));
            let now = selection.intersection(&provided).cloned().collect();
            scopes.extend(scopes::closed(self.new, &now));
        }
        line.scopes = scopes;
        line
    }

    /// How far the assignment reached for a permission, as far as that can be said of what it is now.
    ///
    /// Judgement (C5, P9): a changed kind is refused by an upgrade. Here it closes what was limited in the kind that it
    /// had; what was not limited in it goes on as far as the assignment reaches now.
    fn as_before(&self, before: &str, now: &Permission, reach: &Reach) -> Extent {
        let extent = decide::extent(self.old, before, reach);
        match (self.goes_on(decide::kind_of(self.old, before), now.kind.as_deref()), extent) {
            (true, extent) => extent,
            (false, Extent::Only(_)) => Extent::Only(Keys::new()),
            (false, Extent::Everything) => self.limit(reach, now).unwrap_or(Extent::Everything),
        }
    }

    /// What a predefined role grants now, through the assignments that it came from.
    fn became(&self, held: &Held) -> Line {
        let mut line = Line::default();
        for permission in self.new.roles.get(&held.role).into_iter().flatten() {
            let Some(now) = self.new.permissions.get(permission) else { continue };
            self.enter(&mut line, permission, &self.extent_of(held, permission, now));
        }
        let provided = scopes::provided(self.new, line.granted.iter().map(|(permission, _)| permission));
        line.scopes = scopes::closed(self.new, &provided);
        line
    }

    /// P9, C5: as far as the assignments reached, each of them.
    ///
    /// Judgement (P9): for merged roles, "on which it granted nothing" asks those roles that the assignee held, none
    /// of which granted on the kind.
    /// Judgement (P9): a limit that names the new kind already stays as it is instead of becoming empty.
    fn extent_of(&self, held: &Held, permission: &str, now: &Permission) -> Extent {
        if held.origins.iter().any(|(_, reach)| self.closes(permission, now, reach)) {
            return Extent::Only(Keys::new());
        }
        let limits = held.origins.iter().filter_map(|(_, reach)| self.limit(reach, now));
        let is_limited = held.origins.iter().any(|(_, reach)| reach.is_limited());
        match limits.reduce(Extent::meet) {
            Some(limit) => limit,
            None if is_limited && now.kind.is_some() && !self.granted_on_kind(held, now) => {
                Extent::Only(Keys::new())
            }
            None => Extent::Everything,
        }
    }

    /// P9: a permission was exercised on a kind in which the reach is limited, and is no longer.
    fn closes(&self, permission: &str, now: &Permission, reach: &Reach) -> bool {
        self.old.permissions.iter().any(|(before, known)| {
            known.kind.as_ref().is_some_and(|kind| reach.limits.contains_key(kind))
                && !self.goes_on(known.kind.as_deref(), now.kind.as_deref())
                && carry::descendants(&self.steps, |step| &step.permissions, before).contains(permission)
        })
    }

    /// Did one of the roles that it came from grant on this kind?
    fn granted_on_kind(&self, held: &Held, now: &Permission) -> bool {
        let before = held.origins.iter().filter_map(|(role, _)| self.old.roles.get(role)).flatten();
        let mut kinds = before.filter_map(|permission| decide::kind_of(self.old, permission));
        kinds.any(|kind| self.goes_on(Some(kind), now.kind.as_deref()))
    }

    /// What a reach says of the kind that a permission is exercised on now: the limits of all kinds that became it.
    ///
    /// Judgement (P9): where kinds merge and only one of them was limited, that limit holds for the merged kind.
    fn limit(&self, reach: &Reach, now: &Permission) -> Option<Extent> {
        let named = reach.limits.iter().filter(|(kind, _)| self.goes_on(Some(kind), now.kind.as_deref()));
        named.filter(|_| now.kind.is_some()).map(|(_, on)| Extent::Only(on.clone())).reduce(Extent::meet)
    }

    /// Is the kind of now the kind of before, by its present name?
    ///
    /// Judgement (C5): a renamed, split or merged kind is the same kind; a permission that goes along changes nothing.
    fn goes_on(&self, before: Option<&str>, now: Option<&str>) -> bool {
        match (before, now) {
            (None, None) => true,
            (Some(before), Some(now)) => {
                carry::descendants(&self.steps, |step| &step.kinds, before).contains(now)
            }
            _ => false,
        }
    }

    fn enter(&self, line: &mut Line, permission: &str, extent: &Extent) {
        for place in extent.places(decide::kind_of(self.new, permission)) {
            line.granted.insert((permission.to_owned(), place));
        }
    }
}

/// What was selected before, by the names of now, whether or not something provides it.
fn carried_selection(old: &Catalog, steps: &[&Step], role: &CustomRole) -> Keys {
    let provided = scopes::provided(old, &role.permissions);
    let selected: Keys = provided.intersection(&role.scopes).cloned().collect();
    let withheld: Keys = provided.difference(&role.scopes).cloned().collect();
    let after = carry::carried(steps, |step| &step.scopes, &selected);
    after.into_keys().filter(|scope| !withheld.contains(scope)).collect()
}

/// P5: a name that a succession takes up counts as one that the catalog lacks.
fn without_taken(bound: &mut Bound, steps: &[&Step]) {
    let permissions = carry::taken(steps, |step| &step.permissions);
    let scopes = carry::taken(steps, |step| &step.scopes);
    for line in &mut bound.lines {
        line.granted.retain(|(permission, _)| !permissions.contains(permission));
        line.scopes.retain(|scope| !scopes.contains(scope));
    }
}

/// The assignments of the user, and those of each team: an assignee each.
fn assignees<'a>(account: &'a Account, user: &str) -> Vec<&'a Assignments> {
    let Some(user) = account.users.get(user) else { return Vec::new() };
    let teams = user.teams.iter().filter_map(|team| account.teams.get(team));
    std::iter::once(&user.assignments).chain(teams).collect()
}

fn known<'a>(catalog: &Catalog, permissions: impl IntoIterator<Item = &'a String>) -> Keys {
    permissions.into_iter().filter(|it| catalog.permissions.contains_key(*it)).cloned().collect()
}

fn known_scopes(catalog: &Catalog) -> Keys {
    catalog.scopes.keys().cloned().collect()
}
