//! Credentials minted in the course of a history, beside what they hold by a naive reading of S3, C5 and P5.

use rolecall::{
    Authorizer, Catalog, CatalogRecord, Credential, CredentialRecord, MintError, SuccessionRecord,
};

use crate::model::Model;
use crate::oracle::{Set, texts};

#[derive(Clone, Debug)]
pub struct Key {
    pub credential: Credential,
    scopes: Set,
    included: Set,
    /// Which of those who had the owner's id it belongs to (U7).
    life: usize,
}

impl Key {
    /// From a user, or from another key: exactly if what is wanted is covered.
    pub fn mint(
        auth: &Authorizer,
        model: &Model,
        owner: &str,
        from: Option<&Self>,
        wanted: &Set,
    ) -> Option<Self> {
        let world = &model.world;
        let known =
            |set: &Set| -> Set { set.iter().filter(|s| world.includes.contains_key(*s)).cloned().collect() };
        let (held, covered) = match from {
            Some(key) => (known(&key.scopes), world.covered(&known(&(&key.scopes | &key.included)))),
            None => (world.scopes(owner), world.covered(&world.scopes(owner))),
        };
        let minted = match from {
            Some(key) => key.credential.mint(wanted.iter().map(String::as_str)),
            None => auth.subject(owner).mint(wanted.iter().map(String::as_str)),
        };
        if from.is_none() && !world.users.contains_key(owner) {
            assert_eq!(minted, Err(MintError::UnknownUser));
            return None;
        }
        match minted {
            Ok(credential) => {
                assert!(wanted.is_subset(&covered), "{wanted:?} of {covered:?}");
                let life = from.map_or_else(|| model.lives[owner], |key| key.life);
                let key = Self { credential, scopes: wanted & &held, included: wanted - &held, life };
                key.agrees(auth.catalog());
                Some(key)
            }
            Err(MintError::Beyond { scopes }) => {
                assert_eq!(texts(&scopes), wanted - &covered);
                None
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Stored, and restored under the next catalog: what was renamed follows, what was retired is gone, the rest is
    /// kept, whatever it counts for.
    pub fn upgrade(&mut self, next: &Catalog, record: &CatalogRecord) {
        let stored: CredentialRecord =
            serde_json::from_str(&serde_json::to_string(&self.credential.record()).unwrap()).unwrap();
        self.credential = Credential::restore(&stored, next).unwrap();
        let rows = &record.successions.last().unwrap().scopes;
        let now = |scope: &String| -> Vec<String> {
            let row: Option<&SuccessionRecord> = rows.iter().find(|row| row.from.contains(scope));
            row.map_or_else(|| vec![scope.clone()], |row| row.to.clone())
        };
        self.scopes = self.scopes.iter().flat_map(now).collect();
        self.included = self.included.iter().flat_map(now).collect();
        self.agrees(next);
    }

    /// Who owns it now: nobody, if the owner was removed, whoever has the id by now (U7).
    pub fn owner(&self, model: &Model) -> &str {
        let owner = self.credential.owner().as_str();
        if model.lives.get(owner) == Some(&self.life) { owner } else { "" }
    }

    /// It holds what it should, also when stored.
    pub fn agrees(&self, catalog: &Catalog) {
        let record = self.credential.record();
        assert_eq!(
            (texts(&record.scopes), texts(&record.included)),
            (self.scopes.clone(), self.included.clone())
        );
        assert_eq!(Credential::restore(&record, catalog).unwrap(), self.credential);
        let all = &self.scopes | &self.included;
        let (known, missing): (Set, Set) =
            all.into_iter().partition(|scope| catalog.scope(scope.as_str()).is_ok());
        assert_eq!(self.credential.scopes().keys().map(ToString::to_string).collect::<Set>(), known);
        assert_eq!(self.credential.missing().map(ToString::to_string).collect::<Set>(), missing);
    }
}
