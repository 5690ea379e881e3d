//! Wishes in the words of the small catalog, said in those of whatever catalog an account has come to.

use rolecall::{Assignee, CatalogRecord, Reach, RoleRef};

use crate::oracle::limits;
use crate::world::{FEATURES, KINDS, PERMISSIONS, PREDEFINED, SCOPES, Wish, interned};

/// One key for another: the place of the word among those of the small catalog, moved on, among these.
struct Words<'a>(&'a CatalogRecord, usize);

impl Words<'_> {
    fn key(&self, word: &'static str, of: &[&'static str], keys: &[&String]) -> &'static str {
        let place = of.iter().position(|known| *known == word).unwrap_or_default() + self.1;
        // Where nothing is left, the old word stays: it names nothing.
        keys.get(place % keys.len().max(1)).map_or(word, |key| interned(key))
    }

    fn feature(&self, word: &'static str) -> &'static str {
        self.key(word, &FEATURES, &self.0.features.iter().map(|row| &row.key).collect::<Vec<_>>())
    }

    fn permission(&self, word: &'static str) -> &'static str {
        self.key(word, &PERMISSIONS, &self.0.permissions.iter().map(|row| &row.key).collect::<Vec<_>>())
    }

    fn scope(&self, word: &'static str) -> &'static str {
        self.key(word, &SCOPES, &self.0.scopes.iter().map(|row| &row.key).collect::<Vec<_>>())
    }

    fn kind(&self, word: &'static str) -> &'static str {
        self.key(word, &KINDS, &self.0.kinds.iter().map(|row| &row.key).collect::<Vec<_>>())
    }

    fn role(&self, role: &RoleRef) -> RoleRef {
        let RoleRef::Predefined(key) = role else { return role.clone() };
        let keys: Vec<_> = self.0.roles.iter().map(|row| &row.key).collect();
        RoleRef::predefined(self.key(interned(key.as_str()), &PREDEFINED, &keys)).unwrap()
    }

    fn reach(&self, reach: &Reach) -> Reach {
        limits(reach).into_iter().fold(Reach::everything(), |reach, (kind, ids)| {
            reach.and_only(self.kind(interned(&kind)), ids).unwrap()
        })
    }
}

/// The wish in the words of this catalog. `moved` chooses among its keys; at some of its values nothing is said
/// anew, so that words of an earlier catalog are used.
pub fn said(wish: &Wish, catalog: &CatalogRecord, moved: u8) -> Wish {
    if moved % 16 == 15 {
        return wish.clone();
    }
    let words = Words(catalog, usize::from(moved));
    let role = |role: &RoleRef| words.role(role);
    let of = Assignee::clone;
    match wish {
        Wish::Enable(f) => Wish::Enable(words.feature(f)),
        Wish::Disable(f) => Wish::Disable(words.feature(f)),
        Wish::Grant(r, p) => Wish::Grant(r, words.permission(p)),
        Wish::GrantWithout(r, p, s) => Wish::GrantWithout(r, words.permission(p), words.scope(s)),
        Wish::Revoke(r, p) => Wish::Revoke(r, words.permission(p)),
        Wish::Import(r, from) => Wish::Import(r, from.iter().map(role).collect()),
        Wish::CatchUp(r, from, p) => Wish::CatchUp(r, role(from), words.permission(p)),
        Wish::Duplicate(from, r, n) => Wish::Duplicate(role(from), r, n),
        Wish::Withhold(r, s) => Wish::Withhold(r, words.scope(s)),
        Wish::Release(r, s) => Wish::Release(r, words.scope(s)),
        Wish::Assign(r, a) => Wish::Assign(role(r), of(a)),
        Wish::AssignWithin(r, a, reach) => Wish::AssignWithin(role(r), of(a), words.reach(reach)),
        Wish::Limit(r, a, kind, ids) => Wish::Limit(role(r), of(a), words.kind(kind), ids.clone()),
        Wish::Extend(r, a, kind, ids) => Wish::Extend(role(r), of(a), words.kind(kind), ids.clone()),
        Wish::Lift(r, a, kind) => Wish::Lift(role(r), of(a), words.kind(kind)),
        Wish::Unassign(r, a) => Wish::Unassign(role(r), of(a)),
        Wish::Forget(kind, id) => Wish::Forget(words.kind(kind), id),
        other => other.clone(),
    }
}
