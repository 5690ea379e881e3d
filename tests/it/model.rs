//! A model beside the machine: random sessions on an account and on plain sets of text, step by step.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall::{
    Account, AccountRecord, Assignee, Authorizer, CatalogRecord, CustomRoleRecord, Reach, RoleRef,
};

use crate::naive_upgrade::{became, naive};
use crate::oracle::{Assigned, Limits, Oracle, User, limits, role, texts};
use crate::world::{Outcome, Wish, agrees_with_oracle, ask, catalog, oracle, wishes};

/// What an account is, naively: the oracle's world, and the names of things.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Model {
    pub world: Oracle,
    /// The names of the predefined roles.
    predefined: Vec<String>,
    role_names: BTreeMap<String, String>,
    descriptions: BTreeMap<String, String>,
    pub imports: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Which of those who had their id each user is, counted from the first user of all (U7).
    pub lives: BTreeMap<String, usize>,
    born: usize,
    team_names: BTreeMap<String, String>,
    /// The permissions of each section, and all of them, in the order of the catalog.
    sections: BTreeMap<String, Vec<String>>,
    order: Vec<String>,
    features: BTreeSet<String>,
    kinds: BTreeSet<String>,
}

/// Adds or takes away; what became of it.
fn set<T: Ord>(set: &mut BTreeSet<T>, item: T, wanted: bool) -> Outcome {
    let changed = if wanted { set.insert(item) } else { set.remove(&item) };
    if changed { Outcome::Changed } else { Outcome::Unchanged }
}

fn replace(slot: &mut String, text: &str) -> Outcome {
    let changed = slot != text;
    text.clone_into(slot);
    if changed { Outcome::Changed } else { Outcome::Unchanged }
}

impl Model {
    /// An account as it is.
    pub fn of(account: &Account) -> Self {
        Self::read(&account.catalog().record(), &account.record())
    }

    /// An account as it is stored.
    pub fn read(catalog: &CatalogRecord, account: &AccountRecord) -> Self {
        let imports = |custom: &CustomRoleRecord| {
            let each = custom.imports.iter();
            each.map(|import| (role(&import.source), texts(&import.permissions))).collect()
        };
        let custom = || account.roles.iter().map(|role| (role.id.to_string(), role));
        let mut model = Self {
            world: Oracle::read(catalog, account),
            predefined: Vec::new(),
            role_names: custom().map(|(id, role)| (id, role.name.clone())).collect(),
            descriptions: custom().map(|(id, role)| (id, role.description.clone())).collect(),
            imports: custom().map(|(id, role)| (id, imports(role))).collect(),
            lives: account.users.iter().map(|user| user.id.to_string()).zip(0..).collect(),
            born: account.users.len(),
            team_names: account.teams.iter().map(|team| (team.id.to_string(), team.name.clone())).collect(),
            sections: BTreeMap::new(),
            order: Vec::new(),
            features: BTreeSet::new(),
            kinds: BTreeSet::new(),
        };
        model.name(catalog);
        model
    }

    /// The names of a catalog.
    fn name(&mut self, catalog: &CatalogRecord) {
        self.predefined = catalog.roles.iter().map(|role| role.name.to_lowercase()).collect();
        self.features = catalog.features.iter().map(|feature| feature.key.clone()).collect();
        self.kinds = catalog.kinds.iter().map(|kind| kind.key.clone()).collect();
        let of = |section: &str| {
            let permissions = catalog.permissions.iter().filter(|p| p.section == section);
            permissions.map(|p| p.key.clone()).collect()
        };
        self.order = catalog.permissions.iter().map(|p| p.key.clone()).collect();
        self.sections = catalog.sections.iter().map(|s| (s.key.clone(), of(&s.key))).collect();
    }

