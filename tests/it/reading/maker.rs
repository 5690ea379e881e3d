//! A catalog on its way to the next version: the small steps of which random changes are made.

use super::model::{Catalog, Keys, Needs, Permission, Step, Succession};
use super::random::Rng;
use super::scopes;

type Field = fn(&mut Step) -> &mut Vec<Succession>;

pub struct Maker<'a> {
    pub rng: &'a mut Rng,
    pub after: Catalog,
    /// Keys that this step has already taken up, made, led to or altered.
    pub touched: Keys,
    step: Step,
    made: usize,
    words: Vec<String>,
}

impl<'a> Maker<'a> {
    pub fn new(rng: &'a mut Rng, before: &Catalog) -> Self {
        let version = before.version + 1;
        let after = Catalog { version, ..before.clone() };
        let step = Step { version, ..Step::default() };
        Maker { rng, after, touched: Keys::new(), step, made: 0, words: Vec::new() }
    }

    pub fn finish(self) -> (Catalog, Vec<String>) {
        let Maker { mut after, step, words, .. } = self;
        after.successions.push(step);
        prune(&mut after);
        (after, words)
    }

    /// A key of the version before that this step has left alone.
    pub fn pick(&mut self, keys: impl Fn(&Catalog) -> Keys) -> Option<String> {
        let free: Vec<String> = keys(&self.after).difference(&self.touched).cloned().collect();
        let key = self.rng.pick(&free)?;
        self.touched.insert(key.clone());
        Some(key)
    }

    /// A key that no version had.
    pub fn fresh(&mut self, prefix: &str) -> String {
        let key = format!("{prefix}{}{}", self.after.version, self.made);
        self.made += 1;
        self.touched.insert(key.clone());
        key
    }

    pub fn say(&mut self, words: String) {
        self.words.push(words);
    }

    pub fn declare(&mut self, field: Field, from: &[String], to: &[String], needs: Needs) {
        self.say(format!("{from:?} became {to:?}, needing {needs:?}"));
        field(&mut self.step).push(Succession { from: from.to_vec(), to: to.to_vec(), needs });
    }

    pub fn gone(&mut self, field: Field, key: String, is_declared: bool) {
        if is_declared {
            self.declare(field, &[key], &[], Needs::All);
        } else {
            self.say(format!("{key} is gone without a word"));
        }
    }

    pub fn needs(&mut self) -> Needs {
        if self.rng.one_in(2) { Needs::All } else { Needs::Any }
    }

    pub fn known(&mut self, permission: &str) -> &mut Permission {
        self.after.permissions.get_mut(permission).expect("known")
    }

    /// The successor of a permission: mostly equal, at times with other scopes, rarely on another kind.
    pub fn reshaped(&mut self, before: &Permission) -> Permission {
        let mut it = before.clone();
        if self.rng.one_in(4) {
            it.scopes = self.rng.some(self.after.scopes.keys(), 2);
        }
        if self.rng.one_in(10) {
            let kinds: Vec<String> = self.after.kinds.keys().cloned().collect();
            it.kind = self.rng.pick(&kinds);
        }
        it
    }

    /// Predefined roles that granted `key` grant `to`.
    pub fn replace_grant(&mut self, key: &str, to: &[String]) {
        for granted in self.after.roles.values_mut() {
            if granted.remove(key) {
                granted.extend(to.iter().cloned());
            }
        }
    }

    pub fn grant_to_some(&mut self, key: &str) {
        for granted in self.after.roles.values_mut() {
            if self.rng.one_in(2) {
                granted.insert(key.to_owned());
            }
        }
    }

    /// `to` stands where the scope stood: provided, included, and including what it included.
    pub fn replace_scope(&mut self, key: &str, to: &[String]) {
        let was = self.after.scopes.remove(key).unwrap_or_default();
        for scope in to {
            let includes = was.includes.iter().filter(|it| *it != scope).cloned();
            self.after.scopes.entry(scope.clone()).or_default().includes.extend(includes);
        }
        let included_in = self.after.scopes.values_mut().map(|it| &mut it.includes);
        let provided_by = self.after.permissions.values_mut().map(|it| &mut it.scopes);
        for set in included_in.chain(provided_by) {
            if set.remove(key) {
                set.extend(to.iter().cloned());
            }
        }
    }

    pub fn replace_feature(&mut self, key: &str, to: Option<&String>) {
        self.after.features.remove(key);
        let of_permissions = self.after.permissions.values_mut().map(|it| &mut it.features);
        let of_scopes = self.after.scopes.values_mut().map(|it| &mut it.features);
        let of_resources = self.after.kinds.values_mut().flat_map(|it| it.values_mut());
        for set in of_permissions.chain(of_scopes).chain(of_resources) {
            if set.remove(key) {
                set.extend(to.cloned());
            }
        }
    }
}

/// A catalog that a vendor could build: nothing names what is not there, no scope includes itself.
fn prune(it: &mut Catalog) {
    let scopes: Vec<String> = it.scopes.keys().cloned().collect();
    for scope in &scopes {
        for included in it.scopes[scope].includes.clone() {
            if scopes::covers(it, &included, scope) {
                it.scopes.get_mut(scope).expect("known").includes.remove(&included);
            }
        }
    }
    let kinds = it.kinds.keys().cloned().collect();
    let scopes = scopes.into_iter().collect();
    let permissions = it.permissions.keys().cloned().collect();
    let roles = it.roles.keys().cloned().collect();
    let features = it.features.clone();
    let taken_later = |version: u32, all: &[Step], field: fn(&Step) -> &Vec<Succession>| -> Keys {
        let later: Vec<&Step> = all.iter().filter(|step| step.version > version).collect();
        super::carry::taken(&later, field)
    };
    let all = it.successions.clone();
    for step in &mut it.successions {
        let at = step.version;
        lead_somewhere(&mut step.features, &features, &taken_later(at, &all, |step| &step.features));
        lead_somewhere(&mut step.kinds, &kinds, &taken_later(at, &all, |step| &step.kinds));
        lead_somewhere(&mut step.scopes, &scopes, &taken_later(at, &all, |step| &step.scopes));
        lead_somewhere(&mut step.permissions, &permissions, &taken_later(at, &all, |step| &step.permissions));
        lead_somewhere(&mut step.roles, &roles, &taken_later(at, &all, |step| &step.roles));
    }
}

/// What a succession led to and is gone without a word was retired, as far as the later catalog can say.
fn lead_somewhere(all: &mut Vec<Succession>, known: &Keys, taken_later: &Keys) {
    let mut kept = Vec::new();
    for mut it in std::mem::take(all) {
        it.to.retain(|key| known.contains(key) || taken_later.contains(key));
        if it.to.is_empty() {
            let retired = it.from.into_iter();
            kept.extend(retired.map(|key| Succession { from: vec![key], to: Vec::new(), needs: Needs::All }));
        } else {
            kept.push(it);
        }
    }
    *all = kept;
}
