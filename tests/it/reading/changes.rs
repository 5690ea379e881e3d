//! The next version of a random catalog: changes of every sort, declared and undeclared, some of which a vendor's test
//! must refuse (C5).

use super::maker::Maker;
use super::model::{Catalog, Needs};
use super::random::{self, Rng};
use super::scopes;

/// The catalog after one to four changes, and what they were. A key is never used again.
pub fn next(rng: &mut Rng, before: &Catalog) -> (Catalog, Vec<String>) {
    let mut it = Maker::new(rng, before);
    for _ in 0..1 + it.rng.below(4) {
        it.change();
    }
    it.finish()
}

impl Maker<'_> {
    fn change(&mut self) {
        match self.rng.below(7) {
            0 | 1 => self.permission(),
            2 => self.kind(),
            3 => self.scope(),
            4 => self.feature(),
            5 => self.role(),
            _ => self.grants(),
        }
    }

    fn permission(&mut self) {
        let Some(key) = self.pick(|it| it.permissions.keys().cloned().collect()) else { return };
        let known = self.after.permissions[&key].clone();
        let all: Vec<String> = self.after.permissions.keys().cloned().collect();
        match self.rng.below(8) {
            0 | 1 => {
                // A rename or a split; the first part is granted where the key was.
                let to: Vec<String> = (0..1 + self.rng.below(2)).map(|_| self.fresh("p")).collect();
                for part in &to {
                    let made = self.reshaped(&known);
                    self.after.permissions.insert(part.clone(), made);
                }
                self.after.permissions.remove(&key);
                self.replace_grant(&key, &to);
                self.declare(|step| &mut step.permissions, &[key], &to, Needs::All);
            }
            2 => {
                let Some(other) = self.pick(|it| it.permissions.keys().cloned().collect()) else { return };
                let to = self.fresh("p");
                let needs = self.needs();
                let made = self.reshaped(&known);
                self.after.permissions.insert(to.clone(), made);
                for gone in [&key, &other] {
                    self.after.permissions.remove(gone);
                    self.replace_grant(gone, std::slice::from_ref(&to));
                }
                self.declare(|step| &mut step.permissions, &[key, other], &[to], needs);
            }
            3 => {
                // A rename to a permission that exists.
                let others: Vec<String> = all.into_iter().filter(|it| !self.touched.contains(it)).collect();
                let Some(to) = self.rng.pick(&others) else { return };
                self.touched.insert(to.clone());
                self.after.permissions.remove(&key);
                self.replace_grant(&key, std::slice::from_ref(&to));
                self.declare(|step| &mut step.permissions, &[key], &[to], Needs::All);
            }
            4 | 5 => {
                let is_declared = self.rng.one_in(2);
                self.after.permissions.remove(&key);
                self.replace_grant(&key, &[]);
                self.gone(|step| &mut step.permissions, key, is_declared);
            }
            6 => {
                let kinds: Vec<String> = self.after.kinds.keys().cloned().collect();
                let kind = if self.rng.one_in(3) { None } else { self.rng.pick(&kinds) };
                self.say(format!("{key} is exercised on {kind:?}"));
                self.known(&key).kind = kind;
            }
            _ => {
                let key = self.fresh("p");
                let made = random::permission(self.rng, &self.after);
                self.after.permissions.insert(key.clone(), made);
                self.say(format!("{key} is new"));
                self.grant_to_some(&key);
            }
        }
    }

    fn kind(&mut self) {
        let Some(key) = self.pick(|it| it.kinds.keys().cloned().collect()) else { return };
        let resources = self.after.kinds.remove(&key).unwrap_or_default();
        let on_it: Vec<String> = self
            .after
            .permissions
            .iter()
            .filter(|(_, it)| it.kind.as_ref() == Some(&key))
            .map(|(key, _)| key.clone())
            .collect();
        if self.rng.one_in(4)
            && let Some(other) = self.pick(|it| it.kinds.keys().cloned().collect())
        {
            let to = self.fresh("k");
            self.after.kinds.remove(&other);
            self.after.kinds.insert(to.clone(), resources);
            for permission in self.after.permissions.values_mut() {
                if permission.kind.as_ref().is_some_and(|kind| [&key, &other].contains(&kind)) {
                    permission.kind = Some(to.clone());
                }
            }
            self.declare(|step| &mut step.kinds, &[key, other], &[to], Needs::All);
            return;
        }
        if self.rng.one_in(2) {
            let to: Vec<String> = (0..1 + self.rng.below(4) / 3).map(|_| self.fresh("k")).collect();
            for kind in &to {
                self.after.kinds.insert(kind.clone(), resources.clone());
            }
            for permission in on_it {
                self.known(&permission).kind = self.rng.pick(&to);
            }
            self.declare(|step| &mut step.kinds, &[key], &to, Needs::All);
            return;
        }
        let kinds: Vec<String> = self.after.kinds.keys().cloned().collect();
        for permission in on_it {
            if self.rng.one_in(3) {
                self.known(&permission).kind = self.rng.pick(&kinds);
                self.say(format!("{permission} leaves its kind"));
            } else {
                let is_declared = self.rng.one_in(2) && !self.touched.contains(&permission);
                self.after.permissions.remove(&permission);
                self.replace_grant(&permission, &[]);
                self.gone(|step| &mut step.permissions, permission, is_declared);
            }
        }
        let is_declared = self.rng.one_in(2);
        self.gone(|step| &mut step.kinds, key, is_declared);
    }

    fn scope(&mut self) {
        let Some(key) = self.pick(|it| it.scopes.keys().cloned().collect()) else { return };
        let others: Vec<String> = self.after.scopes.keys().filter(|it| **it != key).cloned().collect();
        let permissions: Vec<String> = self.after.permissions.keys().cloned().collect();
        match self.rng.below(7) {
            0 | 1 => {
                let to: Vec<String> = (0..1 + self.rng.below(2)).map(|_| self.fresh("s")).collect();
                self.replace_scope(&key, &to);
                self.declare(|step| &mut step.scopes, &[key], &to, Needs::All);
            }
            2 => {
                let Some(other) = self.pick(|it| it.scopes.keys().cloned().collect()) else { return };
                let to = self.fresh("s");
                let needs = self.needs();
                self.replace_scope(&key, std::slice::from_ref(&to));
                self.replace_scope(&other, std::slice::from_ref(&to));
                self.declare(|step| &mut step.scopes, &[key, other], &[to], needs);
            }
            3 => {
                let free: Vec<String> = others.into_iter().filter(|it| !self.touched.contains(it)).collect();
                let Some(to) = self.rng.pick(&free) else { return };
                self.touched.insert(to.clone());
                self.replace_scope(&key, std::slice::from_ref(&to));
                self.declare(|step| &mut step.scopes, &[key], &[to], Needs::All);
            }
            4 => {
                let is_declared = self.rng.one_in(2);
                self.replace_scope(&key, &[]);
                self.gone(|step| &mut step.scopes, key, is_declared);
            }
            5 => {
                // Provided, or no longer, by some permission: both at once moves it.
                for _ in 0..1 + self.rng.below(2) {
                    let Some(permission) = self.rng.pick(&permissions) else { return };
                    let provides = &mut self.known(&permission).scopes;
                    if !provides.remove(&key) {
                        provides.insert(key.clone());
                    }
                    self.say(format!("{permission} provides {key}, or no longer"));
                }
            }
            _ => {
                let Some(other) = self.rng.pick(&others) else { return };
                let is_circle = scopes::covers(&self.after, &other, &key);
                let includes = &mut self.after.scopes.get_mut(&key).expect("known").includes;
                if !includes.remove(&other) && !is_circle {
                    includes.insert(other.clone());
                }
                self.say(format!("{key} includes {other}, or no longer"));
            }
        }
    }

    fn feature(&mut self) {
        let Some(key) = self.pick(|it| it.features.iter().cloned().collect()) else { return };
        match self.rng.below(3) {
            0 => {
                let to = self.fresh("f");
                self.after.features.insert(to.clone());
                self.replace_feature(&key, Some(&to));
                let mut from = vec![key];
                if self.rng.one_in(4)
                    && let Some(other) = self.pick(|it| it.features.iter().cloned().collect())
                {
                    self.replace_feature(&other, Some(&to));
                    from.push(other);
                }
                self.declare(|step| &mut step.features, &from, &[to], Needs::All);
            }
            1 => {
                let is_declared = self.rng.one_in(2);
                self.replace_feature(&key, None);
                self.gone(|step| &mut step.features, key, is_declared);
            }
            _ => {
                let all: Vec<String> = self.after.permissions.keys().cloned().collect();
                let Some(permission) = self.rng.pick(&all) else { return };
                let required = &mut self.known(&permission).features;
                if !required.remove(&key) {
                    required.insert(key.clone());
                }
                self.say(format!("{permission} requires {key}, or no longer"));
            }
        }
    }

    fn role(&mut self) {
        let Some(key) = self.pick(|it| it.roles.keys().cloned().collect()) else { return };
        let grants = self.after.roles.remove(&key).unwrap_or_default();
        match self.rng.below(6) {
            0 | 1 => {
                let to: Vec<String> = (0..1 + self.rng.below(2)).map(|_| self.fresh("r")).collect();
                for part in &to {
                    let granted = if to.len() == 1 { grants.clone() } else { self.rng.some(&grants, 2) };
                    self.after.roles.insert(part.clone(), granted);
                }
                self.declare(|step| &mut step.roles, &[key], &to, Needs::All);
            }
            2 | 3 => {
                let Some(other) = self.pick(|it| it.roles.keys().cloned().collect()) else {
                    return self.gone(|step| &mut step.roles, key, false);
                };
                let to = self.fresh("r");
                let needs = self.needs();
                let more = self.after.roles.remove(&other).unwrap_or_default();
                self.after.roles.insert(to.clone(), &grants | &more);
                self.declare(|step| &mut step.roles, &[key, other], &[to], needs);
            }
            4 => {
                let free: Vec<String> =
                    self.after.roles.keys().filter(|it| !self.touched.contains(*it)).cloned().collect();
                let Some(to) = self.rng.pick(&free) else {
                    return self.gone(|step| &mut step.roles, key, false);
                };
                self.touched.insert(to.clone());
                self.declare(|step| &mut step.roles, &[key], &[to], Needs::All);
            }
            _ => {
                let is_declared = self.rng.one_in(2);
                self.gone(|step| &mut step.roles, key, is_declared);
            }
        }
    }

    /// A role grants other permissions, perhaps on another kind.
    fn grants(&mut self) {
        let roles: Vec<String> = self.after.roles.keys().cloned().collect();
        let Some(role) = self.rng.pick(&roles) else { return };
        let all: Vec<String> = self.after.permissions.keys().cloned().collect();
        let Some(permission) = self.rng.pick(&all) else { return };
        let granted = self.after.roles.get_mut(&role).expect("known");
        if !granted.remove(&permission) {
            granted.insert(permission.clone());
        }
        self.say(format!("{role} grants {permission}, or no longer"));
    }
}