    /// P6: to the next version. What was imported is rewritten too, and belongs to what took the source's place: to
    /// each that grants it, or to all if none does (R3).
    pub fn upgrade(&mut self, next: &CatalogRecord) {
        let since = next.successions.last().unwrap();
        self.world = naive(&self.world, next);
        self.name(next);
        let there = |p: &String| next.permissions.iter().any(|known| known.key == *p);
        let grants = |source: &String, p: &String| {
            next.roles.iter().any(|role| role.key == *source && role.permissions.contains(p))
        };
        for imports in self.imports.values_mut() {
            for (source, granted) in std::mem::take(imports) {
                let lives = granted
                    .iter()
                    .filter(|p| there(p) || since.permissions.iter().any(|row| row.from.contains(p)));
                let now: BTreeSet<String> = became(&lives.cloned().collect(), &since.permissions);
                let Some(key) = source.strip_prefix("predefined ").map(ToOwned::to_owned) else {
                    imports.insert(source, now);
                    continue;
                };
                let to = since.roles.iter().find(|row| row.from.contains(&key)).map(|row| row.to.clone());
                let sources = to.unwrap_or_else(|| vec![key]);
                for place in sources.iter().filter(|key| next.roles.iter().any(|role| role.key == **key)) {
                    let own =
                        now.iter().filter(|p| grants(place, p) || !sources.iter().any(|s| grants(s, p)));
                    imports.entry(format!("predefined {place}")).or_default().extend(own.cloned());
                }
            }
        }
    }

    /// R1: custom roles with the name of a predefined one.
    pub fn clashing(&self) -> BTreeSet<String> {
        let clash = |name: &String| self.predefined.contains(&name.to_lowercase());
        self.role_names.iter().filter(|(_, name)| clash(name)).map(|(id, _)| id.clone()).collect()
    }

    /// P9: the kinds that are gone and in which somebody is limited, each with how many users and teams are.
    pub fn gone(&self) -> BTreeMap<String, (usize, usize)> {
        let of = |assigned: &Assigned| -> BTreeSet<String> {
            let kinds = assigned.values().flat_map(BTreeMap::keys);
            kinds.filter(|kind| !self.kinds.contains(*kind)).cloned().collect()
        };
        let mut gone: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for kind in self.world.users.values().flat_map(|user| of(&user.roles)) {
            gone.entry(kind).or_default().0 += 1;
        }
        for kind in self.world.teams.values().flat_map(of) {
            gone.entry(kind).or_default().1 += 1;
        }
        gone
    }

    /// Whether an assignment is limited in a kind. It may be gone from the catalog.
    fn is_limited(&self, r: &RoleRef, of: &Assignee, kind: &str) -> bool {
        let assigned = match of {
            Assignee::User(u) => self.world.users.get(u.as_str()).map(|user| &user.roles),
            Assignee::Team(t) => self.world.teams.get(t.as_str()),
        };
        let limits = assigned.and_then(|assigned| assigned.get(&role(r)));
        limits.is_some_and(|limits| limits.contains_key(kind))
    }

    /// R1: unused among custom and predefined names, by lower case.
    fn name_taken(&self, name: &str, except: &str) -> bool {
        let custom =
            self.role_names.iter().filter(|(id, _)| *id != except).map(|(_, name)| name.to_lowercase());
        custom.chain(self.predefined.iter().cloned()).any(|taken| taken == name.to_lowercase())
    }

    /// Whether the catalog has what is named. Roles are looked for among all roles.
    fn knows(&self, wish: &Wish) -> bool {
        match wish {
            Wish::Enable(f) | Wish::Disable(f) => self.features.contains(*f),
            Wish::Grant(_, p) | Wish::Revoke(_, p) | Wish::CatchUp(_, _, p) => {
                self.world.permissions.contains_key(*p)
            }
            Wish::GrantWithout(_, p, s) => {
                self.world.permissions.contains_key(*p) && self.world.includes.contains_key(*s)
            }
            Wish::Select(_, s) | Wish::Clear(_, s) => self.sections.contains_key(*s),
            Wish::Withhold(_, s) | Wish::Release(_, s) => self.world.includes.contains_key(*s),
            Wish::AssignWithin(_, _, reach) => limits(reach).keys().all(|kind| self.kinds.contains(kind)),
            Wish::Limit(r, of, kind, _) | Wish::Extend(r, of, kind, _) | Wish::Lift(r, of, kind) => {
                self.kinds.contains(*kind) || self.is_limited(r, of, kind)
            }
            Wish::Forget(kind, _) => self.kinds.contains(*kind),
            _ => true,
        }
    }

    pub fn wish(&mut self, wish: &Wish) -> Outcome {
        if !self.knows(wish) {
            return Outcome::Refused;
        }
        let custom = |id: &str| format!("custom {id}");
        match wish {
            Wish::Enable(f) => set(&mut self.world.enabled, (*f).to_owned(), true),
            Wish::Disable(f) => set(&mut self.world.enabled, (*f).to_owned(), false),
            Wish::CreateRole(r, n) => match self.role_names.get(*r) {
                Some(name) if name == n.trim() => Outcome::Unchanged,
                Some(_) => Outcome::Refused,
                None if self.name_taken(n.trim(), r) => Outcome::Refused,
                None => {
                    self.role_names.insert((*r).to_owned(), n.trim().to_owned());
                    self.descriptions.insert((*r).to_owned(), String::new());
                    self.world.selected.insert(custom(r), BTreeSet::new());
                    self.imports.insert((*r).to_owned(), BTreeMap::new());
                    self.world.roles.insert(custom(r), BTreeSet::new());
                    Outcome::Changed
                }
            },
            // What it is named already, it is not named anew: also if a predefined role has come by that name (U6).
            Wish::RenameRole(r, n) => match self.role_names.get(*r) {
                Some(name) if name == n.trim() => Outcome::Unchanged,
                Some(_) if !self.name_taken(n.trim(), r) => {
                    replace(self.role_names.get_mut(*r).unwrap(), n.trim())
                }
                _ => Outcome::Refused,
            },
            Wish::DescribeRole(r, t) => {
                self.descriptions.get_mut(*r).map_or(Outcome::Refused, |text| replace(text, t.trim()))
            }
            Wish::DeleteRole(r) => {
                if self.role_names.remove(*r).is_none() {
                    return Outcome::Refused;
                }
                self.descriptions.remove(*r);
                self.world.selected.remove(&custom(r));
                self.imports.remove(*r);
                self.imports.values_mut().for_each(|from| {
                    from.remove(&custom(r));
                });
                self.world.roles.remove(&custom(r));
                self.world.teams.values_mut().for_each(|team| {
                    team.remove(&custom(r));
                });
                self.world.users.values_mut().for_each(|user| {
                    user.roles.remove(&custom(r));
                });
                Outcome::Changed
            }
            Wish::Grant(r, p) => self.grant_all(r, &[(*p).to_owned()], |_| true),
            Wish::GrantWithout(_, p, s) if !self.world.provides[*p].contains(*s) => Outcome::Refused,
            Wish::GrantWithout(r, p, s) => self.grant_all(r, &[(*p).to_owned()], |scope| scope != *s),
            Wish::Revoke(r, p) => self.revoke_all(r, &[(*p).to_owned()]),
            Wish::Select(r, s) => self.grant_all(r, &self.sections[*s].clone(), |_| true),
            Wish::Clear(r, s) => self.revoke_all(r, &self.sections[*s].clone()),
            Wish::Import(r, from) => {
                let sources: Vec<String> = from.iter().map(role).collect();
                let known = |source: &String| self.world.roles.contains_key(source) && *source != custom(r);
                if !self.role_names.contains_key(*r) || !sources.iter().all(known) {
                    return Outcome::Refused;
                }
                let before = (self.world.clone(), self.imports.clone());
                for source in sources {
                    let granted = self.world.roles[&source].clone();
                    let in_order =
                        self.order.iter().filter(|p| granted.contains(*p)).cloned().collect::<Vec<_>>();
                    let offered = self.world.provided(&source, |_| true);
                    self.grant_all(r, &in_order, |scope| offered.contains(scope));
                    self.imports.get_mut(*r).unwrap().insert(source, granted);
                }
                let same = before == (self.world.clone(), self.imports.clone());
                if same { Outcome::Unchanged } else { Outcome::Changed }
            }
            Wish::CatchUp(r, from, p) => {
                let now = self.world.roles.get(&role(from)).cloned();
                let baseline = self.imports.get_mut(*r).and_then(|imports| imports.get_mut(&role(from)));
                let (Some(now), Some(baseline)) = (now, baseline) else { return Outcome::Refused };
                let gained = match (baseline.contains(*p), now.contains(*p)) {
                    (false, true) => true,
                    (true, false) => false,
                    _ => return Outcome::Refused,
                };
                set(baseline, (*p).to_owned(), gained);
                let offered = self.world.provided(&role(from), |_| true);
                match gained {
                    true => self.grant_all(r, &[(*p).to_owned()], |scope| offered.contains(scope)),
                    false => self.revoke_all(r, &[(*p).to_owned()]),
                };
                Outcome::Changed
            }
            Wish::Duplicate(from, r, n) => {
                let Some(granted) = self.world.roles.get(&role(from)).cloned() else {
                    return Outcome::Refused;
                };
                let selected = self.world.provided(&role(from), |_| true);
                let (text, imports) = match from {
                    RoleRef::Predefined(_) => (String::new(), BTreeMap::new()),
                    RoleRef::Custom(id) => {
                        (self.descriptions[id.as_str()].clone(), self.imports[id.as_str()].clone())
                    }
                };
                if let Some(name) = self.role_names.get(*r) {
                    let same = name == n.trim()
                        && self.descriptions[*r] == text
                        && self.world.roles[&custom(r)] == granted
                        && self.world.selected[&custom(r)] == selected
                        && self.imports[*r] == imports;
                    return if same { Outcome::Unchanged } else { Outcome::Refused };
                }
                if self.name_taken(n.trim(), r) {
                    return Outcome::Refused;
                }
                self.role_names.insert((*r).to_owned(), n.trim().to_owned());
                self.descriptions.insert((*r).to_owned(), text);
                self.world.selected.insert(custom(r), selected);
                self.imports.insert((*r).to_owned(), imports);
                self.world.roles.insert(custom(r), granted);
                Outcome::Changed
            }
            Wish::Withhold(r, _) | Wish::Release(r, _) if !self.role_names.contains_key(*r) => {
                Outcome::Refused
            }
            Wish::Withhold(r, s) | Wish::Release(r, s) if !self.world.offered(&custom(r)).contains(*s) => {
                Outcome::Refused
            }
            Wish::Withhold(r, s) => {
                let covering = |held: &String| self.world.covered(&[held.clone()].into()).contains(*s);
                let selected = &self.world.selected[&custom(r)];
                let kept: BTreeSet<String> =
                    selected.iter().filter(|held| !covering(held)).cloned().collect();
                let changed = kept != *selected;
                self.world.selected.insert(custom(r), kept);
                if changed { Outcome::Changed } else { Outcome::Unchanged }
            }
            Wish::Release(r, s) => {
                set(self.world.selected.get_mut(&custom(r)).unwrap(), (*s).to_owned(), true)
            }
            Wish::CreateTeam(t, n) => match self.team_names.get(*t) {
                Some(name) if name == n.trim() => Outcome::Unchanged,
                Some(_) => Outcome::Refused,
                None => {
                    self.team_names.insert((*t).to_owned(), n.trim().to_owned());
                    self.world.teams.insert((*t).to_owned(), Assigned::new());
                    Outcome::Changed
                }
            },
            Wish::RenameTeam(t, n) => {
                self.team_names.get_mut(*t).map_or(Outcome::Refused, |name| replace(name, n.trim()))
            }
            Wish::DeleteTeam(t) => {
                if self.team_names.remove(*t).is_none() {
                    return Outcome::Refused;
                }
                self.world.teams.remove(*t);
                self.world.users.values_mut().for_each(|user| {
                    user.teams.remove(*t);
                });
                Outcome::Changed
            }
            Wish::Join(t, u) => {
                if !self.team_names.contains_key(*t) {
                    return Outcome::Refused;
                }
                set(&mut self.user(u).teams, (*t).to_owned(), true)
            }
            Wish::Leave(t, u) => match self.world.users.get_mut(*u) {
                Some(user) if self.team_names.contains_key(*t) => {
                    set(&mut user.teams, (*t).to_owned(), false)
                }
                _ => Outcome::Refused,
            },
            Wish::Assign(r, to) => self.assign(r, to, Limits::new()),
            Wish::AssignWithin(r, to, reach) => self.assign(r, to, limits(reach)),
            Wish::Limit(r, of, kind, ids) => self.reach(r, of, |limits| {
                let ids: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
                let known = limits.entry((*kind).to_owned()).or_insert_with(|| ids.clone());
                known.retain(|id| ids.contains(id));
            }),
            Wish::Extend(r, of, kind, ids) => self.reach(r, of, |limits| {
                if let Some(known) = limits.get_mut(*kind) {
                    known.extend(ids.iter().map(ToString::to_string));
                }
            }),
            Wish::Lift(r, of, kind) => self.reach(r, of, |limits| {
                limits.remove(*kind);
            }),
            Wish::Unassign(r, from) => self.unassign(r, from),
            Wish::Suspend(u) | Wish::Reinstate(u) => {
                let wanted = matches!(wish, Wish::Suspend(_));
                match self.world.users.get_mut(*u) {
                    None => Outcome::Refused,
                    Some(user) if user.suspended == wanted => Outcome::Unchanged,
                    Some(user) => {
                        user.suspended = wanted;
                        Outcome::Changed
                    }
                }
            }
            Wish::Remove(u) => {
                self.lives.remove(*u);
                self.world.users.remove(*u).map_or(Outcome::Refused, |_| Outcome::Changed)
            }
            Wish::Forget(kind, id) => {
                let of_users = self.world.users.values_mut().map(|user| &mut user.roles);
                let assigned = of_users.chain(self.world.teams.values_mut());
                let named =
                    assigned.flat_map(BTreeMap::values_mut).filter_map(|limits| limits.get_mut(*kind));
                let gone: Vec<bool> = named.map(|ids| ids.remove(*id)).collect();
                if gone.contains(&true) { Outcome::Changed } else { Outcome::Unchanged }
            }
        }
    }

    /// R5: of a permission that the role does not grant, the scopes that are offered and not blocked are selected. One
    /// is blocked that is, or includes, a scope that the role provides and does not select.
    fn grant_all(&mut self, r: &str, permissions: &[String], offered: impl Fn(&str) -> bool) -> Outcome {
        let key = format!("custom {r}");
        if !self.world.roles.contains_key(&key) {
            return Outcome::Refused;
        }
        let mut outcome = Outcome::Unchanged;
        // What the role provided and did not select before: the order within one source does not matter.
        let unselected = &self.world.offered(&key) - &self.world.selected[&key];
        for permission in permissions.iter().filter(|p| self.world.permissions.contains_key(*p)) {
            if !self.world.roles.get_mut(&key).unwrap().insert(permission.clone()) {
                continue;
            }
            let blocked =
                |scope: &String| !self.world.covered(&[scope.clone()].into()).is_disjoint(&unselected);
            let scopes = self.world.provides[permission].iter();
            let chosen: Vec<String> =
                scopes.filter(|scope| offered(scope) && !blocked(scope)).cloned().collect();
            self.world.selected.get_mut(&key).unwrap().extend(chosen);
            outcome = Outcome::Changed;
        }
        outcome
    }

    /// R5: what nothing else provides is selected no longer.
    fn revoke_all(&mut self, r: &str, permissions: &[String]) -> Outcome {
        let key = format!("custom {r}");
        let Some(role) = self.world.roles.get_mut(&key) else { return Outcome::Refused };
        let before = role.len();
        role.retain(|p| !permissions.contains(p));
        let changed = role.len() != before;
        let offered = self.world.offered(&key);
        self.world.selected.get_mut(&key).unwrap().retain(|scope| offered.contains(scope));
        if changed { Outcome::Changed } else { Outcome::Unchanged }
    }

    /// L2: an assignment that is there stays as it is.
    fn assign(&mut self, r: &RoleRef, to: &Assignee, reach: Limits) -> Outcome {
        if !self.world.roles.contains_key(&role(r)) {
            return Outcome::Refused;
        }
        let assigned = match to {
            Assignee::User(u) => &mut self.user(u.as_str()).roles,
            Assignee::Team(t) => match self.world.teams.get_mut(t.as_str()) {
                Some(team) => team,
                None => return Outcome::Refused,
            },
        };
        match assigned.entry(role(r)) {
            std::collections::btree_map::Entry::Occupied(_) => Outcome::Unchanged,
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(reach);
                Outcome::Changed
            }
        }
    }

    fn reach(&mut self, r: &RoleRef, of: &Assignee, change: impl FnOnce(&mut Limits)) -> Outcome {
        let assigned = match of {
            Assignee::User(u) => self.world.users.get_mut(u.as_str()).map(|user| &mut user.roles),
            Assignee::Team(t) => self.world.teams.get_mut(t.as_str()),
        };
        let Some(limits) = assigned.and_then(|assigned| assigned.get_mut(&role(r))) else {
            return Outcome::Refused;
        };
        let before = limits.clone();
        change(limits);
        if *limits == before { Outcome::Unchanged } else { Outcome::Changed }
    }

    /// U4: held only through teams is refused; held both ways, it remains.
    fn unassign(&mut self, r: &RoleRef, from: &Assignee) -> Outcome {
        if !self.world.roles.contains_key(&role(r)) {
            return Outcome::Refused;
        }
        match from {
            Assignee::Team(t) => {
                let team = self.world.teams.get_mut(t.as_str());
                let gone = team.map(|team| team.remove(&role(r)).is_some());
                gone.map_or(Outcome::Refused, |gone| if gone { Outcome::Changed } else { Outcome::Unchanged })
            }
            Assignee::User(u) => {
                let teams = &self.world.teams;
                let Some(user) = self.world.users.get_mut(u.as_str()) else { return Outcome::Refused };
                let giving: BTreeSet<String> =
                    user.teams.iter().filter(|team| teams[*team].contains_key(&role(r))).cloned().collect();
                match (user.roles.remove(&role(r)).is_some(), giving.is_empty()) {
                    (true, true) => Outcome::Changed,
                    (true, false) => Outcome::Remains(giving),
                    (false, true) => Outcome::Unchanged,
                    (false, false) => Outcome::Inherited(giving),
                }
            }
        }
    }

    /// U1: assigning and joining create the user.
    fn user(&mut self, id: &str) -> &mut User {
        if !self.lives.contains_key(id) {
            self.lives.insert(id.to_owned(), self.born);
            self.born += 1;
        }
        self.world.users.entry(id.to_owned()).or_default()
    }

    #[track_caller]
    pub fn equals(&self, account: &Account) {
        assert_eq!(oracle(account), self.world);
        let names = account.custom_roles().map(|r| (r.id().to_string(), r.name().to_owned())).collect();
        assert_eq!(self.role_names, names);
        let about =
            account.custom_roles().map(|r| (r.id().to_string(), r.description().to_owned())).collect();
        assert_eq!(self.descriptions, about);
        for held in account.custom_roles() {
            let id = held.id().as_str();
            let key = format!("custom {id}");
            let texts = |scopes: rolecall::ScopeSet| -> BTreeSet<String> {
                scopes.keys().map(ToString::to_string).collect()
            };
            assert_eq!(self.world.selected[&key], texts(held.scopes()));
            assert_eq!(&self.world.offered(&key) - &self.world.selected[&key], texts(held.withheld()));
            let imports: BTreeMap<_, BTreeSet<String>> = held
                .imports()
                .map(|(source, granted)| (role(source), granted.keys().map(ToString::to_string).collect()))
                .collect();
            assert_eq!(self.imports[id], imports);
        }
        let teams = account.teams().map(|t| (t.id().to_string(), t.name().to_owned())).collect();
        assert_eq!(self.team_names, teams);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// U1-U6, R1, R2, R6, D5, P1-P3: after every session the account equals the model, the refreshed
    /// authorizer equals a new one, and replaying the changes from the start equals the account.
    #[test]
    fn random_sessions_behave_as_the_model(
        sessions in prop::collection::vec(prop::collection::vec(wishes(), 1..12), 1..8)
    ) {
        let start = Account::new(&catalog(), "initech").unwrap();
        let (mut model, mut account, mut journal) = (Model::of(&start), start.clone(), Vec::new());
        let mut auth = Authorizer::new(account.clone());
        for wishes in sessions {
            let before = account.record();
            let mut edit = account.edit();
            for wish in &wishes {
                let facts = edit.facts().len();
                let expected = model.wish(wish);
                let outcome = ask(&mut edit, wish);
                prop_assert_eq!(&outcome, &expected, "{:?}", wish);
                let recorded = edit.facts().len() - facts;
                match outcome {
                    Outcome::Changed | Outcome::Remains(_) => prop_assert!(recorded > 0),
                    _ => prop_assert_eq!(recorded, 0, "U6: {:?}", wish),
                }
            }
            let facts = edit.facts().to_vec();
            match edit.finish() {
                None => prop_assert!(facts.is_empty()),
                Some(done) => {
                    prop_assert_eq!(&done.change().facts, &facts);
                    prop_assert_eq!(Some(done.change().follows), account.head(), "P2");
                    prop_assert_eq!(Some(done.change().head()), done.account().head(), "P10");
                    prop_assert_eq!(done.account().revision(), account.revision() + 1);
                    prop_assert_eq!(account.record(), before, "P1: the original is as it was");
                    prop_assert_eq!(account.replay(done.change()).unwrap().record(), done.account().record());
                    journal.push(done.change().clone());
                    account = done.into_account();
                    auth = auth.refresh(account.clone());
                }
            }
            model.equals(&account);
            agrees_with_oracle(&auth);
            agrees_with_oracle(&Authorizer::new(account.clone()));
        }
        let replayed = journal.iter().try_fold(start, |account, change| account.replay(change)).unwrap();
        prop_assert_eq!(replayed.record(), account.record());
        agrees_with_oracle(&auth.refresh(replayed));
    }

    /// `refresh` equals `new` whatever lies between the two accounts, also backwards and to unrelated ones.
    #[test]
    fn refresh_equals_new_between_any_two_accounts(
        a in crate::world::accounts(), b in crate::world::accounts()
    ) {
        agrees_with_oracle(&Authorizer::new(a.clone()).refresh(b.clone()));
        agrees_with_oracle(&Authorizer::new(a.clone()).refresh(b).refresh(a));
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)) >> 11) as usize % n
    }
}

/// Tables of several pages, slots used again, limits among them: `refresh` equals `new`, also from an older
/// authorizer, and both equal the oracle.
#[test]
fn refresh_equals_new_in_a_larger_world() {
    use crate::world::{KINDS, PERMISSIONS, PREDEFINED, RESOURCES};
    use rolecall::{RoleId, TeamId, UserId};

    let mut dice = Dice(7);
    let mut auth = Authorizer::new(Account::new(&catalog(), "initech").unwrap());
    let mut older = auth.clone();
    let role = |n: usize| RoleId::new(format!("role-{n}")).unwrap();
    let any_role = |dice: &mut Dice| match dice.below(4) {
        0 => RoleRef::predefined(PREDEFINED[dice.below(4)]).unwrap(),
        _ => RoleRef::Custom(role(dice.below(150))),
    };
    let team = |n: usize| TeamId::new(format!("team-{n}")).unwrap();
    let user = |n: usize| UserId::new(format!("user-{n}")).unwrap();
    let assignee = |dice: &mut Dice| match dice.below(3) {
        0 => Assignee::Team(team(dice.below(150))),
        _ => Assignee::User(user(dice.below(300))),
    };
    for round in 0..60 {
        let mut edit = auth.account().edit();
        // The first rounds build up, the later ones change as much as they build.
        for _ in 0..if round < 10 { 300 } else { 12 } {
            // Most of these are refused somewhere along the way; what matters is what becomes of the rest.
            let (n, member) = (dice.below(150), user(dice.below(300)));
            match dice.below(20) {
                0 | 1 => drop(edit.create_role(&role(n), &format!("Role {n}"))),
                2 => drop(edit.create_team(team(n), "Team")),
                3 | 4 => drop(edit.add_member(team(n), member)),
                5 => drop(edit.remove_member(team(n), member)),
                6 | 7 => drop(edit.grant(role(n), PERMISSIONS[dice.below(7)])),
                8 => drop(edit.revoke(role(n), PERMISSIONS[dice.below(7)])),
                9..=11 => drop(edit.assign(any_role(&mut dice), assignee(&mut dice))),
                12 | 13 => {
                    let reach = Reach::only(KINDS[dice.below(2)], [RESOURCES[dice.below(3)]]).unwrap();
                    drop(edit.assign_within(any_role(&mut dice), assignee(&mut dice), reach));
                }
                14 => drop(edit.unassign(any_role(&mut dice), assignee(&mut dice))),
                15 => {
                    let (role, of) = (any_role(&mut dice), assignee(&mut dice));
                    drop(edit.extend(role, of, KINDS[dice.below(2)], [RESOURCES[dice.below(3)]]));
                }
                16 => drop(edit.lift(any_role(&mut dice), assignee(&mut dice), KINDS[dice.below(2)])),
                17 => drop(edit.enable_feature(crate::world::FEATURES[dice.below(3)])),
                18 if round > 9 => match dice.below(3) {
                    0 => drop(edit.delete_role(role(n))),
                    1 => drop(edit.delete_team(team(n))),
                    _ => drop(edit.remove_user(member)),
                },
                _ => drop(edit.suspend(member)),
            }
        }
        let Some(done) = edit.finish() else { continue };
        assert_eq!(auth.account().replay(done.change()).unwrap().record(), done.account().record());
        let new = Authorizer::new(done.account().clone());
        let restored = Account::restore(&done.account().record(), &catalog()).unwrap();
        let others = [older.refresh(done.account().clone()), auth.refresh(restored)];
        auth = auth.refresh(done.into_account());
        if round % 7 == 0 {
            older = auth.clone();
        }
        let world = oracle(auth.account());
        for user in (0..12).map(|_| user(dice.below(300))) {
            for permission in auth.catalog().permissions() {
                let expected = world.decide(user.as_str(), permission.key().as_str(), None);
                for auth in [&auth, &new, &others[0], &others[1]] {
                    let subject = auth.subject(&user);
                    assert_eq!(subject.check(permission.id()).to_string(), expected, "{user} {permission:?}");
                    assert_eq!(
                        subject.reach_of(permission.id()),
                        new.subject(&user).reach_of(permission.id())
                    );
                }
            }
        }
    }
    let (roles, teams) = (auth.account().custom_roles().count(), auth.account().teams().count());
    assert!(roles > 64 && teams > 64 && auth.account().users().count() > 128, "more than one page of each");
}

/// L2, D4, R5: what a team grants and provides follows its limited assignments and their roles, whatever else of
/// the team stays as it is; each step by itself, and one after the other.
#[test]
fn refresh_follows_the_limited_assignments_of_a_team() {
    let (night, editor) = (RoleRef::custom("night").unwrap(), RoleRef::predefined("editor").unwrap());
    let (team, other) = (Assignee::team("t2").unwrap(), Assignee::team("shared").unwrap());
    let start = crate::world::build(
        &catalog(),
        &[
            Wish::Enable("beta"),
            Wish::CreateRole("night", "Night"),
            Wish::Grant("night", "plain/edit"),
            Wish::Grant("night", "gated/b"),
            Wish::CreateTeam("t2", "Team"),
            Wish::Join("t2", "maja"),
            Wish::Assign(night.clone(), team.clone()),
            Wish::Limit(night.clone(), team.clone(), "queue", vec!["vip"]),
            Wish::Limit(night.clone(), team.clone(), "channel", vec!["gold"]),
            // Another limited team, so that there is one to be mistaken for the first.
            Wish::CreateTeam("shared", "Other"),
            Wish::Join("shared", "ivo"),
            Wish::Assign(editor.clone(), other.clone()),
            Wish::Limit(editor.clone(), other, "channel", vec!["vip"]),
            // And one that is not limited.
            Wish::CreateTeam("maja", "Third"),
            Wish::Join("maja", "u5"),
        ],
    );
    let steps = [
        Wish::Lift(night.clone(), team.clone(), "queue"),
        Wish::Grant("night", "shared"),
        Wish::Withhold("night", "all:read"),
        Wish::AssignWithin(
            night.clone(),
            Assignee::user("u4").unwrap(),
            Reach::only("queue", ["vip"]).unwrap(),
        ),
        Wish::Extend(night.clone(), team.clone(), "channel", vec!["vip"]),
        Wish::Assign(night.clone(), Assignee::team("maja").unwrap()),
        Wish::AssignWithin(editor, team.clone(), Reach::only("channel", ["vip"]).unwrap()),
        Wish::Release("night", "all:read"),
        Wish::Revoke("night", "shared"),
        Wish::Lift(night, team, "channel"),
        Wish::DeleteRole("night"),
    ];
    let start = Authorizer::new(start);
    let step = |auth: &Authorizer, wish: &Wish| {
        let mut edit = auth.account().edit();
        ask(&mut edit, wish);
        edit.finish().map_or_else(|| auth.clone(), |done| auth.refresh(done.into_account()))
    };
    let mut chain = start.clone();
    for wish in &steps {
        agrees_with_oracle(&step(&start, wish));
        chain = step(&chain, wish);
        agrees_with_oracle(&chain);
    }
    assert_eq!(chain.account().custom_roles().count(), 0, "the last step was made");
}

#[test]
fn refresh_equals_new_across_catalogs() {
    let build = |catalog: &rolecall::Catalog| {
        let mut edit = Account::new(catalog, "initech").unwrap().edit();
        edit.enable_feature("alpha").unwrap();
        edit.assign("editor", crate::world::user("maja")).unwrap();
        edit.finish().unwrap().into_account()
    };
    let mut record = catalog().record();
    record.version += 1;
    record.roles.swap(0, 1);
    record.permissions.reverse();
    let later = rolecall::Catalog::from_record(&record).unwrap();
    let auth = Authorizer::new(build(&catalog())).refresh(build(&later));
    agrees_with_oracle(&auth);
    assert!(auth.subject("maja").can(later.permission("gated/a").unwrap()));
    assert!(!auth.subject("maja").can(catalog().permission("gated/a").unwrap()), "C4");
}
